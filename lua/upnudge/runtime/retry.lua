--- The retry: when a check that failed is tried again. After 5 minutes, then 10, 20 ... at most 6 hours.
---
--- A record says so itself. Where it cannot be written, on a full disk say, the file of the check's lock is there
--- already and bears two times, since when and until when, which take no room.

local core = require "upnudge.core"

local M = {}

local FIRST <const>, MOST <const> = 300, 6 * 3600

--- Seconds until a check is tried again that failed so often.
---@param failures integer
---@return integer
function M.wait(failures)
    return math.tointeger(math.min(FIRST * 2 ^ math.min(failures - 1, 20), MOST) // 1)
end

--- When it is tried again that failed then. What is further away is not believed.
---@param failed_at integer
---@param retry_at integer?
---@return integer
function M.at(failed_at, retry_at)
    return math.min(retry_at or 0, failed_at + MOST)
end

--- What the lock says of a check that could leave no record: when it failed and when it is tried again; nil: there is
--- nothing to wait for.
---@param lock table held
---@param now integer
---@return integer? failed_at
---@return integer? retry_at
function M.noted(lock, now)
    local failed_at, retry_at = lock:noted()
    retry_at = failed_at and M.at(failed_at, retry_at)
    if failed_at and failed_at <= now and retry_at > now then
        return failed_at, retry_at
    end
end

--- Notes on the lock that a check failed just now; the wait is twice that of the last time.
---@param lock table held
---@param now integer
---@return integer? retry_at nil: not even that could be noted
function M.note(lock, now)
    local failed_at, noted = lock:noted()
    local waited = failed_at and failed_at <= now and noted - failed_at or 0
    local retry_at = now + (waited > 0 and math.min(2 * waited, MOST) or FIRST)
    return lock:note(now, retry_at) and retry_at or nil
end

--- Takes the note off the lock, where there is one.
---@param lock table held
function M.forget(lock)
    if lock:noted() then
        local now = core.now()
        lock:note(now, now)
    end
end

return M
