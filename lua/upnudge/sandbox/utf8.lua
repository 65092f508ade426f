--- The utf8 library of policies. Runs in the policy VM; opened at its first use.

local read_only = require "upnudge.sandbox.read_only"

local members, library = {}, require "utf8"
for _, name in ipairs { "char", "charpattern", "codepoint", "codes", "len", "offset" } do
    members[name] = library[name]
end

return read_only("utf8", members)
