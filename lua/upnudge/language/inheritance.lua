--- Inheritance: what `extends` means. Runs in the policy VM, for policies that extend another.

local M = {}

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
    for _, rule in ipairs(merged) do
        added[#added + 1] = rule
    end
    return added
end

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
    return all
end

--- A policy and its base as one: the policy's keys win, `check` key by key, and `reads` of both.
---@param base table what the base wrote
---@param policy table what the policy wrote
---@return table
function M.join(base, policy)
    local merged = {}
    for name, value in pairs(base) do
        merged[name] = value
    end
    for name, value in pairs(policy) do
        merged[name] = value
    end
    merged.rules = merge_rules(base.rules or {}, policy.rules or {})
    merged.reads = (base.reads or policy.reads) and together(base.reads, policy.reads)
    merged.check = {}
    for _, from in ipairs { base.check or {}, policy.check or {} } do
        for name, value in pairs(from) do
            merged.check[name] = value
        end
    end
    if policy.rules and not policy.decide then
        merged.decide = nil
    end
    return merged
end

return M
