--- What somebody may have meant.

local suggest = require "upnudge.lib.suggest"

local WORDS <const> = { "name", "rules", "security", "text" }
local CHOICES <const> = " (one of: name, rules, security, text)"

describe("a suggestion", function()
    it("is the word that is nearest, with all that there are", function()
        for word, meant in pairs { nmae = "name", names = "name", rule = "rules", securty = "security", secrutiy = "security", txet = "text",
            NAme = "name", sekuriti = "security" } do
            assert.equal(("; did you mean '%s'?"):format(meant) .. CHOICES, suggest.suggest(word, WORDS), word)
        end
    end)

    it("is none where nothing is near, or the word is no word", function()
        for _, word in ipairs { "colour", "", "abcdefgh", ("name"):rep(11) } do
            assert.equal(CHOICES, suggest.suggest(word, WORDS), word)
        end
        assert.equal(" (one of: )", suggest.suggest("x", {}))
    end)

    it("may be further from a long word", function()
        assert.is_truthy(suggest.suggest("sperate_loc", { "separate-lock" }):find("did you mean 'separate-lock'?", 1, true))
        assert.is_nil(suggest.suggest("spr_loc", { "separate-lock" }):find "did you mean")
    end)

    it("is the first of two that are as near, and a swap of neighbours is one mistake", function()
        assert.is_truthy(suggest.suggest("b", { "a", "c" }):find("'a'", 1, true))
        -- One swap, against two letters that are others.
        assert.is_truthy(suggest.suggest("ab", { "xy", "ba" }):find("'ba'", 1, true))
    end)
end)

describe("the keys of a table", function()
    it("are sorted", function()
        assert.same({ "a", "b", "c" }, suggest.keys { c = 1, a = false, b = {} })
    end)
end)
