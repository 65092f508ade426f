--- The difference between what two policies do to people, notice by notice.
---
--- A notice of the one at a time and in an environment is the same as one of the other there and then. Of those that
--- are left, what tells the same within a week has moved; the others appear or vanish.

local M = {}

local WEEK <const> = 7 * 86400

---@class upnudge.Told a notice, of a replay or a simulation
---@field at integer seconds UTC
---@field environment? string
---@field rule? string
---@field text? string
---@field words? string a digest of the text
---@field shown? string a digest of what was shown

---@class upnudge.NoticeChange
---@field change "appears"|"vanishes"|"moves"|"rule"|"words"
---@field at integer of the one before; of one that appears, of that
---@field environment? string
---@field before? upnudge.Told
---@field after? upnudge.Told

---@class upnudge.Difference
---@field changes upnudge.NoticeChange[] by time
---@field rules upnudge.RuleDifference[] by name
---@field same integer notices that are the same in all

---@class upnudge.RuleDifference how many notices of a rule
---@field rule string
---@field before integer
---@field after integer
---@field appears integer
---@field vanishes integer
---@field moves integer
---@field words integer

local DECIDE <const> = "decide"

local function has_other_words(a, b)
    if a.text and b.text then
        return a.text ~= b.text
    end
    return a.words ~= nil and b.words ~= nil and a.words ~= b.words
end

--- What two notices at one time differ in; nil: nothing.
local function change_between(a, b)
    if a.rule ~= b.rule then
        return "rule"
    end
    return has_other_words(a, b) and "words" or nil
end

local function place_of(notice)
    return ("%d %s"):format(notice.at, notice.environment or "")
end

--- What it tells, to whom: by that a notice is known again at another time.
local function sense_of(notice)
    return (notice.environment or "") .. "\0" .. (notice.shown or notice.text or notice.words or "")
end

--- Takes the first of a list that `is_it`.
local function take(list, is_it)
    for i, one in ipairs(list or {}) do
        if is_it(one) then
            return table.remove(list, i)
        end
    end
end

local function by(of, notices)
    local lists = {}
    for _, notice in ipairs(notices) do
        local key = of(notice)
        lists[key] = lists[key] or {}
        table.insert(lists[key], notice)
    end
    return lists
end

local function any()
    return true
end

--- Pairs those of one time and place; the notices of each that are left.
local function pair_at_once(before, after, pairs_found)
    local there, left = by(place_of, after), {}
    for _, a in ipairs(before) do
        local b = take(there[place_of(a)], function(one)
            return one.rule == a.rule
        end) or take(there[place_of(a)], any)
        if b then
            pairs_found[#pairs_found + 1] = { a, b }
        else
            left[#left + 1] = a
        end
    end
    local more = {}
    for _, b in ipairs(after) do
        if take(there[place_of(b)], function(one) return one == b end) then
            more[#more + 1] = b
        end
    end
    return left, more
end

--- Pairs what tells the same at another time.
local function pair_moved(before, after, found)
    local there, gone = by(sense_of, after), {}
    for _, a in ipairs(before) do
        local b = take(there[sense_of(a)], function(one)
            return math.abs(one.at - a.at) <= WEEK
        end)
        if b then
            gone[b] = true
            found[#found + 1] = { change = "moves", before = a, after = b }
        else
            found[#found + 1] = { change = "vanishes", before = a }
        end
    end
    for _, b in ipairs(after) do
        if not gone[b] then
            found[#found + 1] = { change = "appears", after = b }
        end
    end
end

local function row_of(rows, notice)
    local name = notice.rule or DECIDE
    rows[name] = rows[name] or { rule = name, before = 0, after = 0, appears = 0, vanishes = 0, moves = 0, words = 0 }
    return rows[name]
end

local function rules_of(before, after, changes)
    local rows, list = {}, {}
    for _, notice in ipairs(before) do
        local row = row_of(rows, notice)
        row.before = row.before + 1
    end
    for _, notice in ipairs(after) do
        local row = row_of(rows, notice)
        row.after = row.after + 1
    end
    for _, one in ipairs(changes) do
        local row = row_of(rows, one.before or one.after)
        local what = one.change == "rule" and "vanishes" or one.change
        row[what] = row[what] + 1
        if one.change == "rule" then
            local other = row_of(rows, one.after)
            other.appears = other.appears + 1
        end
    end
    for _, row in pairs(rows) do
        list[#list + 1] = row
    end
    table.sort(list, function(a, b)
        return require "upnudge.core".before(a.rule, b.rule)
    end)
    return list
end

--- The difference between two lists of notices, each in the order of time.
---@param before upnudge.Told[]
---@param after upnudge.Told[]
---@return upnudge.Difference
function M.between(before, after)
    local at_once, found, same = {}, {}, 0
    local left, more = pair_at_once(before, after, at_once)
    for _, pair in ipairs(at_once) do
        local change = change_between(pair[1], pair[2])
        same = same + (change and 0 or 1)
        found[#found + 1] = change and { change = change, before = pair[1], after = pair[2] }
    end
    pair_moved(left, more, found)
    for i, one in ipairs(found) do
        local notice = one.before or one.after
        one.at, one.environment, one.order = notice.at, notice.environment, i
    end
    table.sort(found, function(a, b)
        if a.at ~= b.at then
            return a.at < b.at
        end
        return a.order < b.order
    end)
    return { changes = found, rules = rules_of(before, after, found), same = same }
end

return M
