--- The command, but for its hot path: its parser and the dispatch to one file a command.
---
--- Exit codes: 0 done, 1 failed, 2 usage, 75 lock busy, 100 a notice was shown (with --exit-code).

local argparse = require "argparse"
local command = require "upnudge.cli.command"

local M = {}

local COMMANDS <const> = { "status", "check", "notify", "show", "list", "explain", "snooze", "ignore", "forget", "gc",
    "doctor", "policy", "migrate", "diff", "parse", "formats", "version", "help", "completion" }

--- The help of a command and of those below it, told as everything else is.
local function tell_help(parser)
    parser._options[parser._help_option_idx]:action(function()
        command.tell("help", parser:get_help())
        os.exit(0)
    end)
    for _, inner in ipairs(parser._commands) do
        tell_help(inner)
    end
end

--- The parser of all commands; manual pages and completions are made from it, too.
---@return table
function M.parser()
    local top = argparse("upnudge", "Remembers that newer packages exist and says so at the right moment.",
        "Exit codes: 0 done, 1 failed, 2 usage, 75 another process holds the lock.")
    top:command_target("command_name")
    top:flag("--version", "Print the version."):action(function()
        local version = require "upnudge.runtime".VERSION
        command.tell("version", version, "upnudge " .. version)
        os.exit(0)
    end)
    top:require_command(true)
    for _, name in ipairs(COMMANDS) do
        require("upnudge.cli." .. name).describe(top)
    end
    tell_help(top)
    return top
end

--- The words before "--", and those after it, where a command runs them: they are another one's, and the parser would
--- take the first of them for a directory.
local function split(arguments)
    for i, word in ipairs(arguments[1] == "check" and arguments or {}) do
        if word == "--" then
            return table.move(arguments, 1, i - 1, 1, {}), table.move(arguments, i + 1, #arguments, 1, {})
        end
    end
    return arguments
end

local OF_STATUS <const> = { ["--all"] = true, ["--json"] = true }

--- Without a command it is the status that somebody wants.
local function with_command(arguments)
    for _, word in ipairs(arguments) do
        if not OF_STATUS[word] then
            return arguments
        end
    end
    return { "status", table.unpack(arguments) }
end

--- The command that the words begin with, and that below it: " policy check".
local function path_of(parser, words)
    local path = ""
    for _, word in ipairs(words) do
        local inner
        for _, one in ipairs(parser._commands) do
            inner = one._name == word and one or inner
        end
        if not inner then
            break
        end
        path, parser = path .. " " .. word, inner
    end
    return path
end

local function run(arguments)
    local ours, others = split(with_command(arguments))
    local parser = M.parser()
    command.talk_of(path_of(parser, ours))
    local ok, args = parser:pparse(ours)
    if not ok then
        return command.misuse(args)
    elseif others and args.dry_upgrade[1] then
        return command.misuse "too many arguments before --"
    end
    args.dry_upgrade, args.parser = others or args.dry_upgrade, parser
    return require("upnudge.cli." .. args.command_name).run(args) or 0
end

--- Runs the command line.
---@param arguments string[]
---@return integer code
function M.main(arguments)
    command.listen(arguments)
    local ok, code = pcall(run, arguments)
    if ok then
        return code
    end
    local raised = require "upnudge.lib.raised"
    return command.fail(raised.text(code), raised.code(code))
end

return M
