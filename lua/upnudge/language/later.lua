--- What of the author's module most policies do without. Runs in the policy VM, for policies that name some of it.

local M = {}

local function schedule() return require "upnudge.language.schedule" end
local function dates() return require "upnudge.language.dates" end
local function matching() return require "upnudge.language.matching" end

--- By its name, the module of this room that has it.
local MODULES <const> = {
    backoff = function() return require "upnudge.language.backoff" end,
    escalate = function() return require "upnudge.language.escalation" end,
    on = schedule, hours = schedule,
    dates = dates, date = dates,
    any_package = matching, every_package = matching, packages = matching, in_environment = matching, glob = matching,
    hash = function() return require "upnudge.language.hash" end,
    once_per_session = function() return require "upnudge.language.session" end,
    sample = function() return require "upnudge.language.sample" end,
    cooldown = function() return require "upnudge.language.cooldown" end,
}

--- It; nil: there is none of that name.
---@param name string
---@return any
function M.find(name)
    if name == "text" then
        return require "upnudge.language.text"
    end
    local module = MODULES[name]
    return module and module()[name]
end

return M
