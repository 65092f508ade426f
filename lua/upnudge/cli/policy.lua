--- upnudge policy: check, see and test policies before anybody meets them.

local M = {}

local TASKS <const> = { "list", "show", "which", "new", "check", "verify", "simulate", "diff", "test", "reference" }

---@param top table
function M.describe(top)
    local command = top:command("policy", "List, write, check, verify, simulate, compare and test policies.")
    command:command_target("task")
    command:require_command(true)
    for _, task in ipairs(TASKS) do
        require("upnudge.cli.policy_" .. task).describe(command)
    end
end

---@param args table
---@return integer code
function M.run(args)
    return require("upnudge.cli.policy_" .. args.task).run(args)
end

return M
