--- upnudge policy reference: what a policy may say and what it is told, from the schema that validates it.

local io = require "io"

local M = {}

---@param parent table
function M.describe(parent)
    local command = parent:command("reference", "Print the reference of the policy language, as Markdown.")
    command:flag("--types", "Print the types that editors load instead (LuaCATS).")
end

---@param args table
---@return integer code
function M.run(args)
    local reference = require "upnudge.tools.reference"
    io.write(args.types and reference.types() or reference.markdown())
    return 0
end

return M
