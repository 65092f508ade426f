--- The policy language: what `require "upnudge"` gives a policy, and the evaluation of rules. Runs in
--- the policy VM at every activation, so what is rarely needed (validation, text) loads when it is.

local cadence = require "upnudge.language.cadence"
local duration = require "upnudge.lib.duration"
local horizon = require "upnudge.language.horizon"

local M = {}

local DEFAULTS <const> = { every = 86400, timeout = 600 }
-- Texts and numbers of a policy that say nothing to its strategy.
local NO_SETTING <const> = { api = true, name = true, extends = true, strategy = true, hint = true, text = true,
    is_bound = true, project_ignore = true, cooldown = true }

---@class upnudge.Rule
---@field name string
---@field file string
---@field line integer
---@field spec table what the policy wrote

--- What a policy writes is read by us in many places: a metatable could answer each of them otherwise.
local function is_plain(value)
    return type(value) ~= "table" or getmetatable(value) == nil
end

local NOT_PLAIN <const> = " is a table with a metatable; a plain one is needed"

--- Whose function is being asked: a rule, or what is to be said of another place. Whatever it raises is told with it;
--- C reads it where the budget was spent (lua/vm/fault.h).
---@type {by: upnudge.Rule|string|nil}
local asked = {}
rawset(_G, "asked", asked)

-- Whether a cadence goes by sessions, so that whoever is told has to be remembered with theirs.
local by_session = false
-- What the functions of `u` made, by the name of the function: told from look-alikes by identity, not by a field.
local made = {}

--- The author's module. A constructor that is misused gives nil and a message, which upnudge.language.authoring
--- makes a mistake of the author's; our own policies use it as it is.
M.language = setmetatable({
    every = cadence.every, once = cadence.once, always = cadence.always, never = cadence.never,
    duration = duration.parse,
    rule = function(name)
        local file, line = where()
        return function(spec)
            if not is_plain(spec) then
                error("the rule" .. NOT_PLAIN, 2)
            end
            local rule = { name = name, file = file, line = line, spec = spec }
            made[rule] = "rule"
            return rule
        end
    end,
    policy = function(spec)
        if not is_plain(spec) then
            error("the policy" .. NOT_PLAIN, 2)
        end
        for _, key in ipairs { "rules", "extends", "check", "ignore", "reads", "catalogues", "final", "snooze",
            "cooldown", "verify" } do
            if type(spec) == "table" and not is_plain(spec[key]) then
                error("'" .. key .. "'" .. NOT_PLAIN, 2)
            end
        end
        local policy = { spec = spec }
        made[policy] = "policy"
        return policy
    end,
}, {
    __index = function(_, name)
        by_session = by_session or name == "once_per_session"
        return require "upnudge.language.later".find(name)
    end,
})

--- What the files gave that were loaded, and what they are called.
local chain, files = {}, {}
-- What `link` was told of them, and what came out.
local order_of, own_of
local linked
-- Whether anything that was loaded is final or says where it stands.
local ordered = false
-- Loaded with the first question, for a runtime may be opened and never asked.
local context

--- "policy", "rule", "format", "checker" or "scenario" by what the function of that name made.
---@type table<table, string>
M.made = made

--- Adds what one file's u.policy was given.
---@param spec table
---@param file string
---@param says_order boolean? whether a key of it is final, or a rule says where it stands
---@return integer number by which `link` knows it
function M.append(spec, file, says_order)
    chain[#chain + 1], files[#files + 1], ordered = spec, file, ordered or says_order or false
    return #chain
end

--- A list without what else may stand in its table, which need not cross, and could make it as long as numbers go.
local function list_of(given)
    local list = {}
    for i, value in ipairs(given) do
        list[i] = value
    end
    return list
end

local function lists_of(given)
    local lists = {}
    for name, list in pairs(given) do
        lists[name] = list_of(list)
    end
    return lists
end

local function check_settings(check)
    cadence.check_every = duration.parse(check.every or DEFAULTS.every)
    return { every = cadence.check_every, timeout = duration.parse(check.timeout or DEFAULTS.timeout),
        commands = check.commands and lists_of(check.commands), agents = check.agents, audit = check.audit ~= false }
end

local function snooze_limits(snooze)
    return { max = snooze.max and duration.parse(snooze.max), security = snooze.security }
end

local NAME_OF_LIST <const> = ".upnudgeignore"

--- Those of a list that have these numbers, in that order; nil: all.
local function picked(list, order)
    local some = order and {} or list
    for i, number in ipairs(order or {}) do
        some[i] = list[number]
    end
    return some
end

--- Joins files into one policy and tells the trusted side what it needs. All else that is plainly said are
--- settings of the strategy, which knows its own.
---@param order integer[]? the numbers of those that hold, in that order; nil: all, as they were loaded
---@param own integer? how many of them are the policy's, nil: all; of the others, the machine's, holds what is final
---@return table
function M.link(order, own)
    order_of, own_of = order, own
    local joined = chain[order and order[1] or 1]
    if order or chain[2] or ordered then
        local some = picked(chain, order)
        joined = require "upnudge.language.inheritance".of_chain(some, picked(files, order), own or #some)
    end
    linked = {}
    local settings = {}
    for name, value in pairs(joined) do
        linked[name] = value
        settings[name] = not NO_SETTING[name] and type(value) ~= "table" and type(value) ~= "function" and value or nil
    end
    settings.deadline = joined.deadline and duration.deadline(joined.deadline)
    linked.rules = linked.rules or {}
    cadence.policy = linked
    if linked.catalogues then
        require "upnudge.language.words".add(linked.catalogues)
    end
    local listed = linked.project_ignore
    return { name = linked.name, settings = settings, ignore = linked.ignore and list_of(linked.ignore),
        reads = linked.reads and list_of(linked.reads), by_session = by_session,
        cooldown = linked.cooldown and require "upnudge.language.cooldown".complete(linked.cooldown),
        check = check_settings(linked.check or {}), snooze = linked.snooze and snooze_limits(linked.snooze),
        mistakes = linked.mistakes and linked.mistakes[1] and linked.mistakes,
        is_bound = linked.is_bound, project_ignore = listed == true and NAME_OF_LIST or listed or nil }
end

--- The rules of the policy, for explanations.
---@return {name: string, file: string, line: integer, final: boolean?, guard: boolean?}[]
function M.outline()
    local rules = {}
    for i, rule in ipairs(linked.rules) do
        rules[i] = { name = rule.name, file = rule.file, line = rule.line, final = rule.spec.final or nil,
            guard = rule.spec.guard or nil }
    end
    return rules
end

--- What is final, and what is therefore not used, for explanations: see upnudge.language.inheritance.
---@return {final: upnudge.Final[], unused: upnudge.Unused[]}
function M.layers()
    return { final = linked.final_keys or {}, unused = linked.unused or {} }
end

--- No quiet decision should load what puts it into words.
local function fault(...)
    require "upnudge.language.fault".raise(...)
end

--- The text of a notice; nil: there is nothing to say.
local function text_of(source, place, c, from)
    local notice = require "upnudge.language.notice"
    return notice.text_of(source or linked.text or notice.default, place, c, from)
end

--- Seconds that a record can hold: neither infinite nor no number.
local function is_time(value)
    return type(value) == "number" and value > -1e15 and value < 1e15
end

--- Whether a cadence or a function of the context is due, why, when it next could be, and the text of a cadence that
--- has one.
---@param rule string whose cadence it is
local function due(notify, place, c, rule)
    local ask = type(notify) == "table" and notify.due or notify
    local is_due, reason, next_at, text = ask(c, rule)
    if type(is_due) == "table" and type(is_due.due) == "function" then
        -- A function may choose a cadence, as `decide` may.
        is_due, reason, next_at, text = is_due.due(c, rule)
    end
    if is_due ~= nil and type(is_due) ~= "boolean" then
        fault(place, notify, "notify gave a %s; expected true, false or a cadence", type(is_due))
    elseif reason ~= nil and type(reason) ~= "string" or next_at ~= nil and not is_time(next_at) then
        fault(place, notify, "notify gave something else than due, reason, next time")
    end
    if ask == notify and not is_due then
        -- Of a function of the policy nobody else knows when it would say otherwise.
        horizon.seen = horizon.seen or not next_at
        horizon.note(next_at or 0)
    end
    reason = reason ~= "" and reason or is_due and "due" or "not due"
    return is_due and true or false, reason, next_at, ask ~= notify and text or nil
end

--- What one rule answers: {matched, answer, reason, next_at}, and the text that its cadence has.
local function ask(rule, c)
    local spec = rule.spec
    asked.by = rule
    if spec.when and not spec.when(c) then
        return "no match"
    elseif spec.quiet ~= nil then
        return "quiet", require "upnudge.language.silence".reason(rule, c)
    end
    local is_due, reason, next_at, text = due(spec.notify, rule, c, rule.name)
    return is_due and "notify" or "not due", reason, next_at, text
end

--- The same, and the text of a notice. What has nothing to say does not speak.
local function answer_of(rule, c)
    local answer, why, next_at, source = ask(rule, c)
    local text = answer == "notify" and text_of(source or rule.spec.text, rule, c) or nil
    if answer == "notify" and not text then
        return "nothing to say", require "upnudge.language.notice".NOTHING
    end
    return answer, why, next_at, text
end

local function decide_by_rules(c, rules, trace)
    local decision, reason, soonest, nothing
    for _, rule in ipairs(rules) do
        local answer, why, next_at, text = "not reached", nil, nil, nil
        if not decision then
            answer, why, next_at, text = answer_of(rule, c)
        end
        if answer == "quiet" or answer == "notify" then
            decision = { notify = answer == "notify", code = text and "notified"
                or require "upnudge.language.silence".code(rule), reason = why,
                rule = rule.name, text = text }
        elseif answer == "nothing to say" then
            nothing = true
        elseif answer == "not due" then
            -- The reason is that of the rule that speaks next; where none tells, of the most general one, the last.
            if next_at and (not soonest or next_at < soonest) then
                soonest, reason = next_at, why
            elseif not soonest then
                reason = why
            end
        end
        if trace then
            trace[#trace + 1] = { rule = rule.name, file = rule.file, line = rule.line, answer = answer,
                matched = answer ~= "no match" and answer ~= "not reached", reason = why, next_at = next_at }
        elseif decision then
            break
        end
    end
    decision = decision or { notify = false, code = reason and "not-due" or "no-rule",
        reason = reason or nothing and require "upnudge.language.notice".NOTHING or "no rule wants to speak" }
    decision.next_at = not decision.notify and not decision.rule and soonest or nil
    return decision
end

local function decide_by_function(c)
    asked.by = ("policy '%s': decide"):format(linked.name)
    return require "upnudge.language.decide".ask(linked, c, due, text_of)
end

--- Decides. What is nil of env, result and host is the same as at the last call.
---@param now integer
---@param env table?
---@param result table?
---@param history table
---@param host table?
---@param trace boolean?
---@return table decision
function M.evaluate(now, env, result, history, host, trace)
    if host then
        host.hint = host.hint or linked.hint
    end
    context = context or require "upnudge.language.context"
    local c = context.set(now, env, result, history, host)
    local steps, before = trace and {} or nil, linked.decide and (linked.first or {})
    local decision = (not before or before[1]) and decide_by_rules(c, before or linked.rules, steps)
    if before and not (decision and decision.rule) then
        decision = decide_by_function(c)
    end
    decision.trace, decision.holds_until = steps, not decision.notify and horizon.known() or nil
    return decision
end

--- What went wrong in a function of the policy, with the rule that it is of.
---@param message string
---@return string
function M.blamed(message)
    return require "upnudge.language.fault".blamed(asked.by, message)
end

--- What was loaded, for upnudge.language.meaning.
---@return upnudge.Examined without what that finds out
function M.examined()
    local some = picked(chain, order_of)
    return { chain = some, files = picked(files, order_of), own = own_of or #some, policy = linked }
end

--- The parts of a decision, for upnudge.language.authoring, which asks each of them.
---@return {policy: table, asked: table, ask: function, text_of: function, decide: function, text: any}
function M.parts()
    return { policy = linked, asked = asked, ask = ask, text_of = text_of, decide = decide_by_function,
        text = linked.text or require "upnudge.language.notice".default }
end

return M
