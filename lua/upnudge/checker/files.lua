--- Files: what of a project is copied for a checker, and the copy.
---
--- A pattern is a path from the project's directory: `*` in it stands for anything in one name, `**` for any
--- directories, and `..` leads out of the project. The copy has every file under its whole path, so that what a
--- manifest says of a neighbour ("../lib") holds there, too.

local core = require "upnudge.core"
local fits = require "upnudge.lib.glob".fits
local lfs = require "lfs"

local M = {}

-- Entries that are looked at for one pattern, how deep `**` goes, and bytes of the largest file that is copied.
local ENTRIES <const>, DEPTH <const>, LARGEST <const> = 50000, 12, 64 << 20
-- Where packages are unpacked and built, which are no part of the project.
local PASSED_BY <const> = { node_modules = true, target = true, vendor = true, deps = true, _build = true,
    [".git"] = true, [".hg"] = true, [".svn"] = true, [".venv"] = true, [".terraform"] = true, [".yarn"] = true }

local function is_directory(path)
    return lfs.attributes(path, "mode") == "directory"
end

--- The names in a directory that fit, sorted. One that cannot be read has none.
local function names_in(walk, directory, pattern)
    local ok, next_name, state = pcall(lfs.dir, directory)
    local names = {}
    while ok and walk.left > 0 do
        local name = next_name(state)
        if not name then
            break
        end
        walk.left = walk.left - 1
        if name ~= "." and name ~= ".." and fits(pattern, name) then
            names[#names + 1] = name
        end
    end
    table.sort(names, core.before)
    return names
end

local descend

local function descend_all(walk, directory, parts, at, depth)
    descend(walk, directory, parts, at + 1, depth)
    for _, name in ipairs(depth < DEPTH and names_in(walk, directory, "*") or {}) do
        local path = directory .. "/" .. name
        if not PASSED_BY[name] and lfs.symlinkattributes(path, "mode") == "directory" then
            descend_all(walk, path, parts, at, depth + 1)
        end
    end
end

--- Gathers the files that the parts from `at` on lead to.
function descend(walk, directory, parts, at, depth)
    local part, last = parts[at], at == #parts
    if part == "**" then
        descend_all(walk, directory, parts, at, depth)
        return
    end
    local names = part:find("*", 1, true) and names_in(walk, directory, part) or { part }
    for _, name in ipairs(names) do
        local path = name == ".." and (directory:match "^(.+)/" or "") or directory .. "/" .. name
        if not last and (name == ".." or is_directory(path)) then
            descend(walk, path, parts, at + 1, depth)
        elseif last and not walk.seen[path] and lfs.attributes(path, "mode") == "file" then
            walk.seen[path] = true
            walk.paths[#walk.paths + 1] = path
        end
    end
end

--- The files that fit the patterns, as absolute paths, each once.
---@param directory string absolute
---@param patterns string[]
---@return string[]
function M.list(directory, patterns)
    local walk = { seen = {}, paths = {} }
    for _, pattern in ipairs(patterns) do
        local parts = {}
        for part in pattern:gmatch "[^/]+" do
            parts[#parts + 1] = part ~= "." and part or nil
        end
        walk.left = ENTRIES
        if parts[1] then
            descend(walk, pattern:sub(1, 1) == "/" and "" or directory, parts, 1, 0)
        end
    end
    return walk.paths
end

local function make_directories(root, path)
    local made = root
    for part in path:gmatch "[^/]+" do
        made = made .. "/" .. part
        if not lfs.mkdir(made) and not is_directory(made) then
            return nil, made .. ": cannot be made"
        end
    end
    return made
end

local function put(root, path, bytes)
    local directory, message = make_directories(root, path:match "^(.*)/" or "")
    if not directory then
        return nil, message
    end
    local file, fault = io.open(root .. path, "wb")
    local ok = file and file:write(bytes)
    if not (ok and file:close()) then
        return nil, ("%s: cannot be copied%s"):format(path, fault and ": " .. fault or "")
    end
    return true
end

---@class upnudge.CheckerFiles
---@field copies string[] absolute paths
---@field stubs string[] the same, of which the names alone matter

--- What a job copies.
---@param job upnudge.CheckerJob
---@return upnudge.CheckerFiles
function M.of(job)
    local checker, project = job.checker, job.project
    local patterns = { not checker.fresh and project.lockfile or nil }
    for _, list in ipairs { checker.reads or {}, checker.more and checker.more(project) or {} } do
        table.move(list, 1, #list, #patterns + 1, patterns)
    end
    local copies, stubs, seen = M.list(project.path, patterns), {}, {}
    for _, path in ipairs(checker.stubs and copies or {}) do
        local directory = path:match "^(.*)/"
        for _, stub in ipairs(not seen[directory] and M.list(directory, checker.stubs) or {}) do
            stubs[#stubs + 1] = stub
        end
        seen[directory] = true
    end
    return { copies = copies, stubs = stubs }
end

--- Makes the copy below `root`, a directory that is made, too. The project is only read.
---@param files upnudge.CheckerFiles
---@param root string
---@return boolean? ok
---@return string? message
function M.copy(files, root)
    lfs.mkdir(root)
    for _, path in ipairs(files.copies) do
        local bytes, message = core.read(path, LARGEST)
        local ok = bytes
        if bytes then
            ok, message = put(root, path, bytes)
        end
        if not ok then
            return nil, message
        end
    end
    for _, path in ipairs(files.stubs) do
        local ok, message = put(root, path, "")
        if not ok then
            return nil, message
        end
    end
    return true
end

return M
