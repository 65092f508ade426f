--- The evidence: the lines of the decision log (upnudge.record.decisions) that are not about one activation, but say
--- what several were decided from: what a check found, what the person chose and had been told. Written by who
--- changes that, and at the beginning of each file, so a quiet activation rarely loads it.
---
--- "=KIND TAB time TAB JSON": `result` with what changes, behind its digest; `again`, a check that found the same as
--- the one of that digest; `chosen`; and `told`, which is about the time before the lines that follow it.

local M = {}

local core = require "upnudge.core"
local files = require "upnudge.record.files"
local json = require "upnudge.lib.json.write"

-- Bytes of changes, of what was told and of what was chosen, so that a file of the log has room for more than that.
local CHANGES <const>, TOLD <const>, CHOSEN <const> = 3072, 6144, 4096

local function line(kind, at, text)
    return ("=%s\t%d\t%s\n"):format(kind, at // 1 | 0, text)
end

-- ---- what was told, and chosen ------------------------------------------------------------------------------

--- What is known of past notices, without what one would rarely miss where there is much of it.
local function known(history)
    local members = { last_notified = history.last_notified, shown = history.shown, times = history.times,
        sessions = history.sessions, rule = history.rule, rules = history.rules }
    if #json.encode(members) > TOLD then
        members.sessions, members.rules = nil, nil
    end
    return members
end

local function told_of(record)
    local seen = require "upnudge.record.notified".read(record)
    return seen and seen.history or {}
end

local function told(record, at, question, person)
    local digest = question and question.digest
    local members = { own = known(not digest and question and question.known or told_of(record)) }
    if digest or person then
        members.person = known(digest and question.known or told_of(person))
    end
    return line("told", at, json.object({ "own", "person" }, members))
end

local function chosen(choices, at)
    local ignore, bytes = {}, 0
    for i, text in ipairs(choices.ignore or {}) do
        bytes = bytes + #text
        ignore[i] = bytes <= CHOSEN and text or nil
    end
    return line("chosen", at, json.object({}, { snoozed_at = choices.snoozed_at, snoozed_until = choices.snoozed_until,
        ignore = ignore[1] and ignore or nil }))
end

-- ---- what was found -------------------------------------------------------------------------------------------

--- A change without what no policy sees.
local function seen(change)
    local copy = {}
    for name, value in pairs(change) do
        copy[name] = value
    end
    copy.from_revision, copy.to_revision = nil, nil
    return copy
end

--- The changes that matter most, as many as there is room for, in their order.
local function most_of(changes)
    local of = require "upnudge.record.changes"
    local kept, bytes, list = {}, 0, {}
    for _, change in ipairs(of.by_rank(changes)) do
        local text = of.json { seen(change) }
        bytes = bytes + #text
        if bytes > CHANGES then
            break
        end
        kept[change] = text:sub(2, -2)
    end
    for _, change in ipairs(changes) do
        list[#list + 1] = kept[change]
    end
    return list
end

--- The counts of one system, as the record has them.
local function counts_of(entry)
    local members = {}
    for name, value in pairs(entry) do
        members[name] = type(value) ~= "table" and value or nil
    end
    return members
end

--- Those that the record has itself: of more the list is not there, or too long for a program that has said its notice.
local function top_of(value, here)
    local list = {}
    for _, name in ipairs { "*", here } do
        local top = value.systems[name] and value.systems[name].top
        for _, change in ipairs(type(top) == "table" and top or {}) do
            list[#list + 1] = type(change) == "table" and change or nil
        end
    end
    return list
end

--- What a record says of this system; nil: no check has found anything yet.
local function found(record)
    local value, here = record:recent(), core.system()
    if not value or not value.systems or not value.last_checked then
        return nil
    end
    local changes, exposures = require "upnudge.record.changes".listed(record, value, here, files.LISTED_LIMIT)
    local of = require "upnudge.record.exposures"
    exposures = changes and exposures or {}
    local systems, others = {}, nil
    for name, entry in pairs(value.systems) do
        local ours = name == "*" or name == here
        systems[name], others = ours and counts_of(entry) or nil, others or not ours or nil
    end
    local text = json.object({ "name", "format", "names", "upgrade", "others" }, { name = value.name,
        format = value.format, names = value.names, upgrade = value.upgrade, others = others,
        systems = next(systems) and systems or nil, changes = function()
            return json.array(most_of(changes or top_of(value, here)))
        end, exposures = exposures[1] and function()
            return json.list(of.ORDER, table.move(exposures, 1, math.min(#exposures, 20), 1, {}))
        end or nil })
    return { at = value.last_checked, digest = core.hash(text):sub(1, 16), text = text }
end

local function result(of)
    return of and line("result", of.at, of.digest .. "\t" .. of.text) or ""
end

-- ---- writing --------------------------------------------------------------------------------------------------

--- What a file of the log begins with: how all was before the lines that follow.
---@param record upnudge.Record
---@param at integer seconds UTC
---@param question upnudge.Question? that the first decision answers
---@param person upnudge.Record? of all environments, where those are one question and `question` is not given
---@return string lines
function M.opening(record, at, question, person)
    local ok, lines = pcall(function()
        local choices = record:choices()
        return told(record, at, question, person) .. (next(choices) and chosen(choices, at) or "")
            .. result(found(record))
    end)
    return ok and lines or ""
end

--- Writes down what a check has just committed, in a log that has begun: one that begins later has it anyway.
---@param record upnudge.Record
---@param at integer seconds UTC
---@param person upnudge.Record? of all environments, where those are one question
function M.check(record, at, person)
    record:read()
    local directory <close> = record:home()
    local bytes = directory and directory:read(files.DECISIONS, files.DECISIONS_LIMIT)
    local of = bytes and found(record)
    if not of then
        return
    end
    local begun = bytes:find("=told\t", 1, true)
    local text = bytes:find("\t" .. of.digest .. "\t", 1, true) and line("again", of.at, of.digest) or result(of)
    if not begun or not directory:continue(files.DECISIONS, text, files.DECISIONS_LIMIT) then
        directory:append(files.DECISIONS, M.opening(record, at, nil, person), files.DECISIONS_LIMIT)
    end
end

--- Writes down what a person has just chosen, in a log that has begun.
---@param directory table of upnudge.core, the environment's home
---@param choices upnudge.Choices
---@param at integer seconds UTC
function M.choice(directory, choices, at)
    directory:continue(files.DECISIONS, chosen(choices, at), files.DECISIONS_LIMIT)
end

return M
