--- The facts of an activation that few policies ask for: what takes a while to find out, and what a host says in words
--- of its own.

local core = require "upnudge.core"
local limits = require "upnudge.lib.limits"

local M = {}

local MACHINE_ID <const> = "/etc/machine-id"

--- Tells one from another, and not who or what it is: so short that what it was made of cannot be found again.
---@param what string
---@param text string
---@return string
function M.told_apart(what, text)
    return core.hash(what .. "\0" .. text):sub(1, 16)
end

local told_apart <const> = M.told_apart

local function named(variable, ...)
    for _, name in ipairs { ... } do
        local value = variable(name)
        if value and value ~= "" then
            return value
        end
    end
end

local FIND_OUT <const> = {
    system = function()
        return core.system()
    end,
    session = function(variable)
        local given = named(variable or core.variable, "UPNUDGE_SESSION")
        local found = not given and core.shell_session()
        return given and told_apart("session", given) or found and told_apart("found session", found)
    end,
    -- As the database has it: one person has one login on all machines, and may have several homes.
    user = function(variable)
        return told_apart("user", named(variable or core.variable, "LOGNAME", "USER") or core.user())
    end,
    machine = function(variable)
        local given = named(variable or core.variable, "UPNUDGE_MACHINE")
        local id = not given and (core.read(MACHINE_ID, 64) or ""):match "^%x+"
        return told_apart("machine", given or id and #id == 32 and id or core.machine())
    end,
}

--- Finds out one: the system takes reading a program, the session some files of the kernel's.
---@param name "system"|"session"|"user"|"machine"
---@param variable (fun(name: string): string?)? nil: core.variable
---@return string? fact nil: nobody can tell
function M.find_out(name, variable)
    return FIND_OUT[name](variable)
end

--- What the host says in words of its own; nil: nothing.
---@param given table<string, string>?
---@return table<string, string>?
function M.attributes(given)
    local attributes = given and next(given) and {}
    for name, value in pairs(attributes and given or {}) do
        attributes[name] = limits.cut(value, limits.COMMAND)
    end
    return attributes or nil
end

--- Whether it says the same as before.
---@param attributes table<string, string>? as they were
---@param given table<string, string>?
---@return boolean
function M.same_attributes(attributes, given)
    if not attributes or not given then
        return not attributes and not (given and next(given))
    end
    for name, value in pairs(given) do
        if attributes[name] ~= limits.cut(value, limits.COMMAND) then
            return false
        end
    end
    for name in pairs(attributes) do
        if not given[name] then
            return false
        end
    end
    return true
end

return M
