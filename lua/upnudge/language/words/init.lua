--- Catalogues: the words of notices in the reader's language. Runs in the policy VM.
---
--- A catalogue has a string for each of the words of `upnudge.language.words.en`, with {placeholders}. A
--- word that counts may have a singular ({ one =, other = }), or be a function of the count for
--- languages with more forms. What a catalogue lacks is said in English; where its `versions` are its own and it has no
--- `versions_of_both`, whose they are is not said. A team adds its own with the
--- policy's key `catalogues = { de = { ... } }`.

local string = require "string"

local M = {}

local OURS <const> = { en = true, zh = true }

local of_team = {}

--- Takes the policy's own catalogues.
---@param catalogues table<string, table>
function M.add(catalogues)
    for language, words in pairs(catalogues) do
        of_team[language] = words
    end
end

--- "zh" of "zh_CN.UTF-8": the languages that a locale names, the closest first.
local function languages(locale)
    local bare = string.gsub(locale or "", "[.@].*$", "")
    return { bare, (string.gsub(bare, "[_-].*$", "")) }
end

local function ours(language)
    return OURS[language] and require("upnudge.language.words." .. language) or nil
end

--- The words for a locale.
---@param locale string? "zh_CN.UTF-8"
---@return fun(word: string, beside: string?): string|table|function|nil beside: nil where the catalogue that
---has this word lacks the other
function M.of(locale)
    local found = {}
    for _, language in ipairs(languages(locale)) do
        found[#found + 1] = of_team[language]
        found[#found + 1] = ours(language)
    end
    found[#found + 1] = of_team.en
    found[#found + 1] = ours "en"
    return function(word, beside)
        for _, words in ipairs(found) do
            if words[word] ~= nil then
                return words[word]
            elseif beside and words[beside] ~= nil then
                return nil
            end
        end
        error("no word '" .. word .. "' in the catalogue", 0)
    end
end

--- The template with its placeholders filled in.
---@param template string
---@param values table<string, string|number>
---@return string
function M.fill(template, values)
    return (string.gsub(template, "{(%l+)}", function(name)
        local value = values[name]
        return value ~= nil and (type(value) == "number" and string.format("%d", value // 1 | 0) or value) or ""
    end))
end

--- A word that counts: "3 rebuilds".
---@param word string|table|fun(count: integer): string
---@param count number
---@return string
function M.count(word, count)
    if type(word) == "function" then
        return word(count // 1 | 0)
    end
    local template = type(word) == "table" and (count == 1 and word.one or word.other) or word
    return M.fill(template, { n = count })
end

return M
