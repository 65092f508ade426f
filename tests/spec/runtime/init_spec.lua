--- The runtime: how it opens, what it keeps, and what it writes when it closes.

local command = require "command"
local core = require "upnudge.core"
local decisions = require "upnudge.record.decisions"
local hosts = require "upnudge.runtime.host"
local runtimes = require "upnudge.runtime"
local stage = require "stage"

local NOW <const> = stage.NOW

local work, env, state, now, variables

before_each(function()
    work, env, state = stage.set()
    now, variables = NOW, { HOME = work }
end)

after_each(stage.strike)

local function open(options)
    options = options or {}
    options.host = hosts.new { now = function() return now end, variable = function(name) return variables[name] end }
    local runtime, message = runtimes.open(options)
    if runtime then
        stage.finally(function() runtime:close() end)
    end
    return runtime, message
end

describe("a runtime", function()
    it("keeps its state where it is told, or where caches are", function()
        for path, kept in pairs { ["/x"] = "/x", ["/x/y//"] = "/x/y", ["/"] = "/", ["//"] = "/" } do
            assert.equal(kept, assert(open { state_dir = path }).state_dir)
        end
        assert.equal(work .. "/.cache/upnudge/default", assert(open()).state_dir)
        variables.XDG_CACHE_HOME = "relative"
        assert.equal(work .. "/.cache/upnudge/acme", assert(open { app = "acme" }).state_dir)
        variables.XDG_CACHE_HOME = "/var/cache"
        assert.equal("/var/cache/upnudge/acme", assert(open { app = "acme" }).state_dir)
    end)

    it("does not open where there is no such place", function()
        assert.same({ nil, "state directory 'x' is not absolute" }, { open { state_dir = "x" } })
        for _, home in ipairs { false, "relative" } do
            variables.HOME = home or nil
            assert.same({ nil, "no state directory: set HOME or XDG_CACHE_HOME, or name one" }, { open() })
        end
    end)

    it("takes names of apps that are names of directories", function()
        for _, app in ipairs { "a", "_x", "acme-2.0", "9" } do
            assert.is_truthy((open { app = app }))
        end
        for _, app in ipairs { "", ".", "..", "-x", "a/b", "a b", "a\n", "\u{e9}" } do
            local runtime, message = open { app = app }
            assert.is_nil(runtime, app)
            assert.is_truthy(message:find("letters, digits, '.', '_' and '-' only", 1, true), message)
        end
    end)

    it("creates nothing before there is something to keep", function()
        local runtime = assert(open { state_dir = state })
        runtime:notify(env, { tty = true })
        runtime:explain(env)
        runtime:close()
        assert.is_nil(core.stamp(state))
    end)

    it("knows an environment once, and says what it cannot find", function()
        local runtime = assert(open { state_dir = state })
        assert.equal(runtime:environment(env), runtime:environment(env))
        for _, what in ipairs { "notify", "explain" } do
            local decision = runtime[what](runtime, work .. "/nowhere")
            assert.same({ false, true }, { decision.notify, decision.error })
            assert.is_truthy(decision.reason:find("/nowhere: cannot find the directory", 1, true), decision.reason)
        end
        assert.same({ "failed", "failed" }, { runtime:check_begin(work .. "/nowhere").state, runtime:check_begin(work .. "/nowhere").outcome })
    end)

    it("has one strategy: the policy's, or what stands in for it", function()
        local runtime = assert(open { state_dir = state })
        assert.equal(require "upnudge.strategy.separate_lock", runtime:strategy())
        assert.equal(runtime:strategy(), runtime:strategy())
        local stateless = assert(open { state_dir = state, policy = "stateless-hint" })
        assert.equal(require "upnudge.strategy.stateless", stateless:strategy())
        stateless = assert(open { state_dir = state, policy = "stateless-hint" })
        stateless.host.stand_ins.stateless = "simple"
        assert.equal(require "upnudge.strategy.simple", stateless:strategy())
    end)

    it("gives a strategy with settings what it knows", function()
        command.must 'mkdir -p "$work/upnudge/strategy"'
        command.write(work .. "/upnudge/strategy/own.lua", [[return { open = function(settings)
            return { read = function() return settings end, commit_check = print, claim = print } end }]])
        variables.UPNUDGE_LUA_PATH = work .. "/?.lua"
        local runtime = assert(open { state_dir = state, app = "acme",
            policy = stage.policy '{ api = 1, name = "p", extends = "default", strategy = "own", per = "machine", deadline = "70ms" }' })
        local settings = runtime:strategy().read()
        assert.same({ "acme", state, "machine", 70, work }, { settings.app, settings.state_dir, settings.per, settings.deadline,
            settings.variable "HOME" })
    end)

    it("with a faulty policy opens, is quiet and begins no check", function()
        local runtime = assert(open { state_dir = state, policy = stage.policy "{ api = 1 }" })
        assert.is_nil(runtime.policy)
        local decision = runtime:notify(env, { tty = true })
        assert.same({ false, true, runtime.policy_fault }, { decision.notify, decision.error, decision.reason })
        assert.is_truthy(decision.reason:find("policy.lua:", 1, true), decision.reason)
        assert.equal("failed", runtime:check_begin(env).state)
    end)

    it("that is closed is quiet, and may be closed again", function()
        local runtime = assert(open { state_dir = state })
        runtime:close()
        runtime:close()
        assert.same({ "the runtime is closed", true }, { runtime:notify(env).reason, runtime:notify(env).error })
        assert.equal("failed", runtime:check_begin(env).state)
        assert.is_nil(runtime:explain(env).trace[1])
    end)

    it("that is closed has what its open checks find all the same", function()
        for _, max_age in ipairs { 0, 60 } do
            local runtime = assert(open { state_dir = state })
            local check = runtime:check_begin(env, { max_age = max_age, now = now })
            runtime:close()
            local answer = check:commit(command.read(stage.NEW))
            assert.equal("checked", answer.outcome, answer.reason)
            now = now + 3600
        end
        local runtime = assert(open { state_dir = state })
        local check = runtime:check_begin(env, { max_age = 60, now = now })
        runtime:close()
        assert.equal("no room", check:fail("no room").reason)
    end)
end)

describe("what a runtime has decided", function()
    local runtime, record

    before_each(function()
        runtime = assert(open { state_dir = state, policy = stage.policy [[{ api = 1, name = "p", rules = {
            u.rule "never" { when = function(c) return c.now % 2 == 1 end, quiet = "odd" }, u.rule "r" { notify = u.every "1d" } } }]] })
        assert.is_nil(runtime.policy_fault)
        assert(runtime:check_begin(env, { now = NOW - 60 }):commit(command.read(stage.NEW)))
        record = runtime:environment(env).record
    end)

    local function notify(at)
        return runtime:notify(env, { tty = true, now = at })
    end

    it("is in the log when it closes, silence for the same rule once", function()
        notify(NOW)
        for i = 1, 3 do
            notify(NOW + 2 * i)
        end
        notify(NOW + 7)
        notify(NOW + 8)
        assert.same({}, decisions.read(record))
        runtime:close()
        local log = decisions.read(record)
        assert.same({ "r", nil, "never", nil }, { log[1].rule, log[2].rule, log[3].rule, log[4].rule })
        assert.same({ NOW, NOW + 6, NOW + 7, NOW + 8 }, { log[1].at, log[2].at, log[3].at, log[4].at })
        assert.same({ true, false, false, false, nil }, { log[1].notified, log[2].notified, log[3].notified, log[4].notified, log[5] })
        assert.is_truthy(log[2].reason:find("(3 times since 2027-01-15T08:00:02Z)", 1, true), log[2].reason)
    end)

    it("is written every so often, however long it stays open", function()
        for i = 1, 31 do
            notify(NOW + i)
        end
        assert.equal(0, #decisions.read(record))
        notify(NOW + 32)
        assert.equal(32, #decisions.read(record))
        notify(NOW + 33)
        runtime:close()
        runtime:close()
        assert.equal(33, #decisions.read(record))
    end)

    it("is not missed where it cannot be written", function()
        notify(NOW)
        command.must 'rm -rf "$state" && echo x >"$state"'
        runtime:close()
        assert.equal("x\n", command.read(state))
    end)
end)
