--- Migration: moves what is known about past notices between strategies and databases. The newer time wins
--- everywhere, so running it twice, or while shells are opened, loses nothing.

local core = require "upnudge.core"
local database = require "upnudge.strategy.database_sql"
local files = require "upnudge.record.files"
local notified = require "upnudge.record.notified"
local raised = require "upnudge.lib.raised"
local rules_of = require "upnudge.record.rules"

local M = {}

-- Milliseconds that one statement may take, and a lock may be waited for.
local STATEMENT <const>, PATIENCE <const> = 30000, 10000

--- What is known here of one environment: the newer of the record's time and of notified.json, and what is known of
--- each rule.
local function here(record)
    record:read()
    local seen = notified.read(record)
    local known = seen and seen.history or {}
    return known.last_notified and { last_notified = known.last_notified // 1 | 0, shown = known.shown or "",
        times = (known.times or 1) // 1 | 0, rules = (rules_of.of(known)) } or nil
end

--- Writes into the record, as the strategy `simple` has it.
local function into_record(record, known)
    -- No check has made that of the person.
    local directory <close>, message = record:directory(record.of_person)
    if not directory then
        return nil, message
    end
    local lock <close>, why = directory:lock(files.CHECK_LOCK, PATIENCE)
    if not lock then
        return nil, why
    end
    local value = record:read()
    if value and (value.last_notified or 0) >= known.last_notified then
        return true
    end
    return record:commit(directory, { last_notified = known.last_notified })
end

--- Writes into notified.json.
local function into_notified(record, known)
    local done, message = require "upnudge.record.claim".update(record, nil, function(value)
        value.rules = rules_of.newer(rules_of.of(value), known.rules)
        if (value.last_notified or 0) < known.last_notified then
            value.last_notified, value.shown, value.times = known.last_notified, known.shown, known.times
            value.rule = nil
        end
        return "won"
    end)
    return done and true, message
end

--- Where the records here can go to, and come from.
local LOCAL <const> = { simple = into_record, ["separate-lock"] = into_notified }

--- A place: the name of a local strategy, or a database.
local function place(name)
    if LOCAL[name] then
        return { write = LOCAL[name] }
    end
    local url, fault = require "upnudge.lib.url".parse(name)
    if not url then
        return nil, fault, "argument"
    end
    local ok, opened = pcall(function()
        return database.open(name, STATEMENT):prepare()
    end)
    if not ok then
        return nil, raised.text(opened), "unreachable"
    end
    return { database = opened }
end

--- Moves each of a list, whatever becomes of the others.
---@param list table[]
---@param move_one fun(item: table): boolean?
---@return integer moved
---@return string? message
local function each(list, move_one)
    local moved, failures, first = 0, 0, nil
    for _, item in ipairs(list) do
        local ok, done = pcall(move_one, item)
        moved = moved + (ok and done and 1 or 0)
        failures = failures + (ok and 0 or 1)
        first = first or not ok and raised.text(done) or nil
    end
    return moved, first and ("%d could not be moved; the first: %s"):format(failures, first) or nil
end

--- Copies all rows of one database to another: whoever was told, on whatever machine.
local function between_databases(from, to)
    return each(from:notices(), function(row)
        to:import(row.scope, row.environment, row.format, row)
        return true
    end)
end

--- Moves what one environment's record knows, or what a database knows of it.
local function move(record, from, to, names)
    local known = here(record)
    local environment, format = names.environment(record)
    if from then
        local row = from:notice(names.scope, environment, format)
        local rules = rules_of.newer(known and known.rules or {}, row.rules)
        if row.last_notified and row.last_notified > (known and known.last_notified or 0) then
            known = { last_notified = row.last_notified, shown = row.shown, times = row.times }
        end
        if known then
            known.rules = rules
        end
    end
    if not known then
        return false
    elseif to.database then
        to.database:import(names.scope, environment, format, known)
        return true
    end
    local ok, message = to.write(record, known)
    return ok or error(("%s: %s"):format(record.path, message), 0)
end

local function move_records(runtime, from, to)
    local strategy = require "upnudge.strategy.database"
    local said = runtime.policy and runtime.policy.settings or {}
    local settings = { per = said.per, scope = said.scope, apps = said.apps, app = runtime.app }
    local names = { scope = strategy.scope(settings), environment = function(record)
        return strategy.environment(settings, record)
    end }
    local all, records = settings.apps == "all", require "upnudge.record.list".records(runtime.places)
    records[#records + 1] = require "upnudge.record.person".open(core, runtime.places, all)
    return each(records, function(record)
        return move(record, from, to, names)
    end)
end

--- Moves everything. Blocks as the databases do.
---@param runtime upnudge.Runtime whose records, and whose policy's `per`
---@param from string? a database; nil: what is known here
---@param to string "simple", "separate-lock" or a database
---@return integer? moved
---@return string? message what could not be moved
---@return string? code as strategies have it
function M.run(runtime, from, to)
    local source, target, fault, code
    if from then
        local file = from:match "^sqlite:(.*)$"
        if file and not core.stamp(file) then
            return nil, "--from: " .. file .. " is not there", "argument"
        end
        source, fault, code = place(from)
        if not source or not source.database then
            return nil, "--from: " .. (fault or "it is a database; what is known here is moved without it"),
                code or "argument"
        end
    end
    target, fault, code = place(to)
    if not target then
        return nil, "--to: " .. fault, code
    end
    local ok, moved, message = pcall(function()
        if source and target.database then
            return between_databases(source.database, target.database)
        end
        return move_records(runtime, source and source.database, target)
    end)
    if not ok then
        return nil, raised.text(moved), (source or target.database) and "unreachable" or nil
    end
    return moved, message
end

return M
