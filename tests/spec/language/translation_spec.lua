--- What catalogues lack, or cannot mean, as `upnudge policy check` tells it.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

before_each(stage.bare)
after_each(stage.strike)

--- What is told of catalogues: the messages of mistakes, and those of warnings, a line each. Their words are used with
--- a count, and with somebody's name.
local function checked(catalogues)
    local path = stage.policy(([[{ api = 1, name = "p", extends = "default", catalogues = {
%s },
rules = { u.rule "r" { notify = u.every "1d", text = function(c)
    local words = { "x" }
    for _, key in ipairs { "days", "hi" } do
        local ok, word = pcall(u.text.word, c, key, { n = 2, who = "me" })
        words[#words + 1] = ok and word or nil
    end
    return table.concat(words, " ")
end } } }]]):format(catalogues))
    local file = cjson.decode(command.run("policy", "check", "--json", path).out).files[1]
    local told = {}
    for kind, list in pairs { mistakes = file.mistakes, warnings = file.warnings } do
        local lines = {}
        for i, one in ipairs(list) do
            lines[i] = ("%d: %s"):format(one.line, one.message)
        end
        told[kind] = table.concat(lines, "\n")
    end
    return told.mistakes, told.warnings
end

describe("a catalogue", function()
    for catalogues, message in pairs {
        ['de = { last = " {Und} " }'] = "3: catalogues.de: 'last' has '{Und}', which is no placeholder; these are {n}, {name} …",
        ['de = { versions = "{n" }'] = "3: catalogues.de: 'versions' has '{', which is no placeholder; these are {n}, {name} …",
        ["de = { more = function(n) return n end }"] = "3: catalogues.de: 'more' gave a number for 0; expected a text",
        ["de = { more = function(n) return n.x end }"] = "3: catalogues.de: 'more' fails for 0: ",
        ['en = { own = { days = "{n} {d1}" } }'] = "3: catalogues.en: 'days' has '{d1}', which is no placeholder; these are {n}, {name} …",
        ['en = { own = { days = "{n} days, {whom}" } }'] =
            "7: u.text.word: 'days' in the catalogue 'en' has {whom}, which gets no value",
    } do
        it("has a mistake: " .. catalogues, function()
            local mistakes, warnings = checked(catalogues)
            assert.same({ message, "" }, { mistakes:sub(1, #message), warnings })
        end)
    end

    for catalogues, message in pairs {
        ['pl = { versions = { one = "{n}", other = "{n}" } }'] =
            "3: catalogues.pl: 'versions' lacks the plural form 'few' and 'many', which pl has; 'other' stands in",
        ['de = { versions = { other = "{n} Versionen" } }'] =
            "3: catalogues.de: 'versions' lacks the plural form 'one', which de has; 'other' stands in",
        ['de = { versions = { one = "eine", other = "viele" } }'] = "3: catalogues.de: 'versions' leaves {n} out, which it has in English",
        ['de = { hint = "Siehe dort." }'] = "3: catalogues.de: 'hint' leaves {command} out, which it has in English",
        ['en = { own = { hi = "Hi {who}" } }, de = { own = { hi = "Hallo" } }'] =
            "3: catalogues.de: 'hi' leaves {who} out, which it has in en",
        ['en = { own = { hi = "Hi" } },\nde = {\nown = {} }'] = "5: catalogues.de has no word 'hi' of its own, which en has",
        ['en = { own = { hi = "Hi" } },\nde = { last = "und" }'] = "4: catalogues.de has no word 'hi' of its own, which en has",
        ['fr = { own = { hi = "Salut" } },\nde = { own = { days = "{n}" } }'] =
            "3: catalogues.fr has no word 'days' of its own, which de has\n4: catalogues.de has no word 'hi' of its own, which fr has",
    } do
        it("is warned of: " .. catalogues:gsub("\n", " "), function()
            assert.same({ "", message }, { checked(catalogues) })
        end)
    end

    it("is good with what languages need, and words that leave out what everybody knows", function()
        assert.same({ "", "" }, { checked([[
            en = { own = { days = { one = "One day", other = "{n} days" }, hi = "Hi {who}" } },
            zh = { own = { days = "{n} 天", hi = "{who}" } },
            fr = { versions = { one = "une version", other = "{n} versions" }, summary = "{counts}.", more = function(n) return "+" .. n end,
                own = { days = function(n) return n .. " j" end, hi = "Salut {who}" } },
            ru = { own = { days = { one = "{n} день", few = "{n} дня", many = "{n} дней", other = "{n} дня" }, hi = "{who}" } }]]) })
    end)
end)
