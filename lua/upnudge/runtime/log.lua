--- The log of a host: what it is told, in one line each, of what does not work. Always while no lock is held.

local limits = require "upnudge.lib.limits"

local M = {}

-- Silence that nobody wants.
local TROUBLE <const> = { ["record-broken"] = true, ["record-newer"] = true, ["record-unreadable"] = true,
    ["cannot-remember"] = true, ["state-unusable"] = true, ["database-unreachable"] = true,
    ["database-refused"] = true, ["policy-fault"] = true }

--- Tells it, once of what is the same again. Nothing comes of a failure.
---@param runtime upnudge.Runtime
---@param level "warning"|"fault"
---@param message string
function M.say(runtime, level, message)
    local log = runtime.log
    local line = log and require "upnudge.lib.terminal".line(limits.cut(message, limits.LOGGED))
    if line and line ~= runtime.logged then
        runtime.logged = line
        pcall(log, level, line)
    end
end

--- Tells of a decision what people would want to mend.
---@param runtime upnudge.Runtime
---@param decision upnudge.Decision
function M.decision(runtime, decision)
    if decision.policy_fault then
        M.say(runtime, "fault", decision.policy_fault)
    elseif decision.error then
        M.say(runtime, decision.code == "environment-missing" and "warning" or "fault", decision.reason)
    elseif decision.trouble or TROUBLE[decision.code] then
        M.say(runtime, "warning", decision.trouble or decision.reason)
    end
end

--- Tells of a check that failed.
---@param runtime upnudge.Runtime
---@param path string
---@param reason string
function M.check_failed(runtime, path, reason)
    M.say(runtime, "warning", ("the check of %s failed: %s"):format(path, reason))
end

return M
