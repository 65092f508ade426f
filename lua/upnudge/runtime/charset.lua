--- The charset: a notice in the bytes of the locale's encoding, for a terminal that has no UTF-8. What that lacks is
--- "?".

local core = require "upnudge.core"

local M = {}

local UTF8 <const>, ASCII <const> = "UTF-8", "ASCII"

--- The encoding of the locale by its variables, "UTF-8" or "ASCII" among them; nil: the small program of the activation
--- does not know, for it takes looking at the locale.
---@param variable fun(name: string): string?
---@return string?
function M.of(variable)
    for _, name in ipairs { "LC_ALL", "LC_CTYPE", "LANG" } do
        local value = variable(name)
        if value and value ~= "" then
            local said = value:match "%.([^@]+)"
            if not said and (value == "C" or value == "POSIX") then
                return ASCII
            elseif not said then
                said = core.codeset and (core.codeset(value) or UTF8)
            end
            return said and said:lower():find "^utf%-?8$" and UTF8 or said
        end
    end
    return ASCII
end

-- A letter of languages whose words an encoding of others lacks altogether; of the rest it has most.
local LETTERS <const> = { zh = "的", ja = "の", ko = "이", ru = "и", uk = "и", be = "и", bg = "и", mk = "и", el = "α",
    he = "א", ar = "ا", fa = "ا", th = "ก", hi = "क", ka = "ა", hy = "ա" }

--- Whether the words of a language can be said in it, as far as that is known here.
---@param charset string?
---@param lang string "zh_CN.GB18030"
---@return boolean
function M.has_words(charset, lang)
    if charset == ASCII then
        return false
    elseif not charset or charset == UTF8 or not core.encode then
        return true
    end
    local letter = LETTERS[lang:match "^%a*"] or ""
    local bytes = core.encode(letter, charset)
    return bytes ~= nil and bytes ~= "?"
end

local PLAIN <const> = { ["…"] = "...", ["–"] = "-", ["—"] = "-", ["‘"] = "'", ["’"] = "'", ["“"] = '"', ["”"] = '"',
    ["→"] = "->", ["\u{A0}"] = " " }

local function in_ascii(text)
    return (text:gsub("[\xC2-\xF4][\x80-\xBF]*", function(character)
        return PLAIN[character] or "?"
    end))
end

--- Before anything is written down: the small program lets the full command go on where it takes that to say the text.
---@param text string UTF-8
---@param charset string?
function M.prepare(text, charset)
    local sure = charset == UTF8 or charset == ASCII
    if not sure and core.hand_over and text:find "[\x80-\xFF]" then
        core.hand_over "the encoding of the locale"
    end
end

--- The text in the bytes of an encoding.
---@param text string UTF-8
---@param charset string?
---@return string
function M.encode(text, charset)
    if charset == UTF8 or not text:find "[\x80-\xFF]" then
        return text
    end
    return charset and charset ~= ASCII and core.encode and core.encode(text, charset) or in_ascii(text)
end

return M
