--- A team's strategy, whose answers are looked at before anybody believes them: what makes no sense is told with its
--- file and function.

local raised = require "upnudge.lib.raised"

local M = {}

-- The code of such a failure.
local CODE <const> = "strategy"

local function is_seen(value)
    local history = type(value) == "table" and value.history
    return type(history) == "table" and type(history.last_notified or 0) == "number"
        and type(history.times or 0) == "number" and type(history.shown or "") == "string"
end

local function is_why(message, code)
    return type(message) == "string" and type(code or "") == "string"
end

local function is_outcome(outcome, more, code)
    return outcome == "won" and (more == nil or type(more) == "string") or outcome == "newer" and is_seen(more)
        or not outcome and is_why(more, code)
end

--- Which answers each function may give, and what they are, in words.
local ANSWERS <const> = {
    read = { function(seen, message, code)
        return is_seen(seen) or seen == nil and is_why(message, code)
    end, "{ history = { last_notified = NUMBER, … } }, or nil and why not" },
    claim = { is_outcome, '"won", "newer" and what there is now, or nil and why neither' },
    rehearse = { is_outcome, '"won", "newer" and what there is now, or nil and why neither' },
    commit_check = { function(ok, message, code)
        return ok == true or not ok and is_why(message, code)
    end, "true, or nil and why not" },
}

--- What was answered, as short as it can be told.
local function told(value)
    if type(value) == "string" then
        return ("%q"):format(require "upnudge.lib.limits".cut(value, 40))
    elseif type(value) == "table" then
        return type(value.history) == "table" and "a table whose history makes no sense" or "a table without history"
    end
    return value == nil and "nil without a reason" or "a " .. type(value)
end

local function answer(path, name, known, ok, first, ...)
    if not ok and raised.code(first) == "memory" then
        error(first, 0)
    elseif not ok then
        return nil, ("%s: %s() of the strategy raised an error: %s"):format(path, name, raised.text(first)), CODE
    elseif not known[1](first, ...) then
        local message = "%s: %s() of the strategy gave %s; it has to give %s"
        return nil, message:format(path, name, told(first), known[2]), CODE
    end
    return first, ...
end

--- The strategy of a file, or what its `open` gave.
---@param path string
---@param strategy table
---@return table
function M.guarded(path, strategy)
    return setmetatable({}, { __index = function(_, name)
        local value, known = strategy[name], ANSWERS[name]
        if type(value) ~= "function" or not known then
            return value
        end
        return function(...)
            return answer(path, name, known, pcall(value, ...))
        end
    end })
end

return M
