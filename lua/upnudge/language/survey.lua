--- The survey: what each rule of a policy would answer, though another one decides. Runs in the policy VM, for
--- `upnudge policy verify` and `upnudge policy check`.

local context = require "upnudge.language.context"
local rules = require "upnudge.language"

local M = {}

---@class upnudge.Surveyed what one rule answers
---@field answer? "no match"|"quiet"|"not due"|"notify"|"nothing to say"|"fault"
---@field fault? string
---@field code? string of a quiet rule
---@field text? string
---@field odd? string what its `when` gave that is true in Lua and was hardly meant to be

-- The same rules without their `when`, which is asked apart.
local bare = {}

local function without_when(rule)
    if not bare[rule] then
        local spec = {}
        for key, value in pairs(rule.spec) do
            spec[key] = value
        end
        spec.when = nil
        bare[rule] = { name = rule.name, file = rule.file, line = rule.line, spec = spec }
    end
    return bare[rule]
end

local function as_text(fault)
    return type(fault) == "string" and fault or "the error is no text but a " .. type(fault)
end

--- What a `when` gave that it was hardly meant to: true in Lua, and yet no answer.
local function odd(value)
    if value == 0 then
        return "zero"
    elseif type(value) == "function" then
        return "function"
    elseif type(value) == "table" and type(rawget(value, "due")) == "function" then
        return "cadence"
    end
end

--- One that decides has a code or a text as well.
local function answer_of(rule, parts, c)
    local answer, _, _, source = parts.ask(without_when(rule), c)
    if answer == "quiet" then
        return { answer = answer, code = require "upnudge.language.silence".code(rule) }
    elseif answer == "notify" then
        local text = parts.text_of(source or rule.spec.text or parts.text, rule, c)
        return { answer = text and answer or "nothing to say", text = text }
    end
    return { answer = answer }
end

local function survey(rule, parts, c)
    local when, strange = rule.spec.when, nil
    if when then
        local ok, value = pcall(when, c)
        if not ok then
            return { answer = "fault", fault = as_text(value) }
        elseif not value then
            return { answer = "no match" }
        end
        strange = odd(value)
    end
    local ok, found = pcall(answer_of, rule, parts, c)
    if not ok then
        return { answer = "fault", fault = as_text(found), odd = strange }
    end
    found.odd = strange
    return found
end

local function asked_of(parts)
    return parts.policy.decide and (parts.policy.first or {}) or parts.policy.rules
end

--- What each rule answers to the question that was asked last, and what the policy's own `decide` says wrongly.
---@param now integer
---@param history table
---@return upnudge.Surveyed[] rules
function M.ask(now, history)
    local parts, c, list = rules.parts(), context.set(now, nil, nil, history, nil), {}
    for i, rule in ipairs(asked_of(parts)) do
        list[i] = survey(rule, parts, c)
    end
    return list
end

--- Whether each rule is meant: "true", "false", "none" of one that has no `when`, and "fault" of one that failed. What
--- is nil of env, result and host is the same as at the last question.
---@param now integer
---@param env table?
---@param result table?
---@param history table
---@param host table?
---@return string[]
function M.conditions(now, env, result, history, host)
    local parts, c, list = rules.parts(), context.set(now, env, result, history, host), {}
    for i, rule in ipairs(asked_of(parts)) do
        local ok, value = true, nil
        if rule.spec.when then
            ok, value = pcall(rule.spec.when, c)
        end
        list[i] = not rule.spec.when and "none" or not ok and "fault" or value and "true" or "false"
    end
    return list
end

--- What the policy promises of itself.
---@return table
function M.promises()
    return rules.parts().policy.verify or {}
end

return M
