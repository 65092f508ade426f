--- The weeks of a replay: the same courses and figures as those of a simulation (upnudge.tools.simulation), of what
--- really happened.
---
--- A log knows of one person, of no releases and of no upgrades. So a fix comes out when a check first found it, and is
--- installed when a check finds it no longer; working time is that of workdays from nine to six.

local calendar = require "upnudge.lib.calendar"
local figures = require "upnudge.tools.simulation.figures"
local replay = require "upnudge.tools.replay"
local time = require "upnudge.lib.time"
local working = require "upnudge.tools.simulation.working"

local M = {}

local DAY <const>, WEEK <const> = 86400, 7 * 86400

--- The frame of a log: whole weeks from its first day on.
local function frame_of(log)
    local offset = time.utc_offset(log.start)
    local start = (log.start + offset) // DAY * DAY - offset
    local weeks = (log.stop - start) // WEEK + 1
    local frame = { start = start, weeks = weeks, stop = start + weeks * WEEK, offset = offset }
    frame.working = working.hours({ { audience = "person", shells = 1, off = {}, from = 9 * 3600, to = 18 * 3600,
        days = calendar.days { "Mon", "Tue", "Wed", "Thu", "Fri" } } }, frame)
    return frame
end

---@class upnudge.Watcher counts what a simulation counts
---@field course upnudge.Course
---@field open table<string, table<string, upnudge.Fix>> by environment, fixes that wait
---@field told table<string, boolean>
local Watcher = {}
Watcher.__index = Watcher

local function offer_of(change)
    return change.name .. "\0" .. (change.to or "")
end

--- A check has found something.
function Watcher:result(path, value, at)
    local before, now = self.open[path] or {}, {}
    for _, change in ipairs(value.changes or {}) do
        local offer = change.security and offer_of(change)
        if offer then
            now[offer] = before[offer] or { package = change.name, version = change.to,
                at = change.security_since or at, passed = 0, open = {} }
            table.insert(self.course.fixes, not before[offer] and now[offer] or nil)
        end
    end
    for offer, fix in pairs(before) do
        fix.ended_at = fix.ended_at or not now[offer] and at or nil
    end
    self.open[path], self.found[path] = now, value.changes or {}
    self.course.checks = self.course.checks + 1
end

--- How many of the changes nobody was told of before.
function Watcher:news(path)
    local count = 0
    for _, change in ipairs(self.found[path] or {}) do
        local key = path .. "\0" .. offer_of(change)
        count, self.told[key] = count + (self.told[key] and 0 or 1), true
    end
    return count
end

function Watcher:note_fixes(path, at, said)
    for _, fix in pairs(self.open[path] or {}) do
        if not fix.ended_at then
            fix.open_since = fix.open_since or at
            fix.said_at, fix.ended_at = said and at or nil, said and at or nil
            fix.passed = fix.passed + (said and 0 or 1)
        end
    end
end

--- An activation was answered.
function Watcher:answer(path, at, audience, decision)
    local course, of_person, said = self.course, audience == "person", decision.notify
    if of_person then
        course.shells[at] = (course.shells[at] or 0) + 1
    else
        local others = course.others[audience] or { shells = 0, notices = 0 }
        course.others[audience] = others
        others.shells, others.notices = others.shells + 1, others.notices + (said and 1 or 0)
    end
    if said then
        course.notices[#course.notices + 1] = { at = at, audience = audience, person = 1, rule = decision.rule,
            reason = decision.reason, text = decision.text, security = next(self.open[path] or {}) ~= nil,
            news = of_person and self:news(path) or 0 }
    end
    if of_person then
        self:note_fixes(path, at, said)
    end
end

--- Lets policies live through a log. Raises where one is faulty.
---@param policies string[]
---@param log upnudge.Log
---@param options {app?: string, tick?: fun()}
---@return table simulation as upnudge.tools.simulation has it
function M.run(policies, log, options)
    local frame, courses = frame_of(log), {}
    for i, policy in ipairs(policies) do
        local course = { policy = policy, notices = {}, shells = {}, others = {}, fixes = {}, upgrades = {},
            checks = 0 }
        local watcher = setmetatable({ course = course, open = {}, found = {}, told = {} }, Watcher)
        local lived = replay.live(policy, log, { app = options.app, tick = options.tick, watcher = watcher })
        course.name, course.faults = lived.name, lived.faults
        figures.add(course, frame)
        courses[i] = course
    end
    return { scenario = "what happened", seed = 0, frame = frame, courses = courses }
end

return M
