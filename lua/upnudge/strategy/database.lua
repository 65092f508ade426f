--- Strategy `database`: who was told what stands in a row of SQLite (one machine) or PostgreSQL (a team, a
--- fleet, shared home directories).
---
--- What this machine knows stands in notified.json too, as with `separate-lock`; while that says "not yet",
--- no database is asked. When a notice is about to be shown, a claim asks the database within a deadline,
--- connecting included: upnudge-cli does it (upnudge.strategy.database_question), so that no driver is loaded into
--- this process, and whatever blocks there is given up. Where the database knows of a newer notice, the policy
--- decides again with the row and the time of the server; where it does not, one statement that compares and sets
--- claims the notice. Lost, late or unknown means silence, so of all who count as one (`per`) one is told. Results of
--- checks are shared by the digest of the lockfile, under a lease that ends by itself.

local claims = require "upnudge.record.claim"
local core = require "upnudge.core"
local files = require "upnudge.record.files"
local home = require "upnudge.record.home"
local limits = require "upnudge.lib.limits"
local notified = require "upnudge.record.notified"
local rules_of = require "upnudge.record.rules"

local M = {}

-- Milliseconds that a claim may take unless the policy says so, and that a check may.
local DEADLINE <const>, CHECK_DEADLINE <const> = 150, 5000
-- Bytes of a reason that is kept, of an answer to a claim, and of a lockfile that is shared.
local REASON_LIMIT <const> = 300
local ANSWER_LIMIT <const>, SHARED_LIMIT <const> = 1 << 17, 8 << 20
-- Seconds in which a database that did not answer is not asked again: at first, doubled each time, at most.
local RETRY_FIRST <const>, RETRY_MOST <const> = 10, 640
-- Seconds that a lease outlives the longest check.
local LEASE_GRACE <const> = 60
-- Of a question and of its answer.
local SCHEMA <const> = 3
-- Of the URL of a file.
local SCHEME <const> = "sqlite:"
local LATE <const> = "no answer within %d ms"

---@class upnudge.DatabaseSettings
---@field database? string "sqlite:PATH" or "postgresql://…"
---@field per? "user"|"team"|"machine"
---@field deadline? integer milliseconds
---@field on_unreachable? "quiet"|"notify"
---@field app string
---@field state_dir string
---@field places upnudge.Places where the database is that nobody names, and what is known of it
---@field variable fun(name: string): string? the host's variables
---@field files? string[] of the policy that says so; nil: it is ready-made
---@field homes? string[] where the person and the machine keep policies

--- Whether a fault is that a statement had to wait for longer than it may: for the server, or for who has the file.
local function is_late(fault)
    return fault:find("statement timeout", 1, true) or fault:find("is locked", 1, true)
end

---@class upnudge.DatabaseQuestion what upnudge-cli is asked; times of the wall clock are seconds UTC
---@field schema integer
---@field what "claim"|"borrow"|"give_back"
---@field url string of the database; in the pipe, where nobody else sees it
---@field rehearsed? boolean whether all is taken back
---@field unmade? boolean whether the directory of its file would be made
---@field earlier? string the file that is to be taken over in its place, or asked in a rehearsal
---@field patience integer milliseconds that a statement may take
---@field latest integer milliseconds of core.clock() after which nothing is claimed
---@field now? integer the time, if it is made up
---@field scope? string (claim) who counts as one
---@field environment? string (claim) what it is called among them
---@field format? string (claim) of its lockfile, for a directory with several has an environment for each
---@field fingerprint? string (claim) of the notice
---@field rule? string (claim) whose notice it is
---@field seen? integer (claim) the version of the row that the decision was made from; nil: from this machine's file
---@field here? table (claim) what this machine knows of the environment
---@field known? string (claim) which database it knows
---@field digest? string (borrow, give_back) of the lockfile
---@field holder? string (borrow, give_back) of the lease
---@field max_age? integer (borrow) seconds
---@field seconds? integer (borrow) that the lease lasts
---@field lockfile? string (give_back) the upgraded one; nil: the check failed
---@field security? string (give_back) a selector a line

--- The file that nobody names, in the directory of an app.
local function file_in(place)
    return SCHEME .. place .. "/" .. files.SQLITE
end

local function url_of(self)
    return self.given or file_in(home.of_app(self.places))
end

--- Makes the directory of the file that nobody names, and has one that stands where earlier versions had it taken
--- over; a rehearsal asks that one, and is told whether the directory would be made.
local function find_file(self, question)
    if not question.rehearsed then
        local _made <close> = home.make_app(self.places)
    end
    local place = home.of_app(self.places)
    local old = not self.is_one and self.places.cache .. "/" .. files.SQLITE
    if old and core.stamp(old) and not core.stamp(place .. "/" .. files.SQLITE) then
        question.earlier = old
    end
    question.unmade = question.rehearsed and not core.realpath(place) or nil
end

--- Asks the database, which is given up when it is late. A statement may take a quarter of the time, and no claim
--- begins in the last quarter: so one that is sent is answered, or was taken back, while somebody listens.
---@param question upnudge.DatabaseQuestion
---@return table? answer
---@return string? message
---@return boolean? missing whether nobody is there who could ask
local function inquire(self, question, milliseconds, limit)
    if not self.given then
        find_file(self, question)
    end
    question.schema, question.url, question.patience = SCHEMA, url_of(self), milliseconds // 4 + 1
    question.latest = core.clock() + milliseconds - question.patience
    local text, message, code = core.ask("database-question", require "upnudge.lib.json.write".encode(question),
        milliseconds, limit, self.variable "UPNUDGE_CLI")
    local answer = text and require "upnudge.lib.json.read"(text)
    if code == "timeout" then
        return nil, LATE:format(milliseconds)
    elseif code == "not-found" then
        return nil, "the strategy 'database' needs " .. message, true
    elseif type(answer) ~= "table" then
        return nil, message or "the question was not answered"
    elseif answer.schema ~= SCHEMA then
        return nil, "upnudge-cli is of another version than what asks it"
    elseif answer.fault then
        return nil, is_late(answer.fault) and LATE:format(milliseconds) or answer.fault
    end
    return answer
end

local function who(name)
    return limits.cut(name, limits.WHO)
end

--- Who counts as having been told.
---@param settings upnudge.DatabaseSettings
---@return string
function M.scope(settings)
    local per, app = settings.per or "user", settings.app
    if settings.scope == "person" and settings.apps == "all" then
        -- No app is called so.
        app = "*"
    end
    if per == "team" then
        return app .. "/team"
    elseif per == "machine" then
        return app .. "/machine/" .. who(core.machine())
    end
    return app .. "/user/" .. who(core.user())
end

--- What an environment is called among those who count as one: a team has it in many places. The format tells it from
--- others of the same directory; which of them a machine knew first says its key, so only what all have of it counts.
---@param settings upnudge.DatabaseSettings
---@param record upnudge.Record
---@return string environment
---@return string format of its lockfile; "" where the record does not tell
function M.environment(settings, record)
    if record.of_person then
        return "person", ""
    end
    local value = record:recent()
    local format = value and value.format or ""
    if settings.per == "team" then
        return "name/" .. (value and value.name or record.path:match "[^/]*$"), format
    end
    return "path/" .. record.key:match "^[^/]*", format
end

--- Which database this machine knows under that URL. Earlier versions had that where the records are.
local function known_database(self)
    for _, place in ipairs { home.of_app(self.places), not self.is_one and self.places.cache or nil } do
        local bytes = core.read(place .. "/" .. files.DATABASE, files.SMALL_LIMIT, true)
        local value = bytes and require "upnudge.lib.json.read"(bytes)
        if type(value) == "table" and value.url == core.hash(self.given or file_in(place)) then
            return value.id
        end
    end
end

local function remember_database(self, id)
    local directory <close> = home.make_app(self.places)
    if directory then
        local text = require "upnudge.lib.json.write".encode { schema = 1, url = core.hash(url_of(self)), id = id }
        directory:replace(files.DATABASE, text .. "\n", false)
    end
end

--- The environment that is being activated.
local function activated(record)
    return record.of_person and record.activated or record.path
end

--- Why the database is not asked about that environment at all; nil: it is.
local function refusal(self, environment)
    local origin = require "upnudge.strategy.origin"
    local file = url_of(self):match "^sqlite:(/.*)$"
    local fault = not self.named and origin.fault_of_policy(self.files or {}, self.homes or {}, environment)
        or file and origin.fault_of_file(file, home.of_app(self.places))
    return fault and "the database is refused: " .. fault or nil
end

--- When the database does not answer, or cannot be believed.
local function without_database(self, here, notice, reason)
    here.asked = reason
    if self.on_unreachable == "notify" then
        claims.tell(here, notice)
        return "won", "the database was asked and is no help: " .. reason
    end
    return nil, "the database was asked and is no help: " .. reason, "unreachable"
end

--- Not asked again for a while.
local function put_off(here, now)
    local waited = math.tointeger(here.retry_wait) or 0
    here.retry_wait = waited > 0 and math.min(2 * waited, RETRY_MOST) or RETRY_FIRST
    here.retry_at = now + here.retry_wait
end

local function is_put_off(here, now)
    local retry_at = math.tointeger(here.retry_at)
    return retry_at and retry_at > now and retry_at <= now + RETRY_MOST
end

--- The database's say, under the local lock. Changes what is known here (`here`) by what the database knows.
local function ask(self, record, seen, here, notice, rehearsed)
    local now, refused = notice.clock(), refusal(self, activated(record))
    if refused then
        return nil, refused, "refused"
    elseif is_put_off(here, now) then
        return without_database(self, here, notice, type(here.asked) == "string" and here.asked
            or "no answer a moment ago")
    end
    -- Deciding again takes its time from the same deadline.
    local ends = seen.ends or core.clock() + self.deadline
    local left = seen.ends and math.max(1, ends - core.clock()) or self.deadline
    local known, environment, format = known_database(self), M.environment(self, record)
    local answer, message, missing = inquire(self, { what = "claim", rehearsed = rehearsed, scope = M.scope(self),
        environment = environment, format = format, fingerprint = notice.fingerprint, rule = notice.rule,
        seen = seen.version, now = notice.fixed and now or nil, known = known, here = { shown = here.shown,
            last_notified = here.last_notified, times = here.times, rules = (rules_of.of(here)) } }, left, ANSWER_LIMIT)
    here.asked_at = now
    if missing then
        return without_database(self, here, notice, limits.cut(message, REASON_LIMIT))
    elseif not answer or answer.answer == "late" then
        put_off(here, now)
        return without_database(self, here, notice, message or LATE:format(self.deadline))
    elseif answer.answer == "another" then
        put_off(here, now)
        return without_database(self, here, notice, "it is another one than before, and new")
    end
    here.retry_at, here.retry_wait = nil, nil
    if answer.id ~= known and not rehearsed then
        remember_database(self, answer.id)
    end
    here.asked = answer.answer
    here.rule = answer.answer == "won" and notice.rule or nil
    for key, value in pairs(answer.history) do
        here[key] = value
    end
    -- Sessions are this machine's.
    if answer.answer == "won" then
        claims.tell_session(here, notice)
        return "won"
    end
    answer.newer.history.sessions = here.sessions
    answer.newer.now, answer.newer.ends = math.tointeger(answer.newer.now), ends
    return "newer", answer.newer
end

--- What distinguishes a dry upgrade: the lockfile, and for which system and tool it is upgraded.
local function shared_digest(self, digest)
    return core.hash(table.concat({ self.app, core.system(), digest }, "\0"))
end

--- A check is about to run: has somebody just checked this very lockfile, or is somebody at it?
local function borrow(self, question)
    if refusal(self, question.path) then
        return {}
    end
    local digest = shared_digest(self, question.digest)
    -- Whoever holds this check.lock may take up the lease again that an earlier holder of it left behind.
    local holder = core.hash(table.concat({ core.machine(), self.places.state, question.key }, "\0"))
    local deadline = math.min(CHECK_DEADLINE, 1000 * question.seconds // 1)
    local answer = inquire(self, { what = "borrow", digest = digest, holder = holder, max_age = question.max_age,
        seconds = question.seconds + LEASE_GRACE, now = question.now }, deadline, 2 * SHARED_LIMIT) or {}
    if answer.id and not known_database(self) then
        remember_database(self, answer.id)
    end
    return answer
end

local function give_back(self, lease, lockfile, security, now)
    -- A column of text takes UTF-8 without zeros.
    if lockfile and (#lockfile > SHARED_LIMIT or not utf8.len(lockfile) or lockfile:find("\0", 1, true)) then
        lockfile = nil
    end
    inquire(self, { what = "give_back", digest = lease.digest, holder = lease.holder, lockfile = lockfile,
        security = table.concat(security or {}, "\n"), now = now }, CHECK_DEADLINE, ANSWER_LIMIT)
end

--- Whether the database can be asked, as an activation would: by a claim that is taken back.
local function examine(self, environment)
    local refused = refusal(self, environment)
    if refused then
        return nil, refused, "refused"
    end
    local answer, message = inquire(self, { what = "claim", rehearsed = true, scope = M.scope(self),
        environment = "path/", format = "", fingerprint = "", known = known_database(self), here = {} }, self.deadline,
        ANSWER_LIMIT)
    if not answer or answer.answer == "late" then
        return nil, message or LATE:format(self.deadline), "unreachable"
    elseif answer.answer == "another" then
        return nil, "it is another one than before, and new", "unreachable"
    end
    return true
end

local ANSWERS <const> = { won = "this was the one to be told", told = "somebody else had been told" }

--- All that notified.json says; nil when it is not for us.
local function content(record)
    local seen = notified.read(record)
    return seen and seen.value
end

--- Which database it is, and why it was of no help, or what it said, when it was last asked.
local function note(self, record)
    local here, asked, refused = content(record), "; it was not asked yet", refusal(self, activated(record))
    if refused then
        asked = "; " .. refused
    elseif here and math.tointeger(here.asked_at) and type(here.asked) == "string" then
        asked = ("; when it was asked at %s: %s"):format(require "upnudge.lib.time".format(here.asked_at),
            ANSWERS[here.asked] or here.asked)
    end
    return ("%s, told per %s%s"):format(require "upnudge.lib.url".shown(url_of(self)), self.per or "user", asked)
end

local function claim(self, record, seen, notice, rehearsed)
    return claims.update(record, seen, function(here)
        return ask(self, record, seen, here, notice, rehearsed)
    end, rehearsed, notice.clock)
end

--- The strategy of one runtime. Beside the three functions of every strategy (reading opens no connection):
---
--- - `note(record)`: what explanations say of the database and of the last question;
--- - `examine(environment)`: true, or nil, why no notice of that environment's can be claimed, and a code;
--- - `borrow {digest=, key=, path=, max_age=, seconds=, now=}`: {lockfile=, security=, age=} of somebody's fresh check,
---   {busy=true}, {digest=, holder=} as a lease, or {} when the database is no help;
--- - `give_back(lease, lockfile?, security?, now?)`: ends the lease, with the outcome if there is one.
---@param settings upnudge.DatabaseSettings
---@return table
function M.open(settings)
    local override = settings.variable "UPNUDGE_DATABASE"
    local named = override ~= nil and override ~= ""
    local url = named and override or settings.database
    local places = settings.places or { cache = settings.state_dir, state = settings.state_dir }
    local self = setmetatable({ given = url, named = named or not url, places = places,
        is_one = places.cache == places.state, deadline = settings.deadline or DEADLINE }, { __index = settings })
    return { read = notified.read,
        commit_check = function(record, directory, fields)
            return record:commit(directory, fields)
        end,
        claim = function(record, seen, notice)
            return claim(self, record, seen, notice)
        end,
        rehearse = function(record, seen, notice)
            return claim(self, record, seen, notice, true)
        end,
        examine = function(environment)
            return examine(self, environment)
        end,
        note = function(record)
            return note(self, record)
        end,
        borrow = function(question)
            return borrow(self, question)
        end,
        give_back = function(...)
            return give_back(self, ...)
        end }
end

return M
