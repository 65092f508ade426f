--- The exploration: which activations a policy is asked about. First an ordinary one with each other value of each fact
--- alone, then all pairs of such values, packed into as few activations as go, then a walk that goes on from whatever
--- made the rules answer otherwise than ever before. What spoke is asked again where nobody is to be told.

local random = require "upnudge.tools.verification.random"

local M = {}

-- Where nobody is to be told: facts and the labels that they have then.
local AUDIENCES <const> = { { ci = "true" }, { ci = "true", tty = "false" }, { tty = "false" },
    { tty = "false", mode = "in-place" }, { mode = "command" }, { mode = "command-unnamed" }, { agent = "agent" },
    { agent = "claude-code" }, { active = "true" } }
--- Facts that say so; most activations have ordinary ones, for silence tells little.
local OF_AUDIENCE <const> = { ci = true, tty = true, mode = true, agent = true, active = true }

-- How many activations in which a rule spoke are remembered, and how many that are unlike all before.
local SPOKE <const>, POOL <const> = 12, 4000
-- How far ahead pairs are looked for that fit into the activation at hand.
local AHEAD <const> = 400

---@class upnudge.Exploration
---@field interview upnudge.Interview
---@field chance fun(n: integer): integer
---@field pool table<string, integer>[] assignments whose answers were new
---@field seen table<string, boolean> answers
---@field spoke table<string, table<string, integer>[]> assignments by the rule that spoke
---@field ends number
---@field over? boolean
---@field observe fun(assignment: table, outcome: upnudge.Outcome, new: boolean)
local Exploration = {}
Exploration.__index = Exploration

---@param interview upnudge.Interview
---@param seed integer
---@param observe fun(assignment: table, outcome: upnudge.Outcome, new: boolean)
---@param seconds number of processor time, after which nothing more is asked
---@return upnudge.Exploration
function M.new(interview, seed, observe, seconds)
    return setmetatable({ interview = interview, chance = random.new(seed), pool = {}, seen = {}, spoke = {},
        observe = observe, ends = os.clock() + seconds }, Exploration)
end

--- Whether time is up: then nothing more is asked.
---@return boolean
function Exploration:is_over()
    return self.over or false
end

local function copy(assignment)
    local copied = {}
    for name, index in pairs(assignment) do
        copied[name] = index
    end
    return copied
end

--- What tells answers apart: those of the rules, and what went wrong.
local function signature(outcome)
    local parts = { outcome.fault or "", outcome.code or "" }
    for i, step in ipairs(outcome.trace) do
        parts[i + 2] = step.answer:sub(1, 4)
    end
    return table.concat(parts, " ")
end

--- Asks about one, and remembers it where it was unlike others.
---@param assignment table<string, integer>
---@return upnudge.Outcome?
function Exploration:ask(assignment)
    self.over = self.over or os.clock() > self.ends
    local outcome = not self.over and self.interview:ask(assignment)
    if not outcome then
        return nil
    end
    local sign = signature(outcome)
    local new = not self.seen[sign]
    if new and #self.pool < POOL then
        self.seen[sign], self.pool[#self.pool + 1] = true, assignment
    end
    if outcome.notify then
        local rule = outcome.rule or "decide"
        local list = self.spoke[rule] or {}
        self.spoke[rule], list[#list < SPOKE and #list + 1 or self.chance(SPOKE)] = list, assignment
    end
    self.observe(assignment, outcome, new)
    return outcome
end

--- An ordinary activation, and each other value of each fact alone.
function Exploration:singles()
    self:ask {}
    for _, fact in ipairs(self.interview.facts) do
        for index = 2, #fact.values do
            self:ask { [fact.name] = index }
        end
    end
end

local function pairs_of(facts)
    local list = {}
    for i, one in ipairs(facts) do
        for j = i + 1, #facts do
            for a = 2, #one.values do
                for b = 2, #facts[j].values do
                    list[#list + 1] = { one.name, a, facts[j].name, b }
                end
            end
        end
    end
    return list
end

local function shuffle(list, chance)
    for i = #list, 2, -1 do
        local j = chance(i)
        list[i], list[j] = list[j], list[i]
    end
end

local function fits(assignment, pair)
    local one, other = assignment[pair[1]], assignment[pair[3]]
    return (not one or one == pair[2]) and (not other or other == pair[4])
end

--- All pairs of values that are not ordinary, packed; those of an audience alone, for they hide the others.
function Exploration:pairs()
    local others, audience = {}, {}
    for _, fact in ipairs(self.interview.facts) do
        local list = OF_AUDIENCE[fact.name] and audience or others
        list[#list + 1] = fact
    end
    local list = pairs_of(others)
    shuffle(list, self.chance)
    local first = 1
    while first <= #list and not self.over do
        local assignment, last = {}, math.min(first + AHEAD, #list)
        for i = first, last do
            local pair = list[i]
            if fits(assignment, pair) then
                assignment[pair[1]], assignment[pair[3]] = pair[2], pair[4]
                list[i], list[first] = list[first], pair
                first = first + 1
            end
        end
        self:ask(assignment)
    end
    for _, pair in ipairs(pairs_of(self.interview.facts)) do
        if OF_AUDIENCE[pair[1]] or OF_AUDIENCE[pair[3]] then
            self:ask { [pair[1]] = pair[2], [pair[3]] = pair[4] }
        end
    end
end

--- Changes some facts of what was found; one in four is ordinary again.
function Exploration:mutant()
    local chance, facts = self.chance, self.interview.facts
    local assignment = copy(self.pool[chance(#self.pool)])
    for _ = 1, chance(4) do
        local fact = facts[chance(#facts)]
        local ordinary = chance(4) == 1 or OF_AUDIENCE[fact.name] and chance(4) > 1
        assignment[fact.name] = not ordinary and chance(#fact.values) or nil
    end
    return assignment
end

--- Goes on for so many questions.
---@param count integer
function Exploration:walk(count)
    for _ = 1, count do
        self:ask(self:mutant())
    end
end

--- Goes on with what those facts may be, each of them ordinary once in three times,
--- and asks which rules are meant.
---@param facts upnudge.Fact[]
---@param count integer
---@param hear fun(conditions: string[]): boolean takes which rules are meant; whether it goes on
function Exploration:focus(facts, count, hear)
    local chance, is_wanted = self.chance, true
    while count > 0 and is_wanted and not self.over do
        local assignment = {}
        for _, fact in ipairs(facts) do
            assignment[fact.name] = chance(3) > 1 and chance(#fact.values) or nil
        end
        is_wanted = hear(self.interview:weigh(assignment) or {})
        self.over = os.clock() > self.ends
        count = count - 1
    end
end

--- What spoke, where nobody is to be told.
function Exploration:flip()
    local names = { "decide" }
    for i, rule in ipairs(self.interview.outline) do
        names[i + 1] = rule.name
    end
    for _, name in ipairs(names) do
        for _, assignment in ipairs(copy(self.spoke[name] or {})) do
            for _, labels in ipairs(AUDIENCES) do
                self:ask(self:with(assignment, labels))
            end
        end
    end
end

--- The assignment with some facts by their labels.
---@param assignment table<string, integer>
---@param labels table<string, string>
---@return table<string, integer>
function Exploration:with(assignment, labels)
    local changed = copy(assignment)
    for name, label in pairs(labels) do
        changed[name] = self.interview.by_name[name].index[label]
    end
    return changed
end

return M
