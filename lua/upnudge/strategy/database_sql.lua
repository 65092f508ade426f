--- The database: SQLite or PostgreSQL through LuaDBI, the same statements with bound parameters on both.
---
--- Everything here may block, as the drivers do, and raises a line of text when something is wrong: it is
--- called in upnudge-cli alone, mostly to answer a question, which is given up in time. Who connects to PostgreSQL as
--- whom is libpq's business (~/.pgpass, PG* variables): a password is never taken from us, nor told by us.

local clock = require "upnudge.lib.clock"
local core = require "upnudge.core"
local files = require "upnudge.record.files"
local rules_of = require "upnudge.record.rules"

local M = {}

--- Schemas: each brings the one before it up to date, in words of both databases or of each. Never change one that was
--- released; add one.
local MIGRATIONS <const> = {
    { [[CREATE TABLE upnudge_notice (scope TEXT NOT NULL, environment TEXT NOT NULL, version BIGINT NOT NULL,
        last_notified BIGINT NOT NULL, shown TEXT NOT NULL, times BIGINT NOT NULL,
        PRIMARY KEY (scope, environment))]] },
    { [[CREATE TABLE upnudge_result (digest TEXT PRIMARY KEY, lockfile TEXT, security TEXT, checked_at BIGINT,
        leased_by TEXT, leased_until BIGINT)]] },
    -- A format of '' is that of all who count on what was told before. A server's table stays the same one, for grants.
    { PostgreSQL = { [[ALTER TABLE upnudge_notice ADD COLUMN format TEXT NOT NULL DEFAULT '',
            DROP CONSTRAINT upnudge_notice_pkey, ADD PRIMARY KEY (scope, environment, format)]] },
        SQLite3 = { [[CREATE TABLE upnudge_notice_3 (scope TEXT NOT NULL, environment TEXT NOT NULL,
            format TEXT NOT NULL DEFAULT '', version BIGINT NOT NULL, last_notified BIGINT NOT NULL,
            shown TEXT NOT NULL, times BIGINT NOT NULL, PRIMARY KEY (scope, environment, format))]],
            [[INSERT INTO upnudge_notice_3 (scope, environment, version, last_notified, shown, times)
                SELECT scope, environment, version, last_notified, shown, times FROM upnudge_notice]],
            "DROP TABLE upnudge_notice", "ALTER TABLE upnudge_notice_3 RENAME TO upnudge_notice" } },
    -- When each rule was told, as JSON, so that one statement compares and sets all of it.
    { "ALTER TABLE upnudge_notice ADD COLUMN rules TEXT NOT NULL DEFAULT ''" },
}
--- The schema that this upnudge knows.
M.SCHEMA = #MIGRATIONS
-- Seconds that a lease lasts at most.
local LEASE_MOST <const> = 86400
-- Bytes of what was shown: the fingerprint of a result, which may be of some hundred environments; and of what is said
-- of rules.
local SHOWN_LIMIT <const>, RULES_LIMIT <const> = 4096, 1 << 16
-- How often a result is counted to have been shown.
local TIMES_MOST <const> = 1000000
-- Days after which a result, and what somebody was told, is of no use to anybody.
local RESULT_DAYS <const>, NOTICE_DAYS <const> = 90, 1100

-- What differs between the two. {patience} is part of a SELECT and says how many milliseconds each statement
-- after it may take: a question of its own would cost a server's answer more. SQLite has it in its pragmas; it
-- syncs at checkpoints, so the end of a process loses nothing, and a power cut at worst repeats one notice.
local DIALECTS <const> = {
    SQLite3 = { now = "CAST(strftime('%%s', 'now') AS BIGINT)", patience = "NULL",
        pragmas = { "busy_timeout = %d", "synchronous = NORMAL" }, file = true },
    PostgreSQL = { now = "CAST(floor(extract(epoch FROM clock_timestamp())) AS BIGINT)",
        patience = "set_config('statement_timeout', '%d', false)", pragmas = {} },
}

---@class upnudge.Database a connection, for one question
---@field private handle table LuaDBI's
---@field private expressions table<string, string> what {now} and {patience} are in a statement
---@field private driver string what LuaDBI calls the database
---@field private file? boolean whether it is a file, not a server
---@field private rehearsed? boolean whether all of it is one transaction, which is taken back
---@field id? string tells this database from another one, or from an empty one in its place; once it was asked
---@field created? integer seconds UTC; once it was asked
local Database = {}
Database.__index = Database

--- A count or a time from a column that was made a text, since LuaDBI gives 32 bits of a number; nil: it is none.
local function whole(text)
    local value = math.tointeger(tonumber(text))
    return value and value >= 0 and value < 1 << 53 and value or nil
end

--- One line of a driver's error, without where we connect to.
local function fail(message, target)
    local line = tostring(message):gsub("^.-:%d+: ", ""):match "[^\r\n]*"
    error((line:gsub(target:gsub("%p", "%%%0"), "the database")), 0)
end

---@private
function Database:run(sql, ...)
    local statement, message = self.handle:prepare((sql:gsub("{(%l+)}", self.expressions)))
    local ok, failure
    if statement then
        ok, failure = statement:execute(...)
    end
    if not ok then
        fail(failure or message, self.target)
    end
    return statement
end

--- Runs a statement that gives no rows.
---@param sql string `?` for each parameter, {now} for the server's time, {patience} once in a SELECT
function Database:execute(sql, ...)
    self:run(sql, ...):close()
end

--- The first row that a statement gives.
---@param sql string
---@return table? row by name
function Database:first(sql, ...)
    local statement = self:run(sql, ...)
    local row = statement:fetch(true)
    -- SQLite reads until a statement is closed; PostgreSQL would be asked to forget it, and asked in vain.
    if self.file then
        statement:close()
    end
    return row
end

--- SQLite trusts locks and shared memory, which file systems of several machines do not keep.
local function refuse_shared(path)
    if core.shared(path:match "^(.*)/" .. "/") then
        error("SQLite does not work on a file system that several machines share; use PostgreSQL", 0)
    end
end

local function connect(driver, target)
    local found, DBI = pcall(require, "DBI")
    if not found then
        error("LuaDBI is not installed (Debian: apt install lua-dbi-sqlite3 lua-dbi-postgresql)", 0)
    end
    local ok, handle, message = pcall(DBI.Connect, driver, target)
    if not ok or not handle then
        -- LuaDBI does not pass on what libpq knows.
        local reached = driver == "PostgreSQL" and not tostring(message or handle):find "Cannot load driver"
        local more = reached and "; psql with the same URL says why" or ""
        fail(tostring(ok and message or handle):match "[^\r\n]*" .. more, target)
    end
    handle:autocommit(true)
    return handle
end

---@private
function Database:meta(name)
    local row = self:first("SELECT value FROM upnudge_meta WHERE name = ?", name)
    return row and row.value
end

--- As pcall of a method. What fails in a transaction ends it.
---@private
function Database:try(method, ...)
    local ok, answer = pcall(method, self, ...)
    if not ok and self.rehearsed then
        self.handle:rollback()
    end
    return ok, answer
end

--- Runs `f` as one transaction: what others do comes before or after it.
---@private
function Database:in_one(f)
    if self.rehearsed then
        return f(self)
    end
    self.handle:autocommit(false)
    f(self)
    if not self.handle:commit() then
        error("the schema could not be committed", 0)
    end
    self.handle:autocommit(true)
end

---@private
function Database:step_up()
    -- Whoever comes second waits here, and finds nothing left to do.
    self:execute "UPDATE upnudge_meta SET value = value WHERE name = 'schema'"
    local known = whole(self:meta "schema") or error("what upnudge_meta says of the schema is no number", 0)
    for version = known + 1, M.SCHEMA do
        local steps = MIGRATIONS[version]
        for _, sql in ipairs(steps[self.driver] or steps) do
            self:execute(sql)
        end
        self:execute("UPDATE upnudge_meta SET value = ? WHERE name = 'schema'", ("%d"):format(version))
    end
end

--- The first table, and what is in it.
---@private
function Database:begin()
    self:execute "CREATE TABLE IF NOT EXISTS upnudge_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)"
    local random = io.open("/dev/urandom", "rb")
    local id = core.hash((random and random:read(16) or "") .. tostring(core.now()) .. tostring(self))
    self:execute([[INSERT INTO upnudge_meta (name, value) VALUES ('schema', '0'), ('id', ?),
        ('created', CAST({now} AS TEXT)) ON CONFLICT DO NOTHING]], id)
end

--- The tables of the database brought up to date, by one of those who find them old at the same time. Who may make no
--- table hears whose these are.
---@private
---@param schema integer as it was found; 0: there is no table yet
function Database:migrate(schema)
    local lasting = self.file and not self.rehearsed
    if lasting then
        -- Machines remember which database they know, and after a power cut it has to be that one.
        self:run("PRAGMA synchronous = FULL"):close()
    end
    if schema == 0 then
        self:begin()
    end
    self:in_one(self.step_up)
    if lasting then
        self:run("PRAGMA synchronous = NORMAL"):close()
    end
end

--- PostgreSQL has those who make the same table at the same time fail, all but one: they try again.
---@private
function Database:migrate_with_others(schema)
    local ok, message
    for _ = 1, 5 do
        ok, message = pcall(self.migrate, self, schema)
        if ok then
            return
        end
        self.handle:rollback()
        self.handle:autocommit(not self.rehearsed)
    end
    error(message, 0)
end

--- Brings the tables up to date; needed before everything but `notice`, which does it where it has to.
---@return upnudge.Database
function Database:prepare()
    self:first "SELECT {patience}"
    if self.file then
        -- Refused at once while others are at it; the file then gets it another time.
        pcall(self.first, self, "PRAGMA journal_mode = WAL")
    end
    local ok, schema = self:try(self.meta, "schema")
    schema = ok and whole(schema) or 0
    if schema > M.SCHEMA then
        error(("the database has schema %d, this upnudge knows %d; upgrade upnudge"):format(schema, M.SCHEMA), 0)
    elseif schema < M.SCHEMA then
        self:migrate_with_others(schema)
    end
    self.id = self:meta "id"
    return self
end

local function place_of(url)
    local place, message = require "upnudge.lib.url".parse(url)
    if not place then
        error(message, 0)
    end
    if place.driver == "SQLite3" then
        refuse_shared(place.target)
    end
    return place
end

local function open(place, milliseconds)
    local dialect = DIALECTS[place.driver]
    local self = setmetatable({ handle = connect(place.driver, place.target), target = place.target,
        driver = place.driver, file = dialect.file,
        expressions = { now = dialect.now:format(), patience = dialect.patience:format(milliseconds) } }, Database)
    for _, pragma in ipairs(dialect.pragmas) do
        self:run("PRAGMA " .. pragma:format(milliseconds)):close()
    end
    return self
end

--- Opens a connection.
---@param url string
---@param milliseconds integer how long a statement may take
---@return upnudge.Database
function M.open(url, milliseconds)
    return open(place_of(url), milliseconds)
end

-- Bytes of the largest file that is copied from one file system to another; the number of the failure to rename it.
local COPIED_LIMIT <const>, EXDEV <const> = 1 << 28, 18

--- Moves a file while nobody else has it open. What stands at its place is a whole one at any time.
local function move_file(old, directory, new)
    local ok, message, number = os.rename(old, new)
    if ok or number ~= EXDEV then
        return ok, message
    end
    local bytes
    bytes, message = core.read(old, COPIED_LIMIT, true)
    if bytes then
        ok, message = directory:replace(files.SQLITE, bytes, true)
    end
    if ok then
        os.remove(old)
    end
    return ok, message
end

--- Takes the file over that stood elsewhere before, unless somebody was faster. Nobody else writes to it meanwhile, and
--- its journal is gone, so that it is one file. Raises where somebody has it open.
---@param old string
---@param new string
---@param milliseconds integer that the others are waited for
function M.take_over(old, new, milliseconds)
    local directory <close> = assert(core.directory((new:match "^(.*)/")))
    local _lock <close> = assert(directory:lock(files.MAKING_LOCK, milliseconds))
    if core.stamp(new) or not core.stamp(old) then
        return
    end
    local self = open(place_of("sqlite:" .. old), milliseconds)
    local mode = self:first "PRAGMA journal_mode = DELETE"
    if mode.journal_mode ~= "delete" then
        error("the database is in use", 0)
    end
    self:run("BEGIN EXCLUSIVE"):close()
    local ok, message = move_file(old, directory, new)
    self:run("ROLLBACK"):close()
    self.handle:close()
    if not ok then
        error(message, 0)
    end
end

--- Whether SQLite would make the file. Where that cannot be tried out, it is taken that it would.
local function would_be_made(path)
    local above, name = path:match "^(.*/)([^/]*)$"
    if core.stamp(path) or not core.realpath(above) then
        return false
    end
    local directory <close> = core.directory(above)
    return not directory or directory:could_replace(name, 0) == true
end

--- Opens a connection for what is only rehearsed, asks, and takes everything back. A file that is not there is not
--- made: it would be empty, as one in memory is. One that cannot be made fails as it would.
---@param url string
---@param milliseconds integer how long a statement may take
---@param ask fun(database: upnudge.Database): any
---@param unmade boolean? whether the directory of the file would be made as well
---@return any answer
function M.rehearse(url, milliseconds, ask, unmade)
    local place = place_of(url)
    if place.driver == "SQLite3" and (unmade or would_be_made(place.target)) then
        place.target = ":memory:"
    end
    local self = open(place, milliseconds)
    self.rehearsed = true
    self.handle:autocommit(false)
    local answer = ask(self)
    self.handle:rollback()
    return answer
end

local function rules_from(text)
    local readable = type(text) == "string" and text ~= "" and #text <= RULES_LIMIT
    return rules_of.sound(readable and require "upnudge.lib.json.read"(text) or nil)
end

local function rules_as_text(rules)
    return next(rules or {}) and require "upnudge.lib.json.write".encode(rules) or ""
end

--- What a row says, as far as it makes sense: others may write to the table as well.
local function sound(row)
    return { version = whole(row.version), last_notified = whole(row.last_notified), times = whole(row.times) or 1,
        shown = type(row.shown) == "string" and #row.shown <= SHOWN_LIMIT and row.shown or "",
        rules = rules_from(row.rules) }
end

--- What is known now: by an environment's own row or, where that is newer, by the one that was everybody's before rows
--- had a format.
local function newest(row, now)
    local own = sound(row)
    local old = sound { last_notified = row.old_last_notified, shown = row.old_shown, times = row.old_times,
        rules = row.old_rules }
    local rules = rules_of.newer(own.rules, old.rules, now)
    if (clock.past(old.last_notified, now) or 0) > (clock.past(own.last_notified, now) or 0) then
        own, old.version = old, own.version
    end
    own.rules = rules
    return own
end

local COLUMNS <const> = [[CAST(n.last_notified AS TEXT) AS last_notified, CAST(n.shown AS TEXT) AS shown,
        CAST(n.times AS TEXT) AS times, CAST(n.rules AS TEXT) AS rules]]

local NOTICE <const> = [[SELECT {patience}, CAST({now} AS TEXT) AS now, CAST(n.version AS TEXT) AS version,
        ]] .. COLUMNS .. [[, CAST(o.last_notified AS TEXT) AS old_last_notified, CAST(o.shown AS TEXT) AS old_shown,
        CAST(o.times AS TEXT) AS old_times, CAST(o.rules AS TEXT) AS old_rules, m.schema, m.id, m.created
    FROM (SELECT MAX(CASE name WHEN 'schema' THEN value END) AS schema, MAX(CASE name WHEN 'id' THEN value END) AS id,
        MAX(CASE name WHEN 'created' THEN value END) AS created FROM upnudge_meta) m
    LEFT JOIN upnudge_notice n ON n.scope = ? AND n.environment = ? AND n.format = ?
    LEFT JOIN upnudge_notice o ON o.scope = ? AND o.environment = ? AND o.format = '']]

---@class upnudge.Row what a database knows of an environment; nothing but `now`: nothing
---@field now integer seconds UTC by the server's clock
---@field version? integer of the environment's own row
---@field last_notified? integer
---@field shown? string
---@field times? integer
---@field rules? upnudge.RuleClocks

--- What a scope was told of an environment, with the server's time. One question, since somebody waits and the server
--- may be far away: which database this is comes with it.
---@param scope string
---@param environment string
---@param format string of its lockfile; "" where nobody knows
---@param now integer? the time, if it is made up
---@return upnudge.Row
function Database:notice(scope, environment, format, now)
    local ok, row = self:try(self.first, NOTICE, scope, environment, format, scope, environment)
    if not ok or whole(row.schema) ~= M.SCHEMA then
        row = self:prepare():first(NOTICE, scope, environment, format, scope, environment)
    end
    local notice = newest(row, now or whole(row.now))
    if row.version and not notice.version then
        error("the row of " .. environment .. " in upnudge_notice is broken; delete it", 0)
    end
    self.id, self.created, notice.now = row.id, whole(row.created) or 0, whole(row.now)
    return notice
end

--- The claim: one statement that compares the version and sets what was told.
---@param scope string
---@param environment string
---@param format string
---@param known upnudge.Row what the decision was made from
---@param at integer seconds UTC
---@param shown string
---@param rules upnudge.RuleClocks what is known of each rule from now on
---@return integer? times that this was shown; nil: somebody else was faster
function Database:claim(scope, environment, format, known, at, shown, rules)
    local times = known.shown == shown and known.times <= TIMES_MOST and known.times + 1 or 1
    return self:set(scope, environment, format, known.version, at, shown, times, rules) and times
end

---@private
---@param version integer? that the row has to have; nil: there is none
---@return table? row nil: it has another
function Database:set(scope, environment, format, version, at, shown, times, rules)
    return self:first([[INSERT INTO upnudge_notice
            (scope, environment, format, version, last_notified, shown, times, rules) VALUES (?, ?, ?, 1, ?, ?, ?, ?)
        ON CONFLICT (scope, environment, format) DO UPDATE SET version = upnudge_notice.version + 1,
            last_notified = excluded.last_notified, shown = excluded.shown, times = excluded.times,
            rules = excluded.rules
        WHERE upnudge_notice.version = CAST(? AS BIGINT)
        RETURNING 1]], scope, environment, format, at, shown, times, rules_as_text(rules), version or 0)
end

-- How often an import is tried while others write the same row.
local ATTEMPTS <const> = 20

--- Puts what is known elsewhere into the database, where it is newer than what is there, each rule's by itself.
---@param scope string
---@param environment string
---@param format string
---@param known upnudge.Row
function Database:import(scope, environment, format, known)
    for _ = 1, ATTEMPTS do
        local row = sound(self:first("SELECT CAST(n.version AS TEXT) AS version, " .. COLUMNS .. [[
            FROM upnudge_notice n WHERE n.scope = ? AND n.environment = ? AND n.format = ?]], scope, environment,
            format) or {})
        local rules = rules_of.newer(row.rules, known.rules or {})
        local last = (row.last_notified or -1) < known.last_notified and known or row
        local is_new = last == known
        for name, entry in pairs(rules) do
            is_new = is_new or entry ~= row.rules[name]
        end
        if not is_new or self:set(scope, environment, format, row.version, last.last_notified, last.shown,
                last.times, rules) then
            return
        end
    end
    error("the row of " .. environment .. " in upnudge_notice changes all the time, or is broken", 0)
end

--- Every row of the notices, for moving them.
---@return table[]
function Database:notices()
    local statement = self:run("SELECT n.scope, n.environment, n.format, " .. COLUMNS .. " FROM upnudge_notice n")
    local rows = {}
    for row in statement:rows(true) do
        local notice = sound(row)
        notice.scope, notice.environment, notice.format = row.scope, row.environment, row.format
        rows[#rows + 1] = notice.last_notified and notice or nil
    end
    statement:close()
    return rows
end

--- The outcome of somebody's check of that lockfile, while it is fresh.
---@param digest string
---@param max_age integer seconds
---@param now integer? nil: the server's time
---@return {lockfile: string, security: string, age: integer}?
function Database:result(digest, max_age, now)
    local row = self:first([[SELECT CAST(lockfile AS TEXT) AS lockfile, CAST(security AS TEXT) AS security,
        CAST(COALESCE(CAST(? AS BIGINT), {now}) - checked_at AS TEXT) AS age
        FROM upnudge_result WHERE digest = ? AND lockfile IS NOT NULL
        AND checked_at > COALESCE(CAST(? AS BIGINT), {now}) - CAST(? AS BIGINT)
        AND checked_at <= COALESCE(CAST(? AS BIGINT), {now})]], now, digest, now, max_age, now)
    return row and { lockfile = row.lockfile, security = row.security or "", age = whole(row.age) or 0 }
end

--- The right to check that lockfile for so long; false: somebody else has it. A holder may take its lease again.
--- A lease that ends further ahead than we ever grant is ignored, for its holder's clock was wrong.
---@param digest string
---@param holder string
---@param seconds integer
---@param now integer?
---@return boolean
function Database:lease(digest, holder, seconds, now)
    return self:first([[INSERT INTO upnudge_result (digest, leased_by, leased_until)
        VALUES (?, ?, COALESCE(CAST(? AS BIGINT), {now}) + CAST(? AS BIGINT))
        ON CONFLICT (digest) DO UPDATE SET leased_by = excluded.leased_by, leased_until = excluded.leased_until
        WHERE upnudge_result.leased_until IS NULL OR upnudge_result.leased_by = excluded.leased_by
            OR upnudge_result.leased_until <= COALESCE(CAST(? AS BIGINT), {now})
            OR upnudge_result.leased_until > COALESCE(CAST(? AS BIGINT), {now}) + CAST(? AS BIGINT)
        RETURNING digest]], digest, holder, now, math.min(seconds, LEASE_MOST), now, now, LEASE_MOST) ~= nil
end

--- Gives the lease back, with the outcome when there is one.
---@param digest string
---@param holder string
---@param lockfile string? nil: the check failed
---@param security string?
---@param now integer?
function Database:release(digest, holder, lockfile, security, now)
    if lockfile then
        self:execute([[UPDATE upnudge_result SET lockfile = ?, security = ?,
            checked_at = COALESCE(CAST(? AS BIGINT), {now}), leased_by = NULL, leased_until = NULL
            WHERE digest = ? AND leased_by = ?]], lockfile, security or "", now, digest, holder)
        self:execute(("DELETE FROM upnudge_result WHERE checked_at < {now} - %d"):format(RESULT_DAYS * 86400))
        self:execute(("DELETE FROM upnudge_notice WHERE last_notified < {now} - %d"):format(NOTICE_DAYS * 86400))
        return
    end
    self:execute("UPDATE upnudge_result SET leased_by = NULL, leased_until = NULL WHERE digest = ? AND leased_by = ?",
        digest, holder)
end

return M
