--- Hosts whose threads ask at once (tests/host/threads.c), each with handles of its own, two with one that goes from
--- hand to hand, and one that starts checks in the background. `make tsan` looks at the same for races.

local command = require "command"
local stage = require "stage"

local COUNTS <const> = "^told (%d+), quiet (%d+), checked (%d+), busy %d+, started (%d+), failed 0\n$"

before_each(stage.set)
after_each(stage.strike)

describe("threads of a host", function()
    for _, strategy in ipairs { "separate-lock", "simple", "stateless" } do
        it("are each answered, whoever else asks: " .. strategy, function()
            local policy = stage.policy(('{ api = 1, name = "p", strategy = "%s", rules = { u.rule "r" { notify = u.every "1d" } } }')
                :format(strategy))
            local result = command.shell([[cp -r "$env" "$work/other"
                exec "$build/tests/host/threads" "$state" "$env" "$work/other" "$new" %s 4]], policy)
            local told, quiet, checked, started = result.out:match(COUNTS)
            assert(told, result.out .. result.err)
            -- Three with two activations a round, two with one.
            assert.equal(4 * (3 * 2 + 2), told + quiet)
            assert(told + 0 > 0 and checked + 0 > 0 and started + 0 > 0, result.out)
            assert.equal(0, result.code)
        end)
    end
end)
