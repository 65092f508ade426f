--- What a power cut may leave of each operation that writes is read back as it should be, and a sync that is left out is
--- noticed (tests/crashes/). `make crashes` looks at more, and says how many states there were.

local crashes = require "crashes.run"
local recording = require "crashes.recording"

-- Combinations after one call, and the seed by which they are chosen where there are more.
local MOST <const>, SEED <const> = 2, 1
-- Those of which mutants are looked at here.
local MUTATED <const> = { ["a check with another result"] = true, ["a snooze"] = true, ["hearing of environments again"] = true }

local function check_mutants(recorded)
    for _, mutant in ipairs(crashes.mutants(recorded, MOST, SEED)) do
        local spared = recorded.operation.spared or {}
        assert(mutant.fault or spared[mutant.path], "nothing is wrong without the sync of " .. mutant.path)
    end
end

describe("a power cut", function()
    for _, operation in ipairs(crashes.OPERATIONS) do
        it("leaves nothing wrong of " .. operation.name, function()
            if not recording.is_there() then
                return pending "strace is not there, or may not look at others"
            end
            local recorded = crashes.record(operation)
            local _world <close> = recorded.world
            local found, faults = crashes.look(recorded, recorded.calls, MOST, SEED)
            local fault, one = next(faults)
            assert(not fault, fault and ("%s, after call %d"):format(fault, one.state.after))
            assert(#found.states >= math.min(#recorded.calls / 2, 20 * MOST), "there are hardly any states")
            if MUTATED[operation.name] then
                check_mutants(recorded)
            end
        end)
    end
end)
