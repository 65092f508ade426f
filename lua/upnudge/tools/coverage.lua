--- Coverage: which rules of a policy were asked, meant and spoke, counted from the trace of each decision. For tests
--- (`upnudge policy test --coverage`) and simulations.
---
---     local counted = coverage.new()
---     counted:watch(policy)       -- from now on, whoever asks it
---     for _, rule in ipairs(counted:rules()) do … end

local M = {}

---@class upnudge.RuleCoverage
---@field rule string
---@field file string
---@field line integer
---@field asked integer how often it was its turn
---@field matched integer how often its `when` held
---@field spoke integer
---@field silenced integer how often it stopped those behind it

---@class upnudge.Coverage
---@field private list upnudge.RuleCoverage[] in the order of the first policy that has them
---@field private found table<string, upnudge.RuleCoverage> by place and name
local Coverage = {}
Coverage.__index = Coverage

--- Nothing was counted yet.
---@return upnudge.Coverage
function M.new()
    return setmetatable({ list = {}, found = {} }, Coverage)
end

---@private
function Coverage:entry(rule, file, line)
    local key = ("%s:%d:%s"):format(file, line, rule)
    if not self.found[key] then
        self.found[key] = { rule = rule, file = file, line = line, asked = 0, matched = 0, spoke = 0, silenced = 0 }
        table.insert(self.list, self.found[key])
    end
    return self.found[key]
end

---@private
function Coverage:count(decision)
    for _, step in ipairs(decision.trace or {}) do
        local entry = self:entry(step.rule, step.file, step.line)
        entry.asked = entry.asked + (step.answer ~= "not reached" and 1 or 0)
        entry.matched = entry.matched + (step.matched and 1 or 0)
        entry.spoke = entry.spoke + (step.answer == "notify" and 1 or 0)
        entry.silenced = entry.silenced + (step.answer == "quiet" and 1 or 0)
    end
end

--- Counts what the policy is asked from now on, as long as it is open.
---@param policy upnudge.Policy
function Coverage:watch(policy)
    for _, rule in ipairs(policy:outline()) do
        self:entry(rule.name, rule.file, rule.line)
    end
    local ask = policy.ask
    policy.ask = function(asked, question)
        local wanted = question.trace
        question.trace = true
        local decision, fault = ask(asked, question)
        question.trace = wanted
        if decision then
            self:count(decision)
            decision.trace = wanted and decision.trace or nil
        end
        return decision, fault
    end
end

--- What was counted, of each rule of all that were watched.
---@return upnudge.RuleCoverage[]
function Coverage:rules()
    return self.list
end

--- The rules that stand in files of a team's own; where all are ready-made, these.
---@return upnudge.RuleCoverage[]
function Coverage:own_rules()
    local own = {}
    for _, entry in ipairs(self.list) do
        own[#own + 1] = not entry.file:find "^policy:" and entry or nil
    end
    return own[1] and own or self.list
end

--- How many of these rules were meant at least once.
---@param rules upnudge.RuleCoverage[]
---@return integer
function M.matched(rules)
    local matched = 0
    for _, entry in ipairs(rules) do
        matched = matched + (entry.matched > 0 and 1 or 0)
    end
    return matched
end

--- What counts are called for people, in the order of M.counts.
M.COUNTS = { "asked", "matched", "spoke", "silent", "waited" }

--- The counts of a rule; what matched and neither spoke nor silenced left the word to those behind it.
---@param entry upnudge.RuleCoverage
---@return integer[]
function M.counts(entry)
    return { entry.asked, entry.matched, entry.spoke, entry.silenced, entry.matched - entry.spoke - entry.silenced }
end

--- Why a rule counts as not tried; nil: it matched.
---@param entry upnudge.RuleCoverage
---@return string?
function M.gap(entry)
    return entry.asked == 0 and "was never asked" or entry.matched == 0 and "never matched" or nil
end

--- What tests count into, where somebody wants to know.
---@type upnudge.Coverage?
M.of_tests = nil

return M
