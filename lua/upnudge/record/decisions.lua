--- The decision log: what happened at past activations of an environment, for `upnudge explain --log`.
---
--- One line each, "time TAB notified|quiet TAB rule TAB reason TAB code", in decisions.log in its home;
--- with decisions.log.old it stays within 64 KiB, some 500 activations. An environment without a record
--- has no log, and one that cannot be written is not missed.

local M = {}

local core = require "upnudge.core"
local files = require "upnudge.record.files"

-- Bytes of a rule's name and of a reason that are kept.
local SHOWN <const> = 300

local function field(text)
    if text:find "[%c\128-\255]" then
        text = require "upnudge.lib.terminal".line(text)
    end
    text = core.mask(text)
    return #text > SHOWN and text:sub(1, SHOWN) or text
end

--- The home; made where only the record is there.
local function home_of(record)
    local home, _, code = record:home()
    if home or code == "foreign" or record:is_one() then
        return home
    end
    local directory <close> = record:directory()
    return directory and record:home(true) or nil
end

--- Appends decisions to the log of one record.
local function append(record, decisions)
    local directory <close> = home_of(record)
    if not directory then
        return
    end
    local lines = {}
    for i, entry in ipairs(decisions) do
        local decision, repeated = entry.decision, ""
        if entry.times > 1 then
            repeated = (" (%d times since %s)"):format(entry.times, require "upnudge.lib.time".format(entry.since))
        end
        lines[i] = entry.at .. (decision.notify and "\tnotified\t" or "\tquiet\t") .. field(decision.rule or "") .. "\t"
            .. field(decision.reason or "") .. repeated .. "\t" .. decision.code .. "\n"
    end
    directory:append(files.DECISIONS, table.concat(lines), files.DECISIONS_LIMIT)
end

--- Writes what was decided about each of some environments since the last time.
---@param states {record: upnudge.Record, decisions: table[]}[]
function M.flush(states)
    for _, state in ipairs(states) do
        local decisions = state.decisions
        state.decisions = {}
        if decisions[1] then
            append(state.record, decisions)
        end
    end
end

---@class upnudge.LogEntry
---@field at integer seconds UTC
---@field notified boolean
---@field code? string
---@field rule? string
---@field reason? string

--- What a line says; nil: nothing.
local function entry_of(line)
    local at, what, rule, reason, code = line:match "^(%d+)\t(%l+)\t([^\t]*)\t([^\t]*)\t?([%l-]*)$"
    return at and { at = math.tointeger(at) or 0, notified = what == "notified", code = code ~= "" and code or nil,
        rule = rule ~= "" and rule or nil, reason = reason } or nil
end

--- The entries, oldest first; lines that say nothing are left out.
---@param record upnudge.Record
---@return upnudge.LogEntry[]
function M.read(record)
    local entries = {}
    for _, name in ipairs { files.OLD_DECISIONS, files.DECISIONS } do
        local bytes = record:recall(name, 2 * files.DECISIONS_LIMIT) or ""
        -- Up to the last line that ends. A pattern that asks each line for its end would go over one without an end
        -- again from each of its bytes.
        local whole = bytes:match "^(.*)\n" or ""
        for line in whole:gmatch "[^\n]+" do
            entries[#entries + 1] = entry_of(line)
        end
    end
    return entries
end

return M
