--- The clocks of rules: when each rule of a policy last told something, what, and how often. They stand beside the
--- common clock, in notified.json and in a database, as {[name] = {last_notified=, shown=, times=}}.
---
--- An earlier upnudge keeps them, writes the common clock and says which rule it was; a strategy that has one time
--- cannot. So what the common clock knows counts for the rule that it names, or for every rule where it names none.

local clock = require "upnudge.lib.clock"
local limits = require "upnudge.lib.limits"

local M = {}

-- Rules that are remembered, those that spoke last; bytes of what one has shown, be it of some hundred environments,
-- and of what all of them have; how often that is counted.
local MOST <const>, SHOWN <const>, ALL_SHOWN <const>, TIMES <const> = 64, 4096, 32768, 1000000

--- What a policy's own `decide` is called, which is no rule.
M.DECIDE = "decide"

---@class upnudge.RuleClock
---@field last_notified integer seconds UTC
---@field shown? string the fingerprint of the result that was shown
---@field times? integer how often it was

---@alias upnudge.RuleClocks table<string, upnudge.RuleClock>

local function whole(value)
    value = math.type(value) and math.tointeger(value // 1)
    return value and value >= 0 and value < 1 << 53 and value or nil
end

--- A clock as far as it makes sense; nil: it makes none.
local function sound(entry)
    local at = type(entry) == "table" and whole(entry.last_notified)
    if not at then
        return nil
    end
    local shown = type(entry.shown) == "string" and #entry.shown <= SHOWN and entry.shown or nil
    return { last_notified = at, shown = shown, times = shown and whole(entry.times) or nil }
end

--- Those that make sense, of what a file or a row says.
---@param given any
---@return upnudge.RuleClocks
function M.sound(given)
    local rules = {}
    for name, entry in pairs(type(given) == "table" and given or {}) do
        rules[name] = type(name) == "string" and #name <= limits.RULE and sound(entry) or nil
    end
    return rules
end

local function knows(rules, at)
    for _, entry in pairs(rules) do
        if entry.last_notified >= at then
            return true
        end
    end
    return false
end

--- The clocks, and that of all the others where somebody has told who names no rule.
---@param told {rules?: upnudge.RuleClocks, rule?: string, last_notified?: integer, shown?: string, times?: integer}
---@return upnudge.RuleClocks rules
---@return upnudge.RuleClock? others
function M.of(told)
    local rules, last = M.sound(told.rules), sound(told)
    local name = type(told.rule) == "string" and told.rule or nil
    if not last or name and #name > limits.RULE then
        return rules
    elseif not name then
        return rules, not knows(rules, last.last_notified) and last or nil
    end
    local entry = rules[name]
    if not entry or entry.last_notified < last.last_notified then
        rules[name] = last
    end
    return rules
end

--- Leaves out those that spoke longest ago, while there are too many, and what these have shown, while that is long.
local function bound(rules)
    local names, bytes = {}, 0
    for name, entry in pairs(rules) do
        names[#names + 1], bytes = name, bytes + #(entry.shown or "")
    end
    if #names <= MOST and bytes <= ALL_SHOWN then
        return rules
    end
    table.sort(names, function(a, b)
        local one, other = rules[a].last_notified, rules[b].last_notified
        return one > other or one == other and require "upnudge.core".before(a, b)
    end)
    bytes = 0
    for i, name in ipairs(names) do
        local entry = rules[name]
        bytes = bytes + #(entry.shown or "")
        rules[name] = i <= MOST and (bytes <= ALL_SHOWN and entry or { last_notified = entry.last_notified }) or nil
    end
    return rules
end

--- The clocks after a rule has told something.
---@param rules upnudge.RuleClocks changed
---@param name string? nil: `decide` has
---@param fingerprint string
---@param at integer seconds UTC
---@return upnudge.RuleClocks rules
function M.tell(rules, name, fingerprint, at)
    name = name or M.DECIDE
    local entry = rules[name]
    local times = entry and entry.shown == fingerprint and (entry.times or 1) or 0
    rules[name] = { last_notified = at, shown = fingerprint, times = times < TIMES and times + 1 or TIMES }
    return bound(rules)
end

--- The newer of each. What is ahead of now gives way to what is not.
---@param one upnudge.RuleClocks
---@param other upnudge.RuleClocks
---@param now integer? nil: whatever the times are
---@return upnudge.RuleClocks
function M.newer(one, other, now)
    local function at(entry)
        local last = entry and entry.last_notified
        return last and (not now and last or clock.past(last, now) or -1) or -2
    end
    local rules = {}
    for _, from in ipairs { one, other } do
        for name, entry in pairs(from) do
            rules[name] = at(entry) > at(rules[name]) and entry or rules[name]
        end
    end
    return bound(rules)
end

--- The same on a clock that is ahead.
---@param rules upnudge.RuleClocks
---@param seconds integer
---@return upnudge.RuleClocks
function M.shifted(rules, seconds)
    local shifted = {}
    for name, entry in pairs(rules) do
        shifted[name] = { last_notified = math.max(0, entry.last_notified + seconds), shown = entry.shown,
            times = entry.times }
    end
    return shifted
end

--- One as a policy may know it; a notice after the present result was first found showed this one.
local function believed(entry, result, now)
    local last = entry and clock.past(entry.last_notified, now)
    if not last then
        return nil
    end
    local shown = entry.shown
    if not shown and last >= (clock.past(result.since, now) or 0) then
        shown = result.fingerprint
    end
    return { last_notified = last, shown = shown, times = entry.times }
end

--- What a policy may know of each rule: by name, and what counts for those that have no name there or an older time.
---@param history upnudge.History as a strategy has it
---@param common upnudge.History the same as a policy knows it
---@param result table
---@param now integer
---@return {named: upnudge.RuleClocks, others: upnudge.RuleClock?}
function M.known(history, common, result, now)
    if type(history.rules) ~= "table" then
        return { named = {}, others = { last_notified = common.last_notified, shown = common.shown,
            times = common.times } }
    end
    local rules, others = M.of(history)
    local named = {}
    for name, entry in pairs(rules) do
        named[name] = believed(entry, result, now)
    end
    others = believed(others, result, now)
    local unnamed = believed(sound { last_notified = history.unnamed }, result, now)
    if unnamed and unnamed.last_notified > (others and others.last_notified or -1) then
        others = unnamed
    end
    return { named = named, others = others }
end

return M
