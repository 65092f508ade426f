--- The table library of policies. Runs in the policy VM; opened at its first use.
---
--- C loops over a table trust its length, which a metatable could make anything, and no budget sees
--- them: tables must be plain, ranges are short, and what is walked is charged.

local charge = require "upnudge.sandbox.budget"
local library = require "upnudge.sandbox.library"
local math = require "math"
local table = require "table"

local LENGTH_LIMIT <const> = 100000
local LONGEST_TEXT <const> = 1 << 17
-- Values that one call may give.
local RANGE_LIMIT <const> = 250
-- What a call costs beside the instructions around it, and putting a number into decimals.
local CALL <const>, NUMBER <const> = 8, 60

local function plain(list, name)
    if type(list) ~= "table" or getmetatable(list) then
        error("table." .. name .. ": a plain table is needed", 3)
    elseif #list > LENGTH_LIMIT then
        error("table." .. name .. ": a list this long is not for a policy", 3)
    end
    return list
end

local function index(value, name)
    local whole = math.tointeger(value)
    if not whole or whole > LENGTH_LIMIT or whole < -LENGTH_LIMIT then
        error("table." .. name .. ": an index this large is not for a policy", 3)
    end
    return whole
end

local members = {}

function members.pack(...)
    charge(CALL + select("#", ...) / 2)
    return table.pack(...)
end

function members.insert(list, ...)
    plain(list, "insert")
    charge(CALL)
    if select("#", ...) > 1 then
        charge(2 * (#list - index((...), "insert") + 1))
    end
    return table.insert(list, ...)
end

function members.remove(list, position)
    plain(list, "remove")
    charge(CALL)
    if position ~= nil then
        local length, at = #list, index(position, "remove")
        -- Said here, for the versions of Lua number the argument differently.
        if at ~= length and (at < 1 or at > length + 1) then
            error("bad argument #2 to 'remove' (position out of bounds)", 2)
        end
        charge(2 * (length - at + 1))
    end
    return table.remove(list, position)
end

--- Ours of C, which charges each comparison.
function members.sort(list, before)
    return table.sort(plain(list, "sort"), before)
end

function members.unpack(list, from, to)
    from, to = index(from or 1, "unpack"), index(to or #plain(list, "unpack"), "unpack")
    if to - from >= RANGE_LIMIT then
        error("table.unpack: at most 250 values at once", 2)
    end
    charge(CALL + math.max(to - from, 0) / 2)
    return table.unpack(plain(list, "unpack"), from, to)
end

function members.move(from, first, last, at, to)
    first, last, at = index(first, "move"), index(last, "move"), index(at, "move")
    charge(CALL + 3 * math.max(last - first + 1, 0))
    return table.move(plain(from, "move"), first, last, at, plain(to or from, "move"))
end

--- Takes the read-only lists of the context too, element by element, under the budget.
function members.concat(list, separator, from, to)
    local parts, length = {}, 0
    from, to = index(from or 1, "concat"), index(to or #list, "concat")
    charge(CALL)
    for i = from, to do
        charge(type(list[i]) == "number" and NUMBER or 0)
        parts[i] = list[i]
        length = length + #tostring(list[i]) + #(separator or "")
        if length > LONGEST_TEXT then
            error("table.concat: the result would be longer than 128 KiB", 2)
        end
    end
    return table.concat(parts, separator, from, to)
end

return library("table", members)
