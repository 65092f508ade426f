--- For specs: a real PostgreSQL of our own on 127.0.0.1, in a temporary directory, that ends by itself.

local command = require "command"

local M = {}

---@class Postgres
---@field port integer
---@field directory string
---@field url string
local Postgres = {}
Postgres.__index = Postgres

-- Seconds after which the server ends even when nobody stops it.
local LIFE <const> = 900

local function shell(script)
    return command.shell(script)
end

--- Where Debian keeps the server's programs.
local function programs()
    return shell("ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1").out:match "[^\n]+"
end

--- A server refuses to run as root.
local function as_owner(script)
    if shell("id -u").out:match "%d+" == "0" then
        return "runuser -u postgres -- sh -c " .. command.quote(script)
    end
    return "sh -c " .. command.quote(script)
end

local CONFIGURATION <const> = [[
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
log_connections = on
log_min_messages = log
max_connections = 200
]]

--- Makes a server and starts it.
---@return Postgres
function M.start()
    local directory = command.directory()
    shell("chmod 755 " .. directory)
    local self = setmetatable({ directory = directory, data = directory .. "/data", bin = programs() }, Postgres)
    assert(self.bin, "no PostgreSQL here")
    if shell("id -u").out:match "%d+" == "0" then
        shell("chown postgres " .. directory)
    end
    local made = shell(as_owner(("%s/initdb -D %s -A trust -U upnudge --no-sync -E UTF8 --locale=C"):format(self.bin,
        self.data)))
    assert(made.code == 0, made.out .. made.err)
    local file = assert(io.open(self.data .. "/postgresql.conf", "a"))
    file:write(CONFIGURATION)
    file:close()
    for _ = 1, 20 do
        -- Below the ports that the system gives to clients.
        self.port = 20000 + math.random(12000)
        self.url = ("postgresql://upnudge@127.0.0.1:%d/postgres"):format(self.port)
        if pcall(self.run, self) then
            return self
        end
    end
    error("PostgreSQL does not start: " .. (command.read(self.data .. "/log") or ""):sub(-2000))
end

--- Starts it, be it after a kill.
function Postgres:run()
    for _ = 1, 10 do
        shell(as_owner(("cd / && timeout -s INT -k 5 %d %s/postgres -D %s -p %d >>%s/log 2>&1 </dev/null &"):format(
            LIFE, self.bin, self.data, self.port, self.data)))
        os.execute "sleep 0.05"
        for _ = 1, 100 do
            if self:pid() and self:answers() then
                return
            elseif not self:pid() then
                break
            end
            os.execute "sleep 0.05"
        end
        os.execute "sleep 0.1"
    end
    error "PostgreSQL does not start"
end

function Postgres:answers()
    return shell(("%s/pg_isready -q -h 127.0.0.1 -p %d"):format(self.bin, self.port)).code == 0
end

--- The server's process, while there is one.
function Postgres:pid()
    local text = command.read(self.data .. "/postmaster.pid")
    local pid = text and text:match "^%d+"
    return pid and shell("kill -0 " .. pid).code == 0 and pid or nil
end

--- Runs SQL; its output, a row a line, columns parted by "|".
function Postgres:sql(text)
    local result = shell(("PGOPTIONS='-c default_transaction_read_only=off' %s/psql -X -q -v ON_ERROR_STOP=1 "
        .. "-h 127.0.0.1 -p %d -U upnudge -d postgres -Atc %s"):format(self.bin, self.port, command.quote(text)))
    assert(result.code == 0, result.err)
    return (result.out:gsub("\n$", ""))
end

--- Connections that were made so far.
function Postgres:connections()
    return select(2, (command.read(self.data .. "/log") or ""):gsub("connection received", ""))
end

--- Ends it as a power cut would.
function Postgres:kill()
    local pid = self:pid()
    if not pid then
        return
    end
    -- Its own processes notice and end by themselves; one that is stopped has to be let go on.
    local children = shell(("cat /proc/%s/task/*/children"):format(pid)).out
    shell(("kill -9 %s"):format(pid))
    for child in children:gmatch "%d+" do
        for _ = 1, 100 do
            if shell("kill -0 " .. child).code ~= 0 then
                break
            end
            os.execute "sleep 0.05"
        end
    end
end

function Postgres:stop()
    self:kill()
    command.remove(self.directory)
end

return M
