--- Words in which the commands tell people of counts and times.

local duration = require "upnudge.lib.duration"

local M = {}

-- As a notice says them in English (upnudge.language.words.en).
local COUNTED <const> = {
    { "versions", "version change", "version changes" }, { "rebuilds", "rebuild", "rebuilds" },
    { "changed", "revision change", "revision changes" }, { "added", "addition", "additions" },
    { "removed", "removal", "removals" },
}

local function counted(count, one, other)
    return ("%d %s"):format(count, count == 1 and one or other)
end

--- "4 version changes, 1 addition; 1 security fix".
---@param counts table<string, integer>
---@return string
function M.counts(counts)
    local parts = {}
    for _, entry in ipairs(COUNTED) do
        local count = counts[entry[1]] or 0
        parts[#parts + 1] = count > 0 and counted(count, entry[2], entry[3]) or nil
    end
    local security = counts.security or 0
    return (parts[1] and table.concat(parts, ", ") or "nothing newer")
        .. (security > 0 and "; " .. counted(security, "security fix", "security fixes") or "")
end

--- "3 hours ago", "never".
---@param at integer? seconds UTC
---@param now integer
---@return string
function M.ago(at, now)
    return at and duration.format(math.max(0, now - at)) .. " ago" or "never"
end

--- "in 2 days".
---@param at integer seconds UTC
---@param now integer
---@return string
function M.ahead(at, now)
    return at > now and "in " .. duration.format(at - now) or "now"
end

return M
