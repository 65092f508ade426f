--- upnudge policy test: runs a team's busted specs with `require "upnudge.testing"` at hand.

local cli = require "upnudge.cli.command"
local io = require "io"
local json = require "upnudge.lib.json.write"

local M = {}

---@param parent table
function M.describe(parent)
    local command = parent:command("test", "Run the busted specs (*_spec.lua) of a directory or file.")
    command:argument("path", "A directory or one file."):argname("DIR")
    command:flag("--coverage", "Tell how often each rule of the policies was asked and what it answered.")
    command:option("--min-coverage", "The same, and exit with 1 where fewer of a hundred rules matched.")
        :argname("N"):convert(tonumber)
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
            -- What our own functions raise is about a line of the test, and says so.
            local file, line = tostring(message):match "^([^\n]-_spec%.lua):(%d+): "
            list[#list + 1] = { name = failure.name, file = file or trace.short_src,
                line = math.tointeger(line) or trace.currentline,
                message = type(message) == "string" and message or require "pl.pretty".write(message or "") }
        end
    end
    return json.list({ "name", "file", "line", "message" }, list)
end

local RULE <const> = { "rule", "file", "line", "asked", "matched", "spoke", "silenced" }

--- An output handler of busted, which prints one document to that file at the end; with what `covered` gives, if that
--- is wanted.
local function handler_to(stdout, covered)
    local outcome = require "busted.outputHandlers.base"()
    require "busted".subscribe({ "exit" }, function()
        io.output(stdout)
        local rules, percent, too_few = covered()
        cli.print_json(json.object({ "schema", "passed", "failed", "pending", "failures", "objections",
            "percent" }, { schema = 1, passed = outcome.successesCount, failed = #outcome.failures + #outcome.errors,
            pending = outcome.pendingsCount, percent = percent, failures = function()
                return encode_failures(outcome.failures, outcome.errors)
            end, objections = rules and function()
                return json.strings { too_few }
            end, coverage = rules and function()
                return json.list(RULE, rules)
            end }))
        return nil, true
    end)
    return outcome
end

-- As busted looks for it.
local HANDLER <const> = "upnudge-json"

--- What specs print themselves stands beside the document, on standard error.
local function print_json_alone(covered)
    local stdout = io.stdout
    require "package".loaded["busted.outputHandlers." .. HANDLER] = function()
        return handler_to(stdout, covered)
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

--- What gives the rules that were covered, in a hundred, and what is said against that; nil where nobody wants to know.
local function covered_by(args)
    if not args.coverage and not args.min_coverage then
        return function() end
    end
    local coverage = require "upnudge.tools.coverage"
    coverage.of_tests = coverage.new()
    return function()
        local rules = coverage.of_tests:own_rules()
        local matched = coverage.matched(rules)
        local percent = rules[1] and matched * 100 // #rules or 0
        return rules, percent, args.min_coverage and percent < args.min_coverage
            and ("%d of %d rules matched, %d %%; at least %g %% are wanted"):format(matched, #rules, percent,
                args.min_coverage) or nil
    end
end

local function print_table(rows)
    local width, widths = require "upnudge.lib.columns".width, {}
    for _, row in ipairs(rows) do
        for i, text in ipairs(row) do
            widths[i] = math.max(widths[i] or 0, width(text))
        end
    end
    for _, row in ipairs(rows) do
        local cells = {}
        for i, text in ipairs(row) do
            cells[i] = i < #row and text .. (" "):rep(widths[i] - width(text)) or text
        end
        io.write(table.concat(cells, "  "), "\n")
    end
end

--- A line for each rule, and what of them nothing has tested.
local function print_coverage(rules, percent)
    local coverage, terminal = require "upnudge.tools.coverage", require "upnudge.lib.terminal"
    local rows, gaps = { table.move(coverage.COUNTS, 1, #coverage.COUNTS, 2, { "rule" }) }, {}
    for i, rule in ipairs(rules) do
        local name, gap = terminal.line(rule.rule), coverage.gap(rule)
        rows[i + 1] = { name }
        for j, count in ipairs(coverage.counts(rule)) do
            rows[i + 1][j + 1] = ("%d"):format(count)
        end
        gaps[#gaps + 1] = gap and ("%s:%d: rule '%s' %s\n"):format(terminal.line(rule.file), rule.line, name, gap)
            or nil
    end
    print_table(rows)
    io.write(table.concat(gaps), ("%d of %d rules matched, %d %%\n"):format(coverage.matched(rules), #rules, percent))
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
    local covered = covered_by(args)
    -- It reads its arguments from the global, and ends the process where something failed.
    rawset(_G, "arg", { [0] = "busted", args.path, args.json and "--output=" .. HANDLER })
    if args.json then
        print_json_alone(covered)
    end
    runner { standalone = false }
    local rules, percent, too_few = covered()
    if rules and not args.json then
        print_coverage(rules, percent)
    end
    if too_few and not args.json then
        cli.fail(too_few)
    end
    return too_few and cli.FAILED or 0
end

return M
