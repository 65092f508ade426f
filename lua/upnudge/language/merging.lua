--- Merging: the keys of which a policy that extends another says a part. Runs in the policy VM, for such policies; each
--- function takes what the base has and what the policy says, either of which may be nil, and changes neither.

local limits = require "upnudge.lib.limits"
local string = require "string"
local table = require "table"

local M = {}

local function copied(values)
    local copy = {}
    for name, value in pairs(values or {}) do
        copy[name] = value
    end
    return copy
end

--- The entries of one table over those of another.
local function over(base, policy)
    local all = copied(base)
    for name, value in pairs(policy or {}) do
        all[name] = value
    end
    return all
end

--- What either reads, for the base's rules look at what the base lists.
---@param base string[]?
---@param policy string[]?
---@return string[]?
function M.reads(base, policy)
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

local function is_exception(text)
    return string.byte(text) == 33
end

--- As many of a list as are looked at, the last ones, and how many the others are: those of the base go first.
local function bounded(list)
    local looks, before = 0, #list
    while before > 0 and #list - before < limits.IGNORED do
        local text = list[before]
        looks = looks + ((is_exception(text) or string.find(text, "*", 1, true)) and 1 or 0)
        if looks > limits.STARS then
            break
        end
        before = before - 1
    end
    return before > 0 and table.move(list, before + 1, #list, 1, {}) or list, before
end

--- A list without what it is told to take out.
local function without(list, taken)
    local left = {}
    for _, text in ipairs(list) do
        left[#left + 1] = not taken[text] and text or nil
    end
    return left
end

--- What the base ignores and then what the policy does. "!NAME" takes out what the base ignores by that name, and stays
--- where more of the base's might mean it; "!*" takes out all.
---@param base string[]?
---@param policy string[]?
---@return string[]?
---@return integer? more how many of the base's are left out, for there are too many
function M.ignore(base, policy)
    if not base or not policy then
        return policy or base
    end
    local taken, first = {}, 1
    for i, text in ipairs(policy) do
        if text == "!*" then
            base, first = {}, i + 1
        elseif is_exception(text) then
            taken[string.sub(text, 2)] = true
        end
    end
    local all = without(base, taken)
    -- An exception at the beginning is one to nothing.
    while not all[1] and policy[first] and is_exception(policy[first]) do
        first = first + 1
    end
    all = table.move(policy, first, #policy, #all + 1, all)
    if #all > limits.STARS then
        return bounded(all)
    end
    return all
end

--- The words of either, language by language and word by word, those of the policy first.
---@param base table?
---@param policy table?
---@return table?
function M.catalogues(base, policy)
    if not base or not policy then
        return policy or base
    end
    local all = {}
    for _, catalogues in ipairs { base, policy } do
        for language, words in pairs(catalogues) do
            language = string.gsub(language, "-", "_")
            local before = all[language]
            all[language] = over(before, words)
            all[language].own = before and before.own and words.own and over(before.own, words.own) or all[language].own
        end
    end
    return all
end

--- `check` key by key, and its commands format by format.
---@param base table?
---@param policy table?
---@return table
function M.check(base, policy)
    local all = over(base, policy)
    if base and base.commands and policy and policy.commands then
        all.commands = over(base.commands, policy.commands)
    end
    return all
end

return M
