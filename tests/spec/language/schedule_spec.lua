--- Days and hours of a policy by themselves, without a VM.

local schedule = require "upnudge.language.schedule"

-- 2027-01-15 08:00 UTC, a Friday.
local FRIDAY <const>, HOUR <const>, DAY <const> = 1800000000, 3600, 86400
local MIDNIGHT <const> = FRIDAY - 8 * HOUR

local function c(now, last, offset)
    return { now = now, history = { last_notified = last, rules = { r = {} } }, host = { utc_offset = offset or 0 } }
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

describe("on with a clock of its own", function()
    it("goes by when its rule spoke", function()
        local own = assert(schedule.on { day = "Fri", own = true })
        assert.is_false((own.due(c(FRIDAY, FRIDAY - HOUR))))
        assert.same({ true, "not said yet by this rule" }, { own.due(c(FRIDAY, FRIDAY - HOUR), "r") })
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
