--- The check: take the outcome of a dry upgrade and commit it to the record.
---
--- One process at a time checks an environment: the lock is held for the whole check and freed by
--- the kernel if its holder dies. The record is read again after the lock is won, since another
--- process may just have finished.

local blobs = require "upnudge.record.blobs"
local causes = require "upnudge.runtime.cause"
local clock = require "upnudge.lib.clock"
local contents = require "upnudge.record.content"
local core = require "upnudge.core"
local environment = require "upnudge.record.environment"
local files = require "upnudge.record.files"
local ignored = require "upnudge.record.ignored"
local limits = require "upnudge.lib.limits"
local log = require "upnudge.runtime.log"
local options_of = require "upnudge.runtime.options"
local raised = require "upnudge.lib.raised"
local changes_of = require "upnudge.record.changes"
local retry = require "upnudge.runtime.retry"

-- How often it is looked again in which of a directory's records a check belongs, because others have come meanwhile.
local ROUNDS <const> = 3
-- Bytes that a check may write beside the lockfiles, and the most that is tried out before.
local BESIDE <const>, TRIED_OUT <const> = 64 << 10, 8 << 20

---@class upnudge.CheckAnswer
---@field state? "fresh"|"later"|"busy"|"failed" of a check that did not begin
---@field outcome "checked"|"fresh"|"later"|"busy"|"failed"
---@field code string which reason it is, of upnudge.lib.reasons
---@field reason string
---@field changes? integer on every system, with what is ignored
---@field waiting? table<string, integer> counts on this system, without what is ignored, as notices have them
---@field cooling? upnudge.CoolingTold what is too new to count, beside those
---@field retry_at? integer seconds UTC, when a check may find something new or is tried again; nil: not known
---@field error? string the reason, where somebody should hear of it
---@field unscanned? string why the scanner that was asked for security problems knows nothing

---@class upnudge.Check
---@field private runtime upnudge.Runtime
---@field private policy upnudge.Policy with which it began, whatever the runtime has by now
---@field private strategy table whose it is even when the runtime closes before the check ends
---@field private record upnudge.Record
---@field private directory table
---@field private lock table
---@field path string of the environment
---@field lockfile string
---@field private bytes string of the lockfile when the check began
---@field private known upnudge.Content of it
---@field format string? of the lockfile; nil: it is read apart, and has not been yet
---@field upgraded_by? {name: string, hint: string} the checker that makes the dry upgrade
---@field private parsed? table unless it is read apart
---@field private time? {seconds: integer, ends: integer} how long the whole may take, and the core.clock() of its end
---@field private apart boolean whether lockfiles are read in a process of its own
---@field private name string
---@field private fixes? string[] what is known to mend a security problem
---@field private stars? integer how many of them have one
---@field private scans upnudge.Scans what scanners say
---@field private unscanned? string why none could be asked, where one should have been
---@field private scratch? string the name of the directory where the dry upgrade may write
---@field fixed_now? integer in place of the clock
---@field private rehearsal boolean whether that is made up
local Check = {}
Check.__index = Check

local M = {}

local failed = require "upnudge.runtime.answer".failed

local function faulty(fault)
    return failed(raised.code(fault), "a fault of upnudge: " .. raised.text(fault))
end

local function ago(seconds)
    return require "upnudge.lib.duration".format(seconds) .. " ago"
end

--- Whether the record is of this lockfile, however it is written.
local function is_of(value, found)
    return value.stamp == found.stamp or contents.is_of(value, found.known)
end

--- Whether the check that failed was of this very lockfile. Earlier versions did not say which.
local function has_failed_for(value, found)
    if value.tried then
        return value.tried == found.known.bytes
    end
    return is_of(value, found)
end

local function later(what, now, failed_at, retry_at, why)
    local left = require "upnudge.lib.duration".format(retry_at - now)
    return { state = "later", outcome = "later", code = "later", retry_at = retry_at,
        reason = ("%s %s and is tried again in %s%s"):format(what, ago(now - failed_at), left, why or "") }
end

--- The record as it is before something is written over it, empty where there is none; nil and why that is not known.
local function previous_of(record)
    local value, why, code = record:read()
    if value or code == "not-found" or record.SET_ASIDE[code] then
        return value or {}
    end
    return nil, why
end

--- Adds what waits after a check, with the counts that the notice will have. Without them it tells no more than before.
local function tell(answer, runtime, record, now)
    local statuses = require "upnudge.runtime.status"
    local ok, status = pcall(statuses.of_record, runtime, record, now)
    if ok and status.last_checked then
        local told = status.code == "nothing-new" and "nothing newer" or statuses.told(status)
        answer.waiting, answer.cooling = status.waiting, status.cooling
        answer.reason = answer.outcome == "fresh" and answer.reason .. "; " .. told or told
    end
    return answer
end

--- Why no check is needed now; nil when one is.
local function enough(record, value, found, now, max_age)
    local checked, tried = clock.past(value.last_checked, now), clock.past(value.last_failed, now)
    local recent = checked and now - checked < max_age
    local retry_at = tried and retry.at(tried, value.retry_at)
    if tried and max_age > 0 and retry_at > now and has_failed_for(value, found) then
        return later("the check failed", now, tried, retry_at, ": " .. (value.reason or "no reason known"))
    elseif not recent or not is_of(value, found) or not changes_of.are_there(record, value) then
        -- Without the list, which may be lost or an earlier version's, half of what was found is not known.
        return nil
    end
    return { state = "fresh", outcome = "fresh", code = "fresh", reason = ("checked %s"):format(ago(now - checked)),
        changes = value.changes, retry_at = checked + max_age }
end

--- What makes a check needless or impossible; nil when one is needed. A record that is there but can be neither read
--- nor replaced stops a check before it starts.
local function obstacle(runtime, record, found, now, max_age)
    local value, why, code = record:read()
    if value then
        local answer = enough(record, value, found, now, max_age)
        if answer and answer.state == "later" and found.insists then
            answer = nil
        end
        if answer and answer.state == "fresh" then
            pcall(ignored.prepare, record, runtime.policy, now)
        end
        if answer and value.stamp ~= found.stamp then
            -- For the activations, which would have to find out what this lockfile says.
            contents.remember(record, found.known)
        end
        return answer
    elseif code ~= "not-found" and not record.SET_ASIDE[code] then
        return failed(causes.of_record(code), why)
    end
end

local function busy(record)
    return { state = "busy", outcome = "busy", code = "busy", reason = "another process is checking " .. record.path }
end

--- The record's directory and the lock of its check, unless that is held already.
local function acquire(record, lock)
    local why, code
    -- The directory may be gone just now, because all that is known was forgotten, and again.
    for _ = 1, 64 do
        local directory
        directory, why, code = record:directory(true)
        if directory and not lock then
            lock, why, code = directory:lock(files.CHECK_LOCK)
        end
        if directory and lock then
            return directory, lock
        elseif directory then
            directory:close()
        end
        if code ~= "not-found" then
            break
        end
    end
    if code == "busy" then
        return nil, busy(record)
    end
    return nil, failed(causes.of_state(code), why)
end

--- Why a check would be in vain, though its lock is held: what it finds could not be kept. A dry upgrade takes minutes,
--- and begins again at every prompt if nobody remembers that it failed.
local function in_vain(record, held, found, now, max_age)
    local failed_at, retry_at = retry.noted(held.lock, now)
    if failed_at and max_age > 0 and not found.insists and not held.options.announced then
        return later("a check that left no outcome began", now, failed_at, retry_at)
    end
    local ok, message, code = held.directory:could_replace(files.RECORD,
        math.min(2 * #found.bytes + BESIDE, TRIED_OUT))
    if not ok then
        return failed(causes.of_state(code), ("the outcome of a check could not be kept in %s: %s"):format(
            record.directory_path, message))
    end
end

--- The working directory as the shell calls it, with the links by which somebody came here, while that leads here;
--- but ".." leads out of where it really is.
local function working_directory(host, path)
    local here, message = host.disk.realpath "."
    local called = host.variable "PWD"
    if here and called and called:sub(1, 1) == "/" and not path:find "^[./]*%.%./" and path ~= ".."
        and host.disk.realpath(called) == here then
        return called
    end
    return here, message
end

--- The path from everywhere, with its links as they are: where they lead is looked at anew at each activation. Only
--- what leads out of the working directory can be resolved for good.
local function absolute(host, path)
    local from, parts = "", {}
    if path:sub(1, 1) ~= "/" then
        local here, message = working_directory(host, path)
        if not here then
            return nil, message
        end
        from = here ~= "/" and here or ""
    end
    for part in path:gmatch "[^/]+" do
        if part == ".." and not parts[1] then
            from = from:match "^(.*)/" or ""
        elseif part ~= "." then
            parts[#parts + 1] = part
        end
    end
    return from .. "/" .. table.concat(parts, "/")
end

--- The lockfile's bytes, and what is known of them before they are parsed.
local function load_lockfile(runtime, env, options)
    local disk = runtime.host.disk
    local path, message, code
    if options.lockfile then
        path, message, code = absolute(runtime.host, options.lockfile)
    else
        path, message, code = runtime:lockfiles():find(env)
    end
    if not path then
        return nil, message, code
    end
    local bytes, stamp, unread = disk.read(path, core.lockfile_limit)
    if not bytes then
        return nil, stamp, unread
    end
    return { lockfile = path, bytes = bytes, stamp = stamp, known = { stamp = contents.proof(stamp),
        bytes = core.hash(bytes) } }
end

--- Parses it; nil and what is wrong with it.
local function parse(runtime, found)
    local parsed, fault, code = runtime:lockfiles():parse(found.lockfile, found.bytes)
    if parsed then
        found.parsed, found.format, found.known.content = parsed, parsed:format(), assert(parsed:digest())
    end
    return parsed, fault, code
end

local function begun(runtime, found, held)
    local disk, options, state = runtime.host.disk, held.options, held.state
    return setmetatable({ state = "begun", runtime = runtime, policy = runtime.policy, strategy = held.strategy,
        record = state.record,
        path = state.env.path, directory = held.directory, lock = held.lock, fixed_now = options.now,
        rehearsal = options.now ~= nil, lockfile = found.lockfile, bytes = found.bytes, known = found.known,
        parsed = found.parsed, format = found.format, time = found.time, apart = found.apart, insists = found.insists,
        announced = options.announced, scans = {},
        name = options.name and limits.cut(options.name, limits.PROJECT) or environment.name(disk, state.env) }, Check)
end

--- The lockfile, parsed unless that is to be done apart; or nil and the answer of a check that is impossible.
local function look(runtime, state, options)
    local found, message, code = load_lockfile(runtime, state.env, options)
    if not found then
        return nil, failed(causes.of_lockfile(code, message), message)
    end
    found.insists = options.insists
    if options.own_process then
        local seconds = options.timeout or runtime.policy.check.timeout
        found.time = { seconds = seconds, ends = core.clock() + 1000 * seconds }
    end
    found.apart = found.time ~= nil and #found.bytes > limits.AT_ONCE
    if not found.apart then
        local parsed, fault, wrong = parse(runtime, found)
        if not parsed and not options.announced then
            return nil, failed(causes.of_lockfile(wrong, fault), fault)
        end
        found.broken = not parsed and failed(causes.of_lockfile(wrong, fault), fault) or nil
    end
    return found
end

--- Its format, read for that unless its name says so.
local function format_of(runtime, found)
    local format, message, code = found.format or runtime:lockfiles():called(found.lockfile), nil, nil
    if not format and not found.broken then
        local read
        read, message, code = Check.read_apart(found, runtime)
        format = read and read.format
    end
    return format, message, code
end

--- Of the environments of a directory the one to which the lockfile belongs; nil and the answer where that cannot be
--- said. Mostly it has but one.
local function home_of(runtime, state, found)
    local record = state.record
    local value = record:read()
    local same = value and (value.lockfile == found.lockfile or found.format and value.format == found.format)
    local alone = same and not record:is_accompanied()
        or not value and not require "upnudge.record.siblings".formats(record)[1]
    if alone then
        return state
    end
    local home, message, code = require "upnudge.runtime.siblings".home(runtime, state, found.lockfile, function()
        return format_of(runtime, found)
    end)
    return home, not home and (found.broken or failed(causes.of_lockfile(code, message), message)) or nil
end

--- Where the check is to be, with its lock held; or nil and the answer of one that is needless or impossible. While the
--- lock was not held the directory's first record may have become that of another lockfile.
local function settle(runtime, state, found, options, now, max_age)
    local given = options.lock
    for _ = 1, ROUNDS do
        local home, impossible = home_of(runtime, state, found)
        local answer = impossible or obstacle(runtime, home.record, found, now, max_age)
        if answer then
            local told = answer.state == "fresh" and not options.probe
            return nil, told and tell(answer, runtime, home.record, now) or answer
        end
        local directory, lock = acquire(home.record, given)
        given = nil
        if not directory then
            return nil, lock
        elseif home_of(runtime, state, found) == home then
            return { state = home, directory = directory, lock = lock }
        end
        lock:release()
        directory:close()
    end
    return nil, busy(state.record)
end

--- Whoever makes a mistake in a policy before it has answered something has it back as it was at the first check.
local function keep_policy(runtime, options)
    local policy = runtime.policy
    if policy.source.path and not runtime.policy_fault and not options.now then
        pcall(require "upnudge.record.good_policy".keep_first, runtime.places, policy.source.path,
            policy:identity().hash, policy, runtime.host.now())
    end
end

--- Begins a check. The answer's `state`: "begun" (then the second value is the check, which holds
--- the lock), "fresh", "later", "busy" or "failed", with a `reason`, its `code` and, where that is known, `retry_at`.
---@param runtime upnudge.Runtime
---@param state table of Runtime:environment
---@param options {lockfile?: string, name?: string, now?: integer, max_age?: integer, timeout?: integer,
---probe?: boolean, own_process?: boolean, insists?: boolean, announced?: boolean, lock?: table} `timeout`: seconds that
---the dry upgrade may take, if not the policy's; `probe`: only to see whether one is needed; no other machine is asked;
---`own_process`: nobody else lives in this process, so that it may fork: then large lockfiles are read within the
---timeout, too; `insists`: somebody waits, and is not told that it is too early to try again; `announced`: the lock
---bears the note of this very check (see upnudge.runtime.due), and nobody hears its answer: so a broken lockfile is
---a failure of the check; `lock`: that of the check, which is held already
---@return upnudge.CheckAnswer|upnudge.Check answer
function M.begin(runtime, state, options)
    if not runtime.policy then
        return failed(runtime.closed and "usage" or "policy-fault", runtime.policy_fault)
    end
    local now, max_age = options.now or runtime.host.now(), options.max_age or runtime.policy.check.every
    local found, answer = look(runtime, state, options)
    if not found then
        return answer
    end
    local strategy = runtime:strategy()
    local held
    held, answer = settle(runtime, state, found, options, now, max_age)
    if not held then
        return answer
    end
    held.strategy, held.options = strategy, options
    keep_policy(runtime, options)
    local check, record = begun(runtime, found, held), held.state.record
    -- Another process may just have finished, at a time that was still to come when the clock was read.
    now = options.now or runtime.host.now()
    answer = obstacle(runtime, record, found, now, max_age) or in_vain(record, held, found, now, max_age)
    if answer then
        check:abort()
        return answer
    elseif found.broken then
        return check:fail(found.broken.reason, found.broken.code)
    elseif options.probe then
        return check
    end
    -- Whose lock this was until now is dead.
    held.directory:sweep_scratch(files.OUTPUT)
    local ok, other = pcall(check.prepare, check, max_age, options.timeout, now)
    if not ok then
        check:abort()
        return faulty(other)
    end
    return other or check
end

-- Milliseconds that reading may take where the dry upgrade has left no time.
local LEAST <const> = 500
-- Bytes of what is heard of it.
local ANSWER_LIMIT <const> = 1 << 26

--- Runs `f`, which gives a table of plain values, or nil, a message and a code: apart from us where lockfiles are
--- large, in a process that is given up when the check has had its time; "timeout" is the code of that.
---@private
---@return table? answer
---@return string? message
---@return string? code
function Check:in_time(f)
    local time = self.time
    if not self.apart then
        return f()
    end
    local text, message = core.inquire(math.max(LEAST, time.ends - core.clock()), ANSWER_LIMIT, function()
        local ok, answer, fault, code = pcall(f)
        if not ok then
            answer, fault, code = nil, raised.text(answer), raised.code(answer)
        end
        return require "upnudge.lib.json.write".encode { answer = answer, fault = fault, code = code }
    end)
    local heard = text and require "upnudge.lib.json.read"(text)
    if type(heard) == "table" then
        return heard.answer, heard.fault, heard.code
    end
    return nil, ("the lockfiles took longer to read than %d s"):format(time.seconds),
        message == "no answer in time" and "timeout" or "fault"
end

--- Reads a large lockfile, once.
---@private
---@return table? read
---@return string? message
---@return string? code
function Check:read_apart(runtime)
    local read, message, code = Check.in_time(self, function()
        local parsed, fault, wrong = parse(runtime, self)
        return parsed and { content = self.known.content, format = self.format }, fault, wrong
    end)
    if read then
        self.known.content, self.format = read.content, read.format
    end
    return read, message, code
end

--- What there is to do before the dry upgrade: then the answer, and the check has ended.
---@private
function Check:prepare(max_age, timeout, now)
    if self.apart and not self.known.content then
        local read, message, code = self:read_apart(self.runtime)
        if code == "timeout" then
            return self:fail(message)
        elseif not read and self.announced then
            return self:fail(message, causes.of_lockfile(code, message))
        elseif not read then
            self:abort()
            return failed(causes.of_lockfile(code, message), message)
        end
        -- Its stamp was looked at before. A check has none, which would equal that of a record without.
        local answer = obstacle(self.runtime, self.record, { stamp = false, known = self.known,
            insists = self.insists }, now, max_age)
        if answer then
            self:abort()
            return answer
        end
    end
    return max_age > 0 and self.strategy.borrow and self:share(max_age, timeout) or nil
end

--- Whatever goes wrong, the lock is freed and somebody is told.
local function guarded(check, f, ...)
    local ok, answer = pcall(f, check, ...)
    check:abort()
    answer = limits.answer(ok and answer or faulty(answer))
    local aside = check.record.set_aside
    if aside then
        check.record.set_aside = nil
        log.say(check.runtime, "warning", "a record was set aside: " .. aside)
    end
    if answer.outcome == "failed" then
        log.check_failed(check.runtime, check.path, answer.reason)
    end
    return answer
end

--- Commits the outcome of somebody else's check, as old as it is.
---@private
function Check:take_over(others, outcome, security, max_age)
    self.fixed_now = self:now() - math.tointeger(others.age // 1)
    local answer = guarded(self, self.accept, others.lockfile, security, outcome)
    if answer.outcome == "checked" then
        answer.state, answer.outcome, answer.code, answer.retry_at = "fresh", "fresh", "fresh", self.fixed_now + max_age
        answer.reason = ("another machine checked this lockfile %s; %s"):format(ago(others.age), answer.reason)
    else
        answer.state = "failed"
    end
    return answer
end

--- Whether others have checked this very lockfile, or are at it: then the answer, and the check has ended.
---@private
function Check:share(max_age, timeout)
    local question = { digest = self.known.bytes, key = self.record.key, path = self.path, max_age = max_age,
        seconds = timeout or self.policy.check.timeout, now = self.fixed_now }
    local others = self.strategy.borrow(question)
    if others.lockfile then
        local security
        security, self.scans = require "upnudge.advisory".unshared(others.security or "")
        local outcome = self:examine(others.lockfile, security, math.tointeger(others.age // 1))
        if outcome then
            return self:take_over(others, outcome, security, max_age)
        end
        self.scans = {}
        -- Somebody's format that we do not have, or a broken row: nobody else's check helps.
        question.max_age = 0
        others = self.strategy.borrow(question)
    end
    if others.busy then
        self:abort()
        return { state = "busy", outcome = "busy", code = "busy", reason = "another machine is checking this lockfile" }
    end
    self.lease = others.holder and others
    return nil
end

---@private
function Check:now()
    return self.fixed_now or self.runtime.host.now()
end

--- Ends the check, but for its lock, which is the caller's now: for another check of the same environment.
---@return table lock
function Check:part()
    local lock = self.lock
    self.lock = nil
    self:abort()
    return lock
end

--- Frees the lock. Repeated calls do nothing.
function Check:abort()
    if self.scratch then
        self.directory:remove_scratch(self.scratch)
        self.scratch = nil
    end
    self:give_back()
    if self.lock then
        self.lock:release()
    end
    self.directory:close()
    self.runtime:check_ended()
    return {}
end

--- Ends the lease of a shared check, with the outcome when there is one.
---@private
function Check:give_back(bytes, security)
    local lease = self.lease
    self.lease = nil
    if lease then
        local shared = bytes and require "upnudge.advisory".shared(security or {}, self.scans)
        self.strategy.give_back(lease, bytes, shared, self.fixed_now)
    end
end

--- Where the dry upgrade may write the lockfile, and which packages mend a security problem; nothing is there
--- yet. The directory is this check's own: a dry upgrade that goes on writes into no other's.
---@return {lockfile: string, security: string, security_new: string, copy: string}? paths `copy`: for a directory that
---a checker makes
---@return string? message
function Check:output_paths()
    local message
    if not self.scratch then
        self.scratch, message = self.directory:make_scratch(files.OUTPUT)
    end
    local place = self.scratch and ("%s/%s/"):format(self.record.directory_path, self.scratch)
    return place and { lockfile = place .. files.UPGRADED, security = place .. files.SECURITY,
        security_new = place .. files.SECURITY_NEW, copy = place .. files.COPY }, message
end

--- What a dry upgrade may write, by what it is: the variable that names the place, the file there, and its limit.
local OUTPUTS <const> = {
    lockfile = { "$UPNUDGE_NEW_LOCKFILE", files.UPGRADED, core.lockfile_limit },
    security = { "$UPNUDGE_SECURITY", files.SECURITY, files.REPORT_LIMIT },
    security_new = { "$UPNUDGE_SECURITY_NEW", files.SECURITY_NEW, files.REPORT_LIMIT },
}

--- What the dry upgrade wrote, be it as another user. Whoever ran none finds nothing.
---@param what "lockfile"|"security"|"security_new"
---@return string? bytes
---@return string? message
---@return "not-found"|string|nil code
function Check:read_output(what)
    if not self.scratch then
        return nil, nil, "not-found"
    end
    local variable, name, limit = table.unpack(OUTPUTS[what])
    local output <close>, message, code = self.directory:enter(self.scratch)
    local bytes
    if output then
        bytes, message, code = output:read(name, limit, true)
    end
    return bytes, message and ("what was written to %s: %s"):format(variable, message), code
end

--- What the record will name; it is the last to be written.
---@private
function Check:put_blobs(new_bytes, outcome)
    local directory, value, old, new, details = self.directory, self.record:read(), nil, nil, nil
    local made, message = blobs.make_folders(self.record, directory, value)
    if made then
        old, message = blobs.put(directory, "old", self.bytes, value)
    end
    if old then
        new, message = blobs.put(directory, "new", new_bytes, value)
    end
    if new then
        details, message = blobs.put(directory, "details", outcome.details, value)
    end
    return details and { old = old, new = new, details = details }, message
end

---@private
function Check:store(new_bytes, outcome)
    local named, message = self:put_blobs(new_bytes, outcome)
    local ok, previous
    if named then
        previous, message = previous_of(self.record)
    end
    if previous then
        local now = self:now()
        local said, by = clock.past(previous.last_notified, now), self.upgraded_by
        ok, message = self.strategy.commit_check(self.record, self.directory, {
            name = self.name, lockfile = self.lockfile, format = outcome.format, last_checked = now,
            names = outcome.names, mount = require "upnudge.record.gone".mount_of(self.path),
            stamp = self.known.stamp, old = named.old, content = contents.tied(named.old, self.known.content),
            new = named.new, details = named.details, changes = outcome.changes,
            -- A result seen in the very second of a notice came after it.
            systems = changes_of.date(outcome.systems, previous.systems, math.max(now, said and said + 1 or 0)),
            last_failed = false, failures = false, retry_at = false, tried = false, reason = false,
            unscanned = self.unscanned or false,
            rehearsal = self.rehearsal and now, checker = by and by.name or false, upgrade = by and by.hint or false,
        })
    end
    -- For the activations. What fails is done by them.
    pcall(ignored.prepare, self.record, self.policy, self:now())
    if ok then
        pcall(require "upnudge.record.evidence".check, self.record, self:now(),
            require "upnudge.runtime.person".record(self.runtime))
    end
    -- A failure to tidy is none of the commit; the next one makes it good. What could not be committed goes, too.
    pcall(blobs.tidy, self.record, self.directory)
    pcall(require "upnudge.record.home".finish, self.record)
    return ok, message
end

--- Takes the name of a package whose upgrade mends a security problem, for the commit.
---@param selector string see upnudge.record.selector
---@return boolean? ok
---@return string? message
function Check:mends(selector)
    local fixes, stars = self.fixes or {}, self.stars or 0
    stars = stars + (selector:find("*", 1, true) and 1 or 0)
    local selectors = require "upnudge.record.selector"
    local fault = selectors.fault({ selector }, 1) or selectors.too_many(#fixes + 1, stars, limits.FIXES)
    if fault then
        return nil, fault
    end
    fixes[#fixes + 1] = selector
    self.fixes, self.stars = fixes, stars
    return true
end

--- Takes what is known of the packages' security, for the commit: the JSON of a scanner (see upnudge.advisory), or, of
--- what is installed, names of packages whose upgrade mends a problem, one a line.
---@param bytes string
---@param of "installed"|"upgraded" which lockfile was scanned
---@param called string? what the report is called in messages
---@return boolean? ok
---@return string? message
function Check:scan(bytes, of, called)
    options_of.check_text("scan", "the report", bytes)
    if of ~= "installed" and of ~= "upgraded" then
        error("scan: of 'installed' or 'upgraded'", 2)
    end
    called = called or "the report"
    local advisories = require "upnudge.advisory"
    if of == "upgraded" or advisories.is_report(bytes) then
        local ok, scan, message = pcall(advisories.read, bytes, called)
        scan, message = ok and scan or nil, not ok and raised.text(scan) or message
        self.scans[of == "installed" and "old" or "new"] = scan
        return scan and true, message
    end
    for line in bytes:gmatch "[^\r\n]+" do
        local selector, behind = line:match "^%s*([^#%s]+)%s*([^#]*)"
        local ok, message = true, nil
        if selector and behind:find "%S" then
            ok, message = nil, ("'%.60s' is no name of a package; write one a line, or give the JSON of a scanner")
                :format(require "upnudge.lib.terminal".line(line))
        elseif selector then
            ok, message = self:mends(selector)
        end
        if not ok then
            return nil, called .. ": " .. message
        end
    end
    return true
end

--- The lockfile as it was when the check began.
---@return string
function Check:old_bytes()
    return self.bytes
end

--- Seconds that are left of the time of the whole check.
---@return integer
function Check:seconds_left()
    return self.time and math.max(0, (self.time.ends - core.clock()) // 1000) or self.policy.check.timeout
end

--- A scanner was asked. Where it failed, what it said of one of the lockfiles is not half believed.
---@param scanner string
---@param fault string? why nothing is known
function Check:was_scanned(scanner, fault)
    if fault then
        self.scans = {}
        self.unscanned = limits.words(core.mask(require "upnudge.lib.terminal".line(fault)), limits.REASON)
    end
    self.scanner = not fault and scanner or nil
end

--- Commits the upgraded lockfile and frees the lock. Durable when it returns.
---@param bytes string
---@param security string[]? selectors of packages whose upgrade mends a security problem; those that `mends` took
---unless given
---@return upnudge.CheckAnswer
function Check:commit(bytes, security)
    options_of.check_text("commit", "the lockfile", bytes)
    return guarded(self, self.try_commit, bytes, security or self.fixes)
end

---@class upnudge.Outcome what a check finds
---@field format string
---@field names string|false the rule by which names compare, unless they do as they are written
---@field changes integer
---@field systems table<string, table> counts
---@field details string the list of changes, as it is kept

--- The changes with the times since when each is offered: those of the record before, where there is one. What is new
--- comes after a notice of this very second, which has not told it.
---@private
---@return boolean? ok
---@return string? message
function Check:seen(changes, age)
    local record, now = self.record, self:now() - (age or 0)
    local value, message = previous_of(record)
    if not value then
        return nil, message
    end
    local known = next(value) ~= nil
    local told = known and self.strategy.read(record, now)
    local last = told and told.history and told.history.last_notified
    changes_of.see(changes, known and changes_of.kept(record, value), last == now and now + 1 or now)
    return true
end

--- What an upgraded lockfile comes to; nil and what is wrong with it.
---@private
---@param age integer? seconds since somebody else's check found it
---@return upnudge.Outcome?
---@return string? message
---@return string? code
function Check:examine(bytes, security, age)
    self.apart = self.apart or self.time ~= nil and #bytes > limits.AT_ONCE
    return self:in_time(function()
        local reader = self.runtime:lockfiles()
        local new, message, code = reader:parse("the upgraded lockfile", bytes, { called = self.lockfile })
        local old = self.parsed
        if new and not old then
            old, message, code = reader:parse(self.lockfile, self.bytes)
        end
        local changes
        if new and old then
            changes, message, code = core.diff(old, new, limits.FOUND)
        end
        if not changes then
            return nil, message, code
        end
        changes_of.mark_security(changes, security or {}, new:names())
        local exposures = {}
        if self.scans.old then
            exposures, message = require "upnudge.advisory.verdict".judge(self.scans, changes, old:packages(),
                old:names(), reader:versions(old:format()))
        end
        if not exposures then
            return nil, message, "fault"
        end
        exposures = require "upnudge.record.exposures".mask(exposures)
        changes_of.mask(changes)
        local seen, unread = self:seen(changes_of.shortened(changes), age)
        if not seen then
            return nil, unread, "record"
        end
        return { format = new:format(), names = new:names() ~= "exact" and new:names(), changes = #changes,
            systems = changes_of.by_system(changes, exposures),
            details = changes_of.encode(changes, self.known.bytes, core.hash(bytes), exposures) }
    end)
end

---@private
function Check:try_commit(bytes, security)
    local outcome, message, code = self:examine(bytes, security)
    if not outcome then
        return self:try_fail(message, causes.of_upgrade(code, message), true)
    end
    return self:accept(bytes, security, outcome)
end

---@private
function Check:accept(bytes, security, outcome)
    local ok, fault = self:store(bytes, outcome)
    if not ok then
        local where = self.record.directory_path
        return self:try_fail(("its outcome could not be kept in %s: %s"):format(where, fault), "cannot-remember", true)
    end
    retry.forget(self.lock)
    self:give_back(bytes, security)
    local count = math.tointeger(outcome.changes)
    return tell({ outcome = "checked", code = "checked", changes = count, unscanned = self.unscanned,
        reason = count == 0 and "nothing newer" or ("%d change%s"):format(count, count == 1 and "" or "s") },
        self.runtime, self.record, self:now())
end

--- Records that the dry upgrade failed and frees the lock.
---@param reason string
---@param code string? of upnudge.lib.reasons; "dry-upgrade-failed" unless given
---@return upnudge.CheckAnswer answer without an error
function Check:fail(reason, code)
    options_of.check_text("fail", "the reason", reason)
    return guarded(self, self.try_fail, reason, code or "dry-upgrade-failed")
end

--- Writes down that it failed; nil and why that cannot be.
---@private
---@return integer? retry_at seconds UTC
---@return string? message
function Check:note_failure(now, reason)
    local previous, message = previous_of(self.record)
    if not previous then
        return nil, message
    end
    local failures = (previous.failures or 0) + 1
    local fields = { last_failed = now, failures = failures, retry_at = now + retry.wait(failures), reason = reason,
        tried = self.known.bytes, name = self.name, lockfile = self.lockfile, rehearsal = self.rehearsal and now,
        mount = require "upnudge.record.gone".mount_of(self.path), format = previous.format or self.format }
    if not previous.stamp then
        fields.stamp, fields.old = self.known.stamp, self.known.bytes
        fields.content = self.known.content and contents.tied(self.known.bytes, self.known.content)
    end
    local ok, fault = self.strategy.commit_check(self.record, self.directory, fields)
    return ok and fields.retry_at or nil, fault
end

---@private
---@param blame boolean? whether the answer carries the reason as an error
function Check:try_fail(reason, code, blame)
    if self.time and core.told_to_end() then
        -- It was not the check that failed.
        return failed(code, reason)
    end
    local now = self:now()
    reason = limits.cut(core.mask(require "upnudge.lib.terminal".line(reason)), limits.REASON)
    local retry_at, message = self:note_failure(now, reason)
    local ok = retry_at ~= nil
    if ok then
        retry.forget(self.lock)
    else
        retry_at = retry.note(self.lock, now)
    end
    local answer = failed(code, ok and reason or ("%s (%s)"):format(reason, message))
    answer.retry_at = retry_at
    if ok and not blame then
        answer.error = nil
    end
    return answer
end

return M
