--- The decision log: what happened at past activations of an environment, for `upnudge explain --log`.
---
--- One line each, "time TAB notified|quiet TAB rule TAB reason", in decisions.log beside the record;
--- with decisions.log.old it stays within 64 KiB, some 500 activations. An environment without a record
--- has no log, and one that cannot be written is not missed.

local M = {}

local FILE <const>, LIMIT <const> = "decisions.log", 32768
-- Bytes of a rule's name and of a reason that are kept.
local SHOWN <const> = 300

local function field(text)
    if text:find("[%c\128-\255]") then
        text = require "upnudge.terminal".line(text)
    end
    return text:sub(1, SHOWN)
end

local function line(entry)
    return ("%d\t%s\t%s\t%s\n"):format(entry.at, entry.notified and "notified" or "quiet",
        field(entry.rule or ""), field(entry.reason or ""))
end

---@class upnudge.LogEntry
---@field at integer seconds UTC
---@field notified boolean
---@field rule? string
---@field reason? string

--- Appends entries to the log of one record.
---@param record upnudge.Record
---@param entries upnudge.LogEntry[]
function M.append(record, entries)
    local directory <close> = record:directory()
    if not directory then
        return
    end
    local lines = {}
    for i, entry in ipairs(entries) do
        lines[i] = line(entry)
    end
    directory:append(FILE, table.concat(lines), LIMIT)
end

--- The entries, oldest first; lines that say nothing are left out.
---@param record upnudge.Record
---@return upnudge.LogEntry[]
function M.read(record)
    local entries = {}
    for _, name in ipairs { FILE .. ".old", FILE } do
        local bytes = record:read_beside(name, 2 * LIMIT) or ""
        for at, what, rule, reason in bytes:gmatch "(%d+)\t(%l+)\t([^\t\n]*)\t([^\t\n]*)\n" do
            entries[#entries + 1] = { at = math.tointeger(at) or 0, notified = what == "notified",
                rule = rule ~= "" and rule or nil, reason = reason }
        end
    end
    return entries
end

return M
