--- Lockfiles: find and read them with our formats and a team's.
---
---     local reader <close> = lockfile.reader(policy.find())
---     local found, message = reader:open("package-lock.json")
---
--- A reader loads the formats beside a policy once, at its first use; runtimes keep one while they are open.

local core = require "upnudge.core"
local team_format = require "upnudge.lockfile.team_format"

--- From this weight on a file may be something else than a lockfile, or names tools alone (see `candidates`).
local M = { DOUBTFUL = 2 }

---@class upnudge.ParseOptions
---@field called? string what the file is usually called, where its own name is made up
---@field limit? integer bytes of the largest lockfile that is read

---@class upnudge.LockfileReader
---@field private source upnudge.PolicySource
---@field private team? upnudge.LuaFormat[] once they are loaded
---@field private faulty {path: string, message: string}[] those that could not be
local Reader = {}
Reader.__index = Reader

--- A reader for the formats beside a policy. Close it.
---@param source upnudge.PolicySource
---@return upnudge.LockfileReader
function M.reader(source)
    return setmetatable({ source = source }, Reader)
end

--- The team's formats, and what keeps others of them from being read. What a faulty one would read nobody knows: so
--- it is told where a lockfile is found by none, or read by none.
---@return upnudge.LuaFormat[] formats
---@return {path: string, message: string}[] faults
function Reader:formats()
    if not self.team then
        self.team, self.faulty = team_format.load(self.source)
    end
    return self.team, self.faulty
end

--- Why something is no lockfile, or none is there, and which faulty formats there are that it could be of.
---@return string message
---@return string code
function Reader:unread(message, code)
    local _, faults = self:formats()
    if not faults[1] then
        return message, code
    end
    local lines = {}
    for i, fault in ipairs(faults) do
        lines[i] = fault.message
    end
    return ("%s; a format beside the policy, which may read it, has a mistake: %s"):format(message,
        table.concat(lines, "\n")), "policy"
end

---@class upnudge.FormatEntry one format that is read
---@field name string
---@field title string
---@field files string[] usual names
---@field syntax string
---@field versions string name of the version order
---@field path? string of a team's format

--- Every format that is read, a team's first.
---@return upnudge.FormatEntry[] formats
---@return {path: string, message: string}[] faults of a team's others
function Reader:all()
    local team, faults = self:formats()
    local list = {}
    for _, format in ipairs(team) do
        list[#list + 1] = { name = format.name, title = format.title, files = format.files,
            syntax = format.syntax, versions = format.versions, path = format.path }
    end
    for _, format in ipairs(core.formats()) do
        list[#list + 1] = { name = format.name, title = format.title, files = format.filenames,
            syntax = format.syntax, versions = format.versions }
    end
    return list, faults
end

--- How versions compare in a format.
---@param name string
---@return string order
function Reader:versions(name)
    for _, format in ipairs((self:all())) do
        if format.name == name then
            return format.versions
        end
    end
    return "semver"
end

--- What the code of parsing is: a reader that cannot be loaded is no fault of the lockfile.
local function code_of(code)
    return code == "system" and "reader" or code
end

--- Parses bytes. A team's format whose file pattern fits comes first; then ours, by content; then a
--- team's that recognises the content.
---@param name string for messages
---@param bytes string
---@param options upnudge.ParseOptions?
---@return table? lockfile
---@return string? message
---@return string? code "policy": nothing else reads it, and a team's format has a mistake; "reader": one cannot be
---loaded; else as upnudge.core
function Reader:parse(name, bytes, options)
    local called, limit = options and options.called or name, options and options.limit or 0
    local team = self:formats()
    for _, format in ipairs(team) do
        if team_format.fits(format, called) then
            local lockfile, message, code = team_format.parse(format, name, bytes)
            if lockfile or message then
                return lockfile, message, code_of(code)
            end
        end
    end
    local lockfile, message, code = core.parse(name, bytes, called, limit)
    if lockfile or code ~= "format" then
        return lockfile, message, code_of(code)
    end
    for _, format in ipairs(team) do
        local found = format.recognises and team_format.parse(format, name, bytes)
        if found then
            return found
        end
    end
    return nil, self:unread(message, code)
end

-- What always stands beside another one and says less, or what was asked for where the other says what was taken.
local SECOND_TO <const> = {
    gosum = { "gomod" }, ["gradle-catalog"] = { "gradle" }, ["gradle-verification"] = { "gradle", "gradle-catalog" },
}

local function is_second(format, seen)
    for _, first in ipairs(SECOND_TO[format.name] or {}) do
        if seen[first] then
            return true
        end
    end
    return false
end

-- What people also write by hand, is exported from a lockfile, or may be something else of that name, gives way to
-- what a tool locks; what names tools and no packages of the project comes last.
local GIVES_WAY <const> = { requirements = 1, ["conda-env"] = 1, ["nix-profile"] = 2, ["tool-versions"] = 3,
    ["pre-commit"] = 4 }

-- Cannot be read, but reading it tells what to do, which is more than that nothing was found.
local BINARY <const> = { filenames = { "bun.lockb" } }

local function first_of(environment, format)
    for _, name in ipairs(format.filenames or format.files) do
        local path = environment.path .. "/" .. name
        if core.stamp(path) then
            return path
        end
    end
end

--- The lockfiles of the directory that give way to no other one there, and how much they would give way. Of one
--- format's names the first wins, as npm does with a shrinkwrap beside a package-lock.
---@param environment upnudge.Environment
---@return string[] paths
---@return number least 0: a tool locked them, 2 and more: they may be something else
function Reader:candidates(environment)
    local team, ours = self:formats(), core.formats()
    local found, seen, least = {}, {}, math.huge
    for _, format in ipairs(table.move(ours, 1, #ours, #team + 1, table.move(team, 1, #team, 1, {}))) do
        local path = not is_second(format, seen) and first_of(environment, format)
        if path and not seen[path] then
            local way = GIVES_WAY[format.name] or 0
            found = way < least and {} or found
            found[#found + 1] = way <= least and path or nil
            least = math.min(way, least)
            seen[path], seen[format.name] = true, true
        end
    end
    if not found[1] then
        found[1], least = first_of(environment, BINARY), 0
    end
    return found, least
end

--- The one lockfile that upnudge knows in the directory; of two that give way to the same none is it.
---@param environment upnudge.Environment
---@return string? path
---@return string? message
---@return "none"|"policy"|nil code
function Reader:find(environment)
    local found = self:candidates(environment)
    if #found == 1 then
        return found[1]
    elseif #found == 0 then
        return nil, self:unread(environment.path .. ": no lockfile that upnudge knows; name one with --lockfile",
            "none")
    end
    return nil, environment.path .. ": several lockfiles (" .. table.concat(found, ", ")
        .. "); name one with --lockfile", "none"
end

--- What our formats' lockfiles are called, for who looks for a project without a reader (upnudge.lockfile.names, which
--- is made from this). From the weight DOUBTFUL on a file may be something else, or names tools alone: it makes a
--- project of its directory only where there is no other one around.
---@return table<string, boolean> names whether each is doubtful
function M.names()
    local names = {}
    for _, name in ipairs(BINARY.filenames) do
        names[name] = false
    end
    for _, format in ipairs(core.formats()) do
        for _, name in ipairs(format.filenames) do
            local doubtful = (GIVES_WAY[format.name] or 0) >= M.DOUBTFUL
            names[name] = doubtful and names[name] ~= false
        end
    end
    return names
end

--- What format a file of that name usually is of, without a look into it: a team's first; nil where the name says
--- nothing.
---@param path string
---@return string? format
function Reader:called(path)
    local name = path:match "[^/]*$"
    for _, format in ipairs((self:formats())) do
        if team_format.fits(format, path) then
            return format.name
        end
    end
    for _, format in ipairs(core.formats()) do
        for _, usual in ipairs(format.filenames) do
            if usual:match "[^/]*$" == name then
                return format.name
            end
        end
    end
end

--- Reads and parses a file. Blocks as the file system does.
---@param path string
---@param options upnudge.ParseOptions?
---@return table? lockfile
---@return string? message
---@return string? code
function Reader:open(path, options)
    local bytes, message, code = core.read(path, options and options.limit or core.lockfile_limit)
    if not bytes then
        return nil, message, code
    end
    return self:parse(path, bytes, options)
end

--- Releases the VMs of the formats. Repeated calls do nothing.
function Reader:close()
    for _, format in ipairs(self.team or {}) do
        format.vm:close()
    end
    self.team = nil
end

Reader.__close = Reader.close

return M
