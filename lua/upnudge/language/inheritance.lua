--- Inheritance: what `extends` means. Runs in the policy VM, for policies that extend another.

local M = {}

--- A rule of the same name takes the base rule's place; others come before the base's.
local function merge_rules(base, own)
    local place, merged, added = {}, {}, {}
    for i, rule in ipairs(base) do
        place[rule.name], merged[i] = i, rule
    end
    for _, rule in ipairs(own) do
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

--- The policy that `own` makes of its base: its keys win, `check` key by key.
---@param base table what the base wrote
---@param own table
---@return table
function M.join(base, own)
    local merged = {}
    for name, value in pairs(base) do
        merged[name] = value
    end
    for name, value in pairs(own) do
        merged[name] = value
    end
    merged.rules = merge_rules(base.rules or {}, own.rules or {})
    merged.check = {}
    for _, from in ipairs { base.check or {}, own.check or {} } do
        for name, value in pairs(from) do
            merged.check[name] = value
        end
    end
    if own.rules and not own.decide then
        merged.decide = nil
    end
    return merged
end

return M
