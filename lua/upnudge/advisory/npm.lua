--- npm: `npm audit --json` of npm 7 and later (auditReportVersion 2).
---
--- Source: https://docs.npmjs.com/cli/commands/npm-audit and what npm writes (vuln.js of @npmcli/arborist).
---
--- A package that is there because of a vulnerable one is no finding: its `via` is that one's name, and that one is
--- listed, too. `nodes` are places and no versions; which versions are meant `range` says.

local finding = require "upnudge.advisory.finding"
local severities = require "upnudge.advisory.severity"

local M = { name = "npm audit" }

---@param document any
---@return boolean
function M.recognises(document)
    return document.auditReportVersion ~= nil and type(document.vulnerabilities) == "table"
end

--- The id that a page of GitHub's database is about, else npm's number.
local function ids_of(via)
    local url = type(via.url) == "string" and via.url or ""
    local number = type(via.source) == "number" and math.tointeger(via.source)
    return { url:match "(GHSA%-[%w-]+)$" or number and "npm:" .. number or false }
end

---@param document table
---@param scan upnudge.Scan
---@return boolean? ok
function M.read(document, scan)
    for name, entry in require "upnudge.advisory.sorted"(document.vulnerabilities) do
        for _, via in ipairs(type(entry) == "table" and type(entry.via) == "table" and entry.via or {}) do
            local cvss = type(via) == "table" and type(via.cvss) == "table" and via.cvss or {}
            if type(via) == "table" and not finding.add(scan, { name = name, ids = ids_of(via), url = via.url,
                title = via.title, affected = { via.range },
                severity = severities.known(severities.of_word(via.severity),
                    severities.of_vector(cvss.vectorString)) }) then
                return false
            end
        end
    end
    return true
end

return M
