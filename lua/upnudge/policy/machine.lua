--- The machine's policy: where it stands, and what of it holds for a person's own that does not extend it. Most
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

--- Whose policy a file is, if it is called as that of the user or the machine.
---@param path string
---@param person string?
---@param machines string[]
---@return "person"|"machine"|nil
function M.whose(path, person, machines)
    if path == person then
        return "person"
    end
    for _, machine in ipairs(machines) do
        if path == machine then
            return "machine"
        end
    end
end

--- The machine's policy; nil: there is none, or the chain has it already.
local function source_beside(chain, paths)
    for _, path in ipairs(paths) do
        for _, file in ipairs(chain) do
            if file.source.path == path then
                return nil
            end
        end
        if core.stamp(path) then
            return { path = path, name = path, found = "machine" }
        end
    end
end

--- Loads it behind a person's own policy, for something of it may be final. One that has a mistake holds for nobody who
--- does not extend it.
---@param chain table[] of the person's
---@param paths string[] where the machine's may be
---@param read fun(source: upnudge.PolicySource): string?, string?
---@param load fun(file: table, mistakes: upnudge.Mistake[]): table[]?, string? loads its chain
---@return {path: string, fault: string?}? machine nil: there is none
---@return {files: string[], chain: table[], kept: table[]?}? loaded its files and its chain, again where that keeps the
---strategy; nil: it has a mistake
function M.beside(chain, paths, read, load)
    local source = source_beside(chain, paths)
    if not source then
        return nil
    end
    local mistakes, loaded = {}, nil
    local bytes, message = read(source)
    if bytes then
        loaded, message = load({ source = source, name = source.name, bytes = bytes }, mistakes)
    end
    if not loaded or mistakes[1] then
        local mistake = require "upnudge.policy.mistake"
        return { path = source.path, fault = message or mistake.lines(mistake.sort(mistakes)) }
    end
    local files, keeps = {}, false
    for _, file in ipairs(loaded) do
        files[#files + 1], keeps = file.source.path, keeps or file.keeps_strategy or false
    end
    local kept = keeps and loaded or nil
    return { path = source.path }, { files = files, chain = loaded, kept = kept }
end

return M
