--- upnudge notify: the activation path, for options that the C hot path leaves to us.

local cli = require "upnudge.cli.command"
local io = require "io"

local M = {}

---@param top table
function M.describe(top)
    local command = top:command("notify", "Tell the user about newer packages, if the policy says so.")
    cli.directory(command)
    cli.activation(command)
    cli.shared(command)
    command:flag("--project", "DIR is where the search for the project begins, upwards; silent where there is none.")
    command:flag("--check", "Then start a check in the background if one is due, unless nobody watches.")
    command:flag("--exit-code", "Exit with 100 when a notice was shown, else with 101 while such a check goes on.")
    command:flag("--json", "Print the decision as JSON on standard output.")
end

--- As lua/command/activation.c begins a line at a prompt.
local function begin_line()
    local core = require "upnudge.core"
    local kind = core.variable "TERM"
    if kind and kind ~= "dumb" then
        io.stderr:write((" "):rep(core.columns(2) or 0), core.columns(2) and "\r" or "")
    end
end

---@param args table
---@return integer code
function M.run(args)
    local runtime <close>, message, fault = cli.open(args)
    if runtime and args.project then
        args.environment, message, fault = require "upnudge.runtime.project".around(runtime, args.environment)
    end
    local decision, activation = { notify = false, code = fault, reason = message }, cli.activation_of(args)
    activation.look = "terminal"
    if runtime and args.environment then
        decision = runtime:notify(args.environment, activation)
    end
    if args.json then
        cli.print_json(require "upnudge.runtime.answer".notice(decision))
    end
    if decision.text then
        if args.project then
            begin_line()
        end
        io.stderr:write(decision.shown or decision.text, "\n")
    end
    local under_way = false
    if runtime and args.environment and args.check then
        under_way = select(2, require "upnudge.runtime.due".start(runtime, args.environment, activation))
    end
    return args.exit_code and (decision.notify and cli.SHOWN or under_way and cli.UNDER_WAY) or 0
end

return M
