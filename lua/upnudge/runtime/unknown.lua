--- Names of packages that an environment does not have, which may be misspelt.

local core = require "upnudge.core"

local M = {}

--- The packages of the lockfile and of what the last check found, each as a change that it could be.
local function known(runtime, state)
    local value, list = state.record:read() or {}, {}
    local path = value.lockfile or runtime:lockfiles():find(state.env)
    local lockfile = path and runtime:lockfiles():open(path)
    for _, package in ipairs(lockfile and lockfile:packages() or {}) do
        list[#list + 1] = { name = package.name, to = package.version }
    end
    for _, change in ipairs(require "upnudge.record.changes".listed(state.record, value) or {}) do
        list[#list + 1] = change
    end
    return list, lockfile and lockfile:names() or value.names
end

local function names_of(packages)
    local seen, names = {}, {}
    for _, package in ipairs(packages) do
        if not seen[package.name] then
            seen[package.name], names[#names + 1] = true, package.name
        end
    end
    table.sort(names, core.before)
    return names
end

---@class upnudge.UnknownPackage
---@field selector string
---@field meant? string the name that may have been meant

--- Which selectors name no package of the environment; those with a star and a version may well do later. None where
--- the packages are not known.
---@param runtime upnudge.Runtime
---@param path string of the environment
---@param selectors string[]
---@return upnudge.UnknownPackage[]
function M.packages(runtime, path, selectors)
    local state = runtime:environment(path)
    local packages, rule = known(runtime, state)
    local names, list = names_of(packages), {}
    for _, selector in ipairs(packages[1] and selectors or {}) do
        local name = selector:match "^(.+)@[^@]*$" or selector
        local selection = require "upnudge.record.selector".compile({ name, selector }, rule)
        local found = name:find("*", 1, true) ~= nil
        for i = 1, found and 0 or #packages do
            found = found or selection:names_it(packages[i])
        end
        if not found then
            list[#list + 1] = { selector = selector, meant = require "upnudge.lib.suggest".nearest(name, names) }
        end
    end
    return list
end

return M
