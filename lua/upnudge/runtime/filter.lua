--- The filter: what of a result counts where the person, the policy or the project ignores some, or the policy lets
--- changes wait that are too new. Loaded where one of them does.

local clock = require "upnudge.lib.clock"

local M = {}

local NOTHING <const> = {}

---@class upnudge.Filtering
---@field record upnudge.Record
---@field value table of the record
---@field facts table of the activation
---@field now integer seconds UTC
---@field keep boolean whether what is found out may be written down
---@field cooldown upnudge.Cooldown?
---@field result_of fun(entries: table[], checked_at: integer): table, table of upnudge.runtime.notice
---@field whole fun(value: table, system: string, now: integer): table, table the unfiltered result
---@field system_of fun(value: table, facts: table, apart: any): string

--- The result on this system without what is ignored; nil and why where it is not known without the list of changes,
--- and that is gone.
---@param given upnudge.Filtering
---@param ignored table?
local function result_on(given, ignored)
    local value, now, cooldown = given.value, given.now, given.cooldown
    local system = given.system_of(value, given.facts, ignored or cooldown)
    local full, top = given.whole(value, system, now)
    if not ignored and not cooldown or full.total + full.exposed == 0 then
        return full, top
    end
    local entry, message, cooling = require "upnudge.record.ignored".entry(given.record, value, system,
        ignored or NOTHING, given.keep, cooldown, now)
    if not entry then
        return nil, message
    end
    local result, left = given.result_of({ entry }, full.checked_at)
    result.since = (cooling and cooling.since or full.since) // 1 | 0
    result.cooling = cooling and cooling.total // 1 | 0
    local since = result.security_since
    result.security_since = since and (since > 0 and clock.past(since, now) and since or full.security_since)
    return result, left, cooling
end

--- The project's own list of what it ignores, where the policy reads it.
---@param state upnudge.EnvironmentState
---@param policy upnudge.Policy
---@param lockfile string
---@return table?
function M.project_list(state, policy, lockfile)
    local name = policy.project_ignore
    return name and require "upnudge.record.project_list".read(state.record.disk, lockfile, name, state.cache.project)
        or nil
end

--- Makes the result, and remembers it in the cache of the state; there, too, why it could not be made.
---@param cache table with the choices and the project's list
---@param given upnudge.Filtering
---@param policy upnudge.Policy
function M.fill(cache, given, policy)
    local wanted, chosen, project = policy.ignore, cache.choices.ignore, cache.project
    local ignored = wanted or chosen
    if wanted and chosen then
        ignored = require "upnudge.record.ignored".together(wanted, chosen)
    end
    local all = project and require "upnudge.record.ignored".with_project(ignored, project) or ignored
    local result, top, cooling = result_on(given, all)
    if not result and top and project then
        -- A project's list that takes too long to look through is worth no silence.
        result, top, cooling = result_on(given, ignored)
    else
        ignored = all
    end
    cache.ignored, cache.top, cache.result, cache.cooling = ignored, top, result, cooling
end

return M
