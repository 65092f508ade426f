--- The words of notices, in the languages that there are.

local words

before_each(function()
    -- What a policy adds stays for as long as its VM does; here each test has its own.
    package.loaded["upnudge.language.words"] = nil
    words = require "upnudge.language.words"
end)

local function placeholders(template)
    local list = {}
    for name in template:gmatch "{(%l+)}" do
        list[#list + 1] = name
    end
    table.sort(list)
    return table.concat(list, " ")
end

--- The templates of a word, which may have a singular.
local function templates(word)
    return type(word) == "table" and { word.one, word.other } or { word }
end

describe("the catalogues", function()
    it("have the same words, with the same placeholders", function()
        local en, zh = require "upnudge.language.words.en", require "upnudge.language.words.zh"
        for name, word in pairs(en) do
            local other = assert(zh[name], name)
            for _, template in ipairs(templates(word)) do
                for _, translated in ipairs(templates(other)) do
                    assert.equal(placeholders(template), placeholders(translated), name)
                end
            end
        end
        for name in pairs(zh) do
            assert.is_truthy(en[name], name)
        end
    end)
end)

describe("the words for a locale", function()
    it("are those of its language, else English", function()
        for locale, nothing in pairs { ["zh_CN.UTF-8"] = "无", zh = "无", ["zh-Hans@x"] = "无", ["en_GB.UTF-8"] = "nothing", C = "nothing",
            ["de_DE"] = "nothing", [""] = "nothing", ["zhx"] = "nothing" } do
            assert.equal(nothing, words.of(locale) "nothing", locale)
        end
        assert.equal("nothing", words.of(nil) "nothing")
    end)

    it("are a team's own first, the closest first, and English for what they lack", function()
        words.add { de = { nothing = "nichts" }, de_AT = { nothing = "nix" }, en = { nothing = "naught" }, zh = { more = "+{n}" } }
        assert.equal("nichts", words.of "de_DE.UTF-8" "nothing")
        assert.equal("nix", words.of "de_AT" "nothing")
        assert.equal("naught", words.of "fr" "nothing")
        assert.equal("+{n}", words.of "zh_TW" "more")
        assert.equal("无", words.of "zh_TW" "nothing")
        assert.equal(", ", words.of "de" "comma")
    end)

    it("do not know what is no word", function()
        local ok, message = pcall(words.of "en", "colour")
        assert.is_false(ok)
        assert.equal("no word 'colour' in the catalogue", message)
    end)
end)

describe("a template", function()
    it("has its placeholders filled in, once, and numbers as whole ones", function()
        assert.equal("a: 3 {b}", words.fill("{name}: {n} {x}{y}", { name = "a", n = 3.0, x = "{b}", y = "" }))
        assert.equal("- ", words.fill("- {missing}", {}))
        assert.equal("100%1", words.fill("{a}", { a = "100%1" }))
        assert.equal("{N} {1}", words.fill("{N} {1}", { N = "x" }))
    end)

    it("has a singular, or is a function of the count", function()
        local word = { one = "{n} thing", other = "{n} things" }
        assert.equal("1 thing", words.count(word, 1))
        assert.equal("0 things", words.count(word, 0))
        assert.equal("2 things", words.count(word, 2.0))
        assert.equal("5 major", words.count("{n} major", 5))
        assert.equal("integer 4", words.count(function(count) return math.type(count) .. " " .. count end, 4.0))
    end)
end)
