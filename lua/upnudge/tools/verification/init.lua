--- Verification: whether what is promised of a policy holds at every activation that could be made up for it, for
--- `upnudge policy verify`; a bounded part of it is in `upnudge policy check`.
---
--- The policy itself is asked, in its VM. What is found is shrunk to the fewest facts that show it.

local exploration = require "upnudge.tools.verification.exploration"
local facts_of = require "upnudge.tools.verification.facts"
local interviews = require "upnudge.tools.verification.interview"
local invariants = require "upnudge.tools.verification.invariants"
local mistake = require "upnudge.policy.mistake"
local shrink = require "upnudge.tools.verification.shrink"

local M = {}

--- How much is asked: whether in pairs, and how far the walk goes.
M.EFFORTS = { bounded = { walk = 400 }, usual = { pairs = true, walk = 4000 },
    thorough = { pairs = true, walk = 60000 } }

---@class upnudge.Finding: upnudge.Mistake
---@field invariant string
---@field facts upnudge.ToldFact[] what is not ordinary in the smallest activation that shows it
---@field rule? string

---@class upnudge.VerifyOptions
---@field effort? "bounded"|"usual"|"thorough"
---@field seed? integer
---@field allow? table<string, boolean> names of invariants

---@class upnudge.Verification
---@field asked integer
---@field findings upnudge.Finding[]

local function rule_named(interview, name)
    for _, rule in ipairs(interview.outline) do
        if rule.name == name then
            return rule
        end
    end
end

--- The place of a finding: that of the fault, else of the rule, else the policy's.
local function placed(interview, path, finding)
    local sources, found = interview.sources
    local name, line = (finding.fault or ""):match "^(.-%.lua):(%d+): "
    local rule = finding.rule and rule_named(interview, finding.rule)
    if name and sources[name] then
        found = mistake.add({}, name, sources[name], { finding.message })[1]
    elseif rule and sources[rule.file] then
        found = mistake.add({}, rule.file, sources[rule.file], { { line = rule.line, key = "rule",
            message = finding.message } })[1]
    else
        found = { file = rule and rule.file or path, line = rule and rule.line or math.tointeger(line),
            message = finding.message }
    end
    found.invariant, found.facts, found.rule = finding.invariant, finding.facts, finding.rule
    return found
end

--- What tells findings apart: the invariant, and the rule or the line.
local function key_of(name, outcome, message, rule)
    return name .. "\n" .. (outcome.fault and (outcome.fault:match "^.-:%d+: " or outcome.fault) or outcome.rule or rule
        or message)
end

local function size(assignment)
    local count = 0
    for _, index in pairs(assignment) do
        count = count + (index > 1 and 1 or 0)
    end
    return count
end

--- What reads the facts of an assignment.
local function reader(interview, assignment)
    return function(name)
        local fact = interview.by_name[name]
        return fact.values[assignment[name] or 1].is
    end
end

--- What notes each invariant that is broken, with the smallest activation so far.
local function watcher(interview, allow, found, order)
    return function(assignment, outcome)
        local value = reader(interview, assignment)
        for _, invariant in ipairs(invariants.list) do
            local message, rule = nil, nil
            if not allow[invariant.name] then
                message, rule = invariant.broken(value, outcome)
            end
            local key = message and key_of(invariant.name, outcome, message, rule)
            if key and not found[key] then
                order[#order + 1] = key
            end
            if key and (not found[key] or size(assignment) < size(found[key].assignment)) then
                found[key] = { invariant = invariant, message = message, rule = rule or outcome.rule,
                    fault = outcome.fault, assignment = assignment }
            end
        end
    end
end

--- Shrinks one to the fewest facts, and says what they are.
local function shrunk(interview, key, found)
    local function is_broken(assignment)
        local outcome = interview:ask(assignment)
        local message, rule
        if outcome then
            message, rule = found.invariant.broken(reader(interview, assignment), outcome)
        end
        return message ~= nil and key_of(found.invariant.name, outcome, message, rule) == key
    end
    found.assignment = shrink.least(interview.facts, found.assignment, is_broken)
    return { invariant = found.invariant.name, message = found.message, rule = found.rule, fault = found.fault,
        facts = facts_of.told(interview.facts, found.assignment) }
end

---@param path string
---@param options upnudge.VerifyOptions?
---@return upnudge.Verification?
---@return string? message
---@return upnudge.Mistake[]? mistakes
function M.verify(path, options)
    options = options or {}
    local source = require "upnudge.tools.rehearsal".source_of(path)
    local interview, message, mistakes = interviews.open(source)
    if not interview then
        return nil, message, mistakes
    end
    local effort, found, order = M.EFFORTS[options.effort or "usual"], {}, {}
    local explorer = exploration.new(interview, options.seed or 1,
        watcher(interview, options.allow or {}, found, order))
    explorer:singles()
    if effort.pairs then
        explorer:pairs()
    end
    explorer:walk(effort.walk)
    explorer:flip()
    local findings = {}
    for _, invariant in ipairs(invariants.list) do
        for _, key in ipairs(order) do
            if found[key].invariant == invariant then
                findings[#findings + 1] = placed(interview, path, shrunk(interview, key, found[key]))
            end
        end
    end
    interview:close()
    return { asked = interview.asked, findings = findings }
end

---@class upnudge.VerifiedAnswer
---@field facts upnudge.ToldFact[]
---@field outcome upnudge.Outcome
---@field rules upnudge.Surveyed[] what every rule would have answered

--- Asks about the one activation that those facts make.
---@param path string
---@param text string "ci=true told=1_day"
---@return upnudge.VerifiedAnswer?
---@return string? message
---@return upnudge.Mistake[]? mistakes of the policy
function M.repeated(path, text)
    local interview, message, mistakes = interviews.open(require "upnudge.tools.rehearsal".source_of(path))
    if not interview then
        return nil, message, mistakes
    end
    local assignment, answer
    assignment, message = facts_of.parse(interview.by_name, text)
    local outcome = assignment and interview:ask(assignment)
    if outcome then
        answer = { facts = facts_of.told(interview.facts, assignment), outcome = outcome, rules = interview:survey() }
    end
    interview:close()
    return answer, not answer and (message or "there is nothing to tell then, so no policy is asked") or nil
end

return M
