--- Manifests of npm's world: which files of a project the resolution of its dependencies reads. Shared by the checkers
--- of npm, pnpm, yarn and bun.

local files = require "upnudge.checker.files"

local M = {}

local SECTIONS <const> = { "dependencies", "devDependencies", "optionalDependencies", "peerDependencies" }
-- Manifests that are looked into.
local MOST <const> = 2000

local function members_of(manifest)
    local members = manifest.workspaces
    if type(members) == "table" and type(members.packages) == "table" then
        members = members.packages
    end
    return type(members) == "table" and members or {}
end

--- What a manifest names that lies on this machine: other packages as directories or as archives.
local function places_of(manifest)
    local places = {}
    for _, section in ipairs(SECTIONS) do
        for _, value in pairs(type(manifest[section]) == "table" and manifest[section] or {}) do
            local place = type(value) == "string" and (value:match "^file:(.+)" or value:match "^link:(.+)"
                or value:match "^portal:(.+)" or value:match "^(%.%.?/.+)")
            places[#places + 1] = place or nil
        end
    end
    table.sort(places)
    return places
end

--- The files that are needed beside those of the project's top: manifests of workspaces and of packages named by
--- their place, theirs too, and archives.
---@param project upnudge.CheckedProject
---@param members string[]? patterns of workspaces, beside those of the manifest
---@return string[] patterns
function M.more(project, members)
    local found, seen, open = {}, {}, { "package.json" }
    local function add(pattern)
        found[#found + 1] = pattern
        if pattern:find "package%.json$" then
            open[#open + 1] = pattern
        end
    end
    local function look_into(path)
        local directory = path:match "^(.*)/"
        local manifest = project.document(path, "json")
        if type(manifest) ~= "table" then
            return
        end
        for _, list in ipairs { members_of(manifest), path == "package.json" and members or {} } do
            for _, pattern in ipairs(list) do
                if type(pattern) == "string" and pattern:sub(1, 1) ~= "!" then
                    add((directory and directory .. "/" or "") .. pattern:gsub("/+$", "") .. "/package.json")
                end
            end
        end
        for _, place in ipairs(places_of(manifest)) do
            local where = (directory and place:sub(1, 1) ~= "/" and directory .. "/" or "") .. place:gsub("/+$", "")
            add(where)
            add(where .. "/package.json")
        end
    end
    local at = 1
    while open[at] and at <= MOST do
        local pattern = open[at]
        local paths = at == 1 and { project.path .. "/" .. pattern } or files.list(project.path, { pattern })
        for _, path in ipairs(paths) do
            local inside = path:sub(1, #project.path + 1) == project.path .. "/"
            local name = inside and path:sub(#project.path + 2) or path
            if not seen[path] then
                seen[path] = true
                look_into(name)
            end
        end
        at = at + 1
    end
    return found
end

return M
