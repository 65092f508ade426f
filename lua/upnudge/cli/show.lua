--- upnudge show: the record of one environment.

local answers = require "upnudge.runtime.answer"
local cli = require "upnudge.cli.command"
local io = require "io"
local terminal = require "upnudge.lib.terminal"
local time = require "upnudge.lib.time"

local M = {}

---@param top table
function M.describe(top)
    local command = top:command("show", "Show what is known about an environment.")
    cli.directory(command)
    command:flag("--changes", "Only the changes, on every system.")
    command:flag("--json", "Print the record, or the changes, as JSON.")
    cli.shared(command)
end

local function moment(seconds)
    return seconds and time.format(seconds) or "never"
end

local function print_record(runtime, shown, changes)
    for _, line in ipairs {
        { "environment", shown.environment },
        { "lockfile", ("%s (%s)"):format(shown.lockfile or "?", shown.format or "?") },
        { "last checked", moment(shown.last_checked) },
        { "last notified", moment(shown.last_notified) },
        { "strategy", shown.strategy or "none: " .. (runtime.policy_fault or "") },
        { "last failure", shown.last_failed and moment(shown.last_failed) .. ": " .. (shown.reason or "") },
        { "changes", ("%d%s"):format((shown.changes or 0) // 1,
            changes and "" or "; the list of them is not there until the next check") },
    } do
        if line[2] then
            io.write(("%-13s  %s\n"):format(line[1], terminal.line(line[2])))
        end
    end
    require "upnudge.cli.diff".print(changes or {})
    local left = changes and (shown.changes or 0) // 1 - #changes or 0
    if left > 0 then
        io.write(("... and %d more, which are counted and not listed\n"):format(left))
    end
end

local function print_changes(runtime, args)
    local found, message, code = runtime:changes(args.environment)
    if not found then
        return cli.fail(message, code)
    elseif args.json then
        cli.print_json(answers.changes(found))
    else
        require "upnudge.cli.diff".print(found.changes)
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
    local shown, changes, code = runtime:show(args.environment)
    if not shown then
        return cli.fail(changes, code)
    elseif args.json then
        cli.print_json(answers.overview(shown))
    else
        print_record(runtime, shown, changes)
    end
    return 0
end

return M
