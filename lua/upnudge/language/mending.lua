--- Mending: what is left of a policy without its mistakes, so that its functions can be asked though a key is
--- misspelt or of a wrong type. Runs in the policy VM, for `upnudge policy check`.
---
--- What is right tells validation, of each key by itself. A key that is near one that there is, and not there, stands
--- for it.

local suggest = require "upnudge.lib.suggest"

local M = {}

-- What every policy needs, for those that lack it, and a rule that is right.
local API <const>, NAME <const> = 1, "?"

--- A table without the entries that are wrong, where `is_right` tells of a key and a value.
local function kept(spec, keys, is_right)
    local left, missing = {}, {}
    for _, name in ipairs(suggest.keys(keys)) do
        local value = spec[name]
        if value ~= nil and is_right(name, value) then
            left[name] = value
        elseif value == nil then
            missing[#missing + 1] = name
        end
    end
    local names = {}
    for name in pairs(spec) do
        names[name] = type(name) == "string" or nil
    end
    for _, name in ipairs(suggest.keys(names)) do
        local meant = not keys[name] and suggest.nearest(name, missing)
        if meant and left[meant] == nil and is_right(meant, spec[name]) then
            left[meant] = spec[name]
        end
    end
    return left
end

--- A rule without its mistakes; nil: nothing is left that answers.
local function mended_rule(rule, keys, made, is_policy)
    local name, spec = rule.name, rule.spec
    local function again(of)
        local copy = { name = name, file = rule.file, line = rule.line, spec = of }
        made[copy] = "rule"
        return copy
    end
    if type(spec) ~= "table" then
        return nil
    end
    local left = kept(spec, keys, function(key, value)
        local one = { [key] = value }
        if key == "guard" or key == "code" then
            one.quiet = NAME
        elseif key ~= "quiet" and key ~= "notify" then
            one.notify = function() end
        end
        return is_policy("rules", { again(one) })
    end)
    if left.notify ~= nil then
        left.quiet, left.code, left.guard = nil, nil, nil
    end
    left.after = left.before == nil and left.after or nil
    return (left.notify ~= nil or left.quiet ~= nil) and again(left) or nil
end

--- The rules of a list that can be asked, each name once.
local function mended_rules(list, keys, made, is_policy)
    local rules, seen = {}, {}
    for _, rule in ipairs(made[list] == "rule" and { list } or list) do
        local whole = made[rule] == "rule" and (is_policy("rules", { rule }) and rule
            or mended_rule(rule, keys, made, is_policy))
        if whole and not seen[whole.name] then
            seen[whole.name], rules[#rules + 1] = true, whole
        end
    end
    return rules
end

--- A policy without its mistakes.
---@param spec table what a file gave to u.policy
---@param made table<table, string> what the functions of `u` made
---@return table
function M.mended(spec, made)
    local validation, schema = require "upnudge.language.validation", require "upnudge.language.schema.policy"
    local function is_right(key, value)
        local one = { api = API, name = NAME }
        one[key] = value
        return #validation.check("policy", one, made) == 0
    end
    local left = kept(spec, schema.policy, function(key, value)
        return key == "rules" and type(value) == "table" or is_right(key, value)
    end)
    left.api, left.name = API, left.name or NAME
    -- Rules that stand in the table itself are none of it, and yet theirs.
    left.rules = mended_rules(left.rules or spec, schema.rule, made, is_right)
    return left
end

return M
