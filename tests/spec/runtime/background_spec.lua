--- A check that goes on without its host.

local cjson = require "cjson"
local command = require "command"
local runtimes = require "upnudge.runtime"
local stage = require "stage"

local OK <const>, ERROR <const>, USAGE <const>, FRESH <const>, BUSY <const>, LATER <const> = 0, 1, 2, 3, 4, 5
local HOST <const> = ("%s/%s/tests/host/calls"):format(command.root, command.build)

local work, env, state

before_each(function()
    work, env, state = stage.set()
end)

after_each(stage.strike)

--- What a host in C hears, behind a script that says more.
local function host(before, ...)
    local words = { HOST, state, "", ... }
    local said = command.shell(before .. ("%s "):rep(#words), table.unpack(words))
    local status, answer = said.out:match "^(%d) [%l-]+ %d+\n(.*)\n$"
    return math.tointeger(status), answer, said
end

local function await_outcome()
    return stage.await("the end of the check", function()
        local said = command.run("show", env, "--json", "--state-dir", state)
        local record = said.code == 0 and cjson.decode(said.out)
        return record and (record.last_checked or record.last_failed) and record
    end)
end

describe("a check in the background", function()
    it("goes on when its host has ended, in a session of its own, and commits", function()
        command.write(work .. "/dry-upgrade", [[
            echo $$ >"$work/pid"; ps -o sid= -p $$ >"$work/session"; echo "said so" >&2
            while [ ! -e "$work/go" ]; do sleep 0.05; done
            echo curl >"$UPNUDGE_SECURITY"; cat "$new"]])
        local status, words = host('ps -o sid= -p $$ >"$work/own"; ', "detach", env, 0, "sh", work .. "/dry-upgrade", "with words", "--json", "--")
        assert.equal(OK, status, words)
        stage.await_file(work .. "/session")
        assert.is_true(command.read(work .. "/session") ~= command.read(work .. "/own"))
        assert.equal(BUSY, (host("", "detach", env, 0, "true")))
        command.write(work .. "/go", "")
        local record = await_outcome()
        assert.equal(12, record.changes)
        assert.is_truthy(command.must('cat "$state"/*/check.log'):find "said so")
        assert.is_true(cjson.decode(command.run("show", env, "--changes", "--json", "--state-dir", state).out).changes[5].security)
        assert.equal(FRESH, (host("", "detach", env, 0, "true")))
    end)

    it("is one, whoever asks at the same time, until it is killed", function()
        command.write(work .. "/dry-upgrade", 'echo $PPID >"$work/pid"; while [ ! -e "$work/go" ]; do sleep 0.05; done; cat "$new"')
        for round = 1, 3 do
            local said = command.must([[for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
                    %s "$state" "" detach "$env" 0 sh "$work/dry-upgrade" >"$work/said.$i" 2>&1 &
                done; wait; cat "$work"/said.*; rm "$work"/said.*]], HOST)
            assert.same({ 1, 15 }, { select(2, said:gsub("0 none 0\n", "")), select(2, said:gsub("4 busy 0\n", "")) }, said)
            local pid = stage.await_file(work .. "/pid"):match "%d+"
            command.must('rm "$work/pid"')
            if round == 3 then
                break
            end
            command.must("kill -9 %s", pid)
            stage.await("its end", function() return not stage.alive(pid) end)
        end
        command.write(work .. "/go", "")
        assert.equal(12, await_outcome().changes)
        assert.equal("", command.must 'ls -d "$state"/*/output.* 2>/dev/null || true')
    end)

    it("is ended with its children after its time, and tried again later", function()
        local status, words = host("", "detach", env, 1, "sh", "-c", 'sleep 1000 & echo $! >"$work/child"; sleep 1000')
        assert.equal(OK, status, words)
        local child = stage.await_file(work .. "/child"):match "%d+"
        assert.is_truthy(await_outcome().reason:find "did not end within 1 s and was ended")
        stage.await("the end of its child", function() return not stage.alive(child) end)
        assert.equal(LATER, (host("", "detach", env, 0, "true")))
    end)

    it("hands what is open in its host to nobody, and leaves it no child", function()
        command.write(work .. "/secret", "")
        local status = host('exec 7<"$work/secret"; ', "detach", env, 0, "sh", "-c", 'ls -l /proc/self/fd >"$work/open"; cat "$new"')
        assert.equal(OK, status)
        await_outcome()
        assert.is_nil(command.read(work .. "/open"):find("secret", 1, true))
    end)

    it("says at once what is wrong", function()
        for _, case in ipairs {
            { USAGE, "argv names no command", "detach", env, 0 },
            { USAGE, "'timeout': expected seconds", "detach", env, -5, "true" },
            { ERROR, "/nowhere", "detach", work .. "/nowhere", 0, "true" },
            { ERROR, "no lockfile that upnudge knows", "detach", work, 0, "true" },
        } do
            local status, words = host("", table.unpack(case, 3))
            assert.equal(case[1], status, words)
            assert.is_truthy(words:find(case[2], 1, true), words)
        end
        for name, cli in pairs { nothing = "exit 0", ["no JSON"] = "echo moo", ["another outcome"] =
            [[printf '{"schema":1,"outcome":"purple","code":"x","reason":"y"}']], ["half of it"] = [[printf '{"schema":1,"outcome":"started"}']],
            ["another version"] = [[printf '{"schema":2,"outcome":"started","code":"started","reason":"y"}']],
            ["a strange time"] = [[printf '{"schema":1,"outcome":"later","code":"later","reason":"y","retry_at":"x"}']] } do
            command.write(work .. "/cli", "#!/bin/sh\ncat >/dev/null\n" .. cli .. "\n")
            command.must 'chmod +x "$work/cli"'
            local status, words, said = host('UPNUDGE_CLI="$work/cli" ', "detach", env, 0, "true")
            assert.equal(ERROR, status, name)
            assert.is_truthy(said.out:find("^%d tool%-missing 0\n"), said.out)
            assert.is_truthy(words:find("/cli gave no answer that upnudge ", 1, true), words)
            assert.is_truthy(words:find("UPNUDGE_CLI has to name", 1, true), words)
        end
        assert.is_truthy(select(3, host("UPNUDGE_CLI=cli ", "detach", env, 0, "true")).out:find "^%d usage 0\n")
        local status, words, said = host("UPNUDGE_CLI=/nowhere/upnudge-cli ", "detach", env, 0, "true")
        assert.equal(ERROR, status, words)
        assert.is_truthy(words:find("/nowhere/upnudge-cli", 1, true), words)
        assert.is_truthy(said.err:find("log 1: the check of", 1, true), said.err)
    end)

    it("can be asked for by Lua and by a call", function()
        local runtime <close> = assert(runtimes.open { state_dir = state })
        assert.has_error(function() runtime:check_detach(env, {}, {}) end)
        local answer = runtime:check_detach(env, { name = "shop" }, { "cat", stage.NEW }, 60)
        assert.same({ "started", "started" }, { answer.state, answer.outcome })
        assert.same({ "shop", 12 }, { await_outcome().name, await_outcome().changes })
        local text, status = runtime:call(cjson.encode { schema = 1, call = "check_detach", environment = env, command = { "cat", stage.NEW } })
        assert.same({ "fresh", "fresh" }, { status, cjson.decode(text).outcome })
        assert(runtime:forget(env))
        text, status = runtime:call(cjson.encode { schema = 1, call = "check_detach", environment = env, command = { "cat", stage.NEW },
            timeout = "1m", max_age = 0 })
        assert.same({ "ok", "started" }, { status, cjson.decode(text).outcome })
        assert.equal(12, await_outcome().changes)
        assert.equal("usage", select(2, runtime:ask("check_detach", { environment = env, command = {} })))
        runtime:close()
        assert.equal("the runtime is closed", runtime:check_detach(env, {}, { "true" }).reason)
    end)

    it("is asked for by upnudge alone", function()
        local said = command.shell('echo "{}" | "$build/upnudge-cli" check-question 5')
        assert.equal(1, said.code)
        assert.equal("", said.out)
    end)
end)
