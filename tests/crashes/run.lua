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

---@class upnudge.crashes.Recorded
---@field world upnudge.crashes.World
---@field operation upnudge.crashes.Operation
---@field calls upnudge.crashes.Call[]
---@field before upnudge.crashes.Tree
---@field expected upnudge.crashes.Expected

--- Records an operation in a world of its own, which the caller closes.
---@param operation upnudge.crashes.Operation
---@return upnudge.crashes.Recorded
function M.record(operation)
    local world = World.new()
    if operation.before then
        operation.before(world)
    end
    local before = world:tree()
    local calls = recording.make(world:prelude() .. operation.run, world.home)
    local seen = cuts.seen(before, calls)
    -- Whatever the recording had missed would be missing here.
    assert(cuts.digest(seen[#seen]) == cuts.digest(world:tree()), "the recording is not what was done")
    world.now = os.time() + 1
    return { world = world, operation = operation, calls = calls, before = before,
        expected = witness.expect(world, operation, seen) }
end

--- Looks at all that may be left: how many states, and the first fault of each kind.
---@param recorded upnudge.crashes.Recorded
---@param calls upnudge.crashes.Call[]
---@param most integer
---@param seed integer
---@param enough integer? faulty states after which it is clear
---@return upnudge.crashes.Cuts
---@return table<string, {count: integer, state: upnudge.crashes.State}> faults by what is wrong
function M.look(recorded, calls, most, seed, enough)
    local found, faults, faulty = cuts.find(recorded.before, calls, most, seed), {}, 0
    for _, state in ipairs(found.states) do
        local list = witness.judge(recorded.world, recorded.operation, state, recorded.expected)
        for _, fault in ipairs(list) do
            faults[fault] = faults[fault] or { count = 0, state = state }
            faults[fault].count = faults[fault].count + 1
        end
        faulty = faulty + (list[1] and 1 or 0)
        if enough and faulty >= enough then
            break
        end
    end
    return found, faults
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
            local _, faults = M.look(recorded, M.without(recorded.calls, i), most, seed, 1)
            list[#list + 1] = { path = M.shown(one.path), fault = (next(faults)) }
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

local ROW <const> = "| %s | %d | %d | %s | %d%s | %d | %s |"

--- Runs one operation and prints its row; what is wrong comes below it. How many faults there are.
local function run(operation, most, seed)
    local recorded = M.record(operation)
    local _world <close> = recorded.world
    local found, faults = M.look(recorded, recorded.calls, most, seed)
    local mutants, missed, count = M.mutants(recorded, most, seed), {}, 0
    for _, mutant in ipairs(mutants) do
        missed[#missed + 1] = not mutant.fault and mutant.path or nil
    end
    for _ in pairs(faults) do
        count = count + 1
    end
    print(ROW:format(operation.name, #recorded.calls, #mutants, ("%.0f"):format(found.possible), #found.states,
        found.is_all and "" or " of more", count, #mutants == 0 and "–" or #missed == 0 and "all"
        or ("all but %d"):format(#missed)))
    for fault, one in pairs(faults) do
        print(("    %s, in %d states, the first of them after call %d"):format(fault, one.count, one.state.after))
    end
    for _, path in ipairs(missed) do
        print("    nothing is wrong without the sync of " .. path)
    end
    return count, #found.states
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
    local most, seed = tonumber(os.getenv "MOST") or 200, tonumber(os.getenv "SEED") or 1
    local faults, states = 0, 0
    print "| operation | calls | syncs | combinations | states tried | faults | syncs that are missed |"
    print "|---|---|---|---|---|---|---|"
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
