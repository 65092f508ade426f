--- The runtime: an open policy, its strategy and what is kept about each environment.
---
--- Failure is `nil, message, code`, the code being of upnudge.lib.reasons; misuse raises. Nothing here prints.

local core = require "upnudge.core"
local hosts = require "upnudge.runtime.host"
local limits = require "upnudge.lib.limits"
local policies = require "upnudge.policy"

local M = { VERSION = core.version }

---@class upnudge.Options
---@field app? string name of the host; separates its records
---@field state_dir? string absolute path
---@field policy? string a file or the name of a ready-made policy
---@field log? fun(level: "warning"|"fault", line: string) is told what a host's own log should know
---@field host? upnudge.Host what stands in place of this process; for tests and the simulation

---@class upnudge.Activation
---@field lockfile? string
---@field name? string what the user calls the environment
---@field mode? "activate"|"in-place"|"command"
---@field command? string
---@field hint? string what a person runs for details; "": nothing is said of that
---@field now? integer seconds UTC
---@field tty? boolean
---@field active? boolean

---@class upnudge.EnvironmentState what is kept about one environment while the runtime is open
---@field env upnudge.Environment
---@field record upnudge.Record
---@field cache table the result, and what it was made from
---@field decisions table[] that no log has yet
---@field silent? string the rule of the last decision, if that was silence; "": it was none of a rule's

---@class upnudge.Runtime
---@field app string
---@field state_dir string
---@field options? string with which the command finds the same records, in words of a shell
---@field source upnudge.PolicySource
---@field policy? upnudge.Policy
---@field policy_fault? string
---@field host upnudge.Host
---@field private recent table<string, upnudge.EnvironmentState> by canonical path, asked about last
---@field private earlier table<string, upnudge.EnvironmentState> asked about before those
---@field private weight integer of the recent ones
---@field private newest? upnudge.EnvironmentState of the recent ones, which is not weighed yet
---@field private unlogged upnudge.EnvironmentState[] those with decisions that no log has yet
---@field private chosen? table the strategy, once it was asked for
---@field private formats? upnudge.LockfileReader once a lockfile was read
---@field closed? boolean
---@field private log? fun(level: "warning"|"fault", line: string)
---@field private logged? string the last line
---@field tokens? integer how many of them there were
---@field begun? table<string, upnudge.Check> checks that calls have begun (see upnudge.runtime.call)
---@field private unwritten integer decisions that no log has yet
local Runtime = {}
Runtime.__index = Runtime

local function usual_state_directory(app, variable)
    local cache, home = variable "XDG_CACHE_HOME", variable "HOME"
    if not cache or cache:sub(1, 1) ~= "/" then
        cache = home and home:sub(1, 1) == "/" and home .. "/.cache"
    end
    return cache and cache .. "/upnudge/" .. app or nil
end

local function state_directory(given, app, variable)
    if not given then
        local usual = usual_state_directory(app, variable)
        if not usual then
            return nil, "no state directory: set HOME or XDG_CACHE_HOME, or name one", "state-unusable"
        end
        return usual
    elseif given:sub(1, 1) ~= "/" then
        return nil, ("state directory '%s' is not absolute"):format(given), "usage"
    end
    return (given:gsub("(.)/+$", "%1"))
end

--- The options with which a person's command comes to the same records; nil where it needs none.
local function options_of(app, given, state_dir, variable)
    local words = app ~= "default" and "--app " .. app or nil
    if given and state_dir ~= usual_state_directory(app, variable) then
        words = (words and words .. " " or "") .. "--state-dir " .. require "upnudge.lib.shell".quote(state_dir)
    end
    return words
end

--- Opens a runtime and reads its policy; creates nothing. A faulty policy does not fail it: then
--- notify is quiet and says why, and check_begin fails.
---@param options upnudge.Options?
---@return upnudge.Runtime?
---@return string? message
---@return string? code of upnudge.lib.reasons
function M.open(options)
    local known = require "upnudge.runtime.options"
    known.check_options("open", options, known.open)
    return M.start(options or {})
end

--- The same, where the options have been looked at: the C API.
---@param options upnudge.Options
---@return upnudge.Runtime?
---@return string? message
---@return string? code of upnudge.lib.reasons
function M.start(options)
    local app = options.app or "default"
    if #app > limits.APP or not app:find("^[%w_][%w._-]*$") then
        return nil, ("app '%s': letters, digits, '.', '_' and '-' only, %d at most"):format(limits.cut(app, limits.APP),
            limits.APP), "usage"
    end
    local host = options.host or hosts.new()
    local state_dir, message, code = state_directory(options.state_dir, app, host.variable)
    if not state_dir then
        return nil, message, code
    end
    local self = setmetatable({ app = app, state_dir = state_dir, host = host, recent = {}, earlier = {}, weight = 0,
        unlogged = {}, unwritten = 0, source = policies.find(options.policy, host.variable),
        options = options_of(app, options.state_dir, state_dir, host.variable) }, Runtime)
    self.policy, self.policy_fault = policies.load(self.source, { variable = host.variable })
    self.log = options.log
    if self.policy_fault then
        self:say("fault", self.policy_fault)
    end
    return self
end

--- Tells the host's own log, once of what is the same again. Call it while no lock is held.
---@param level "warning"|"fault"
---@param message string
function Runtime:say(level, message)
    local log = self.log
    local line = log and require "upnudge.lib.terminal".line(limits.cut(message, limits.LOGGED))
    if line and line ~= self.logged then
        self.logged = line
        pcall(log, level, line)
    end
end

--- The strategy that the policy names, or what stands in for it on this host.
---@return table
function Runtime:strategy()
    local strategy = self.chosen
    if not strategy then
        local policy = self.policy
        local stand_in = self.host.stand_ins[policy.strategy]
        strategy = stand_in and require "upnudge.strategy".find(stand_in) or policy.strategy_module
            or require "upnudge.strategy.separate_lock"
        if strategy.open then
            local settings = policy.settings
            settings.app, settings.state_dir, settings.variable = self.app, self.state_dir, self.host.variable
            settings.files, settings.homes = policy.files, policies.configuration("", self.host.variable)
            strategy = require "upnudge.strategy".open(policy.strategy, strategy, settings)
        end
        self.chosen = strategy
    end
    return strategy
end

--- Reads lockfiles with our formats and those that stand beside the policy.
---@return upnudge.LockfileReader
function Runtime:lockfiles()
    self.formats = self.formats or require "upnudge.lockfile".reader(self.source)
    return self.formats
end

-- How many environments are kept at least, of those asked about last; twice as many are at most. One with a large
-- record counts for as many as it has multiples of WEIGHED bytes.
local KEPT <const>, WEIGHED <const> = 128, 4096

--- Makes an environment one of the recent ones. When these are many, those that were not asked about since the last
--- time that they were go.
---@private
function Runtime:keep(canonical)
    local newest = self.newest
    self.weight = self.weight + (newest and 1 + #(newest.record.bytes or "") // WEIGHED or 0)
    if self.weight >= KEPT then
        self:flush()
        self.earlier, self.recent, self.weight = self.recent, {}, 0
    end
    local state = self.earlier[canonical]
    if not state then
        local disk = self.host.disk
        local env = assert(require "upnudge.record.environment".open(disk, canonical))
        state = { env = env, record = require "upnudge.record".open(disk, self.state_dir, env), cache = {},
            decisions = {} }
    end
    self.recent[canonical], self.newest = state, state
    return state
end

--- What is kept about one environment. Where its path leads is looked at each time, for a link may lead elsewhere now.
---@param path string
---@return upnudge.EnvironmentState? state
---@return string? message
---@return string? code of upnudge.lib.reasons
function Runtime:environment(path)
    local canonical, message = self.host.disk.realpath(path)
    if not canonical then
        return nil, message, "environment-missing"
    end
    return self.recent[canonical] or self:keep(canonical)
end

--- Keeps an environment no longer, nor what was decided about it and is in no log yet.
---@param canonical string
function Runtime:drop(canonical)
    local state = self.recent[canonical] or self.earlier[canonical]
    if state then
        state.decisions = {}
    end
    self.recent[canonical], self.earlier[canonical] = nil, nil
end

-- A host that asks all day writes its log every so many decisions.
local UNWRITTEN_LIMIT <const> = 32

--- Writes the decisions made since the last time to the logs of their environments. Fails silently.
function Runtime:flush()
    local unlogged = self.unlogged
    if unlogged[1] then
        self.unlogged, self.unwritten = {}, 0
        pcall(require "upnudge.record.decisions".flush, unlogged)
    end
end

--- Of silence for the same reason and rule again and again the log tells once. What it told already is no reason to
--- write it.
---@private
function Runtime:remember(state, now, decision)
    local list = state.decisions
    local silent = not decision.notify and decision.code .. (decision.rule or "") or nil
    local last, again = list[#list], silent ~= nil and silent == state.silent
    now = now or self.host.now()
    if last and again then
        last.at, last.decision, last.times = now, decision, last.times + 1
        return
    elseif not last then
        self.unlogged[#self.unlogged + 1] = state
    end
    list[#list + 1] = { since = now, at = now, decision = decision, times = 1 }
    state.silent = silent
    self.unwritten = self.unwritten + (again and 0 or 1)
    if self.unwritten >= UNWRITTEN_LIMIT then
        self:flush()
    end
end

--- What was open when it happened, as a lock, is closed when the garbage goes.
local function faulty(raised)
    collectgarbage()
    local words = require "upnudge.lib.raised"
    return { notify = false, code = words.code(raised), reason = "a fault of upnudge: " .. words.text(raised),
        error = true }
end

--- The answer of a check that cannot begin.
local function failed(code, reason)
    return { state = "failed", outcome = "failed", code = code, reason = reason, error = reason }
end

-- Silence that nobody wants.
local TROUBLE <const> = { ["record-broken"] = true, ["record-newer"] = true, ["record-unreadable"] = true,
    ["cannot-remember"] = true, ["state-unusable"] = true, ["database-unreachable"] = true,
    ["database-refused"] = true }

---@private
function Runtime:tell_trouble(decision)
    if decision.error then
        self:say("fault", decision.reason)
    elseif decision.trouble or TROUBLE[decision.code] then
        self:say("warning", decision.trouble or decision.reason)
    end
end

--- Decides whether to notify now; what is answered is remembered as shown. Never waits. At a made-up time nothing is
--- remembered, unless the record itself is of one.
---@param path string directory of the environment
---@param activation upnudge.Activation?
---@return upnudge.Decision
function Runtime:notify(path, activation)
    local known = require "upnudge.runtime.options"
    known.check_text("notify", "the environment", path)
    known.check_options("notify", activation, known.activation)
    return self:decide(path, activation or {})
end

--- The same, where what is asked has been looked at: the C API.
---@param path string
---@param activation upnudge.Activation
---@return upnudge.Decision
function Runtime:decide(path, activation)
    local state, message, code = self:environment(path)
    if not state then
        self:say("warning", message)
        return { notify = false, code = code, reason = message, error = true }
    end
    -- An activation must not fail because of a notice, not even by a fault of ours.
    local notice = require "upnudge.runtime.notice"
    local rehearsed = notice.is_rehearsal(state, activation)
    local ok, decision = pcall(notice.decide, self, state, activation, rehearsed)
    decision = ok and decision or faulty(decision)
    if not rehearsed then
        self:remember(state, activation.now, decision)
    end
    if self.log then
        self:tell_trouble(decision)
    end
    return decision
end

--- What notify would answer and why, rule by rule; writes nothing.
---@param path string
---@param activation upnudge.Activation?
---@return upnudge.Decision
function Runtime:explain(path, activation)
    local known = require "upnudge.runtime.options"
    known.check_text("explain", "the environment", path)
    known.check_options("explain", activation, known.activation)
    local state, message, code = self:environment(path)
    if not state then
        return { notify = false, code = code, reason = message, error = true }
    end
    local ok, decision = pcall(require "upnudge.runtime.explain".explain, self, state, activation or {})
    return ok and decision or faulty(decision)
end

--- Begins a check; see upnudge.check. The answer's `state` is "begun" when it is a check.
---@param path string
---@param options {lockfile?: string, name?: string, now?: integer, max_age?: integer, timeout?: integer}?
---@return upnudge.CheckAnswer|upnudge.Check answer
function Runtime:check_begin(path, options)
    local known = require "upnudge.runtime.options"
    known.check_text("check_begin", "the environment", path)
    known.check_options("check_begin", options, known.check)
    return self:begin(path, options or {})
end

--- The same, where the options have been looked at: the C API.
---@param path string
---@param options table
---@return upnudge.CheckAnswer|upnudge.Check answer
function Runtime:begin(path, options)
    local state, message, code = self:environment(path)
    local ok, answer
    if state then
        ok, answer = pcall(require "upnudge.runtime.check".begin, self, state, options)
        local fault = not ok and faulty(answer)
        answer = fault and failed(fault.code, fault.reason) or answer
    else
        answer = failed(code, message)
    end
    if answer.state == "failed" then
        self:check_failed(state and state.env.path or path, answer.reason)
    end
    return answer
end

--- Starts a check that goes on without this process: in a session of its own, with what it says in the log of the
--- environment, within its time and with its children ended after it. `argv` is a command that prints the upgraded
--- lockfile or writes it to $UPNUDGE_NEW_LOCKFILE (see `upnudge check --help`). Needs upnudge-cli. Waits for that to
--- read the lockfile, 10 s at most.
---@param path string
---@param options {lockfile?: string, name?: string, now?: integer, max_age?: integer}?
---@param argv string[]
---@param timeout integer? seconds that the dry upgrade may take; as the policy says unless given
---@return upnudge.CheckAnswer answer `state`: "started", "fresh", "later", "busy" or "failed", with a `reason`
function Runtime:check_detach(path, options, argv, timeout)
    local known = require "upnudge.runtime.options"
    known.check_text("check_detach", "the environment", path)
    known.check_options("check_detach", options, known.check)
    known.check_text("check_detach", "the command's first word", type(argv) == "table" and argv[1] or nil)
    options = options or {}
    local answer = require "upnudge.runtime.background"(self, path, options, argv, timeout or options.timeout)
    if answer.state == "failed" then
        self:check_failed(path, answer.reason)
    end
    return answer
end

--- Tells the host's log of a check that failed.
---@param path string
---@param reason string
function Runtime:check_failed(path, reason)
    self:say("warning", ("the check of %s failed: %s"):format(path, reason))
end

-- ---- what was found, and what a person says to it --------------------------------------------------------

--- What is known of an environment, and every change that its last check found, where the list is there.
---@param path string
---@return table? overview fields of the record, `environment`, `strategy`
---@return upnudge.Change[]|string|nil changes or why there is no overview
---@return string? code of upnudge.lib.reasons, as for the others below
function Runtime:show(path)
    local state, message, code = self:environment(path)
    if not state then
        return nil, message, code
    end
    local overview, changes, why = require "upnudge.runtime.overview".of(self, state)
    if not overview then
        return nil, ("%s: %s"):format(state.env.path, changes), why
    end
    return overview, changes
end

--- Every change that the last check found.
---@param path string
---@return upnudge.Changes?
---@return string? message
---@return string? code
function Runtime:changes(path)
    local state, message, code = self:environment(path)
    if not state then
        return nil, message, code
    end
    local found, why, what = require "upnudge.runtime.overview".changes(state)
    return found, why and ("%s: %s"):format(state.env.path, why), what
end

--- Nothing is said of an environment for so long. Waits for another process that writes choices, 2 s at most.
---@param path string
---@param seconds integer|string|nil or a duration, as "3d"; nil: the person wants to hear of it again
---@param now integer? the clock's unless given
---@return {environment: string, snoozed_until: integer?}?
---@return string? message
---@return string? code
function Runtime:snooze(path, seconds, now)
    local state, message, code = self:environment(path)
    if not state then
        return nil, message, code
    elseif seconds then
        seconds, message = require "upnudge.lib.duration".parse(seconds)
        if not seconds then
            return nil, message, "usage"
        end
    end
    now = now or self.host.now()
    local ok, fault, what = require "upnudge.record.choices".snooze(state.record, now, seconds)
    if not ok then
        return nil, fault, require "upnudge.runtime.cause".of_state(what)
    end
    return { environment = state.env.path, snoozed_until = seconds and now + seconds or nil }
end

---@private
function Runtime:choose_packages(path, selectors, off)
    local state, message, code = self:environment(path)
    if not state then
        return nil, message, code
    end
    if off or selectors[1] then
        local ok, fault, what = require "upnudge.record.choices".ignore(state.record, selectors, off)
        if not ok then
            return nil, fault, require "upnudge.runtime.cause".of_state(what)
        end
        -- For the activations, which would have to find it out.
        pcall(require "upnudge.record.ignored".prepare, state.record, self.policy)
    end
    return state.record:choices().ignore or {}
end

--- Nothing is said of some packages of an environment. Waits as snooze does.
---@param path string
---@param ... string names; * stands for anything, and name@version for one version alone; none: only to see the list
---@return string[]? ignored all that is ignored now
---@return string? message
---@return string? code
function Runtime:ignore(path, ...)
    return self:choose_packages(path, { ... })
end

--- They are told of again.
---@param path string
---@param ... string as they were ignored; none: all
---@return string[]? ignored what still is
---@return string? message
---@return string? code
function Runtime:unignore(path, ...)
    return self:choose_packages(path, { ... }, true)
end

--- Removes everything that is kept of an environment: what checks found, when somebody was told, what was snoozed or
--- ignored, and the logs. Its directory may be gone. What a database knows stays.
---@param path string
---@return {environment: string, forgotten: boolean}? removal `forgotten`: whether there was anything
---@return string? message
---@return string? code "busy" while a check is running
function Runtime:forget(path)
    return require "upnudge.runtime.forget"(self, path)
end

-- ---- for bindings ----------------------------------------------------------------------------------------

--- Does what a text of JSON says, and answers in JSON: see upnudge.runtime.call. Never raises for what the text says.
---@param text string
---@return string answer
---@return upnudge.CallStatus status
---@return string? message what went wrong
---@return string? code
function Runtime:call(text)
    return require "upnudge.runtime.call".text(self, text)
end

--- The same for one call and a table of its options.
---@param name string
---@param options table<string, any>
---@return string answer
---@return upnudge.CallStatus status
---@return string? message
---@return string? code
function Runtime:ask(name, options)
    return require "upnudge.runtime.call".ask(self, name, options)
end

-- ---- the end ---------------------------------------------------------------------------------------------

--- A check ends, for which formats may have been loaded after everything was closed.
function Runtime:check_ended()
    if self.closed then
        self:close()
    end
end

--- Ends the checks that calls have begun, for nobody can name them any more.
---@private
function Runtime:abort_begun()
    local begun = self.begun or {}
    self.begun = nil
    for _, check in pairs(begun) do
        pcall(check.abort, check)
    end
end

--- Flushes the log and releases the VMs of the policy and of the formats beside it. Repeated calls do nothing.
function Runtime:close()
    self.closed = true
    if self.begun then
        self:abort_begun()
    end
    self:flush()
    if self.formats then
        self.formats:close()
        self.formats = nil
    end
    if self.policy then
        self.policy:close()
        self.policy = nil
        self.policy_fault = "the runtime is closed"
    end
end

Runtime.__close = Runtime.close

return M
