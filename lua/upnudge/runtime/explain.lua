--- The explanation: what a notice would be decided now, rule by rule, without claiming it.

local files = require "upnudge.record.files"
local notice = require "upnudge.runtime.notice"

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

--- What notice.decide would answer, with the trace of every rule; nothing is claimed or written.
---@param runtime upnudge.Runtime
---@param state upnudge.EnvironmentState
---@param activation upnudge.Activation
---@return upnudge.Decision
function M.explain(runtime, state, activation)
    local decision, no = answer(runtime, state, activation), runtime.host:opted_out()
    return no and { notify = false, code = "opted-out", reason = no, trace = decision.trace } or decision
end

-- ---- and what stands around it -----------------------------------------------------------------------

--- What else a person should know: records that were set aside, and checks that failed.
local function warnings(state)
    local list = {}
    local directory <close> = state and state.record:directory()
    if directory and directory:exists(files.BROKEN) then
        list[#list + 1] = state.record.directory_path .. "/" .. files.BROKEN .. ": a broken record was set aside here"
    end
    local record = state and state.record:read()
    if record and record.last_failed then
        list[#list + 1] = ("the check failed at %s: %s"):format(require "upnudge.lib.time".format(record.last_failed),
            record.reason or "no reason known")
    end
    return list
end

--- What the strategy has to say of itself.
local function note_of(runtime, state)
    local ok, said = pcall(function()
        local note = state and runtime.policy and runtime:strategy().note
        return note and note(state.record) or nil
    end)
    return ok and said or not ok and require "upnudge.lib.raised".text(said) or nil
end

---@class upnudge.Report what `upnudge explain` tells
---@field environment string
---@field lockfile? string
---@field last_checked? integer seconds UTC
---@field policy string
---@field strategy? string
---@field note? string what the strategy has to say of itself
---@field notified boolean
---@field code string of upnudge.lib.reasons
---@field reason string
---@field rule? string
---@field text? string
---@field next_at? integer seconds UTC
---@field warnings string[]
---@field trace? table[] every rule
---@field error? boolean whether the policy or the environment is at fault

--- The explanation with what a person needs to understand it.
---@param runtime upnudge.Runtime
---@param path string
---@param activation upnudge.Activation?
---@return upnudge.Report
function M.report(runtime, path, activation)
    local decision = runtime:explain(path, activation)
    local state = runtime:environment(path)
    local record = state and state.record:read() or {}
    return { environment = state and state.env.path or path, lockfile = record.lockfile,
        last_checked = record.last_checked, policy = runtime.source.name,
        strategy = runtime.policy and runtime.policy.strategy, note = note_of(runtime, state),
        notified = decision.notify, code = decision.code, reason = decision.reason, rule = decision.rule,
        text = decision.text, next_at = decision.next_at, warnings = warnings(state),
        trace = decision.trace, error = decision.error }
end

return M
