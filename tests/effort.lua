--- Bounds on work, for the specs: processor time of this process, counted in units of a loop that is measured
--- in the same run. Other processes, a slow machine and a clock that was set do not change it much.

local M = {}

-- What an interruption or a cold cache adds is not work: the least of so many runs counts.
local TRIES <const> = 5

-- A faster machine ends nothing sooner that a clock ends: the last resort of a policy is so many milliseconds, or more
-- on a slower one (lua/vm/budget.c).
local LEAST_UNIT <const> = 0.001

local unit

--- Arithmetic, tables and strings, as the work that is bounded has them; about a millisecond at 3 GHz.
local function measure()
    local started = os.clock()
    local parts, value = {}, 1
    for i = 1, 7000 do
        value = (value * 1103515245 + 12345) % 2147483648
        parts[i % 64 + 1] = value
        if i % 64 == 0 then
            value = value + #table.concat(parts, ",")
        end
    end
    return os.clock() - started
end

--- Processor seconds of a unit.
local function seconds_of_unit()
    if not unit then
        unit = math.huge
        for _ = 1, 20 do
            unit = math.min(unit, measure())
        end
        unit = math.max(unit, LEAST_UNIT)
    end
    return unit
end

--- Runs `f` and asserts that it took at most `limit` units. One that took more may try again, for work is
--- the same each time and what comes in between is not.
---@param what string named in the message
---@param limit number units, each about a millisecond at 3 GHz
---@param f function
---@param ... any its arguments
---@return any first
---@return any second what `f` gave
function M.within(what, limit, f, ...)
    local least = math.huge
    for _ = 1, TRIES do
        local started = os.clock()
        local first, second = f(...)
        least = math.min(least, (os.clock() - started) / (limit * seconds_of_unit()))
        if least <= 1 then
            return first, second
        end
    end
    error(("%s: too slow: %.1f times the limit"):format(what, least), 2)
end

-- What grows with its input takes four times as long for four times as much, and what sorts a little more; what
-- grows with its square takes sixteen times as long. The units are for what a large input adds to a small one.
local TIMES <const>, MOST <const>, SLACK <const> = 4, 8, 3

--- Processor seconds that `f` takes, the least of some runs.
local function least(runs, f, ...)
    local seconds = math.huge
    for _ = 1, runs do
        collectgarbage()
        local started = os.clock()
        f(...)
        seconds = math.min(seconds, os.clock() - started)
    end
    return seconds
end

--- Runs `f` on what `make` makes of a size, and of four times that size, and asserts that its work did not grow
--- faster than its input.
---@param what string named in the message
---@param size integer
---@param make fun(size: integer): any
---@param f fun(input: any)
function M.linear(what, size, make, f)
    local small, large = make(size), make(TIMES * size)
    local allowed
    for _ = 1, TRIES do
        allowed = MOST * least(TRIES, f, small) + SLACK * seconds_of_unit()
        -- One that keeps to it is enough: more could only be slower.
        for _ = 1, TRIES do
            if least(1, f, large) <= allowed then
                return
            end
        end
    end
    error(("%s: too slow: more than %.0f ms for what is %d times as large"):format(what, allowed * 1000, TIMES), 2)
end

--- What a unit is here, in processor milliseconds.
---@return number
function M.unit()
    return seconds_of_unit() * 1000
end

return M
