--- The base of a policy: which file `extends = "name"` means. Trusted side.

local core = require "upnudge.core"

local M = {}

local CHAIN_LIMIT <const> = 16

--- A file beside the policy, else a ready-made one; never a path.
local function source_of(source, name)
    if source.path then
        local beside = (source.path:match("^(.*/)") or "") .. name .. ".lua"
        if beside ~= source.path and core.stamp(beside) then
            return { name = beside, path = beside }
        end
    end
    return { name = name .. " (ready-made)", builtin = name }
end

local function names_of(chain)
    local names = {}
    for i, file in ipairs(chain) do
        names[i] = file.name
    end
    return table.concat(names, " -> ")
end

local function mistake(message, ...)
    return { { key = "extends", depth = 1, message = message:format(...) } }
end

--- The next file of the chain, read; nil and the mistake: it is not there, or they go in a circle. A name
--- that is none has been told already.
---@param chain table[] {source, name, bytes} of the files so far
---@param name string
---@param read fun(source: upnudge.PolicySource): string?, string?
---@return table? file
---@return upnudge.Mistake[]? mistakes
function M.of(chain, name, read)
    if not name:find "^%w[%w_-]*$" then
        return nil
    end
    local source = source_of(chain[#chain].source, name)
    for i, file in ipairs(chain) do
        local same = source.path and file.source.path == source.path
            or not source.path and file.source.builtin == source.builtin
        if same or i == CHAIN_LIMIT then
            return nil, mistake("policies extend each other in a circle: %s -> %s", names_of(chain), source.name)
        end
    end
    local bytes, message = read(source)
    if not bytes then
        return nil, mistake("extends '%s', which is not there: %s", name, message)
    end
    return { source = source, name = source.name, bytes = bytes }
end

return M
