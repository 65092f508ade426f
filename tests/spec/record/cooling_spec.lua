--- Cooling: what of a result counts yet, and when the rest does.

local complete = require "upnudge.language.cooldown".complete
local cooling = require "upnudge.record.cooling"
local stage = require "stage"

local NOW <const>, HOUR <const>, DAY <const> = stage.NOW, stage.HOUR, stage.DAY
local STEPS <const> = complete { major = "14d", minor = "7d", patch = "3d" }

local function change(kind, level, age, more)
    local made = { name = "a", kind = kind, level = level, from = "1", to = kind ~= "rebuilt" and "2" or "1",
        first_seen = NOW - (age or 0) }
    for key, value in pairs(more or {}) do
        made[key] = value
    end
    return made
end

--- How long a change that was just seen waits, in days.
local function waits(cooldown, one, rule)
    local at = cooling.ahead(cooldown, rule, NOW)(one)
    return at and (at - NOW) / DAY or 0
end

describe("a change cools", function()
    it("as long as its step is far", function()
        assert.same({ 14, 7, 3, 14 }, { waits(STEPS, change("upgraded", "major")), waits(STEPS, change("upgraded", "minor")),
            waits(STEPS, change("upgraded", "patch")), waits(STEPS, change("upgraded", "unknown")) })
        assert.same({ 3, 3, 14, 14, 14, 0 }, { waits(STEPS, change "rebuilt"), waits(STEPS, change("changed", nil, 0, { to = "1" })),
            waits(STEPS, change("changed", "unknown")), waits(STEPS, change "added"), waits(STEPS, change "removed"),
            waits(STEPS, change("downgraded", "major")) })
        local said = complete { unknown = "1d", rebuild = "2d", added = "3d", removed = "4d", downgraded = "5d", security = "6d" }
        assert.same({ 0, 1, 2, 3, 4, 5, 6 }, { waits(said, change("upgraded", "major")), waits(said, change("upgraded", "unknown")),
            waits(said, change "rebuilt"), waits(said, change "added"), waits(said, change "removed"), waits(said, change "downgraded"),
            waits(said, change("upgraded", "patch", 0, { security = true })) })
    end)

    it("not at all where it mends a problem, unless that is said, or where its package is excepted", function()
        assert.equal(0, waits(STEPS, change("upgraded", "major", 0, { security = true })))
        local spared = complete { major = "14d", except = { "A*", "b@2" } }
        assert.same({ 14, 0, 0, 14 }, { waits(spared, change("upgraded", "major")), waits(spared, change("upgraded", "major"), "caseless"),
            waits(spared, change("upgraded", "major", 0, { name = "b" })), waits(spared, change("upgraded", "major", 0, { name = "c" })) })
    end)

    it("from its release on, where that is told and was before we saw it", function()
        local function left(cooldown, released, age)
            return waits(cooldown, change("upgraded", "minor", age * DAY, { released = released and NOW + released * DAY }))
        end
        assert.same({ 7, 5, 0, 7, 6 }, { left(STEPS, nil, 0), left(STEPS, -2, 0), left(STEPS, -8, 0), left(STEPS, 3, 0), left(STEPS, 3, 1) })
        local ours = complete { minor = "7d", from = "first_seen" }
        assert.same({ 7, 6 }, { left(ours, -8, 0), left(ours, -8, 1) })
        assert.equal(7, waits(STEPS, change("upgraded", "minor", 0, { released = "2020" })))
        assert.equal(0, waits(STEPS, change("upgraded", "minor", 0, { first_seen = false })))
    end)

    it("to the second", function()
        local ahead = function(age) return cooling.ahead(STEPS, nil, NOW)(change("upgraded", "patch", age)) end
        assert.same({ NOW + 1, nil, nil }, { ahead(3 * DAY - 1), ahead(3 * DAY), ahead(3 * DAY + 1) })
    end)
end)

describe("what counts of a result", function()
    --- Numbers from 1 to n, the same each time.
    local function numbers(seed)
        local random = require "upnudge.tools.simulation.events".random(seed)
        return function(n)
            return math.floor(random() * n) + 1
        end
    end

    local KINDS <const> = { "upgraded", "upgraded", "upgraded", "downgraded", "rebuilt", "changed", "added", "removed" }
    local LEVELS <const> = { "major", "minor", "patch", "unknown" }

    local function made_up(seed, count)
        local number, list = numbers(seed), {}
        for i = 1, count do
            local kind = KINDS[number(#KINDS)]
            list[i] = change(kind, kind == "upgraded" and LEVELS[number(4)] or nil, number(20 * DAY) - 5 * DAY, { name = "p" .. i,
                security = number(10) == 1 or nil, released = number(3) == 1 and NOW - number(30 * DAY) + 3 * DAY or nil })
        end
        return list
    end

    local function names(list)
        local set = {}
        for _, one in ipairs(list) do
            set[one.name] = true
        end
        return set
    end

    it("grows while the clock goes on, change by change, until it is all; at no other time than was told", function()
        for seed = 1, 10 do
            local list, now, steps = made_up(seed, 200), NOW, 0
            local left, found = cooling.split(list, STEPS, nil, now)
            while found.before do
                assert.equal(200, #left + found.total)
                assert.is_true(cooling.holds(found, now) and cooling.holds(found, found.before - 1))
                assert.is_false(cooling.holds(found, found.before))
                local same, between = cooling.split(list, STEPS, nil, found.before - 1)
                assert.same({ names(left), found }, { names(same), between })
                local more, later = cooling.split(list, STEPS, nil, found.before)
                assert.is_true(#more > #left and later.after == found.before)
                local all = names(more)
                for _, one in ipairs(left) do
                    assert.is_true(all[one.name])
                end
                left, found, now, steps = more, later, found.before, steps + 1
                assert.is_true(not later.last_at or later.last_at >= now)
            end
            assert.same({ 200, 0 }, { #left, found.total })
            assert.is_true(steps > 20, steps)
            assert.is_false(cooling.holds(found, found.after - 1))
            assert.is_true(cooling.holds(found, now + 1000 * DAY))
        end
    end)

    it("is a question about each change alone", function()
        local list = made_up(11, 300)
        local ahead = cooling.ahead(STEPS, nil, NOW)
        local left, found = cooling.split(list, STEPS, nil, NOW)
        local ours, first = names(left), nil
        for _, one in ipairs(list) do
            local at = ahead(one)
            assert.equal(at == nil, ours[one.name] == true)
            first = at and math.min(first or at, at) or first
        end
        assert.equal(first, found.before)
    end)

    it("is told with when the first of the others counts, and all do", function()
        local _, found = cooling.split({ change("upgraded", "patch", DAY), change("upgraded", "major", DAY) }, STEPS, nil, NOW)
        local told = cooling.told(found, STEPS, NOW)
        assert.same({ total = 2, next_at = NOW + 2 * DAY, last_at = NOW + 13 * DAY }, told)
        assert.equal("2 changes are too new; the first counts in 2 days", cooling.words(told, NOW))
        assert.equal("1 change is too new; it counts in 5 hours", cooling.words({ total = 1, next_at = NOW + 5 * HOUR }, NOW))
        assert.is_nil(cooling.told(nil, STEPS, NOW))
        assert.is_nil(cooling.told({ total = 0 }, STEPS, NOW))
        -- Seen at a time that is still ahead, because a clock was set back.
        _, found = cooling.split({ change("upgraded", "patch", -100 * DAY) }, STEPS, nil, NOW)
        assert.same({ total = 1, next_at = NOW + 14 * DAY, last_at = NOW + 14 * DAY }, cooling.told(found, STEPS, NOW))
    end)

    it("is another with every word of a cooldown", function()
        local texts = {}
        for _, spec in ipairs { { major = 5 }, { minor = 5 }, { patch = 5 }, { unknown = 5 }, { rebuild = 5 }, { added = 5 },
            { removed = 5 }, { downgraded = 5 }, { security = 5 }, { major = 5, from = "first_seen" }, { major = 5, except = { "a" } },
            { major = 5, except = { "a", "b" } } } do
            local text = cooling.text_of(complete(spec))
            assert.is_nil(texts[text], text)
            texts[text] = true
        end
    end)
end)
