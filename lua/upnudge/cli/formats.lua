--- upnudge formats: the lockfile formats that are read, ours and a team's.

local cli = require "upnudge.cli.command"
local io = require "io"
local terminal = require "upnudge.lib.terminal"

local M = {}

---@param top table
function M.describe(top)
    local command = top:command("formats", "List the lockfile formats that are read.")
    command:option("--policy", "Policy beside whose file a team's formats are."):argname("FILE")
    command:flag("--json", "Print JSON.")
end

---@param args table
---@return integer code
function M.run(args)
    local reader <close> = require "upnudge.cli.parse".reader(args)
    local list, faults = reader:all()
    if args.json then
        cli.print_json(require "upnudge.runtime.answer".formats(list, faults))
        return 0
    end
    for _, fault in ipairs(faults) do
        io.stderr:write("upnudge: ", terminal.clean(fault.message), "\n")
    end
    for _, format in ipairs(list) do
        io.write(terminal.line(("%-18s %-44s %-12s %-9s %s"):format(format.name, table.concat(format.files, " "),
            format.syntax, format.versions, format.path or format.title)), "\n")
    end
    return 0
end

return M
