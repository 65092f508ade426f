--- Validation of policies: every mistake of a file at once, with what would be right. Runs in the
--- policy VM, for policies that are not our own.

local duration = require "upnudge.duration"
local math = require "math"
local schema = require "upnudge.schema"
local string = require "string"
local table = require "table"

local M = {}

--- Where a key stands in the source: its first "key =". A policy is one table, made and returned in
--- one breath, so the running code cannot tell the line of a key.
local function line_of(source, key)
    local plain = string.gsub(key, "%W", "%%%0")
    local at = string.find(source, "%f[%w_]" .. plain .. "%s*=") or string.find(source, "%f[%w_]u%.%l+%s*[{(]") or 1
    local _, newlines = string.gsub(string.sub(source, 1, at - 1), "\n", "")
    return newlines + 1
end

--- Collects mistakes; each is "file:line: message". The place is a line, or a key of the source.
local function reporter(file, source)
    local list = {}
    return list, function(place, message, ...)
        local line = math.type(place) and place or line_of(source, place)
        list[#list + 1] = string.format("%s:%d: " .. message, file, line, ...)
    end
end

local function check_keys(spec, keys, what, line, report)
    for name, value in pairs(spec) do
        local known = keys[name]
        if not known then
            local mistake = require "upnudge.mistake"
            report(line or tostring(name), "%s has no key '%s'%s", what, tostring(name),
                mistake.suggest(tostring(name), mistake.keys(keys)))
        elseif not known.types[type(value)] then
            report(line or name, "%s: '%s' is a %s; expected %s", what, name, type(value), known.expects)
        end
    end
end

local function check_rule(rule, made, index, report)
    if made[rule] ~= "rule" then
        return report("rules", "rules[%d] is no rule; write u.rule \"name\" { ... }", index)
    end
    local what = ("rule '%s'"):format(rule.name)
    if type(rule.spec) ~= "table" then
        return report(rule.line, "%s needs a table", what)
    end
    check_keys(rule.spec, schema.rule, what, rule.line, report)
    local notify = rule.spec.notify
    if (rule.spec.quiet == nil) == (notify == nil) then
        report(rule.line, "%s needs either quiet or notify", what)
    elseif type(notify) == "table" and type(notify.due) ~= "function" then
        report(rule.line, "%s: notify is no cadence; use u.every, u.once, u.always or u.never", what)
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
            report(rule.line, "rule '%s' stands twice", rule.name)
        end
        seen[made[rule] and rule.name or 0] = true
    end
    for name in pairs(spec.rules) do
        if math.type(name) ~= "integer" then
            report("rules", "rules is a list; '%s' is a name in it", tostring(name))
        end
    end
end

local function check_ignore(spec, report)
    for index, name in ipairs(type(spec.ignore) == "table" and spec.ignore or {}) do
        if type(name) ~= "string" or name == "" then
            report("ignore", "ignore[%d] is no package name", index)
        end
    end
end

local function check_catalogues(spec, report)
    local words = require "upnudge.catalogue.en"
    for language, catalogue in pairs(type(spec.catalogues) == "table" and spec.catalogues or {}) do
        if type(language) ~= "string" or type(catalogue) ~= "table" or getmetatable(catalogue) then
            report("catalogues", "catalogues.%s is no table of words", tostring(language))
            catalogue = {}
        end
        for word in pairs(catalogue) do
            if not words[word] then
                local mistake = require "upnudge.mistake"
                report(tostring(word), "catalogues.%s has no word '%s'%s", language, tostring(word),
                    mistake.suggest(tostring(word), mistake.keys(words)))
            end
        end
    end
end

local function check_values(spec, report)
    if spec.api == nil then
        report("api", "policy has no 'api'; write api = 1")
    elseif spec.api ~= 1 then
        report("api", "policy: api %s is not known here; this upnudge has api 1", tostring(spec.api))
    end
    if spec.name == nil then
        report("name", "policy has no 'name'")
    end
    if type(spec.extends) == "string" and not spec.extends:find("^%w[%w_-]*$") then
        report("extends", "extends '%s' is no name; a base is a file beside the policy or ready-made, without a path",
            spec.extends)
    end
    if type(spec.strategy) == "string" and not spec.strategy:find("^%l[%l%d-]*$") then
        report("strategy", "strategy '%s' is no name", spec.strategy)
    end
    for name, value in pairs(type(spec.check) == "table" and spec.check or {}) do
        local seconds, message = duration.parse(value)
        if schema.check[name] and not seconds then
            report(name, "check.%s: %s", name, message)
        end
    end
end

local function raise(mistakes)
    if #mistakes > 0 then
        table.sort(mistakes)
        error(table.concat(mistakes, "\n"), 0)
    end
end

local function check_choice(spec, key, choices, report)
    local value = spec[key]
    if type(value) == "string" and not choices[value] then
        local mistake = require "upnudge.mistake"
        report(key, "%s '%s' is not known%s", key, value, mistake.suggest(value, mistake.keys(choices)))
    end
end

local function check_files(spec, report)
    for index, pattern in ipairs(type(spec.files) == "table" and spec.files or {}) do
        if type(pattern) ~= "string" or pattern == "" then
            report("files", "files[%d] is no name pattern", index)
        end
    end
end

--- Raises every mistake of a format at once.
---@param spec table what the file gave u.format
---@param file string
---@param source string the file's text
function M.check_format(spec, file, source)
    local mistakes, report = reporter(file, source)
    check_keys(spec, schema.format, "format", nil, report)
    for _, key in ipairs { "api", "name", "files", "syntax", "packages" } do
        if spec[key] == nil then
            report(key, "format has no '%s'; expected %s", key, schema.format[key].expects)
        end
    end
    if spec.api ~= nil and spec.api ~= 1 then
        report("api", "format: api %s is not known here; this upnudge has api 1", tostring(spec.api))
    end
    if type(spec.name) == "string" and not spec.name:find("^%l[%l%d-]*$") then
        report("name", "name '%s': small letters, digits and '-' only", spec.name)
    end
    check_choice(spec, "syntax", schema.syntaxes, report)
    check_choice(spec, "identity", { first = true, set = true }, report)
    check_files(spec, report)
    raise(mistakes)
end

--- Raises every mistake of one file at once.
---@param spec any what the policy gave u.policy
---@param made table<table, string> what u.policy and u.rule made
---@param file string
---@param source string the file's text
function M.check(spec, made, file, source)
    local mistakes, report = reporter(file, source)
    if type(spec) == "table" then
        check_keys(spec, schema.policy, "policy", nil, report)
        check_keys(type(spec.check) == "table" and spec.check or {}, schema.check, "check", nil, report)
        check_values(spec, report)
        check_ignore(spec, report)
        check_catalogues(spec, report)
        check_rules(spec, made, report)
    else
        report(1, "u.policy needs a table")
    end
    raise(mistakes)
end

return M
