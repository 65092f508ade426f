--- The command, but for its hot path: its parser and the dispatch to one file a command.
---
--- Exit codes: 0 done, 1 failed, 2 usage, 75 lock busy, 100 a notice was shown (with --exit-code).

local argparse = require "argparse"
local command = require "upnudge.cli.command"
local io = require "io"

local M = {}

local COMMANDS <const> = { "check", "notify", "show", "list", "explain", "snooze", "ignore", "policy", "migrate",
    "diff", "parse", "formats", "version" }

--- The parser of all commands; manual pages and completions are made from it, too.
---@return table
function M.parser()
    local top = argparse("upnudge", "Remembers that newer packages exist and says so at the right moment.",
        "Exit codes: 0 done, 1 failed, 2 usage, 75 another process holds the lock.")
    top:command_target("command_name")
    top:flag("--version", "Print the version."):action(function()
        io.write("upnudge ", require "upnudge.runtime".VERSION, "\n")
        os.exit(0)
    end)
    top:require_command(true)
    for _, name in ipairs(COMMANDS) do
        require("upnudge.cli." .. name).describe(top)
    end
    return top
end

--- Runs the command line.
---@param arguments string[]
---@return integer code
function M.main(arguments)
    local top = M.parser()
    local ok, args = top:pparse(arguments)
    if not ok then
        io.stderr:write("upnudge: ", require "upnudge.lib.terminal".clean(args), "\nTry 'upnudge --help'.\n")
        return command.USAGE
    end
    return require("upnudge.cli." .. args.command_name).run(args) or 0
end

return M
