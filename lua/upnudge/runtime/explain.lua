--- The explanation: what a notice would be decided now, rule by rule, without claiming it.

local files = require "upnudge.record.files"
local limits = require "upnudge.lib.limits"
local notice = require "upnudge.runtime.notice"
local siblings = require "upnudge.runtime.siblings"

local M = {}

--- The rules of a policy that had not to be asked.
local function not_reached(policy)
    local trace = {}
    for i, rule in ipairs(policy and policy:outline() or {}) do
        trace[i] = { rule = rule.name, file = rule.file, line = rule.line, matched = false, answer = "not reached" }
    end
    return trace
end

--- What somebody would be answered who wants notices.
local function answer(runtime, state, activation)
    local decision, asked = notice.conclude(runtime, state, activation, true, true)
    if not asked then
        decision.trace = not_reached(runtime.policy)
    end
    if decision.text then
        decision.text = require "upnudge.lib.terminal".clean(decision.text)
    end
    return decision
end

local function explain_one(runtime, state, activation)
    local ok, decision = pcall(answer, runtime, state, activation)
    local no = runtime.host:opted_out()
    if ok and not no and runtime.policy then
        pcall(runtime.look_after_policy, runtime, decision, activation, true)
    end
    return limits.answer(not ok and require "upnudge.runtime.cause".fault(decision)
        or no and { notify = false, code = "opted-out", reason = no, trace = decision.trace, digest = decision.digest }
        or decision)
end

--- What Runtime:decide would answer, with the trace of every rule; nothing is claimed or written.
---@param runtime upnudge.Runtime
---@param state upnudge.EnvironmentState of the directory's first
---@param activation upnudge.Activation
---@return upnudge.Decision
---@return upnudge.EnvironmentState[] states that it is about
function M.explain(runtime, state, activation)
    local states, decisions = siblings.asked(runtime, state, activation.lockfile), {}
    for i, one in ipairs(states) do
        decisions[i] = explain_one(runtime, one, activation)
    end
    return siblings.together(states, decisions), states
end

-- ---- and what stands around it -----------------------------------------------------------------------

--- What a policy says in vain, for something is final, and what is final in vain.
local function of_layers(policy)
    local list, machine = {}, policy and policy.machine
    for i, one in ipairs(policy and policy:layers().unused or {}) do
        list[i] = require "upnudge.policy.mistake".line(one)
    end
    list[#list + 1] = machine and machine.fault and "the machine's policy is left out: "
        .. machine.fault or nil
    return list
end

--- What of a snooze is not as the person said it, and that of all environments, which is asked last.
local function of_snooze(runtime, state, now)
    local policy, moment = runtime.policy, require "upnudge.lib.time".format
    local list, may = {}, policy and policy.snooze or {}
    local choices = state and state.record:choices() or {}
    local everywhere = require "upnudge.record.everywhere".read(runtime.places) or {}
    for what, one in pairs { ["it is"] = choices, ["all environments are"] = everywhere } do
        local ends = require "upnudge.runtime.snooze".ends(one, now, policy)
        if ends and (one == everywhere or ends < one.snoozed_until or may.security == false) then
            list[#list + 1] = ("%s snoozed until %s%s%s"):format(what, moment(ends),
                ends < one.snoozed_until and ", which is as long as the policy allows" or "",
                may.security == false and "; the policy lets security fixes through" or "")
        end
    end
    table.sort(list)
    return list
end

--- Which list leaves out how much; nil: none does. And why the project's is not looked at.
local function of_lists(runtime, state)
    local policy, record = runtime.policy or {}, state and state.record
    local value, project, fault = record and record:read(), nil, nil
    if value and value.lockfile and policy.project_ignore then
        project, fault = require "upnudge.record.project_list".read(record.disk, value.lockfile, policy.project_ignore)
    end
    local person = record and record:choices().ignore
    local any = value and (person or policy.ignore or project)
    local system = require "upnudge.core".system()
    return any and require "upnudge.record.ignored".tally(record, system, person, policy.ignore, project) or nil, fault
end

--- What else a person should know: what of the policy does not hold, records that were set aside, and checks that
--- failed.
local function warnings(runtime, state, now)
    local list, asleep = of_layers(runtime.policy), of_snooze(runtime, state, now)
    if runtime.policy_fault then
        table.insert(list, 1, require "upnudge.runtime.deputy".told(runtime, now))
    end
    table.move(asleep, 1, #asleep, #list + 1, list)
    local directory <close> = state and state.record:directory()
    if directory and directory:exists(files.BROKEN) then
        list[#list + 1] = state.record.directory_path .. "/" .. files.BROKEN .. ": a broken record was set aside here"
    end
    local record = state and state.record:read()
    if record and record.last_failed then
        list[#list + 1] = ("the check failed at %s: %s"):format(require "upnudge.lib.time".format(record.last_failed),
            record.reason or "no reason known")
    end
    if record and record.unscanned then
        list[#list + 1] = "nobody knows of security problems: " .. limits.cut(record.unscanned, limits.REASON)
    end
    return list
end

--- Silences that hold until something changes, as far as their time has not come.
local function standing_of(state, now)
    local list = {}
    for _, one in ipairs(state and require "upnudge.record.standing".read(state.record) or {}) do
        list[#list + 1] = one.since <= now and now < one.until_ and one or nil
    end
    return list[1] and list or nil
end

--- What the strategy has to say of itself.
local function note_of(runtime, state)
    local ok, said = pcall(function()
        local note = state and runtime.policy and runtime:strategy().note
        return note and note(require "upnudge.runtime.person".record(runtime) or state.record) or nil
    end)
    return ok and said or not ok and require "upnudge.lib.raised".text(said) or nil
end

---@class upnudge.Report what `upnudge explain` tells
---@field environment string
---@field lockfile? string
---@field last_checked? integer seconds UTC
---@field policy string
---@field policy_fault? string its mistakes; another one answers in its place
---@field deputy? string which one, in words
---@field strategy? string
---@field note? string what the strategy has to say of itself
---@field agent? string the agent that runs the shell here
---@field agent_variable? string which says so
---@field notified boolean
---@field code string of upnudge.lib.reasons
---@field reason string
---@field rule? string
---@field text? string
---@field next_at? integer seconds UTC
---@field scope? {of: "person", environments: table[], looked_at: integer, more: integer} where all environments of a
---person count as one: those with news, of how many, and how many directories are not looked at
---@field cooling? upnudge.CoolingTold
---@field warnings string[]
---@field ignored? {person: integer, policy: integer, project: integer, told: integer} changes, by the list that
---ignores them; `told`: security fixes that the project's names
---@field stands? upnudge.StandingAnswer[] silences that were left for others to find; nil: none
---@field trace? table[] every rule
---@field error? boolean whether the policy or the environment is at fault
---@field format? string of the lockfile, where the directory has several environments
---@field environments? upnudge.Report[] of all, where it has; the other fields are of the first that would notify, or
---of the first, with the texts of all

--- What counts beside the environment, where all of a person do. Told as it is, which a quiet activation does not find
--- out.
local function scope_of(decision)
    local digest = decision.digest
    if not digest or not pcall(digest.verify, digest) then
        return nil
    end
    return { of = "person", environments = digest:environments(), looked_at = digest.looked_at, more = digest.more }
end

--- What the record says, empty where there is none, and why one that is there cannot be read.
local function record_of(state)
    if not state then
        return {}
    end
    local value, why, code = state.record:read()
    return value or {}, not value and code ~= "not-found" and why or nil
end

local function report_of(runtime, path, state, decision, now)
    local record, unread = record_of(state)
    local agent, by = require "upnudge.core".agent(runtime.host.variable)
    local ok, left_out, fault = pcall(of_lists, runtime, state)
    local told = warnings(runtime, state, now)
    if decision.policy_fault then
        told[#told + 1] = require "upnudge.runtime.deputy".words(runtime, decision.policy_fault, decision.deputy)
    end
    told[#told + 1] = unread ~= decision.reason and unread or nil
    told[#told + 1] = ok and fault and "the project's list of what is ignored is not used: " .. fault or nil
    return { environment = state and state.env.path or path, lockfile = record.lockfile,
        last_checked = record.last_checked, policy = runtime.source.name,
        policy_fault = not runtime.closed and runtime.policy_fault or decision.policy_fault,
        deputy = runtime.deputy and runtime.deputy.words or decision.deputy,
        strategy = runtime.policy and runtime.policy.strategy, note = note_of(runtime, state), agent = agent or nil,
        agent_variable = by, notified = decision.notify, code = decision.code, reason = decision.reason,
        rule = decision.rule,
        text = decision.text, next_at = decision.next_at, cooling = decision.cooling, warnings = told,
        ignored = ok and left_out or nil, trace = decision.trace, error = decision.error,
        stands = standing_of(state, now), scope = scope_of(decision) }
end

--- The explanation with what a person needs to understand it.
---@param runtime upnudge.Runtime
---@param path string
---@param activation upnudge.Activation?
---@return upnudge.Report
function M.report(runtime, path, activation)
    local decision, states = runtime:explain(path, activation)
    local reports, now = {}, activation and activation.now or runtime.host.now()
    for i, one in ipairs(decision.environments or { decision }) do
        reports[i] = report_of(runtime, path, states and states[i], one, now)
    end
    return states and siblings.together(states, reports) or reports[1]
end

return M
