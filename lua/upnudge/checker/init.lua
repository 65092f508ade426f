--- Checkers: how the tool of an ecosystem makes a dry upgrade by itself, one file each.
---
---     local checker, message, code = checkers.of(runtime, environment, "npm", environment .. "/package-lock.json")
---     local job = checkers.job(checker, environment .. "/package-lock.json", runtime.host.variable)
---
--- A checker is a table: it says for which formats of lockfiles it is, which program it needs, what has to be copied
--- so that this program can resolve anew, and what to run in the copy. It never runs in the project, and what it runs
--- executes no script of a package. What of the project itself such a tool runs all the same (a Gemfile is a program)
--- stands in `executes`.

local core = require "upnudge.core"
local lfs = require "lfs"

local M = {}

---@class upnudge.Checker
---@field name string
---@field title string what people call the tool
---@field formats string[] of lockfiles that it upgrades
---@field files? string[] what such a lockfile has to be called; anything unless given
---@field needs string[] programs, the first of which that is there is run
---@field install string what a person does who has none of them
---@field command string[]|fun(project: upnudge.CheckedProject): string[]? without the program itself; nil: there is
---nothing that could be upgraded
---@field environment? string[] "NAME=value"
---@field reads? string[] files to be copied beside the lockfile, as patterns (see upnudge.checker.files)
---@field more? fun(project: upnudge.CheckedProject): string[] more such patterns, after a look into the project
---@field stubs? string[] files of which only the name matters: an empty one stands for each
---@field fresh? boolean whether the tool upgrades only where no lockfile is
---@field writes? string the upgraded lockfile; the lockfile's own name unless given
---@field hint string what a person runs to upgrade
---@field telling? string[] patterns of Lua, of what the tool prints that says why it failed
---@field executes? string[] files, as patterns, by which the project itself runs code in the tool
---@field audit? upnudge.Audit how its lockfiles are scanned for problems; osv-scanner does unless given
---@field result? fun(project: upnudge.CheckedProject): string?, string? gives the lockfile in the place of a command

---@class upnudge.CheckedProject
---@field path string its directory, canonical
---@field lockfile string its name in there
---@field bytes fun(name: string): string? a file of it, or one of an absolute path
---@field document fun(name: string, syntax: string): any the same, read

---@class upnudge.CheckerJob what is to be done for one project
---@field checker upnudge.Checker
---@field project upnudge.CheckedProject
---@field argv string[]
---@field environment string[]
---@field writes string
---@field executes? string a file by which the project runs code
---@field found fun(program: string): string? where a program is; nil: nowhere

--- Our own, each a file of this directory.
local NAMES <const> = { "npm", "pnpm", "yarn", "yarn_berry", "bun", "cargo", "uv", "poetry", "pdm", "pipenv", "bundler",
    "composer", "go", "mix", "nix", "devbox", "mise", "pixi", "terraform", "flox" }

-- Bytes of the largest file that is looked into.
local LARGEST <const> = 16 << 20

local function has(list, value)
    for _, one in ipairs(list) do
        if one == value then
            return true
        end
    end
    return false
end

--- Whether it is a checker for such a lockfile.
---@param checker upnudge.Checker
---@param format string
---@param lockfile string its path
---@return boolean
local function is_for(checker, format, lockfile)
    return has(checker.formats, format) and (not checker.files or has(checker.files, lockfile:match "[^/]*$"))
end

--- Every checker of ours, in order.
---@return upnudge.Checker[]
function M.all()
    local list = {}
    for i, name in ipairs(NAMES) do
        list[i] = require("upnudge.checker." .. name)
    end
    return list
end

local function first_for(list, format, lockfile)
    for _, checker in ipairs(list) do
        if is_for(checker, format, lockfile) then
            return checker
        end
    end
end

--- The checker for a lockfile: what the policy names, a team's, ours. nil, why there is none, and the code of that.
---@param runtime upnudge.Runtime
---@param environment string canonical path
---@param format string
---@param lockfile string its path
---@return upnudge.Checker?
---@return string? message
---@return string? code
function M.of(runtime, environment, format, lockfile)
    local team = require "upnudge.checker.team"
    local list, message, code = team.load(runtime, environment)
    if not list then
        return nil, message, code
    end
    local checker = first_for(list, format, lockfile) or first_for(M.all(), format, lockfile)
    local named, fault, why = team.named(runtime, environment, format, checker)
    if named or fault or checker then
        return named or not fault and checker or nil, fault, why
    end
    return nil, ("no checker knows how %s is upgraded: give a command behind --"):format(format), "no-checker"
end

--- Where a program is; nil: nowhere in PATH.
local function found_in_path(program, variable)
    if program:find("/", 1, true) then
        return core.stamp(program) and program
    end
    for directory in (variable "PATH" or "/usr/bin:/bin"):gmatch "[^:]+" do
        local path = directory .. "/" .. program
        local permissions = lfs.attributes(path, "mode") == "file" and lfs.attributes(path, "permissions")
        if permissions and permissions:find "x" then
            return path
        end
    end
end

--- The project around a lockfile.
---@param lockfile string absolute path
---@return upnudge.CheckedProject
function M.project(lockfile)
    local directory, name = lockfile:match "^(.*)/([^/]*)$"
    local path = core.realpath(directory ~= "" and directory or "/") or directory
    local function bytes(file)
        return (core.read(file:sub(1, 1) == "/" and file or path .. "/" .. file, LARGEST))
    end
    return { path = path, lockfile = name, bytes = bytes, document = function(file, syntax)
        local text = bytes(file)
        local document = text and core.tree(text, syntax)
        return document
    end }
end

--- What a checker does for a project. nil, why it cannot, and the code of that.
---@param checker upnudge.Checker
---@param lockfile string absolute path
---@param variable fun(name: string): string?
---@return upnudge.CheckerJob?
---@return string? message
---@return string? code
function M.job(checker, lockfile, variable)
    local project, program = M.project(lockfile), nil
    for _, name in ipairs(checker.needs) do
        program = program or found_in_path(name, variable) and name
    end
    if not program and checker.needs[1] then
        return nil, ("%s is not installed, which a check of %s needs: %s"):format(table.concat(checker.needs, " or "),
            project.lockfile, checker.install), "tool-missing"
    end
    local words = checker.command
    if type(words) == "function" then
        words = words(project)
    end
    local files = require "upnudge.checker.files"
    return { checker = checker, found = function(name)
        return found_in_path(name, variable)
    end, project = project, argv = words and table.move(words, 1, #words, 2, { program }),
        environment = checker.environment or {}, writes = checker.writes or project.lockfile,
        executes = files.list(project.path, checker.executes or {})[1] }
end

return M
