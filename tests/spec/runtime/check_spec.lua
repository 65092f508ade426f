--- The check: fresh, busy, failed, detached; commands of every manner.

local command = require "command"
local core = require "upnudge.core"
local json_text = require "json_text"
local stage = require "stage"
local cjson = require "cjson"

local NEW <const>, NOW <const>, DAY <const> = stage.NEW, stage.NOW, stage.DAY
-- Seconds that only a hang lasts.
local HANG <const> = 600

local work, env, state

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
    command.must("chmod +x %s", path)
    return path
end

--- A command that says that it began, waits until it is let go on, or nobody cares any more, and does `more`.
local function slow(more)
    return script('echo $$ >"$work/inside"; while [ -d "$work" ] && ! [ -e "$work/go" ]; do sleep 0.05; done\n' .. more)
end

local function let_go()
    command.write(work .. "/go", "")
end

--- The process may end in its own time, but it has been told to.
local function await_end(pid)
    stage.await("the end of " .. pid, function()
        return not stage.alive(pid)
    end)
end

before_each(function()
    work, env, state = stage.set()
end)

after_each(stage.strike)

describe("a check", function()
    it("takes the upgraded lockfile from standard output", function()
        local said = outcome("--", "cat", NEW)
        assert.same({ 1, "checked", 12 }, { said.schema, said.outcome, said.changes })
        assert.equal(12, record().changes)
    end)

    it("takes it from $UPNUDGE_NEW_LOCKFILE, and tells the command what it is about", function()
        local said = outcome("--", script [[
            [ "$UPNUDGE_ENVIRONMENT" = "$env" ] && [ "$UPNUDGE_LOCKFILE" = "$env/.flox/env/manifest.lock" ] || exit 9
            echo progress
            cp "$new" "$UPNUDGE_NEW_LOCKFILE"]])
        assert.equal("checked", said.outcome, said.reason)
    end)

    it("is not repeated while fresh, unless asked or the lockfile changed", function()
        outcome("--now", NOW, "--new", NEW)
        assert.equal("fresh", outcome("--now", NOW + DAY - 1, "--new", NEW).outcome)
        assert.equal("checked", outcome("--now", NOW + 60, "--max-age", "0", "--new", NEW).outcome)
        assert.equal("checked", outcome("--now", NOW + 60 + DAY, "--new", NEW).outcome)
        assert.equal("checked", outcome("--now", NOW + 120 + DAY, "--max-age", "1m", "--new", NEW).outcome)
        command.shell("cp %s %s/.flox/env/manifest.lock", NEW, env)
        assert.equal("nothing newer", outcome("--now", NOW + 121 + DAY, "--new", NEW).reason)
    end)

    it("is repeated where the list of what it found is lost, damaged or of another record", function()
        local swapped = [[cd "$state"/*/ && old=$(jq -r .old record.json) new=$(jq -r .new record.json) &&
            jq -c --arg old "$new" --arg new "$old" '.old = $old | .new = $new' record.json >other && cat other >record.json]]
        for _, damage in ipairs { 'rm "$state"/*/changes/*', ': >"$(echo "$state"/*/changes/*)"',
            'sed -i s/curl/lruc/ "$state"/*/changes/*', 'rm -r "$state"/*/changes', swapped } do
            outcome("--new", NEW)
            assert.equal("fresh", outcome("--new", NEW).outcome)
            command.must(damage)
            assert.equal("checked", outcome("--new", NEW, "--lockfile", env .. "/.flox/env/manifest.lock").outcome, damage)
            assert.is_truthy(command.must('"$upnudge" show "$env" --state-dir "$state"'):find "curl  8.9.0 %-> 8.10.1")
        end
    end)

    it("is not repeated for a lockfile that was only written anew, and finds nothing newer in one", function()
        local lockfile = env .. "/.flox/env/manifest.lock"
        local twin = json_text.rewrite(command.read(lockfile), { sorted = true, indent = "  " })
        outcome("--new", NEW)
        command.write(lockfile, twin)
        assert.equal("fresh", outcome("--new", NEW).outcome)
        -- What it has read activations need not read again.
        assert.is_truthy(command.must 'cat "$state"/*/content.json':find(core.hash(twin), 1, true))
        command.write(lockfile, (twin:gsub("8%.9%.0", "8.9.1")))
        assert.equal("checked", outcome("--new", NEW).outcome)
        command.write(work .. "/twin", twin)
        command.write(lockfile, (command.read(stage.OLD):gsub("\n", "\r\n")))
        assert.equal("nothing newer", outcome("--new", work .. "/twin").reason)
        assert.equal("fresh", outcome("--new", NEW).outcome)
    end)

    it("that failed is recorded with its reason and waits longer each time", function()
        local first = check("--now", NOW, "--", script "echo 'no route to host' >&2; exit 7")
        assert.equal(1, first.code)
        assert.is_truthy(first.err:find("exited with 7: no route to host", 1, true), first.err)
        assert.same({ NOW, 1, NOW + 300 }, { record().last_failed, record().failures, record().retry_at })
        local marker = script 'touch "$work/ran"; exit 1'
        local early = outcome("--now", NOW + 299, "--detach", "--", marker)
        assert.same({ "later", "later", NOW + 300 }, { early.outcome, early.code, early.retry_at })
        assert.is_truthy(early.reason:find "no route to host")
        assert.is_nil(command.read(work .. "/ran"))
        outcome("--now", NOW + 300, "--", marker)
        assert.equal("", command.read(work .. "/ran"))
        assert.equal(NOW + 300 + 600, record().retry_at)
        -- Who waits for it is not told to come again.
        command.must 'rm "$work/ran"'
        assert.equal("failed", outcome("--now", NOW + 301, "--", marker).outcome)
        assert.same({ "", 3 }, { command.read(work .. "/ran"), record().failures })
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
        local said = outcome("--timeout", "1s", "--", script(('sleep %d & echo $! >"$work/child"; wait'):format(HANG)))
        assert.equal("failed", said.outcome)
        assert.is_truthy(said.reason:find("1 s", 1, true), said.reason)
        await_end(command.read(work .. "/child"):match "%d+")
    end)

    it("does not wait for a grandchild that keeps its output open", function()
        local said = outcome("--", script(('cat "$new"; sleep %d & echo $! >"$work/child"'):format(HANG)))
        assert.equal("checked", said.outcome, said.reason)
        assert.is_false(stage.alive(command.read(work .. "/child"):match "%d+"))
    end)

    it("runs alone: a second one is told and does not wait", function()
        stage.start('"$upnudge" check "$env" --state-dir "$state" -- %s', slow 'cat "$new"')
        stage.await_file(work .. "/inside")
        local second = check("--json", "--new", NEW)
        assert.same({ 75, "busy" }, { second.code, cjson.decode(second.out).outcome })
        let_go()
        stage.await("the first check's record", record)
    end)

    it("that was killed frees its lock, and its temporaries are swept", function()
        local holder = stage.start('exec "$upnudge" check "$env" --state-dir "$state" -- %s', slow "exit 1")
        local inside = stage.await_file(work .. "/inside"):match "%d+"
        assert.equal("busy", outcome("--new", NEW).outcome)
        command.must("kill -9 %s", holder)
        stage.finally(function()
            command.shell("kill %s", inside)
        end)
        await_end(holder)
        command.must 'for key in "$state"/*/; do touch "$key/.0123456789abcdef.tmp"; done'
        assert.equal("checked", outcome("--new", NEW).outcome)
        assert.equal("", command.shell("find %s -name '*.tmp'", state).out)
    end)

    it("goes on in the background and lets its caller go", function()
        -- It ends after its caller has gone on, and the pipe would hang if the detached process kept it.
        local said = command.shell('"$upnudge" check "$env" --state-dir "$state" --detach --json -- %s | cat',
            slow 'echo hello >&2; cat "$new"')
        assert.equal("started", cjson.decode(said.out).outcome)
        assert.is_nil(record())
        let_go()
        stage.await("the record", function()
            return (record() or {}).last_checked
        end)
        assert.equal("hello\n", command.shell("cat %s/*/check.log", state).out)
        assert.equal("fresh", outcome("--detach", "--", "false").outcome)
    end)

    it("stores each lockfile once, and forgets those that no record names", function()
        check("--now", NOW, "--new", NEW)
        local function stored()
            return command.shell("ls -i %s/*/lockfiles", state).out
        end
        local first = stored()
        check("--now", NOW + DAY, "--new", NEW)
        assert.equal(first, stored())
        command.shell("cp %s %s/.flox/env/manifest.lock", NEW, env)
        check("--now", NOW + 2 * DAY, "--new", NEW)
        assert.equal("1\n", command.shell("ls %s/*/lockfiles | wc -l", state).out)
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
        command.shell("rm %s", lockfile)
        assert.is_truthy(check("--new", NEW).err:find "no lockfile")
        command.shell("mkdir %s; touch %s/package-lock.json", lockfile, env)
        assert.is_truthy(check("--new", NEW).err:find "several lockfiles")
        assert.is_truthy(check("--new", NEW, "--lockfile", lockfile).err:find "manifest.lock")
        assert.is_nil(record())
    end)

    it("prefers a shrinkwrap to the package-lock beside it", function()
        local project = work .. "/project"
        command.shell("mkdir %s", project)
        local text = '{"lockfileVersion":3,"packages":{"":{},"node_modules/a":{"version":"1.0.0"}}}'
        command.write(project .. "/package-lock.json", "{}")
        command.write(project .. "/npm-shrinkwrap.json", text)
        command.write(work .. "/new.json", (text:gsub("1%.0%.0", "1.2.0")))
        local said = command.run("check", project, "--state-dir", state, "--new", work .. "/new.json")
        assert.equal("checked: 1 version change\n", said.out)
    end)

    it("takes its usage seriously", function()
        assert.equal(2, check("--new", NEW, "--", "cat").code)
        assert.equal(2, check("--new", NEW, "--max-age", "soon").code)
        assert.equal(2, command.run("chekc").code)
        assert.equal(0, command.run("check", "--help").code)
    end)
end)

describe("the commit of a check", function()
    local FAULTY <const> = command.root .. "/" .. command.build .. "/tests/fault/upnudge-cli"
    local keep, branch, branch_new

    --- All that readers are told, as one; raises where its parts do not belong together.
    local function told()
        local home = command.must 'echo "$state"/*':match "[^\n]+"
        local value = cjson.decode((assert(command.read(home .. "/record.json"))))
        local function blob(member, folder)
            local bytes = assert(command.read(("%s/%s/%s"):format(home, folder, value[member])), member)
            assert.equal(value[member], core.hash(bytes), member)
            return bytes
        end
        local old, new = blob("old", "lockfiles"), blob("new", "lockfiles")
        local found = assert(core.diff(assert(core.parse("a", old)), assert(core.parse("b", new))))
        local listed, total, stray = cjson.decode(blob("details", "changes")).changes, 0, {}
        for _, change in ipairs(listed) do
            assert.is_number(change.first_seen)
            change.first_seen, change.security_since = nil, nil
        end
        assert.same(found, listed)
        for _, counts in pairs(value.systems) do
            total = total + counts.total
        end
        assert.same({ #found, #found }, { value.changes, total })
        for path in command.must("find %s -type f -size +0 ! -name '*.json'", home):gmatch "[^\n]+" do
            local name = path:match "[^/]+$"
            local named = name == value.old or name == value.new or name == value.details
            stray[#stray + 1] = not named and name or nil
        end
        return ("%s to %s"):format(value.old, value.new), stray
    end

    before_each(function()
        command.must 'mkdir "$work/keep"'
        keep, branch, branch_new = work .. "/keep", work .. "/branch.lock", work .. "/branch.new"
        local text = command.read(stage.OLD)
        command.write(branch, (text:gsub("8%.9%.0", "8.8.0")))
        command.write(branch_new, (command.read(NEW):gsub("8%.10%.1", "8.11.0"):gsub("2%.45%.2", "2.46.0")))
        check("--now", NOW, "--new", NEW)
        command.must("cp -a \"$state\" %s/state && cp %s \"$env/.flox/env/manifest.lock\"", keep, branch)
    end)

    --- The second check, on another branch, in which a system call goes wrong; its exit code.
    local function commit(plan)
        command.must('rm -rf "$state" && cp -a %s/state "$state"', keep)
        return command.shell("UPNUDGE_FAULT=%s exec %s check \"$env\" --state-dir \"$state\" --now %d --new %s", plan, FAULTY,
            NOW + DAY, branch_new)
    end

    --- What the readers are told before and after.
    local function before_and_after()
        assert.equal(0, commit("any:99999:EIO").code)
        local after, strays = told()
        assert.same({}, strays)
        command.must('rm -rf "$state" && cp -a %s/state "$state"', keep)
        return (told()), after
    end

    --- How many system calls a check makes: the last at which one can be killed.
    local function calls()
        local most, least = 1024, 0
        while most - least > 1 do
            local middle = (most + least) // 2
            if commit(("any:%d:kill"):format(middle)).code == 137 then
                least = middle
            else
                most = middle
            end
        end
        assert.is_true(least > 80 and least < 1000, least)
        return least
    end

    it("is old or new as a whole, whatever system call is its last", function()
        local before, after = before_and_after()
        local seen = {}
        -- Some calls at the end are made only while files are young, and not any more by then.
        local last <const> = calls()
        for at = 1, last do
            local code = commit(("any:%d:kill"):format(at)).code
            assert.is_true(code == 137 or code == 0 and at > last - 40, at)
            local now = told()
            assert.is_true(now == before or now == after, at)
            seen[now] = true
            -- The next check is not hindered by what is left, and leaves nothing of it.
            if at % 8 == 0 then
                assert.equal(0, check("--now", NOW + DAY, "--max-age", 0, "--new", branch_new).code, at)
                local again, strays = told()
                assert.same({ after, {} }, { again, strays }, at)
            end
        end
        assert.is_true(seen[before] and seen[after])
    end)

    it("is old or new as a whole, whatever system call fails", function()
        local before, after = before_and_after()
        local failed = 0
        for at = 1, calls() do
            local said = commit(("any:%d:ENOSPC"):format(at))
            local now = told()
            if said.code == 0 then
                assert.equal(after, now, at)
            else
                failed = failed + 1
                assert.is_true(now == before or now == after, at)
                assert.are_not.equal("", said.err, at)
            end
        end
        assert.is_true(failed > 20, failed)
    end)

    it("does not fail where it cannot tidy, and the next one does that", function()
        local _, after = before_and_after()
        for _, plan in ipairs { "unlink:1+:EIO", "unlink:1+:EBUSY", "unlink:1+:EROFS" } do
            local said = commit(plan)
            local now, strays = told()
            assert.same({ 0, after, 3 }, { said.code, now, #strays }, plan .. said.err)
            assert.equal(0, check("--now", NOW + 2 * DAY, "--new", branch_new).code)
            now, strays = told()
            assert.same({ after, {} }, { now, strays }, plan)
        end
    end)
end)

describe("a check whose outcome cannot be kept", function()
    local FAULTY <const> = command.root .. "/" .. command.build .. "/tests/fault/upnudge-cli"
    local DAYS <const> = 10 * DAY

    --- A dry upgrade that leaves a mark, does `more` and gives the lockfile.
    local function upgrade(more)
        return script('echo ran >>"$work/ran"; ' .. (more or "") .. '\ncat "$new"')
    end

    local function ran()
        local _, times = (command.read(work .. "/ran") or ""):gsub("ran", "")
        os.remove(work .. "/ran")
        return times
    end

    --- Puts the state on a small disk of its own; false: that needs rights that we do not have.
    local function on_small_disk()
        local disk = work .. "/disk"
        command.must("mkdir %s", disk)
        if command.shell("mount -t tmpfs -o size=256k,mode=700 none %s", disk).code ~= 0 then
            return false
        end
        stage.finally(function() command.must("umount %s", disk) end)
        state = disk .. "/state"
        return true
    end

    it("is tried again as one that failed, not at every prompt", function()
        local begun = 0
        check("--now", NOW, "--new", NEW)
        for i, plan in ipairs { "write:1:ENOSPC", "write:1+:ENOSPC", "fsync:1:EDQUOT", "fsync:1+:EDQUOT", "rename:1+:EROFS" } do
            local now = NOW + i * DAYS
            local said = command.shell("UPNUDGE_FAULT=%s exec %s check %s --state-dir %s --now %d -- %s", plan, FAULTY, env, state, now,
                upgrade())
            -- Whether it could be kept is tried out first, but that tells of no disk that fills up later.
            local times = ran()
            begun = begun + times
            if times > 0 then
                assert.equal(1, said.code, plan)
                local later = outcome("--now", now + 299, "--detach", "--", upgrade())
                assert.same({ "later", "later", now + 300, 0 }, { later.outcome, later.code, later.retry_at, ran() }, plan)
                assert.is_truthy(later.reason:find("tried again in 1 second", 1, true), plan .. ": " .. later.reason)
                assert.equal(12, record().changes)
                assert.equal("checked", outcome("--now", now + 299, "--max-age", 0, "--", upgrade()).outcome)
                assert.equal(1, ran())
                assert.equal("checked", outcome("--now", now + 298, "--max-age", 0, "--", upgrade()).outcome)
                assert.equal("fresh", outcome("--now", now + 299, "--", upgrade()).outcome)
                assert.equal(1, ran())
            end
        end
        assert.is_true(begun >= 3, begun)
    end)

    it("does not begin where that can be known before, and says why at once", function()
        if not on_small_disk() then
            pending "needs the right to mount"
            return
        end
        check("--now", NOW, "--new", NEW)
        command.shell("dd if=/dev/zero of=%s/fill bs=1k 2>/dev/null", work .. "/disk")
        for _, how in ipairs { "--json", "--detach" } do
            local said = check("--now", NOW + DAYS, how, "--", upgrade())
            assert.same({ 1, 0 }, { said.code, ran() })
            assert.is_truthy((said.out .. said.err):find("could not be kept in .*No space left on device"), said.out .. said.err)
        end
        command.must('rm "$work/disk/fill" && mount -o remount,ro "$work/disk"')
        for _, how in ipairs { "--json", "--detach" } do
            local said = check("--now", NOW + DAYS, how, "--", upgrade())
            assert.same({ 1, 0 }, { said.code, ran() })
            assert.is_truthy((said.out .. said.err):find("Read-only file system", 1, true), said.out .. said.err)
        end
        command.must 'mount -o remount,rw "$work/disk"'
        assert.equal("checked", outcome("--now", NOW + DAYS, "--", upgrade()).outcome)
    end)

    it("on a disk that fills up meanwhile waits longer each time, and is as good as new when there is room", function()
        if not on_small_disk() then
            pending "needs the right to mount"
            return
        end
        for _ = 1, 2 do
            local now, fill = NOW, upgrade 'dd if=/dev/zero of="$work/disk/fill" bs=1k 2>/dev/null'
            for _, wait in ipairs { 300, 600, 1200 } do
                local said = check("--now", now, "--", fill)
                assert.same({ 1, 1 }, { said.code, ran() })
                assert.is_truthy(said.err:find("No space left", 1, true), said.err)
                os.remove(work .. "/disk/fill")
                assert.equal("later", outcome("--now", now + wait - 1, "--detach", "--", fill).outcome)
                assert.equal(0, ran())
                now = now + wait
            end
            assert.equal("checked", outcome("--now", now, "--", upgrade()).outcome)
            assert.equal(1, ran())
            command.must("rm -r %s", state)
        end
    end)

    it("is remembered though an earlier one was of another lockfile", function()
        check("--now", NOW, "--new", NEW)
        command.write(env .. "/.flox/env/manifest.lock", (command.read(stage.OLD):gsub("8%.9%.0", "8.8.0")))
        assert.equal("failed", outcome("--now", NOW + 1, "--", upgrade "exit 1").outcome)
        assert.equal(1, ran())
        assert.is_truthy(outcome("--now", NOW + 2, "--detach", "--", upgrade()).reason:find("tried again in 4 minutes", 1, true))
        assert.equal(0, ran())
        -- The one of before is as it was.
        command.must('cp %s "$env/.flox/env/manifest.lock"', stage.OLD)
        assert.equal("fresh", outcome("--now", NOW + 2, "--", upgrade()).outcome)
    end)
end)

describe("what a dry upgrade writes", function()
    --- What is in the directories of the environments, but for what a check keeps.
    local function left_over()
        return command.shell("find %s -mindepth 2 -maxdepth 2 -name 'output*' -o -name upgraded.lock -o -name "
            .. "security.txt", state).out
    end

    it("is gone after it, whatever it is, and no check fails for that", function()
        for name, make in pairs {
            file = "touch $place", directory = "mkdir -p $place/in/it && touch $place/in/it/file && chmod 0 $place/in",
            pipe = "mkfifo $place", link = "ln -s $new $place", dangling = "ln -s none $place",
            socket = "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"s\")' && mv s $place",
        } do
            for _, variable in ipairs { "UPNUDGE_NEW_LOCKFILE", "UPNUDGE_SECURITY" } do
                local said = outcome("--max-age", "0", "--", script(([[
                    cat "$new"
                    cd "${%s%%/*}" && place=${%s##*/} && %s && mkdir beside && touch beside/file]])
                    :format(variable, variable, (make:gsub("%$(%l+)", '"$%1"')))))
                assert.equal(name == "file" and "checked" or "failed", said.outcome, name .. ": " .. said.reason)
                assert.is_truthy(name == "file" or said.reason:find("$" .. variable, 1, true), said.reason)
                assert.equal("", left_over(), name)
            end
        end
        assert.equal("checked", outcome("--max-age", "0", "--new", NEW).outcome)
    end)

    it("is bounded", function()
        local said = outcome("--", script 'truncate -s 100G "$UPNUDGE_NEW_LOCKFILE"')
        assert.equal("failed", said.outcome)
        assert.is_truthy(said.reason:find("larger than accepted", 1, true), said.reason)
    end)

    it("is its own: the places of two checks differ, and are closed to others", function()
        local places = {}
        for i = 1, 2 do
            outcome("--max-age", "0", "--", script [[
                printf '%s\n%s\n' "$UPNUDGE_NEW_LOCKFILE" "$UPNUDGE_SECURITY" >"$work/places"
                stat -c %a "${UPNUDGE_NEW_LOCKFILE%/*}" >>"$work/places"; cat "$new"]])
            places[i] = command.read(work .. "/places")
            assert.is_truthy(places[i]:find "\n700\n$", places[i])
        end
        assert.not_equal(places[1], places[2])
    end)

    it("does not reach the next check, when the one that ran it was killed", function()
        -- Deaf, in a session of its own, without a parent; it writes as long as anybody lives who would read.
        local holder = stage.start('exec "$upnudge" check "$env" --state-dir "$state" -- %s', script [[
            echo '{"broken":' >"$work/broken"
            setsid sh -c 'trap "" TERM HUP; echo $$ >"$work/inside"
                while [ -d "$work" ]; do cp "$work/broken" "$UPNUDGE_NEW_LOCKFILE"; echo curl >"$UPNUDGE_SECURITY"
                done' &
            wait]])
        local inside = stage.await_file(work .. "/inside"):match "%d+"
        stage.finally(function()
            command.shell("kill -9 %s 2>/dev/null", inside)
        end)
        command.must("kill -9 %s", holder)
        await_end(holder)
        local said = outcome("--", script 'sleep 0.3; cat "$new"')
        assert.same({ "checked", 12 }, { said.outcome, said.changes }, said.reason)
        assert.is_nil(command.shell('cat "$state"/*/changes.json').out:find("security", 1, true))
        await_end(inside)
        -- What it wrote after it was swept, the next one sweeps.
        outcome("--max-age", "0", "--new", NEW)
        assert.equal("", left_over())
    end)

    it("ends with its check that is well: a daemon that it leaves", function()
        assert.equal("checked", outcome("--", script [[setsid sleep 300 & echo $! >"$work/daemon"; cat "$new"]]).outcome)
        assert.is_false(stage.alive(command.read(work .. "/daemon"):match "%d+"))
    end)

    it("ends with its check: after its time, and when somebody ends the check", function()
        local function deaf_daemon()
            return script [[setsid sh -c '(trap "" TERM HUP INT; echo $$ >"$work/daemon"
                while [ -d "$work" ]; do sleep 0.1; done) &'; echo $$ >"$work/inside"; sleep 600]]
        end
        assert.equal("failed", outcome("--timeout", "1s", "--", deaf_daemon()).outcome)
        await_end(command.read(work .. "/daemon"):match "%d+")
        for _, signal in ipairs { "INT", "TERM", "HUP", "KILL" } do
            os.remove(work .. "/daemon")
            -- A shell that starts something in the background has it ignore SIGINT, and nohup SIGHUP.
            local holder = stage.start([[exec python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$upnudge" check "$env" --state-dir "$state" --max-age 0 -- %s]], deaf_daemon())
            local daemon = stage.await_file(work .. "/daemon"):match "%d+"
            command.must("kill -s %s %s", signal, holder)
            await_end(holder)
            await_end(daemon)
        end
    end)
end)

describe("a secret", function()
    local SAID <const> = "fatal: cannot read https://me:s3cr3t@git.example.org/a?private_token=s3cr3t"

    --- Where it stands in what is kept; lockfiles are bytes as they are, and closed to others.
    local function kept()
        return command.shell("grep -rl s3cr3t %s | grep -v /lockfiles/", state).out
    end

    it("in the words of a dry upgrade is masked before they are kept", function()
        local speaks = script(([[
            printf '%%s\n' 'Authorization: Bearer s3cr3t' >&2; head -c 5000 /dev/zero | tr '\0' x >&2
            echo ' _authToken=s3cr3t' >&2; printf '%%s' '%s' >&2; exit 3]]):format(SAID))
        local shown = "fatal: cannot read https://***@git.example.org/a?private_token=***"
        local said = check("--max-age", "0", "--", speaks)
        -- Whoever runs it sees it as it is.
        assert.is_truthy(said.err:find(SAID .. "upnudge: ", 1, true), said.err)
        assert.is_truthy(said.err:find("exited with 3: " .. shown .. "\n", 1, true), said.err)
        assert.equal("started", outcome("--max-age", "0", "--detach", "--", speaks).outcome)
        stage.await("the end of the check", function()
            return (record() or {}).failures == 2
        end)
        assert.equal("", kept())
        local log = command.must 'cat "$state"/*/check.log'
        assert.is_truthy(log:find "^Authorization: %*%*%*\nx+\n", log)
        assert.equal(shown, log:match "[^\n]*$")
        for _, words in ipairs { "show", "explain" } do
            local out = command.run(words, env, "--state-dir", state, "--json").out
            assert.is_truthy(out:find(shown, 1, true) and not out:find "s3cr3t", out)
        end
        command.run("notify", env, "--state-dir", state, "--tty")
        assert.equal("", kept())
    end)

    it("in a package's version is masked in the list of changes", function()
        local project = work .. "/project"
        command.must("mkdir %s", project)
        local text = '{"lockfileVersion":1,"dependencies":{"a":{"version":"git+https://ci:s3cr3t@git.example.org/a.git#%s"}}}'
        command.write(project .. "/package-lock.json", text:format(("1"):rep(40)))
        command.write(work .. "/new.json", text:format(("2"):rep(40)))
        local said = command.run("check", project, "--state-dir", state, "--new", work .. "/new.json")
        assert.equal("checked: 1 revision change\n", said.out, said.err)
        local policy = stage.policy [[{ api = 1, name = "t", extends = "default", rules = { u.rule "all" { when = true,
            quiet = "https://ci:s3cr3t@git.example.org" } } }]]
        local shown = command.run("show", project, "--state-dir", state)
        assert.is_nil(shown.out:find "s3cr3t", shown.out)
        command.run("notify", project, "--state-dir", state, "--tty", "--policy", policy)
        assert.equal("", kept())
    end)
end)

describe("when a change was first seen", function()
    local function times(before)
        local found = {}
        for _, one in ipairs(cjson.decode(command.run("show", env, "--state-dir", state, "--changes", "--json").out).changes) do
            found[one.first_seen] = (found[one.first_seen] or 0) + 1
        end
        return before and found[before] or found
    end

    local function check_at(now, ...)
        return outcome("--max-age", "0", "--now", tostring(now), ...)
    end

    it("is kept by checks that find it again, fail or run in between, and not by those that do not", function()
        assert.equal("checked", check_at(NOW, "--", "cat", NEW).outcome)
        assert.same({ [NOW] = 12 }, times())
        assert.equal("failed", check_at(NOW + 5, "--", "false").outcome)
        assert.same({ [NOW] = 12 }, times())
        command.write(work .. "/newer.lock", (command.read(NEW):gsub("8%.10%.1", "8.11.0")))
        assert.equal("checked", check_at(NOW + DAY, "--", "cat", work .. "/newer.lock").outcome)
        local found = times()
        assert.is_true(found[NOW] > 0 and found[NOW + DAY] > 0, found[NOW])
        assert.equal(12, found[NOW] + found[NOW + DAY])
        assert.equal("checked", check_at(NOW + 2 * DAY, "--", "cat", NEW).outcome)
        assert.same({ [NOW] = found[NOW], [NOW + 2 * DAY] = found[NOW + DAY] }, times())
        assert.equal("checked", check_at(NOW + 3 * DAY, "--", "cat", stage.OLD).outcome)
        assert.same({}, times())
        assert.equal("checked", check_at(NOW + 4 * DAY, "--", "cat", NEW).outcome)
        assert.same({ [NOW + 4 * DAY] = 12 }, times())
        assert.equal("checked", check_at(NOW, "--", "cat", NEW).outcome)
        assert.same({ [NOW] = 12 }, times())
    end)

    it("is what policies see, whether the record says so or its result", function()
        check_at(NOW, "--", "cat", NEW)
        command.write(work .. "/newer.lock", (command.read(NEW):gsub("8%.10%.1", "8.11.0")))
        check_at(NOW + DAY, "--", "cat", work .. "/newer.lock")
        local policy = stage.policy [[{ api = 1, name = "p", rules = { u.rule "r" { notify = u.always(), text = function(c)
            local lines = {}
            for _, package in ipairs(c.result.packages) do
                lines[#lines + 1] = package.name .. " " .. package.to .. " " .. c.now - package.first_seen
            end
            return table.concat(lines, "\n")
        end } } }]]
        local function told(now)
            return command.run("explain", env, "--state-dir", state, "--policy", policy, "--tty", "--now", tostring(now)).out
        end
        assert.match("\ncurl 8.11.0 3600\n", told(NOW + DAY + 3600))
        assert.match("\n%S+ %S+ 90000\n", told(NOW + DAY + 3600))
        assert.match("\ncurl 8.11.0 0\n", told(NOW - 3600))
    end)
end)

describe("the times of a lockfile", function()
    it("are no proof while it is younger than two seconds", function()
        local lockfile = env .. "/.flox/env/manifest.lock"
        -- On a busy machine the file may be older when it is looked at.
        local old = command.read(lockfile)
        local written
        stage.await("a check within a second of the writing", function()
            written = os.time()
            command.write(lockfile, old)
            check("--new", NEW, "--now", NOW, "--max-age", 0)
            return os.time() - written <= 1
        end)
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

describe("a large lockfile", function()
    --- So many packages of pnpm, in YAML, which takes longest to read.
    local function pnpm(count, version)
        local packages = { "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n\npackages:\n\n" }
        for i = 1, count do
            packages[i + 1] = ("  p%d@%s:\n    resolution: {integrity: sha512-%d==}\n\n"):format(i, version, i)
        end
        return table.concat(packages)
    end

    local function put(old, new)
        command.must 'rm -rf "$env/.flox"'
        command.write(env .. "/pnpm-lock.yaml", old)
        command.write(work .. "/new.yaml", new)
    end

    it("is read apart, and what comes out is the same", function()
        local runtimes = require "upnudge.runtime"
        put(pnpm(16000, "1.0.0"), pnpm(16000, "2.0.0"))
        command.write(work .. "/fixes", "p7\np1*@2.0.0\n")
        local waiting = { total = 16000, versions = 16000, rebuilds = 0, changed = 0, added = 0, removed = 0, major = 16000,
            minor = 0, patch = 0, security = 7113, direct = 0, indirect = 16000,
            downgraded = 0, critical = 0, high = 0, exposed = 0, withdrawn = 0 }
        local waits = "16000 version changes; 7113 security fixes"
        assert.same({ outcome = "checked", code = "checked", changes = 16000, reason = waits, waiting = waiting, schema = 1 },
            outcome("--new", work .. "/new.yaml", "--security", work .. "/fixes", "--now", NOW))
        local first <close> = runtimes.open { state_dir = state, policy = "default" }
        local apart = first:environment(env).record:read()
        assert.same({ outcome = "fresh", code = "fresh", reason = "checked 0 seconds ago; " .. waits, changes = 16000,
            retry_at = NOW + DAY, waiting = waiting, schema = 1 },
            outcome("--new", work .. "/new.yaml", "--now", NOW))
        local runtime <close> = assert(runtimes.open { state_dir = work .. "/other", policy = "default" })
        local begun = runtime:check_begin(env, { now = NOW, max_age = 0 })
        assert.equal("checked", begun:commit(command.read(work .. "/new.yaml"), { "p7", "p1*@2.0.0" }).outcome)
        local at_once = runtime:environment(env).record:read()
        assert.equal(7112 + 1, apart.systems["*"].security)
        for _, member in ipairs { "old", "new", "details", "content", "changes", "format", "name", "lockfile" } do
            assert.equal(at_once[member], apart[member], member)
        end
        assert.same(at_once.systems, apart.systems)
    end)

    it("is not taken for the one of a record that has no stamp", function()
        put(pnpm(20000, "1.0.0"), pnpm(20000, "2.0.0"))
        assert.equal("checked", outcome("--new", work .. "/new.yaml", "--now", NOW).outcome)
        local path = command.must 'ls "$state"/*/record.json':match "[^\n]+"
        command.write(path, (command.read(path):gsub('"stamp":"[^"]*",', "", 1)))
        put(pnpm(20000, "1.0.1"), pnpm(20000, "2.0.0"))
        assert.equal("checked", outcome("--new", work .. "/new.yaml", "--now", NOW).outcome)
    end)

    it("that is none says why, whichever of the two it is", function()
        local broken = pnpm(20000, "1.0.0") .. "  - [\n"
        put(broken, pnpm(10, "1.0.0"))
        local wrong = check("--new", work .. "/new.yaml")
        assert.equal(1, wrong.code)
        assert.is_truthy(wrong.err:find("pnpm-lock.yaml:", 1, true), wrong.err)
        put(pnpm(10, "1.0.0"), broken)
        wrong = check("--new", work .. "/new.yaml")
        assert.is_truthy(wrong.err:find("the upgraded lockfile:", 1, true), wrong.err)
    end)

    it("is given up when the check has had its time, and is not read again at every prompt", function()
        -- Some 60 MB each, of which a second reads less than half.
        local long = pnpm(20, "1.0.0") .. "  b@1.0.0:\n    x: [" .. ("a, "):rep(20 << 20) .. "]\n"
        for _, case in ipairs { { long, pnpm(10, "2.0.0") }, { pnpm(10, "1.0.0"), long } } do
            put(case[1], case[2])
            local late = check("--new", work .. "/new.yaml", "--timeout", "1s")
            assert.equal(1, late.code)
            assert.equal("upnudge: the lockfiles took longer to read than 1 s\n", late.err)
            local again = check("--new", work .. "/new.yaml", "--timeout", "1s", "--detach")
            assert.is_truthy(again.err:find("tried again in %d minutes: the lockfiles took longer"), again.err)
            command.must 'rm -rf "$state"'
        end
    end)

    it("is not read at all before a check goes into the background", function()
        put(pnpm(60000, "1.0.0"), "")
        local started = check("--detach", "--timeout", "100s", "--", "true")
        assert.equal("started: checking in the background\n", started.out)
        stage.await("the end of the check", function()
            return (command.read(command.must 'ls -d "$state"/*':match "[^\n]*" .. "/check.log") or ""):find("printed no lockfile", 1, true)
        end)
    end)

    it("has no more changes than a check takes", function()
        local function many(version)
            local packages = {}
            for i = 1, 250001 do
                packages[i] = ('"node_modules/%d":{"version":"%s"}'):format(i, version)
            end
            return ('{"lockfileVersion":3,"packages":{%s}}'):format(table.concat(packages, ","))
        end
        command.must 'rm -rf "$env/.flox"'
        command.write(env .. "/package-lock.json", many "1.0.0")
        command.write(work .. "/new.json", many "2.0.0")
        assert.equal("upnudge: more than 250000 changes\n", check("--new", work .. "/new.json").err)
    end)
end)

describe("what mends a security problem", function()
    it("may be told one by one before the commit", function()
        local runtime <close> = assert(require "upnudge.runtime".open { state_dir = state })
        local shop = command.root .. "/tests/fixtures/webshop"
        command.must('rm -r "$env/.flox" && cp %s/package-lock.json "$env"', shop)
        local begun = runtime:check_begin(env)
        assert.is_true(begun:mends "lodash")
        assert.is_true(begun:mends "cookie@0.6.0")
        assert.same({ nil, "'" .. ("x"):rep(211) .. "…' is longer than a package can be called" }, { begun:mends(("x"):rep(500)) })
        for i = 1, 100 do
            assert.is_true(begun:mends("nothing-" .. i .. "*"))
        end
        assert.same({ nil, "more packages than are looked at: 20000, and 100 with a star" }, { begun:mends "one*" })
        assert.equal("checked", begun:commit(command.read(shop .. "/upgraded.json")).outcome)
        local fixes = {}
        for _, change in ipairs(runtime:changes(env).changes) do
            fixes[#fixes + 1] = change.security and change.name or nil
        end
        assert.same({ "cookie", "lodash" }, fixes)
    end)
end)
