--- Hosts that embed us: a C program through upnudge.h, and plain Lua through require "upnudge".

local command = require "command"
local stage = require "stage"

local NEW <const>, NOW <const>, DAY <const> = stage.NEW, stage.NOW, stage.DAY

local work, env, state
local program = command.root .. "/" .. command.build .. "/tests/host/embed"

before_each(function()
    work, env, state = stage.set()
end)

after_each(stage.strike)

local function embed(what, now, ...)
    local words = { program, state, "default", what, env, tostring(now), ... }
    return command.shell(("%s "):rep(#words), table.unpack(words))
end

describe("a C program", function()
    it("checks, is told once, and is quiet with a reason", function()
        assert.equal("quiet: no check has run yet\n", embed("notify", NOW).out)
        assert.equal("ok\n", embed("check", NOW, NEW).out)
        assert.equal("fresh: checked 1 minute ago; 2 version changes, 1 rebuild\n", embed("check", NOW + 60, NEW).out)
        assert.equal("2 version changes and 1 rebuild available in webshop.", embed("notify", NOW + 1).out:match "[^\n]*")
        assert.is_truthy(embed("notify", NOW + 2).out:find "^quiet: already said 1 second ago")
    end)

    it("shares its records with the command", function()
        embed("check", NOW, NEW)
        local shown = command.run("show", env, "--state-dir", state)
        assert.is_truthy(shown.out:find("curl  8.9.0 -> 8.10.1", 1, true))
    end)

    it("records a failure and is told to wait", function()
        assert.equal("ok\n", embed("fail", NOW, "no network").out)
        assert.is_truthy(embed("check", NOW + 60, NEW).out:find "^later: .*no network")
        assert.equal("ok\n", embed("check", NOW + 300, NEW).out)
    end)

    it("holds the lock until it aborts or dies", function()
        local said = work .. "/said"
        local holder <close> = io.popen(command.script("exec %s %s default hold %s %d >%s", program, state, env, NOW, said), "w")
        assert.equal("holding\n", stage.await_file(said))
        assert.is_truthy(embed("check", NOW, NEW).out:find "^busy: another process is checking")
        holder:close()
        assert.equal("ok\n", embed("check", NOW, NEW).out)
    end)

    --- One handle all the while; each line of the script is something that it does.
    local function live(script)
        command.write(work .. "/script", (script:gsub("^ +", ""):gsub("\n +", "\n")))
        local policy = stage.policy [[{ api = 1, name = "p", strategy = "stateless",
            text = function(c) return c.env.name .. " of " .. c.env.path:match "[^/]+$" .. ": " .. c.result.total end,
            rules = { u.rule "r" { notify = u.always() } } }]]
        local result = command.shell('cd "$work" && exec %s "$state" %s live - %d "$new" <script', program, policy, NOW)
        assert.equal("", result.err)
        return result.out
    end

    local function lines(text)
        return (text:gsub("^ +", ""):gsub("\n +", "\n"))
    end

    it("looks each time where a path leads, from where it is then", function()
        command.must [[mkdir "$work/one" "$work/two" && cp -r "$env" "$work/one/app" && cp -r "$env" "$work/two/app" &&
            mkdir "$work/two/other"]]
        assert.equal(lines [[
            ok
            app of app: 3
            quiet: no check has run yet
            ok
            app of app: 3
            quiet: no check has run yet
            app of app: 3
            quiet: the lockfile changed since the last check
            quiet: no check has run yet
        ]], live [[
            run ln -sfn one current
            check current/app
            notify current/app
            run ln -sfn two current
            notify current/app
            check current/app
            notify current/app
            in two
            notify other
            in ../one
            notify app
            run cp "$new" ../two/app/.flox/env/manifest.lock
            notify ../current/app
            run ln -sfn other ../two/link; rm -rf ../current; ln -s two/other ../current
            notify ../current
        ]])
    end)

    it("has of a directory that was removed and made again what was found in its place, while its lockfile is the same", function()
        assert.equal(lines [[
            ok
            webshop of webshop: 3
            quiet: webshop: cannot find the directory: No such file or directory
            webshop of webshop: 3
            quiet: the lockfile changed since the last check
            ok
            quiet: nothing newer was found
        ]], live [[
            check webshop
            notify webshop
            run mv webshop aside
            notify webshop
            run cp -r aside webshop
            notify webshop
            run cp "$new" webshop/.flox/env/manifest.lock
            notify webshop
            check webshop
            notify webshop
        ]])
    end)

    it("has of state that was removed and made again what is there now", function()
        assert.equal(lines [[
            ok
            webshop of webshop: 3
            quiet: no check has run yet
            ok
            webshop of webshop: 3
        ]], live [[
            check webshop
            notify webshop
            run rm -rf "$state"
            notify webshop
            check webshop
            notify webshop
        ]])
    end)

    it("compares versions", function()
        local function compare(a, b, ...)
            local words = { program, state, "default", "compare", a, b, ... }
            return command.shell(("%s "):rep(#words), table.unpack(words)).out
        end
        assert.equal("older\n", compare("1.0rc1", "1.0", "pep440"))
        assert.equal("equal\n", compare("1.0", "1.0.0", "rubygems"))
        assert.equal("newer\n", compare("1:1", "2", "debian"))
        assert.equal("not comparable\n", compare("main", "2.0.0", "semver"))
        assert.equal("no such scheme\n", compare("1", "2", "pep"))
        assert.equal("no such scheme\n", compare("1", "2"))
    end)

    it("gets an error, not a crash, for misuse", function()
        local said = embed("misuse", NOW)
        assert.equal(0, said.code)
        assert.is_truthy(said.out:find("usage: upnudge_notify: environment is NULL\nusage: upnudge_check_begin: environment is NULL\nok\n",
            1, true), said.out)
        assert.is_truthy(said.out:find("error: the upgraded lockfile: ", 1, true), said.out)
        assert.is_truthy(said.out:find("usage: upnudge_check_commit: the check has ended already", 1, true), said.out)
    end)

    it("opens with a broken policy, and learns why another one answers", function()
        command.write(work .. "/broken.lua", "return 1 +")
        local said = command.shell("%s %s %s/broken.lua notify %s %d", program, state, work, env, NOW)
        assert.is_truthy(said.out:find "broken.lua has a mistake; using 'default'", said.out .. said.err)
    end)
end)

describe("a Lua program", function()
    it("does the same in its own state", function()
        local upnudge = require "upnudge"
        local runtime <close> = assert(upnudge.open { app = "spec", state_dir = state, policy = "default" })
        local check = runtime:check_begin(env, { now = NOW })
        assert.equal("begun", check.state)
        assert.same({ "checked", 12 }, { (function(answer) return answer.outcome, answer.changes end)(
            check:commit(command.read(NEW))) })
        -- The host facts say CI where these tests run in one: its rule is told by name.
        local notice = runtime:notify(env, { now = NOW + 1, tty = true })
        assert.is_true(notice.notify or notice.rule == "ci")
        assert.equal(notice.rule ~= "ci", notice.text ~= nil)
    end)

    it("is told of an unknown app, directory or environment", function()
        local upnudge = require "upnudge"
        assert.is_truthy(select(2, upnudge.open { app = "../x" }):find "app")
        assert.is_truthy(select(2, upnudge.open { state_dir = "relative" }):find "absolute")
        local runtime <close> = assert(upnudge.open { state_dir = state })
        assert.is_truthy(runtime:notify(work .. "/absent").reason:find "absent")
        assert.equal("failed", runtime:check_begin(work .. "/absent").state)
    end)

    it("may ask about many environments and days with one runtime", function()
        local upnudge = require "upnudge"
        command.write(work .. "/p.lua", [[
            local u = require "upnudge"
            return u.policy { api = 1, name = "p", strategy = "separate-lock", text = function(c) return c.env.name end,
                rules = { u.rule "daily" { notify = u.every "1d" } } }]])
        local runtime <close> = assert(upnudge.open { state_dir = state, policy = work .. "/p.lua" })
        local other = work .. "/other"
        command.shell("cp -r %s %s", env, other)
        for _, path in ipairs { env, other } do
            runtime:check_begin(path, { now = NOW }):commit(command.read(NEW))
        end
        for day = 0, 3 do
            for _, path in ipairs { env, other } do
                local now = NOW + day * DAY + day
                assert.equal(path:match "%w+$", runtime:notify(path, { now = now }).text)
                assert.is_false(runtime:notify(path, { now = now + 1 }).notify)
            end
        end
    end)
end)
