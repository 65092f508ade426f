--- The simulation finds nothing wrong with the library, and what is wrong with mutants of it. `make simulate` looks for
--- longer.

local command = require "command"

describe("the simulation", function()
    -- A sanitiser makes each run some ten times as long.
    local EACH <const>, MOST <const> = command.sanitised and 20 or 150, 6000

    local function simulate(words, ...)
        return command.shell(('cd "$root" && "$build"/tests/simulation/simulate %s 2>&1'):format(words), ...)
    end

    it("finds no fault in a schedule of any kind", function()
        local run = simulate(("count %d 1"):format(EACH))
        assert.equal(0, run.code, run.out)
        local _, kinds = run.out:gsub(("%d schedules"):format(EACH), "")
        assert.equal(4, kinds)
    end)

    it("finds the race of `simple`, tells its shortest way, and plays it again", function()
        local run = simulate(("race %d 1"):format(MOST))
        assert.equal(0, run.code, run.out)
        assert.is_truthy(run.out:find("SHOWS ITS NOTICE.*SHOWS ITS NOTICE"))
        local schedule = run.out:match "SCHEDULE='([^']*)'"
        assert.is_true(#schedule < 80, schedule)
        local again = simulate("play %s", schedule)
        assert.equal(1, again.code)
        assert.is_truthy(again.out:find("no time is lost: somebody is told again", 1, true))
    end)

    it("finds each mutant", function()
        if command.sanitised then
            return pending "it takes minutes under a sanitiser"
        end
        local run = simulate(("mutants %d 1 tests/simulation/mutants/*.lua"):format(MOST))
        assert.equal(0, run.code, run.out)
        assert.is_true(tonumber(run.out:match "(%d+) mutants, 0 not found") > 10)
    end)
end)
