--- The sandbox: what of Lua a policy sees. Runs in the policy VM, whose entry table it returns.
---
--- A policy gets copies of the libraries that no policy can change, without what reaches files,
--- processes, code or addresses, and without what can spend much in one call that no budget sees.
--- Strings are locked by C, so that ("x"):rep(n) is the safe one.

local read_only = require "upnudge.sandbox.read_only"
local rules = require "upnudge.language"

local unsafe_tostring <const> = tostring
-- What putting a number into decimals is worth at most, and an error into words.
local NUMBER_PRICE <const>, ERROR_PRICE <const> = 60, 60

local function safe_tostring(value)
    local kind = type(value)
    if kind == "string" or kind == "number" or kind == "boolean" or kind == "nil" then
        charge(kind == "number" and NUMBER_PRICE or 0)
        return unsafe_tostring(value)
    end
    -- The address tells nothing that a policy should know.
    return kind
end

-- Nor do the messages of our own modules, which a policy can catch.
rawset(_G, "tostring", safe_tostring)

--- Our read-only views are locked by their metatable, and stay so.
local function safe_rawset(value, key, content)
    if type(value) == "table" and getmetatable(value) == false then
        error("rawset: this table is read-only", 2)
    end
    return rawset(value, key, content)
end

-- `error` walks the stack as far as it is told.
local MOST_LEVELS <const> = 20

local function safe_error(message, level)
    charge(ERROR_PRICE)
    level = level or 1
    if type(level) ~= "number" then
        error("error: the level is a " .. type(level) .. "; expected a number", 2)
    end
    -- Beside this function it is called through another, see `kept`.
    return (error(message, level > 0 and level < MOST_LEVELS and level + 2 or 0))
end

local language = read_only("upnudge", rules.language)

local function safe_require(name)
    if name ~= "upnudge" then
        error("no module '" .. safe_tostring(name) .. "' here; a policy has `require \"upnudge\"` alone", 2)
    end
    return language
end

local LIBRARIES <const> = { string = true, table = true, math = true, utf8 = true }

-- What a call of a function in C costs beside the instructions around it, and the bytes or values of its first argument
-- that cost one more.
local PRICES <const> = { assert = 4, getmetatable = 4, pairs = 20, pcall = 4, rawequal = 4, rawget = 4, rawlen = 4,
    select = 4, setmetatable = 4, tonumber = 12, type = 4 }
local BYTES <const> = { select = 4, tonumber = 16 }
local INSTEAD <const> = { getmetatable = get_metatable, setmetatable = set_metatable }
local OURS <const> = { error = kept(safe_error), ipairs = ipairs, next = next, rawset = kept(safe_rawset),
    require = kept(safe_require), tostring = safe_tostring }

-- Most policies need few of these, so each is made when it is asked for.
local base = setmetatable({}, {
    __index = function(self, name)
        local price = PRICES[name]
        local value = OURS[name] or price and charged(INSTEAD[name] or _G[name], price, BYTES[name])
            or LIBRARIES[name] and require("upnudge.sandbox." .. name) or nil
        rawset(self, name, value)
        return value
    end,
})

local environment = setmetatable({}, {
    __index = base,
    __newindex = function(_, name)
        error("'" .. safe_tostring(name) .. "' is a global; write `local " .. safe_tostring(name) .. " = ...`", 2)
    end,
    __metatable = false,
})

--- Calls what somebody wrote; its error is a text that says where.
local function guarded(f, ...)
    local ok, result = attempt(f, ...)
    if not ok then
        error(result, 0)
    end
    return result
end

local M = {}

--- Ours come precompiled; what others wrote is weighed and charged before it is compiled.
local function run(chunkname, bytes, builtin)
    local chunk, fault
    if builtin then
        chunk, fault = load(bytes, chunkname, "bt", environment)
    else
        chunk, fault = compile(bytes, chunkname, environment)
    end
    if not chunk then
        error(fault, 0)
    end
    return guarded(chunk)
end

local authoring

--- What a team's own files need, told of every mistake; our own files do without it.
local function for_authors()
    if not authoring then
        authoring = require "upnudge.language.authoring"
        language = require "upnudge.sandbox.library"("upnudge", authoring.language, "u.")
        authoring.self = language
    end
    return authoring
end

--- Runs a file later, where its mistakes are collected.
local function runner(chunkname, bytes, builtin)
    return function()
        return run(chunkname, bytes, builtin)
    end
end

--- Compiles and runs one file of the policy's chain. Mistakes of a team's file are answered, all of them.
---@param chunkname string "@file" or "=name"
---@param bytes string
---@param builtin boolean ours, precompiled
---@return {number: integer, extends: string|string[]|nil, strategy: string?, keeps_strategy: boolean?,
---mistakes: upnudge.Mistake[]?} loaded
function M.load(chunkname, bytes, builtin)
    if not builtin then
        return for_authors().add(runner(chunkname, bytes, false), require "string".sub(chunkname, 2))
    end
    local spec = run(chunkname, bytes, true).spec
    return { number = rules.append(spec, chunkname), extends = spec.extends, strategy = spec.strategy }
end

--- See upnudge.language.
M.link = rules.link
M.outline = rules.outline
M.layers = rules.layers

--- See upnudge.language.
function M.evaluate(...)
    local ok, result = attempt(rules.evaluate, ...)
    if not ok then
        error(rules.blamed(result), 0)
    end
    return result
end

--- See upnudge.language.rehearsal, as for `try` and `unreturned`.
function M.rehearse(...)
    return guarded(require "upnudge.language.rehearsal".begin, ...)
end

function M.try(number)
    return guarded(require "upnudge.language.rehearsal".try, number)
end

function M.unreturned()
    return guarded(require "upnudge.language.rehearsal".unreturned)
end

--- See upnudge.language.survey.
function M.conditions(...)
    return guarded(require "upnudge.language.survey".conditions, ...)
end

--- See upnudge.language.survey.
function M.survey(...)
    return guarded(require "upnudge.language.survey".ask, ...)
end

--- See upnudge.language.authoring.
function M.heed(mend)
    return for_authors().heed(mend)
end

function M.doubts(...)
    return guarded(for_authors().doubts, ...)
end

--- See upnudge.language.survey.
function M.promises()
    return require "upnudge.language.survey".promises()
end

--- The file of a format. See upnudge.language.format, as for `recognise` and `read`.
function M.load_format(chunkname, bytes)
    local spec, faulty = for_authors().take("format", runner(chunkname, bytes, false))
    return faulty or require "upnudge.language.format".take(spec)
end

--- The file of a checker, which is data.
function M.load_checker(chunkname, bytes)
    local spec, faulty = for_authors().take("checker", runner(chunkname, bytes, false))
    return faulty or spec
end

function M.recognise(document)
    return guarded(require "upnudge.language.format".recognise, document)
end

function M.read(document)
    return guarded(require "upnudge.language.format".read, document)
end

--- The file of a scenario, which is data: what is installed, what comes out and when, who opens shells. A
--- ready-made one is precompiled.
function M.load_scenario(chunkname, bytes, builtin)
    local spec, faulty = for_authors().take("scenario", runner(chunkname, bytes, builtin))
    return faulty or spec
end

--- The environment that policies run in; for tests.
M.environment = environment

return M
