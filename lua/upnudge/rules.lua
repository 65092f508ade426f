--- The policy language: what `require "upnudge"` gives a policy, and the evaluation of rules. Runs in
--- the policy VM at every activation, so what is rarely needed (validation, text) loads when it is.

local cadence = require "upnudge.cadence"
local context = require "upnudge.context"
local duration = require "upnudge.duration"

local M = {}

local TEXT_LIMIT <const> = 16384
local DEFAULTS <const> = { every = 86400, timeout = 600 }

-- C gives the VM `where`, since the debug library stays closed; plain Lua has the library.
local where = rawget(_G, "where") or function(level)
    local info = debug.getinfo(level + 1, "Sl")
    return info.short_src, info.currentline
end

---@class upnudge.Rule
---@field name string
---@field file string
---@field line integer
---@field spec table what the policy wrote

--- What a policy writes is read by us in many places: a metatable could answer each of them otherwise.
local function plain(spec, what)
    if type(spec) == "table" and getmetatable(spec) ~= nil then
        error(what .. " is a table with a metatable; a plain one is needed", 3)
    end
    return spec
end

-- What u.policy and u.rule made: told from look-alikes by identity, not by a field.
local made = {}

-- Mistakes of the file that is being loaded: who makes one goes on, so that all are told at once.
local noted

--- A mistake of whoever called our caller (or at another level): noted while a file is loaded, else an
--- error.
local function blame(key, message, level)
    local file, line = where(level or 3)
    if not noted then
        error(("%s:%d: %s"):format(file, line, message), 0)
    end
    noted[#noted + 1] = { key = key, line = line > 0 and line or nil, message = message }
end

--- A function of `u` for one that gives nil and a message when it is misused; then `instead` stands in.
local function author(key, make, instead)
    return function(value)
        local made_value, message = make(value)
        if made_value == nil then
            blame(key, message)
            return instead
        end
        return made_value
    end
end

local NEVER <const> = cadence.never()

--- What stands in for a member that there is not: anything that it may be used for goes on.
local function unknown(what, name, choices, instead)
    if not noted or type(name) ~= "string" then
        return nil
    end
    local mistake = require "upnudge.mistake"
    blame(name, ("%s has no '%s'%s"):format(what, name, mistake.suggest(name, mistake.keys(choices))), 4)
    return function()
        return instead
    end
end

local function text_library()
    local text = require "upnudge.text"
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

local LAZY <const> = {
    text = text_library,
    format = function()
        return require "upnudge.format".new
    end,
    scenario = function()
        return require "upnudge.scenario".new
    end,
}

--- The author's module.
M.language = setmetatable({
    every = author("every", cadence.every, NEVER), once = cadence.once, on = author("on", cadence.on, NEVER),
    backoff = author("backoff", cadence.backoff, NEVER), always = cadence.always, never = cadence.never,
    hours = author("hours", function(spec)
        return require "upnudge.schedule".hours(spec)
    end, cadence.never),
    duration = author("duration", duration.parse, 0),
    rule = function(name)
        if type(name) ~= "string" or name == "" then
            blame("rule", "u.rule needs a name: u.rule \"weekly\" { ... }")
            name = "?"
        end
        local file, line = where(2)
        return function(spec)
            local rule = { name = name, file = file, line = line, spec = plain(spec, "the rule") }
            made[rule] = "rule"
            return rule
        end
    end,
    policy = function(spec)
        local policy = { spec = plain(spec, "the policy") }
        for _, key in ipairs { "rules", "check", "ignore", "catalogues" } do
            plain(type(spec) == "table" and spec[key], "'" .. key .. "'")
        end
        made[policy] = "policy"
        return policy
    end,
}, {
    __index = function(_, name)
        local open = LAZY[name]
        return open and open() or unknown("upnudge", name, M.language, NEVER)
    end,
})

--- The chain of files being loaded, the policy itself first.
local chain = {}
local linked

--- The mistakes of a file of a team, and what it returned.
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
    if made[value] ~= "policy" then
        return { { message = "the file must end in `return u.policy { ... }`" } }
    end
    return require "upnudge.validation".check(value.spec, made)
end

--- Adds one file to the chain.
---@param run fun(): any runs it
---@param file string? nil: ours, validated by its tests
---@return {extends: string?, strategy: string?, mistakes: upnudge.Mistake[]?}
function M.add(run, file)
    if not file then
        local ours = run()
        chain[#chain + 1] = ours.spec
        return { extends = ours.spec.extends, strategy = ours.spec.strategy }
    end
    local value, mistakes = M.collect(run, mistakes_of)
    local spec = made[value] and type(value.spec) == "table" and value.spec or {}
    chain[#chain + 1] = spec
    for _, rule in ipairs(#mistakes == 0 and spec.rules or {}) do
        rule.file = file
    end
    return { extends = type(spec.extends) == "string" and spec.extends or nil,
        strategy = type(spec.strategy) == "string" and spec.strategy or nil,
        mistakes = #mistakes > 0 and mistakes or nil }
end

local function default_text(c)
    local text = require "upnudge.text"
    return text.summary(c) .. "\n" .. text.hint(c)
end

local function check_settings(check)
    return { every = duration.parse(check.every or DEFAULTS.every),
        timeout = duration.parse(check.timeout or DEFAULTS.timeout) }
end

--- Joins the chain into one policy and tells the trusted side what it needs.
---@return table
function M.link()
    local joined = chain[#chain]
    for i = #chain - 1, 1, -1 do
        joined = require "upnudge.inheritance".join(joined, chain[i])
    end
    linked = {}
    for name, value in pairs(joined) do
        linked[name] = value
    end
    linked.rules = linked.rules or {}
    if linked.catalogues then
        require "upnudge.catalogue".add(linked.catalogues)
    end
    linked.text = linked.text or default_text
    local rules = {}
    for i, rule in ipairs(linked.rules) do
        rules[i] = { name = rule.name, file = rule.file, line = rule.line }
    end
    return { name = linked.name, rules = rules,
        ignore = linked.ignore, decide = linked.decide ~= nil, check = check_settings(linked.check or {}) }
end

local function place_of(rule)
    return ("%s:%d: rule '%s'"):format(rule.file, rule.line, rule.name)
end

local function text_of(source, place, c)
    local value = source
    if type(source) == "function" then
        value = source(c)
    end
    if type(value) ~= "string" or not require "string".find(value, "%S") then
        error(("%s: text gave %s; expected a string that is not empty"):format(place,
            type(value) == "string" and "an empty string" or "a " .. type(value)), 0)
    elseif #value > TEXT_LIMIT then
        error(("%s: text is longer than %d bytes"):format(place, TEXT_LIMIT), 0)
    end
    return value
end

local function quiet_reason(rule, c)
    local value = rule.spec.quiet
    if type(value) == "function" then
        value = value(c)
    end
    if value == true then
        return rule.name
    elseif type(value) ~= "string" then
        error(("%s: quiet gave a %s; expected a reason or true"):format(place_of(rule), type(value)), 0)
    end
    return value
end

--- Seconds that a record can hold: neither infinite nor no number.
local function is_time(value)
    return type(value) == "number" and value > -1e15 and value < 1e15
end

--- Whether a cadence or a function of the context is due, why, and when it next could be.
local function due(notify, place, c)
    local ask = type(notify) == "table" and notify.due or notify
    local is_due, reason, next_at = ask(c)
    if reason ~= nil and type(reason) ~= "string" or next_at ~= nil and not is_time(next_at) then
        error(place .. ": notify gave something else than due, reason, next time", 0)
    end
    return is_due and true or false, reason or (is_due and "due" or "not due"), next_at
end

--- What one rule answers: {matched, answer, reason, next_at}.
local function ask(rule, c)
    local spec = rule.spec
    if spec.when and not spec.when(c) then
        return "no match"
    elseif spec.quiet ~= nil then
        return "quiet", quiet_reason(rule, c)
    end
    local is_due, reason, next_at = due(spec.notify, place_of(rule), c)
    return is_due and "notify" or "not due", reason, next_at
end

local function decide_by_rules(c, trace)
    local decision, reason, soonest
    for _, rule in ipairs(linked.rules) do
        local answer, why, next_at = "not reached", nil, nil
        if not decision then
            answer, why, next_at = ask(rule, c)
        end
        if answer == "quiet" or answer == "notify" then
            decision = { notify = answer == "notify", reason = why, rule = rule.name }
            if decision.notify then
                decision.text = text_of(rule.spec.text or linked.text, place_of(rule), c)
            end
        elseif answer == "not due" then
            reason = reason or why
            soonest = next_at and (soonest and soonest < next_at and soonest or next_at) or soonest
        end
        if trace then
            trace[#trace + 1] = { rule = rule.name, file = rule.file, line = rule.line, answer = answer,
                matched = answer ~= "no match" and answer ~= "not reached", reason = why, next_at = next_at }
        elseif decision then
            break
        end
    end
    decision = decision or { notify = false, reason = reason or "no rule wants to speak" }
    decision.next_at = not decision.notify and not decision.rule and soonest or nil
    return decision
end

--- Asks every function of every rule once and gives what went wrong; for `upnudge policy check`.
---@return string[] faults
function M.rehearse(now, env, result, history, host)
    local c, faults = context.set(now, env, result, history, host), {}
    local function try(f, ...)
        local ok, fault = pcall(f, ...)
        if not ok then
            faults[#faults + 1] = type(fault) == "string" and fault or "the error is no text but a " .. type(fault)
        end
    end
    for _, rule in ipairs(linked.rules) do
        try(ask, rule, c)
        if rule.spec.notify then
            try(text_of, rule.spec.text or linked.text, place_of(rule), c)
        end
    end
    if linked.decide then
        try(require "upnudge.decide".decide, linked, c, due, text_of)
    end
    return faults
end

--- Decides. What is nil of env, result and host is the same as at the last call.
---@param now integer
---@param env table?
---@param result table?
---@param history table
---@param host table?
---@param trace boolean?
---@return table decision
function M.evaluate(now, env, result, history, host, trace)
    if host then
        host.hint = host.hint or linked.hint
    end
    local c = context.set(now, env, result, history, host)
    if linked.decide then
        return require "upnudge.decide".decide(linked, c, due, text_of)
    end
    local steps = trace and {} or nil
    local decision = decide_by_rules(c, steps)
    decision.trace = steps
    return decision
end

return M
