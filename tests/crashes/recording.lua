--- The recording: what a real program does to the files below a directory, call by call, as strace sees it.
---
--- Nothing is left out in silence: a call that changes files in a way of which the disk (tests/crashes/disk.lua) has no
--- picture raises an error. Only of the memory that processes of SQLite share nothing is told, which it makes anew.

local command = require "command"

local M = {}

---@class upnudge.crashes.Call a call that succeeded; paths are below the root, without a slash at either end
---@field call "mkdir"|"rmdir"|"create"|"truncate"|"write"|"rename"|"unlink"|"sync"
---@field path string "" of a sync: the root
---@field to? string of a rename
---@field at? integer offset of a write; nil: at the end
---@field bytes? string
---@field size? integer
---@field process string

-- What may change a file, and what tells which file a descriptor is of.
local TRACED <const> = "open,openat,openat2,creat,close,lseek,mkdir,mkdirat,rmdir,rename,renameat,renameat2,"
    .. "unlink,unlinkat,link,linkat,symlink,symlinkat,mknod,mknodat,write,writev,pwrite64,pwritev,pwritev2,sendfile,"
    .. "copy_file_range,splice,truncate,ftruncate,fallocate,fsync,fdatasync,sync,syncfs,sync_file_range,msync,"
    .. "io_uring_setup"
-- More than the largest lockfile of the operations.
local LONGEST <const> = 1 << 20
-- These change no file; of lseek only what is not at the end matters, and nobody of ours seeks before he writes.
local PASSED <const> = { close = true, lseek = true }

local ESCAPES <const> = { n = "\n", t = "\t", r = "\r", v = "\v", f = "\f", a = "\a", b = "\b" }

local function unescape(text)
    return (text:gsub("\\(.)([0-7]?[0-7]?)", function(letter, digits)
        if letter:find "[0-7]" then
            return string.char(tonumber(letter .. digits, 8))
        end
        return (ESCAPES[letter] or letter) .. digits
    end))
end

--- The arguments of a call; strings are what they stand for.
local function arguments(text)
    local list, at = {}, 1
    while at <= #text do
        local last
        if text:sub(at, at) == '"' then
            last = at
            repeat
                last = text:find('["\\]', last + 1)
                local escaped = text:sub(last, last) == "\\"
                last = escaped and last + 1 or last
            until not escaped
            list[#list + 1] = unescape(text:sub(at + 1, last - 1))
            assert(text:sub(last + 1, last + 3) ~= "...", "a string that was cut off")
            last = last + 1
        else
            last = text:find(", ", at, true) or #text + 1
            list[#list + 1] = text:sub(at, last - 1)
        end
        at = last + 2
    end
    return list
end

--- The path of a descriptor as strace tells it, "5</a/b>"; nil where the file has none any more.
local function path_of(descriptor)
    return descriptor and descriptor:match "^%w+<(/.*)>$"
end

local function within(directory, name)
    return name:sub(1, 1) == "/" and name or ("%s/%s"):format(path_of(directory), name)
end

--- Where a recording is: the calls so far, and where in their files descriptors are.
---@class upnudge.crashes.Tape
---@field calls upnudge.crashes.Call[]
---@field private root string
---@field private offsets table<string, integer|false> false: at the end
---@field private process string
local Tape = {}
Tape.__index = Tape

--- The path below the root, which is "" itself; nil: it is elsewhere.
function Tape:below(path)
    return path and (path .. "/"):sub(1, #self.root + 1) == self.root .. "/" and path:sub(#self.root + 2) or nil
end

function Tape:add(call, path, more)
    if path and path:find "%-shm$" and (call == "write" or call == "truncate") then
        return
    end
    local one = more or {}
    one.call, one.path, one.process = call, path, self.process
    self.calls[#self.calls + 1] = path and one or nil
end

local handlers = {}

function handlers.openat(tape, args, result)
    local descriptor, path = result:match "^(%d+)<(/.*)>$"
    path = path and tape:below(path)
    if not path or args[3]:find("O_TMPFILE", 1, true) or args[3]:find("O_PATH", 1, true) then
        return
    end
    if args[3]:find("O_CREAT", 1, true) then
        tape:add("create", path)
    end
    if args[3]:find("O_TRUNC", 1, true) then
        tape:add("truncate", path, { size = 0 })
    end
    tape.offsets[tape.process .. ":" .. descriptor] = not args[3]:find("O_APPEND", 1, true) and 0
end

function handlers.mkdirat(tape, args)
    tape:add("mkdir", tape:below(within(args[1], args[2])))
end

function handlers.renameat(tape, args)
    tape:add("rename", tape:below(within(args[1], args[2])), { to = tape:below(within(args[3], args[4])) })
end

function handlers.unlinkat(tape, args)
    tape:add(args[3] == "AT_REMOVEDIR" and "rmdir" or "unlink", tape:below(within(args[1], args[2])))
end

function handlers.write(tape, args, result)
    local path, key = tape:below(path_of(args[1])), tape.process .. ":" .. args[1]:match "^%d+"
    local written, offset = math.tointeger(tonumber(result)), tape.offsets[key]
    tape.offsets[key] = offset and offset + written
    tape:add("write", path, { at = offset or nil, bytes = args[2]:sub(1, written) })
end

function handlers.pwrite64(tape, args, result)
    tape:add("write", tape:below(path_of(args[1])), { at = math.tointeger(tonumber(args[4])),
        bytes = args[2]:sub(1, math.tointeger(tonumber(result))) })
end

function handlers.ftruncate(tape, args)
    tape:add("truncate", tape:below(path_of(args[1])), { size = math.tointeger(tonumber(args[2])) })
end

function handlers.fsync(tape, args)
    tape:add("sync", tape:below(path_of(args[1])))
end

--- The same with a path in the place of a directory and a name; of `second` in two places.
local function by_path(handler, second)
    return function(tape, args, result)
        table.insert(args, 1, "AT_FDCWD")
        if second then
            table.insert(args, 3, "AT_FDCWD")
        end
        handler(tape, args, result)
    end
end

handlers.open, handlers.mkdir = by_path(handlers.openat), by_path(handlers.mkdirat)
handlers.rename, handlers.unlink = by_path(handlers.renameat, true), by_path(handlers.unlinkat)
handlers.rmdir = function(tape, args)
    handlers.unlinkat(tape, { "AT_FDCWD", args[1], "AT_REMOVEDIR" })
end
handlers.openat2 = function(_, args)
    assert(not args[3]:find "O_CREAT" and not args[3]:find "O_TRUNC", args[3])
end
handlers.renameat2, handlers.fdatasync = handlers.renameat, handlers.fsync

--- Adds what one line of strace tells.
function Tape:read(line)
    local process, name, args, result = line:match "^(%d+) +([%w_]+)%((.*)%) += (.*)$"
    if not name or result:find "^[-?]" or PASSED[name] then
        return
    end
    self.process = process
    local handler = handlers[name]
    if handler then
        handler(self, arguments(args), result)
    elseif args:find(self.root, 1, true) then
        error("a call of which nobody knows what it leaves: " .. line, 0)
    end
end

--- The lines of strace, each call in one, where it ended.
local function whole_lines(text)
    local begun, list = {}, {}
    for line in text:gmatch "[^\n]+" do
        local process, start = line:match "^(%d+) +(.*) <unfinished %.%.%.>$"
        local resumed, rest = line:match "^(%d+) +<%.%.%. [%w_]+ resumed>(.*)$"
        if process then
            begun[process] = start
        elseif resumed then
            list[#list + 1] = ("%s %s%s"):format(resumed, begun[resumed], rest)
        else
            list[#list + 1] = line
        end
    end
    return list
end

--- What strace told, as calls.
---@param text string
---@param root string without links
---@return upnudge.crashes.Call[]
function M.read(text, root)
    local tape = setmetatable({ root = root, calls = {}, offsets = {}, process = "" }, Tape)
    for _, line in ipairs(whole_lines(text)) do
        tape:read(line)
    end
    return tape.calls
end

---@return boolean
function M.is_there()
    return command.shell("strace -o /dev/null true").code == 0
end

-- A sanitised program cannot look for leaks where another one looks at it.
local TRACER <const> = [[
traced() {
    ASAN_OPTIONS=detect_leaks=0 strace -qq -f -y -A -s %d -e signal=none -e trace=%s -o %s "$@"
}
]]

--- Runs a script of the shell, in which "traced" stands before a program, and tells what that did below the root.
---@param script string
---@param root string without links
---@return upnudge.crashes.Call[]
function M.make(script, root)
    local file = root .. ".strace"
    os.remove(file)
    command.must(command.script(TRACER, LONGEST, TRACED, file) .. script)
    return M.read(assert(command.read(file)), root)
end

return M
