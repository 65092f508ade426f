--- A runtime that stays open, and a policy that changes meanwhile.

local command = require "command"
local stage = require "stage"

local work, env, state, now, variables

before_each(function()
    work, env, state = stage.set()
    now, variables = stage.NOW, {}
end)

after_each(stage.strike)

local SAYS <const> = '{ api = 1, name = "p", %s rules = { u.rule "r" { notify = u.always(), text = %q } } }'

local function says(text, name, more)
    return stage.policy(SAYS:format(more or "", text), name)
end

local function open(policy)
    local runtime = assert(stage.open({ state_dir = state, policy = policy }, function() return now end, variables))
    local check = runtime:check_begin(env, { max_age = 0 })
    assert(check:commit(command.read(stage.NEW)))
    now = now + 60
    return runtime
end

local function said(runtime)
    now = now + 1
    return runtime:notify(env, { tty = false }).text
end

describe("an open runtime", function()
    it("goes on with a policy that was changed, and with the last good one while that has a mistake", function()
        local runtime = open(says "first")
        assert.equal("first", said(runtime))
        local policy = runtime.policy
        assert.equal("first", said(runtime))
        assert.equal(policy, runtime.policy)
        says "the second"
        assert.equal("the second", said(runtime))
        stage.policy "{"
        assert.equal("the second", said(runtime))
        assert.is_truthy(runtime.policy_fault)
        local deputy = runtime.policy
        assert.equal("the second", said(runtime))
        local again = runtime.policy
        assert.equal("the second", said(runtime))
        assert.is_true(again == runtime.policy or deputy == runtime.policy)
        says "the third one"
        assert.equal("the third one", said(runtime))
        assert.is_nil(runtime.policy_fault)
    end)

    it("goes on with a base that was changed, and one that is gone", function()
        says("base", "base")
        local runtime = open(stage.policy('{ api = 1, name = "top", extends = "base" }', "top"))
        assert.equal("base", said(runtime))
        says("new base", "base")
        assert.equal("new base", said(runtime))
        command.must 'rm "$work/base.lua"'
        assert.equal("new base", said(runtime))
        says("base again", "base")
        assert.equal("base again", said(runtime))
    end)

    it("finds the person's and the machine's where they come to be, and forgets those that go", function()
        variables.XDG_CONFIG_HOME, variables.XDG_CONFIG_DIRS = work .. "/person", work .. "/machine"
        command.must 'mkdir -p "$work/person/upnudge" "$work/machine/upnudge"'
        local runtime = open()
        said(runtime)
        assert.equal("default", runtime.policy.name)
        says("the machine", "machine/upnudge/policy")
        assert.equal("the machine", said(runtime))
        says("the person", "person/upnudge/policy", 'ignore = { "curl" },')
        assert.equal("the person", said(runtime))
        says("the machine again", "machine/upnudge/policy")
        assert.equal("the person", said(runtime))
        command.must 'rm "$work/person/upnudge/policy.lua"'
        assert.equal("the machine again", said(runtime))
        command.must 'rm "$work/machine/upnudge/policy.lua"'
        said(runtime)
        assert.equal("default", runtime.policy.name)
    end)

    it("goes by what the new one ignores, and by its strategy", function()
        local path = says "first"
        local runtime = open(path)
        said(runtime)
        stage.policy '{ api = 1, name = "p", strategy = "stateless", ignore = { "*" }, rules = { u.rule "r" { notify = u.always() } } }'
        assert.equal("ignored", runtime:notify(env, { tty = false }).code)
        assert.equal(require "upnudge.strategy.stateless", runtime:strategy())
    end)

    it("ends a check with the policy with which it was begun", function()
        local runtime = open(says "first")
        said(runtime)
        local check = runtime:check_begin(env, { max_age = 0 })
        says("second", nil, 'ignore = { "*" }, strategy = "simple",')
        assert.equal("ignored", runtime:notify(env, { tty = false }).code)
        local answer = check:commit(command.read(stage.NEW))
        assert.equal("checked", answer.outcome, answer.reason)
    end)

    it("keeps no policies of before", function()
        local runtime = open(says "first")
        local function size(rounds)
            for i = 1, rounds do
                says(("text %d"):format(i % 2))
                assert.equal(("text %d"):format(i % 2), said(runtime))
            end
            runtime:flush()
            collectgarbage()
            collectgarbage()
            return collectgarbage "count"
        end
        size(20)
        local before = size(2)
        assert.is_true(size(60) - before < 64)
    end)
end)
