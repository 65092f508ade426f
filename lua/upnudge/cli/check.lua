--- upnudge check: run a dry upgrade, commit its outcome.

local cli = require "upnudge.cli.command"
local core = require "upnudge.core"
local files = require "upnudge.record.files"
local io = require "io"
local limits = require "upnudge.lib.limits"

local M = {}

local CODES <const> = { failed = cli.FAILED, later = cli.FAILED, busy = cli.BUSY }

local function duration(text)
    return require "upnudge.lib.duration".parse(text)
end

---@param top table
function M.describe(top)
    local command = top:command("check", "Find out whether newer packages exist, and remember it.")
    cli.directory(command)
    command:argument("dry_upgrade", "Command that prints the upgraded lockfile on standard output, or writes it "
        .. "to $UPNUDGE_NEW_LOCKFILE. Put -- before it."):args("*"):argname("CMD")
    command:option("--new", "The upgraded lockfile, in place of a command."):argname("FILE")
    command:option("--security", "Packages whose upgrade mends a security problem, one a line: name or name@version. "
        .. "The command may write $UPNUDGE_SECURITY instead."):argname("FILE")
    command:option("--lockfile", "The environment's lockfile; without it the one in DIR."):argname("FILE")
    command:option("--name", "What to call the environment."):argname("NAME")
    command:option("--max-age", "Do nothing when the last check is younger (1d, 6h, 0)."):argname("TIME")
        :convert(duration)
    command:option("--timeout", "End the command after this time (10m)."):argname("TIME"):convert(duration)
    command:flag("--detach", "Go on in the background; return at once.")
    command:flag("--json", "Print the outcome as JSON.")
    cli.shared(command)
end

--- What came of a check that is well may be told to nobody.
local function add_warning(runtime, args, answer)
    if answer.outcome == "checked" or answer.outcome == "fresh" then
        answer.warning, answer.warning_code = require "upnudge.runtime.silence".of(runtime, args.environment, args.now)
    end
    return answer
end

local function report(args, answer)
    if args.json then
        cli.print_json(require "upnudge.runtime.answer".check(answer))
    elseif CODES[answer.outcome] == cli.FAILED then
        cli.fail(answer.reason, answer.code)
    else
        io.write(answer.outcome, ": ", require "upnudge.lib.terminal".line(answer.reason), "\n")
    end
    if answer.warning and not args.json then
        cli.warn(("no notice will come of it: %s; 'upnudge doctor' looks for what ails"):format(answer.warning))
    end
    return CODES[answer.outcome] or 0
end

local function ended_badly(command, run)
    local said = run.last_line ~= "" and ": " .. run.last_line or ""
    if run.signal ~= 0 then
        return ("%s was ended by signal %d%s"):format(command, run.signal, said)
    elseif run.exit_code ~= 0 then
        return ("%s exited with %d%s"):format(command, run.exit_code, said)
    end
end

--- Runs the command; the upgraded lockfile's bytes, or nil and why not.
local function dry_upgrade(args, check, timeout)
    local output, message = check:output_paths()
    local run
    if output then
        run, message = core.run(args.dry_upgrade, { "UPNUDGE_NEW_LOCKFILE=" .. output.lockfile,
            "UPNUDGE_SECURITY=" .. output.security, "UPNUDGE_ENVIRONMENT=" .. check.path,
            "UPNUDGE_LOCKFILE=" .. check.lockfile }, timeout, core.lockfile_limit, args.detach)
    end
    if not run then
        return nil, message
    end
    local written, fault, code = check:read_output "lockfile"
    message = ended_badly(args.dry_upgrade[1], run)
    if message or not written and code ~= "not-found" then
        return nil, message or fault
    elseif written and written ~= "" then
        return written
    elseif run.output ~= "" then
        return run.output
    end
    return nil, args.dry_upgrade[1] .. " printed no lockfile and wrote none to $UPNUDGE_NEW_LOCKFILE"
end

local function obtain(args, check, timeout)
    if args.new then
        local bytes, message = core.read(args.new, core.lockfile_limit)
        return bytes, not bytes and message or nil
    end
    return dry_upgrade(args, check, timeout)
end

--- The selectors of security fixes: one a line, # begins a comment.
local function security_fixes(args, check)
    local text, message, code
    if args.security then
        text, message, code = core.read(args.security, files.FIXES_LIMIT)
    else
        text, message, code = check:read_output "security"
    end
    if not text and (args.security or code ~= "not-found") then
        return nil, message
    end
    local selectors = {}
    for line in (text or ""):gmatch "[^\r\n]+" do
        selectors[#selectors + 1] = line:match "^%s*([^#%s]+)"
    end
    local fault = require "upnudge.record.selector".fault(selectors, limits.FIXES)
    if fault then
        return nil, (args.security or "$UPNUDGE_SECURITY") .. ": " .. fault
    end
    return selectors
end

local function run_check(runtime, args)
    local check = runtime:check_begin(args.environment, { lockfile = args.lockfile, name = args.name,
        now = args.now, max_age = args.max_age, timeout = args.timeout, own_process = true })
    if check.state ~= "begun" then
        return check
    end
    local bytes, message = obtain(args, check, args.timeout or runtime.policy.check.timeout)
    local security, fault
    if bytes then
        security, fault = security_fixes(args, check)
    end
    if not security then
        return check:fail(message or fault)
    end
    return check:commit(bytes, security)
end

--- Everything that can be said at once is said before the process leaves its session: a fresh
--- record, a busy lock, a broken lockfile.
local function detach(runtime, args)
    local probe = runtime:check_begin(args.environment, { lockfile = args.lockfile, now = args.now,
        max_age = args.max_age, probe = true, own_process = true })
    if probe.state ~= "begun" then
        return probe
    end
    local directory = probe.record:directory()
    local log = directory and directory:log(files.CHECK_LOG)
    if directory then
        directory:close()
    end
    probe:abort()
    local parent, message = core.detach(log)
    if parent == nil then
        return { outcome = "failed", code = "fault", reason = message }
    elseif parent then
        return { outcome = "started", code = "started", reason = "checking in the background" }
    end
    return nil
end

--- Runs the check, or starts it; in the process that goes on alone, both.
---@param runtime upnudge.Runtime
---@param args table
---@return table answer
function M.perform(runtime, args)
    local answer = args.detach and detach(runtime, args)
    if not answer then
        answer = run_check(runtime, args)
        pcall(require "upnudge.runtime.collection".collect_weekly, runtime, runtime.host.now())
    end
    return answer
end

---@param args table
---@return integer code
function M.run(args)
    if (#args.dry_upgrade == 0) == (args.new == nil) then
        return cli.misuse "check needs either --new FILE or -- CMD"
    end
    local runtime <close>, message, code = cli.open(args)
    if not runtime then
        return cli.fail(message, code)
    end
    return report(args, add_warning(runtime, args, M.perform(runtime, args)))
end

return M
