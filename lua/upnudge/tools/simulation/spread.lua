--- Spread: what policies do over many seeds, figure by figure: the median, the least and the most.

local table_of = require "upnudge.tools.simulation.table"

local M = {}

---@class upnudge.Spread of one figure; all nil: there is nothing to tell in any seed
---@field median? number
---@field least? number
---@field most? number

---@param values number[]
---@return upnudge.Spread
function M.of(values)
    local sorted = table.move(values, 1, #values, 1, {})
    table.sort(sorted)
    local middle = #sorted // 2
    local median = #sorted % 2 == 1 and sorted[middle + 1]
        or sorted[1] and (sorted[middle] + sorted[middle + 1]) / 2 or nil
    return { median = median, least = sorted[1], most = sorted[#sorted] }
end

--- The spread of every figure of one policy, by its key.
---@param simulations upnudge.Simulation[] the same but for the seed
---@param i integer which of the policies
---@return table<string, upnudge.Spread>
function M.figures(simulations, i)
    local spreads = {}
    for _, column in ipairs(table_of.COLUMNS) do
        local values = {}
        for _, simulation in ipairs(simulations) do
            values[#values + 1] = column.value(simulation.courses[i], simulation.frame)
        end
        spreads[column.key] = M.of(values)
    end
    return spreads
end

local function cell(column, spread)
    if not spread.median then
        return "-"
    elseif spread.least == spread.most then
        return column.show(spread.median)
    end
    return ("%s (%s–%s)"):format(column.show(spread.median), column.show(spread.least), column.show(spread.most))
end

--- Adds a table with a line for each policy.
---@param simulations upnudge.Simulation[]
---@param lines string[]
function M.add(simulations, lines)
    local rows = { table_of.head() }
    for i, course in ipairs(simulations[1].courses) do
        local spreads, row = M.figures(simulations, i), { course.policy }
        for k, column in ipairs(table_of.COLUMNS) do
            row[k + 1] = cell(column, spreads[column.key])
        end
        rows[i + 1] = row
    end
    table_of.add(rows, lines)
end

return M
