--- Keys of which a policy and its base each say a part.

local merging = require "upnudge.language.merging"

describe("what is ignored", function()
    local function merged(base, policy)
        local function list(words)
            local texts = {}
            for word in words:gmatch "%S+" do
                texts[#texts + 1] = word
            end
            return texts
        end
        return table.concat(merging.ignore(list(base), list(policy)), " ")
    end

    it("is what the base ignores and then what the policy does", function()
        assert.equal("a b* c", merged("a b*", "c"))
        assert.same({ "a" }, merging.ignore({ "a" }, nil))
        assert.same({ "a" }, merging.ignore(nil, { "a" }))
        assert.is_nil(merging.ignore(nil, nil))
    end)

    it("is without what the policy takes out, which stays an exception where more might mean it", function()
        for case, expected in pairs { ["a,!a"] = "", ["a b,!a"] = "b !a", ["a*,!ab"] = "a* !ab", ["a b c,!* d"] = "d", [",!x y"] = "y",
            ["a,!a !b a"] = "a", ["b !a,a"] = "b !a a", ["a@1,!a"] = "a@1 !a", ["a,!*"] = "", ["a b,c !* !d e"] = "e",
            ["a b,c !a"] = "b c !a" } do
            assert.equal(expected, merged(case:match "^(.*),(.*)$"), case)
        end
    end)

    it("is as much as is looked at, and of the base's the last", function()
        local base, own = {}, {}
        for i = 1, 700 do
            base[i], own[i] = "b" .. i, "o" .. i
        end
        local list, more = merging.ignore(base, own)
        assert.same({ 1000, 400, "b401", "o700" }, { #list, more, list[1], list[1000] })
        for i = 1, 60 do
            base[i], own[i] = "b*" .. i, i % 2 == 0 and "!o" .. i or "o*" .. i
        end
        list, more = merging.ignore(table.move(base, 1, 60, 1, {}), table.move(own, 1, 60, 1, {}))
        assert.same({ 100, 20, "b*21" }, { #list, more, list[1] })
    end)

    it("leaves both lists as they were", function()
        local base, own = { "a", "b" }, { "!a" }
        merging.ignore(base, own)
        assert.same({ { "a", "b" }, { "!a" } }, { base, own })
    end)
end)

describe("catalogues", function()
    it("are joined language by language and word by word, the policy's first", function()
        local base = { de = { summary = "b", own = { hello = "b", bye = "b" } }, fr = { summary = "b" }, ["pt-BR"] = { a = "b", b = "b" } }
        local own = { de = { summary = "p", hint = "p", own = { hello = "p" } }, pl = { summary = "p" }, pt_BR = { a = "p" } }
        assert.same({ de = { summary = "p", hint = "p", own = { hello = "p", bye = "b" } }, fr = { summary = "b" },
            pl = { summary = "p" }, pt_BR = { a = "p", b = "b" } }, merging.catalogues(base, own))
        assert.equal("b", base.de.summary)
        assert.equal("b", base.de.own.hello)
        assert.equal(own, merging.catalogues(nil, own))
        assert.equal(base, merging.catalogues(base, nil))
    end)
end)

describe("check", function()
    it("is joined key by key, and its commands format by format", function()
        local base = { every = "1d", timeout = "1m", commands = { npm = { "a" }, uv = { "b" } } }
        assert.same({ every = "2d", timeout = "1m", commands = { npm = { "c" }, uv = { "b" } } },
            merging.check(base, { every = "2d", commands = { npm = { "c" } } }))
        assert.same({ "a" }, base.commands.npm)
        assert.same(base, merging.check(base, {}))
        assert.same(base, merging.check(nil, base))
    end)
end)

describe("what is read", function()
    it("is what either reads", function()
        assert.same({ "A", "B", "C" }, merging.reads({ "A", "B" }, { "B", "C" }))
        assert.is_falsy(merging.reads(nil, {}))
    end)
end)
