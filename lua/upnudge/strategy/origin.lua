--- The origin of a database: who named it. A policy may come with a repository, and a repository reaches no server and
--- no file that its reader did not name.
---
--- So a policy may name a database only if nobody else can change its files, and they are not part of what is being
--- activated, nor of the repository around it. `$UPNUDGE_DATABASE` comes from the person or the host. SQLite makes its
--- file among the state of the app; elsewhere it takes one that is there, and that not everybody may write to.

local core = require "upnudge.core"

local M = {}

-- What stands in the top directory of a repository.
local REPOSITORIES <const> = { ".git", ".hg", ".jj", ".svn" }

local function is_below(path, directory)
    return directory == "/" or path:sub(1, #directory + 1) == directory .. "/"
end

--- The repository that a directory is part of; else the directory.
local function repository_of(directory)
    local at = directory
    while at ~= "" do
        for _, name in ipairs(REPOSITORIES) do
            if core.stamp(at .. "/" .. name) then
                return at
            end
        end
        at = at:match "^(.*)/" or ""
    end
    return directory
end

--- Whether a file stands where the person or the machine keeps policies, be that a repository or not.
local function is_configured(path, homes)
    for _, home in ipairs(homes) do
        local canonical = core.realpath((home:gsub("/+$", "")))
        if is_below(path, home:gsub("/+$", "")) or canonical and is_below(path, canonical) then
            return true
        end
    end
    return false
end

--- Why no database is taken from these files of a policy; nil: it is.
---@param files string[] of the policy and its bases, without the ready-made
---@param homes string[] where the person and the machine keep policies
---@param environment string canonical path of what is being activated
---@return string?
function M.fault_of_policy(files, homes, environment)
    local around
    for _, path in ipairs(files) do
        local own, message = core.own(path)
        if not own then
            return "a policy that is not ours alone names it: " .. message
        elseif not is_configured(path, homes) and not is_configured(own, homes) then
            around = around or repository_of(environment)
            if is_below(own, around) then
                return "a policy that came with the environment names it: " .. own
            end
        end
    end
end

--- Why SQLite does not open a file; nil: it may.
---@param path string absolute
---@param state_dir string
---@return string?
function M.fault_of_file(path, state_dir)
    if is_below(path, state_dir) and not (path .. "/"):find("/%.%.?/") then
        return nil
    end
    local own, message, code = core.own(path)
    if code == "not-found" then
        return path .. ": not there; a database that is not among the state of the app is made before it is used"
    end
    return not own and "a file that is not ours alone: " .. message or nil
end

return M
