--- The verdict: which problems an upgrade mends, and to which of them what is installed stays exposed.
---
--- A fix is claimed only where it is known: a scan of the upgraded lockfile does not have the problem any more, or the
--- version after lies outside of what the advisory says is affected. What would still be affected by the advisory's own
--- ranges is no fix, whatever a second scan says.

local core = require "upnudge.core"
local limits = require "upnudge.lib.limits"
local ranges = require "upnudge.advisory.range"
local severities = require "upnudge.lib.severities"

local M = {}

---@class upnudge.Fix a problem that a change mends
---@field id string
---@field aliases? string[] other ids of the same problem
---@field severity upnudge.Severity
---@field url? string
---@field title? string

-- How many times a version is held against a finding, over a whole check; and problems that are told of one package.
local LOOKS <const>, TOLD <const> = 1 << 20, 20

---@class upnudge.Verdict
---@field private fold fun(name: string): string
---@field private scheme string
---@field private old table<string, upnudge.Finding[]> by folded name
---@field private new table<string, upnudge.Finding[]>|false
---@field private parsed table<string[], upnudge.Range|false>
---@field private hits table<string, upnudge.Finding[]> by name, zero and version
---@field private resolved table<string, table<upnudge.Finding, boolean>> by name, zero, version, zero and system
---@field private looks integer
local Verdict = {}
Verdict.__index = Verdict

local NOTHING <const> = {}

local function by_name(scan, fold)
    local index = {}
    for _, one in ipairs(scan and scan.findings or NOTHING) do
        local name = fold(one.name)
        index[name] = index[name] or {}
        table.insert(index[name], one)
    end
    return index
end

--- Ranges are read when first asked for; false: not known.
function Verdict:range(texts)
    local range = texts and self.parsed[texts]
    if texts and range == nil then
        range = ranges.parse(texts, self.scheme) or false
        self.parsed[texts] = range
    end
    return range or nil
end

--- Whether a version has the problem; nil: nobody can tell.
function Verdict:affects(one, version)
    self.looks = self.looks + 1
    if one.version and (one.version == version or ranges.compare(one.version, version, self.scheme) == 0) then
        return true
    end
    local safe = self:range(one.safe)
    if safe and ranges.holds(safe, version, self.scheme) then
        return false
    end
    local affected = self:range(one.affected)
    if affected then
        return ranges.holds(affected, version, self.scheme)
    end
end

--- Whether another finding of the package is about the same problem.
local function is_known(one, seen)
    for _, id in ipairs(one.ids) do
        if seen[id] then
            return true
        end
    end
    return false
end

local function note(one, seen)
    for _, id in ipairs(one.ids) do
        seen[id] = true
    end
end

--- The findings of the first scan about a version that is installed.
function Verdict:hits_of(name, version)
    local key = name .. "\0" .. version
    local hits, seen = self.hits[key], {}
    if hits or self.looks > LOOKS then
        return hits or NOTHING
    end
    hits = {}
    for _, one in ipairs(self.old[name] or NOTHING) do
        local is_hit = not is_known(one, seen) and self:affects(one, version)
        -- Of a scanner that names no version, and a range that cannot be read, the package is meant.
        if is_hit or is_hit == nil and not one.version and not self:range(one.affected) then
            hits[#hits + 1] = one
            note(one, seen)
        end
    end
    self.hits[key] = hits
    return hits
end

--- Whether the second scan has the problem in this version as well.
function Verdict:is_there_still(one, name, version)
    local ids = {}
    note(one, ids)
    for _, other in ipairs(self.new[name] or NOTHING) do
        if is_known(other, ids) and self:affects(other, version) ~= false
            and (not other.version or ranges.compare(other.version, version, self.scheme) ~= 1
                and ranges.compare(other.version, version, self.scheme) ~= -1) then
            return true
        end
    end
    return false
end

--- Whether a change takes the problem away.
function Verdict:is_mended(one, name, change)
    if change.kind == "removed" then
        return true
    elseif not change.to or change.to == change.from then
        return false
    elseif one.withdrawn then
        return not self.new or not self:is_there_still(one, name, change.to)
    end
    local affected = self:affects(one, change.to)
    if affected == true or affected == nil and not self.new then
        return false
    end
    return affected == false and not self.new or not self:is_there_still(one, name, change.to)
end

local function worst_first(list)
    table.sort(list, function(a, b)
        local ra, rb = severities[a.severity], severities[b.severity]
        if ra ~= rb then
            return ra > rb
        end
        return core.before(a.ids[1], b.ids[1])
    end)
    return list
end

local function fix_of(one)
    local aliases = table.move(one.ids, 2, #one.ids, 1, {})
    return { id = one.ids[1], aliases = aliases[1] and aliases or nil, severity = one.severity, url = one.url,
        title = one.title }
end

--- Tells a change what it mends.
function Verdict:judge(change)
    local name = self.fold(change.name)
    local mended, key = {}, name .. "\0" .. change.from .. "\0" .. (change.system or "")
    local resolved = self.resolved[key] or {}
    self.resolved[key] = resolved
    for _, one in ipairs(self:hits_of(name, change.from)) do
        if self:is_mended(one, name, change) then
            resolved[one] = true
            mended[#mended + 1] = not one.withdrawn and one or nil
        end
    end
    if mended[1] then
        local fixes = {}
        for i, one in ipairs(worst_first(mended)) do
            fixes[i] = i <= TOLD and fix_of(one) or nil
        end
        change.fixes, change.security, change.severity = fixes, true, mended[1].severity
    end
end

local function exposure_of(package, open)
    local worst, ids, aliases = worst_first(open)[1], {}, {}
    local withdrawn = true
    for i, one in ipairs(open) do
        withdrawn = withdrawn and one.withdrawn == true
        if i <= TOLD then
            ids[i] = one.ids[1]
            table.move(one.ids, 2, #one.ids, #aliases + 1, aliases)
        end
    end
    local version = package.version ~= "" and package.version or nil
    return { name = package.name, version = version, system = package.system, direct = package.direct,
        ids = ids, aliases = aliases[1] and aliases or nil, severity = worst.severity,
        url = worst.url, title = worst.title, withdrawn = withdrawn or nil }
end

--- What stays, each package, version and system once.
function Verdict:exposures(packages)
    local list, seen = {}, {}
    for _, package in ipairs(packages) do
        local name = self.fold(package.name)
        local key = name .. "\0" .. package.version .. "\0" .. (package.system or "")
        if self.old[name] and not seen[key] then
            seen[key] = true
            local open, resolved = {}, self.resolved[key] or NOTHING
            for _, one in ipairs(self:hits_of(name, package.version)) do
                open[#open + 1] = not resolved[one] and one or nil
            end
            list[#list + 1] = open[1] and exposure_of(package, open) or nil
        end
    end
    return list
end

---@class upnudge.Scans
---@field old? upnudge.Scan of what is installed
---@field new? upnudge.Scan of the upgrade

--- Marks the changes that mend problems (`fixes`, `severity`, `security`), and tells what stays. nil and a message
--- where that would take too long.
---@param scans upnudge.Scans
---@param changes upnudge.Change[] changed in place
---@param packages upnudge.Package[] of the lockfile that is installed
---@param rule string by which names compare
---@param scheme string by which versions compare
---@return upnudge.Exposure[]?
---@return string? message
function M.judge(scans, changes, packages, rule, scheme)
    if not scans.old then
        return {}
    end
    local fold = require "upnudge.record.selector".fold(rule)
    local self = setmetatable({ fold = fold, scheme = scheme, old = by_name(scans.old, fold),
        new = scans.new and by_name(scans.new, fold) or false, parsed = {}, hits = {}, resolved = {}, looks = 0 },
        Verdict)
    for _, change in ipairs(changes) do
        if change.from and self.old[fold(change.name)] then
            self:judge(change)
        end
    end
    local list = self:exposures(packages)
    if self.looks > LOOKS then
        return nil, ("%s finds more than can be looked at in one check"):format(scans.old.scanner)
    end
    return #list > limits.EXPOSED and table.move(list, 1, limits.EXPOSED, 1, {}) or list
end

return M
