--- Weeks: what a policy says over time, for promises that no single activation can break. The clock goes on, a shell is
--- opened each hour of the day, things come out, nobody upgrades, and what was said is remembered.

local facts = require "upnudge.tools.verification.facts"
local duration = require "upnudge.lib.duration"

local M = {}

local HOUR <const>, DAY <const>, WEEK <const> = 3600, 86400, 604800
--- A Monday; and the first and the last hour at which somebody opens a shell.
local BEFORE <const> = 2 * DAY
local START <const>, FIRST <const>, LAST <const> = 1799020800, 8, 22

---@class upnudge.Course
---@field interview upnudge.Interview
---@field packages table[] what waits
---@field history table
---@field rules table<string, table> what each rule said last
---@field told integer[] times of notices
local Course = {}
Course.__index = Course

local function begin(interview)
    return setmetatable({ interview = interview, packages = {}, history = {}, rules = {}, told = {} }, Course)
end

--- Something comes out, and a check finds it at once.
function Course:release(at, security)
    self.packages[#self.packages + 1] = { name = "package" .. #self.packages + 1, kind = "upgraded", level = "minor",
        from = "1.0.0", to = "1.1.0", direct = true, source = "registry", first_seen = at, security = security or nil,
        security_since = security and at or nil }
    self.since, self.security_since = at, security and at or self.security_since
end

local function copied(of)
    local copy = {}
    for key, value in pairs(of) do
        copy[key] = type(value) == "table" and copied(value) or value
    end
    return copy
end

--- Opens a shell; nil: it is told nothing.
function Course:shell(now)
    local asked = facts.activation(self.interview.by_name, {}, self.interview.policy.reads)
    local result = facts.counted(self.packages)
    result.fingerprint, result.since, result.checked_at = tostring(#self.packages), self.since, now
    result.security_since = result.security > 0 and self.security_since or nil
    asked.now, asked.result, asked.history = now, result, copied(self.history)
    asked.found.packages, asked.found.utc_offset = copied(self.packages), 0
    asked.found.rules = { named = copied(self.rules) }
    local outcome = self.interview:answer(asked)
    if outcome.notify then
        self.told[#self.told + 1] = now
        local function said(clock)
            local again = clock and clock.shown == result.fingerprint
            return { last_notified = now, shown = result.fingerprint, times = again and clock.times + 1 or 1 }
        end
        self.rules[outcome.rule or "decide"] = said(self.rules[outcome.rule or "decide"])
        self.history = said(self.history)
    end
    return outcome.notify or nil
end

--- Calls `each` at every hour at which somebody is there, until it answers with yes; then gives that time.
local function live(from, to, each)
    for now = from, to, HOUR do
        local hour = now % DAY // HOUR
        if hour >= FIRST and hour <= LAST and each(now) then
            return now
        end
    end
end

local function named(at)
    return os.date("!%a %H:%M", at)
end

--- How long a fix stays unsaid at most, from the first shell after it came out, on whichever day and hour that is; and
--- when it came out. nil: for four weeks it is not said. What is longer than `enough` is looked for no further.
local function longest_unsaid(interview, enough)
    local worst, worst_at = 0, nil
    for at = START, START + WEEK - 1, 6 * HOUR do
        local course, first = begin(interview), nil
        -- Of the rest somebody was told a while ago.
        course:release(at - BEFORE, false)
        live(at - BEFORE, at - 1, function(now)
            course:shell(now)
        end)
        course:release(at, true)
        local said = live(at, at + 4 * WEEK, function(now)
            first = first or now
            return course:shell(now)
        end)
        if not said then
            return nil, at
        elseif said - first > worst then
            worst, worst_at = said - first, at
        end
        if worst > enough then
            break
        end
    end
    return worst, worst_at
end

--- The most notices in any seven days, and when these began.
local function most(told)
    local count, began = 0, nil
    for i = 1, #told do
        local last = i
        while told[last + 1] and told[last + 1] - told[i] < WEEK do
            last = last + 1
        end
        if last - i + 1 > count then
            count, began = last - i + 1, told[i]
        end
    end
    return count, began
end

--- The most in a week: of weeks in which nothing more comes out, in which something does each day, and a fix each week.
local function most_in_a_week(interview)
    local count, began = 0, nil
    for _, kind in ipairs { "still", "busy", "fixes" } do
        local course = begin(interview)
        course:release(START, false)
        live(START, START + 5 * WEEK, function(now)
            if kind ~= "still" and now % DAY == FIRST * HOUR then
                course:release(now, kind == "fixes" and (now - START) % WEEK // DAY == 3)
            end
            course:shell(now)
        end)
        local there, at = most(course.told)
        if there > count then
            count, began = there, at
        end
    end
    return count, began
end

--- Reports the promises that time breaks.
---@param interview upnudge.Interview
---@param promised {fix_within: integer?, max_per_week: number?, first: boolean?} seconds, a count, and whether any
--- time that is too long will do, and not the longest is told
---@param report fun(finding: {invariant: string, message: string})
function M.judge(interview, promised, report)
    if promised.fix_within then
        local unsaid, at = longest_unsaid(interview, promised.first and promised.fix_within or math.huge)
        if not unsaid or unsaid > promised.fix_within then
            report { invariant = "fix-within", message = ("a security fix that is found on %s stays unsaid for %s; "
                .. "%s is promised"):format(named(at), unsaid and duration.format(unsaid) or "four weeks and longer",
                duration.format(promised.fix_within)) }
        end
    end
    if promised.max_per_week then
        local count, began = most_in_a_week(interview)
        if count > promised.max_per_week then
            report { invariant = "max-per-week", message = ("%d notices in the seven days from %s on; %g are promised")
                :format(count, named(began), promised.max_per_week) }
        end
    end
end

return M
