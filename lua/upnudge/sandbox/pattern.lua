--- Lua's patterns, matched in Lua. Runs in the policy VM, for patterns that could take long.
---
--- The library's matcher backtracks inside one C call, which no budget sees:
--- ("a"):rep(3000):find(".-.-.-b") takes minutes. This one does the same work under the budget. The
--- language is that of section 6.4.1 of the reference manual.

local math = require "math"
local string = require "string"
local table = require "table"
local byte, sub, plain_find = string.byte, string.sub, string.find

local M = {}

local MOST_CAPTURES <const> = 32
-- Lengths of captures that are not (yet) a range.
local OPEN <const>, POSITION <const> = -1, -2

---@class upnudge.Match
---@field text string
---@field pattern string
---@field level integer captures begun
---@field start integer[]
---@field length integer[]

local function malformed(what)
    error("malformed pattern (" .. what .. ")", 0)
end

--- The index behind the single class at `p`.
local function class_end(pattern, p)
    local c = sub(pattern, p, p)
    if c == "%" then
        if p == #pattern then
            malformed "ends with '%'"
        end
        return p + 2
    elseif c ~= "[" then
        return p + 1
    end
    p = p + (sub(pattern, p + 1, p + 1) == "^" and 2 or 1)
    repeat
        if p > #pattern then
            malformed "missing ']'"
        end
        p = p + (sub(pattern, p, p) == "%" and 2 or 1)
    until sub(pattern, p, p) == "]"
    return p + 1
end

local function in_class(c, class)
    return plain_find(c, "^%" .. class) ~= nil
end

--- Whether `c` is in the set from `p` ("[") to `last` ("]").
local function in_set(c, pattern, p, last)
    local wanted = true
    if sub(pattern, p + 1, p + 1) == "^" then
        wanted, p = false, p + 1
    end
    p = p + 1
    while p < last do
        local here = sub(pattern, p, p)
        if here == "%" then
            if in_class(c, sub(pattern, p + 1, p + 1)) then
                return wanted
            end
            p = p + 2
        elseif sub(pattern, p + 1, p + 1) == "-" and p + 2 < last then
            if byte(here) <= byte(c) and byte(c) <= byte(pattern, p + 2) then
                return wanted
            end
            p = p + 3
        elseif here == c then
            return wanted
        else
            p = p + 1
        end
    end
    return not wanted
end

--- Whether the character at `s` fits the single class from `p` to before `after`.
local function fits(m, s, p, after)
    if s > #m.text then
        return false
    end
    local c, class = sub(m.text, s, s), sub(m.pattern, p, p)
    if class == "." then
        return true
    elseif class == "%" then
        return in_class(c, sub(m.pattern, p + 1, p + 1))
    elseif class == "[" then
        return in_set(c, m.pattern, p, after - 1)
    end
    return class == c
end

local match

local function longest(m, s, p, after)
    local count = 0
    while fits(m, s + count, p, after) do
        count = count + 1
    end
    for taken = count, 0, -1 do
        local found = match(m, s + taken, after + 1)
        if found then
            return found
        end
    end
end

local function shortest(m, s, p, after)
    while true do
        local found = match(m, s, after + 1)
        if found then
            return found
        elseif not fits(m, s, p, after) then
            return nil
        end
        s = s + 1
    end
end

local function begin_capture(m, s, p, length)
    if m.level >= MOST_CAPTURES then
        error("too many captures", 0)
    end
    m.level = m.level + 1
    m.start[m.level], m.length[m.level] = s, length
    local found = match(m, s, p)
    if not found then
        m.level = m.level - 1
    end
    return found
end

local function end_capture(m, s, p)
    local level = m.level
    while level > 0 and m.length[level] ~= OPEN do
        level = level - 1
    end
    if level == 0 then
        error("invalid pattern capture", 0)
    end
    m.length[level] = s - m.start[level]
    local found = match(m, s, p)
    if not found then
        m.length[level] = OPEN
    end
    return found
end

--- %bxy
local function balanced(m, s, p)
    local open, close = sub(m.pattern, p, p), sub(m.pattern, p + 1, p + 1)
    if close == "" then
        malformed "missing arguments to '%b'"
    elseif sub(m.text, s, s) ~= open then
        return nil
    end
    local depth = 1
    for at = s + 1, #m.text do
        local c = sub(m.text, at, at)
        if c == close then
            depth = depth - 1
            if depth == 0 then
                return at + 1
            end
        elseif c == open then
            depth = depth + 1
        end
    end
end

--- %f[set]: the index behind the set when `s` is at the frontier.
local function frontier(m, s, p)
    if sub(m.pattern, p, p) ~= "[" then
        error("missing '[' after '%f' in pattern", 0)
    end
    local after = class_end(m.pattern, p)
    local before, here = s > 1 and sub(m.text, s - 1, s - 1) or "\0", s <= #m.text and sub(m.text, s, s) or "\0"
    return not in_set(before, m.pattern, p, after - 1) and in_set(here, m.pattern, p, after - 1) and after or nil
end

local function same_as_capture(m, s, digit)
    local level = byte(digit) - 48
    if level < 1 or level > m.level or m.length[level] == OPEN then
        error("invalid capture index %" .. digit, 0)
    end
    local length = m.length[level]
    if length == POSITION then
        return nil
    end
    local captured = sub(m.text, m.start[level], m.start[level] + length - 1)
    return sub(m.text, s, s + #captured - 1) == captured and s + #captured or nil
end

local function escaped(m, s, p)
    local c = sub(m.pattern, p + 1, p + 1)
    if c == "b" then
        s = balanced(m, s, p + 2)
        return true, s, p + 4
    elseif c == "f" then
        p = frontier(m, s, p + 2)
        return true, p and s, p
    elseif plain_find(c, "^%d") then
        return true, same_as_capture(m, s, c), p + 2
    end
    return false
end

--- One class with what follows it: the next s and p to go on with, or the end of the match.
local function step(m, s, p)
    local after = class_end(m.pattern, p)
    local suffix = sub(m.pattern, after, after)
    if suffix == "*" or suffix == "-" then
        return nil, nil, (suffix == "*" and longest or shortest)(m, s, p, after)
    elseif suffix == "+" then
        return nil, nil, fits(m, s, p, after) and longest(m, s + 1, p, after) or nil
    elseif suffix == "?" then
        local found = fits(m, s, p, after) and match(m, s + 1, after + 1)
        if found then
            return nil, nil, found
        end
        return s, after + 1
    elseif not fits(m, s, p, after) then
        return nil
    end
    return s + 1, after
end

--- The index behind the match of the pattern from `p` at `s`; nil: none.
function match(m, s, p)
    while s and p <= #m.pattern do
        local c, special = sub(m.pattern, p, p), false
        if c == "(" then
            local position = sub(m.pattern, p + 1, p + 1) == ")"
            return begin_capture(m, s, position and p + 2 or p + 1, position and POSITION or OPEN)
        elseif c == ")" then
            return end_capture(m, s, p + 1)
        elseif c == "$" and p == #m.pattern then
            return s == #m.text + 1 and s or nil
        elseif c == "%" then
            local next_s, next_p
            special, next_s, next_p = escaped(m, s, p)
            if special then
                s, p = next_s, next_p
            end
        end
        if not special then
            local found
            s, p, found = step(m, s, p)
            if not s then
                return found
            end
        end
    end
    return s
end

local function capture(m, level, from, to)
    local length = m.length[level]
    if level > m.level then
        if level > 1 then
            error("invalid capture index %" .. level, 0)
        end
        return sub(m.text, from, to - 1)
    elseif length == OPEN then
        error("unfinished capture", 0)
    elseif length == POSITION then
        return m.start[level]
    end
    return sub(m.text, m.start[level], m.start[level] + length - 1)
end

--- The captures of a match; `whole`: the match itself where there is none.
local function captures(m, from, to, whole)
    local list = {}
    for level = 1, m.level > 0 and m.level or whole and 1 or 0 do
        list[level] = capture(m, level, from, to)
    end
    return list
end

--- First match at or behind `init`: its start, the index behind it, and the state.
local function search(text, pattern, init)
    local anchored = sub(pattern, 1, 1) == "^"
    local m = { text = text, pattern = pattern, level = 0, start = {}, length = {} }
    for s = init, anchored and init or #text + 1 do
        m.level = 0
        local after = match(m, s, anchored and 2 or 1)
        if after then
            return s, after, m
        end
    end
end

local function beginning(text, init)
    init = init or 1
    if init < 0 then
        init = math.max(#text + init + 1, 1)
    end
    return init == 0 and 1 or init
end

--- string.find, of patterns.
function M.find(text, pattern, init)
    init = beginning(text, init)
    if init > #text + 1 then
        return nil
    end
    local from, after, m = search(text, pattern, init)
    if not from then
        return nil
    end
    return from, after - 1, table.unpack(captures(m, from, after))
end

--- string.match
function M.match(text, pattern, init)
    init = beginning(text, init)
    if init > #text + 1 then
        return nil
    end
    local from, after, m = search(text, pattern, init)
    if not from then
        return nil
    end
    return table.unpack(captures(m, from, after, true))
end

--- string.gmatch: an anchor matches itself there.
function M.gmatch(text, pattern, init)
    local s, last = beginning(text, init), nil
    pattern = sub(pattern, 1, 1) == "^" and "%" .. pattern or pattern
    return function()
        while s <= #text + 1 do
            local from, after, m = search(text, pattern, s)
            if not from then
                s = #text + 2
                return nil
            elseif after ~= last then
                s, last = after, after
                return table.unpack(captures(m, from, after, true))
            end
            s = from + 1
        end
    end
end

local function expand(template, m, from, to)
    return (string.gsub(template, "%%(.?)", function(c)
        if c == "0" then
            return sub(m.text, from, to - 1)
        elseif plain_find(c, "^%d") then
            return tostring(capture(m, byte(c) - 48, from, to))
        elseif c == "%" then
            return "%"
        end
        error("invalid use of '%' in replacement string", 0)
    end))
end

local function replacement(by, m, from, to)
    local value
    if type(by) == "table" then
        value = by[capture(m, 1, from, to)]
    elseif type(by) == "function" then
        value = by(table.unpack(captures(m, from, to, true)))
    else
        return expand(tostring(by), m, from, to)
    end
    if not value then
        return sub(m.text, from, to - 1)
    elseif type(value) ~= "string" and type(value) ~= "number" then
        error("invalid replacement value (a " .. type(value) .. ")", 0)
    end
    return tostring(value)
end

--- string.gsub
function M.gsub(text, pattern, by, most)
    local anchored = sub(pattern, 1, 1) == "^"
    local parts, s, last, count = {}, 1, nil, 0
    local m = { text = text, pattern = pattern, level = 0, start = {}, length = {} }
    while count < (most or #text + 1) do
        m.level = 0
        local after = match(m, s, anchored and 2 or 1)
        if after and after ~= last then
            count = count + 1
            parts[#parts + 1] = replacement(by, m, s, after)
            s, last = after, after
        elseif s <= #text then
            parts[#parts + 1] = sub(text, s, s)
            s = s + 1
        else
            break
        end
        if anchored then
            break
        end
    end
    parts[#parts + 1] = sub(text, s)
    return table.concat(parts), count
end

return M
