--- News: `u.once { of = { security = true } }`, once for each change of that kind. Runs in the policy VM, for policies
--- that have it.
---
--- A change is news when a check first found it, or first found that it mends a security problem, after the last
--- notice. So what comes or goes beside it, which makes another result, says nothing twice.

local M = {}

--- When a check last found something that mends a security problem. That the result tells by itself; without any the
--- count is asked alone, for what is not there takes longer to look up.
local function newest_fix(c)
    return c.result.security > 0 and c.result.security_since or nil
end

--- What answers when the newest of the changes that are meant was first known; nil: there is none. What several
--- environments have is known since the first of them had it.
local function newest(fits)
    return function(c)
        local known, found = {}, nil
        for _, package in ipairs(c.result.packages) do
            if fits(package) then
                local since = package.security_since or package.first_seen
                local offer = package.name .. "\n" .. (package.to or "")
                known[offer] = known[offer] and known[offer] < since and known[offer] or since
            end
        end
        for _, since in pairs(known) do
            found = found and found > since and found or since
        end
        return found
    end
end

--- Whether nothing is asked for but that it mends a security problem.
local function is_any_fix(spec)
    return type(spec) == "table" and next(spec) == "security" and spec.security == true
        and next(spec, "security") == nil
end

--- What answers whether there are news of that kind, as the cadence `once` asks it.
---@param spec upnudge.policy.PackageMatch
---@return (fun(c: table, history: table, shown: boolean): boolean, string)? ask `shown`: whether this very result was,
---which tells of what a check has put behind a notice of its very second (see upnudge.runtime.check)
---@return string? message
function M.of(spec)
    local when, what = newest_fix, "security fix"
    if not is_any_fix(spec) then
        local fits, message = require "upnudge.language.matching".compiled("of", spec)
        if not fits then
            return nil, message
        end
        when, what = newest(fits), "change of that kind"
    end
    return function(c, history, shown)
        local since, last = when(c), history.last_notified
        if not since then
            return false, "no " .. what .. " waits"
        elseif last and (since <= last or since == last + 1 and shown) then
            return false, "each " .. what .. " was said already"
        end
        return true, "a new " .. what
    end
end

return M
