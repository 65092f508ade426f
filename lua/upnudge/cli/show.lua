--- upnudge show: the record of one environment.

local answers = require "upnudge.runtime.answer"
local cli = require "upnudge.cli.command"
local io = require "io"
local words = require "upnudge.cli.words"

local M = {}

---@param top table
function M.describe(top)
    local command = top:command("show", "Show what is known about an environment: how it stands, and what an "
        .. "upgrade would change.")
    cli.directory(command)
    cli.one_lockfile(command)
    command:flag("--systems", "The packages of every system, not of this one alone.")
    command:flag("--changes", "Only the changes, on every system.")
    command:flag("--json", "Print the record, or the changes, as JSON.")
    cli.shared(command)
end

--- What the policy, the person and the project ignore, as a question about one change.
local function ignoring(runtime, state, value)
    local policy, selector = runtime.policy, require "upnudge.record.selector"
    local name = policy and policy.project_ignore
    local project = name and value.lockfile
        and require "upnudge.record.project_list".read(state.record.disk, value.lockfile, name) or nil
    local ignored = require "upnudge.record.ignored".together(policy and policy.ignore, state.record:choices().ignore)
    local selection = ignored and selector.compile(ignored, value.names)
    local projects = project and selector.compile(project, value.names)
    return (selection or projects) and function(change)
        return selection and selection:names_it(change) or projects and change.kind and not change.security
            and projects:names_it(change) or false
    end
end

--- When a change begins to count, as a question about one.
local function cooling(runtime, names, now)
    local cooldown = runtime.policy and runtime.policy.cooldown
    return cooldown and require "upnudge.record.cooling".ahead(cooldown, names, now)
end

--- How it stands, as `upnudge status` tells, and what else is known.
local function print_lines(runtime, shown, status, now)
    local statuses = require "upnudge.cli.status"
    local lines = statuses.lines(status, now)
    lines[#lines + 1] = { "last notified", words.ago(shown.last_notified, now) }
    lines[#lines + 1] = { "strategy", shown.strategy or "none: " .. (runtime.policy_fault or "") }
    statuses.print(lines)
end

--- The packages: those of this system, or of all.
local function print_packages(runtime, state, args, changes, now)
    local value = state.record:read() or {}
    local listed, open = changes, nil
    if changes then
        local here = not args.systems and require "upnudge.core".system() or nil
        listed, open = require "upnudge.record.changes".listed(state.record, value, here)
        if not listed then
            io.write("the list of packages cannot be read just now\n")
            return
        end
    end
    local told = { one_system = not args.systems, ignored = ignoring(runtime, state, value),
        cooling = cooling(runtime, value.names, now), now = now }
    require "upnudge.cli.diff".print(listed or {}, told)
    require "upnudge.cli.diff".print_exposures(open or {}, told)
    local total = (value.changes or 0) // 1 | 0
    if not changes and total > 0 then
        io.write "the list of packages cannot be read; the next check makes it anew\n"
    elseif changes and total > #changes then
        io.write(("... and %d more, which are counted and not listed\n"):format(total - #changes))
    elseif changes and #changes > #listed then
        io.write(("%d on other systems; --systems lists them, too\n"):format(#changes - #listed))
    end
end

--- Of several environments of a directory one after the other. nil and why where there is none to show.
local function print_records(runtime, args)
    local now, printed = args.now or runtime.host.now(), nil
    local states, message, code = runtime:environments(args.environment, args.lockfile)
    for _, state in ipairs(states or {}) do
        local shown, changes, cause = require "upnudge.runtime.overview".of(runtime, state)
        if shown then
            io.write(printed and "\n" or "")
            print_lines(runtime, shown, require "upnudge.runtime.status".of(runtime, state, now), now)
            print_packages(runtime, state, args, changes, now)
            printed = true
        else
            message, code = changes, cause
        end
    end
    return printed, message, code
end

local function print_changes(runtime, args)
    local found, message, code = runtime:changes(args.environment, args.lockfile)
    if not found then
        return cli.fail(message, code)
    elseif args.json then
        cli.print_json(answers.changes(found))
    else
        for _, one in ipairs(found.environments or { found }) do
            require "upnudge.cli.diff".print(one.changes)
            require "upnudge.cli.diff".print_exposures(one.exposures, {})
        end
    end
    return 0
end

---@param args table
---@return integer code
function M.run(args)
    local runtime <close>, message, wrong = cli.open(args)
    if not runtime then
        return cli.fail(message, wrong)
    elseif args.changes then
        return print_changes(runtime, args)
    end
    local shown, fault, code = runtime:show(args.environment, args.lockfile)
    if shown and args.json then
        cli.print_json(answers.overview(shown))
    elseif shown then
        shown, fault, code = print_records(runtime, args)
    end
    return shown and 0 or cli.fail(fault, code)
end

return M
