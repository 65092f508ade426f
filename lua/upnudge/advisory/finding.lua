--- Findings: what a scanner says of one package, in one shape for all scanners. Strangers wrote all of it, so it is
--- bounded and cleaned here, where it enters.

local limits = require "upnudge.lib.limits"
local severities = require "upnudge.lib.severities"
local terminal = require "upnudge.lib.terminal"

local M = {}

---@class upnudge.Finding
---@field name string of the package
---@field version? string that was scanned; nil: the scanner does not say
---@field ids string[] the scanner's own before others that mean the same problem
---@field severity upnudge.Severity
---@field url? string
---@field title? string
---@field affected? string[] ranges of which one has each version that is affected; nil: not said
---@field safe? string[] ranges whose versions are not affected
---@field withdrawn? boolean the version was taken back by who published it, which is no security problem by itself

---@class upnudge.Scan
---@field scanner string
---@field findings upnudge.Finding[]

-- Ids of one problem, and ranges that are kept of it.
local IDS <const>, RANGES <const>, LONGEST_RANGE <const> = 12, 40, 2000

local function line(value, limit)
    if type(value) ~= "string" then
        return nil
    end
    local text = limits.cut(terminal.line(value:sub(1, 4 * limit)), limit)
    return text ~= "" and text or nil
end

local function ids_of(values)
    local ids, seen = {}, {}
    for i = 1, #values do
        local id = values[i]
        local sound = type(id) == "string" and #id <= limits.ADVISORY_ID and id:find "^%w[%w._:-]*$"
        if sound and not seen[id] and #ids < IDS then
            ids[#ids + 1], seen[id] = id, true
        end
    end
    return ids
end

--- Ranges that are all there, or none: of half of them nothing could be said.
local function ranges_of(values)
    local list = {}
    for i = 1, #(values or {}) do
        local text = values[i]
        if type(text) ~= "string" or #text > LONGEST_RANGE or i > RANGES then
            return nil
        end
        list[i] = text
    end
    return list[1] and list or nil
end

--- Where one reads of an id.
local function url_of(id)
    local rules = { GHSA = "https://github.com/advisories/%s", RUSTSEC = "https://rustsec.org/advisories/%s.html",
        CVE = "https://nvd.nist.gov/vuln/detail/%s", OSV = "https://osv.dev/vulnerability/%s" }
    local kind = id:match "^(%u+)%-"
    return kind and (rules[kind] or rules.OSV):format(id) or nil
end

--- Adds a finding to a scan, unless it names no package.
---@param scan upnudge.Scan
---@param said table fields of a finding, of any type and size; `ids` may have holes of false
---@return boolean? ok false: there are more than are looked at
function M.add(scan, said)
    local name = line(said.name, limits.NAME)
    if not name then
        return true
    elseif #scan.findings >= limits.FINDINGS then
        return false
    end
    local ids = ids_of(said.ids or {})
    ids[1] = ids[1] or (said.withdrawn and "withdrawn" or "unnamed")
    local url = said.url
    if type(url) ~= "string" or #url > limits.ADVISORY_URL or not url:find "^https?://[%w-]"
        or url:find "[^!-~]" or url:find "[\"'<>\\]" then
        url = nil
    end
    scan.findings[#scan.findings + 1] = { name = name, version = line(said.version, limits.VERSION), ids = ids,
        severity = severities[said.severity] and said.severity or "unknown", url = url or url_of(ids[1]),
        title = line(said.title, limits.ADVISORY_TITLE), affected = ranges_of(said.affected),
        safe = ranges_of(said.safe), withdrawn = said.withdrawn == true or nil }
    return true
end

--- The same for one that was a finding before, and was written down.
---@param scan upnudge.Scan
---@param said table
---@return boolean? ok
function M.again(scan, said)
    local function list(value)
        return type(value) == "table" and value or {}
    end
    return M.add(scan, { name = said.name, version = said.version, ids = list(said.ids), severity = said.severity,
        url = said.url, title = said.title, affected = list(said.affected), safe = list(said.safe),
        withdrawn = said.withdrawn })
end

return M
