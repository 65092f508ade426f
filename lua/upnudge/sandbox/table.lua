--- The table library of policies. Runs in the policy VM; opened at its first use.

local math = require "math"
local read_only = require "upnudge.sandbox.read_only"
local table = require "table"

local RANGE_LIMIT <const> = 100000

--- C loops over a table trust its length; a metatable could make that anything.
local function with_plain_table(f)
    return function(list, ...)
        if type(list) ~= "table" or getmetatable(list) then
            error("a plain table is needed", 2)
        end
        return f(list, ...)
    end
end

local function within_range(f)
    return with_plain_table(function(list, a, b, c, ...)
        for _, bound in ipairs { a or 0, b or 0, c or 0 } do
            if math.type(bound) == "integer" and (bound > RANGE_LIMIT or bound < -RANGE_LIMIT) then
                error("a range this large is not walked in a policy", 2)
            end
        end
        return f(list, a, b, c, ...)
    end)
end

local members = { pack = table.pack }
for _, name in ipairs { "insert", "remove", "sort" } do
    members[name] = with_plain_table(table[name])
end
members.unpack, members.move = within_range(table.unpack), within_range(table.move)

--- Takes the read-only lists of the context too, element by element, under the budget.
function members.concat(list, separator, from, to)
    local plain, last = {}, to or #list
    if last > RANGE_LIMIT then
        error("a list this long is not joined in a policy", 2)
    end
    for i = from or 1, last do
        plain[i] = list[i]
    end
    return table.concat(plain, separator, from, last)
end

return read_only("table", members)
