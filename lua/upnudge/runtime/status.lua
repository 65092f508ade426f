--- The status: how one environment stands, or all of them: what waits, since when, what the person chose, and what
--- is in the way of a notice.

local clock = require "upnudge.lib.clock"
local counts = require "upnudge.lib.counts"
local lfs = require "lfs"
local notice = require "upnudge.runtime.notice"
local retry = require "upnudge.runtime.retry"

local M = {}

-- How many environments are told of at once.
local MOST <const> = 1000

---@class upnudge.Status how one environment stands
---@field environment string
---@field name? string
---@field lockfile? string
---@field format? string
---@field code? string why there is nothing to tell, of upnudge.lib.reasons; nil: something waits
---@field reason? string
---@field waiting? table<string, integer> counts on this system, without what is ignored
---@field since? integer seconds UTC, when that was first found
---@field last_checked? integer
---@field snoozed_until? integer
---@field ignored? string[] by the person
---@field stale boolean whether the lockfile is not the one that was checked
---@field gone boolean whether the directory is not there
---@field last_failed? integer
---@field failure? string
---@field retry_at? integer

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
    if result then
        status.waiting = waiting(result)
        status.since = result.total > 0 and whole(clock.past(result.since, now)) or nil
    end
end

--- How an environment stands. Writes nothing; asks no policy and no database.
---@param runtime upnudge.Runtime
---@param state upnudge.EnvironmentState
---@param now integer seconds UTC
---@return upnudge.Status
function M.of(runtime, state, now)
    local choices, value = state.record:choices(), state.record:read()
    local status = { environment = state.env.path, stale = false, gone = false, ignored = choices.ignore,
        snoozed_until = whole(notice.snoozed_until(choices, now)) }
    add_check(status, value or {}, now)
    if lfs.attributes(state.env.path, "mode") ~= "directory" then
        status.gone, status.code, status.reason = true, "environment-missing", "the directory is gone"
    else
        add_outlook(status, runtime, state, choices, now)
    end
    return status
end

--- How all environments stand that have a record, by path. Raises where the state directory cannot be listed.
---@param runtime upnudge.Runtime
---@param now integer seconds UTC
---@return upnudge.Status[] list
---@return integer more how many there are beside those
function M.all(runtime, now)
    local records, list = require "upnudge.record.list"(runtime.state_dir), {}
    for i = 1, math.min(#records, MOST) do
        local record = records[i]
        local env = { path = record.path, key = record.key }
        list[i] = M.of(runtime, { env = env, record = record, cache = {}, decisions = {} }, now)
    end
    return list, #records - #list
end

return M
