--- The schema: what a policy, a format, a checker and a scenario may say, and what a policy is told, as data.
--- Validation in the policy VM loads the part that it needs; this is the whole, for the trusted state: the reference
--- (`upnudge policy reference`, policies/REFERENCE.md) and the types for editors (meta/policy.lua) are made from it.

local kind = require "upnudge.language.schema.kind"

local M = {
    ordered = kind.ordered,
    expects = kind.expects,
    context = require "upnudge.language.schema.context",
    functions = require "upnudge.language.schema.functions",
    words = require "upnudge.language.schema.words",
    testing = require "upnudge.language.schema.testing",
    lua = require "upnudge.language.schema.lua",
}

for _, part in ipairs { "policy", "format", "checker", "scenario" } do
    for name, keys in pairs(require("upnudge.language.schema." .. part)) do
        M[name] = keys
    end
end

return M
