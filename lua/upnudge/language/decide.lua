--- A policy's own `decide`, in place of rules. Runs in the policy VM.

local M = {}

--- Asks the function, then the cadence that it may answer.
---@param linked table the policy
---@param c table the context
---@param due fun(notify: table, place: string, c: table): boolean, string, integer?
---@param text_of fun(source: any, place: string, c: table): string
---@return table decision
function M.decide(linked, c, due, text_of)
    local place = ("policy '%s': decide"):format(linked.name)
    local answer, more = linked.decide(c)
    if more ~= nil and type(more) ~= "string" then
        error(place .. " gave a second value that is no string", 0)
    end
    if not answer then
        return { notify = false, reason = more or "decide said no" }
    elseif answer ~= true and (type(answer) ~= "table" or type(answer.due) ~= "function") then
        error(place .. " gave neither true, false nor a cadence", 0)
    end
    local is_due, reason, next_at = true, "decide said yes", nil
    if answer ~= true then
        is_due, reason, next_at = due(answer, place, c)
    end
    return { notify = is_due, reason = reason, next_at = next_at,
        text = is_due and text_of(more or linked.text, place, c) or nil }
end

return M
