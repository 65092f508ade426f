--- upnudge migrate: moves what is known about past notices between strategies and databases.

local cli = require "upnudge.cli.command"
local io = require "io"

local M = {}

---@param top table
function M.describe(top)
    local command = top:command("migrate", "Move what is known about past notices between strategies and databases.")
    command:option("--from", "A database (sqlite:PATH, postgresql://…); without it, what is known here.")
        :argname("DATABASE")
    command:option("--to", "A database, or a strategy that keeps it here: simple, separate-lock.")
        :argname("PLACE"):count(1)
    command:flag("--json", "Print JSON.")
    cli.shared(command)
end

--- What was moved, and what could not be.
local function report(args, moved, fault, code)
    if args.json then
        cli.print_json(require "upnudge.lib.json.write".object({ "schema", "moved", "error", "code" },
            { schema = 1, moved = moved, error = fault, code = code }))
        return
    end
    io.write(("moved the last notice of %d environment%s\n"):format(moved, moved == 1 and "" or "s"))
    if fault then
        cli.fail(fault)
    end
end

---@param args table
---@return integer code
function M.run(args)
    local runtime <close>, message, wrong = cli.open(args)
    if not runtime then
        return cli.fail(message, wrong)
    end
    local moved, fault, what = require "upnudge.strategy.migration".run(runtime, args.from, args.to)
    local code = fault and require "upnudge.runtime.cause".of_state(what)
    if not moved then
        return cli.fail(fault, code)
    end
    report(args, moved, fault, code)
    return fault and cli.FAILED or 0
end

return M
