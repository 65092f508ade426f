--- Validation of policies: every mistake of a file at once, with what would be right. Runs in the
--- policy VM, for policies that are not our own.

local duration = require "upnudge.duration"
local math = require "math"
local schema = require "upnudge.schema"
local table = require "table"

local M = {}

--- Collects mistakes; each is "file:line: message".
local function reporter(file)
    local list = {}
    return list, function(line, message, ...)
        list[#list + 1] = ("%s:%d: %s"):format(file, line, message:format(...))
    end
end

local function check_keys(spec, keys, what, line, report)
    for name, value in pairs(spec) do
        local known = keys[name]
        if not known then
            local mistake = require "upnudge.mistake"
            report(line, "%s has no key '%s'%s", what, tostring(name),
                mistake.suggest(tostring(name), mistake.keys(keys)))
        elseif not known.types[type(value)] then
            report(line, "%s: '%s' is a %s; expected %s", what, name, type(value), known.expects)
        end
    end
end

local function check_rule(rule, made, index, line, report)
    if made[rule] ~= "rule" then
        return report(line, "rules[%d] is no rule; write u.rule \"name\" { ... }", index)
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

local function check_rules(spec, made, line, report)
    if type(spec.rules) ~= "table" then
        return
    end
    local seen = {}
    for index, rule in ipairs(spec.rules) do
        check_rule(rule, made, index, line, report)
        if made[rule] and seen[rule.name] then
            report(rule.line, "rule '%s' stands twice", rule.name)
        end
        seen[made[rule] and rule.name or 0] = true
    end
    for name in pairs(spec.rules) do
        if math.type(name) ~= "integer" then
            report(line, "rules is a list; '%s' is a name in it", tostring(name))
        end
    end
end

local function check_values(spec, line, report)
    if spec.api == nil then
        report(line, "policy has no 'api'; write api = 1")
    elseif spec.api ~= 1 then
        report(line, "policy: api %s is not known here; this upnudge has api 1", tostring(spec.api))
    end
    if spec.name == nil then
        report(line, "policy has no 'name'")
    end
    if type(spec.extends) == "string" and not spec.extends:find("^%w[%w_-]*$") then
        report(line, "extends '%s' is no name; bases are files beside the policy or ready-made ones, without a path",
            spec.extends)
    end
    if type(spec.strategy) == "string" and not spec.strategy:find("^%l[%l%d-]*$") then
        report(line, "strategy '%s' is no name", spec.strategy)
    end
    for name, value in pairs(type(spec.check) == "table" and spec.check or {}) do
        local seconds, message = duration.parse(value)
        if schema.check[name] and not seconds then
            report(line, "check.%s: %s", name, message)
        end
    end
end

--- Raises every mistake of one file at once.
---@param policy table what u.policy made
---@param made table<table, string> what u.policy and u.rule made
function M.check(policy, made)
    local spec, line = policy.spec, policy.line
    local mistakes, report = reporter(policy.file)
    if type(spec) == "table" then
        check_keys(spec, schema.policy, "policy", line, report)
        check_keys(type(spec.check) == "table" and spec.check or {}, schema.check, "check", line, report)
        check_values(spec, line, report)
        check_rules(spec, made, line, report)
    else
        report(line, "u.policy needs a table")
    end
    if #mistakes > 0 then
        error(table.concat(mistakes, "\n"), 0)
    end
end

return M
