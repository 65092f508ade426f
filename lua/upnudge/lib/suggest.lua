--- Words for mistakes: what may have been meant. Runs on both sides, loaded only when there is one.

local math = require "math"
local string = require "string"
local table = require "table"

local M = {}

-- Longer words are no misspelt names.
local LONGEST <const> = 40

--- Edit distance of two words, where two swapped neighbours count as one edit. Quadratic in their length.
---@param a string
---@param b string
---@return integer
function M.distance(a, b)
    local left, right = { string.byte(a, 1, -1) }, { string.byte(b, 1, -1) }
    local above, row = {}, {}
    for j = 0, #right do
        row[j] = j
    end
    for i, byte in ipairs(left) do
        local next_row = { [0] = i }
        for j, other in ipairs(right) do
            local best = row[j - 1] + (byte == other and 0 or 1)
            best = best <= row[j] and best or row[j] + 1
            best = best <= next_row[j - 1] and best or next_row[j - 1] + 1
            if i > 1 and j > 1 and byte == right[j - 1] and left[i - 1] == other and above[j - 2] < best then
                best = above[j - 2] + 1
            end
            next_row[j] = best
        end
        above, row = row, next_row
    end
    return row[#right]
end

--- The choice that the word may be a misspelling of; nil: none is near.
---@param word string
---@param choices string[]
---@return string?
function M.nearest(word, choices)
    local best, least
    for _, choice in ipairs(choices) do
        local most = least and least - 1 or math.max(2, #choice // 3)
        -- What differs more in length has more edits than that.
        local d = #word <= LONGEST and math.abs(#word - #choice) <= most and M.distance(word, choice)
        if d and d <= math.min(most, math.max(2, #choice // 3)) then
            best, least = choice, d
        end
    end
    return best
end

--- "; did you mean 'security'?" or "", with the choices behind it.
---@param word string
---@param choices string[]
---@return string
function M.suggest(word, choices)
    local best = M.nearest(word, choices)
    return (best and ("; did you mean '%s'?"):format(best) or "") .. " (one of: " .. table.concat(choices, ", ") .. ")"
end

--- The keys of a table, sorted.
---@param set table<string, any>
---@return string[]
function M.keys(set)
    local list = {}
    for name in pairs(set) do
        list[#list + 1] = name
    end
    table.sort(list)
    return list
end

return M
