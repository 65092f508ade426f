--- Durations and deadlines.

local duration = require "upnudge.lib.duration"

describe("a duration", function()
    it("is a number of seconds, or a sum of units", function()
        for value, seconds in pairs { ["90s"] = 90, ["15m"] = 900, ["6h"] = 21600, ["1d"] = 86400, ["2w"] = 1209600, ["1h30m"] = 5400,
            ["1d1d"] = 172800, ["7"] = 7, ["0s"] = 0, [0] = 0, [3.9] = 3, [3155760] = 3155760, ["5200w"] = 5200 * 604800 } do
            local parsed = duration.parse(value)
            assert.equal(seconds, parsed, value)
            assert.equal("integer", math.type(parsed), value)
        end
    end)

    it("is refused when it is none, negative or no number", function()
        for _, value in ipairs { "", "d", "1x", "1d ", "-1d", "1.5h", "1D", "1d2", "101y", -1, 0 / 0, true, {},
            ("1s"):rep(33) } do
            local seconds, message = duration.parse(value)
            assert.is_nil(seconds, tostring(value))
            assert.is_truthy(message:find("is no duration; write 90s, 15m", 1, true), message)
        end
    end)

    it("is refused when it is longer than a life", function()
        for _, value in ipairs { math.huge, 4e9, "6000w", "99999w" } do
            assert.same({ nil, ("'%s' is longer than 100 years"):format(tostring(value)) }, { duration.parse(value) })
        end
    end)

    it("is told in the largest unit that says enough", function()
        for seconds, words in pairs { [0] = "0 seconds", [1] = "1 second", [59] = "59 seconds", [60] = "1 minute", [3599] = "59 minutes",
            [3600] = "1 hour", [86399] = "23 hours", [86400] = "1 day", [172800.5] = "2 days", [-5] = "0 seconds" } do
            assert.equal(words, duration.format(seconds))
        end
    end)
end)

describe("a deadline", function()
    it("is milliseconds, or a short duration", function()
        for value, milliseconds in pairs { ["150ms"] = 150, ["1ms"] = 1, ["1500ms"] = 1500, ["1s"] = 1000, [1] = 1000, [1.5] = 1000 } do
            assert.equal(milliseconds, duration.deadline(value), value)
        end
    end)

    it("is refused when nobody would wait for it, or nobody could keep it", function()
        for _, value in ipairs { "0ms", "1501ms", "2s", "1m", 0, 2, "ms", "100000ms", "15 ms", "", true } do
            local milliseconds, message = duration.deadline(value)
            assert.is_nil(milliseconds, tostring(value))
            assert.is_truthy(message:find("is no deadline from 1ms to 1500ms", 1, true), message)
        end
    end)
end)
