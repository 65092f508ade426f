--- Catalogues: the words of notices in the reader's language. Runs in the policy VM.
---
--- A catalogue has a string for each of the words of `upnudge.language.words.en`, with {placeholders}. One that counts,
--- by {n}, may have a form for each of the plural forms of its language ({ one =, few =, many =, other = }), of which
--- `other` stands in for those that are missing, or be a function of the count. What a catalogue lacks is said in the
--- reader's next language, at last in English; where its `versions` are its own and it has no `versions_of_both`, whose
--- they are is not said. A team adds its own with the policy's key `catalogues = { de = { ... } }`, and words for texts
--- of its own in the `own` of each.

local string = require "string"

local M = {}

local OURS <const> = { en = true, zh = true, zh_TW = true }

-- Catalogues of the policy by language, and the languages in order.
local of_team, in_order = {}, {}

-- The words that were asked for last, and the locale that they are for: those of one notice are of one.
local last, last_lang

--- Takes the policy's own catalogues.
---@param catalogues table<string, table>
function M.add(catalogues)
    for language, words in pairs(catalogues) do
        language = string.gsub(language, "-", "_")
        in_order[#in_order + 1] = language
        of_team[language] = words
    end
    require "table".sort(in_order)
    last = nil
end

--- The languages that have catalogues of the policy, in order.
---@return string[]
function M.languages()
    return in_order
end

-- Where Chinese is written traditionally.
local TRADITIONAL <const> = { Hant = true, TW = true, HK = true, MO = true }

--- Adds the languages that a locale names, the closest first: "sr_RS@latin", "sr@latin", "sr_RS", "sr".
local function add_languages(list, locale)
    local bare, modifier = string.match(string.gsub(locale, "-", "_"), "^([^.@]*)[^@]*(@?.*)$")
    local first = string.match(bare, "^%a*")
    if #modifier > 1 then
        list[#list + 1], list[#list + 2] = bare .. modifier, first .. modifier
    end
    local traditional = false
    while bare ~= first do
        list[#list + 1] = bare
        traditional = traditional or TRADITIONAL[string.match(bare, "%a*$")]
        bare = string.match(bare, "^(.*)_") or first
    end
    if traditional and first == "zh" then
        list[#list + 1], list[#list + 2] = "zh_Hant", "zh_TW"
    end
    list[#list + 1] = first
end

--- The languages of a reader, the closest first.
local function languages(lang)
    local list = {}
    for locale in string.gmatch(lang or "", "[^:]+") do
        add_languages(list, locale)
    end
    list[#list + 1] = "en"
    return list
end

local function ours(language)
    return OURS[language] and require("upnudge.language.words." .. language) or nil
end

local function words_of(lang)
    local found = {}
    for _, language in ipairs(languages(lang)) do
        found[#found + 1] = of_team[language] and { of_team[language], language }
        found[#found + 1] = ours(language) and { ours(language), language }
    end
    return function(word, beside)
        for _, catalogue in ipairs(found) do
            local words = catalogue[1]
            if words[word] ~= nil then
                return words[word], catalogue[2]
            elseif beside and words[beside] ~= nil then
                return nil
            end
        end
        error("no word '" .. word .. "' in the catalogue", 0)
    end
end

--- The words for a locale, or for several languages: "zh_CN.UTF-8", "de_AT:de:en".
---@param lang string?
---@return fun(word: string, beside: string?): (string|table|function|nil), string? beside: nil where the catalogue that
---has this word lacks the other. The second value is the language that it is of
function M.of(lang)
    if not last or lang ~= last_lang then
        last, last_lang = words_of(lang), lang
    end
    return last
end

--- A number as notices have it: whole, or with one decimal.
local function number_of(value)
    local rounded = value % 1 == 0 and value or (value * 10 + 0.5) // 1 / 10
    return rounded % 1 == 0 and rounded > -2 ^ 53 and rounded < 2 ^ 53 and rounded // 1 | 0 or rounded
end

local function shown(value)
    return type(value) == "number" and string.format("%.14g", number_of(value)) or value
end

--- The template with its placeholders filled in.
---@param template string
---@param values table<string, string|number>
---@return string
function M.fill(template, values)
    return (string.gsub(template, "{([%l_]+)}", function(name)
        local value = values[name]
        return value ~= nil and shown(value) or ""
    end))
end

local function form_of(language, count)
    if language == "en" then
        return count == 1 and "one" or "other"
    end
    return require "upnudge.language.plural".form(language, count)
end

--- A word with its placeholders filled in, in the form that its count `n` takes.
---@param values table<string, string|number>
---@param word string|table|fun(count: number): string
---@param language string? that it is of; English unless given
---@return string
function M.say(values, word, language)
    if type(word) == "string" then
        return M.fill(word, values)
    end
    local count = number_of(values.n or 0)
    if type(word) == "function" then
        return word(count)
    end
    return M.fill(word[form_of(language or "en", count)] or word.other, values)
end

--- A word that counts: "3 rebuilds".
---@param count number
---@param word string|table|fun(count: integer): string
---@param language string?
---@return string
function M.count(count, word, language)
    return M.say({ n = count }, word, language)
end

--- Where the policy's own word stands, and the language that it is of: the reader's, else English, else another.
local function find_own(lang, key)
    for _, list in ipairs { languages(lang), in_order } do
        for _, language in ipairs(list) do
            local own = of_team[language] and of_team[language].own
            if own and own[key] ~= nil then
                return own[key], language
            end
        end
    end
end

-- Who is told of placeholders without a value; nil: nobody asks.
local watcher

--- Tells of each placeholder of a word of the policy's own that gets no value, which a notice leaves empty.
---@param told fun(key: string, placeholder: string, language: string)
function M.watch(told)
    watcher = told
end

local function watch_values(key, word, language, values)
    for name in pairs(require "upnudge.language.catalogues".placeholders(word)) do
        if values[name] == nil then
            watcher(key, name, language)
        end
    end
end

--- A word of the policy's own, from the `own` of its catalogues. Raises for one that there is not.
---@param lang string?
---@param key string
---@param values table<string, string|number>
---@return string
function M.own(lang, key, values)
    local word, language = find_own(lang, key)
    if word == nil then
        local known = {}
        for _, name in ipairs(in_order) do
            for own in pairs(of_team[name].own or {}) do
                known[own] = true
            end
        end
        local suggest = require "upnudge.lib.suggest"
        error(("u.text.word: no catalogue has a word '%s' of its own%s"):format(tostring(key), next(known)
            and suggest.suggest(tostring(key), suggest.keys(known))
            or "; the policy needs catalogues = { en = { own = { ... } } }"), 2)
    end
    if watcher and type(word) ~= "function" then
        watch_values(key, word, language, values)
    end
    return M.say(values, word, language)
end

return M
