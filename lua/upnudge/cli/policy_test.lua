--- upnudge policy test: runs a team's busted specs with `require "upnudge.testing"` at hand.

local cli = require "upnudge.cli.command"
local io = require "io"
local json = require "upnudge.lib.json.write"

local M = {}

---@param parent table
function M.describe(parent)
    local command = parent:command("test", "Run the busted specs (*_spec.lua) of a directory or file.")
    command:argument("path", "A directory or one file."):argname("DIR")
    command:flag("--json", "Print what came of them as JSON.")
end

--- Whether there are some; nil and why nobody can know.
local function has_specs(path)
    local lfs = require "lfs"
    if lfs.attributes(path, "mode") ~= "directory" then
        local file, message = io.open(path)
        if file then
            file:close()
        end
        return file ~= nil, message
    elseif not pcall(lfs.dir, path) then
        return nil, path .. ": Permission denied"
    end
    for name in lfs.dir(path) do
        if not name:find "^%." and (name:find "_spec%.lua$"
            or lfs.attributes(path .. "/" .. name, "mode") == "directory" and has_specs(path .. "/" .. name)) then
            return true
        end
    end
    return false
end

local function encode_failures(...)
    local list = {}
    for _, failures in ipairs { ... } do
        for _, failure in ipairs(failures) do
            local message, trace = failure.message, failure.trace or {}
            list[#list + 1] = { name = failure.name, file = trace.short_src, line = trace.currentline,
                message = type(message) == "string" and message or require "pl.pretty".write(message or "") }
        end
    end
    return json.list({ "name", "file", "line", "message" }, list)
end

--- An output handler of busted, which prints one document to that file at the end.
local function handler_to(stdout)
    local outcome = require "busted.outputHandlers.base"()
    require "busted".subscribe({ "exit" }, function()
        io.output(stdout)
        cli.print_json(json.object({ "schema", "passed", "failed", "pending", "failures" }, { schema = 1,
            passed = outcome.successesCount, failed = #outcome.failures + #outcome.errors,
            pending = outcome.pendingsCount, failures = function()
                return encode_failures(outcome.failures, outcome.errors)
            end }))
        return nil, true
    end)
    return outcome
end

-- As busted looks for it.
local HANDLER <const> = "upnudge-json"

--- What specs print themselves stands beside the document, on standard error.
local function print_json_alone()
    local stdout = io.stdout
    require "package".loaded["busted.outputHandlers." .. HANDLER] = function()
        return handler_to(stdout)
    end
    io.stdout = io.stderr
    io.output(io.stderr)
    rawset(_G, "print", function(...)
        for i = 1, select("#", ...) do
            io.write(tostring((select(i, ...))), "\t")
        end
        io.write "\n"
    end)
end

---@param args table
---@return integer code
function M.run(args)
    local has, why = has_specs(args.path)
    if not has then
        return cli.fail(why or args.path .. ": no file NAME_spec.lua there", "usage")
    end
    local found, runner = pcall(require, "busted.runner")
    if not found then
        return cli.fail("busted is not installed for Lua 5.4 (Debian: apt install lua-busted)")
    end
    -- It reads its arguments from the global, and ends the process with the number of failures.
    rawset(_G, "arg", { [0] = "busted", args.path, args.json and "--output=" .. HANDLER })
    if args.json then
        print_json_alone()
    end
    runner { standalone = false }
    return 0
end

return M
