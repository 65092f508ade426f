--- The doctor: what ails upnudge here, beside the policy's own mistakes: the places where state is, what stands in
--- them, the clock, locks, formats and the strategy. Each ailment has a code, where it is, and what to do.

local clock = require "upnudge.lib.clock"
local core = require "upnudge.core"
local files = require "upnudge.record.files"
local lfs = require "lfs"
local lists = require "upnudge.record.list"
local records = require "upnudge.record"

local M = {}

-- How many environments are looked at.
local MOST <const> = 1000
-- Before this nobody had upnudge.
local EPOCH <const> = 1700000000
-- What is tried out: a file, a lock, and how many bytes.
local TRIED <const>, SIZE <const> = "doctor", 4096
-- Seconds after which a process of another machine has held a lock for long.
local LONG <const> = 3600

---@class upnudge.Ailment
---@field code string of upnudge.lib.reasons
---@field where string a path, or what it is about
---@field message string
---@field remedy string what to do

---@class upnudge.Remark what one should know and need not mend
---@field where string
---@field message string

local OURS <const> = "make it yours (chown), closed to others (chmod go-w) and no link; or name another place with "
    .. "--state-dir or UPNUDGE_STATE_DIR"
local WRITABLE <const> = "make room or make it writable; or name another place with --state-dir or UPNUDGE_STATE_DIR"
local LOCKS <const> = "name a place on a file system with locks, as local ones are, with --state-dir or "
    .. "UPNUDGE_STATE_DIR"
local STANDINS <const> = "its file system has no locks, so a file stands in for each; --state-dir or UPNUDGE_STATE_DIR "
    .. "may name a place on a local one"

local function add(list, code, where, message, remedy)
    if message:sub(1, #where + 2) == where .. ": " then
        message = message:sub(#where + 3)
    end
    list[#list + 1] = { code = code, where = where, message = message, remedy = remedy }
end

-- ---- places --------------------------------------------------------------------------------------

--- Locks are tried out where the state is.
local function examine_locks(list, directory, path)
    local lock, why, code = directory:lock(TRIED .. ".lock")
    if lock then
        list.remarks[#list.remarks + 1] = lock:is_file() and { where = path, message = STANDINS } or nil
        directory:remove(TRIED .. ".lock")
        lock:release()
    elseif code ~= "busy" then
        add(list, "cannot-remember", path, why, code == "foreign" and OURS or LOCKS)
    end
end

--- Whether a file can be written, and a lock be held: what is made for that is taken back. Whether it can be opened.
local function examine_directory(list, path)
    local directory <close>, message, code = core.directory(path, true)
    if not directory then
        add(list, "state-unusable", path, message, code == "foreign" and OURS or WRITABLE)
        return false
    end
    local ok, why = directory:could_replace(TRIED, SIZE)
    if ok then
        examine_locks(list, directory, path)
    else
        add(list, "cannot-remember", path, why, WRITABLE)
    end
    return true
end

--- Where there was no state before, there is none afterwards. Whether there was, and can be looked at; and where it is
--- kept instead.
local function examine_place(list, places, path)
    local above, made, own = require "upnudge.record.home".nearest(path), path, { remarks = list.remarks }
    local opened = examine_directory(own, path)
    while made ~= above and lfs.rmdir(made) do
        made = made:match "^(.+)/[^/]*$" or "/"
    end
    local ailment = own[1]
    local refuge = not opened and above ~= path and ailment.remedy ~= OURS
        and require "upnudge.record.refuge".path(places)
    if refuge then
        ailment.remedy = ("it is kept in %s until you log out: %s"):format(refuge, ailment.remedy)
    end
    list[#list + 1] = ailment
    return opened and above == path, refuge, ailment and ailment.message
end

---@class upnudge.PlaceInUse
---@field what "all"|"cache"|"state" that can be made again, or that nobody can make again
---@field path string
---@field why string

--- The places that are there. Where what is kept stands, and why there, is added to the list's `places`.
local function examine_places(list, runtime)
    local places, there = runtime.places, {}
    local is_one = places.cache == places.state
    for i, what in ipairs(is_one and { "state" } or { "cache", "state" }) do
        local path = places[what]
        local is_there, refuge, message = examine_place(list, places, path)
        there[#there + 1] = is_there and path or nil
        there[#there + 1] = refuge and there[#there] ~= refuge and lfs.attributes(refuge, "mode") and refuge or nil
        list.places[i] = { what = is_one and "all" or what, path = refuge or path,
            why = refuge and ("until logout, for %s: %s"):format(path, message)
                or require "upnudge.runtime.places".reason(runtime.host, places, what) }
    end
    return there
end

-- ---- environments --------------------------------------------------------------------------------

local STEPS <const> = {
    ["record-broken"] = "'upnudge check' of that environment makes a new one",
    ["record-newer"] = "upgrade upnudge",
    ["record-unreadable"] = "make it readable, or remove it",
    ["state-unusable"] = OURS,
}

local function examine_times(list, record, value, now)
    local seen = require "upnudge.record.notified".read(record)
    local times = { { "checked", value.last_checked }, { "failed", value.last_failed },
        { "told", seen and seen.value and seen.value.last_notified or value.last_notified } }
    for _, one in ipairs(value.rehearsal and {} or times) do
        if one[2] and not clock.past(one[2], now) then
            add(list, "fault", record.path, ("it was last %s in the future, at %s"):format(one[1],
                require "upnudge.lib.time".format(one[2])), "if the clock is right now: upnudge check --max-age 0 "
                .. require "upnudge.lib.shell".quote(record.path))
        end
    end
end

--- A lock that is a file of a process that cannot be seen from here: nobody frees it if that one was killed.
local function examine_holder(list, directory, beside, name)
    local machine, pid, since, near = directory:holder(name)
    if not machine or near or core.now() - since < LONG then
        return
    end
    local path = beside .. name .. files.STANDIN
    local who = pid > 0 and ("process %d of %s"):format(pid, machine) or "nobody knows who"
    add(list, "locked", path, ("%s holds this lock since %s"):format(who, require "upnudge.lib.time".format(since)),
        "if that one is not there any more: rm " .. require "upnudge.lib.shell".quote(path))
end

--- Files that an activation or a check reads or locks, and that are somebody else's.
local function examine_files(list, directory, beside, read, locked)
    for _, name in ipairs(directory and read or {}) do
        local bytes, message, code = directory:read(name, files.SMALL_LIMIT)
        if not bytes and code ~= "not-found" then
            add(list, code == "foreign" and "state-unusable" or "record-unreadable", beside .. name, message,
                code == "foreign" and OURS or "remove it")
        end
    end
    for _, name in ipairs(directory and locked or {}) do
        local ok, message, code = directory:could_lock(name)
        if code == "busy" then
            examine_holder(list, directory, beside, name)
        elseif not ok then
            add(list, code == "foreign" and "state-unusable" or "cannot-remember", beside .. name, message,
                code == "foreign" and OURS or LOCKS)
        end
    end
end

local function examine_all_files(list, record)
    local directory <close> = record:directory()
    local home <close> = record:home()
    examine_files(list, directory, record.directory_path .. "/", {}, { files.CHECK_LOCK })
    examine_files(list, home, record.home_path .. "/", { files.NOTIFIED, files.CHOICES }, { files.NOTIFIED_LOCK })
    if directory and directory:exists(files.BROKEN) then
        local path = record.directory_path .. "/" .. files.BROKEN
        add(list, "record-broken", path, "a broken record was set aside",
            "look what broke it, then: rm " .. require "upnudge.lib.shell".quote(path))
    end
end

--- What an offline machine has, too, and no ailment.
local function remark_failure(list, record, value, now)
    local failed = clock.past(value.last_failed, now)
    if failed then
        local message = "its last check failed: %s; 'upnudge check' there tries again"
        list.remarks[#list.remarks + 1] = { where = record.path,
            message = message:format(value.reason or "no reason is kept") }
    end
end

--- In each place what stands there, whose record may say nothing of its path.
local function examine_environment(list, places, directory, env, now)
    env.path = lists.path_told(directory, env.key) or lists.path_told(places.cache, env.key) or ""
    local record = records.open(core, places, env)
    local value, message, code = record:read()
    if value then
        examine_times(list, record, value, now)
        remark_failure(list, record, value, now)
    elseif code ~= "not-found" then
        local cause = require "upnudge.runtime.cause".of_record(code)
        add(list, cause, record.directory_path, message, STEPS[cause])
    end
    examine_all_files(list, record)
end

--- Those that are in a directory and are not in `known` yet.
local function examine_environments(list, places, directory, known, now)
    lists.each(directory, function(env)
        if not env.beside then
            local beside = ("%s/%s/%s"):format(directory, env.key, files.BESIDE)
            local _, message, code = core.ours(beside)
            if code == "foreign" then
                add(list, "state-unusable", beside, message, OURS)
            end
        end
        if not known[env.key] and known.count < MOST then
            known[env.key], known.count = true, known.count + 1
            examine_environment(list, places, directory, env, now)
        end
    end)
end

-- ---- the rest ------------------------------------------------------------------------------------

--- The machine's policy, where the person's own has no mistake.
local function examine_machines_policy(list, runtime)
    local machine, deputy = runtime.policy and runtime.policy.machine, runtime.deputy
    if deputy and deputy.machine_fault then
        local quoted = require "upnudge.lib.shell".quote(deputy.place)
        add(list, "policy-fault", deputy.place, deputy.machine_fault,
            ("mend it; 'upnudge policy check %s' shows the place"):format(quoted))
    elseif machine and machine.fault then
        add(list, "policy-fault", machine.path, machine.fault,
            "mend it; until then it is left out for who has a policy of their own")
    end
end

--- All ailments that do not stand in the policy itself, in the order of their places.
---@param runtime upnudge.Runtime
---@param now integer seconds UTC
---@return upnudge.Ailment[] list its `remarks` are upnudge.Remark[], its `places` upnudge.PlaceInUse[]
function M.ailments(runtime, now)
    local list = { remarks = {}, places = {} }
    local own = { remarks = list.remarks }
    if now < EPOCH then
        add(list, "fault", "clock", "it is " .. require "upnudge.lib.time".format(now) .. " by it", "set it right")
    end
    local _, faults = runtime:lockfiles():formats()
    for _, fault in ipairs(faults) do
        add(list, "policy-fault", fault.path, fault.message, "mend the format, or take its file away")
    end
    examine_machines_policy(list, runtime)
    local asleep = require "upnudge.runtime.status".snoozed_everywhere(runtime, now)
    list.remarks[1] = asleep and { where = "snooze", message = "all environments are snoozed until "
        .. require "upnudge.lib.time".format(asleep) .. "; 'upnudge snooze --all --off' ends that" } or nil
    if runtime.policy then
        local reason, code = require "upnudge.runtime.silence".of_strategy(runtime, runtime.places.state)
        if reason then
            add(list, code, "strategy " .. runtime.policy.strategy, reason,
                "no notice comes until it answers; see the guide of policies")
        end
    end
    local settings, known = runtime.policy and runtime.policy.settings or {}, { count = 0 }
    if settings.scope == "person" then
        examine_all_files(own, require "upnudge.record.person".open(core, runtime.places, settings.apps == "all"))
    end
    for _, path in ipairs(examine_places(list, runtime)) do
        local ok, fault = pcall(examine_environments, own, runtime.places, path, known, now)
        if not ok then
            add(list, "state-unusable", path, require "upnudge.lib.raised".text(fault), OURS)
        end
    end
    table.sort(own, function(a, b)
        if a.where ~= b.where then
            return core.before(a.where, b.where)
        end
        return core.before(a.message, b.message)
    end)
    return table.move(own, 1, #own, #list + 1, list)
end

return M
