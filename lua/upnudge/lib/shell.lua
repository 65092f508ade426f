--- Words for a POSIX shell. Runs on both sides: in the policy VM and in the trusted state.

local string = require "string"

local M = {}

--- The word as a shell takes it, with quotes where it needs them.
---@param word string
---@return string
function M.quote(word)
    if string.find(word, "^[%w/._@%%+=:,-]+$") then
        return word
    end
    return "'" .. string.gsub(word, "'", "'\\''") .. "'"
end

return M
