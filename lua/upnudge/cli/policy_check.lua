--- upnudge policy check: every mistake of policy files, with line and caret, before they are shipped.

local cli = require "upnudge.cli.command"
local io = require "io"
local json = require "upnudge.lib.json.write"
local mistake = require "upnudge.policy.mistake"
local terminal = require "upnudge.lib.terminal"

local M = {}

local ORDER <const> = { "file", "line", "column", "width", "message", "source" }

---@param parent table
function M.describe(parent)
    local command = parent:command("check", "Tell every mistake of policy files, and of the formats and checkers "
        .. "beside them; exit code 1 when there is one.")
    command:argument("files", "Policy files, or names of ready-made policies."):argname("FILE"):args "+"
    command:flag("--json", "Print JSON.")
end

local function listed(found)
    return function()
        return json.list(ORDER, found)
    end
end

local function result_of(path)
    local mistakes, notes, warnings = require "upnudge.tools.rehearsal".mistakes(path)
    local beside = require "upnudge.tools.companions".mistakes(require "upnudge.policy".find(path))
    table.move(beside, 1, #beside, #mistakes + 1, mistakes)
    return mistakes, notes, warnings, json.object({ "file", "ok", "mistakes", "warnings", "notes" }, { file = path,
        ok = #mistakes == 0, mistakes = listed(mistakes), warnings = listed(warnings), notes = listed(notes) })
end

local function print_result(path, mistakes, notes, warnings)
    for _, one in ipairs(mistakes) do
        io.write(mistake.show(one), "\n")
    end
    for _, one in ipairs(warnings) do
        one.message = "warning: " .. one.message
        io.write(mistake.show(one), "\n")
    end
    for _, one in ipairs(notes) do
        io.write(terminal.clean(("%s: note: %s"):format(mistake.place(one), one.message)), "\n")
    end
    if #mistakes == 0 then
        io.write(path, ": good\n")
    end
end

---@param args table
---@return integer code
function M.run(args)
    local faulty, results = 0, {}
    for i, path in ipairs(args.files) do
        local mistakes, notes, warnings, result = result_of(path)
        faulty, results[i] = faulty + (#mistakes > 0 and 1 or 0), result
        if not args.json then
            print_result(path, mistakes, notes, warnings)
        end
    end
    if args.json then
        cli.print_json(('{"schema":1,"files":%s}'):format(json.array(results)))
    end
    return faulty > 0 and 1 or 0
end

return M
