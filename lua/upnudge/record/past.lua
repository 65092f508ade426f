--- The past: the decision log, read (upnudge.record.decisions writes it). Lines of an earlier upnudge say less.

local M = {}

local files = require "upnudge.record.files"

---@class upnudge.LogEntry a past activation
---@field kind "decision"
---@field at integer seconds UTC
---@field since? integer of the first, where it was the same again and again
---@field times? integer how often, then
---@field notified boolean
---@field code? string
---@field rule? string
---@field reason? string
---@field policy? string what the policy calls itself
---@field policy_hash? string 16 digits of the policy's digest
---@field checked_at? integer when the check was that it goes by; nil: there was none
---@field next_at? integer
---@field shown? string a digest of the fingerprint of what was shown
---@field words? string a digest of the text
---@field fault? string what the policy failed at, where another one answered
---@field facts? upnudge.LoggedFacts nil: nobody knows

---@class upnudge.LoggedFacts what the host said, and found out for the policy
---@field tty boolean
---@field ci boolean
---@field active boolean
---@field mode "activate"|"in-place"|"command"
---@field lang? string
---@field agent? string
---@field session? string
---@field command? string
---@field hint? string
---@field name? string what the host calls the environment
---@field options? string
---@field utc_offset? integer
---@field attributes table<string, string>
---@field vars table<string, string>

---@class upnudge.Evidence what later decisions go by
---@field kind "result"|"again"|"chosen"|"told"
---@field at integer seconds UTC
---@field digest? string of a result
---@field value? table

local PLAIN <const> = { l = "lang", g = "agent", s = "session", m = "command", i = "hint", e = "name", o = "options" }

--- The field of a letter, among what is known of an activation.
local function take(entry, facts, letter, text)
    local number = math.tointeger(text)
    if letter == "p" then
        local hash, name = text:match "^(%x*) (.*)$"
        entry.policy_hash, entry.policy = hash ~= "" and hash or nil, name ~= "" and name or nil
    elseif letter == "h" then
        entry.facts = facts
        facts.tty, facts.ci, facts.active = text:find "t" ~= nil, text:find "c" ~= nil, text:find "a" ~= nil
        facts.mode = text:find "o" and "command" or text:find "i" and "in-place" or "activate"
    elseif letter == "c" then
        entry.checked_at = number and entry.at - number
    elseif letter == "n" then
        entry.next_at = number and entry.at + number
    elseif letter == "f" then
        entry.shown = text
    elseif letter == "w" then
        entry.words = text
    elseif letter == "x" then
        entry.fault = text
    elseif letter == "z" then
        facts.utc_offset = number
    elseif letter == "r" then
        local times, seconds = text:match "^(%d+) (%d+)$"
        seconds = math.tointeger(seconds)
        entry.times, entry.since = math.tointeger(times), seconds and entry.at - seconds
    elseif PLAIN[letter] and (text ~= "" or letter == "i") then
        facts[PLAIN[letter]] = text
    end
end

--- What stands behind the code.
local function take_all(entry, tail)
    local facts = { attributes = {}, vars = {} }
    for key, text in tail:gmatch "\t([^\t=]+)=([^\t]*)" do
        local sign = key:sub(1, 1)
        if sign == "@" then
            facts.attributes[key:sub(2)] = text
        elseif sign == "$" then
            facts.vars[key:sub(2)] = text
        elseif #key == 1 then
            take(entry, facts, key, text)
        end
    end
end

local function decision_of(line)
    local at, what, rule, reason, rest = line:match "^(%d+)\t(%l+)\t([^\t]*)\t([^\t]*)(.*)$"
    local code, tail = (rest or ""):match "^\t?([%l-]*)(.*)$"
    if not at or tail ~= "" and tail:sub(1, 1) ~= "\t" then
        return nil
    end
    local entry = { kind = "decision", at = math.tointeger(at) or 0, notified = what == "notified",
        code = code ~= "" and code or nil, rule = rule ~= "" and rule or nil, reason = reason }
    take_all(entry, tail)
    return entry
end

local EVIDENCE <const> = { result = true, again = true, chosen = true, told = true }

local function evidence_of(line)
    local kind, at, text = line:match "^=(%l+)\t(%d+)\t(.*)$"
    if not EVIDENCE[kind] then
        return nil
    end
    local entry, members = { kind = kind, at = math.tointeger(at) or 0 }, text
    if kind == "again" then
        entry.digest = text
        return entry
    elseif kind == "result" then
        entry.digest, members = text:match "^(%x+)\t(.*)$"
    end
    entry.value = members and require "upnudge.lib.json.read"(members)
    return type(entry.value) == "table" and entry or nil
end

--- Reads both files, the older one first.
local function each(record, visit)
    for _, name in ipairs { files.OLD_DECISIONS, files.DECISIONS } do
        local bytes = record:recall(name, 2 * files.DECISIONS_LIMIT) or ""
        -- Up to the last line that ends. A pattern that asks each line for its end would go over one without an end
        -- again from each of its bytes.
        local whole = bytes:match "^(.*)\n" or ""
        for line in whole:gmatch "[^\n]+" do
            visit(line)
        end
    end
end

--- The decisions, oldest first; lines that say nothing are left out.
---@param record upnudge.Record
---@return upnudge.LogEntry[]
function M.decisions(record)
    local entries = {}
    each(record, function(line)
        entries[#entries + 1] = decision_of(line)
    end)
    return entries
end

--- The same, with the evidence between them.
---@param record upnudge.Record
---@return (upnudge.LogEntry|upnudge.Evidence)[]
function M.all(record)
    local entries = {}
    each(record, function(line)
        entries[#entries + 1] = line:sub(1, 1) == "=" and evidence_of(line) or decision_of(line)
    end)
    return entries
end

return M
