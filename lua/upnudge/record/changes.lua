--- Changes: what an upgrade would change, ordered for JSON and counted per system.
---
--- Every activation reads the counts, so they are made once, at the check. Changes of packages that
--- name no system go under "*".

local clock = require "upnudge.lib.clock"
local core = require "upnudge.core"
local counts = require "upnudge.lib.counts"
local exposures_of = require "upnudge.record.exposures"
local limits = require "upnudge.lib.limits"
local severities = require "upnudge.lib.severities"
local terminal = require "upnudge.lib.terminal"

local M = {}

--- How many changes of this system the record itself carries; the others stand in a file that it names.
local TOP <const> = 10
-- More systems than there are: a lockfile that names more is made up, and gets none but ours.
local SYSTEMS <const> = 64

---@class upnudge.Change
---@field name string
---@field kind "upgraded"|"downgraded"|"rebuilt"|"changed"|"added"|"removed"
---@field level? "major"|"minor"|"patch"|"unknown"
---@field from? string version before
---@field to? string version after
---@field system? string
---@field group? string
---@field from_revision? string
---@field to_revision? string
---@field source? string where what comes is from: "registry", "git" …; of what goes, where that is from
---@field url? string its home page, or its repository's
---@field released? integer when what comes came out, seconds UTC
---@field behind? integer whole days by which that is later than what is there
---@field direct? boolean whether somebody asked for the package by name; nil: nobody can tell
---@field security? boolean whether it mends a security problem
---@field severity? upnudge.Severity of the worst that it mends, where a scanner told what
---@field fixes? upnudge.Fix[] what it mends, the worst first, where a scanner told
---@field first_seen? integer seconds UTC, of a change that was kept: when a check of ours first found this offered here
---@field security_since? integer seconds UTC, of one that mends a security problem: when a check of ours first knew

--- Order of the fields of a change in JSON.
M.ORDER = { "name", "kind", "level", "from", "to", "system", "group", "from_revision", "to_revision",
    "source", "url", "released", "behind", "direct", "security", "severity", "fixes", "first_seen", "security_since" }

-- Those that are times and days.
local NUMBERS <const> = { "released", "behind", "first_seen", "security_since" }

-- How long what a lockfile says may be in a record.
local LIMITS <const> = { name = limits.NAME, from = limits.VERSION, to = limits.VERSION, system = limits.VERSION,
    group = limits.VERSION, from_revision = limits.VERSION, to_revision = limits.VERSION, source = limits.VERSION }

-- Texts that strangers wrote. A version may be a URL, with the token that fetched it.
local TEXTS <const> = { "name", "from", "to", "group", "from_revision", "to_revision", "source", "url" }

--- Hides secrets in what is kept of each.
---@param changes upnudge.Change[]
function M.mask(changes)
    for _, change in ipairs(changes) do
        for _, field in ipairs(TEXTS) do
            change[field] = change[field] and core.mask(change[field])
        end
    end
end

local RANK <const> = { major = 1, minor = 2, patch = 3, unknown = 4 }
local KIND_RANK <const> = { upgraded = 0, downgraded = 10, changed = 20, rebuilt = 30, added = 40, removed = 50 }

-- What mends a problem comes first, then what somebody asked for by name.
local function rank(change)
    local security = change.security and -1000 * (1 + (severities[change.severity] or 0)) or 0
    return security + (change.direct == false and 100 or 0) + KIND_RANK[change.kind]
        + (RANK[change.level] or 5)
end

--- A list with what somebody asked for by name in front; its order stays otherwise.
---@param changes upnudge.Change[]
---@return upnudge.Change[]
function M.direct_first(changes)
    local list, others = {}, {}
    for _, change in ipairs(changes) do
        local into = change.direct == false and others or list
        into[#into + 1] = change
    end
    return table.move(others, 1, #others, #list + 1, list)
end

local function count(into, change)
    local function more(what)
        into[what] = (into[what] or 0) + 1
    end
    more "total"
    if change.security then
        more "security"
        if change.severity == "critical" or change.severity == "high" then
            more(change.severity)
        end
    end
    counts.of_change(change, more)
end

local function ids_of(fixes)
    local ids = {}
    for i, fix in ipairs(fixes) do
        ids[i] = fix.id
    end
    return table.concat(ids, " ")
end

--- What a result is: that somebody finds a problem in what is installed, or that a change mends one, is news as well.
local function fingerprint(changes, exposures)
    local lines = {}
    for i, c in ipairs(changes) do
        lines[i] = table.concat({ c.name, c.kind, c.from or "", c.to or "", c.from_revision or "",
            c.to_revision or "", c.group or "", c.security and "security" or nil,
            c.security and c.fixes and ids_of(c.fixes) or nil }, "\0")
    end
    local open = exposures_of.lines(exposures)
    return core.hash(table.concat(table.move(open, 1, #open, #lines + 1, lines), "\n"))
end

--- Changes as a record may have them, changed in place: whoever wrote the lockfile wrote their names, which may be of
--- any length.
---@param changes upnudge.Change[] of upnudge.core
---@return upnudge.Change[] changes
function M.shortened(changes)
    for _, change in ipairs(changes) do
        for field, limit in pairs(LIMITS) do
            local text = change[field]
            if text and #text > limit then
                change[field] = limits.cut(text, limit)
            end
        end
    end
    return changes
end

--- A field as it may be shown: names come from files that strangers wrote.
local function shown(change, field)
    local text = change[field]
    if text and (text:find "[^\33-\126]" or #text > LIMITS[field]) then
        return limits.cut(terminal.line(text), LIMITS[field])
    end
    return text
end

local function matters_more(a, b)
    local ra, rb = rank(a), rank(b)
    if ra ~= rb then
        return ra < rb
    end
    return core.before(a.name, b.name)
end

--- The changes that matter most. There may be many, so they are looked at once and not sorted.
local function top_of(changes)
    local best, top = {}, {}
    for _, change in ipairs(changes) do
        local at = #best
        while at > 0 and matters_more(change, best[at]) do
            at = at - 1
        end
        if at < TOP then
            table.insert(best, at + 1, change)
            best[TOP + 1] = nil
        end
    end
    for i, c in ipairs(best) do
        top[i] = { name = shown(c, "name"), kind = c.kind, level = c.level, from = shown(c, "from"),
            to = shown(c, "to"), group = shown(c, "group"), source = shown(c, "source"), url = c.url,
            released = c.released, behind = c.behind, direct = c.direct, security = c.security,
            severity = c.severity, first_seen = c.first_seen, security_since = c.security_since }
    end
    return top
end

--- When the newest of the security fixes became known as such; nil: there is none, or nobody knows.
local function security_since(changes)
    local newest
    for _, change in ipairs(changes) do
        local since = change.security and change.security_since
        newest = since and (not newest or since > newest) and since or newest
    end
    return newest
end

--- The counts of some changes.
---@param changes upnudge.Change[]
---@param into table?
---@return table into
function M.tally(changes, into)
    into = into or {}
    for _, change in ipairs(changes) do
        count(into, change)
    end
    return into
end

--- An entry of the record's `systems`. Every activation reads them, so it is short: counts of zero are left out.
---@param changes upnudge.Change[]
---@param with_top boolean? whether those that matter most are wanted, too: on this system they could be shown
---@param exposures upnudge.Exposure[]?
---@return table entry
function M.summary(changes, with_top, exposures)
    local open = exposures or {}
    return exposures_of.tally(open, M.tally(changes, { fingerprint = fingerprint(changes, open),
        security_since = security_since(changes), top = with_top and top_of(changes) or nil }))
end

--- Which changes, or exposures, are for a system. What is for Linux serves musl as well, where a package has nothing of
--- its own for that; what has is not told twice.
---@param changes upnudge.Change[]|upnudge.Exposure[]
---@param system string
---@return fun(change: upnudge.Change|upnudge.Exposure): boolean
local function chooser(changes, system)
    local plain, own = system:match "^(.+%-linux)%-musl$", {}
    for _, change in ipairs(plain and changes or {}) do
        own[change.name] = own[change.name] or change.system == system
    end
    return function(change)
        return change.system == system or plain ~= nil and change.system == plain and not own[change.name]
    end
end

--- Puts each of a list where it belongs: `by_system[system][what]`. What names no system goes under "*".
local function sort_out(by_system, what, list)
    local here = core.system()
    local is_here = chooser(list, here)
    local function put(system, one)
        by_system[system] = by_system[system] or { changes = {}, exposures = {} }
        table.insert(by_system[system][what], one)
    end
    for _, one in ipairs(list) do
        if is_here(one) then
            put(here, one)
        end
        if one.system ~= here then
            put(one.system or "*", one)
        end
    end
end

--- Counts of each system.
---@param changes upnudge.Change[]
---@param exposures upnudge.Exposure[]? what is installed and stays as it is
---@return table<string, table> systems
function M.by_system(changes, exposures)
    local by_system, systems, here, kept = {}, {}, core.system(), 0
    sort_out(by_system, "changes", changes)
    sort_out(by_system, "exposures", exposures or {})
    for system, of in pairs(by_system) do
        local ours = system == "*" or system == here
        kept = ours and kept or kept + 1
        if not ours and (kept > SYSTEMS or #system > limits.VERSION) then
            goto continue
        end
        systems[system] = M.summary(of.changes, ours, of.exposures)
        ::continue::
    end
    return systems
end

--- What a change offers: the package, where, and what it is to become; not what it is now. Each part tells its own
--- length, so none passes for two.
local function offer_of(change)
    return ("s4s4s4s4s4s4"):pack(change.name, change.kind == "removed" and "removed" or "", change.system or "",
        change.group or "", change.to or "", change.to_revision or "")
end

--- Notes since when each change is offered, and since when it is known that it mends a security problem, which may be
--- found out later: as the previous result has it, while it was offered there, too. No lockfile says so.
---@param changes upnudge.Change[]
---@param previous upnudge.Change[]? of M.kept
---@param now integer seconds UTC
---@return upnudge.Change[] changes the same
function M.see(changes, previous, now)
    local seen, mends = {}, {}
    for _, change in ipairs(previous or {}) do
        local offer = offer_of(change)
        seen[offer] = clock.past(change.first_seen, now)
        mends[offer] = change.security and clock.past(change.security_since or change.first_seen, now)
    end
    for _, change in ipairs(changes) do
        local offer = offer_of(change)
        change.first_seen = seen[offer] or now
        change.security_since = change.security and (mends[offer] or now) or nil
    end
    return changes
end

--- What is as old as its whole result need not say so in a record, which every activation reads.
local function shorten_times(entry)
    for _, change in ipairs(entry.top or {}) do
        if change.first_seen == entry.since then
            change.first_seen = nil
        end
    end
end

--- Notes since when each result is there: as the previous record has it, while the result stays the same.
---@param systems table<string, table>
---@param previous table? `systems` of the record before
---@param now integer seconds UTC
---@return table<string, table> systems
function M.date(systems, previous, now)
    for system, entry in pairs(systems) do
        local before = previous and previous[system]
        entry.since = before and before.fingerprint == entry.fingerprint and clock.past(before.since, now) or now
        shorten_times(entry)
    end
    return systems
end

--- How much each change matters, and how many matter so much, by that and in the order of it.
local function ranks_of(changes)
    local of_rank, ranks, sorted = {}, {}, {}
    for i, change in ipairs(changes) do
        ranks[i] = rank(change)
        of_rank[ranks[i]] = (of_rank[ranks[i]] or 0) + 1
    end
    for one in pairs(of_rank) do
        sorted[#sorted + 1] = one
    end
    table.sort(sorted)
    return ranks, of_rank, sorted
end

--- A list with what matters most in front; its order stays otherwise. There may be many, so nothing is compared.
---@param changes upnudge.Change[]
---@return upnudge.Change[]
function M.by_rank(changes)
    local ranks, of_rank, sorted = ranks_of(changes)
    local place, at, list = {}, 1, {}
    for _, one in ipairs(sorted) do
        place[one], at = at, at + of_rank[one]
    end
    for i, change in ipairs(changes) do
        list[place[ranks[i]]] = change
        place[ranks[i]] = place[ranks[i]] + 1
    end
    return list
end

--- Those of many changes that matter most, in their order.
local function most_of(changes)
    local ranks, of_rank, sorted = ranks_of(changes)
    local room, left = {}, limits.CHANGES
    for _, one in ipairs(sorted) do
        room[one] = math.min(left, of_rank[one])
        left = left - room[one]
    end
    local kept = {}
    for i, change in ipairs(changes) do
        if room[ranks[i]] > 0 then
            room[ranks[i]] = room[ranks[i]] - 1
            kept[#kept + 1] = change
        end
    end
    return kept
end

--- Changes in JSON.
---@param changes upnudge.Change[]
---@return string
function M.json(changes)
    local json = require "upnudge.lib.json.write"
    local items = {}
    for i, change in ipairs(changes) do
        local members = change
        if change.fixes then
            members = {}
            for name, value in pairs(change) do
                members[name] = value
            end
            members.fixes = function()
                return json.list(exposures_of.FIX_ORDER, change.fixes)
            end
        end
        items[i] = json.object(M.ORDER, members)
    end
    return json.array(items)
end

--- The list as it is kept, tied to the two lockfiles between which it lies. Where it would be longer than people
--- read, it has what matters most; all are counted.
---@param changes upnudge.Change[]
---@param old string digest
---@param new string digest
---@param exposures upnudge.Exposure[]? what is installed and stays as it is
---@return string
function M.encode(changes, old, new, exposures)
    local json = require "upnudge.lib.json.write"
    local listed = #changes > limits.CHANGES and most_of(changes) or changes
    return json.object({ "schema", "old", "new", "changes", "exposures" }, { schema = 1, old = old, new = new,
        changes = function()
            return M.json(listed)
        end, exposures = exposures and exposures[1] and function()
            return json.list(exposures_of.ORDER, exposures)
        end or nil }) .. "\n"
end

--- Of versions of upnudge that know no such list, one may have written the record and kept the name of ours.
local function decode(bytes, value)
    local list = bytes and require "upnudge.record.strangers"(bytes)
    local ours = type(list) == "table" and list.old == value.old and list.new == value.new
    return ours and type(list.changes) == "table" and list.changes or nil, ours and list.exposures or nil
end

--- Whether the list that a record names is there, and is its own; without reading what stands in it.
---@param record upnudge.Record
---@param value table what the record says
---@return boolean
function M.are_there(record, value)
    local bytes = require "upnudge.record.blobs".read(record, value, "details")
    local begins = M.encode({}, value.old, value.new):match "^(.*)%]}\n$"
    return bytes ~= nil and bytes:sub(1, #begins) == begins
end

--- Times and days: whole, not negative, and not beyond what people count.
local function number_of(value)
    local whole = math.type(value) and math.tointeger(value)
    return whole and whole >= 0 and whole < 2 ^ 53 and whole or nil
end

--- Whether it is a change; what is wrong in it otherwise goes. Others may have written the list.
local function is_sound(change)
    if type(change) ~= "table" or type(change.name) ~= "string" or not KIND_RANK[change.kind] then
        return false
    end
    for field in pairs(LIMITS) do
        change[field] = type(change[field]) == "string" and change[field] or nil
    end
    change.level, change.security = RANK[change.level] and change.level, change.security == true or nil
    change.severity = change.security and severities[change.severity] and change.severity or nil
    change.fixes = change.security and exposures_of.fixes(change.fixes)
    local url = change.url
    if type(url) ~= "string" or #url > limits.LINK or not url:find "^https?://[!-~]+$" then
        change.url = nil
    end
    if type(change.direct) ~= "boolean" then
        change.direct = nil
    end
    for _, name in ipairs(NUMBERS) do
        change[name] = number_of(change[name])
    end
    return true
end

--- The list that a record names, as it is kept. A time that an earlier version did not write is that of the result.
--- nil: there is none, or it is gone, because another check has come, or it is larger than that.
---@param record upnudge.Record
---@param value table what the record says
---@param limit integer? bytes that the list may have
---@return upnudge.Change[]?
---@return upnudge.Exposure[]|string|nil exposures what is installed and stays as it is; or a message
---@return string? code "limit" where it is larger
function M.kept(record, value, limit)
    local bytes, message, code = require "upnudge.record.blobs".read(record, value, "details", limit)
    local list, more = decode(bytes, value)
    local changes = {}
    if not list then
        return nil, message, code
    end
    local systems = value.systems or {}
    for _, change in ipairs(list) do
        if is_sound(change) then
            local result = systems[change.system or "*"]
            local since = result and result.since or value.last_checked
            change.first_seen = change.first_seen or since and since // 1 | 0
            change.security_since = change.security and (change.security_since or change.first_seen) or nil
            changes[#changes + 1] = change
        end
    end
    return changes, exposures_of.sound(more)
end

--- Exposures of one system, or all.
local function for_system(exposures, system)
    local is_there, wanted = system and chooser(exposures, system), {}
    for _, one in ipairs(exposures) do
        wanted[#wanted + 1] = (not is_there or not one.system or is_there(one)) and one or nil
    end
    return wanted
end

--- The same for one system or all, the names fit to be shown.
---@param record upnudge.Record
---@param value table what the record says
---@param system string? nil: every system
---@param limit integer? bytes that the list may have
---@return upnudge.Change[]?
---@return upnudge.Exposure[]|string|nil exposures what is installed and stays as it is; or a message
---@return string? code "limit" where it is larger
function M.listed(record, value, system, limit)
    local changes, more, code = M.kept(record, value, limit)
    if not changes then
        return nil, more, code
    end
    local wanted, is_there = {}, system and chooser(changes, system)
    for _, change in ipairs(changes) do
        if not is_there or not change.system or is_there(change) then
            change.name, change.from, change.to = shown(change, "name"), shown(change, "from"), shown(change, "to")
            change.source = shown(change, "source")
            wanted[#wanted + 1] = change
        end
    end
    return wanted, for_system(more, system)
end

--- Marks the changes that mend a security problem.
---@param changes upnudge.Change[]
---@param selectors string[] of packages, see upnudge.record.selector
---@param rule? string by which the names of the lockfile compare
function M.mark_security(changes, selectors, rule)
    local selector = require "upnudge.record.selector"
    local mended = selector.compile(selector.bounded(selectors, limits.FIXES), rule)
    for _, change in ipairs(changes) do
        change.security = mended:names_it(change) or nil
    end
end

return M
