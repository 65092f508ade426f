--- The string library of policies. Runs in the policy VM; opened at its first use.
---
--- No dump, no addresses, no NULs. What one call can spend in C is charged or bounded before it is spent: the length
--- of what it makes, and the steps of a search. Patterns that could backtrack for long are matched in Lua.

local charge = require "upnudge.sandbox.budget"
local library = require "upnudge.sandbox.library"
local math = require "math"
local string = require "string"
local table = require "table"

local LENGTH_LIMIT <const> = 1 << 17
-- Values that one call may give.
local RANGE_LIMIT <const> = 250
-- Steps that the library's matcher may need at worst; beyond, ours does the work.
local STEPS <const> = 20000
-- What a call costs beside the instructions around it.
local CALL <const> = 12

local members = {
    len = charged(string.len, 4), sub = charged(string.sub, CALL),
    lower = charged(string.lower, CALL, 6), upper = charged(string.upper, CALL, 6),
    reverse = charged(string.reverse, CALL, 6),
}

local function text_of(value, index, name)
    if type(value) ~= "string" and type(value) ~= "number" then
        error(("string.%s: argument %d is a %s; expected a string"):format(name, index, type(value)), 3)
    end
    return type(value) == "string" and value or tostring(value)
end

local function whole_of(value, index, name, default)
    local whole = math.tointeger(value == nil and default or value)
    if not whole then
        error(("string.%s: argument %d is no whole number"):format(name, index), 3)
    end
    return whole
end

local function bounded(length, name)
    if length > LENGTH_LIMIT then
        error("string." .. name .. ": the result would be longer than 128 KiB", 3)
    end
    charge(length / 32)
end

--- Comparing texts is slow where NULs are, so there are none: nothing that makes a text makes one.
local function without_nul(text, name)
    if string.find(text, "\0", 1, true) then
        error("string." .. name .. ": a NUL byte ('\\0') has no place in a policy", 3)
    end
    return text
end

--- A position counted from the end, as one from the beginning that is never far outside.
local function position(at, length)
    return at < 0 and math.max(at, -length - 1) + length + 1 or math.min(at, length + 1)
end

function members.byte(text, from, to)
    text = text_of(text, 1, "byte")
    from = whole_of(from, 2, "byte", 1)
    from, to = position(from, #text), position(whole_of(to, 3, "byte", from), #text)
    if to - from > RANGE_LIMIT then
        error("string.byte: at most 250 bytes at once", 2)
    end
    charge(CALL + math.max(to - from, 0) / 4)
    return string.byte(text, from, to)
end

function members.char(...)
    charge(CALL + select("#", ...) / 4)
    return without_nul(string.char(...), "char")
end

function members.rep(text, count, separator)
    text, separator = text_of(text, 1, "rep"), separator ~= nil and text_of(separator, 3, "rep") or ""
    if type(count) ~= "number" or count > LENGTH_LIMIT then
        error("string.rep: at most 131072 times", 2)
    end
    bounded((#text + #separator) * count, "rep")
    charge(CALL + count / 2)
    return string.rep(text, count, separator)
end

-- The longest piece of a format string that the library takes, "%-+ #099.99f" and one more.
local LONGEST_PIECE <const> = 16
-- What putting one value into words costs: the decimals of a large number are many.
local PRICES <const> = { a = 60, A = 60, c = 20, d = 30, e = 150, E = 150, f = 450, g = 150, G = 150, i = 30, o = 30,
    q = 60, s = 20, u = 30, x = 30, X = 30 }

--- What a table is called tells its address; so does %p.
local function printable(value)
    local kind = type(value)
    if kind == "string" or kind == "number" or kind == "boolean" or kind == "nil" then
        return value
    end
    return kind
end

--- Charges what the pieces of the format string cost, each by its letter.
local function charge_pieces(pattern)
    local at = string.find(pattern, "%", 1, true)
    while at do
        local last = string.find(pattern, "[^-+ #%d.]", at + 1)
        local letter = last and string.sub(pattern, last, last)
        if letter == "p" then
            error("string.format: no %p here", 3)
        elseif not last or last - at > LONGEST_PIECE then
            error("string.format: a piece of the format string is too long", 3)
        end
        charge(PRICES[letter] or 0)
        at = string.find(pattern, "%", last + 1, true)
    end
end

function members.format(pattern, ...)
    pattern = text_of(pattern, 1, "format")
    charge_pieces(pattern)
    local values, length = table.pack(...), #pattern
    for i = 1, values.n do
        values[i] = printable(values[i])
        length = length + (type(values[i]) == "string" and #values[i] * 4 or 100)
    end
    bounded(length, "format")
    charge(CALL + length / 8)
    return without_nul(string.format(pattern, table.unpack(values, 1, values.n)), "format")
end

--- Steps that the library's matcher needs at worst: it may try every length for every repetition,
--- from every start. What is balanced, or was captured, is gone through too.
local function worst_case(text, pattern)
    local _, repetitions = string.gsub(pattern, "[*+?-]", "")
    local _, walks = string.gsub(pattern, "%%[b%d]", "")
    local starts = string.sub(pattern, 1, 1) == "^" and 0 or 1
    return (#text + 1) ^ (repetitions + walks + starts) * #pattern
end

--- The library's function where its steps are few, else ours.
local function matcher(name, text, pattern)
    charge(CALL + #pattern / 4)
    local steps = worst_case(text, pattern)
    if steps > STEPS then
        return require "upnudge.sandbox.pattern"[name]
    end
    charge(steps / 4)
    return string[name]
end

function members.find(text, pattern, init, plain)
    text, pattern = text_of(text, 1, "find"), text_of(pattern, 2, "find")
    if plain then
        charge(CALL + (#text + 1) * (#pattern + 1) / 64)
        return string.find(text, pattern, init, true)
    end
    return matcher("find", text, pattern)(text, pattern, init)
end

function members.match(text, pattern, init)
    text, pattern = text_of(text, 1, "match"), text_of(pattern, 2, "match")
    return matcher("match", text, pattern)(text, pattern, init)
end

function members.gmatch(text, pattern, init)
    text, pattern = text_of(text, 1, "gmatch"), text_of(pattern, 2, "gmatch")
    local step = matcher("gmatch", text, pattern)(text, pattern, init)
    return function()
        charge(CALL)
        return step()
    end
end

--- What a replacement gives counts while it is made, for the sum can be anything.
local function counted(by)
    local length = 0
    local function count(value)
        length = length + (type(value) == "string" and #value or 0)
        bounded(length, "gsub")
        charge(CALL)
        return value
    end
    return type(by) == "function" and function(...)
        return count(by(...))
    end or function(key)
        return count(by[key])
    end
end

function members.gsub(text, pattern, by, most)
    text, pattern = text_of(text, 1, "gsub"), text_of(pattern, 2, "gsub")
    most = most ~= nil and whole_of(most, 4, "gsub") or #text + 1
    if type(by) == "function" or type(by) == "table" then
        by = counted(by)
    else
        by = text_of(by, 3, "gsub")
        local escapes = string.find(by, "%", 1, true) and #text + 1 or 1
        bounded(#text + math.max(math.min(#text + 1, most), 0) * #by * escapes, "gsub")
    end
    return matcher("gsub", text, pattern)(text, pattern, by, most)
end

return library("string", members)
