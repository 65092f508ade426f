--- Events of a simulation: what a scenario and a seed make of the weeks, the same each time.

local calendar = require "upnudge.lib.calendar"
local duration = require "upnudge.lib.duration"
local environments = require "upnudge.tools.simulation.environments"
local schema = require "upnudge.language.schema"
local time = require "upnudge.lib.time"
local working = require "upnudge.tools.simulation.working"

local M = {}

local DAY <const>, WEEK <const> = 86400, 7 * 86400
local START <const>, WEEKS <const>, CHECK_TAKES <const> = "2027-01-04", 8, "2m"
local MOST_MACHINES <const> = 64
local HERE <const> = "here"
local MOST_WEEKS <const>, MOST_EVENTS <const> = 104, 200000
local WORKDAYS <const> = { "Mon", "Tue", "Wed", "Thu", "Fri" }

---@alias upnudge.Audience "person"|"ci"|"agent"|"command"|"unattended"

---@class upnudge.SimulatedPerson what the keys of a person mean
---@field number integer the place among the scenario's people
---@field audience upnudge.Audience what opens these shells
---@field days table<integer, boolean>
---@field from integer seconds of the day
---@field to integer
---@field shells number
---@field at_once integer
---@field off table<integer, boolean> days, since the epoch
---@field upgrades? integer seconds
---@field one_session boolean
---@field environments integer[] numbers of those in which shells are opened
---@field machine string
---@field machine_number integer
---@field host upnudge.TestHost

---@class upnudge.Event
---@field at integer seconds UTC
---@field kind "release"|"shell"
---@field person? upnudge.SimulatedPerson
---@field environment? integer in which a shell is opened
---@field environments? table<integer, boolean> for which something comes out
---@field packages? string[] of a release
---@field level? string
---@field to? string
---@field security? boolean

--- Numbers from 0 to 1, the same for the same seed on every machine: SplitMix64 (Steele, Lea and Flood,
--- "Fast splittable pseudorandom number generators", 2014).
---@param seed integer
---@return fun(): number
function M.random(seed)
    local state = seed
    return function()
        state = state + 0x9E3779B97F4A7C15
        local z = state
        z = (z ~ (z >> 30)) * 0xBF58476D1CE4E5B9
        z = (z ~ (z >> 27)) * 0x94D049BB133111EB
        return ((z ~ (z >> 31)) >> 11) / 2.0 ^ 53
    end
end

local function fail(message, ...)
    error({ message = message:format(...) }, 0)
end

local function seconds_of(value, what)
    local seconds, message = duration.parse(value)
    return seconds or fail("%s: %s", what, message)
end

local function offset_of(text)
    local sign, hours, minutes = (text or "+00:00"):match "^([+-])(%d%d):?(%d%d)$"
    if not sign then
        fail("utc_offset '%s' is none; write \"+01:00\"", text)
    end
    return math.tointeger((sign == "-" and -1 or 1) * (hours * 3600 + minutes * 60))
end

--- A day or a time where the people are.
local function local_time(text, offset, what)
    local seconds, message = time.parse(text)
    return seconds and seconds - offset or fail("%s: %s", what, message)
end

--- The machines on which people work, each with who does.
local function machines_of(people)
    local list, by_name = {}, {}
    for _, person in ipairs(people) do
        local number = by_name[person.machine] or #list + 1
        list[number] = list[number] or { name = person.machine, users = {} }
        list[number].users[person.host.user] = true
        by_name[person.machine], person.machine_number = number, number
    end
    if #list > MOST_MACHINES then
        fail("people work on more than %d machines", MOST_MACHINES)
    end
    return list
end

local read_person

--- The frame of a scenario: begin and end, the zone, the length of a check, the environments, the people, their working
--- time and their machines. Raises a table {message=} when it makes no sense.
---@param scenario table
---@param weeks number?
---@return {start: integer, stop: integer, weeks: integer, offset: integer, check_takes: integer,
---people: upnudge.SimulatedPerson[], working: upnudge.Span[], environments: upnudge.SimulatedEnvironment[],
---machines: {name: string, users: table<string, boolean>}[]}
function M.frame(scenario, weeks)
    weeks = math.ceil(weeks or scenario.weeks or WEEKS)
    if weeks < 1 or weeks > MOST_WEEKS then
        fail("weeks: from 1 to %d", MOST_WEEKS)
    end
    local offset = offset_of(scenario.utc_offset)
    local start = local_time(scenario.start or START, offset, "start")
    local frame = { start = start, environments = environments.list(scenario), stop = start + weeks * WEEK,
        weeks = weeks, offset = offset, people = {},
        check_takes = seconds_of(scenario.check_takes or CHECK_TAKES, "check_takes") }
    for i, entry in ipairs(scenario.people or { {} }) do
        frame.people[i] = read_person(entry, frame, ("people[%d]"):format(i), i)
    end
    frame.working, frame.machines = working.hours(frame.people, frame), machines_of(frame.people)
    return frame
end

local function names_of(entry, what)
    local names = entry.packages
    for _, name in ipairs(type(names) == "table" and names or {}) do
        if type(name) ~= "string" or name == "" then
            fail("%s: packages holds what is no name", what)
        end
    end
    return type(names) == "table" and names[1] and names or fail("%s names no packages", what)
end

local function is_choice(choices, word)
    for _, choice in ipairs(choices) do
        if word == choice then
            return true
        end
    end
    return false
end

local function release(entry, at, packages, random)
    local security = entry.security
    return { kind = "release", at = at, packages = packages, environments = entry.numbers,
        level = entry.level or "patch", to = entry.to,
        security = security == true or type(security) == "number" and random() < security }
end

--- When something comes out "3d" after the start, or at a time.
local function moment(text, frame, what)
    local after = duration.parse(text)
    return after and frame.start + after or local_time(text, frame.offset, what)
end

--- One entry of `releases`: at one time, or about every so often.
local function add_releases(list, given, what, frame, random)
    local packages, entry = names_of(given, what), setmetatable({ numbers = {} }, { __index = given })
    for _, number in ipairs(environments.named(frame.environments, given.environments, what)) do
        entry.numbers[number] = true
    end
    if (entry.at == nil) == (entry.every == nil) then
        fail("%s needs either at or every", what)
    elseif entry.level and not is_choice(schema.release.level.choices, entry.level) then
        fail("%s: level '%s' is none; one of: %s", what, entry.level, table.concat(schema.release.level.choices, ", "))
    elseif entry.at then
        local at = moment(entry.at, frame, what)
        -- What comes out after the end reaches nobody.
        list[#list + 1] = at < frame.stop and release(entry, at, packages, random) or nil
        return
    end
    local mean = seconds_of(entry.every, what)
    if mean < 3600 then
        fail("%s: every is an hour at least", what)
    end
    local at = frame.start
    while true do
        at = at + math.ceil(-math.log(1 - random()) * mean)
        if at >= frame.stop then
            return
        end
        list[#list + 1] = release(entry, at, { packages[math.floor(random() * #packages) + 1] }, random)
    end
end

--- How many of something happen that happens so often on average (Knuth).
local function poisson(mean, random)
    local limit, count, product = math.exp(-mean), 0, random()
    while product > limit do
        count, product = count + 1, product * random()
    end
    return count
end

local function days_off(person, frame, what)
    local off = {}
    for _, text in ipairs(person.away or {}) do
        local from, to = tostring(text):match "^(%S+)%s*(%S*)$"
        local first = local_time(from or "", frame.offset, what .. ": away")
        local last = to ~= "" and local_time(to, frame.offset, what .. ": away") or first
        for at = first, math.min(last, first + 1000 * DAY), DAY do
            off[(at + frame.offset) // DAY] = true
        end
    end
    return off
end

local function check_shells(person, what)
    local sessions = schema.person.session.choices
    if person.session and not is_choice(sessions, person.session) then
        fail("%s: session '%s' is none; one of: %s", what, person.session, table.concat(sessions, ", "))
    end
    local wanted = person.attributes and require "upnudge.runtime.attributes".fault(person.attributes)
    if wanted then
        fail("%s: attributes is something else than %s", what, wanted)
    end
    for name, value in pairs(person.vars or {}) do
        if type(name) ~= "string" or type(value) ~= "string" then
            fail("%s: vars is a table of texts by name", what)
        end
    end
end

--- Who opens such shells.
local function audience_of(person)
    return person.ci and "ci" or person.agent and "agent" or person.mode == "command" and "command"
        or person.tty == false and "unattended" or "person"
end

--- What a person's keys mean.
function read_person(person, frame, what, number)
    local days, message = calendar.days(person.day or WORKDAYS)
    local from, no_from = calendar.hour(person.from, 9 * 3600)
    local to, no_to = calendar.hour(person.to, 18 * 3600)
    local shells, at_once, keys = person.shells or 10, person.at_once or 1, schema.person
    if not days or not from or not to then
        fail("%s: %s", what, message or no_from or no_to)
    elseif not (shells > keys.shells.least and shells <= keys.shells.most)
        or not (at_once >= keys.at_once.least and at_once <= keys.at_once.most) or to <= from then
        fail("%s: shells is from %d to %d a day, at_once from %d to %d, and from is before to", what, keys.shells.least,
            keys.shells.most, keys.at_once.least, keys.at_once.most)
    end
    check_shells(person, what)
    local upgrades = person.upgrades
    return { days = days, from = from, to = to, shells = shells, at_once = math.floor(at_once),
        off = days_off(person, frame, what),
        upgrades = upgrades ~= nil and upgrades ~= "never" and seconds_of(upgrades, what .. ": upgrades") or nil,
        one_session = person.session == "day", number = number, audience = audience_of(person),
        machine = person.machine or HERE,
        environments = environments.named(frame.environments, person.environments, what),
        host = { tty = person.tty ~= false, ci = person.ci or false, agent = person.agent, mode = person.mode,
            active = person.active, user = person.user or "person " .. number, machine = person.machine,
            vars = person.vars, attributes = person.attributes } }
end

local function add_shells(list, person, frame, random)
    local numbers = person.environments
    for midnight = frame.start, frame.stop - 1, DAY do
        local day, _, weekday = calendar.of(midnight, frame.offset)
        local count = person.days[weekday] and not person.off[day] and poisson(person.shells, random) or 0
        for _ = 1, count do
            local second = person.from + math.floor(random() * (person.to - person.from))
            for _ = 1, person.at_once do
                -- With one no number is drawn, so that the others stay as they are.
                local environment = numbers[#numbers > 1 and math.floor(random() * #numbers) + 1 or 1]
                list[#list + 1] = { kind = "shell", at = calendar.at(day, second, frame.offset), person = person,
                    environment = environment }
            end
        end
        if #list > MOST_EVENTS then
            fail("more than %d events; fewer weeks, people or shells", MOST_EVENTS)
        end
    end
end

local function sort(list)
    for i, event in ipairs(list) do
        event.order = i
    end
    table.sort(list, function(a, b)
        if a.at ~= b.at then
            return a.at < b.at
        end
        return a.order < b.order
    end)
    return list
end

--- All that happens, in order. Raises a table {message=} when the scenario makes no sense.
---@param scenario table
---@param frame table of M.frame
---@param seed integer
---@return upnudge.Event[]
function M.list(scenario, frame, seed)
    local list = {}
    -- Each entry has numbers of its own, so that a change of one leaves the others as they were.
    for i, entry in ipairs(scenario.releases or {}) do
        add_releases(list, entry, ("releases[%d]"):format(i), frame, M.random(seed * 1000003 + i))
    end
    for i, person in ipairs(frame.people) do
        add_shells(list, person, frame, M.random(seed * 1000003 - i))
    end
    return sort(list)
end

return M
