--- upnudge forget: nothing is kept of one environment any more.

local cli = require "upnudge.cli.command"
local io = require "io"
local terminal = require "upnudge.lib.terminal"

local M = {}

---@param top table
function M.describe(top)
    local command = top:command("forget", "Remove what is kept of an environment: what checks found, when somebody was "
        .. "told, what was snoozed or ignored, and the logs.")
    cli.directory(command, "Its directory, which may be gone")
    cli.one_lockfile(command)
    command:flag("--json", "Print JSON.")
    cli.shared(command)
end

---@param args table
---@return integer code
function M.run(args)
    local runtime <close>, message, wrong = cli.open(args)
    if not runtime then
        return cli.fail(message, wrong)
    end
    local removal, fault, code = runtime:forget(args.environment, args.lockfile)
    if not removal then
        cli.fail(fault, code)
        return code == "busy" and cli.BUSY or cli.FAILED
    elseif args.json then
        cli.print_json(require "upnudge.runtime.answer".removal(removal))
        return 0
    end
    local what = removal.forgotten and "forgotten" or "nothing was known"
    io.write(terminal.line(removal.environment .. ": " .. what), "\n")
    return 0
end

return M
