--- upnudge parse: the packages of a lockfile.

local cli = require "upnudge.cli.command"
local io = require "io"
local json = require "upnudge.lib.json.write"
local terminal = require "upnudge.lib.terminal"

local M = {}

local ORDER <const> = { "name", "version", "system", "group", "source", "revision", "derivation", "location",
    "url", "released", "direct" }

---@param top table
function M.describe(top)
    local command = top:command("parse", "List the packages of a lockfile.")
    command:argument("file", "The lockfile."):argname("FILE")
    command:flag("--json", "Print JSON.")
    M.reading(command)
end

--- Options of the commands that read lockfiles of the command line.
---@param command table
function M.reading(command)
    command:option("--policy", "Policy beside whose file a team's formats are."):argname("FILE")
    command:option("--max-size", "Largest lockfile that is read, in MiB (64)."):argname("MIB"):convert(function(text)
        local size = tonumber(text)
        return size and size > 0 and size <= 2048 and (size * (1 << 20) // 1 | 0) or nil
    end)
end

--- What the options of M.reading say.
---@param args table
---@return upnudge.LockfileReader reader close it
---@return upnudge.ParseOptions options
function M.reader(args)
    local source = require "upnudge.policy".find(args.policy)
    return require "upnudge.lockfile".reader(source), { limit = args.max_size }
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
    local reader <close>, options = M.reader(args)
    local lockfile, message, code = reader:open(args.file, options)
    if not lockfile then
        return cli.fail(message, require "upnudge.runtime.cause".of_lockfile(code, message))
    end
    local packages, skipped = lockfile:packages(), lockfile:skipped()
    if args.json then
        cli.print_json(('{"schema":1,"format":"%s","packages":%s%s}'):format(lockfile:format(),
            json.list(ORDER, packages), skipped > 0 and (',"skipped":%d'):format(skipped) or ""))
    else
        print_table(packages)
        if skipped > 0 then
            io.stderr:write(("upnudge: left out what names no package: %d\n"):format(skipped))
        end
    end
    return 0
end

return M
