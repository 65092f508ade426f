--- Escalation by itself, without a VM.

local cadence = require "upnudge.language.cadence"
local escalation = require "upnudge.language.escalation"

-- 2027-01-15 08:00 UTC.
local NOW <const>, HOUR <const>, DAY <const> = 1800000000, 3600, 86400

--- When rule r has told the result so often, an hour ago, and it was found so long ago.
local function c(times, age, offset)
    return { now = NOW, host = { utc_offset = offset or 0 }, result = { fingerprint = "f", since = NOW - (age or 0) },
        history = { last_notified = NOW - HOUR, shown = "f", times = 9,
            rules = { r = { last_notified = times and NOW - HOUR, shown = times and "f", times = times } } } }
end

local function asked(steps, ...)
    return { assert(escalation.escalate(steps)).due(c(...), "r") }
end

local DAILY <const>, WEEKLY <const> = cadence.every "1d", cadence.every "1w"

describe("escalate", function()
    it("asks the last step that applies", function()
        local steps = { { notify = WEEKLY }, { after = 2, notify = DAILY, text = "again" }, { at = "30d", notify = cadence.always(), text = "now" } }
        assert.same({ false, "step 1: already said 1 hour ago; again in 6 days", NOW - HOUR + 7 * DAY }, asked(steps, 1))
        assert.same({ false, "step 2: already said 1 hour ago; again in 23 hours", NOW - HOUR + DAY, "again" }, asked(steps, 2))
        assert.same({ true, "step 3: always", nil, "now" }, asked(steps, 1, 30 * DAY))
        assert.same({ true, "step 3: always", nil, "now" }, asked(steps, nil, 31 * DAY))
    end)

    it("names when a later step begins, where that is earlier", function()
        local steps = { { notify = WEEKLY }, { at = "2d", notify = DAILY }, { at = "90d", notify = cadence.always() } }
        assert.equal(NOW + HOUR, asked(steps, 1, 2 * DAY - HOUR)[3])
        assert.equal(NOW - HOUR + DAY, asked(steps, 1, 3 * DAY)[3])
        assert.equal(NOW + HOUR, asked(steps, 1, 90 * DAY - HOUR)[3])
        -- What has passed already, or takes another notice, names nothing.
        assert.equal(NOW + DAY, asked({ { notify = cadence.never() }, { at = "2d", notify = cadence.never() }, { at = "3d", after = 1,
            notify = cadence.always() } }, 1, 2 * DAY)[3])
        assert.is_nil(asked({ { notify = cadence.never() }, { at = "3d", after = 2, notify = cadence.always() } }, 1, 2 * DAY)[3])
    end)

    it("takes days for days where the user is", function()
        local steps = { { notify = cadence.never() }, { at = "2027-01-16", notify = cadence.always() } }
        assert.same({ false, "step 1: never", NOW + 16 * HOUR }, asked(steps, 1))
        assert.same({ false, "step 1: never", NOW + 6 * HOUR }, asked(steps, 1, 0, 10 * HOUR))
        assert.is_true(asked({ steps[1], { at = "2027-01-15", notify = cadence.always() } }, 1)[1])
    end)

    it("is silent while no step has begun", function()
        assert.same({ false, "none of its steps has begun", NOW + DAY }, asked({ { at = "1d", notify = cadence.always() } }))
        assert.same({ false, "none of its steps has begun" }, asked({ { after = 1, notify = cadence.always() } }))
    end)

    it("counts what its rule has told, and may hold another", function()
        local inner = assert(escalation.escalate { { notify = cadence.always(), text = "inner" } })
        assert.same({ true, "step 1: step 1: always", nil, "inner" }, asked { { notify = inner }, { after = 1, notify = DAILY } })
        assert.same({ true, "step 1: step 1: always", nil, "outer" }, asked { { notify = inner, text = "outer" } })
        assert.same({ 1, 5 }, asked { { notify = function(_, rule) return rule == "r" and 1, 5, nil, "no text" end } })
    end)

    it("refuses what it does not understand", function()
        for words, list in pairs { ["a list of 1 to 20 steps"] = {}, ["step 1: a table"] = { DAILY }, ["step 1: notify is no cadence"] = { {} },
            ["step 2: after is a whole number"] = { { notify = DAILY }, { notify = DAILY, after = 0 } },
            ["at: 'soon' is neither"] = { { notify = DAILY, at = "soon" } }, ["at: '12-24' is neither"] = { { notify = DAILY, at = "12-24" } },
            ["text is a number"] = { { notify = DAILY, text = 5 } } } do
            local made, message = escalation.escalate(list)
            assert.is_nil(made, words)
            assert.is_truthy(message:find("escalate: ", 1, true) and message:find(words, 1, true), message)
        end
    end)
end)
