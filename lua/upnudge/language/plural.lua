--- Plural forms: which form of a word a count takes in a language, by the rules of Unicode (CLDR). Runs in the policy
--- VM, where a catalogue has words with forms.

local string = require "string"

local M = {}

--- Whether a number lies in a range.
local function within(n, from, to)
    return n >= from and n <= to
end

--- The last two digits of 2, 3, 4, 22, 23 … but not of 12, 13, 14.
local function is_few(n)
    return within(n % 10, 2, 4) and not within(n % 100, 12, 14)
end

local function is_millions(n)
    return n ~= 0 and n % 1000000 == 0
end

--- 1, 21, 31 … but not 11.
local function ends_in_one(n)
    return n % 10 == 1 and n % 100 ~= 11
end

local function up_to_one(n)
    return n <= 1 and "one" or "other"
end

--- Rules: the forms that they give beside "other", the languages that they are of, and the form of a whole number.
local RULES <const> = {
    { "", "bm bo dz hnj id ig ii in ja jbo jv jw kde kea km ko lkt lo ms my nqo osa sah ses sg su th to tpi vi wo yo "
        .. "yue zh", function()
        return "other"
    end },
    { "one", "ak am as bn bho doi fa ff gu guw hi hy kab kn ln mg nso pa pcm si ti wa zu", up_to_one },
    { "one many", "fr pt", function(n)
        return n <= 1 and "one" or is_millions(n) and "many" or "other"
    end },
    { "one many", "ca es it lld pt_PT scn vec", function(n)
        return n == 1 and "one" or is_millions(n) and "many" or "other"
    end },
    { "one", "is mk", function(n)
        return ends_in_one(n) and "one" or "other"
    end },
    { "one", "ceb fil tl", function(n)
        local last = n % 10
        return last ~= 4 and last ~= 6 and last ~= 9 and "one" or "other"
    end },
    { "one", "tzm", function(n)
        return (n <= 1 or within(n, 11, 99)) and "one" or "other"
    end },
    { "one few many", "be ru uk", function(n)
        return ends_in_one(n) and "one" or is_few(n) and "few" or "many"
    end },
    { "one few many", "pl", function(n)
        return n == 1 and "one" or is_few(n) and "few" or "many"
    end },
    { "one few", "bs hr sh sr", function(n)
        return ends_in_one(n) and "one" or is_few(n) and "few" or "other"
    end },
    { "one few", "cs sk", function(n)
        return n == 1 and "one" or within(n, 2, 4) and "few" or "other"
    end },
    { "one few", "mo ro", function(n)
        return n == 1 and "one" or (n == 0 or within(n % 100, 1, 19)) and "few" or "other"
    end },
    { "one few", "lt", function(n)
        local teens = within(n % 100, 11, 19)
        return not teens and n % 10 == 1 and "one" or not teens and n % 10 >= 2 and "few" or "other"
    end },
    { "one few", "shi", function(n)
        return n <= 1 and "one" or n <= 10 and "few" or "other"
    end },
    { "zero one", "lv prg", function(n)
        return (n % 10 == 0 or within(n % 100, 11, 19)) and "zero" or n % 10 == 1 and "one" or "other"
    end },
    { "zero one", "ksh lag", function(n)
        return n == 0 and "zero" or n == 1 and "one" or "other"
    end },
    { "one two", "he iu iw naq sat se sma smi smj smn sms", function(n)
        return n == 1 and "one" or n == 2 and "two" or "other"
    end },
    { "one two few", "dsb hsb sl", function(n)
        local last = n % 100
        return last == 1 and "one" or last == 2 and "two" or within(last, 3, 4) and "few" or "other"
    end },
    { "one two few", "gd", function(n)
        return (n == 1 or n == 11) and "one" or (n == 2 or n == 12) and "two" or within(n, 3, 19) and "few"
            or "other"
    end },
    { "one two few many", "ga", function(n)
        return n == 1 and "one" or n == 2 and "two" or within(n, 3, 6) and "few" or within(n, 7, 10) and "many"
            or "other"
    end },
    { "one two few", "gv", function(n)
        local last = n % 10
        return last == 1 and "one" or last == 2 and "two" or n % 20 == 0 and "few" or "other"
    end },
    { "one two few many", "mt", function(n)
        local last = n % 100
        return n == 1 and "one" or n == 2 and "two" or (n == 0 or within(last, 3, 10)) and "few"
            or within(last, 11, 19) and "many" or "other"
    end },
    { "one two few many", "br", function(n)
        local last, tens = n % 10, n % 100 // 10
        local odd = tens == 1 or tens == 7 or tens == 9
        return not odd and (last == 1 and "one" or last == 2 and "two" or (within(last, 3, 4) or last == 9) and "few")
            or is_millions(n) and "many" or "other"
    end },
    { "zero one two few many", "ar ars", function(n)
        local last = n % 100
        return n == 0 and "zero" or n == 1 and "one" or n == 2 and "two" or within(last, 3, 10) and "few"
            or last >= 11 and "many" or "other"
    end },
    { "zero one two few many", "cy", function(n)
        return ({ [0] = "zero", "one", "two", "few", [6] = "many" })[n] or "other"
    end },
}

-- All others, as English.
local USUAL <const> = { "one", "", function(n)
    return n == 1 and "one" or "other"
end }

local by_language = {}
for _, rule in ipairs(RULES) do
    for language in string.gmatch(rule[2], "%S+") do
        by_language[language] = rule
    end
end

local function rule_of(language)
    return by_language[language] or by_language[string.match(language, "^%a*")] or USUAL
end

-- Languages in which a fraction is as one: below two, or below one. In all others it is "other".
local BELOW_TWO <const>, BELOW_ONE <const> = " ff fr hy kab pt ", " am as bn doi fa gu hi kn pcm zu "

local function form_of_fraction(language, count)
    local name = " " .. string.match(language, "^%a*") .. " "
    local below = language ~= "pt_PT" and string.find(BELOW_TWO, name, 1, true) and 2
        or string.find(BELOW_ONE, name, 1, true) and 1 or 0
    return count < below and "one" or "other"
end

--- The form that a count takes: "zero", "one", "two", "few", "many" or "other".
---@param language string "pt_BR"
---@param count number
---@return string
function M.form(language, count)
    count = count < 0 and -count or count
    if count % 1 ~= 0 then
        return form_of_fraction(language, count)
    end
    return rule_of(language)[3](count)
end

-- Languages whose "many" is of millions, which no notice counts.
local MILLIONS <const> = " br ca es fr it lld pt scn vec "

--- The forms that counts of notices take in a language, beside "other".
---@param language string
---@return string[]
function M.needed(language)
    local list, name = {}, " " .. string.match(language, "^%a*") .. " "
    for form in string.gmatch(rule_of(language)[1], "%S+") do
        list[#list + 1] = not (form == "many" and string.find(MILLIONS, name, 1, true)) and form or nil
    end
    return list
end

--- The forms that a language has, "other" last.
---@param language string
---@return string[]
function M.forms(language)
    local list = {}
    for form in string.gmatch(rule_of(language)[1] .. " other", "%S+") do
        list[#list + 1] = form
    end
    return list
end

return M
