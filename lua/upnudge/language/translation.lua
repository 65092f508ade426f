--- Translation: what catalogues lack, or cannot mean. Runs in the policy VM, for `upnudge policy check`; what an
--- activation would refuse is in upnudge.language.catalogues.

local catalogues_of = require "upnudge.language.catalogues"
local plural = require "upnudge.language.plural"
local string = require "string"
local suggest = require "upnudge.lib.suggest"
local table = require "table"

local M = {}

-- Forms that may leave the number out: "one new version".
local NAMED <const> = { zero = true, one = true, two = true }
-- What a word may well do without, for the reader knows where they are.
local KNOWN <const> = { name = true, environment = true }
-- Counts for which a word is asked that is a function.
local TRIED <const> = { 0, 1, 2, 5, 21 }

--- The templates of a word, by their forms; a plain one has the form "".
local function templates_of(word)
    return type(word) == "table" and word or { [""] = word }
end

--- What stands in braces and is no placeholder, for those are of small letters and underscores.
local function strange_brace(template)
    local rest = string.gsub(template, "{[%l_]+}", "")
    return string.match(rest, "{[^{}]*}") or string.match(rest, "[{}]")
end

--- What is wrong with a word that is a function of the count.
local function fault_of_function(word)
    for _, count in ipairs(TRIED) do
        local ok, text = pcall(word, count)
        if not ok then
            return ("fails for %d: %s"):format(count, tostring(text))
        elseif type(text) ~= "string" then
            return ("gave a %s for %d; expected a text"):format(type(text), count)
        end
    end
end

--- What is wrong with a word, be it one of ours or of the policy's own; nil: nothing.
local function fault_of_word(word)
    if type(word) == "function" then
        return fault_of_function(word)
    end
    for _, form in ipairs(suggest.keys(templates_of(word))) do
        local strange = strange_brace(templates_of(word)[form])
        if strange then
            return ("has '%s', which is no placeholder; these are {n}, {name} …"):format(strange)
        end
    end
end

--- The plural forms that a word lacks, in words; nil: none.
local function lacking_forms(word, language)
    local lacks = {}
    for _, form in ipairs(type(word) == "table" and plural.needed(language) or {}) do
        lacks[#lacks + 1] = word[form] == nil and "'" .. form .. "'" or nil
    end
    return lacks[1] and table.concat(lacks, " and ")
end

--- The first placeholder of others that one of a word's templates lacks; nil: none.
local function lacking_placeholder(word, expected)
    for _, form in ipairs(suggest.keys(templates_of(word))) do
        local has = catalogues_of.placeholders(templates_of(word)[form])
        for _, name in ipairs(suggest.keys(expected)) do
            if not has[name] and not KNOWN[name] and not (name == "n" and NAMED[form]) then
                return name
            end
        end
    end
end

--- What is told of one word: `expected` are the placeholders that it has elsewhere, in `where`.
local function check_word(word, language, expected, where, tell)
    local fault = fault_of_word(word)
    if fault then
        return tell(fault)
    end
    local forms = lacking_forms(word, language)
    if forms then
        tell(("lacks the plural form %s, which %s has; 'other' stands in"):format(forms, language), true)
    end
    local name = type(word) ~= "function" and lacking_placeholder(word, expected)
    if name then
        tell(("leaves {%s} out, which it has in %s"):format(name, where), true)
    end
end

--- The policy's own words of all catalogues: by the word, the languages that have it, in order.
local function own_words(catalogues)
    local words = {}
    for _, language in ipairs(suggest.keys(catalogues)) do
        for word in pairs(catalogues[language].own or {}) do
            words[word] = words[word] or {}
            table.insert(words[word], language)
        end
    end
    return words
end

--- The language with which the others are compared: English, else the first that has the word.
local function model_of(languages)
    for _, language in ipairs(languages) do
        if language == "en" then
            return language
        end
    end
    return languages[1]
end

--- What is doubtful of one language.
local function check_language(catalogues, language, words, tell)
    local english, catalogue = require "upnudge.language.words.en", catalogues[language]
    for _, name in ipairs(suggest.keys(catalogue)) do
        if name ~= "own" then
            check_word(catalogue[name], language, catalogues_of.placeholders(english[name]), "English",
                function(message, warning)
                    tell(name, 3, ("catalogues.%s: '%s' %s"):format(language, name, message), warning)
                end)
        end
    end
    local own = catalogue.own or {}
    for _, name in ipairs(suggest.keys(words)) do
        local model = model_of(words[name])
        local like = catalogues[model].own[name]
        if own[name] == nil then
            tell(catalogue.own and "own" or language, catalogue.own and 3 or 2,
                ("catalogues.%s has no word '%s' of its own, which %s has"):format(language, name, model), true)
        else
            check_word(own[name], language, type(like) ~= "function" and catalogues_of.placeholders(like) or {}, model,
                function(message, warning)
                    tell(name, 4, ("catalogues.%s: '%s' %s"):format(language, name, message), warning)
                end)
        end
    end
end

--- What is doubtful of a policy's catalogues.
---@param catalogues table<string, table> without mistakes
---@param tell fun(place: table, message: string, warning: boolean?)
function M.doubts(catalogues, tell)
    local words = own_words(catalogues)
    for _, language in ipairs(suggest.keys(catalogues)) do
        check_language(catalogues, language, words, function(key, depth, message, warning)
            tell({ key = key, depth = depth, within = depth > 2 and language or nil }, message, warning)
        end)
    end
end

return M
