--- The silence of a rule that says `quiet`. Runs in the policy VM, when one has matched.

local M = {}

-- The reasons (upnudge.lib.reasons) that a rule may give for it; any other rule has reasons of its own.
local GIVEN <const> = { ["nobody-watching"] = true, agent = true, command = true, ["already-active"] = true }

--- Why.
---@param rule upnudge.Rule
---@param c table the context
---@return string
function M.reason(rule, c)
    local value = rule.spec.quiet
    if type(value) == "function" then
        value = value(c)
    end
    if value == true or value == "" then
        return rule.name
    elseif type(value) ~= "string" then
        require "upnudge.language.fault".raise(rule, rule.spec.quiet, "quiet gave a %s; expected a reason or true",
            type(value))
    end
    return value
end

--- Which reason it is.
---@param rule upnudge.Rule
---@return string
function M.code(rule)
    local code = rule.spec.code
    return GIVEN[code] and code or "quiet-rule"
end

return M
