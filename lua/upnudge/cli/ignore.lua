--- upnudge ignore: packages of one environment that are of no interest.

local cli = require "upnudge.cli.command"
local io = require "io"
local json = require "upnudge.lib.json.write"
local limits = require "upnudge.lib.limits"
local terminal = require "upnudge.lib.terminal"

local M = {}

---@param top table
function M.describe(top)
    local command = top:command("ignore", "Hear nothing of some packages of an environment; without names, list them.")
    command:argument("environment", "Its directory."):argname("ENV")
    command:argument("packages", "Names; * stands for anything, and name@version for one version alone."):args("*")
        :argname("PACKAGE")
    command:flag("--off", "Hear of these again; without names, of all.")
    command:flag("--json", "Print the list as JSON.")
    cli.shared(command)
end

local function set_of(list)
    local set = {}
    for _, name in ipairs(list or {}) do
        set[name] = true
    end
    return set
end

local function changed(present, names, off)
    local set = off and #names == 0 and {} or set_of(present)
    for _, name in ipairs(names) do
        set[name] = not off or nil
    end
    local list = {}
    for name in pairs(set) do
        list[#list + 1] = name
    end
    table.sort(list, require "upnudge.core".before)
    return list[1] and list or nil
end

--- Writes what is ignored from now on, unless that is more than is looked at.
local function change(record, args)
    local fault
    local ok, message = require "upnudge.record.choices".change(record, function(choices)
        local list = changed(choices.ignore, args.packages, args.off)
        fault = require "upnudge.record.selector".fault(list or {}, limits.IGNORED)
        choices.ignore = fault and choices.ignore or list
    end)
    return ok and not fault, message or fault
end

local function print_list(list, as_json)
    if as_json then
        cli.print_json('{"schema":1,"ignore":' .. json.strings(list) .. "}")
        return
    end
    for _, name in ipairs(list) do
        io.write(terminal.line(name), "\n")
    end
end

---@param args table
---@return integer code
function M.run(args)
    local runtime <close>, message = cli.open(args)
    local state, ok
    if runtime then
        state, message = runtime:environment(args.environment)
    end
    ok = state ~= nil
    if ok and (#args.packages > 0 or args.off) then
        ok, message = change(state.record, args)
        -- For the activations, which would have to find it out.
        pcall(require "upnudge.record.ignored".prepare, state.record, runtime.policy)
    end
    if not ok then
        return cli.fail(message)
    end
    print_list(state.record:choices().ignore or {}, args.json)
    return 0
end

return M
