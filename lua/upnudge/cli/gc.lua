--- upnudge gc: nothing is kept any more of environments whose directories are gone.

local cli = require "upnudge.cli.command"
local io = require "io"
local terminal = require "upnudge.lib.terminal"

local M = {}

---@param top table
function M.describe(top)
    local command = top:command("gc", "Remove what is kept of environments whose directories are gone. One that may be "
        .. "on a file system that is not mounted is not gone. A check does this once a week by itself.")
    command:flag("--dry-run", "Only show what would be removed.")
    command:flag("--quiet", "Say nothing unless something is wrong.")
    command:flag("--json", "Print JSON.")
    cli.shared(command)
end

local function print_lines(result, dry_run, quiet)
    for _, path in ipairs(quiet and {} or result.removed) do
        io.write(terminal.line(path), dry_run and ": is gone\n" or ": forgotten\n")
    end
    for _, one in ipairs(result.failed) do
        cli.fail(("%s: %s"):format(one.environment, one.reason), one.code)
    end
    if not quiet and #result.removed + #result.failed == 0 then
        io.write(("nothing to remove; %d kept\n"):format(result.kept))
    end
    if result.unread > 0 then
        cli.warn(("%d more cannot be read; 'upnudge doctor' tells why"):format(result.unread))
    end
end

---@param args table
---@return integer code
function M.run(args)
    local runtime <close>, message, code = cli.open(args)
    if not runtime then
        return cli.fail(message, code)
    end
    local progress = require "upnudge.cli.progress".begin("looking for what is gone", args.json or args.quiet)
    local result, fault, kind = runtime:gc(args.dry_run, function()
        progress:tick()
    end)
    progress:stop()
    if not result then
        return cli.fail(fault, kind)
    elseif args.json then
        cli.print_json(require "upnudge.runtime.answer".collection(result, args.dry_run))
    else
        print_lines(result, args.dry_run, args.quiet)
    end
    return #result.failed == 0 and 0 or cli.FAILED
end

return M
