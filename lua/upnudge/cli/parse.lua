--- upnudge parse: the packages of a lockfile.

local core = require "upnudge.core"
local io = require "io"
local json = require "upnudge.json.write"
local terminal = require "upnudge.terminal"

local M = {}

local ORDER <const> = { "name", "version", "system", "group", "source", "revision", "derivation", "location" }

---@param top table
function M.describe(top)
    local command = top:command("parse", "List the packages of a lockfile.")
    command:argument("file", "The lockfile."):argname("FILE")
    command:flag("--json", "Print JSON.")
end

--- Reads and parses a lockfile of the command line.
---@param path string
---@return table? lockfile
---@return string? message
function M.open(path)
    local bytes, message = core.read(path, core.lockfile_limit)
    if not bytes then
        return nil, message
    end
    return core.parse(path, bytes)
end

local function print_table(packages)
    for _, package in ipairs(packages) do
        local parts = { package.name, package.version ~= "" and package.version or "-", package.system,
            package.group }
        -- The two that can be absent leave no hole: gather what is there.
        local line = parts[1] .. "  " .. parts[2]
        for i = 3, 4 do
            line = line .. (parts[i] and "  " .. parts[i] or "")
        end
        io.write(terminal.line(line), "\n")
    end
end

---@param args table
---@return integer code
function M.run(args)
    local lockfile, message = M.open(args.file)
    if not lockfile then
        return require "upnudge.cli".fail(message)
    end
    local packages = lockfile:packages()
    if args.json then
        io.write(('{"schema":1,"format":"%s","packages":%s}\n'):format(lockfile:format(),
            json.list(ORDER, packages)))
    else
        print_table(packages)
    end
    return 0
end

return M
