--- Tables: the figures that people are told of a policy, and how they are shown.

local columns = require "upnudge.lib.columns"
local duration = require "upnudge.lib.duration"

local M = {}

---@class upnudge.Figure
---@field key string in JSON
---@field head string
---@field value fun(course: upnudge.Course, frame: table): number? nil: there is nothing to tell
---@field show fun(value: number, course: upnudge.Course?): string

local function whole(value)
    return value % 1 == 0 and ("%d"):format(value) or ("%.1f"):format(value)
end

local function tenths(value)
    return ("%.1f"):format(value)
end

--- Working time, which has no days of 24 hours.
---@param seconds number
---@return string
function M.hours(seconds)
    return ("%dh"):format((seconds + 1800) // 3600)
end

local function of_fixes(name)
    return function(course)
        return course.fixes[1] and course[name] or nil
    end
end

local function plain(name)
    return function(course)
        return course[name]
    end
end

---@type upnudge.Figure[]
M.COLUMNS = {
    { key = "notices_per_week", head = "notices a week", show = tenths,
        value = function(course, frame) return course.told / frame.weeks end },
    { key = "most_per_week", head = "at most", show = whole, value = plain "most_per_week" },
    { key = "with_news", head = "with news", show = whole,
        value = function(course) return course.told - course.repeated end },
    { key = "repeated", head = "repeated", show = whole, value = plain "repeated" },
    { key = "too_soon", head = "within a week", show = whole, value = plain "too_soon" },
    { key = "news_per_notice", head = "news per notice", show = tenths,
        value = function(course) return course.told > 0 and course.news / course.told or nil end },
    { key = "security_delay", head = "fix unsaid", show = duration.format, value = of_fixes "security_delay" },
    { key = "working_delay", head = "working time", show = M.hours, value = of_fixes "working_delay" },
    { key = "unsaid", head = "never said", value = of_fixes "unsaid",
        show = function(value, course) return whole(value) .. (course and " of " .. #course.fixes or "") end },
    { key = "passed", head = "shells it passed", show = whole, value = plain "passed" },
}

--- The first row.
---@return string[]
function M.head()
    local row = { "policy" }
    for i, column in ipairs(M.COLUMNS) do
        row[i + 1] = column.head
    end
    return row
end

--- The keys of all figures.
---@return string[]
function M.keys()
    local keys = {}
    for i, column in ipairs(M.COLUMNS) do
        keys[i] = column.key
    end
    return keys
end

--- The figures of a policy by their keys.
---@param course upnudge.Course
---@param frame table
---@return table<string, number?>
function M.values(course, frame)
    local values = {}
    for _, column in ipairs(M.COLUMNS) do
        values[column.key] = column.value(course, frame)
    end
    return values
end

--- The row of a policy.
---@param course upnudge.Course
---@param frame table
---@return string[]
function M.row(course, frame)
    local row = { course.policy }
    for i, column in ipairs(M.COLUMNS) do
        local value = column.value(course, frame)
        row[i + 1] = value and column.show(value, course) or "-"
    end
    return row
end

--- Adds rows whose columns are as wide as they need be.
---@param rows string[][]
---@param lines string[]
function M.add(rows, lines)
    for _, row in ipairs(rows) do
        local line = ""
        for i, text in ipairs(row) do
            local width = 0
            for _, other in ipairs(rows) do
                width = math.max(width, columns.width(other[i]))
            end
            line = line .. (i > 1 and "  " or "") .. text .. (" "):rep(width - columns.width(text))
        end
        lines[#lines + 1] = line:gsub(" +$", "")
    end
end

return M
