--- Chance from a seed: the same seed, the same questions, on every machine.

local M = {}

local MASK <const> = (1 << 48) - 1

--- A source of whole numbers from 1 to n.
---@param seed integer
---@return fun(n: integer): integer
function M.new(seed)
    local state = (seed * 0x5DEECE66D + 11) & MASK
    return function(n)
        state = (state * 0x5DEECE66D + 11) & MASK
        return (state >> 17) % n + 1
    end
end

return M
