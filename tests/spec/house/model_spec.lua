--- The model says what the strategies do: two activations in every order of steps, the race of `simple` and the
--- clock that is older than what it is compared with. `make model` looks at all of it.

local command = require "command"

describe("the model", function()
    local model, directory

    setup(function()
        model = dofile(command.root .. "/tests/model/run.lua")
        local pipe = assert(io.popen "mktemp -d")
        directory = assert(pipe:read "l")
        pipe:close()
    end)

    teardown(function()
        os.execute("rm -rf " .. command.quote(directory))
    end)

    --- The case of a strategy, by the option that only it has or by who takes part.
    local function find(cases, strategy, what)
        for _, one in ipairs(cases) do
            if one.strategy == strategy and one.what == what then
                return one
            end
        end
        error(("no case of %s with %s"):format(strategy, what))
    end

    for _, which in ipairs {
        { "STRATEGIES", "separate-lock", "two activations" },
        { "STRATEGIES", "simple", "two activations" },
        { "MUTANTS", "separate-lock", "a decision goes by a clock from before what it knows" },
    } do
        it(("is as it should be of %s: %s"):format(which[2], which[3]), function()
            if not model.is_there() then
                return pending "spin or gcc is not there"
            end
            local one = find(model[which[1]], which[2], which[3])
            local violated, states, trail = model.verify(directory, one)
            assert.equal(one.fails, violated)
            assert.is_true(states > 100)
            if one.is_shown then
                assert.is_truthy(trail():find("shows its notice.*shows its notice"))
            end
        end)
    end
end)
