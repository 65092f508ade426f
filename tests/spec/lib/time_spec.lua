--- Points in time.

local time = require "upnudge.lib.time"

describe("a time", function()
    it("is read from seconds and from ISO 8601", function()
        for text, seconds in pairs { ["0"] = 0, ["1800000000"] = 1800000000, ["1970-01-01"] = 0, ["2027-01-15T08:00"] = 1800000000,
            ["2027-01-15 08:00"] = 1800000000, ["2027-01-15T08:00:07Z"] = 1800000007, ["2027-01-15T08:00z"] = 1800000000,
            ["2027-01-15T09:30+01:30"] = 1800000000, ["2027-01-15T03:00:00-0500"] = 1800000000,
            ["2024-02-29"] = 1709164800, ["2024-03-01"] = 1709251200, ["1969-12-31T23:59:59Z"] = -1, ["2100-03-01"] = 4107542400,
            ["0000-03-01"] = -62162035200, ["253402300799"] = 253402300799 } do
            assert.equal(seconds, time.parse(text), text)
        end
    end)

    it("is refused when it is none", function()
        for _, text in ipairs { "", "now", "20x27", "2027-13-01", "2027-00-01", "2027-01-00", "2027-01-32", "2027-01-15T24:00",
            "2027-01-15T08:60", "2027-01-15T08", "2027-01-15T08:00+1", "2027-01-15x", "-1", "1.5", "999999999999999", "2027-1-1" } do
            local seconds, message = time.parse(text)
            assert.is_nil(seconds, text)
            assert.is_truthy(message:find("'" .. text .. "' is no time", 1, true), message)
        end
    end)

    it("is refused when it is after the year 9999", function()
        for _, text in ipairs { "253402300800", "99999999999999" } do
            assert.same({ nil, ("'%s' is after the year 9999"):format(text) }, { time.parse(text) })
        end
    end)

    it("is written so that it is read as the same again, on every day of four centuries", function()
        assert.equal("2027-01-15T08:00:00Z", time.format(1800000000))
        assert.equal("2027-01-15T08:00:00Z", time.format(1800000000.9))
        for day = -135140, 11000, 7 do
            local seconds = day * 86400 + day % 86400
            assert.equal(seconds, time.parse(time.format(seconds)))
        end
    end)

    it("that no calendar has is a question mark", function()
        assert.equal("?", time.format(2 ^ 62))
        assert.equal("?", time.format(1e300))
    end)
end)

describe("the offset of local time", function()
    it("is that of the time that is asked about", function()
        local command = require "command"
        for zone, offset in pairs { ["UTC0"] = 0, ["XXX-5:30"] = 19800, ["XXX3:30"] = -12600, ["XXX-1YYY-2,J1/0,J31/0"] = 7200 } do
            local said = command.must(("TZ=%s "):format(zone) .. command.lua .. " -e %s", "print(require 'upnudge.lib.time'.utc_offset(1800000000))")
            assert.equal(("%d\n"):format(offset), said, zone)
        end
    end)
end)
