--- The logs of some environments as one course of events: activations, and between them what checks found and what the
--- person chose, in the order of time.

local past = require "upnudge.record.past"

local M = {}

---@class upnudge.LoggedPlace an environment that has a log
---@field path string
---@field key string
---@field beside? string the format, where another environment of the directory was checked first
---@field entries (upnudge.LogEntry|upnudge.Evidence)[]

---@class upnudge.LoggedEvent
---@field at integer seconds UTC
---@field place integer
---@field order integer
---@field entry upnudge.LogEntry|upnudge.Evidence

---@class upnudge.Log
---@field places upnudge.LoggedPlace[]
---@field events upnudge.LoggedEvent[]
---@field activations integer
---@field start? integer seconds UTC, of the first activation
---@field stop? integer of the last

--- What a process writes late was earlier, so the time of a line counts and not its place, unless that is before what
--- stands above it: a clock was wrong, or made up. `told` is about whatever follows it.
local function time_of(entry, last)
    return math.max(entry.kind == "told" and last or entry.at, last or entry.at)
end

local function add(events, place, at, entry)
    events[#events + 1] = { at = at, place = place, order = #events, entry = entry }
end

local function add_all(log, place)
    local entries, last = log.places[place].entries, nil
    for _, entry in ipairs(entries) do
        if entry.kind == "decision" then
            -- The same again and again is asked at its first and at its last time.
            if entry.since and entry.since < entry.at then
                add(log.events, place, entry.since, entry)
            end
            add(log.events, place, entry.at, entry)
            last = math.max(entry.at, last or 0)
            log.activations = log.activations + (entry.times or 1)
            log.start = math.min(entry.since or entry.at, log.start or math.maxinteger)
            log.stop = math.max(entry.at, log.stop or 0)
        else
            add(log.events, place, time_of(entry, last), entry)
        end
    end
end

--- The logs of these records. Those that have none are left out.
---@param records upnudge.Record[]
---@return upnudge.Log
function M.read(records)
    local log = { places = {}, events = {}, activations = 0 }
    for _, record in ipairs(records) do
        local entries = past.all(record)
        if entries[1] then
            table.insert(log.places, { path = record.path, key = record.key, beside = record.beside,
                entries = entries })
            add_all(log, #log.places)
        end
    end
    table.sort(log.events, function(a, b)
        if a.at ~= b.at then
            return a.at < b.at
        end
        return a.order < b.order
    end)
    return log
end

local function records_of(runtime, directories)
    if not directories[1] then
        return require "upnudge.record.list".all(runtime.places)
    end
    local records = {}
    for _, directory in ipairs(directories) do
        local states, message = runtime:environments(directory)
        if not states then
            return nil, message
        end
        for _, state in ipairs(states) do
            records[#records + 1] = state.record
        end
    end
    return records
end

--- The logs of the environments of some directories, or of all that there are; nil where nothing is logged.
---@param runtime upnudge.Runtime
---@param directories string[]
---@return upnudge.Log?
---@return string? message
---@return string? code of upnudge.lib.reasons
function M.of(runtime, directories)
    local records, message = records_of(runtime, directories)
    local log = records and M.read(records)
    if not log then
        return nil, message, "environment-missing"
    elseif not log.start then
        return nil, "no past activation is logged here; --scenario makes some up", "not-checked"
    end
    return log
end

return M
