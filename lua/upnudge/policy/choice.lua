--- The choice: which policy holds, and what was looked at to find that out. For people who ask; no activation loads it.

local core = require "upnudge.core"
local policies = require "upnudge.policy"

local M = {}

---@class upnudge.Candidate a place where the policy may be named or stand
---@field by "option"|"variable"|"person"|"machine"|"default"
---@field name? string a path, or the name of what is ready-made; nil: nothing is named there
---@field state "used"|"unset"|"missing"|"passed over" the last: one before it is used

local function state_of(candidate, used)
    local stands = candidate.by == "person" or candidate.by == "machine"
    if not candidate.name then
        return "unset"
    elseif stands and not core.stamp(candidate.name) then
        return "missing"
    end
    return used and "passed over" or "used"
end

--- All places, in the order in which they are looked at.
---@param option string? of the host
---@param variable fun(name: string): string? the host's variables
---@return upnudge.Candidate[] list
---@return upnudge.Candidate used
function M.candidates(option, variable)
    local set = variable "UPNUDGE_POLICY"
    local list = { { by = "option", name = option }, { by = "variable", name = set ~= "" and set or nil },
        { by = "person", name = policies.person("policy.lua", variable) } }
    for _, path in ipairs(policies.machine("policy.lua", variable)) do
        list[#list + 1] = { by = "machine", name = path }
    end
    list[#list + 1] = { by = "default", name = "default" }
    local used
    for _, candidate in ipairs(list) do
        candidate.state = state_of(candidate, used)
        used = used or candidate.state == "used" and candidate or nil
    end
    return list, used
end

--- Where bases are looked for that are neither beside the policy nor ready-made.
---@param source upnudge.PolicySource
---@param variable fun(name: string): string?
---@return string[] directories
function M.search_path(source, variable)
    return require "upnudge.policy.base".directories(source, { variable = variable,
        machines = policies.machine("policy.lua", variable), person = policies.person("policy.lua", variable) })
end

---@class upnudge.StandingFile: upnudge.PolicyFile
---@field as "policy"|"base"|"machine"|"final" the machine's policy, to which the policy adds, or of which only what is
---final holds
---@field base_of? string the first file that starts from it

--- The files of a policy in force, and how each of them came to be among them.
---@param policy upnudge.Policy
---@return upnudge.StandingFile[]
function M.files(policy)
    local files, starts = {}, {}
    for _, file in ipairs(policy.chain) do
        for _, base in ipairs(file.bases or {}) do
            starts[base] = starts[base] or file.name
        end
    end
    for i, known in ipairs(policy:identity().files) do
        local file, one = policy.chain[i], {}
        for name, value in pairs(known) do
            one[name] = value
        end
        local is_machine = file.source.found == "machine"
        one.base_of = starts[file]
        local behind = is_machine and not one.base_of and (policy.own and "final" or "machine")
        one.as = i == 1 and "policy" or behind or "base"
        files[i] = one
    end
    return files
end

return M
