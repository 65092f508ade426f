--- The person: one question about all environments of somebody, for policies with `scope = "person"`. Loaded where a
--- policy has it.
---
--- The environment that is activated is looked at as ever. The others, the digest, are gathered when the policy first
--- looks at c.result: one whose window is not over costs no more with a hundred environments than with one. Whether
--- their lockfiles still are as they were checked is found out only when the policy wants to speak; it is asked again
--- without those that are not, so nothing is told that may be installed already.

local clock = require "upnudge.lib.clock"
local counts = require "upnudge.lib.counts"
local persons = require "upnudge.record.person"
local snooze = require "upnudge.runtime.snooze"

local M = {}

--- How many environments count, of those checked last.
M.MOST = 256
-- Packages, and exposures, of all that a policy sees.
local LISTED <const> = 500

---@class upnudge.Digested one environment that counts
---@field state upnudge.EnvironmentState
---@field found upnudge.Found
---@field choices upnudge.Choices
---@field app? string where it is another than that of the runtime
---@field sure? boolean whether its lockfile is known to be as it was checked

---@class upnudge.Digest
---@field record upnudge.Record what is kept of the person
---@field looked_at? integer environments, once they were
---@field more? integer environments beside those
---@field private notice table upnudge.runtime.notice, which asks
---@field private runtime upnudge.Runtime
---@field private own upnudge.Digested? of the environment that is activated, where there is something to tell
---@field private state upnudge.EnvironmentState that is activated
---@field private silent upnudge.Decision? where there is not
---@field private list? upnudge.Digested[]
---@field private sum? table
---@field private coolings upnudge.CoolingTold[] of those that were looked at
---@field private entries? table[]
local Digest = {}
local NOTHING <const> = {}
Digest.__index = Digest

--- Whether all environments of a person count as one.
---@param policy upnudge.Policy?
---@return boolean
function M.is_asked_for(policy)
    return policy ~= nil and policy.settings.scope == "person"
end

--- What is kept of the person; nil: the policy does not ask for it.
---@param runtime upnudge.Runtime
---@return upnudge.Record?
function M.record(runtime)
    local policy = runtime.policy
    if not policy or not M.is_asked_for(policy) then
        return nil
    end
    runtime.person = runtime.person or { states = {},
        record = persons.open(runtime.host.disk, runtime.places, policy.settings.apps == "all") }
    return runtime.person.record
end

-- ---- gathering ------------------------------------------------------------------------------------

--- What is kept about another environment while the runtime is open, as far as it is looked at in digests.
local function state_of(runtime, one)
    local name = one.places.cache .. "/" .. one.env.key
    local before, now = runtime.person.states, runtime.person.present
    local state = before[name]
    if not state then
        local record = require "upnudge.record".open(runtime.host.disk, one.places, one.env)
        state = { env = one.env, record = record, cache = {}, decisions = {} }
    end
    now[name] = state
    return state
end

--- One that counts, if there is something to tell of it.
function Digest:glance(one)
    local runtime, notice = self.runtime, self.notice
    local state = state_of(runtime, one)
    local record = state.record
    if not record:read() then
        return nil
    end
    state.env.path = record.path
    local choices = record:choices()
    local asleep = snooze.ends(choices, self.now, runtime.policy)
    if asleep and not snooze.lets_through(runtime.policy) then
        return nil
    end
    local found, silent = notice.glance(runtime, state, {}, choices, self.now, self.keep)
    if found and found.cooling and not asleep then
        self.coolings[#self.coolings + 1] = found.cooling
    end
    if not found or silent or asleep and found.result.security == 0 then
        return nil
    end
    local app = one.places.app
    return { state = state, found = found, choices = choices, app = app ~= runtime.places.app and app or nil }
end

--- What may be environments of the person.
local function environments_of(runtime)
    local disk, all = runtime.host.disk, runtime.policy.settings.apps == "all"
    return persons.environments(disk, persons.places(disk, runtime.places, all), M.MOST)
end

--- What the record of any of them says; nil: there is none.
---@param runtime upnudge.Runtime
---@return table?
function M.any_value(runtime)
    for _, one in ipairs((environments_of(runtime))) do
        local value = require "upnudge.record".open(runtime.host.disk, one.places, one.env):read()
        if value then
            return value
        end
    end
end

--- Looks at all others.
function Digest:gather()
    local runtime, list = self.runtime, { self.own }
    local ones, more = environments_of(runtime)
    runtime.person.present = {}
    for _, one in ipairs(ones) do
        if one.places ~= runtime.places or one.env.key ~= self.state.env.key then
            list[#list + 1] = self:glance(one)
        end
    end
    runtime.person.states, runtime.person.present = runtime.person.present, nil
    self.list, self.looked_at, self.more = list, #ones, more
end

-- ---- the sum --------------------------------------------------------------------------------------

--- A text of each result that is told, short, for there may be many.
local function piece(one)
    return require "upnudge.core".hash(one.state.record.cache_path .. "\0" .. one.found.result.fingerprint):sub(1, 12)
end

local function name_of(self, one)
    local state, value = one.state, one.found.value
    return self.notice.name_of(state.env, one == self.own and self.called or value.name)
end

--- What a policy sees of one of them.
local function entry_of(self, one)
    local entry = { name = name_of(self, one), path = one.state.env.path, app = one.app }
    for _, name in ipairs(counts.all) do
        entry[name] = one.found.result[name] or 0
    end
    return entry
end

--- Security fixes first, then what has most.
local function matters_more(a, b)
    for _, name in ipairs { "security", "versions", "total", "exposed" } do
        if a.entry[name] ~= b.entry[name] then
            return a.entry[name] > b.entry[name]
        end
    end
    local before = require "upnudge.core".before
    if a.entry.path ~= b.entry.path then
        return before(a.entry.path, b.entry.path)
    end
    return before(a.state.env.key, b.state.env.key)
end

--- Two of one name are told apart by what they are in.
local function tell_apart(list)
    local seen = {}
    for _, one in ipairs(list) do
        local name = one.entry.name
        seen[name] = (seen[name] or 0) + 1
    end
    for _, one in ipairs(list) do
        local entry = one.entry
        local within = seen[entry.name] > 1 and entry.path:match "([^/]+)/[^/]+$"
        if within then
            entry.name = require "upnudge.lib.terminal".line(within) .. "/" .. entry.name
        end
    end
end

--- Notes since when each fix is known to the person, who has heard of it whichever environment it was in, but not while
--- that was snoozed. Of a result with more fixes than its record carries the rest counts as one.
local function note_fixes(fixes, result, top, awake)
    local listed = 0
    for _, change in ipairs(result.packages or top or {}) do
        if change.security then
            local fix = change.name .. "\0" .. (change.to or "")
            local since = math.max(change.security_since or result.security_since or 0, awake)
            fixes[fix] = math.min(fixes[fix] or since, since)
            listed = listed + 1
        end
    end
    if listed < (result.security or 0) then
        fixes[""] = math.max(fixes[""] or 0, result.security_since or 0, awake)
    end
end

--- The result of all together, as c.result is, but for what is looked up apart; made once.
---@return table
function Digest:result()
    if self.sum then
        return self.sum
    elseif not self.list then
        self:gather()
    end
    local sum, pieces, newest, fixes = { since = 0 }, {}, nil, {}
    for i, one in ipairs(self.list) do
        local result = one.found.result
        for _, name in ipairs(counts.all) do
            sum[name] = (sum[name] or 0) + (result[name] or 0)
        end
        pieces[i], sum.since = piece(one), math.max(sum.since, result.since or 0)
        newest = math.max(newest or result.checked_at, result.checked_at)
        note_fixes(fixes, result, one.found.top, snooze.ended(one.choices, self.now, self.runtime.policy) or 0)
    end
    table.sort(pieces)
    for _, name in ipairs(counts.all) do
        sum[name] = sum[name] or 0
    end
    sum.cooling = (self:cooling() or NOTHING).total
    -- What a rule waits for is a check here, for others are not made while one is elsewhere.
    local value = self.state.record:recent()
    sum.checked_at = (value and clock.past(value.last_checked, self.now) or newest or self.now) // 1 | 0
    for _, since in pairs(fixes) do
        sum.security_since = math.max(sum.security_since or 0, since) // 1 | 0
    end
    sum.of_several, sum.fingerprint = true, table.concat(pieces, " ")
    self.sum = sum
    return sum
end

--- What is too new to count in those that were looked at; nil: nothing.
---@return upnudge.CoolingTold?
function Digest:cooling()
    return self.coolings[1] and require "upnudge.record.cooling".together(self.coolings)
end

--- The environments with news, as a policy sees them, in the order in which they are told; made once.
---@return table[]
function Digest:environments()
    self:result()
    if not self.entries then
        for _, one in ipairs(self.list) do
            one.entry = entry_of(self, one)
        end
        table.sort(self.list, matters_more)
        tell_apart(self.list)
        self.entries = {}
        for i, one in ipairs(self.list) do
            self.entries[i] = one.entry
        end
    end
    return self.entries
end

--- The changes of one: all while there is room, else those that its record names.
local function changes_of(one, room)
    local found = one.found
    local listed = found.result.packages
    if not listed and found.result.total <= room then
        listed = require "upnudge.record.ignored".listed(one.state.record, found.value, found.facts.system,
            found.ignored, found.cooldown, found.now)
    end
    return listed or found.top or {}
end

--- The changes of all, each with the name of its environment, those that matter most first.
---@return table[] packages
function Digest:packages()
    self:environments()
    local all, total = {}, 0
    for _, one in ipairs(self.list) do
        local result = one.found.result
        total = total + result.total
        for _, change in ipairs(changes_of(one, LISTED - #all)) do
            local package = { environment = one.entry.name, first_seen = result.since }
            for key, value in pairs(change) do
                package[key] = value
            end
            all[#all + 1] = package
        end
    end
    all = require "upnudge.record.changes".by_rank(all)
    for i = #all, LISTED + 1, -1 do
        all[i] = nil
    end
    all.unlisted = total > #all and total - #all or nil
    return all
end

--- What is exposed in all, each with the name of its environment.
---@return table[] exposures
function Digest:exposures()
    self:environments()
    local all = {}
    for _, one in ipairs(self.list) do
        local found = one.found
        local listed, _, open
        if found.result.exposed > 0 and #all < LISTED then
            listed, _, open = require "upnudge.record.ignored".listed(one.state.record, found.value,
                found.facts.system, found.ignored)
        end
        for _, exposure in ipairs(listed and open or {}) do
            exposure.environment = one.entry.name
            all[#all + 1] = exposure
        end
    end
    return all
end

-- ---- what is true ---------------------------------------------------------------------------------

--- Whether the lockfile is as it was checked, by its stamp, else by its bytes. One that only looks otherwise is told of
--- when it is activated.
local function is_unchanged(record, value)
    local disk, lockfile = record.disk, value.lockfile
    local stamp = lockfile and disk.stamp(lockfile)
    return stamp ~= nil and (stamp == value.stamp
        or disk.digest(lockfile, require "upnudge.core".lockfile_limit) == value.old)
end

--- Leaves out those whose lockfiles are not as they were checked.
---@return boolean changed whether there were some
function Digest:verify()
    self:result()
    local list = {}
    for _, one in ipairs(self.list) do
        one.sure = one.sure or is_unchanged(one.state.record, one.found.value)
        list[#list + 1] = one.sure and one or nil
    end
    local changed = #list < #self.list
    if changed then
        self.list, self.sum, self.entries = list, nil, nil
        self:result()
    end
    return changed
end

--- The decision of silence where all that was looked at comes to nothing; nil: it does not, or was not.
---@return upnudge.Decision?
function Digest:silence()
    if not self.sum or self.sum.total + self.sum.exposed > 0 then
        return nil
    end
    local cooling = self:cooling()
    if cooling then
        return { notify = false, code = "cooling", cooling = cooling, next_at = cooling.next_at,
            reason = require "upnudge.record.cooling".words(cooling, self.now) }
    end
    return self.silent or { notify = false, code = "nothing-new", reason = "nothing newer was found" }
end

--- Why there is nothing to tell of the environment that is activated, whatever is told of others; nil: there is.
---@return string?
function Digest:own_code()
    return self.silent and self.silent.code
end

--- The environments with news, as scripts are told of them, where they are more than the one that is activated.
---@return table[]?
function Digest:told()
    local environments = self:environments()
    local alone = #environments == 1 and self.list[1] == self.own
    return environments[1] and not alone and environments or nil
end

---@class upnudge.DigestOptions
---@field own? upnudge.Found what there is to tell of the environment that is activated
---@field silent? upnudge.Decision why there is nothing
---@field choices upnudge.Choices of it
---@field called? string what the host calls it
---@field now integer seconds UTC
---@field clock? fun(): integer of the activation; nil: no question comes of it
---@field keep boolean whether what is found out may be written down

--- A digest, of which nothing is gathered yet.
---@param notice table upnudge.runtime.notice
---@param runtime upnudge.Runtime
---@param state upnudge.EnvironmentState that is activated
---@param given upnudge.DigestOptions
---@return upnudge.Digest
function M.digest(notice, runtime, state, given)
    local own, record = not given.silent and given.own or nil, M.record(runtime)
    record.activated = state.env.path
    return setmetatable({ notice = notice, runtime = runtime, state = state, record = record,
        silent = given.silent, now = given.now, keep = given.keep, called = given.called,
        coolings = { given.own and given.own.cooling },
        own = own and { state = state, found = own, choices = given.choices, sure = true } or nil }, Digest)
end

--- What stands for the result until somebody looks at it.
---@return table
function Digest:later()
    return setmetatable({ later = true, of_several = true }, { __index = function(_, name)
        return self:result()[name]
    end })
end

-- ---- the question ---------------------------------------------------------------------------------

--- What a policy is asked about all environments of the person, of which this is one, and what a claim is compared
--- with; or nil and the decision where past notices cannot be read.
---@param notice table upnudge.runtime.notice
---@param runtime upnudge.Runtime
---@param state upnudge.EnvironmentState that is activated
---@param activation upnudge.Activation
---@param given upnudge.DigestOptions
---@return upnudge.Question?
---@return upnudge.Seen|upnudge.Decision
function M.question(notice, runtime, state, activation, given)
    local value, facts = state.record:recent(), runtime.host:describe(runtime.app, activation)
    given.called = activation.name
    local digest = M.digest(notice, runtime, state, given)
    local question = { now = given.now, digest = digest, result = digest:later(), host = facts,
        env = { path = state.env.path, name = notice.name_of(state.env, activation.name or value and value.name),
            format = value and value.format, upgrade = value and value.upgrade } }
    local base = notice.look_up(runtime, state.record, question, given.own or { facts = facts })
    question.look_up = function(what)
        if what == "result" or what == "packages" or what == "environments" or what == "exposures" then
            return digest[what](digest)
        end
        return base(what)
    end
    -- The strategy `simple` has the time in it.
    digest.record:read()
    return notice.with_history(runtime, digest.record, question, given.clock)
end

--- Asks the policy, and once more where some environments are not as they were checked.
---@param ask fun(policy: upnudge.Policy, question: upnudge.Question): upnudge.Decision
---@param policy upnudge.Policy
---@param question upnudge.Question
---@return upnudge.Decision
function Digest:ask(ask, policy, question)
    local decision = ask(policy, question)
    if decision.notify and self:verify() then
        question.result = self:result()
        decision = ask(policy, question)
    end
    local silent = self:silence()
    if silent then
        silent.trace = decision.trace
        decision = silent
    end
    return decision
end

return M
