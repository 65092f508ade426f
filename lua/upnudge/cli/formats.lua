--- upnudge formats: the lockfile formats that are read, ours and a team's.

local cli = require "upnudge.cli.command"
local core = require "upnudge.core"
local io = require "io"
local terminal = require "upnudge.lib.terminal"

local M = {}

---@param top table
function M.describe(top)
    local command = top:command("formats", "List the lockfile formats that are read.")
    command:option("--policy", "Policy beside whose file a team's formats are."):argname("FILE")
    command:flag("--json", "Print JSON.")
end

local function all(team)
    local list = {}
    for _, format in ipairs(team) do
        list[#list + 1] = { name = format.name, title = format.title, files = format.files,
            syntax = format.syntax, versions = format.versions, path = format.path }
    end
    for _, format in ipairs(core.formats()) do
        list[#list + 1] = { name = format.name, title = format.title, files = format.filenames,
            syntax = format.syntax, versions = format.versions }
    end
    return list
end

---@param args table
---@return integer code
function M.run(args)
    local reader <close> = require "upnudge.cli.parse".reader(args)
    local team, message = reader:formats()
    if not team then
        return require "upnudge.cli.command".fail(message)
    end
    local list = all(team)
    if args.json then
        local json = require "upnudge.lib.json.write"
        cli.print_json(('{"schema":1,"formats":%s}'):format(json.list({ "name", "title", "files", "syntax", "versions",
            "path" }, list)))
        return 0
    end
    for _, format in ipairs(list) do
        io.write(terminal.line(("%-18s %-44s %-12s %-9s %s"):format(format.name, table.concat(format.files, " "),
            format.syntax, format.versions, format.path or format.title)), "\n")
    end
    return 0
end

return M
