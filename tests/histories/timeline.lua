--- The timeline: a history as a person reads it, and as short as it can be while no order explains it.

local search = require "histories.search"

local M = {}

-- Columns of the time line.
local WIDTH <const> = 44
-- Silences after which an operation has done nothing, whatever is known of them.
local IDLE <const> = { snoozed = true, ["not-checked"] = true, ["check-failed"] = true, ["nothing-new"] = true,
    ["not-due"] = true, locked = true, busy = true, shown = true }

local function copied(value)
    local copy = {}
    for key, member in pairs(value) do
        copy[key] = member
    end
    return copy
end

local function with_operations(history, operations)
    local copy = copied(history)
    copy.operations = operations
    return copy
end

-- Looks after which it is not said of a shorter history that no order explains it.
local MOST <const> = 3000

--- Whether it is sure that neither specification explains it.
local function is_wrong(history)
    return search.explains(history, true, MOST) == false
end

--- What nobody knows any more: it is as if it had been killed.
local function unknown(op)
    local copy = copied(op)
    copy.said, copy.forgotten = nil, true
    return copy
end

--- What is known of a history at a moment.
local function until_moment(history, moment)
    local operations = {}
    for _, op in ipairs(history.operations) do
        if op.invoked <= moment then
            operations[#operations + 1] = op.returned <= moment and op or unknown(op)
        end
    end
    return with_operations(history, operations)
end

--- The history up to the first answer that no order explains.
local function shortest_beginning(history)
    local moments = {}
    for i, op in ipairs(history.operations) do
        moments[i] = op.returned
    end
    table.sort(moments)
    local low, high = 1, #moments
    while low < high do
        local middle = (low + high) // 2
        if is_wrong(until_moment(history, moments[middle])) then
            high = middle
        else
            low = middle + 1
        end
    end
    return until_moment(history, moments[low])
end

--- The same operations without the answer of one; without that one, where it has done nothing.
local function without(operations, i)
    local rest = table.move(operations, 1, #operations, 1, {})
    if not rest[i].said or IDLE[rest[i].said] then
        table.remove(rest, i)
    else
        rest[i] = unknown(rest[i])
    end
    return rest
end

--- A history that no order explains, with as few answers as still have none. What is left out, or said to be of no
--- matter, may have happened at its time or not.
---@param history histories.History
---@return histories.History
function M.shortest(history)
    history = shortest_beginning(history)
    local i = 1
    while i <= #history.operations do
        local less = with_operations(history, without(history.operations, i))
        if history.operations[i].forgotten or not is_wrong(less) then
            i = i + 1
        else
            i = #less.operations == #history.operations and i + 1 or i
            history = less
        end
    end
    return history
end

local function clock_text(history, at)
    return os.date("!%H:%M:%S", (history.wall + at) // 1 | 0) .. ("%.3f"):format((history.wall + at) % 1):sub(2)
end

--- What it was, and what it answered, in words.
local function words_of(op, history)
    local asked = { notify = "notify", check = ("check that finds %s"):format(op.fails and "an error"
        or op.number == 0 and "nothing" or op.number), snooze = ("snooze for %s s"):format(op.seconds), wake = "wake",
        show = "show", switch = "switch to " .. tostring(op.strategy) }
    local said = op.forgotten and "(of no matter)" or not op.said and "killed" or op.said
    if op.said == "told" then
        said = ("told of %d"):format(op.result)
    elseif op.said == "shown" then
        said = ("result %s, last notice %s"):format(op.result or "none",
            op.last and os.date("!%H:%M:%S", op.last) or "never")
    elseif op.said == "done" and op.kind == "snooze" then
        said = "until " .. os.date("!%H:%M:%S", op["until"])
    end
    local where = history.strategy == "database" and not history.switches
        and (" on machine %d"):format(op.machine) or ""
    return asked[op.kind] .. where .. ": " .. said .. (op.killed and op.said and ", then killed" or "")
end

--- A line for each operation: when it began, how long it went on beside the others, and what it said.
---@param history histories.History
---@return string
function M.draw(history)
    local from, to = math.huge, -math.huge
    for _, op in ipairs(history.operations) do
        from, to = math.min(from, op.invoked), math.max(to, op.returned)
    end
    local function column(at)
        return to > from and (at - from) / (to - from) * (WIDTH - 1) // 1 | 0 or 0
    end
    local lines = {}
    for _, op in ipairs(history.operations) do
        local left, right = column(op.invoked), column(op.returned)
        local bar = left == right and "|" or "[" .. ("-"):rep(right - left - 1) .. (op.killed and "x" or "]")
        lines[#lines + 1] = ("  %s %8.1f ms  %-" .. WIDTH .. "s  %s"):format(clock_text(history, op.invoked),
            1000 * (op.returned - op.invoked), (" "):rep(left) .. bar, words_of(op, history))
    end
    return table.concat(lines, "\n")
end

return M
