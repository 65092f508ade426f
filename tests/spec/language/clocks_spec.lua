--- `c.history.rules` as a policy sees it, in a policy's VM.

local policy = require "upnudge.policy"
local stage = require "stage"

local NOW <const> = stage.NOW

before_each(stage.bare)

after_each(stage.strike)

--- What a function of the context answers, as the reason of a quiet rule; nil and the fault.
local function answer(code, known, history, body)
    local loaded = assert(policy.load({ name = "p", path = stage.policy(([[{ api = 1, name = "p", text = "x", %s rules = {
        u.rule "weekly" { when = function(c) return false end, notify = u.always() },
        u.rule "每周" { when = function(c) return false end, notify = u.always() },
        u.rule "r" { quiet = function(c) return tostring((function() %s end)()) end } } }]]):format(body or "", code), "p") },
        { look_up = function(what)
            return what == "rules" and known or nil
        end }))
    local decision, fault = loaded.vm:call("evaluate", NOW, { name = "e", path = "/e" }, { total = 1, fingerprint = "f", since = 1,
        checked_at = 1 }, history or { last_notified = NOW - 9, shown = "f", times = 4 }, { app = "t" })
    loaded:close()
    return decision and decision.reason, fault
end

describe("c.history.rules", function()
    local KNOWN <const> = { named = { weekly = { last_notified = NOW - 5, shown = "g", times = 2 }, gone = { last_notified = 1 },
        ["每周"] = { last_notified = 7 } } }

    it("has a clock for each rule of the policy, and none for another name", function()
        -- The result at hand is another one.
        assert.equal(NOW - 5 .. " g 0", (answer("local w = c.history.rules.weekly return w.last_notified .. ' ' .. w.shown .. ' ' .. w.times",
            KNOWN)))
        assert.equal("7", (answer("return c.history.rules['每周'].last_notified", KNOWN)))
        assert.equal("nil", (answer("return c.history.rules.r.last_notified", KNOWN)))
        assert.equal("nil", (answer("return c.history.rules.gone", KNOWN)))
        assert.equal("nil", (answer("return c.history.rules.decide", KNOWN)))
    end)

    it("has one for decide where the policy has one", function()
        assert.equal("5", (answer("", nil, { rules = { decide = { last_notified = 5 } } },
            "decide = function(c) return false, tostring(c.history.rules.decide.last_notified) end,")))
    end)

    it("is the newer of a rule's own and of what counts for all", function()
        local known = { named = KNOWN.named, others = { last_notified = NOW - 7, shown = "f" } }
        assert.equal(NOW - 5 .. " " .. NOW - 7, (answer("local r = c.history.rules return r.weekly.last_notified .. ' ' .. r.r.last_notified",
            known)))
        known.others.last_notified = NOW - 3
        assert.equal(NOW - 3 .. " f", (answer("local w = c.history.rules.weekly return w.last_notified .. ' ' .. w.shown", known)))
    end)

    it("is what all have in common where nobody knows more", function()
        for _, known in ipairs { false, 0 } do
            assert.equal(NOW - 9 .. " f 4", (answer("local w = c.history.rules.weekly return w.last_notified .. ' ' .. w.shown .. ' ' .. w.times",
                known)))
        end
    end)

    it("is read-only, strict about fields, and can be listed", function()
        for code, words in pairs { ["c.history.rules.weekly = 1"] = "c.history.rules is read-only: 'weekly' cannot be set",
            ["c.history.rules.weekly.times = 1"] = 'c.history.rules["weekly"] is read-only',
            ["return c.history.rules.weekly.tims"] = "has no field 'tims'; did you mean 'times'?" } do
            local said, fault = answer(code, KNOWN)
            assert.is_nil(said)
            assert.is_truthy(fault:find(words, 1, true), fault)
        end
        assert.equal("rweekly每周", (answer("local s = '' for name in pairs(c.history.rules) do s = s .. name end return s", KNOWN)))
        assert.equal("true", (answer("for name in pairs(c.history) do if name == 'rules' then return true end end", KNOWN)))
    end)
end)
