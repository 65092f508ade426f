--- Backoff: `u.backoff { first = "1d", factor = 2, max = "30d" }`, less and less often while the same result waits.
--- Runs in the policy VM, for policies that have it.

local cadence = require "upnudge.language.cadence"
local duration = require "upnudge.lib.duration"
local horizon = require "upnudge.language.horizon"

local M = {}

--- After `first`, then `factor` times as long each time, `max` at most. A new result starts anew.
---@param spec {first: string|number, factor?: number, max?: string|number, own?: boolean}
---@return upnudge.Cadence?
---@return string? message
function M.backoff(spec)
    if type(spec) ~= "table" then
        return nil, "backoff needs a table {first=, factor=, max=}"
    end
    local first, no_first = duration.parse(spec.first or "1d")
    local most, no_most = duration.parse(spec.max or "30d")
    local factor, own = spec.factor or 2, spec.own
    if not first or not most then
        return nil, first and "backoff: max: " .. no_most or "backoff: first: " .. no_first
    end
    return cadence.new("backoff", function(c, rule)
        local history, by = cadence.history(c, rule, own)
        if not cadence.was_shown(history, c) then
            return true, "this result was not said yet" .. by
        end
        local wait = first * factor ^ ((history.times or 1) - 1)
        return cadence.after(horizon.now(c), (wait < most and wait or most) // 1 | 0, history, by)
    end)
end

return M
