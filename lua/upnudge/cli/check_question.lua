--- A check in the background that a host asks for (see upnudge.runtime.background): what `check --detach` does.

local cli = require "upnudge.cli.command"
local read_json = require "upnudge.lib.json.read"

local M = {}

--- What becomes of it; in the process that goes on alone, what came of it, which nobody hears.
---@param text string
---@return string
function M.answer(text)
    local args = assert(read_json(text))
    assert(args.schema == 1, "upnudge-cli is of another version than what asks it")
    args.detach = true
    for _, name in ipairs { "now", "max_age", "timeout" } do
        args[name] = args[name] and math.tointeger(args[name])
    end
    local runtime <close>, message, code = cli.open(args)
    local answer = runtime and require "upnudge.cli.check".perform(runtime, args)
    return require "upnudge.lib.terminal".valid(require "upnudge.runtime.answer".check(answer
        or { outcome = "failed", code = code, reason = message }))
end

return M
