--- Calls: one entry for bindings of other languages, JSON in, JSON out.
---
---     {"schema":1,"call":"notify","environment":"/home/me/project","tty":true}
---
--- The answer is what the command of that name prints with --json (upnudge.runtime.answer), and for what goes wrong
---
---     {"schema":1,"error":"…","code":"usage"}
---
--- with a code of upnudge.lib.reasons: "usage" where the call itself makes no sense. A check that is begun is known by
--- the token that stands in the answer as `check`, until it is committed, failed or aborted, or the runtime is closed.

local answers = require "upnudge.runtime.answer"
local requests = require "upnudge.runtime.request"

local M = {}

---@alias upnudge.CallStatus "ok"|"usage"|"failed"|"busy"|"fresh"|"later"

-- Bytes of a call, which may carry a lockfile; checks that are open at once.
local LONGEST <const>, OPEN_MOST <const> = 1 << 26, 16

local ACTIVATION <const> = { environment = "path!", lockfile = "path", name = "text", mode = "mode", command = "text",
    hint = "text", now = "time", tty = "flag", active = "flag", session = "text", attributes = "attributes" }
local ENVIRONMENT <const> = { environment = "path!" }

--- What an answer of a check means; the status is that of its state where it has one.
local function told(answer)
    local status = answer.state or answer.outcome
    local known = status == "fresh" or status == "busy" or status == "later"
    local fails = not known and answer.error ~= nil
    return answers.check(answer), known and status or fails and "failed" or "ok", answer.reason, answer.code,
        answer.retry_at
end

---@class upnudge.Call
---@field takes table<string, string> its options, see upnudge.runtime.request
---@field run fun(runtime: upnudge.Runtime, options: table): string?, string?, string?, string?, integer? the answer
---and, of a check and unless it is "ok", the status, why, the code of that, and when one is tried again; or nil, a
---message and a code as the runtime has them

---@type table<string, upnudge.Call>
local CALLS = {}

--- The environment, and the options without it.
local function apart(o)
    local path = o.environment
    o.environment = nil
    return path, o
end

CALLS.notify = { takes = ACTIVATION, run = function(runtime, o)
    return answers.notice(runtime:notify(apart(o)))
end }

CALLS.explain = { takes = ACTIVATION, run = function(runtime, o)
    return answers.explanation(require "upnudge.runtime.explain".report(runtime, apart(o)))
end }

CALLS.check_begin = { takes = { environment = "path!", lockfile = "path", name = "text", now = "time",
    max_age = "seconds", timeout = "seconds" }, run = function(runtime, o)
    local begun, count = runtime.begun or {}, 0
    for _ in pairs(begun) do
        count = count + 1
    end
    if count >= OPEN_MOST then
        return nil, ("%d checks are open already: commit, fail or abort them"):format(count), "usage"
    end
    local check = runtime:check_begin(apart(o))
    if check.state ~= "begun" then
        return told(check)
    end
    runtime.tokens, runtime.begun = (runtime.tokens or 0) + 1, begun
    local token = "check-" .. runtime.tokens
    begun[token] = check
    return answers.check(check, token)
end }

--- Takes the check out of those that are open, for it ends whatever comes.
local function take(runtime, token)
    local check = runtime.begun and runtime.begun[token]
    if not check then
        return nil, ("no check '%s' is open"):format(require "upnudge.lib.limits".cut(token, 40))
    end
    runtime.begun[token] = nil
    return check
end

--- Takes the reports of scanners that came with a commit, in a check that goes on where one makes no sense.
local function take_reports(runtime, o)
    local check = runtime.begun and runtime.begun[o.check]
    for name, of in pairs(check and { scan = "installed", scan_upgraded = "upgraded" } or {}) do
        local ok, message = true, nil
        if o[name] then
            ok, message = check:scan(o[name], of, "'" .. name .. "'")
        end
        if not ok then
            return nil, message
        end
    end
    return true
end

CALLS.check_commit = { takes = { check = "text!", upgraded = "bytes!", security = "texts", scan = "bytes",
    scan_upgraded = "bytes" }, run = function(runtime, o)
    local fault = require "upnudge.record.selector".fault(o.security or {}, require "upnudge.lib.limits".FIXES)
    if fault then
        return nil, "'security': " .. fault, "usage"
    end
    local known, wrong = take_reports(runtime, o)
    if not known then
        return nil, wrong, "usage"
    end
    local check, message = take(runtime, o.check)
    if not check then
        return nil, message, "usage"
    end
    return told(check:commit(o.upgraded, o.security))
end }

CALLS.check_fail = { takes = { check = "text!", reason = "text!" }, run = function(runtime, o)
    local check, message = take(runtime, o.check)
    if not check then
        return nil, message, "usage"
    end
    return told(check:fail(o.reason))
end }

CALLS.check_abort = { takes = { check = "text!" }, run = function(runtime, o)
    local check, message = take(runtime, o.check)
    if not check then
        return nil, message, "usage"
    end
    check:abort()
    return answers.check { outcome = "aborted" }
end }

CALLS.check_detach = { takes = { environment = "path!", lockfile = "path", name = "text", now = "time",
    max_age = "seconds", timeout = "seconds", command = "texts!" }, run = function(runtime, o)
    if not o.command[1] then
        return nil, "'command': a command is needed", "usage"
    end
    return told(runtime:check_detach(o.environment, { lockfile = o.lockfile, name = o.name, now = o.now,
        max_age = o.max_age }, o.command, o.timeout))
end }

CALLS.changes = { takes = ENVIRONMENT, run = function(runtime, o)
    local found, message, code = runtime:changes(o.environment)
    return found and answers.changes(found), message, code
end }

CALLS.show = { takes = ENVIRONMENT, run = function(runtime, o)
    local overview, more, code = runtime:show(o.environment)
    if not overview then
        return nil, more, code
    end
    return answers.overview(overview)
end }

--- With neither `seconds` nor `until` the person wants to hear of it again.
CALLS.snooze = { takes = { environment = "path", all = "flag", seconds = "seconds", ["until"] = "time", now = "time" },
    run = function(runtime, o)
    local now, seconds, ends = o.now or runtime.host.now(), o.seconds, o["until"]
    if seconds and ends then
        return nil, "either 'seconds' or 'until'", "usage"
    elseif ends and ends <= now then
        return nil, "'until' is past", "usage"
    elseif ends and ends - now > require "upnudge.lib.duration".MOST then
        return nil, "'until' is more than 100 years away", "usage"
    elseif (o.environment ~= nil) == (o.all or false) then
        return nil, o.all and "either 'environment' or 'all'" or "'environment' is missing, or 'all'", "usage"
    end
    local snooze, message, code
    if o.all then
        snooze, message, code = runtime:snooze_all(ends and ends - now or seconds, now)
    else
        snooze, message, code = runtime:snooze(o.environment, ends and ends - now or seconds, now)
    end
    return snooze and answers.snooze(snooze), message, code
end }

CALLS.ignore = { takes = { environment = "path!", packages = "texts" }, run = function(runtime, o)
    local list, message, code = runtime:ignore(o.environment, table.unpack(o.packages or {}))
    return list and answers.ignored(list), message, code
end }

CALLS.unignore = { takes = CALLS.ignore.takes, run = function(runtime, o)
    local list, message, code = runtime:unignore(o.environment, table.unpack(o.packages or {}))
    return list and answers.ignored(list), message, code
end }

CALLS.forget = { takes = ENVIRONMENT, run = function(runtime, o)
    local removal, message, code = runtime:forget(o.environment)
    return removal and answers.removal(removal), message, code
end }

--- Without an environment all that have a record.
CALLS.status = { takes = { environment = "path", now = "time" }, run = function(runtime, o)
    local found, more, code
    if o.environment then
        found, more, code = runtime:status(o.environment, o.now)
        return found and answers.status(found), more, code
    end
    found, more, code = runtime:statuses(o.now)
    if not found then
        return nil, more, code
    end
    return answers.statuses(found, more)
end }

CALLS.doctor = { takes = { now = "time" }, run = function(runtime, o)
    return answers.ailments(runtime:doctor(o.now))
end }

CALLS.gc = { takes = { dry_run = "flag" }, run = function(runtime, o)
    local collection, message, code = runtime:gc(o.dry_run)
    return collection and answers.collection(collection, o.dry_run), message, code
end }

CALLS.version = { takes = {}, run = function()
    return answers.version(require "upnudge.core".version)
end }

CALLS.version_compare = { takes = { a = "text!", b = "text!", scheme = "text" }, run = function(_, o)
    local scheme = o.scheme or "semver"
    local fault = require "upnudge.lockfile.version".fault(scheme)
    if fault then
        return nil, fault, "usage"
    end
    return (answers.comparison(scheme, o.a, o.b))
end }

CALLS.formats = { takes = {}, run = function(runtime)
    return answers.formats(runtime:lockfiles():all())
end }

local function fault(message, code)
    local status = (code == "usage" or code == "busy") and code or "failed"
    return require "upnudge.lib.terminal".valid(answers.fault(message, code)), status, message, code
end

--- What `run` gives, or what it raised, which is a fault of ours.
local function answer_of(call, runtime, options)
    local ok, answer, more, why, code, retry_at = pcall(call.run, runtime, options)
    if not ok then
        collectgarbage()
        local raised = require "upnudge.lib.raised"
        return fault("a fault of upnudge: " .. raised.text(answer), raised.code(answer))
    elseif not answer then
        return fault(more or "no reason known", why or "fault")
    end
    return require "upnudge.lib.terminal".valid(answer), more or "ok", why, code, retry_at
end

--- Does one call.
---@param runtime upnudge.Runtime
---@param name string
---@param given table<string, any> its options
---@return string answer JSON
---@return upnudge.CallStatus status
---@return string? message what went wrong, or why nothing was done
---@return string? code of upnudge.lib.reasons: which reason that is
---@return integer? retry_at of a check, seconds UTC
function M.ask(runtime, name, given)
    local call = CALLS[name]
    if runtime.closed then
        return fault("the runtime is closed", "usage")
    elseif not call then
        return fault(requests.unknown("call", name, CALLS), "usage")
    end
    local options, message = requests.options(given, call.takes)
    if not options then
        return fault(("call '%s': %s"):format(name, message), "usage")
    end
    return answer_of(call, runtime, options)
end

--- The call that a text of JSON is, and its options.
local function parsed(text)
    if #text > LONGEST then
        return nil, ("a call is longer than %d bytes"):format(LONGEST)
    end
    local request, message = require "upnudge.lib.json.read"(text)
    if type(request) ~= "table" then
        return nil, message or "a call is an object of JSON"
    elseif type(request.call) ~= "string" then
        return nil, "'call' is missing: what is to be done"
    elseif request.schema ~= 1 then
        return nil, "'schema' is missing or not the number 1"
    end
    return request
end

--- Does what a text of JSON says.
---@param runtime upnudge.Runtime
---@param text string
---@return string answer JSON
---@return upnudge.CallStatus status
---@return string? message
---@return string? code
---@return integer? retry_at
function M.text(runtime, text)
    local request, message = parsed(text)
    if not request then
        return fault("call: " .. message, "usage")
    end
    local name = request.call
    request.call, request.schema = nil, nil
    return M.ask(runtime, name, request)
end

return M
