--- The overview: what is known of one environment, and every change that its last check found.

local blobs = require "upnudge.record.blobs"

local M = {}

--- The record and its changes, of one and the same check.
---@param state upnudge.EnvironmentState
---@return table? value what the record says; shared: do not change it
---@return upnudge.Change[]|string|nil changes nil where the list is not there; or why there is no record
---@return string|upnudge.Exposure[]|nil code or, where the list is there, what is installed and stays as it is
local function read(state)
    local value, exposures
    local changes, why, code = blobs.whole(state.record, function(found)
        local listed
        value = found
        listed, exposures = require "upnudge.record.changes".listed(state.record, found)
        return listed
    end)
    if not value then
        return nil, why, require "upnudge.runtime.cause".of_record(code)
    end
    return value, changes, changes and exposures or nil
end

local function copied(value)
    local copy = {}
    for name, member in pairs(value) do
        copy[name] = member
    end
    return copy
end

--- The counts of each system, each change with its time, which a record leaves out where it is that of the result.
local function dated(systems)
    local all = {}
    for system, entry in pairs(systems) do
        all[system] = copied(entry)
        local top = {}
        for i, change in ipairs(type(entry.top) == "table" and entry.top or {}) do
            top[i] = type(change) == "table" and copied(change) or change
            if top[i] ~= change then
                top[i].first_seen = change.first_seen or entry.since
            end
        end
        all[system].top = entry.top and top
    end
    return all
end

--- The record with what the strategy knows about notices, and every change, where the list is there.
---@param runtime upnudge.Runtime
---@param state upnudge.EnvironmentState
---@return table? overview beside the fields of the record `exposures`, where the list is there and has any
---@return upnudge.Change[]|string|nil changes or why there is no record
---@return string? code
function M.of(runtime, state)
    local value, changes, more = read(state)
    if not value then
        return nil, changes, more --[[@as string]]
    end
    local shown = copied(value)
    shown.systems = value.systems and dated(value.systems)
    shown.exposures = more and more[1] and more or nil
    shown.environment, shown.strategy = state.env.path, runtime.policy and runtime.policy.strategy
    if runtime.policy then
        local seen = runtime:strategy().read(state.record)
        shown.last_notified = seen and seen.history.last_notified or value.last_notified
    end
    return shown, changes
end

---@class upnudge.Changes what the last check of an environment found
---@field environment string
---@field format? string of its lockfile
---@field last_checked? integer seconds UTC
---@field total integer how many there are; of very many those that matter most are listed
---@field changes upnudge.Change[] on every system
---@field exposures upnudge.Exposure[] what is installed, has a problem and gets no fix

--- Every change that the last check found.
---@param state upnudge.EnvironmentState
---@return upnudge.Changes?
---@return string? message
---@return string? code
function M.changes(state)
    local value, changes, more = read(state)
    if not value then
        return nil, changes, more --[[@as string]]
    elseif not value.systems and value.reason then
        return nil, "the last check failed: " .. value.reason, "check-failed"
    elseif not value.systems then
        return nil, "no check has finished yet", "not-checked"
    elseif not changes then
        return nil, "the list of changes is not there until the next check", "details-missing"
    end
    return { environment = state.env.path, format = value.format, last_checked = value.last_checked,
        total = (value.changes or #changes) // 1 | 0, changes = changes,
        exposures = more --[[@as upnudge.Exposure[] ]] }
end

return M
