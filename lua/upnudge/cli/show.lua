--- upnudge show: the record of one environment.

local cli = require "upnudge.cli"
local io = require "io"
local json = require "upnudge.json.write"
local time = require "upnudge.time"

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

--- The record with what the strategy knows about notices.
local function gather(runtime, state)
    local record, why = state.record:read()
    if not record then
        return nil, why
    end
    local shown = {}
    for key, value in pairs(record) do
        shown[key] = value
    end
    shown.environment, shown.strategy = state.env.path, runtime.policy and runtime.policy.strategy
    if runtime.policy then
        local history = runtime.strategy.read(state.record, record, { since = 0 }) or {}
        shown.last_notified = history.last_notified or record.last_notified
    end
    return shown
end

local function moment(seconds)
    return seconds and time.format(seconds) or "never"
end

local function print_record(runtime, state, shown)
    io.write(("environment    %s\nlockfile       %s (%s)\nlast checked   %s\nlast notified  %s\nstrategy       %s\n")
        :format(shown.environment, shown.lockfile or "?", shown.format or "?", moment(shown.last_checked),
            moment(shown.last_notified), shown.strategy or "none: " .. (runtime.policy_fault or "")))
    if shown.last_failed then
        io.write(("last failure   %s: %s\n"):format(moment(shown.last_failed), shown.reason or ""))
    end
    io.write(("changes        %d\n"):format(shown.changes or 0))
    require "upnudge.cli.diff".print(require "upnudge.changes".of(state.record))
end

---@param args table
---@return integer code
function M.run(args)
    local runtime <close>, message = cli.open(args)
    local state, shown
    if runtime then
        state, message = runtime:environment(args.environment)
    end
    if state then
        shown, message = gather(runtime, state)
    end
    if not shown then
        return cli.fail(state and state.env.path .. ": " .. message or message)
    end
    if args.json then
        io.write(json.object(ORDER, shown), "\n")
    else
        print_record(runtime, state, shown)
    end
    return 0
end

return M
