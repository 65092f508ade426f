--- Beside: a team's own files that stand in a directory beside its policy: `formats/`, `checkers/`.

local core = require "upnudge.core"
local policy = require "upnudge.policy"

local M = {}

local SOURCE_LIMIT <const> = 256 * 1024

--- Where they are looked for: beside the policy in force; for one that nobody has named, beside the user's and the
--- machine's, or where these would be.
---@param source upnudge.PolicySource the policy that they stand beside
---@param name string of the directory
---@return string[]
function M.directories(source, name)
    if source.path and not source.found then
        return { (source.path:match("^(.*/)") or "./") .. name }
    end
    return policy.configuration(name)
end

--- The paths of such files, sorted.
---@param source upnudge.PolicySource the policy that they stand beside
---@param name string of the directory
---@return string[]
function M.paths(source, name)
    local lfs = require "lfs"
    local paths = {}
    core.unseen()
    for _, directory in ipairs(M.directories(source, name)) do
        if lfs.attributes(directory, "mode") == "directory" then
            for file in lfs.dir(directory) do
                paths[#paths + 1] = file:find "^[^.].*%.lua$" and directory .. "/" .. file or nil
            end
        end
    end
    table.sort(paths, core.before)
    return paths
end

--- Has a VM of its own load such a file. Close it. nil and the mistakes of the file, or what else went wrong.
---@param path string
---@param loader string the function of upnudge.sandbox
---@return table? loaded
---@return table|string vm or a message
---@return upnudge.Mistake[]? mistakes that the message is of
function M.load(path, loader)
    local bytes, message = core.read(path, SOURCE_LIMIT)
    if not bytes then
        return nil, message
    end
    local vm, failure = core.vm()
    if not vm then
        return nil, failure
    end
    local loaded, fault = vm:call(loader, "@" .. path, bytes)
    if loaded and loaded.mistakes then
        local mistake = require "upnudge.policy.mistake"
        local mistakes = mistake.sort(mistake.add({}, path, bytes, loaded.mistakes))
        vm:close()
        return nil, mistake.lines(mistakes), mistakes
    end
    if not loaded then
        vm:close()
        return nil, fault
    end
    return loaded, vm
end

return M
