--- The companions of a policy: a team's formats and checkers, which stand in directories beside it. Looked at before
--- they are shipped, as the policy is.

local M = {}

local function add(list, fault)
    local path, message = fault.path, fault.message
    if fault.mistakes then
        table.move(fault.mistakes, 1, #fault.mistakes, #list + 1, list)
    elseif message:sub(1, #path + 1) == path .. ":" then
        -- An error of Lua, which has its line.
        local line, rest = message:match("^:(%d+): (.*)$", #path + 1)
        list[#list + 1] = { file = path, line = math.tointeger(line), message = rest or message:sub(#path + 3) }
    else
        list[#list + 1] = { file = path, message = message }
    end
end

--- Every mistake of the files beside a policy. A ready-made policy has none beside it.
---@param source upnudge.PolicySource
---@return upnudge.Mistake[]
function M.mistakes(source)
    local list = {}
    if source.path then
        local beside = { name = source.name, path = source.path }
        local reader <close> = require "upnudge.lockfile".reader(beside)
        local _, faults = reader:formats()
        for _, fault in ipairs(faults) do
            add(list, fault)
        end
        for _, fault in ipairs(require "upnudge.checker.team".faults(beside)) do
            add(list, fault)
        end
    end
    return list
end

return M
