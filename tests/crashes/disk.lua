--- The disk: what may be on it after a power cut, as far as POSIX promises anything.
---
--- A call changes what processes see. What of that is on the disk is known only where a file or a directory was synced
--- since: a sync of a file keeps its bytes and its size, a sync of a directory keeps its entries, and neither keeps
--- the other. Of everything later each part may be there or not, in whatever order it came:
---
--- - each entry that was made, renamed or removed, for itself; a rename is there as a whole or not at all;
--- - each write: lost, there, there in part, or only the size that it made, with zeros for bytes. What stays within one
---   sector of 512 bytes that was there before is written as a whole or not at all, as disks do.
---
--- What is below a directory that is not there is not there.

local M = {}

local SECTOR <const> = 512
-- Pending changes of one directory, and pending writes of one file, of which all subsets are looked at. Of more: as
-- they came, to whatever one; all but one; one alone.
local SUBSETS <const> = 8

---@class upnudge.crashes.Node a file or a directory, by whatever name
---@field bytes? string of a file, as it was synced last
---@field writes? {at: integer?, bytes: string?, size: integer?}[] since
---@field entries? table<string, upnudge.crashes.Node> of a directory, as it was synced last
---@field changes? table<string, upnudge.crashes.Node|false>[] since
---@field now? table<string, upnudge.crashes.Node> what processes see

---@alias upnudge.crashes.Tree table<string, string|table> what is in a directory: bytes of files, and directories

---@class upnudge.crashes.Disk
---@field private root upnudge.crashes.Node
---@field private nodes upnudge.crashes.Node[]
local Disk = {}
Disk.__index = Disk

local function copy(entries)
    local list = {}
    for name, entry in pairs(entries) do
        list[name] = entry
    end
    return list
end

--- Adds a node; what it is made of is on the disk.
function Disk:add(content)
    local node
    if type(content) == "string" then
        node = { bytes = content, writes = {} }
    else
        node = { entries = {}, changes = {}, now = {} }
        for name, inner in pairs(content) do
            node.entries[name] = self:add(inner)
        end
        node.now = copy(node.entries)
    end
    self.nodes[#self.nodes + 1] = node
    return node
end

--- A disk on which that is, and nothing is pending.
---@param tree upnudge.crashes.Tree
---@return upnudge.crashes.Disk
function M.new(tree)
    local disk = setmetatable({ nodes = {} }, Disk)
    disk.root = disk:add(tree)
    return disk
end

-- ---- what calls do ------------------------------------------------------------------------------

--- The directory in which a path is, and its name there.
function Disk:find(path)
    local node = self.root
    for name in path:gmatch "([^/]+)/" do
        node = assert(node.now[name], path)
    end
    return node, path:match "[^/]+$"
end

local function change(directory, changed)
    directory.changes[#directory.changes + 1] = changed
    for name, node in pairs(changed) do
        directory.now[name] = node or nil
    end
end

local calls = {}

function calls:mkdir(one)
    local directory, name = self:find(one.path)
    change(directory, { [name] = self:add {} })
end

function calls:create(one)
    local directory, name = self:find(one.path)
    if not directory.now[name] then
        change(directory, { [name] = self:add "" })
    end
end

function calls:unlink(one)
    local directory, name = self:find(one.path)
    change(directory, { [name] = false })
end

calls.rmdir = calls.unlink

function calls:rename(one)
    local directory, name = self:find(one.path)
    local other, to = self:find(one.to)
    assert(directory == other, "a rename from one directory to another has no picture here")
    change(directory, { [to] = directory.now[name], [name] = false })
end

function calls:write(one)
    local directory, name = self:find(one.path)
    local writes = directory.now[name].writes
    writes[#writes + 1] = { at = one.at, bytes = one.bytes, size = one.size }
end

function calls:truncate(one)
    local directory, name = self:find(one.path)
    local node = directory.now[name]
    if node.bytes ~= "" or node.writes[1] then
        calls.write(self, one)
    end
end

--- The bytes of a file after a write, or a part of it: as far as `upto`, if that is given, of as large a file as the
--- whole would make where `sized`.
local function written(bytes, write, upto, sized)
    if write.size then
        return #bytes > write.size and bytes:sub(1, write.size) or bytes .. ("\0"):rep(write.size - #bytes)
    end
    local at, more = write.at or #bytes, write.bytes:sub(1, upto)
    local size = at + (sized and #write.bytes or #more)
    local grown = bytes .. ("\0"):rep(size - #bytes)
    return grown:sub(1, at) .. more .. grown:sub(at + #more + 1)
end

local function content(node)
    local bytes = node.bytes
    for _, write in ipairs(node.writes) do
        bytes = written(bytes, write)
    end
    return bytes
end

function calls:sync(one)
    local directory, name = self:find(one.path)
    local node = name and directory.now[name] or directory
    if node.writes then
        node.bytes, node.writes = content(node), {}
    else
        node.entries, node.changes = copy(node.now), {}
    end
end

--- Makes one call.
---@param one upnudge.crashes.Call
function Disk:make(one)
    calls[one.call](self, one)
end

local function seen(node)
    if node.writes then
        return content(node)
    end
    local tree = {}
    for name, inner in pairs(node.now) do
        tree[name] = seen(inner)
    end
    return tree
end

--- What processes see: what is left where one is killed and the power stays.
---@return upnudge.crashes.Tree
function Disk:seen()
    return seen(self.root)
end

-- ---- what a cut leaves --------------------------------------------------------------------------

--- Lists of numbers up to `count`, those of what is there: from none of them to all.
local function subsets(count)
    local list = {}
    if count <= SUBSETS then
        for set = 0, (1 << count) - 1 do
            list[#list + 1] = function(i) return set >> (i - 1) & 1 == 1 end
        end
        return list
    end
    for last = 0, count - 1 do
        list[#list + 1] = function(i) return i <= last end
        list[#list + 1] = function(i) return i == last end
        list[#list + 1] = function(i) return i ~= last + 1 end
    end
    list[#list + 1] = function() return true end
    return list
end

--- What a file may have been left as by one write that came after others.
local function parts(list, before, write)
    local whole = written(before, write)
    if not write.bytes then
        list[#list + 1] = whole
        return
    end
    local at, size = write.at or #before, #write.bytes
    -- Within a sector that is there.
    if at + size <= #before and at // SECTOR == (at + size - 1) // SECTOR then
        list[#list + 1] = whole
        return
    end
    local ends = { 0, 1, size // 2, size - 1 }
    for edge = SECTOR - at % SECTOR, math.min(size - 1, 8 * SECTOR), SECTOR do
        ends[#ends + 1] = edge
        -- Those after it without those before.
        local behind = { at = at + edge, bytes = write.bytes:sub(edge + 1) }
        list[#list + 1] = written(before, behind)
    end
    local is_inside = at + size <= #before
    for _, upto in ipairs(ends) do
        local on_edge = (at + upto) % SECTOR == 0
        if not is_inside or on_edge then
            list[#list + 1] = written(before, write, upto, false)
            list[#list + 1] = written(before, write, upto, true)
        end
    end
    list[#list + 1] = whole
end

local function contents(node)
    local list = {}
    for _, has in ipairs(subsets(#node.writes)) do
        local bytes = node.bytes
        for i, write in ipairs(node.writes) do
            bytes = has(i) and written(bytes, write) or bytes
        end
        list[#list + 1] = bytes
    end
    local before = node.bytes
    for _, write in ipairs(node.writes) do
        parts(list, before, write)
        before = written(before, write)
    end
    list[#list + 1] = before
    return list
end

--- The entries that a directory may have been left with.
local function listings(node)
    local list = {}
    for _, has in ipairs(subsets(#node.changes)) do
        local entries = copy(node.entries)
        for i, changed in ipairs(node.changes) do
            for name, inner in pairs(has(i) and changed or {}) do
                entries[name] = inner or nil
            end
        end
        list[#list + 1] = entries
    end
    return list
end

local function same_entries(a, b)
    for name, node in pairs(a) do
        if b[name] ~= node then
            return false
        end
    end
    for name in pairs(b) do
        if a[name] == nil then
            return false
        end
    end
    return true
end

--- Without those that are there before, the last staying last.
local function distinct(list, same)
    local kept = { list[#list] }
    for i = 1, #list - 1 do
        local known = false
        for _, other in ipairs(kept) do
            known = known or same(other, list[i])
        end
        kept[#kept + 1] = not known and list[i] or nil
    end
    return kept
end

local function equal(a, b)
    return a == b
end

--- What may be there: nodes with what each may have been left as, the first being all that was done.
---@return {node: upnudge.crashes.Node, ways: any[]}[]
function Disk:choices()
    local list = {}
    for _, node in ipairs(self.nodes) do
        local ways
        if node.writes and node.writes[1] then
            ways = distinct(contents(node), equal)
        elseif node.changes and node.changes[1] then
            ways = distinct(listings(node), same_entries)
        end
        list[#list + 1] = ways and ways[2] and { node = node, ways = ways } or nil
    end
    return list
end

local function left(node, chosen)
    local way = chosen[node]
    if node.writes then
        return way or content(node)
    end
    local tree = {}
    for name, inner in pairs(way or node.now) do
        tree[name] = left(inner, chosen)
    end
    return tree
end

--- What is left where of each choice that way was taken.
---@param choices {node: upnudge.crashes.Node, ways: any[]}[]
---@param taken integer[]
---@return upnudge.crashes.Tree
function Disk:left(choices, taken)
    local chosen = {}
    for i, choice in ipairs(choices) do
        chosen[choice.node] = choice.ways[taken[i]]
    end
    return left(self.root, chosen)
end

return M
