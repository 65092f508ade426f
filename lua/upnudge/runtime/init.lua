--- The runtime: an open policy, its strategy and what is kept about each environment. Here is what an activation
--- takes; what a runtime does beside that is in upnudge.runtime.service.
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
---@field places? upnudge.Places in place of that, for processes of ours
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
---@field session? string which session of a shell it is in, where the host knows better than we; "": it does not
---@field attributes? table<string, string> what the host says in words of its own, for policies
---@field look? "plain"|"styled"|"terminal" how the notice is to look, beside the plain text: with styles and links; or
---as standard error wants it, which it goes to, in the encoding of the locale

---@class upnudge.EnvironmentState what is kept about one environment while the runtime is open
---@field env upnudge.Environment
---@field record upnudge.Record
---@field cache table the result, and what it was made from
---@field decisions upnudge.Decided[] that no log has yet
---@field has_read? true whether the record was read just now, for who reads it next
---@field asked? upnudge.Question that the last decision answers; nil: no policy was asked
---@field code? string of the last decision
---@field states? upnudge.EnvironmentState[] that it was about, where the directory has several; of the first alone
---@field silent? string the rule of the last decision, if that was silence; "": it was none of a rule's

---@class upnudge.Runtime
---@field app string
---@field places upnudge.Places
---@field options? string|false what stands in place of the options with which the command finds the records
---@field source upnudge.PolicySource
---@field named? string the policy, as the host has named it
---@field was_asked? boolean whether something was asked of it
---@field watched? table<string, string|false> how the files of the policy were (upnudge.runtime.reload)
---@field policy? upnudge.Policy the one of `source`, or where that has a mistake, its deputy
---@field policy_fault? string the mistakes of the one of `source`
---@field deputy? upnudge.Deputy which one stands in for it then
---@field deputies? upnudge.Deputy[] those that answer what it fails at, once it has
---@field host upnudge.Host
---@field recent table<string, upnudge.EnvironmentState> by canonical path, and format where another one of the same
---directory was checked first; asked about last
---@field earlier table<string, upnudge.EnvironmentState> asked about before those
---@field private weight integer of the recent ones
---@field private newest? upnudge.EnvironmentState of the recent ones, which is not weighed yet
---@field private unlogged upnudge.EnvironmentState[] those with decisions that no log has yet
---@field private chosen? table the strategy, once it was asked for
---@field formats? upnudge.LockfileReader once a lockfile was read
---@field person? table what is known of the person's other environments (see upnudge.runtime.person)
---@field closed? boolean
---@field log? fun(level: "warning"|"fault", line: string)
---@field logged? string the last line
---@field tokens? integer how many of them there were
---@field begun? table<string, upnudge.Check> checks that calls have begun (see upnudge.runtime.call)
---@field private unwritten integer decisions that no log has yet
local Runtime = {}
Runtime.__index = Runtime

-- What is known once the policy is loaded.
local OF_POLICY <const> = { policy = true, policy_fault = true, deputy = true }

-- The same before that. A ready-made policy, which has no mistakes to be told and no file that could change, is loaded
-- when somebody looks at it, for a runtime may be opened and never asked.
local Unasked = {
    __index = function(self, key)
        if OF_POLICY[key] then
            setmetatable(self, Runtime)
            self:load_policy()
            return self[key]
        end
        return Runtime[key]
    end,
}

--- One that is named is all that most hosts need.
local function find_places(given, app, host)
    if not given then
        return require "upnudge.runtime.places".find(host, app)
    elseif given:sub(1, 1) ~= "/" then
        return nil, ("state directory '%s' is not absolute"):format(given), "usage"
    end
    given = given:gsub("(.)/+$", "%1")
    return { cache = given, state = given, named = "--state-dir" }
end

--- Opens a runtime and reads its policy; creates nothing. A faulty policy does not fail it: another one stands in for
--- it then (upnudge.runtime.deputy).
---@param options upnudge.Options?
---@return upnudge.Runtime?
---@return string? message
---@return string? code of upnudge.lib.reasons
function M.open(options)
    local known = require "upnudge.runtime.options"
    known.check_options("open", options, known.open)
    M.complete()
    return M.start(options or {})
end

--- The same, where the options have been looked at: the C API. The runtime has what an activation takes; for the rest
--- see M.complete.
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
    local places, message, code = options.places, nil, nil
    if not places then
        places, message, code = find_places(options.state_dir, app, host)
    end
    if not places then
        return nil, message, code
    end
    local self = setmetatable({ app = app, places = places, host = host, recent = {}, earlier = {}, weight = 0,
        unlogged = {}, unwritten = 0, source = policies.find(options.policy, host.found_by), named = options.policy,
        log = options.log }, Unasked)
    if not policies.is_ready_made(self.source) then
        setmetatable(self, Runtime)
        self:load_policy()
    end
    return self
end

--- Loads the policy of its source, or finds who stands in for it.
---@private
function Runtime:load_policy()
    local mistakes
    self.policy, self.policy_fault, mistakes = policies.load(self.source, { variable = self.host.variable,
        found_by = self.host.found_by })
    local policy = self.policy
    if not policy then
        self.deputy = require "upnudge.runtime.deputy".appoint(self, mistakes)
    elseif policy.machine and policy.machine.fault then
        self.deputy = require "upnudge.runtime.deputy".of_both(self)
        if self.deputy then
            policy:close()
            self.policy_fault = policy.machine.fault
        end
    end
    self.policy = self.deputy and self.deputy.policy or policy
    if self.log and self.policy_fault then
        require "upnudge.runtime.log".say(self, "fault", self.policy_fault)
    end
end

--- Goes on with the policy that is in force now, where the runtime was asked something before.
function Runtime:refresh()
    if self.was_asked and not self.closed then
        require "upnudge.runtime.reload".refresh(self)
    end
    self.was_asked = true
end

local complete = false

--- Gives runtimes what an activation does without (upnudge.runtime.service). Where there is no memory for all of it, it
--- is tried again.
function M.complete()
    if not complete then
        for name, method in pairs(require "upnudge.runtime.service") do
            Runtime[name] = method
        end
        complete = true
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
            settings.app, settings.state_dir, settings.variable = self.app, self.places.state, self.host.variable
            settings.places = self.places
            settings.files, settings.homes = policy.files, policies.homes(self.host.variable)
            strategy = require "upnudge.strategy".open(policy.strategy, strategy, settings)
        end
        self.chosen = strategy
    end
    return strategy
end

-- How many environments are kept at least, of those asked about last; twice as many are at most. One with a large
-- record counts for as many as it has multiples of WEIGHED bytes.
local KEPT <const>, WEIGHED <const> = 128, 4096

--- Makes an environment one of the recent ones. When these are many, those that were not asked about since the last
--- time that they were go.
---@param name string among them
---@param canonical string
---@param env upnudge.Environment? unless it is the first of its directory
---@return upnudge.EnvironmentState
function Runtime:keep(name, canonical, env)
    local newest = self.newest
    self.weight = self.weight + (newest and 1 + #(newest.record.bytes or "") // WEIGHED or 0)
    if self.weight >= KEPT then
        self:flush()
        self.earlier, self.recent, self.weight = self.recent, {}, 0
    end
    local state = self.earlier[name]
    if not state then
        env = env or { path = canonical, key = core.hash(canonical) }
        state = { env = env, record = require "upnudge.record".open(self.host.disk, self.places, env), cache = {},
            decisions = {} }
    end
    self.recent[name], self.newest = state, state
    return state
end

--- What is kept about one environment, of several of one directory the first. Where its path leads is looked at each
--- time, for a link may lead elsewhere now.
---@param path string
---@return upnudge.EnvironmentState? state
---@return string? message
---@return string? code of upnudge.lib.reasons
function Runtime:environment(path)
    local canonical, message = self.host.disk.realpath(path)
    if not canonical then
        return nil, message, "environment-missing"
    end
    return self.recent[canonical] or self:keep(canonical, canonical)
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

--- Of silence for the same reason and rule again and again, in the same circumstances, the log tells once. What it told
--- already is no reason to write it.
---@private
function Runtime:remember(state, activation, decision)
    local list = state.decisions
    local silent = not decision.notify and decision.code .. (decision.rule or "") or nil
    local last, again = list[#list], silent ~= nil and silent == state.silent
    local now, value, asked = activation.now or self.host.now(), state.record.value, state.asked
    -- The host may have been asked about other environments since.
    local facts = asked and asked.host or self.host.facts
    if last and again and value == last.value and facts == last.facts and self.policy == last.policy then
        last.at, last.decision, last.times = now, decision, last.times + 1
        return
    elseif not last then
        self.unlogged[#self.unlogged + 1] = state
    end
    list[#list + 1] = { since = now, at = now, decision = decision, times = 1, policy = self.policy, facts = facts,
        value = value, question = asked, name = activation.name }
    state.silent = silent
    self.unwritten = self.unwritten + (again and 0 or 1)
    if self.unwritten >= UNWRITTEN_LIMIT then
        self:flush()
    end
end

--- Keeps a policy that has answered for the day on which it has a mistake; tells of one that has.
---@private
function Runtime:look_after_policy(decision, activation, rehearsed)
    local policy = self.policy
    if self.policy_fault or decision.policy_fault then
        require "upnudge.runtime.deputy".tell(self, decision, activation, rehearsed)
    elseif not rehearsed and policy.source.path and policy.sound and not policy.is_kept then
        local kept, path, hash = require "upnudge.record.good_policy", policy.source.path, policy:identity().hash
        policy.is_kept = true
        if not kept.is_kept(self.places, path, hash) then
            kept.keep(self.places, path, hash, policy, self.host.now())
        end
    end
end

---@private
function Runtime:log_decision(decision)
    if self.log then
        require "upnudge.runtime.log".decision(self, decision)
    end
end

--- Notes for the log that a silence was found to hold, without anybody being asked.
---@param path string
---@param times integer
---@param since integer seconds UTC
---@param last integer
---@param code string
---@param rule string?
function Runtime:stood(path, times, since, last, code, rule)
    local state = self:environment(path)
    local entry = state and state.decisions[#state.decisions]
    local silent = entry and not entry.decision.notify and entry.decision
    if silent and entry.since <= since and silent.code == code and silent.rule == rule then
        entry.times, entry.at = entry.times + times, last
        return
    elseif state and not entry then
        self.unlogged[#self.unlogged + 1] = state
    elseif not state then
        return
    end
    local decision = { notify = false, code = code, rule = rule, reason = "nothing had changed" }
    table.insert(state.decisions, 1, { since = since, at = last, times = times, decision = decision })
end

--- What notify of upnudge.runtime.service does, where what is asked has been looked at: the C API.
---@param path string directory of the environment
---@param activation upnudge.Activation
---@param one upnudge.EnvironmentState? of several environments of the directory (upnudge.runtime.siblings)
---@return upnudge.Decision
function Runtime:decide(path, activation, one)
    if not one then
        self:refresh()
    end
    local state, message, code = one, nil, nil
    if not state then
        state, message, code = self:environment(path)
    end
    if not state then
        local decision = limits.answer { notify = false, code = code, reason = message, error = true }
        self:log_decision(decision)
        return decision
    elseif not one and state.record:is_accompanied() then
        return require "upnudge.runtime.siblings".decide(self, state, activation)
    end
    state.states = nil
    -- An activation must not fail because of a notice, not even by a fault of ours.
    local notice = require "upnudge.runtime.notice"
    local rehearsed = notice.is_rehearsal(state, activation, self)
    local ok, decision = pcall(notice.decide, self, state, activation, rehearsed)
    decision = limits.answer(ok and decision or require "upnudge.runtime.cause".fault(decision))
    if self.policy then
        pcall(self.look_after_policy, self, decision, activation, rehearsed)
    end
    if rehearsed then
        -- Of what is only tried out nothing is kept.
        decision.holds_until = nil
    else
        self:remember(state, activation, decision)
    end
    state.code = decision.own_code or decision.code
    self:log_decision(decision)
    return decision
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
    local policy = rawget(self, "policy")
    if policy then
        policy:close()
        if self.deputies then
            require "upnudge.runtime.deputy".dismiss(self)
        end
        self.policy = nil
    end
    if policy or getmetatable(self) ~= Runtime then
        setmetatable(self, Runtime)
        self.policy_fault = "the runtime is closed"
    end
end

Runtime.__close, Unasked.__close = Runtime.close, Runtime.close

return M
