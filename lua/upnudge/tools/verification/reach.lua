--- Reach: which rules of a policy were asked, meant and decided in all activations, and whether each makes a
--- difference: whether somebody would have been told otherwise without it.

local M = {}

---@class upnudge.Reached of one rule
---@field asked integer
---@field matched integer
---@field decided integer
---@field matters boolean whether an answer is another one without it
---@field has_when boolean
---@field never boolean whether it is there to say nothing, by u.never()
---@field was_true integer how often its `when` was, though it was another rule that decided
---@field was_false integer
---@field odd? string what its `when` gave that is true and was hardly meant to be
---@field odd_in? table<string, integer> the assignment

---@class upnudge.Reach
---@field private interview upnudge.Interview
---@field rules table<string, upnudge.Reached> by name
local Reach = {}
Reach.__index = Reach

-- Below so many activations in which a rule was asked nothing is said of its `when`.
local ENOUGH <const> = 100

---@param interview upnudge.Interview
---@return upnudge.Reach
function M.new(interview)
    local self = setmetatable({ interview = interview, rules = {} }, Reach)
    for _, rule in ipairs(interview.outline) do
        self.rules[rule.name] = { asked = 0, matched = 0, decided = 0, matters = false, never = false,
            was_true = 0, was_false = 0, has_when = true }
    end
    return self
end

local DECIDES <const> = { quiet = true, notify = true }

--- Whether another would be told, or nobody, without the rule that decided.
local function differs(surveyed, index)
    local own, behind = surveyed[index], nil
    for i = index + 1, #surveyed do
        behind = behind or DECIDES[surveyed[i].answer] and surveyed[i] or nil
        -- Who knows what comes of a rule that fails.
        if surveyed[i].answer == "fault" and not behind then
            return true
        end
    end
    if not behind then
        return true
    end
    return behind.answer ~= own.answer or own.answer == "notify" and behind.text ~= own.text
        or own.answer == "quiet" and behind.code ~= own.code
end

---@private
function Reach:survey(assignment)
    local surveyed = self.interview:survey()
    for i, rule in ipairs(self.interview.outline) do
        local reached, one = self.rules[rule.name], surveyed[i]
        if one and one.odd and not reached.odd then
            reached.odd, reached.odd_in = one.odd, assignment
        end
    end
    return surveyed
end

--- Whether a `when` was only ever true, or only ever false.
---@param index integer of a rule
---@return boolean
function Reach:is_one_sided(index)
    local reached = self.rules[self.interview.outline[index].name]
    return reached.has_when and (reached.was_true == 0 or reached.was_false == 0)
end

--- Counts of which rules the `when` was true.
---@param conditions string[] of the rules
function Reach:weigh(conditions)
    for i, rule in ipairs(self.interview.outline) do
        local reached, was = self.rules[rule.name], conditions[i]
        if was == "true" then
            reached.was_true = reached.was_true + 1
        elseif was == "false" then
            reached.was_false = reached.was_false + 1
        elseif was then
            reached.has_when = was == "fault"
        end
    end
end

---@private
function Reach:is_any_one_sided()
    for index in ipairs(self.interview.outline) do
        if self:is_one_sided(index) then
            return true
        end
    end
    return false
end

--- Counts an answer.
---@param assignment table<string, integer>
---@param outcome upnudge.Outcome
---@param new boolean whether rules answered as never before
function Reach:count(assignment, outcome, new)
    local decider
    for i, step in ipairs(outcome.trace) do
        local reached = self.rules[step.rule]
        if reached and step.answer ~= "not reached" then
            reached.asked, reached.matched = reached.asked + 1, reached.matched + (step.matched and 1 or 0)
            reached.never = reached.never or step.reason == "never"
            decider = DECIDES[step.answer] and i or decider
        end
    end
    local reached = decider and self.rules[outcome.trace[decider].rule]
    if reached then
        reached.decided = reached.decided + 1
    end
    if self:is_any_one_sided() then
        self:weigh(self.interview:conditions())
    end
    if new or reached and not reached.matters then
        local surveyed = self:survey(assignment)
        if reached and surveyed[decider] then
            reached.matters = reached.matters or differs(surveyed, decider)
        end
    end
end

--- The rule because of which the one at `index` is never asked: the last one that was asked and always decided.
local function blocker(self, index)
    for i = index - 1, 1, -1 do
        local rule = self.interview.outline[i]
        local reached = self.rules[rule.name]
        if reached.asked > 0 then
            return reached.decided == reached.asked and rule or nil
        end
    end
end

local ODD <const> = { zero = "`when` gave 0, which is true in Lua; compare it, as `… > 0`",
    ["function"] = "`when` gave a function, which is always true; call it with c: `return f(c)`",
    cadence = "`when` gave a cadence, which is always true; a cadence belongs to `notify`" }

--- What is to be said of one rule: the name of the promise and a message; nil: nothing.
---@param index integer
---@param is_known boolean whether all that its `when` may ask for was looked at
---@return string? name
---@return string? message
---@return table<string, integer>? assignment
function Reach:judge(index, is_known)
    local rule = self.interview.outline[index]
    local reached, name = self.rules[rule.name], rule.name
    local blocked = reached.asked == 0 and blocker(self, index)
    if reached.odd then
        return "truth", ("rule '%s': %s"):format(name, ODD[reached.odd]), reached.odd_in
    elseif blocked then
        return blocked.file == rule.file and "unreached" or nil,
            ("rule '%s' is never asked, for rule '%s' before it always decides"):format(name, blocked.name)
    elseif reached.has_when and is_known and reached.was_true == 0 and reached.was_false >= ENOUGH then
        return "unmatched", ("rule '%s': its `when` is never true, in none of %d activations"):format(name,
            reached.was_false)
    elseif reached.has_when and is_known and reached.was_false == 0 and reached.was_true >= ENOUGH then
        return "always", ("rule '%s': its `when` is always true, in %d activations; leave it out, or ask for what is "
            .. "meant"):format(name, reached.was_true)
    elseif reached.asked < ENOUGH or reached.never or reached.matched == 0 then
        return nil
    elseif reached.decided == 0 then
        return "no-effect", ("rule '%s' was never due, or had nothing to say, in %d activations"):format(name,
            reached.matched)
    elseif not reached.matters then
        return "no-effect", ("rule '%s' makes no difference: without it all are told the same"):format(name)
    end
end

return M
