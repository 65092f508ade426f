--- Determinism: whether the same question has the same answer, whatever was asked before. Answers in a process that
--- lives on are compared with those of a policy that was just loaded.

local facts = require "upnudge.tools.verification.facts"
local interviews = require "upnudge.tools.verification.interview"

local M = {}

-- How many questions are compared.
local MOST <const> = 100

local function same(one, other)
    return one.notify == other.notify and one.text == other.text and one.rule == other.rule and one.code == other.code
        and (one.fault == nil) == (other.fault == nil)
end

--- Asks a fresh one what the other was asked, the last first, and reports the first difference.
---@param source upnudge.PolicySource
---@param explorer upnudge.Exploration
---@param report fun(finding: table)
function M.compare(source, explorer, report)
    local fresh, pool = interviews.open(source), explorer.pool
    if not fresh then
        return
    end
    for i = #pool, math.max(#pool - MOST, 1), -1 do
        local before, after = explorer.interview:ask(pool[i]), fresh:ask(pool[i])
        if before and after and not same(before, after) then
            report { invariant = "deterministic", rule = before.rule or after.rule,
                message = "the same question has another answer later: the policy remembers something of its own",
                facts = facts.told(explorer.interview.facts, pool[i]) }
            break
        end
    end
    fresh:close()
end

return M
