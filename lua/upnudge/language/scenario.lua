--- Scenarios: what `u.scenario` makes, for `upnudge policy simulate`. Runs in the VM of the scenario.
---
--- A scenario is data: what is installed, what comes out and when, who opens shells. Times and days are
--- made sense of in upnudge.tools.simulation.events, with the seed.

local M = {}

-- What u.scenario made: told from look-alikes by identity.
local made = {}

--- u.scenario: a scenario as its author writes it.
---@param spec table
---@return table
function M.new(spec)
    if type(spec) ~= "table" or getmetatable(spec) ~= nil then
        error("u.scenario needs a plain table", 2)
    end
    made[spec] = true
    return spec
end

local function mistakes_of(value)
    if not made[value] then
        return { { message = "the file must end in `return u.scenario { ... }`" } }
    end
    return require "upnudge.language.validation".check_scenario(value)
end

--- Takes what one file returned.
---@param authoring table
---@param run fun(): any runs the file
---@return table scenario, or {mistakes=}
function M.add(authoring, run)
    local value, mistakes = authoring.collect(run, mistakes_of)
    return #mistakes > 0 and { mistakes = mistakes } or value
end

return M
