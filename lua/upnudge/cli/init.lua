--- The command, but for its hot path: its parser and the dispatch to one file a command.
---
--- Exit codes: 0 done, 1 failed, 2 usage, 75 lock busy, 100 a notice was shown, 101 a check goes on (with
--- --exit-code).

local command = require "upnudge.cli.command"

local M = {}

local COMMANDS <const> = { "status", "check", "notify", "prompt", "hook", "show", "list", "explain", "report", "snooze",
    "ignore", "forget", "gc", "doctor", "policy", "migrate", "diff", "parse", "formats", "version", "help",
    "completion" }

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

--- The parser's module, which is no part of ours. Lua tells in many lines where it looked.
local function argparse()
    local ok, found = pcall(require, "argparse")
    if not ok then
        local why = tostring(found):gsub("^(module [^\n]-):\n.*", "%1"):gsub("%s*\n%s*", " ")
        error(why .. "; is it installed (Debian: lua-argparse) and readable?", 0)
    end
    return found
end

--- The parser of all commands; manual pages and completions are made from it, too.
---@return table
function M.parser()
    local top = argparse()("upnudge", "Remembers that newer packages exist and says so at the right moment.",
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
    local parser, words = M.parser(), with_command(arguments)
    command.talk_of(path_of(parser, words))
    local ok, args = parser:pparse(words)
    if not ok then
        return command.misuse(args)
    end
    args.parser, args.called = parser, arguments[0]
    return require("upnudge.cli." .. args.command_name).run(args) or 0
end

--- Runs the command line.
---@param arguments string[] and at 0 the word by which this program was called
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
