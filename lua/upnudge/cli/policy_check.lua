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
    command:flag("--strict", "Let warnings count as mistakes do.")
    command:flag("--json", "Print JSON.")
end

local function listed(found)
    return function()
        return json.list(ORDER, found)
    end
end

--- Adds what was not told of that line.
local function add(list, found)
    local told = {}
    for _, one in ipairs(list) do
        told[mistake.place(one)] = true
    end
    for _, one in ipairs(found) do
        list[#list + 1] = not told[mistake.place(one)] and one or nil
    end
end

---@return upnudge.Mistake[] mistakes
---@return upnudge.Mistake[] warnings
---@return upnudge.Mistake[] notes
local function mistakes_of(path)
    local mistakes, notes, warnings = require "upnudge.tools.rehearsal".mistakes(path)
    local more, doubts = require "upnudge.tools.verification".glance(path)
    add(mistakes, more)
    table.move(doubts, 1, #doubts, #warnings + 1, warnings)
    local beside = require "upnudge.tools.companions".mistakes(require "upnudge.policy".find(path))
    table.move(beside, 1, #beside, #mistakes + 1, mistakes)
    return mistakes, warnings, notes
end

local function encode(path, ok, mistakes, warnings, notes)
    return json.object({ "file", "ok", "mistakes", "warnings", "notes" }, { file = path, ok = ok,
        mistakes = listed(mistakes), warnings = listed(warnings), notes = listed(notes) })
end

local function print_result(path, mistakes, warnings, notes)
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
        local count = #warnings
        io.write(path, count == 0 and ": good\n" or count == 1 and ": good, with 1 warning\n"
            or (": good, with %d warnings\n"):format(count))
    end
end

---@param args table
---@return integer code
function M.run(args)
    local faulty, results = 0, {}
    for i, path in ipairs(args.files) do
        local mistakes, warnings, notes = mistakes_of(path)
        local ok = #mistakes == 0 and not (args.strict and #warnings > 0)
        faulty, results[i] = faulty + (ok and 0 or 1), args.json and encode(path, ok, mistakes, warnings, notes) or nil
        if not args.json then
            print_result(path, mistakes, warnings, notes)
        end
    end
    if args.json then
        cli.print_json(('{"schema":1,"files":%s}'):format(json.array(results)))
    end
    return faulty > 0 and 1 or 0
end

return M
