--- News by itself: what no notice has told, whatever else came or went beside it.

local cadence = require "upnudge.language.cadence"

local NOW <const> = 1800000000

local function c(packages, history, security_since)
    history.rules = { r = history.own or {} }
    return { now = NOW, history = history, result = { packages = packages, fingerprint = "f",
        security = security_since and 1 or 0, security_since = security_since } }
end

local function due(of, packages, history, security_since, own)
    return (assert(cadence.once { of = of, own = own }).due(c(packages, history, security_since), "r"))
end

local function major(first_seen)
    return { name = "node", level = "major", kind = "upgraded", first_seen = first_seen }
end

describe("once of some changes", function()
    it("is due for what was first seen after the last notice", function()
        local of = { level = "major" }
        assert.is_true(due(of, { major(NOW - 9) }, {}))
        assert.is_true(due(of, { major(NOW - 9) }, { last_notified = NOW - 10, shown = "e" }))
        assert.is_false(due(of, { major(NOW - 9) }, { last_notified = NOW - 8, shown = "e" }))
        assert.is_false(due(of, { { name = "curl", level = "patch", first_seen = NOW } }, { last_notified = NOW - 9 }))
        assert.is_false(due(of, {}, {}))
    end)

    it("takes for told what was there in the second of the notice", function()
        assert.is_false(due({ level = "major" }, { major(NOW) }, { last_notified = NOW, shown = "e" }))
        assert.is_true(due({ level = "major" }, { major(NOW + 1) }, { last_notified = NOW, shown = "e" }))
        assert.is_false(due({ level = "major" }, { major(NOW + 1) }, { last_notified = NOW, shown = "f" }))
    end)

    it("goes by when something was known to be a fix, which may be long after it came out", function()
        local fix = { name = "openssl", level = "patch", security = true, first_seen = 5, security_since = NOW - 5 }
        assert.is_true(due({ security = true, name = "open*" }, { fix }, { last_notified = NOW - 9 }))
        assert.is_false(due({ security = true, name = "open*" }, { fix }, { last_notified = NOW - 4 }))
        assert.is_false(due({ security = true, name = "curl" }, { fix }, {}))
        fix.security_since = nil
        assert.is_false(due({ security = true, name = "open*" }, { fix }, { last_notified = NOW - 9 }))
    end)

    it("takes what several environments have for known since the first of them had it", function()
        local here, there = major(NOW - 9), major(NOW - 2)
        here.to, there.to = "2", "2"
        assert.is_false(due({ level = "major" }, { here, there }, { last_notified = NOW - 5, shown = "e" }))
        there.to = "3"
        assert.is_true(due({ level = "major" }, { here, there }, { last_notified = NOW - 5, shown = "e" }))
    end)

    it("looks at no list for fixes of any sort", function()
        local list = setmetatable({}, { __index = function()
            error "the list was looked at"
        end })
        assert.is_true(due({ security = true }, list, { last_notified = 7 }, 8))
        assert.is_false(due({ security = true }, list, { last_notified = 8 }, 7))
        assert.is_false(due({ security = true }, list, {}, nil))
    end)

    it("goes by the rule's own clock where that is asked for", function()
        local history = { last_notified = NOW, shown = "f", own = { last_notified = 5, shown = "e" } }
        assert.is_true(due({ level = "major" }, { major(7) }, history, nil, true))
        assert.is_false(due({ level = "major" }, { major(7) }, history))
    end)

    it("is told what it does not know", function()
        assert.matches("once: of: no key 'lvel'; did you mean 'level'", select(2, cadence.once { of = { lvel = "x" } }))
        assert.matches("once: of: a table of what is asked for", select(2, cadence.once { of = {} }))
        assert.matches("once: of: a table", select(2, cadence.once { of = 7 }))
    end)
end)
