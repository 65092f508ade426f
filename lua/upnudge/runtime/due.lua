--- The due check: whether a check of an environment is due just after an activation, and its start in the background.
---
--- For prompts: nothing is started to find out that it is too early. A check that was begun and left nothing behind, a
--- record or a failure in one, is begun again after 5 minutes, then 10, 20 ...: its lock bears that note beforehand.

local clock = require "upnudge.lib.clock"
local core = require "upnudge.core"
local files = require "upnudge.record.files"
local retry = require "upnudge.runtime.retry"

local M = {}

-- Within so many seconds a check that was begun has its lock, or has ended.
local STARTING <const> = 60

-- What the activation found out of the lockfile, as far as a check is due for it.
local VOID <const> = { ["lockfile-changed"] = true, ["details-missing"] = true, ["lockfile-missing"] = true }

--- Whether anybody would want it: the person has not opted out, and watches; the policy is well.
local function is_wanted(runtime, activation)
    if not runtime.policy or runtime.host:opted_out() then
        return false
    end
    local facts = runtime.host:describe(runtime.app, activation)
    return facts.tty and not facts.ci
end

--- Whether the lockfile is the very one with which the last check failed.
local function has_failed_for(record, value, lockfile)
    local tried = value.tried
    return not tried or tried == value.old and record.disk.stamp(lockfile) == value.stamp
        or tried == record.disk.digest(lockfile, core.lockfile_limit)
end

--- Whether the record says that it is time; if not, when it will be.
local function is_time(record, value, every, code, now)
    local failed, checked = clock.past(value.last_failed, now), clock.past(value.last_checked, now)
    local again = failed and retry.at(failed, value.retry_at)
    if again and again > now and has_failed_for(record, value, value.lockfile or "") then
        return false, again
    end
    return VOID[code] or not checked or now - checked >= every, checked and checked + every
end

--- Whether the first check may be made without anybody having asked for one: a stranger's project is none that a tool
--- is run for.
local function may_begin(runtime, path, lockfile)
    local disk = runtime.host.disk
    return disk.is_mine(path) and (lockfile ~= nil and disk.stamp(lockfile) ~= nil
        or require "upnudge.runtime.project".has_lockfile(runtime, path))
end

--- Whether nobody but an agent would have it: what may be cut off from the network, and would leave its failures to
--- the person.
local function is_agents(runtime, activation)
    return not runtime.policy.check.agents and runtime.host:describe(runtime.app, activation).agent
end

--- Whether it is, where somebody would want it.
local function is_needed(runtime, state, lockfile, code, now)
    local record = state.record
    local value, _, why = record:recent()
    local time, later
    if value then
        time, later = is_time(record, value, runtime.policy.check.every, code, now)
    end
    if value and not time then
        return false, later
    elseif not value and why ~= "not-found" and not record.SET_ASIDE[why] then
        return false
    elseif not value or not value.last_checked or code == "lockfile-missing" then
        return may_begin(runtime, state.env.path, lockfile)
    end
    return true
end

--- Whether a check is due, be the time a made-up one.
---@param runtime upnudge.Runtime
---@param state upnudge.EnvironmentState
---@param activation upnudge.Activation
---@param code string? of the decision just now
---@param now integer seconds UTC
---@return boolean
---@return number? later seconds UTC: when it may be, though nothing but time passes; nil: never
function M.is_due(runtime, state, activation, code, now)
    if not is_wanted(runtime, activation) then
        return false
    end
    local needed, later = is_needed(runtime, state, activation.lockfile, code, now)
    return needed and not is_agents(runtime, activation) or false, not needed and later or nil
end

--- Notes on the check's lock that one begins. False: one is running, or has left nothing a while ago, or nothing could
--- be kept of it; and whether one is under way.
local function announce(record, now)
    local directory <close> = record:directory(true)
    if not directory then
        return false, false
    end
    local lock <close>, _, code = directory:lock(files.CHECK_LOCK)
    if not lock then
        return false, code == "busy"
    end
    local begun = retry.noted(lock, now)
    if begun then
        return false, now - begun < STARTING
    end
    return retry.note(lock, now) ~= nil, false
end

--- Those whose lockfile is there; the first where none is, for another lockfile may have come. One that has gone for
--- good is no reason to check the others at each prompt.
local function present(states)
    local list = {}
    for _, state in ipairs(states) do
        list[#list + 1] = state.code ~= "lockfile-missing" and state or nil
    end
    return list[1] and list or { states[1] }
end

--- What stands for the command line of `check --detach`; paths are of the same working directory.
local function encode(runtime, state, activation)
    local source = runtime.source
    return require "upnudge.lib.json.write".encode { schema = 1, environment = state.env.path, app = runtime.app,
        places = runtime.places, policy = source.path or source.builtin, lockfile = activation.lockfile,
        name = activation.name, announced = true, dry_upgrade = {} }
end

--- Starts a check in the background of the environment, or of all that the directory has, if one is due after the
--- activation just now. Waits for no other process; says nothing.
---@param runtime upnudge.Runtime
---@param path string
---@param activation upnudge.Activation
---@return boolean started
---@return boolean under_way this one or another: its outcome is worth to ask for soon
---@return number? later seconds UTC: when one may be due, though nothing but time passes; nil: never
function M.start(runtime, path, activation)
    -- What would only be tried out starts nothing.
    if activation.now then
        return false, false
    end
    -- By its canonical path it was just found, so nobody asks the file system again where that leads.
    local state = runtime.recent[path] or runtime:environment(path)
    local now, announced, under_way, soonest = runtime.host.now(), false, false, nil
    for _, one in ipairs(state and present(state.states or { state }) or {}) do
        local due, later = M.is_due(runtime, one, activation, one.code, now)
        soonest = later and (not soonest or later < soonest) and later or soonest
        if due then
            -- All are noted: one check is of all.
            local noted, running = announce(one.record, now)
            announced, under_way = announced or noted, under_way or running
        end
    end
    if not announced then
        return false, under_way, soonest
    end
    local started = core.start("check-due", encode(runtime, state, activation), runtime.host.variable "UPNUDGE_CLI")
    return started or false, started or false
end

return M
