--- The crash states: each operation that writes is recorded, and what any power cut may leave of it is read back. So it
--- is of mutants of the recording, each without one of its syncs: where that changes nothing, the sync is for nothing.
---
--- usage: run.lua [WORD...]: the operations whose names have one of them. BUILD names the build directory; MOST is how
--- many combinations are looked at after one call, SEED chooses them where there are more.

local cuts = require "crashes.cuts"
local recording = require "crashes.recording"
local witness = require "crashes.witness"
local World = require "crashes.world"

local M = { OPERATIONS = require "crashes.operations" }

-- One of so many states is looked at by the real program as well; combinations of a mutant, at most.
local PROGRAM <const>, MUTANT <const> = 25, 20

---@class upnudge.crashes.Recorded
---@field world upnudge.crashes.World
---@field operation upnudge.crashes.Operation
---@field calls upnudge.crashes.Call[]
---@field before upnudge.crashes.Tree
---@field expected upnudge.crashes.Expected

--- What was done until somebody was killed, which is as it was left then.
local function killed(world, before, how)
    local calls, last = recording.make(world:prelude() .. how.run, world.home), 0
    for i, one in ipairs(calls) do
        last = one.call == how.call and one.path:find(how.path) and i or last
    end
    assert(last > 0, "there is no such call")
    calls = table.move(calls, 1, last, 1, {})
    local seen = cuts.seen(before, calls)
    world:restore(seen[#seen])
    return calls
end

local function record(world, operation)
    if operation.before then
        operation.before(world)
    end
    local before = world:tree()
    local calls = operation.killed and killed(world, before, operation.killed) or {}
    for _, one in ipairs(recording.make(world:prelude() .. operation.run, world.home)) do
        calls[#calls + 1] = one
    end
    local seen = cuts.seen(before, calls)
    -- Whatever the recording had missed would be missing here.
    assert(cuts.digest(seen[#seen]) == cuts.digest(world:tree()), "the recording is not what was done")
    world.now = os.time() + 1
    if operation.after then
        operation.after(world)
    end
    return { world = world, operation = operation, calls = calls, before = before,
        expected = witness.expect(world, operation, seen) }
end

--- Records an operation in a world of its own, which the caller closes.
---@param operation upnudge.crashes.Operation
---@return upnudge.crashes.Recorded
function M.record(operation)
    local world = World.new()
    local ok, recorded = pcall(record, world, operation)
    if not ok then
        world:close()
        error(recorded, 0)
    end
    return recorded
end

--- Looks at all that may be left: how many states, and the first fault of each kind.
---@param recorded upnudge.crashes.Recorded
---@param calls upnudge.crashes.Call[]
---@param most integer
---@param seed integer
---@return upnudge.crashes.Cuts
---@return table<string, {count: integer, state: upnudge.crashes.State}> faults by what is wrong
---@return integer programs how many states the real program looked at
function M.look(recorded, calls, most, seed)
    local found, faults, programs = cuts.find(recorded.before, calls, most, seed), {}, 0
    local world, expected = recorded.world, recorded.expected
    for i, state in ipairs(found.states) do
        local list, said = witness.judge(world, recorded.operation, state, expected)
        if said and i % PROGRAM == 0 then
            programs = programs + 1
            for _, fault in ipairs(witness.judge_program(world, recorded.operation, state, expected, said)) do
                list[#list + 1] = fault
            end
        end
        for _, fault in ipairs(list) do
            faults[fault] = faults[fault] or { count = 0, state = state }
            faults[fault].count = faults[fault].count + 1
        end
    end
    return found, faults, programs
end

--- The first fault of all that may be left; nil: there is none.
---@param recorded upnudge.crashes.Recorded
---@param calls upnudge.crashes.Call[]
---@param most integer
---@param seed integer
---@return string? fault
function M.first_fault(recorded, calls, most, seed)
    for _, state in ipairs(cuts.find(recorded.before, calls, most, seed).states) do
        local fault = witness.judge(recorded.world, recorded.operation, state, recorded.expected)[1]
        if fault then
            return fault
        end
    end
end

--- The recording without one of its syncs.
---@param calls upnudge.crashes.Call[]
---@param left_out integer
---@return upnudge.crashes.Call[]
function M.without(calls, left_out)
    local list = {}
    for i, one in ipairs(calls) do
        list[#list + 1] = i ~= left_out and one or nil
    end
    return list
end

---@class upnudge.crashes.Mutant
---@field path string what is not synced, without what differs from run to run
---@field fault? string what is wrong then; nil: nothing

--- Each mutant, and what is wrong with it.
---@param recorded upnudge.crashes.Recorded
---@param most integer
---@param seed integer
---@return upnudge.crashes.Mutant[]
function M.mutants(recorded, most, seed)
    local list = {}
    for i, one in ipairs(recorded.calls) do
        if one.call == "sync" then
            list[#list + 1] = { path = M.shown(one.path),
                fault = M.first_fault(recorded, M.without(recorded.calls, i), most, seed) }
        end
    end
    return list
end

--- A path without what differs from run to run.
---@param path string
---@return string
function M.shown(path)
    return (path:gsub("%x%x%x%x%x%x%x%x%x%x+", "*"):gsub("^(%l+)/upnudge/default/", "%1/"))
end

-- ---- the table ----------------------------------------------------------------------------------

local ROW <const> = "| %s | %d | %d | %s | %d%s | %d | %d | %d |"

--- Says what is wrong, below a row. How many faults there are.
local function tell(operation, faults, mutants)
    local count = 0
    for fault, one in pairs(faults) do
        print(("    %s, in %d states, the first of them after call %d"):format(fault, one.count, one.state.after))
        count = count + 1
    end
    for _, mutant in ipairs(mutants) do
        local spared = operation.spared and operation.spared[mutant.path]
        if not mutant.fault and not spared then
            print(("    nothing was seen to be wrong without the sync of '%s'"):format(mutant.path))
        end
    end
    return count
end

--- Runs one operation and prints its row, and below it what is wrong: how many faults, and of how many states.
local function run(operation, most, seed)
    local recorded = M.record(operation)
    local _world <close> = recorded.world
    local found, faults, programs = M.look(recorded, recorded.calls, most, seed)
    local mutants, missed, kinds = M.mutants(recorded, math.min(most, MUTANT), seed), 0, 0
    for _, mutant in ipairs(mutants) do
        missed = missed + (mutant.fault and 1 or 0)
    end
    for _ in pairs(faults) do
        kinds = kinds + 1
    end
    print(ROW:format(operation.name, #recorded.calls, #mutants, ("%.3g"):format(found.possible), #found.states,
        found.is_all and "" or " of more", programs, kinds, missed))
    return tell(operation, faults, mutants), #found.states
end

local function is_chosen(operation)
    for _, word in ipairs(arg) do
        if operation.name:find(word, 1, true) then
            return true
        end
    end
    return #arg == 0
end

local function main()
    local most, seed = tonumber(os.getenv "MOST") or 30, tonumber(os.getenv "SEED") or 1
    local faults, states = 0, 0
    print "| operation | calls | syncs | combinations | states tried | by the program | faults | mutants found |"
    print "|---|---|---|---|---|---|---|---|"
    for _, operation in ipairs(M.OPERATIONS) do
        if is_chosen(operation) then
            local wrong, tried = run(operation, most, seed)
            faults, states = faults + wrong, states + tried
        end
    end
    print(("%d states, %d faults; seed %d"):format(states, faults, seed))
    os.exit(faults == 0)
end

if arg and arg[0] and arg[0]:find "crashes/run%.lua$" then
    main()
end

return M
