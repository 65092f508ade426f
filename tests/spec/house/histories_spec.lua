--- The histories (tests/histories/): the search judges what was written by hand, and what real processes do has an order
--- that explains it.

local run = dofile "tests/histories/run.lua"
local search = require "histories.search"
local timeline = require "histories.timeline"

-- A second begins with the history, and a window has two.
local WALL <const>, WINDOW <const> = 1900000000, 2
-- Of real processes, for each strategy.
local ROUNDS <const> = 6

--- Operations in a line each: when they began and ended, in tenths of a second, what they were and what they said.
local function history(strategy, operations)
    local list = {}
    for i, op in ipairs(operations) do
        local from, to, kind, said = table.unpack(op, 1, 4)
        list[i] = { invoked = from / 10, returned = to / 10, kind = kind, said = said, machine = op.machine or 1,
            result = op.result, last = op.last, number = op.number, seconds = op.seconds, fails = op.fails,
            strategy = op.strategy, ["until"] = op.till and WALL + op.till, killed = said == nil }
    end
    return { wall = WALL, window = WINDOW, strategy = strategy, switches = false, operations = list }
end

local function check(from, to, number, machine)
    return { from, to, "check", "checked", number = number, machine = machine }
end

local function killed_check(from, to, number)
    return { from, to, "check", nil, number = number }
end

local function told(from, to, result, machine)
    return { from, to, "notify", "told", result = result, machine = machine }
end

local function quiet(from, to, said, machine)
    return { from, to, "notify", said, machine = machine }
end

local function killed_notify(from, to)
    return { from, to, "notify", nil }
end

local function snooze(from, to, seconds, till)
    return { from, to, "snooze", "done", seconds = seconds, till = till }
end

local function wake(from, to)
    return { from, to, "wake", "done" }
end

local function shown(from, to, result, last)
    return { from, to, "show", "shown", result = result, last = last and WALL + last }
end

local function switch(at, strategy)
    return { at, at, "switch", "done", strategy = strategy }
end

local function judge(strategy, operations)
    local one = history(strategy, operations)
    for _, op in ipairs(one.operations) do
        one.switches = one.switches or op.kind == "switch"
    end
    return run.judge(one)
end

describe("a history that an order explains", function()
    for what, one in pairs {
        ["one after the other"] = { quiet(0, 1, "not-checked"), check(1, 2, 1), told(3, 4, 1), quiet(5, 6, "not-due"),
            shown(7, 8, 1, 0), told(21, 22, 1), check(23, 24, 0), quiet(25, 26, "nothing-new") },
        ["two at once, of which one tells"] = { check(0, 1, 1), told(2, 5, 1), quiet(2, 4, "locked") },
        ["three, of which one tells and one comes too late"] = { check(0, 1, 1), told(2, 4, 1), quiet(3, 6, "silence"),
            quiet(5, 7, "locked") },
        ["a result that comes while somebody tells of the one before"] = { check(0, 1, 1), check(2, 4, 2), told(3, 6, 1),
            shown(7, 8, 2, 0) },
        ["a check that was killed, and had committed"] = { killed_check(0, 1, 1), told(2, 3, 1) },
        ["a check that was killed, and had not"] = { check(0, 1, 1), killed_check(2, 3, 2), told(4, 5, 1) },
        ["an activation that was killed, and had claimed"] = { check(0, 1, 1), killed_notify(2, 3),
            quiet(4, 5, "not-due"), told(22, 23, 1) },
        ["an activation that was killed, and had not"] = { check(0, 1, 1), killed_notify(2, 3), told(4, 5, 1) },
        ["a snooze that ends by itself"] = { check(0, 1, 1), snooze(2, 3, 1, 1), quiet(4, 5, "snoozed"), told(11, 12, 1) },
        ["a snooze that comes while somebody tells"] = { check(0, 1, 1), told(2, 6, 1), snooze(3, 4, 3600, 3600),
            quiet(7, 8, "snoozed"), wake(9, 10), quiet(11, 12, "not-due") },
        ["a snooze, and a check after it, while somebody tells"] = { check(0, 1, 1), snooze(3, 4, 3600, 3600),
            check(5, 6, 2), told(2, 7, 2) },
        ["a failed check, which leaves the result"] = { check(0, 1, 1),
            { 2, 3, "check", "dry-upgrade-failed", number = 2, fails = true }, told(4, 5, 1) },
        ["a second that passes while it is looked at"] = { check(0, 1, 1), told(2, 3, 1), told(15, 25, 1),
            quiet(26, 27, "not-due") },
    } do
        it("is explained: " .. what, function()
            assert.equal("explained", judge("separate-lock", one))
        end)
    end

    it("is explained where two machines share a database", function()
        assert.equal("explained", judge("database", { check(0, 1, 1, 1), check(0, 1, 2, 2), told(2, 3, 2, 2),
            quiet(4, 5, "not-due", 1), quiet(6, 7, "database-unreachable", 1), told(23, 24, 1, 1) }))
        assert.equal("explained", judge("database", { check(0, 1, 1), quiet(2, 3, "database-unreachable"),
            quiet(4, 5, "not-due") }))
    end)

    it("is explained where each strategy knows what those before it told", function()
        assert.equal("explained", judge("separate-lock", { check(0, 1, 1), told(2, 3, 1), switch(4, "stateless"),
            told(5, 6, 1), switch(7, "database"), quiet(8, 9, "not-due"), told(22, 23, 1) }))
    end)
end)

describe("a history that no order explains", function()
    for what, one in pairs {
        ["a lost result"] = { check(0, 1, 1), check(2, 3, 2), shown(4, 5, 1) },
        ["a lost first result"] = { check(0, 1, 1), quiet(2, 3, "not-checked") },
        ["a result that nobody found"] = { check(0, 1, 1), told(2, 3, 2) },
        ["a result from before it was looked for"] = { told(0, 1, 1), check(2, 3, 1) },
        ["a doubled notice"] = { check(0, 1, 1), told(2, 3, 1), told(4, 5, 1) },
        ["a doubled notice, both at once"] = { check(0, 1, 1), told(2, 5, 1), told(3, 4, 1) },
        ["a doubled notice after a check"] = { check(0, 1, 1), told(2, 3, 1), check(4, 5, 2), told(6, 7, 2) },
        ["a notice after one that somebody was killed at, and showed"] = { check(0, 1, 1), killed_notify(2, 3),
            quiet(4, 5, "not-due"), told(6, 7, 1) },
        ["a lost notification time"] = { check(0, 1, 1), told(2, 3, 1), shown(4, 5, 1, nil) },
        ["a notification time of nobody"] = { check(0, 1, 1), shown(2, 3, 1, 0) },
        ["a time that is written back"] = { check(0, 1, 1), told(2, 3, 1), told(22, 23, 1), shown(24, 25, 1, 0) },
        ["a notice of a withdrawn result"] = { check(0, 1, 1), check(2, 3, 0), told(4, 5, 1) },
        ["a silence about a result that is there"] = { check(0, 1, 0), check(2, 3, 1), quiet(4, 5, "nothing-new") },
        ["a stale look after one that was newer"] = { check(0, 1, 1), check(2, 9, 2), shown(3, 4, 2), shown(5, 6, 1) },
        ["a killed check that comes and goes"] = { check(0, 1, 1), killed_check(2, 3, 2), shown(4, 5, 2), shown(6, 7, 1) },
        ["a killed check that comes after its end"] = { check(0, 1, 1), killed_check(2, 3, 2), shown(4, 5, 1),
            shown(6, 7, 2) },
        ["a resurrected snooze"] = { check(0, 1, 1), snooze(2, 3, 3600, 3600), wake(4, 5), quiet(6, 7, "snoozed") },
        ["a snooze that is not heard"] = { check(0, 1, 1), snooze(2, 3, 3600, 3600), told(4, 5, 1) },
        ["a snooze that does not end"] = { check(0, 1, 1), snooze(2, 3, 1, 1), quiet(14, 15, "snoozed") },
        ["a snooze that a check ends"] = { check(0, 1, 1), snooze(2, 3, 3600, 3600), check(4, 5, 2), told(6, 7, 2) },
        ["silence though it is due"] = { check(0, 1, 1), quiet(2, 3, "not-due") },
        ["silence without words though it is due"] = { check(0, 1, 1), quiet(2, 3, "silence") },
        ["a standing answer that stands too long"] = { check(0, 1, 1), told(2, 3, 1), quiet(23, 24, "silence") },
        ["a lock that nobody has"] = { check(0, 1, 1), told(2, 3, 1), quiet(25, 26, "locked") },
        ["a lock that only those have who say nothing"] = { check(0, 1, 1), quiet(2, 4, "silence"), quiet(3, 5, "silence") },
        ["a check that nobody makes"] = { { 0, 1, "check", "busy", number = 1 } },
        ["a failed check that takes the result"] = { check(0, 1, 1),
            { 2, 3, "check", "dry-upgrade-failed", number = 2, fails = true }, quiet(4, 5, "check-failed") },
        ["an answer that is none"] = { check(0, 1, 1), quiet(2, 3, "?") },
        ["an end by the deadline, long before it"] = { check(0, 1, 1), quiet(2, 3, "fault") },
    } do
        it("has none: " .. what, function()
            assert.equal("anomaly", judge("separate-lock", one))
        end)
    end

    it("has none where a machine tells what another has", function()
        local both = { check(0, 1, 1, 1), check(0, 1, 2, 2), told(2, 3, 1, 1), told(4, 5, 2, 2) }
        assert.equal("anomaly", judge("database", both))
    end)

    it("has none where a strategy does not know what another told", function()
        assert.equal("anomaly", judge("separate-lock", { check(0, 1, 1), told(2, 3, 1), switch(4, "database"),
            told(5, 6, 1) }))
    end)

    it("has none where an activation goes by a strategy that is over", function()
        assert.equal("anomaly", judge("stateless", { check(0, 1, 1), told(2, 3, 1), switch(4, "separate-lock"),
            told(5, 6, 1), told(7, 8, 1) }))
    end)
end)

describe("the race of simple", function()
    local at_once = { check(0, 1, 1), told(2, 5, 1), told(3, 4, 1) }
    local beside_a_check = { check(0, 1, 1), check(2, 6, 2), told(3, 5, 1), told(7, 8, 2) }

    it("is known where many tell at once, or a check replaces the record meanwhile", function()
        assert.equal("race", judge("simple", at_once))
        assert.equal("race", judge("simple", beside_a_check))
        assert.equal("race", judge("simple", { check(0, 1, 1), told(2, 6, 1), switch(3, "separate-lock"), told(4, 5, 1) }))
    end)

    it("excuses no other strategy, and nothing that comes later", function()
        assert.equal("anomaly", judge("separate-lock", at_once))
        assert.equal("anomaly", judge("separate-lock", beside_a_check))
        assert.equal("anomaly", judge("simple", { check(0, 1, 1), told(2, 3, 1), told(4, 5, 1) }))
        assert.equal("anomaly", judge("simple", { check(0, 1, 1), told(2, 5, 1), check(6, 7, 2), told(8, 9, 2) }))
        assert.equal("anomaly", judge("simple", { check(0, 1, 1), check(2, 6, 2), told(3, 5, 1), shown(7, 8, 1) }))
    end)
end)

describe("what a person reads of a history", function()
    it("is as short as it can be", function()
        local long = history("separate-lock", { quiet(0, 1, "not-checked"), check(1, 2, 1), told(3, 4, 1), wake(5, 6),
            told(9, 10, 1), check(11, 12, 2), shown(13, 14, 2, 0) })
        local short = timeline.shortest(long)
        assert.is_false((search.explains(short)))
        local kept = {}
        for _, op in ipairs(short.operations) do
            kept[#kept + 1] = op.kind .. " " .. (op.said or "of no matter")
        end
        assert.same({ "check of no matter", "notify told", "wake of no matter", "notify told" }, kept)
        local drawn = timeline.draw(short)
        assert.is_truthy(drawn:find("17:46:40.300    100.0 ms  ", 1, true), drawn)
        assert.equal(2, select(2, drawn:gsub("notify: told of 1", "")))
    end)
end)

describe("real processes, killed at random", function()
    for _, one in ipairs(run.STRATEGIES) do
        it("do nothing that no order explains: " .. one.name, function()
            local said = {}
            local tally = run.play(one, { rounds = ROUNDS, seconds = 600, seed = 1 }, function(text)
                said[#said + 1] = text
            end)
            assert.equal(0, tally.anomalies, table.concat(said, "\n"))
            assert.equal(ROUNDS, tally.rounds)
            assert(tally.undecided < ROUNDS, "nothing could be decided")
            assert(tally.commits > 0 and tally.notices > 0 and tally.kills > 0, "nothing was tried")
            assert(tally.races == 0 or one.name == "simple" or one.name == "switching")
        end)
    end
end)
