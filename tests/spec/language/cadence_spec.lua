--- Cadences by themselves, without a VM.

local backoffs = require "upnudge.language.backoff"
local cadence = require "upnudge.language.cadence"

local NOW <const>, HOUR <const>, DAY <const> = 1800000000, 3600, 86400

local function c(last, shown, times)
    return { now = NOW, history = { last_notified = last, shown = shown, times = times,
        rules = { other = { last_notified = NOW - 2 * DAY, shown = "e", times = 1 } } }, result = { fingerprint = "f" } }
end

local function due(made, ...)
    return { made.due(c(...)) }
end

describe("the time since the last notice", function()
    it("is none when there was none", function()
        assert.is_nil(cadence.since_last({}, NOW))
        assert.equal(0, cadence.since_last({ last_notified = NOW + 60 }, NOW))
        assert.equal(0, cadence.since_last({ last_notified = NOW }, NOW))
        assert.equal(5, cadence.since_last({ last_notified = NOW - 5 }, NOW))
    end)
end)

describe("every", function()
    it("is due from the very second on, and says when", function()
        local daily = assert(cadence.every "1d")
        assert.equal("every", daily.cadence)
        assert.same({ true, "not said yet" }, due(daily))
        assert.same({ false, "already said 1 hour ago; again in 23 hours", NOW - HOUR + DAY }, due(daily, NOW - HOUR))
        assert.same({ false, "already said 23 hours ago; again in 1 second", NOW + 1 }, due(daily, NOW - DAY + 1))
        assert.same({ true, "said 1 day ago" }, due(daily, NOW - DAY))
    end)

    it("counts a notice of another clock from now on", function()
        assert.same({ false, "already said 0 seconds ago; again in 1 day", NOW + DAY }, due(cadence.every "1d", NOW + 30))
    end)

    it("takes durations alone", function()
        local made, message = cadence.every "often"
        assert.is_nil(made)
        assert.is_truthy(message:find("every: 'often' is no duration", 1, true), message)
    end)
end)

describe("once", function()
    it("is due for another result, however long ago", function()
        assert.same({ true, "this result was not said yet" }, due(cadence.once()))
        assert.same({ true, "this result was not said yet" }, due(cadence.once(), NOW - 1, "g"))
        assert.same({ false, "this very result was said already" }, due(cadence.once(), NOW - 100 * DAY, "f"))
    end)

    it("takes what is left of several environments for said", function()
        local a, b, d = ("a"):rep(12), ("b"):rep(12), ("d"):rep(12)
        for _, case in ipairs { { a .. " " .. b .. " " .. d, a .. " " .. d, false }, { a .. " " .. b, b, false },
            { a .. " " .. b, a .. " " .. b, false },
            { a .. " " .. b, a .. " " .. b .. " " .. d, true }, { a, d, true }, { a, a .. " " .. b, true }, { nil, a, true }, { "f", a, true } } do
            local asked = { now = NOW, history = { last_notified = NOW - DAY, shown = case[1] }, result = { fingerprint = case[2] } }
            assert.equal(case[3], (cadence.once().due(asked)), case[2])
            assert.equal(case[3], (backoffs.backoff({ first = "2d" }).due(asked)), case[2])
        end
    end)
end)

describe("always and never", function()
    it("mean it", function()
        assert.same({ true, "always" }, due(cadence.always(), NOW))
        assert.same({ false, "never" }, due(cadence.never()))
    end)
end)

describe("backoff", function()
    it("waits longer each time the same is said, up to its limit", function()
        local backoff = assert(backoffs.backoff { first = "1h", factor = 3, max = "20h" })
        for times, hours in ipairs { 1, 3, 9, 20, 20 } do
            assert.is_false(backoff.due(c(NOW - hours * HOUR + 1, "f", times)), times)
            assert.is_true(backoff.due(c(NOW - hours * HOUR, "f", times)), times)
        end
        assert.same({ false, "already said 0 seconds ago; again in 20 hours", NOW + 20 * HOUR }, due(backoff, NOW, "f", 1e9))
        assert.same({ false, "already said 0 seconds ago; again in 1 hour", NOW + HOUR }, due(backoff, NOW, "f"))
    end)

    it("begins anew with another result", function()
        assert.same({ true, "this result was not said yet" }, due(backoffs.backoff {}, NOW, "g", 5))
    end)

    it("doubles from a day up to thirty unless it is told otherwise", function()
        local backoff = assert(backoffs.backoff {})
        assert.equal(NOW + DAY, (select(3, backoff.due(c(NOW, "f", 1)))))
        assert.equal(NOW + 2 * DAY, (select(3, backoff.due(c(NOW, "f", 2)))))
        assert.equal(NOW + 30 * DAY, (select(3, backoff.due(c(NOW, "f", 6)))))
    end)

    it("refuses what it does not understand", function()
        for words, spec in pairs { ["needs a table"] = "1d",
            ["first: 'soon' is no duration"] = { first = "soon" }, ["max: 'late' is no duration"] = { max = "late" } } do
            local made, message = backoffs.backoff(spec)
            assert.is_nil(made, words)
            assert.is_truthy(message:find("backoff", 1, true) and message:find(words, 1, true), message)
        end
        assert.is_truthy((backoffs.backoff { factor = 1 }))
    end)
end)

describe("a clock of its own", function()
    local OWN <const> = { own = true }

    --- With a rule that spoke two days ago, while another one spoke an hour ago.
    local function asked(made, rule, last, shown)
        return { made.due(c(last or NOW - HOUR, shown or "f", 3), rule) }
    end

    it("is what the cadence goes by when it is asked for", function()
        assert.same({ true, "said by this rule 2 days ago" }, asked(assert(cadence.every("1d", OWN)), "other"))
        assert.same({ false, "already said by this rule 2 days ago; again in 5 days", NOW + 5 * DAY },
            asked(assert(cadence.every("1w", OWN)), "other"))
        assert.same({ true, "this result was not said yet by this rule" }, asked(assert(cadence.once(OWN)), "other"))
        assert.same({ true, "this result was not said yet by this rule" }, asked(assert(backoffs.backoff(OWN)), "other"))
        for _, made in ipairs { cadence.every "1d", cadence.every("1d", {}), cadence.once {}, backoffs.backoff {} } do
            assert.is_false(asked(made, "other")[1])
        end
    end)

    it("is the common one for who asks without a name", function()
        assert.is_false(asked(assert(cadence.every("1d", OWN)))[1])
        assert.is_false(asked(assert(cadence.every("1d", OWN)), "nobody")[1])
    end)

    it("is asked for by a table", function()
        for _, made in ipairs { cadence.every, cadence.once } do
            local none, message = made(made == cadence.every and "1d" or 5, 5)
            assert.is_nil(none)
            assert.is_truthy(message:find("{ own = true }", 1, true), message)
        end
    end)
end)
