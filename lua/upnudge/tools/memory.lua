--- Memory: a file system of one process below one path, for worlds that nobody else looks into. What stands beside that
--- path is on disk.
---
--- It answers as upnudge.core does where files are asked for, and by its codes. Nothing in it is anybody else's, lasts
--- longer than the process or can fail half-way.

local core = require "upnudge.core"

local M = {}

---@class upnudge.MemoryFile
---@field bytes string
---@field stamp string

---@class upnudge.Memory: upnudge.Disk
---@field private files table<string, upnudge.MemoryFile> by path
---@field private directories table<string, table<string, boolean>> what is in each, by path
---@field private moved table<string, string> where directories went that were renamed
---@field private locks table<string, upnudge.MemoryLock> that are held, by path
---@field private writes integer how many there were

---@class upnudge.MemoryDirectory
---@field private disk upnudge.Memory
---@field private path string
local Directory = {}
Directory.__index = Directory

---@class upnudge.MemoryLock
---@field private disk upnudge.Memory
---@field private path string
local Lock = {}
Lock.__index = Lock

local function missing(path)
    return nil, path .. ": cannot open: No such file or directory", "not-found"
end

-- ---- files --------------------------------------------------------------------------------------

local function split(path)
    return path:match "^(.+)/([^/]+)$"
end

local function read(disk, path, limit)
    local file = disk.files[path]
    if not file then
        return missing(path)
    elseif #file.bytes > limit then
        return nil, ("%s: more than %d bytes"):format(path, limit), "limit"
    end
    return file.bytes, file.stamp
end

--- Each write has a stamp of its own, which is old enough to be a proof (see upnudge.record.content).
local function write(disk, path, bytes)
    local above, name = split(path)
    disk.writes = disk.writes + 1
    disk.files[path] = { bytes = bytes, stamp = ("0:0:%x:0:%x"):format(#bytes, disk.writes) }
    disk.directories[above][name] = true
    return true
end

local function remove(disk, path)
    if not disk.files[path] then
        return missing(path)
    end
    local above, name = split(path)
    disk.files[path], disk.directories[above][name] = nil, nil
    return true
end

local function make(disk, path)
    if disk.directories[path] then
        return
    end
    disk.directories[path] = {}
    local above, name = split(path)
    if #path > #disk.root then
        make(disk, above)
        disk.directories[above][name] = true
    end
end

local function open(disk, path, create)
    if create then
        make(disk, path)
    end
    if not disk.directories[path] then
        return missing(path)
    end
    return setmetatable({ disk = disk, path = path }, Directory)
end

--- Gives a directory, with all that is in it, another name beside its own.
local function move(disk, from, to)
    if next(disk.directories[to] or {}) then
        return nil, to .. ": cannot rename: Directory not empty", "system"
    end
    make(disk, to)
    for name in pairs(disk.directories[from]) do
        local inner, outer = from .. "/" .. name, to .. "/" .. name
        if disk.directories[inner] then
            move(disk, inner, outer)
        else
            disk.files[outer], disk.files[inner] = disk.files[inner], nil
            disk.directories[to][name] = true
        end
    end
    local above, name = split(from)
    disk.directories[from], disk.directories[above][name], disk.moved[from] = nil, nil, to
    return true
end

-- ---- directories, as those of upnudge.core ------------------------------------------------------

--- Who has a directory open goes with it when it is renamed.
function Directory:within(name)
    self.path = self.disk.moved[self.path] or self.path
    return self.path .. "/" .. name
end

function Directory:enter(name, create)
    return open(self.disk, self:within(name), create)
end

function Directory:close() -- luacheck: ignore 212
end

Directory.__close = Directory.close

function Directory:read(name, limit)
    local bytes, message, code = read(self.disk, self:within(name), limit)
    return bytes, not bytes and message or nil, code
end

function Directory:holds(name, bytes)
    return read(self.disk, self:within(name), #bytes) == bytes
end

function Directory:replace(name, bytes)
    return write(self.disk, self:within(name), bytes)
end

Directory.place = Directory.replace

function Directory:could_replace() -- luacheck: ignore 212
    return true
end

function Directory:overwrite(name, offset, bytes)
    local before, message, code = read(self.disk, self:within(name), math.huge)
    if not before then
        return nil, message, code
    end
    return self:replace(name, before:sub(1, offset) .. bytes .. before:sub(offset + #bytes + 1))
end

function Directory:could_overwrite(name)
    if not self:exists(name) then
        return missing(name)
    end
    return true
end

function Directory:rename(from, to)
    if self.disk.directories[self:within(from)] then
        return move(self.disk, self:within(from), self:within(to))
    end
    local bytes, message, code = read(self.disk, self:within(from), math.huge)
    if not bytes then
        return nil, message, code
    end
    return remove(self.disk, self:within(from)) and self:replace(to, bytes)
end

function Directory:remove(name)
    return remove(self.disk, self:within(name))
end

function Directory:remove_empty(name)
    local path = self:within(name)
    if not self.disk.directories[path] then
        return missing(path)
    elseif next(self.disk.directories[path]) then
        return nil, path .. ": cannot remove: Directory not empty", "system"
    end
    self.disk.directories[path], self.disk.directories[(split(path))][name] = nil, nil
    return true
end

function Directory:exists(name)
    local path = self:within(name)
    return self.disk.files[path] ~= nil or self.disk.directories[path] ~= nil
end

function Directory:sync() -- luacheck: ignore 212
    return true
end

function Directory:names()
    local names = {}
    for name in pairs(self.disk.directories[self.disk.moved[self.path] or self.path]) do
        names[#names + 1] = name
    end
    table.sort(names)
    return names
end

--- When a file was written, as far as that orders them.
local function written(disk, path)
    local file = disk.files[path]
    return file and math.tointeger(tonumber(file.stamp:match "%x+$", 16)) or 0
end

function Directory:newest(file, most)
    local keys, times = {}, {}
    for _, name in ipairs(self:names()) do
        if #name == 32 and not name:find "%X" then
            keys[#keys + 1], times[name] = name, written(self.disk, self:within(name) .. "/" .. file)
        end
    end
    table.sort(keys, function(a, b)
        return times[a] > times[b] or times[a] == times[b] and a < b
    end)
    local first, when = table.move(keys, 1, math.min(#keys, most), 1, {}), {}
    for i, key in ipairs(first) do
        when[i] = times[key]
    end
    return first, when, #keys
end

--- Logs keep their newer half, in one file.
function Directory:append(name, lines, limit)
    local all = (self:read(name, math.huge) or "") .. lines
    return self:replace(name, #all > limit and all:sub(-limit // 2):gsub("^[^\n]*\n", "") or all)
end

function Directory:continue(name, lines, limit)
    if not self:exists(name) then
        return missing(name)
    end
    return self:append(name, "\n" .. lines, limit)
end

--- A new directory for one use.
function Directory:make_scratch(purpose)
    local disk = self.disk
    disk.writes = disk.writes + 1
    local name = ("%s.%d"):format(purpose, disk.writes)
    make(disk, self:within(name))
    return name
end

function Directory:remove_scratch(name)
    local path = self:within(name)
    for inner in pairs(self.disk.directories[path] or {}) do
        if self.disk.directories[path .. "/" .. inner] then
            self:enter(name):remove_scratch(inner)
        else
            remove(self.disk, path .. "/" .. inner)
        end
    end
    return self:remove_empty(name)
end

function Directory:sweep() -- luacheck: ignore 212
    return 0
end

function Directory:sweep_scratch() -- luacheck: ignore 212
    return 0
end

function Directory:lock(name)
    local path, locks = self:within(name), self.disk.locks
    if locks[path] then
        return nil, path .. ": held by another process", "busy"
    end
    if not self:exists(name) then
        self:replace(name, "")
    end
    locks[path] = setmetatable({ disk = self.disk, path = path }, Lock)
    return locks[path]
end

function Directory:could_lock(name)
    local path = self:within(name)
    if self.disk.locks[path] then
        return nil, path .. ": held by another process", "busy"
    end
    return true
end

function Directory:holder() -- luacheck: ignore 212
end

function Lock:release()
    local locks = self.disk.locks
    if locks[self.path] == self then
        locks[self.path] = nil
    end
end

Lock.__close = Lock.release

function Lock:note(from, to)
    return write(self.disk, self.path, ("%d %d"):format(from, to))
end

function Lock:noted()
    local from, to = self.disk.files[self.path].bytes:match "^(%-?%d+) (%-?%d+)$"
    if from and math.tointeger(to) > math.tointeger(from) then
        return math.tointeger(from), math.tointeger(to)
    end
end

function Lock:is_file() -- luacheck: ignore 212
    return false
end

-- ---- the disk -----------------------------------------------------------------------------------

--- Makes an empty one.
---@param root string the path below which it is; nothing may be there
---@return upnudge.Memory
function M.new(root)
    local disk = setmetatable({ root = root, files = {}, directories = {}, locks = {}, moved = {}, writes = 0 },
        { __index = core })
    local below, length = root .. "/", #root + 1
    local function is_ours(path)
        return path == root or path:sub(1, length) == below
    end
    function disk.read(path, limit, ours)
        if not is_ours(path) then
            return core.read(path, limit, ours)
        end
        local bytes, more, code = read(disk, path, limit)
        return bytes, (not bytes or not ours) and more or nil, code
    end
    function disk.stamp(path)
        if not is_ours(path) then
            return core.stamp(path)
        end
        local file = disk.files[path]
        if not file and not disk.directories[path] then
            return missing(path)
        end
        return file and file.stamp or "0:0:0:0:0"
    end
    function disk.digest(path, limit)
        if not is_ours(path) then
            return core.digest(path, limit)
        end
        local bytes, more, code = read(disk, path, limit)
        return bytes and core.hash(bytes), more, code
    end
    function disk.directory(path, create)
        if not is_ours(path) then
            return core.directory(path, create)
        end
        return open(disk, path, create)
    end
    function disk.ours(outer, inner, known)
        if not is_ours(outer) then
            return core.ours(outer, inner, known)
        end
        local lacking = not disk.directories[outer] and outer or inner and not disk.directories[inner] and inner
        if lacking then
            return missing(lacking)
        end
        return true
    end
    --- Writes a file, and makes the directory that it is in.
    function disk.write(path, bytes)
        make(disk, (split(path)))
        return write(disk, path, bytes)
    end
    return disk
end

return M
