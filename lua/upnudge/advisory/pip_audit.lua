--- pip-audit: `pip-audit -f json`.
---
--- Source: https://github.com/pypa/pip-audit (README.md, and pip_audit/_format/json.py). Before version 2.1 the
--- document was the list alone. It tells no severity.
---
--- `fix_versions` are versions in which a problem is mended, one a branch; between two of them nobody can tell.

local core = require "upnudge.core"
local finding = require "upnudge.advisory.finding"

local M = { name = "pip-audit" }

local function entries_of(document)
    return type(document.dependencies) == "table" and document.dependencies or document
end

---@param document any
---@return boolean
function M.recognises(document)
    local first = entries_of(document)[1]
    if type(document.dependencies) == "table" and first == nil then
        return true
    end
    return type(first) == "table" and type(first.name) == "string" and (type(first.vulns) == "table"
        or first.skip_reason ~= nil)
end

--- What is known to be mended: from the newest of these versions on, and these versions themselves.
local function safe_versions(versions)
    local newest, ranges = nil, {}
    for i = 1, #versions do
        local version = versions[i]
        local order = type(version) == "string" and core.version_compare(version, newest or version, "pep440")
        if not order then
            return nil
        end
        newest = order >= 0 and version or newest
        ranges[i] = "==" .. version
    end
    ranges[#ranges + 1] = newest and ">=" .. newest or nil
    return ranges
end

---@param document table
---@param scan upnudge.Scan
---@return boolean? ok
function M.read(document, scan)
    for _, package in ipairs(entries_of(document)) do
        for _, one in ipairs(type(package) == "table" and type(package.vulns) == "table" and package.vulns or {}) do
            one = type(one) == "table" and one or {}
            local ids, aliases = { one.id or false }, type(one.aliases) == "table" and one.aliases or {}
            table.move(aliases, 1, #aliases, 2, ids)
            if not finding.add(scan, { name = package.name, version = package.version, ids = ids,
                title = one.description, safe = safe_versions(type(one.fix_versions) == "table" and one.fix_versions
                    or {}) }) then
                return false
            end
        end
    end
    return true
end

return M
