--- The collection: what is kept of environments whose directories are gone goes, and only that, with what is nobody's.
---
--- By itself once a week, after a check: the time of a file in the state directory says when it last was.

local core = require "upnudge.core"
local files = require "upnudge.record.files"
local gone = require "upnudge.record.gone"
local lfs = require "lfs"

local M = {}

local WEEK <const> = 7 * 86400

--- Removes what dead writers left in an app's own directories; what they left among the files of an environment goes
--- with its next check.
local function sweep(places)
    for _, path in ipairs { places.cache, places.state, places.state .. "/" .. files.POLICIES,
        places.cache .. "/" .. files.PERSON, places.state .. "/" .. files.PERSON } do
        local directory <close> = core.directory(path)
        if directory then
            directory:sweep()
        end
    end
    require "upnudge.record.home".sweep(places)
end

---@class upnudge.Collection
---@field removed string[] paths of environments, sorted
---@field failed {environment: string, code: string, reason: string}[]
---@field kept integer
---@field unread integer records that cannot be read, so that nobody knows what they are of

--- The directories of the records: those of one come one after the other, and go at once.
local function directories(records)
    local list = {}
    for _, record in ipairs(records) do
        local last = list[#list]
        if not last or last.path ~= record.path then
            last = { path = record.path }
            list[#list + 1] = last
        end
        last.mount = last.mount or record.value and record.value.mount
    end
    return list
end

--- Removes what is kept of environments that are gone for good. Raises where the state directory cannot be listed.
---@param runtime upnudge.Runtime
---@param dry_run boolean? only to see what would go
---@param tick fun()? called before each environment
---@return upnudge.Collection
function M.collect(runtime, dry_run, tick)
    if not dry_run then
        sweep(runtime.places)
    end
    local records, unread = require "upnudge.record.list".all(runtime.places)
    local points, result = gone.mount_points(), { removed = {}, failed = {}, kept = 0, unread = #unread }
    for _, one in ipairs(directories(records)) do
        local path = one.path
        local removal, message, code
        if tick then
            tick()
        end
        if not gone.is_gone(path, points, one.mount) then
            result.kept = result.kept + 1
            goto continue
        elseif not dry_run then
            removal, message, code = runtime:forget(path)
        end
        if removal or dry_run then
            table.insert(result.removed, path)
        else
            table.insert(result.failed, { environment = path, code = code, reason = message })
        end
        ::continue::
    end
    if not dry_run then
        pcall(require "upnudge.record.remains".remove, runtime.places, runtime.host.now() - WEEK)
    end
    return result
end

--- The same, if a week has passed since the last time; nothing is said of failures. The first time only begins to
--- count.
---@param runtime upnudge.Runtime
---@param now integer seconds UTC
function M.collect_weekly(runtime, now)
    local path = runtime.places.cache .. "/" .. files.COLLECTED
    local last = lfs.symlinkattributes(path, "modification")
    if last and last <= now and now - last < WEEK then
        return
    end
    local directory <close> = core.directory(runtime.places.cache)
    -- Whoever writes it first does it; the others see a time of just now.
    if directory and directory:replace(files.COLLECTED, "", false) and last then
        M.collect(runtime)
    end
end

return M
