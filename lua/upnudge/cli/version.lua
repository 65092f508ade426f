--- upnudge version: compare two versions as an ecosystem does; alone, the version of upnudge.

local cli = require "upnudge.cli.command"
local io = require "io"
local terminal = require "upnudge.lib.terminal"
local version = require "upnudge.lockfile.version"

local M = {}

local SIGNS <const> = { [-1] = "<", [0] = "=", [1] = ">" }

---@param top table
function M.describe(top)
    local command = top:command("version", "Compare versions as an ecosystem does; alone, print upnudge's own.")
    command:command_target("version_command")
    command:require_command(false)
    local compare = command:command("compare", "Which of two versions is newer, and by how much.")
    compare:argument("a", "A version."):argname("A")
    compare:argument("b", "Another version."):argname("B")
    compare:option("--scheme", "The order: " .. table.concat(version.schemes(), ", ") .. "."):argname("NAME")
        :default("semver")
    compare:flag("--json", "Print JSON.")
    command:command("schemes", "List the orders."):flag("--json", "Print JSON.")
end

local function print_schemes(args)
    if args.json then
        local schemes = require "upnudge.lib.json.write".strings(version.schemes())
        cli.print_json(('{"schema":1,"schemes":%s}'):format(schemes))
    else
        io.write(table.concat(version.schemes(), "\n"), "\n")
    end
    return 0
end

local function report(args)
    local text, order, level = require "upnudge.runtime.answer".comparison(args.scheme, args.a, args.b)
    if args.json then
        cli.print_json(text)
    elseif order then
        local step = order ~= 0 and " (" .. level .. ")" or ""
        io.write(terminal.line(("%s %s %s%s"):format(args.a, SIGNS[order], args.b, step)), "\n")
    else
        cli.fail(("%s and %s are not comparable as %s versions"):format(args.a, args.b, args.scheme))
    end
    return order and 0 or cli.FAILED
end

---@param args table
---@return integer code
function M.run(args)
    if not args.version_command then
        io.write("upnudge ", require "upnudge.runtime".VERSION, "\n")
        return 0
    elseif args.version_command == "schemes" then
        return print_schemes(args)
    end
    local fault = version.fault(args.scheme)
    if fault then
        return cli.misuse(fault)
    end
    return report(args)
end

return M
