--- The host: what the process that activates can tell about itself and who is watching.
---
--- The clock, the variables and the files enter here and nowhere else: tests and the simulation put a host of
--- their own in its place (see upnudge.tools.world).

local core = require "upnudge.core"
local limits = require "upnudge.lib.limits"

local M = {}

---@class upnudge.Host
---@field now fun(): integer seconds UTC
---@field variable fun(name: string): string? of the environment
---@field utc_offset fun(now: integer): integer seconds by which local time is ahead of UTC then
---@field disk upnudge.Disk
---@field stand_ins table<string, string> strategies that others stand in for
---@field private found_out table metatable of facts
---@field private steady? table facts that do not change while a process runs
---@field private facts? table of the last activation
local Host = {}
Host.__index = Host

local CI <const> = { "CI", "CONTINUOUS_INTEGRATION", "BUILD_NUMBER", "RUN_ID", "TF_BUILD" }

local function in_ci(variable)
    for _, name in ipairs(CI) do
        local value = variable(name)
        if value and value ~= "" and value ~= "0" and value ~= "false" then
            return true
        end
    end
    return false
end

local function language(variable)
    for _, name in ipairs { "LC_ALL", "LC_MESSAGES", "LANG" } do
        local value = variable(name)
        if value and value ~= "" then
            return limits.cut(value, limits.LOCALE)
        end
    end
end

local function command_of(text)
    return text and limits.cut(text, limits.COMMAND)
end

local function utc_offset(now)
    return require "upnudge.lib.time".utc_offset(now)
end

--- What takes a while to find out, and few ask for: the system takes reading a program, the agent many variables.
---@param variable (fun(name: string): string?)? nil: core.variable
local function found_out_by(variable)
    return { __index = function(facts, name)
        if name == "system" then
            facts.system = core.system()
            return facts.system
        elseif name == "agent" then
            local agent = core.agent(variable)
            facts.agent = agent and limits.cut(agent, limits.VERSION)
            return facts.agent
        end
    end }
end

--- A host: this process, but for what is given.
---@param given {now?: function, variable?: function, utc_offset?: function, disk?: table, stand_ins?: table}?
---@return upnudge.Host
function M.new(given)
    given = given or {}
    return setmetatable({ now = given.now or core.now, variable = given.variable or core.variable,
        found_out = found_out_by(given.variable),
        utc_offset = given.utc_offset or utc_offset, disk = given.disk or core, stand_ins = given.stand_ins or {} },
        Host)
end

--- The variables are others than before.
function Host:forget()
    self.steady, self.facts = nil, nil
end

local function same_activation(facts, tty, mode, active, activation)
    return facts.tty == tty and facts.mode == mode and facts.active == active
        and facts.command == command_of(activation.command) and facts.hint == command_of(activation.hint)
end

--- The facts of one activation; the same table as long as they are the same, which finds out `system` and
--- `agent` when they are asked for and has no members of those names before. `tty` is whether standard error,
--- where the notice goes, is a terminal, unless the host says.
---@param app string
---@param activation upnudge.Activation
---@return table facts do not change it
function Host:describe(app, activation)
    local tty, mode, active = activation.tty, activation.mode or "activate", activation.active or false
    if tty == nil then
        tty = core.isatty(2)
    end
    local facts = self.facts
    if facts and facts.app == app and same_activation(facts, tty, mode, active, activation) then
        return facts
    end
    local steady = self.steady or { ci = in_ci(self.variable), lang = language(self.variable) }
    local before = facts or steady
    facts = setmetatable({ app = app, ci = steady.ci, lang = steady.lang, system = rawget(before, "system"),
        agent = rawget(before, "agent"), tty = tty, mode = mode, active = active,
        command = command_of(activation.command), hint = command_of(activation.hint) }, self.found_out)
    self.steady, self.facts = steady, facts
    return facts
end

--- Why this user wants no notices at all, whatever the policy says; nil when they do.
---@return string? reason
function Host:opted_out()
    if self.variable "NO_UPDATE_NOTIFIER" then
        return "NO_UPDATE_NOTIFIER is set"
    end
    local quiet = self.variable "UPNUDGE_QUIET"
    if quiet and quiet ~= "" and quiet ~= "0" then
        return "UPNUDGE_QUIET is set"
    end
end

return M
