--- How what upnudge costs grows with what it is given: rules of a policy, bytes of a lockfile, processes at once,
--- environments in one state directory. Medians of whole processes in turns, as multiples of /bin/true in the same run.
--- BUILD names the build directory. Prints tables, draws tests/growth.svg or the file that is named, and fails where a
--- bar is missed.

local chart = require "bench.chart"
local command = require "command"
local many = require "many"

local NOW <const>, DAY <const> = 1800000000, 86400
local ENVIRONMENTS <const> = { 1, 10, 100, 1000, 10000, 100000 }
-- Of much more an activation asks no policy: it would take too long (upnudge policy check tells).
local RULES <const> = { 1, 3, 10, 30, 100, 200 }
local BYTES <const> = { 100, 1000, 10000, 100000, 1000000, 10000000, 50000000 }
local PROCESSES <const> = { 1, 4, 16, 64, 256 }
-- Windows in which processes come at once; environments that a handle is asked about, and how many are a thousand.
local WINDOWS <const>, ASKED <const>, THOUSAND <const> = 9, 20000, 1000

local work = command.directory()
local missed = {}

-- ---- measuring ----------------------------------------------------------------------------------

local quoted <const> = command.words

local function run(...)
    local result = command.shell(...)
    assert(result.code == 0, result.err)
    return result.out
end

--- Microseconds of each command line, the median of so many rounds; they take turns.
local function measure(rounds, ...)
    local medians = {}
    for median in run(("%s/tests/bench/process %d %s"):format(command.build, rounds, table.concat({ ... }, " -- ")))
        :gmatch "([%d.]+)[^\n]*\n" do
        medians[#medians + 1] = tonumber(median)
    end
    return medians
end

local function bar(holds, what, ...)
    local text = what:format(...)
    print(("%-78s %s"):format(text, holds and "ok" or "MISSED"))
    missed[#missed + 1] = not holds and text or nil
end

--- The command lines about an environment: "quiet", a notice twice, and a check twice. Each of two is days from the
--- other, for which a last time in the future counts as none; the quiet one comes a moment after the second.
local function lines_of(path, state, policy, new)
    local function line(what, at, ...)
        return quoted(command.program, what, path, "--state-dir", state, "--policy", policy, "--now", NOW + at, ...)
    end
    return { quiet = line("notify", 100 * DAY + 10, "--tty"), due = line("notify", 200 * DAY, "--tty"),
        due_again = line("notify", 100 * DAY, "--tty"),
        check = line("check", 10 * DAY, "--max-age", 0, "--new", new),
        check_again = line("check", 20 * DAY, "--max-age", 0, "--new", new) }
end

local function expect(line, code)
    local result = command.shell(line .. " --exit-code")
    assert(result.code == code, ("%s: %d %s"):format(line, result.code, result.err))
end

--- Tells of environments, after which their silence stands. That rests on no file that is younger than two seconds.
local function settle(...)
    for _, lines in ipairs { ... } do
        for _, line in ipairs { lines.due, lines.due_again, lines.due, lines.due_again } do
            expect(line, 100)
        end
    end
    for _ = 1, 2 do
        run "sleep 3.1"
        for _, lines in ipairs { ... } do
            expect(lines.quiet, 0)
        end
    end
end

--- Quiet, because an answer stands; notifying; and a check: multiples of /bin/true.
local function costs(lines, rounds)
    settle(lines)
    local quiet = measure(rounds, "/bin/true", lines.quiet)
    local due = measure(rounds // 2, "/bin/true", lines.due, lines.due_again)
    local check = measure(math.max(rounds // 10, 3), "/bin/true", lines.check, lines.check_again)
    return { quiet = quiet[2] / quiet[1], notifying = (due[2] + due[3]) / 2 / due[1],
        check = (check[2] + check[3]) / 2 / check[1] }
end

--- An environment of its own: its directory, and its state, in which one check was made.
local function environment(name, file, old, new, policy)
    local path, state = ("%s/%s"):format(work, name), ("%s/%s state"):format(work, name)
    command.must("mkdir %s", path)
    command.write(("%s/%s"):format(path, file), old)
    command.write(path .. ".new", new)
    run "sleep 3.1"
    local lines = lines_of(path, state, policy, path .. ".new")
    run(lines.check_again)
    return lines
end

-- ---- what it grows with -------------------------------------------------------------------------

local FORMATS <const> = {
    { name = "npm", file = "package-lock.json", head = '{"lockfileVersion":3,"packages":{"":{}',
        package = ',"node_modules/package-%07d":{"version":"1.%d.0","resolved":"https://example.org/-/package.tgz",'
            .. '"integrity":"sha512-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="}', tail = "}}\n" },
    { name = "cargo", file = "Cargo.lock", head = "version = 3\n",
        package = '\n[[package]]\nname = "package-%07d"\nversion = "1.%d.0"\n'
            .. 'source = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "aaaaaaaaaaaaaaaaaaaa"\n',
        tail = "" },
}

--- A lockfile of about so many bytes; `minor` is the version of every hundredth package, one at least.
local function lockfile(format, bytes, minor)
    local parts, length, number = { format.head }, #format.head + #format.tail, 0
    repeat
        local text = format.package:format(number, number % 100 == 0 and minor or 0)
        parts[#parts + 1], length, number = text, length + #text, number + 1
    until length + #text > bytes
    parts[#parts + 1] = format.tail
    return table.concat(parts)
end

local function policy(rules)
    local parts = {}
    for i = 1, rules do
        parts[i] = ("u.rule 'r%d' { when = function(c) return c.result.total == %d end, quiet = 'no' },\n")
            :format(i, 1000000 + i)
    end
    local path = ("%s/rules-%d.lua"):format(work, rules)
    command.write(path, ([[
local u = require "upnudge"
return u.policy { api = 1, name = "bench", extends = "default", rules = {
%s} }
]]):format(table.concat(parts)))
    return path
end

local function print_rows(title, rows, columns)
    print(("\n%-24s"):format(title) .. ("%14s"):rep(#columns):format(table.unpack(columns)))
    for _, row in ipairs(rows) do
        local cells = {}
        for i, name in ipairs(columns) do
            cells[i] = row[name] and ("%14.2f"):format(row[name]) or ("%14s"):format "-"
        end
        print(("%-24s"):format(chart.number(row.x)) .. table.concat(cells))
    end
end

local function with_rules()
    local rows = {}
    for i, count in ipairs(RULES) do
        local format = FORMATS[1]
        local old, new = lockfile(format, 1000, 1), lockfile(format, 1000, 2)
        rows[i] = costs(environment("rules-" .. count, format.file, old, new, policy(count)), 100)
        rows[i].x = count
    end
    print_rows("rules of a policy", rows, { "quiet", "notifying", "check" })
    return rows
end

local function with_lockfiles()
    local rows, columns = {}, { "quiet", "notifying" }
    for i, bytes in ipairs(BYTES) do
        rows[i] = { x = bytes }
        for _, format in ipairs(FORMATS) do
            local name = format.name .. "-" .. bytes
            local old, new = lockfile(format, bytes, 1), lockfile(format, bytes, 2)
            local found = costs(environment(name, format.file, old, new, "default"), bytes > 1000000 and 30 or 100)
            for _, what in ipairs { "quiet", "notifying" } do
                rows[i][what] = rows[i][what] or found[what]
            end
            rows[i]["check " .. format.name] = found.check
            command.must("rm -r %s", work .. "/" .. name)
        end
    end
    for _, format in ipairs(FORMATS) do
        columns[#columns + 1] = "check " .. format.name
    end
    print_rows("bytes of a lockfile", rows, columns)
    return rows
end

local function median(list)
    table.sort(list)
    return list[(#list + 1) // 2]
end

--- Of so many at once that each find a notice due: the slowest, and what it took beyond its turns on a processor.
local function crowd(path, state, count)
    local slowest, beyond = {}, {}
    for window = 1, WINDOWS do
        local line = quoted(command.program, "notify", path, "--state-dir", state, "--tty", "--exit-code", "--now",
            NOW + (1000 + count * 100 + window * 10) * DAY)
        local shown, slow, turn = run(("%s/tests/bench/crowd %d %s"):format(command.build, count, line))
            :match "^(%d+) ([%d.]+) [%d.]+ (%-?[%d.]+)"
        assert(tonumber(shown) == 1, ("%d at once: %s were told"):format(count, shown))
        slowest[window], beyond[window] = tonumber(slow), tonumber(turn) >= 0 and slow - turn or 0
    end
    return median(slowest), median(beyond)
end

local function with_processes(all)
    local rows = {}
    for i, count in ipairs(PROCESSES) do
        local slowest, beyond = crowd(all:path(1), all.state, count)
        local alone = run(("%s/tests/bench/crowd %d /bin/true"):format(command.build, count)):match "^%d+ ([%d.]+)"
        rows[i] = { x = count, ["the slowest"] = slowest / 1000, ["of /bin/true"] = alone / 1000,
            beyond = beyond / 1000 }
    end
    print_rows("at once, milliseconds", rows, { "the slowest", "of /bin/true", "beyond" })
    for _, row in ipairs(rows) do
        if row.x >= 64 then
            bar(row.beyond <= 1, "%d at once: 1 notice; the slowest %.2f ms beyond its turns (1)", row.x, row.beyond)
        end
    end
    return rows
end

local function new_lockfile()
    local path = work .. "/upgraded.json"
    command.write(path, '{"lockfileVersion":3,"packages":{"":{},"node_modules/a":{"version":"1.0.2"}}}')
    return path
end

local function handle(all, blocks, block)
    local first, middle, _, bytes, most = run(("%s/tests/bench/handle %s %d %d %d"):format(command.build,
        quoted(all.state, all.environments), blocks, block, NOW + 100)):match(("(%S+) "):rep(4) .. "(%S+)")
    return tonumber(first), tonumber(middle), tonumber(bytes), tonumber(most)
end

--- Each against that of a state directory with one alone, in turns.
local function against_one(one, other)
    settle(one, other)
    local quiet = measure(400, one.quiet, other.quiet)
    local due = measure(200, one.due, other.due, one.due_again, other.due_again)
    local check = measure(50, one.check, other.check, one.check_again, other.check_again)
    return { quiet = quiet[2] / quiet[1], notifying = (due[2] + due[4]) / (due[1] + due[3]),
        check = (check[2] + check[4]) / (check[1] + check[3]) }
end

local function status_of(all)
    return quoted(command.program, "status", "--all", "--state-dir", all.state, "--now", NOW + DAY)
end

local function bars_of_many(all, new)
    command.must("mkdir %s", work .. "/one")
    local one = many.begin(work .. "/one", NOW)
    local first = lines_of(one:path(1), one.state, "default", new)
    for name, ratio in pairs(against_one(first, lines_of(all:path(1), all.state, "default", new))) do
        bar(ratio <= 1.05, "%s with %d environments: %.3f x that with one (1.05)", name, all.count, ratio)
    end
    local seconds = measure(5, status_of(all))[1] / 1e6
    bar(seconds <= 1, "status of %d environments: %.2f s (1)", all.count, seconds)
    local began, later, bytes, most = handle(all, ASKED // THOUSAND, THOUSAND)
    bar(later <= 1.1 * began, "one handle and %d environments: %.3f x its first %d (1.1)", ASKED, later / began,
        THOUSAND)
    bar(most <= 1.5 * bytes, "the same: it holds %.1f MB at most, %.1f after the first %d (1.5 x)", most / 1e6,
        bytes / 1e6, THOUSAND)
end

--- What is measured at each step is the same environment, among more of them.
local function with_environments(all)
    local rows, new = {}, new_lockfile()
    for i, count in ipairs(ENVIRONMENTS) do
        -- Others are told of the first one, and those behind it are what a handle is asked about.
        all:grow(count + 1)
        rows[i] = costs(lines_of(all:path(1), all.state, "default", new), 100)
        local status = measure(5, "/bin/true", status_of(all))
        local _, middle = handle(all, math.min(count, 5), math.max(count // 5, 1))
        rows[i].x, rows[i].status, rows[i].handle = count, status[2] / status[1], middle / status[1]
    end
    print_rows("environments", rows, { "quiet", "notifying", "check", "status", "handle" })
    bars_of_many(all, new)
    return rows
end

-- ---- the whole ----------------------------------------------------------------------------------

local function draw(rules, lockfiles, processes, environments)
    return chart.render("How what upnudge costs grows", {
        { title = "Environments", x = "environments in one state directory", y = "times /bin/true", rows = environments,
            lines = { "quiet", "notifying", "check", "status", "handle" } },
        { title = "A policy", x = "rules", y = "times /bin/true", rows = rules,
            lines = { "quiet", "notifying", "check" } },
        { title = "A lockfile", x = "bytes", y = "times /bin/true", rows = lockfiles,
            lines = { "quiet", "notifying", "check npm", "check cargo" } },
        { title = "Shells", x = "processes at once that find a notice due", y = "milliseconds", rows = processes,
            lines = { "the slowest", "of /bin/true" } },
    })
end

local ok, message = xpcall(function()
    command.must("mkdir %s %s", work .. "/many", work .. "/crowd")
    local all, crowded = many.begin(work .. "/many", NOW), many.begin(work .. "/crowd", NOW)
    local processes, rules, lockfiles = with_processes(crowded), with_rules(), with_lockfiles()
    command.write(arg[1] or "tests/growth.svg", draw(rules, lockfiles, processes, with_environments(all)))
end, debug.traceback)
command.remove(work)
assert(ok, message)
os.exit(#missed == 0, true)
