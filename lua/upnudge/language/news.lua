--- News: `u.once { of = { security = true } }`, once for each change of that kind. Runs in the policy VM, for policies
--- that have it.
---
--- A change is news when a check first found it, or first found that it mends a security problem, after the last
--- notice. So what comes or goes beside it, which makes another result, says nothing twice.

local matching = require "upnudge.language.matching"

local M = {}

--- When the newest of the changes that are meant was first known; nil: there is none.
local function newest(c, fits)
    local found
    for _, package in ipairs(c.result.packages) do
        if fits(package) then
            local since = package.security_since or package.first_seen
            found = found and found > since and found or since
        end
    end
    return found
end

--- Whether nothing is asked for but that it mends a security problem. That the result tells by itself.
local function is_any_fix(spec)
    return spec.security == true and next(spec, next(spec)) == nil
end

--- What answers whether there are news of that kind, as the cadence `once` asks it.
---@param spec upnudge.policy.PackageMatch
---@return (fun(c: table, history: table, shown: boolean): boolean, string)? ask `shown`: whether this very result was,
---which tells of what a check has put behind a notice of its very second (see upnudge.runtime.check)
---@return string? message
function M.of(spec)
    local fits, message = matching.compiled("of", spec)
    if not fits then
        return nil, message
    end
    local any_fix = is_any_fix(spec)
    return function(c, history, shown)
        local since, last = any_fix and c.result.security_since, history.last_notified
        if not any_fix then
            since = newest(c, fits)
        end
        local what = any_fix and "security fix" or "change of that kind"
        if not since then
            return false, "no " .. what .. " waits"
        elseif last and (since <= last or since == last + 1 and shown) then
            return false, "each " .. what .. " was said already"
        end
        return true, "a new " .. what
    end
end

return M
