--- What an older kernel, or a file system without locks, lacks has its fallback in core/os: the tests of it pass as if
--- there were such a one (tests/kernel/), and so does what is built on it.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local NONE <const> = 77

local work, env, state

before_each(function()
    work, env, state = stage.set()
end)

after_each(stage.strike)

--- Runs a script whose `$as` makes a program believe in such a system.
local function on(kernel)
    return function(script, ...)
        return command.shell(('as=$build/tests/kernel/%s; '):format(kernel) .. script, ...)
    end
end

local on_old_kernel, without_locks = on "old", on "lockless"

if command.sanitised then
    pending "an older kernel: a leak is looked for with what is forbidden then"
    return
elseif on_old_kernel('"$as" /bin/true').code == NONE then
    pending "an older kernel: this system can forbid a process nothing"
    return
end

local function pass(run, names)
    for _, name in ipairs(names) do
        it(("tests/%s_test passes"):format(name), function()
            local result = run(('"$as" "$build/tests/%s_test" "$root/tests/fixtures"'):format(name))
            assert.are.equal(0, result.code, result.out .. result.err)
            assert.is_truthy(result.out:find "[1-9]%d* passed, 0 failed", result.out)
        end)
    end
end

local CHECK <const> = '"$as" "$upnudge" check "$env" --state-dir "$state" --app odd --now ' .. stage.NOW
local NOTIFY <const> = '"$as" "$upnudge" notify "$env" --state-dir "$state" --app odd --tty --now %d'

--- Starts a check whose dry upgrade ends when `$work/go` is there, and waits until that runs.
local function start_check(run)
    local began = run(CHECK .. ' -- sh -c "touch %s; while [ ! -e %s ]; do sleep 0.01; done; cat %s" '
        .. '>%s 2>&1 & echo $!', work .. "/begun", work .. "/go", stage.NEW, work .. "/said")
    stage.finally(function()
        command.write(work .. "/go", "")
    end)
    assert.are.equal(0, began.code, began.err)
    stage.await("the dry upgrade", function()
        return command.shell("[ -e %s ]", work .. "/begun").code == 0
    end)
    return began.out:match "%d+"
end

local function checks_are_made_by_one(run)
    start_check(run)
    local second = run(CHECK .. " -- cat %s", stage.NEW)
    assert.are.equal(75, second.code, second.out .. second.err)
    command.write(work .. "/go", "")
    stage.await("the outcome", function()
        return command.read(work .. "/said"):find("checked: ", 1, true)
    end)
    local told = run(NOTIFY, stage.NOW)
    assert.is_truthy(told.err:find("version change", 1, true), told.err .. told.out)
end

describe("with a kernel that knows no close_range, pidfd, openat2 and locks of open files", function()
    pass(on_old_kernel, { "unit/lock", "unit/atomic", "unit/file", "unit/directory", "unit/scratch", "unit/log",
        "unit/own", "unit/child", "unit/inquiry", "unit/detach", "fault/atomic_fault", "fault/file_fault" })

    it("a check is made by one process at a time, and told of", function()
        checks_are_made_by_one(on_old_kernel)
    end)
end)

describe("on a file system without locks", function()
    pass(without_locks, { "unit/owner", "unit/lock", "unit/atomic", "unit/detach", "fault/atomic_fault" })

    local function left()
        return command.must 'cd "$state" && find . -name "*.held*" -o -name ".*.tmp"'
    end

    it("a check is made by one process at a time, and told of", function()
        checks_are_made_by_one(without_locks)
        assert.equal("", left())
    end)

    it("a check in the background takes the lock again, and is made", function()
        for now = stage.NOW, stage.NOW + 1 do
            local began = without_locks('"$as" "$upnudge" check "$env" --state-dir "$state" --app odd --now %d --max-age 0 '
                .. '--detach -- cat %s', now, stage.NEW)
            assert.is_truthy(began.out:find("started", 1, true), began.out .. began.err)
            stage.await("the outcome", function()
                local said = command.run("show", env, "--json", "--state-dir", state, "--app", "odd")
                return said.code == 0 and cjson.decode(said.out).last_checked == now and left() == ""
            end)
        end
    end)

    it("a check that was killed does not block the next, and nothing of it stays", function()
        local pid = start_check(without_locks)
        assert.is_truthy(left():find("check.lock.held", 1, true))
        command.must("kill -9 %s", pid)
        command.write(work .. "/go", "")
        stage.await("its end", function()
            return not stage.alive(pid)
        end)
        assert.is_truthy(left():find("check.lock.held", 1, true))
        local again = without_locks(CHECK .. " -- cat %s", stage.NEW)
        assert.is_truthy(again.out:find("checked: ", 1, true), again.out .. again.err)
        assert.equal("", left())
    end)

    it("of many checks in the background that are asked for at once one has started", function()
        local said = without_locks(([[i=0
            while [ $i -lt 12 ]; do
                i=$((i + 1))
                %s --detach -- sh -c 'while [ ! -e "$work/go" ]; do sleep 0.05; done; cat "$new"' >"$work/said.$i" 2>&1 &
            done
            wait
            cat "$work"/said.*]]):format(CHECK)).out
        assert.same({ 1, 11 }, { select(2, said:gsub("started: ", "")), select(2, said:gsub("another process is checking", "")) },
            said)
        command.write(work .. "/go", "")
        stage.await("the outcome", function()
            return without_locks(CHECK .. " -- false").out:find("fresh: ", 1, true)
        end)
        assert.equal("", left())
    end)

    it("32 shells at once show one notice, window after window, though one was killed while it showed one", function()
        without_locks(CHECK .. " -- cat %s", stage.NEW)
        for window = 0, 3 do
            -- As one that was killed leaves it: of a process that is gone.
            command.must [[cd "$state"/* && sh -c 'exec "$build/tests/unit/owner_test" name' >notified.lock.held]]
            command.must 'mkdir -p "$work/said"'
            local spoke = without_locks(([[i=0
                while [ $i -lt 32 ]; do
                    i=$((i + 1))
                    %s 2>"$work/said/$i" &
                done
                wait
                cat "$work"/said/* | grep -c available]]):format(NOTIFY:format(stage.NOW + window * 7 * stage.DAY))).out
            assert.equal("1\n", spoke)
            assert.equal("", left())
        end
    end)

    it("what is kept can be forgotten and chosen", function()
        without_locks(CHECK .. " -- cat %s", stage.NEW)
        local chosen = without_locks '"$as" "$upnudge" snooze "$env" 3d --state-dir "$state" --app odd'
        assert.are.equal(0, chosen.code, chosen.err)
        local gone = without_locks '"$as" "$upnudge" forget "$env" --state-dir "$state" --app odd; ls -A "$state"'
        assert.is_nil(gone.out:match "%x+%x%x%x%x%x%x%x%x\n", gone.out .. gone.err)
        assert.equal("", left())
    end)

    it("the doctor says what stands in for them, and all is well", function()
        without_locks(CHECK .. " -- cat %s", stage.NEW)
        local said = without_locks '"$as" "$upnudge" doctor --state-dir "$state"'
        assert.are.equal(0, said.code, said.out)
        assert.is_truthy(said.out:find("all is well\nnote: " .. state .. ": its file system has no locks", 1, true), said.out)
        assert.is_truthy(said.out:find("--state-dir", 1, true))
        local answer = cjson.decode(without_locks('"$as" "$upnudge" doctor --state-dir "$state" --json').out)
        assert.same({ true, 1, state }, { answer.well, #answer.remarks, answer.remarks[1].where })
        assert.equal("", left())
    end)

    it("a lock of another machine is never taken, and the doctor tells of an old one", function()
        without_locks(CHECK .. " -- cat %s", stage.NEW)
        local path = command.must('echo "$state"/*'):match "[^\n]+" .. "/check.lock.held"
        command.write(path, ("1-%s-2-3-4-5 far-away 0\n"):format(("0a"):rep(16)))
        local again = without_locks(CHECK .. " --max-age 0 -- cat %s", stage.NEW)
        assert.are.equal(75, again.code, again.out .. again.err)
        assert.are.equal(0, without_locks('"$as" "$upnudge" doctor --state-dir "$state"').code)
        command.must("touch -d '2 hours ago' %s", path)
        local said = without_locks '"$as" "$upnudge" doctor --state-dir "$state"'
        assert.are.equal(1, said.code)
        assert.is_truthy(said.out:find(path .. ": process 4 of far-away holds this lock since ", 1, true), said.out)
        command.must(said.out:match "there any more: ([^\n]+)")
        assert.are.equal(0, without_locks(CHECK .. " --max-age 0 -- cat %s", stage.NEW).code)
    end)

    it("and without hard links one message names the way out, and an activation is silent", function()
        local function linkless(script, ...)
            return without_locks("export LOCKLESS=linkless; " .. script, ...)
        end
        local said = linkless(CHECK .. " -- cat %s", stage.NEW)
        assert.are.equal(1, said.code, said.out)
        assert.is_truthy(said.err:find "^upnudge: [^\n]*check%.lock[^\n]*%-%-state%-dir[^\n]*No locks available\n$", said.err)
        without_locks(CHECK .. " -- cat %s", stage.NEW)
        local told = linkless(NOTIFY, stage.NOW)
        assert.same({ 0, "", "" }, { told.code, told.out, told.err })
        local doctor = linkless '"$as" "$upnudge" doctor --state-dir "$state"'
        assert.are.equal(1, doctor.code)
        assert.is_truthy(doctor.out:find("--state-dir", 1, true), doctor.out)
    end)
end)
