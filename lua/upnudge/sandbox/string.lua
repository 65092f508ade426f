--- The string library of policies. Runs in the policy VM; opened at its first use.
---
--- No dump; lengths are bounded, since one call can spend what no budget sees.

local read_only = require "upnudge.sandbox.read_only"
local string = require "string"

local STRING_LIMIT <const> = 1 << 20
local SUBJECT_LIMIT <const> = 1 << 13

--- Pattern matching backtracks inside one C call: short subjects bound it.
local function with_short_subject(f)
    return function(subject, ...)
        if type(subject) == "string" and #subject > SUBJECT_LIMIT then
            error("a text longer than 8 KiB is not searched in a policy", 2)
        end
        return f(subject, ...)
    end
end

local members = {}
for _, name in ipairs { "byte", "char", "len", "lower", "upper", "reverse", "sub" } do
    members[name] = string[name]
end
for _, name in ipairs { "find", "match", "gmatch", "gsub" } do
    members[name] = with_short_subject(string[name])
end

function members.rep(text, count, separator)
    if (#text + #(separator or "")) * count > STRING_LIMIT then
        error("string.rep: the result would be longer than 1 MiB", 2)
    end
    return string.rep(text, count, separator)
end

--- %p shows addresses.
function members.format(pattern, ...)
    local bare = string.gsub(pattern, "%%%%", "")
    if string.find(bare, "%%[-+ #0]*[%d.]*p") then
        error("string.format: no %p here", 2)
    end
    return string.format(pattern, ...)
end

return read_only("string", members)
