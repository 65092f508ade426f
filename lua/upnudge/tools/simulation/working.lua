--- Working time: the hours of a scenario in which its people open shells.

local calendar = require "upnudge.lib.calendar"

local M = {}

local DAY <const> = 86400

---@class upnudge.Span
---@field from integer seconds UTC
---@field to integer

--- The hours of one day in which somebody may be there, the earliest first; they may overlap.
local function spans_of(people, midnight, offset)
    local day, _, weekday = calendar.of(midnight, offset)
    local spans = {}
    for _, person in ipairs(people) do
        if person.audience == "person" and person.shells > 0 and person.days[weekday] and not person.off[day] then
            spans[#spans + 1] = { from = calendar.at(day, person.from, offset),
                to = calendar.at(day, person.to, offset) }
        end
    end
    table.sort(spans, function(a, b)
        return a.from < b.from
    end)
    return spans
end

--- When somebody of the people, who are neither CI nor agents nor commands, may open a shell.
---@param people upnudge.SimulatedPerson[]
---@param frame {start: integer, stop: integer, offset: integer}
---@return upnudge.Span[] spans in their order, apart from each other
function M.hours(people, frame)
    local all = {}
    for midnight = frame.start, frame.stop - 1, DAY do
        for _, span in ipairs(spans_of(people, midnight, frame.offset)) do
            local last = all[#all]
            if last and span.from <= last.to then
                last.to = math.max(last.to, span.to)
            else
                all[#all + 1] = span
            end
        end
    end
    return all
end

--- How much of the time between two moments is working time.
---@param hours upnudge.Span[]
---@param from integer
---@param to integer
---@return integer seconds
function M.between(hours, from, to)
    local sum = 0
    for _, span in ipairs(hours) do
        sum = sum + math.max(0, math.min(span.to, to) - math.max(span.from, from))
    end
    return sum
end

return M
