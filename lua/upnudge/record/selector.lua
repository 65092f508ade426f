--- Selectors: which packages a list names: "curl", "linux-*", or one version alone, "curl@8.10.1".

local fits = require "upnudge.lib.glob"

local M = {}

--- Whether one of the selectors names the change's package. A name may hold an @ itself ("@scope/name").
---@param patterns string[]
---@param change upnudge.Change
---@return boolean
function M.matches(patterns, change)
    for _, text in ipairs(patterns) do
        local name, version = text:match "^(.+)@([^@]+)$"
        if fits(text, change.name) then
            return true
        elseif name and change.to and fits(name, change.name) and fits(version, change.to) then
            return true
        end
    end
    return false
end

--- The changes that none of them names, in their order.
---@param patterns string[]
---@param changes upnudge.Change[]
---@return upnudge.Change[]
function M.without(patterns, changes)
    local left = {}
    for _, change in ipairs(changes) do
        if not M.matches(patterns, change) then
            left[#left + 1] = change
        end
    end
    return left
end

return M
