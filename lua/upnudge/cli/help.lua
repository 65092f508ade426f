--- upnudge help: the help of a command.

local cli = require "upnudge.cli.command"
local suggest = require "upnudge.lib.suggest"

local M = {}

---@param top table
function M.describe(top)
    local command = top:command("help", "Show the help of a command.")
    command:argument("words", "Its name, as policy check; without one, all commands."):argname("COMMAND"):args "*"
    command:flag("--json", "Print JSON.")
end

local function find(parser, word)
    local names = {}
    for _, command in ipairs(parser._commands) do
        if command._name == word then
            return command
        end
        names[#names + 1] = command._name
    end
    return nil, ("no command '%s'%s"):format(word, names[1] and suggest.suggest(word, names) or "")
end

---@param args table with the parser of all commands
---@return integer code
function M.run(args)
    local parser = args.parser
    for _, word in ipairs(args.words) do
        local inner, message = find(parser, word)
        if not inner then
            return cli.misuse(message)
        end
        parser = inner
    end
    cli.tell("help", parser:get_help())
    return 0
end

return M
