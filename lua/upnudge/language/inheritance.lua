--- Inheritance: what `extends` means, and what `final` keeps from it. Runs in the policy VM, for policies that extend
--- another or have something that is final.
---
--- Rules that are final are asked before all others, those of a base first. One that notifies is not meant where a
--- quiet rule of its own policy with a code says that nobody reads it, though that rule stands behind it.

local table = require "table"

local M = {}

---@class upnudge.Final a key that is final
---@field key string
---@field file string which says so

---@class upnudge.Unused what a file says and is not used
---@field what "key"|"rule"
---@field name string
---@field file string which says it
---@field line? integer of a rule
---@field key string the key that is final; "rule": it is a rule
---@field by string the file that has it
---@field by_line? integer of a rule

---@class upnudge.Layer a policy with its bases: the keys of u.policy, of which `rules` has those first that are final
---@field fixed table<string, string> files by the keys that they make final
---@field said table<string, string> files by the keys that they set
---@field first upnudge.Rule[] those that are final

local function copied(values)
    local copy = {}
    for name, value in pairs(values) do
        copy[name] = value
    end
    return copy
end

local function note_key(unused, name, file, key, by)
    unused[#unused + 1] = { what = "key", name = name, file = file, key = key, by = by }
end

local function note_rule(unused, rule, final)
    unused[#unused + 1] = { what = "rule", name = rule.name, file = rule.file, line = rule.line, key = "rule",
        by = final.file, by_line = final.line }
end

-- ---- rules ---------------------------------------------------------------------------------------

local function by_name(rules)
    local named = {}
    for _, rule in ipairs(rules) do
        named[rule.name] = rule
    end
    return named
end

--- Those of `rules` that have no name of a final one.
local function permitted(rules, first, unused)
    local final, list = by_name(first), {}
    for _, rule in ipairs(rules) do
        if final[rule.name] then
            note_rule(unused, rule, final[rule.name])
        else
            list[#list + 1] = rule
        end
    end
    return list
end

--- A rule of the same name takes the base rule's place; others come before the base's.
local function merge_rules(base, rules)
    local place, merged, added = {}, {}, {}
    for i, rule in ipairs(base) do
        place[rule.name], merged[i] = i, rule
    end
    for _, rule in ipairs(rules) do
        if place[rule.name] then
            merged[place[rule.name]] = rule
        else
            added[#added + 1] = rule
        end
    end
    return table.move(merged, 1, #merged, #added + 1, added)
end

--- A rule that is not meant where one of those is.
local function behind(rule, guards)
    local spec = copied(rule.spec)
    local when = spec.when
    function spec.when(c)
        for _, guard in ipairs(guards) do
            if not guard.spec.when or guard.spec.when(c) then
                return false
            end
        end
        return not when or when(c)
    end
    return { name = rule.name, file = rule.file, line = rule.line, spec = spec }
end

--- The rules of a policy that are final from here on, as they are asked, and the others.
local function apart(rules)
    local final, guards, others = {}, {}, {}
    for _, rule in ipairs(rules) do
        local spec = rule.spec
        guards[#guards + 1] = spec.quiet ~= nil and spec.code and rule or nil
        local into = spec.final and final or others
        into[#into + 1] = rule
    end
    for i, rule in ipairs(guards[1] and final or {}) do
        final[i] = rule.spec.notify and behind(rule, guards) or rule
    end
    return final, others
end

local function listed(...)
    local list = {}
    for _, rules in ipairs { ... } do
        table.move(rules, 1, #rules, #list + 1, list)
    end
    return list
end

--- The rules of a layer and those of a policy that extends it.
local function join_rules(layer, policy, unused)
    local others = table.move(layer.rules, #layer.first + 1, #layer.rules, 1, {})
    local final
    final, others = apart(merge_rules(others, permitted(policy.rules or {}, layer.first, unused)))
    layer.first = listed(layer.first, final)
    layer.rules = listed(layer.first, others)
end

-- ---- keys ----------------------------------------------------------------------------------------

--- The keys of a policy that a layer leaves to it; the others are noted.
local function permitted_keys(layer, policy, file, unused)
    local keys = {}
    for name, value in pairs(policy) do
        local by = layer.fixed[name] or name == "decide" and layer.fixed.rules
        if by then
            note_key(unused, name, file, layer.fixed[name] and name or "rules", by)
        else
            keys[name], layer.said[name] = value, file
        end
    end
    if layer.decide and layer.fixed.decide and keys.rules then
        note_key(unused, "rules", file, "decide", layer.fixed.decide)
        keys.rules = nil
    end
    return keys
end

-- Joined in another way than by being replaced.
local OWN <const> = { rules = true, check = true, reads = true }

--- What either reads, for the base's rules look at what the base lists.
local function together(base, policy)
    local all, seen = {}, {}
    for _, list in ipairs { base or {}, policy or {} } do
        for _, name in ipairs(list) do
            if not seen[name] then
                all[#all + 1], seen[name] = name, true
            end
        end
    end
    return all[1] and all
end

--- Makes a layer of itself and a policy that extends it: the policy's keys win, `check` key by key, and `reads`
--- are those of both.
---@param layer upnudge.Layer changed in place
---@param policy table what the policy wrote
---@param file string which
---@param unused upnudge.Unused[] what is not used is added
function M.join(layer, policy, file, unused)
    local keys = permitted_keys(layer, policy, file, unused)
    for name, value in pairs(keys) do
        if not OWN[name] then
            layer[name] = value
        end
    end
    join_rules(layer, keys, unused)
    layer.reads = together(layer.reads, keys.reads) or nil
    for name, value in pairs(keys.check or {}) do
        layer.check[name] = value
    end
    if keys.rules and not keys.decide then
        layer.decide = nil
    end
    for _, name in ipairs(policy.final or {}) do
        layer.fixed[name] = layer.fixed[name] or file
    end
end

--- The layer of a chain of policies, the last of which extends none.
---@param chain table[] what they wrote
---@param files string[] their files
---@param first integer
---@param last integer
---@param unused upnudge.Unused[]
---@return upnudge.Layer
local function layer_of(chain, files, first, last, unused)
    local layer = { rules = {}, check = {}, fixed = {}, said = {}, first = {} }
    for i = last, first, -1 do
        M.join(layer, chain[i], files[i], unused)
    end
    return layer
end

--- Holds a policy to the keys that are final in that of the machine, which it does not extend.
local function bind_keys(layer, machine, unused)
    local fixed = copied(machine.fixed)
    fixed.decide = fixed.decide or fixed.rules
    for name, by in pairs(fixed) do
        if layer.said[name] then
            note_key(unused, name, layer.said[name], machine.fixed[name] and name or "rules", by)
        end
        layer[name], layer.fixed[name] = machine[name], machine.fixed[name]
    end
    if fixed.rules then
        layer.first = machine.first
    elseif layer.decide and fixed.decide and layer.said.rules then
        note_key(unused, "rules", layer.said.rules, "decide", fixed.decide)
    end
end

--- The same of its rules, which look at what their policy reads.
local function bind_rules(layer, machine, unused)
    local others = table.move(layer.rules, #layer.first + 1, #layer.rules, 1, {})
    layer.first = listed(machine.first, permitted(layer.first, machine.first, unused))
    layer.rules = listed(layer.first, permitted(others, machine.first, unused))
    layer.reads = machine.first[1] and together(machine.reads, layer.reads) or layer.reads
end

local function sorted_keys(fixed)
    local list = {}
    for key, file in pairs(fixed) do
        list[#list + 1] = { key = key, file = file }
    end
    return list
end

--- One policy of a chain.
---@param chain table[] what the files wrote, the policy first
---@param files string[] their names
---@param own integer how many of them are the policy's; the others are those of the machine's policy
---@param alone boolean? whether these are left out
---@return table policy
function M.of_chain(chain, files, own, alone)
    local unused = {}
    local layer = layer_of(chain, files, 1, own, unused)
    if own < #chain and not alone then
        local machine = layer_of(chain, files, own + 1, #chain, {})
        layer.is_bound = (next(machine.fixed) or machine.first[1]) ~= nil or nil
        if not machine.fixed.rules then
            bind_rules(layer, machine, unused)
        end
        bind_keys(layer, machine, unused)
    end
    layer.final_keys, layer.unused = sorted_keys(layer.fixed), unused
    return layer
end

return M
