--- How far a time that somebody wrote down can be believed. Whoever reads one asks here first: clocks are set wrong
--- and set right again, and machines that share a home differ by some seconds.

local M = {
    --- Whether a time was met that is ahead: what comes of it changes while nothing but time passes.
    met_ahead = false,
}

-- Seconds that two clocks may be apart.
local SKEW <const> = 60

--- A moment that should have passed: now, where it is a little ahead, and nil, as if it were not known, where it is
--- further ahead.
---@param at number? seconds UTC
---@param now number
---@return number?
function M.past(at, now)
    if not at or at <= now then
        return at
    end
    M.met_ahead = true
    return at - now <= SKEW and now or nil
end

return M
