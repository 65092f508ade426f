--- The specification: what each operation on an environment does where one comes after the other, and what it may
--- answer then. It is all that a history is held against (upnudge knows nothing of it).
---
--- An environment has, on each machine, the result of its last check and a snooze; and one time of the last notice,
--- which machines share where they share a database. A check puts its result in the place of the last one. A snooze or
--- a wake puts its end in the place of that of the last. An activation tells the result that is there if nobody is
--- asleep and the last notice is a window ago, and that is then the time of the last notice. All this holds from the
--- moment at which it happens, and for everybody.
---
--- An activation looks at the snooze, the result and the last notice at moments of its own, in that order, between
--- which others may act: so it is several steps, as is `show`, and all else is one. An operation whose answer leaves
--- it open what it did has several ways.
---
--- Of `simple` two things are known that break this (lua/upnudge/strategy/simple.lua): a time is written without
--- looking whether a newer one is there, and written where no one will read it when a check has just replaced the
--- record. So there is a second specification, in which those are steps of their own, and nothing else is looser.

local M = {}

---@class histories.Operation
---@field kind "check"|"notify"|"snooze"|"wake"|"show"|"switch"
---@field machine integer
---@field invoked number seconds since the history began, when its process was about to start
---@field returned number when its process had ended
---@field killed boolean? whether that was by a kill
---@field said string? what it answered; nil: it was killed before
---@field result integer? (notify, show) the number of the check whose result it told; 0: there was nothing new
---@field last integer? (show) seconds UTC, of the last notice
---@field number integer? (check) of it; 0: it finds nothing new
---@field fails boolean? (check) whether its dry upgrade does
---@field seconds integer? (snooze) how long
---@field until integer? (snooze) seconds UTC
---@field strategy string? (switch) the new one

---@class histories.History
---@field wall number seconds UTC, when it began
---@field window integer seconds
---@field strategy string at the beginning
---@field switches boolean whether the strategy changes
---@field operations histories.Operation[]

---@class histories.Step
---@field act fun(state: table, now: integer?): table? the state after it; nil: it cannot be
---@field reads boolean? whether it changes nothing, whenever it is
---@field missed? fun(before: table, after: table, latest: integer): boolean whether it can never be taken after that
---change, until that second
---@field clock boolean? whether it looks at the clock, of which it gets the seconds UTC

---@class histories.Way what an operation may have done: steps, in this order
---@alias histories.Ways histories.Step[][]

local FAILED <const>, NEVER <const> = -1, -math.huge
-- Seconds after which an activation ends, wherever it is.
local DEADLINE <const> = 2
-- Seconds after its end in which what a killed process had asked a server may still happen.
local BEHIND <const> = 2

--- The state before anything has happened. Nothing is ever changed in a state.
---@return table
function M.first()
    return { last = NEVER, record = NEVER, generation = 0 }
end

local function with(state, name, value)
    local copy = {}
    for key, member in pairs(state) do
        copy[key] = member
    end
    copy[name] = value
    return copy
end

-- ---- steps ------------------------------------------------------------------------------------------------------

local function reads(holds)
    return { reads = true, act = function(state)
        return holds(state) and state or nil
    end }
end

local function sets(name, value)
    return { act = function(state)
        return with(state, name, value)
    end }
end

local function is_asleep(machine, expected)
    return { clock = true, reads = true, act = function(state, now)
        local asleep = (state["asleep" .. machine] or 0) > now
        return asleep == expected and state or nil
    end }
end

--- Finds the result of a check, which nobody finds again once another has come.
local function finds_one(machine, number)
    local name = "result" .. machine
    return { reads = true, act = function(state)
        return state[name] == number and state or nil
    end, missed = function(before, after)
        return before[name] == number and after[name] ~= number
    end }
end

--- Whether the last check's result is such a one; nil: no check has ended.
local function finds(machine, holds)
    return reads(function(state)
        return holds(state["result" .. machine])
    end)
end

local function is_news(result)
    return result and result > 0
end

local function commits(machine, number)
    return sets("result" .. machine, number)
end

--- A failed check leaves the result as it is.
local function commits_failure(machine)
    local name = "result" .. machine
    return { act = function(state)
        return state[name] and state or with(state, name, FAILED)
    end }
end

local function last_of(state)
    return math.max(state.last, state.record)
end

local function claims(window)
    return { clock = true, act = function(state, now)
        return now - last_of(state) >= window and with(state, "last", now) or nil
    end, missed = function(_, after, latest)
        return latest - last_of(after) < window
    end }
end

--- Finds the time of the last notice, which only grows.
local function finds_last(last)
    return { reads = true, act = function(state)
        return last_of(state) == last and state or nil
    end, missed = function(_, after)
        return after.last > last
    end }
end

local function is_not_due(window)
    return { clock = true, reads = true, act = function(state, now)
        return now - last_of(state) < window and state or nil
    end }
end

-- ---- steps of the race of `simple` --------------------------------------------------------------------------------

local function of_record(state)
    return state.record
end

--- What an operation has seen is in the state, by its number.
local function sees(id, what)
    return { act = function(state)
        return with(state, "seen" .. id, what(state))
    end }
end

--- Nobody looks at what was seen any more.
local function forgets(state, id)
    return with(with(state, "seen" .. id, nil), "taken" .. id, nil)
end

--- Goes by what was seen, and notes the time that is to be written.
local function takes_time(id, window)
    return { clock = true, act = function(state, now)
        return now - state["seen" .. id] >= window and with(state, "taken" .. id, now) or nil
    end }
end

local function opens_record(id)
    return sees(id, function(state)
        return state.generation
    end)
end

local function writes_time(id)
    return { act = function(state)
        local is_there, taken = state["seen" .. id] == state.generation, state["taken" .. id]
        state = forgets(state, id)
        return is_there and with(state, "record", taken) or state
    end }
end

local function saw_too_early(id, window)
    return { clock = true, act = function(state, now)
        return now - state["seen" .. id] < window and forgets(state, id) or nil
    end }
end

--- The other strategies look at their own file when they claim, and know the record as they saw it.
local function claims_beside(id, window)
    return { clock = true, act = function(state, now)
        local is_due = now - math.max(state["seen" .. id], state.last) >= window
        return is_due and with(forgets(state, id), "last", now) or nil
    end }
end

local function replaces_record(id, change)
    return { act = function(state)
        local seen = state["seen" .. id]
        return forgets(with(with(change.act(state), "record", seen), "generation", state.generation + 1), id)
    end }
end

-- ---- ways -------------------------------------------------------------------------------------------------------

--- Lists behind each other.
local function joined(...)
    local way = {}
    for _, list in ipairs { ... } do
        table.move(list, 1, #list, #way + 1, way)
    end
    return way
end

--- How a strategy tells, and how it finds that it is too early.
local function strategy_steps(id, history, strategy, is_raced)
    local window = history.window
    if strategy == "stateless" then
        return { {} }, nil
    elseif not is_raced then
        -- A server's clock and ours may change their second one after the other.
        return { { claims(window) } }, { is_not_due(strategy == "database" and window + 1 or window) }
    elseif strategy == "simple" then
        return { { sees(id, last_of), takes_time(id, window), opens_record(id), writes_time(id) } },
            { sees(id, last_of), saw_too_early(id, window) }
    end
    return { { sees(id, of_record), claims_beside(id, window) } }, { sees(id, last_of), saw_too_early(id, window) }
end

local function any(list, holds)
    for _, one in ipairs(list) do
        if holds(one) then
            return true
        end
    end
    return false
end

--- Whether the other goes on at some time at which this one does, or was killed just before.
local function are_at_once(op, other)
    return other.invoked <= op.returned and other.returned + (other.killed and BEHIND or 0) >= op.invoked
end

--- Whether somebody else does the same meanwhile, of whom that holds.
local function has_rival(op, history, anywhere, holds)
    return any(history.operations, function(other)
        return other ~= op and other.kind == op.kind and (anywhere or other.machine == op.machine)
            and are_at_once(op, other) and (not holds or holds(other))
    end)
end

--- Whether an activation may have told, whatever it says.
local function may_have_told(op)
    return not op.said or op.said == "told" or op.said == "fault" or op.said == "database-unreachable"
end

--- Whether somebody may have had the lock of the last notice while an activation went on. Who tells has it, and who
--- finds only then that somebody else has just told; in a database that may be long ago.
local function is_locked_out(op, history, is_database)
    return has_rival(op, history, is_database, function(other)
        local is_late = other.said == "not-due" or other.said == "silence"
        return may_have_told(other)
            or is_late and (is_database or has_rival(other, history, false, may_have_told))
    end)
end

--- The silences of an activation, by its codes: ways that lead there. `nil`: it may not be silent so.
local function silences(op, history, strategy, too_early, tells)
    local machine = op.machine
    local awake, news = is_asleep(machine, false), finds(machine, is_news)
    local is_database = strategy == "database"
    local checked = any(history.operations, function(other)
        return other.kind == "check" and other.machine == machine and are_at_once(op, other)
    end)
    local rival = strategy ~= "simple" and strategy ~= "stateless" and is_locked_out(op, history, is_database)
    local function finding(holds)
        return { { awake, finds(machine, holds) } }
    end
    local function unanswered()
        local ways = { { awake, news } }
        for _, tell in ipairs(tells) do
            ways[#ways + 1] = joined({ awake, news }, tell)
        end
        return ways
    end
    return {
        snoozed = { { is_asleep(machine, true) } },
        ["not-checked"] = finding(function(result) return not result end),
        ["check-failed"] = finding(function(result) return result == FAILED end),
        ["nothing-new"] = finding(function(result) return result == 0 end),
        ["not-due"] = too_early and { joined({ awake, news }, too_early) },
        outdated = checked and { { awake } } or nil,
        locked = rival and { { awake, news } } or nil,
        ["told-elsewhere"] = rival and { { awake, news } } or nil,
        -- What was claimed and not shown counts as told.
        ["database-unreachable"] = is_database and unanswered() or nil,
        fault = op.returned - op.invoked >= DEADLINE and unanswered() or nil,
    }
end

--- The ways of an activation under one strategy.
local function activations(op, id, history, strategy, is_raced)
    local tells, too_early = strategy_steps(id, history, strategy, is_raced)
    local machine, ways = op.machine, {}
    local quiet = silences(op, history, strategy, too_early, tells)
    if op.said == "told" then
        for _, tell in ipairs(tells) do
            ways[#ways + 1] = joined({ is_asleep(machine, false), finds_one(machine, op.result) }, tell)
        end
    elseif op.said == "silence" then
        -- Nobody knows which.
        for _, list in pairs(quiet) do
            table.move(list, 1, #list, #ways + 1, ways)
        end
    elseif op.said then
        ways = quiet[op.said] or {}
    elseif strategy ~= "stateless" then
        ways = tells
    end
    return ways
end

--- The strategies that the policy named at some time while the operation went on.
local function strategies_of(op, history)
    local list, at_first = {}, history.strategy
    for _, other in ipairs(history.operations) do
        if other.kind == "switch" and other.returned < op.invoked then
            at_first = other.strategy
        elseif other.kind == "switch" and other.invoked <= op.returned then
            list[#list + 1] = other.strategy
        end
    end
    return { at_first, table.unpack(list) }
end

local WAYS <const> = {}

function WAYS.notify(op, id, history, is_raced)
    local ways = {}
    for _, strategy in ipairs(strategies_of(op, history)) do
        ways = joined(ways, activations(op, id, history, strategy, is_raced))
    end
    return ways
end

function WAYS.check(op, id, history, is_raced)
    local commit = op.fails and commits_failure(op.machine) or commits(op.machine, op.number)
    local way = is_raced and { sees(id, of_record), replaces_record(id, commit) } or { commit }
    local expected = op.fails and "dry-upgrade-failed" or "checked"
    if op.said == "busy" then
        return has_rival(op, history, history.strategy == "database" or history.switches) and { {} } or {}
    end
    return (not op.said or op.said == expected) and { way } or {}
end

function WAYS.snooze(op, _, history)
    local name, ways = "asleep" .. op.machine, {}
    if op.said then
        return op.said == "done" and { { sets(name, op["until"]) } } or {}
    end
    for second = (history.wall + op.invoked) // 1 | 0, (history.wall + op.returned) // 1 | 0 do
        ways[#ways + 1] = { sets(name, second + op.seconds) }
    end
    return ways
end

function WAYS.wake(op)
    return (not op.said or op.said == "done") and { { sets("asleep" .. op.machine, 0) } } or {}
end

function WAYS.show(op, _, history)
    local function finds_result(result)
        if result and result > 0 then
            return finds_one(op.machine, result)
        end
        return finds(op.machine, function(found)
            return found == result or found == FAILED and result == nil
        end)
    end
    if op.said == "not-checked" then
        return { { finds_result(nil) } }
    elseif op.said ~= "shown" then
        return {}
    elseif history.switches or history.strategy == "database" or history.strategy == "stateless" then
        return { { finds_result(op.result) } }
    end
    return { { finds_result(op.result), finds_last(op.last or NEVER) } }
end

--- It is no process, and its moment is known.
function WAYS.switch()
    return { {} }
end

--- What an operation may have done.
---@param history histories.History
---@param id integer of the operation
---@param is_raced boolean whether the race of `simple` counts as explained
---@return histories.Ways
function M.ways(history, id, is_raced)
    local op = history.operations[id]
    return WAYS[op.kind](op, id, history, is_raced)
end

--- Whether nobody knows what it did: it was killed, and had not answered.
---@param op histories.Operation
---@return boolean
function M.is_open(op)
    return op.said == nil
end

--- When the last thing can have come of an operation that was killed.
---@param history histories.History
---@param op histories.Operation
---@return number seconds since the history began
function M.latest(history, op)
    local asks = op.kind == "notify" and (history.switches or history.strategy == "database")
    return op.returned + (asks and BEHIND or 0)
end

return M
