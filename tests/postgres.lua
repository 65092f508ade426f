--- For specs: a real PostgreSQL of our own on 127.0.0.1, in a temporary directory, that ends by itself; and in it a
--- database for each test, so that what one leaves behind, also when it fails, meets no other.

local command = require "command"
local stage = require "stage"

local M = {}

---@class Postgres
---@field port integer
---@field directory string
---@field data string
---@field database string
---@field url string of the database of this test
local Postgres = {}
Postgres.__index = Postgres

-- Seconds after which the server ends even when nobody stops it.
local LIFE <const> = 1800

local shell = command.shell

--- Where Debian keeps the server's programs, else where the path leads.
local function programs()
    return shell("ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1").out:match "[^\n]+"
        or shell("dirname \"$(command -v initdb)\"").out:match "/[^\n]+"
end

local is_root = shell("id -u").out:match "%d+" == "0"

--- A server refuses to run as root.
local function as_owner(script, ...)
    return command.script(is_root and "runuser -u postgres -- sh -c %s" or "sh -c %s", command.script(script, ...))
end

local CONFIGURATION <const> = [[
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
log_connections = on
log_min_messages = log
max_connections = 200
]]

-- Databases first, for roles have rights in them.
local TIDY <const> = [[
ALTER ROLE upnudge RESET ALL;
SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database
WHERE NOT datistemplate AND datname <> 'postgres' \gexec
SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname !~ '^(pg_|upnudge$)' \gexec
]]

--- Makes a server and starts it.
---@return Postgres
function M.start()
    local directory = command.directory()
    local self = setmetatable({ directory = directory, data = directory .. "/data", bin = programs(), number = 0,
        database = "postgres" }, Postgres)
    local ok, message = pcall(self.found, self)
    if not ok then
        self:stop()
        error(message, 0)
    end
    return self
end

---@private
function Postgres:found()
    assert(self.bin, "no PostgreSQL here")
    command.must(is_root and "chmod 755 %s && chown postgres %s" or "chmod 755 %s", self.directory, self.directory)
    command.must(as_owner("%s/initdb -D %s -A trust -U upnudge --no-sync -E UTF8 --locale=C", self.bin, self.data))
    local file = assert(io.open(self.data .. "/postgresql.conf", "a"))
    file:write(CONFIGURATION)
    file:close()
    self.trusted = command.read(self.data .. "/pg_hba.conf")
    for _ = 1, 20 do
        -- Below the ports that the system gives to clients.
        self.port = 20000 + math.random(12000)
        if pcall(self.run, self) then
            self:use "postgres"
            return
        end
    end
    error("PostgreSQL does not start: " .. (command.read(self.data .. "/log") or ""):sub(-2000), 0)
end

--- Starts it, be it after a kill, whose memory the system may still be clearing away.
function Postgres:run()
    for _ = 1, 10 do
        local before = #self:log()
        shell(as_owner("cd / && timeout -s INT -k 5 %d %s/postgres -D %s -p %d >>%s/log 2>&1 </dev/null & "
            .. "echo $! >%s/starter", LIFE, self.bin, self.data, self.port, self.data, self.data))
        local starter = command.read(self.data .. "/starter"):match "%d+"
        local answers = stage.await("PostgreSQL", function()
            -- One that found its port or its directory taken has ended and said so.
            return not stage.alive(starter) and "ended"
                or self:log():find("ready to accept connections", before + 1, true) and self:answers() and "answers"
        end)
        if answers == "answers" then
            return
        end
        os.execute "sleep 0.2"
    end
    error "PostgreSQL does not start"
end

---@private
function Postgres:log()
    return command.read(self.data .. "/log") or ""
end

function Postgres:answers()
    return shell("%s/pg_isready -q -t 60 -h 127.0.0.1 -p %d", self.bin, self.port).code == 0
end

--- The server's process, while there is one.
function Postgres:pid()
    local text = self.data and command.read(self.data .. "/postmaster.pid")
    local pid = text and text:match "^%d+"
    return pid and stage.alive(pid) and pid or nil
end

--- Words of the shell that run psql on a database.
---@param database string?
---@return string
function Postgres:psql(database)
    return command.script("PGOPTIONS='-c default_transaction_read_only=off' %s/psql -X -q -v ON_ERROR_STOP=1 "
        .. "-h 127.0.0.1 -p %d -U upnudge -d %s", self.bin, self.port, database or self.database)
end

--- Runs SQL; its output, a row a line, columns parted by "|".
---@param text string
---@param database string? not the one of this test
---@return string
function Postgres:sql(text, database)
    return (command.must(self:psql(database) .. " -Atc " .. command.quote(text)):gsub("\n$", ""))
end

--- Before a test: a database of its own, on a server that runs.
function Postgres:begin()
    if not self:pid() then
        self:run()
    end
    self.number = self.number + 1
    local database = ("test%d"):format(self.number)
    self:sql("CREATE DATABASE " .. database, "postgres")
    self:use(database)
end

---@private
function Postgres:use(database)
    self.database = database
    self.url = ("postgresql://upnudge@127.0.0.1:%d/%s"):format(self.port, database)
end

--- After a test: the server goes on, answers whom it answered, and has no databases and no roles but its own.
function Postgres:finish()
    self:go_on()
    if not self:pid() then
        self:run()
    end
    if command.read(self.data .. "/pg_hba.conf") ~= self.trusted then
        self:admit(self.trusted)
    end
    command.must("printf '%%s' %s | " .. self:psql "postgres", TIDY)
    self:use "postgres"
end

--- Takes the place of pg_hba.conf, and holds for whoever connects after this.
function Postgres:admit(text)
    command.write(self.data .. "/pg_hba.conf", text)
    local function loaded()
        return self:sql("SELECT pg_conf_load_time()", "postgres")
    end
    local before = loaded()
    self:sql("SELECT pg_reload_conf()", "postgres")
    stage.await("the server to load its rules", function()
        return loaded() ~= before
    end)
end

--- Connections that were made so far.
function Postgres:connections()
    return select(2, self:log():gsub("connection received", ""))
end

--- Stops it in the middle of whatever it does, so that it takes connections and says nothing.
function Postgres:freeze()
    self.frozen = self:pid()
    command.must("kill -STOP %s", self.frozen)
end

function Postgres:go_on()
    if self.frozen then
        shell("kill -CONT %s", self.frozen)
        self.frozen = nil
    end
end

--- Ends it as a power cut would.
function Postgres:kill()
    local pid = self:pid()
    if not pid then
        return
    end
    -- Its own processes notice and end by themselves; one that is stopped has to be let go on.
    local children = shell("cat /proc/%s/task/*/children", pid).out
    shell("kill -9 %s; kill -CONT %s", pid, pid)
    for child in children:gmatch "%d+" do
        stage.await("the end of a process of PostgreSQL", function()
            return not stage.alive(child)
        end)
    end
end

function Postgres:stop()
    self:kill()
    command.remove(self.directory)
end

return M
