--- Days and hours of a policy by themselves, without a VM.

local cadence = require "upnudge.language.cadence"
local schedule = require "upnudge.language.schedule"

-- 2027-01-15 08:00 UTC, a Friday.
local FRIDAY <const>, HOUR <const>, DAY <const> = 1800000000, 3600, 86400
local MIDNIGHT <const> = FRIDAY - 8 * HOUR

--- Of a result that has been there for long and was just looked at again, unless it is told otherwise.
local function c(now, last, offset, since, checked_at)
    return { now = now, history = { last_notified = last, rules = { r = {} } }, host = { utc_offset = offset or 0 },
        result = { since = since or 0, checked_at = checked_at or now } }
end

local function due(spec, ...)
    return { assert(schedule.on(spec)).due(c(...)) }
end

describe("on", function()
    local MONDAY <const> = { day = "Mon", from = 9, to = 18 }
    local LAST <const>, NEXT <const> = MIDNIGHT - 4 * DAY + 9 * HOUR, MIDNIGHT + 3 * DAY + 9 * HOUR

    it("is due once from its hour on, and says when it is next", function()
        assert.same({ true, "said 1 day ago" }, due(MONDAY, NEXT, NEXT - DAY))
        assert.same({ false, "already said 1 hour ago", NEXT + 7 * DAY }, due(MONDAY, NEXT + HOUR, NEXT))
        assert.same({ false, "already said 23 hours ago", NEXT }, due(MONDAY, NEXT - 1, NEXT - DAY))
        assert.same({ true, "not said yet" }, due(MONDAY, FRIDAY + 2 * HOUR))
    end)

    it("catches a missed day up, within its hours", function()
        assert.same({ false, "outside its hours", MIDNIGHT + 9 * HOUR }, due(MONDAY, FRIDAY, LAST - 1))
        assert.same({ true, "said 4 days ago" }, due(MONDAY, FRIDAY + 2 * HOUR, LAST - 1))
        assert.same({ false, "already said 4 days ago", NEXT }, due(MONDAY, FRIDAY + 2 * HOUR, LAST))
        assert.same({ false, "outside its hours", MIDNIGHT + DAY + 9 * HOUR }, due(MONDAY, FRIDAY + 10 * HOUR, LAST - 1))
    end)

    it("goes by the clock on the wall", function()
        assert.same({ false, "outside its hours", MIDNIGHT + 14 * HOUR }, due(MONDAY, FRIDAY + 5 * HOUR, LAST - DAY, -5 * HOUR))
        assert.same({ true, "said 5 days ago" }, due(MONDAY, FRIDAY + 6 * HOUR, LAST - DAY, -5 * HOUR))
        -- Sunday evening here is Monday noon there.
        assert.same({ true, "not said yet" }, due({ days = { "Mon" }, from = 9, to = 18 }, NEXT - 11 * HOUR, nil, 14 * HOUR))
    end)

    it("is every day when none is named, and may be over midnight", function()
        assert.same({ false, "already said 1 hour ago", MIDNIGHT + DAY }, due({}, FRIDAY, FRIDAY - HOUR))
        assert.same({ true, "said 9 hours ago" }, due({}, FRIDAY, MIDNIGHT - HOUR))
        local night = { from = 22, to = 7 }
        assert.same({ false, "outside its hours", MIDNIGHT + 22 * HOUR }, due(night, FRIDAY))
        assert.is_true(due(night, MIDNIGHT + 6 * HOUR)[1])
        assert.is_true(due(night, MIDNIGHT + 23 * HOUR)[1])
    end)
end)

describe("a day that was missed", function()
    local SPEC <const> = { day = "Mon", from = 9, to = 18 }
    local MONDAY <const> = MIDNIGHT + 3 * DAY
    local BEFORE <const> = MONDAY - 7 * DAY + 10 * HOUR

    it("is caught up with what was known on it, and not with what was found later", function()
        local wednesday = MONDAY + 2 * DAY + 10 * HOUR
        assert.same({ true, "said 9 days ago" }, due(SPEC, wednesday, BEFORE, 0, MONDAY + 18 * HOUR))
        local later = { false, "not its day, and found after the last one", MONDAY + 7 * DAY + 9 * HOUR }
        assert.same(later, due(SPEC, wednesday, BEFORE, 0, MONDAY + 18 * HOUR + 1))
        assert.same(later, due(SPEC, wednesday, nil, 0, wednesday - 60))
        -- Nor does the hour matter then.
        assert.same(later, due(SPEC, wednesday + 10 * HOUR, BEFORE, 0, wednesday))
        assert.is_true(due(SPEC, MONDAY + 7 * DAY + 9 * HOUR, BEFORE, 0, wednesday)[1])
    end)

    it("is not caught up for who does not want it", function()
        local only = { day = "Mon", from = 9, to = 18, catch_up = false }
        local missed = { false, "not its day", MONDAY + 7 * DAY + 9 * HOUR }
        assert.same(missed, due(only, MONDAY + DAY + 10 * HOUR, BEFORE))
        assert.same(missed, due(only, MONDAY + 20 * HOUR, BEFORE))
        assert.is_true(due(only, MONDAY + 10 * HOUR, BEFORE)[1])
    end)

    it("ends after midnight where its hours do", function()
        local night = { day = "Mon", from = 22, to = 7 }
        assert.is_true(due(night, MONDAY + DAY + 6 * HOUR, MONDAY, 0, MONDAY + DAY + 5 * HOUR)[1])
        assert.is_true(due(night, MONDAY + DAY + 23 * HOUR, MONDAY, 0, MONDAY + DAY + 7 * HOUR)[1])
        assert.is_false(due(night, MONDAY + DAY + 23 * HOUR, MONDAY, 0, MONDAY + DAY + 7 * HOUR + 1)[1])
    end)
end)

describe("on its day a notice", function()
    local SPEC <const> = { day = "Mon", from = 9, to = 18 }
    local MONDAY <const> = MIDNIGHT + 3 * DAY
    local BEFORE <const>, FRIDAY_CHECK <const> = MONDAY - 7 * DAY + 10 * HOUR, MONDAY - 3 * DAY + 9 * HOUR
    local FOUND <const> = MONDAY - 4 * DAY

    local function asked(spec, now, checked_at, last, since)
        return due(spec, now, last or BEFORE, 0, since or FOUND, checked_at or FRIDAY_CHECK)
    end

    it("waits while a check is due, and is caught up the day after", function()
        local now = MONDAY + 9 * HOUR
        assert.same({ false, "waits for this day's check", MONDAY + DAY + 9 * HOUR }, asked(SPEC, now))
        assert.same({ false, "waits for this day's check", MONDAY + DAY + 9 * HOUR }, asked(SPEC, MONDAY + 18 * HOUR - 1))
        assert.is_true(asked(SPEC, now + 120, now + 60)[1])
        assert.is_true(asked(SPEC, MONDAY + DAY + 9 * HOUR)[1])
        -- The check of the evening before is fresh enough until it is as old as the policy says.
        assert.is_true(asked(SPEC, now, now - DAY + 1)[1])
        assert.is_false(asked(SPEC, now, now - DAY)[1])
        -- One of this day is, however old.
        cadence.check_every = HOUR
        finally(function() cadence.check_every = DAY end)
        assert.is_false(asked(SPEC, now, now - HOUR)[1])
        assert.is_true(asked(SPEC, now + 5 * HOUR, now)[1])
    end)

    it("waits until its next day where nothing is caught up", function()
        local only = { day = "Mon", from = 9, to = 18, catch_up = false }
        assert.same({ false, "waits for this day's check", MONDAY + 7 * DAY + 9 * HOUR }, asked(only, MONDAY + 9 * HOUR))
        -- Then it has waited long enough.
        assert.is_true(asked(only, MONDAY + 7 * DAY + 9 * HOUR)[1])
    end)

    it("waits for nothing when it was left unsaid the time before", function()
        assert.is_true(asked(SPEC, MONDAY + 9 * HOUR, nil, MONDAY - 7 * DAY + 8 * HOUR, MONDAY - 7 * DAY)[1])
        assert.is_true(due(SPEC, MONDAY + 9 * HOUR, nil, 0, MONDAY - 7 * DAY, FRIDAY_CHECK)[1])
        assert.is_false(due(SPEC, MONDAY + 9 * HOUR, nil, 0, FOUND, FRIDAY_CHECK)[1])
    end)

    it("waits as long as it is told to", function()
        assert.is_true(asked({ day = "Mon", from = 9, to = 18, fresh = false }, MONDAY + 9 * HOUR)[1])
        assert.is_false(asked({ day = "Mon", from = 9, to = 18, fresh = true }, MONDAY + 9 * HOUR)[1])
        local two = { day = "Mon", from = 9, to = 18, fresh = "2h" }
        assert.same({ false, "waits for this day's check", MONDAY + 11 * HOUR }, asked(two, MONDAY + 11 * HOUR - 1))
        assert.is_true(asked(two, MONDAY + 11 * HOUR)[1])
        local made, message = schedule.on { day = "Mon", fresh = "soon" }
        assert.is_nil(made)
        assert.is_truthy(message:find("on: fresh: 'soon' is no duration", 1, true), message)
        -- Longer than its hours is as long as they are.
        assert.same({ false, "waits for this day's check", MONDAY + DAY + 9 * HOUR },
            asked({ day = "Mon", from = 9, to = 18, fresh = "1d" }, MONDAY + 11 * HOUR))
    end)

    it("may go by its rule's own clock", function()
        local own = assert(schedule.on { day = "Mon", from = 9, own = true })
        local now = MONDAY + 10 * HOUR
        assert.is_false((own.due(c(now, now - HOUR))))
        assert.same({ true, "not said yet by this rule" }, { own.due(c(now, now - HOUR), "r") })
    end)
end)

describe("hours", function()
    local function within(spec, now, offset)
        return assert(schedule.hours(spec))(c(now, nil, offset))
    end

    it("hold on their days, between their ends", function()
        local work = { days = { "Thu", "Fri" }, from = 8, to = "17:30" }
        assert.is_true(within(work, FRIDAY))
        assert.is_false(within(work, FRIDAY - 1))
        assert.is_true(within(work, MIDNIGHT + 17 * HOUR + 1799))
        assert.is_false(within(work, MIDNIGHT + 17 * HOUR + 1800))
        assert.is_true(within(work, FRIDAY - DAY))
        assert.is_false(within(work, FRIDAY + DAY))
        assert.is_false(within(work, FRIDAY, 10 * HOUR))
    end)

    it("after midnight belong to the day on which they began", function()
        local night = { day = "Fri", from = 22, to = 6 }
        assert.is_true(within(night, MIDNIGHT + 23 * HOUR))
        assert.is_true(within(night, MIDNIGHT + DAY + 5 * HOUR))
        assert.is_false(within(night, MIDNIGHT + 5 * HOUR))
        assert.is_false(within(night, MIDNIGHT + DAY + 23 * HOUR))
        assert.is_true(within({ day = "Sun", from = 22, to = 6 }, MIDNIGHT + 3 * DAY + HOUR))
    end)
end)

describe("both", function()
    it("refuse what they do not understand", function()
        for name, make in pairs { on = schedule.on, hours = schedule.hours } do
            for words, spec in pairs { ["a table {day=, from=, to=} is needed"] = "Mon",
                ["'Mo' is no day"] = { day = "Mo" }, ["'25' is no hour"] = { from = 25 }, ["'x' is no hour"] = { to = "x" } } do
                local made, message = make(spec)
                assert.is_nil(made, words)
                assert.is_truthy(message:find("^" .. name .. ": ") and message:find(words, 1, true), message)
            end
        end
    end)
end)
