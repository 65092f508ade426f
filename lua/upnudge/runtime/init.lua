--- The runtime: an open policy, its strategy and what is kept about each environment.
---
--- Failure is `nil, message`; misuse raises. Nothing here prints.

local core = require "upnudge.core"
local host = require "upnudge.runtime.host"
local policy = require "upnudge.policy"

local M = {}

---@class upnudge.Options
---@field app? string name of the host; separates its records
---@field state_dir? string absolute path
---@field policy? string a file or the name of a ready-made policy
---@field made_up? {utc_offset: integer} for upnudge.testing: what holds in place of this process's variables

---@class upnudge.Activation
---@field lockfile? string
---@field name? string what the user calls the environment
---@field mode? "activate"|"in-place"|"command"
---@field command? string
---@field hint? string what a person runs for details
---@field now? integer seconds UTC
---@field tty? boolean
---@field active? boolean

---@class upnudge.Runtime
---@field app string
---@field state_dir string
---@field policy? upnudge.Policy
---@field policy_fault? string
---@field policy_option? string what the host named
---@field strategy table
---@field host table
---@field private environments table
---@field package asked? table the environment that the policy is being asked about
---@field package now? integer of that activation
---@field package sent table what the policy VM holds
---@field package host_changed? boolean since the policy VM was told
---@field package made_up? {utc_offset: integer} what holds in place of this process's variables
---@field package unwritten integer decisions that no log has yet
local Runtime = {}
Runtime.__index = Runtime

local function state_directory(options, app)
    local given = options.state_dir
    if given then
        if given:sub(1, 1) ~= "/" then
            return nil, ("state directory '%s' is not absolute"):format(given)
        end
        return (given:gsub("(.)/+$", "%1"))
    end
    local cache, home = os.getenv "XDG_CACHE_HOME", os.getenv "HOME"
    if not cache or cache:sub(1, 1) ~= "/" then
        cache = home and home:sub(1, 1) == "/" and home .. "/.cache"
    end
    if not cache then
        return nil, "no state directory: set HOME or XDG_CACHE_HOME, or name one"
    end
    return cache .. "/upnudge/" .. app
end

---@private
function Runtime:load_policy(option)
    local fault
    self.policy_option, self.source = option, policy.find(option)
    self.policy, fault = policy.load(self.source, function(what)
        if what == "utc_offset" then
            return self.made_up and self.made_up.utc_offset or require "upnudge.lib.time".utc_offset(self.now)
        end
        return require "upnudge.record.changes".of(self.asked.record, core.system(), self.asked.ignored)
    end)
    self.strategy = self.policy and self.policy.way
    if self.strategy and self.strategy.open and self.made_up then
        -- What is made up must not reach anybody's database; on one machine this is the same.
        self.strategy = require "upnudge.strategy.separate_lock"
    elseif self.strategy and self.strategy.open then
        local settings = self.policy.settings
        settings.app, settings.state_dir = self.app, self.state_dir
        self.strategy = self.strategy.open(settings)
    end
    self.policy_fault = fault
end

--- Opens a runtime and reads its policy; creates nothing. A faulty policy does not fail it: then
--- notify is quiet and says why, and check_begin fails.
---@param options upnudge.Options?
---@return upnudge.Runtime?
---@return string? message
function M.open(options)
    options = options or {}
    local app = options.app or "default"
    if not app:find("^[%w_][%w._-]*$") then
        return nil, ("app '%s': letters, digits, '.', '_' and '-' only"):format(app)
    end
    local state_dir, message = state_directory(options, app)
    if not state_dir then
        return nil, message
    end
    local self = setmetatable({ app = app, state_dir = state_dir, host = host.describe(app), made_up = options.made_up,
        environments = {}, sent = {}, unwritten = 0 }, Runtime)
    self:load_policy(options.policy)
    return self
end

--- What is kept about one environment while the runtime is open. Its canonical path is found once.
---@param path string
---@return table? state {env, record, cache}
---@return string? message
function Runtime:environment(path)
    local state = self.environments[path]
    if not state then
        local env, message = require "upnudge.record.environment".open(path)
        if not env then
            return nil, message
        end
        state = { env = env, record = require "upnudge.record".open(self.state_dir, env), cache = {},
            decisions = {} }
        self.environments[path] = state
    end
    return state
end

-- A host that asks all day writes its log every so many decisions.
local UNWRITTEN_LIMIT <const> = 32

--- Writes the decisions made since the last time to the logs of their environments. Fails silently.
function Runtime:flush()
    if self.unwritten > 0 then
        self.unwritten = 0
        pcall(require "upnudge.record.decisions".flush, self.environments)
    end
end

--- Of silence for the same rule again and again the log tells once.
---@private
function Runtime:remember(state, now, decision)
    local list = state.decisions
    local last = list[#list]
    now = now or core.now()
    if last and not decision.notify and not last.decision.notify and last.decision.rule == decision.rule then
        last.at, last.decision, last.times = now, decision, last.times + 1
        return
    end
    list[#list + 1] = { since = now, at = now, decision = decision, times = 1 }
    self.unwritten = self.unwritten + 1
    if self.unwritten >= UNWRITTEN_LIMIT then
        self:flush()
    end
end

local function faulty(message)
    return { notify = false, reason = "a fault of upnudge: " .. tostring(message), error = true }
end

--- Decides whether to notify now; what is answered is remembered as shown. Never waits.
---@param path string directory of the environment
---@param activation upnudge.Activation?
---@return upnudge.Decision
function Runtime:notify(path, activation)
    local state, message = self:environment(path)
    if not state then
        return { notify = false, reason = message, error = true }
    end
    -- An activation must not fail because of a notice, not even by a fault of ours.
    local ok, decision = pcall(require "upnudge.runtime.notice".decide, self, state, activation or {})
    decision = ok and decision or faulty(decision)
    self:remember(state, activation and activation.now, decision)
    return decision
end

--- What notify would answer and why, rule by rule; writes nothing.
---@param path string
---@param activation upnudge.Activation?
---@return upnudge.Decision
function Runtime:explain(path, activation)
    local state, message = self:environment(path)
    if not state then
        return { notify = false, reason = message, error = true }
    end
    local ok, decision = pcall(require "upnudge.runtime.explain".explain, self, state, activation or {})
    return ok and decision or faulty(decision)
end

--- Begins a check; see upnudge.check. The answer's `state` is "begun" when it is a check.
---@param path string
---@param options {lockfile?: string, name?: string, now?: integer, max_age?: integer, timeout?: integer}?
---@return table answer
function Runtime:check_begin(path, options)
    local state, message = self:environment(path)
    if not state then
        return { state = "failed", outcome = "failed", reason = message, error = message }
    end
    return require "upnudge.runtime.check".begin(self, state, options or {})
end

--- Flushes the log and releases the policy VM. Repeated calls do nothing.
function Runtime:close()
    self:flush()
    if self.policy then
        self.policy.vm:close()
        self.policy = nil
        self.policy_fault = "the runtime is closed"
    end
end

Runtime.__close = Runtime.close

return M
