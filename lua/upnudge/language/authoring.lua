--- Authoring: what a team's own files are loaded with. Runs in the policy VM, for files that are not ours.
---
--- Whoever makes a mistake while a file is loaded goes on, so that all mistakes are told at once; later, in
--- a function of the policy, it is an error.

local cadence = require "upnudge.language.cadence"
local rules = require "upnudge.language"

local M = {}

local made <const> = rules.made

-- Mistakes that are told of one file; whoever has more has seen enough.
local MOST <const> = 50

-- Mistakes of the file that is being loaded; nil: none is.
local noted
-- The calls of functions of `u`, where somebody asks what may be wrong with them; nil: nobody does.
local calls
-- Whether somebody asks on though there are mistakes, so that those do not hide others.
local mends = false

---@param list {more?: integer} mistakes; `more` were left out
---@param mistake upnudge.Mistake
local function note(list, mistake)
    if #list < MOST then
        list[#list + 1] = mistake
    else
        list.more = (list.more or 0) + 1
    end
end

--- A mistake of the author's function that calls us.
local function blame(key, message)
    if not noted then
        error(message, 0)
    end
    local _, line = where()
    note(noted, { key = key, line = line, message = message })
end

--- What is wrong with a table of keys, by the section of the schema that it is.
local function mistake_in_keys(spec, section)
    local keys = require "upnudge.language.schema.policy"[section]
    return require "upnudge.language.validation".mistake_in_keys(spec, keys)
end

--- What is wrong with the keys of the steps of an escalation.
local function mistake_in_steps(list)
    for i, step in ipairs(list) do
        local message = type(step) == "table" and not step.due and mistake_in_keys(step, "step")
        if message then
            return ("step %d: %s"):format(i, message)
        end
    end
end

--- A function of `u` from one that gives nil and a message when it is misused; then `instead` stands in. What takes
--- a table of keys names their section, or has a function that tells what is wrong with it.
local function author(name, instead, section)
    return function(value, options)
        -- What has no table but a word takes one behind it.
        local keys = type(value) == "table" and value or options
        local message = section and type(keys) == "table" and (type(section) == "function" and section(keys)
            or type(section) == "string" and mistake_in_keys(keys, section))
        local result
        if type(value) == "table" and getmetatable(value) == false then
            message = ("u.%s was given the context; it is called while the policy is loaded; what it makes is asked")
                :format(name)
        elseif message then
            message = ("%s: %s"):format(name, message)
        else
            result, message = rules.language[name](value, options)
        end
        if result == nil then
            blame(name, message)
            return instead
        elseif calls and noted then
            local file, line = where()
            calls[#calls + 1] = { name = name, value = value, options = options, file = file, line = line,
                result = result }
        end
        return result
    end
end

--- A function of `u` that gives what a file returns, which is data: a plain table, remembered as such.
local function document(what)
    return function(spec)
        if type(spec) ~= "table" or getmetatable(spec) ~= nil then
            error(("u.%s needs a plain table"):format(what), 2)
        end
        made[spec] = what
        return spec
    end
end

--- What stands in for a member that there is not: anything that it may be used for goes on.
local function unknown(what, name, choices, instead)
    if type(name) ~= "string" then
        return nil
    end
    local suggest = require "upnudge.lib.suggest"
    blame(name, ("%s has no '%s'%s"):format(what, name, suggest.suggest(name, suggest.keys(choices))), 4)
    return function()
        return instead
    end
end

--- The functions of u.text that are for policies.
local function choices_of(text)
    local choices = {}
    for name in pairs(text) do
        choices[name] = name ~= "is_hint" or nil
    end
    return choices
end

-- Functions that are not of the context.
local OF_TEXT <const> = { style = true, link = true }

--- A function of u.text that says what it needs when it is called without.
local function with_context(name, f)
    return OF_TEXT[name] and f or function(c, ...)
        if type(c) ~= "table" then
            error(("the context is its first argument; write u.text.%s(c, ...)"):format(name), 0)
        end
        return f(c, ...)
    end
end

local function text_library()
    local text, members = require "upnudge.language.text", {}
    return setmetatable({}, {
        __index = function(self, name)
            local found = not members[name] and text[name]
            members[name] = found and kept(with_context(name, found), self, "u.text." .. name) or members[name]
            return members[name] or unknown("u.text", name, choices_of(text), "")
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
    every = author("every", NEVER, "own"), once = author("once", NEVER, "once"), on = author("on", NEVER, "on"),
    backoff = author("backoff", NEVER, "backoff"),
    escalate = author("escalate", NEVER, mistake_in_steps), hours = author("hours", cadence.never, "hours"),
    dates = author("dates", cadence.never), any_package = author("any_package", cadence.never),
    every_package = author("every_package", cadence.never),
    in_environment = author("in_environment", cadence.never), duration = author("duration", 0),
    sample = author("sample", cadence.never),
    once_per_session = function()
        return rules.language.once_per_session()
    end,
    cooldown = author("cooldown", {}, "cooldown"),
    always = cadence.always, never = cadence.never, policy = rules.language.policy,
    rule = function(name, spec)
        if type(name) ~= "string" or name == "" then
            blame("rule", "u.rule needs a name: u.rule \"weekly\" { ... }")
            name = "?"
        end
        local make = rules.language.rule(name)
        if type(spec) == "table" then
            blame("rule", ("u.rule takes a name, and behind it a table: u.rule \"%s\" { ... }"):format(name))
            return make(spec)
        end
        made[make] = "name of a rule"
        return make
    end,
}, {
    __index = function(_, name)
        if name == "text" then
            return text_library()
        elseif name == "format" or name == "scenario" or name == "checker" then
            return document(name)
        end
        local found = rules.language[name]
        if type(found) == "function" then
            found = kept(found, M.self, "u." .. name)
            rawset(M.language, name, found)
        end
        return found or unknown("upnudge", name, M.language, NEVER)
    end,
})

--- What a file returned, and its mistakes.
local function collect(run, check)
    local mistakes = {}
    noted = mistakes
    local ok, value = attempt(run)
    noted = nil
    for _, mistake in ipairs(ok and check(value) or { { message = value } }) do
        note(mistakes, mistake)
    end
    if mistakes.more then
        mistakes[#mistakes + 1] = { message = ("%d mistakes more"):format(mistakes.more) }
        mistakes.more = nil
    end
    return ok and value or nil, mistakes
end

--- Runs a file that has to end in `return u.policy { ... }`, u.format, u.checker or u.scenario.
---@param what "policy"|"format"|"checker"|"scenario"
---@param run fun(): any runs the file
---@return any spec what the file gave to that function; nil: it ends otherwise
---@return {mistakes: upnudge.Mistake[]}? faulty
function M.take(what, run)
    local spec
    local _, mistakes = collect(run, function(value)
        if made[value] ~= what then
            return { { message = ("the file must end in `return u.%s { ... }`"):format(what) } }
        end
        spec = value
        if what == "policy" then
            spec = value.spec
        end
        return require "upnudge.language.validation".check(what, spec, made)
    end)
    return spec, #mistakes > 0 and { mistakes = mistakes } or nil
end

--- Whether a file without mistakes has a key that is final, or a rule that says where it stands.
local function says_order(spec)
    local found = spec.final and spec.final[1] ~= nil or false
    for _, rule in ipairs(spec.rules or {}) do
        local said = rule.spec
        found = found or said.final or said.guard or said.before ~= nil or said.after ~= nil or said.override ~= nil
    end
    return found
end

--- Whether it keeps its strategy from those who extend it.
local function keeps_strategy(spec)
    for _, key in ipairs(spec.final or {}) do
        if key == "strategy" then
            return true
        end
    end
    return false
end

--- The words of what a policy extends, right or wrong; nil: it does not say.
local function bases_of(extends)
    local list = type(extends) == "string" and { extends } or extends ~= nil and {} or nil
    for _, word in ipairs(type(extends) == "table" and extends or {}) do
        list[#list + 1] = type(word) == "string" and word or nil
    end
    return list
end

--- Adds a policy's file to the chain.
---@param run fun(): any runs it
---@param file string
---@return {number: integer, extends: string[]?, strategy: string?, keeps_strategy: boolean?,
---mistakes: upnudge.Mistake[]?} loaded
function M.add(run, file)
    local spec, faulty = M.take("policy", run)
    spec = type(spec) == "table" and spec or {}
    local mistakes = faulty and faulty.mistakes
    if faulty and mends then
        spec, faulty = require "upnudge.language.mending".mended(spec, made), nil
    end
    local number = rules.append(spec, file, not faulty and says_order(spec))
    for _, rule in ipairs(not faulty and spec.rules or {}) do
        rule.file = file
    end
    return { number = number, extends = bases_of(spec.extends),
        strategy = type(spec.strategy) == "string" and spec.strategy or nil,
        keeps_strategy = not faulty and keeps_strategy(spec) or nil, mistakes = mistakes }
end

--- Remembers from here on with what the functions of `u` are called while files are loaded, for `doubts`.
---@param mend boolean? whether a file with mistakes is taken without them
function M.heed(mend)
    calls, mends = {}, mend or false
end

--- What of the policy cannot be meant, or hardly is; for `upnudge policy check`. See upnudge.language.meaning.
---@param formats table<string, boolean> that are read
---@return upnudge.Doubt[]
function M.doubts(formats)
    local examined = rules.examined()
    examined.calls, examined.formats = calls or {}, formats
    return require "upnudge.language.meaning".doubts(examined)
end

return M
