--- The runtime: how it opens, what it keeps, and what it writes when it closes.

local cjson = require "cjson"
local command = require "command"
local core = require "upnudge.core"
local past = require "upnudge.record.past"
local hosts = require "upnudge.runtime.host"
local lfs = require "lfs"
local runtimes = require "upnudge.runtime"
local stage = require "stage"

local NOW <const> = stage.NOW

local work, env, state, now, variables
--- The working directory; this process stays where its modules are.
local here
--- Paths with that.
local disk = setmetatable({ realpath = function(path)
    return core.realpath(path == "." and here or path)
end }, { __index = core })

before_each(function()
    work, env, state = stage.set()
    now, variables, here = NOW, { HOME = work }, nil
end)

after_each(stage.strike)

local function open(options)
    options = options or {}
    options.host = hosts.new { disk = disk, now = function() return now end, variable = function(name) return variables[name] end }
    local runtime, message = runtimes.open(options)
    if runtime then
        stage.finally(function() runtime:close() end)
    end
    return runtime, message
end

describe("a path with links", function()
    local ALWAYS <const> = '{ api = 1, name = "p", strategy = "stateless", rules = { u.rule "all" { notify = u.always() } } }'
    --- In each the release that is in use is one link; the words are what a host, or a person, says.
    local LAYOUTS <const> = {
        ["to the lockfile, relative"] = { make = 'mkdir app', use = "ln -sfn ../releases/%s/package-lock.json app/package-lock.json" },
        ["to the lockfile, absolute"] = { make = 'mkdir app', use = 'ln -sfn "$PWD/releases/"%s/package-lock.json app/package-lock.json' },
        ["to a link to the lockfile"] = { make = "mkdir app; ln -s ../here.json app/package-lock.json",
            use = "ln -sfn releases/%s/package-lock.json here.json" },
        ["in the middle"] = { make = "mkdir app; ln -s ../current/package-lock.json app/package-lock.json", use = "ln -sfn releases/%s current" },
        ["in the middle of the lockfile that is named"] = { make = "mkdir app", use = 'ln -sfn "$PWD/releases/"%s current',
            lockfile = "/current/package-lock.json" },
        ["in the middle of the lockfile that is named from here"] = { make = "mkdir app", use = "ln -sfn releases/%s current", from = "app",
            lockfile = "./..//current/./package-lock.json" },
        ["inside the environment"] = { make = "mkdir app", use = "ln -sfn ../releases/%s app/current", from = "app",
            lockfile = "current/package-lock.json" },
        ["by which somebody came here"] = { make = "mkdir app", use = "ln -sfn releases/%s current", from = "current",
            lockfile = "./package-lock.json" },
        ["to the environment"] = { make = ":", use = "ln -sfn releases/%s app", elsewhere = true },
        ["to what the environment is in"] = { make = "mkdir releases/old/app releases/new/app; mv releases/old/*.json releases/old/app; \z
            mv releases/new/*.json releases/new/app", use = "ln -sfn releases/%s current", env = "/current/app", elsewhere = true },
    }

    local function lockfile(version)
        return ('{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"%s"}}}'):format(version)
    end

    before_each(function()
        command.must 'mkdir -p "$work/releases/old" "$work/releases/new"'
        command.write(work .. "/releases/old/package-lock.json", lockfile "1.0.0")
        command.write(work .. "/releases/new/package-lock.json", lockfile "2.0.0")
        command.write(work .. "/upgraded.json", lockfile "2.0.0")
    end)

    for name, layout in pairs(LAYOUTS) do
        local function use(release)
            command.must(('cd "$work" && ' .. layout.use):format(release))
        end

        local function path_of_env()
            return work .. (layout.env or "/app")
        end

        --- How it is with the new release in use, and then with the old one again.
        local function expect(said)
            assert.is_true(said().notify)
            use "new"
            local decision = said()
            assert.same({ false, layout.elsewhere and "no check has run yet" or "the lockfile changed since the last check" },
                { decision.notify, decision.reason })
            use "old"
            assert.is_true(said().notify)
            command.must 'rm -r "$work/releases/old"'
            assert.is_false(said().notify)
        end

        it(name .. " is looked at anew by a host that stays open", function()
            command.must('cd "$work" && ' .. layout.make)
            use "old"
            local runtime = assert(open { state_dir = state, policy = stage.policy(ALWAYS) })
            here = work .. "/" .. (layout.from or "")
            variables.PWD = here
            local check = runtime:check_begin(path_of_env(), { lockfile = layout.lockfile and (layout.from and "" or work) .. layout.lockfile })
            assert.equal("begun", check.state, check.reason)
            assert.equal("checked", check:commit(lockfile "2.0.0").outcome)
            here = "/"
            expect(function() return runtime:notify(path_of_env(), { tty = true }) end)
        end)

        it(name .. " is looked at anew by every process", function()
            command.must('cd "$work" && ' .. layout.make)
            use "old"
            local words = layout.lockfile and "--lockfile " .. command.quote(layout.from and layout.lockfile or work .. layout.lockfile) or ""
            command.must(('cd "$work/%s" && "$upnudge" check %s --state-dir "$state" --new "$work/upgraded.json" %s'):format(layout.from or "",
                command.quote(path_of_env()), words))
            local policy = stage.policy(ALWAYS)
            expect(function()
                local said = cjson.decode(command.run("explain", path_of_env(), "--state-dir", state, "--tty", "--json", "--policy", policy).out)
                local told = command.run("notify", path_of_env(), "--state-dir", state, "--tty", "--policy", policy).err
                assert.equal(said.notified, told ~= "")
                return { notify = said.notified, reason = said.reason }
            end)
        end)
    end

    it("that lead nowhere are told of, and so are those that lead in a circle", function()
        command.must 'cd "$work" && mkdir app && ln -s nowhere.json app/package-lock.json && ln -s loop loop'
        local runtime = assert(open { state_dir = state })
        assert.is_truthy(runtime:check_begin(work .. "/app").reason:find("no lockfile that upnudge knows", 1, true))
        assert.is_truthy(runtime:check_begin(work .. "/app", { lockfile = work .. "/app/package-lock.json" }).reason:find("No such file", 1, true))
        assert.is_truthy(runtime:check_begin(work .. "/app", { lockfile = work .. "/loop" }).reason:find("Too many levels", 1, true))
        assert.is_truthy(runtime:notify(work .. "/loop").reason:find("Too many levels", 1, true))
    end)

    it("are kept in the path of a lockfile that is named, and everything else is cleaned", function()
        command.must 'cd "$work" && mkdir app && ln -s releases/old current'
        local runtime = assert(open { state_dir = state })
        for from, paths in pairs { app = { ["../current/package-lock.json"] = "/current/package-lock.json",
            ["./..//current/../old/./package-lock.json"] = "/current/../old/package-lock.json" }, [""] = {
            ["current/package-lock.json"] = "/current/package-lock.json", ["app/../current//package-lock.json"] = "/app/../current/package-lock.json",
            [work .. "//current/./package-lock.json"] = "/current/package-lock.json" } } do
            here = work .. "/" .. from
            for named, kept in pairs(paths) do
                local check = runtime:check_begin(work .. "/app", { lockfile = named, max_age = 0 })
                assert.equal("begun", check.state, check.reason)
                assert.equal(work .. kept, check.lockfile)
                check:abort()
            end
        end
    end)

    it("lead out of where somebody really is, and from what the shell calls it only while that is here", function()
        command.must 'cd "$work" && mkdir app && ln -s releases/old current'
        local runtime = assert(open { state_dir = state })
        here = work .. "/current"
        for _, case in ipairs { { here, "package-lock.json", "/current/package-lock.json" },
            { here, "../old/package-lock.json", "/releases/old/package-lock.json" },
            { here, ".//./../old/package-lock.json", "/releases/old/package-lock.json" },
            { work .. "/app", "package-lock.json", "/releases/old/package-lock.json" },
            { work .. "/nowhere", "package-lock.json", "/releases/old/package-lock.json" },
            { "current", "package-lock.json", "/releases/old/package-lock.json" } } do
            variables.PWD = case[1]
            local check = runtime:check_begin(work .. "/app", { lockfile = case[2], max_age = 0 })
            assert.equal("begun", check.state, check.reason)
            assert.equal(work .. case[3], check.lockfile)
            check:abort()
        end
    end)
end)

describe("a runtime", function()
    local function places(options)
        local found = assert(open(options)).places
        return { found.cache, found.state }
    end

    it("keeps all in one place where it is told one, else each where such things are", function()
        for path, kept in pairs { ["/x"] = "/x", ["/x/y//"] = "/x/y", ["/"] = "/", ["//"] = "/" } do
            variables.UPNUDGE_STATE_DIR = "/elsewhere"
            assert.same({ kept, kept }, places { state_dir = path })
            variables.UPNUDGE_STATE_DIR = path
            assert.same({ kept, kept }, places { app = "acme" })
        end
        variables.UPNUDGE_STATE_DIR = ""
        assert.same({ work .. "/.cache/upnudge/default", work .. "/.local/state/upnudge/default" }, places())
        variables.XDG_CACHE_HOME, variables.XDG_STATE_HOME = "relative", "too"
        assert.same({ work .. "/.cache/upnudge/acme", work .. "/.local/state/upnudge/acme" }, places { app = "acme" })
        variables.XDG_CACHE_HOME = "/var/cache"
        assert.same({ "/var/cache/upnudge/acme", work .. "/.local/state/upnudge/acme" }, places { app = "acme" })
        variables.XDG_STATE_HOME = "/var/lib"
        assert.same({ "/var/cache/upnudge/acme", "/var/lib/upnudge/acme" }, places { app = "acme" })
        -- Where only one is known it is both.
        variables.HOME, variables.XDG_CACHE_HOME = nil, nil
        assert.same({ "/var/lib/upnudge/acme", "/var/lib/upnudge/acme" }, places { app = "acme" })
    end)

    it("does not open where there is no such place", function()
        assert.same({ nil, "state directory 'x' is not absolute" }, { open { state_dir = "x" } })
        variables.UPNUDGE_STATE_DIR = "x"
        assert.same({ nil, "UPNUDGE_STATE_DIR 'x' is not absolute" }, { open() })
        variables.UPNUDGE_STATE_DIR, variables.XDG_RUNTIME_DIR = nil, "/nowhere"
        for _, home in ipairs { false, "relative" } do
            variables.HOME = home or nil
            assert.same({ nil, "no state directory: set HOME, or name one with --state-dir or UPNUDGE_STATE_DIR" },
                { open() })
        end
    end)

    it("takes names of apps that are names of directories", function()
        for _, app in ipairs { "a", "_x", "acme-2.0", "9" } do
            assert.is_truthy((open { app = app }))
        end
        for _, app in ipairs { "", ".", "..", "-x", "a/b", "a b", "a\n", "\u{e9}" } do
            local runtime, message = open { app = app }
            assert.is_nil(runtime, app)
            assert.is_truthy(message:find("letters, digits, '.', '_' and '-' only", 1, true), message)
        end
    end)

    it("creates nothing before there is something to keep", function()
        local runtime = assert(open { state_dir = state })
        runtime:notify(env, { tty = true })
        runtime:explain(env)
        runtime:close()
        assert.is_nil(core.stamp(state))
    end)

    it("knows an environment once, however one comes to it, and says what it cannot find", function()
        local runtime = assert(open { state_dir = state })
        assert.equal(runtime:environment(env), runtime:environment(env .. "/../webshop/"))
        for _, what in ipairs { "notify", "explain" } do
            local decision = runtime[what](runtime, work .. "/nowhere")
            assert.same({ false, true }, { decision.notify, decision.error })
            assert.is_truthy(decision.reason:find("/nowhere: cannot find the directory", 1, true), decision.reason)
        end
        assert.same({ "failed", "failed" }, { runtime:check_begin(work .. "/nowhere").state, runtime:check_begin(work .. "/nowhere").outcome })
    end)

    it("has one strategy: the policy's, or what stands in for it", function()
        local runtime = assert(open { state_dir = state })
        assert.equal(require "upnudge.strategy.separate_lock", runtime:strategy())
        assert.equal(runtime:strategy(), runtime:strategy())
        local stateless = assert(open { state_dir = state, policy = "stateless-hint" })
        assert.equal(require "upnudge.strategy.stateless", stateless:strategy())
        stateless = assert(open { state_dir = state, policy = "stateless-hint" })
        stateless.host.stand_ins.stateless = "simple"
        assert.equal(require "upnudge.strategy.simple", stateless:strategy())
    end)

    it("gives a strategy with settings what it knows", function()
        command.must 'mkdir -p "$work/upnudge/strategy"'
        command.write(work .. "/upnudge/strategy/own.lua", [[return { open = function(settings)
            return { read = function() settings.history = {}; return settings end, commit_check = print, claim = print } end }]])
        variables.UPNUDGE_LUA_PATH = work .. "/?.lua"
        local runtime = assert(open { state_dir = state, app = "acme",
            policy = stage.policy '{ api = 1, name = "p", extends = "default", strategy = "own", per = "machine", deadline = "70ms" }' })
        local settings = runtime:strategy().read()
        assert.same({ "acme", state, "machine", 70, work }, { settings.app, settings.state_dir, settings.per, settings.deadline,
            settings.variable "HOME" })
    end)

    it("with a faulty policy opens, and another one stands in for it", function()
        local runtime = assert(open { state_dir = state, policy = stage.policy "{ api = 1 }" })
        assert.same({ "default", "'default'" }, { runtime.policy.name, runtime.deputy.words })
        local decision = runtime:notify(env, { tty = true })
        assert.same({ true, "policy-fault", runtime.policy_fault }, { decision.notify, decision.code, decision.reason })
        assert.is_truthy(decision.reason:find("policy.lua:", 1, true), decision.reason)
        local check = runtime:check_begin(env)
        assert.equal("begun", check.state)
        check:abort()
    end)

    it("loads a policy of ours when somebody looks at it, and a file as it opens", function()
        local runtime = assert(open { state_dir = state, policy = "security-first" })
        assert.is_nil(rawget(runtime, "policy"))
        assert.equal("security-first", runtime.policy.name)
        assert.equal("not-checked", runtime:notify(env, { tty = true }).code)
        command.write(work .. "/own.lua", 'return require "upnudge".policy { api = 1, name = "own", extends = "default" }')
        assert.is_not_nil(rawget(assert(open { state_dir = state, policy = work .. "/own.lua" }), "policy"))
        assert.is_truthy(open { state_dir = state, policy = "security-frist" }.policy_fault:find "security%-first")
    end)

    it("that was asked nothing loads no policy when it closes, and is closed then", function()
        local runtime = assert(open { state_dir = state })
        runtime:close()
        assert.is_nil(rawget(runtime, "policy"))
        local notice = runtime:notify(env, { tty = true })
        assert.same({ false, "the runtime is closed" }, { notice.notify, notice.reason })
        runtime:close()
    end)

    it("that is closed is quiet, and may be closed again", function()
        local runtime = assert(open { state_dir = state })
        runtime:close()
        runtime:close()
        assert.same({ "the runtime is closed", true }, { runtime:notify(env).reason, runtime:notify(env).error })
        assert.equal("failed", runtime:check_begin(env).state)
        assert.is_nil(runtime:explain(env).trace[1])
    end)

    it("that is closed has what its open checks find all the same", function()
        for _, max_age in ipairs { 0, 60 } do
            local runtime = assert(open { state_dir = state })
            local check = runtime:check_begin(env, { max_age = max_age, now = now })
            runtime:close()
            local answer = check:commit(command.read(stage.NEW))
            assert.equal("checked", answer.outcome, answer.reason)
            now = now + 3600
        end
        local runtime = assert(open { state_dir = state })
        local check = runtime:check_begin(env, { max_age = 60, now = now })
        runtime:close()
        assert.equal("no room", check:fail("no room").reason)
    end)

    it("that is closed holds nothing after that, not even the formats that such a check has loaded", function()
        local policy = stage.policy '{ api = 1, name = "p", extends = "default" }'
        command.must 'mkdir "$work/formats"'
        command.write(work .. "/formats/acme.lua", [[local u = require "upnudge"
            return u.format { api = 1, name = "acme", title = "Acme", files = { "acme.lock" }, syntax = "lines",
                versions = "semver", packages = function(lines)
                    return { { name = "a", version = lines[1] } }
                end }]])
        command.write(env .. "/acme.lock", "1.0.0\n")
        local runtime = assert(open { state_dir = state, policy = policy })
        local check = runtime:check_begin(env, { lockfile = env .. "/acme.lock" })
        assert.equal("begun", check.state, check.reason)
        local vms, vm = 0, core.vm
        stage.finally(function() core.vm = vm end)
        core.vm = function(...)
            local made = vm(...)
            vms = vms + 1
            return setmetatable({}, { __index = function(_, name)
                return function(_, ...)
                    vms = vms - (name == "close" and 1 or 0)
                    return made[name](made, ...)
                end
            end })
        end
        runtime:close()
        assert.equal("checked", check:commit("1.1.0\n").outcome)
        assert.equal(0, vms)
        check:abort()
        assert.equal(0, vms)
    end)
end)

describe("what a runtime has decided", function()
    local runtime, record

    before_each(function()
        runtime = assert(open { state_dir = state, policy = stage.policy [[{ api = 1, name = "p", rules = {
            u.rule "never" { when = function(c) return c.now % 2 == 1 end, quiet = "odd" }, u.rule "r" { notify = u.every "1d" } } }]] })
        assert.is_nil(runtime.policy_fault)
        assert(runtime:check_begin(env, { now = NOW - 60 }):commit(command.read(stage.NEW)))
        record = runtime:environment(env).record
    end)

    local function notify(at)
        return runtime:notify(env, { tty = true, now = at })
    end

    it("is in the log when it closes, silence for the same rule once", function()
        notify(NOW)
        for i = 1, 3 do
            notify(NOW + 2 * i)
        end
        notify(NOW + 7)
        notify(NOW + 8)
        assert.same({}, past.decisions(record))
        runtime:close()
        local log = past.decisions(record)
        assert.same({ "r", nil, "never", nil }, { log[1].rule, log[2].rule, log[3].rule, log[4].rule })
        assert.same({ NOW, NOW + 6, NOW + 7, NOW + 8 }, { log[1].at, log[2].at, log[3].at, log[4].at })
        assert.same({ true, false, false, false, nil }, { log[1].notified, log[2].notified, log[3].notified, log[4].notified, log[5] })
        assert.is_truthy(log[2].reason:find("(3 times since 2027-01-15T08:00:02Z)", 1, true), log[2].reason)
    end)

    it("is in the log each time that the reason is another one", function()
        notify(NOW)
        notify(NOW + 2)
        command.must("cp %s %s", stage.NEW, env .. "/.flox/env/manifest.lock")
        notify(NOW + 4)
        notify(NOW + 6)
        runtime:close()
        local log = past.decisions(record)
        assert.same({ "notified", "not-due", "lockfile-changed", nil }, { log[1].code, log[2].code, log[3].code, log[4] })
        assert.is_truthy(log[3].reason:find("(2 times", 1, true))
    end)

    it("is written every so often, however long it stays open", function()
        for i = 1, 31 do
            notify(NOW + i)
        end
        assert.equal(0, #past.decisions(record))
        notify(NOW + 32)
        assert.equal(32, #past.decisions(record))
        notify(NOW + 33)
        runtime:close()
        runtime:close()
        assert.equal(33, #past.decisions(record))
    end)

    it("is not missed where it cannot be written", function()
        notify(NOW)
        command.must 'rm -rf "$state" && echo x >"$state"'
        runtime:close()
        assert.equal("x\n", command.read(state))
    end)
end)

--- A process that goes on for days: what a runtime keeps does not grow with the environments it was asked about.
describe("a runtime that lives long", function()
    local runtime, made

    --- An environment with the record that was made for `env`, which names its lockfile.
    local function another(name)
        local path = work .. "/" .. name
        local directory = ("%s/%s"):format(state, core.hash(path))
        assert(lfs.mkdir(path) and lfs.mkdir(directory))
        command.write(directory .. "/record.json", (made:gsub('"path":"[^"]*"', '"path":"' .. path .. '"')))
        return path
    end

    before_each(function()
        runtime = assert(open { state_dir = state, policy = "default" })
        assert(runtime:check_begin(env, { now = NOW - 60 }):commit(command.read(stage.NEW)))
        made = command.read(runtime:environment(env).record.directory_path .. "/record.json")
    end)

    after_each(function()
        runtime:close()
    end)

    local function notify(path, at)
        return runtime:notify(path, { tty = true, now = at })
    end

    --- Instructions of our Lua that a hundred silent decisions take, and their way to the log.
    local function instructions(paths)
        local count = 0
        debug.sethook(function() count = count + 1 end, "", 100)
        for i = 1, 100 do
            notify(paths[#paths - i % 20], NOW + i % 2)
            runtime:flush()
        end
        debug.sethook()
        return count
    end

    it("takes no longer to decide after 5,000 environments than after 20", function()
        local paths = {}
        for i = 1, 20 do
            paths[i] = another("few " .. i)
            notify(paths[i], NOW)
        end
        instructions(paths)
        local few = instructions(paths)
        -- Directories without a record are environments, too.
        for i = 1, 5000 do
            local path = work .. "/many " .. i
            assert(lfs.mkdir(path))
            assert.is_false(notify(path, NOW).notify)
        end
        for _, path in ipairs(paths) do
            notify(path, NOW)
        end
        local many = instructions(paths)
        assert.is_true(many < 1.2 * few, ("%d instead of %d"):format(many, few))
    end)

    it("keeps no more memory after a day than after its first hour", function()
        local made_here = 0
        local function hour()
            local paths = {}
            for i = 1, 270 do
                made_here = made_here + 1
                paths[i] = another("webshop " .. made_here)
            end
            for round = 1, 2 do
                for _, path in ipairs(paths) do
                    notify(path, NOW + round)
                end
            end
            collectgarbage()
            return collectgarbage "count"
        end
        local first = hour()
        local last = hour()
        assert.is_true(last < 1.1 * first, ("%.0f KiB instead of %.0f"):format(last, first))
    end)

    it("tells of every environment what it decided, also of one that it does not keep", function()
        local paths = {}
        for i = 1, 300 do
            paths[i] = another("webshop " .. i)
            notify(paths[i], NOW + i)
            notify(paths[i], NOW + i)
        end
        assert.is_true(notify(env, NOW).notify)
        runtime:close()
        for i, path in ipairs(paths) do
            local record = require "upnudge.record".open(core, { cache = state, state = state },
                { path = path, key = core.hash(path) })
            local found = past.decisions(record)
            assert.same({ NOW + i, true, NOW + i, false, nil }, { found[1].at, found[1].notified, found[2].at,
                found[2].notified, found[3] }, path)
        end
    end)

    it("tells once of a silence that is repeated, in many environments too", function()
        local paths = {}
        for i = 1, 40 do
            paths[i] = another("webshop " .. i)
            notify(paths[i], NOW)
            notify(paths[i], NOW + 1)
        end
        runtime:flush()
        local log = ("%s/%s/decisions.log"):format(state, core.hash(paths[1]))
        local written = command.read(log)
        for i = 2, 5 do
            for _, path in ipairs(paths) do
                notify(path, NOW + i)
            end
        end
        assert.equal(written, command.read(log))
        runtime:close()
        assert.is_truthy(command.read(log):find("(4 times since 2027-01-15T08:00:02Z)\tnot-due\t", 1, true), command.read(log))
    end)

    it("keeps fewer environments where their records are large", function()
        local size = 200000
        made = made:gsub("}%s*$", (',"other":"%s"}'):format(("x"):rep(size)))
        collectgarbage()
        local before = collectgarbage "count"
        for i = 1, 150 do
            notify(another("webshop " .. i), NOW)
        end
        collectgarbage()
        local kept = (collectgarbage "count" - before) * 1024 / size
        assert.is_true(kept < 30, ("as much as %.0f records"):format(kept))
    end)
end)
