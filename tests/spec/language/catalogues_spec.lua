--- Catalogues that a team wrote: what is wrong with them, and where.

local policy = require "upnudge.policy"
local stage = require "stage"

local work

before_each(function()
    work = stage.bare()
end)

after_each(stage.strike)

--- What is told of a policy with such catalogues: lines without the name of the file, or "".
local function said(catalogues)
    stage.policy(('{ api = 1, name = "p", rules = { u.rule "r" { notify = u.always() } },\ncatalogues = {\n%s\n} }'):format(catalogues), "p")
    local path = work .. "/p.lua"
    local loaded, message = policy.load { name = path, path = path }
    if loaded then
        loaded:close()
    end
    return message and message:gsub("[^\n]*/p%.lua:", "") or ""
end

describe("a catalogue", function()
    it("may have words, plural forms of its language, functions and words of its own", function()
        assert.equal("", said [[de = { summary = "{counts} für {name}.", versions = { one = "{n} Fassung", other = "{n} Fassungen" },
            more = function(n) return "und " .. n end, own = { hello = "Hallo {whoever}", days = { one = "{n} Tag", other = "{n} Tage" } } },
            ru = { versions = { one = "{n} обновление", few = "{n} обновления", many = "{n} обновлений", other = "x" }, added = { other = "{n}" } },
            ["pt-BR"] = { nothing = u.text.style("nada", "bold") }, zh_Hant_HK = {}, fil = {}, ["sr@latin"] = {}]])
    end)

    it("is told of what it has wrong, each with its line", function()
        for wrong, message in pairs {
            ['de = { sumary = "x" }'] = "4: catalogues.de has no word 'sumary'; did you mean 'summary'?",
            ['de = { summary = "{cuonts}" }'] = "4: catalogues.de: 'summary' has no value for {cuonts}; did you mean 'counts'?",
            ['de = { summary = 5 }'] = "4: catalogues.de: 'summary' is a number; expected a text, a table of plural forms or a function",
            ['de = { versions = { one = "{n}" } }'] = "4: catalogues.de: 'versions' has no form 'other'",
            ['de = { versions = { few = "{n}", other = "x" } }'] = "4: catalogues.de: 'versions' has a plural form 'few', which de has not",
            ['zh = { versions = { one = "{n}", other = "x" } }'] = "4: catalogues.zh: 'versions' has a plural form 'one', which zh has not",
            ['ru = { versions = { fwe = "{n}", other = "x" } }'] = "did you mean 'few'?",
            ['de = { summary = { other = "x" } }'] = "4: catalogues.de: 'summary' is a table, and counts nothing",
            ['de = { summary = function() end }'] = "4: catalogues.de: 'summary' is a function, and counts nothing",
            ['de = { versions = { one = "{n} {x}", other = "" } }'] = "4: catalogues.de: 'versions' has no value for {x}",
            ['de = { versions = setmetatable({}, {}) }'] = "4: catalogues.de: 'versions' is a table",
            ['de = { nothing = "\\27[31mx" }'] = "4: catalogues.de: 'nothing' has an escape of its own; use u.text.style",
            ['de = { own = "x" }'] = "4: catalogues.de: 'own' is a table of words",
            ['de = { own = { a = { one = "x" } } }'] = "4: catalogues.de: 'a' has no form 'other'",
            ['de = { own = { a = 5 } }'] = "4: catalogues.de: 'a' is a number",
            ['de = 5'] = "catalogues.de is no table of words",
            ['german = {}'] = "4: catalogues: 'german' is no language; write its code",
            ['xx = {}'] = "4: catalogues: 'xx' is no language", ['DE = {}'] = "4: catalogues: 'DE' is no language",
            ['[1] = {}'] = "catalogues.1 is no table of words",
        } do
            local told = said(wrong)
            assert.is_truthy(told:find(message, 1, true), wrong .. "\n" .. told)
        end
        -- Words of one name stand in several.
        assert.equal("6: catalogues.fr: 'more' has no value for {x}; did you mean 'n'? (one of: n)\n8: catalogues.ru: 'days' has no form "
            .. "'other', which stands in for all that are missing", said('de = { more = "{n}", own = { days = "{n}" } },\nfr = {\n  more = "{x}" },\n'
            .. 'ru = { own = {\n  days = { few = "x" } } }'))
    end)
end)
