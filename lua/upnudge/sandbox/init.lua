--- The sandbox: what of Lua a policy sees. Runs in the policy VM, whose entry table it returns.
---
--- A policy gets copies of the libraries that no policy can change, without what reaches files,
--- processes, code or addresses, and without what can spend much in one call that no budget sees.
--- Strings are locked by C, so that ("x"):rep(n) is the safe one.

local read_only = require "upnudge.sandbox.read_only"
local rules = require "upnudge.language"

local unsafe_tostring <const> = tostring

local function safe_tostring(value)
    local kind = type(value)
    if kind == "string" or kind == "number" or kind == "boolean" or kind == "nil" then
        return unsafe_tostring(value)
    end
    -- The address tells nothing that a policy should know.
    return kind
end

-- Nor do the messages of our own modules, which a policy can catch.
rawset(_G, "tostring", safe_tostring)

local function safe_setmetatable(value, metatable)
    if type(metatable) == "table" and (rawget(metatable, "__gc") ~= nil or rawget(metatable, "__mode") ~= nil) then
        error("setmetatable: __gc and __mode are not for policies", 2)
    end
    return setmetatable(value, metatable)
end

--- Our read-only views are locked by their metatable, and stay so.
local function safe_rawset(value, key, content)
    if type(value) == "table" and getmetatable(value) == false then
        error("rawset: this table is read-only", 2)
    end
    return rawset(value, key, content)
end

local function safe_getmetatable(value)
    return type(value) == "table" and getmetatable(value) or nil
end

local language = read_only("upnudge", rules.language)

local function safe_require(name)
    if name ~= "upnudge" then
        error("no module '" .. safe_tostring(name) .. "' here; a policy has `require \"upnudge\"` alone", 2)
    end
    return language
end

local LIBRARIES <const> = { string = true, table = true, math = true, utf8 = true }

local base = setmetatable({
    assert = assert, error = error, getmetatable = safe_getmetatable, ipairs = ipairs, next = next, pairs = pairs,
    pcall = pcall, rawequal = rawequal, rawget = rawget, rawlen = rawlen, rawset = safe_rawset, require = safe_require,
    select = select, setmetatable = safe_setmetatable, tonumber = tonumber, tostring = safe_tostring, type = type,
}, {
    __index = function(_, name)
        return LIBRARIES[name] and require("upnudge.sandbox." .. name) or nil
    end,
})

local environment = setmetatable({}, {
    __index = base,
    __newindex = function(_, name)
        error("'" .. safe_tostring(name) .. "' is a global; write `local " .. safe_tostring(name) .. " = ...`", 2)
    end,
    __metatable = false,
})

--- An error that is no text would be shown by its metamethods; nobody calls those.
local function as_text(fault)
    return type(fault) == "string" and fault or "(the error is no text but a " .. type(fault) .. ")"
end

local function guarded(f, ...)
    local ok, result = pcall(f, ...)
    if not ok then
        error(as_text(result), 0)
    end
    return result
end

local M = {}

local function run(chunkname, bytes, mode)
    local chunk, fault = load(bytes, chunkname, mode, environment)
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
        language = read_only("upnudge", authoring.language)
    end
    return authoring
end

--- Runs a file later, where its mistakes are collected.
local function runner(chunkname, bytes, mode)
    return function()
        return run(chunkname, bytes, mode)
    end
end

--- Compiles and runs one file of the policy's chain. Mistakes of a team's file are answered, all of them.
---@param chunkname string "@file" or "=name"
---@param bytes string
---@param builtin boolean ours, precompiled
---@return {extends: string?, strategy: string?, mistakes: upnudge.Mistake[]?}
function M.load(chunkname, bytes, builtin)
    if not builtin then
        return for_authors().add(runner(chunkname, bytes, "t"), require "string".sub(chunkname, 2))
    end
    local spec = run(chunkname, bytes, "bt").spec
    rules.append(spec)
    return { extends = spec.extends, strategy = spec.strategy }
end

--- See upnudge.language.
M.link = rules.link
M.outline = rules.outline

--- See upnudge.language.
function M.evaluate(...)
    return guarded(rules.evaluate, ...)
end

--- See upnudge.language.authoring.
function M.rehearse(...)
    return guarded(for_authors().rehearse, ...)
end

--- The file of a format. See upnudge.language.format, as for `recognise` and `read`.
function M.load_format(chunkname, bytes)
    local spec, faulty = for_authors().take("format", runner(chunkname, bytes, "t"))
    return faulty or require "upnudge.language.format".take(spec)
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
    local spec, faulty = for_authors().take("scenario", runner(chunkname, bytes, builtin and "bt" or "t"))
    return faulty or spec
end

--- The environment that policies run in; for tests.
M.environment = environment

return M
