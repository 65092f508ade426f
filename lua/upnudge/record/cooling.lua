--- Cooling: which changes of a result are too new to count yet, and when they will be old enough.
---
--- A change is as old as what the lockfile says of its release, or as we have known it where that is longer; so a date
--- ahead of its time makes nothing younger, and what counts once goes on counting while the clock does.

local M = {}

---@class upnudge.Cooldown seconds that changes wait, as upnudge.language.cooldown completes them
---@field major integer
---@field minor integer
---@field patch integer
---@field unknown integer
---@field rebuild integer
---@field added integer
---@field removed integer
---@field downgraded integer
---@field security integer
---@field from "released"|"first_seen"
---@field except? string[] selectors of packages that do not wait

---@class upnudge.Cooling what cools, of some changes
---@field total integer how many
---@field after? integer since when just these do: the last time at which one began to count
---@field before? integer until when, seconds UTC; nil: none cools
---@field last_at? integer when all count
---@field since? integer when those that count were first these

-- What waits by its kind; an upgrade does by its level.
local OF_KIND <const> = { downgraded = "downgraded", rebuilt = "rebuild", changed = "rebuild", added = "added",
    removed = "removed" }

local function wait_of(change, cooldown, spared)
    if change.security then
        return cooldown.security
    elseif spared and spared:names_it(change) then
        return 0
    elseif change.kind == "upgraded" or change.kind == "changed" and change.from ~= change.to then
        return cooldown[change.level or "unknown"]
    end
    return cooldown[OF_KIND[change.kind]]
end

--- When a change began, or begins, to count; nil: it always did.
local function time_of(change, cooldown, spared)
    local wait, at = wait_of(change, cooldown, spared), change.first_seen
    local released = cooldown.from == "released" and change.released
    if type(released) == "number" and (not at or released < at) then
        at = released
    end
    return wait > 0 and at and (at // 1 | 0) + wait or nil
end

local function spared_by(cooldown, rule)
    return cooldown.except and require "upnudge.record.selector".compile(cooldown.except, rule)
end

--- A question about one change: when it begins to count, seconds UTC; nil: it does.
---@param cooldown upnudge.Cooldown
---@param rule string? by which names compare, see upnudge.record.selector
---@param now integer
---@return fun(change: upnudge.Change): integer?
function M.ahead(cooldown, rule, now)
    local spared = spared_by(cooldown, rule)
    return function(change)
        local at = time_of(change, cooldown, spared)
        return at and at > now and at or nil
    end
end

--- The changes that count, in their order, and what is known of the others.
---@param changes upnudge.Change[]
---@param cooldown upnudge.Cooldown
---@param rule string? by which names compare
---@param now integer
---@return upnudge.Change[] left
---@return upnudge.Cooling
function M.split(changes, cooldown, rule, now)
    local spared, left, cooling = spared_by(cooldown, rule), {}, { total = 0 }
    for _, change in ipairs(changes) do
        local at = time_of(change, cooldown, spared)
        if at and at > now then
            cooling.total = cooling.total + 1
            cooling.before = math.min(cooling.before or at, at)
            cooling.last_at = math.max(cooling.last_at or at, at)
        else
            left[#left + 1] = change
            cooling.after = at and math.max(cooling.after or at, at) or cooling.after
        end
    end
    return left, cooling
end

--- Whether the same changes cool at that time.
---@param cooling upnudge.Cooling
---@param now integer
---@return boolean
function M.holds(cooling, now)
    return now >= (cooling.after or now) and (not cooling.before or now < cooling.before)
end

--- What tells one cooldown from another.
---@param cooldown upnudge.Cooldown
---@return string
function M.text_of(cooldown)
    return table.concat({ cooldown.from, cooldown.major, cooldown.minor, cooldown.patch, cooldown.unknown,
        cooldown.rebuild, cooldown.added, cooldown.removed, cooldown.downgraded, cooldown.security,
        table.concat(cooldown.except or {}, "\0") }, "\n")
end

---@class upnudge.CoolingTold what people and scripts are told of what cools
---@field total integer
---@field next_at integer seconds UTC, when the first of them counts
---@field last_at integer when all do

--- What to tell; nil: nothing cools. Of what was seen ahead of now it is told that it is as new as can be.
---@param cooling upnudge.Cooling?
---@param cooldown upnudge.Cooldown
---@param now integer
---@return upnudge.CoolingTold?
function M.told(cooling, cooldown, now)
    if not cooling or cooling.total == 0 then
        return nil
    end
    local longest = 0
    for _, wait in pairs(cooldown) do
        longest = math.max(longest, type(wait) == "number" and wait or 0)
    end
    return { total = cooling.total // 1 | 0, next_at = math.min(cooling.before or now, now + longest) // 1 | 0,
        last_at = math.min(cooling.last_at or now, now + longest) // 1 | 0 }
end

--- What some are told of, as one; nil: nothing cools.
---@param list upnudge.CoolingTold[]
---@return upnudge.CoolingTold?
function M.together(list)
    local all
    for _, told in ipairs(list) do
        all = all or { total = 0, next_at = told.next_at, last_at = told.last_at }
        all.total = all.total + told.total
        all.next_at, all.last_at = math.min(all.next_at, told.next_at), math.max(all.last_at, told.last_at)
    end
    return all
end

--- "3 changes are too new; the first counts in 2 days".
---@param told upnudge.CoolingTold
---@param now integer
---@return string
function M.words(told, now)
    local left = require "upnudge.lib.duration".format(told.next_at - now)
    return told.total == 1 and ("1 change is too new; it counts in %s"):format(left)
        or ("%d changes are too new; the first counts in %s"):format(told.total, left)
end

return M
