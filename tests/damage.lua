--- Damage: what may have become of a text of JSON. Left to luck (tests/luck.lua), which whoever asks seeds.

local json = require "upnudge.lib.json.write"
local luck = require "luck"
local read = require "upnudge.lib.json.read"

local M = {}

local pick <const> = luck.pick

local SCALARS <const> = {
    function(size) return ("x"):rep(size) end,
    function(size) return ("\0"):rep(size) end,
    function(size) return ("\xff\xc2"):rep(size) end,
    function(size) return ("\u{202e}\27[2J"):rep(size) end,
    function(size) return ("1"):rep(size) end,
    function(size) return (" "):rep(size) .. "x" end,
    function() return pick { 0, -1, 1e300, -1e300, 2 ^ 53, 0.5, 1800000000, 9e15 } end,
    function() return pick { true, false } end,
    function(size) return ("*a"):rep(size) end,
}

--- Any value, of so many bytes or members at most.
local function value(size, depth)
    local what = math.random(12)
    if what > #SCALARS and depth > 0 then
        local made = {}
        for i = 1, math.random(math.min(size, 40)) do
            made[what == 10 and i or "k" .. i] = value(size, depth - 1)
        end
        return made
    end
    return SCALARS[math.min(what, #SCALARS)](math.random(size))
end

--- A text of JSON, one of whose members is another value; nil: it is none, or has none.
---@param text string
---@param size integer of the value
---@return string?
function M.change(text, size)
    local old = read(text)
    if type(old) ~= "table" then
        return nil
    end
    local at = old
    for _ = 1, math.random(4) do
        local names = {}
        for name in pairs(at) do
            names[#names + 1] = name
        end
        table.sort(names, function(a, b) return tostring(a) < tostring(b) end)
        local name = pick(names)
        if name == nil then
            break
        elseif type(at[name]) ~= "table" or math.random(3) == 1 then
            at[name] = value(size, 3)
            break
        end
        at = at[name]
    end
    local ok, made = pcall(json.encode, old)
    return ok and made or nil
end

return M
