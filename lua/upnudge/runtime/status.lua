--- The status: how one environment stands, or all of them: what waits, since when, what the person chose, and what
--- is in the way of a notice.

local clock = require "upnudge.lib.clock"
local counts = require "upnudge.lib.counts"
local lfs = require "lfs"
local notice = require "upnudge.runtime.notice"
local retry = require "upnudge.runtime.retry"
local snooze = require "upnudge.runtime.snooze"

local M = {}

-- How many environments are told of at once, of those checked last.
local MOST <const> = 1000

---@class upnudge.Status how one environment stands
---@field environment string
---@field name? string
---@field lockfile? string
---@field format? string
---@field code? string why there is nothing to tell, of upnudge.lib.reasons; nil: something waits
---@field reason? string
---@field waiting? table<string, integer> counts on this system, without what is ignored
---@field cooling? upnudge.CoolingTold what is too new to count, beside that
---@field since? integer seconds UTC, when that was first found
---@field last_checked? integer
---@field snoozed_until? integer
---@field all_snoozed_until? integer
---@field ignored? string[] by the person
---@field stale boolean whether the lockfile is not the one that was checked
---@field gone boolean whether the directory is not there
---@field last_failed? integer
---@field failure? string
---@field retry_at? integer
---@field environments? upnudge.Status[] all of the directory, where it has several

local function whole(number)
    return number and number // 1 | 0
end

local function waiting(result)
    local list = {}
    for _, name in ipairs(counts.all) do
        list[name] = whole(result[name] or 0)
    end
    return list
end

--- What the last check left, failed or not.
local function add_check(status, value, now)
    status.name, status.lockfile, status.format = value.name, value.lockfile, value.format
    status.last_checked = whole(clock.past(value.last_checked, now))
    local failed = clock.past(value.last_failed, now)
    if failed then
        status.last_failed, status.failure = whole(failed), value.reason
        status.retry_at = whole(retry.at(failed, value.retry_at))
    end
end

local function add_outlook(status, runtime, state, choices, now)
    local found, silent = notice.look(runtime, state, {}, choices, now, false)
    local result = found and found.result
    status.code, status.reason = silent and silent.code, silent and silent.reason
    status.stale = status.code == "lockfile-changed"
    status.cooling = found and found.cooling
    if result then
        status.waiting = waiting(result)
        status.since = result.total + result.exposed > 0 and whole(clock.past(result.since, now)) or nil
    end
end

-- As a notice says them in English (upnudge.language.words.en).
local COUNTED <const> = {
    { "versions", "version change", "version changes" }, { "downgraded", "downgrade", "downgrades" },
    { "rebuilds", "rebuild", "rebuilds" }, { "changed", "revision change", "revision changes" },
    { "added", "addition", "additions" }, { "removed", "removal", "removals" },
}

local function counted(count, one, other)
    return ("%d %s"):format(count, count == 1 and one or other)
end

--- "1 security fix (1 critical)", "1 vulnerable package without a fix yet": what is said of security.
local function alarms(numbers)
    local parts, security, withdrawn = {}, numbers.security or 0, numbers.withdrawn or 0
    local vulnerable = (numbers.exposed or 0) - withdrawn
    if security > 0 then
        parts[1] = counted(security, "security fix", "security fixes")
            .. ((numbers.critical or 0) > 0 and (" (%d critical)"):format(numbers.critical) or "")
    end
    parts[#parts + 1] = vulnerable > 0 and counted(vulnerable, "vulnerable package", "vulnerable packages")
        .. " without a fix yet" or nil
    parts[#parts + 1] = withdrawn > 0 and counted(withdrawn, "withdrawn package", "withdrawn packages")
        .. " without a newer version yet" or nil
    return parts
end

--- "4 version changes, 1 addition; 1 security fix".
---@param numbers table<string, integer>
---@return string
local function words_of(numbers)
    local parts = {}
    for _, entry in ipairs(COUNTED) do
        local count = numbers[entry[1]] or 0
        if entry[1] == "versions" then
            count = count - (numbers.downgraded or 0)
        end
        parts[#parts + 1] = count > 0 and counted(count, entry[2], entry[3]) or nil
    end
    local list, more = { parts[1] and table.concat(parts, ", ") or nil }, alarms(numbers)
    return table.concat(table.move(more, 1, #more, #list + 1, list), "; ")
end

--- What waits, in the words and with the counts of a notice, or why nothing does.
---@param status upnudge.Status
---@return string
function M.told(status)
    local numbers = status.waiting
    return numbers and numbers.total + (numbers.exposed or 0) > 0 and words_of(numbers) or status.reason
end

--- Until when the person wants to hear of no environment; nil: they want to.
---@param runtime upnudge.Runtime
---@param now integer seconds UTC
---@return integer?
function M.snoozed_everywhere(runtime, now)
    local choices = require "upnudge.record.everywhere".read(runtime.places)
    return choices and whole(snooze.ends(choices, now, runtime.policy))
end

--- Whether there is no directory; that it cannot be looked at says nothing of that.
local function is_gone(disk, path)
    local mode = lfs.attributes(path, "mode")
    return mode ~= nil and mode ~= "directory" or not mode and select(3, disk.stamp(path)) == "not-found"
end

--- How an environment stands. Writes nothing; asks no policy and no database.
---@param runtime upnudge.Runtime
---@param state upnudge.EnvironmentState
---@param now integer seconds UTC
---@param everywhere integer|false|nil until when all environments are snoozed, where that is known
---@return upnudge.Status
function M.of(runtime, state, now, everywhere)
    local choices = state.record:choices()
    local status = { environment = state.env.path, stale = false, gone = false, ignored = choices.ignore,
        snoozed_until = whole(snooze.ends(choices, now, runtime.policy)) }
    if everywhere == nil then
        everywhere = M.snoozed_everywhere(runtime, now)
    end
    status.all_snoozed_until = everywhere or nil
    if is_gone(runtime.host.disk, state.env.path) then
        status.gone, status.code, status.reason = true, "environment-missing", "the directory is gone"
        state.record:read()
    else
        add_outlook(status, runtime, state, choices, now)
    end
    add_check(status, state.record:recent() or {}, now)
    return status
end

--- The first of those of one directory, and all where there are several.
---@param list upnudge.Status[]
---@return upnudge.Status
function M.together(list)
    local first = list[1]
    if list[2] then
        first = { environments = list }
        for name, member in pairs(list[1]) do
            first[name] = member
        end
    end
    return first
end

--- How the environment of a record stands.
---@param runtime upnudge.Runtime
---@param record upnudge.Record
---@param now integer seconds UTC
---@param everywhere integer|false|nil as above
---@return upnudge.Status
function M.of_record(runtime, record, now, everywhere)
    return M.of(runtime, { env = { path = record.path, key = record.key, beside = record.beside }, record = record,
        cache = {}, decisions = {} }, now, everywhere)
end

--- The sound records of the app that were written last; where those of all apps count as one, of these. How many more
--- there are.
local function records_of(runtime)
    local persons, settings, records = require "upnudge.record.person", (runtime.policy or {}).settings or {}, {}
    local disk, open = runtime.host.disk, require "upnudge.record".open
    local places = persons.places(disk, runtime.places, settings.scope == "person" and settings.apps == "all")
    local ones, more, fault = persons.environments(disk, places, MOST)
    local mode = lfs.attributes(runtime.places.cache, "mode")
    if fault or mode and mode ~= "directory" then
        error(fault or runtime.places.cache .. ": not a directory", 0)
    end
    for _, one in ipairs(ones) do
        local record = open(disk, one.places, one.env)
        records[#records + 1] = record:read() and record or nil
    end
    table.sort(records, require "upnudge.record.list".before)
    return records, more
end

--- How the environments stand that have a record, by path; of very many those whose records were written last. Raises
--- where the state directory cannot be listed.
---@param runtime upnudge.Runtime
---@param now integer seconds UTC
---@return upnudge.Status[] list
---@return integer more how many there are beside those; a directory that is not looked at counts as one
function M.all(runtime, now)
    local records, more = records_of(runtime)
    local list, everywhere = {}, M.snoozed_everywhere(runtime, now) or false
    for i, record in ipairs(records) do
        list[i] = M.of_record(runtime, record, now, everywhere)
    end
    return list, more
end

return M
