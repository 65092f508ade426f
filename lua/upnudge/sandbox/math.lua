--- The math library of policies. Runs in the policy VM; opened at its first use.
---
--- No randomness: a policy is deterministic.

local read_only = require "upnudge.sandbox.read_only"

local members, library = {}, require "math"
-- What a call costs beside the instructions around it, and the values that cost one more.
local CALL <const>, VALUES <const> = 5, 4
-- Debian's C library subtracts bit by bit.
local FMOD <const> = 500
for _, name in ipairs { "abs", "ceil", "floor", "fmod", "huge", "max", "maxinteger", "min", "mininteger",
    "modf", "pi", "sqrt",
    "tointeger", "type", "ult" } do
    local member = library[name]
    members[name] = type(member) == "function" and charged(member, name == "fmod" and FMOD or CALL, VALUES) or member
end

return read_only("math", members)
