--- The result: the counts of the record as a policy sees them on one system.

local M = {}

local COUNTS <const> = { "total", "versions", "rebuilds", "changed", "added", "removed", "major", "minor",
    "patch", "security" }

local function add(into, entry)
    for _, name in ipairs(COUNTS) do
        into[name] = (into[name] or 0) + (entry[name] or 0)
    end
    local since = entry.since or 0
    into.since = into.since and into.since > since and into.since or since
    into.fingerprint = (into.fingerprint or "") .. (entry.fingerprint or "")
    for _, change in ipairs(entry.top or {}) do
        if type(change) == "table" then
            into.packages[#into.packages + 1] = change
        end
    end
end

--- What a policy sees as c.result on one system. `packages` is absent when the record does not hold
--- all of them.
---@param record table
---@param system string
---@return table result
function M.on(record, system)
    local result = { packages = {}, checked_at = record.last_checked }
    add(result, record.systems["*"] or {})
    add(result, record.systems[system] or {})
    if #result.packages < result.total then
        result.packages = nil
    end
    return result
end

--- The same without the packages that a person or the policy ignores. Reads the full list.
---@param store upnudge.Record
---@param record table
---@param system string
---@param ignored string[] selectors
---@return table result
function M.without(store, record, system, ignored)
    local changes = require "upnudge.record.changes"
    local left = changes.of(store, system, ignored)
    local full, result = M.on(record, system), { packages = {}, checked_at = record.last_checked }
    add(result, changes.summary(left))
    result.since, result.packages = full.since, left
    return result
end

return M
