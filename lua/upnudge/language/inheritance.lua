--- Inheritance: what `extends` means, and what `final` keeps from it. Runs in the policy VM, for policies that extend
--- another or whose rules say where they stand.
---
--- Rules are asked in this order: those that are final, those of a base first; guards, those of a base first; all
--- others, those of a base last. One that says `before` or `after` stands there. A final rule that notifies is not
--- meant where a guard of its own policy, or a quiet rule of it with a code, says that nobody reads it, though that
--- stands behind it.

local merging = require "upnudge.language.merging"
local table = require "table"

local M = {}

---@class upnudge.Final a key that is final
---@field key string
---@field file string which says so

---@class upnudge.Unused what a file says and is not used
---@field what "key"|"rule"|"more" the last: of a list that has more than is looked at
---@field count? integer "more": how many
---@field name string
---@field file string which says it
---@field line? integer of a rule
---@field key string the key that is final; "rule": it is a rule
---@field by string the file that has it
---@field by_line? integer of a rule

---@class upnudge.Layer a policy with its bases: the keys of u.policy, of which `rules` are the three lists
---@field fixed table<string, string> files by the keys that they make final
---@field said table<string, string> files by the keys that they set
---@field first upnudge.Rule[] those that are final
---@field guards upnudge.Rule[] those that stay before the rules of whoever extends it
---@field others upnudge.Rule[]

---@class upnudge.Notes what is told of a chain
---@field unused upnudge.Unused[]
---@field mistakes upnudge.Mistake[] with their files

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

local function note_more(unused, name, file, count)
    unused[#unused + 1] = { what = "more", name = name, file = file, key = name, by = file, count = count }
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

local function listed(...)
    local list = {}
    for _, rules in ipairs { ... } do
        table.move(rules, 1, #rules, #list + 1, list)
    end
    return list
end

--- Where each rule of some lists stands, by its name: {list, index}.
local function places(...)
    local found = {}
    for _, rules in ipairs { ... } do
        for i, rule in ipairs(rules) do
            found[rule.name] = { rules, i }
        end
    end
    return found
end

--- A list without what was taken out, and others behind it.
local function gathered(rules, count, behind)
    local list = {}
    for i = 1, count do
        list[#list + 1] = rules[i] or nil
    end
    return table.move(behind, 1, #behind, #list + 1, list)
end

--- Guards and others of a base with the rules of a policy that extends it: one of the same name takes the base rule's
--- place, unless it says that it has another; guards come behind the base's guards, others before the base's others.
local function merge_rules(layer, rules, notes)
    local guards, others = listed(layer.guards), listed(layer.others)
    local place, count_guards, count_others = places(guards, others), #guards, #others
    local more, added, moved = {}, {}, {}
    for _, rule in ipairs(rules) do
        local spec, at = rule.spec, place[rule.name]
        local anchored = spec.before or spec.after
        if spec.override ~= nil and spec.override ~= (at ~= nil) then
            require "upnudge.language.placement".note_override(notes, rule, at and at[1][at[2]], place)
        end
        if at and not anchored and (spec.guard == nil or spec.guard == (at[1] == guards)) then
            at[1][at[2]] = rule
        else
            local into = anchored and moved or spec.guard and more or added
            into[#into + 1] = rule
            if at then
                at[1][at[2]] = false
            end
        end
    end
    guards = gathered(guards, count_guards, more)
    others = gathered(added, #added, gathered(others, count_others, {}))
    if moved[1] then
        require "upnudge.language.placement".place(moved, layer.first, guards, others, notes)
    end
    return guards, others
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

--- Moves those that are final from here on from `rules` into `final`, and adds to `silent` those that say that nobody
--- reads.
local function take_final(rules, final, silent)
    local left = {}
    for _, rule in ipairs(rules) do
        local spec = rule.spec
        silent[#silent + 1] = spec.quiet ~= nil and (spec.code or spec.guard) and rule or nil
        local into = spec.final and final or left
        into[#into + 1] = rule
    end
    return left
end

--- The rules of a layer and those of a policy that extends it.
local function join_rules(layer, policy, notes)
    local guards, others = merge_rules(layer, permitted(policy.rules or {}, layer.first, notes.unused), notes)
    local final, silent = {}, {}
    layer.guards, layer.others = take_final(guards, final, silent), take_final(others, final, silent)
    for i, rule in ipairs(silent[1] and final or {}) do
        final[i] = rule.spec.notify and behind(rule, silent) or rule
    end
    layer.first = listed(layer.first, final)
    layer.rules = listed(layer.first, layer.guards, layer.others)
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
local MERGED <const> = { check = merging.check, reads = merging.reads, ignore = merging.ignore,
    catalogues = merging.catalogues }

--- Makes a layer of itself and a policy that extends it: the policy's keys win, but for those of which it says a part.
---@param layer upnudge.Layer changed in place
---@param policy table what the policy wrote
---@param file string which
---@param notes upnudge.Notes what is wrong or not used is added
function M.join(layer, policy, file, notes)
    local keys = permitted_keys(layer, policy, file, notes.unused)
    for name, value in pairs(keys) do
        local merged, more = MERGED[name], nil
        if merged then
            layer[name], more = merged(layer[name], value)
        elseif name ~= "rules" then
            layer[name] = value
        end
        if more and more > 0 then
            note_more(notes.unused, name, file, more)
        end
    end
    join_rules(layer, keys, notes)
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
---@param notes upnudge.Notes
---@return upnudge.Layer
local function layer_of(chain, files, first, last, notes)
    local layer = { rules = {}, check = {}, fixed = {}, said = {}, first = {}, guards = {}, others = {} }
    for i = last, first, -1 do
        M.join(layer, chain[i], files[i], notes)
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
    layer.reads = machine.first[1] and merging.reads(machine.reads, layer.reads) or layer.reads
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
---@return table policy with its `mistakes`, which those of the machine's policy are not
function M.of_chain(chain, files, own)
    local unused, mistakes = {}, {}
    local layer = layer_of(chain, files, 1, own, { unused = unused, mistakes = mistakes })
    if own < #chain then
        local machine = layer_of(chain, files, own + 1, #chain, { unused = {}, mistakes = {} })
        layer.is_bound = (next(machine.fixed) or machine.first[1]) ~= nil or nil
        if not machine.fixed.rules then
            bind_rules(layer, machine, unused)
        end
        bind_keys(layer, machine, unused)
    end
    layer.final_keys, layer.unused, layer.mistakes = sorted_keys(layer.fixed), unused, mistakes
    return layer
end

return M
