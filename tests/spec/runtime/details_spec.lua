--- The details of a question, as policies look at them.

local command = require "command"
local core = require "upnudge.core"
local hosts = require "upnudge.runtime.host"
local runtimes = require "upnudge.runtime"
local stage = require "stage"

local NOW <const>, HOUR <const> = stage.NOW, stage.HOUR

local env, state, now, variables

before_each(function()
    local work
    work, env, state = stage.set()
    now, variables = NOW, { HOME = work, COLOUR = "blue" }
end)

after_each(stage.strike)

local function notify(runtime, activation)
    activation.tty = true
    return runtime:notify(env, activation)
end

describe("a detail", function()
    it("is what a policy sees, and no question is outdated by it while the record is the same", function()
        local runtime = assert(stage.open({ state_dir = state, policy = stage.policy('{ api = 1, name = "p", reads = { "COLOUR" }, '
            .. 'rules = { u.rule "r" { notify = u.always() } }, text = function() return "text" end }') },
            function() return now end, variables))
        assert.is_nil(runtime.policy_fault)
        assert(runtime:check_begin(env, { now = NOW - HOUR }):commit(command.read(stage.NEW)))
        local asked
        local ask = runtime.policy.ask
        runtime.policy.ask = function(policy, question)
            asked = question
            return ask(policy, question)
        end
        assert.is_true(notify(runtime, {}).notify)
        assert.equal(require "upnudge.lib.time".utc_offset(NOW), asked.look_up "utc_offset")
        assert.same({ COLOUR = "blue" }, asked.look_up "vars")
        assert.equal(asked.result.total, #asked.look_up "packages")
        assert.same({}, asked.look_up "exposures")
        assert.is_false(asked.look_up "agent")
        assert.equal(core.system(), asked.look_up "system")
        assert.is_table(asked.look_up "rules")
        assert.is_falsy(asked.outdated)
    end)
end)

describe("the system of a host", function()
    --- What the policy says of it, and how often it was looked up.
    local function asked(lockfile, upgraded, text)
        local count, system = 0, core.system
        command.must('rm -rf "$env"/* "$env"/.flox "$state" && cp %s "$env"/', lockfile)
        local policy = stage.policy(([[{ api = 1, name = "p",
            strategy = "stateless", text = function(c) %s end, rules = { u.rule "r" { notify = u.always() } } }]]):format(text))
        local function open_here()
            local runtime = assert(runtimes.open { state_dir = state, policy = policy, host = hosts.new {
                now = function() return now end, variable = function(name) return variables[name] end } })
            assert.is_nil(runtime.policy_fault)
            stage.finally(function() runtime:close() end)
            return runtime
        end
        -- A check tells what waits on this system, so it is another runtime that is asked.
        local check = open_here():check_begin(env, { now = NOW - HOUR })
        assert.equal("checked", check:commit(command.read(upgraded)).outcome)
        local runtime = open_here()
        stage.finally(function() core.system = system end)
        core.system = function()
            count = count + 1
            return system()
        end
        local said = {}
        for i = 1, 2 do
            said[i] = notify(runtime, { command = "one " .. i }).text
        end
        core.system = system
        return said[1], said[2], count
    end
    local webshop = command.root .. "/tests/fixtures/webshop/"
    local lockfile, upgraded = webshop .. "package-lock.json", webshop .. "upgraded.json"

    it("is not looked up where nobody asks for it: that takes reading a program", function()
        assert.same({ "4", "4", 0 }, { asked(lockfile, upgraded, "return tostring(c.result.total)") })
    end)

    it("is there for a policy that asks, or lists what there is", function()
        local here = core.system()
        assert.same({ here, here, 1 }, { asked(lockfile, upgraded, "return c.host.system") })
        assert.same({ here, here, 1 }, { asked(lockfile, upgraded,
            "for name, value in pairs(c.host) do if name == 'system' then return value end end") })
    end)

    it("is looked up once where the lockfile tells systems apart", function()
        assert.same({ "3", "3", 1 }, { asked(stage.OLD, stage.NEW, "return tostring(c.result.total)") })
    end)
end)
