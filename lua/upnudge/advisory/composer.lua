--- Composer: `composer audit --format=json`, of Composer 2.4 and later.
---
--- Source: https://getcomposer.org/doc/03-cli.md#audit and src/Composer/Advisory/Auditor.php. Where there is nothing,
--- PHP writes a list in the place of an object. That somebody does not maintain a package any more ("abandoned") is no
--- problem of its version.

local finding = require "upnudge.advisory.finding"
local severities = require "upnudge.advisory.severity"
local sorted = require "upnudge.advisory.sorted"

local M = { name = "composer audit" }

---@param document any
---@return boolean
function M.recognises(document)
    return type(document.advisories) == "table"
end

local function ids_of(advisory)
    local ids = { advisory.cve or false, advisory.advisoryId or false }
    for _, source in ipairs(type(advisory.sources) == "table" and advisory.sources or {}) do
        ids[#ids + 1] = type(source) == "table" and source.remoteId or false
    end
    return ids
end

---@param document table
---@param scan upnudge.Scan
---@return boolean? ok
function M.read(document, scan)
    for name, advisories in sorted(document.advisories) do
        for _, advisory in sorted(type(advisories) == "table" and advisories or {}) do
            if type(advisory) == "table" and not finding.add(scan, { name = name, ids = ids_of(advisory),
                url = advisory.link, title = advisory.title, affected = { advisory.affectedVersions },
                severity = severities.of_word(advisory.severity) }) then
                return false
            end
        end
    end
    return true
end

return M
