--- The utf8 library of policies. Runs in the policy VM; opened at its first use.
---
--- Its loops over a text run in C: they are charged, and give few values at once.

local charge = require "upnudge.sandbox.budget"
local library = require "utf8"
local read_only = require "upnudge.sandbox.read_only"
local string = require "string"

local RANGE_LIMIT <const> = 250

local members = { char = library.char, charpattern = library.charpattern }

for _, name in ipairs { "len", "offset" } do
    members[name] = function(text, ...)
        charge(type(text) == "string" and #text / 8 or 0)
        return library[name](text, ...)
    end
end

function members.codepoint(text, from, to, lax)
    from = from or 1
    to = to or from
    if (to < 0 and to + #text or to) - (from < 0 and from + #text or from) > RANGE_LIMIT then
        error("utf8.codepoint: at most 250 bytes at once", 2)
    end
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
    charge(#text / 8)
    if continues(text, 1) then
        error("bad argument #1 to 'codes' (invalid UTF-8 code)", 2)
    end
    return function(_, at)
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

return read_only("utf8", members)
