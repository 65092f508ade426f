--- Invariants: what holds at every activation, whatever the policy is about.

local M = {}

---@class upnudge.Invariant
---@field name string by which it is allowed to be broken
---@field what string
---@field is_silence? boolean whether nobody is to be told where it holds
---@field broken fun(value: fun(name: string): any, outcome: upnudge.Outcome): string? in which way it is not so

-- Words of faults that say that a function gave something of a wrong type.
local WRONG_TYPES <const> = { "gave a ", "gave something else", "gave neither", "is longer than" }

local function is_of_type(fault)
    for _, words in ipairs(WRONG_TYPES) do
        if fault:find(words, 1, true) then
            return true
        end
    end
    return false
end

local function who(outcome)
    return outcome.rule and ("rule '%s'"):format(outcome.rule) or "decide"
end

local function silent(name, what, where, holds)
    return { name = name, what = what, is_silence = true, broken = function(value, outcome)
        return outcome.notify and holds(value) and who(outcome) .. " speaks " .. where or nil
    end }
end

--- In the order in which people are told of them.
---@type upnudge.Invariant[]
M.list = {
    { name = "raises", what = "no function raises an error", broken = function(_, outcome)
        return outcome.fault and not is_of_type(outcome.fault) and outcome.fault or nil
    end },
    { name = "wrong-type", what = "every function gives what is expected", broken = function(_, outcome)
        return outcome.fault and is_of_type(outcome.fault) and outcome.fault or nil
    end },
    silent("ci", "nobody is told in CI", "in CI", function(value)
        return value "ci"
    end),
    silent("no-terminal", "nobody is told where there is no terminal", "without a terminal", function(value)
        return not value "tty"
    end),
    silent("command", "nobody is told for one command (mode \"command\")", "for one command", function(value)
        return value "mode"[1] == "command"
    end),
    silent("agent", "no agent is told", "to an agent", function(value)
        return value "agent"
    end),
    silent("active", "nobody is told where the environment is active already",
        "where the environment is active already", function(value)
            return value "active"
        end),
    { name = "empty", what = "no fix is kept back by a text that says nothing", broken = function(value, outcome)
        local has_fix = value "p1.security" and value "p1.kind" or value "p2.security" and value "p2.kind"
        for _, step in ipairs(has_fix and not outcome.rule and outcome.trace or {}) do
            if step.answer == "nothing to say" then
                return ("rule '%s' is due for a security fix, and its text has nothing to say"):format(step.rule),
                    step.rule
            end
        end
    end },
}

--- What every name of an invariant is, those included that are found otherwise.
---@type table<string, string>
M.names = { deterministic = "the same question has the same answer", unreached = "every rule can be asked",
    unmatched = "every `when` is true sometimes", always = "no `when` is always true",
    kinds = "no kind of news is kept back by a rule that is about another",
    ["no-effect"] = "every rule makes a difference", words = "no field is compared with a word that it never is",
    truth = "`when` gives true or false", ["fix-within"] = "a security fix is told in time",
    ["max-per-week"] = "nobody is told too often" }
for _, invariant in ipairs(M.list) do
    M.names[invariant.name] = invariant.what
end

return M
