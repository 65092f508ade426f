--- The base of a policy: which file `extends = "name"` means. For policies that extend another; loading it for all
--- would cost a quiet activation 2 % of its instructions.

local core = require "upnudge.core"

local M = {}

-- Files of one chain.
local CHAIN_LIMIT <const> = 16

--- What `extends = "system"` means: the machine's policy, of those behind the one at which the chain has come, else
--- `default`. So nobody comes back.
local function system_source(chain, ready_made, machines)
    local next_one = 1
    for i, path in ipairs(machines) do
        for _, file in ipairs(chain) do
            next_one = file.source.path == path and i + 1 or next_one
        end
    end
    for i = next_one, #machines do
        if core.stamp(machines[i]) then
            return { name = machines[i], path = machines[i], found = "machine" }
        end
    end
    return ready_made "default"
end

--- What `extends = "name"` means: a file beside the policy, else a ready-made one; never a path.
local function base_source(source, name, ready_made)
    if source.path then
        local beside = (source.path:match("^(.*/)") or "") .. name .. ".lua"
        if beside ~= source.path and core.stamp(beside) then
            return { name = beside, path = beside }
        end
    end
    return ready_made(name)
end

local function is_in(chain, source)
    for i, file in ipairs(chain) do
        if i == CHAIN_LIMIT or file.source.path == source.path and file.source.builtin == source.builtin then
            return true
        end
    end
    return false
end

local function names_of(chain)
    local names = {}
    for i, file in ipairs(chain) do
        names[i] = file.name
    end
    return table.concat(names, " -> ")
end

--- The next file of the chain, read; nil and what is wrong with the name: it is not there, or they go in a circle.
--- A name that is none has been told already.
---@param chain table[] {source, name, bytes} of the files so far
---@param name string
---@param read fun(source: upnudge.PolicySource): string?, string?
---@param ready_made fun(name: string): upnudge.PolicySource
---@param machines fun(): string[] where the machine's policy may be, in that order
---@return table? file
---@return string? message
function M.of(chain, name, read, ready_made, machines)
    if not name:find "^%w[%w_-]*$" then
        return nil
    end
    local source = name == "system" and system_source(chain, ready_made, machines())
        or base_source(chain[#chain].source, name, ready_made)
    if is_in(chain, source) then
        return nil, ("policies extend each other in a circle: %s -> %s"):format(names_of(chain), source.name)
    end
    local bytes, message = read(source)
    if not bytes then
        return nil, ("extends '%s', which is not there: %s"):format(name, message)
    end
    return { source = source, name = source.name, bytes = bytes }
end

return M
