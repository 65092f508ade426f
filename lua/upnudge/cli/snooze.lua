--- upnudge snooze: hear nothing of one environment for a while.

local cli = require "upnudge.cli.command"
local core = require "upnudge.core"
local io = require "io"
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
    cli.shared(command)
end

---@param args table
---@return integer code
function M.run(args)
    if (args.duration == nil) == (args.off == nil) then
        io.stderr:write("upnudge: snooze needs either a time (3d, 12h) or --off\n")
        return cli.USAGE
    end
    local state, message = cli.environment(args)
    local ok, now = false, args.now or core.now()
    if state then
        ok, message = require "upnudge.record.choices".snooze(state.record, now, args.duration)
    end
    if not ok then
        return cli.fail(message)
    end
    local what = args.duration and "silent until " .. require "upnudge.lib.time".format(now + args.duration) or "awake"
    io.write(terminal.line(state.env.path .. ": " .. what), "\n")
    return 0
end

return M
