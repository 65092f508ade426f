--- upnudge snooze: hear nothing of one environment for a while.

local cli = require "upnudge.cli.command"
local io = require "io"
local terminal = require "upnudge.lib.terminal"

local M = {}

--- Seconds; a number alone is none, for nobody means so few of them.
local function time_of(text)
    if text:find "^%d+$" then
        return nil, ("'%s' of what? Write %sd for days, %sh for hours"):format(text, text, text)
    end
    return require "upnudge.lib.duration".parse(text)
end

---@param top table
function M.describe(top)
    local command = top:command("snooze", "Hear nothing of an environment for a while.")
    cli.directory(command)
    cli.one_lockfile(command)
    command:argument("duration", "How long: 3d, 12h, 2w."):args("?"):argname("TIME"):convert(time_of)
    command:flag("--off", "Hear of it again.")
    command:flag("--json", "Print until when, as JSON.")
    cli.shared(command)
end

--- A word alone is a time, unless it is a directory: then nobody has said which, and the project here is meant.
local function only_time(args)
    local alone = args.duration == nil and args.off == nil and args.environment
    local seconds = alone and time_of(alone)
    if seconds and not require "upnudge.core".realpath(args.environment) then
        args.duration, args.environment = seconds, nil
    end
end

---@param args table
---@return integer code
function M.run(args)
    only_time(args)
    local alone = args.duration == nil and args.off == nil and args.environment
    if alone and not require "upnudge.core".realpath(alone) then
        return cli.misuse(("'%s' is neither a directory nor a time (3d, 12h, 2w)"):format(alone))
    elseif (args.duration == nil) == (args.off == nil) then
        return cli.misuse "snooze needs either a time (3d, 12h) or --off"
    end
    local runtime <close>, message, code = cli.open(args)
    local snooze
    if runtime then
        snooze, message, code = runtime:snooze(args.environment, args.duration, args.now, args.lockfile)
    end
    if not snooze then
        return cli.fail(message, code)
    elseif args.json then
        cli.print_json(require "upnudge.runtime.answer".snooze(snooze))
        return 0
    end
    local ends = snooze.snoozed_until
    local what = ends and "silent until " .. require "upnudge.lib.time".format(ends) or "awake"
    io.write(terminal.line(snooze.environment .. ": " .. what), "\n")
    return 0
end

return M
