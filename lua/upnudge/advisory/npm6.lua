--- npm 6, pnpm and older Yarns: `pnpm audit --json`, `npm audit --json` of npm 6, `yarn npm audit --json` of Yarn 2
--- and 3.
---
--- Source: https://pnpm.io/cli/audit and pnpm's own types (reviewing/audit); the registry's answer of
--- /-/npm/v1/security/audits.

local finding = require "upnudge.advisory.finding"
local severities = require "upnudge.advisory.severity"
local sorted = require "upnudge.advisory.sorted"

local M = { name = "pnpm audit" }

---@param document any
---@return boolean
function M.recognises(document)
    if type(document.advisories) ~= "table" then
        return false
    end
    local _, first = next(document.advisories)
    return type(first) == "table" and first.module_name ~= nil
        or first == nil and (document.metadata ~= nil or document.muted ~= nil or document.actions ~= nil)
end

--- The findings of one advisory: one a version that is there.
---@param advisory table
---@param scan upnudge.Scan
---@return boolean? ok
function M.add(advisory, scan)
    local ids = { advisory.github_advisory_id or false }
    if type(advisory.url) == "string" then
        ids[2] = advisory.url:match "(GHSA%-[%w-]+)$" or false
    end
    for _, id in ipairs(type(advisory.cves) == "table" and advisory.cves or {}) do
        ids[#ids + 1] = id
    end
    local number = type(advisory.id) == "number" and math.tointeger(advisory.id)
    ids[#ids + 1] = number and "npm:" .. number or nil
    local safe = advisory.patched_versions
    local said = { name = advisory.module_name, ids = ids, url = advisory.url, title = advisory.title,
        severity = severities.of_word(advisory.severity), affected = { advisory.vulnerable_versions },
        safe = safe ~= "<0.0.0" and { safe } or nil }
    local places = type(advisory.findings) == "table" and advisory.findings or {}
    for _, place in ipairs(places) do
        said.version = type(place) == "table" and place.version
        if not finding.add(scan, said) then
            return false
        end
    end
    return places[1] ~= nil or finding.add(scan, said)
end

---@param document table
---@param scan upnudge.Scan
---@return boolean? ok
function M.read(document, scan)
    for _, advisory in sorted(document.advisories) do
        if type(advisory) == "table" and not M.add(advisory, scan) then
            return false
        end
    end
    return true
end

return M
