--- upnudge completion: what a shell sources to complete our words.

local cli = require "upnudge.cli.command"

local M = {}

---@param top table
function M.describe(top)
    local command = top:command("completion", "Print the completion for a shell. Into ~/.bashrc belongs "
        .. "eval \"$(upnudge completion bash)\", and the same with zsh; for fish: upnudge completion fish | source.")
    command:argument("shell", "Which shell: bash, zsh or fish."):choices { "bash", "zsh", "fish" }
    command:flag("--json", "Print JSON.")
end

---@param args table with the parser of all commands
---@return integer code
function M.run(args)
    local text = args.parser[("get_%s_complete"):format(args.shell)](args.parser)
    cli.tell("completion", (text:gsub("\n$", "")))
    return 0
end

return M
