--- Requests: what a binding asks for, held against what the call takes. Strict, for who writes a binding is told of a
--- slip at once or never.

local limits = require "upnudge.lib.limits"

local M = {}

-- Bytes of a word that is told again.
local TOLD <const> = 40
-- Entries of a list, and bytes of a text that is no lockfile.
local LIST_MOST <const>, TEXT_MOST <const> = limits.FIXES, 1 << 16

local function is_text(value)
    return type(value) == "string" and #value <= TEXT_MOST and not value:find("\0", 1, true)
end

--- The value as a whole number that is not negative.
local function whole(value)
    local number = type(value) == "number" and math.tointeger(value)
    return number and number >= 0 and number or nil
end

--- What each kind makes of a value; nil: it is none of the kind.
local KINDS <const> = {
    text = function(value)
        return is_text(value) and value or nil
    end,
    path = function(value)
        return is_text(value) and value ~= "" and value or nil
    end,
    bytes = function(value)
        return type(value) == "string" and value or nil
    end,
    flag = function(value)
        if type(value) == "boolean" then
            return value
        end
    end,
    seconds = function(value)
        return (whole(value) or is_text(value)) and require "upnudge.lib.duration".parse(value) or nil
    end,
    time = function(value)
        local text = whole(value) and ("%d"):format(value) or is_text(value) and value
        return text and require "upnudge.lib.time".parse(text) or nil
    end,
    mode = function(value)
        return (value == "activate" or value == "in-place" or value == "command") and value or nil
    end,
    texts = function(value)
        local count = type(value) == "table" and #value or LIST_MOST + 1
        for key, text in pairs(count <= LIST_MOST and value or {}) do
            if not whole(key) or not is_text(text) then
                return nil
            end
        end
        return count <= LIST_MOST and value or nil
    end,
    attributes = function(value)
        return not require "upnudge.runtime.attributes".fault(value) and value or nil
    end,
}

local EXPECTED <const> = {
    text = "a text of at most 64 KiB without NUL", path = "a path", bytes = "a text", flag = "true or false",
    seconds = "seconds, or a duration as \"1d\", 100 years at most",
    time = "seconds since the epoch, or ISO 8601, up to the year 9999",
    mode = "\"activate\", \"in-place\" or \"command\"",
    attributes = ("an object of at most %d texts by name"):format(limits.SAID),
    texts = ("a list of at most %d texts, each of at most 64 KiB without NUL"):format(LIST_MOST),
}

--- A word as it is told again, however long it is and whatever is in it.
local function told(word)
    return require "upnudge.lib.terminal".line(limits.cut(tostring(word), TOLD))
end

--- Words for a name that is none of those.
---@param what string "call"
---@param word any
---@param choices table<string, any>
---@return string
function M.unknown(what, word, choices)
    local suggest = require "upnudge.lib.suggest"
    return ("no %s '%s'%s"):format(what, told(word), suggest.suggest(told(word), suggest.keys(choices)))
end

--- The options as the call takes them.
---@param given table<string, any>
---@param takes table<string, string> kinds by name; a "!" behind one: there is nothing without it
---@return table? options
---@return string? message
function M.options(given, takes)
    local options = {}
    for name, value in pairs(given) do
        local kind = takes[name] and takes[name]:match "%l+"
        if not kind then
            return nil, M.unknown("option", name, takes)
        end
        local taken = KINDS[kind](value)
        if taken == nil then
            return nil, ("'%s': expected %s"):format(name, EXPECTED[kind])
        end
        options[name] = taken
    end
    for _, name in ipairs(require "upnudge.lib.suggest".keys(takes)) do
        if takes[name]:find("!", 1, true) and options[name] == nil then
            return nil, ("'%s' is missing: expected %s"):format(name, EXPECTED[takes[name]:match "%l+"])
        end
    end
    return options
end

return M
