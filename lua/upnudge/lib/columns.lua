--- Columns of a terminal: how many a text takes, and what of it fits.
---
--- Letters that a list below does not know take one. Where terminals differ, as about symbols, the larger number is
--- told, so that what fits by this fits everywhere.

local utf8 = require "utf8"

local M = {}

-- First and last: what stands on the letter before it.
local NONE <const> = { { 0x300, 0x36F }, { 0x483, 0x489 }, { 0x591, 0x5BD }, { 0x610, 0x61A }, { 0x64B, 0x65F },
    { 0x6D6, 0x6DC }, { 0x900, 0x902 }, { 0x941, 0x948 }, { 0x94D, 0x94D }, { 0xE31, 0xE31 }, { 0xE34, 0xE3A },
    { 0xE47, 0xE4E }, { 0x1AB0, 0x1ACE }, { 0x1DC0, 0x1DFF }, { 0x200B, 0x200D }, { 0x20D0, 0x20F0 },
    { 0x302A, 0x302D }, { 0x3099, 0x309A }, { 0xFE00, 0xFE0F }, { 0xFE20, 0xFE2F }, { 0xE0100, 0xE01EF } }

-- East Asian letters and symbols.
local TWO <const> = { { 0x1100, 0x115F }, { 0x231A, 0x231B }, { 0x2329, 0x232A }, { 0x23E9, 0x23F3 },
    { 0x25FD, 0x25FE }, { 0x2600, 0x27BF }, { 0x2B1B, 0x2B55 }, { 0x2E80, 0x303E }, { 0x3041, 0xA4C6 },
    { 0xA960, 0xA97C }, { 0xAC00, 0xD7A3 }, { 0xF900, 0xFAFF }, { 0xFE10, 0xFE19 }, { 0xFE30, 0xFE6B },
    { 0xFF01, 0xFF60 }, { 0xFFE0, 0xFFE6 }, { 0x16FE0, 0x1B2FF }, { 0x1F000, 0x1FAFF }, { 0x20000, 0x3FFFD } }

local function is_in(ranges, letter)
    for _, range in ipairs(ranges) do
        if letter <= range[2] then
            return letter >= range[1]
        end
    end
    return false
end

local function of_letter(letter)
    return letter < 0x300 and 1 or is_in(NONE, letter) and 0 or is_in(TWO, letter) and 2 or 1
end

--- How many columns a text takes.
---@param text string valid UTF-8 without control characters
---@return integer
function M.width(text)
    if not text:find "[\128-\255]" then
        return #text
    end
    local width = 0
    for _, letter in utf8.codes(text) do
        width = width + of_letter(letter)
    end
    return width
end

--- The text, or what of it fits with an ellipsis behind.
---@param text string valid UTF-8 without control characters
---@param columns integer
---@return string
function M.cut(text, columns)
    if #text <= columns or M.width(text) <= columns then
        return text
    end
    local width = 0
    for at, letter in utf8.codes(text) do
        width = width + of_letter(letter)
        if width >= columns and of_letter(letter) > 0 then
            return columns > 0 and text:sub(1, at - 1) .. "…" or ""
        end
    end
    return text
end

return M
