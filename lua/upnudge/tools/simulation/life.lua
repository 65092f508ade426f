--- A life: what one policy does while the events of a scenario happen, in a world of its own (see upnudge.tools.world).

local core = require "upnudge.core"
local figures = require "upnudge.tools.simulation.figures"
local worlds = require "upnudge.tools.world"

local M = {}

local DAY <const> = 86400

---@class upnudge.Notice what somebody was shown
---@field at integer
---@field audience upnudge.Audience
---@field person integer whose shell it was in, by the place among the scenario's people
---@field environment? string in which that was, where there are several
---@field machine? string
---@field rule? string
---@field reason string
---@field text string
---@field security boolean whether a fix was among it
---@field news integer how many of the changes no notice to people had told before

---@class upnudge.Fix a release that mends a security problem
---@field package string
---@field version? string
---@field at integer when it came out
---@field open_since? integer when a shell was first opened after that by somebody who watches; nil: nobody came
---@field known? boolean whether a check has found it
---@field said_at? integer when somebody was told; nil: nobody ever was
---@field ended_at? integer when it was said, installed or the simulation ended
---@field worked? integer seconds of working time from open_since to then
---@field passed integer shells in which it was known, with somebody there, and not said
---@field open table<upnudge.SimulatedPlace, boolean> where it is not installed yet

---@class upnudge.Course what one policy did; figures are of people, without CI, agents and commands
---@field policy string as it was named
---@field name string what it calls itself
---@field notices upnudge.Notice[] to whomever
---@field told integer notices that people were shown
---@field shells table<integer, integer> shells that somebody opened, by time
---@field others table<upnudge.Audience, {shells: integer, notices: integer}> who are no people
---@field fixes upnudge.Fix[]
---@field per_week integer[] by the weeks of the calendar
---@field most_per_week integer on any seven days in a row
---@field security_delay integer longest time that a fix stayed unsaid while somebody was there, seconds
---@field working_delay integer the longest by working time
---@field worst? upnudge.Fix whose the first of these was
---@field unsaid integer fixes that nobody was told of
---@field news integer changes that were told for the first time
---@field repeated integer notices without news
---@field too_soon integer notices without news less than a week after the one before
---@field passed integer the most shells that passed by a known fix before it was said
---@field checks integer
---@field upgrades integer[] when somebody upgraded
---@field faults table<string, integer> reasons of decisions in which the policy failed
---@field coverage? upnudge.Coverage where that is wanted

---@class upnudge.SimulatedPlace
---@field world upnudge.World
---@field number integer of all
---@field environment integer the number of its environment
---@field machine integer the number of its machine
---@field pending? {at: integer, begun: table}
---@field upgrade_at? integer
---@field found table<string, string> what the last check found of each package
---@field knows table<upnudge.Fix, boolean> which fixes a check has found there

---@class upnudge.StandingSilence what is answered while nothing but time passes
---@field decision upnudge.Decision
---@field stands_until number seconds UTC

---@class upnudge.Life
---@field places upnudge.SimulatedPlace[] the environments of each machine
---@field on upnudge.SimulatedPlace[][] the same by machine
---@field of_person boolean whether a notice is of all of them
---@field course upnudge.Course
---@field frame table
---@field told table<string, boolean> of what checks found, what a notice told
---@field last {person: upnudge.SimulatedPerson?, decision: upnudge.Decision?} what was asked last
---@field silences table<upnudge.SimulatedPlace, table<upnudge.SimulatedPerson, upnudge.StandingSilence>>
local Life = {}
Life.__index = Life

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

function Life:finish(place, pending)
    place.pending, self.silences = nil, {}
    place.world:at(pending.at):finish(pending.begun)
    place.found = pending.finds
    for _, fix in ipairs(self.course.fixes) do
        if fix.open[place] then
            fix.known = fix.known or fix.at <= pending.began
            place.knows[fix] = fix.at <= pending.began
        end
    end
end

function Life:upgrade(place, at)
    place.upgrade_at, place.found, self.silences = nil, {}, {}
    place.world:at(at):upgrade()
    table.insert(self.course.upgrades, at)
    for _, fix in ipairs(self.course.fixes) do
        fix.open[place] = nil
        fix.ended_at = fix.ended_at or next(fix.open) == nil and at or nil
    end
end

--- What is due at or before then: checks that end, upgrades.
function Life:pass(at)
    for _, place in ipairs(self.places) do
        if place.pending and place.pending.at <= at then
            self:finish(place, place.pending)
        end
        if place.upgrade_at and place.upgrade_at <= at then
            self:upgrade(place, place.upgrade_at)
        end
    end
end

function Life:release(event)
    for _, name in ipairs(event.packages) do
        local version, open = nil, {}
        for _, place in ipairs(self.places) do
            local world = place.world
            if event.environments[place.environment] and world:has(name) then
                version = event.to or event.level ~= "rebuild" and step(world.available[name].version, event.level)
                    or nil
                world:release(name, version, { security = event.security })
                open[place] = true
            end
        end
        if event.security then
            table.insert(self.course.fixes, { package = name, version = version, at = event.at, passed = 0,
                open = open })
        end
    end
end

--- The environments that a notice in one of them is of.
function Life:concerned(place)
    return self.of_person and self.on[place.machine] or { place }
end

--- What counts at a notice, by package and environment; and which packages it mends a security problem of.
function Life:counted(place)
    local changes, mended = {}, {}
    for _, one in ipairs(self:concerned(place)) do
        for _, change in ipairs(one.world:counted()) do
            local found = one.found[change.name] or change.name .. " " .. (change.to or "")
            changes[one.number .. " " .. found] = true
            mended[change.name] = mended[change.name] or change.security
        end
    end
    return changes, mended
end

--- How much of it no notice to people had told before.
function Life:news(changes)
    local count = 0
    for key in pairs(changes) do
        count = count + (self.told[key] and 0 or 1)
        self.told[key] = true
    end
    return count
end

--- Whether a check has found a fix where a notice in that environment would tell it.
function Life:knows(place, fix)
    for _, one in ipairs(self:concerned(place)) do
        if one.knows[fix] then
            return true
        end
    end
    return false
end

--- Somebody is there; `mended`: the packages whose security fixes they are told of.
function Life:note_fixes(place, at, mended)
    for _, fix in ipairs(self.course.fixes) do
        if not fix.ended_at then
            fix.open_since = fix.open_since or at
            if self:knows(place, fix) then
                local said = mended[fix.package]
                fix.said_at, fix.ended_at = said and at or nil, said and at or nil
                fix.passed = fix.passed + (said and 0 or 1)
            end
        end
    end
end

--- Somebody was told, and may upgrade what the notice was about.
function Life:tell(place, event, decision, changes, mended)
    local person, upgrades = event.person, event.person.upgrades
    table.insert(self.course.notices, { at = event.at, audience = person.audience, person = person.number,
        environment = self.frame.environments[2] and place.world.name,
        machine = self.frame.machines[2] and person.machine,
        rule = decision.rule, reason = decision.reason, text = decision.text, security = next(mended) ~= nil,
        news = person.audience == "person" and self:news(changes) or 0 })
    for _, one in ipairs(upgrades and self:concerned(place) or {}) do
        one.upgrade_at = one.upgrade_at or event.at + upgrades
    end
end

--- What a check that begins now will find, by package.
local function finds(world)
    local found = {}
    for name, package in pairs(world.available) do
        local installed = world.installed[name]
        if not installed or installed.version ~= package.version or installed.build ~= package.build then
            found[name] = ("%s %s %d"):format(name, package.version, package.build)
        end
    end
    return found
end

--- A check begins in the background where the hook of a prompt would begin one: not in CI, say. Answers until when no
--- other would, while nothing but time passes.
function Life:check(place, event)
    if place.pending then
        return math.huge
    end
    local world = place.world
    local due, later = world:is_due()
    local begun = due and world:begin() or nil
    if begun then
        place.pending = { at = event.at + self.frame.check_takes, begun = begun, began = event.at,
            finds = finds(world) }
        self.course.checks = self.course.checks + 1
    end
    return (begun or not due) and (later or math.huge) or event.at
end

--- Counts a shell, and whether something was said in it.
function Life:count(event, said)
    local course, audience = self.course, event.person.audience
    if audience == "person" then
        course.shells[event.at] = (course.shells[event.at] or 0) + 1
        return
    end
    local others = course.others[audience] or { shells = 0, notices = 0 }
    course.others[audience] = others
    others.shells, others.notices = others.shells + 1, others.notices + (said and 1 or 0)
end

--- What the policy answers in a shell.
function Life:ask(place, event)
    local person, world, last = event.person, place.world, self.last
    local session = person.number .. ", "
        .. (person.one_session and (event.at + self.frame.offset) // DAY or event.order)
    world:at(event.at)
    if last.person ~= person then
        person.host.session = session
        last.person, last.decision = person, world:activate(person.host)
    else
        last.decision = world:activate_again(session)
    end
    return last.decision
end

--- Silence stands as it does for a real activation (see lua/command/standing.h): nobody is asked while nothing but time
--- passes, until it could end or a check is due. Not where the policy has looked at the session.
function Life:keep(place, event, decision, not_due_until)
    local holds = decision.holds_until
    if holds and not place.world.saw_session and not self.course.coverage then
        self.silences[place] = self.silences[place] or {}
        self.silences[place][event.person] = { decision = decision, stands_until = math.min(holds, not_due_until) }
    end
end

--- A silence that stands, or nil.
function Life:standing(place, event)
    local silence = (self.silences[place] or {})[event.person]
    return silence and event.at < silence.stands_until and silence.decision or nil
end

--- Somebody has opened a shell and was answered.
function Life:answered(place, event, decision)
    local fault = decision.policy_fault or decision.error and decision.reason
    if fault then
        self.course.faults[fault] = (self.course.faults[fault] or 0) + 1
    end
    -- That the policy has a mistake is no news of packages.
    local notified = decision.notify and decision.code ~= "policy-fault"
    self:count(event, notified)
    local changes, mended = {}, {}
    if notified then
        changes, mended = self:counted(place)
        self.silences = {}
    end
    if event.person.audience == "person" then
        self:note_fixes(place, event.at, mended)
    end
    if notified then
        self:tell(place, event, decision, changes, mended)
    end
end

function Life:shell(event)
    local place = self.on[event.person.machine_number][event.environment]
    local standing = self:standing(place, event)
    local decision = standing or self:ask(place, event)
    self:answered(place, event, decision)
    if not standing then
        self:keep(place, event, decision, self:check(place, event))
    end
end

--- Who counts as one for the database of a policy, of those on a machine; nil: no database, the machine remembers.
local function told_as_one(policy, machine)
    local per = policy.strategy == "database" and (policy.settings.per or "user")
    if per == "user" then
        local users = {}
        for user in pairs(machine.users) do
            users[#users + 1] = user
        end
        table.sort(users, core.before)
        return "user " .. table.concat(users, "\n")
    end
    return per == "team" and per or per and "machine " .. machine.name or nil
end

local function open_world(policy, scenario, frame, beside)
    local first = frame.environments[1]
    local world = worlds.world { policy = policy, now = frame.start, utc_offset = frame.offset,
        lang = scenario.lang or "en", installed = first.installed, lockfiles = scenario.lockfiles, name = first.name,
        path = first.path, format = first.format, in_memory = true, beside = beside }
    -- People hear of what matters where a policy fails, too.
    world.runtime.deputies = nil
    return world
end

local function close(list)
    for _, world in ipairs(list) do
        world:close()
    end
end

--- A world for each machine.
local function worlds_of(policy, scenario, frame)
    local list = setmetatable({}, { __close = close })
    for i, machine in ipairs(frame.machines) do
        list[i] = open_world(policy, scenario, frame, list[1])
        local one = frame.machines[2] and told_as_one(list[i].runtime.policy, machine)
        if one then
            list[i]:remember_as(one)
        end
    end
    return list
end

--- The environments of each machine, in a list and by machine.
local function places_in(list, frame)
    local places, on = {}, {}
    for machine, world in ipairs(list) do
        on[machine] = {}
        for i, environment in ipairs(frame.environments) do
            local one = i == 1 and world or world:environment(environment.name, environment.installed,
                { path = environment.path, format = environment.format })
            local place = { world = one, number = #places + 1, environment = i, machine = machine, found = {},
                knows = {} }
            places[#places + 1], on[machine][i] = place, place
        end
    end
    return places, on
end

local function begin(policy, list, frame, coverage)
    local runtime = list[1].runtime
    local places, on = places_in(list, frame)
    for _, world in ipairs(coverage and list or {}) do
        coverage:watch(world.runtime.policy)
    end
    return setmetatable({ places = places, on = on, frame = frame, told = {}, last = {}, silences = {},
        of_person = runtime.policy.settings.scope == "person", course = { policy = policy,
        name = runtime.policy.name, notices = {}, shells = {}, others = {}, fixes = {}, upgrades = {}, checks = 0,
        faults = {}, coverage = coverage } }, Life)
end

--- Lets a policy live through events. Raises when the policy is faulty.
---@param policy string
---@param scenario table
---@param frame table of upnudge.tools.simulation.events
---@param list upnudge.Event[]
---@param tick fun() called again and again meanwhile
---@param coverage upnudge.Coverage? in which it is counted what rules answer
---@return upnudge.Course
function M.live(policy, scenario, frame, list, tick, coverage)
    local machines <close> = worlds_of(policy, scenario, frame)
    local self = begin(policy, machines, frame, coverage)
    for _, name in ipairs(scenario.lockfiles and scenario.lockfiles.security or {}) do
        table.insert(self.course.fixes, { package = name, at = frame.start, passed = 0,
            open = { [self.places[1]] = true } })
    end
    for _, event in ipairs(list) do
        tick()
        self:pass(event.at)
        self[event.kind](self, event)
    end
    self:pass(frame.stop)
    figures.add(self.course, frame)
    return self.course
end

return M
