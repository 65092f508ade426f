--- The string library of policies. Runs in the policy VM; opened at its first use.
---
--- No dump, no addresses. What one call can spend in C is charged or bounded first: the length of what
--- it makes, and the steps of a search. Patterns that could backtrack for long are matched in Lua.

local charge = require "upnudge.sandbox.budget"
local math = require "math"
local read_only = require "upnudge.sandbox.read_only"
local string = require "string"
local table = require "table"

local LENGTH_LIMIT <const> = 1 << 17
-- Values that one call may give.
local RANGE_LIMIT <const> = 250
-- Steps that the library's matcher may need at worst; beyond, ours does the work.
local STEPS <const> = 20000

local members = {}
for _, name in ipairs { "char", "len", "lower", "upper", "reverse", "sub" } do
    members[name] = string[name]
end

local function text_of(value, index, name)
    if type(value) ~= "string" and type(value) ~= "number" then
        error(("string.%s: argument %d is a %s; expected a string"):format(name, index, type(value)), 3)
    end
    return type(value) == "string" and value or tostring(value)
end

local function bounded(length, name)
    if length > LENGTH_LIMIT then
        error("string." .. name .. ": the result would be longer than 128 KiB", 3)
    end
    charge(length / 32)
end

function members.byte(text, from, to)
    from = from or 1
    to = to or from
    if (to < 0 and to + #text or to) - (from < 0 and from + #text or from) > RANGE_LIMIT then
        error("string.byte: at most 250 bytes at once", 2)
    end
    return string.byte(text, from, to)
end

function members.rep(text, count, separator)
    text = text_of(text, 1, "rep")
    if type(count) ~= "number" or count > LENGTH_LIMIT then
        error("string.rep: at most 131072 times", 2)
    end
    bounded((#text + #(separator or "")) * count, "rep")
    charge(count)
    return string.rep(text, count, separator)
end

--- What a table is called tells its address; so does %p.
local function printable(value)
    local kind = type(value)
    return (kind == "string" or kind == "number" or kind == "boolean" or kind == "nil") and value or kind
end

function members.format(pattern, ...)
    pattern = text_of(pattern, 1, "format")
    if string.find(string.gsub(pattern, "%%%%", ""), "%%[-+ #0]*[%d.]*p") then
        error("string.format: no %p here", 2)
    end
    local values, length = table.pack(...), #pattern
    for i = 1, values.n do
        values[i] = printable(values[i])
        length = length + (type(values[i]) == "string" and #values[i] * 4 or 100)
    end
    bounded(length, "format")
    return string.format(pattern, table.unpack(values, 1, values.n))
end

--- Steps that the library's matcher needs at worst: it may try every length for every repetition,
--- from every start.
local function worst_case(text, pattern)
    local _, repetitions = string.gsub(pattern, "[*+?-]", "")
    local starts = string.sub(pattern, 1, 1) == "^" and 0 or 1
    return (#text + 1) ^ (repetitions + starts) * #pattern
end

--- The library's function where its steps are few, else ours.
local function matcher(name, text, pattern)
    local steps = worst_case(text, pattern)
    if steps > STEPS then
        return require "upnudge.sandbox.pattern"[name]
    end
    charge(steps / 16)
    return string[name]
end

function members.find(text, pattern, init, plain)
    text, pattern = text_of(text, 1, "find"), text_of(pattern, 2, "find")
    if plain then
        charge((#text + 1) * (#pattern + 1) / 64)
        return string.find(text, pattern, init, true)
    end
    return matcher("find", text, pattern)(text, pattern, init)
end

for _, name in ipairs { "match", "gmatch" } do
    members[name] = function(text, pattern, init)
        text, pattern = text_of(text, 1, name), text_of(pattern, 2, name)
        return matcher(name, text, pattern)(text, pattern, init)
    end
end

--- What a replacement gives counts while it is made, for the sum can be anything.
local function counted(by)
    local length = 0
    local function count(value)
        length = length + (type(value) == "string" and #value or 0)
        bounded(length, "gsub")
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
    if type(by) == "function" or type(by) == "table" then
        by = counted(by)
    else
        by = text_of(by, 3, "gsub")
        local escapes = string.find(by, "%", 1, true) and #text + 1 or 1
        bounded(#text + math.min(#text + 1, most or #text + 1) * #by * escapes, "gsub")
    end
    return matcher("gsub", text, pattern)(text, pattern, by, most)
end

return read_only("string", members)
