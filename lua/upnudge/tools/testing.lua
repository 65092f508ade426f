--- The made-up world in which policies are tested, for people: `require "upnudge.testing"`, with busted.
---
---     local testing = require "upnudge.testing"
---
---     it("speaks of a fix at once, and of the rest on Mondays", function()
---       local world <close> = testing.world { policy = "policy.lua", now = "2027-01-15 10:00" }
---       world:release("curl", "8.10.1")
---       world:check()
---       assert.is_false(world:activate().notify)
---       world:release("openssl", "3.0.15", { security = true })
---       world:check()
---       assert.equal("1 security fix available in webshop.", world:activate().text:match "[^\n]+")
---     end)
---
--- All that a test says is held against upnudge.language.schema.testing, and what there is not is an error at the line
--- of the test. What happens then is of upnudge.tools.world.

local coverage = require "upnudge.tools.coverage"
local options = require "upnudge.tools.options"
local raised = require "upnudge.lib.raised"
local schema = require "upnudge.language.schema".testing
local suggest = require "upnudge.lib.suggest"
local worlds = require "upnudge.tools.world"

local M = {}

-- Where a face has its world.
local WORLD <const> = {}

--- What the package that is missing may have been.
local function not_there(world, what, name, more)
    local known = {}
    for _, packages in ipairs { world.installed, world.available } do
        for package in pairs(packages) do
            known[package] = true
        end
    end
    return ("%s: '%s' is not installed%s%s"):format(what, name, suggest.suggest(name, suggest.keys(known)), more or "")
end

local function with_version(given, version)
    local package = { version = version }
    for name, value in pairs(type(given) == "table" and given or {}) do
        package[name] = value
    end
    return package
end

--- What of these variables the policy would read, had its `reads` or the test another name for it.
local function fault_of_vars(world, vars)
    local reads = world.runtime.policy.reads or {}
    local read = {}
    for _, name in ipairs(reads) do
        read[name] = true
    end
    for _, name in ipairs(suggest.keys(vars or {})) do
        local near = not read[name] and suggest.nearest(name, reads)
        if near then
            return ("vars: the policy does not read '%s'; did you mean '%s'?"):format(name, near)
        end
    end
end

local function fault_of_activation(what)
    return function(world, given)
        return options.fault(schema.activation, given, what) or fault_of_vars(world, given and given.vars)
    end
end

--- Whether the arguments behind the first ones are names.
local function fault_of_names(what, ...)
    for i = 1, select("#", ...) do
        local fault = options.name_fault(what, (select(i, ...)))
        if fault then
            return fault
        end
    end
end

--- What is wrong with the arguments of each method; false or nil: nothing.
---@type table<string, fun(world: upnudge.World, ...): string|false|nil>
local FAULTS <const> = {
    at = function(_, value)
        return options.time_fault("at", value)
    end,
    advance = function(_, value)
        return options.duration_fault("advance", value)
    end,
    release = function(world, name, version, given)
        local fault = options.name_fault("release", name) or options.version_fault("release", version)
            or options.fault(schema.release, given, "release")
        if fault then
            return fault
        end
        return rawget(world, "lists") and not world:has(name) and not (given and given.from)
            and not_there(world, "release", name, "; `from` says which version is, and world:offer what comes with the "
                .. "upgrade")
    end,
    offer = function(world, name, version, given)
        local fault = options.name_fault("offer", name) or options.version_fault("offer", version)
        if not fault and version then
            fault = given and options.package("offer", with_version(given, version), world.format.name)
        elseif not fault and not world:has(name) then
            fault = not_there(world, "offer", name)
        end
        return fault
    end,
    expose = function(world, name, given)
        return options.name_fault("expose", name) or options.fault(schema.problem, given, "expose")
            or not world.installed[name] and not_there(world, "expose", name)
    end,
    upgrade = function(world, ...)
        local fault = fault_of_names("upgrade", ...)
        for _, name in ipairs(fault and {} or { ... }) do
            fault = fault or not world:has(name) and not_there(world, "upgrade", name)
        end
        return fault
    end,
    check = function(_, given)
        return options.fault(schema.check, given, "check")
    end,
    activate = fault_of_activation "activate",
    explain = fault_of_activation "explain",
    told = function(world, given)
        local fault = options.fault(schema.told, given, "told")
        local rule = not fault and given and given.rule
        local known = { decide = true }
        for _, one in ipairs(rule and world.runtime.policy:outline() or {}) do
            known[one.name] = true
        end
        return fault or rule and not known[rule] and ("told: the policy has no rule '%s'%s"):format(rule,
            suggest.suggest(rule, suggest.keys(known)))
    end,
    snooze = function(_, value, given)
        return value ~= nil and options.duration_fault("snooze", value) or options.fault(schema.snooze, given, "snooze")
    end,
    ignore = function(_, ...)
        return fault_of_names("ignore", ...) or select("#", ...) == 0 and "ignore: names no package"
    end,
    unignore = function(_, ...)
        return fault_of_names("unignore", ...)
    end,
    environment = function(world, name, installed, given)
        if type(name) ~= "string" or name == "" then
            return "environment: it needs a name"
        end
        local fault = options.fault(schema.environment, given, "environment")
        return fault or installed ~= nil and options.packages("environment", installed,
            given and given.format or world.format.name)
    end,
}

local function refuse_unknown(name, known, what, level)
    error(("%s has no '%s'%s"):format(what, tostring(name), suggest.suggest(tostring(name), known)), level + 1)
end

local fields_of_decision = suggest.keys(schema.decision)

--- What is known of a decision, of which no other field can be asked.
local function told(decision)
    return setmetatable(decision, { __index = function(_, name)
        if not schema.decision[name] then
            refuse_unknown(name, fields_of_decision, "a decision", 2)
        end
    end })
end

local face_of

-- What a method gives, where it is neither the world nor as it is.
local GIVES <const> = { activate = told, explain = told, environment = function(world)
    return face_of(world)
end }

--- The methods that a face has, with what they are given looked at.
local METHODS <const> = {}

for name, fault_of in pairs(FAULTS) do
    METHODS[name] = function(face, ...)
        local world = type(face) == "table" and rawget(face, WORLD)
        local fault = not world and ("write world:%s(…), with a colon"):format(name) or fault_of(world, ...)
        if fault then
            error(fault, 2)
        end
        local ok, answer = pcall(world[name], world, ...)
        if not ok then
            error(raised.text(answer), 2)
        elseif answer == world then
            return face
        end
        return GIVES[name] and GIVES[name](answer) or answer
    end
end

local known_names = suggest.keys(FAULTS)
known_names[#known_names + 1] = "close"
for _, name in ipairs(suggest.keys(schema.fields)) do
    known_names[#known_names + 1] = name
end

local FACE <const> = {}

function FACE.__index(face, name)
    local method, world = METHODS[name], rawget(face, WORLD)
    if method then
        return method
    end
    local value = world[name]
    if value == nil then
        refuse_unknown(name, known_names, "a world", 2)
    elseif type(value) == "function" then
        return function(_, ...)
            return value(world, ...)
        end
    end
    return value
end

function FACE.__newindex(face, name, value)
    if name ~= "now" then
        refuse_unknown(name, { "now" }, "a world, to be set,", 2)
    end
    METHODS.at(face, value)
end

--- Another environment ends with the world that it is in. (One that nobody closes does so when it is collected, but
--- not before the last of its environments.)
local function close(face)
    local world = rawget(face, WORLD)
    if not rawget(world, "main") then
        world:close()
    end
end

FACE.__close = close

--- What a test sees of a world.
function face_of(world)
    return setmetatable({ [WORLD] = world }, FACE)
end

--- Makes a world. Raises on a wrong argument or a faulty policy, with every mistake of it. Close it.
---@param given upnudge.testing.WorldOptions?
---@return upnudge.testing.World
function M.world(given)
    local fault = options.fault(schema.world, given, "world")
    if fault then
        error(fault, 2)
    end
    local taken = {}
    for name, value in pairs(given or {}) do
        taken[name] = value
    end
    taken.utc_offset = taken.utc_offset and options.offset(taken.utc_offset)
    local ok, world = pcall(worlds.world, taken)
    if not ok then
        error(raised.text(world), 2)
    end
    fault = fault_of_vars(world, taken.host and taken.host.vars)
    if fault then
        world:close()
        error("world: host: " .. fault, 2)
    end
    if coverage.of_tests then
        coverage.of_tests:watch(world.runtime.policy)
    end
    return face_of(world)
end

return setmetatable(M, { __index = function(_, name)
    refuse_unknown(name, { "world" }, "the module for tests", 2)
end })
