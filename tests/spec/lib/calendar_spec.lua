--- Days and hours where the user is.

local calendar = require "upnudge.lib.calendar"

-- 2027-01-15 08:00 UTC, a Friday.
local NOW <const>, HOUR <const>, DAY <const> = 1800000000, 3600, 86400

describe("days of the week", function()
    it("are named by three letters or more, alone or in a list", function()
        assert.same({ [1] = true }, calendar.days "Mon")
        assert.same({ [3] = true }, calendar.days "wednesd")
        assert.same({ [6] = true, [7] = true }, calendar.days { "SATURDAY", "sun" })
        assert.is_nil(calendar.days(nil))
        for number, name in ipairs(calendar.DAYS) do
            assert.same({ [number] = true }, calendar.days(name))
        end
    end)

    it("are refused when they are none", function()
        for _, value in ipairs { "Mo", "Mond4y", "mondayy", "", { "Mon", "x" }, { 1 }, 7 } do
            local set, message = calendar.days(value)
            assert.is_nil(set)
            assert.is_truthy(message:find("is no day; one of: Mon, Tue", 1, true), message)
        end
        assert.is_truthy(select(2, calendar.days {}):find("no day is named", 1, true))
    end)
end)

describe("an hour", function()
    it("is a number or a clock's words", function()
        for value, seconds in pairs { [0] = 0, [9] = 9 * HOUR, [17.5] = 63000, ["9:30"] = 34200, ["09:05"] = 32700, [24] = DAY, ["24:00"] = DAY } do
            assert.equal(seconds, calendar.hour(value))
        end
        assert.equal(77, calendar.hour(nil, 77))
        assert.equal("integer", math.type(calendar.hour(17.5)))
    end)

    it("is refused when no clock shows it", function()
        for _, value in ipairs { -1, 24.1, 0 / 0, "24:01", "9:60", "9", "9:3", "nine", "", {} } do
            local seconds, message = calendar.hour(value, 5)
            assert.is_nil(seconds, tostring(value))
            assert.is_truthy(message:find("is no hour", 1, true), message)
        end
    end)
end)

describe("a local day", function()
    it("has a number, a second and a weekday that go with the offset", function()
        local day = NOW // DAY
        assert.same({ day, 8 * HOUR, 5 }, { calendar.of(NOW, 0) })
        assert.same({ day, 19 * HOUR, 5 }, { calendar.of(NOW, 11 * HOUR) })
        assert.same({ day + 1, 0, 6 }, { calendar.of(NOW, 16 * HOUR) })
        assert.same({ day - 1, 23 * HOUR, 4 }, { calendar.of(NOW, -9 * HOUR) })
        -- The epoch was a Thursday.
        assert.same({ 0, 0, 4 }, { calendar.of(0, 0) })
        assert.same({ 3, 0, 7 }, { calendar.of(3 * DAY, 0) })
        assert.same({ 4, 0, 1 }, { calendar.of(4 * DAY, 0) })
    end)

    it("leads back to the time", function()
        for offset = -12 * HOUR, 14 * HOUR, 1800 do
            local day, second = calendar.of(NOW, offset)
            assert.equal(NOW, calendar.at(day, second, offset))
        end
    end)
end)

describe("a span of hours", function()
    it("holds its first second and not its last, over midnight too", function()
        for _, case in ipairs { { 9, 9, 17, true }, { 16, 9, 17, true }, { 17, 9, 17, false }, { 8, 9, 17, false }, { 22, 22, 7, true },
            { 0, 22, 7, true }, { 6, 22, 7, true }, { 7, 22, 7, false }, { 12, 22, 7, false }, { 5, 5, 5, false } } do
            assert.equal(case[4], calendar.between(case[1], case[2], case[3]), table.concat(case, " ", 1, 3))
        end
    end)
end)
