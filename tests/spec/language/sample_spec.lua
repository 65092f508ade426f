--- Samples: how large, who is in, and who stays in.

local stage = require "stage"
local testing = require "upnudge.testing"

before_each(function()
    stage.bare()
end)

after_each(stage.strike)

local PEOPLE <const> = 1000

--- Who of the people is in the sample that the words give, as a set; and how many. One question is asked of all.
local function sample(words, key)
    local path = stage.policy(([[{ api = 1, name = "p", rules = { u.rule "in" { when = u.sample%s, notify = u.always(), text = "in" } } }]])
        :format(words))
    local policy = assert(require "upnudge.policy".load { name = path, path = path })
    local inside, count = {}, 0
    for i = 1, PEOPLE do
        policy.vm:refill()
        local decision = assert(policy.vm:call("evaluate", 0, { name = "e", path = "/e" }, { total = 1 }, {},
            { app = "t", [key or "user"] = ("%016x"):format(i * 7919) }))
        inside[i], count = decision.notify or nil, count + (decision.notify and 1 or 0)
    end
    policy:close()
    return inside, count
end

local function overlap(a, b)
    local both = 0
    for i in pairs(a) do
        both = both + (b[i] and 1 or 0)
    end
    return both
end

--- Four standard deviations of a share of so many people: the sets are always the same, so this fails always or never.
local function is_share(count, share)
    return math.abs(count - share * PEOPLE) <= 4 * math.sqrt(PEOPLE * share * (1 - share))
end

describe("a sample", function()
    it("is a share of all, whose people stay in while it grows", function()
        local before
        for _, share in ipairs { 0, 0.02, 0.1, 0.5, 0.9, 1 } do
            local inside, count = sample(("(%s)"):format(share))
            assert.is_true(is_share(count, share), share .. ": " .. count)
            assert.equal(before and before.count or 0, before and overlap(before.inside, inside) or 0)
            before = { inside = inside, count = count }
        end
        assert.same(sample "(0.1)", sample "(0.1)")
        assert.same(sample "(0.1)", (sample "{ 0.1 }"))
        assert.same(sample "(0.1)", (sample '{ share = 0.1, salt = "", by = "user" }'))
    end)

    it("has others in it with another salt, and goes by the machine or by what a function gives", function()
        local one, other = sample '{ 0.3, salt = "spring" }', (sample '{ 0.3, salt = "autumn" }')
        local both = overlap(one, other)
        assert.is_true(is_share(both, 0.09), both)
        assert.same(sample "(0.3)", (sample('{ 0.3, by = "machine" }', "machine")))
        assert.same(sample "(0.3)", (sample "{ 0.3, by = function(c) return c.host.user end }"))
        assert.same({ {}, 0 }, { sample "{ 1, by = function() return nil end }" })
        assert.same({ {}, 0 }, { sample '{ 1, by = function(c) return c.host.attributes.account end }' })
    end)

    it("combines with other conditions, and is the same in every activation of a person", function()
        local path = stage.policy [[{ api = 1, name = "p", extends = "default", rules = { u.rule "default" {
            when = function(c) return c.result.total > 0 and u.sample(0.5)(c) end, notify = u.always() } } }]]
        local world <close> = testing.world { policy = path }
        world:release("curl", "8.0.0"):check()
        local inside = 0
        for i = 1, 40 do
            local host = { user = "person " .. i }
            local first = world:activate(host).notify
            assert.equal(first, world:advance "3h":activate(host).notify)
            inside = inside + (first and 1 or 0)
        end
        assert.is_true(inside > 8 and inside < 32, inside)
    end)

    it("that makes no sense is a mistake", function()
        for words, message in pairs { ["()"] = "sample: a share from 0 to 1 is needed; one tenth is 0.1", ["(10)"] = "a share from 0 to 1",
            ["(-0.1)"] = "a share", ["(0/0)"] = "a share", ['"10%"'] = "a share", ["{}"] = "a share", ["{ 0.1, 0.2 }"] = "sample: no key '2'",
            ['{ 0.1, slat = "x" }'] = "sample: no key 'slat'; did you mean 'salt'?", ["{ 0.1, salt = 1 }"] = "salt is a text",
            ['{ 0.1, by = "usr" }'] = "sample: by 'usr' is not known; did you mean 'user'?" } do
            local path = stage.policy(('{ api = 1, name = "p", rules = { u.rule "r" { when = u.sample%s, quiet = "x" } } }'):format(words))
            local loaded, fault = require "upnudge.policy".load { name = path, path = path }
            assert.is_nil(loaded, words)
            assert.is_truthy(fault:find(message, 1, true), fault)
        end
        local path = stage.policy [[{ api = 1, name = "p", rules = {
            u.rule "r" { when = u.sample { 0.1, by = function() return {} end }, quiet = "x" } } }]]
        local world <close> = testing.world { policy = path }
        world:release("curl", "8.0.0"):check()
        assert.is_truthy(world:activate().reason:find("sample: by gave a table; expected a text or nil", 1, true))
    end)
end)
