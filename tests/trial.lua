--- Policies on trial, for specs: text is loaded and asked as an activation does it, in the policy's real VM.

local command = require "command"
local policy = require "upnudge.policy"

local M = {}

--- What an activation is about. Tests do not change it.
M.FACTS = { now = 1800000000, env = { name = "e", path = "/e" }, history = {},
    result = { total = 1, versions = 1, rebuilds = 0, changed = 0, added = 0, removed = 0, major = 1, minor = 0,
        patch = 0, security = 0, fingerprint = "f", since = 1, checked_at = 1 },
    host = { app = "t", tty = true, ci = false, system = "x86_64-linux", mode = "activate", active = false } }

--- A policy from its text, as the file p.lua of a directory.
---@param directory string
---@param text string
---@return upnudge.Policy?
---@return string? message
function M.load(directory, text)
    command.write(directory .. "/p.lua", text)
    return policy.load({ name = "p", path = directory .. "/p.lua" }, { look_up = function(what)
        return what == "packages" and { { name = "curl", kind = "upgraded", from = "1", to = "2" } } or nil
    end })
end

--- Whether code runs where a policy is loaded.
---@param directory string
---@param code string
---@return boolean ran
---@return string? message
function M.runs(directory, code)
    local loaded, message = M.load(directory, code .. '\nreturn require "upnudge".policy { api = 1, name = "p" }')
    if loaded then
        loaded:close()
    end
    return loaded ~= nil, message
end

--- What a policy answers.
---@param loaded upnudge.Policy
---@return upnudge.Decision?
---@return string? fault
function M.ask(loaded)
    local facts = M.FACTS
    return loaded.vm:call("evaluate", facts.now, facts.env, facts.result, facts.history, facts.host)
end

--- Runs code in a rule's `when`, where the context is `c`.
---@param directory string
---@param code string
---@return upnudge.Decision?
---@return string? fault
function M.decides(directory, code)
    local loaded, message = M.load(directory, ('local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", '
        .. 'rules = { u.rule "r" { when = function(c) %s end, quiet = "x" } } }'):gsub("%%s", function()
            return code
        end))
    if not loaded then
        return nil, message
    end
    local decision, fault = M.ask(loaded)
    loaded:close()
    return decision, fault
end

return M
