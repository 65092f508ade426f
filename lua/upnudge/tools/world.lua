--- The world: a made-up one in which a policy can be tried, for busted (as upnudge.testing) and for the simulation.
---
---     local testing = require "upnudge.testing"
---
---     it("speaks of a fix at once, and of the rest on Mondays", function()
---       local world <close> = testing.world { policy = "policy.lua", now = "2027-01-15 10:00" }
---       world:release("curl", "8.10.1")
---       world:check()
---       assert.is_false(world:activate().notify)
---       world:release("openssl", "3.0.15", { security = true })
---       world:check()
---       assert.equal("1 security fix available in webshop.", world:activate().text:match "[^\n]+")
---     end)
---
--- Clock, changes and hosts are made up; all else is real: the policy in its VM, its strategy, records,
--- checks and lockfiles in a directory of their own, in memory where the system has such a place. What
--- the variables of this process say (CI, NO_UPDATE_NOTIFIER, TZ) does not count, and what is made up reaches
--- nobody's database: a policy with the strategy `database` remembers as `separate-lock` does.

local core = require "upnudge.core"
local duration = require "upnudge.lib.duration"
local hosts = require "upnudge.runtime.host"
local runtimes = require "upnudge.runtime"
local time = require "upnudge.lib.time"

local M = {}

local SYSTEM <const> = core.system()
local SHOWN_PATH <const> = "/home/me/"

---@class upnudge.WorldOptions
---@field policy? string a file or the name of a ready-made policy
---@field now? integer|string the time at which the world begins; without a zone, local
---@field utc_offset? integer seconds by which local time is ahead of UTC
---@field name? string of the environment
---@field lang? string
---@field installed? table<string, string> versions by package
---@field lockfiles? {called: string, old: string, new: string, security: string[]} real ones instead

---@class upnudge.TestHost how an environment is activated; see the context of policies
---@field tty? boolean true unless given
---@field ci? boolean
---@field agent? string the name of the agent that runs the shell
---@field session? string which session of a shell it is in; all are one unless given
---@field user? string a login name; "me" unless given
---@field machine? string its name; "here" unless given
---@field vars? table<string, string> variables of the environment
---@field attributes? table<string, string> what the host says in words of its own
---@field mode? "activate"|"in-place"|"command"
---@field active? boolean
---@field command? string
---@field hint? string
---@field lang? string
---@field look? "styled" what the decision has as `shown` then, beside its plain text

---@class upnudge.World
---@field now integer seconds UTC; set it, or use `at` and `advance`
---@field installed table<string, {version: string, build: integer, released: integer?}>
---@field available table<string, {version: string, build: integer, released: integer?}>
---@field fixes table<string, boolean> packages whose upgrade mends a security problem
---@field runtime upnudge.Runtime
---@field private options upnudge.WorldOptions
---@field private utc_offset integer
---@field private paths table<string, boolean> of its environments
---@field private count integer of them
---@field private activated? upnudge.Activation the last one
---@field private variables table<string, string> what the host of the last activation had set
---@field private directory string
---@field private main? upnudge.World where it is another environment of that one
local World = {}
World.__index = World

-- Another environment has of its own what is of an environment; all else is of the world that it is in.
local Other = { __index = function(other, name)
    local method = World[name]
    return method ~= nil and method or rawget(other, "main")[name]
end }

-- /dev/shm is memory: a check there waits for no disk.
local function temporary()
    local name = os.tmpname()
    os.remove(name)
    local memory <close> = core.directory "/dev/shm"
    return (memory and "/dev/shm" .. name:match "/[^/]*$" or name) .. ".upnudge"
end

local function remove(path)
    local lfs = require "lfs"
    for name in lfs.dir(path) do
        local inner = path .. "/" .. name
        if lfs.symlinkattributes(inner, "mode") ~= "directory" then
            os.remove(inner)
        elseif name ~= "." and name ~= ".." then
            remove(inner)
        end
    end
    lfs.rmdir(path)
end

--- Seconds UTC of a time in that zone.
---@param value integer|string
---@param offset integer
---@return integer
function M.instant(value, offset)
    if type(value) ~= "string" then
        return math.tointeger(value) or error("a time is a whole number of seconds or ISO 8601", 3)
    end
    local seconds, message = time.parse(value)
    if not seconds then
        error(message, 3)
    end
    local zoned = value:find "[Zz]$" or value:find ":%d%d[+-]%d%d:?%d%d$" or value:find "^%d+$"
    return zoned and seconds or seconds - offset
end

local function copy(packages)
    local copied = {}
    for name, package in pairs(packages) do
        copied[name] = { version = package.version, build = package.build, released = package.released }
    end
    return copied
end

--- A lockfile as Flox writes it, which knows versions, builds and systems.
local function encode(packages)
    local names, entries = {}, {}
    for name in pairs(packages) do
        names[#names + 1] = name
    end
    table.sort(names)
    local json = require "upnudge.lib.json.write"
    for i, name in ipairs(names) do
        local package = packages[name]
        entries[i] = json.object({}, { install_id = name, system = SYSTEM, version = package.version,
            derivation = ("/nix/store/%s-%s-%d.drv"):format(name, package.version, package.build),
            rev_date = package.released and time.format(package.released) })
    end
    return ('{"lockfile-version":1,"manifest":{},"packages":%s}'):format(json.array(entries))
end

--- The host of a world: its clock and variables are made up, and the environment is where a person would have it.
local function host_of(self)
    local function realpath(path)
        if self.paths[path] then
            return path
        end
        return core.realpath(path)
    end
    local function is_mine(path)
        return self.paths[path] or core.is_mine(path)
    end
    return hosts.new { stand_ins = { database = "separate-lock" }, disk = setmetatable({ realpath = realpath,
        is_mine = is_mine }, { __index = core }),
        now = function()
            return self.now
        end,
        variable = function(name)
            return self.variables[name]
        end,
        utc_offset = function()
            return self.utc_offset
        end }
end

--- Makes a world. Raises on a wrong argument or a faulty policy, with every mistake of it. Close it.
---@param options upnudge.WorldOptions?
---@return upnudge.World
function M.world(options)
    options = options or {}
    local directory = temporary()
    assert(core.directory(directory .. "/env", true)):close()
    local name, offset = options.name or "webshop", options.utc_offset or 0
    local self = setmetatable({ options = options, directory = directory, utc_offset = offset, fixes = {},
        installed = {}, variables = {}, name = name, path = SHOWN_PATH .. name, paths = {} }, World)
    self.paths[self.path], self.count = true, 1
    self.runtime = assert(runtimes.open { app = "testing", state_dir = directory .. "/state",
        policy = options.policy or "default", host = host_of(self) })
    -- In a world the records are where a person's are.
    self.runtime.options = false
    if not self.runtime.policy then
        local fault = self.runtime.policy_fault
        self:close()
        error(fault, 2)
    end
    self.now = M.instant(options.now or "2027-01-04 09:00", offset)
    self:install(options.installed or {})
    self.lockfile = directory .. "/env/" .. (options.lockfiles and options.lockfiles.called or "manifest.lock")
    self:write()
    return self
end

---@private
function World:install(versions)
    for package, version in pairs(versions) do
        self.installed[package] = { version = version, build = 1 }
    end
    self.available = copy(self.installed)
end

--- Another environment of the same person, under the same policy: it has its own packages, checks and activations; the
--- clock is that of all. It is closed with the world.
---@param name string
---@param installed table<string, string>? versions by package
---@return upnudge.World
function World:environment(name, installed)
    local main = self.main or self
    local path = SHOWN_PATH .. name
    if main.paths[path] then
        error(("there is an environment '%s' already"):format(name), 2)
    end
    main.paths[path], main.count = true, main.count + 1
    local directory = ("%s/env-%d"):format(main.directory, main.count)
    assert(core.directory(directory, true)):close()
    local other = setmetatable({ main = main, name = name, path = path, installed = {}, fixes = {}, upgraded = false,
        lockfile = directory .. "/manifest.lock" }, Other)
    other:install(installed or {})
    other:write()
    return other
end

---@private
function World:write()
    local real = not self.main and self.options.lockfiles
    local file = assert(io.open(self.lockfile, "wb"))
    file:write(real and (self.upgraded and real.new or real.old) or encode(self.installed))
    file:close()
end

--- Whether its lockfiles are real ones, of which it knows no packages.
---@return boolean
function World:is_real()
    return not self.main and self.options.lockfiles ~= nil
end

--- Sets the clock; without a zone, local time.
---@param value integer|string
---@return upnudge.World self
function World:at(value)
    local main = self.main or self
    main.now = M.instant(value, self.utc_offset)
    return self
end

--- Moves the clock on.
---@param value string|number a duration
---@return upnudge.World self
function World:advance(value)
    local seconds, message = duration.parse(value)
    local main = self.main or self
    main.now = main.now + (seconds or error(message, 2))
    return self
end

--- Something newer comes out: another version, or a rebuild of the same (version nil). A package that is
--- not installed yet is installed first, as "1.0.0", of which nobody knows when it came out.
---@param name string
---@param version string?
---@param options {security?: boolean, from?: string}? `from`: what is installed instead of "1.0.0"
---@return upnudge.World self
function World:release(name, version, options)
    options = options or {}
    if not self.installed[name] or options.from then
        self.installed[name] = { version = options.from or "1.0.0", build = 1 }
        self:write()
    end
    local before = self.available[name] or self.installed[name]
    local known = version == before.version and before.released
    self.available[name] = { version = version or before.version, build = before.build + (version and 0 or 1),
        released = known or (self.main or self).now }
    self.fixes[name] = self.fixes[name] or options.security or nil
    return self
end

--- A package comes or goes with the upgrade.
---@param name string
---@param version string? nil: it goes
---@return upnudge.World self
function World:offer(name, version)
    self.available[name] = version and { version = version, build = 1 } or nil
    return self
end

--- The person upgrades: all that is available is installed.
---@return upnudge.World self
function World:upgrade()
    self.installed, self.fixes, self.upgraded = copy(self.available), {}, true
    self:write()
    return self
end

--- Begins a check, as a host does in the background. nil: the last one is fresh, or another runs.
---@param max_age integer? seconds; nil: as the policy says
---@return table? check for `finish`
---@return string? reason
function World:begin(max_age)
    local check = self.runtime:check_begin(self.path, { lockfile = self.lockfile, name = self.name, now = self.now,
        max_age = max_age })
    if check.state ~= "begun" then
        return nil, check.reason
    end
    local real, fixes = self:is_real() and self.options.lockfiles, {}
    for name in pairs(self.fixes) do
        fixes[#fixes + 1] = name
    end
    -- What a dry upgrade finds is what there was when it began.
    return { check = check, bytes = real and real.new or encode(self.available), fixes = real and real.security
        or fixes }
end

--- Ends a check that was begun, now.
---@param begun table
---@return table answer {outcome, reason, changes}
function World:finish(begun)
    begun.check.fixed_now = self.now
    return begun.check:commit(begun.bytes, begun.fixes)
end

--- Runs a check now, whether or not the last one is fresh.
---@return table answer {outcome, reason, changes}
function World:check()
    local begun, reason = self:begin(0)
    return begun and self:finish(begun) or error(reason, 2)
end

--- One activation, and the variables of its host.
---@private
function World:activation(host)
    host = host or {}
    local main = self.main or self
    main.variables = { CI = host.ci and "true" or nil, AI_AGENT = host.agent or nil,
        LANG = host.lang or self.options.lang, UPNUDGE_SESSION = host.session or "one", LOGNAME = host.user or "me",
        UPNUDGE_MACHINE = host.machine or "here" }
    for name, value in pairs(host.vars or {}) do
        main.variables[name] = value
    end
    self.runtime.host:forget()
    return { now = self.now, lockfile = self.lockfile, name = self.name, tty = host.tty ~= false, mode = host.mode,
        active = host.active, command = host.command, hint = host.hint, attributes = host.attributes,
        look = host.look }
end

--- Activates the environment: somebody watches, at a terminal, unless `host` says otherwise.
---@param host upnudge.TestHost?
---@return upnudge.Decision
function World:activate(host)
    local main = self.main or self
    main.activated = self:activation(host)
    return self.runtime:notify(self.path, main.activated)
end

--- Whether a prompt's hook would begin a check in the background, after the activation just now.
---@return boolean
function World:is_due()
    local state = assert(self.runtime:environment(self.path))
    return require "upnudge.runtime.due".is_due(self.runtime, state, assert((self.main or self).activated,
        "there was no activation yet"), state.code, self.now)
end

--- The changes that count just now, as the policy was told of them at the last activation: without what is ignored, too
--- new or for other systems.
---@return upnudge.Change[]
function World:counted()
    local runtime, notice = self.runtime, require "upnudge.runtime.notice"
    local state = assert(runtime:environment(self.path))
    local found, silent = notice.look(runtime, state, { lockfile = self.lockfile }, state.record:choices(), self.now,
        false)
    return found and not silent and require "upnudge.runtime.details".look_up(runtime, state.record,
        { now = self.now }, found, "packages") or {}
end

--- What `activate` would answer, with every rule's answer in `trace`; claims nothing.
---@param host upnudge.TestHost?
---@return upnudge.Decision
function World:explain(host)
    return self.runtime:explain(self.path, self:activation(host))
end

--- The person wants to hear nothing for a while.
---@param value string|number a duration
---@return upnudge.World self
function World:snooze(value)
    local seconds = duration.parse(value) or error(("'%s' is no duration"):format(value), 2)
    assert(require "upnudge.record.choices".snooze(self.runtime:environment(self.path).record, self.now, seconds))
    return self
end

--- Ends the world and removes its directory. Repeated calls do nothing.
function World:close()
    self.runtime:close()
    if self.directory then
        remove(self.directory)
        self.directory = nil
    end
end

World.__close, World.__gc = World.close, World.close

return M
