--- Sessions: `u.once_per_session()`. Runs in the policy VM, for policies that have it.

local cadence = require "upnudge.language.cadence"
local string = require "string"

local M = {}

-- Where nobody can tell sessions apart.
local DAILY <const> = cadence.every(86400)

--- A cadence: once in each session of a shell. Where nobody knows which session this is, or the strategy does not
--- remember which were told, it is once a day.
---@return upnudge.Cadence
function M.once_per_session()
    return cadence.new("once_per_session", function(c)
        local session, told = c.host.session, c.history.sessions
        if not session or not told then
            return DAILY.due(c)
        elseif string.find(told, session, 1, true) then
            return false, "this session was told already"
        end
        return true, "this session was not told yet"
    end)
end

return M
