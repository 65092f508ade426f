--- The notice: the text of a rule that is due. Runs in the policy VM, when something is to be said.

local M = {}

local LIMIT <const> = 16384

--- Why a rule does not speak whose text is none.
M.NOTHING = "its text has nothing to say"

--- What a policy without a text says.
---@param c table
---@return string
function M.default(c)
    local text = require "upnudge.language.text"
    return text.summary(c) .. "\n" .. text.hint(c)
end

--- Whether a text has nothing that a person could read: it is empty but for marks of styles, or what it begins with is
--- and only the hint is behind that.
local function says_nothing(text, c)
    local find = require "string".find
    if not find(text, "^%s*\n") and find(text, "^%s*[^%s%c]") then
        return false
    end
    local words = require "string".gsub(text, "\14[\33-\126]*\15", "")
    local from = find(words, "[^%s%c]")
    return not from or find(words, "^%s*\n") and require "upnudge.language.text".is_hint(words:sub(from), c)
end

--- The text; nil: there is nothing to say.
---@param source string|fun(c: table): string? of the cadence, the rule or the policy
---@param place upnudge.Rule|string whose it is
---@param c table
---@param from any? whose source it stands for
---@return string?
function M.text_of(source, place, c, from)
    local value = source
    if type(source) == "function" then
        value = source(c) or ""
    end
    if type(value) ~= "string" then
        require "upnudge.language.fault".raise(place, from or source, "text gave a %s; expected a string", type(value))
    elseif #value > LIMIT then
        require "upnudge.language.fault".raise(place, from or source, "text is longer than %d bytes", LIMIT)
    end
    return not says_nothing(value, c) and value or nil
end

return M
