--- What upnudge-cli does that the strategy `database` asks: it runs the SQL. A question and its answer are JSON;
--- upnudge.strategy.database asks, from whatever process it is in, and says what a question has.
---
--- So a host loads no driver. Everything here may block, and is given up in time by who asks.

local clock = require "upnudge.lib.clock"
local core = require "upnudge.core"
local raised = require "upnudge.lib.raised"
local rules_of = require "upnudge.record.rules"
local sql = require "upnudge.strategy.database_sql"

local M = {}

--- Of the question and of the answer, which are of the same version unless somebody has mixed two.
local SCHEMA <const> = 3
-- Bytes of a reason that is told.
local REASON_LIMIT <const> = 300
-- Seconds in which a database that is new in the place of another is not believed.
local SETTLE <const> = 86400
-- Seconds that two clocks may be apart before the server's is the one to decide by.
local SKEW <const> = 60
local ATTEMPTS <const> = 3

--- The newer of what the server and this machine know, in the server's time, at which nothing is known that has not
--- come yet.
local function newer(row, here, ahead, now)
    local last = here.last_notified and clock.past(here.last_notified + ahead, now)
    local rules = rules_of.newer(row.rules, rules_of.shifted(here.rules, ahead), now)
    if row.last_notified and (clock.past(row.last_notified, now) or 0) >= (last or 0) then
        return { last_notified = row.last_notified, shown = row.shown, times = row.times, rules = rules }
    end
    return { last_notified = last, shown = here.shown, times = here.times, rules = rules }
end

--- The same in this machine's time, which is what its quiet activations compare with.
local function localised(history, ahead)
    return { last_notified = history.last_notified and math.max(0, history.last_notified - ahead),
        shown = history.shown, times = history.times, rules = rules_of.shifted(history.rules, -ahead) }
end

--- Whether this machine's file knows of every rule's last notice that the server knows.
local function knows_rules(row, here, ahead, now)
    local known = rules_of.shifted(here.rules, ahead)
    for name, entry in pairs(row.rules) do
        local here_at = known[name] and clock.past(known[name].last_notified, now)
        if clock.past(entry.last_notified, now) and (here_at or -1) < entry.last_notified then
            return false
        end
    end
    return true
end

--- Whether the decision was made from what the server knows: from this very version of its row or, where only
--- this machine's file had been seen, from nothing older than the row, by a clock that is right.
local function is_up_to_date(row, seen, here, ahead, now)
    if seen then
        return seen == (row.version or 0)
    end
    local known = here.last_notified and clock.past(here.last_notified + ahead, now) or ahead
    return (row.last_notified or 0) <= known and math.abs(ahead) <= SKEW and knows_rules(row, here, ahead, now)
end

local ANSWERS <const> = {}

--- Compares, and sets. {answer=, id=}, with what is known afterwards in this machine's time (`history`) and, for
--- whoever has to decide again, in the server's (`newer`).
---@param database upnudge.Database
---@param question upnudge.DatabaseQuestion
function ANSWERS.claim(database, question)
    local scope, name, format = question.scope, question.environment, question.format
    local here, known = question.here, question.known
    here.rules = rules_of.sound(here.rules)
    local row, ahead, now
    for _ = 1, ATTEMPTS do
        row = database:notice(scope, name, format, question.now)
        if known and known ~= database.id and row.now - database.created < SETTLE then
            return { answer = "another", id = database.id }
        end
        now = question.now or row.now
        -- Where the time is made up, clocks do not matter.
        ahead = question.now and 0 or row.now - core.now()
        if not is_up_to_date(row, question.seen, here, ahead, now) then
            break
        elseif core.clock() > question.latest then
            return { answer = "late" }
        end
        local rules = rules_of.newer(row.rules, rules_of.shifted(here.rules, ahead), now)
        rules = rules_of.tell(rules, question.rule, question.fingerprint, now)
        local times = database:claim(scope, name, format, row, now, question.fingerprint, rules)
        if times then
            return { answer = "won", id = database.id, history = localised({ last_notified = now,
                shown = question.fingerprint, times = times, rules = rules }, ahead) }
        end
    end
    local history = newer(row, here, ahead, now)
    return { answer = "told", id = database.id, history = localised(history, ahead),
        newer = { history = history, now = now, version = row.version or 0 } }
end

--- Somebody's fresh outcome of a check of that lockfile, or a lease to make one, or `busy`.
function ANSWERS.borrow(database, question)
    local digest, holder = question.digest, question.holder
    local found = database:prepare():result(digest, question.max_age, question.now)
    if not found and database:lease(digest, holder, question.seconds, question.now) then
        found = { digest = digest, holder = holder }
    end
    found = found or { busy = true }
    found.id = database.id
    return found
end

function ANSWERS.give_back(database, question)
    database:prepare():release(question.digest, question.holder, question.lockfile, question.security, question.now)
    return {}
end

--- What is only rehearsed is always taken back.
local function reply(question)
    -- A number is whole again, in whatever way JSON was read.
    for name, value in pairs(question) do
        question[name] = math.type(value) and math.tointeger(value) or value
    end
    if question.rehearsed then
        local url = question.earlier and "sqlite:" .. question.earlier or question.url
        return sql.rehearse(url, question.patience, function(database)
            return ANSWERS[question.what](database, question)
        end, question.unmade)
    end
    if question.earlier then
        sql.take_over(question.earlier, question.url:match "^sqlite:(.*)$", question.patience)
    end
    -- The connection ends with the process; parting with words would take time.
    return ANSWERS[question.what](sql.open(question.url, question.patience), question)
end

--- Answers one question.
---@param text string
---@return string
function M.answer(text)
    local question, answer = require "upnudge.lib.json.read"(text), { fault = "the question was not understood" }
    if type(question) == "table" and question.schema == SCHEMA and ANSWERS[question.what] then
        local ok, replied = pcall(reply, question)
        answer = ok and replied or { fault = raised.text(replied):sub(1, REASON_LIMIT) }
    end
    answer.schema = SCHEMA
    return require "upnudge.lib.json.write".encode(answer)
end

return M
