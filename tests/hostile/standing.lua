--- Standing answers, made up by walks: the same activations in two places for state, of which one has its standing
--- answers taken away before each. Whoever is told in the one is told in the other, the same words at the same time,
--- whatever happens in between: time, checks, what a person chooses, other lockfiles, policies, variables and options.

local command = require "command"
local luck = require "luck"

local DAY <const> = 86400
local FAULTY <const> = ("%s/%s/tests/fault/upnudge-cli"):format(command.root, command.build)
-- Steps of a walk for each unit of size.
local STEPS <const> = 3

local walk

local pick <const>, chance <const> = luck.pick, luck.chance

-- ---- what happens --------------------------------------------------------------------------------

local POLICIES <const> = {
    hours = [[rules = { u.rule "evening" { when = u.hours { from = 18, to = 8 }, quiet = "evening" } }]],
    days = [[rules = { u.rule "default" { notify = u.on { day = { "Mon", "Thu" }, from = 9, to = 17 } } }]],
    freeze = [[rules = { u.rule "freeze" { when = u.dates { "01-20..02-03", "03-01" }, quiet = "freeze" } }]],
    backoff = [[rules = { u.rule "default" { notify = u.backoff { first = "2h", factor = 3, max = "20d" } } }]],
    steps = [[rules = { u.rule "default" { notify = u.escalate { { notify = u.every "3d" },
        { after = 2, notify = u.every "1d" }, { at = "9d", notify = u.every "1h" } } } }]],
    own = [[rules = { u.rule "digest" { notify = u.every("4d", { own = true }) }, u.rule "default" { notify = u.every "1d" } }]],
    once = [[rules = { u.rule "default" { notify = u.once() } }]],
    now = [[rules = { u.rule "odd" { when = function(c) return c.now // 7200 % 2 == 1 end, quiet = "odd hours" },
        u.rule "default" { notify = u.every "5h" } }]],
    date = [[rules = { u.rule "date" { when = function() return u.date "*t".day % 3 == 0 end, quiet = "each third day" },
        u.rule "default" { notify = u.every "5h" } }]],
    own_function = [[rules = { u.rule "default" { notify = function(c)
        local last = c.history.last_notified
        return last == nil or c.now - last > 7000, "mine", last and last + 7001 end } }]],
    asks = [[rules = { u.rule "not Monday" { when = function(c) return (u.on { day = "Mon" }).due(c) end, quiet = "Monday" },
        u.rule "default" { notify = u.every "6h" } }]],
    reads = [[reads = { "TEAM" }, rules = { u.rule "team" { when = function(c) return c.host.vars.TEAM == "quiet" end,
        quiet = "team" }, u.rule "said" { when = function(c) return c.host.attributes.loud == "no" end, quiet = "said so" },
        u.rule "default" { notify = u.every "1h" } }]],
    decide = [[decide = function(c) return c.result.security > 0 and u.every "2h" or u.every "2d" end]],
    cooldown = [[cooldown = u.cooldown { patch = "1d", minor = "3d", major = "6d" }, rules = { u.rule "default" {
        notify = u.every "3h" } }]],
    snooze = [[snooze = { max = "1d", security = false }, rules = { u.rule "default" { notify = u.every "1h" } }]],
    simple = [[strategy = "simple", rules = { u.rule "default" { notify = u.every "9h" } }]],
    stateless = [[strategy = "stateless"]],
}
local READY_MADE <const> = { "default", "flox", "weekly", "security-first", "backoff", "major-only", "team" }

--- A policy of the list above, as a file; the same one again is the same file.
local function file_of(name)
    local path = ("%s/%s.lua"):format(walk.work, name)
    if not command.read(path) then
        command.write(path, ('local u = require "upnudge"\nreturn u.policy { api = 1, name = %q, extends = "default", %s }\n')
            :format(name, POLICIES[name]))
    end
    return path
end

local NAMES <const> = { "ant", "bee", "cat", "dog" }

local function lockfile_of(number)
    local packages = {}
    for i, name in ipairs(NAMES) do
        packages[i] = ('    "node_modules/%s": { "version": "%d.%d.%d" }'):format(name, 1 + number // 40, number * i % 5,
            number // i)
    end
    return ('{\n  "name": "shop", "version": "1.0.0", "lockfileVersion": 3, "packages": {\n    "": { "name": "shop" },\n%s\n  }\n}\n')
        :format(table.concat(packages, ",\n"))
end

--- Puts it in its place, as a tool does: another file each time.
local function install(number)
    command.write(walk.work .. "/part", lockfile_of(number))
    command.must("mv %s %s", walk.work .. "/part", walk.env .. "/package-lock.json")
    walk.installed = number
end

--- Runs the command in both places.
local function both(...)
    local words = { ... }
    for i, word in ipairs(words) do
        words[i] = command.quote(word)
    end
    for _, state in ipairs { "with", "without" } do
        command.shell(("UPNUDGE_FAULT_NOW=%d %s %s --state-dir %s >/dev/null 2>&1"):format(walk.now, command.quote(FAULTY),
            table.concat(words, " "), command.quote(walk.work .. "/" .. state)))
    end
end

local steps = {}

function steps.time()
    local passed = pick { 1, 1, 60, 600, 3600, 7200, 5 * 3600, 11 * 3600, DAY, DAY + 5, 2 * DAY, 4 * DAY, 8 * DAY }
    walk.now = walk.now + (chance(4) and -passed or passed)
    return passed
end

function steps.check()
    local upgraded = walk.installed + math.random(0, 3)
    command.write(walk.work .. "/new.json", lockfile_of(upgraded))
    local words = { "check", walk.env, "--max-age", "0", "--new", walk.work .. "/new.json" }
    if chance(40) then
        command.write(walk.work .. "/fixes", pick(NAMES) .. "\n")
        table.move({ "--security", walk.work .. "/fixes" }, 1, 2, #words + 1, words)
    end
    both(table.unpack(words))
    return upgraded
end

function steps.failing_check()
    both("check", walk.env, "--max-age", "0", "--", "false")
end

function steps.lockfile()
    install(walk.installed + math.random(-1, 1))
    return walk.installed
end

function steps.snooze()
    both("snooze", chance(25) and "--all" or walk.env, pick { "2h", "1d", "3d", "--off" })
end

function steps.ignore()
    both("ignore", walk.env, pick(NAMES))
end

function steps.policy()
    local names = {}
    for name in pairs(POLICIES) do
        names[#names + 1] = name
    end
    table.sort(names)
    walk.policy = chance(35) and pick(READY_MADE) or file_of(pick(names))
    return walk.policy
end

function steps.variable()
    local variables = { CI = "1", AI_AGENT = "robot", TEAM = "quiet", LANG = "de_DE.UTF-8", TZ = "Pacific/Kiritimati",
        NO_UPDATE_NOTIFIER = "1", UPNUDGE_SESSION = tostring(math.random(2)) }
    local name = pick { "CI", "AI_AGENT", "TEAM", "TEAM", "LANG", "TZ", "NO_UPDATE_NOTIFIER", "UPNUDGE_SESSION" }
    walk.variables[name] = not walk.variables[name] and variables[name] or nil
    return name
end

function steps.options()
    walk.options = pick { { "--tty" }, { "--tty" }, { "--tty", "--set", "loud=no" }, { "--no-tty" }, { "--tty", "--active" },
        { "--tty", "--name", "mine" }, { "--tty", "--hint", "do it" }, { "--tty", "--project" } }
end

--- Where somebody stands: in the environment, below it, or outside, where a lockfile may come and go.
function steps.place()
    walk.place = pick { walk.env, walk.env .. "/src", walk.outside, walk.outside }
    local lockfile = walk.outside .. pick { "/package-lock.json", "/../package-lock.json" }
    if chance(20) then
        command.must("cp %s %s", walk.env .. "/package-lock.json", lockfile)
    else
        command.must("rm -f %s", lockfile)
    end
    return walk.place
end

local WEIGHTS <const> = { time = 30, check = 14, failing_check = 2, lockfile = 4, snooze = 4, ignore = 3, policy = 12,
    variable = 8, options = 6, place = 6 }

local function any_step()
    local names, sum = {}, 0
    for name, weight in pairs(WEIGHTS) do
        names[#names + 1], sum = name, sum + weight
    end
    table.sort(names)
    local left = math.random(sum)
    for _, name in ipairs(names) do
        left = left - WEIGHTS[name]
        if left <= 0 then
            return name
        end
    end
end

-- ---- what is said --------------------------------------------------------------------------------

local function variables_of()
    local words = { "UPNUDGE_FAULT_NOW=" .. walk.now }
    for name, value in pairs(walk.variables) do
        words[#words + 1] = name .. "=" .. value
    end
    return table.concat(words, " ")
end

local function notify(state)
    local words = { "notify", walk.place, "--state-dir", walk.work .. "/" .. state, "--policy", walk.policy,
        table.unpack(walk.options) }
    if walk.place ~= walk.env then
        words[#words + 1] = "--project"
    end
    for i, word in ipairs(words) do
        words[i] = command.quote(word)
    end
    local said = command.shell(("env %s %s %s --exit-code 2>&1 </dev/null"):format(variables_of(), command.quote(FAULTY),
        table.concat(words, " ")))
    return (said.out:gsub("/without'", "/with'")), said.code
end

--- How often an answer stood that is still kept.
local function stood()
    local times = 0
    for count in command.shell("find %s -name standing -exec cat {} +", walk.work .. "/with").out
        :gmatch "standing 1 (%d+)" do
        times = times + math.tointeger(count)
    end
    return times
end

--- Asks twice, for the second may find what the first one left.
local function look()
    for _ = 1, 2 do
        command.shell("find %s -name standing -delete", walk.work .. "/without")
        local before, with, code = stood(), notify "with"
        local without, other = notify "without"
        if with ~= without or code ~= other then
            error(("with an answer that stands: %d %q\nwithout: %d %q"):format(code, with, other, without), 0)
        end
        walk.stood = walk.stood + (stood() > before and 1 or 0)
    end
end

local function go(size)
    for _ = 1, STEPS * size do
        local name = any_step()
        walk.log[#walk.log + 1] = ("%s %s at %d"):format(name, steps[name]() or "", walk.now)
        look()
    end
end

local function run(_, size)
    local work = command.directory()
    walk = { work = work, env = work .. "/shop", place = work .. "/shop", outside = work .. "/none/here",
        now = 1900000000, policy = "default", options = { "--tty" },
        variables = {}, log = {}, stood = 0 }
    command.must("mkdir -p %s %s", walk.env .. "/src", walk.outside)
    install(1)
    steps.check()
    steps.policy()
    local ok, message = xpcall(go, debug.traceback, size)
    local log, times = walk.log, walk.stood
    command.remove(work)
    if not ok then
        error(message .. "\n" .. table.concat(log, "\n", math.max(1, #log - 30)), 0)
    end
    return times
end

return { name = "standing", cases = 8, run = run }
