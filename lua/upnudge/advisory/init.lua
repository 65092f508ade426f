--- Advisories: what scanners say of the packages of a lockfile.
---
---     local scan, message = advisories.read(bytes, "audit.json")
---     local exposures = verdict.judge(changes, { old = scan }, …)
---
--- Which scanner wrote a report its content says. One file each; what they have in common is upnudge.advisory.finding.

local core = require "upnudge.core"
local limits = require "upnudge.lib.limits"

local M = {}

-- Asked in this order, each a file of this directory.
local READERS <const> = { "npm", "cargo", "bundler", "osv", "npm6", "composer", "pip_audit" }
local KNOWN <const> = "osv-scanner, npm, pnpm, cargo, pip-audit, bundler-audit, composer"

--- Whether a text is meant as a scanner's report, and no list of names.
---@param bytes string
---@return boolean
function M.is_report(bytes)
    return bytes:find "^\xEF?\xBB?\xBF?%s*[%[{]" ~= nil
end

--- What a scanner says that has failed; npm writes that as JSON, too.
local function failure_of(document)
    local told = type(document.error) == "table" and document.error or { summary = document.error }
    for _, fault in ipairs { told.summary or false, told.code or false, document.message or false } do
        if type(fault) == "string" and fault:find "%S" then
            return limits.words(fault, limits.REASON)
        end
    end
end

local function reader_of(document)
    for _, name in ipairs(READERS) do
        local reader = require("upnudge.advisory." .. name)
        if reader.recognises(document) then
            return reader
        end
    end
end

--- Reads a report. nil and what is wrong with it, where, and what to do.
---@param bytes string
---@param called string what the report is called in messages
---@return upnudge.Scan?
---@return string? message
function M.read(bytes, called)
    local document, message = core.tree(bytes, "json")
    if type(document) ~= "table" then
        return nil, ("%s:%s%s; give the JSON that the scanner prints, whole"):format(called,
            message and message:find "^%d" and "" or " ", message or "no object")
    end
    local reader = reader_of(document)
    if not reader then
        local fault = failure_of(document)
        return nil, fault and ("%s: the scanner failed: %s"):format(called, fault)
            or ("%s: no report of a scanner that is known; give the JSON of one of: %s"):format(called, KNOWN)
    end
    local scan = { scanner = reader.name, findings = {} }
    if not reader.read(document, scan) then
        return nil, ("%s: more than %d findings; scan the lockfile of this project alone"):format(called,
            limits.FINDINGS)
    end
    return scan
end

-- ---- between machines -----------------------------------------------------------------------------------

-- Bytes of the largest scan that is shared.
local SHARED <const> = 1 << 20

--- What other machines are told of security: a selector a line, and each scan as a line of JSON.
---@param selectors string[]
---@param scans upnudge.Scans
---@return string[] lines
function M.shared(selectors, scans)
    local lines = table.move(selectors, 1, #selectors, 1, {})
    for _, which in ipairs { "old", "new" } do
        local scan = scans[which]
        local line = scan and require "upnudge.lib.json.write".encode { scan = which, scanner = scan.scanner,
            findings = scan.findings }
        lines[#lines + 1] = line and #line <= SHARED and line or nil
    end
    return lines
end

--- One of these lines; nil: it is no scan.
local function scan_of(line)
    local told = #line <= SHARED and require "upnudge.lib.json.read"(line)
    if type(told) ~= "table" or type(told.findings) ~= "table" or type(told.scanner) ~= "string"
        or told.scan ~= "old" and told.scan ~= "new" then
        return nil
    end
    local scan = { scanner = limits.words(told.scanner, limits.ADVISORY_ID), findings = {} }
    for _, one in ipairs(told.findings) do
        if type(one) == "table" and not require "upnudge.advisory.finding".again(scan, one) then
            return nil
        end
    end
    return told.scan, scan
end

--- The same as it was told. Strangers may have written it.
---@param text string
---@return string[] selectors
---@return upnudge.Scans
function M.unshared(text)
    local selectors, scans = {}, {}
    for line in text:gmatch "[^\n]+" do
        local which, scan = nil, nil
        if line:sub(1, 1) == "{" then
            which, scan = scan_of(line)
        else
            selectors[#selectors + 1] = line
        end
        if which then
            scans[which] = scan
        end
    end
    return selectors, scans
end

return M
