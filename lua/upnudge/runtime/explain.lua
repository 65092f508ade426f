--- The explanation: what a notice would be decided now, rule by rule, without claiming it.

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
    return no and { notify = false, reason = no, trace = decision.trace } or decision
end

return M
