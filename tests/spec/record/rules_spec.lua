--- The clocks of rules: what is kept of each, and what a policy may know.

local rules = require "upnudge.record.rules"

local NOW <const>, DAY <const> = 1800000000, 86400
local RESULT <const> = { fingerprint = "f", since = NOW - 5 * DAY }

local function at(time, shown, times)
    return { last_notified = time, shown = shown, times = times }
end

describe("the clocks of rules", function()
    it("are what makes sense of what somebody wrote", function()
        assert.same({}, rules.sound(nil))
        assert.same({}, rules.sound "x")
        assert.same({ good = at(5, "f", 2), bare = at(7), long = at(9) }, rules.sound { good = at(5.0, "f", 2), bare = at(7, nil, 3),
            long = at(9, ("x"):rep(4097), 1), none = {}, early = at(-1), late = at(2 ^ 53), odd = at "x", endless = at(math.huge),
            [7] = at(5), [("n"):rep(129)] = at(5), list = 5 })
    end)

    it("count what the common clock says for the rule that it names, or for all others", function()
        local known = { a = at(NOW, "f", 1) }
        assert.same({ a = at(NOW + 1, "g", 1) }, (rules.of { rules = known, rule = "a", last_notified = NOW + 1, shown = "g", times = 1 }))
        assert.same({ a = at(NOW, "f", 1), b = at(NOW + 1, "g", 1) },
            (rules.of { rules = known, rule = "b", last_notified = NOW + 1, shown = "g", times = 1 }))
        assert.same({ a = at(NOW, "f", 1) }, (rules.of { rules = known, rule = "a", last_notified = NOW, shown = "f", times = 9 }))
        assert.same({ known, at(NOW + 1) }, { rules.of { rules = known, last_notified = NOW + 1 } })
        assert.same({ known }, { rules.of { rules = known, last_notified = NOW } })
        assert.same({ {} }, { rules.of { last_notified = NOW, rule = ("r"):rep(200) } })
        assert.same({ {} }, { rules.of {} })
    end)

    it("tell how often each rule showed the same", function()
        local told = rules.tell({}, "a", "f", NOW)
        told = rules.tell(told, "b", "f", NOW + 1)
        told = rules.tell(told, "a", "f", NOW + 2)
        told = rules.tell(told, nil, "f", NOW + 3)
        assert.same({ a = at(NOW + 2, "f", 2), b = at(NOW + 1, "f", 1), decide = at(NOW + 3, "f", 1) }, told)
        assert.same(at(NOW + 4, "g", 1), rules.tell(told, "a", "g", NOW + 4).a)
        assert.equal(1000000, rules.tell({ a = at(NOW, "f", 1000000) }, "a", "f", NOW).a.times)
    end)

    it("are those of the 64 that spoke last", function()
        local told = {}
        for i = 1, 70 do
            told = rules.tell(told, "r" .. i, "f", NOW + i)
        end
        local count = 0
        for name in pairs(told) do
            assert.is_true(tonumber(name:match "%d+") > 6, name)
            count = count + 1
        end
        assert.equal(64, count)
    end)

    it("are short enough to be read at every prompt, whatever they have shown", function()
        local told, bytes = {}, 0
        for i = 1, 64 do
            told = rules.tell(told, "r" .. i, ("%04d"):format(i):rep(1000), NOW + i)
        end
        for _, entry in pairs(told) do
            bytes = bytes + #(entry.shown or "")
        end
        assert.equal(32000, bytes)
        assert.same({ last_notified = NOW + 1 }, told.r1)
        assert.equal(4000, #told.r64.shown)
    end)

    it("are the newer of two, of which one that has not come yet gives way", function()
        local one, other = { a = at(NOW - 5), b = at(NOW - 1) }, { a = at(NOW - 4), b = at(NOW + DAY), c = at(NOW + DAY) }
        assert.same({ a = at(NOW - 4), b = at(NOW - 1), c = at(NOW + DAY) }, rules.newer(one, other, NOW))
        assert.same({ a = at(NOW - 4), b = at(NOW + DAY), c = at(NOW + DAY) }, rules.newer(one, other))
        assert.same({ a = at(NOW), b = at(0) }, rules.shifted({ a = at(NOW + 9), b = at(4) }, -9))
    end)
end)

describe("what a policy may know of rules", function()
    local COMMON <const> = { last_notified = NOW - DAY, shown = "f", times = 3, snoozed_until = NOW }

    it("is the common clock where a strategy has no other", function()
        assert.same({ named = {}, others = at(NOW - DAY, "f", 3) }, rules.known({ last_notified = NOW - DAY }, COMMON, RESULT, NOW))
    end)

    it("is what each showed, and no time that has not come yet", function()
        local history = { rules = { a = at(NOW - DAY, "f", 2), b = at(NOW + DAY, "f", 2), c = at(NOW + 30, "g", 1) }, rule = "a",
            last_notified = NOW - DAY, shown = "f", times = 2 }
        assert.same({ named = { a = at(NOW - DAY, "f", 2), c = at(NOW, "g", 1) } }, rules.known(history, COMMON, RESULT, NOW))
    end)

    it("takes for told by all what nobody knows the rule of", function()
        local history = { rules = {}, last_notified = NOW - DAY }
        assert.same({ named = {}, others = at(NOW - DAY, "f") }, rules.known(history, COMMON, RESULT, NOW))
        history.unnamed = NOW - 2 * DAY
        assert.same({ named = {}, others = at(NOW - DAY, "f") }, rules.known(history, COMMON, RESULT, NOW))
        history.unnamed = NOW - 9
        assert.same({ named = {}, others = at(NOW - 9, "f") }, rules.known(history, COMMON, RESULT, NOW))
        -- What was shown before this result was found is not known.
        assert.same({ named = {}, others = at(NOW - 9 * DAY) },
            rules.known({ rules = {}, unnamed = NOW - 9 * DAY }, {}, RESULT, NOW))
    end)
end)
