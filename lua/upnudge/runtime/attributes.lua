--- Attributes: what a host says of an activation in words of its own, NAME=VALUE. A policy sees them as
--- c.host.attributes.

local limits = require "upnudge.lib.limits"

local M = {}

-- As lua/api/argument.c has it.
local NAME <const> = "^[%a_][%w_.-]*$"

--- What they should be, if they are not; nil: they are.
---@param value any
---@return string?
function M.fault(value)
    local count = 0
    for name, text in pairs(type(value) == "table" and value or {}) do
        count = count + 1
        if type(name) ~= "string" or #name > limits.WORD or not name:find(NAME) or type(text) ~= "string" then
            count = limits.SAID + 1
        end
    end
    if type(value) ~= "table" or count > limits.SAID then
        return ("a table of at most %d texts by name: letters, digits, '_', '.' and '-', %d at most"):format(
            limits.SAID, limits.WORD)
    end
end

--- The name and the text of "NAME=VALUE"; nil and what is wrong.
---@param word string
---@return string? name
---@return string text or what is wrong
function M.parse(word)
    local name, text = word:match "^([^=]*)=(.*)$"
    if not name or #name > limits.WORD or not name:find(NAME) then
        return nil, ("'%s' is no NAME=VALUE; a name has letters, digits, '_', '.' and '-', %d at most"):format(
            limits.cut(word, limits.WORD), limits.WORD)
    end
    return name, text
end

return M
