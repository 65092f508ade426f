--- The horizon: until when a policy's answer stays as it is while nothing but time passes. Runs in the policy VM.
---
--- What goes by the time says here when it could matter next, and reads it by `now`. A function of a policy that looks
--- at the time itself says nothing, and so leaves no horizon.

local M = {
    --- The earliest time that was noted; nil: none was.
    ---@type number?
    at = nil,
    --- Whether somebody looked at the time who does not say when it matters.
    seen = false,
}

-- After any time that matters.
local FAR <const> = 1e14

--- For a new question.
function M.begin()
    M.at, M.seen = nil, false
end

--- At that time the answer could be another.
---@param at number seconds UTC
function M.note(at)
    if not M.at or at < M.at then
        M.at = at
    end
end

--- The time, for who notes when it matters.
---@param c table the context
---@return integer
function M.now(c)
    local seen = M.seen
    local now = c.now
    M.seen = seen
    return now
end

--- What is known since the question began; nil: nobody knows.
---@return number? seconds UTC
function M.known()
    return not M.seen and (M.at or FAR) or nil
end

return M
