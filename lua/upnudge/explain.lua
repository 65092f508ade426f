--- The explanation: what a notice would be decided now, rule by rule, without claiming it.

local host = require "upnudge.host"
local notice = require "upnudge.notice"

local M = {}

--- What notice.decide would answer, with the trace of every rule; nothing is claimed or written.
---@param runtime upnudge.Runtime
---@param state table of Runtime:environment
---@param activation upnudge.Activation
---@return upnudge.Decision
---@return table? question the facts that the policy was asked about
function M.explain(runtime, state, activation)
    local no = host.opted_out()
    local question, early = notice.prepare(runtime, state, activation)
    if not question then
        return no and { notify = false, reason = no } or early
    end
    question.trace = true
    runtime.asked = state
    local decision = notice.ask(runtime, question)
    if decision.text then
        decision.text = require "upnudge.terminal".clean(decision.text)
    end
    if no then
        decision = { notify = false, reason = no, trace = decision.trace }
    end
    return decision, question
end

return M
