--- The rehearsal: every function of a policy is asked about a made-up activation, each by itself. Runs in the policy
--- VM, for `upnudge policy check`, whose side of it is upnudge.tools.rehearsal.
---
--- Each is a trial with a number, the same one at every activation, for what spends its budget ends the VM.

local context = require "upnudge.language.context"
local rules = require "upnudge.language"

local M = {}

local ESCAPE <const> = "its text has an escape of its own, which is left out where it is shown; use u.text.style and "
    .. "u.text.link"
local NO_RETURN <const> = "its text never returned anything; is a return missing? Where there is nothing to say it is "
    .. "`return nil`"
local NO_VALUE <const> = "%s:%d: u.text.word: '%s' in the catalogue '%s' has {%s}, which gets no value"

-- Texts that are functions: whether they have returned something, be it nil, or were not asked to the end; and of whom.
local returned, owners = {}, {}
-- The trials of the activation at hand, its context, and what went wrong in one.
local trials, c, faults = {}, nil, {}

--- What is wrong with a text that was made.
local function fault_of_text(text)
    local find = require "string".find
    return type(text) == "string" and (find(text, "\27", 1, true) or find(text, "\u{9B}", 1, true)) and ESCAPE or nil
end

--- Notes of a text that is a function whether it ever returns.
local function notes_return(source)
    if type(source) ~= "function" then
        return source
    end
    return function(of)
        local before = returned[source]
        returned[source] = true
        local values = require "table".pack(source(of))
        returned[source] = before or values.n > 0
        return values[1]
    end
end

--- A fault of a text: where the function begins, else where its rule does, else of the policy.
local function told(source, owner, words)
    local place, name = "", type(owner) == "table" and ("rule '%s'"):format(owner.name) or owner
    if type(source) == "function" then
        place = ("%s:%d: "):format(where(source))
    elseif type(owner) == "table" then
        place = ("%s:%d: "):format(owner.file, owner.line)
    end
    return place .. name .. ": " .. words
end

local function try(parts, by, f, ...)
    parts.asked.by = by
    local ok, result = attempt(f, ...)
    if not ok then
        faults[#faults + 1] = rules.blamed(result)
    end
    return ok, result
end

local function add(trial)
    trials[#trials + 1] = trial
end

local function add_text(parts, rule)
    local source = rule.spec.notify and (rule.spec.text or parts.text)
    if not source then
        return
    end
    local owner = rule.spec.text and rule or ("policy '%s'"):format(parts.policy.name)
    local by = owner == rule and rule or owner .. ": text"
    if type(source) == "function" then
        owners[source], returned[source] = owner, returned[source] or false
    end
    add(function()
        local ok, text = try(parts, by, parts.text_of, notes_return(source), by, c, source)
        local wrong = ok and fault_of_text(text)
        faults[#faults + 1] = wrong and told(source, owner, wrong) or nil
    end)
end

local function add_texts(parts)
    for _, rule in ipairs(parts.policy.rules) do
        add_text(parts, rule)
    end
end

local function add_rule(parts, rule)
    add(function()
        try(parts, rule, parts.ask, rule, c)
    end)
    for _, step in ipairs(type(rule.spec.notify) == "table" and rule.spec.notify.steps or {}) do
        add(function()
            try(parts, rule, parts.ask, { name = rule.name, file = rule.file, line = rule.line, spec = step }, c)
        end)
        if step.text then
            add(function()
                try(parts, rule, parts.text_of, step.text, rule, c)
            end)
        end
    end
end

--- Adds the texts in each language that the policy has words in.
local function add_languages(parts, now, history, host)
    for _, language in ipairs(require "upnudge.language.words".languages()) do
        add(function()
            host.lang = language
            c = context.set(now, nil, nil, history, host)
        end)
        add_texts(parts)
    end
end

--- Makes up an activation.
---@param last boolean whether no other one is made up after this one
---@return integer trials how many there are
function M.begin(now, env, result, history, host, last)
    local parts = rules.parts()
    trials, c = {}, context.set(now, env, result, history, host)
    for _, rule in ipairs(parts.policy.rules) do
        add_rule(parts, rule)
    end
    add_texts(parts)
    if parts.policy.decide then
        add(function()
            try(parts, nil, parts.decide, c)
        end)
    end
    if last then
        add_languages(parts, now, history, host)
    end
    return #trials
end

--- One trial of it.
---@param number integer
---@return string[] faults
function M.try(number)
    faults = {}
    require "upnudge.language.words".watch(function(key, placeholder, language)
        local file, line = where()
        faults[#faults + 1] = NO_VALUE:format(file, line, key, language, placeholder)
    end)
    trials[number]()
    return faults
end

--- Which texts never returned in all of that.
---@return string[] faults
function M.unreturned()
    local list = {}
    for source, done in pairs(returned) do
        list[#list + 1] = not done and told(source, owners[source], NO_RETURN) or nil
    end
    return list
end

return M
