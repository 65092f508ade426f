--- A fault: something of a policy gave what nothing can be made of. Runs in the policy VM.

local M = {}

--- Where a rule stands.
---@param rule upnudge.Rule|string a rule, or what is to be said of another place
---@return string
local function place_of(rule)
    if type(rule) == "string" then
        return rule
    end
    return ("%s:%d: rule '%s'"):format(rule.file, rule.line, rule.name)
end

--- Raises it, in words that say where it is.
---@param place upnudge.Rule|string
---@param words string a format
---@param ... any
function M.raise(place, words, ...)
    error(place_of(place) .. ": " .. words:format(...), 0)
end

return M
