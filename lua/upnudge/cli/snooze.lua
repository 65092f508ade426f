--- upnudge snooze: hear nothing of one environment for a while.

local cli = require "upnudge.cli.command"
local core = require "upnudge.core"
local io = require "io"
local json = require "upnudge.lib.json.write"
local terminal = require "upnudge.lib.terminal"

local M = {}

---@param top table
function M.describe(top)
    local command = top:command("snooze", "Hear nothing of an environment for a while.")
    command:argument("environment", "Its directory."):argname("ENV")
    command:argument("duration", "How long: 3d, 12h, 2w."):args("?"):argname("TIME"):convert(function(text)
        return require "upnudge.lib.duration".parse(text)
    end)
    command:flag("--off", "Hear of it again.")
    command:flag("--json", "Print until when as JSON.")
    cli.shared(command)
end

local function report(args, path, until_when)
    if args.json then
        cli.print_json(json.object({ "schema", "environment", "snoozed_until" },
            { schema = 1, environment = path, snoozed_until = until_when }))
        return
    end
    local what = until_when and "silent until " .. require "upnudge.lib.time".format(until_when) or "awake"
    io.write(terminal.line(path .. ": " .. what), "\n")
end

---@param args table
---@return integer code
function M.run(args)
    if (args.duration == nil) == (args.off == nil) then
        return cli.misuse "snooze needs either a time (3d, 12h) or --off"
    end
    local state, message = cli.environment(args)
    local ok, now = false, args.now or core.now()
    if state then
        ok, message = require "upnudge.record.choices".snooze(state.record, now, args.duration)
    end
    if not ok then
        return cli.fail(message)
    end
    report(args, state.env.path, args.duration and now + args.duration)
    return 0
end

return M
