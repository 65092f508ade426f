--- Version orders: upnudge.version.compare("1.0rc1", "1.0", "pep440").
---
--- The orders are semver, nix, pep440, rubygems, composer, debian, maven, nuget, conda, mixed, cargo, julia,
--- pub, hex, go, conan, cran, pvp, alpine, rpm, bazel, perl and opam; which one a lockfile format uses is told
--- by `upnudge formats`. Versions that do not parse, or are of two kinds (a date and a number), are not comparable:
--- that is no guess to be made.

local core = require "upnudge.core"

local M = {}

--- The names of the orders.
---@return string[]
function M.schemes()
    return core.schemes()
end

--- What is wrong with the name of an order; nil: nothing.
---@param scheme any
---@return string? message
function M.fault(scheme)
    local schemes = core.schemes()
    for _, known in ipairs(schemes) do
        if known == scheme then
            return nil
        end
    end
    return ("no version order '%s'%s"):format(tostring(scheme), require "upnudge.lib.suggest".suggest(tostring(scheme),
        schemes))
end

local function checked(scheme)
    local fault = M.fault(scheme)
    if fault then
        error(fault, 3)
    end
    return scheme
end

--- -1, 0 or 1 as `a` is older than, equal to or newer than `b`; nil where they are not comparable.
---@param a string
---@param b string
---@param scheme string
---@return integer? order
function M.compare(a, b, scheme)
    return core.version_compare(a, b, checked(scheme))
end

--- How large the step from `a` to `b` is: the first number that differs.
---@param a string
---@param b string
---@param scheme string
---@return "major"|"minor"|"patch"|"none"|"unknown"
function M.level(a, b, scheme)
    return core.version_level(a, b, checked(scheme))
end

return M
