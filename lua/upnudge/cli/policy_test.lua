--- upnudge policy test: runs a team's busted specs with `require "upnudge.testing"` at hand.

local cli = require "upnudge.cli.command"

local M = {}

---@param parent table
function M.describe(parent)
    local command = parent:command("test", "Run the busted specs (*_spec.lua) of a directory or file.")
    command:argument("path", "A directory or one file."):argname("DIR")
end

local function has_specs(path)
    local lfs = require "lfs"
    if lfs.attributes(path, "mode") ~= "directory" then
        return lfs.attributes(path, "mode") == "file"
    end
    for name in lfs.dir(path) do
        if not name:find "^%." and (name:find "_spec%.lua$"
            or lfs.attributes(path .. "/" .. name, "mode") == "directory" and has_specs(path .. "/" .. name)) then
            return true
        end
    end
    return false
end

---@param args table
---@return integer code
function M.run(args)
    if not has_specs(args.path) then
        return cli.fail(args.path .. ": no file NAME_spec.lua there")
    end
    local found, runner = pcall(require, "busted.runner")
    if not found then
        return cli.fail("busted is not installed for Lua 5.4 (Debian: apt install lua-busted)")
    end
    -- It reads its arguments from the global, and ends the process with the number of failures.
    rawset(_G, "arg", { [0] = "busted", args.path })
    runner { standalone = false }
    return 0
end

return M
