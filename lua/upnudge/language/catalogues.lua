--- What is wrong with catalogues of words that a team wrote. Runs in the policy VM, for policies that have some and are
--- not our own.

local plural = require "upnudge.language.plural"
local string = require "string"
local suggest = require "upnudge.lib.suggest"

local M = {}

-- Languages of two letters (ISO 639-1), and some that such codes had before.
local CODES <const> = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy "
    .. "da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu "
    .. "hy hz ia id ie ig ii ik in io is it iu iw ja ji jv ka kg ki kj kk kl km kn ko kr ks ku kv kw "
    .. "ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv "
    .. "ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr "
    .. "ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo "
    .. "za zh zu"

--- What is wrong with the name of a language; nil: nothing that we know of.
local function fault_of_language(language)
    local code = string.match(language, "^%l%l%l?%f[^%l]") and string.match(language, "^(%l+)[%a%d_@-]*$")
    if not code or #code == 2 and not string.find(CODES, code, 1, true) then
        return "is no language; write its code, as \"de\", \"pt_BR\" or \"zh_TW\""
    end
end

local function in_order(values)
    local names = {}
    for name in pairs(values) do
        names[#names + 1] = name
    end
    require "table".sort(names, function(a, b)
        return tostring(a) < tostring(b)
    end)
    return names
end

local function set_of(list)
    local set = {}
    for _, name in ipairs(list) do
        set[name] = true
    end
    return set
end

--- The names of the placeholders of a template.
local function add_placeholders(set, template)
    for name in string.gmatch(template, "{([%l_]+)}") do
        set[name] = true
    end
end

--- The placeholders that a word of ours has.
---@param word string|table
---@return table<string, boolean>
function M.placeholders(word)
    local set = {}
    for _, template in pairs(type(word) == "table" and word or { word }) do
        add_placeholders(set, template)
    end
    return set
end

--- What is wrong with one template; `known`: the placeholders that it may have, nil: any.
local function fault_of_template(template, known)
    if type(template) ~= "string" then
        return ("is a %s; expected a text, a table of plural forms or a function of the count"):format(type(template))
    elseif string.find(template, "\27", 1, true) then
        return "has an escape of its own; use u.text.style"
    end
    local found = {}
    add_placeholders(found, template)
    for _, name in ipairs(known and in_order(found) or {}) do
        if not known[name] then
            return ("has no value for {%s}%s"):format(name, suggest.suggest(name, suggest.keys(known)))
        end
    end
end

--- What is wrong with a table of plural forms.
local function fault_of_forms(forms, language, known)
    if getmetatable(forms) ~= nil or known and not known.n then
        return "is a table, and counts nothing; expected a text"
    end
    local has = set_of(plural.forms(language))
    for _, form in ipairs(in_order(forms)) do
        if not has[form] then
            return ("has a plural form '%s', which %s has not%s"):format(tostring(form), language,
                suggest.suggest(tostring(form), suggest.keys(has)))
        end
        local fault = fault_of_template(forms[form], known)
        if fault then
            return fault
        end
    end
    return forms.other == nil and "has no form 'other', which stands in for all that are missing" or nil
end

local function fault_of_word(word, language, known)
    if type(word) == "table" then
        return fault_of_forms(word, language, known)
    elseif type(word) == "function" then
        return known and not known.n and "is a function, and counts nothing; expected a text" or nil
    end
    return fault_of_template(word, known)
end

--- Tells the mistakes of one catalogue by `report(place, message, ...)`.
local function check_catalogue(catalogue, language, words, report)
    local function tell(name, depth, fault)
        if fault then
            report({ key = tostring(name), depth = depth, within = language }, "catalogues.%s: '%s' %s", language,
                tostring(name), fault)
        end
    end
    for _, name in ipairs(in_order(catalogue)) do
        local word = catalogue[name]
        if name == "own" then
            local plain = type(word) == "table" and getmetatable(word) == nil
            tell(name, 3, not plain and "is a table of words for texts of your own" or nil)
            for _, own in ipairs(plain and in_order(word) or {}) do
                tell(own, 4, type(own) ~= "string" and "is no name" or fault_of_word(word[own], language))
            end
        elseif not words[name] then
            report({ key = tostring(name), depth = 3, within = language }, "catalogues.%s has no word '%s'%s", language,
                tostring(name), suggest.suggest(tostring(name), suggest.keys(words)))
        else
            tell(name, 3, fault_of_word(word, language, M.placeholders(words[name])))
        end
    end
end

--- Tells the mistakes of all catalogues.
---@param catalogues table
---@param place table where they stand, for upnudge.policy.mistake
---@param report fun(place: table, message: string, ...)
function M.check(catalogues, place, report)
    local words = require "upnudge.language.words.en"
    for _, language in ipairs(in_order(catalogues)) do
        local catalogue = catalogues[language]
        if type(language) ~= "string" or type(catalogue) ~= "table" or getmetatable(catalogue) ~= nil then
            report(place, "catalogues.%s is no table of words", tostring(language))
        else
            local fault = fault_of_language(language)
            if fault then
                report({ key = language, depth = 2 }, "catalogues: '%s' %s", language, fault)
            end
            check_catalogue(catalogue, language, words, report)
        end
    end
end

return M
