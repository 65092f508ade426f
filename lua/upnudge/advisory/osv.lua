--- osv-scanner: `osv-scanner --format json`, of versions 1 and 2.
---
--- Source: https://google.github.io/osv-scanner/output/ and https://ossf.github.io/osv-schema/.
---
--- Problems that are one (`groups`, by alias) become one finding. Its severity is the group's `max_severity`, a score,
--- else what the database says in words, else the vector of version 3. Records that were withdrawn say nothing.

local finding = require "upnudge.advisory.finding"
local severities = require "upnudge.advisory.severity"

local M = { name = "osv-scanner" }

---@param document any
---@return boolean
function M.recognises(document)
    local results = document.results
    if type(results) ~= "table" or document.created_at then
        return false
    end
    local first = results[1]
    return first == nil or type(first) == "table" and (first.packages ~= nil or first.source ~= nil
        or first.packageSource ~= nil)
end

local function list(value)
    return type(value) == "table" and value or {}
end

--- The range of each pair of events: from where it was introduced to where it was fixed.
local function add_range(texts, events)
    local from
    for _, event in ipairs(events) do
        event = list(event)
        if type(event.introduced) == "string" then
            from = event.introduced == "0" and ">=0-0" or ">=" .. event.introduced
        elseif from and type(event.fixed) == "string" then
            texts[#texts + 1], from = from .. " <" .. event.fixed, nil
        elseif from and type(event.last_affected) == "string" then
            texts[#texts + 1], from = from .. " <=" .. event.last_affected, nil
        end
    end
    texts[#texts + 1] = from
end

--- Of a package, as the record has it. What is said by commits is none of it, and then nothing is known.
local function affected(record, package)
    local texts = {}
    for _, one in ipairs(list(record.affected)) do
        local of = type(one) == "table" and list(one.package) or {}
        if of.name == package.name and of.ecosystem == package.ecosystem then
            local ranges = list(one.ranges)
            for _, range in ipairs(ranges) do
                local kind = list(range).type
                if kind == "SEMVER" or kind == "ECOSYSTEM" then
                    add_range(texts, list(range.events))
                else
                    return nil
                end
            end
            for _, version in ipairs(ranges[1] and {} or list(one.versions)) do
                texts[#texts + 1] = type(version) == "string" and "=" .. version or nil
            end
        end
    end
    for i, text in ipairs(texts) do
        texts[i] = text:gsub("^>=0%-0 ", ""):gsub("^>=0%-0$", "*")
    end
    return texts
end

local function severity_of(record)
    local stated = severities.of_word(list(record.database_specific).severity)
    for _, one in ipairs(list(record.severity)) do
        stated = severities.known(stated, severities.of_vector(list(one).score))
    end
    return stated
end

local function ids_of(record)
    local ids = { record.id }
    table.move(list(record.aliases), 1, #list(record.aliases), #ids + 1, ids)
    return ids
end

--- One finding of the records of a group, of which the first leads.
local function said_of(package, records, score)
    local ids, severity, first = {}, severities.of_score(score), records[1]
    local ranges = {}
    for _, record in ipairs(records) do
        local more, texts = ids_of(record), affected(record, package)
        table.move(more, 1, #more, #ids + 1, ids)
        severity = severities.known(severity, severity_of(record))
        ranges = ranges and texts and table.move(texts, 1, #texts, #ranges + 1, ranges) or nil
    end
    return { name = package.name, version = package.version, ids = ids, severity = severity, affected = ranges,
        title = type(first.summary) == "string" and first.summary or first.details }
end

--- The records of one package by group; those of no group are one each.
local function groups_of(entry)
    local by_id, groups, grouped = {}, {}, {}
    for _, record in ipairs(list(entry.vulnerabilities)) do
        if type(record) == "table" and type(record.id) == "string" and not record.withdrawn then
            by_id[record.id] = record
        end
    end
    for _, group in ipairs(list(entry.groups)) do
        local records = {}
        for _, id in ipairs(list(list(group).ids)) do
            local record = by_id[id]
            if record and not grouped[id] then
                records[#records + 1], grouped[id] = record, true
            end
        end
        groups[#groups + 1] = records[1] and { records, list(group).max_severity } or nil
    end
    for _, record in ipairs(list(entry.vulnerabilities)) do
        local id = type(record) == "table" and record.id
        if id and by_id[id] and not grouped[id] then
            groups[#groups + 1], grouped[id] = { { record } }, true
        end
    end
    return groups
end

---@param document table
---@param scan upnudge.Scan
---@return boolean? ok false: there are too many findings
function M.read(document, scan)
    for _, result in ipairs(document.results) do
        for _, entry in ipairs(list(list(result).packages)) do
            local package = list(list(entry).package)
            for _, group in ipairs(type(entry) == "table" and groups_of(entry) or {}) do
                if not finding.add(scan, said_of(package, group[1], group[2])) then
                    return false
                end
            end
        end
    end
    return true
end

return M
