--- The notice: whether to tell the user now, and why (not).
---
--- Facts come before the policy: without a result for this very lockfile there is nothing true to
--- say, whatever a policy wants.

local core = require "upnudge.core"
local host = require "upnudge.runtime.host"
local result_of = require "upnudge.runtime.result"

local M = {}

---@class upnudge.Decision
---@field notify boolean
---@field reason string
---@field rule? string
---@field text? string safe for a terminal
---@field next_at? integer seconds UTC
---@field trace? table[] every rule, when asked for
---@field error? boolean the policy is at fault

local function quiet(reason, fault)
    return { notify = false, reason = reason, error = fault or nil }
end

local LIMIT <const> = core.lockfile_limit

--- Whether the lockfile still is the one that was checked: by its stamp, else by its content.
local function unchanged(record, lockfile)
    local stamp, message = core.stamp(lockfile)
    if not stamp then
        return false, message
    end
    if stamp == record.stamp then
        return true
    end
    local bytes, fault = core.read(lockfile, LIMIT)
    if not bytes then
        return false, fault
    end
    return core.hash(bytes) == record.old, "the lockfile changed since the last check"
end

M.unchanged = unchanged

--- The record if something can be announced from it, else nil and a quiet decision.
local function announceable(store, activation)
    local record, why = store:read()
    if not record then
        return nil, quiet(why)
    end
    if not record.systems or not record.stamp then
        return nil, quiet(record.reason and "the last check failed: " .. record.reason
            or "no check has finished yet")
    end
    local lockfile = activation.lockfile or record.lockfile
    if not lockfile then
        return nil, quiet("the record names no lockfile")
    end
    local same, reason = unchanged(record, lockfile)
    return same and record or nil, quiet(reason)
end

--- What the policy and the person ignore together; nil: nothing.
local function ignored(policy, choices)
    local own = choices.ignore
    if not policy.ignore or not own then
        return policy.ignore or own
    end
    return table.move(own, 1, #own, #policy.ignore + 1, table.move(policy.ignore, 1, #policy.ignore, 1, {}))
end

--- The result on this system; made once per record and choices read.
local function result_for(state, record, system, policy, choices)
    local cache = state.cache
    if cache.record ~= record or cache.choices ~= choices then
        cache.record, cache.choices, state.ignored = record, choices, ignored(policy, choices)
        cache.result = state.ignored and result_of.without(state.record, record, system, state.ignored)
            or result_of.on(record, system)
    end
    return cache.result
end

--- While a person wants to hear nothing of an environment, no policy is asked.
local function snoozed(choices, now)
    local snoozed_until = choices.snoozed_until
    if snoozed_until and snoozed_until > now then
        local decision = quiet("snoozed for " .. require "upnudge.lib.duration".format(snoozed_until - now) .. " more")
        decision.next_at = snoozed_until
        return decision
    end
end

local function nothing_new(state, record, result)
    if result.total > 0 then
        return nil
    end
    return state.ignored and "nothing newer that is not ignored"
        or next(record.systems) and "newer packages only for other systems" or "nothing newer was found"
end

--- Before the policy is asked for one activation: the first shares its budget with the loading.
---@param runtime upnudge.Runtime
---@param state table of Runtime:environment
function M.begin(runtime, state)
    if runtime.asked then
        runtime.policy.vm:refill()
    end
    runtime.asked = state
end

--- Asks the policy. What it was told at the last call (the result, the environment, the host) does not
--- cross into its VM again.
---@param runtime upnudge.Runtime
---@param question table of M.prepare
---@return upnudge.Decision
function M.ask(runtime, question)
    local sent = runtime.sent
    local same_env = sent.env == question.env and sent.name == question.env.name
    local decision, message = runtime.policy.vm:call("evaluate", question.now, not same_env and question.env or nil,
        sent.result ~= question.result and question.result or nil, question.history,
        runtime.host_changed and question.host or nil, question.trace)
    if not decision then
        return quiet(message, true)
    end
    sent.env, sent.name, sent.result = question.env, question.env.name, question.result
    runtime.host_changed = false
    return decision
end

--- The claim may have waited for nothing, but time has passed all the same: the clock is read again
--- for the decision that counts.
local function claim(runtime, store, question, decision, fixed_now)
    local claimed, message = runtime.strategy.claim_notice(store, decision, question.now, question.result,
        function(history, at)
            question.history, question.now = history, fixed_now or at or core.now()
            return M.ask(runtime, question), question.now
        end, fixed_now)
    return claimed or quiet(message)
end

--- What to call it, in one line: a directory may be named anything.
local function name_of(env, name)
    name = name or env.path:match("[^/]+$") or env.path
    if name:find("[%c\128-\255]") then
        return require "upnudge.lib.terminal".line(name)
    end
    return name
end

--- Everything that a policy is asked about, or nil and the decision when it need not be asked.
---@param runtime upnudge.Runtime
---@param state table of Runtime:environment
---@param activation upnudge.Activation
---@return table? question
---@return upnudge.Decision? decision
function M.prepare(runtime, state, activation)
    if not runtime.policy then
        return nil, quiet(runtime.policy_fault, true)
    end
    local now, choices = activation.now or core.now(), state.record:choices()
    local asleep = snoozed(choices, now)
    if asleep then
        return nil, asleep
    end
    local record, decision = announceable(state.record, activation)
    if not record then
        return nil, decision
    end
    local facts = runtime.host
    runtime.host_changed = host.activate(facts, activation) or runtime.host_changed
    local result = result_for(state, record, facts.system, runtime.policy, choices)
    local idle = nothing_new(state, record, result)
    if idle then
        return nil, quiet(idle)
    end
    local history, message = runtime.strategy.read(state.record, record, result)
    if not history then
        return nil, quiet(message)
    end
    state.env.name = name_of(state.env, activation.name or record.name)
    runtime.now = now
    return { now = now, env = state.env, result = result, history = history,
        host = facts }
end

--- Decides, and when the answer is to notify, wins the right to; the text is ready to be shown.
---@param runtime upnudge.Runtime
---@param state table of Runtime:environment
---@param activation upnudge.Activation
---@return upnudge.Decision
function M.decide(runtime, state, activation)
    local no = not runtime.made_up and host.opted_out()
    if no then
        return quiet(no)
    end
    local question, early = M.prepare(runtime, state, activation)
    if not question then
        return early
    end
    M.begin(runtime, state)
    local decision = M.ask(runtime, question)
    if decision.notify then
        decision = claim(runtime, state.record, question, decision, activation.now)
    end
    local text = decision.text
    if text and (text:find "[^\n\32-\126]" or text:find "%s$") then
        decision.text = require "upnudge.lib.terminal".clean(text)
    end
    return decision
end

return M
