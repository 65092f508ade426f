--- The check that is due at a prompt, and its start.

local checking = require "checking"
local cjson = require "cjson"
local command = require "command"
local due = require "upnudge.runtime.due"
local stage = require "stage"

local NOW <const>, DAY <const> = stage.NOW, stage.DAY
local NPM <const> = '{ "lockfileVersion": 3, "packages": { "": {}, "node_modules/left": { "version": "%s" } } }\n'
-- Stands in for npm. What it does is written when it starts; it goes on when it may.
local TOOL <const> = [=[#!/bin/sh
[ "$1" = update ] || exit
ps -o sid=,tty= -p $$ >>"$work/runs"
until [ -e "$work/go" ]; do sleep 0.05; done
[ -e "$work/fails" ] && { echo "no such registry" >&2; exit 1; }
printf '%s' "$upgraded" >package-lock.json
]=]

local work, project, state

before_each(function()
    checking.set { ["project/package.json"] = "{}", ["project/package-lock.json"] = NPM:format "1.0.0",
        ["project/src/deep/.keep"] = "", ["bin/npm"] = TOOL }
    work, project, state = command.variables.work, command.variables.project, command.variables.state
    command.variables.upgraded = NPM:format "1.1.0"
    command.must 'chmod +x "$work/bin/npm"'
end)

--- Whether a check that somebody started is still running: its words name where the records are.
local function is_checking()
    return command.shell [[for process in /proc/[0-9]*; do
        tr '\0' ' ' <"$process/cmdline" | grep -F check-due | grep -qF "$state" && exit; done 2>/dev/null; exit 1]].code == 0
end

after_each(function()
    -- Whatever waits, goes on and ends.
    command.write(work .. "/go", "")
    stage.await("the end of the checks", function() return not is_checking() end)
    command.variables.upgraded = nil
    stage.strike()
end)

local function allow()
    command.write(work .. "/go", "")
end

--- What is said at a prompt deep in the project: nothing but a notice, if any.
local function prompt(before, ...)
    local said = command.shell('cd "$project/src/deep" && PATH="$work/bin:$PATH" ' .. (before or "")
        .. ' "$upnudge" notify --project --check --state-dir "$state" ' .. command.words(...))
    assert.same({ "", 0 }, { said.out, said.code })
    return said.err
end

local function runs()
    return select(2, (command.read(work .. "/runs") or ""):gsub("\n", ""))
end

local function status()
    local said = command.run("status", project, "--state-dir", state, "--json")
    return said.code == 0 and cjson.decode(said.out) or {}
end

local function await_status(what, condition)
    return stage.await(what, function()
        local now = status()
        return condition(now) and now
    end)
end

describe("a prompt", function()
    it("starts a check that goes on without it, has no terminal, and is told of at a later one", function()
        assert.equal("", prompt("", "--tty"))
        local seen = stage.await_file(work .. "/runs")
        assert.is_truthy(seen:find "^ *%d+ +%?\n$", seen)
        assert.is_true(seen:match "%d+" ~= command.must("ps -o sid= -p $$"):match "%d+")
        -- One is running.
        assert.equal("", prompt("", "--tty"))
        for _, option in ipairs { "--exit-code", "--exit-code --json" } do
            assert.equal(101, command.shell('"$upnudge" notify "$project" --check --tty --state-dir "$state" ' .. option).code)
        end
        allow()
        assert.equal(1, await_status("a result", function(now) return now.waiting end).waiting.total)
        assert.equal("1 version change available in project.\nUse 'npm update' there to upgrade, "
            .. "'upnudge show " .. command.quote(project) .. " --state-dir " .. command.quote(state)
            .. "' for details.\n", prompt("", "--tty"))
        assert.equal("", prompt("", "--tty"))
        assert.equal(1, runs())
        assert.equal("npm", cjson.decode(command.must 'cat "$state"/*/record.json').checker)
    end)

    it("in each of many projects runs one tool at a time, and all of them in the end", function()
        command.write(work .. "/bin/npm", [=[#!/bin/sh
            [ "$1" = --version ] && exit
            mkdir "$work/running" || echo "two at once" >>"$work/runs"
            sleep 0.2
            rmdir "$work/running"
            [ "$1" = update ] || exit
            printf '%s' "$upgraded" >package-lock.json
            echo one >>"$work/runs"]=])
        command.must [[for i in 1 2 3 4 5 6; do
            cp -r "$project" "$work/p$i" &&
            PATH="$work/bin:$PATH" "$upnudge" notify "$work/p$i" --check --tty --state-dir "$state"; done]]
        stage.await("six checks", function() return runs() >= 6 end)
        assert.equal(("one\n"):rep(6), command.read(work .. "/runs"))
    end)

    it("has a broken lockfile kept as a failure, and goes on when it is mended", function()
        allow()
        command.write(project .. "/package-lock.json", "<<<<<<< HEAD\n")
        assert.equal("", prompt("", "--tty"))
        local told = await_status("a failure", function(now) return now.failure end)
        assert.is_truthy(told.failure:find("package-lock.json:1:1", 1, true), told.failure)
        command.write(project .. "/package-lock.json", NPM:format "1.0.0")
        assert.equal("", prompt("", "--tty"))
        assert.equal(1, await_status("a result", function(now) return now.waiting end).waiting.total)
        command.write(project .. "/package-lock.json", "<<<<<<< HEAD\n")
        assert.equal("", prompt("", "--tty"))
        await_status("a failure", function(now) return now.failure end)
    end)

    it("starts one again when the lockfile changed, and not while that failed a moment ago", function()
        allow()
        prompt("", "--tty")
        await_status("a result", function(now) return now.waiting end)
        command.write(project .. "/package-lock.json", NPM:format "1.0.5")
        command.write(work .. "/fails", "")
        prompt("", "--tty")
        await_status("a failure", function(now) return now.failure end)
        assert.equal(2, runs())
        prompt("", "--tty")
        prompt("", "--tty")
        os.remove(work .. "/fails")
        command.write(project .. "/package-lock.json", NPM:format "1.0.6")
        prompt("", "--tty")
        await_status("a result", function(now) return not now.failure end)
        assert.equal(3, runs())
    end)

    it("starts one from the shell of an agent where the policy lets it", function()
        allow()
        prompt("AI_AGENT=ours", "--tty", "--policy", stage.policy '{ api = 1, name = "p", extends = "default", check = { agents = true } }')
        await_status("a result", function(now) return now.waiting end)
        assert.equal(1, runs())
    end)

    it("starts nothing and writes nothing where nobody watches or wants it", function()
        allow()
        prompt()
        prompt("", "--no-tty")
        prompt("CI=true", "--tty")
        prompt("CLAUDECODE=1", "--tty")
        prompt("NO_UPDATE_NOTIFIER=1", "--tty")
        prompt("UPNUDGE_QUIET=1", "--tty")
        prompt("", "--tty", "--now", NOW)
        assert.is_nil(command.read(state))
        assert.equal("", command.shell('find "$state" -name "*lock*"').out)
        prompt("", "--tty")
        await_status("a result", function(now) return now.waiting end)
        assert.equal(1, runs())
    end)

    it("is kept by no check that it started: neither its terminal nor what reads its output waits", function()
        command.must('cd "$project" && PATH="$work/bin:$PATH" python3 "$root/tests/terminal.py" 100 '
            .. '"$upnudge" notify --project --check --state-dir "$state"')
        stage.await_file(work .. "/runs")
        assert.is_true(is_checking())
        command.must 'rm -r "$state" "$work/runs"'
        command.must('cd "$project" && PATH="$work/bin:$PATH" "$upnudge" notify --project --check --tty --state-dir "$state" '
            .. "2>&1 3>&1 | cat")
        stage.await_file(work .. "/runs")
        assert.is_nil(command.read(work .. "/go"))
    end)

    it("says nothing of what keeps a check from working, which is kept for whoever asks", function()
        allow()
        command.write(project .. "/Gemfile", "")
        for _, case in ipairs {
            { "rm package-lock.json; echo 'left==1.0.0' >requirements.txt", "no checker knows" },
            { "rm requirements.txt; touch Cargo.toml; printf 'version = 3\n' >Cargo.lock", "cargo is not installed" },
            { "rm Cargo.*; printf 'GEM\n  specs:\n    a (1)\n' >Gemfile.lock", "runs code of the project" },
        } do
            command.must('cd "$project" && ' .. case[1])
            command.must('rm -rf "$state"')
            command.must 'ln -sf /bin/true "$work/bin/bundle"'
            assert.equal("", prompt('PATH="$work/bin"', "--tty"))
            local told = await_status(case[2], function(now) return now.failure end)
            assert.is_truthy(told.failure:find(case[2], 1, true), told.failure)
            assert.is_true(told.retry_at > os.time())
        end
        assert.equal(0, runs())
    end)
end)

describe("a check", function()
    local now, runtime, record

    before_each(function()
        now = os.time()
        runtime = assert(stage.open({ state_dir = state }, function() return now end,
            { HOME = work, UPNUDGE_CLI = "/bin/true" }))
        record = assert(runtime:environment(project)).record
    end)

    --- Checks as somebody does who waits.
    local function check(outcome)
        local begun = runtime:check_begin(project, { max_age = 0 })
        local answer = outcome and begun:commit(outcome) or begun:fail "no such registry"
        assert.equal(outcome and "checked" or "failed", answer.outcome)
    end

    --- As after an activation, which has read the record.
    local function is_due(activation, code)
        record:read()
        return due.is_due(runtime, assert(runtime:environment(project)), activation or { tty = true }, code, now)
    end

    it("is due before the first, after the policy's time, and when its clock was wrong", function()
        assert.is_true(is_due())
        check(NPM:format "1.1.0")
        assert.is_false(is_due())
        now = now + DAY - 1
        assert.is_false(is_due())
        now = now + 1
        assert.is_true(is_due())
        now = now - 9 * DAY
        assert.is_true(is_due())
    end)

    it("is due when what was checked is another lockfile, or the list of changes is lost", function()
        check(NPM:format "1.1.0")
        for _, code in ipairs { "lockfile-changed", "details-missing", "lockfile-missing" } do
            assert.is_true(is_due(nil, code))
        end
        assert.is_false(is_due(nil, "not-due"))
        os.remove(project .. "/package-lock.json")
        assert.is_false(is_due(nil, "lockfile-missing"))
    end)

    it("that failed is due at its time, or for another lockfile", function()
        check()
        assert.is_false(is_due())
        command.write(project .. "/package-lock.json", NPM:format "1.0.5")
        assert.is_true(is_due())
        check(NPM:format "1.1.0")
        check()
        command.write(project .. "/package-lock.json", NPM:format "1.0.5" .. "\n")
        assert.is_true(is_due(nil, "lockfile-changed"))
        check()
        assert.is_false(is_due(nil, "lockfile-changed"))
        now = now + 700
        assert.is_true(is_due(nil, "lockfile-changed"))
    end)

    it("is none of a record that a newer upnudge wrote, and mends one that is broken", function()
        check(NPM:format "1.1.0")
        local path = record.directory_path .. "/record.json"
        command.write(path, "{")
        assert.is_true(is_due())
        command.write(path, '{"schema":2}')
        assert.is_false(is_due())
    end)

    it("is due in a stranger's project once somebody has checked it", function()
        command.must('chmod 777 "$project"')
        assert.is_false(is_due())
        check()
        now = now + DAY
        assert.is_false(is_due())
        check(NPM:format "1.1.0")
        now = now + DAY
        assert.is_true(is_due())
    end)

    it("is wanted by who watches, under a policy that is well", function()
        assert.is_true(is_due { tty = true })
        assert.is_false(is_due { tty = false })
        runtime.policy:close()
        runtime.policy = nil
        assert.is_false(is_due())
    end)

    it("that left nothing behind is begun again after 5 minutes, then 10, and so on", function()
        local function start()
            return due.start(runtime, project, { tty = true })
        end
        assert.same({ true, true }, { start() })
        assert.same({ false, true }, { start() })
        now = now + 60
        assert.same({ false, false }, { start() })
        now = now + 239
        assert.is_false(start())
        now = now + 1
        assert.is_true(start())
        now = now + 599
        assert.is_false(start())
        now = now + 1
        assert.is_true(start())
        -- Who waits for a check is not told that it is too early.
        check(NPM:format "1.1.0")
        now = now + DAY
        assert.is_true(start())
        now = now + 300
        assert.is_true(start())
    end)

    it("is not begun while another one runs, nor where nothing of it could be kept", function()
        local begun = runtime:check_begin(project)
        assert.same({ false, true }, { due.start(runtime, project, { tty = true }) })
        begun:abort()
        assert.is_true(due.start(runtime, project, { tty = true }))
        command.must 'rm -rf "$state" && touch "$state"'
        assert.same({ false, false }, { due.start(runtime, project, { tty = true }) })
    end)
end)
