--- The utf8 library of policies. Runs in the policy VM; opened at its first use.
---
--- Its loops over a text run in C: they are charged, and give few values at once.

local charge = require "upnudge.sandbox.budget"
local library = require "utf8"
local read_only = require "upnudge.sandbox.read_only"

local RANGE_LIMIT <const> = 250

local members = { char = library.char, charpattern = library.charpattern }

for _, name in ipairs { "codes", "len", "offset" } do
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

return read_only("utf8", members)
