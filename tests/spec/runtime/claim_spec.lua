--- The claim of a notice: the loop around it, and its time.

local command = require "command"
local stage = require "stage"

local NOW <const>, HOUR <const>, DAY <const> = stage.NOW, stage.HOUR, stage.DAY

local work, env, now, variables

before_each(function()
    work, env = stage.set()
    now, variables = NOW, { UPNUDGE_LUA_PATH = work .. "/?.lua", HOME = work }
end)

after_each(stage.strike)

--- A runtime with that policy, in which an hour ago a check found something. It closes with the test.
local function open(policy, strategy)
    return stage.checked(policy, strategy, function() return now end, variables)
end

local function notify(runtime, activation)
    activation = activation or {}
    activation.tty = activation.tty == nil or activation.tty
    return runtime:notify(env, activation)
end

local DAILY <const> = '{ api = 1, name = "p", strategy = "ours", rules = { u.rule "daily" { notify = u.every "1d" } } }'

describe("a claim that hears of something newer", function()
    --- A strategy whose claims answer in turn.
    local function scripted(...)
        local answers, claims = table.pack(...), {}
        return { read = function() return { history = {}, mark = 0 } end, claim = function(_, seen, notice)
            claims[#claims + 1] = { seen = seen, now = notice.clock(), fingerprint = notice.fingerprint, rule = notice.rule }
            local answer = answers[math.min(#claims, answers.n)]
            return table.unpack(answer)
        end }, claims
    end

    it("is decided again with it, and may be for silence", function()
        local strategy, claims = scripted { "newer", { history = { last_notified = NOW - HOUR } } }
        local decision = notify(open(DAILY, strategy))
        assert.same({ false, "already said 1 hour ago; again in 23 hours", NOW + 23 * HOUR }, { decision.notify, decision.reason, decision.next_at })
        assert.equal(1, #claims)
    end)

    it("is decided again with it, and may be claimed from that", function()
        local there = { history = { last_notified = NOW - 2 * DAY } }
        local strategy, claims = scripted({ "newer", there }, { "won" })
        local decision = notify(open(DAILY, strategy))
        assert.same({ true, "daily", "said 2 days ago" }, { decision.notify, decision.rule, decision.reason })
        assert.equal(2, #claims)
        assert.equal(0, claims[1].seen.mark)
        assert.equal(there, claims[2].seen)
        assert.same({ "daily", NOW }, { claims[2].rule, claims[2].now })
    end)

    it("goes by the clock that decides there, else by ours as it is then", function()
        local strategy = scripted({ "newer", { history = { last_notified = NOW }, now = NOW + 2 * DAY } }, { "won" })
        assert.equal("said 2 days ago", notify(open(DAILY, strategy)).reason)
        local other, asked = scripted({ "newer", { history = { last_notified = NOW } } }, { "won" }), 0
        local runtime = open(DAILY, other)
        runtime.host.now = function()
            asked = asked + 1
            return asked == 1 and NOW or NOW + 3 * DAY
        end
        assert.equal("said 3 days ago", notify(runtime).reason)
    end)

    it("knows which result a time alone was about", function()
        local once = '{ api = 1, name = "p", strategy = "ours", rules = { u.rule "once" { notify = u.once() } } }'
        for last, notified in pairs { [NOW - HOUR - 1] = true, [NOW - HOUR + 1] = false } do
            local strategy = scripted({ "newer", { history = { last_notified = last } } }, { "won" })
            assert.equal(notified, notify(open(once, strategy)).notify, last)
            command.must 'rm -r "$state"'
        end
    end)

    it("is decided again so often, and no more", function()
        local strategy, claims = scripted { "newer", { history = {} } }
        local runtime = open(DAILY, strategy)
        local asked, ask = 0, runtime.policy.ask
        runtime.policy.ask = function(...)
            asked = asked + 1
            return ask(...)
        end
        local decision = notify(runtime)
        assert.same({ false, "others are being told just now" }, { decision.notify, decision.reason })
        assert.is_nil(decision.text)
        assert.same({ 4, 4 }, { #claims, asked })
    end)

    it("is no notice where neither is known", function()
        for _, answer in ipairs { { nil, "somebody holds the lock" }, { false, "somebody holds the lock" } } do
            local decision = notify(open(DAILY, (scripted(answer))))
            assert.same({ false, "somebody holds the lock" }, { decision.notify, decision.reason })
            assert.is_nil(decision.text)
            command.must 'rm -r "$state"'
        end
    end)

    it("that fails is no failure of an activation", function()
        local strategy = { read = function() return { history = {} } end, claim = function() error "no such luck" end }
        local decision = notify(open(DAILY, strategy))
        assert.same({ false, "policy-fault" }, { decision.notify, decision.code })
        assert.is_truthy(decision.reason:find("ours.lua: claim%(%) of the strategy raised an error: .*no such luck"), decision.reason)
        strategy.read = function() return nil, "cannot be known" end
        assert.equal("cannot be known", notify(open(DAILY, strategy)).reason)
    end)
end)

describe("the time of a claim", function()
    it("is read when it is claimed, not when it was decided", function()
        local runtime = open '{ api = 1, name = "p", strategy = "separate-lock", rules = { u.rule "daily" { notify = u.every "1d" } } }'
        local clock = NOW
        runtime.host.now = function()
            clock = clock + 10
            return clock
        end
        assert.is_true(notify(runtime).notify)
        local seen = require "upnudge.record.notified".read(runtime:environment(env).record)
        -- Once to begin, and once more when it is known who was told.
        assert.equal(NOW + 30, seen.history.last_notified)
    end)

    it("is the one that is made up, where it is", function()
        local runtime = open '{ api = 1, name = "p", rules = { u.rule "daily" { notify = u.every "1d" } } }'
        assert.is_true(notify(runtime, { now = NOW + 5 }).notify)
        assert.equal(NOW + 5, require "upnudge.record.notified".read(runtime:environment(env).record).history.last_notified)
    end)
end)
