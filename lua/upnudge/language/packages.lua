--- The list of packages as a policy sees it: c.result.packages, read-only. Runs in the policy VM, at the
--- first touch.

---@param list table[]
---@param iterator fun(of: table): fun(): any, any for pairs
---@return table
return function(list, iterator)
    local function refuse()
        error("c.result.packages is read-only", 2)
    end
    local items = {}
    for i, package in ipairs(list) do
        items[i] = setmetatable({}, { __index = package, __newindex = refuse, __metatable = false,
            __pairs = function()
                return iterator(package)
            end })
    end
    return setmetatable({}, { __index = items, __newindex = refuse, __metatable = false,
        __len = function()
            return #items
        end })
end
