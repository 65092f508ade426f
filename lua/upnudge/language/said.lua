--- What a host says beyond its facts, read-only: c.host.attributes and c.host.vars. Runs in the policy VM, for policies
--- that look at them.

local M = {}

local function view(title, of, missing)
    return setmetatable({}, { __index = function(_, name)
        local value = of[name]
        if value == nil and missing then
            -- No tail call: a fault is told of the line that looked.
            value = missing(name)
        end
        return value or nil
    end, __newindex = function(_, key)
        error(("%s is read-only: '%s' cannot be set"):format(title, tostring(key)), 2)
    end, __pairs = function()
        local set = {}
        for name, value in pairs(of) do
            set[name] = value or nil
        end
        return (pairs(set))
    end, __metatable = false })
end

--- c.host.attributes: a name that the host has not said is nil, for hosts differ in what they say.
---@param said table<string, string>
---@return table<string, string>
function M.attributes(said)
    return view("c.host.attributes", said)
end

--- c.host.vars: of the names that the policy lists in `reads`, which are all that can be asked for.
---@param read table<string, string|false>
---@return table<string, string>
function M.vars(read)
    return view("c.host.vars", read, function(name)
        local suggest = require "upnudge.lib.suggest"
        error(("c.host.vars has no '%s': the policy's `reads` does not list it%s"):format(tostring(name),
            next(read) and suggest.suggest(tostring(name), suggest.keys(read)) or ""), 3)
    end)
end

return M
