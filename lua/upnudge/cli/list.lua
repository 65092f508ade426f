--- upnudge list: every environment with a record.

local cli = require "upnudge.cli"
local io = require "io"
local json = require "upnudge.json.write"
local lfs = require "lfs"
local record = require "upnudge.record"
local terminal = require "upnudge.terminal"
local time = require "upnudge.time"

local M = {}

local ORDER <const> = { "path", "name", "lockfile", "format", "last_checked", "changes" }

---@param top table
function M.describe(top)
    local command = top:command("list", "List the environments with a record.")
    command:flag("--json", "Print JSON.")
    cli.shared(command)
end

--- A record tells its own path; reading it as that of another one fails, so it is asked twice.
local function read(state_dir, key)
    local bytes = require "upnudge.core".read(("%s/%s/record.json"):format(state_dir, key), 1 << 20, true)
    local claimed = bytes and require "upnudge.json.read"(bytes)
    local path = type(claimed) == "table" and type(claimed.path) == "string" and claimed.path
    if not path then
        return nil
    end
    return record.open(state_dir, { path = path, key = key }):read()
end

local function gather(state_dir)
    local found = {}
    if not lfs.attributes(state_dir, "mode") then
        return found
    end
    for key in lfs.dir(state_dir) do
        local value = #key == 32 and read(state_dir, key)
        if value then
            found[#found + 1] = { path = value.path, name = value.name, lockfile = value.lockfile,
                format = value.format, last_checked = value.last_checked, changes = value.changes }
        end
    end
    table.sort(found, function(a, b)
        return a.path < b.path
    end)
    return found
end

---@param args table
---@return integer code
function M.run(args)
    local runtime <close>, message = cli.open(args)
    if not runtime then
        return cli.fail(message)
    end
    local found = gather(runtime.state_dir)
    if args.json then
        io.write(('{"schema":1,"environments":%s}\n'):format(json.list(ORDER, found)))
        return 0
    end
    for _, entry in ipairs(found) do
        local checked = entry.last_checked and time.format(entry.last_checked) or "never checked"
        io.write(terminal.line(("%s  %s  %d changes"):format(entry.path, checked, (entry.changes or 0) // 1)), "\n")
    end
    return 0
end

return M
