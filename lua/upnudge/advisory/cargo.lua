--- cargo audit: `cargo audit --json`.
---
--- Source: https://docs.rs/rustsec/latest/rustsec/report/struct.Report.html and
--- https://github.com/rustsec/rustsec/tree/main/cargo-audit.
---
--- Of the warnings "yanked" is a version that was taken back, and "unsound" is an advisory as others; that somebody
--- does not maintain a crate any more is neither.

local finding = require "upnudge.advisory.finding"
local severities = require "upnudge.advisory.severity"

local M = { name = "cargo audit" }

---@param document any
---@return boolean
function M.recognises(document)
    return type(document.vulnerabilities) == "table" and type(document.vulnerabilities.list) == "table"
end

local function list(value)
    return type(value) == "table" and value or {}
end

local function said_of(entry)
    local package, advisory, versions = list(entry.package), list(entry.advisory), list(entry.versions)
    local ids, safe = { advisory.id or false }, {}
    table.move(list(advisory.aliases), 1, #list(advisory.aliases), 2, ids)
    for _, ranges in ipairs { list(versions.patched), list(versions.unaffected) } do
        table.move(ranges, 1, #ranges, #safe + 1, safe)
    end
    return { name = package.name, version = package.version, ids = ids, title = advisory.title,
        url = advisory.url, safe = safe, severity = severities.known(severities.of_vector(advisory.cvss),
            severities.of_word(advisory.severity)) }
end

---@param document table
---@param scan upnudge.Scan
---@return boolean? ok
function M.read(document, scan)
    local warnings = list(document.warnings)
    for _, entries in ipairs { document.vulnerabilities.list, list(warnings.unsound), list(warnings.yanked) } do
        for _, entry in ipairs(entries) do
            entry = list(entry)
            local said = said_of(entry)
            said.withdrawn = entry.kind == "yanked"
            if not (list(entry.advisory).withdrawn or finding.add(scan, said)) then
                return false
            end
        end
    end
    return true
end

return M
