--- Findings: what is told of a policy, with its place in the source.

local mistake = require "upnudge.policy.mistake"

local M = {}

---@class upnudge.Finding: upnudge.Mistake
---@field invariant string
---@field facts upnudge.ToldFact[] what is not ordinary in the smallest activation that shows it
---@field of_activation boolean whether one activation shows it
---@field rule? string

local function rule_named(interview, name)
    for _, rule in ipairs(interview.outline) do
        if rule.name == name then
            return rule
        end
    end
end

--- Whether a rule stands in a file that is not ours.
---@param interview upnudge.Interview
---@param name string?
---@return boolean
function M.is_of_team(interview, name)
    local rule = name and rule_named(interview, name)
    return not rule or interview.sources[rule.file] ~= nil
end

--- A finding at the place of its fault, else of its line, else of its rule, else of the policy.
---@param interview upnudge.Interview
---@param path string of the policy
---@param finding {invariant: string, message: string, rule?: string, fault?: string, file?: string, line?: integer,
---key?: string, facts?: upnudge.ToldFact[]}
---@return upnudge.Finding
function M.placed(interview, path, finding)
    local sources, message, found = interview.sources, finding.message
    local rule = finding.rule and rule_named(interview, finding.rule)
    local file = (finding.fault or ""):match "^(.-%.lua):%d+: " or finding.file or rule and rule.file
    if finding.fault and sources[file] then
        found = mistake.add({}, file, sources[file], { message })[1]
    elseif sources[file] then
        found = mistake.add({}, file, sources[file], { { line = finding.line or rule.line, key = finding.key or "rule",
            message = message } })[1]
    elseif not rule and sources[path] then
        found = mistake.add({}, path, sources[path], { { key = finding.key or "decide", depth = 1,
            message = message } })[1]
    else
        found = { file = rule and rule.file or path, line = rule and rule.line, message = message }
    end
    found.invariant, found.facts, found.rule = finding.invariant, finding.facts or {}, finding.rule
    found.of_activation = finding.facts ~= nil
    return found
end

return M
