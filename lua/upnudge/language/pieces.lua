--- The pieces of a fingerprint of several environments, one for each. Runs in the policy VM, where one result of that
--- kind is compared with another.

local M = {}

-- Each has so many characters, and a space behind.
local PIECE <const> = 12

--- Whether what is present was shown. Some environments may have nothing to tell any more: what is left then is nothing
--- new.
---@param shown string
---@param present string
---@return boolean
function M.were_shown(shown, present)
    if #present % (PIECE + 1) ~= PIECE then
        return false
    end
    local known, sub = {}, require "string".sub
    for at = 1, #shown, PIECE + 1 do
        known[sub(shown, at, at + PIECE - 1)] = true
    end
    for at = 1, #present, PIECE + 1 do
        if not known[sub(present, at, at + PIECE - 1)] then
            return false
        end
    end
    return true
end

return M
