--- The snooze: until when a person wants to hear nothing, and what a policy makes of that. Loaded where somebody
--- snoozed, or something is to be told.

local clock = require "upnudge.lib.clock"

local M = {}

--- Until when the policy lets a snooze last, be that over or not, and since when; nil: nobody snoozed.
local function span(choices, now, policy)
    local ends, since = choices.snoozed_until, choices.snoozed_at or now
    local may = policy and policy.snooze
    if ends and may and may.max and ends > since + may.max then
        ends = since + may.max
    end
    return ends, since
end

--- Until when a person wants to hear nothing of an environment, or of any, and the policy lets them; nil: they want to.
---@param choices upnudge.Choices
---@param now integer seconds UTC
---@param policy upnudge.Policy?
---@return number?
function M.ends(choices, now, policy)
    local ends, since = span(choices, now, policy)
    return ends and ends > now and clock.past(since, now) and ends or nil
end

--- When the last snooze was over; nil: there was none, or it is not.
---@param choices upnudge.Choices
---@param now integer seconds UTC
---@param policy upnudge.Policy?
---@return integer?
function M.ended(choices, now, policy)
    local ends = span(choices, now, policy)
    return ends and ends <= now and ends // 1 | 0 or nil
end

--- Whether the policy lets what mends a security problem through a snooze, of whatever size.
---@param policy upnudge.Policy?
---@return boolean
function M.lets_through(policy)
    return policy ~= nil and policy.snooze ~= nil and policy.snooze.security == false
end

--- The decision of silence while that is so.
---@param choices upnudge.Choices
---@param now integer seconds UTC
---@param policy upnudge.Policy?
---@param what string? words in front of how long
---@return upnudge.Decision?
function M.silence(choices, now, policy, what)
    local ends = M.ends(choices, now, policy)
    return ends and { notify = false, code = "snoozed", next_at = ends, reason = (what or "snoozed for ")
        .. require "upnudge.lib.duration".format(ends - now) .. " more" } or nil
end

--- The same where the person wants to hear of no environment. It is asked when there is something to say.
---@param runtime upnudge.Runtime
---@param now integer seconds UTC
---@param result table what would be told
---@return upnudge.Decision?
function M.everywhere(runtime, now, result)
    local choices = require "upnudge.record.everywhere".read(runtime.places)
    local through = choices and M.lets_through(runtime.policy) and result.security > 0
    return choices and not through and M.silence(choices, now, runtime.policy, "all environments are snoozed for ")
        or nil
end

return M
