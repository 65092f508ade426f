--- upnudge prompt: the segment of a prompt, for options that the small program leaves to us.

local cli = require "upnudge.cli.command"
local io = require "io"
local prompt = require "upnudge.runtime.prompt"

local M = {}

-- Below the help.
local PARTS <const> = [[
Prints nothing, and exits with 0, where nothing waits or nobody wants to know. A FORMAT has
  %n  how many packages wait, as upnudge show lists them
  %s  how many of them mend a security problem
  %e  how many packages are vulnerable or withdrawn, and get no fix by an upgrade
  %m  an arrow upwards, or downwards where all of them are downgrades; ^ and v where the locale is not of UTF-8
  %w  ! where one mends a security problem
  %%  a percent sign
and is %m%n%w unless given.]]

local function format(text)
    local fault = prompt.fault(text)
    return not fault and text or nil, fault
end

---@param top table
function M.describe(top)
    local command = top:command("prompt", "Print what waits in the project here, in a few characters.", PARTS)
    cli.directory(command, "Where the search for the project begins, upwards")
    command:option("--format", "What to print."):argname("FORMAT"):convert(format)
    command:flag("--json", "Print JSON.")
    cli.shared(command)
end

---@param args table
---@return integer code
function M.run(args)
    local runtime <close>, message, code = cli.open(args, true)
    local segment = { text = "", code = code, reason = message }
    if runtime then
        segment = prompt.segment(runtime, args.environment, args.format, args.now)
    end
    if args.json then
        cli.print_json(require "upnudge.runtime.answer".segment(segment))
    elseif segment.text ~= "" then
        io.write(segment.text, "\n")
    end
    return 0
end

return M
