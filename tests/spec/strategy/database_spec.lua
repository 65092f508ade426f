--- The strategy `database` with a real SQLite and a real PostgreSQL, on several simulated machines: each has
--- a state directory and a name of its own.

local cjson = require "cjson"
local command = require "command"
local core = require "upnudge.core"
local lfs = require "lfs"
local postgres = require "postgres"
local stage = require "stage"

local NEW <const>, NOW <const>, HOUR <const>, DAY <const> = stage.NEW, stage.NOW, stage.HOUR, stage.DAY

-- The longest that a policy may have, for a machine that is busy; the deadline has tests of its own.
local PATIENT <const> = "1500ms"
-- How often an activation that was too busy to be answered in time may ask again.
local TRIES <const> = 20

local work, env, server

setup(function()
    server = postgres.start()
end)

teardown(function()
    if server then
        server:stop()
    end
end)

before_each(function()
    work, env = stage.set()
    server:begin()
end)

after_each(function()
    local ok, message = pcall(stage.strike)
    server:finish()
    assert(ok, message)
end)

-- What all these policies say once a day.
local DAILY <const> = 'rules = { u.rule "default" { notify = u.every "1d" } }'

local function policy(keys, name)
    return stage.policy(('{ api = 1, name = "db", extends = "default", strategy = "database", %s, %s }'):format(
        keys, keys:find("rules =", 1, true) and "" or DAILY), name)
end

local function with(url, keys)
    return policy(('database = "%s", deadline = "%s", %s'):format(url, PATIENT, keys or 'per = "user"'))
end

--- A file that is there already, as it has to be where it is not beside the records.
local function sqlite()
    command.must 'touch "$work/shared.sqlite"'
    return "sqlite:" .. work .. "/shared.sqlite"
end

--- upnudge on one machine, as one user.
local function on(machine, what, ...)
    local words = { ... }
    for i, word in ipairs(words) do
        words[i] = command.quote(word)
    end
    local name, user = machine:match "^([^@]*)@?(.*)$"
    return command.shell(command.script('UPNUDGE_MACHINE=%s LOGNAME=%s "$upnudge" %s --state-dir "$work"/%s ', name,
        user ~= "" and user or "me", what, machine) .. table.concat(words, " "))
end

--- What the activations of a machine have decided, at that time or ever, as its log tells.
local function decisions(machine, now)
    local list, state = {}, work .. "/" .. machine
    for key in lfs.dir(state) do
        local log = #key > 2 and command.read(("%s/%s/decisions.log"):format(state, key)) or ""
        for line in log:gmatch "[^\n]+" do
            if not now or line:find(now .. "\t", 1, true) == 1 then
                list[#list + 1] = line
            end
        end
    end
    return list
end

--- A database that did not answer is not asked again for a while; here it is.
local function may_ask_again(machine)
    command.shell('sed -i \'s/"retry_at":[0-9]*/"retry_at":0/\' "$work"/%s/*/notified.json', machine)
end

--- Runs an activation of a machine, again while it was not answered in time: only a busy machine takes longer than
--- PATIENT, or ends it by the command's own deadline, which writes no decision down.
local function patiently(machine, now, run)
    for _ = 1, TRIES do
        local before = #decisions(machine, now)
        local result = run()
        local after = decisions(machine, now)
        local decided = #after > before
        if decided and not after[#after]:find("no answer within 1500 ms", 1, true) then
            return result
        elseif decided then
            may_ask_again(machine)
        end
    end
    error "no activation was ever answered in time"
end

local function check(machine, path, ...)
    return on(machine, "check", env, "--policy", path, "--new", NEW, ...)
end

--- A check of a machine that is ended, as by a power cut, in the middle of its dry upgrade.
local function break_off(machine, path, ...)
    command.must("rm -f %s", work .. "/pid")
    local checker = stage.start('exec env UPNUDGE_MACHINE=%s "$upnudge" check "$env" --state-dir "$work"/%s --policy %s '
        .. table.concat({ ... }, " ") .. " -- sh -c %s", machine, machine, path, 'echo $$ >"$work/pid"; exec sleep 600')
    local dry_upgrade = stage.await_file(work .. "/pid"):match "%d+"
    command.must("kill -9 %s", checker)
    for _, pid in ipairs { checker, dry_upgrade } do
        stage.await("the end of " .. pid, function()
            return not stage.alive(pid)
        end)
    end
end

local function decision_of(result)
    assert.are.equal(0, result.code, result.err)
    local decision = cjson.decode(result.out)
    return decision.notified, decision
end

--- Whether an activation spoke, and the decision.
local function notify(machine, path, now, ...)
    local words = { "--tty", "--json", "--now", now, ... }
    return decision_of(patiently(machine, now, function()
        return stage.explained(function(name, ...)
            return on(machine, name, env, "--policy", path, ...)
        end, table.unpack(words))
    end))
end

--- The same where what explain would meet is not what the activation meets.
local function notify_unexplained(machine, path, now)
    return decision_of(on(machine, "notify", env, "--policy", path, "--tty", "--json", "--now", now))
end

--- Whether an activation tells: the small program, without the full command. `words` are of the shell, before it.
local function tells(machine, path, now, words)
    local name, user = machine:match "^([^@]*)@?(.*)$"
    local script = command.script("UPNUDGE_MACHINE=%s LOGNAME=%s " .. (words or "") .. ' "$upnudge" notify "$env" --tty '
        .. '--exit-code --state-dir "$work"/%s --policy %s --now %d', name, user ~= "" and user or "me", machine, path, now)
    return patiently(machine, now, function()
        return command.shell(script)
    end).code == 100
end

local function explain(machine, path, now)
    return on(machine, "explain", env, "--policy", path, "--tty", "--now", now).out
end

--- Whether on one of the machines, of `count` activations at that time, one was not answered in time or never ended
--- with a decision: then a notice may be lost, and never told twice.
local function was_late(now, count, ...)
    for _, machine in ipairs { ... } do
        local list = decisions(machine, now)
        if #list < count or table.concat(list):find("no answer within 1500 ms", 1, true) then
            return true
        end
    end
    return false
end

-- The table as schemas before 3 had it, with what is newest of each environment, and what claimed a notice in it.
local OLD_TABLE <const> = [[BEGIN;
    CREATE TABLE kept AS SELECT scope, environment, max(last_notified) AS last_notified, max(shown) AS shown FROM upnudge_notice
        GROUP BY scope, environment;
    DROP TABLE upnudge_notice;
    CREATE TABLE upnudge_notice (scope TEXT NOT NULL, environment TEXT NOT NULL, version BIGINT NOT NULL,
        last_notified BIGINT NOT NULL, shown TEXT NOT NULL, times BIGINT NOT NULL, PRIMARY KEY (scope, environment));
    INSERT INTO upnudge_notice SELECT scope, environment, 1, last_notified, shown, 1 FROM kept;
    DROP TABLE kept;
    UPDATE upnudge_meta SET value = '2' WHERE name = 'schema';
    COMMIT]]
local OLD_CLAIM <const> = [[INSERT INTO upnudge_notice (scope, environment, version, last_notified, shown, times)
    SELECT scope, environment, 1, 0, '', 1 FROM upnudge_notice WHERE version < 0
    ON CONFLICT (scope, environment) DO UPDATE SET version = 9]]

local DATABASES <const> = {
    SQLite = sqlite,
    PostgreSQL = function()
        return server.url
    end,
}

for name, url in pairs(DATABASES) do
    describe("strategy database on " .. name, function()
        local function sql(text)
            if name == "SQLite" then
                return (command.must('sqlite3 -cmd ".timeout 10000" "$work/shared.sqlite" %s', text):gsub("\n$", ""))
            end
            return server:sql(text)
        end

        local function make_old()
            sql(OLD_TABLE)
        end

        it("tells a user once in a window, on whatever machine", function()
            local path = with(url())
            for _, machine in ipairs { "one", "two", "three" } do
                check(machine, path, "--now", NOW)
            end
            for window = 0, 2 do
                local now = NOW + window * DAY
                assert.is_true((notify(window == 1 and "two" or "one", path, now)))
                for _, machine in ipairs { "one", "two", "three" } do
                    local spoke, decision = notify(machine, path, now + 60)
                    assert.is_false(spoke)
                    assert.are.equal("already said 1 minute ago; again in 23 hours", decision.reason)
                end
            end
        end)

        it("counts users, machines or the team, as the policy says", function()
            local function tellings(per)
                command.must 'rm -rf "$work"/m?@* "$work"/*.sqlite*'
                server:sql "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
                local path, told = with(url(), ('per = "%s"'):format(per)), 0
                for _, who in ipairs { "m1@ann", "m1@bob", "m2@ann", "m2@bob" } do
                    check(who, path, "--now", NOW)
                    told = told + (tells(who, path, NOW) and 1 or 0)
                end
                return told
            end
            assert.are.same({ 2, 2, 1 }, { tellings "user", tellings "machine", tellings "team" })
        end)

        it("knows an environment of a team by its name, wherever it is", function()
            local path = with(url(), 'per = "team"')
            local other = work .. "/elsewhere/webshop"
            command.shell("mkdir -p %s && cp -r %s/.flox %s/", other, env, other)
            check("one", path, "--now", NOW)
            on("two", "check", other, "--policy", path, "--new", NEW, "--now", NOW)
            assert.is_true((notify("one", path, NOW)))
            local result = on("two", "notify", other, "--policy", path, "--tty", "--exit-code", "--now", NOW + 60)
            assert.are.equal(0, result.code)
        end)

        it("tells one of 48 shells on three machines, window after window", function()
            local path = with(url(), 'per = "team"')
            for _, machine in ipairs { "m1", "m2", "m3" } do
                check(machine, path, "--now", NOW)
            end
            local windows, now = 0, NOW
            while windows < 3 do
                local told = tonumber(command.shell([[
                    for i in $(seq 16); do for m in m1 m2 m3; do
                        UPNUDGE_MACHINE=$m "$upnudge" notify "$env" --state-dir "$work/$m" --policy %s --tty --now %d \
                            2>"$work/said-$m-$i" &
                    done; done; wait
                    cat "$work"/said-* | grep -c available]], path, now).out)
                assert.is_true(told == 1 or told == 0 and was_late(now, 16, "m1", "m2", "m3"), told)
                windows, now = windows + told, now + DAY
                assert.is_true(now < NOW + TRIES * DAY)
            end
        end)

        it("tells one digest of 64 shells in 20 environments on two machines, window after window", function()
            local path = with(url(), 'scope = "person"')
            command.must([[
                for i in $(seq 20); do cp -r "$env" "$work/e$i"; for m in m1 m2; do
                    "$upnudge" check "$work/e$i" --state-dir "$work/$m" --new "$new" --now %d
                done; done]], NOW)
            local windows, now = 0, NOW
            while windows < 2 do
                local told = tonumber(command.shell([[
                    for i in $(seq 32); do for m in m1 m2; do
                        UPNUDGE_MACHINE=$m LOGNAME=me "$upnudge" notify "$work/e$((i %% 20 + 1))" --state-dir "$work/$m" \
                            --policy %s --tty --now %d 2>"$work/said-$m-$i" &
                    done; done; wait
                    cat "$work"/said-* | grep -c "available in 20 environments"]], path, now).out)
                assert.is_true(told == 1 or told == 0 and was_late(now, 32, "m1", "m2"), told)
                windows, now = windows + told, now + DAY
                assert.is_true(now < NOW + TRIES * DAY)
            end
            assert.equal("person|1", sql "SELECT environment, count(*) FROM upnudge_notice GROUP BY environment")
        end)

        it("has a clock for each rule, on whatever machine, and gives each notice to one of many shells", function()
            local path = with(url(), [[per = "team", rules = { u.rule "weekly" { notify = u.every("1w", { own = true }) },
                u.rule "default" { notify = u.every "1d" } }]])
            local locked = stage.policy('{ api = 1, name = "l", extends = "default" }', "locked")
            for _, machine in ipairs { "one", "two", "three", "four" } do
                check(machine, path, "--now", NOW)
            end
            local said = {}
            local function ask(machine, now)
                said[#said + 1] = select(2, notify(machine, path, now)).rule or "-"
            end
            ask("one", NOW)
            ask("two", NOW + 60)
            for day = 1, 6 do
                ask(day % 2 == 0 and "one" or "two", NOW + day * DAY)
            end
            ask("three", NOW + 7 * DAY)
            ask("one", NOW + 7 * DAY + 60)
            assert.are.same({ "weekly", "-", "default", "default", "default", "default", "default", "default", "weekly", "-" }, said)
            -- One that knows of a later notice, but not of all.
            assert.is_true(tells("four", locked, NOW + 7 * DAY + HOUR))
            ask("four", NOW + 7 * DAY + 2 * HOUR)
            assert.are.equal("-", said[#said])
            local now = NOW + 14 * DAY
            for _ = 1, TRIES do
                local told = tonumber(command.shell([[
                    for i in $(seq 8); do for m in one two three; do
                        UPNUDGE_MACHINE=$m "$upnudge" notify "$env" --state-dir "$work/$m" --policy %s --tty --now %d \
                            2>"$work/said-$m-$i" &
                    done; done; wait
                    cat "$work"/said-* | grep -c available]], path, now).out)
                assert.is_true(told == 1 or told == 0 and was_late(now, 8, "one", "two", "three"), told)
                if told == 1 then
                    break
                end
                now = now + 8 * DAY
            end
        end)

        it("moves the clocks of rules with all else", function()
            local path, target = with(url(), [[per = "user", rules = {
                u.rule "default" { notify = u.every("1w", { own = true }) } }]]), "sqlite:" .. work .. "/other.sqlite"
            command.must 'touch "$work/other.sqlite"'
            check("one", path, "--now", NOW)
            assert.is_true((notify("one", path, NOW)))
            local function migrate(machine, ...)
                assert.are.equal(0, on(machine, "migrate", "--policy", path, ...).code)
            end
            migrate("one", "--from", url(), "--to", target)
            migrate("one", "--from", url(), "--to", target)
            local moved = command.must 'sqlite3 "$work/other.sqlite" "SELECT rules FROM upnudge_notice"'
            assert.are.equal(NOW, cjson.decode(moved).default.last_notified, moved)
            -- To a machine that was never told.
            check("two", path, "--now", NOW)
            migrate("two", "--from", target, "--to", "separate-lock")
            local file = command.read((command.must 'echo "$work"/two/*/notified.json':match "[^\n]+"))
            assert.are.equal(NOW, cjson.decode(file).rules.default.last_notified)
            migrate("two", "--to", target)
        end)

        it("shares a check by the digest of the lockfile", function()
            local path = with(url())
            local dry = 'echo x >>"$work/runs"; cat "$new"'
            local function run(machine, ...)
                return cjson.decode(on(machine, "check", env, "--policy", path, "--json", ...).out)
            end
            assert.are.equal("checked", run("one", "--now", NOW, "--", "sh", "-c", dry).outcome)
            for i, machine in ipairs { "two", "three", "four" } do
                local answer = run(machine, "--now", NOW + i * 60, "--", "sh", "-c", dry)
                assert.are.same({ "fresh", "fresh", 12, NOW + DAY }, { answer.outcome, answer.code, answer.changes, answer.retry_at })
                assert.is_truthy(answer.reason:find "another machine checked this lockfile %d minute", answer.reason)
            end
            assert.are.equal("x\n", command.read(work .. "/runs"))
            assert.is_true((notify("four", path, NOW + 300)))
            -- Its age is that of the check, not of the borrowing.
            assert.are.equal("checked", run("two", "--now", NOW + DAY + 1, "--", "sh", "-c", dry).outcome)
            command.shell("printf ' ' >>%s/.flox/env/manifest.lock", env)
            assert.are.equal("checked", run("three", "--now", NOW + DAY + 2, "--", "sh", "-c", dry).outcome)
            assert.are.equal("x\nx\nx\n", command.read(work .. "/runs"))
        end)

        it("has many machines make one dry upgrade at once", function()
            local path = with(url())
            -- It goes on when the seven others have their answer, or when a hang has lasted long enough.
            local result = command.shell([[
                for m in 1 2 3 4 5 6 7 8; do
                    UPNUDGE_MACHINE=m$m "$upnudge" check "$env" --state-dir "$work/m$m" --policy %s -- sh -c '
                        echo x >>"$work/runs"
                        for i in $(seq 1200); do
                            [ "$(cat "$work"/said-* | wc -l)" -ge 7 ] && break
                            sleep 0.1
                        done
                        cat "$new"' >"$work/said-$m" 2>&1 &
                done; wait; cat "$work"/said-* | sort | uniq -c]], path)
            assert.are.equal("x\n", command.read(work .. "/runs"), result.out)
            assert.is_truthy(result.out:find "1 checked: 2 version changes, 1 rebuild", result.out)
        end)

        it("does not wait for a machine that died in the middle of a check", function()
            local path = with(url(), 'per = "user", check = { every = "1d", timeout = "5m" }')
            break_off("one", path, "--now", NOW)
            local function try(now)
                return cjson.decode(check("two", path, "--json", "--now", now).out).outcome
            end
            assert.are.same({ "busy", "busy", "checked" }, { try(NOW + 60), try(NOW + 359), try(NOW + 360) })
        end)

        it("gives the lease back when a dry upgrade fails", function()
            local path = with(url())
            assert.are.equal(1, on("one", "check", env, "--policy", path, "--now", NOW, "--", "false").code)
            assert.are.equal(0, check("two", path, "--now", NOW + 1).code)
        end)

        it("tells of each environment of a directory by the format of its lockfile", function()
            command.must 'mv "$env/.flox" "$work/flox"'
            for window, per in ipairs { "user", "team" } do
                local path, now, told = with(url(), ('per = "%s"'):format(per)), NOW + 2 * window * DAY, {}
                for i, format in ipairs { "flox", "npm", "npm", "flox" } do
                    -- Whichever a machine has there.
                    command.must('rm -rf "$env" && mkdir "$env"')
                    command.must(format == "npm" and 'cp tests/fixtures/npm/v3-old.json "$env/package-lock.json"'
                        or 'cp -r "$work/flox" "$env/.flox"')
                    local machine, new = per .. i, format == "npm" and "tests/fixtures/npm/v3-new.json" or NEW
                    local found = on(machine, "check", env, "--policy", path, "--new", new, "--now", now)
                    assert.are.equal(0, found.code, found.err)
                    told[i] = tells(machine, path, now)
                end
                assert.are.same({ true, true, false, false }, told, per)
            end
        end)

        it("brings an older schema up to date, and leaves a newer one alone", function()
            local path = with(url())
            check("one", path, "--now", NOW)
            assert.are.equal("4", sql "SELECT value FROM upnudge_meta WHERE name = 'schema'")
            make_old()
            sql "DROP TABLE upnudge_result; UPDATE upnudge_meta SET value = '1' WHERE name = 'schema'"
            assert.is_true((notify("one", path, NOW)))
            assert.are.equal("4", sql "SELECT value FROM upnudge_meta WHERE name = 'schema'")
            assert.are.equal("0", sql "SELECT count(*) FROM upnudge_result")
            sql "UPDATE upnudge_meta SET value = '5' WHERE name = 'schema'"
            local spoke, decision = notify("one", path, NOW + DAY)
            assert.is_false(spoke)
            assert.is_truthy(decision.reason:find("the database has schema 5, this upnudge knows 4; upgrade upnudge", 1, true),
                decision.reason)
            assert.are.equal("5", sql "SELECT value FROM upnudge_meta WHERE name = 'schema'")
        end)

        it("takes for told what was told before rows had a format, and counts on", function()
            local path = with(url(), 'per = "team"')
            for i = 1, 3 do
                check("m" .. i, path, "--now", NOW)
            end
            assert.is_true((notify("m1", path, NOW)))
            make_old()
            assert.are.equal("1", sql "SELECT count(*) FROM upnudge_notice")
            sql(OLD_CLAIM)
            -- What is only tried out changes nothing.
            stage.await("an answer in time", function()
                return explain("m2", path, NOW + 60):find("already said 1 minute ago", 1, true)
            end)
            assert.are.equal("2", sql "SELECT value FROM upnudge_meta WHERE name = 'schema'")
            local spoke, decision = notify("m2", path, NOW + 60)
            assert.is_false(spoke)
            assert.are.equal("already said 1 minute ago; again in 23 hours", decision.reason)
            -- An earlier upnudge that had read the old table before can no more set what it had read.
            assert.is_false((pcall(sql, OLD_CLAIM)))
            assert.is_true((notify("m2", path, NOW + DAY)))
            assert.is_false((notify("m3", path, NOW + DAY + 60)))
            assert.are.equal(("|1|%d|1\nflox|1|%d|2"):format(NOW, NOW + DAY),
                sql "SELECT format, version, last_notified, times FROM upnudge_notice ORDER BY format")
        end)

        it("is brought up to date by one of many claims, and tells once, whoever is killed meanwhile", function()
            local path, last = with(url(), 'per = "team"'), NOW
            for i = 1, 6 do
                check("m" .. i, path, "--now", NOW)
            end
            assert.is_true((notify("m1", path, NOW)))
            local whole, fragile = ("%s/%s/upnudge-cli"):format(command.root, command.build), work .. "/fragile"
            command.write(fragile, ('#!/bin/sh\nexec timeout -s KILL 0.0$(($$ %% 5))5 %s "$@"\n'):format(whole))
            command.must('chmod +x %s', fragile)
            --- How many of twelve are told, who know nothing of their own.
            local function told(now, cli)
                command.must 'rm -f "$work"/m?/*/notified.json'
                return tonumber(command.shell([[
                    for m in 1 2 3 4 5 6 1 2 3 4 5 6; do
                        UPNUDGE_MACHINE=m$m UPNUDGE_CLI=%s "$upnudge" notify "$env" --state-dir "$work/m$m" --policy %s \
                            --tty --now %d 2>&1 &
                    done >"$work/said"; wait
                    grep -c available "$work/said"]], cli, path, now).out)
            end
            for _ = 1, 2 do
                make_old()
                assert.are.equal(0, told(last + 60, fragile))
                make_old()
                last = last + 2 * DAY
                -- Who asks last is answered, and the row of before is still there.
                local all = told(last, fragile) + told(last + 60, whole) + (notify("m1", path, last + 120) and 1 or 0)
                assert.is_true(all <= 1, all)
                assert.are.equal("4", sql "SELECT value FROM upnudge_meta WHERE name = 'schema'")
                assert.are.equal("1", sql "SELECT count(*) FROM upnudge_notice WHERE format = ''")
                last = tonumber(sql "SELECT max(last_notified) FROM upnudge_notice")
            end
            local killed = 0
            for i = 1, 6 do
                killed = killed + select(2, table.concat(decisions("m" .. i)):gsub("the question was not answered", ""))
            end
            assert.is_true(killed > 0)
            make_old()
            local calm = told(last + 2 * DAY, whole)
            assert.is_true(calm == 1 or calm == 0 and was_late(last + 2 * DAY, 2, "m1", "m2", "m3", "m4", "m5", "m6"), calm)
        end)

        it("makes its tables once, however many come first", function()
            for i = 1, 8 do
                on("m" .. i, "check", env, "--policy", policy 'database = "sqlite:/dev/null/x"', "--new", NEW, "--now", NOW)
            end
            local path = with(url(), 'per = "machine"')
            command.shell([[
                for m in 1 2 3 4 5 6 7 8; do
                    UPNUDGE_MACHINE=m$m "$upnudge" notify "$env" --state-dir "$work/m$m" --policy %s --tty --now %d \
                        2>"$work/said-$m" &
                done; wait]], path, NOW)
            for i = 1, 8 do
                local machine, told = "m" .. i, command.read(work .. "/said-" .. i):find("available", 1, true)
                -- Who came late to a busy machine is told as soon as he asks again.
                assert.is_true(told ~= nil or was_late(NOW, 1, machine), machine)
                if not told then
                    may_ask_again(machine)
                end
                assert.are.equal(told == nil, (notify(machine, path, NOW)), machine)
            end
        end)
    end)
end

--- A proxy of the server that does as tests/proxy.py says of its mode: its port, and what stops it before the test is
--- over.
local function proxied(mode)
    local pipe = io.popen(("exec python3 tests/proxy.py %d %s"):format(server.port, mode))
    local port, pid = pipe:read "l":match "^(%d+) (%d+)$"
    local function stop()
        if pipe then
            command.shell("kill %s", pid)
            pipe:close()
            pipe = nil
        end
    end
    stage.finally(stop)
    return port, stop
end

describe("a quiet activation", function()
    it("opens no connection", function()
        local path = with(server.url)
        check("one", path, "--now", NOW)
        assert.is_true((notify("one", path, NOW)))
        local before = server:connections()
        for i = 1, 20 do
            assert.is_false((notify("one", path, NOW + i)))
        end
        on("one", "notify", env, "--policy", path, "--no-tty", "--now", NOW + 2 * DAY)
        assert.are.equal(before, server:connections())
        assert.is_true((notify("one", path, NOW + 2 * DAY)))
        assert.is_true(server:connections() > before)
    end)
end)

describe("a database in trouble", function()
    local NOBODY <const> = "postgresql://upnudge@127.0.0.1:1/postgres"
    local LATE <const> = "no answer within 150 ms"

    --- The answer is silence, with a reason that explain repeats. That there is one says that it came in time: the
    --- command ends without a decision two seconds after it began, and those who are asked here are silent for ever.
    local function silent(path, words, now)
        local _, decision = notify("one", path, now or NOW)
        assert.is_false(decision.notified)
        assert.is_truthy(decision.reason:find(words, 1, true), decision.reason)
        assert.is_truthy(explain("one", path, now or NOW):find(words, 1, true))
    end

    --- Another file than that of the patient policies.
    local function hasty(url)
        return policy(('database = "%s", deadline = "150ms", per = "user"'):format(url), "hasty")
    end

    local function proxy(mode)
        local port, stop = proxied(mode)
        return ("postgresql://upnudge@127.0.0.1:%s/%s"):format(port, server.database), stop
    end

    before_each(function()
        check("one", policy 'database = "sqlite:/dev/null/x"', "--now", NOW)
    end)

    it("that is not there means silence, or a notice where the policy wants one", function()
        silent(with(NOBODY), "Failed to connect to database")
        command.must 'rm "$work"/one/*/notified.json'
        local path = with(NOBODY, 'on_unreachable = "notify"')
        assert.is_true((notify("one", path, NOW)))
        assert.is_false((notify("one", path, NOW + 60)))
    end)

    it("is not asked again at every prompt", function()
        local before = server:connections()
        silent(with(NOBODY), "Failed to connect to database")
        assert.is_false((notify("one", with(server.url), NOW + 9)))
        -- Twice as long each time.
        silent(with(NOBODY), "Failed to connect to database", NOW + 10)
        assert.is_false((notify("one", with(server.url), NOW + 29)))
        assert.are.equal(before, server:connections())
        assert.is_true((notify("one", with(server.url), NOW + 30)))
        server:freeze()
        silent(hasty(server.url), LATE, NOW + 2 * DAY)
        server:go_on()
        assert.is_true((notify("one", with(server.url), NOW + 2 * DAY + 10)))
    end)

    it("that says nothing is given up in time", function()
        silent(hasty((proxy "hole")), LATE)
    end)

    it("that is slow is given up in time", function()
        silent(hasty((proxy "slow")), LATE)
    end)

    it("that is stopped or locked is given up in time", function()
        local good = with(server.url)
        assert.is_true((notify("one", good, NOW)))
        stage.start("echo 'BEGIN; UPDATE upnudge_notice SET times = 9; SELECT pg_sleep(600);' | " .. server:psql())
        local sleepers <const> = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE '%pg_sleep%'"
        stage.await("the lock to be taken", function()
            return server:sql("SELECT count(*) " .. sleepers .. " AND wait_event = 'PgSleep'") == "1"
        end)
        silent(hasty(server.url), LATE, NOW + DAY)
        server:sql("SELECT pg_terminate_backend(pid, 60000) " .. sleepers)
        server:freeze()
        silent(hasty(server.url), LATE, NOW + 2 * DAY)
        server:go_on()
        assert.is_true((notify("one", good, NOW + 3 * DAY)))
    end)

    it("whose connection is cut anywhere never makes a second notice", function()
        local good = with(server.url, 'per = "team"')
        check("two", good, "--now", NOW)
        local all = 0
        for i, bytes in ipairs { 1, 100, 408, 430, 480, 600, 750, 880, 1010, 1040, 1200, 5000 } do
            local now = NOW + 2 * i * DAY
            local url, stop = proxy("cut:" .. bytes)
            local first = notify_unexplained("one", with(url, 'per = "team"'), now)
            stop()
            with(server.url, 'per = "team"')
            local told = (first and 1 or 0) + (notify("two", good, now + 60) and 1 or 0)
                + (notify("one", good, now + 400) and 1 or 0)
            assert.is_true(told <= 1, ("cut after %d bytes: %d notices"):format(bytes, told))
            all = all + told
        end
        -- A claim that was committed and not heard of is a notice lost: it is that at 1010 and 1040 bytes.
        assert.is_true(all >= 9 and all < 12, all)
    end)

    it("that is killed in the middle of claims never makes a second notice", function()
        local path = with(server.url, 'per = "team"')
        for i = 1, 6 do
            check("m" .. i, path, "--now", NOW)
        end
        for round = 1, 3 do
            local now = NOW + 2 * round * DAY
            -- Some time after the first of them has come.
            command.shell([[
                came() { grep -c "connection received" %s/log; }
                before=$(came)
                for m in 1 2 3 4 5 6; do
                    UPNUDGE_MACHINE=m$m "$upnudge" notify "$env" --state-dir "$work/m$m" --policy %s --tty --now %d \
                        2>"$work/said-%d-$m" &
                done
                for i in $(seq 1000); do
                    [ "$(came)" -gt "$before" ] && break
                    sleep 0.01
                done
                sleep 0.0%d; kill -9 %s; wait]], server.data, path, now, round, round * 2, server:pid())
            server:kill()
            server:run()
            command.shell([[
                for m in 1 2 3 4 5 6; do
                    UPNUDGE_MACHINE=m$m "$upnudge" notify "$env" --state-dir "$work/m$m" --policy %s --tty --now %d \
                        2>"$work/said-%d-again-$m"
                done]], path, now + 700, round)
            local told = tonumber(command.shell('cat "$work"/said-%d-* | grep -c available', round).out)
            assert.is_true(told <= 1, ("round %d: %s notices"):format(round, told))
        end
    end)

    it("that is an empty one in the place of another tells nothing twice", function()
        local path = with(server.url, 'per = "team"')
        check("two", path, "--now", NOW)
        assert.is_true((notify("one", path, NOW)))
        assert.is_false((notify("two", path, NOW + 60)))
        -- A failover to a replica that has nothing.
        server:sql "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        command.must 'rm "$work"/two/*/notified.json'
        local spoke, decision = notify("two", path, NOW + 120)
        assert.is_false(spoke)
        assert.is_truthy(decision.reason:find("it is another one than before, and new", 1, true), decision.reason)
        server:sql "UPDATE upnudge_meta SET value = '1700000000' WHERE name = 'created'"
        assert.is_true((notify("two", path, NOW + DAY)))
    end)

    it("that is read-only, or full, means silence", function()
        local path = with(server.url)
        assert.is_true((notify("one", path, NOW)))
        server:sql(("ALTER DATABASE %s SET default_transaction_read_only = on"):format(server.database))
        silent(path, "read-only transaction", NOW + DAY)
        server:sql(("ALTER DATABASE %s RESET default_transaction_read_only"):format(server.database))
        server:sql [[CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
            CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON upnudge_notice EXECUTE FUNCTION full_disk()]]
        silent(path, "No space left on device", NOW + 2 * DAY)
    end)

    it("SQLite that others have locked is late, as a server is", function()
        check("two", with(sqlite()), "--now", NOW)
        stage.start([[(echo '.timeout 60000'; echo 'BEGIN EXCLUSIVE;'; sleep 300) | sqlite3 "$work/shared.sqlite"]])
        stage.await("the lock", function()
            return command.shell([[sqlite3 "$work/shared.sqlite" 'BEGIN IMMEDIATE']]).err:find("locked", 1, true)
        end)
        silent(hasty(sqlite()), LATE)
    end)

    it("that came with the repository is not asked, and why is told", function()
        command.must 'mkdir "$work/.git"; touch "$work/canary"'
        for _, url in ipairs { server.url, "sqlite:" .. work .. "/canary" } do
            local path, before = policy(('database = "%s", on_unreachable = "notify"'):format(url)), server:connections()
            check("one", path, "--now", NOW, "--max-age", "0")
            silent(path, "the database is refused: a policy that came with the environment names it: " .. path)
            assert.equal(before, server:connections())
            assert.equal("", command.read(work .. "/canary"))
        end
        -- It came with what is activated, whatever has the budget.
        silent(policy(('scope = "person", database = "%s"'):format(server.url)), "the database is refused: a policy that came")
        local said = on("one", "explain", env, "--policy", policy(('database = "%s"'):format(server.url))).out
        assert.is_truthy(said:find("told per user; the database is refused: a policy that came", 1, true), said)
        -- Whom a person names is asked, whatever the policy says.
        assert.is_true(tells("one", with "sqlite:/nowhere", NOW, "UPNUDGE_DATABASE=" .. command.quote(server.url)))
    end)

    it("is no file that was not there, or that everybody may write to", function()
        silent(with("sqlite:" .. work .. "/none.sqlite"), "the database is refused: " .. work .. "/none.sqlite: not there")
        assert.is_nil(command.read(work .. "/none.sqlite"))
        command.must 'touch "$work/open.sqlite"; chmod 666 "$work/open.sqlite"'
        silent(with("sqlite:" .. work .. "/open.sqlite"), "everybody may write to it")
        assert.equal("", command.read(work .. "/open.sqlite"))
    end)

    it("SQLite on a full disk means silence, and what was known stays", function()
        local path = with(sqlite())
        assert.is_true((notify("one", path, NOW)))
        local before = command.read(work .. "/shared.sqlite") ~= nil
        assert.is_true(before)
        local result = command.shell([[
            trap '' XFSZ; ulimit -f 4
            UPNUDGE_MACHINE=one LOGNAME=me "$upnudge" notify "$env" --state-dir "$work/one" --policy %s --tty --json --now %d]],
            path, NOW + DAY)
        local decision = cjson.decode(result.out)
        assert.is_false(decision.notified)
        assert.is_truthy(decision.reason:find("the database was asked and is no help", 1, true), decision.reason)
        assert.is_true((notify("one", path, NOW + 2 * DAY)))
    end)

    it("with a wrong password means silence, and the password is told nowhere", function()
        server:sql "CREATE ROLE carol LOGIN PASSWORD 'right'; GRANT ALL ON SCHEMA public TO carol"
        server:admit "host all carol 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n"
        local path = with((server.url:gsub("upnudge@", "carol@")))
        command.write(work .. "/pgpass", "127.0.0.1:*:*:carol:s3cret-wrong\n")
        command.must 'chmod 600 "$work/pgpass"'
        local function ask(now)
            return patiently("one", now, function()
                return command.shell([[PGPASSFILE="$work/pgpass" LOGNAME=me UPNUDGE_MACHINE=one "$upnudge" notify "$env" \
                    --state-dir "$work/one" --policy %s --tty --json --now %d]], path, now)
            end)
        end
        local decision = cjson.decode(ask(NOW).out)
        assert.is_false(decision.notified)
        assert.is_truthy(decision.reason:find("Failed to connect to database", 1, true), decision.reason)
        assert.are.equal("", command.shell('grep -r s3cret-wrong "$work/one"').out)
        command.write(work .. "/pgpass", "127.0.0.1:*:*:carol:right\n")
        assert.is_true(cjson.decode(ask(NOW + HOUR).out).notified)
    end)
end)

describe("a policy", function()
    local function told(keys)
        return command.run("policy", "check", policy(keys)).out
    end

    it("may name a database, and no password", function()
        assert.is_truthy(told('database = "postgresql://db.example.org/upnudge", per = "team", deadline = "200ms"'):find "good")
        assert.is_truthy(told('database = "postgresql://me:secret@h/d"'):find("a password does not belong here", 1, true))
        assert.is_truthy(told('database = "postgresql://h/d?password=x"'):find("a password does not belong here", 1, true))
        assert.is_truthy(told('database = "mysql://h/d"'):find('it is "sqlite:PATH" or "postgresql://HOST/NAME"', 1, true))
        assert.is_truthy(told('database = "sqlite:shared.sqlite"'):find("is absolute", 1, true))
        assert.is_truthy(told('per = "teem"'):find("did you mean 'team'", 1, true))
        assert.is_truthy(told('on_unreachable = "silent"'):find("on_unreachable 'silent' is not known", 1, true))
        assert.is_truthy(told('deadline = "5m"'):find("is no deadline from 1ms to 1500ms", 1, true))
    end)

    it("called fleet finds its server as libpq does", function()
        server:sql("CREATE DATABASE upnudge", "postgres")
        local path = work .. "/ours.lua"
        command.write(path, ('return require "upnudge".policy { api = 1, name = "ours", extends = "fleet", deadline = "%s" }')
            :format(PATIENT))
        local function ask(machine)
            check(machine, path, "--now", NOW)
            return tells(machine, path, NOW, ("PGHOST=127.0.0.1 PGPORT=%d PGUSER=upnudge"):format(server.port))
        end
        assert.are.same({ true, false, false }, { ask "one", ask "two", ask "three" })
    end)

    it("may give people roles of their own, with the grants that the README names", function()
        local path = with(server.url, 'per = "team"')
        check("one", path, "--now", NOW)
        -- As the schema public of a new database has it.
        server:sql "GRANT USAGE ON SCHEMA public TO PUBLIC; CREATE ROLE bob LOGIN"
        server:sql(OLD_TABLE)
        server:sql "GRANT SELECT, INSERT, UPDATE, DELETE ON upnudge_meta, upnudge_notice, upnudge_result TO bob"
        path = with(server.url:gsub("upnudge@", "bob@"), 'per = "team"')
        -- The owner brings the tables up to date, and the grants stay.
        local _, refused = notify("one", path, NOW)
        assert.is_truthy(refused.reason:find("must be owner of table upnudge_notice", 1, true), refused.reason)
        assert.are.equal(0, on("one", "migrate", "--policy", path, "--to", server.url).code)
        check("two", path, "--now", NOW + 2 * DAY)
        local spoke, decision = notify("two", path, NOW + 2 * DAY)
        assert.is_true(spoke, decision.reason)
        assert.are.equal("1", server:sql "SELECT count(*) FROM upnudge_result WHERE leased_by IS NULL")
    end)

    it("is overridden by UPNUDGE_DATABASE, and without either has SQLite beside the records", function()
        local path = policy(('per = "user", deadline = "%s"'):format(PATIENT))
        check("one", path, "--now", NOW)
        local url = "sqlite:" .. work .. "/other.sqlite"
        command.must 'touch "$work/other.sqlite"'
        local function ask(variable, now)
            return tells("one", path, now, variable)
        end
        assert.is_true(ask("UPNUDGE_DATABASE=" .. command.quote(url), NOW))
        assert.is_true(#command.read(work .. "/other.sqlite") > 0)
        assert.is_true(ask("", NOW + DAY))
        assert.is_truthy(command.read(work .. "/one/upnudge.sqlite"))
        assert.is_false(ask("UPNUDGE_DATABASE=postgresql://me:secret@127.0.0.1/x", NOW + 2 * DAY))
    end)
end)

describe("an environment that is kept beside another of its directory", function()
    it("is called as the other one, of whatever machine", function()
        local strategy, record = require "upnudge.strategy.database", require "upnudge.record"
        local places, key = { cache = work, state = work }, core.hash(env)
        for _, below in ipairs { "", "/beside/npm" } do
            local found = record.open(core, places, { path = env, key = key .. below })
            assert.are.same({ "path/" .. key, "" }, { strategy.environment({ per = "user" }, found) })
            assert.are.same({ "name/webshop", "" }, { strategy.environment({ per = "team" }, found) })
        end
    end)
end)

describe("what was known", function()
    local function plain(strategy)
        return stage.policy(('{ api = 1, name = "p", extends = "default", strategy = "%s", %s }'):format(strategy, DAILY),
            strategy)
    end

    local function migrate(machine, path, ...)
        local result = on(machine, "migrate", "--policy", path, ...)
        assert.are.equal(0, result.code, result.err)
        return result.out
    end

    it("is kept when a policy switches its strategy, without a migration", function()
        local paths = { plain "simple", plain "separate-lock", with(sqlite()) }
        for i, first in ipairs(paths) do
            for j, second in ipairs(paths) do
                local machine = ("m%d%d"):format(i, j)
                check(machine, first, "--now", NOW)
                assert.is_true((notify(machine, first, NOW + (10 * i + j) * DAY)), machine)
                local spoke, decision = notify(machine, second, NOW + (10 * i + j) * DAY + 60)
                assert.is_false(spoke, machine)
                assert.are.equal("already said 1 minute ago; again in 23 hours", decision.reason)
            end
        end
    end)

    it("is kept through there and back again", function()
        local simple, locked = plain "simple", plain "separate-lock"
        check("one", simple, "--now", NOW)
        for i, path in ipairs { simple, locked, simple, locked, locked, simple } do
            assert.is_true((notify("one", path, NOW + i * DAY)))
            assert.is_false((notify("one", path == simple and locked or simple, NOW + i * DAY + HOUR)))
        end
    end)

    it("moves into a database, to another one, and back", function()
        local locked, shared = plain "separate-lock", with(server.url, 'per = "user"')
        check("one", locked, "--now", NOW)
        check("two", shared, "--now", NOW)
        assert.is_true((notify("one", locked, NOW)))
        assert.are.equal("moved the last notice of 1 environment\n", migrate("one", shared, "--to", server.url))
        assert.is_false((notify("two", shared, NOW + HOUR)))
        -- Twice is once.
        migrate("one", shared, "--to", server.url)
        assert.are.equal("1|flox", server:sql "SELECT count(*), max(format) FROM upnudge_notice")
        local other = sqlite()
        assert.are.equal('{"schema":1,"moved":1}\n', migrate("one", shared, "--from", server.url, "--to", other, "--json"))
        assert.are.equal("flox\n", command.must 'sqlite3 "$work/shared.sqlite" "SELECT format FROM upnudge_notice"')
        check("three", with(other), "--now", NOW)
        assert.is_false((notify("three", with(other), NOW + 2 * HOUR)))
        -- And into the files of a machine that has never been told.
        check("four", locked, "--now", NOW)
        migrate("four", shared, "--from", other, "--to", "simple")
        assert.is_false((notify("four", plain "simple", NOW + 3 * HOUR)))
        check("five", locked, "--now", NOW)
        migrate("five", shared, "--from", other, "--to", "separate-lock")
        assert.is_false((notify("five", locked, NOW + 3 * HOUR)))
    end)

    it("of a person moves, too, also where no record of it is", function()
        local function of_person(strategy)
            return policy(('scope = "person", strategy = "%s"'):format(strategy), strategy)
        end
        local database = policy(('scope = "person", database = "%s", deadline = "%s"'):format(server.url, PATIENT))
        check("one", of_person "separate-lock", "--now", NOW)
        assert.is_true((notify("one", of_person "separate-lock", NOW)))
        assert.equal("moved the last notice of 1 environment\n", migrate("one", database, "--to", server.url))
        assert.equal("person", server:sql "SELECT environment FROM upnudge_notice")
        for _, strategy in ipairs { "simple", "separate-lock" } do
            check("other-" .. strategy, of_person(strategy), "--now", NOW)
            migrate("other-" .. strategy, database, "--from", server.url, "--to", strategy)
            assert.is_false((notify("other-" .. strategy, of_person(strategy), NOW + HOUR)))
        end
    end)

    it("is not overwritten by what is older", function()
        local shared, locked = with(server.url), plain "separate-lock"
        check("one", locked, "--now", NOW)
        notify("one", locked, NOW)
        check("two", shared, "--now", NOW)
        assert.is_true((notify("two", shared, NOW + 5 * DAY)))
        migrate("one", shared, "--to", server.url)
        assert.are.equal(tostring(NOW + 5 * DAY), server:sql "SELECT last_notified FROM upnudge_notice")
        migrate("two", shared, "--from", server.url, "--to", "separate-lock")
        assert.is_false((notify("two", locked, NOW + 5 * DAY + HOUR)))
    end)

    it("is refused a place that is none", function()
        local path = plain "simple"
        for words, said in pairs { ["--to nowhere"] = "--to: it is \"sqlite:PATH\"", ["--from simple --to simple"] =
            "--from: it is a database", ["--to postgresql://upnudge@127.0.0.1:1/x"] = "--to: Failed to connect" } do
            local result = command.shell('"$upnudge" migrate --state-dir "$work/one" --policy %s ' .. words, path)
            assert.are.equal(1, result.code)
            assert.is_truthy(result.err:find(said, 1, true), result.err)
        end
    end)
end)

describe("rows that make no sense", function()
    local function update(what)
        server:sql("UPDATE upnudge_notice SET " .. what)
    end

    it("are told again, or are a reason, and never stay", function()
        local path = with(server.url, 'per = "team"')
        check("one", path, "--now", NOW)
        check("two", path, "--now", NOW)
        assert.is_true((notify("one", path, NOW)))
        local now = NOW
        for _, what in ipairs { "shown = repeat('x', 70000)", "shown = repeat('x', 1000000)", "times = -1",
            "times = 9223372036854775807", "last_notified = -5", "last_notified = 9223372036854775807", "shown = E'\\e[31m'" } do
            now = now + 2 * DAY
            update(what)
            assert.is_true((notify("two", path, now)), what)
            assert.is_false((notify("two", path, now + 60)), what)
            assert.is_false((notify("one", path, now + 60)), what)
        end
        update "version = -1"
        local _, decision = notify("one", path, now + 2 * DAY)
        assert.is_truthy(decision.reason:find("the row of name/webshop in upnudge_notice is broken; delete it", 1, true))
    end)

    it("and long words of a server do not fill the file that is read at every prompt", function()
        local path = with(server.url, 'per = "team"')
        check("one", path, "--now", NOW)
        assert.is_true((notify("one", path, NOW)))
        server:sql [[CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION '%', repeat('x', 70000); END $$;
            CREATE TRIGGER shout BEFORE INSERT OR UPDATE ON upnudge_notice EXECUTE FUNCTION shout()]]
        local _, decision = notify("one", path, NOW + 2 * DAY)
        assert.is_true(#decision.reason < 500)
        server:sql "DROP TRIGGER shout ON upnudge_notice"
        assert.is_true((notify("one", path, NOW + 2 * DAY + HOUR)))
    end)

    it("move nowhere, and keep nothing else from moving", function()
        local path = with(server.url, 'per = "team"')
        check("one", path, "--now", NOW)
        assert.is_true((notify("one", path, NOW + 50)))
        update("times = -1, last_notified = " .. NOW + 100)
        assert.are.equal(0, on("one", "migrate", "--policy", path, "--from", server.url, "--to", "separate-lock").code)
        local locked = work .. "/locked.lua"
        command.write(locked, 'return require "upnudge".policy { api = 1, name = "p", extends = "default" }')
        assert.is_false((notify("one", locked, NOW + 110)))
        local missing = on("one", "migrate", "--policy", path, "--from", "sqlite:" .. work .. "/typo", "--to", server.url)
        assert.are.same({ 1, "upnudge: --from: " .. work .. "/typo is not there\n" }, { missing.code, missing.err })
    end)

    it("and shared lockfiles that cannot be read are checked anew", function()
        local path = with(server.url)
        check("one", path, "--now", NOW)
        server:sql "UPDATE upnudge_result SET lockfile = 'garbage'"
        local answer = cjson.decode(check("two", path, "--json", "--now", NOW + 60).out)
        assert.are.same({ "checked", 12 }, { answer.outcome, answer.changes })
        answer = cjson.decode(check("three", path, "--json", "--now", NOW + 120).out)
        assert.are.same({ "fresh", 12 }, { answer.outcome, answer.changes })
    end)

    it("and broken files here are none, also for explanations", function()
        local path = with(server.url)
        check("one", path, "--now", NOW)
        assert.is_true((notify("one", path, NOW)))
        local file = command.must 'echo "$work"/one/*/notified.json':match "[^\n]+"
        for _, text in ipairs { ('{"schema":1,"path":"%s","asked":{},"asked_at":"x","retry_at":{},"retry_wait":"y"}'):format(env),
            ('{"schema":1,"path":"%s","asked":{"a":1},"retry_at":%d}'):format(env, NOW + 2 * DAY + 10), ("x"):rep(70000) } do
            command.write(file, text)
            local told = on("one", "explain", env, "--policy", path, "--tty", "--now", NOW + 2 * DAY)
            assert.are.equal(0, told.code, told.err)
            local _, decision = notify("one", path, NOW + 2 * DAY)
            assert.is_nil(decision.reason:find("fault of upnudge", 1, true), decision.reason)
        end
    end)
end)

describe("a lease", function()
    it("is taken up again by the machine that broke off", function()
        local path = with(server.url)
        break_off("one", path, "--now", NOW)
        assert.are.equal(75, check("two", path, "--now", NOW + 1).code)
        assert.are.equal(0, check("one", path, "--now", NOW + 1).code)
    end)

    it("lasts as long as that check may take, and never for years", function()
        local path = with(server.url)
        break_off("one", path, "--now", NOW, "--timeout", "3h")
        assert.are.equal(75, check("two", path, "--now", NOW + 3 * HOUR).code)
        assert.are.equal(0, check("two", path, "--now", NOW + 3 * HOUR + 61).code)
        server:sql "TRUNCATE upnudge_result"
        command.must 'rm -r "$work/one"'
        break_off("one", path, "--now", NOW + 4000 * DAY)
        assert.are.equal(0, check("three", path, "--now", NOW).code)
    end)
end)

describe("clocks", function()
    it("of the server count, and those that are wrong open no connections", function()
        local path = with(server.url, 'per = "team"')
        for _, shift in ipairs { "1 day", "-1 day", "-200 seconds" } do
            server:sql "DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS skew CASCADE; CREATE SCHEMA skew"
            server:sql(([[CREATE FUNCTION skew.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS
                $$ SELECT pg_catalog.clock_timestamp() + interval '%s' $$]]):format(shift))
            server:sql "ALTER ROLE upnudge SET search_path = public, skew, pg_catalog"
            command.must 'rm -rf "$work/one" "$work/two"'
            check("one", path)
            check("two", path)
            local function ask(machine)
                return patiently(machine, nil, function()
                    return on(machine, "notify", env, "--policy", path, "--tty", "--exit-code")
                end).code
            end
            local codes = { ask "one", ask "two" }
            local before = server:connections()
            for _ = 1, 3 do
                codes[#codes + 1] = ask "one" + ask "two"
            end
            server:sql "ALTER ROLE upnudge RESET search_path; DROP SCHEMA skew CASCADE"
            assert.are.same({ 100, 0, 0, 0, 0 }, codes, shift)
            -- The one that is ours.
            assert.are.equal(before + 1, server:connections(), shift)
        end
    end)

    it("go on after 2038", function()
        local late = 2208988800
        for _, url in pairs(DATABASES) do
            local path = with(url(), 'per = "team"')
            for _, machine in ipairs { "one", "two", "three" } do
                check(machine, path, "--now", late)
            end
            assert.is_true((notify("one", path, late + 60)))
            assert.is_false((notify("two", path, late + 61)))
            assert.is_false((notify("three", path, late + 62)))
            command.must 'rm -rf "$work/one" "$work/two" "$work/three"'
        end
    end)
end)

describe("a host", function()
    it("that leaves garbage with open files behind finds them where they were", function()
        local path = with(sqlite())
        check("one", path, "--now", NOW)
        command.write(work .. "/host.lua", ([[
            local upnudge = require "upnudge"
            local runtime = assert(upnudge.open { state_dir = %q, policy = %q })
            local told = 0
            for i = 1, 60 do
                for k = 1, 4 do
                    io.open(%q .. k, "w"):write("HOSTDATA", ("!"):rep(200))
                end
                local waste = {}
                for k = 1, i * 37 %% 1000 do waste[k] = { k } end
                -- On a loaded machine a database may be late, and is not asked again for some minutes then.
                for try = 1, 5 do
                    if runtime:notify(%q, { tty = true, now = %d + i * 2 * 86400 + try * 700 }).notify then
                        told = told + 1
                        break
                    end
                end
            end
            print(told)]]):format(work .. "/one", path, work .. "/out", env, NOW))
        local host = command.shell(command.lua .. ' "$work/host.lua"')
        assert.are.equal("60\n", host.out, host.err)
        assert.are.equal("ok\n", command.must "sqlite3 \"$work/shared.sqlite\" 'PRAGMA integrity_check'")
    end)

    -- A sanitised library cannot be loaded into somebody else's program.
    if not command.sanitised then
        it("that embeds our library, wherever it is by then, is answered", function()
            local path = with(server.url)
            check("one", path, "--now", NOW)
            local told = command.shell('cd "$build" && python3 ../tests/host/local.py ./libupnudge.so "$work/one" %s "$env" %d',
                path, NOW)
            assert.is_truthy(told.out:find "^2 version changes and 1 rebuild", told.out .. told.err)
        end)
    end

    --- What a busy host of the library in C reports, a line each.
    local function busy(path, rounds, more, variables)
        command.must((variables or "") .. 'exec "$build/tests/host/busy" "$work/report" "$work/one" %s "$env" %d %d '
            .. (more or ""), path, NOW, rounds)
        local lines = {}
        for line in command.read(work .. "/report"):gmatch "[^\n]+" do
            lines[#lines + 1] = line
        end
        return lines
    end

    for name, url in pairs(DATABASES) do
        it("whose threads are busy, and one of which takes every child's status, is answered by " .. name, function()
            local path = with(url(), 'per = "team"')
            check("one", path, "--now", NOW)
            local wanted = {}
            for i = 1, 20 do
                wanted[i] = "told"
            end
            wanted[21] = "left: 0"
            assert.same(wanted, busy(path, 20))
        end)
    end

    it("whose questions are killed at random tells nothing twice, and goes on", function()
        local path, killed, rounds, told = with(server.url, 'per = "team"'), 0, 0, 0
        check("one", path, "--now", NOW)
        for _ = 1, 20 do
            command.must 'rm -f "$work"/one/*/notified.json'
            server:sql "TRUNCATE upnudge_notice"
            local lines = busy(path, 20, "kill")
            assert.same({ "told", "left: 0" }, { lines[20], lines[21] })
            killed, rounds, told = 0, 20, 0
            for i = 1, rounds do
                told = told + (lines[i] == "told" and 1 or 0)
                killed = killed + (lines[i]:find("the question was not answered", 1, true) and 1 or 0)
                assert.is_true(lines[i] == "told" or lines[i]:find("the database was asked and is no help", 1, true) ~= nil,
                    lines[i])
            end
            if killed > 0 then
                break
            end
        end
        assert.is_true(killed > 0)
        -- Each that was told was claimed, and no day twice.
        local claimed = tonumber(server:sql "SELECT version FROM upnudge_notice")
        assert.is_true(claimed >= told and claimed <= rounds, ("%d claimed, %d told"):format(claimed, told))
    end)

    it("goes on in time when the server says nothing, and leaves no process behind", function()
        check("one", policy 'database = "sqlite:/dev/null/x"', "--now", NOW)
        local port = proxied "hole"
        local lines = busy(policy(('database = "postgresql://upnudge@127.0.0.1:%s/x", deadline = "150ms"'):format(port)), 3)
        local late = "the database was asked and is no help: no answer within 150 ms"
        assert.same({ late, late, late, "left: 0" }, lines)
    end)

    it("that has no upnudge-cli hears what it lacks, and may name it", function()
        local path = with(server.url)
        check("one", path, "--now", NOW)
        command.must 'mkdir "$work/lib" && cp "$build/libupnudge.so.0" "$work/lib"'
        local function reason(variables)
            return busy(path, 1, nil, 'LD_LIBRARY_PATH="$work/lib" ' .. (variables or ""))[1]
        end
        local lacks = "the strategy 'database' needs upnudge-cli, which is neither in " .. work .. "/lib nor in ../lib/upnudge of it"
        assert.is_truthy(reason():find("the database was asked and is no help: " .. lacks, 1, true), reason())
        assert.is_truthy(explain("one", path, NOW):find(lacks, 1, true))
        assert.is_truthy(reason "UPNUDGE_CLI=upnudge-cli ":find("UPNUDGE_CLI is no absolute path", 1, true))
        command.must 'rm "$work"/one/*/notified.json'
        assert.is_truthy(reason "UPNUDGE_CLI=/nowhere/upnudge-cli ":find("needs /nowhere/upnudge-cli: cannot start this program", 1, true))
        assert.is_truthy(reason "UPNUDGE_CLI=/bin/true ":find("the question was not answered", 1, true))
        command.must 'rm "$work"/one/*/notified.json'
        assert.equal("told", reason 'UPNUDGE_CLI="$build/upnudge-cli" ')
    end)
end)

describe("what is asked", function()
    it("is seen in no word and no variable of a process", function()
        check("one", policy 'database = "sqlite:/dev/null/x"', "--now", NOW)
        local port = proxied "hole"
        command.write(work .. "/spy", [[#!/bin/sh
            { tr '\0' ' ' </proc/$$/cmdline; env; } >"$work/seen"
            exec "$build/upnudge-cli" "$@"]])
        command.must 'chmod +x "$work/spy"'
        -- The person may name a database with a password; where that stands in a variable it is theirs.
        local path = policy(('database = "postgresql://upnudge@127.0.0.1:%s/hidden", deadline = "1500ms"'):format(port))
        command.shell('UPNUDGE_CLI="$work/spy" "$upnudge" notify "$env" --tty --state-dir "$work/one" --policy %s --now %d', path, NOW)
        local seen = command.read(work .. "/seen")
        assert.is_truthy(seen:find("database-question", 1, true), seen)
        assert.is_nil(seen:find("hidden", 1, true), seen)
    end)

    it("is answered to nobody but us", function()
        local told = command.shell '"$build/upnudge-cli" database-question 99999999999999999'
        assert.same({ "", "", 1 }, { told.out, told.err, told.code })
        assert.is_nil(command.run("--help").out:find("question", 1, true))
    end)
end)
