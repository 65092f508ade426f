--- Validation of what a team writes (policies, formats, scenarios): every mistake of a file at once,
--- with what would be right. Runs in the policy VM, for files that are not our own.
---
--- A policy is one table, made and returned in one breath, so the running code cannot tell the line of a
--- key: a mistake names the key and how deep in braces it stands, and upnudge.policy.diagnostic finds it.

local duration = require "upnudge.lib.duration"
local math = require "math"
local schema = require "upnudge.language.schema"

local M = {}

---@class upnudge.Mistake
---@field message string
---@field key? string the key, or another word, that is at fault
---@field depth? integer how many braces stand around the key
---@field line? integer where to look for it, or from where on
---@field lead? string what stands before the braces: "u.policy" unless given

--- Collects mistakes. A place is {key=, depth=, line=}.
local function reporter(list)
    return function(place, message, ...)
        local mistake = { message = message:format(...) }
        for name, value in pairs(place) do
            mistake[name] = value
        end
        list[#list + 1] = mistake
    end
end

local function suggestion(word, choices)
    local suggest = require "upnudge.lib.suggest"
    return suggest.suggest(tostring(word), suggest.keys(choices))
end

local function at(place, key)
    return { key = tostring(key), depth = place.depth, line = place.line, lead = place.lead }
end

local function check_keys(spec, keys, what, place, report)
    for name, value in pairs(spec) do
        local known = keys[name]
        if not known then
            report(at(place, name), "%s has no key '%s'%s", what, tostring(name), suggestion(name, keys))
        elseif not known.types[type(value)] then
            report(at(place, name), "%s: '%s' is a %s; expected %s", what, name, type(value), known.expects)
        end
    end
end

local function check_durations(spec, keys, what, place, report)
    for _, name in ipairs(keys) do
        local seconds, message = duration.parse(spec[name] or 0)
        if not seconds and (type(spec[name]) == "string" or type(spec[name]) == "number") then
            report(at(place, name), "%s%s: %s", what, name, message)
        end
    end
end

local POLICY <const>, INNER <const> = { depth = 1 }, { depth = 2 }

local function check_rule(rule, made, index, report)
    if made[rule] ~= "rule" then
        return report(at(POLICY, "rules"), "rules[%d] is no rule; write u.rule \"name\" { ... }", index)
    end
    local what, place = ("rule '%s'"):format(rule.name), { line = rule.line, depth = 1, lead = "u.rule" }
    if type(rule.spec) ~= "table" then
        return report({ line = rule.line, key = "rule" }, "%s needs a table", what)
    end
    check_keys(rule.spec, schema.rule, what, place, report)
    local notify = rule.spec.notify
    if (rule.spec.quiet == nil) == (notify == nil) then
        report({ line = rule.line, key = "rule" }, "%s needs either quiet or notify", what)
    elseif type(notify) == "table" and type(notify.due) ~= "function" then
        report(at(place, "notify"),
            "%s: notify is no cadence; use u.every, u.once, u.on, u.backoff, u.always or u.never", what)
    end
end

local function check_rules(spec, made, report)
    if type(spec.rules) ~= "table" then
        return
    end
    local seen = {}
    for index, rule in ipairs(spec.rules) do
        check_rule(rule, made, index, report)
        if made[rule] and seen[rule.name] then
            report({ line = rule.line, key = "rule" }, "rule '%s' stands twice", rule.name)
        end
        seen[made[rule] and rule.name or 0] = true
    end
    for name in pairs(spec.rules) do
        if math.type(name) ~= "integer" then
            report(at(INNER, name), "rules is a list; '%s' is a name in it", tostring(name))
        end
    end
end

local function check_texts(spec, key, what, report)
    for index, name in ipairs(type(spec[key]) == "table" and spec[key] or {}) do
        if type(name) ~= "string" or name == "" then
            report(at(POLICY, key), "%s[%d] is no %s", key, index, what)
        end
    end
end

local function check_catalogues(spec, report)
    local words = require "upnudge.language.words.en"
    for language, catalogue in pairs(type(spec.catalogues) == "table" and spec.catalogues or {}) do
        if type(language) ~= "string" or type(catalogue) ~= "table" or getmetatable(catalogue) then
            report(at(POLICY, "catalogues"), "catalogues.%s is no table of words", tostring(language))
            catalogue = {}
        end
        for word in pairs(catalogue) do
            if not words[word] then
                report({ key = tostring(word), depth = 3 }, "catalogues.%s has no word '%s'%s", language,
                    tostring(word), suggestion(word, words))
            end
        end
    end
end

local function check_api(spec, what, report)
    for _, key in ipairs { "api", "name" } do
        if spec[key] == nil then
            report({}, "%s has no '%s'%s", what, key, key == "api" and "; write api = 1" or "")
        end
    end
    if spec.api ~= nil and spec.api ~= 1 then
        report(at(POLICY, "api"), "%s: api %s is not known here; this upnudge has api 1", what, tostring(spec.api))
    end
end

local function check_names(spec, report)
    if type(spec.extends) == "string" and not spec.extends:find("^%w[%w_-]*$") then
        report(at(POLICY, "extends"),
            "extends '%s' is no name; a base is a file beside the policy or ready-made, without a path", spec.extends)
    end
    if type(spec.strategy) == "string" and not spec.strategy:find("^%l[%l%d-]*$") then
        report(at(POLICY, "strategy"), "strategy '%s' is no name", spec.strategy)
    end
end

local function check_choice(spec, key, choices, report)
    local value = spec[key]
    if type(value) == "string" and not choices[value] then
        report(at(POLICY, key), "%s '%s' is not known%s", key, value, suggestion(value, choices))
    end
end

local function check_database(spec, report)
    check_choice(spec, "per", { user = true, team = true, machine = true }, report)
    check_choice(spec, "on_unreachable", { quiet = true, notify = true }, report)
    local milliseconds, message = duration.deadline(spec.deadline or 1)
    if not milliseconds and schema.policy.deadline.types[type(spec.deadline)] then
        report(at(POLICY, "deadline"), "deadline: %s", message)
    end
    if type(spec.database) == "string" then
        local _, wrong = require "upnudge.lib.url".parse(spec.database)
        if wrong then
            report(at(POLICY, "database"), "database: %s", wrong)
        end
    end
end

--- The mistakes of a format.
---@param spec table what the file gave u.format
---@return upnudge.Mistake[]
function M.check_format(spec)
    local mistakes = {}
    local report = reporter(mistakes)
    check_keys(spec, schema.format, "format", POLICY, report)
    for _, key in ipairs { "files", "syntax", "packages" } do
        if spec[key] == nil then
            report({}, "format has no '%s'; expected %s", key, schema.format[key].expects)
        end
    end
    check_api(spec, "format", report)
    if type(spec.name) == "string" and not spec.name:find("^%l[%l%d-]*$") then
        report(at(POLICY, "name"), "name '%s': small letters, digits and '-' only", spec.name)
    end
    check_choice(spec, "syntax", schema.syntaxes, report)
    check_choice(spec, "identity", { first = true, set = true }, report)
    check_texts(spec, "files", "name pattern", report)
    return mistakes
end

local function check_entries(spec, list, keys, report)
    for index, entry in ipairs(type(spec[list]) == "table" and spec[list] or {}) do
        local what = ("%s[%d]"):format(list, index)
        if type(entry) ~= "table" or getmetatable(entry) then
            report(at(POLICY, list), "%s is no table", what)
        else
            check_keys(entry, keys, what, { depth = 3 }, report)
        end
    end
end

--- The mistakes of a scenario's shape; its times and days are checked where they are understood.
---@param spec table what the file gave u.scenario
---@return upnudge.Mistake[]
function M.check_scenario(spec)
    local mistakes = {}
    local report = reporter(mistakes)
    check_keys(spec, schema.scenario, "scenario", POLICY, report)
    check_api(spec, "scenario", report)
    check_durations(spec, { "check_takes" }, "", POLICY, report)
    for name, version in pairs(type(spec.installed) == "table" and spec.installed or {}) do
        if type(name) ~= "string" or type(version) ~= "string" then
            report({ key = tostring(name), depth = 2 }, "installed: '%s' has no version as a text", tostring(name))
        end
    end
    check_entries(spec, "releases", schema.release, report)
    check_entries(spec, "people", schema.person, report)
    return mistakes
end

--- The mistakes of one policy file.
---@param spec any what the policy gave u.policy
---@param made table<table, string> what u.policy and u.rule made
---@return upnudge.Mistake[]
function M.check(spec, made)
    local mistakes = {}
    local report = reporter(mistakes)
    if type(spec) ~= "table" then
        report({}, "u.policy needs a table")
        return mistakes
    end
    local check = type(spec.check) == "table" and spec.check or {}
    check_keys(spec, schema.policy, "policy", POLICY, report)
    check_keys(check, schema.check, "check", INNER, report)
    check_durations(check, { "every", "timeout" }, "check.", INNER, report)
    check_api(spec, "policy", report)
    check_names(spec, report)
    check_database(spec, report)
    check_texts(spec, "ignore", "package name", report)
    check_catalogues(spec, report)
    check_rules(spec, made, report)
    return mistakes
end

return M
