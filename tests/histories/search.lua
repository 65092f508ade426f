--- The search for an order of operations that explains what each answered: that of Wing and Gong, with memoisation as
--- Lowe has it, on the steps of the specification (tests/histories/specification.lua).
---
--- Each step of an operation has a point in time, after its operation was invoked and before it returned; points follow
--- each other as the order does, and a step that looks at the clock sees the second of its point. An operation that was
--- killed and had not answered may stop after any step. What it had asked a server may happen later, and all else no
--- later than its process ended.

local specification = require "histories.specification"

local M = {}

-- Looks after which a history counts as too long to be decided, unless somebody says otherwise.
local MOST <const> = 50000
local TOO_MANY <const> = "too many orders"
-- Seconds by which the clock that tells the second may be behind.
local COARSE <const> = 0.01

---@class histories.Node where an operation is on one of its ways
---@field step histories.Step? the last that it took; nil: none
---@field ends boolean whether it may stop here
---@field reads boolean whether all that may follow changes nothing
---@field number integer
---@field [integer] histories.Node where it may be next

---@class histories.Entry an operation while an order is searched
---@field id integer
---@field invoked number
---@field latest number seconds; after that it takes no step
---@field node histories.Node

--- The ways of an operation as a tree, in which those that begin with the same steps have these in common.
local function tree_of(ways, is_open)
    local count = 0
    local function node(step)
        count = count + 1
        return { step = step, ends = is_open, reads = true, number = count }
    end
    local root = node()
    for _, way in ipairs(ways) do
        local at = root
        for i, step in ipairs(way) do
            local next_node
            for _, child in ipairs(at) do
                next_node = child.step == step and child or next_node
            end
            if not next_node then
                next_node = node(step)
                at[#at + 1] = next_node
            end
            for later = i, #way do
                at.reads = at.reads and way[later].reads or false
            end
            at = next_node
        end
        at.ends = true
    end
    return root
end

--- The entries of a history by the time at which they were invoked; nil: there is one that cannot have answered so.
local function entries_of(history, is_raced)
    local entries = {}
    for id, op in ipairs(history.operations) do
        local is_open = specification.is_open(op)
        local root = tree_of(specification.ways(history, id, is_raced), is_open)
        if not root[1] and not root.ends then
            return nil
        elseif not root.ends or not root.reads then
            entries[#entries + 1] = { id = id, invoked = op.invoked, node = root,
                latest = is_open and specification.latest(history, op) or op.returned }
        end
    end
    table.sort(entries, function(a, b)
        return a.invoked < b.invoked or a.invoked == b.invoked and a.id < b.id
    end)
    return entries
end

---@class histories.Search
---@field history histories.History
---@field entries histories.Entry[]
---@field seen table<string, true> from where nothing leads on
---@field looks integer
---@field most integer of them
local Search = {}
Search.__index = Search

--- Whether nothing more comes of it.
local function is_over(entry, clock)
    return entry.node.ends and (entry.node.reads or entry.latest < clock)
end

-- Of a state what distinguishes it, once it was asked for.
local texts = setmetatable({}, { __mode = "k" })

local function text_of(state)
    local text = texts[state]
    if not text then
        local parts = {}
        for name, value in pairs(state) do
            parts[#parts + 1] = name .. "=" .. tostring(value)
        end
        table.sort(parts)
        text = table.concat(parts, " ")
        texts[state] = text
    end
    return text
end

--- The first entry that is not over, the time before which the next point has to be, and whether nobody is left who
--- must be in the order.
function Search:frontier(clock)
    local first, bound = nil, math.huge
    for i, entry in ipairs(self.entries) do
        if entry.invoked > bound then
            break
        elseif not is_over(entry, clock) then
            first = first or i
            bound = entry.node.ends and bound or math.min(bound, entry.latest)
        end
    end
    return first or #self.entries + 1, bound, bound == math.huge
end

--- What distinguishes where the search is.
function Search:key(first, bound, state, clock)
    local parts = { first, ("%.6f"):format(clock), text_of(state) }
    for i = first, #self.entries do
        local entry = self.entries[i]
        if entry.invoked > bound then
            break
        end
        parts[#parts + 1] = entry.node.number
    end
    return table.concat(parts, " ")
end

--- Whether a step that somebody has to take can never be taken any more.
function Search:is_missed(before, after, except)
    for _, entry in ipairs(self.entries) do
        local node, latest = entry.node, (self.history.wall + entry.latest) // 1 | 0
        while entry ~= except and not node.ends and not node[2] do
            node = node[1]
            if node.step.missed and node.step.missed(before, after, latest) then
                return true
            end
        end
    end
    return false
end

--- Takes one step of an entry with a clock of that second, and searches on.
function Search:take(entry, node, state, clock, second)
    local after = node.step.act(state, second)
    if not after or after ~= state and self:is_missed(state, after, entry) then
        return false
    end
    local before = entry.node
    entry.node = node
    local found = self:from(after, clock)
    entry.node = before
    return found
end

--- Tries a step at each second at which it may be.
function Search:try(entry, node, state, clock, bound)
    local latest = math.min(bound, entry.latest)
    clock = math.max(clock, entry.invoked)
    if clock > latest then
        return false
    elseif not node.step.clock then
        return self:take(entry, node, state, clock)
    end
    local wall = self.history.wall
    for second = (wall + clock - COARSE) // 1 | 0, (wall + latest) // 1 | 0 do
        if self:take(entry, node, state, math.max(clock, second - wall), second) then
            return true
        end
    end
    return false
end

--- What an operation that only looks finds just now, if that is all that it can find, or the last of it: it may as well
--- look at once.
local function read_of(entry, state, second)
    local at = entry.node
    for _, node in ipairs(at) do
        if node.step.reads and (not at[2] and not at.ends or at.reads and node.ends)
            and node.step.act(state, second) then
            return node
        end
    end
end

--- The first who can.
function Search:reader(first, bound, state, clock)
    local second = (self.history.wall + clock) // 1 | 0
    for i = first, #self.entries do
        local entry = self.entries[i]
        if entry.invoked > bound then
            return nil
        elseif entry.invoked <= clock and not is_over(entry, clock) then
            local node = read_of(entry, state, second)
            if node then
                return entry, node, second
            end
        end
    end
end

--- Who may be next, the one that ended first before all others.
function Search:candidates(first, bound, clock)
    local list = {}
    for i = first, #self.entries do
        local entry = self.entries[i]
        if entry.invoked > bound then
            break
        elseif not is_over(entry, clock) then
            list[#list + 1] = entry
        end
    end
    table.sort(list, function(a, b)
        if a.node.ends ~= b.node.ends then
            return b.node.ends
        end
        return a.latest < b.latest or a.latest == b.latest and a.id < b.id
    end)
    return list
end

--- Whether an order leads on from here to the end.
function Search:from(state, clock)
    local first, bound, is_done = self:frontier(clock)
    if is_done then
        return true
    end
    local key = self:key(first, bound, state, clock)
    if self.seen[key] then
        return false
    end
    self.seen[key], self.looks = true, self.looks + 1
    if self.looks > self.most then
        error(TOO_MANY, 0)
    end
    local reader, its_node, at = self:reader(first, bound, state, clock)
    if reader then
        return self:take(reader, its_node, state, clock, at)
    end
    for _, entry in ipairs(self:candidates(first, bound, clock)) do
        for _, node in ipairs(entry.node) do
            if self:try(entry, node, state, clock, bound) then
                return true
            end
        end
    end
    return false
end

--- Whether some order of the operations explains all answers.
---@param history histories.History
---@param is_raced boolean? whether the race of `simple` counts as explained
---@param most integer? looks
---@return boolean? explained nil: there are too many orders to tell
---@return integer looks
function M.explains(history, is_raced, most)
    local entries = entries_of(history, is_raced or false)
    if not entries then
        return false, 0
    end
    local search = setmetatable({ history = history, entries = entries, seen = {}, looks = 0,
        most = most or MOST }, Search)
    local ok, found = pcall(search.from, search, specification.first(), 0)
    if not ok and found ~= TOO_MANY then
        error(found, 0)
    elseif not ok then
        return nil, search.looks
    end
    return found, search.looks
end

return M
