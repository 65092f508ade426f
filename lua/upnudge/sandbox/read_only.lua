--- A library that no policy can change. Runs in the policy VM.

---@param name string for messages
---@param members table
---@return table
return function(name, members)
    return setmetatable({}, {
        __index = members,
        __newindex = function(_, key)
            error(("%s is read-only: '%s' cannot be set"):format(name, tostring(key)), 2)
        end,
        __metatable = false,
    })
end
