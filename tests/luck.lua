--- What those who make things up leave to luck; they seed it (tests/hostile/run.lua).

local M = {}

--- One of a list.
---@generic T
---@param list T[]
---@return T
function M.pick(list)
    return list[math.random(#list)]
end

--- Whether it is one of so many in a hundred.
---@param percent integer
---@return boolean
function M.chance(percent)
    return math.random(100) <= percent
end

return M
