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

-- Lua's own words and ours (lua/bind/bind.h), the linker's, and the C library's.
local STARVED <const> = { "not enough memory", "out of memory", "Cannot allocate memory" }

--- Whose fault it is, as a code of upnudge.lib.reasons. Want of memory is raised, too.
---@param value any what pcall gave, or the words of something that went wrong
---@return "memory"|"fault"
function M.code(value)
    for _, words in ipairs(type(value) == "string" and STARVED or {}) do
        if value:find(words, 1, true) then
            return "memory"
        end
    end
    return "fault"
end

return M
