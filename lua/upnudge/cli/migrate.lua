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

---@param args table
---@return integer code
function M.run(args)
    local runtime <close>, message = cli.open(args)
    if not runtime then
        return cli.fail(message)
    end
    local moved, fault = require "upnudge.strategy.migration".run(runtime, args.from, args.to)
    if moved and args.json then
        cli.print_json(('{"schema":1,"moved":%d}'):format(moved))
    elseif moved then
        io.write(("moved the last notice of %d environment%s\n"):format(moved, moved == 1 and "" or "s"))
    end
    return fault and cli.fail(fault) or 0
end

return M
