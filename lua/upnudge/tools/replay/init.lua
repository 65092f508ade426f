--- The replay: lets a policy live through what really happened, as the logs of activations tell it.
---
--- It lives in a world of its own (upnudge.tools.world): what checks found is committed to records there when it was,
--- people snooze and ignore when they did, and at each activation the policy is asked with the facts of then. What a
--- notice changes is of that world: a policy that spoke on Monday has spoken, whatever another one did. Silence that no
--- policy had a say in (a lockfile that had changed, a full disk) stays silence.

local changes_of = require "upnudge.record.changes"
local core = require "upnudge.core"
local facts_of = require "upnudge.runtime.facts"
local worlds = require "upnudge.tools.world"

local M = {}

---@class upnudge.ReplayedNotice
---@field at integer seconds UTC
---@field environment string
---@field audience upnudge.Audience who opened the shell
---@field rule? string
---@field reason? string
---@field text? string nil: the log alone tells of it
---@field words string a digest of the text
---@field shown? string a digest of the fingerprint of what was shown

---@class upnudge.ReplayedAnswer what an activation was answered
---@field at integer
---@field environment string
---@field notify boolean
---@field code string
---@field rule? string
---@field words? string
---@field entry upnudge.LogEntry what it was then

---@class upnudge.ReplayCourse
---@field policy string as it was named
---@field name string what it calls itself
---@field hash? string
---@field notices upnudge.ReplayedNotice[]
---@field happened upnudge.ReplayedNotice[] those that the log tells of, of the activations at which it was asked
---@field answers upnudge.ReplayedAnswer[] of these activations
---@field unknown integer activations of which the log says too little
---@field faults table<string, integer> reasons of decisions in which the policy failed

-- What was not a policy's to decide, with or without what an environment's own record says of it.
local FIXED <const> = { ["opted-out"] = true, ["lockfile-missing"] = true, ["lockfile-unreadable"] = true,
    ["record-broken"] = true, ["record-newer"] = true, ["record-unreadable"] = true, ["details-missing"] = true,
    outdated = true, ["cannot-remember"] = true, ["state-unusable"] = true, ["database-unreachable"] = true,
    ["database-refused"] = true, ["environment-missing"] = true, memory = true, fault = true }
local OF_RECORD <const> = { ["lockfile-changed"] = true, ["not-checked"] = true, ["check-failed"] = true }

---@class upnudge.Replay
---@field world upnudge.World
---@field places table[]
---@field course upnudge.ReplayCourse
---@field facts? table of the activation at hand
---@field said? upnudge.LoggedFacts the same, as the log has them
---@field watcher? upnudge.Watcher
---@field app string
---@field seeded? boolean whether it is known what the person was told of all environments
local Replay = {}
Replay.__index = Replay

local function nothing() end

-- ---- the world ----------------------------------------------------------------------------------------------

--- Who watches is as the log has it.
local function prepare_host(self)
    local host = self.world.runtime.host
    function host.describe()
        return self.facts
    end
    function host.read(_, names)
        local read = {}
        for _, name in ipairs(names) do
            read[name] = self.said.vars[name] or false
        end
        return read
    end
    function host.utc_offset(now)
        return self.said.utc_offset or require "upnudge.lib.time".utc_offset(now)
    end
    -- What is decided in this world is of no log.
    self.world.runtime.remember = nothing
end

--- An environment of the world that stands for one with a log.
local function place_in(self, logged, number)
    local world = self.world
    local directory = ("%s/place-%d"):format(world.directory, number)
    assert(core.directory(directory, true)):close()
    world.paths[logged.path] = true
    local state = assert(world.runtime:environment(logged.path))
    if logged.beside then
        local env = require "upnudge.record.siblings".environment(logged.path, core.hash(logged.path), logged.beside)
        state = { env = env, cache = {}, decisions = {},
            record = require "upnudge.record".open(world.runtime.host.disk, world.runtime.places, env) }
    end
    return { state = state, path = logged.path, lockfile = directory .. "/lockfile", found = {} }
end

local function write(path, bytes)
    local file = assert(io.open(path, "wb"))
    file:write(bytes)
    file:close()
end

--- The counts as they were, and the changes that matter most, which the log has one by one.
local function systems_of(value, list, exposures)
    local made, systems = changes_of.by_system(list, exposures), {}
    for name, counts in pairs(value.systems or {}) do
        local entry = { top = made[name] and made[name].top }
        for key, count in pairs(counts) do
            entry[key] = count
        end
        for _, change in ipairs(entry.top or {}) do
            if change.first_seen == entry.since then
                change.first_seen = nil
            end
        end
        systems[name] = entry
    end
    if value.others then
        systems["another-system"] = { total = 0 }
    end
    return systems
end

--- Commits what a check found.
function Replay:result(place, entry, at)
    place.found[entry.digest] = entry.value or place.found[entry.digest]
    local value, record = place.found[entry.digest], place.state.record
    if not value or place.checked_at == entry.at and place.digest == entry.digest then
        return
    end
    place.checked_at, place.digest, place.changed = entry.at, entry.digest, false
    place.bytes = ("as it was checked at %d\n"):format(entry.at)
    write(place.lockfile, place.bytes)
    local list, exposures = value.changes or {}, value.exposures or {}
    local old, new = core.hash(place.bytes), core.hash(place.bytes .. "new")
    local directory <close> = assert(record:directory(true))
    local details = assert(require "upnudge.record.blobs".put(directory, "details",
        changes_of.encode(list, old, new, exposures)))
    assert(record:commit(directory, { name = value.name, lockfile = place.lockfile, format = value.format,
        names = value.names, upgrade = value.upgrade, last_checked = entry.at, old = old, new = new, details = details,
        stamp = assert(core.stamp(place.lockfile)), changes = #list, systems = systems_of(value, list, exposures) }))
    record:read()
    if self.watcher then
        self.watcher:result(place.path, value, at)
    end
    require "upnudge.record.ignored".prepare(record, self.world.runtime.policy, at)
end

Replay.again = Replay.result

--- What is known of past notices when the log begins.
local function seed(record, history)
    if record:is_one() then
        assert(record:directory(true)):close()
    end
    assert(require "upnudge.record.claim".update(record, nil, function(value)
        for name, member in pairs(history) do
            value[name] = member
        end
        return "won"
    end))
end

function Replay:told(place, entry)
    local person = require "upnudge.runtime.person".record(self.world.runtime)
    if not place.seeded and type(entry.value.own) == "table" then
        seed(place.state.record, entry.value.own)
    end
    if person and not self.seeded and type(entry.value.person) == "table" then
        seed(person, entry.value.person)
        self.seeded = true
    end
    place.seeded = true
end

function Replay:chosen(place, entry) -- luacheck: ignore 212
    assert(require "upnudge.record.choices".change(place.state.record, function(choices)
        choices.snoozed_at, choices.snoozed_until = entry.value.snoozed_at, entry.value.snoozed_until
        choices.ignore = entry.value.ignore
    end))
    place.snoozed = entry.value.snoozed_until
end

-- ---- activations ----------------------------------------------------------------------------------------------

--- Whether a policy would be asked, or find out by itself that it need not be.
function Replay:is_open(place, entry)
    local of_person = self.world.runtime.policy.settings.scope == "person"
    local told_of_fault = entry.notified and entry.code == "policy-fault"
    if FIXED[entry.code] or told_of_fault or OF_RECORD[entry.code] and not of_person then
        return false
    end
    -- Who snoozed all environments at once is told of by no line, and who was not looked at neither.
    return entry.code ~= "snoozed" or entry.facts ~= nil and (place.snoozed ~= nil or of_person)
end

local function facts_for(said, app)
    return { app = app, tty = said.tty, ci = said.ci, active = said.active, mode = said.mode, lang = said.lang,
        agent = said.agent or false, session = said.session or false, command = said.command, hint = said.hint,
        attributes = next(said.attributes) and said.attributes or nil, system = core.system(),
        user = facts_of.find_out "user", machine = facts_of.find_out "machine" }
end

--- The lockfile as it was: the one that was checked, or another.
local function set_lockfile(place, changed)
    if place.bytes and place.changed ~= changed then
        write(place.lockfile, changed and "another one\n" or place.bytes)
        place.changed = changed
    end
end

--- Who it was, as simulations call them.
local function audience_of(said)
    return said.ci and "ci" or said.agent and "agent" or said.mode == "command" and "command"
        or not said.tty and "unattended" or "person"
end

local function words_of(text)
    return core.hash(text or ""):sub(1, 8)
end

local function tell(self, place, at, entry, decision)
    local course, asked = self.course, place.state.asked
    -- That a policy has a mistake is no notice.
    local said = decision.notify and decision.code ~= "policy-fault"
    local shown = asked and asked.result.fingerprint
    local words = said and words_of(decision.text) or nil
    course.answers[#course.answers + 1] = { at = at, environment = place.path, notify = said,
        code = decision.code, rule = decision.rule, words = words, entry = entry }
    if entry.notified then
        course.happened[#course.happened + 1] = { at = at, environment = place.path, rule = entry.rule,
            audience = audience_of(entry.facts), reason = entry.reason, words = entry.words, shown = entry.shown }
    end
    if self.watcher then
        self.watcher:answer(place.path, at, audience_of(entry.facts), decision)
    end
    local fault = decision.error and decision.reason or decision.policy_fault
    if fault then
        course.faults[fault] = (course.faults[fault] or 0) + 1
    end
    if said then
        course.notices[#course.notices + 1] = { at = at, environment = place.path, rule = decision.rule,
            audience = audience_of(entry.facts), reason = decision.reason, text = decision.text, words = words,
            shown = shown and core.hash(shown):sub(1, 16) }
    end
end

function Replay:decision(place, entry, at)
    if not self:is_open(place, entry) then
        return
    elseif not entry.facts or entry.checked_at ~= place.checked_at then
        self.course.unknown = self.course.unknown + 1
        return
    end
    local runtime = self.world:at(at).runtime
    self.said, self.facts = entry.facts, facts_for(entry.facts, self.app)
    runtime.options = entry.facts.options or false
    set_lockfile(place, entry.code == "lockfile-changed")
    tell(self, place, at, entry, runtime:decide(place.path, { name = entry.facts.name }, place.state))
end

--- Lets a policy live through a log. Raises where there is no such policy, or it has a mistake.
---@param policy string a file, or the name of a ready-made one
---@param log upnudge.Log
---@param options {app?: string, tick?: fun(), watcher?: upnudge.Watcher}? tick: called again and again meanwhile;
---watcher: is told of what checks found and of each answer
---@return upnudge.ReplayCourse
function M.live(policy, log, options)
    options = options or {}
    local world <close> = worlds.world { policy = policy, now = log.start or 0 }
    assert(core.directory(world.runtime.places.state, true)):close()
    local self = setmetatable({ world = world, places = {}, app = options.app or "default",
        watcher = options.watcher, course = { policy = policy,
        name = world.runtime.policy.name, hash = world.runtime.policy:hash(), notices = {}, happened = {}, answers = {},
        unknown = 0, faults = {} } }, Replay)
    prepare_host(self)
    for i, logged in ipairs(log.places) do
        self.places[i] = place_in(self, logged, i)
    end
    local tick = options.tick or nothing
    for _, event in ipairs(log.events) do
        tick()
        self[event.entry.kind](self, self.places[event.place], event.entry, event.at)
    end
    return self.course
end

return M
