--- Hash: `u.hash(text)` and `u.hash(text, n)`, the same everywhere and always, for shares of people and for choosing
--- one of several words. XXH3-128 of libxxhash, which C gives the policy VM as `digest`.

local string = require "string"

local M = {}

-- Bytes of a text, and the largest range: 52 bits are what is taken of the digest.
local LONGEST <const>, MOST <const> = 4096, 1 << 48
local DIGITS <const> = 13

--- The digest of a text, 32 hexadecimal digits; with `n` a whole number from 1 to n. Raises an error where that makes
--- no sense.
---@param text string
---@param n integer?
---@return string|integer
function M.hash(text, n)
    if type(text) == "number" then
        text = tostring(text)
    end
    if type(text) ~= "string" or #text > LONGEST then
        error(("u.hash: a text of at most %d bytes is needed"):format(LONGEST), 2)
    end
    local digits = digest(text)
    if n == nil then
        return digits
    elseif type(n) ~= "number" or not (n >= 1 and n <= MOST) or n % 1 ~= 0 then
        error("u.hash: the range is no whole number from 1 on", 2)
    end
    return tonumber(string.sub(digits, 1, DIGITS), 16) % (n // 1 | 0) + 1
end

return M
