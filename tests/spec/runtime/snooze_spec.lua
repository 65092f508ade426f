--- The snooze, as an activation meets it.

local snooze = require "upnudge.runtime.snooze"
local stage = require "stage"

local NOW <const>, HOUR <const>, DAY <const> = stage.NOW, stage.HOUR, stage.DAY

local env, now, asked, runtime

before_each(function()
    local work
    work, env = stage.set()
    now, asked = NOW, 0
    runtime = stage.checked('{ api = 1, name = "p", rules = { u.rule "all" { notify = u.always() } }, '
        .. 'text = function() return "text" end }', nil, function() return now end, { HOME = work })
    local ask = runtime.policy.ask
    runtime.policy.ask = function(...)
        asked = asked + 1
        return ask(...)
    end
end)

after_each(stage.strike)

local function notify()
    return runtime:notify(env, { tty = true })
end

local function reason()
    local decision = notify()
    assert.is_false(decision.notify)
    return decision.reason
end

describe("a policy is not asked", function()
    it("while the person has it snoozed", function()
        local record = runtime:environment(env).record
        assert(require "upnudge.record.choices".change(record, function(value) value.snoozed_until = NOW + HOUR end))
        assert.equal("snoozed for 1 hour more", reason())
        assert.equal(NOW + HOUR, notify(runtime).next_at)
        assert.equal(0, asked)
        now = NOW + HOUR
        assert.is_true(notify(runtime).notify)
    end)

    it("but not for a snooze of a clock that was far ahead", function()
        local record, choices = runtime:environment(env).record, require "upnudge.record.choices"
        assert(choices.snooze(record, NOW + 300 * DAY, DAY))
        assert.is_true(notify(runtime).notify)
        assert(choices.snooze(record, NOW, 400 * DAY))
        assert.equal("snoozed for 400 days more", reason())
        assert(choices.snooze(record, NOW, nil))
        assert.is_nil(record:choices().snoozed_until)
    end)
end)

describe("a snooze", function()
    it("ends when the person said, or as soon as the policy wants it to", function()
        local choices = { snoozed_until = NOW + 10 * DAY, snoozed_at = NOW - DAY }
        assert.equal(NOW + 10 * DAY, snooze.ends(choices, NOW))
        assert.equal(NOW + 10 * DAY, snooze.ends(choices, NOW, { snooze = {} }))
        assert.equal(NOW + DAY, snooze.ends(choices, NOW, { snooze = { max = 2 * DAY } }))
        assert.is_nil(snooze.ends(choices, NOW, { snooze = { max = DAY } }))
        assert.is_nil(snooze.ends(choices, NOW + 10 * DAY))
        assert.is_nil(snooze.ends({}, NOW))
        assert.is_nil(snooze.ends({ snoozed_until = NOW + 10 * DAY, snoozed_at = NOW + DAY }, NOW))
    end)

    it("lets security fixes through where the policy says that it does not cover them", function()
        assert.is_true(snooze.lets_through { snooze = { security = false } })
        for _, policy in ipairs { {}, { snooze = {} }, { snooze = { security = true } } } do
            assert.is_false(snooze.lets_through(policy))
        end
        assert.is_false(snooze.lets_through())
    end)

    it("of all environments is asked for when there is something to say", function()
        assert.is_nil(snooze.everywhere(runtime, NOW, { security = 0 }))
        assert(runtime:snooze_all(HOUR, NOW))
        assert.equal("all environments are snoozed for 1 hour more", reason())
        assert.equal(1, asked)
    end)
end)

describe("a snooze", function()
    it("was over when the person said so, or when the policy ends it", function()
        local choices = { snoozed_at = NOW, snoozed_until = NOW + 10 * DAY }
        assert.is_nil(snooze.ended(choices, NOW + 3 * DAY))
        assert.equal(NOW + 10 * DAY, snooze.ended(choices, NOW + 10 * DAY))
        assert.equal(NOW + 2 * DAY, snooze.ended(choices, NOW + 3 * DAY, { snooze = { max = 2 * DAY } }))
        assert.is_nil(snooze.ended(choices, NOW + DAY, { snooze = { max = 2 * DAY } }))
        assert.is_nil(snooze.ended({}, NOW))
    end)
end)
