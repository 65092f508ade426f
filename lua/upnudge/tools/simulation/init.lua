--- The simulation: what policies would do to people over the coming weeks.
---
--- Each policy lives through the same events in a world of its own (see upnudge.tools.world): releases come
--- out, shells are opened, checks run in the background as the policy wants them.

local blobs = require "upnudge.record.blobs"
local core = require "upnudge.core"
local events = require "upnudge.tools.simulation.events"
local life = require "upnudge.tools.simulation.life"

local M = {}

local SOURCE_LIMIT <const> = 64 * 1024

---@class upnudge.Simulation
---@field scenario string
---@field seed integer
---@field frame table of upnudge.tools.simulation.events
---@field courses upnudge.Course[] of each policy

---@class upnudge.SimulationOptions
---@field weeks? number
---@field tick? fun() called again and again meanwhile
---@field coverage? boolean whether it is counted what rules answer

local function counters(policies, options)
    local list = {}
    for i in ipairs(options.coverage and policies or {}) do
        list[i] = require "upnudge.tools.coverage".new()
    end
    return list
end

local function run_once(policies, scenario, seed, options, counted)
    local frame = events.frame(scenario, options.weeks)
    local simulation = { scenario = scenario.name, seed = seed, frame = frame, courses = {} }
    local list = events.list(scenario, frame, seed)
    for i, policy in ipairs(policies) do
        simulation.courses[i] = life.live(policy, scenario, frame, list, options.tick or function() end, counted[i])
    end
    return simulation
end

--- Lets policies live through a scenario, once for each seed. What rules answer is counted over all of them.
---@param policies string[] files, or names of ready-made ones
---@param scenario table
---@param seeds integer[]
---@param options upnudge.SimulationOptions
---@return upnudge.Simulation[]? simulations
---@return string? message
function M.run_seeds(policies, scenario, seeds, options)
    local simulations, counted = {}, counters(policies, options)
    local ok, fault = pcall(function()
        for i, seed in ipairs(seeds) do
            simulations[i] = run_once(policies, scenario, seed, options, counted)
        end
    end)
    if not ok then
        return nil, type(fault) == "table" and ("scenario '%s': %s"):format(scenario.name, fault.message) or fault
    end
    return simulations
end

--- Lets policies live through a scenario.
---@param policies string[] files, or names of ready-made ones
---@param scenario table
---@param options upnudge.SimulationOptions with `seed`, 1 unless given
---@return upnudge.Simulation?
---@return string? message
function M.run(policies, scenario, options)
    local simulations, message = M.run_seeds(policies, scenario, { options.seed or 1 }, options)
    return simulations and simulations[1], message
end

--- The scenario that a check has found.
local function found_by(record, value)
    local lockfiles = { called = (value.lockfile or "lockfile"):match "[^/]*$", security = {} }
    if not value.old or not value.new then
        return nil, "no check has found anything yet"
    end
    for _, which in ipairs { "old", "new" } do
        local bytes, lost = blobs.read(record, value, which)
        if not bytes then
            return nil, lost
        end
        lockfiles[which] = bytes
    end
    for _, change in ipairs(require "upnudge.record.changes".listed(record, value) or {}) do
        table.insert(lockfiles.security, change.security and change.name or nil)
    end
    return { api = 1, environment = value.name, lockfiles = lockfiles }
end

--- The scenario that a record of a real environment is: what its last check found waits from the start.
local function of_environment(path, app)
    local runtime <close>, fault = require "upnudge.runtime".open(app)
    if not runtime then
        return nil, fault
    end
    local state, message = runtime:environment(path)
    if not state then
        return nil, message
    end
    local found, why = blobs.whole(state.record, function(value)
        return found_by(state.record, value)
    end)
    if not found then
        return nil, ("%s: %s"):format(path, why)
    end
    found.name = found.environment or path
    return found
end

local function of_bytes(name, bytes, ours)
    local vm, failure = core.vm(function() end)
    if not vm then
        return nil, failure
    end
    local scenario, fault = vm:call("load_scenario", (ours and "=" or "@") .. name, bytes, ours)
    vm:close()
    if scenario and scenario.mistakes then
        return nil, require "upnudge.policy.mistake".told(name, bytes, scenario.mistakes)
    end
    return scenario, fault and ("%s: %s"):format(name, fault)
end

--- The scenario that a name means: a Lua file, a directory with a record, else a ready-made one.
---@param name string
---@param options upnudge.Options whose records count
---@return table? scenario
---@return string? message
function M.scenario(name, options)
    if require "lfs".attributes(name, "mode") == "directory" then
        return of_environment(name, options)
    end
    if name:find("/", 1, true) or name:find "%.lua$" then
        local bytes, message = core.read(name, SOURCE_LIMIT)
        if not bytes then
            return nil, message
        end
        return of_bytes(name, bytes, false)
    end
    local bytes = core.builtin(name, "scenario")
    if not bytes then
        return nil, ("no ready-made scenario '%s'%s; a file has a slash or ends in .lua"):format(name,
            require "upnudge.lib.suggest".suggest(name, core.builtins "scenario"))
    end
    return of_bytes(name, bytes, true)
end

return M
