--- Authoring: what a team's own files are loaded with. Runs in the policy VM, for files that are not ours.
---
--- Whoever makes a mistake while a file is loaded goes on, so that all mistakes are told at once; later, in
--- a function of the policy, it is an error.

local cadence = require "upnudge.language.cadence"
local context = require "upnudge.language.context"
local rules = require "upnudge.language"

local M = {}

-- Mistakes of the file that is being loaded; nil: none is.
local noted

-- C gives the VM `where`, since the debug library stays closed; plain Lua has the library.
local where = rawget(_G, "where") or function(level)
    local info = debug.getinfo(level + 1, "Sl")
    return info.short_src, info.currentline
end

--- A mistake of whoever called our caller, or stands at another level.
local function blame(key, message, level)
    local file, line = where(level or 3)
    if not noted then
        error(("%s:%d: %s"):format(file, line, message), 0)
    end
    noted[#noted + 1] = { key = key, line = line > 0 and line or nil, message = message }
end

--- A function of `u` from one that gives nil and a message when it is misused; then `instead` stands in.
local function author(key, instead)
    return function(value)
        local made, message = rules.language[key](value)
        if made == nil then
            blame(key, message)
            return instead
        end
        return made
    end
end

--- What stands in for a member that there is not: anything that it may be used for goes on.
local function unknown(what, name, choices, instead)
    if not noted or type(name) ~= "string" then
        return nil
    end
    local suggest = require "upnudge.lib.suggest"
    blame(name, ("%s has no '%s'%s"):format(what, name, suggest.suggest(name, suggest.keys(choices))), 4)
    return function()
        return instead
    end
end

local function text_library()
    local text = require "upnudge.language.text"
    return setmetatable({}, {
        __index = function(_, name)
            return text[name] or unknown("u.text", name, text, "")
        end,
        __newindex = function()
            error("u.text is read-only", 2)
        end,
        __metatable = false,
    })
end

local NEVER <const> = cadence.never()

--- The author's module, as rules.language, but for mistakes.
M.language = setmetatable({
    every = author("every", NEVER), on = author("on", NEVER), backoff = author("backoff", NEVER),
    hours = author("hours", cadence.never), duration = author("duration", 0),
    once = cadence.once, always = cadence.always, never = cadence.never, policy = rules.language.policy,
    rule = function(name)
        if type(name) ~= "string" or name == "" then
            blame("rule", "u.rule needs a name: u.rule \"weekly\" { ... }")
            name = "?"
        end
        return rules.language.rule(name)
    end,
}, {
    __index = function(_, name)
        if name == "text" then
            return text_library()
        end
        return rules.language[name] or unknown("upnudge", name, M.language, NEVER)
    end,
})

--- The mistakes of a file, and what it returned.
---@param run fun(): any runs the file
---@param check fun(value: any): upnudge.Mistake[]
---@return any value
---@return upnudge.Mistake[] mistakes
function M.collect(run, check)
    local mistakes = {}
    noted = mistakes
    local ok, value = pcall(run)
    noted = nil
    if not ok then
        mistakes[#mistakes + 1] = { message = value }
        return nil, mistakes
    end
    for _, mistake in ipairs(check(value)) do
        mistakes[#mistakes + 1] = mistake
    end
    return value, mistakes
end

local function mistakes_of(value)
    if rules.made[value] ~= "policy" then
        return { { message = "the file must end in `return u.policy { ... }`" } }
    end
    return require "upnudge.language.validation".check(value.spec, rules.made)
end

--- Adds a policy's file to the chain.
---@param run fun(): any runs it
---@param file string
---@return {extends: string?, strategy: string?, mistakes: upnudge.Mistake[]?}
function M.add(run, file)
    local value, mistakes = M.collect(run, mistakes_of)
    local spec = rules.made[value] and type(value.spec) == "table" and value.spec or {}
    rules.append(spec)
    for _, rule in ipairs(#mistakes == 0 and spec.rules or {}) do
        rule.file = file
    end
    return { extends = type(spec.extends) == "string" and spec.extends or nil,
        strategy = type(spec.strategy) == "string" and spec.strategy or nil,
        mistakes = #mistakes > 0 and mistakes or nil }
end

--- Asks every function of every rule once and gives what went wrong; for `upnudge policy check`.
---@return string[] faults
function M.rehearse(now, env, result, history, host)
    local parts, c, faults = rules.parts(), context.set(now, env, result, history, host), {}
    local function try(f, ...)
        local ok, fault = pcall(f, ...)
        if not ok then
            faults[#faults + 1] = type(fault) == "string" and fault or "the error is no text but a " .. type(fault)
        end
    end
    for _, rule in ipairs(parts.policy.rules) do
        try(parts.ask, rule, c)
        if rule.spec.notify then
            try(parts.text_of, rule.spec.text or parts.policy.text, rule, c)
        end
    end
    if parts.policy.decide then
        try(parts.decide, c)
    end
    return faults
end

return M
