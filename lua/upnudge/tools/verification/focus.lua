--- Focus: which facts the `when` of a rule may ask for, as far as its source names them, so that activations can be
--- made up for that rule alone. What needs three facts at once is hardly met otherwise.

local tokens = require "upnudge.tools.verification.tokens"

local M = {}

-- The facts behind a name, where they are called otherwise; `p` stands for those of every package.
local ALL <const> = { "p.kind", "p.security", "more" }
local FACTS <const> = { command = { "mode" }, utc_offset = { "offset" },
    now = { "day", "hour", "offset", "told", "since" },
    last_notified = { "told", "shown" }, shown = { "told", "shown" }, times = { "times", "told" },
    history = { "told", "shown", "times", "clocks" }, rules = { "clocks", "told" }, snoozed_until = { "snoozed" },
    sessions = { "told-session", "told" }, hours = { "hour", "day", "offset" }, dates = { "day", "hour", "offset" },
    result = ALL, packages = ALL, any_package = ALL, every_package = ALL, exposed = { "exposures", "p.kind" },
    withdrawn = { "exposures", "p.kind" }, exposures = { "exposures", "p.kind" }, severity = { "p.security" },
    fixes = { "p.security", "p.fixes" }, name = { "p.name", "env.name" }, glob = { "p.name", "env.name" },
    in_environment = { "env.name", "env.path", "env.format" }, checked_at = { "checked" },
    url = { "p.extras" }, source = { "p.source", "p.extras" }, released = { "p.released", "p.extras" } }
-- With these a word or a number is compared that no fact has: nothing is known of such a rule.
local BEYOND <const> = { find = true, match = true, gmatch = true, sub = true, gsub = true, lower = true, upper = true,
    byte = true, len = true, glob = true, share = true, ["#"] = true, ["%"] = true, ["*"] = true, ["/"] = true,
    ["//"] = true }
-- Up to here counts are met exactly.
local EXACT <const> = 3

local function lines_of(interview, index)
    local rule, last = interview.outline[index], math.huge
    for _, other in ipairs(interview.outline) do
        last = other.file == rule.file and other.line > rule.line and math.min(last, other.line - 1) or last
    end
    return rule.line, last
end

--- The names in the lines of a rule, with those of the whole file where they name something of its own; nil: it
--- compares with what no fact has.
local function names_of(list, first, last)
    local own, names, all, is_whole = {}, {}, {}, false
    for i, token in ipairs(list) do
        local before, next_one = list[i - 1], list[i + 1]
        own[token.text] = own[token.text] or before and before.text == "local" or before and before.text == "function"
        all[token.text] = true
        if token.line >= first and token.line <= last then
            local number = token.kind == "number" and before and (before.text == "==" or before.text == "~=")
            if BEYOND[token.text] and token.kind ~= "string" or number and (tonumber(token.text) or 0) > EXACT then
                return nil
            end
            names[token.text] = true
            is_whole = is_whole or token.kind == "name" and own[token.text] and token.text ~= "c"
                and not (next_one and next_one.text == "=") and token.text ~= "u"
        end
    end
    return is_whole and all or names
end

local function is_named(fact, names)
    local of_package = fact.name:gsub("^p%d%.", "p.")
    if names[fact.name:match "[^.]+$"] then
        return true
    end
    for name, facts in pairs(FACTS) do
        for _, one in ipairs(names[name] and facts or {}) do
            if one == of_package then
                return true
            end
        end
    end
    return names.vars and fact.name:find "^vars%." or names.attributes and fact.name:find "^attributes%."
end

--- The facts of which the rule at `index` may make something; nil: nobody knows.
---@param interview upnudge.Interview
---@param index integer
---@return upnudge.Fact[]?
function M.facts(interview, index)
    local source = interview.sources[interview.outline[index].file]
    local names = source and names_of(tokens.of(source), lines_of(interview, index))
    local list = {}
    for _, fact in ipairs(names and interview.facts or {}) do
        list[#list + 1] = is_named(fact, names) and fact or nil
    end
    return names and list
end

return M
