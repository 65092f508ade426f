--- Members of an object in the order of their names, which is the same in every process.

local core = require "upnudge.core"

---@param object table<string, any>
---@return fun(): string?, any
return function(object)
    local names, at = {}, 0
    for name in pairs(object) do
        names[#names + 1] = tostring(name)
    end
    table.sort(names, core.before)
    return function()
        at = at + 1
        local name = names[at]
        if name then
            return name, object[name] or object[math.tointeger(name)]
        end
    end
end
