--- upnudge check: run a dry upgrade, commit its outcome.

local cli = require "upnudge.cli.command"
local core = require "upnudge.core"
local files = require "upnudge.record.files"
local io = require "io"

local M = {}

-- Below the help.
local CONTRACT <const> = [[
Without CMD and --new the tool of the project makes the dry upgrade (npm, cargo and so on; see --print), in a copy of
its manifests and its lockfile, with scripts off. A project with lockfiles of several formats has all of them checked,
each with its own tool and outcome. A tool that runs code of the project all the same (a Gemfile, mix.exs)
does so with --detach only where somebody has waited for such a check before.

A command of your own, behind --, prints the upgraded lockfile on standard output or writes it to
$UPNUDGE_NEW_LOCKFILE. It runs in the environment's directory, without a terminal, within the time of --timeout, and
what it leaves running is ended with it. It finds in
  $UPNUDGE_ENVIRONMENT    the environment's directory
  $UPNUDGE_LOCKFILE       its lockfile
  $UPNUDGE_NEW_LOCKFILE   where the upgraded lockfile may be written; nothing is there yet
  $UPNUDGE_SECURITY       where it may be written what a scanner says of the lockfile (see --security)
  $UPNUDGE_SECURITY_NEW   the same of the upgraded lockfile (see --security-new)]]

-- Milliseconds for which a check that was due waits for those of other projects.
local TURN <const> = 600000

local CODES <const> = { failed = cli.FAILED, later = cli.FAILED, busy = cli.BUSY }

local function duration(text)
    return require "upnudge.lib.duration".parse(text)
end

---@param top table
function M.describe(top)
    local command = top:command("check", "Find out whether newer packages exist, and remember it.", CONTRACT)
    cli.directory(command)
    command:option("--", "The dry upgrade, in the place of the one that upnudge knows."):target("dry_upgrade")
        :args("*"):argname("CMD"):init({})
    command:option("--new", "The upgraded lockfile, in place of a command."):argname("FILE")
    command:option("--security", "What a scanner says of the lockfile: the JSON of osv-scanner, npm audit, pnpm "
        .. "audit, cargo audit, pip-audit, bundler-audit or composer audit; or packages whose upgrade mends a security "
        .. "problem, one a line: name or name@version. The command may write $UPNUDGE_SECURITY instead.")
        :argname("FILE")
    command:option("--security-new", "The same JSON of the upgraded lockfile: so it is known what the upgrade mends. "
        .. "The command may write $UPNUDGE_SECURITY_NEW instead."):argname("FILE")
    command:option("--lockfile", "The environment's lockfile; without it the one in its directory, or each of several.")
        :argname("FILE")
    command:option("--name", "What to call the environment."):argname("NAME")
    command:option("--max-age", "Do nothing when the last check is younger (1d, 6h, 0)."):argname("TIME")
        :convert(duration)
    command:option("--timeout", "End the command after this time (10m)."):argname("TIME"):convert(duration)
    command:option("--directory", "Where CMD runs; in the environment unless given."):argname("DIR")
    command:flag("--print", "Say what would run, and run nothing.")
    command:flag("--detach", "Go on in the background; return at once.")
    command:flag("--quiet", "Say nothing unless something is wrong.")
    command:flag("--json", "Print the outcome as JSON.")
    cli.shared(command)
end

--- What came of a check that is well may be told to nobody.
local function add_warning(runtime, args, answer)
    if answer.outcome == "checked" or answer.outcome == "fresh" then
        local silence = require "upnudge.runtime.silence"
        local fault
        answer.warning, answer.warning_code, fault = silence.of(runtime, args.environment, args.now)
        answer.policy_fault = answer.policy_fault or fault
        if fault and not args.json then
            cli.warn(("the policy fails when it is asked, and another answers in its place: %s"):format(fault))
        end
    end
    return answer
end

--- One line of one outcome; of several, with the name of the lockfile.
local function tell(args, answer)
    local words = (answer.lockfile and answer.lockfile:match "[^/]*$" .. ": " or "") .. answer.reason
    if CODES[answer.outcome] == cli.FAILED then
        cli.fail(words, answer.code)
    elseif not args.quiet then
        io.write(answer.outcome, ": ", require "upnudge.lib.terminal".line(words), "\n")
    end
    if answer.unscanned and not args.quiet then
        cli.warn("security problems are not known of: " .. answer.unscanned)
    end
end

local function report(args, answer)
    if args.json then
        cli.print_json(require "upnudge.runtime.answer".check(answer))
    else
        for _, one in ipairs(answer.environments or { answer }) do
            tell(args, one)
        end
    end
    if answer.warning and not args.json then
        cli.warn(("no notice will come of it: %s; 'upnudge doctor' looks for what ails"):format(answer.warning))
    end
    return CODES[answer.outcome] or 0
end

--- What a dry upgrade is told.
local function variables(check, output)
    return { "UPNUDGE_NEW_LOCKFILE=" .. output.lockfile, "UPNUDGE_SECURITY=" .. output.security,
        "UPNUDGE_SECURITY_NEW=" .. output.security_new,
        "UPNUDGE_ENVIRONMENT=" .. check.path, "UPNUDGE_LOCKFILE=" .. check.lockfile }
end

--- The command's words. One that is named by its place is named from where we are, wherever it runs.
local function words_of(argv)
    if argv[1]:find "^[^/]+/" then
        return { cli.absolute(argv[1]), table.unpack(argv, 2) }
    end
    return argv
end

--- What core.run does once a second. What the dry upgrade says itself is told instead.
local function ticking(progress)
    return function(speaks)
        if speaks then
            progress:erase()
        else
            progress:tick(true)
        end
    end
end

--- Runs the command; the upgraded lockfile's bytes, or nil and why not.
local function dry_upgrade(args, check, timeout, progress)
    local output, message = check:output_paths()
    local run
    if output then
        run, message = core.run(words_of(args.dry_upgrade), variables(check, output), timeout, core.lockfile_limit,
            args.detach, args.directory or check.path, false, ticking(progress))
    end
    if not run then
        return nil, message
    end
    local written, fault, code = check:read_output "lockfile"
    message = require "upnudge.checker.run".ended_badly(args.dry_upgrade[1], run, function()
        return run.last_line ~= "" and ": " .. run.last_line or ""
    end)
    if message or not written and code ~= "not-found" then
        return nil, message or fault
    elseif written and written ~= "" then
        return written
    elseif run.output ~= "" then
        return run.output
    end
    return nil, args.dry_upgrade[1] .. " printed no lockfile and wrote none to $UPNUDGE_NEW_LOCKFILE"
end

--- Whether the tool of the project is to be run, since nobody said what else.
local function is_automatic(args)
    return args.new == nil and args.dry_upgrade[1] == nil
end

--- What a checker does for the lockfile; nil, a message and a code. In the background no tool runs code of a project
--- that nobody has checked while waiting for it.
local function job_of(runtime, args, check)
    local checkers = require "upnudge.checker"
    local checker, message, code = checkers.of(runtime, check.path, check.format, check.lockfile)
    local job
    if checker then
        job, message, code = checkers.job(checker, check.lockfile, runtime.host.variable)
    end
    if job and job.executes and args.detach and (check.record:read() or {}).checker ~= checker.name then
        return nil, ("%s runs code of the project (%s): run 'upnudge check' there once, if you trust it"):format(
            checker.title, job.executes), "project-code"
    end
    return job, message, code
end

--- Has a scanner look at both lockfiles, unless somebody else has. Nothing fails by it.
local function audit(runtime, args, check, job, output, bytes, tick)
    local audits = require "upnudge.checker.audit"
    local wanted = runtime.policy.check.audit and job.argv and not job.checker.result
    local how, program
    if wanted and not args.security and not args.security_new and not check:read_output "security" then
        how, program = audits.of(job.checker, check.format, job.found)
    end
    if how then
        local ok, done, fault = pcall(audits.run, { job = job, audit = how, program = program, root = output.copy,
            old = check:old_bytes(), new = bytes, tick = tick, packages = function(text)
                local lockfile = runtime:lockfiles():parse(check.lockfile, text)
                return lockfile and lockfile:packages() or {}
            end, seconds = function()
                return check:seconds_left()
            end, take = function(text, of)
                return check:scan(text, of, "its report")
            end })
        check:was_scanned(how.title, not (ok and done) and (ok and fault or tostring(done)) or nil)
    end
end

--- Has the project's tool make the dry upgrade in a copy.
local function by_checker(runtime, args, check, timeout, progress)
    local job, message, code = job_of(runtime, args, check)
    local output
    if job then
        output, message = check:output_paths()
    end
    if not output then
        return nil, message, code
    end
    check.upgraded_by = { name = job.checker.name, hint = job.checker.hint }
    progress:call(("checking %s with %s"):format(check.name, job.checker.title))
    local bytes, fault = require "upnudge.checker.run".run(job, output.copy, variables(check, output), timeout,
        args.detach, ticking(progress))
    if bytes then
        audit(runtime, args, check, job, output, bytes, ticking(progress))
    end
    return bytes, fault
end

local function obtain(runtime, args, check, timeout, progress)
    if args.new then
        local bytes, message = core.read(args.new, core.lockfile_limit)
        return bytes, not bytes and message or nil
    elseif is_automatic(args) then
        return by_checker(runtime, args, check, timeout, progress)
    end
    progress:call("checking " .. check.name)
    return dry_upgrade(args, check, timeout, progress)
end

--- Takes what somebody has found out of the security of one of the lockfiles, if anything. nil and what is wrong with
--- it.
local function take_scan(check, of, path, what, variable)
    local text, message, code
    if path then
        text, message, code = core.read(path, files.REPORT_LIMIT)
    else
        text, message, code = check:read_output(what)
    end
    if not text and (path or code ~= "not-found") then
        return nil, message
    elseif not text or not text:find "%S" then
        return true
    end
    return check:scan(text, of, path or variable)
end

local function take_scans(args, check)
    local ok, fault = take_scan(check, "installed", args.security, "security", "$UPNUDGE_SECURITY")
    if ok then
        ok, fault = take_scan(check, "upgraded", args.security_new, "security_new", "$UPNUDGE_SECURITY_NEW")
    end
    return ok, fault
end

local function run_check(runtime, args, progress, lock)
    local check = runtime:check_begin(args.environment, { lockfile = args.lockfile, name = args.name,
        now = args.now, max_age = args.max_age, timeout = args.timeout, own_process = true,
        insists = not args.detach, announced = args.announced, lock = lock })
    if check.state ~= "begun" then
        return check
    end
    local bytes, message, code = obtain(runtime, args, check, args.timeout or runtime.policy.check.timeout,
        progress)
    local known, fault
    if bytes then
        known, fault = take_scans(args, check)
    end
    if not known then
        return check:fail(message or fault, code)
    end
    return check:commit(bytes)
end

--- A check that is needed, which holds its lock, or the answer of one that is not or cannot be.
local function probe(runtime, args)
    local check = runtime:check_begin(args.environment, { lockfile = args.lockfile, now = args.now,
        max_age = args.max_age, probe = true, own_process = true, announced = args.announced })
    -- A large lockfile has not been read yet.
    if check.state == "begun" and is_automatic(args) and check.format then
        local job, message, code = job_of(runtime, args, check)
        if not job then
            return check:fail(message, code)
        end
    end
    return check
end

--- Everything that can be said at once is said before the process leaves its session: a fresh
--- record, a busy lock, a broken lockfile. Then the lock goes over to what goes on, so that of many who ask at once one
--- hears that it has started. nil and the lock: this is what goes on.
local function detach(runtime, args)
    local check = probe(runtime, args)
    if check.state ~= "begun" then
        return check
    end
    local directory = check.record:directory()
    local log = directory and directory:log(files.CHECK_LOG)
    if directory then
        directory:close()
    end
    local lock = check:part()
    local parent, holds = core.detach(log, lock)
    if parent == nil then
        lock:release()
        return { outcome = "failed", code = "fault", reason = holds }
    elseif parent then
        return { outcome = "started", code = "started", reason = "checking in the background" }
    end
    return nil, holds and lock or nil
end

--- The turn of a check that nobody has asked for: prompts in many projects at once would start as many tools. nil: it
--- did not come, with "busy", or there is no place to wait at.
local function turn(runtime)
    local directory <close>, message, code = core.directory(runtime.places.cache)
    if not directory then
        return nil, message, code
    end
    return directory:lock(files.TURN, TURN)
end

--- Runs a check, and says at a terminal that it takes its time.
local function run(runtime, args, lock)
    local held, _, code
    if args.announced then
        held, _, code = turn(runtime)
    end
    local _held <close> = held
    if code == "busy" then
        if lock then
            lock:release()
        end
        return { outcome = "busy", code = "busy", reason = "checks of other projects go on" }
    end
    local progress = require "upnudge.cli.progress".begin("checking", args.detach or args.json or args.quiet)
    local answer = run_check(runtime, args, progress, lock)
    progress:stop()
    return answer
end

--- Runs a check, or starts it; in the process that goes on alone, both.
---@return table answer
---@return boolean? alone whether this is that process
local function perform_one(runtime, args)
    local answer, lock
    if args.detach then
        answer, lock = detach(runtime, args)
    end
    if answer then
        return answer
    end
    return run(runtime, args, lock), args.detach
end

--- Runs the check, or starts it; of a project with lockfiles of several formats the tools of all. A command and a
--- lockfile of somebody's own are of one alone, which has to be named then.
---@param runtime upnudge.Runtime
---@param args table
---@return table answer
function M.perform(runtime, args)
    local several = is_automatic(args) and not args.lockfile and require "upnudge.cli.check_several"
    local lockfiles = several and several.lockfiles(runtime, args.environment)
    local answer, alone
    if lockfiles then
        answer, alone = several.perform(runtime, lockfiles, args, { probe = probe, detach = detach, run = run })
    else
        answer, alone = perform_one(runtime, args)
    end
    if alone or not args.detach then
        pcall(require "upnudge.runtime.collection".collect_weekly, runtime, runtime.host.now())
    end
    return answer
end

---@param args table
---@return integer code
function M.run(args)
    if args.dry_upgrade[1] and args.new then
        return cli.misuse "either --new FILE or -- CMD"
    end
    args.directory = cli.absolute(args.directory)
    if args.directory and require "lfs".attributes(args.directory, "mode") ~= "directory" then
        return cli.misuse(("--directory: %s is no directory"):format(args.directory))
    end
    local runtime <close>, message, code = cli.open(args)
    if not runtime then
        return cli.fail(message, code)
    end
    if args.print then
        return require "upnudge.cli.check_print"(runtime, args)
    end
    local fault = require "upnudge.runtime.deputy".told(runtime, runtime.host.now())
    if fault then
        cli.warn(fault)
    end
    local answer = M.perform(runtime, args)
    answer.policy_fault = runtime.policy_fault
    return report(args, add_warning(runtime, args, answer))
end

return M
