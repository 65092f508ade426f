--- Advice: what an author does about an error that Lua raised in a function of theirs, where its words alone say little
--- to those who come from another language.

local M = {}

-- Patterns of what Lua says, the first that fits counts, and what is said behind it.
local ADVICE <const> = {
    { "attempt to perform arithmetic on a string value", "texts are joined by `..`" },
    { "attempt to compare %l+ with nil", "it may be nil; write `(value or 0)`" },
    { "attempt to compare nil with %l+", "it may be nil; write `(value or 0)`" },
    { "attempt to compare number with string", "a text has no order among numbers; `tonumber(text)` is its number" },
    { "attempt to compare string with number", "a text has no order among numbers; `tonumber(text)` is its number" },
    { "attempt to call a table value %(for iterator", "write `for i, item in ipairs(list) do`" },
    { "attempt to %l+ a nil value %(field 'integer index'%)", "a list may have fewer items; test for nil first" },
    { "attempt to %l+ a nil value %(field '%?'%)", "a list may have fewer items; test for nil first" },
    { "attempt to index a nil value %(field '([%w_]+)'%)", "'%s' may be nil; write `x.%s and ...`" },
    { "attempt to perform arithmetic on a nil value %(field '([%w_]+)'%)", "'%s' may be nil; write `(x.%s or 0)`" },
    { "attempt to concatenate a nil value %(field '([%w_]+)'%)", "'%s' may be nil; write `(x.%s or \"\")`" },
    { "attempt to concatenate a %l+ value", "`tostring(value)` is a text" },
    { "attempt to call a nil value %(method '([%w_]+)'%)", "a text has no function '%s'" },
    { "attempt to call a %l+ value %(method '([%w_]+)'%)", "a field is read by a dot: `x.%s`" },
    { "attempt to index a boolean value %(field '([%w_]+)'%)", "'%s' is false where there is none; write "
        .. "`x.%s and ...`" },
}

-- A function of texts that was called with a dot, as in other languages.
local BY_DOT <const> = "%f[%w_]([%w_]+)%.([%l]+)[ \t]*[%(\"'{]"

--- Whether a line calls a function of a text by a dot.
local function by_dot(line, name)
    for owner, member in line:gmatch(BY_DOT) do
        if member == name and owner ~= "string" and owner ~= "utf8" and owner ~= "table" then
            return ("a text's functions are called by a colon: `%s:%s(...)`"):format(owner, name)
        end
    end
end

--- What is said behind the words of an error; nil: they say enough.
---@param words string
---@param line string of the source
---@return string?
function M.of(words, line)
    local called = words:match "%f[%w]string%.(%l+): argument"
    if called then
        return by_dot(line, called)
    end
    for _, advice in ipairs(ADVICE) do
        local found = words:match(advice[1])
        if found then
            return (advice[2]:gsub("%%s", found))
        end
    end
end

return M
