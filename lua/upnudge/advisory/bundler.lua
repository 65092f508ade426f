--- bundler-audit: `bundler-audit check --format json`.
---
--- Source: https://github.com/rubysec/bundler-audit (lib/bundler/audit/cli/formats/json.rb, advisory.rb, results/).
--- A source that is not encrypted ("insecure_source") is no problem of a package.

local finding = require "upnudge.advisory.finding"
local severities = require "upnudge.advisory.severity"

local M = { name = "bundler-audit" }

---@param document any
---@return boolean
function M.recognises(document)
    local results = document.results
    local first = type(results) == "table" and results[1]
    return type(results) == "table" and (document.created_at ~= nil
        or type(first) == "table" and type(first.type) == "string" and first.packages == nil)
end

--- "CVE-2022-30122" of "2022-30122", as its database has it.
local function prefixed(prefix, value)
    return type(value) == "string" and (value:find("^" .. prefix) and value or prefix .. "-" .. value) or false
end

---@param document table
---@param scan upnudge.Scan
---@return boolean? ok
function M.read(document, scan)
    for _, result in ipairs(document.results) do
        local gem = type(result) == "table" and type(result.gem) == "table" and result.gem or {}
        local advisory = type(result) == "table" and type(result.advisory) == "table" and result.advisory or {}
        local safe = {}
        for _, ranges in ipairs { advisory.patched_versions or {}, advisory.unaffected_versions or {} } do
            ranges = type(ranges) == "table" and ranges or {}
            table.move(ranges, 1, #ranges, #safe + 1, safe)
        end
        if not finding.add(scan, { name = gem.name, version = gem.version, url = advisory.url, title = advisory.title,
            ids = { advisory.id or false, prefixed("CVE", advisory.cve), prefixed("GHSA", advisory.ghsa) }, safe = safe,
            severity = severities.known(severities.of_word(advisory.criticality),
                severities.of_score(advisory.cvss_v3)) }) then
            return false
        end
    end
    return true
end

return M
