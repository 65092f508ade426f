--- The world: a made-up one in which a policy can be tried, for busted and for the simulation. It takes what it is
--- given as it is; `require "upnudge.testing"` is upnudge.tools.testing, which holds it against the schema first.
---
--- Clock, changes and hosts are made up; all else is real: the policy in its VM, its strategy, records,
--- checks and lockfiles in a directory of their own, in memory where the system has such a place. What
--- the variables of this process say (CI, NO_UPDATE_NOTIFIER, TZ) does not count, and what is made up reaches
--- nobody's database: a policy with the strategy `database` remembers as `separate-lock` does.

local core = require "upnudge.core"
local duration = require "upnudge.lib.duration"
local hosts = require "upnudge.runtime.host"
local lockfiles = require "upnudge.tools.lockfiles"
local memory = require "upnudge.tools.memory"
local runtimes = require "upnudge.runtime"
local time = require "upnudge.lib.time"

local M = {}

local SHOWN_PATH <const>, SESSION <const> = "/home/me/", "UPNUDGE_SESSION"

---@class upnudge.WorldOptions
---@field policy? string a file or the name of a ready-made policy
---@field now? integer|string the time at which the world begins; without a zone, local
---@field utc_offset? integer seconds by which local time is ahead of UTC
---@field name? string of the environment
---@field path? string where a person has it; in /home/me unless given
---@field format? string of its lockfile: "flox" unless given, "npm", "cargo" or "uv"
---@field app? string the tool's name
---@field lang? string
---@field host? upnudge.TestHost what each activation has unless it says otherwise
---@field installed? table<string, string|upnudge.testing.Package> by package
---@field in_memory? boolean whether its files are in the memory of this process (upnudge.tools.memory), and nobody
---reads the log of its decisions
---@field beside? upnudge.World that of another machine, in whose memory it is
---@field lockfiles? {called: string, old: string, new: string, security: string[]} real ones instead

---@alias upnudge.TestHost upnudge.testing.Activation

---@class upnudge.Problem of what is installed
---@field name string of the package
---@field known table what a scanner says of it
---@field mended boolean whether the upgrade mends it

---@class upnudge.World
---@field now integer seconds UTC; set it, or use `at` and `advance`
---@field installed table<string, upnudge.WorldPackage>
---@field available table<string, upnudge.WorldPackage>
---@field fixes table<string, boolean> packages whose upgrade mends a security problem
---@field lists boolean whether it was told what is installed
---@field format table of upnudge.tools.lockfiles
---@field private problems upnudge.Problem[] of which more is known
---@field runtime upnudge.Runtime
---@field private options upnudge.WorldOptions
---@field private utc_offset integer
---@field private paths table<string, boolean> of its environments
---@field private count integer of them
---@field private activated? upnudge.Activation the last one
---@field saw_session? boolean whether somebody looked in which session that was
---@field private own_session? string that its variables say
---@field private variables table<string, string> what the host of the last activation had set
---@field private directory string
---@field private root string the directory of all worlds beside each other
---@field private machines integer how many of these there were, in the first one
---@field private memory? upnudge.Memory
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
    local shared <close> = core.directory "/dev/shm"
    return (shared and "/dev/shm" .. name:match "/[^/]*$" or name) .. ".upnudge"
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

local function copy_of(package, changes)
    local copied = {}
    for key, value in pairs(package) do
        copied[key] = value
    end
    for key, value in pairs(changes or {}) do
        copied[key] = value
    end
    return copied
end

local function copy(packages)
    local copied = {}
    for name, package in pairs(packages) do
        copied[name] = copy_of(package)
    end
    return copied
end

-- By which the person's policy, the machine's and bases are found, which are the real ones.
local SEARCHED <const> = { HOME = true, XDG_CONFIG_HOME = true, XDG_CONFIG_DIRS = true, UPNUDGE_POLICY_PATH = true }

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
        is_mine = is_mine }, { __index = self.memory or core }),
        now = function()
            return self.now
        end,
        variable = function(name)
            self.saw_session = self.saw_session or name == SESSION
            return self.variables[name]
        end,
        found_by = function(name)
            return SEARCHED[name] and core.variable(name) or nil
        end,
        utc_offset = function()
            return self.utc_offset
        end }
end

--- Where the files of a world are; and where the runtime keeps what.
local function directories_of(options)
    local beside = options.beside
    local root = beside and beside.root or temporary()
    local directory = beside and ("%s/machine-%d"):format(root, beside:count_machine()) or root
    local state = directory .. "/state"
    return root, directory, { cache = state, state = state, named = "the world" }
end

--- Makes a world. Raises on a wrong argument or a faulty policy, with every mistake of it. Close it.
---@param options upnudge.WorldOptions?
---@return upnudge.World
function M.world(options)
    options = options or {}
    local root, directory, places = directories_of(options)
    local in_memory = options.beside and options.beside.memory or options.in_memory and memory.new(directory) or nil
    assert((in_memory or core).directory(directory .. "/env", true)):close()
    local name, offset = options.name or "webshop", options.utc_offset or 0
    local self = setmetatable({ options = options, directory = directory, root = root, machines = 1, memory = in_memory,
        utc_offset = offset, fixes = {}, installed = {}, problems = {}, variables = {}, name = name,
        path = options.path or SHOWN_PATH .. name,
        format = lockfiles.formats[options.format or "flox"], lists = options.installed ~= nil, paths = {} }, World)
    self.paths[self.path], self.count = true, 1
    self.runtime = assert(runtimes.open { app = options.app or "testing", places = places,
        policy = options.policy or "default", host = host_of(self) })
    -- In a world the records are where a person's are.
    self.runtime.options = false
    if in_memory then
        self.runtime.remember = function() end
    end
    -- A test hears of a policy that fails: nobody answers in its place.
    self.runtime.deputies = {}
    local fault = self.runtime.policy_fault
    if fault then
        self:close()
        error(fault, 2)
    end
    -- Nobody falls back on what was kept in a memory that goes.
    self.runtime.policy.is_kept = in_memory ~= nil or self.runtime.policy.is_kept
    self.now = M.instant(options.now or "2027-01-04 09:00", offset)
    self:install(options.installed or {})
    self.lockfile = directory .. "/env/" .. (options.lockfiles and options.lockfiles.called or self.format.called)
    self:write()
    return self
end

---@private
function World:count_machine()
    self.machines = self.machines + 1
    return self.machines
end

--- Lets worlds beside each other remember together who was told: those with the same name. Before they are asked
--- anything.
---@param name string
function World:remember_as(name)
    self.runtime.places.state = self.root .. "/told-" .. core.hash(name)
end

---@private
function World:install(packages)
    for name, given in pairs(packages) do
        local package = copy_of(type(given) == "table" and given or { version = given }, { build = 1 })
        package.released = package.released and M.instant(package.released, self.utc_offset)
        self.installed[name] = package
    end
    self.available = copy(self.installed)
end

--- Another environment of the same person, under the same policy: it has its own packages, checks and activations; the
--- clock is that of all. It is closed with the world.
---@param name string
---@param installed table<string, string|upnudge.testing.Package>? by package
---@param options {path?: string, format?: string}?
---@return upnudge.World
function World:environment(name, installed, options)
    local main = self.main or self
    options = options or {}
    local path = options.path or SHOWN_PATH .. name
    if main.paths[path] then
        error(("there is an environment '%s' already"):format(name), 2)
    end
    main.paths[path], main.count = true, main.count + 1
    local directory = ("%s/env-%d"):format(main.directory, main.count)
    assert((main.memory or core).directory(directory, true)):close()
    local format = options.format and lockfiles.formats[options.format] or main.format
    local other = setmetatable({ main = main, name = name, path = path, installed = {}, fixes = {}, problems = {},
        upgraded = false, lists = installed ~= nil, format = format,
        lockfile = directory .. "/" .. format.called }, Other)
    other:install(installed or {})
    other:write()
    return other
end

---@private
function World:write()
    local real = not self.main and self.options.lockfiles
    local bytes = real and (self.upgraded and real.new or real.old) or self.format.write(self.installed)
    if self.memory then
        self.memory.write(self.lockfile, bytes)
        return
    end
    local file = assert(io.open(self.lockfile, "wb"))
    file:write(bytes)
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

--- Whether a package is one of the environment's, or would come with the upgrade.
---@param name string
---@return boolean
function World:has(name)
    return (self.installed[name] or self.available[name]) ~= nil
end

--- Something newer comes out: another version, or a rebuild of the same (version nil). A package that is
--- not installed yet is installed first, as "1.0.0", of which nobody knows when it came out.
---@param name string
---@param version string?
---@param options upnudge.testing.Release? `from`: what is installed instead of "1.0.0"
---@return upnudge.World self
function World:release(name, version, options)
    options = options or {}
    if not self:has(name) or options.from then
        self.installed[name] = copy_of(self.installed[name] or {}, { version = options.from or "1.0.0", build = 1 })
        self:write()
    end
    local before = self.available[name] or self.installed[name]
    local known = version == before.version and before.released
    self.available[name] = copy_of(before, { version = version or before.version,
        build = before.build + (version and 0 or 1), released = known or (self.main or self).now })
    self:mend(name, options.security)
    return self
end

--- What is available mends what is known to be wrong with a package.
---@private
---@param security boolean|upnudge.testing.Problem|nil
function World:mend(name, security)
    if type(security) == "table" then
        self:expose(name, security)
    end
    self.fixes[name] = self.fixes[name] or security == true or nil
    for _, problem in ipairs(security and self.problems or {}) do
        problem.mended = problem.mended or problem.name == name
    end
end

--- A problem of what is installed becomes known, of which a scanner tells at the next check.
---@param name string
---@param known upnudge.testing.Problem?
---@return upnudge.World self
function World:expose(name, known)
    table.insert(self.problems, { name = name, known = known or {}, mended = false })
    return self
end

--- A package comes or goes with the upgrade.
---@param name string
---@param version string? nil: it goes
---@param options upnudge.testing.Package? what else is known of one that comes
---@return upnudge.World self
function World:offer(name, version, options)
    self.available[name] = version and copy_of(options or {}, { version = version, build = 1 }) or nil
    return self
end

--- The person upgrades: all that is available is installed, or those packages alone.
---@param ... string packages
---@return upnudge.World self
function World:upgrade(...)
    local names = { ... }
    if names[1] then
        for _, name in ipairs(names) do
            self.installed[name] = self.available[name] and copy_of(self.available[name])
            self:install_fix(name)
        end
    else
        self.installed, self.fixes, self.upgraded = copy(self.available), {}, true
        self:install_fix()
    end
    self:write()
    return self
end

--- What the upgrade of a package, or of all, has mended is no problem any more.
---@private
function World:install_fix(name)
    local left = {}
    self.fixes[name or ""] = nil
    for _, problem in ipairs(self.problems) do
        left[#left + 1] = (not problem.mended or name and problem.name ~= name) and problem or nil
    end
    self.problems = left
end

--- What cargo-audit would print of packages with these problems: of those reports that are read it tells most.
local function report_of(problems, packages)
    local lists = { vulnerabilities = {}, yanked = {} }
    for i, problem in ipairs(problems) do
        local known, package = problem.known, packages[problem.name]
        local list = known.withdrawn and lists.yanked or lists.vulnerabilities
        list[#list + 1] = package and { kind = known.withdrawn and "yanked" or nil,
            package = { name = problem.name, version = package.version },
            advisory = { id = known.id or ("TEST-%d"):format(i), aliases = known.aliases, title = known.title,
                url = known.url, severity = known.severity } }
    end
    local json = require "upnudge.lib.json.write"
    return ('{"vulnerabilities":{"list":%s},"warnings":{"yanked":%s}}'):format(json.list({}, lists.vulnerabilities),
        json.list({}, lists.yanked))
end

--- Of what is installed, and of the upgraded; nil: nobody was asked.
---@private
function World:scans()
    local left = {}
    for _, problem in ipairs(self.problems) do
        left[#left + 1] = not problem.mended and problem or nil
    end
    return self.problems[1] and { installed = report_of(self.problems, self.installed),
        upgraded = report_of(left, self.available) } or {}
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
    return { check = check, bytes = real and real.new or self.format.write(self.available),
        fixes = real and real.security or fixes, scans = self:scans() }
end

--- Ends a check that was begun, now.
---@param begun table
---@return table answer {outcome, reason, changes}
function World:finish(begun)
    begun.check.fixed_now = self.now
    for of, report in pairs(begun.scans or {}) do
        assert(begun.check:scan(report, of))
    end
    return begun.check:commit(begun.bytes, begun.fixes)
end

--- Runs a check now, whether or not the last one is fresh.
---@param options upnudge.testing.Check? `fails`: why it fails; `upgrade`: what upgrades the environment
---@return table answer {outcome, reason, changes}
function World:check(options)
    local begun, reason = self:begin(0)
    if not begun then
        error(reason, 2)
    elseif options and options.fails then
        begun.check.fixed_now = self.now
        return begun.check:fail(options.fails)
    end
    begun.check.upgraded_by = options and options.upgrade and { name = "testing", hint = options.upgrade } or nil
    return self:finish(begun)
end

--- One activation, and the variables of its host.
---@private
function World:activation(given)
    local main = self.main or self
    local host = copy_of(self.options.host or {}, given)
    host.vars = copy_of(self.options.host and self.options.host.vars or {}, given and given.vars)
    main.variables = { CI = host.ci and "true" or nil, AI_AGENT = host.agent or nil,
        LANG = host.lang or self.options.lang, UPNUDGE_SESSION = host.session or "one", LOGNAME = host.user or "me",
        UPNUDGE_MACHINE = host.machine or "here" }
    for name, value in pairs(host.vars) do
        main.variables[name] = value
    end
    main.own_session = host.vars[SESSION]
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
    main.activated, main.saw_session = self:activation(host), false
    return self.runtime:notify(self.path, main.activated)
end

--- The same shell's host once more, as at the last activation of whichever environment, in another session.
---@param session string
---@return upnudge.Decision
function World:activate_again(session)
    local main = self.main or self
    local last = assert(main.activated, "there was no activation yet")
    if main.saw_session then
        self.runtime.host:forget()
    end
    main.variables[SESSION], main.saw_session = main.own_session or session, false
    main.activated = copy_of(last, { now = self.now, lockfile = self.lockfile, name = self.name })
    -- What it says was looked at then.
    return self.runtime:decide(self.path, main.activated)
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
---@param value string|number|nil a duration; nil: they want to hear again
---@param options {all: boolean?}? `all`: of every environment
---@return upnudge.World self
function World:snooze(value, options)
    local now = (self.main or self).now
    if options and options.all then
        assert(self.runtime:snooze_all(value, now))
    else
        assert(self.runtime:snooze(self.path, value, now, self.lockfile))
    end
    return self
end

--- The person wants to hear nothing of these packages.
---@param ... string selectors, as `upnudge ignore` takes them
---@return upnudge.World self
function World:ignore(...)
    assert(self.runtime:choose_packages(self.path, { ... }, false, self.lockfile))
    return self
end

--- The person wants to hear of them again; of all, where none is named.
---@param ... string selectors
---@return upnudge.World self
function World:unignore(...)
    assert(self.runtime:choose_packages(self.path, { ... }, true, self.lockfile))
    return self
end

--- The person was told of what waits, whatever the policy says. Raises where nothing can be told.
---@param options {at: integer|string|nil, rule: string?, session: string?}? `at`: when, now unless given
---@return upnudge.World self
function World:told(options)
    options = options or {}
    local policy, main = self.runtime.policy, self.main or self
    local now, ask = main.now, rawget(policy, "ask")
    policy.ask = function()
        return { notify = true, code = "notified", reason = "told", rule = options.rule or "default", text = "told" }
    end
    main.now = options.at and M.instant(options.at, self.utc_offset) or now
    local ok, decision = pcall(self.activate, self, { session = options.session })
    policy.ask, main.now = ask, now
    if not ok or not decision.notify then
        error("nothing could be told: " .. (ok and decision.reason or decision), 2)
    end
    return self
end

--- Ends the world and removes its directory. Repeated calls do nothing.
function World:close()
    self.runtime:close()
    if self.directory then
        if not self.memory then
            remove(self.directory)
        end
        self.directory = nil
    end
end

World.__close, World.__gc = World.close, World.close

return M
