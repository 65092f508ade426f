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
        local en = require "upnudge.language.words.en"
        for _, language in ipairs { "zh", "zh_TW" } do
            local others = require("upnudge.language.words." .. language)
            for name, word in pairs(en) do
                local other = assert(others[name], name)
                for _, template in ipairs(templates(word)) do
                    for _, translated in ipairs(templates(other)) do
                        assert.equal(placeholders(template), placeholders(translated), name)
                    end
                end
            end
            for name in pairs(others) do
                assert.is_truthy(en[name], name)
            end
        end
    end)

    it("are in the reference, each once and with what it is in English", function()
        local en, seen = require "upnudge.language.words.en", {}
        for _, entry in ipairs(require "upnudge.language.schema.words") do
            assert.is_nil(seen[entry.name])
            seen[entry.name] = true
            assert.equal(table.concat(templates(en[entry.name]), "`, `"), entry.value)
        end
        for name in pairs(en) do
            assert.is_true(seen[name], name)
        end
    end)
end)

describe("the words for a locale", function()
    it("are those of its language, else English", function()
        for locale, nothing in pairs { ["zh_CN.UTF-8"] = "无", zh = "无", ["zh-Hans@x"] = "无", ["en_GB.UTF-8"] = "nothing", C = "nothing",
            ["de_DE"] = "nothing", [""] = "nothing", ["zhx"] = "nothing", zh_TW = "無",
            ["zh_HK.UTF-8"] = "無", ["zh-Hant"] = "無", zh_Hant_MO = "無", zh_SG = "无", ["C.UTF-8"] = "nothing",
            ["fr:zh_TW:en"] = "無", ["en:zh"] = "nothing" } do
            assert.equal(nothing, words.of(locale) "nothing", locale)
        end
        assert.equal("nothing", words.of(nil) "nothing")
    end)

    it("are a team's own first, the closest first, and English for what they lack", function()
        words.add { de = { nothing = "nichts" }, de_AT = { nothing = "nix" }, en = { nothing = "naught" }, zh = { more = "+{n}" } }
        assert.equal("nichts", words.of "de_DE.UTF-8" "nothing")
        assert.equal("nix", words.of "de_AT" "nothing")
        assert.equal("naught", words.of "fr" "nothing")
        assert.equal("+{n}", words.of "zh_SG" "more")
        assert.equal("……另有 {n} 個", words.of "zh_TW" "more")
        assert.same({ "无", "zh" }, { words.of "zh_CN" "nothing" })
        assert.same({ "nix", "de_AT" }, { words.of "fr:de_AT:zh" "nothing" })
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
        assert.equal("1 thing", words.count(1, word))
        assert.equal("0 things", words.count(0, word))
        assert.equal("2 things", words.count(2.0, word))
        assert.equal("5 major", words.count(5, "{n} major"))
        assert.equal("integer 4", words.count(4.0, function(count) return math.type(count) .. " " .. count end))
    end)
end)

describe("a word with plural forms", function()
    it("takes that of its count in its language, and other for one that it lacks", function()
        local word = { one = "{n} пакет", few = "{n} пакета", many = "{n} пакетов", other = "?" }
        for n, said in pairs { [1] = "1 пакет", [3] = "3 пакета", [5] = "5 пакетов", [21] = "21 пакет", [0] = "0 пакетов" } do
            assert.equal(said, words.count(n, word, "ru_RU"))
        end
        assert.equal("?", words.count(3, { one = "{n}", other = "?" }, "ru"))
        assert.equal("2 a", words.say({ n = 2, name = "a" }, { one = "", other = "{n} {name}" }, "de"))
        package.loaded["upnudge.language.plural"] = nil
        words.count(2, { one = "", other = "" }, "en")
        words.count(2, "{n}", "ru")
        assert.is_nil(package.loaded["upnudge.language.plural"])
    end)
end)

describe("a word of a policy's own", function()
    it("is the reader's, else English, else any", function()
        words.add { de = { own = { hi = "Hallo {name}", days = { one = "{n} Tag", other = "{n} Tage" }, ["only_de"] = "nur" } },
            en = { own = { hi = "Hi {name}" } } }
        assert.equal("Hallo a", words.own("de_DE.UTF-8", "hi", { name = "a" }))
        assert.equal("Hi a", words.own("fr", "hi", { name = "a" }))
        assert.equal("nur", words.own("fr", "only_de", {}))
        assert.equal("1 Tag", words.own("de", "days", { n = 1 }))
        assert.equal("2 Tage", words.own("en", "days", { n = 2.0 }))
        assert.equal("1.5 Tage", words.own("en", "days", { n = 1.46 }))
        assert.equal("1 Tag", words.own("en", "days", { n = 1.04 }))
        assert.equal("-1 Tag", words.own("en", "days", { n = -1 }))
        assert.equal("1e+300 Tage", words.own("en", "days", { n = 1e300 }))
        for key, message in pairs { dyas = "no catalogue has a word 'dyas' of its own; did you mean 'days'?",
            summary = "no catalogue has a word 'summary'" } do
            local ok, said = pcall(words.own, "de", key, {})
            assert.is_false(ok)
            assert.is_truthy(said:find(message, 1, true), said)
        end
    end)
end)
