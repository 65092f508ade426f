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

local function names_one(packages, rule, name, selector)
    local selection = require "upnudge.record.selector".compile({ name, selector }, rule)
    for _, package in ipairs(packages) do
        if selection:names_it(package) then
            return true
        end
    end
    return false
end

--- Which selectors name no package of any environment of the directory; those with a star and a version may well do
--- later. None where the packages of one are not known.
---@param runtime upnudge.Runtime
---@param path string of the directory
---@param selectors string[]
---@param lockfile string? of the one environment that is meant
---@return upnudge.UnknownPackage[]
function M.packages(runtime, path, selectors, lockfile)
    local environments, all, list = {}, {}, {}
    for i, state in ipairs(runtime:environments(path, lockfile) or {}) do
        local packages, rule = known(runtime, state)
        if not packages[1] then
            return {}
        end
        environments[i] = { packages, rule }
        table.move(packages, 1, #packages, #all + 1, all)
    end
    local names = names_of(all)
    for _, selector in ipairs(all[1] and selectors or {}) do
        local name = selector:match "^(.+)@[^@]*$" or selector
        local found = name:find("*", 1, true) ~= nil
        for _, one in ipairs(environments) do
            found = found or names_one(one[1], one[2], name, selector)
        end
        if not found then
            list[#list + 1] = { selector = selector, meant = require "upnudge.lib.suggest".nearest(name, names) }
        end
    end
    return list
end

return M
