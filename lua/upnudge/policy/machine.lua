--- The machine's policy: where it stands, and what of it holds for a person's own policy. Most
--- activations find neither, and load nothing of this.

local core = require "upnudge.core"

local M = {}

--- `name` in the directories of $XDG_CONFIG_DIRS; those that are relative count as none.
---@param said string
---@param name string
---@return string[] paths
function M.paths(said, name)
    local paths = {}
    for directory in said:gmatch "[^:]+" do
        paths[#paths + 1] = directory:sub(1, 1) == "/" and directory .. "/upnudge/" .. name or nil
    end
    return paths
end

--- Whether two paths, of which the second may be none, are of one file of that name.
local function is_one(path, other)
    if path == other then
        return true
    end
    local name = other and other:match "[^/]*$"
    local canonical = name and path:match "[^/]*$" == name and core.realpath(path)
    return canonical and canonical == core.realpath(other) or false
end

--- Whose policy a file is, if it is that of the user or the machine, by whatever path of that name.
---@param path string
---@param person string?
---@param machines string[]
---@return "person"|"machine"|nil
function M.whose(path, person, machines)
    if is_one(path, person) then
        return "person"
    end
    for _, machine in ipairs(machines) do
        if is_one(path, machine) then
            return "machine"
        end
    end
end

--- The machine's policy; nil: there is none, or the chain has it already.
---@param chain upnudge.LoadedFile[] of a person's
---@param paths string[] where the machine's may be
---@return upnudge.PolicySource?
function M.source(chain, paths)
    for _, path in ipairs(paths) do
        local source = core.stamp(path) and { path = path, name = path, found = "machine" }
        for _, file in ipairs(source and chain or {}) do
            if require "upnudge.policy.base".is_same(file, { source = source }) then
                return nil
            end
        end
        if source then
            return source
        end
    end
end

--- A person's own policy with the machine's behind it: all of that where theirs does not say what it starts from, else
--- what is final.
---@param chain upnudge.LoadedFile[] the person's
---@param machine upnudge.LoadedFile[]
---@return upnudge.Layers
function M.layers(chain, machine)
    local all = table.move(machine, 1, #machine, #chain + 1, table.move(chain, 1, #chain, 1, {}))
    if not chain[1].extends then
        return { all = all, of_strategy = all }
    end
    local keeps = false
    for _, file in ipairs(machine) do
        keeps = keeps or file.keeps_strategy or false
    end
    return { all = all, own = #chain, of_strategy = keeps and machine or chain }
end

return M
