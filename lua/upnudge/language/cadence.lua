--- Cadences: how often a rule may speak. Runs in the policy VM.
---
--- `on` is in upnudge.language.schedule, `escalate` in upnudge.language.escalation and `backoff` in
--- upnudge.language.backoff: most activations need none of them.
---
--- A cadence is a table {kind, due}; due(c, rule) answers whether the rule of that name may speak now, why (not), when
--- it next could, and maybe a text. It goes by the common clock, when any rule last spoke, or by the rule's own. Misuse
--- is nil and a message.

local duration = require "upnudge.lib.duration"
local horizon = require "upnudge.language.horizon"

local M = {}

---@class upnudge.Cadence
---@field cadence string its kind
---@field due fun(c: table, rule: string?): boolean, string, integer?

--- How long the outcome of a check stays fresh, in seconds; the policy's.
M.check_every = 86400

--- The policy whose cadences are asked, once it is linked.
---@type {rules: upnudge.Rule[], decide: function?}
M.policy = { rules = {} }

--- A cadence from its question, which reads the time by upnudge.language.horizon: when it next could be due is noted
--- there, whoever asks it; how long it stays due nobody knows.
---@param kind string
---@param due fun(c: table, rule: string?): boolean, string, integer?
---@return upnudge.Cadence
function M.new(kind, due)
    return { cadence = kind, due = function(c, rule)
        local is_due, reason, next_at, text = due(c, rule)
        if next_at then
            horizon.note(next_at)
        end
        horizon.seen = horizon.seen or is_due and not next_at
        return is_due, reason, next_at, text
    end }
end

local cadence <const> = M.new

--- What is known of past notices: of all, or of the rule's own.
---@param c table the context
---@param rule string?
---@param own boolean?
---@return table history
---@return string by "" or words that say whose it is
function M.history(c, rule, own)
    local clock = own and rule and c.history.rules[rule]
    return clock or c.history, clock and " by this rule" or ""
end

--- Seconds since the last notice; nil: never.
---@param history table
---@param now integer
---@return number?
function M.since_last(history, now)
    local last = history.last_notified
    local passed = last and now - last
    return passed and (passed > 0 and passed or 0)
end

--- Due when `seconds` have passed since the last notice.
---@param now integer
---@param seconds integer
---@param history table
---@param by string whose it is
---@return boolean, string, integer?
function M.after(now, seconds, history, by)
    local passed = M.since_last(history, now)
    if not passed then
        return true, "not said yet" .. by
    end
    local said = "said" .. by .. " " .. duration.format(passed) .. " ago"
    if passed >= seconds then
        return true, said
    end
    return false, "already " .. said .. "; again in " .. duration.format(seconds - passed), now - passed + seconds
end

--- Whether options ask for the rule's own clock; nil and a message when they are none.
local function own_of(options)
    if options ~= nil and type(options) ~= "table" then
        return nil, "options are a table, { own = true }"
    end
    return options and options.own or false
end

--- At most once in that time, e.g. every "1d".
---@param value string|number a duration
---@param options {own?: boolean}?
---@return upnudge.Cadence?
---@return string? message
function M.every(value, options)
    local seconds, message = duration.parse(value)
    local own, no_options = own_of(options)
    if not seconds or own == nil then
        return nil, "every: " .. (message or no_options)
    end
    return cadence("every", function(c, rule)
        return M.after(horizon.now(c), seconds, M.history(c, rule, own))
    end)
end

--- Whether this result was shown.
---@param history table
---@param c table the context
---@return boolean
function M.was_shown(history, c)
    local shown, present = history.shown, c.result.fingerprint
    return shown == present or shown ~= nil and require "upnudge.language.pieces".were_shown(shown, present)
end

--- How often this result was shown.
---@param history table
---@param c table the context
---@return integer
function M.times(history, c)
    return M.was_shown(history, c) and (history.times or 1) or 0
end

--- Once for each distinct result, or with `of` once for each change that is such.
---@param options {own?: boolean, of?: upnudge.policy.PackageMatch}?
---@return upnudge.Cadence?
---@return string? message
function M.once(options)
    local own, message = own_of(options)
    local of = own ~= nil and options and options.of
    local news, wrong
    if of then
        news, wrong = require "upnudge.language.news".of(of)
    end
    if own == nil or wrong then
        return nil, "once: " .. (message or wrong)
    end
    return cadence("once", function(c, rule)
        local history, by = M.history(c, rule, own)
        local shown = M.was_shown(history, c)
        if news then
            local due, reason = news(c, history, shown)
            return due, reason .. by
        end
        return not shown, (shown and "this very result was said already" or "this result was not said yet") .. by
    end)
end

--- At every activation.
---@return upnudge.Cadence
function M.always()
    return cadence("always", function()
        return true, "always"
    end)
end

--- Not at all.
---@return upnudge.Cadence
function M.never()
    return cadence("never", function()
        return false, "never"
    end)
end

return M
