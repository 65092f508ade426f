--- What was raised, in words. Lua raises any value, and one that is no text has none but its address, which tells
--- people nothing and others where our memory is.

local M = {}

---@param value any what pcall gave
---@return string
function M.text(value)
    local kind = type(value)
    if kind == "string" then
        return value
    elseif kind == "number" or kind == "boolean" or kind == "nil" then
        return tostring(value)
    end
    return "an error that is no text but a " .. kind
end

--- Whose fault it is, as a code of upnudge.lib.reasons. Want of memory is raised, too (lua/bind/bind.h).
---@param value any what pcall gave
---@return "memory"|"fault"
function M.code(value)
    return type(value) == "string" and value:find("not enough memory", 1, true) and "memory" or "fault"
end

return M
