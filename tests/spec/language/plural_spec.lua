--- Plural forms, held against the examples that Unicode gives of whole numbers (CLDR, plurals.xml).

local plural = require "upnudge.language.plural"

local SLAVIC_ONE <const>, SLAVIC_FEW <const> = "1 21 31 41 51 61 71 81 101 1001", "2-4 22-24 32-34 42-44 52-54 62 102 1002"
local MANY_OF_SLAVIC <const> = "0 5-19 100 1000 10000 100000 1000000"

--- Examples of each form by the languages.
local EXAMPLES <const> = {
    ["zh ja ko vi th id ms"] = { other = "0-15 100 1000 1000000" },
    ["en de nl sv da no nb tr hu fi et el bg eu ka xx"] = { one = "1", other = "0 2-16 100 1000 1000000" },
    ["hi bn fa am zu gu kn hy"] = { one = "0 1", other = "2-17 100 1000 1000000" },
    ["fr pt pt_BR fr_CA"] = { one = "0 1", many = "1000000", other = "2-17 100 1000 10000 100000" },
    ["es it ca pt_PT es_MX"] = { one = "1", many = "1000000", other = "0 2-16 100 1000 10000 100000" },
    ["is mk"] = { one = SLAVIC_ONE, other = "0 2-16 100 1000 10000" },
    ["fil tl"] = { one = "0-3 5 7 8 10-13 15 17 18 20 21 100 1000", other = "4 6 9 14 16 19 24 26 104 1004" },
    tzm = { one = "0 1 11-24 99", other = "2-10 100-106 1000" },
    ["ru uk be ru_RU"] = { one = SLAVIC_ONE, few = SLAVIC_FEW, many = MANY_OF_SLAVIC },
    pl = { one = "1", few = SLAVIC_FEW, many = MANY_OF_SLAVIC .. " 21 101" },
    ["sr hr bs sh sr_RS@latin"] = { one = SLAVIC_ONE, few = SLAVIC_FEW, other = MANY_OF_SLAVIC },
    ["cs sk"] = { one = "1", few = "2-4", other = "0 5-19 100 1000 10000 22 102" },
    ["ro mo"] = { one = "1", few = "0 2-16 101 1001", other = "20-35 100 1000 10000" },
    lt = { one = SLAVIC_ONE, few = "2-9 22-29 102 1002", other = "0 10-20 30 40 50 60 100 1000 10000 111" },
    lv = { zero = "0 10-20 30 40 50 60 100 1000 111", one = SLAVIC_ONE, other = "2-9 22-29 102 1002" },
    ["lag ksh"] = { zero = "0", one = "1", other = "2-17 100 1000" },
    shi = { one = "0 1", few = "2-10", other = "11-26 100 1000" },
    ["he iw"] = { one = "1", two = "2", other = "0 3-17 100 1000 10" },
    sl = { one = "1 101 201 301 1001", two = "2 102 202 1002", few = "3 4 103 104 203 204 1003", other = "0 5-19 100 1000" },
    gd = { one = "1 11", two = "2 12", few = "3-10 13-19", other = "0 20-34 100 1000 101" },
    gv = { one = "1 11 21 31 101 1001", two = "2 12 22 32 102 1002", few = "0 20 40 60 80 100 120 140 1000", other = "3-10 13-19 23 103" },
    ga = { one = "1", two = "2", few = "3-6", many = "7-10", other = "0 11-25 100 1000" },
    mt = { one = "1", two = "2", few = "0 3-10 103-109 1003", many = "11-19 111-117 1011", other = "20-35 100 1000" },
    br = { one = "1 21 31 41 51 61 81 101 1001", two = "2 22 32 42 52 62 82 102 1002", few = "3 4 9 23 24 29 33 34 39 43 44 49 103 1003",
        many = "1000000", other = "0 5-8 10-20 71 72 91 99 100 1000 10000" },
    ar = { zero = "0", one = "1", two = "2", few = "3-10 103-110 1003", many = "11-26 111 1011", other = "100-102 200-202 600 1000 10000" },
    cy = { zero = "0", one = "1", two = "2", few = "3", many = "6", other = "4 5 7-20 100 1000" },
}

local function numbers(words)
    local list = {}
    for from, to in words:gmatch "(%d+)%-?(%d*)" do
        for n = tonumber(from), tonumber(to ~= "" and to or from) do
            list[#list + 1] = n
        end
    end
    return list
end

describe("the form of a count", function()
    it("of a fraction is other, but where the language has it as one; what is below zero is as what is above", function()
        for language, forms in pairs { en = "other other", pl = "other other", ru = "other other", cs = "other other", de = "other other",
            fr = "one one", pt_BR = "one one", pt_PT = "other other", hi = "one other", zh = "other other" } do
            assert.equal(forms, plural.form(language, 0.5) .. " " .. plural.form(language, 1.5), language)
        end
        assert.same({ "one", "few", "many" }, { plural.form("pl", -1), plural.form("pl", -22), plural.form("pl", -112) })
        assert.same({ "one", "few", "many" }, { plural.form("pl", 1.0), plural.form("pl", 22.0), plural.form("pl", 12.0) })
    end)

    it("is needed of all that a language has, but for what only millions take", function()
        assert.same({ { "one", "few", "many" }, { "one" }, { "one" }, {}, { "one" } },
            { plural.needed "pl", plural.needed "fr", plural.needed "es_MX", plural.needed "zh_TW", plural.needed "de" })
    end)

    it("is the one that the language has for it", function()
        for languages, forms in pairs(EXAMPLES) do
            for language in languages:gmatch "%S+" do
                for form, words in pairs(forms) do
                    for _, n in ipairs(numbers(words)) do
                        assert.equal(form, plural.form(language, n), language .. " " .. n)
                    end
                end
            end
        end
    end)

    it("is among those of the language, and each of these comes up", function()
        for languages in pairs(EXAMPLES) do
            for language in languages:gmatch "%S+" do
                local has, seen = {}, { other = true }
                for _, form in ipairs(plural.forms(language)) do
                    has[form] = true
                end
                for n = 0, 1200 do
                    seen[plural.form(language, n)] = true
                end
                seen[plural.form(language, 1000000)] = true
                assert.same(has, seen, language)
            end
        end
    end)
end)
