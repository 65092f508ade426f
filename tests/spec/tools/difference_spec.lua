--- What two policies do differently.

local difference = require "upnudge.tools.difference"

local DAY <const> = 86400

local function notice(at, rule, text, shown, environment)
    return { at = at, rule = rule, text = text, shown = shown, environment = environment or "e" }
end

local function kinds(before, after)
    local list = {}
    for i, one in ipairs(difference.between(before, after).changes) do
        list[i] = ("%d %s"):format(one.at, one.change)
    end
    return list
end

describe("the difference", function()
    it("is none between the same", function()
        local list = { notice(1, "r", "x", "f"), notice(2, "s", "y", "g") }
        local found = difference.between(list, { notice(1, "r", "x", "f"), notice(2, "s", "y", "g") })
        assert.same({ {}, 2 }, { found.changes, found.same })
        assert.same({ rule = "r", before = 1, after = 1, appears = 0, vanishes = 0, moves = 0, words = 0 }, found.rules[1])
    end)

    it("is words, a rule or a time where the notice is there", function()
        assert.same({ "1 words" }, kinds({ notice(1, "r", "x", "f") }, { notice(1, "r", "y", "f") }))
        assert.same({ "1 rule" }, kinds({ notice(1, "r", "x", "f") }, { notice(1, "s", "y", "f") }))
        assert.same({ "1 moves" }, kinds({ notice(1, "r", "x", "f") }, { notice(1 + 3 * DAY, "r", "x", "f") }))
        assert.same({ "1 words" }, kinds({ { at = 1, words = "a" } }, { { at = 1, words = "b", text = "x" } }))
        assert.same({}, kinds({ { at = 1 } }, { { at = 1, words = "b", text = "x" } }))
    end)

    it("is that one vanishes and another appears, where that is later, elsewhere or about something else", function()
        local one = { notice(1, "r", "x", "f") }
        assert.same({ "1 vanishes", ("%d appears"):format(1 + 8 * DAY) }, kinds(one, { notice(1 + 8 * DAY, "r", "x", "f") }))
        assert.same({ "1 vanishes", "1 appears" }, kinds(one, { notice(1, "r", "x", "f", "other") }))
        assert.same({ "1 vanishes", "9 appears" }, kinds(one, { notice(9, "r", "x", "g") }))
    end)

    it("takes each notice once", function()
        assert.same({ "1 vanishes" }, kinds({ notice(1, "r", "x", "f"), notice(1, "r", "x", "f") }, { notice(1, "r", "x", "f") }))
        assert.same({ "1 moves", "2 vanishes" }, kinds({ notice(1, "r", "x", "f"), notice(2, "r", "x", "f") }, { notice(5, "r", "x", "f") }))
    end)

    it("is summed up by rule, and `decide` is one", function()
        local found = difference.between({ notice(1, "r", "x", "f"), notice(2, nil, "x", "f") }, { notice(1, "s", "x", "f") })
        local names = {}
        for i, row in ipairs(found.rules) do
            names[i] = ("%s %d %d %d %d"):format(row.rule, row.before, row.after, row.appears, row.vanishes)
        end
        assert.same({ "decide 1 0 0 1", "r 1 0 0 1", "s 0 1 1 0" }, names)
    end)
end)
