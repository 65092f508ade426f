--- Verification: whether what is promised of a policy holds at every activation that could be made up for it, for
--- `upnudge policy verify`; a bounded part of it is in `upnudge policy check`.
---
--- The policy itself is asked, in its VM. What is found is shrunk to the fewest facts that show it.

local determinism = require "upnudge.tools.verification.determinism"
local exploration = require "upnudge.tools.verification.exploration"
local facts_of = require "upnudge.tools.verification.facts"
local duration = require "upnudge.lib.duration"
local findings = require "upnudge.tools.verification.findings"
local focus = require "upnudge.tools.verification.focus"
local interviews = require "upnudge.tools.verification.interview"
local invariants = require "upnudge.tools.verification.invariants"
local kinds = require "upnudge.tools.verification.kinds"
local reached = require "upnudge.tools.verification.reach"
local shrink = require "upnudge.tools.verification.shrink"
local weeks = require "upnudge.tools.verification.weeks"

local M = {}

--- How much is asked: whether in pairs, how far the walk goes, and the seconds of processor time after which it ends
--- with a policy that takes its time.
M.EFFORTS = { bounded = { walk = 400, focus = 1500, seconds = 3 },
    usual = { pairs = true, walk = 4000, focus = 4000, seconds = 20 },
    thorough = { pairs = true, walk = 60000, focus = 20000, seconds = 300 } }

---@class upnudge.VerifyOptions
---@field effort? "bounded"|"usual"|"thorough"
---@field seed? integer
---@field allow? table<string, boolean> names of invariants
---@field first? boolean whether no more is asked once a promise is known to be broken
---@field is_glance? boolean whether only what is wrong at single activations is looked for
---@field fix_within? integer seconds
---@field max_per_week? number
---@field mend? boolean whether one with mistakes is asked without them

---@class upnudge.Verification
---@field asked integer
---@field findings upnudge.Finding[]
---@field notes upnudge.Finding[] what may well be meant
---@field is_mended boolean whether it was asked without its mistakes
---@field is_whole boolean whether all was asked that was meant to be
---@field is_of_team fun(finding: upnudge.Finding): boolean whether it is about a rule that is no ready-made policy's

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

--- Whether the rule that spoke stands before a guard that would have silenced it: then somebody has put it there.
local function is_meant(interview, outcome)
    local place, surveyed
    for i, rule in ipairs(interview.outline) do
        place = place or rule.name == outcome.rule and i or nil
        if place and rule.guard then
            surveyed = surveyed or interview:survey()
            if surveyed[i] and surveyed[i].answer == "quiet" then
                return true
            end
        end
    end
    return false
end

--- In which way an invariant is broken, and by which rule.
local function broken(interview, invariant, value, outcome)
    local message, rule = invariant.broken(value, outcome)
    if message and invariant.is_silence and is_meant(interview, outcome) then
        return nil
    end
    return message, rule
end

--- What notes each invariant that is broken, with the smallest activation so far.
local function watcher(interview, allow, found, order)
    return function(assignment, outcome)
        local value = reader(interview, assignment)
        for _, invariant in ipairs(invariants.list) do
            local message, rule = nil, nil
            if not allow[invariant.name] then
                message, rule = broken(interview, invariant, value, outcome)
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
            message, rule = broken(interview, found.invariant, reader(interview, assignment), outcome)
        end
        return message ~= nil and key_of(found.invariant.name, outcome, message, rule) == key
    end
    found.assignment = shrink.least(interview.facts, found.assignment, is_broken)
    return { invariant = found.invariant.name, message = found.message, rule = found.rule, fault = found.fault,
        facts = facts_of.told(interview.facts, found.assignment) }
end

--- What is found by reading the sources.
local function add_comparisons(interview, path, add)
    local files = {}
    for file in pairs(interview.sources) do
        files[#files + 1] = file
    end
    table.sort(files)
    for _, file in ipairs(files) do
        for _, fault in ipairs(require "upnudge.tools.verification.comparisons".faults(interview.sources[file])) do
            add(findings.placed(interview, path, { invariant = "words", message = fault.message, file = file,
                line = fault.line, key = fault.key }))
        end
    end
end

--- Whether the rule takes the place of a base's: then it makes a difference by being there.
local function takes_a_place(interview, name)
    local core, count, escaped = require "upnudge.core", 0, name:gsub("%p", "%%%0")
    for _, source in pairs(interview.sources) do
        count = count + (source:find(("rule%%s*%%(?%%s*[\"']%s[\"']"):format(escaped)) and 1 or 0)
    end
    for _, builtin in ipairs(core.builtins()) do
        count = count + (core.builtin(builtin):find(("%%f[%%w]%s%%f[%%W]"):format(escaped)) and 1 or 0)
    end
    return count > 1
end

--- What is found by counting what rules answered.
local function add_reach(interview, path, reach, known, add)
    for index, rule in ipairs(interview.outline) do
        local name, message, assignment = reach:judge(index, known[index])
        if name and interview.sources[rule.file]
            and not (name == "no-effect" and takes_a_place(interview, rule.name)) then
            add(findings.placed(interview, path, { invariant = name, message = message, rule = rule.name,
                facts = assignment and facts_of.told(interview.facts, assignment) }))
        end
    end
end

--- Asks more about the rules whose `when` was only ever true, or only ever false; gives those of which all was asked.
local function look_closer(interview, reach, explorer, count)
    local known = {}
    for index, rule in ipairs(interview.outline) do
        local facts = reach:is_one_sided(index) and interview.sources[rule.file] and focus.facts(interview, index)
        if facts then
            explorer:focus(facts, count, function(conditions)
                reach:weigh(conditions)
                return reach:is_one_sided(index)
            end)
            known[index] = not explorer:is_over()
        end
    end
    return known
end

--- Asks in the order of the effort, until time is up or what observes says that it is enough.
local function explore(interview, options, observe)
    local effort = M.EFFORTS[options.effort or "usual"]
    local explorer
    explorer = exploration.new(interview, options.seed or 1, function(assignment, outcome, new)
        explorer.over = observe(assignment, outcome, new) or explorer.over
    end, effort.seconds)
    explorer:singles()
    if effort.pairs then
        explorer:pairs()
    end
    explorer:walk(effort.walk)
    explorer:flip()
    return explorer
end

--- The promises that may be broken, as it says itself and as options say.
local function allowed(interview, names)
    local set = {}
    for name in pairs(names or {}) do
        set[name] = true
    end
    for _, name in ipairs(interview.promises.allow or {}) do
        set[name] = true
    end
    return set
end

--- Names that `verify.allow` has and no promise.
local function add_unknown(interview, path, add)
    for _, name in ipairs(interview.promises.allow or {}) do
        if not invariants.names[name] then
            local suggest = require "upnudge.lib.suggest"
            add(findings.placed(interview, path, { invariant = "words", key = "verify",
                message = ("verify.allow: there is no promise '%s'%s"):format(name, suggest.suggest(name,
                    suggest.keys(invariants.names))) }))
        end
    end
end

---@class upnudge.VerifyRun what is known of a policy while it is verified
---@field interview upnudge.Interview
---@field options upnudge.VerifyOptions
---@field source upnudge.PolicySource
---@field explorer upnudge.Exploration
---@field reach upnudge.Reach
---@field found table<string, table> what is broken, by what tells it from others
---@field order string[] keys of that
---@field known table<integer, boolean> rules of whose `when` all was asked
---@field notes upnudge.Finding[]
---@field report fun(finding: table) of what is yet to be placed
---@field add fun(finding: upnudge.Finding)
---@field note fun(finding: table)

--- Whether some function failed: what its rule would do otherwise nobody knows.
local function fails(run)
    for _, key in ipairs(run.order) do
        if run.found[key].fault then
            return true
        end
    end
    return false
end

-- What is looked for, in the order in which it is told.
local PARTS <const> = {
    function(run, path)
        add_comparisons(run.interview, path, run.add)
        add_unknown(run.interview, path, run.add)
    end,
    function(run)
        for _, invariant in ipairs(invariants.list) do
            for _, key in ipairs(run.order) do
                if run.found[key].invariant == invariant then
                    run.report(shrunk(run.interview, key, run.found[key]))
                end
            end
        end
    end,
    function(run, path)
        if not fails(run) then
            add_reach(run.interview, path, run.reach, run.known, run.add)
        end
    end,
    function(run)
        if not run.options.is_glance and not fails(run) then
            kinds.judge(run.interview, run.explorer, run.report, run.note)
        end
    end,
    function(run)
        determinism.compare(run.source, run.explorer, run.report)
    end,
    function(run)
        local options, said = run.options, run.interview.promises
        if options.is_glance or options.effort == "bounded" and not (options.fix_within or options.max_per_week) then
            return
        end
        weeks.judge(run.interview, { first = options.first, fix_within = options.fix_within or said.fix_within
            and duration.parse(said.fix_within), max_per_week = options.max_per_week or said.max_per_week },
            function(finding)
                finding.key = said[finding.invariant:gsub("-", "_")] and "verify" or "rules"
                run.report(finding)
            end)
    end,
}

--- Begins: all that is asked of single activations is asked.
local function begin(interview, source, options, path)
    local allow, found, order, list, notes = allowed(interview, options.allow), {}, {}, {}, {}
    local watch, reach = watcher(interview, allow, found, order), reached.new(interview)
    local explorer = explore(interview, options, function(assignment, outcome, new)
        watch(assignment, outcome)
        reach:count(assignment, outcome, new)
        return options.first and #order > 0
    end)
    local function add(finding)
        list[#list + 1] = not allow[finding.invariant] and finding or nil
    end
    return { interview = interview, source = source, options = options, explorer = explorer, reach = reach,
        found = found, order = order, add = add, report = function(finding)
            add(findings.placed(interview, path, finding))
        end, note = function(finding)
            notes[#notes + 1] = not allow[finding.invariant] and findings.placed(interview, path, finding) or nil
        end, known = look_closer(interview, reach, explorer, M.EFFORTS[options.effort or "usual"].focus) }, list, notes
end

--- Asks a policy, and tells what is wrong with it.
---@param path string a file, or the name of a ready-made policy
---@param options upnudge.VerifyOptions?
---@return upnudge.Verification?
---@return string? message where it cannot be loaded
---@return upnudge.Mistake[]? mistakes
function M.verify(path, options)
    options = options or {}
    local source = require "upnudge.tools.rehearsal".source_of(path)
    local interview, message, mistakes = interviews.open(source, options.mend)
    if not interview then
        return nil, message, mistakes
    end
    local run, list, notes = begin(interview, source, options, path)
    for _, part in ipairs(PARTS) do
        if not (options.first and list[1]) then
            part(run, path)
        end
    end
    interview:close()
    return { asked = interview.asked, findings = list, notes = notes, is_mended = interview.policy.mistakes ~= nil,
        is_whole = not run.explorer:is_over(), is_of_team = function(finding)
            return findings.is_of_team(interview, finding.rule)
        end }
end

-- What a bounded part is sure of, for `upnudge policy check`, and what it thinks. Of the others it knows too little.
local SURE <const> = { raises = true, ["wrong-type"] = true, words = true, truth = true }
local LIKELY <const> = { empty = true, deterministic = true, unreached = true, unmatched = true, always = true }
local SILENT <const> = {}
for _, invariant in ipairs(invariants.list) do
    SILENT[invariant.name] = invariant.is_silence
end

--- What is wrong in meaning with a policy that loads, as far as few questions tell.
---@param path string
---@return upnudge.Finding[] mistakes
---@return upnudge.Finding[] warnings of rules that are no ready-made policy's
function M.glance(path)
    local found = M.verify(path, { effort = "bounded", is_glance = true, mend = true })
    local mistakes, warnings, speaks = {}, {}, {}
    for _, finding in ipairs(found and found.findings or {}) do
        local words, who, where = facts_of.words(finding.facts), nil, nil
        if SILENT[finding.invariant] then
            who, where = finding.message:match "^(.- speaks) (.*)$"
        end
        local first = who and speaks[who]
        if first then
            first.message = first.message .. ", " .. where
        elseif who then
            speaks[who] = finding
        elseif words[1] then
            finding.message = ("%s (with %s)"):format(finding.message, table.concat(words, " "))
        end
        if SURE[finding.invariant] then
            mistakes[#mistakes + 1] = finding
        elseif (who or LIKELY[finding.invariant]) and not first and not found.is_mended
            and found.is_of_team(finding) then
            warnings[#warnings + 1] = finding
        end
    end
    return mistakes, warnings
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
