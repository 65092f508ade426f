--- upnudge snooze: hear nothing of one environment, or of all, for a while.

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
    command:flag("--all", "All environments of the app, and those that are checked first meanwhile.")
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

--- What is wrong with the words; nil: nothing.
local function mistake_in(args)
    local alone = args.duration == nil and args.off == nil and args.environment
    if args.all and (args.environment or args.lockfile) then
        return "snooze takes a directory or --all"
    elseif alone and not require "upnudge.core".realpath(alone) then
        return ("'%s' is neither a directory nor a time (3d, 12h, 2w)"):format(alone)
    elseif (args.duration == nil) == (args.off == nil) then
        return "snooze needs either a time (3d, 12h) or --off"
    end
end

local function words_of(snooze)
    local ends = snooze.snoozed_until
    return (snooze.environment or "all environments") .. ": "
        .. (ends and "silent until " .. require "upnudge.lib.time".format(ends) or "awake")
        .. (snooze.limited and ", which is as long as the policy allows" or "")
        .. (snooze.security == false and "; security fixes are told all the same" or "")
end

---@param args table
---@return integer code
function M.run(args)
    only_time(args)
    local mistake = mistake_in(args)
    if mistake then
        return cli.misuse(mistake)
    end
    local runtime <close>, message, code = cli.open(args, args.all)
    local snooze
    if runtime and args.all then
        snooze, message, code = runtime:snooze_all(args.duration, args.now)
    elseif runtime then
        snooze, message, code = runtime:snooze(args.environment, args.duration, args.now, args.lockfile)
    end
    if not snooze then
        return cli.fail(message, code)
    elseif args.json then
        cli.print_json(require "upnudge.runtime.answer".snooze(snooze))
        return 0
    end
    io.write(terminal.line(words_of(snooze)), "\n")
    return 0
end

return M
