--- Dates of a policy: `u.dates` by itself, and `u.date` in the VM of a policy, against the C library's own.

local dates = require "upnudge.language.dates"
local stage = require "stage"
local trial = require "trial"

local DAY <const> = 86400

local function at(text)
    local year, month, day, hour = text:match "^(%d+)-(%d+)-(%d+) ?(%d*)"
    return require "upnudge.lib.calendar".day_of(year // 1 | 0, month // 1 | 0, day // 1 | 0) * DAY
        + (tonumber(hour) or 0) * 3600 // 1 | 0
end

local function holds(list, text, offset)
    return assert(dates.dates(list)) { now = at(text), host = { utc_offset = offset or 0 } }
end

describe("u.dates", function()
    it("takes a day and a span with both its ends", function()
        local freeze = { "2026-12-20..2027-01-03", "2027-05-01" }
        for _, day in ipairs { "2026-12-20", "2026-12-31 23", "2027-01-03 23", "2027-05-01" } do
            assert.is_true(holds(freeze, day), day)
        end
        for _, day in ipairs { "2026-12-19 23", "2027-01-04", "2025-12-24", "2027-04-30", "2027-05-02", "2028-05-01" } do
            assert.is_false(holds(freeze, day), day)
        end
    end)

    it("comes back each year where no year is said, over its end too", function()
        for _, day in ipairs { "2026-12-24", "2027-01-02 23", "2040-12-31", "2028-02-29", "2027-05-01" } do
            assert.is_true(holds({ "12-24..01-02", "02-29", "05-01" }, day), day)
        end
        for _, day in ipairs { "2026-12-23 23", "2027-01-03", "2028-02-28", "2027-03-01" } do
            assert.is_false(holds({ "12-24..01-02", "02-29", "05-01" }, day), day)
        end
    end)

    it("goes by the day on the wall", function()
        assert.is_false(holds("2027-05-01", "2027-04-30 22"))
        assert.is_true(holds("2027-05-01", "2027-04-30 22", 2 * 3600))
        assert.is_false(holds("2027-05-01", "2027-05-01 03", -5 * 3600))
    end)

    it("refuses what is no date", function()
        for _, list in ipairs { "2027-02-29", "2027-13-01", "00-10", "2027-1-1", "tomorrow", "2027-05-01..05-02", "..", "",
            "2027-05-01..", { 7 }, { { } } } do
            local predicate, message = dates.dates(list)
            assert.is_nil(predicate)
            assert.is_truthy(message:find("is no date", 1, true), message)
        end
        assert.is_truthy(select(2, dates.dates "2027-05-02..2027-05-01"):find("ends before it begins", 1, true))
        assert.is_nil(dates.dates {})
        assert.is_nil(dates.dates(7))
    end)
end)

describe("u.date", function()
    local work

    before_each(function()
        work = stage.bare()
    end)
    after_each(stage.strike)

    --- What a policy sees of it, at the time of the trial, in UTC.
    local function date(code)
        local loaded = assert(trial.load(work, ([[local u = require "upnudge"
            return u.policy { api = 1, name = "p", rules = { u.rule "r" { quiet = function(c) return %s end } } }]])
            :gsub("%%s", function() return code end)))
        local decision, fault = trial.ask(loaded)
        loaded:close()
        return decision and decision.reason, fault
    end

    it("says what the C library says", function()
        local times = { 0, 951782400, 1800000000, 1830297599, 1640995200, 1609459199, 4102444800, -1 }
        local format = "%a %A %b %B %d %e %F %G %H %I %j %m %M %p %R %S %T %u %V %w %y %Y %%"
        for _, time in ipairs(times) do
            assert.equal(os.date("!" .. format, time), date(("u.date(%q, %d)"):format("!" .. format, time)))
            local parts = os.date("!*t", time)
            assert.equal(("%d %d %d %d %d %d %d %d"):format(parts.year, parts.month, parts.day, parts.hour, parts.min,
                parts.sec, parts.wday, parts.yday), date(([[(function() local t = u.date("!*t", %d)
                    return table.concat({ t.year, t.month, t.day, t.hour, t.min, t.sec, t.wday, t.yday }, " ") end)()]])
                    :format(time)))
        end
    end)

    it("is now unless said otherwise", function()
        assert.equal(os.date("!%F %R", trial.FACTS.now), date "u.date()")
        assert.equal("+0000", date 'u.date "%z"')
    end)

    it("names what it does not know", function()
        local _, fault = date 'u.date "%Q"'
        assert.is_truthy(fault:find("u.date has no '%Q'; one of: %a", 1, true), fault)
        for _, wrong in ipairs { 'u.date("%F", "x")', 'u.date("%F", 0/0)', 'u.date("%F", 1e300)', "u.date(7)",
            'u.date(("x"):rep(201))' } do
            assert.is_truthy(select(2, date(wrong)):find("u.date", 1, true))
        end
        local loaded, message = trial.load(work, [[local u = require "upnudge"
            return u.policy { api = 1, name = u.date "%F" }]])
        assert.is_nil(loaded)
        assert.is_truthy(message:find("while a policy is loaded there is no time", 1, true), message)
    end)
end)
