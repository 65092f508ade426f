--- The check: fresh, busy, failed, detached; commands of every manner.

local command = require "command"
local cjson = require "cjson"

local OLD <const>, NEW <const> = "tests/fixtures/demo/manifest.lock", "tests/fixtures/demo/upgraded.lock"
local NOW <const> = 1800000000
local DAY <const> = 86400

local work, env, state, here

local function check(...)
    return command.run("check", env, "--state-dir", state, ...)
end

local function outcome(...)
    return cjson.decode(check("--json", ...).out)
end

local function record()
    local shown = command.run("show", env, "--state-dir", state, "--json")
    return shown.code == 0 and cjson.decode(shown.out) or nil
end

local function script(text)
    local path = work .. "/script"
    command.write(path, "#!/bin/sh\n" .. text)
    os.execute("chmod +x " .. path)
    return path
end

local function wait_for(what, seconds)
    for _ = 1, seconds * 20 do
        local value = what()
        if value then
            return value
        end
        os.execute "sleep 0.05"
    end
end

before_each(function()
    work = command.directory()
    env, state = work .. "/webshop", work .. "/state"
    here = require "lfs".currentdir() .. "/"
    command.shell(("mkdir -p %s/.flox/env && cp %s %s/.flox/env/manifest.lock"):format(env, OLD, env))
end)

after_each(function()
    command.remove(work)
end)

describe("a check", function()
    it("takes the upgraded lockfile from standard output", function()
        local said = outcome("--", "cat", here .. NEW)
        assert.same({ 1, "checked", 12 }, { said.schema, said.outcome, said.changes })
        assert.equal(12, record().changes)
    end)

    it("takes it from $UPNUDGE_NEW_LOCKFILE, and tells the command what it is about", function()
        local said = outcome("--", script(([[
            [ "$UPNUDGE_ENVIRONMENT" = %s ] && [ "$UPNUDGE_LOCKFILE" = %s/.flox/env/manifest.lock ] || exit 9
            echo progress
            cp %s "$UPNUDGE_NEW_LOCKFILE"]]):format(env, env, here .. NEW)))
        assert.equal("checked", said.outcome, said.reason)
    end)

    it("is not repeated while fresh, unless asked or the lockfile changed", function()
        outcome("--now", NOW, "--new", NEW)
        assert.equal("fresh", outcome("--now", NOW + DAY - 1, "--new", NEW).outcome)
        assert.equal("checked", outcome("--now", NOW + 60, "--max-age", "0", "--new", NEW).outcome)
        assert.equal("checked", outcome("--now", NOW + 60 + DAY, "--new", NEW).outcome)
        assert.equal("checked", outcome("--now", NOW + 120 + DAY, "--max-age", "1m", "--new", NEW).outcome)
        command.shell(("cp %s %s/.flox/env/manifest.lock"):format(NEW, env))
        assert.equal("nothing newer", outcome("--now", NOW + 121 + DAY, "--new", NEW).reason)
    end)

    it("that failed is recorded with its reason and waits longer each time", function()
        local first = check("--now", NOW, "--", script "echo 'no route to host' >&2; exit 7")
        assert.equal(1, first.code)
        assert.is_truthy(first.err:find("exited with 7: no route to host", 1, true), first.err)
        assert.same({ NOW, 1, NOW + 300 }, { record().last_failed, record().failures, record().retry_at })
        local marker = script "touch $(dirname $0)/ran; exit 1"
        local early = outcome("--now", NOW + 299, "--", marker)
        assert.equal("failed", early.outcome)
        assert.is_truthy(early.reason:find "no route to host")
        assert.is_nil(command.read(work .. "/ran"))
        outcome("--now", NOW + 300, "--", marker)
        assert.equal("", command.read(work .. "/ran"))
        assert.equal(NOW + 300 + 600, record().retry_at)
        assert.equal("checked", outcome("--now", NOW + 901, "--new", NEW).outcome)
        assert.is_nil(record().last_failed)
    end)

    it("that failed keeps the result of the one before", function()
        check("--now", NOW, "--new", NEW)
        check("--now", NOW + DAY, "--", "false")
        assert.equal(12, record().changes)
        assert.is_truthy(command.run("notify", env, "--state-dir", state, "--tty", "--now", NOW + DAY).err:find "available")
    end)

    it("fails on commands that give no lockfile", function()
        for name, case in pairs {
            nothing = { "true", "printed no lockfile" },
            ["no JSON"] = { "echo hello", "upgraded lockfile" },
            ["another format"] = { [[echo '{"lockfileVersion":3,"packages":{}}']], "npm" },
            ["ended by a signal"] = { "kill -9 $$", "signal 9" },
        } do
            local said = outcome("--max-age", "0", "--", script(case[1]))
            assert.equal("failed", said.outcome, name)
            assert.is_truthy(said.reason:find(case[2], 1, true), name .. ": " .. said.reason)
        end
        local absent = outcome("--max-age", "0", "--", work .. "/absent")
        assert.is_truthy(absent.reason:find "absent", absent.reason)
    end)

    it("ends a command that outlives its time, with its children", function()
        local started = os.time()
        local said = outcome("--timeout", "1s", "--", script "sleep 30 & echo $! >$(dirname $0)/child; wait")
        assert.equal("failed", said.outcome)
        assert.is_true(os.time() - started < 10)
        local child = command.read(work .. "/child"):match "%d+"
        assert.is_truthy(wait_for(function()
            return command.shell("kill -0 " .. child).code ~= 0
        end, 5))
    end)

    it("does not wait for a grandchild that keeps its output open", function()
        local started = os.time()
        local said = outcome("--", script(("cat %s; sleep 20 &"):format(here .. NEW)))
        assert.equal("checked", said.outcome, said.reason)
        assert.is_true(os.time() - started < 10)
    end)

    it("runs alone: a second one is told and does not wait", function()
        local holder = script(("touch $(dirname $0)/inside; sleep 3; cat %s"):format(here .. NEW))
        os.execute(("%s check %s --state-dir %s -- %s >/dev/null 2>&1 &"):format(command.program, env, state, holder))
        assert.is_truthy(wait_for(function()
            return command.read(work .. "/inside")
        end, 5))
        local second = check("--json", "--new", NEW)
        assert.same({ 75, "busy" }, { second.code, cjson.decode(second.out).outcome })
        assert.is_truthy(wait_for(record, 8))
    end)

    it("that was killed frees its lock, and its temporaries are swept", function()
        local holder = script "echo $$ >$(dirname $0)/inside; exec sleep 30"
        os.execute(("sh -c 'echo $$ >%s/pid; exec %s check %s --state-dir %s -- %s' >/dev/null 2>&1 &"):format(work,
            command.program, env, state, holder))
        wait_for(function()
            return (command.read(work .. "/inside") or ""):match "%d"
        end, 5)
        assert.equal("busy", outcome("--new", NEW).outcome)
        os.execute("kill -9 " .. command.read(work .. "/pid"))
        command.shell(("touch %s/*/.0123456789abcdef.tmp"):format(state))
        assert.equal("checked", outcome("--new", NEW).outcome)
        assert.equal("", command.shell(("find %s -name '*.tmp'"):format(state)).out)
        os.execute("kill " .. command.read(work .. "/inside"))
    end)

    it("goes on in the background and lets its caller go", function()
        local slow = script(("sleep 1; echo hello >&2; cat %s"):format(here .. NEW))
        local started = os.time()
        -- The pipe would hang if the detached process kept it.
        local said = command.shell(("%s check %s --state-dir %s --detach --json -- %s | cat"):format(command.program,
            env, state, slow))
        assert.is_true(os.time() - started <= 1)
        assert.equal("started", cjson.decode(said.out).outcome)
        assert.is_truthy(wait_for(function()
            return (record() or {}).last_checked
        end, 10))
        assert.equal("hello\n", command.shell(("cat %s/*/check.log"):format(state)).out)
        assert.equal("fresh", outcome("--detach", "--", "false").outcome)
    end)

    it("stores each lockfile once, and forgets those that no record names", function()
        check("--now", NOW, "--new", NEW)
        local function stored()
            return command.shell(("ls -i %s/*/lockfiles"):format(state)).out
        end
        local first = stored()
        check("--now", NOW + DAY, "--new", NEW)
        assert.equal(first, stored())
        command.shell(("cp %s %s/.flox/env/manifest.lock"):format(NEW, env))
        check("--now", NOW + 2 * DAY, "--new", NEW)
        assert.equal("1\n", command.shell(("ls %s/*/lockfiles | wc -l"):format(state)).out)
    end)

    it("tells what is wrong with a lockfile: missing, unreadable, broken, unknown, two", function()
        local lockfile = env .. "/.flox/env/manifest.lock"
        for text, expected in pairs { ["{"] = "manifest.lock:1:", ['{"error":"no such environment"}'] = "manifest.lock",
            ["[]"] = "manifest.lock", [""] = "manifest.lock" } do
            command.write(lockfile, text)
            local said = check("--new", NEW)
            assert.equal(1, said.code)
            assert.is_truthy(said.err:find(expected, 1, true), said.err)
        end
        os.execute("rm " .. lockfile)
        assert.is_truthy(check("--new", NEW).err:find "no lockfile")
        os.execute(("mkdir %s; touch %s/package-lock.json"):format(lockfile, env))
        assert.is_truthy(check("--new", NEW).err:find "several lockfiles")
        assert.is_truthy(check("--new", NEW, "--lockfile", lockfile).err:find "manifest.lock")
        assert.is_nil(record())
    end)

    it("prefers a shrinkwrap to the package-lock beside it", function()
        local project = work .. "/project"
        os.execute("mkdir " .. project)
        local text = '{"lockfileVersion":3,"packages":{"":{},"node_modules/a":{"version":"1.0.0"}}}'
        command.write(project .. "/package-lock.json", "{}")
        command.write(project .. "/npm-shrinkwrap.json", text)
        command.write(work .. "/new.json", (text:gsub("1%.0%.0", "1.2.0")))
        local said = command.run("check", project, "--state-dir", state, "--new", work .. "/new.json")
        assert.equal("checked: 1 change\n", said.out)
    end)

    it("takes its usage seriously", function()
        assert.equal(2, check().code)
        assert.equal(2, check("--new", NEW, "--", "cat").code)
        assert.equal(2, check("--new", NEW, "--max-age", "soon").code)
        assert.equal(2, command.run("chekc").code)
        assert.equal(2, command.run().code)
        assert.equal(0, command.run("check", "--help").code)
    end)
end)

describe("the times of a lockfile", function()
    it("are no proof while it is younger than two seconds", function()
        local lockfile = env .. "/.flox/env/manifest.lock"
        check("--new", NEW, "--now", NOW)
        assert.equal("", record().stamp)
        local function said()
            return command.run("notify", env, "--state-dir", state, "--tty", "--json", "--now", NOW + 1).out
        end
        -- Of the same size, in the same place.
        local bytes = command.read(lockfile)
        command.write(lockfile, (bytes:gsub("8%.9%.0", "8.9.1")))
        assert.is_truthy(said():find("the lockfile changed since the last check", 1, true))
        command.write(lockfile, bytes)
        assert.is_truthy(said():find('"notified":true', 1, true))
        os.execute "sleep 2.1"
        check("--new", NEW, "--now", NOW + 2, "--max-age", 0)
        assert.is_truthy(record().stamp:find "^%x+:")
    end)
end)
