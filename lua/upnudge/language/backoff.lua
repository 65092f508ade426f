--- Backoff: less and less often while the same result waits. Runs in the policy VM, for policies that
--- have it.

local cadence = require "upnudge.language.cadence"
local duration = require "upnudge.lib.duration"

local M = {}

local KEYS <const> = { first = true, factor = true, max = true }

local function unknown_key(spec)
    for key in pairs(spec) do
        if not KEYS[key] then
            local mistake = require "upnudge.lib.suggest"
            return "backoff: no key '" .. tostring(key) .. "'" .. mistake.suggest(tostring(key), mistake.keys(KEYS))
        end
    end
end

--- After `first`, then `factor` times as long each time, `max` at most. A new result starts anew.
---@param spec {first: string|number, factor?: number, max?: string|number}
---@return upnudge.Cadence?
---@return string? message
function M.new(spec)
    if type(spec) ~= "table" then
        return nil, "backoff needs a table {first=, factor=, max=}"
    end
    local unknown = unknown_key(spec)
    local first, no_first = duration.parse(spec.first or "1d")
    local most, no_most = duration.parse(spec.max or "30d")
    local factor = spec.factor or 2
    if unknown or not first or not most then
        return nil, unknown or first and "backoff: max: " .. no_most or "backoff: first: " .. no_first
    elseif type(factor) ~= "number" or not (factor >= 1 and factor <= 1000) then
        return nil, "backoff: factor is a number from 1 to 1000"
    end
    return cadence.new("backoff", function(c)
        if c.history.shown ~= c.result.fingerprint then
            return true, "this result was not said yet"
        end
        local wait = first * factor ^ ((c.history.times or 1) - 1)
        return cadence.after(c, (wait < most and wait or most) // 1 | 0)
    end)
end

return M
