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
---@field found_by fun(name: string): string? the same of those by which a policy and its bases are found
---@field utc_offset fun(now: integer): integer seconds by which local time is ahead of UTC then
---@field disk upnudge.Disk
---@field stand_ins table<string, string> strategies that others stand in for
---@field private found_out table metatable of facts
---@field private steady? table facts that do not change while a process runs
---@field private facts? table of the last activation
---@field private session? string as it was given then
local Host = {}
Host.__index = Host

-- It walks over text in a fraction of the time in which another looks for what is not of it.
local ASCII <const> = "^[\0-\x7F]*$"

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

--- The locale of messages, or where it is none of a program's, what $LANGUAGE says of languages, as gettext has it.
local function language(variable)
    for _, name in ipairs { "LC_ALL", "LC_MESSAGES", "LANG" } do
        local value = variable(name)
        if value and value ~= "" then
            local languages = not value:find "^C%f[.@\0]" and value ~= "POSIX" and variable "LANGUAGE"
            return limits.cut(languages and languages ~= "" and languages or value, limits.LOCALE)
        end
    end
end

local function command_of(text)
    return text and limits.cut(text, limits.COMMAND)
end

local function utc_offset(now)
    return require "upnudge.lib.time".utc_offset(now)
end

-- What takes a while to find out.
local FOUND_OUT <const> = { system = true, agent = true, session = true, user = true, machine = true }

--- All of it is asked for by few, but for the agent, which takes many variables.
---@param variable (fun(name: string): string?)? nil: core.variable
local function found_out_by(variable)
    return { __index = function(facts, name)
        if name == "agent" then
            local agent = core.agent(variable)
            facts[name] = agent and limits.cut(agent, limits.VERSION) or false
            return facts[name]
        elseif FOUND_OUT[name] then
            facts[name] = require "upnudge.runtime.facts".find_out(name, variable) or false
            return facts[name]
        end
    end }
end

--- A host: this process, but for what is given.
---@param given {now?: function, variable?: function, found_by?: function, utc_offset?: function, disk?: table,
---stand_ins?: table}?
---@return upnudge.Host
function M.new(given)
    given = given or {}
    return setmetatable({ now = given.now or core.now, variable = given.variable or core.variable,
        found_out = found_out_by(given.variable), found_by = given.found_by or given.variable or core.variable,
        utc_offset = given.utc_offset or utc_offset, disk = given.disk or core, stand_ins = given.stand_ins or {} },
        Host)
end

--- The variables are others than before.
function Host:forget()
    self.steady, self.facts = nil, nil
end

local function same_attributes(attributes, given)
    return not attributes and not given or require "upnudge.runtime.facts".same_attributes(attributes, given)
end

local function same_activation(facts, tty, mode, active, activation)
    return facts.tty == tty and facts.mode == mode and facts.active == active
        and facts.command == command_of(activation.command) and facts.hint == command_of(activation.hint)
        and same_attributes(facts.attributes, activation.attributes)
end

--- The reader's language; English, by the name "C", where a terminal cannot show another.
---@private
---@param lang string?
---@param look string?
---@return string?
function Host:language(lang, look)
    if look ~= "terminal" or not lang or lang:find "^en%f[^%a]" or lang:find "^C%f[.@\0]" then
        return lang
    end
    local charsets = require "upnudge.runtime.charset"
    return charsets.has_words(charsets.of(self.variable), lang) and lang or "C"
end

--- The facts of one activation; the same table as long as they are the same, which finds out `system`, `agent`,
--- `session`, `user` and `machine` when they are asked for and has no members of those names before. A session that
--- nobody can tell is false. `tty` is whether standard error, where the notice goes, is a terminal, unless the host
--- says.
---@param app string
---@param activation upnudge.Activation
---@return table facts do not change it
function Host:describe(app, activation)
    local tty, mode, active = activation.tty, activation.mode or "activate", activation.active or false
    if tty == nil then
        tty = core.isatty(2)
    end
    local facts, session = self.facts, activation.session ~= "" and activation.session or nil
    if facts and facts.app == app and session == self.session and activation.look == self.look
        and same_activation(facts, tty, mode, active, activation) then
        return facts
    end
    local steady = self.steady or { ci = in_ci(self.variable), lang = language(self.variable) }
    local before = facts or steady
    facts = setmetatable({ app = app, ci = steady.ci, lang = self:language(steady.lang, activation.look),
        tty = tty, mode = mode, active = active,
        command = command_of(activation.command), hint = command_of(activation.hint),
        attributes = activation.attributes
            and require "upnudge.runtime.facts".attributes(activation.attributes) }, self.found_out)
    for name in pairs(FOUND_OUT) do
        facts[name] = rawget(before, name)
    end
    if session or self.session then
        facts.session = session and require "upnudge.runtime.facts".told_apart("session", session)
    end
    self.steady, self.facts, self.session, self.look = steady, facts, session, activation.look
    return facts
end

--- What variables say of these names, which are those that a policy reads; false: they are not set.
---@param names string[]
---@return table<string, string|false>
function Host:read(names)
    local read = {}
    for _, name in ipairs(names) do
        local value = self.variable(name)
        read[name] = value and limits.cut(value, limits.COMMAND) or false
    end
    return read
end

--- Says before a notice is claimed that this is what will be shown.
---@param text string as the policy gave it
---@param look "plain"|"styled"|"terminal"|nil
function Host:prepare(text, look)
    if look == "terminal" and not text:find(ASCII) then
        local charsets = require "upnudge.runtime.charset"
        charsets.prepare(text, charsets.of(self.variable))
    end
end

--- The text of a notice as a look wants it; for a terminal in the encoding of the locale.
---@param text string as the policy gave it
---@param look "plain"|"styled"|"terminal"
---@return string? shown nil: as the text is without marks
function Host:dress(text, look)
    local styled = look == "styled"
    local paint = look ~= "plain" and text:find("\14", 1, true) and require "upnudge.lib.paint"
    if paint and look == "terminal" then
        styled = paint.wanted(self.variable, function()
            return core.isatty(2)
        end)
    end
    local shown = paint and styled and paint.paint(text, look == "styled" or paint.has_links(self.variable)) or nil
    if look == "terminal" and not text:find(ASCII) then
        local charsets = require "upnudge.runtime.charset"
        shown = charsets.encode(shown or require "upnudge.lib.terminal".clean(text), charsets.of(self.variable))
    end
    return shown
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
