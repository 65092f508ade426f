--- Words for mistakes in policies. Runs in the policy VM, loaded only when there is one.

local math = require "math"
local table = require "table"

local M = {}

--- Edit distance, where two swapped neighbours count as one edit.
local function distance(a, b)
    local rows = { [0] = {} }
    for j = 0, #b do
        rows[0][j] = j
    end
    for i = 1, #a do
        rows[i] = { [0] = i }
        for j = 1, #b do
            local same = a:byte(i) == b:byte(j)
            local best = math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (same and 0 or 1))
            if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
                best = math.min(best, rows[i - 2][j - 2] + 1)
            end
            rows[i][j] = best
        end
    end
    return rows[#a][#b]
end

--- "; did you mean 'security'?" or "", with the choices behind it when they are few.
---@param word string
---@param choices string[]
---@return string
function M.suggest(word, choices)
    local best, least
    for _, choice in ipairs(choices) do
        local d = #word <= 40 and distance(word, choice) or 99
        if d <= math.max(2, #choice // 3) and (not least or d < least) then
            best, least = choice, d
        end
    end
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
