--- The math library of policies. Runs in the policy VM; opened at its first use.
---
--- No randomness: a policy is deterministic.

local read_only = require "upnudge.sandbox.read_only"

local members, library = {}, require "math"
for _, name in ipairs { "abs", "ceil", "floor", "fmod", "huge", "max", "maxinteger", "min", "mininteger",
    "modf", "pi", "sqrt",
    "tointeger", "type", "ult" } do
    members[name] = library[name]
end

return read_only("math", members)
