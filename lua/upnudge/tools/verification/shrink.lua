--- Shrinking: from an activation that breaks something to the one with the fewest facts that are not ordinary.

local M = {}

--- Leaves out one fact after the other, as long as it is still broken.
---@param facts upnudge.Fact[]
---@param assignment table<string, integer>
---@param is_broken fun(assignment: table<string, integer>): boolean
---@return table<string, integer>
function M.least(facts, assignment, is_broken)
    local smallest = {}
    for name, index in pairs(assignment) do
        smallest[name] = index > 1 and index or nil
    end
    local again = true
    while again do
        again = false
        for i = #facts, 1, -1 do
            local name = facts[i].name
            local index = smallest[name]
            smallest[name] = nil
            local kept = index and not is_broken(smallest)
            smallest[name] = kept and index or nil
            again = again or index ~= nil and not kept
        end
    end
    return smallest
end

return M
