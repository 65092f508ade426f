--- The record of a sibling: of an environment that is not the first of its directory. It differs in how many
--- directories have to be ours on the way to what is kept of it, in each place. Loaded where there is one.

local class

local function make(Record)
    local Sibling = setmetatable({}, { __index = Record })
    Sibling.__index = Sibling

    --- ("KEY/beside/FORMAT" is where it stands.)
    function Sibling:is_within_ours(root, path)
        local disk, above = self.disk, path:match "^(.*)/"
        local ours, message, code = disk.ours(root, above:match "^(.*)/")
        if ours then
            ours, message, code = disk.ours(above)
        end
        return ours, message, code
    end

    function Sibling:is_ours(root, path)
        local ours, message, code = self:is_within_ours(root, path)
        if ours then
            ours, message, code = self.disk.ours(path)
        end
        return ours, message, code
    end

    return Sibling
end

--- What makes a record that of a sibling.
---@param Record table the class of all records
---@return table class
return function(Record)
    class = class or make(Record)
    return class
end
