--- The service: what a runtime does beside deciding in an activation. These are methods of upnudge.runtime, apart from
--- it since an activation reads neither them nor what stands behind each.

local limits = require "upnudge.lib.limits"

---@class upnudge.Runtime
local Service = {}

--- The answer of a check that cannot begin.
local failed = require "upnudge.runtime.answer".failed

--- Reads lockfiles with our formats and those that stand beside the policy.
---@return upnudge.LockfileReader
function Service:lockfiles()
    self.formats = self.formats or require "upnudge.lockfile".reader(self.source)
    return self.formats
end

--- Decides whether to notify now; what is answered is remembered as shown. Never waits. At a made-up time nothing is
--- remembered, unless the record itself is of one.
---@param path string directory of the environment
---@param activation upnudge.Activation?
---@return upnudge.Decision
function Service:notify(path, activation)
    local known = require "upnudge.runtime.options"
    known.check_text("notify", "the environment", path)
    known.check_options("notify", activation, known.activation)
    return self:decide(path, activation or {})
end

--- What notify would answer and why, rule by rule; writes nothing.
---@param path string
---@param activation upnudge.Activation?
---@return upnudge.Decision
---@return upnudge.EnvironmentState[]? states that it is about; nil where there is no such directory
function Service:explain(path, activation)
    local known = require "upnudge.runtime.options"
    known.check_text("explain", "the environment", path)
    known.check_options("explain", activation, known.activation)
    self:refresh()
    local state, message, code = self:environment(path)
    if not state then
        return limits.answer { notify = false, code = code, reason = message, error = true }
    end
    local ok, decision, states = pcall(require "upnudge.runtime.explain".explain, self, state, activation or {})
    if not ok then
        decision, states = limits.answer(require "upnudge.runtime.cause".fault(decision)), { state }
    end
    return decision, states
end

--- What is kept about the environments of a directory: one, unless it has lockfiles of several formats that were
--- checked. Of a lockfile that is named the one to which it belongs, checked or not.
---@param path string
---@param lockfile string?
---@return upnudge.EnvironmentState[]?
---@return string? message
---@return string? code of upnudge.lib.reasons
function Service:environments(path, lockfile)
    local state, message, code = self:environment(path)
    if not state then
        return nil, message, code
    end
    return require "upnudge.runtime.siblings".list(self, state, lockfile)
end

--- Begins a check; see upnudge.check. The answer's `state` is "begun" when it is a check.
---@param path string
---@param options {lockfile?: string, name?: string, now?: integer, max_age?: integer, timeout?: integer}?
---@return upnudge.CheckAnswer|upnudge.Check answer
function Service:check_begin(path, options)
    local known = require "upnudge.runtime.options"
    known.check_text("check_begin", "the environment", path)
    known.check_options("check_begin", options, known.check)
    return self:begin(path, options or {})
end

--- The same, where the options have been looked at: the C API.
---@param path string
---@param options table
---@return upnudge.CheckAnswer|upnudge.Check answer
function Service:begin(path, options)
    self:refresh()
    local state, message, code = self:environment(path)
    local ok, answer
    if state then
        ok, answer = pcall(require "upnudge.runtime.check".begin, self, state, options)
        local fault = not ok and require "upnudge.runtime.cause".fault(answer)
        answer = fault and failed(fault.code, fault.reason) or answer
    else
        answer = failed(code, message)
    end
    limits.answer(answer)
    answer.policy_fault = not self.closed and self.policy_fault or nil
    if answer.state == "failed" then
        require "upnudge.runtime.log".check_failed(self, state and state.env.path or path, answer.reason)
    end
    return answer
end

--- Starts a check that goes on without this process: in a session of its own, with what it says in the log of the
--- environment, within its time and with its children ended after it. `argv` is a command that prints the upgraded
--- lockfile or writes it to $UPNUDGE_NEW_LOCKFILE (see `upnudge check --help`). Needs upnudge-cli. Waits for that to
--- read the lockfile, 10 s at most, unless the file system that has the program does not answer.
---@param path string
---@param options {lockfile?: string, name?: string, now?: integer, max_age?: integer}?
---@param argv string[]
---@param timeout integer? seconds that the dry upgrade may take; as the policy says unless given
---@return upnudge.CheckAnswer answer `state`: "started", "fresh", "later", "busy" or "failed", with a `reason`
function Service:check_detach(path, options, argv, timeout)
    local known = require "upnudge.runtime.options"
    known.check_text("check_detach", "the environment", path)
    known.check_options("check_detach", options, known.check)
    known.check_text("check_detach", "the command's first word", type(argv) == "table" and argv[1] or nil)
    options = options or {}
    local answer = require "upnudge.runtime.background"(self, path, options, argv, timeout or options.timeout)
    if answer.state == "failed" then
        require "upnudge.runtime.log".check_failed(self, path, answer.reason)
    end
    return answer
end

-- ---- what was found, and what a person says to it --------------------------------------------------------

--- What there is of each environment of a directory: the first, with all as `environments` where there are several,
--- and what else is of the first. Where there is nothing of any, why there is none of the first.
local function each(states, of)
    local list, besides, message, code = {}, {}, nil, nil
    for _, state in ipairs(states) do
        local one, more, why = of(state)
        if one then
            list[#list + 1], besides[#list + 1] = one, more
        elseif not message then
            message, code = ("%s: %s"):format(state.env.path, more), why
        end
    end
    if not list[1] then
        return nil, message, code
    end
    return require "upnudge.runtime.status".together(list), besides[1]
end

--- What is known of an environment, and every change that its last check found, where the list is there. Of several of
--- one directory those of the first, and all as `environments`; so it is with `changes`.
---@param path string
---@param lockfile string? of the one environment that is meant; nil: all of the directory, as for the others below
---@return table? overview fields of the record, `environment`, `strategy`
---@return upnudge.Change[]|string|nil changes or why there is no overview
---@return string? code of upnudge.lib.reasons, as for the others below
function Service:show(path, lockfile)
    local states, message, code = self:environments(path, lockfile)
    if not states then
        return nil, message, code
    end
    return each(states, function(state)
        return require "upnudge.runtime.overview".of(self, state)
    end)
end

--- Every change that the last check found.
---@param path string
---@param lockfile string?
---@return upnudge.Changes?
---@return string? message
---@return string? code
function Service:changes(path, lockfile)
    local states, message, code = self:environments(path, lockfile)
    if not states then
        return nil, message, code
    end
    return each(states, require "upnudge.runtime.overview".changes)
end

---@class upnudge.Snooze
---@field environment? string
---@field all? true whether it is of all environments
---@field snoozed_until? integer seconds UTC, as far as the policy lets it; nil: it is over
---@field limited? true whether the person wanted it to last longer than the policy lets it
---@field security? false whether the policy lets security fixes through it

--- Seconds, or nil and what is wrong with them; of a person who wants to hear again there are none.
local function seconds_of(given)
    local seconds, message = nil, nil
    if given then
        seconds, message = require "upnudge.lib.duration".parse(given)
    end
    return seconds, message, message and "usage"
end

--- What comes of it under this policy.
---@return upnudge.Snooze
local function snoozed(runtime, now, seconds)
    local may = runtime.policy and runtime.policy.snooze or {}
    local limited = seconds and may.max and may.max < seconds or nil
    local snooze = { snoozed_until = seconds and now + (limited and may.max or seconds), limited = limited }
    if seconds and may.security == false then
        snooze.security = false
    end
    return snooze
end

--- Nothing is said of the environments of a directory for so long. Waits for another process that writes choices,
--- 2 s at most.
---@param path string
---@param given integer|string|nil seconds or a duration, as "3d"; nil: the person wants to hear of it again
---@param now integer? the clock's unless given
---@param lockfile string?
---@return upnudge.Snooze?
---@return string? message
---@return string? code
function Service:snooze(path, given, now, lockfile)
    local states, message, code = self:environments(path, lockfile)
    if not states then
        return nil, message, code
    end
    local seconds, wrong, usage = seconds_of(given)
    if wrong then
        return nil, wrong, usage
    end
    now = now or self.host.now()
    for _, state in ipairs(states) do
        local ok, fault, what = require "upnudge.record.choices".snooze(state.record, now, seconds)
        if not ok then
            return nil, fault, require "upnudge.runtime.cause".of_state(what)
        end
    end
    local snooze = snoozed(self, now, seconds)
    snooze.environment = states[1].env.path
    return snooze
end

--- The same of all environments of the app, and of those that are checked first meanwhile. Waits for nobody.
---@param given integer|string|nil
---@param now integer? the clock's unless given
---@return upnudge.Snooze?
---@return string? message
---@return string? code
function Service:snooze_all(given, now)
    local seconds, wrong, usage = seconds_of(given)
    if wrong then
        return nil, wrong, usage
    end
    now = now or self.host.now()
    local ok, fault, what = require "upnudge.record.everywhere".snooze(self.places, now, seconds)
    if not ok then
        return nil, fault, require "upnudge.runtime.cause".of_state(what)
    end
    local snooze = snoozed(self, now, seconds)
    snooze.all = true
    return snooze
end

--- Ignores packages, or has them told of again: what `ignore` and `unignore` do, for one environment as well.
---@param path string
---@param selectors string[]
---@param off boolean?
---@param lockfile string?
---@return string[]? ignored
---@return string? message
---@return string? code
function Service:choose_packages(path, selectors, off, lockfile)
    local states, message, code = self:environments(path, lockfile)
    if not states then
        return nil, message, code
    end
    local choices = require "upnudge.record.choices"
    local list = {}
    for _, state in ipairs(states) do
        if off or selectors[1] then
            local ok, fault, what = choices.ignore(state.record, selectors, off)
            if not ok then
                return nil, fault, require "upnudge.runtime.cause".of_state(what)
            end
            -- For the activations, which would have to find it out.
            pcall(require "upnudge.record.ignored".prepare, state.record, self.policy,
                self.host.now())
        end
        list = choices.joined(list, state.record:choices().ignore or {})
    end
    return list
end

--- Nothing is said of some packages of the environments of a directory. Waits as snooze does.
---@param path string
---@param ... string names; * stands for anything, and name@version for one version alone; none: only to see the list
---@return string[]? ignored all that is ignored now
---@return string? message
---@return string? code
function Service:ignore(path, ...)
    return self:choose_packages(path, { ... })
end

--- They are told of again.
---@param path string
---@param ... string as they were ignored; none: all
---@return string[]? ignored what still is
---@return string? message
---@return string? code
function Service:unignore(path, ...)
    return self:choose_packages(path, { ... }, true)
end

--- Removes everything that is kept of an environment: what checks found, when somebody was told, what was snoozed or
--- ignored, and the logs. Its directory may be gone. What a database knows stays.
---@param path string
---@param lockfile string? then its directory has to be there
---@return {environment: string, forgotten: boolean}? removal `forgotten`: whether there was anything
---@return string? message
---@return string? code "busy" while a check is running
function Service:forget(path, lockfile)
    return require "upnudge.runtime.forget"(self, path, lockfile)
end

--- How an environment stands: what waits, since when, what the person chose, and what is in the way of a notice. Of
--- several of one directory the first, and all as `environments`.
---@param path string
---@param now integer? the clock's unless given
---@param lockfile string?
---@return upnudge.Status?
---@return string? message
---@return string? code
function Service:status(path, now, lockfile)
    self:refresh()
    local states, message, code = self:environments(path, lockfile)
    if not states then
        return nil, message, code
    end
    local list = {}
    for i, state in ipairs(states) do
        list[i] = require "upnudge.runtime.status".of(self, state, now or self.host.now())
    end
    return require "upnudge.runtime.status".together(list)
end

--- What may raise where the state directory cannot be listed.
local function listed(f, ...)
    local ok, value, more = pcall(f, ...)
    if ok then
        return value, more
    end
    return nil, require "upnudge.lib.raised".text(value), "state-unusable"
end

--- How the environments stand that have a record, by path; of more than 1000 those whose records were written last.
---@param now integer? the clock's unless given
---@return upnudge.Status[]? list
---@return integer|string more how many there are beside those; or a message
---@return string? code
function Service:statuses(now)
    self:refresh()
    return listed(require "upnudge.runtime.status".all, self, now or self.host.now())
end

--- What keeps upnudge from working here. Of a policy it knows what shows when that is loaded; `upnudge doctor` tries
--- its functions, too. Tries out whether state can be written; asks the database, as long as an activation would.
---@param now integer? the clock's unless given
---@return {remarks: upnudge.Remark[], [integer]: upnudge.Ailment} ailments none: all is well; and `remarks`, which need
---no remedy
function Service:doctor(now)
    self:refresh()
    local list = require "upnudge.runtime.doctor".ailments(self, now or self.host.now())
    if self.policy_fault and not self.closed then
        table.insert(list, 1, { code = "policy-fault", where = self.source.path or self.source.builtin,
            message = self.policy_fault, remedy = "mend it; 'upnudge policy check' shows the place" })
    end
    return list
end

--- Removes what is kept of environments whose directories are gone for good.
---@param dry_run boolean? only to see what would go
---@param tick fun()? called before each environment
---@return upnudge.Collection?
---@return string? message
---@return string? code
function Service:gc(dry_run, tick)
    return listed(require "upnudge.runtime.collection".collect, self, dry_run, tick)
end

-- ---- for bindings ----------------------------------------------------------------------------------------

--- Does what a text of JSON says, and answers in JSON: see upnudge.runtime.call. Never raises for what the text says.
---@param text string
---@return string answer
---@return upnudge.CallStatus status
---@return string? message what went wrong
---@return string? code
function Service:call(text)
    return require "upnudge.runtime.call".text(self, text)
end

--- The same for one call and a table of its options.
---@param name string
---@param options table<string, any>
---@return string answer
---@return upnudge.CallStatus status
---@return string? message
---@return string? code
function Service:ask(name, options)
    return require "upnudge.runtime.call".ask(self, name, options)
end

-- ---- the end ---------------------------------------------------------------------------------------------

--- A check ends, for which formats may have been loaded after everything was closed.
function Service:check_ended()
    if self.closed then
        self:close()
    end
end

--- Ends the checks that calls have begun, for nobody can name them any more.
---@private
function Service:abort_begun()
    local begun = self.begun or {}
    self.begun = nil
    for _, check in pairs(begun) do
        pcall(check.abort, check)
    end
end

--- Keeps the environments of a directory no longer, nor what was decided about them and is in no log yet.
---@param canonical string
function Service:drop(canonical)
    for _, kept in ipairs { self.recent, self.earlier } do
        for name, state in pairs(kept) do
            if state.env.path == canonical then
                state.decisions, kept[name] = {}, nil
            end
        end
    end
end

return Service
