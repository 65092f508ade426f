--- What is ignored: the counts of a result without the packages that a policy and the person leave out, and without
--- those that are too new for the policy (upnudge.record.cooling).
---
--- To find them out the list of all changes has to be read and each change held against each selector, which no
--- activation should do twice, and none should do of a long list. So the outcome is remembered beside the record, by
--- the digest of the list and of the selectors, and with the time until which it holds: a fact about these alone, which
--- whoever finds it out may write, without a lock. A check finds it out, a check that is not needed, `upnudge ignore`,
--- and else the first activation.

local changes = require "upnudge.record.changes"
local clock = require "upnudge.lib.clock"
local cooling_of = require "upnudge.record.cooling"
local core = require "upnudge.core"
local counts = require "upnudge.lib.counts"
local files = require "upnudge.record.files"
local limits = require "upnudge.lib.limits"

local M = {}

local SCHEMA <const> = 1
local NOTHING <const> = {}
-- How many outcomes are remembered: shells may have policies of their own.
local REMEMBERED <const> = 4
-- Changes times selectors with a star that an activation looks at: some milliseconds.
local LOOKS <const> = 20000

--- What the policy and the person ignore together; nil: nothing.
---@param policy string[]?
---@param person string[]?
---@return string[]?
function M.together(policy, person)
    if not policy or not person then
        return policy or person
    end
    return table.move(person, 1, #person, #policy + 1, table.move(policy, 1, #policy, 1, {}))
end

--- The same, and what a project's own list adds to that.
---@param ignored string[]?
---@param project upnudge.ProjectList?
---@return string[]? ignored the project's as its member `project`
function M.with_project(ignored, project)
    if not project then
        return ignored
    end
    local all = table.move(ignored or NOTHING, 1, #(ignored or NOTHING), 1, {})
    all.project = project
    return all
end

---@class upnudge.Left what is left of a result
---@field key string of the list, and of what leaves out
---@field way string of what leaves out
---@field entry table as a system's of the record is
---@field cooling? upnudge.Cooling where the policy has a cooldown

--- What tells the results apart that something is left out of, and what tells apart what leaves out.
local function keys_of(value, system, ignored, cooldown)
    local way = core.hash(table.concat({ value.names or "", system, table.concat(ignored, "\0"),
        ignored.project and table.concat(ignored.project, "\0") or "",
        cooldown and cooling_of.text_of(cooldown) }, "\n"))
    return core.hash((value.details or "") .. "\n" .. way), way
end

--- The changes that are not ignored. A project hides nothing that mends a security problem.
local function without(ignored, listed, names)
    local selector = require "upnudge.record.selector"
    local left = ignored[1] and selector.without(ignored, listed, names) or listed
    if not ignored.project then
        return left
    end
    local selection, told = selector.compile(ignored.project, names), {}
    for _, change in ipairs(left) do
        told[#told + 1] = (change.security or not selection:names_it(change)) and change or nil
    end
    return told
end

local function is_time(at)
    return at == nil or type(at) == "number" and at >= 0 and at < 2 ^ 53
end

local function is_cooling(value)
    return type(value) == "table" and type(value.total) == "number" and is_time(value.total) and is_time(value.after)
        and is_time(value.before) and is_time(value.last_at) and is_time(value.since)
end

local function is_sound(entry)
    for _, name in ipairs(counts.all) do
        local count = type(entry) ~= "table" or entry[name] or 0
        if type(count) ~= "number" or count < 0 or count >= 2 ^ 53 then
            return false
        end
    end
    return type(entry.fingerprint) == "string" and type(entry.top) == "table"
end

--- The outcomes that are remembered, the newest first.
local function remembered(record)
    local text, list = record:read_beside(files.LEFT), {}
    local value = text and require "upnudge.lib.json.read"(text)
    local ours = type(value) == "table" and value.schema == SCHEMA and type(value.left) == "table"
    for _, one in ipairs(ours and value.left or {}) do
        if type(one) == "table" and type(one.key) == "string" and is_sound(one.entry)
            and (one.cooling == nil or is_cooling(one.cooling)) then
            list[#list + 1] = one
        end
    end
    return list
end

--- What is remembered of a result and holds now; `late`, or did when it was last found out.
local function find(list, key, now, late)
    for _, one in ipairs(list) do
        local cooling = one.cooling
        if one.key == key and (not cooling or cooling_of.holds(cooling, now)
            or late and now >= (cooling.after or now)) then
            return one
        end
    end
end

local function remember(record, list, found)
    local directory <close> = record:directory()
    if directory then
        local kept = { found }
        for _, one in ipairs(list) do
            kept[#kept + 1] = #kept < REMEMBERED and one.key ~= found.key and one or nil
        end
        local text = require "upnudge.lib.json.write".object({ "schema" }, { schema = SCHEMA, left = kept })
        directory:replace(files.LEFT, text .. "\n", false)
    end
end

--- The counts of this system in the record.
local function full_count(value, system, name)
    local any, ours = value.systems["*"] or {}, value.systems[system] or {}
    return (any[name] or 0) + (ours[name] or 0)
end

--- The exposures that none of the selectors names.
local function still_open(value, ignored, exposures)
    local selection = ignored[1] and exposures[1]
        and require "upnudge.record.selector".compile(ignored, value.names)
    return selection and require "upnudge.record.exposures".without(selection, exposures) or exposures
end

--- What counts of some changes, and what cools.
local function counting(listed, names, ignored, cooldown, now)
    local left = without(ignored, listed, names)
    if not cooldown then
        return left
    end
    return cooling_of.split(left, cooldown, names, now)
end

--- Of changes that are too many to be listed, those that are not count as not ignored, and cool while one does. What is
--- installed and stays as it is does not cool.
local function summary_of(value, system, ignored, listed, exposures, cooldown, now)
    local left, cooling = counting(listed, value.names, ignored, cooldown, now)
    local entry = changes.summary(left, true, still_open(value, ignored, exposures))
    local of_all = require "upnudge.record.exposures".tally(exposures, changes.tally(listed))
    local unlisted = full_count(value, system, "total") - (of_all.total or 0)
    if cooling and cooling.total > 0 then
        cooling.total = cooling.total + math.max(unlisted, 0) // 1 | 0
        return entry, cooling
    elseif unlisted == 0 then
        return entry, cooling
    end
    for _, name in ipairs(counts.all) do
        local count = (entry[name] or 0) + full_count(value, system, name) - (of_all[name] or 0)
        entry[name] = count > 0 and count or nil
    end
    return entry, cooling
end

--- Since when just these count: when the last of them began to, unless they did before something else came or went.
local function since_of(value, system, found, list, now)
    for _, one in ipairs(list) do
        if one.way == found.way and one.cooling then
            local same = one.entry.fingerprint == found.entry.fingerprint
            local since = same and clock.past(one.cooling.since, now)
            if since then
                return since
            end
            break
        end
    end
    local any, ours = value.systems["*"] or NOTHING, value.systems[system] or NOTHING
    return math.max(any.since or 0, ours.since or 0, found.cooling.after or 0)
end

--- What is left of a result, found out from the list of its changes.
---@return upnudge.Left
local function left_of(value, system, ignored, listed, exposures, cooldown, now, list)
    local key, way = keys_of(value, system, ignored, cooldown)
    local entry, cooling = summary_of(value, system, ignored, listed, exposures, cooldown, now)
    local found = { key = key, way = way, entry = entry, cooling = cooling }
    if cooling then
        cooling.since = since_of(value, system, found, list, now)
    end
    return found
end

local function takes_long(ignored, count)
    local stars, takes_a_look = 0, require "upnudge.record.selector".takes_a_look
    for _, list in ipairs { ignored, ignored.project } do
        for _, text in ipairs(list) do
            stars = stars + (takes_a_look(text) and 1 or 0)
        end
    end
    return stars * count > LOOKS
end

--- The list of changes, if it is short enough for an activation to hold it against what is ignored.
local function within_reach(record, value, system, ignored)
    local listed, exposures, code = changes.listed(record, value, system, files.LISTED_LIMIT)
    local count = listed and #listed + #exposures
    local many = code == "limit" or count and (count > limits.LISTED or takes_long(ignored, count)) or false
    return not many and listed or nil, many, listed and exposures or nil
end

--- The changes themselves, without what is ignored or cools.
---@param record upnudge.Record
---@param value table what the record says
---@param system string
---@param ignored string[]?
---@param cooldown upnudge.Cooldown?
---@param now integer? with a cooldown
---@return upnudge.Change[]? listed
---@return boolean? many whether they are too many for an activation
---@return upnudge.Exposure[]? exposures what is installed and stays as it is
function M.listed(record, value, system, ignored, cooldown, now)
    local listed, many, exposures = within_reach(record, value, system, ignored or NOTHING)
    if not listed then
        return nil, many, exposures
    end
    return (counting(listed, value.names, ignored or NOTHING, cooldown, now)), many,
        still_open(value, ignored or NOTHING, exposures)
end

--- What is left of a result without what is ignored or cools; nil where that is not known. Of changes that are too many
--- for an activation those that cooled when a check last looked go on cooling until the next one.
---@param record upnudge.Record
---@param value table what the record says
---@param system string
---@param ignored string[]
---@param keep boolean whether what is found out may be written down
---@param cooldown upnudge.Cooldown?
---@param now integer? seconds UTC, with a cooldown
---@return table? entry as a system's of the record is
---@return string? message where they are too many for an activation
---@return upnudge.Cooling? cooling with a cooldown
function M.entry(record, value, system, ignored, keep, cooldown, now)
    local key, list = keys_of(value, system, ignored, cooldown), remembered(record)
    local found = find(list, key, now)
    if not found then
        local listed, many, exposures = within_reach(record, value, system, ignored)
        found = listed and left_of(value, system, ignored, listed, exposures, cooldown, now, list)
            or many and find(list, key, now, true)
        if not found then
            return nil, many and "what is left out of so many changes is found out by the next check" or nil
        elseif keep and listed then
            remember(record, list, found)
        end
    end
    return found.entry, nil, found.cooling
end

--- Finds out what an activation on this system will ask for, however long it takes. Nothing comes of a failure.
---@param record upnudge.Record
---@param policy upnudge.Policy?
---@param now integer seconds UTC
function M.prepare(record, policy, now)
    local value, system = record:read(), core.system()
    local name, cooldown = policy and policy.project_ignore, policy and policy.cooldown
    local project = name and value and value.lockfile
        and require "upnudge.record.project_list".read(record.disk, value.lockfile, name) or nil
    local ignored = M.with_project(M.together(policy and policy.ignore, record:choices().ignore), project)
        or cooldown and NOTHING
    if not value or not value.systems or not ignored then
        return
    end
    local key, list = keys_of(value, system, ignored, cooldown), remembered(record)
    if find(list, key, now) then
        return
    end
    local listed, exposures = changes.listed(record, value, system)
    if listed then
        remember(record, list, left_of(value, system, ignored, listed, exposures, cooldown, now, list))
    end
end

--- How many changes each list leaves out, of one that several name the first: the person's, the policy's, the
--- project's; and how many the last names that are told all the same.
---@param record upnudge.Record
---@param system string
---@param person string[]?
---@param policy string[]?
---@param project upnudge.ProjectList?
---@return {person: integer, policy: integer, project: integer, told: integer}? nil: the changes are not there
function M.tally(record, system, person, policy, project)
    local value = record:read()
    local listed = value and value.details and changes.listed(record, value, system, files.LISTED_LIMIT)
    local tally, lists = { person = 0, policy = 0, project = 0, told = 0 }, {}
    for i, list in ipairs { person or NOTHING, policy or NOTHING, project or NOTHING } do
        lists[i] = require "upnudge.record.selector".compile(list, value and value.names)
    end
    for _, change in ipairs(listed or NOTHING) do
        local by = lists[1]:names_it(change) and "person" or lists[2]:names_it(change) and "policy"
            or lists[3]:names_it(change) and (change.security and "told" or "project")
        tally[by or "none"] = (tally[by or "none"] or 0) + 1
    end
    tally.none = nil
    return listed and tally
end

return M
