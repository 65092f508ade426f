--- One question about all environments of a person, with real records, processes and locks.

local cjson = require "cjson"
local command = require "command"
local core = require "upnudge.core"
local stage = require "stage"

local NOW <const>, HOUR <const>, DAY <const> = stage.NOW, stage.HOUR, stage.DAY
local WEEK <const> = 7 * DAY
local TWO <const> = [[{ api = 1, name = "p", extends = "default", scope = "person", %s }]]

local work, state, now, variables

before_each(function()
    work = stage.set()
    state = work .. "/state"
    now, variables = NOW, { HOME = work }
end)

after_each(stage.strike)

--- Makes environments, and checks of them that found something, unless `without`.
local function make(names, without)
    for _, name in ipairs(names) do
        local path = work .. "/" .. name
        command.must("mkdir -p %s/.flox/env && cp %s %s/.flox/env/manifest.lock", path, stage.OLD, path)
        if not without then
            command.must('"$upnudge" check %s --state-dir "$state" --now %d --new "$new"', path, NOW - HOUR)
        end
    end
end

local function numbered(count)
    local names = {}
    for i = 1, count do
        names[i] = "e" .. i
    end
    return names
end

local function policy(more)
    return stage.policy(TWO:format(more or ""))
end

local function open(more, options)
    options = options or { state_dir = state }
    options.policy = policy(more)
    local runtime = assert(stage.open(options, function() return now end, variables))
    assert.is_nil(runtime.policy_fault)
    return runtime
end

local function notify(runtime, name, activation)
    activation = activation or {}
    activation.tty = true
    return runtime:notify(work .. "/" .. name, activation)
end

--- A check of each that found something, and what it mends.
local function check(runtime, names, security)
    for _, name in ipairs(names) do
        local begun = runtime:check_begin(work .. "/" .. name, { max_age = 0 })
        assert.equal("begun", begun.state, begun.reason)
        assert(begun:commit(command.read(stage.NEW), security))
    end
end

local function upgrade(name)
    command.must([[cp "$new" "$work"/%s/.flox/env/manifest.lock]], name)
end

describe("64 shells in 20 environments", function()
    --- How many of them spoke.
    local function activate(path, at, meanwhile)
        return tonumber(command.shell([[
            rm -rf "$work/said" && mkdir "$work/said"
            i=0
            while [ $i -lt 64 ]; do
                i=$((i + 1))
                "$upnudge" notify "$work/e$((i %% 20 + 1))" --state-dir "$state" --policy %s --tty --now %d 2>"$work/said/$i" &
                echo $! >>"$work/said/pids"
            done
            ]] .. (meanwhile or "") .. [[

            wait
            cat "$work"/said/[0-9]* | grep -c "Updates available in 20 environments"]], path, at).out)
    end

    it("tell one digest, window after window", function()
        make(numbered(20))
        local path = policy()
        assert.equal(1, activate(path, NOW))
        assert.equal(0, activate(path, NOW + HOUR))
        assert.equal(1, activate(path, NOW + WEEK))
        assert.equal(1, activate(policy 'strategy = "separate-lock", text = function(c) return u.text.summary(c) end', NOW + 2 * WEEK))
    end)

    it("tell some with simple and none the moment after, and all with stateless", function()
        make(numbered(20))
        local simple = policy 'strategy = "simple"'
        local told = activate(simple, NOW)
        assert.is_true(told >= 1 and told <= 64, told)
        assert.equal(0, activate(simple, NOW + 1))
        assert.is_true(activate(simple, NOW + WEEK) >= 1)
        assert.equal(64, activate(policy 'strategy = "stateless", rules = { u.rule "default" { notify = u.always() } }', NOW))
    end)

    it("lose no more than the notice of one that is killed", function()
        make(numbered(20))
        local path, kill = policy(), 'for pid in $(cat "$work/said/pids"); do kill -9 $pid 2>/dev/null; done'
        for window = 0, 2 do
            local told = activate(path, NOW + 2 * window * WEEK, kill)
            assert.is_true(told <= 1, told)
            told = told + activate(path, NOW + 2 * window * WEEK + HOUR)
            assert.is_true(told <= 1, told)
            assert.equal(1, activate(path, NOW + (2 * window + 1) * WEEK + HOUR))
        end
    end)
end)


local TEXT <const> = 'text = function(c) return u.text.summary(c) .. "\\n" .. u.text.packages(c, 2) .. "\\n" .. u.text.hint(c) end'

describe("a digest", function()
    it("is told in whichever environment, of those that have news, with their packages", function()
        make({ "a", "b", "c" }, true)
        local runtime = open(TEXT)
        check(runtime, { "a", "b" }, { "curl" })
        local decision = notify(runtime, "c")
        assert.is_true(decision.notify, decision.reason)
        local lines = {}
        for line in decision.text:gmatch "[^\n]+" do
            lines[#lines + 1] = line
        end
        assert.equal("Updates available in 2 environments: a 2 (1 security) and b 2 (1 security).", lines[1])
        assert.equal("- curl in a and b: 8.9.0 -> 8.10.1 [security]", lines[2])
        assert.truthy(lines[#lines]:find("Use 'upnudge status --all --state-dir ", 1, true), decision.text)
        for _, name in ipairs { "a", "b", "c" } do
            local silent = notify(runtime, name)
            assert.same({ false, "not-due" }, { silent.notify, silent.code })
        end
    end)

    it("is as any notice where one environment alone has news, whichever that is", function()
        make({ "a", "b" }, true)
        local runtime = open(TEXT)
        check(runtime, { "a" })
        for _, name in ipairs { "a", "b" } do
            local text = notify(runtime, name).text
            assert.truthy(text:find("available in a.\n", 1, true), text)
            assert.truthy(text:find(("Use 'upnudge show %s/a"):format(work), 1, true) or text:find("Use 'upnudge show '", 1, true), text)
            now = now + WEEK
        end
    end)

    it("leaves out what was upgraded since its check, is snoozed, is gone, or has nothing that is not ignored", function()
        make({ "a", "b", "c", "d", "e" }, true)
        local runtime = open()
        check(runtime, { "a", "b", "c", "d", "e" })
        upgrade "b"
        assert(runtime:snooze(work .. "/c", "10d"))
        command.must('rm -r %s', work .. "/d")
        assert(runtime:ignore(work .. "/e", "*"))
        local text = notify(runtime, "b").text
        assert.truthy(text:find("available in a.\n", 1, true), text)
        now = now + WEEK
        upgrade "a"
        for name, code in pairs { a = "lockfile-changed", b = "lockfile-changed", c = "snoozed", e = "ignored" } do
            assert.same({ false, code }, { notify(runtime, name).notify, notify(runtime, name).code })
        end
    end)

    it("tells a host why nothing comes of the environment itself, for checks that are due", function()
        make({ "a", "b" }, true)
        local runtime = open()
        check(runtime, { "a", "b" })
        upgrade "b"
        assert.is_true(notify(runtime, "b").notify)
        assert.equal("lockfile-changed", runtime:environment(work .. "/b").code)
        assert.equal("not-due", notify(runtime, "a").code)
        assert.equal("not-due", runtime:environment(work .. "/a").code)
    end)

    it("is no news where some of what was told is gone", function()
        make({ "a", "b", "c" }, true)
        local runtime = open 'rules = { u.rule "default" { notify = u.once() } }'
        check(runtime, { "a", "b" })
        assert.is_true(notify(runtime, "a").notify)
        upgrade "a"
        assert.equal("this very result was said already", notify(runtime, "b").reason)
        check(runtime, { "c" })
        assert.is_true(notify(runtime, "b").notify)
        assert.is_false(notify(runtime, "b").notify)
    end)

    it("tells a security fix of any of them at once, and once", function()
        make({ "a", "b" }, true)
        local runtime = open()
        check(runtime, { "a", "b" })
        assert.equal("default", notify(runtime, "a").rule)
        now = now + HOUR
        check(runtime, { "b" }, { "curl" })
        local told = notify(runtime, "a")
        assert.same({ true, "security" }, { told.notify, told.rule })
        assert.truthy(told.text:find("b 2 (1 security)", 1, true), told.text)
        for _, name in ipairs { "a", "b" } do
            assert.same({ false, "not-due" }, { notify(runtime, name).notify, notify(runtime, name).code })
        end
    end)

    it("tells a fix that was found while its environment was snoozed when that is over, though others were told of", function()
        make({ "a", "b" }, true)
        local runtime = open()
        check(runtime, { "a", "b" })
        assert.is_true(notify(runtime, "a").notify)
        assert(runtime:snooze(work .. "/b", "2d", now))
        now = now + HOUR
        check(runtime, { "b" }, { "curl" })
        assert.is_false(notify(runtime, "a").notify)
        now = now + HOUR
        check(runtime, { "a" }, { "python3" })
        assert.equal("security", notify(runtime, "a").rule)
        now = now + 3 * 24 * HOUR
        local told = notify(runtime, "a")
        assert.same({ true, "security" }, { told.notify, told.rule })
        assert.is_false(notify(runtime, "a").notify)
    end)

    it("is not gathered while the policy does not look at it", function()
        make({ "a", "b" }, true)
        local runtime, looked = open 'rules = { u.rule "security" { notify = u.never() } }', 0
        check(runtime, { "a", "b" })
        local persons = require "upnudge.record.person"
        local environments = persons.environments
        stage.finally(function() persons.environments = environments end)
        persons.environments = function(...)
            looked = looked + 1
            return environments(...)
        end
        assert.is_true(notify(runtime, "a").notify)
        assert.equal(1, looked)
        assert.is_false(notify(runtime, "b").notify)
        assert.is_false(notify(runtime, "a").notify)
        assert.equal(1, looked)
    end)

    it("is what a policy sees, read-only", function()
        make({ "a", "b" }, true)
        local runtime = open [[text = function(c)
            local names = {}
            for i, one in ipairs(c.result.environments) do
                names[i] = one.name .. "=" .. one.total .. "/" .. one.security .. "@" .. one.path:match "[^/]+$"
            end
            local ok = pcall(function() c.result.environments[1].name = "x" end) or pcall(function() c.result.environments[3] = {} end)
            return table.concat(names, " ") .. " " .. c.result.total .. " " .. #c.result.packages .. " " .. c.result.packages[1].environment
                .. " " .. tostring(ok) .. " " .. c.env.name
        end]]
        check(runtime, { "a" })
        check(runtime, { "b" }, { "curl" })
        local one = #runtime:changes(work .. "/a").changes
        local here = notify(runtime, "a")
        local total = here.text:match "a=(%d+)/0"
        assert.truthy(one and total, here.text or here.reason)
        assert.equal(("b=%d/1@b a=%d/0@a %d %d b false a"):format(total, total, 2 * total, 2 * total), here.text)
        local none = open 'scope = "environment", text = function(c) return tostring(c.result.environments) end'
        assert.equal("nil", notify(none, "a").text)
    end)

    it("has all packages while they are few, else what matters most, and as much work as a policy may do, however many change", function()
        local entries = {}
        local function lockfile(version)
            for i = 1, 300 do
                entries[i] = ('{"install_id":"package-%d","system":"%s","version":"%d.0.%d"}'):format(i, core.system(), version, i)
            end
            return ('{"lockfile-version":1,"manifest":{},"packages":[%s]}'):format(table.concat(entries, ","))
        end
        make({ "a", "b", "c" }, true)
        local runtime = open 'text = function(c) return #c.result.packages .. " of " .. c.result.total .. "\\n" .. u.text.packages(c, 1) end'
        for _, name in ipairs { "a", "b", "c" } do
            command.write(("%s/%s/.flox/env/manifest.lock"):format(work, name), lockfile(1))
            local begun = runtime:check_begin(work .. "/" .. name, { max_age = 0 })
            assert(begun:commit(lockfile(2), name == "c" and { "package-7" } or nil))
        end
        local text = notify(runtime, "b").text
        assert.truthy(text:find("^320 of 900\n%- package%-7 in c: 1.0.7 %-> 2.0.7 %[security%]\n%.%.%. and %d+ more$"), text)
    end)

    it("costs a policy none of its time", function()
        make({ "a", "b" }, true)
        local runtime = open [[rules = { u.rule "default" { notify = u.always(), when = function(c)
            for _ = 1, 20000 do end
            local total = c.result.total
            for _ = 1, 20000 do end
            return total > 0
        end } }]]
        check(runtime, { "a", "b" })
        local persons = require "upnudge.record.person"
        local environments = persons.environments
        stage.finally(function() persons.environments = environments end)
        persons.environments = function(...)
            local started = os.clock()
            repeat until os.clock() - started > 0.5
            return environments(...)
        end
        local decision = notify(runtime, "a")
        assert.is_true(decision.notify, decision.reason)
        persons.environments = function() error "cannot be listed" end
        now = now + DAY
        assert.equal("policy-fault", notify(runtime, "a").code)
    end)

    it("tells two of one name apart", function()
        make({ "x/web", "y/web" }, true)
        local runtime = open()
        check(runtime, { "x/web", "y/web" })
        local text = notify(runtime, "x/web").text
        assert.truthy(text:find(": x/web 2 and y/web 2.", 1, true), text)
    end)

    it("minds no records that are broken, newer, of others or strange, nor a broken memory of its own", function()
        make({ "a", "b", "c", "d", "e", "f" }, true)
        local runtime = open()
        check(runtime, { "a", "b", "c", "d", "e", "f" })
        local function spoil(name, change)
            local path = ("%s/%s/record.json"):format(state, core.hash(core.realpath(work .. "/" .. name)))
            command.write(path, change(command.read(path)))
        end
        spoil("b", function() return "{ broken" end)
        spoil("c", function(text) return (text:gsub('"schema":1', '"schema":9', 1)) end)
        spoil("d", function(text) return (text:gsub('"lockfile":"[^"]*"', '"lockfile":"/dev/zero"', 1)) end)
        spoil("e", function(text) return (text:gsub('"path":', '"name":"\\\\u001b[31mred\\\\u0007","path":', 1)) end)
        command.must("mkdir %s/.person && echo '{' >%s/.person/notified.json", state, state)
        spoil("f", function(text) return (text:gsub('"total":%d+', '"total":"many"', 1)) end)
        local text = notify(open(), "b").text
        assert.truthy(text:find("in 2 environments: a 2 and ", 1, true), text)
        assert.falsy(text:find "[%c]" and text:find "[\27\7]", text)
        assert.equal("not-due", notify(open(), "a").code)
    end)

    it("is in JSON, and explained", function()
        make({ "a", "b", "c" }, true)
        local runtime = open()
        check(runtime, { "a", "b" })
        local function call(name)
            return cjson.decode((runtime:call(cjson.encode { schema = 1, call = name, environment = work .. "/c", tty = true })))
        end
        local explained = call "explain"
        assert.same({ "person", 2, 0, true }, { explained.scope, explained.looked_at, explained.left_out, explained.notified })
        assert.equal(work .. "/b", explained.environments[2].environment)
        local told = call "notify"
        assert.same({ true, 2, "a", 2 }, { told.notified, #told.environments, told.environments[1].name,
            told.environments[1].waiting.versions })
        local silent = call "notify"
        assert.same({ false, "not-due" }, { silent.notified, silent.code })
        assert.is_nil(silent.environments)
        assert.equal(2, #call "explain".environments)
        local words = command.must('"$upnudge" explain %s --state-dir "$state" --policy %s --tty', work .. "/a", policy())
        assert.truthy(words:find("scope         person: something newer in 2 of 2 environments: a, b\n", 1, true), words)
    end)

    it("is of those checked last where there are very many", function()
        local persons = require "upnudge.record.person"
        make({ "a", "b", "c" }, true)
        local runtime = open()
        check(runtime, { "a" })
        check(runtime, { "b", "c" })
        local found, more = persons.environments(core, { runtime.places }, 2)
        assert.same({ 2, 1 }, { #found, more })
        for _, one in ipairs(found) do
            assert.not_equal(core.hash(core.realpath(work .. "/a")), one.env.key)
        end
    end)

    it("is one of several apps, where the policy says so", function()
        variables.XDG_CACHE_HOME, variables.XDG_STATE_HOME = work .. "/cache", work .. "/local"
        make({ "a", "b" }, true)
        local one, other = open('apps = "all"', { app = "one" }), open('apps = "all"', { app = "other" })
        check(one, { "a" })
        check(other, { "b" })
        local own = open("", { app = "one" })
        local text = notify(own, "a").text
        assert.truthy(text:find("available in a.", 1, true), text)
        -- The file is that of the others again.
        open('apps = "all"', { app = "third" })
        text = notify(other, "b").text
        assert.truthy(text:find("Updates available in 2 environments: a 2 and b 2.", 1, true), text)
        assert.equal("not-due", notify(one, "a").code)
        assert.truthy(core.stamp(work .. "/local/upnudge/.person/notified.json"))
        assert.equal(2, #one:statuses())
    end)

    it("is told once of a directory with two lockfiles, which are two environments", function()
        make({ "a" }, true)
        local runtime = open 'rules = { u.rule "default" { notify = u.always() } }'
        check(runtime, { "a" })
        command.must("cp %s %s/Cargo.lock", command.root .. "/tests/fixtures/cargo/v4.lock", work .. "/a")
        local begun = runtime:check_begin(work .. "/a", { lockfile = work .. "/a/Cargo.lock" })
        local bytes = command.read(command.root .. "/tests/fixtures/cargo/v4.lock"):gsub('version = "1%.', 'version = "2.', 1)
        assert(begun:commit((bytes:gsub('\nversion = "0%.', '\nversion = "7.', 1))))
        local decision = notify(runtime, "a")
        local _, count = decision.text:gsub("Updates available in 2 environments", "")
        assert.equal(1, count, decision.text)
        assert.truthy(decision.text:find("a (cargo) 2", 1, true), decision.text)
    end)
end)

describe("what is too new", function()
    it("counts in no environment, and in each when it is old enough there", function()
        make({ "a", "b" }, true)
        local runtime = open [[cooldown = { minor = "7d", rebuild = "2d", from = "first_seen" }, strategy = "separate-lock", rules = {
            u.rule "default" { notify = u.once(), text = function(c)
                local names = {}
                for i, package in ipairs(c.result.packages) do names[i] = package.environment .. ":" .. package.name end
                table.sort(names)
                return c.result.total .. " and " .. c.result.cooling .. " " .. table.concat(names, " ")
            end } }]]
        check(runtime, { "a" })
        now = NOW + DAY
        check(runtime, { "b" })
        local function told(name, at)
            now = at
            local decision = notify(runtime, name)
            local cooling = decision.cooling or {}
            return { decision.text or decision.code, cooling.total, cooling.next_at, decision.next_at }
        end
        assert.same({ "cooling", 6, NOW + 2 * DAY, NOW + 2 * DAY }, told("a", NOW + DAY))
        assert.same({ "1 and 5 a:coreutils", 5, NOW + 3 * DAY }, told("b", NOW + 2 * DAY))
        assert.equal("not-due", told("a", NOW + 2 * DAY + 1)[1])
        assert.same({ "2 and 4 a:coreutils b:coreutils", 4, NOW + 7 * DAY }, told("b", NOW + 3 * DAY))
        assert.same({ "4 and 2 a:coreutils a:curl a:python3 b:coreutils", 2, NOW + 8 * DAY }, told("a", NOW + 7 * DAY))
        assert.same({ "6 and 0 a:coreutils a:curl a:python3 b:coreutils b:curl b:python3" }, told("a", NOW + 8 * DAY))
    end)
end)
