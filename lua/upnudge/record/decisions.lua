--- The decision log: what happened at past activations of an environment, for `upnudge explain --log`, for reports and
--- for policies that are to be tried on it.
---
--- One line each, "time TAB notified|quiet TAB rule TAB reason TAB code" and behind that, as "letter=value" in fields
--- of their own, what a policy was asked with and no other line says (upnudge.record.past names the letters). What
--- changes rarely has lines that begin with "=" (upnudge.record.evidence): a check that found something, and at the
--- beginning of each file how all was then. So an activation writes one line and looks for none; in front of it stands
--- an empty one, for whoever wrote last may have come no further than the middle of his. It is decisions.log in the
--- environment's home; with decisions.log.old it stays within 64 KiB, some 300 activations. An environment without a
--- record has no log, and one that cannot be written is not missed.

local M = {}

local core = require "upnudge.core"
local files = require "upnudge.record.files"

-- Bytes of a rule's name and of a reason that are kept, and of lines that are written at once.
local SHOWN <const>, AT_ONCE <const> = 300, 8192

local function printable(text)
    return text:find "^[\32-\126]*$" and text or require "upnudge.lib.terminal".line(text)
end

--- A text as a field may have it.
local function field(text)
    text = core.mask(printable(text))
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

-- The facts of who need not be asked about them.
local UNKNOWN <const> = {}

--- Whether a line says more than most do.
local function has_particulars(entry, facts)
    local question = entry.question
    return entry.decision.notify or entry.decision.policy_fault or entry.times > 1 or question and question.found_out
        or entry.name or facts.command or facts.hint or facts.attributes or rawget(facts, "agent")
        or rawget(facts, "session")
end

--- What was decided from, behind the reason: the policy, who watches, the language, seconds since the check and until
--- the next time.
local function circumstances(entry, facts)
    local value, next_at, policy = entry.value, entry.decision.next_at, entry.policy
    local checked = value and value.last_checked
    return "\tp=" .. policy:hash():sub(1, 16) .. " " .. printable(policy.name or "")
        .. (facts ~= UNKNOWN and "\th=" or "") .. (facts.tty and "t" or "") .. (facts.ci and "c" or "")
        .. (facts.active and "a" or "") .. (facts.mode == "command" and "o" or facts.mode == "in-place" and "i" or "")
        .. "\tl=" .. printable(facts.lang or "") .. "\tc=" .. (checked and entry.at - checked // 1 | 0 or "")
        .. "\tn=" .. (next_at and next_at // 1 - entry.at | 0 or "")
        .. (has_particulars(entry, facts) and require "upnudge.record.particulars"(field, entry, facts) or "")
end

local function line_of(entry)
    local decision, repeated = entry.decision, ""
    if entry.times > 1 then
        repeated = (" (%d times since %s)"):format(entry.times, require "upnudge.lib.time".format(entry.since))
    end
    return entry.at .. (decision.notify and "\tnotified\t" or "\tquiet\t") .. field(decision.rule or "") .. "\t"
        .. field(decision.reason or "") .. repeated .. "\t" .. decision.code
        .. (entry.policy and circumstances(entry, entry.facts or UNKNOWN) or "") .. "\n"
end

--- Appends decisions to the log of one record. A log that begins with them says first how all was before the first.
local function write(record, directory, lines, first)
    local text = table.concat(lines)
    local ok, _, code = directory:continue(files.DECISIONS, text, files.DECISIONS_LIMIT)
    if not ok and code == "not-found" then
        text = require "upnudge.record.evidence".opening(record, first.since, first.question) .. text
        directory:append(files.DECISIONS, text, files.DECISIONS_LIMIT)
    end
end

local function append(record, decisions)
    local directory <close> = home_of(record)
    if not directory then
        return
    end
    local lines, bytes, first = {}, 0, decisions[1]
    for i, entry in ipairs(decisions) do
        local line = line_of(entry)
        lines[#lines + 1], bytes = line, bytes + #line
        if bytes > AT_ONCE then
            write(record, directory, lines, first)
            lines, bytes, first = {}, 0, decisions[i + 1]
        end
    end
    if lines[1] then
        write(record, directory, lines, first)
    end
end

---@class upnudge.Decided a decision that no log has yet
---@field since integer seconds UTC, of the first where it is the same again and again
---@field at integer of the last
---@field times integer
---@field decision upnudge.Decision
---@field policy? upnudge.Policy
---@field facts? table of the activation, as upnudge.runtime.host describes it
---@field value? table of the record
---@field question? upnudge.Question that it answers; nil: no policy was asked
---@field name? string what the host calls the environment

--- Writes what was decided about each of some environments since the last time.
---@param states {record: upnudge.Record, decisions: upnudge.Decided[]}[]
function M.flush(states)
    for _, state in ipairs(states) do
        local decisions = state.decisions
        state.decisions = {}
        if decisions[1] then
            append(state.record, decisions)
        end
    end
end

return M
