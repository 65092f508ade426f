--- Figures: what a course of events comes to, for people. CI, agents and commands are counted apart.

local working = require "upnudge.tools.simulation.working"

local M = {}

local DAY <const>, WEEK <const> = 86400, 7 * 86400

--- The notices that people were shown.
---@param course upnudge.Course
---@return upnudge.Notice[]
function M.heard(course)
    local heard = {}
    for _, notice in ipairs(course.notices) do
        heard[#heard + 1] = notice.audience == "person" and notice or nil
    end
    return heard
end

--- The most of some notices, in their order, on any seven days in a row. Of days and not of hours, for what comes each
--- Monday with the first shell may come twice within 168 hours.
local function most_in_a_week(notices, offset)
    local most, first = 0, 1
    for i, notice in ipairs(notices) do
        while (notice.at + offset) // DAY - (notices[first].at + offset) // DAY >= 7 do
            first = first + 1
        end
        most = math.max(most, i - first + 1)
    end
    return most
end

local function per_week(heard, frame)
    local counts = {}
    for week = 1, frame.weeks do
        counts[week] = 0
    end
    for _, notice in ipairs(heard) do
        local week = (notice.at - frame.start) // WEEK + 1
        counts[week] = counts[week] + 1
    end
    return counts
end

--- The notices that say nothing new, and those of them that come too soon for a reminder.
local function count_repeats(course, heard)
    local before
    for _, notice in ipairs(heard) do
        course.news = course.news + notice.news
        if notice.news == 0 then
            course.repeated = course.repeated + 1
            course.too_soon = course.too_soon + (before and notice.at - before < WEEK and 1 or 0)
        end
        before = notice.at
    end
end

--- How long fixes stayed unsaid. One after which nobody came has no such time, and is unsaid all the same.
local function count_fixes(course, frame)
    for _, fix in ipairs(course.fixes) do
        fix.ended_at = fix.ended_at or frame.stop
        course.passed = math.max(course.passed, fix.passed)
        course.unsaid = course.unsaid + (fix.said_at and 0 or 1)
        local delay = fix.open_since and fix.ended_at - fix.open_since or 0
        fix.worked = fix.open_since and working.between(frame.working, fix.open_since, fix.ended_at) or 0
        course.working_delay = math.max(course.working_delay, fix.worked)
        if delay > course.security_delay then
            course.security_delay, course.worst = delay, fix
        end
    end
end

--- Adds the figures to a course, once all has happened.
---@param course upnudge.Course
---@param frame table
function M.add(course, frame)
    local heard = M.heard(course)
    course.told, course.per_week = #heard, per_week(heard, frame)
    course.most_per_week = most_in_a_week(heard, frame.offset)
    course.repeated, course.too_soon, course.news = 0, 0, 0
    count_repeats(course, heard)
    course.passed, course.unsaid, course.security_delay, course.working_delay = 0, 0, 0, 0
    count_fixes(course, frame)
end

return M
