--- The claim of a notice: of all who want to give it, one does. Loaded where a policy wants to speak.

local snooze = require "upnudge.runtime.snooze"

local M = {}

-- How often a decision is made again because somebody else was told meanwhile.
local ROUNDS <const> = 4

--- A decision in the place of the policy's, which it does not hide.
local function silenced(answer, decision)
    answer.trace = decision.trace
    return answer
end

local function refused(code, reason, decision)
    return silenced({ notify = false, code = code, reason = reason }, decision)
end

local function always_won()
    return "won"
end

--- The session that a notice is told in, where that matters to the policy; else it need not be found out.
local function session_for(policy, facts)
    return (policy.by_session or rawget(facts, "session")) and facts.session or nil
end

---@class upnudge.ClaimOptions
---@field ask fun(): upnudge.Decision asks the policy once more
---@field remember fun(seen: upnudge.Seen) makes what is known of past notices part of the question
---@field clock fun(): integer of the activation
---@field activation upnudge.Activation
---@field rehearsed boolean whether nothing may be written

--- Claims a notice; with what is newer it decides again. No policy is asked under a lock, and the time that counts is
--- read under it.
---@param runtime upnudge.Runtime
---@param question upnudge.Question
---@param seen upnudge.Seen
---@param decision upnudge.Decision to notify
---@param options upnudge.ClaimOptions
---@return upnudge.Decision
function M.settle(runtime, question, seen, decision, options)
    local strategy, activation = runtime:strategy(), options.activation
    local claim = options.rehearsed and (strategy.rehearse or always_won) or strategy.claim
    for round = 1, ROUNDS do
        decision = round == 1 and decision or options.ask()
        local asleep = decision.notify and snooze.everywhere(runtime, question.now, question.result)
        if not decision.notify or asleep then
            return asleep and silenced(asleep, decision) or decision
        end
        runtime.host:prepare(decision.text, activation.look)
        local asked = decision.deputy and decision or runtime.policy
        local outcome, more, code = claim(question.record, seen, { fingerprint = question.result.fingerprint,
            rule = decision.rule, session = session_for(asked, question.host), clock = options.clock,
            fixed = activation.now ~= nil })
        if outcome == "won" then
            decision.trouble = type(more) == "string" and more or nil
            return decision
        elseif outcome ~= "newer" then
            return refused(require "upnudge.runtime.cause".of_state(code), more, decision)
        end
        seen, question.now = more, more.now or options.clock()
        options.remember(seen)
    end
    return refused("told-elsewhere", "others are being told just now", decision)
end

return M
