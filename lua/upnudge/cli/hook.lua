--- upnudge hook: what a shell evaluates, so that it asks us at a new prompt whether something is to be said.
---
--- Where nothing is to be asked, no process is started: the shell itself compares the directory and the time.

local cli = require "upnudge.cli.command"

local M = {}

local SHELLS <const> = { "bash", "zsh", "fish" }

---@param top table
function M.describe(top)
    local command = top:command("hook", "Print what makes a shell ask at its prompts, in another directory, while "
        .. "a check goes on and after a day, for notices of the project there, and look for newer packages in the "
        .. "background.")
    command:command_target("shell")
    command:require_command(false)
    for _, name in ipairs(SHELLS) do
        local hook = require("upnudge.cli.hook_" .. name)
        command:command(name, ("Into %s belongs %s."):format(hook.FILE, hook.LINE)):flag("--json", "Print JSON.")
    end
end

local function is_program(path)
    local found = require "lfs".attributes(path)
    return found ~= nil and found.mode == "file" and found.permissions:find "x" ~= nil
end

--- Where a shell would find a program that is called so, as an absolute path. Links are not followed: where they lead
--- may be another version's place tomorrow.
local function find(called)
    if called:find("/", 1, true) then
        return is_program(called) and cli.absolute(called) or nil
    end
    for directory in ((require "upnudge.core".variable "PATH" or "") .. ":"):gmatch "([^:]*):" do
        local path = (directory ~= "" and directory .. "/" or "") .. called
        if is_program(path) then
            return cli.absolute(path)
        end
    end
end

--- What somebody may have meant who named no shell.
local function unnamed()
    local own = (require "upnudge.core".variable "SHELL" or ""):match "[^/]*$"
    local meant = require "upnudge.lib.suggest".nearest(own, SHELLS)
    return cli.misuse(("for which shell?%s (one of: %s)"):format(
        meant and (" did you mean 'upnudge hook %s'?"):format(meant) or "", table.concat(SHELLS, ", ")))
end

---@param args table with the word by which this program was called
---@return integer code
function M.run(args)
    if not args.shell then
        return unnamed()
    end
    local path = find(args.called)
    if not path then
        return cli.fail(("cannot tell where '%s' is; call it by its path"):format(args.called))
    end
    local hook = require("upnudge.cli.hook_" .. args.shell)
    local word = hook.quote(path)
    cli.tell("hook", (hook.TEXT:gsub("@program@", function() return word end):gsub("\n$", "")))
    return 0
end

return M
