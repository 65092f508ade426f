--- The evaluation of the strategies: the same work under each, whole processes, medians of one run. The
--- databases are real, and a claim in PostgreSQL is as durable as its defaults make it.
--- BUILD names the build directory. Prints one table; fails where a strategy does not keep its promise.

local command = require "command"
local stage = require "stage"
local upnudge = require "upnudge"

local NOW <const>, DAY <const> = stage.NOW, stage.DAY
-- Whole processes measured for a figure, environments, shells, and windows in which they come at once.
local ROUNDS <const>, ENVIRONMENTS <const>, SHELLS <const>, WINDOWS <const> = 300, 10000, 64, 5
local OLD <const>, NEW <const> = stage.OLD, stage.NEW

local work = command.directory()
local server = require "postgres".start()
for _, sql in ipairs { "ALTER SYSTEM SET fsync = on", "SELECT pg_reload_conf()" } do
    server:sql(sql)
end

--- The median of each command line, in microseconds; they take turns.
local function measure(rounds, ...)
    local lines = table.concat({ ... }, " -- ")
    local result = command.shell(("%s/tests/bench/process %d %s"):format(command.build, rounds, lines))
    assert(result.code == 0, result.err)
    local medians = {}
    for median in result.out:gmatch "([%d.]+)[^\n]*\n" do
        medians[#medians + 1] = tonumber(median)
    end
    return medians
end

local function policy(name, keys)
    local path = ("%s/%s.lua"):format(work, name)
    command.write(path, ([[
local u = require "upnudge"
return u.policy { api = 1, name = "bench", extends = "default", %s }
]]):format(keys))
    return path
end

local quoted <const> = command.words

local function environment(directory, number)
    return ("%s/%s/%d"):format(work, directory, number)
end

--- ENVIRONMENTS environments, each checked and told of, as `separate-lock` keeps it.
local function fill()
    local old, new = command.read(OLD), command.read(NEW)
    local runtime <close> = assert(upnudge.open { state_dir = work .. "/filled",
        policy = policy("fill", 'strategy = "separate-lock"') })
    command.must("cd %s && mkdir environments && cd environments && seq %d | sed 's#$#/.flox/env#' | xargs mkdir -p",
        work, ENVIRONMENTS)
    -- All of them first: what is checked as soon as it is written has to be compared by content.
    for i = 1, ENVIRONMENTS do
        command.write(environment("environments", i) .. "/.flox/env/manifest.lock", old)
    end
    for i = 1, ENVIRONMENTS do
        local path = environment("environments", i)
        local check = runtime:check_begin(path, { now = NOW })
        assert(check.state == "begun", check.message)
        assert(check:commit(new))
        assert(runtime:notify(path, { tty = true, now = NOW }).notify)
    end
end

-- `most`: how many of those who come at once may be told. The databases have a deadline that nothing here
-- comes near, for the 64 have to share our processors.
local STRATEGIES <const> = {
    { name = "simple", keys = 'strategy = "simple"', most = SHELLS },
    { name = "separate-lock", keys = 'strategy = "separate-lock"', most = 1 },
    { name = "stateless", keys = 'strategy = "stateless"', most = SHELLS },
    { name = "SQLite", url = "sqlite:" .. work .. "/shared.sqlite", most = 1 },
    { name = "PostgreSQL", url = server.url, most = 1 },
}

-- Each is long after the one before it, whose last notices it finds in the environments that all have.
for i, strategy in ipairs(STRATEGIES) do
    strategy.start = NOW + i * 1000 * DAY
end

local function lines_of(strategy, state, number, many)
    local shared = { "--state-dir", state, "--policy", strategy.policy }
    local path = environment("environments", number)
    local function line(what, ...)
        return quoted(command.program, what, path, table.unpack(shared)) .. " " .. quoted(...)
    end
    -- Checks, too, are each days from the other, be it another environment's with the same lockfile.
    -- Of the three in turn the last two are due, since each is days from the other (a last notice in the
    -- future counts as none), and the first is not, being a moment after the third. Without a memory, only
    -- who does not look is not told.
    local function on(day, more)
        return strategy.start + day * DAY + (more or 0)
    end
    local quiet = strategy.name == "stateless" and line("notify", "--no-tty", "--now", on(50))
        or line("notify", "--tty", "--now", on(50, 10))
    return { quiet = quiet, due = line("notify", "--tty", "--now", on(90)),
        due_again = line("notify", "--tty", "--now", on(50)),
        check = line("check", "--new", NEW, "--now", on(many and 120 or 100)),
        check_again = line("check", "--new", NEW, "--now", on(many and 130 or 110)) }
end

local function expect(line, code)
    local result = command.shell(line .. " --exit-code")
    assert(result.code == code, line .. " --exit-code: " .. result.code .. " " .. result.err)
end

--- What is measured is what it says it is.
local function expect_turns(lines)
    expect(lines.due, 100)
    expect(lines.due_again, 100)
    expect(lines.quiet, 0)
end

--- Quiet, notifying, and a check: microseconds, with one environment and with many.
local function activations(strategy)
    local one = lines_of(strategy, work .. "/one-" .. strategy.name, 1)
    local many = lines_of(strategy, work .. "/filled", ENVIRONMENTS // 2, true)
    assert(command.shell(one.check).code == 0)
    expect_turns(one)
    expect_turns(many)
    local times = measure(ROUNDS, "/bin/true", one.quiet, one.due, one.due_again, many.quiet, many.due, many.due_again)
    expect_turns(one)
    expect_turns(many)
    strategy.truth, strategy.quiet, strategy.notifying = times[1], times[2], (times[3] + times[4]) / 2
    strategy.many_quiet, strategy.many_notifying = times[5], (times[6] + times[7]) / 2
    times = measure(ROUNDS // 6, one.check, one.check_again, many.check, many.check_again)
    strategy.check, strategy.many_check = (times[1] + times[2]) / 2, (times[3] + times[4]) / 2
end

--- How many of SHELLS are told in each window, and the slowest: all on one machine, or each on its own.
local function crowd(strategy, state, most, told, slowest)
    local sum, worst = 0, {}
    for window = 1, WINDOWS do
        local line = quoted(command.program, "notify", environment("environments", 1), "--state-dir", state, "--policy",
            strategy.policy, "--tty", "--exit-code", "--now", strategy.start + (200 + window) * DAY)
        local result = command.shell(("%s/tests/bench/crowd %d %s"):format(command.build, SHELLS, line))
        local shown, slow = result.out:match "^(%d+) ([%d.]+)"
        assert(shown, result.err)
        assert(tonumber(shown) <= most, ("%s told %s of %d in one window"):format(strategy.name, shown, SHELLS))
        sum, worst[window] = sum + tonumber(shown), tonumber(slow)
    end
    table.sort(worst)
    strategy[told], strategy[slowest] = sum / WINDOWS, worst[WINDOWS // 2 + 1]
end

local function machines(strategy)
    local first = ("%s/machine-%s-"):format(work, strategy.name)
    local check = lines_of(strategy, first .. "1", 1).check
    assert(command.shell(check).code == 0)
    command.must("for i in $(seq 2 %d); do cp -r %s1 %s$i; done", SHELLS, first, first)
    return first .. "{}"
end

local function evaluate(strategy)
    strategy.policy = policy(strategy.name, strategy.keys
        or ('strategy = "database", database = "%s", per = "team", deadline = "1500ms"'):format(strategy.url))
    if strategy.url then
        local moved = command.shell(quoted(command.program, "migrate", "--state-dir", work .. "/filled", "--policy",
            strategy.policy, "--to", strategy.url))
        assert(moved.code == 0, moved.err)
    end
    activations(strategy)
    crowd(strategy, work .. "/one-" .. strategy.name, strategy.most, "told", "slowest")
    crowd(strategy, machines(strategy), strategy.url and 1 or SHELLS, "machines_told", "machines_slowest")
end

local function row(title, value)
    local cells = {}
    for i, strategy in ipairs(STRATEGIES) do
        cells[i] = ("%14s"):format(value(strategy))
    end
    print(("%-42s%s"):format(title, table.concat(cells)))
end

local function number(key, unit, divisor)
    return function(strategy)
        return ("%.2f %s"):format(strategy[key] / divisor, unit)
    end
end

local function ratio(key, base)
    return function(strategy)
        return ("%.2f x"):format(strategy[key] / strategy[base])
    end
end

local function count(key)
    return function(strategy)
        return ("%g"):format(strategy[key])
    end
end

local function report()
    row("", function(strategy)
        return strategy.name
    end)
    row("quiet activation", number("quiet", "ms", 1000))
    row("  against /bin/true", ratio("quiet", "truth"))
    row("notifying activation", number("notifying", "ms", 1000))
    row("  against /bin/true", ratio("notifying", "truth"))
    row("check, commit included", number("check", "ms", 1000))
    row(("%d shells at once: told"):format(SHELLS), count "told")
    row("  the slowest", number("slowest", "ms", 1000))
    row(("%d machines at once: told"):format(SHELLS), count "machines_told")
    row("  the slowest", number("machines_slowest", "ms", 1000))
    row(("%d environments: quiet, against one"):format(ENVIRONMENTS), ratio("many_quiet", "quiet"))
    row("  notifying, against one", ratio("many_notifying", "notifying"))
    row("  check, against one", ratio("many_check", "check"))
end

local ok, message = xpcall(function()
    fill()
    for _, strategy in ipairs(STRATEGIES) do
        evaluate(strategy)
    end
    report()
end, debug.traceback)
server:stop()
command.remove(work)
assert(ok, message)
