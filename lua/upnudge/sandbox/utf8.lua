--- The utf8 library of policies. Runs in the policy VM; opened at its first use.
---
--- Its loops over a text run in C: they are charged, and give few values at once.

local charge = require "upnudge.sandbox.budget"
local library = require "utf8"
local math = require "math"
local string = require "string"

local RANGE_LIMIT <const> = 250
-- What a call costs beside the instructions around it.
local CALL <const> = 12

-- The library's pattern has a NUL in it, which no text has.
local members = { charpattern = "[\1-\x7F\xC2-\xFD][\x80-\xBF]*" }

function members.char(...)
    charge(CALL + select("#", ...) * 6)
    local text = library.char(...)
    if string.find(text, "\0", 1, true) then
        error("utf8.char: a NUL byte ('\\0') has no place in a policy", 2)
    end
    return text
end

for _, name in ipairs { "len", "offset" } do
    members[name] = function(text, ...)
        charge(CALL + (type(text) == "string" and #text / 4 or 0))
        return library[name](text, ...)
    end
end

--- A position counted from the end, as one from the beginning that is never far outside.
local function position(at, length)
    at = math.tointeger(at) or error("utf8.codepoint: a position is a whole number", 3)
    return at < 0 and math.max(at, -length - 1) + length + 1 or math.min(at, length + 1)
end

function members.codepoint(text, from, to, lax)
    if type(text) ~= "string" then
        error("utf8.codepoint: argument 1 is a " .. type(text) .. "; expected a string", 2)
    end
    from = position(from or 1, #text)
    to = position(to or from, #text)
    if to - from > RANGE_LIMIT then
        error("utf8.codepoint: at most 250 bytes at once", 2)
    end
    charge(CALL + math.max(to - from, 0) / 2)
    return library.codepoint(text, from, to, lax)
end

local function continues(text, at)
    local byte = string.byte(text, at)
    return byte and byte & 0xC0 == 0x80
end

--- Walks over the characters of a text. The library of Lua 5.4.4 passes over stray continuation bytes and
--- that of 5.4.6 refuses them; a policy that was tried on one machine must not fail on the next, so that
--- this one refuses them always.
function members.codes(text, lax)
    if type(text) ~= "string" and type(text) ~= "number" then
        error(("bad argument #1 to 'codes' (string expected, got %s)"):format(type(text)), 2)
    end
    text = tostring(text)
    charge(CALL)
    if continues(text, 1) then
        error("bad argument #1 to 'codes' (invalid UTF-8 code)", 2)
    end
    return function(_, at)
        charge(CALL * 2)
        repeat
            at = at + 1
        until not continues(text, at)
        if at < 1 or at > #text then
            return nil
        end
        local code = library.len(text, at, at, lax) and library.codepoint(text, at, at, lax)
        if not code or continues(text, at + #library.char(code)) then
            error("invalid UTF-8 code", 2)
        end
        return at, code
    end, text, 0
end

return require "upnudge.sandbox.library"("utf8", members)
