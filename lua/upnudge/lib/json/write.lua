--- JSON written with members in a fixed order, over lua-cjson.
---
--- lua-cjson writes the members of an object in the order of a hash table. Records are read by
--- people and compared by scripts, so objects are put together here and cjson does the values.

local math = require "math"
local table = require "table"

-- An encoder of our own configuration, for the module is shared with the host: a number that JSON
-- has no words for (it can be read, as 1e999) becomes null instead of an error. Made again in another locale, as the
-- reader's is (upnudge.lib.json.read).
local encode, point

local function encoder()
    local now = ("%.1f"):format(0.5)
    if now ~= point then
        local cjson = require "cjson".new()
        cjson.encode_invalid_numbers "null"
        cjson.encode_sparse_array(true)
        encode, point = cjson.encode, now
    end
    return encode
end

local M = {}

-- What lua-cjson writes as it is, and integers with all their digits. The pattern goes over a text in a third of the
-- time in which another looks for what is escaped.
local BARE <const>, MOST <const> = '^[^\0-\31"\\\127]*$', 10 ^ 14

--- The text without the escapes before slashes. Every slash that cjson writes has one, so undoing all of them is exact.
local function with_bare_slashes(text)
    local at = text:find("\\/", 1, true)
    if not at then
        return text
    end
    local parts, from = {}, 1
    while at do
        parts[#parts + 1] = text:sub(from, at - 1)
        from = at + 1
        at = text:find("\\/", from + 1, true)
    end
    parts[#parts + 1] = text:sub(from)
    return table.concat(parts)
end

--- A plain value, in lua-cjson's own order. Slashes are not escaped: paths stay readable.
---@param value any
---@return string
function M.encode(value)
    -- lua-cjson makes a buffer and a number for each value; most need neither.
    if type(value) == "string" and value:find(BARE) then
        return '"' .. value .. '"'
    elseif math.type(value) == "integer" and -MOST < value and value < MOST then
        return ("%d"):format(value)
    end
    return with_bare_slashes(encoder()(value))
end

---@param items string[] encoded values
---@return string
function M.array(items)
    return "[" .. table.concat(items, ",") .. "]"
end

---@param list string[]
---@return string
function M.strings(list)
    local items = {}
    for i, text in ipairs(list) do
        items[i] = M.encode(text)
    end
    return M.array(items)
end

--- The order of bytes, which is the same under every locale.
local function before(a, b)
    for i = 1, math.min(#a, #b) do
        local x, y = a:byte(i), b:byte(i)
        if x ~= y then
            return x < y
        end
    end
    return #a < #b
end

--- An object: the members named in `order` first, in that order, the others after them by name.
--- Absent members are left out. A member whose value is a function is replaced by what it returns,
--- which must be encoded already.
---@param order string[]
---@param members table<string, any>
---@return string
function M.object(order, members)
    local parts, placed = {}, {}
    local function add(key)
        local value = members[key]
        placed[key] = true
        if type(value) == "function" then
            parts[#parts + 1] = M.encode(key) .. ":" .. value()
        elseif value ~= nil then
            parts[#parts + 1] = M.encode(key) .. ":" .. M.encode(value)
        end
    end
    for _, key in ipairs(order) do
        add(key)
    end
    local others = {}
    for key in pairs(members) do
        if not placed[key] then
            others[#others + 1] = key
        end
    end
    table.sort(others, before)
    for _, key in ipairs(others) do
        add(key)
    end
    return "{" .. table.concat(parts, ",") .. "}"
end

---@param order string[]
---@param list table[]
---@return string
function M.list(order, list)
    local items = {}
    for i, members in ipairs(list) do
        items[i] = M.object(order, members)
    end
    return M.array(items)
end

return M
