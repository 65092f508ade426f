--- upnudge policy new: a first policy, to be changed.

local cli = require "upnudge.cli.command"
local io = require "io"
local lfs = require "lfs"
local policies = require "upnudge.policy"

local M = {}

local FIRST <const> = [[
-- Which notices appear, when, and in which words. Try it:
--
--     upnudge policy check %s
--     upnudge policy simulate %s --weeks 2
local u = require "upnudge"
return u.policy {
  api = 1, name = "mine", extends = "default",
  check = { every = "1d" },
  rules = {
    u.rule "security" { notify = u.once { of = { security = true } } },
    u.rule "default"  { notify = u.every "1w" },
  },
}
]]

---@param parent table
function M.describe(parent)
    local command = parent:command("new", "Write a first policy, which behaves much as the default one, to be changed.")
    command:argument("file", "Where to; the person's own policy unless given."):argname("FILE"):args "?"
    command:flag("--json", "Print JSON.")
end

--- The directories on the way, as far as they are not there.
local function make_way(path)
    for at in path:gmatch "()/" do
        local above = path:sub(1, at - 1)
        if above ~= "" and not lfs.attributes(above, "mode") then
            local ok, message = lfs.mkdir(above)
            if not ok then
                return nil, above .. ": " .. message
            end
        end
    end
    return true
end

local function write(path)
    if lfs.symlinkattributes(path, "mode") then
        return nil, path .. ": is there already; 'upnudge policy show' tells what it comes to"
    end
    local ok, message = make_way(path)
    local file
    if ok then
        file, message = io.open(path, "w")
    end
    if not file then
        return nil, message
    end
    local quoted = require "upnudge.lib.shell".quote(path)
    local written, why = file:write(FIRST:format(quoted, quoted))
    local closed, fault = file:close()
    return written and closed, why or fault
end

--- What is wrong with a file that does not end as policies do, which nobody would find.
local function mistake_in_name(path)
    if require "upnudge.core".builtin(path) then
        return ("'%s' is a ready-made policy, which 'upnudge policy show %s' prints; a file of your own ends in .lua")
            :format(path, path)
    end
    return ("a policy is a file that ends in .lua; did you mean '%s.lua'?"):format(path)
end

---@param args table
---@return integer code
function M.run(args)
    local path = args.file or policies.configuration("policy.lua")[1]
    if not path:find("%.lua$") and not lfs.symlinkattributes(path, "mode") then
        return cli.misuse(mistake_in_name(path))
    end
    local ok, message = write(path)
    if not ok then
        return cli.fail(message, "cannot-remember")
    end
    cli.tell("file", path, path .. ": written; 'upnudge policy check' finds mistakes in it")
    return 0
end

return M
