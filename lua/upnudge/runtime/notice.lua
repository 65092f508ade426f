--- The notice: whether to tell the user now, and why (not).
---
--- Facts come before the policy: without a result for this very lockfile there is nothing true to
--- say, whatever a policy wants.

local clock = require "upnudge.lib.clock"
local counts = require "upnudge.lib.counts"
local limits = require "upnudge.lib.limits"

local M = {}

---@class upnudge.Decision
---@field notify boolean
---@field reason string
---@field code string which reason it is, of upnudge.lib.reasons
---@field rule? string
---@field text? string safe for a terminal, in UTF-8
---@field shown? string the same as the activation's `look` wants it, where that is another
---@field next_at? integer seconds UTC: no notice before, while nothing else changes, and maybe none then
---@field trace? table[] every rule, when asked for
---@field error? boolean whether it is a fault, of the policy or the call
---@field cooling? upnudge.CoolingTold what is too new to count, where something is
---@field policy_fault? string what the policy failed at, where another one has answered
---@field deputy? string which one, in words (upnudge.runtime.deputy)
---@field by_session? boolean whether a cadence of that goes by sessions
---@field holds_until? number of silence: seconds UTC until which it stays so while nothing changes that was looked at
---in this process (see lua/bind/evidence.h); nil: nobody knows
---@field trouble? string what did not work though it notifies, for a host's own log

-- Changes of one system that a record carries itself.
local TOP <const> = 10
local NO_DETAILS <const> = "what the last check found is not there in full; the next check mends that"

local function quiet(code, reason, fault)
    return { notify = false, code = code, reason = reason, error = fault or nil }
end

-- ---- the result ---------------------------------------------------------------------------------

--- A change with its time, which a record leaves out where it is that of the result.
local function dated(change, since)
    local copy = {}
    for field, value in pairs(change) do
        copy[field] = value
    end
    copy.first_seen = copy.first_seen or since
    return copy
end

local function add(into, entry, apart)
    for _, name in ipairs(counts.all) do
        into[name] = (into[name] or 0) + ((entry[name] or 0) // 1 | 0)
    end
    local since = (entry.since or 0) // 1 | 0
    into.since = into.since and into.since > since and into.since or since
    -- A record of an earlier upnudge tells only since when its result is there.
    local known = (entry.security or 0) > 0 and (entry.security_since or since) // 1 | 0 or into.security_since
    into.security_since = into.security_since and into.security_since > known and into.security_since or known
    into.fingerprint = (into.fingerprint or "") .. (entry.fingerprint or "")
    for i = 1, math.min(#(entry.top or {}), TOP) do
        local change = entry.top[i]
        if type(change) == "table" then
            into.packages[#into.packages + 1] = apart and dated(change, entry.since) or change
        end
    end
end

--- Whether it is known of some change what it mends. That stands in the list of all changes alone.
local function has_fixes(top)
    for _, change in ipairs(top) do
        if change.severity then
            return true
        end
    end
    return false
end

--- What a policy sees as c.result, from what the record says of systems. `packages` is absent when that does not hold
--- all of them, with all that is known; then those that matter most are the second value.
local function result_of(entries, checked_at)
    local result, apart = { packages = {}, checked_at = checked_at }, entries[2] and entries[1].top and entries[2].top
    for _, entry in ipairs(entries) do
        add(result, entry, apart)
    end
    local top = result.packages
    if #top < result.total or result.security > 0 and has_fixes(top) then
        result.packages = nil
    end
    return result, top
end

local NOTHING <const> = {}
-- What all systems have in common, among those that a record tells apart.
local ALL <const> = "*"

--- The result on this system, with all that may be ignored.
local function whole(value, system, now)
    local entries = { value.systems[ALL] }
    entries[#entries + 1] = system ~= ALL and value.systems[system] or nil
    entries[1] = entries[1] or NOTHING
    local full, top = result_of(entries, (clock.past(value.last_checked, now) or now) // 1 | 0)
    -- One that is a second ahead came after a notice of this very second.
    full.security_since = full.security_since and (clock.past(full.security_since, now) and full.security_since or 0)
    return full, top
end

--- What the record calls this system. Where it tells none apart and nothing is ignored, all have the same result.
local function system_of(value, facts, ignored)
    local other = next(value.systems)
    if other == ALL then
        other = next(value.systems, ALL)
    end
    return (other or ignored) and facts.system or ALL
end

--- The result on this system; made once per record, choices and project's list read, and again when a change is old
--- enough to count. nil where the changes of that record are not there any more, and why.
local function result_for(state, value, facts, policy, choices, now, keep, lockfile)
    local cache = state.cache
    local filter = (policy.ignore or choices.ignore or policy.project_ignore or policy.cooldown)
        and require "upnudge.runtime.filter"
    local project = filter and filter.project_list(state, policy, lockfile) or nil
    if cache.value ~= value or cache.choices ~= choices or cache.project ~= project or not cache.result
        or cache.cooling and not require "upnudge.record.cooling".holds(cache.cooling, now) then
        -- Nothing, until all of it is made.
        cache.result, cache.ignored, cache.cooling = nil, nil, nil
        cache.value, cache.choices, cache.project = value, choices, project
        if filter then
            filter.fill(cache, { record = state.record, value = value, facts = facts, now = now, keep = keep,
                cooldown = policy.cooldown, result_of = result_of, whole = whole, system_of = system_of }, policy)
        else
            cache.result, cache.top = whole(value, system_of(value, facts), now)
        end
    end
    return cache.result, cache.top, cache.ignored, cache.cooling
end

-- ---- what is true -------------------------------------------------------------------------------

--- The decision of silence where the lockfile is not the one that was checked, by its stamp, else by its bytes, else by
--- what they say; nil where it still is.
local function changed(record, value, lockfile, keep)
    local stamp, message, code = record.disk.stamp(lockfile)
    if stamp == value.stamp then
        return nil
    elseif stamp then
        local same
        same, message, code = require "upnudge.record.content".unchanged(record, value, lockfile, stamp, keep)
        if same then
            return nil
        end
    end
    if code then
        return quiet(require "upnudge.runtime.cause".of_lockfile(code), message)
    end
    return quiet("lockfile-changed", message)
end

--- The record's value if a check has finished; else nil and the decision. `read` is how it is come by.
local function checked(record, read)
    local value, why, code = read(record)
    if code == "not-found" then
        return nil, quiet("not-checked", why)
    elseif not value then
        return nil, quiet(require "upnudge.runtime.cause".of_record(code), why)
    elseif not value.systems or not value.stamp then
        return nil, value.reason and quiet("check-failed", "the last check failed: " .. value.reason)
            or quiet("not-checked", "no check has finished yet")
    end
    return value
end

--- The same if something can be announced from it. `keep`: whether what is found out about the lockfile may be written
--- down.
local function announceable(state, activation, keep)
    local record = state.record
    local value, silent = checked(record, state.has_read and record.recent or record.read)
    state.has_read = nil
    if not value then
        return nil, silent
    end
    local lockfile = activation.lockfile or value.lockfile
    if not lockfile then
        return nil, quiet("record-broken", "the record names no lockfile")
    end
    local different = changed(record, value, lockfile, keep)
    return not different and value or nil, different
end

local function nothing_new(value, result, ignored, cooling, now)
    if result.total + result.exposed > 0 then
        return nil
    elseif cooling then
        local silent = quiet("cooling", require "upnudge.record.cooling".words(cooling, now))
        silent.cooling, silent.next_at = cooling, cooling.next_at
        return silent
    end
    return ignored and quiet("ignored", "nothing newer that is not ignored")
        or next(value.systems) and quiet("other-systems", "newer packages only for other systems")
        or quiet("nothing-new", "nothing newer was found")
end

-- ---- the question -------------------------------------------------------------------------------

--- What to call it, in one line: a directory may be named anything, and have several environments.
---@param env upnudge.Environment
---@param name string?
---@return string
function M.name_of(env, name)
    name = limits.cut(name or env.path:match("[^/]+$") or env.path, limits.PROJECT)
    if not name:find "^[\32-\126]*$" then
        name = require "upnudge.lib.terminal".line(name)
    end
    return env.beside and ("%s (%s)"):format(name, env.beside) or name
end

--- What is known of past notices, as a policy may know it. A strategy that keeps only the time does not know
--- what was shown; a notice after the present result was first found showed this one.
local function history_of(seen, result, now)
    local known = seen.history or {}
    local last, shown = clock.past(known.last_notified, now), known.shown
    if not shown and last and last >= (clock.past(result.since, now) or 0) then
        shown = result.fingerprint
    end
    return { last_notified = last, shown = shown, times = known.times, snoozed_until = known.snoozed_until,
        sessions = known.sessions }
end

--- Makes what is known of past notices part of the question.
local function remember(question, seen)
    question.known, question.history = seen.history or NOTHING, history_of(seen, question.result, question.now)
end

--- What a policy looks at beside what it is asked with: the agent each time, all else rarely.
---@param runtime upnudge.Runtime
---@param record upnudge.Record
---@param question upnudge.Question
---@param found upnudge.Found
---@return fun(what: string): any
function M.look_up(runtime, record, question, found)
    return function(what)
        if what == "agent" then
            return found.facts.agent
        end
        return require "upnudge.runtime.details".look_up(runtime, record, question, found, what)
    end
end

--- The clock of one activation, which may be made up.
local function clock_of(host, activation)
    local now = activation.now
    return now and function()
        return now
    end or host.now
end

---@class upnudge.Found what the last check found on this system, without what is ignored
---@field value table of the record
---@field facts table of the activation
---@field result table
---@field top table[]? the changes that matter most, where the result does not hold all
---@field ignored table? selectors
---@field cooldown upnudge.Cooldown? of the policy
---@field cooling upnudge.CoolingTold?
---@field now integer seconds UTC, of the result

--- What there is to tell of a record.
local function found_in(runtime, state, value, activation, choices, now, keep)
    local record = state.record
    local facts = runtime.host:describe(runtime.app, activation)
    local policy = runtime.policy or NOTHING
    local result, more, ignored, cooling = result_for(state, value, facts, policy, choices, now, keep,
        activation.lockfile or value.lockfile)
    if not result then
        return nil, quiet("details-missing", more or NO_DETAILS), record:read() ~= value
    end
    local told = cooling and require "upnudge.record.cooling".told(cooling, policy.cooldown, now)
    return { value = value, facts = facts, result = result, top = more, ignored = ignored, now = now,
        cooldown = policy.cooldown, cooling = told }, nothing_new(value, result, ignored, told, now)
end

--- What there is to tell, and the decision of silence where that is nothing, before any policy is asked.
---@param runtime upnudge.Runtime
---@param state upnudge.EnvironmentState
---@param activation upnudge.Activation
---@param choices upnudge.Choices
---@param now integer seconds UTC
---@param keep boolean whether what is found out may be written down
---@return upnudge.Found? found nil: nobody knows
---@return upnudge.Decision? silent
---@return boolean? outdated whether another check came in between
function M.look(runtime, state, activation, choices, now, keep)
    local value, silent = announceable(state, activation, keep)
    if not value then
        return nil, silent
    end
    return found_in(runtime, state, value, activation, choices, now, keep)
end

--- The same of the record as it was just read, whatever the lockfile may be by now.
---@param runtime upnudge.Runtime
---@param state upnudge.EnvironmentState
---@param activation upnudge.Activation
---@param choices upnudge.Choices
---@param now integer seconds UTC
---@param keep boolean whether what is found out may be written down
---@return upnudge.Found? found nil: nobody knows
---@return upnudge.Decision? silent
function M.glance(runtime, state, activation, choices, now, keep)
    local value, silent = checked(state.record, state.record.recent)
    if not value then
        return nil, silent
    end
    return found_in(runtime, state, value, activation, choices, now, keep)
end

--- What is known of past notices, and the question; or nil and the decision where that cannot be read. The time of the
--- question becomes that after reading: somebody may have been told while this process was stopped, and a time ahead of
--- the question's would count as never.
---@param runtime upnudge.Runtime
---@param record upnudge.Record
---@param question upnudge.Question
---@param read_clock fun(): integer of the activation
---@return upnudge.Question?
---@return upnudge.Seen|upnudge.Decision
function M.with_history(runtime, record, question, read_clock)
    local seen, message, code = runtime:strategy().read(record, question.now)
    if not seen then
        return nil, quiet(require "upnudge.runtime.cause".of_history(code), message)
    end
    question.record, question.now = record, read_clock()
    remember(question, seen)
    return question, seen
end

--- Everything that a policy is asked about, and what a claim is compared with; or nil and the decision when it need
--- not be asked.
---@param runtime upnudge.Runtime
---@param state upnudge.EnvironmentState
---@param activation upnudge.Activation
---@param rehearsed boolean whether nothing may be written
---@return upnudge.Question? question
---@return upnudge.Seen|upnudge.Decision seen or the decision
---@return boolean? outdated whether another check came in between
local function prepare(runtime, state, activation, rehearsed)
    local record = state.record
    if not runtime.policy then
        return nil, quiet(runtime.closed and "usage" or "policy-fault", runtime.policy_fault, true)
    end
    local read_clock = clock_of(runtime.host, activation)
    local now, choices = read_clock(), record:choices()
    local snooze = choices.snoozed_until and require "upnudge.runtime.snooze"
    local asleep, found, silent, outdated = snooze and snooze.silence(choices, now, runtime.policy), nil, nil, nil
    if not asleep or snooze.lets_through(runtime.policy) then
        found, silent, outdated = M.look(runtime, state, activation, choices, now, not rehearsed)
    end
    if asleep and (not found or silent or found.result.security == 0) then
        found, silent, outdated = nil, asleep, nil
    end
    if runtime.policy.settings.scope == "person" and not outdated then
        return require "upnudge.runtime.person".question(M, runtime, state, activation, { own = found,
            silent = silent, choices = choices, now = now, clock = read_clock, keep = not rehearsed })
    elseif not found or silent then
        return nil, silent, outdated
    end
    local value = found.value
    local question = { now = now, result = found.result, host = found.facts,
        env = { path = state.env.path, name = M.name_of(state.env, activation.name or value.name),
            format = value.format, upgrade = value.upgrade }, cooling = found.cooling }
    question.look_up = M.look_up(runtime, record, question, found)
    return M.with_history(runtime, record, question, read_clock)
end

--- What a policy says, as long as it may be. (Its text is bounded where it is made.)
local function bounded(decision)
    decision.reason = limits.words(decision.reason, limits.REASON)
    decision.rule = decision.rule and limits.words(decision.rule, limits.RULE)
    for _, step in ipairs(decision.trace or NOTHING) do
        step.rule = limits.words(step.rule, limits.RULE)
        step.reason = step.reason and limits.words(step.reason, limits.REASON)
    end
    return decision
end

--- Asks a policy.
---@param policy upnudge.Policy
---@param question upnudge.Question
---@return upnudge.Decision
local function ask(policy, question)
    local decision, fault = policy:ask(question)
    if question.outdated then
        return quiet("outdated", "another check has just finished")
    end
    return bounded(decision or quiet("policy-fault", fault, true))
end

--- Whether an activation only tries out what would be: at a time of its own, while the record is of the clock's.
--- What such a one claimed would be believed later by those who go by the clock. A record names the made-up time that
--- it is of, for an earlier upnudge whose check comes next keeps what it does not know.
---@param state upnudge.EnvironmentState
---@param activation upnudge.Activation
---@param runtime upnudge.Runtime
---@return boolean
function M.is_rehearsal(state, activation, runtime)
    state.has_read = activation.now ~= nil or nil
    if not activation.now then
        return false
    end
    local value = state.record:read()
    if not value and runtime.policy and runtime.policy.settings.scope == "person" then
        value = require "upnudge.runtime.person".any_value(runtime)
    end
    local made_up = value and value.rehearsal
    return not made_up or made_up ~= value.last_checked and made_up ~= value.last_failed
end

--- Decides and, when the answer is to notify, claims the notice.
local function settle(runtime, question, seen, activation, rehearsed)
    local function ask_one(policy)
        return question.digest and question.digest:ask(ask, policy, question) or ask(policy, question)
    end
    local function ask_policy()
        local decision = ask_one(runtime.policy)
        return decision.error and require "upnudge.runtime.deputy".answer(runtime, decision, ask_one) or decision
    end
    local decision = ask_policy()
    if not decision.notify then
        return decision
    end
    return require "upnudge.runtime.claim".settle(runtime, question, seen, decision, { ask = ask_policy,
        remember = function(newer)
            remember(question, newer)
        end, clock = clock_of(runtime.host, activation), activation = activation, rehearsed = rehearsed })
end

-- Silence for which no policy was asked, or whatever it said, and that stays while nothing changes.
local HOLDS <const> = { ["nothing-new"] = true, ignored = true, ["other-systems"] = true, ["opted-out"] = true,
    cooling = true, snoozed = true }
-- After any time that matters.
local FAR <const> = 1e14

--- Until when a silence holds. Of a notice nobody asks, nor of what others tell of all environments of a person, of a
--- team's own strategy, of a policy with a mistake, which people are told of, or of a time that is still to come and
--- counts already.
local function horizon_of(runtime, decision, question)
    local policy, at = runtime.policy, decision.holds_until
    if HOLDS[decision.code] then
        at = decision.next_at or FAR
    end
    if decision.notify or not at or clock.met_ahead or runtime.policy_fault or decision.policy_fault
        or policy and (policy.settings.scope == "person" or policy.strategy ~= "separate-lock"
            and not require "upnudge.strategy".is_ours(policy.strategy)) then
        return nil
    end
    local cooling, asked_until = decision.cooling, question and question.holds_until
    at = cooling and cooling.next_at and math.min(at, cooling.next_at) or at
    return asked_until and math.min(at, asked_until) or at
end

--- Tells what cools beside what counts. Where all that was asked is not due yet, the next to count may change that.
local function with_cooling(decision, cooling)
    if cooling then
        decision.cooling = cooling
        if decision.code == "not-due" then
            decision.next_at = math.min(decision.next_at or cooling.next_at, cooling.next_at)
        end
    end
    return decision
end

local function conclude_once(runtime, state, activation, rehearsed, trace)
    local question, seen, outdated = prepare(runtime, state, activation, rehearsed)
    state.asked = question
    if not question then
        seen.holds_until = horizon_of(runtime, seen)
        return seen, false, outdated
    end
    question.trace = trace
    local decision = with_cooling(settle(runtime, question, seen, activation, rehearsed), question.cooling)
    local digest = question.digest
    if digest then
        decision.digest, decision.own_code = digest, digest:own_code()
        with_cooling(decision, digest:cooling())
    end
    decision.holds_until = horizon_of(runtime, decision, question)
    return decision, true, question.outdated
end

--- Finds out what is true, asks the policy and claims the notice; all once more where another check has finished
--- meanwhile.
---@param runtime upnudge.Runtime
---@param state upnudge.EnvironmentState
---@param activation upnudge.Activation
---@param rehearsed boolean the same, but nothing is claimed
---@param trace boolean? whether every rule's answer is wanted
---@return upnudge.Decision
---@return boolean asked whether the policy had to be
function M.conclude(runtime, state, activation, rehearsed, trace)
    local decision, asked, outdated = conclude_once(runtime, state, activation, rehearsed, trace)
    if outdated then
        decision, asked = conclude_once(runtime, state, activation, rehearsed, trace)
    end
    return decision, asked
end

--- Decides, and when the answer is to notify, wins the right to; the text is ready to be shown.
---@param runtime upnudge.Runtime
---@param state upnudge.EnvironmentState
---@param activation upnudge.Activation
---@param rehearsed boolean see is_rehearsal
---@return upnudge.Decision
function M.decide(runtime, state, activation, rehearsed)
    local no = runtime.host:opted_out()
    clock.met_ahead = false
    if no then
        local silent = quiet("opted-out", no)
        silent.holds_until = FAR
        return silent
    end
    local decision = M.conclude(runtime, state, activation, rehearsed)
    local text = decision.text
    if text and (not text:find "^[\n\32-\126]*$" or text:find("%s", -1)) then
        decision.shown = activation.look and runtime.host:dress(text, activation.look)
        decision.text = require "upnudge.lib.terminal".clean(text)
    end
    return decision
end

return M
