--- The deputy: what decides in the place of a policy that has a mistake, whether it shows when the policy is loaded or
--- when it is asked. Else one mistake would silence everybody, and nobody would hear of it. Loaded where there is one.
---
--- The last good policy of the same path (upnudge.record.good_policy) comes first; then, for a person's own, the
--- machine's; then the ready-made `default`.

local good_policy = require "upnudge.record.good_policy"
local policies = require "upnudge.policy"

local M = {}

local DEFAULT <const> = { name = "default (ready-made)", builtin = "default" }

---@class upnudge.Deputy
---@field policy upnudge.Policy
---@field words string what it is: "the one of 2027-01-15T08:00:00Z", "'default'"
---@field place? string the file that has the mistake
---@field trouble? string what is wrong with it, where that is no mistake
---@field machine_fault? string the mistakes of the machine's policy, where the person's own has none

local function deputy(policy, words)
    return policy and { policy = policy, words = words } or nil
end

local function options_of(runtime)
    return { variable = runtime.host.variable, found_by = runtime.host.found_by }
end

--- The last good one, unless it is that which is known to fail.
local function last_good(runtime, mistakes, but)
    local source = runtime.source
    local kept = source.path and good_policy.find(runtime.places, source.path, but)
    if not kept then
        return nil
    end
    local policy = require "upnudge.policy.kept".load(source, kept, mistakes, options_of(runtime))
    return deputy(policy, "the one of " .. require "upnudge.lib.time".format(kept.at))
end

local function machines(runtime)
    local source = runtime.source.found == "person" and policies.of_machine(runtime.host.found_by)
    return source and deputy(policies.load(source, options_of(runtime)), "the machine's, " .. source.path)
end

local function default(runtime)
    return deputy(policies.load(DEFAULT, options_of(runtime)), "'default'")
end

--- Who stands in for a policy that cannot be loaded; nil: nobody.
---@param runtime upnudge.Runtime
---@param mistakes upnudge.Mistake[]? of the policy
---@return upnudge.Deputy?
function M.appoint(runtime, mistakes)
    local ok, found = pcall(last_good, runtime, mistakes)
    local one = ok and found or machines(runtime) or default(runtime)
    if one then
        local first = mistakes and mistakes[1]
        one.place = first and first.file or runtime.source.path or runtime.source.name
        -- It may not even have been read.
        one.trouble = not first and "cannot be loaded" or nil
    end
    return one
end

--- Who stands in for a person's policy behind which the machine's cannot be loaded: the last good one of both; nil:
--- there is none, and the person's stands alone.
---@param runtime upnudge.Runtime
---@return upnudge.Deputy?
function M.of_both(runtime)
    local machine = runtime.policy.machine
    local ok, found = pcall(last_good, runtime, { { file = machine.path } })
    for _, file in ipairs(ok and found and found.policy.chain or {}) do
        if file.source.path == machine.path then
            found.place, found.machine_fault = machine.path, machine.fault
            return found
        end
    end
    if ok and found then
        found.policy:close()
    end
end

-- ---- a policy that fails when it is asked ---------------------------------------------------------------

--- Those that may answer what the policy does not; made once, and closed with it.
local function others(runtime)
    if not runtime.deputies then
        local policy, list = runtime.policy, {}
        local ok, found = pcall(last_good, runtime, nil, policy:identity().hash)
        list[1] = ok and found or nil
        if policy.source.builtin ~= DEFAULT.builtin then
            list[#list + 1] = default(runtime)
        end
        runtime.deputies = list
    end
    return runtime.deputies
end

--- Answers what the policy failed at: nobody is to miss a security fix because a rule raises. The answer tells the
--- fault as `policy_fault`; where nobody knows better it is the fault itself.
---@param runtime upnudge.Runtime
---@param failed upnudge.Decision
---@param ask fun(policy: upnudge.Policy): upnudge.Decision
---@return upnudge.Decision
function M.answer(runtime, failed, ask)
    for _, one in ipairs(others(runtime)) do
        local decision = ask(one.policy)
        if not decision.error then
            decision.policy_fault, decision.deputy = failed.reason, one.words
            decision.by_session = one.policy.by_session
            return decision
        end
    end
    return failed
end

--- Closes those that were asked.
---@param runtime upnudge.Runtime
function M.dismiss(runtime)
    for _, one in ipairs(runtime.deputies or {}) do
        one.policy:close()
    end
    runtime.deputies = nil
end

-- ---- what people hear of it -----------------------------------------------------------------------------

--- Whose mistake it is.
local function place_of(runtime)
    return runtime.deputy and runtime.deputy.place or runtime.source.path or runtime.source.name
end

--- What is wrong with it, in short.
local function trouble_of(runtime)
    return runtime.deputy and runtime.deputy.trouble or "has a mistake"
end

--- Of several mistakes the first, and how many more there are.
local function first_of(fault)
    local first, rest = fault:match "^([^\n]*)\n(.*)$"
    local more = select(2, (rest or ""):gsub("[^\n]+", ""))
    return more > 0 and ("%s (and %d more)"):format(first, more) or first or fault
end

--- What is wrong with the policy, and what is used in its place.
---@param runtime upnudge.Runtime
---@param fault string
---@param words string what is used (upnudge.Deputy)
---@param since integer? seconds UTC
---@return string
function M.words(runtime, fault, words, since)
    local name = place_of(runtime)
    local known = since and ", since " .. require "upnudge.lib.time".format(since) or ""
    return ("policy %s %s%s; %s is used in its place: %s"):format(name, trouble_of(runtime), known, words,
        first_of(fault))
end

--- What of the policy of a runtime has a mistake, in words; nil: nothing that shows when it is loaded.
---@param runtime upnudge.Runtime
---@param now integer seconds UTC
---@return string?
function M.told(runtime, now)
    local fault = runtime.policy_fault
    if not fault or runtime.closed then
        return nil
    end
    return M.words(runtime, fault, runtime.deputy and runtime.deputy.words or "nothing", M.since(runtime, now))
end

--- Since when that is known; nil: nobody was told of it, or there is nothing.
---@param runtime upnudge.Runtime
---@param now integer seconds UTC
---@return integer?
function M.since(runtime, now)
    local fault = runtime.policy_fault
    return fault and select(2, require "upnudge.record.policy_fault".look(runtime.places, fault, now)) or nil
end

--- Whether a person would read it.
local function is_watched(runtime, activation)
    local facts = runtime.host:describe(runtime.app, activation)
    return facts.tty and not facts.ci and not facts.agent and facts.mode ~= "command"
end

local UNWANTED <const> = { ["opted-out"] = true, snoozed = true, ["environment-missing"] = true }

--- The line that a person reads.
local function line_of(runtime, words, since)
    local name = place_of(runtime)
    local known = since and " since " .. require "upnudge.lib.time".format(since) or ""
    local line = ("policy %s %s%s; using %s; see 'upnudge doctor'"):format(name, trouble_of(runtime), known, words)
    return require "upnudge.lib.terminal".line(line)
end

--- Adds a line to what is shown, or makes it all that is.
local function add_line(decision, line, dressed)
    local text, shown = decision.text, decision.shown
    if shown or dressed ~= line then
        decision.shown = (text and (shown or text) .. "\n" or "") .. dressed
    end
    decision.text = (text and text .. "\n" or "") .. line
end

--- Tells a person at a terminal once a day that the policy has a mistake: in the place of nothing, or below the notice.
---@param runtime upnudge.Runtime
---@param decision upnudge.Decision is changed
---@param activation upnudge.Activation
---@param rehearsed boolean whether nothing may be written
function M.tell(runtime, decision, activation, rehearsed)
    local fault = decision.policy_fault or runtime.policy_fault
    local words = decision.deputy or runtime.deputy and runtime.deputy.words
    if UNWANTED[decision.code] or not words or not is_watched(runtime, activation) then
        return
    end
    local faults, now = require "upnudge.record.policy_fault", activation.now or runtime.host.now()
    local won, since = (rehearsed and faults.look or faults.claim)(runtime.places, fault, now)
    if not won then
        return
    end
    local line = line_of(runtime, words, since)
    add_line(decision, line, activation.look and runtime.host:dress(line, activation.look) or line)
    if not decision.notify then
        decision.notify, decision.code, decision.rule, decision.reason = true, "policy-fault", nil, fault
    end
end

return M
