--- upnudge policy reference: what a policy may say and what it is told, from the schema that validates it.

local cli = require "upnudge.cli.command"
local io = require "io"
local json = require "upnudge.lib.json.write"

local M = {}

---@param parent table
function M.describe(parent)
    local command = parent:command("reference", "Print the reference of the policy language, as Markdown.")
    command:mutex(command:option("--types", "Print the types that editors load instead (LuaCATS): those of "
        .. "policies, or of their tests."):argname("OF"):args("?"):choices { "policy", "testing" },
        command:flag("--json", "Print it as JSON."))
end

local function encode(sections)
    local list = {}
    for i, section in ipairs(sections) do
        list[i] = json.object({ "title", "note", "rows" }, { title = section.title, note = section.note,
            rows = function()
                return json.list({ "name", "value", "what" }, section.rows)
            end })
    end
    return ('{"schema":1,"sections":%s}'):format(json.array(list))
end

---@param args table
---@return integer code
function M.run(args)
    local reference = require "upnudge.tools.reference"
    if args.json then
        cli.print_json(encode(reference.sections()))
    else
        io.write(args.types and reference.types(args.types[1] or "policy") or reference.markdown())
    end
    return 0
end

return M
