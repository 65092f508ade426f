--- The silence that a check cannot see: why no notice comes of what it finds, though the check itself is well.

local M = {}

--- What keeps the strategy from claiming a notice of an environment; nil: nothing that can be seen. Asks the database
--- where there is one, and waits for it as long as an activation would.
---@param runtime upnudge.Runtime
---@param path string canonical
---@return string? reason
---@return string? code of upnudge.lib.reasons
function M.of_strategy(runtime, path)
    local ok, reason, code = pcall(function()
        local examine = runtime:strategy().examine
        if examine then
            local _, message, kind = examine(path)
            return message, kind
        end
    end)
    local raised = not ok and require "upnudge.lib.raised"
    if raised then
        return raised.text(reason), raised.code(reason)
    end
    return reason, reason and require "upnudge.runtime.cause".of_state(code)
end

--- Why no notice of an environment can come: its policy has a fault that shows when it is asked, and none stands in
--- for it, or its strategy can claim none; nil: nothing is in the way.
---@param runtime upnudge.Runtime
---@param path string of the environment
---@param now integer? seconds UTC; the clock's unless given
---@return string? reason
---@return string? code of upnudge.lib.reasons
---@return string? policy_fault that shows when it is asked, where another policy answers
function M.of(runtime, path, now)
    local decision = runtime:explain(path, { tty = true, now = now })
    if decision.error then
        return decision.reason, decision.code
    end
    local state, reason, code = runtime:environment(path), nil, nil
    if state and runtime.policy then
        reason, code = M.of_strategy(runtime, state.env.path)
    end
    return reason, code, decision.policy_fault
end

return M
