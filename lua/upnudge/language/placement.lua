--- Placement: rules that say `before`, `after` or `override`, and what is wrong with that. Runs in the policy VM, for
--- policies with such rules.

local table = require "table"

local M = {}

--- A mistake of a rule at one of its keys.
local function note(notes, rule, key, message, ...)
    local mistakes = notes.mistakes
    mistakes[#mistakes + 1] = { file = rule.file, line = rule.line, key = key, depth = 1, lead = "u.rule",
        message = ("rule '%s': "):format(rule.name) .. message:format(...) }
end

local function suggestion(word, names)
    local suggest = require "upnudge.lib.suggest"
    return suggest.suggest(word, suggest.keys(names))
end

--- Notes that a rule says `override` of a base's rule that there is not, or denies one that there is.
---@param notes upnudge.Notes
---@param rule upnudge.Rule
---@param taken upnudge.Rule? the base's
---@param names table<string, any> of the base's rules
function M.note_override(notes, rule, taken, names)
    if taken then
        note(notes, rule, "override", "it takes the place of the rule in %s:%d, and says override = false", taken.file,
            taken.line)
    else
        note(notes, rule, "override", "no base has a rule of that name%s",
            next(names) and suggestion(rule.name, names) or "")
    end
end

--- The list that has a rule of that name, and where.
local function find(name, lists)
    for _, list in ipairs(lists) do
        for i, rule in ipairs(list) do
            if rule.name == name then
                return list, i
            end
        end
    end
end

--- What is wrong with those that found no place: nobody has that name, or they go in a circle.
local function note_lost(rules, first, lists, notes)
    local names, waiting = {}, {}
    for _, list in ipairs { first, rules, table.unpack(lists) } do
        for _, rule in ipairs(list) do
            names[rule.name] = true
        end
    end
    for _, rule in ipairs(rules) do
        waiting[#waiting + 1] = names[rule.spec.before or rule.spec.after] and rule.name or nil
    end
    for _, rule in ipairs(rules) do
        local key = rule.spec.before and "before" or "after"
        local name = rule.spec[key]
        if names[name] then
            note(notes, rule, key, "%s '%s' is a circle: %s wait for each other", key, name,
                table.concat(waiting, ", "))
        else
            note(notes, rule, key, "%s '%s', which is no rule%s", key, name, suggestion(name, names))
        end
    end
end

--- The list into which a rule goes and its place there; nil: what it names has no place yet.
local function place_of(rule, first, lists, last)
    local name = rule.spec.before or rule.spec.after
    local is_final = find(name, { first }) ~= nil
    local behind = rule.spec.after or is_final
    local list, at = find(behind and last[name] or name, lists)
    if list then
        at = behind and at + 1 or at
    elseif is_final then
        list, at = lists[1], 1
    end
    last[name] = list and behind and rule.name or last[name]
    return list, at
end

--- Puts rules where they say; several that name the same stand in their order. Nothing comes before what is final, and
--- what says so comes behind it.
---@param rules upnudge.Rule[]
---@param first upnudge.Rule[] what is final
---@param guards upnudge.Rule[] changed in place
---@param others upnudge.Rule[] changed in place
---@param notes upnudge.Notes
function M.place(rules, first, guards, others, notes)
    local lists = { guards, others }
    -- By the name of a rule, that of the one that stands behind it last.
    local last = {}
    local stuck
    repeat
        local left = {}
        for _, rule in ipairs(rules) do
            local list, at = place_of(rule, first, lists, last)
            if list then
                table.insert(list, at, rule)
            else
                left[#left + 1] = rule
            end
        end
        rules, stuck = left, #left == #rules
    until stuck or not rules[1]
    if rules[1] then
        note_lost(rules, first, lists, notes)
    end
end

return M
