--- upnudge show: the record of one environment.

local blobs = require "upnudge.record.blobs"
local cli = require "upnudge.cli.command"
local io = require "io"
local json = require "upnudge.lib.json.write"
local terminal = require "upnudge.lib.terminal"
local time = require "upnudge.lib.time"

local M = {}

local ORDER <const> = { "schema", "environment", "strategy", "path", "name", "lockfile", "format",
    "last_checked", "last_notified" }

---@param top table
function M.describe(top)
    local command = top:command("show", "Show what is known about an environment.")
    command:argument("environment", "Its directory."):argname("ENV")
    command:flag("--json", "Print the record as JSON.")
    cli.shared(command)
end

--- The record with what the strategy knows about notices, and its changes, where they are there.
local function gather(runtime, state)
    local record
    local changes, why = blobs.whole(state.record, function(value)
        record = value
        return (require "upnudge.record.changes".listed(state.record, value))
    end)
    if not record then
        return nil, why
    end
    local shown = {}
    for key, value in pairs(record) do
        shown[key] = value
    end
    shown.environment, shown.strategy = state.env.path, runtime.policy and runtime.policy.strategy
    if runtime.policy then
        local seen = runtime:strategy().read(state.record)
        shown.last_notified = seen and seen.history.last_notified or record.last_notified
    end
    return shown, changes
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

---@param args table
---@return integer code
function M.run(args)
    local runtime <close>, message = cli.open(args)
    local state, shown, changes
    if runtime then
        state, message = runtime:environment(args.environment)
    end
    if state then
        shown, changes = gather(runtime, state)
    end
    if not shown then
        return cli.fail(state and ("%s: %s"):format(state.env.path, changes) or message)
    end
    if args.json then
        cli.print_json(json.object(ORDER, shown))
    else
        print_record(runtime, shown, changes)
    end
    return 0
end

return M
