--- The policy's own `decide`. Runs in the policy VM, for policies that have it.

local M = {}

--- Asks it, then the cadence that it may answer.
---@param policy table as it is linked
---@param c table the context
---@param due fun(notify: any, place: string, c: table, rule: string): boolean, string, integer?, any asks a cadence
---@param text_of fun(source: any, place: string, c: table): string?
---@return table decision
function M.ask(policy, c, due, text_of)
    local place = ("policy '%s': decide"):format(policy.name)
    local answer, more = policy.decide(c)
    if more ~= nil and type(more) ~= "string" then
        require "upnudge.language.fault".raise(place, policy.decide, "its second value is no string")
    end
    if not answer then
        return { notify = false, code = "quiet-rule", reason = more ~= "" and more or "decide said no" }
    elseif answer ~= true and (type(answer) ~= "table" or type(answer.due) ~= "function") then
        require "upnudge.language.fault".raise(place, policy.decide, "its answer is neither true, false nor a cadence")
    end
    local is_due, reason, next_at, source = true, "decide said yes", nil, nil
    if answer ~= true then
        is_due, reason, next_at, source = due(answer, place, c, "decide")
    end
    local text = is_due and text_of(source or more, place, c) or nil
    if is_due and not text then
        return { notify = false, code = "no-rule", reason = require "upnudge.language.notice".NOTHING }
    end
    return { notify = is_due, code = is_due and "notified" or "not-due", reason = reason, next_at = next_at,
        text = text }
end

return M
