--- Cooldowns: how old a change has to be before it counts, `u.cooldown { major = "14d", minor = "7d" }`. Runs in the
--- policy VM, for policies that have one; what counts is found out by upnudge.record.cooling.

local duration = require "upnudge.lib.duration"

local M = {}

local STEPS <const> = { "major", "minor", "patch" }
--- What waits, in the order of the documentation.
M.WAITS = { "major", "minor", "patch", "unknown", "rebuild", "added", "removed", "downgraded", "security" }

--- What was said, each wait in seconds; a single duration is that of every step upwards.
---@param spec table|string|number
---@return table? cooldown
---@return string? message
function M.cooldown(spec)
    if type(spec) ~= "table" then
        local seconds, message = duration.parse(spec)
        if not seconds then
            return nil, "cooldown: " .. message
        end
        spec = { major = seconds, minor = seconds, patch = seconds }
    end
    local read = { from = spec.from, except = spec.except }
    for _, name in ipairs(M.WAITS) do
        if spec[name] ~= nil then
            local seconds, message = duration.parse(spec[name])
            if not seconds then
                return nil, ("cooldown: %s: %s"):format(name, message)
            end
            read[name] = seconds
        end
    end
    return read
end

local function texts_of(list)
    local texts = {}
    for _, text in ipairs(list or {}) do
        texts[#texts + 1] = type(text) == "string" and text or nil
    end
    return texts[1] and texts or nil
end

--- The same with what was not said: nobody knows how far an unknown step goes, or with what a package comes and goes,
--- so these wait as long as any step; a rebuild is the smallest. nil: nothing waits.
---@param spec table|string|number that has no mistake
---@return upnudge.Cooldown?
function M.complete(spec)
    local read, longest = assert(M.cooldown(spec)), 0
    for _, name in ipairs(STEPS) do
        read[name] = read[name] or 0
        longest = read[name] > longest and read[name] or longest
    end
    local usual = { unknown = longest, added = longest, removed = longest, rebuild = read.patch, downgraded = 0,
        security = 0 }
    local waits = false
    for _, name in ipairs(M.WAITS) do
        read[name] = read[name] or usual[name]
        waits = waits or read[name] > 0
    end
    read.from, read.except = read.from or "released", texts_of(read.except)
    return waits and read or nil
end

return M
