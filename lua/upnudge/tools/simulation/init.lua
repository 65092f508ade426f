--- The simulation: what policies would do to people over the coming weeks.
---
--- Each policy lives through the same events in a world of its own (see upnudge.tools.world): releases come
--- out, shells are opened, checks run in the background as the policy wants them.

local blobs = require "upnudge.record.blobs"
local core = require "upnudge.core"
local events = require "upnudge.tools.simulation.events"
local worlds = require "upnudge.tools.world"

local M = {}

local DAY <const>, WEEK <const> = 86400, 7 * 86400
local SOURCE_LIMIT <const> = 64 * 1024

---@class upnudge.Notice what somebody was shown
---@field at integer
---@field rule? string
---@field reason string
---@field text string
---@field security boolean whether a fix was among it
---@field news integer how many of the changes no notice had told before

---@class upnudge.Fix a release that mends a security problem
---@field package string
---@field version? string
---@field at integer when it came out
---@field open_since? integer when a shell was first opened after that by somebody who watches
---@field known? boolean whether a check has found it
---@field said_at? integer
---@field ended_at? integer when it was said, installed or the simulation ended
---@field passed integer shells in which it was known, with somebody there, and not said

---@class upnudge.Course what one policy did
---@field policy string as it was named
---@field name string what it calls itself
---@field notices upnudge.Notice[]
---@field shells table<integer, integer> shells that somebody opened, by time
---@field fixes upnudge.Fix[]
---@field per_week integer[]
---@field most_per_week integer
---@field security_delay integer longest time that a fix stayed unsaid while somebody was there, seconds
---@field worst? upnudge.Fix whose it was
---@field repeated integer notices without news
---@field too_soon integer notices without news less than a week after the one before
---@field passed integer the most shells that passed by a known fix before it was said
---@field checks integer
---@field upgrades integer[] when somebody upgraded
---@field faults table<string, integer> reasons of decisions in which the policy failed

--- The version after one, a step of that level.
local function step(version, level)
    local major, minor, patch = version:match "^(%d+)%.?(%d*)%.?(%d*)"
    if not major then
        return version .. ".1"
    end
    major, minor, patch = math.tointeger(major), math.tointeger(minor) or 0, math.tointeger(patch) or 0
    if level == "major" then
        return ("%d.0.0"):format(major + 1)
    elseif level == "minor" then
        return ("%d.%d.0"):format(major, minor + 1)
    end
    return ("%d.%d.%d"):format(major, minor, patch + 1)
end

---@class upnudge.Simulated
---@field places upnudge.SimulatedPlace[] the environments
---@field of_person boolean whether a notice is of all of them
---@field course upnudge.Course
---@field frame table
---@field told table<string, boolean> of what checks found, what a notice told

---@class upnudge.SimulatedPlace
---@field world upnudge.World
---@field number integer
---@field pending? {at: integer, begun: table}
---@field upgrade_at? integer
---@field found table<string, boolean> what the last check found
---@field knows table<upnudge.Fix, boolean> which fixes a check has found there
local Run = {}
Run.__index = Run

function Run:pass_in(place, at)
    local pending = place.pending
    if pending and pending.at <= at then
        place.pending = nil
        place.world:at(pending.at):finish(pending.begun)
        place.found = pending.finds
        for _, fix in ipairs(self.course.fixes) do
            fix.known = fix.known or fix.at <= pending.began
            place.knows[fix] = fix.at <= pending.began
        end
    end
    if place.upgrade_at and place.upgrade_at <= at then
        place.world:at(place.upgrade_at):upgrade()
        place.found = {}
        table.insert(self.course.upgrades, place.upgrade_at)
        for _, fix in ipairs(self.course.fixes) do
            fix.ended_at = fix.ended_at or place.upgrade_at
        end
        place.upgrade_at = nil
    end
end

--- What is due at or before then: checks that end, upgrades.
function Run:pass(at)
    for _, place in ipairs(self.places) do
        self:pass_in(place, at)
    end
end

function Run:release(event)
    for _, name in ipairs(event.packages) do
        local version
        for _, place in ipairs(self.places) do
            local world = place.world
            local before = world.available[name] and world.available[name].version or "1.0.0"
            version = event.to or event.level ~= "rebuild" and step(before, event.level) or nil
            world:release(name, version, { security = event.security })
        end
        if event.security then
            table.insert(self.course.fixes, { package = name, version = version, at = event.at, passed = 0 })
        end
    end
end

--- Whether a notice in that environment tells of a fix.
function Run:knows(place, fix)
    if not self.of_person then
        return place.knows[fix]
    end
    return fix.known
end

function Run:note_fixes(place, at, said)
    for _, fix in ipairs(self.course.fixes) do
        if not fix.ended_at then
            fix.open_since = fix.open_since or at
            local known = self:knows(place, fix)
            if said and known then
                fix.said_at, fix.ended_at = at, at
            elseif known then
                fix.passed = fix.passed + 1
            end
        end
    end
end

--- Whether a fix that is not installed was among what was said, be it for the first time or again.
function Run:has_fix(place)
    local last = self.course.upgrades[#self.course.upgrades] or 0
    for _, fix in ipairs(self.course.fixes) do
        if self:knows(place, fix) and fix.at > last then
            return true
        end
    end
    return false
end

--- What a check that begins now will find; of real lockfiles it is one thing.
local function finds(world)
    local found = {}
    for name, package in pairs(world.available) do
        local installed = world.installed[name]
        if not installed or installed.version ~= package.version or installed.build ~= package.build then
            found[("%s %s %d"):format(name, package.version, package.build)] = true
        end
    end
    return world:is_real() and { [""] = true } or found
end

--- How much of what was found nobody was told of before.
function Run:news(place)
    local count = 0
    for _, one in ipairs(self.of_person and self.places or { place }) do
        for change in pairs(one.found) do
            local key = one.number .. " " .. change
            count = count + (self.told[key] and 0 or 1)
            self.told[key] = true
        end
    end
    return count
end

--- Somebody was told, and may upgrade what the notice was about.
function Run:tell(place, event, decision)
    local course, upgrades = self.course, event.person.upgrades
    table.insert(course.notices, { at = event.at, rule = decision.rule, reason = decision.reason,
        text = decision.text, security = self:has_fix(place), news = self:news(place) })
    for _, one in ipairs(upgrades and (self.of_person and self.places or { place }) or {}) do
        one.upgrade_at = one.upgrade_at or event.at + upgrades
    end
end

--- A check begins in the background, if one is due.
function Run:check(place, event)
    local host, world = event.person.host, place.world
    if not place.pending and not host.ci and (not host.agent or world.runtime.policy.check.agents) then
        local begun = world:begin()
        place.pending = begun and { at = event.at + self.frame.check_takes, begun = begun, began = event.at,
            finds = finds(world) }
        self.course.checks = self.course.checks + (begun and 1 or 0)
    end
end

function Run:shell(event)
    local course, person, place = self.course, event.person, self.places[event.environment]
    local host = person.host
    host.session = ("%d, %d"):format(person.number, person.one_session and (event.at + self.frame.offset) // DAY
        or event.order)
    local decision = place.world:at(event.at):activate(host)
    if decision.error then
        course.faults[decision.reason] = (course.faults[decision.reason] or 0) + 1
    end
    if host.tty and not host.ci and not host.agent then
        course.shells[event.at] = (course.shells[event.at] or 0) + 1
        self:note_fixes(place, event.at, decision.notify)
    end
    if decision.notify then
        self:tell(place, event, decision)
    end
    self:check(place, event)
end

--- The notices that say nothing new, and those of them that come too soon for a reminder.
local function count_repeats(course)
    local before
    for _, notice in ipairs(course.notices) do
        if notice.news == 0 then
            course.repeated = course.repeated + 1
            course.too_soon = course.too_soon + (before and notice.at - before < WEEK and 1 or 0)
        end
        before = notice.at
    end
end

--- Totals, once all has happened.
local function sum_up(course, frame)
    for week = 1, frame.weeks do
        course.per_week[week] = 0
    end
    for _, notice in ipairs(course.notices) do
        local week = (notice.at - frame.start) // WEEK + 1
        course.per_week[week] = course.per_week[week] + 1
    end
    course.most_per_week = math.max(table.unpack(course.per_week))
    count_repeats(course)
    for _, fix in ipairs(course.fixes) do
        fix.ended_at = fix.ended_at or frame.stop
        course.passed = math.max(course.passed, fix.passed)
        local delay = fix.open_since and fix.ended_at - fix.open_since or 0
        if delay > course.security_delay then
            course.security_delay, course.worst = delay, fix
        end
    end
end

local function world_of(policy, scenario, frame)
    return worlds.world { policy = policy, now = frame.start, utc_offset = frame.offset, lang = scenario.lang or "en",
        installed = scenario.installed, lockfiles = scenario.lockfiles, name = scenario.environment }
end

--- The environments of a world.
local function places_in(world, scenario, frame)
    local places = {}
    for i = 1, frame.environments do
        local one = i == 1 and world or world:environment(("%s-%d"):format(world.name, i), scenario.installed)
        places[i] = { world = one, number = i, found = {}, knows = {} }
    end
    return places
end

local function live(policy, scenario, frame, list, tick)
    local world <close> = world_of(policy, scenario, frame)
    local self = setmetatable({ places = places_in(world, scenario, frame), frame = frame, told = {},
        of_person = world.runtime.policy.settings.scope == "person", course = { policy = policy,
        name = world.runtime.policy.name, notices = {}, shells = {}, fixes = {}, per_week = {}, upgrades = {},
        security_delay = 0, repeated = 0, too_soon = 0, passed = 0, checks = 0, faults = {} } }, Run)
    for _, name in ipairs(scenario.lockfiles and scenario.lockfiles.security or {}) do
        table.insert(self.course.fixes, { package = name, at = frame.start, passed = 0 })
    end
    for _, event in ipairs(list) do
        tick()
        self:pass(event.at)
        self[event.kind](self, event)
    end
    self:pass(frame.stop)
    sum_up(self.course, frame)
    return self.course
end

--- Lets policies live through a scenario.
---@param policies string[] files, or names of ready-made ones
---@param scenario table
---@param options {weeks?: number, seed?: integer, tick?: fun()} tick: called again and again meanwhile
---@return table? simulation {scenario, seed, frame, courses}
---@return string? message
function M.run(policies, scenario, options)
    local seed, simulation = options.seed or 1, nil
    local ok, fault = pcall(function()
        local frame = events.frame(scenario, options.weeks)
        simulation = { scenario = scenario.name, seed = seed, frame = frame, courses = {} }
        local list = events.list(scenario, frame, seed)
        for i, policy in ipairs(policies) do
            simulation.courses[i] = live(policy, scenario, frame, list, options.tick or function() end)
        end
    end)
    if not ok then
        return nil, type(fault) == "table" and ("scenario '%s': %s"):format(scenario.name, fault.message) or fault
    end
    return simulation
end

--- The scenario that a check has found.
local function found_by(record, value)
    local lockfiles = { called = (value.lockfile or "lockfile"):match "[^/]*$", security = {} }
    if not value.old or not value.new then
        return nil, "no check has found anything yet"
    end
    for _, which in ipairs { "old", "new" } do
        local bytes, lost = blobs.read(record, value, which)
        if not bytes then
            return nil, lost
        end
        lockfiles[which] = bytes
    end
    for _, change in ipairs(require "upnudge.record.changes".listed(record, value) or {}) do
        table.insert(lockfiles.security, change.security and change.name or nil)
    end
    return { api = 1, environment = value.name, lockfiles = lockfiles }
end

--- The scenario that a record of a real environment is: what its last check found waits from the start.
local function of_environment(path, app)
    local runtime <close>, fault = require "upnudge.runtime".open(app)
    if not runtime then
        return nil, fault
    end
    local state, message = runtime:environment(path)
    if not state then
        return nil, message
    end
    local found, why = blobs.whole(state.record, function(value)
        return found_by(state.record, value)
    end)
    if not found then
        return nil, ("%s: %s"):format(path, why)
    end
    found.name = found.environment or path
    return found
end

local function of_bytes(name, bytes, ours)
    local vm, failure = core.vm(function() end)
    if not vm then
        return nil, failure
    end
    local scenario, fault = vm:call("load_scenario", (ours and "=" or "@") .. name, bytes, ours)
    vm:close()
    if scenario and scenario.mistakes then
        return nil, require "upnudge.policy.mistake".told(name, bytes, scenario.mistakes)
    end
    return scenario, fault and ("%s: %s"):format(name, fault)
end

--- The scenario that a name means: a Lua file, a directory with a record, else a ready-made one.
---@param name string
---@param options upnudge.Options whose records count
---@return table? scenario
---@return string? message
function M.scenario(name, options)
    if require "lfs".attributes(name, "mode") == "directory" then
        return of_environment(name, options)
    end
    if name:find("/", 1, true) or name:find "%.lua$" then
        local bytes, message = core.read(name, SOURCE_LIMIT)
        if not bytes then
            return nil, message
        end
        return of_bytes(name, bytes, false)
    end
    local bytes = core.builtin(name, "scenario")
    if not bytes then
        return nil, ("no ready-made scenario '%s'%s; a file has a slash or ends in .lua"):format(name,
            require "upnudge.lib.suggest".suggest(name, core.builtins "scenario"))
    end
    return of_bytes(name, bytes, true)
end

return M
