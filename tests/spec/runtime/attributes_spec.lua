--- Attributes by themselves: what is one, and what is none.

local attributes = require "upnudge.runtime.attributes"
local limits = require "upnudge.lib.limits"

local LONGEST <const> = ("n"):rep(limits.WORD)

describe("an attribute", function()
    it("is a name and a text", function()
        for word, expected in pairs { ["a=b"] = { "a", "b" }, ["_A.b-1="] = { "_A.b-1", "" }, ["a= b=c\n"] = { "a", " b=c\n" },
            [LONGEST .. "=1"] = { LONGEST, "1" } } do
            assert.same(expected, { attributes.parse(word) })
            assert.is_nil(attributes.fault { [expected[1]] = expected[2] })
        end
        for _, word in ipairs { "", "=", "=b", "a", "1a=b", "-a=b", "a b=c", "ä=b", LONGEST .. "n=1" } do
            local name, message = attributes.parse(word)
            assert.is_nil(name, word)
            assert.is_truthy(message:find("is no NAME=VALUE", 1, true))
            local given = word:match "^(.*)="
            assert.is_truthy(not given or attributes.fault { [given] = "x" }, word)
        end
        assert.is_true(#select(2, attributes.parse(("x"):rep(100000))) < 300)
    end)

    it("is one of a few", function()
        local many = {}
        for i = 1, limits.SAID do
            many["n" .. i] = "x"
        end
        assert.is_nil(attributes.fault(many))
        assert.is_nil(attributes.fault {})
        many.more = "x"
        for _, given in ipairs { many, { "x" }, { a = 1 }, { a = true }, "a=b", 7 } do
            assert.is_truthy(attributes.fault(given):find "^a table of at most 32 texts by name: letters")
        end
    end)
end)
