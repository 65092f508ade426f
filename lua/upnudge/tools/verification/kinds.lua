--- Kinds: of which kinds of news a policy never tells anybody, whatever else holds. A silence may be meant; it hardly
--- is where its rule says that it is about something else.

local random = require "upnudge.tools.verification.random"

local M = {}

---@class upnudge.NewsKind one kind of news, alone
---@field what string
---@field stems string[] of the words by which a rule says that it is about that
---@field is_fix? boolean
---@field facts table<string, string>

local function change(what, label, ...)
    return { what = what, stems = { ... }, facts = { ["p1.kind"] = label } }
end

---@type upnudge.NewsKind[]
M.list = {
    change("major versions", "upgraded-major", "major"), change("minor versions", "upgraded-minor", "minor"),
    change("patches", "upgraded-patch", "patch"),
    change("versions of no known level", "upgraded-unknown", "unknown", "level"),
    change("downgrades", "downgraded-minor", "downgrad"), change("rebuilds", "rebuilt", "rebuil"),
    change("changes without a version, such as those of flakes and npins", "changed", "changes", "pins", "flake"),
    change("added packages", "added", "added"), change("removed packages", "removed", "removed"),
    { what = "security fixes", is_fix = true, stems = { "fix", "secur" }, facts = { ["p1.kind"] = "upgraded-minor",
        ["p1.security"] = "yes" } },
    { what = "security fixes that are rebuilds", is_fix = true, stems = { "fix", "secur" }, facts = {
        ["p1.kind"] = "rebuilt", ["p1.security"] = "yes" } },
    { what = "what is exposed and has no fix", stems = { "expos", "vulnerab", "advisor" }, facts = {
        ["p1.kind"] = "none", exposures = "high" } },
}

-- How many activations of one kind are made up beside those of each day and hour.
local MORE <const> = 120
-- How many facts of each of them may be no ordinary ones.
local CHANGED <const> = 12
-- Where somebody is told at all, and what is told of.
local FIXED <const> = { ci = true, tty = true, agent = true, mode = true, active = true, exposures = true, more = true,
    ["p1.kind"] = true, ["p1.security"] = true, ["p2.kind"] = true, ["p3.kind"] = true }

--- Calls `ask` with activations of one kind, until it answers with yes.
local function each_of(interview, base, chance, ask)
    for day = 1, 7 do
        for hour = 1, #interview.by_name.hour.values, 3 do
            base.day, base.hour = day, hour
            if ask(base) then
                return true
            end
        end
    end
    for _ = 1, MORE do
        local assignment = {}
        for _ = 1, CHANGED do
            local fact = interview.facts[chance(#interview.facts)]
            assignment[fact.name] = chance(#fact.values)
        end
        for name in pairs(FIXED) do
            assignment[name] = base[name]
        end
        if ask(assignment) then
            return true
        end
    end
    return false
end

local function quiet_step(outcome)
    for _, step in ipairs(outcome and outcome.trace or {}) do
        if step.answer == "quiet" then
            return step
        end
    end
end

--- Asks about one kind; whether it is ever told, and the rule that keeps it back on an ordinary day.
local function hear(interview, explorer, kind, chance)
    local base = explorer:with({}, kind.facts)
    local step = quiet_step(interview:ask(base))
    local is_told = each_of(interview, base, chance, function(assignment)
        local outcome = interview:ask(assignment)
        return outcome and outcome.notify
    end)
    return is_told, step
end

local function mentions(words, stems)
    for _, stem in ipairs(stems) do
        if words:find("%f[%w]" .. stem) then
            return true
        end
    end
    return false
end

local function listed(kinds)
    local words = {}
    for i, kind in ipairs(kinds) do
        words[i] = kind.what
    end
    local last = table.remove(words)
    return words[1] and table.concat(words, ", ") .. " and " .. last or last
end

-- What has no version: a rule may say "no version" of all of it.
local WITHOUT <const> = { rebuilt = true, changed = true, added = true, removed = true }

--- What a rule keeps back that its words do not say, though its reason names some of it; nil: nothing.
local function unsaid_of(group)
    local reason, unsaid, upgrades, names_some = (group.reason or ""):lower(), {}, false, false
    for _, kind in ipairs(group) do
        upgrades = upgrades or kind.facts["p1.kind"]:find "^upgraded" ~= nil
    end
    for _, kind in ipairs(group) do
        local without = not upgrades and reason:find "version" and WITHOUT[kind.facts["p1.kind"]] and not kind.is_fix
        local is_named = without or mentions(reason, kind.stems)
        names_some = names_some or is_named
        unsaid[#unsaid + 1] = not is_named and not mentions(group.rule:lower(), kind.stems) and kind or nil
    end
    return names_some and #unsaid > 0 and unsaid or nil
end

--- The kinds that are never told, by the rule that keeps them back ("" for those that no rule speaks of), in order.
local function untold(interview, explorer)
    local groups, told, chance = {}, {}, random.new(1)
    for _, kind in ipairs(M.list) do
        local is_told, step = hear(interview, explorer, kind, chance)
        local name = step and step.rule or ""
        if is_told then
            told[#told + 1] = kind
        else
            if not groups[name] then
                groups[name] = { rule = name, reason = step and step.reason }
                groups[#groups + 1] = groups[name]
            end
            table.insert(groups[name], kind)
        end
    end
    return groups, told
end

local function says_so(interview, groups)
    local about = { "fix", "secur" }
    for _, group in ipairs(groups) do
        if group.rule ~= "" and not mentions((group.rule .. " " .. (group.reason or "")):lower(), about) then
            return false
        end
    end
    -- Where no rule keeps the rest back, the policy's name may say that it is about fixes.
    return groups[1].rule ~= "" or mentions((interview.policy.name or ""):lower(), about)
end

--- Whether the rule that keeps all back is there for just that: it has no `when`.
local function is_switched_off(interview, explorer, name)
    interview:ask(explorer:with({}, {}))
    local conditions = interview:conditions()
    for i, rule in ipairs(interview.outline) do
        if rule.name == name then
            return conditions[i] == "none"
        end
    end
    return false
end

--- Reports the kinds that are never told: as a finding where that is hardly meant, else as a note.
---@param interview upnudge.Interview
---@param explorer upnudge.Exploration
---@param report fun(finding: table)
---@param note fun(finding: table)
function M.judge(interview, explorer, report, note)
    local groups, told = untold(interview, explorer)
    local only_fixes = #told > 0
    for _, kind in ipairs(told) do
        only_fixes = only_fixes and kind.is_fix or false
    end
    if #told == 0 and not is_switched_off(interview, explorer, groups[1].rule) then
        return report { invariant = "kinds", message = "nothing is ever told, of no kind of news", key = "rules" }
    elseif only_fixes and not says_so(interview, groups) then
        report { invariant = "kinds", rule = groups[1].rule ~= "" and groups[1].rule or nil, key = "rules",
            message = "nothing but security fixes is ever told, and no rule says that this is meant" }
    end
    for _, group in ipairs(groups) do
        local rule, unsaid = group.rule ~= "" and group.rule or nil, unsaid_of(group)
        if unsaid then
            report { invariant = "kinds", rule = rule,
                message = ("rule '%s' (\"%s\") keeps back %s, too: that is never told"):format(group.rule,
                    group.reason or "", listed(unsaid)) }
        else
            note { invariant = "kinds", rule = rule, message = ("nothing is ever told of %s%s"):format(listed(group),
                rule and (", for rule '%s' is quiet then"):format(rule) or "") }
        end
    end
end

return M
