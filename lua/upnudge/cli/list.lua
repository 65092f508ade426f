--- upnudge list: every environment with a record.

local cli = require "upnudge.cli.command"
local io = require "io"
local json = require "upnudge.lib.json.write"
local terminal = require "upnudge.lib.terminal"
local time = require "upnudge.lib.time"
local words = require "upnudge.cli.words"

local M = {}

local ORDER <const> = { "path", "name", "lockfile", "format", "last_checked", "changes" }

---@param top table
function M.describe(top)
    local command = top:command("list", "List the environments with a record.")
    command:flag("--json", "Print JSON.")
    cli.shared(command)
end

local function gather(runtime, now)
    local found, statuses = {}, require "upnudge.runtime.status"
    for i, record in ipairs(require "upnudge.record.list".records(runtime.places)) do
        local value = record.value
        found[i] = { path = value.path, name = value.name, lockfile = value.lockfile, format = value.format,
            last_checked = value.last_checked, changes = value.changes,
            told = statuses.told(statuses.of_record(runtime, record, now, false)) }
    end
    return found
end

---@param args table
---@return integer code
function M.run(args)
    local runtime <close>, message, code = cli.open(args)
    if not runtime then
        return cli.fail(message, code)
    end
    local ok, found = pcall(gather, runtime, args.now or runtime.host.now())
    if not ok then
        return cli.fail(require "upnudge.lib.raised".text(found), "state-unusable")
    end
    if args.json then
        cli.print_json(('{"schema":1,"environments":%s}'):format(json.list(ORDER, found)))
        return 0
    end
    if #found == 0 then
        io.stderr:write "nothing was checked here so far; 'upnudge check' begins with the project around\n"
    end
    local last
    for _, entry in ipairs(found) do
        local called = words.listed(entry.path, entry.format, last)
        local checked = entry.last_checked and time.format(entry.last_checked) or "never checked"
        io.write(terminal.line(("%s  %s  %s"):format(called, checked, entry.told)), "\n")
        last = entry.path
    end
    return 0
end

return M
