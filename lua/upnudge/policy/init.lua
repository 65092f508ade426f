--- The policy, seen from the trusted side: find its files, load them into a VM of its own, ask it.
---
--- Policies come from the host, $UPNUDGE_POLICY, the user's and the machine's configuration, else the
--- built-in default: never from the directory being activated, for a cloned repository must not run
--- code.

local core = require "upnudge.core"
local limits = require "upnudge.lib.limits"

local M = {}

-- Compiling is no instruction that a budget sees, so there is not much to compile (see upnudge.policy.base).
local SOURCE_LIMIT <const> = 64 * 1024
local DEFAULT_STRATEGY <const> = "separate-lock"

---@class upnudge.PolicySource
---@field name string for messages
---@field path? string file; absent: built-in
---@field builtin? string
---@field found? "person"|"machine" whose it is, where it stands in the place of theirs

---@class upnudge.Question one activation, as a policy is asked about it
---@field now integer seconds UTC
---@field env {name: string, path: string, format: string?, upgrade: string?}
---@field result table the counts
---@field history upnudge.History what a policy may know, without the clocks of rules
---@field known upnudge.History what the strategy has, with them
---@field host table facts; the same table as long as they are the same
---@field trace? boolean whether every rule's answer is wanted
---@field cooling? upnudge.CoolingTold what does not count yet
---@field found_out? table<string, any> of what the host found out for the policy: "utc_offset", "vars", "options"
---@field look_up fun(what: string): any rarely looked at: "packages", "utc_offset", "system", "agent", "session",
---"user", "machine", "vars", "options"

---@class upnudge.Policy
---@field vm table
---@field source upnudge.PolicySource
---@field name string
---@field strategy string its name
---@field strategy_module? table the strategy itself, unless it is the default one
---@field settings table what the policy says to its strategy
---@field chain upnudge.LoadedFile[] what it was made of, in the order in which it holds: it, its bases, and the
---machine's policy where it adds to that, or something of that is final
---@field files string[] their paths, without the ready-made ones
---@field machine? {path: string, fault: string?} the machine's policy, where it was loaded though nobody extends it
---@field ignore? string[] selectors
---@field reads? string[] variables
---@field by_session? boolean whether a cadence of it goes by sessions
---@field project_ignore? string the file beside a lockfile that may name more of them
---@field snooze? {max: integer?, security: boolean?} what a person's snooze may do
---@field cooldown? upnudge.Cooldown nil: nothing waits
---@field check {every: integer, timeout: integer}
---@field own? integer how many files of the chain are its own, where of those behind them only what is final holds
---@field sound? boolean whether it has answered a question
---@field is_kept? boolean whether what it was then is known to be kept (upnudge.record.good_policy)
---@field mistakes? upnudge.Mistake[] without which it was loaded
---@field private question? upnudge.Question that is being asked, or was last
---@field private look_up? fun(what: string): any what a policy looks at just now
---@field private identified? upnudge.PolicyIdentity once somebody asked for it
---@field private held table what the VM holds of it: env, result, host
local Policy = {}
Policy.__index = Policy

-- ---- which policy -------------------------------------------------------------------------------

local function ready_made(name)
    return { name = name .. " (ready-made)", builtin = name }
end

local MACHINE <const> = "/etc/xdg/upnudge/"

--- `name` in the machine's configuration: in the directories of $XDG_CONFIG_DIRS in their order, else in /etc/xdg.
---@param name string
---@param variable fun(name: string): string?
---@return string[] paths
function M.machine(name, variable)
    local said = variable "XDG_CONFIG_DIRS"
    if said and said ~= "" then
        return require "upnudge.policy.machine".paths(said, name)
    end
    return { MACHINE .. name }
end

--- `name` in the user's configuration; nil: there is no home.
---@param name string
---@param variable fun(name: string): string?
---@return string?
function M.person(name, variable)
    local config, home = variable "XDG_CONFIG_HOME", variable "HOME"
    if not config or config:sub(1, 1) ~= "/" then
        config = home and home .. "/.config"
    end
    return config and config .. "/upnudge/" .. name
end

--- `name` in the user's and in the machine's configuration, in that order.
---@param name string
---@param variable (fun(name: string): string?)? the host's variables; core.variable
---@return string[] paths
function M.configuration(name, variable)
    variable = variable or core.variable
    local paths = { M.person(name, variable) }
    return table.move(M.machine(name, variable), 1, 100, #paths + 1, paths)
end

--- Where the user and the machine keep policies, whatever is around it. Of $XDG_CONFIG_DIRS that is not said: who made
--- an environment may name a directory of it there.
---@param variable fun(name: string): string?
---@return string[]
function M.homes(variable)
    return { MACHINE, M.person("", variable) }
end

--- A file, when it has a slash or ends in .lua; else the name of a ready-made policy.
local function named(value, variable)
    if value:find("/", 1, true) or value:find("%.lua$") then
        return { name = value, path = value, found = require "upnudge.policy.machine".whose(value,
            M.person("policy.lua", variable), M.machine("policy.lua", variable)) }
    end
    return ready_made(value)
end

--- The machine's policy; nil: it has none.
---@param variable fun(name: string): string?
---@return upnudge.PolicySource?
function M.of_machine(variable)
    for _, path in ipairs(M.machine("policy.lua", variable)) do
        if core.stamp(path) then
            return { name = path, path = path, found = "machine" }
        end
    end
end

local function configured(variable)
    local own = M.person("policy.lua", variable)
    if own and core.stamp(own) then
        return { name = own, path = own, found = "person" }
    end
    return M.of_machine(variable)
end

--- Which policy holds, in the order: the host's, $UPNUDGE_POLICY, the user's, the machine's, default.
---@param option string? of the host
---@param variable (fun(name: string): string?)? the host's variables; core.variable
---@return upnudge.PolicySource
function M.find(option, variable)
    variable = variable or core.variable
    local set = variable "UPNUDGE_POLICY"
    if option then
        return named(option, variable)
    elseif set and set ~= "" then
        return named(set, variable)
    end
    return configured(variable) or ready_made "default"
end

--- Whether it is one of ours, which nothing can be wrong with.
---@param source upnudge.PolicySource
---@return boolean
function M.is_ready_made(source)
    return source.builtin ~= nil and core.builtin(source.builtin) ~= nil
end

-- ---- loading ------------------------------------------------------------------------------------

local function read(source)
    if source.builtin then
        local bytes = core.builtin(source.builtin)
        if not bytes then
            return nil, ("no ready-made policy '%s'%s; a file has a slash or ends in .lua"):format(source.builtin,
                require "upnudge.lib.suggest".suggest(source.builtin, core.builtins()))
        end
        return bytes
    end
    return core.read(source.path, SOURCE_LIMIT)
end

--- Mistakes of one file of the chain are noted.
local function note(mistakes, file, found)
    if found then
        local mistake = require "upnudge.policy.mistake"
        mistake.add(mistakes, file.name, file.bytes, mistake.of_later(file.bytes) or found)
    end
end

--- The same of several files, each of which names its own.
local function note_each(mistakes, chain, found)
    for _, mistake in ipairs(found) do
        for _, file in ipairs(chain) do
            note(mistakes, file, file.name == mistake.file and { mistake } or nil)
        end
    end
end

--- Runs one file in the VM. What a team did wrong in it is noted; nil and a message is what leaves nothing to go on
--- with.
local function run(vm, file, mistakes)
    local ours = not file.source.path
    local loaded, fault = vm:call("load", ours and "=" .. file.source.builtin or "@" .. file.name, file.bytes, ours)
    if not loaded then
        return nil, ("%s: %s"):format(file.name, fault)
    end
    note(mistakes, file, loaded.mistakes)
    file.number, file.strategy, file.keeps_strategy = loaded.number, loaded.strategy, loaded.keeps_strategy
    local extends = loaded.extends
    file.extends = type(extends) == "string" and { extends } or extends
    return true
end

--- The same of a policy and its bases, in the order in which they hold.
local function load_chain(vm, source, mistakes, variable)
    local bytes, stamp = read(source)
    if not bytes then
        return nil, stamp
    end
    local file = { source = source, name = source.path or source.name, bytes = bytes, stamp = source.path and stamp }
    local ok, message = run(vm, file, mistakes)
    if not ok then
        return nil, message
    elseif not file.extends then
        return { file }
    end
    return require "upnudge.policy.base".chain(file, { variable = variable, read = read, ready_made = ready_made,
        machines = M.machine("policy.lua", variable), person = M.person("policy.lua", variable),
        load = function(base)
            return run(vm, base, mistakes)
        end, note = function(at, fault)
            note(mistakes, at, { { key = "extends", depth = 1, message = fault } })
        end })
end

--- The strategy that the chain names; what is wrong with its name is noted. The default one is
--- named alone: it loads with the first question, for a runtime may be opened and never asked.
---@return string name
---@return table? strategy
local function strategy_of(chain, mistakes, variable)
    local found, kept
    for i = #chain, 1, -1 do
        local file = chain[i]
        found = not kept and file.strategy and file or found
        kept = kept or file.keeps_strategy
    end
    local name = found and found.strategy
    if name and name ~= DEFAULT_STRATEGY and name:find "^%l[%l%d-]*$" then
        local strategy, message = require "upnudge.strategy".find(name, variable)
        note(mistakes, found, message and { { key = "strategy", depth = 1, message = message } })
        return name, strategy
    end
    return DEFAULT_STRATEGY
end

---@class upnudge.Layers
---@field all upnudge.LoadedFile[] in the order in which they hold
---@field own? integer how many of them are the policy's; the others are the machine's, of which what is final holds
---@field of_strategy upnudge.LoadedFile[] those of which one names the strategy

--- What holds of a policy: its chain, and behind a person's own that of the machine.
---@param self upnudge.Policy
---@param mistakes upnudge.Mistake[]
---@param variable fun(name: string): string?
---@param alone boolean? whether the machine's policy is left out
---@return upnudge.Layers?
---@return string? message
local function layers_found(self, mistakes, variable, alone)
    local source = self.source
    local chain, message = load_chain(self.vm, source, mistakes, variable)
    local machine = chain and #mistakes == 0 and source.found == "person" and not alone
        and require "upnudge.policy.machine".source(chain, M.machine("policy.lua", variable))
    if not machine then
        return chain and { all = chain, of_strategy = chain }, message
    end
    self.machine = { path = machine.path }
    local behind
    behind, message = load_chain(self.vm, machine, mistakes, variable)
    return behind and require "upnudge.policy.machine".layers(chain, behind), message
end

--- The same of files that are given, of which so many are the policy's own.
local function layers_given(self, mistakes, chain, own)
    for _, file in ipairs(chain) do
        local ok, message = run(self.vm, file, mistakes)
        if not ok then
            return nil, message
        end
    end
    if not own then
        return { all = chain, of_strategy = chain }
    end
    return require "upnudge.policy.machine".layers(table.move(chain, 1, own, 1, {}),
        table.move(chain, own + 1, #chain, 1, {}))
end

--- Has the VM make one policy of them.
local function link(self, layers)
    local order = {}
    for i, file in ipairs(layers.all) do
        order[i] = file.number
    end
    local linked, message = self.vm:call("link", order[2] and order, layers.own)
    local is_alone = linked and layers.own and not linked.is_bound
    self.chain = is_alone and table.move(layers.all, 1, layers.own, 1, {}) or layers.all
    self.own = not is_alone and layers.own or nil
    return linked, message
end

--- Fills in what the trusted side needs to know.
local function fill(self, linked)
    self.files = {}
    for _, file in ipairs(self.chain) do
        self.files[#self.files + 1] = file.source.path
    end
    self.name, self.settings, self.check, self.snooze = linked.name, linked.settings, linked.check, linked.snooze
    self.reads, self.by_session, self.project_ignore = linked.reads, linked.by_session, linked.project_ignore
    self.cooldown = linked.cooldown
    self.ignore = linked.ignore and require "upnudge.record.selector".bounded(linked.ignore, limits.IGNORED)
    return self
end

--- Loads it once; what failed is closed and told with the machine's policy that took part.
local function load_once(source, options, alone)
    local self = setmetatable({ source = source, held = {}, look_up = options.look_up }, Policy)
    local vm, failure = core.vm(function(what)
        return self.look_up and self.look_up(what)
    end)
    if not vm then
        return nil, failure
    end
    self.vm = vm
    if options.heed or options.mend then
        vm:call("heed", options.mend)
    end
    local variable, mistakes, linked = options.variable or core.variable, {}, nil
    local layers, message
    if options.chain then
        layers, message = layers_given(self, mistakes, options.chain, options.own)
    else
        layers, message = layers_found(self, mistakes, options.found_by or variable, alone)
    end
    if layers then
        self.strategy, self.strategy_module = strategy_of(layers.of_strategy, mistakes, variable)
    end
    if layers and (#mistakes == 0 or options.mend) then
        linked, message = link(self, layers)
        note_each(mistakes, self.chain, linked and linked.mistakes or {})
    end
    if linked and (#mistakes == 0 or options.mend) then
        self.mistakes = mistakes[1] and mistakes
        return fill(self, linked)
    end
    vm:close()
    local mistake = require "upnudge.policy.mistake"
    return nil, message or mistake.lines(mistake.sort(mistakes)), mistakes, self.machine
end

-- The default policy, loaded ahead; nil: it is not, or somebody has it.
---@type upnudge.Policy?
local spare

--- The one that is loaded already, if it is what is asked for.
local function take_spare(source, options)
    local self = spare
    if not self or source.builtin ~= self.source.builtin or options.chain or options.heed or options.mend then
        return nil
    end
    spare = nil
    self.source, self.look_up = source, options.look_up
    self.vm:adopt()
    return self
end

--- Loads a policy and its bases. On failure nil, a message of lines "file:line: ..." and, as far as it
--- is the files' fault, every mistake. Close it. A machine's policy that has a mistake, and that nobody extends by
--- saying so, is left out.
---@param source upnudge.PolicySource
---@param options {variable?: (fun(name: string): string?), found_by?: (fun(name: string): string?),
---look_up?: (fun(what: string): any), heed?: boolean, mend?: boolean, chain?: upnudge.LoadedFile[], own?: integer}?
---the host's variables; those by which files are found, where they are others; what a policy looks at when no question
---is being asked; whether somebody asks what of it may be wrong (upnudge.tools.examination); whether it is loaded
---without its mistakes where it has some, as far as it can be, and `mistakes` has them; its files, where these are
---not looked for (see upnudge.policy.kept), and how many are its own
---@return upnudge.Policy?
---@return string? message
---@return upnudge.Mistake[]? mistakes
function M.load(source, options)
    options = options or {}
    local self, message, mistakes, machine = take_spare(source, options), nil, nil, nil
    if not self then
        self, message, mistakes, machine = load_once(source, options)
    end
    if self and self.mistakes and self.machine then
        local mistake = require "upnudge.policy.mistake"
        message, machine = mistake.lines(mistake.sort(self.mistakes)), self.machine
        self:close()
        self = nil
    end
    if machine and not self then
        machine.fault = message
        self, message, mistakes = load_once(source, options, true)
        if self then
            self.machine = machine
        end
    end
    return self, message, mistakes
end

-- ---- asking -------------------------------------------------------------------------------------

--- Asks. What the VM holds already of the environment, the result and the host does not cross again, unless a fault
--- left it unknown what that is. Asking the same question again, with another history, shares its budget; the first
--- question shares that of the loading.
---@param question upnudge.Question
---@return upnudge.Decision? decision
---@return string? fault of the policy
function Policy:ask(question)
    local held = self.held
    if self.question and self.question ~= question then
        self.vm:refill()
    end
    self.question, self.look_up, self.held = question, question.look_up, {}
    local env = question.env
    local same_env = held.name == env.name and held.path == env.path and held.format == env.format
        and held.upgrade == env.upgrade
    local decision, fault = self.vm:call("evaluate", question.now, not same_env and env or nil,
        held.result ~= question.result and question.result or nil, question.history,
        held.host ~= question.host and question.host or nil, question.trace)
    if decision then
        self.held = { name = env.name, path = env.path, format = env.format, upgrade = env.upgrade,
            result = question.result, host = question.host }
        self.sound = true
    end
    return decision, fault
end

--- The rules, for explanations.
---@return {name: string, file: string, line: integer, final: boolean?, guard: boolean?}[]
function Policy:outline()
    return self.vm:call "outline" or {}
end

--- What of it is final, and what is therefore not used, for explanations.
---@return {final: upnudge.FinalKey[], unused: upnudge.Mistake[]}
function Policy:layers()
    return require "upnudge.policy.layers"(self, { variable = core.variable,
        machines = M.machine("policy.lua", core.variable), person = M.person("policy.lua", core.variable) })
end

--- The digest of all of it: see upnudge.policy.identity, which an activation does without.
---@return string 32 hex digits
function Policy:hash()
    local digests = {}
    for i, file in ipairs(self.chain) do
        digests[i] = core.hash(file.bytes)
    end
    digests[#digests + 1] = ""
    return core.hash(table.concat(digests, "\n"))
end

--- Which files it is made of, and the digests of their bytes.
---@return upnudge.PolicyIdentity
function Policy:identity()
    self.identified = self.identified or require "upnudge.policy.identity".of(self.chain)
    return self.identified
end

--- Loads the default policy ahead of who asks for it, in a process whose memory others begin with (lua/vm/image.h), and
--- asks it once, for what that takes.
---@param example upnudge.Question
function M.prepare(example)
    spare = assert(load_once(ready_made "default", {}))
    assert(spare:ask(example))
    spare.question, spare.look_up, spare.held, spare.sound = nil, nil, {}, nil
    spare.vm:settle()
end

--- Releases the VM. Repeated calls do nothing.
function Policy:close()
    self.vm:close()
end

return M
