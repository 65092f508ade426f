--- Marks of one line of a picture, put apart: those that would cover each other become one with a number beside it, or
--- stand side by side where they are of different kinds.

local M = {}

-- Pixels between two marks, and of a digit.
local GAP <const>, DIGIT <const> = 1.5, 6
-- What is told of each mark, where one stands for many.
local TOLD <const> = 12

---@class upnudge.Mark
---@field x number its middle
---@field kind string
---@field title string
---@field count? integer how many it stands for
---@field more? integer how many of them the title leaves out

--- Where a mark and its number end.
local function right_of(mark, radius)
    local label = mark.count > 1 and 2 + DIGIT * #tostring(mark.count) or 0
    return mark.x + radius + label
end

local function join(into, mark, lead)
    into.count = into.count + 1
    into.kind = lead and lead(into.kind, mark.kind) or into.kind
    if into.count <= TOLD then
        into.title = into.title .. "\n" .. mark.title
    else
        into.more = (into.more or 0) + 1
    end
end

--- Puts marks apart, from left to right.
---@param marks upnudge.Mark[] is sorted
---@param radius number half as wide as a mark is
---@param lead? fun(a: string, b: string): string which kind one has that stands for two; nil: kinds stand side by side
---@return upnudge.Mark[]
function M.apart(marks, radius, lead)
    table.sort(marks, function(a, b)
        if a.x ~= b.x then
            return a.x < b.x
        end
        return a.kind < b.kind
    end)
    local placed = {}
    for _, mark in ipairs(marks) do
        local last = placed[#placed]
        local edge = last and right_of(last, radius) + GAP or -math.huge
        if mark.x - radius < edge and (lead or last.kind == mark.kind) then
            join(last, mark, lead)
        else
            mark.count, mark.x = 1, math.max(mark.x, edge + radius)
            placed[#placed + 1] = mark
        end
    end
    return placed
end

return M
