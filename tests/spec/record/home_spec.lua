--- What a person chose and was told, in a home of its own.

local command = require "command"
local stage = require "stage"

local work, env

before_each(function()
    work, env = stage.set()
    command.variables.XDG_CACHE_HOME, command.variables.XDG_STATE_HOME = work .. "/cache", work .. "/own"
    stage.finally(function()
        command.variables.XDG_CACHE_HOME, command.variables.XDG_STATE_HOME = nil, nil
    end)
end)

after_each(stage.strike)

local function check(words)
    return command.must('"$upnudge" check "$env" --new "$new" ' .. (words or ""))
end

local function notify(words)
    return command.must('"$upnudge" notify "$env" --tty 2>&1 ' .. (words or ""))
end

--- The files below a directory, without the key.
local function files(directory)
    return command.must([[cd %s 2>/dev/null || exit 0; find . -type f | sed 's:/[0-9a-f]\{32\}/:/KEY/:; s:^\./::;
        s:/[0-9a-f]\{32\}$:/DIGEST:' | LC_ALL=C sort -u | tr '\n' ' ']], directory)
end

local CACHED <const> = "upnudge/default/.collected upnudge/default/KEY/changes/DIGEST upnudge/default/KEY/check.lock "
    .. "upnudge/default/KEY/lockfiles/DIGEST upnudge/default/KEY/record.json "
local KEPT <const> = "upnudge/default/KEY/about.txt upnudge/default/KEY/choices.json upnudge/default/KEY/choices.lock "
    .. "upnudge/default/KEY/decisions.log upnudge/default/KEY/notified.json upnudge/default/KEY/notified.lock upnudge/default/making.lock "

describe("the home of what a person chose and was told", function()
    it("is apart from what can be made again, which may go", function()
        check()
        assert.equal("", files "$XDG_STATE_HOME")
        assert.is_truthy(notify():find "available")
        assert.equal("", notify())
        command.must '"$upnudge" ignore "$env" nothing-of-it; "$upnudge" snooze "$env" 3d'
        assert.equal(KEPT, files(work .. "/own"))
        assert.equal(CACHED, (files(work .. "/cache"):gsub("%S+/content%.json ", ""):gsub("%S+/left%.json ", "")))
        assert.equal("700\n", command.must 'find "$XDG_STATE_HOME" -type d -printf "%m\n" | sort -u')
        assert.equal("600\n", command.must 'find "$XDG_STATE_HOME" -type f -printf "%m\n" | sort -u')
        command.must 'rm -r "$XDG_CACHE_HOME"'
        check()
        assert.equal("snoozed", command.must '"$upnudge" explain "$env" --tty --json':match '"code":"(%l+)"')
        command.must '"$upnudge" snooze "$env" --off'
        assert.equal("", notify())
        assert.equal("nothing-of-it\n", command.must '"$upnudge" ignore "$env"')
        local told, log = 0, command.must '"$upnudge" explain "$env" --log'
        for _ in log:gmatch "notified" do
            told = told + 1
        end
        assert.equal(1, told, log)
    end)

    it("is one with the rest where somebody names one directory", function()
        check '--state-dir "$work/one"'
        assert.is_truthy(notify '--state-dir "$work/one"':find "available")
        command.must 'export UPNUDGE_STATE_DIR="$work/one"; "$upnudge" snooze "$env" 3d; "$upnudge" show "$env" | grep -q snoozed'
        assert.equal("", files(work .. "/own") .. files(work .. "/cache"))
        command.must 'cd "$work"/one/*/ && ls choices.json decisions.log notified.json record.json && test ! -e about.txt'
    end)

    it("goes with the rest when it is forgotten, or its directory is gone", function()
        local function nothing()
            return command.must('find "$XDG_CACHE_HOME"/upnudge/default "$XDG_STATE_HOME"/upnudge/default -mindepth 1 '
                .. '-not -name ".collected" -not -name making.lock')
        end
        check()
        notify()
        command.must '"$upnudge" forget "$env"'
        assert.equal("", nothing())
        for _, before in ipairs { ":", 'rm -r "$XDG_CACHE_HOME"/upnudge/default/*' } do
            command.must 'mkdir -p "$env/.flox/env" && cp "$root/tests/fixtures/demo/manifest.lock" "$env/.flox/env"; touch "$work/other"'
            check()
            notify()
            command.must(before)
            command.must 'rm -r "$env"'
            assert.is_truthy(command.must '"$upnudge" gc':find(env, 1, true))
            assert.equal("", nothing())
        end
    end)

    it("is imagined by who only asks, as it would be", function()
        check()
        for _, before in ipairs { ":", 'mkdir -p "$XDG_STATE_HOME"' } do
            command.must(before)
            assert.is_truthy(command.must '"$upnudge" explain "$env" --tty --json':find '"notified":true')
            assert.equal("", files(work .. "/own"))
        end
        command.must 'rmdir "$XDG_STATE_HOME"; echo no >"$XDG_STATE_HOME"'
        local said = command.must '"$upnudge" explain "$env" --tty --json'
        assert.is_truthy(said:find '"notified":false', said)
        assert.equal("", notify())
    end)

    it("that is somebody else's, or a link, is neither read nor written", function()
        check()
        command.must '"$upnudge" snooze "$env" 3d'
        command.must 'mv "$XDG_STATE_HOME"/upnudge/default "$work/real"; ln -s "$work/real" "$XDG_STATE_HOME"/upnudge/default'
        local before = command.must 'cd "$work/real" && find . -type f | sort | xargs sha256sum'
        assert.equal("", notify())
        local said = command.shell '"$upnudge" snooze "$env" 3d'
        assert.is_truthy(said.code ~= 0 and said.err:find "symbolic link", said.err)
        assert.is_truthy(command.shell '"$upnudge" doctor'.out:find "symbolic link")
        assert.equal(before, command.must 'cd "$work/real" && find . -type f | sort | xargs sha256sum')
    end)
end)

describe("what stands where earlier versions had it", function()
    local FAULTY <const> = command.root .. "/" .. command.build .. "/tests/fault/upnudge-cli"

    --- Everything in the one directory, as it was; `words` are commands that find it there.
    local function earlier(words)
        command.must('kept="$work/kept.$(printf %s ' .. command.quote(words):gsub("%%", "%%%%") .. ' | cksum | tr -d " ")"; '
            .. 'rm -rf "$work/cache" "$XDG_STATE_HOME"/*; '
            .. 'export UPNUDGE_STATE_DIR="$work/cache/upnudge/default"; if [ -e "$kept" ]; then cp -a "$kept" "$work/cache"; exit; fi; '
            .. '"$upnudge" check "$env" --new "$new"; ' .. words .. '; cp -a "$work/cache" "$kept"')
    end

    local TELL <const> = '"$upnudge" notify "$env" --tty 2>&1 | grep available'
    local CHOOSE <const> = '"$upnudge" ignore "$env" nothing-of-it'

    local TOLD <const> = TELL .. "; " .. CHOOSE

    --- Nobody is told once more, what was chosen holds, and it stands in one place, whole.
    local function has_moved()
        assert.equal("", notify())
        assert.equal("nothing-of-it\n", command.must '"$upnudge" ignore "$env"')
        assert.is_truthy(command.must '"$upnudge" explain "$env" --log':find "notified")
        check "--max-age 0"
        assert.equal("", files("$XDG_CACHE_HOME"):match "%S*/choices%S*" or files("$XDG_CACHE_HOME"):match "%S*/notified%S*" or "")
        assert.equal("", files("$XDG_STATE_HOME"):match "%S*moved.here" or files("$XDG_STATE_HOME"):match "%S*making%.%x+" or "")
    end

    it("counts until somebody has something to write, who takes it along", function()
        earlier(TOLD .. '; "$upnudge" snooze "$env" 3d')
        local before = command.must 'cd "$work" && find cache -type f | sort | xargs -d "\n" sha256sum'
        assert.equal("snoozed", command.must '"$upnudge" explain "$env" --tty --json':match '"code":"(%l+)"')
        assert.is_truthy(command.must '"$upnudge" status "$env"':find "snoozed")
        assert.equal(before, command.must 'cd "$work" && test ! -e own && find cache -type f | sort | xargs -d "\n" sha256sum')
        command.must '"$upnudge" snooze "$env" --off'
        has_moved()
        -- What an earlier version writes later is its own.
        command.must 'export UPNUDGE_STATE_DIR="$work/cache/upnudge/default"; "$upnudge" snooze "$env" 9d'
        assert.is_nil(command.must '"$upnudge" explain "$env" --tty --json':find "snoozed")
    end)

    it("comes along to another file system", function()
        local elsewhere = command.must 'mktemp -d "/dev/shm/upnudge test.XXXXXX" 2>/dev/null || true':match "[^\n]*"
        if elsewhere == "" or command.must('stat -c %%d %s "$work" | uniq | wc -l', elsewhere):match "%d" == "1" then
            return pending "there is no other file system"
        end
        stage.finally(function() command.remove(elsewhere) end)
        command.variables.XDG_STATE_HOME = elsewhere
        earlier(TOLD)
        has_moved()
    end)

    it("is in one place or the other, whoever is killed on the way", function()
        local killed = 0
        for _, what in ipairs { "mkdir", "write", "rename", "fsync", "unlink" } do
            local code, n = 137, 0
            while code == 137 do
                n = n + 1
                earlier(TOLD)
                code = command.shell('UPNUDGE_FAULT=%s exec %s notify "$env" --tty', ("%s:%d:kill"):format(what, n), FAULTY).code
                killed = killed + (code == 137 and 1 or 0)
                has_moved()
            end
        end
        assert.is_true(killed > 20, killed)
    end)

    it("stays where it is when it cannot be taken along, and nobody is told once more", function()
        for _, plan in ipairs { "write:1+:ENOSPC", "rename:1+:EIO", "mkdir:1+:EROFS", "mkdir:4:ENOSPC" } do
            earlier(TOLD)
            assert.same({ "", 0 }, { command.shell('UPNUDGE_FAULT=%s %s notify "$env" --tty 2>&1', plan, FAULTY).out, 0 })
            has_moved()
        end
    end)

    it("is taken along once by many at once, some of whom are killed", function()
        for round = 1, 4 do
            -- Nobody has been told yet.
            earlier(CHOOSE)
            local said = command.must([[
                for i in 1 2 3 4 5 6 7 8; do "$upnudge" notify "$env" --tty 2>"$work/said.$i" & done
                "$upnudge" snooze "$env" --off >/dev/null &
                wait; cat "$work"/said.* | grep -c available || true]])
            assert.is_truthy(said == "1\n" or said == "0\n", said)
            if said == "0\n" then
                -- All of them found another one at it.
                assert.is_truthy(notify():find "available")
            end
            has_moved()
            earlier(TOLD)
            -- A sanitised program that is killed while it looks for leaks says so.
            said = command.must([[export ASAN_OPTIONS=detect_leaks=0
                for i in 1 2 3 4 5 6 7 8; do
                    "$upnudge" notify "$env" --tty 2>"$work/said.$i" & [ $((i %% 2)) = 0 ] || pids="$pids $!"; done
                "$upnudge" snooze "$env" 3d >/dev/null & snooze=$!
                sleep 0.00%s; kill -9 $pids 2>/dev/null; wait $snooze; wait; cat "$work"/said.*]], round)
            assert.equal("", said)
            assert.equal("snoozed", command.must '"$upnudge" explain "$env" --tty --json':match '"code":"(%l+)"')
            command.must '"$upnudge" snooze "$env" --off'
            has_moved()
        end
    end)

    it("takes the database along that nobody names", function()
        local path = stage.policy '{ api = 1, name = "p", extends = "default", strategy = "database", deadline = "1500ms" }'
        command.variables.UPNUDGE_POLICY = path
        stage.finally(function() command.variables.UPNUDGE_POLICY = nil end)
        earlier(TOLD)
        -- Only the database knows.
        command.must 'rm "$work"/cache/upnudge/default/*/notified.json; ls "$work"/cache/upnudge/default/upnudge.sqlite'
        assert.is_truthy(command.must '"$upnudge" explain "$env" --tty --json':find '"notified":false')
        command.must 'test ! -e "$work/own/upnudge/default/upnudge.sqlite"'
        -- While somebody has it open it is not moved, and nobody is told.
        command.write(work .. "/hold.py", [[
import sqlite3, sys, time
handle = sqlite3.connect(sys.argv[1] + "/cache/upnudge/default/upnudge.sqlite", isolation_level=None)
handle.execute("BEGIN IMMEDIATE")
open(sys.argv[1] + "/held", "w").write("x")
time.sleep(60)
]])
        local pid = stage.start('exec python3 "$work/hold.py" "$work"')
        stage.await_file(work .. "/held")
        local quick = stage.policy('{ api = 1, name = "p", extends = "default", strategy = "database" }', "quick")
        command.variables.UPNUDGE_POLICY = quick
        assert.equal("", notify())
        command.must 'test -e "$work"/cache/upnudge/default/upnudge.sqlite && test ! -e "$XDG_STATE_HOME"/upnudge/default/upnudge.sqlite'
        command.must("kill -9 %s", pid)
        -- It is not asked again for a while.
        command.must 'rm -f "$XDG_STATE_HOME"/upnudge/default/*/notified.json'
        command.variables.UPNUDGE_POLICY = path
        local said = command.must [[
            for i in 1 2 3 4; do "$upnudge" notify "$env" --tty 2>"$work/said.$i" & done
            wait; cat "$work"/said.*]]
        assert.equal("", said)
        command.must 'test ! -e "$work"/cache/upnudge/default/upnudge.sqlite && test -e "$XDG_STATE_HOME"/upnudge/default/upnudge.sqlite'
        assert.equal("", notify())
    end)

    it("waits for an earlier version that is telling somebody just now", function()
        earlier(CHOOSE)
        command.write(work .. "/tell.py", [[
import fcntl, glob, json, sys, time
directory = glob.glob(sys.argv[1] + "/cache/upnudge/default/" + "[0-9a-f]" * 32)[0]
record = json.load(open(directory + "/record.json"))
lock = open(directory + "/notified.lock", "w")
fcntl.lockf(lock, fcntl.LOCK_EX)
open(sys.argv[1] + "/held", "w").write("x")
time.sleep(0.2)
known = {"schema": 1, "path": record["path"], "last_notified": record["last_checked"], "times": 1,
         "shown": list(record["systems"].values())[0]["fingerprint"]}
open(directory + "/notified.json", "w").write(json.dumps(known).ljust(511) + "\n")
]])
        local pid = stage.start('exec python3 "$work/tell.py" "$work"')
        stage.await_file(work .. "/held")
        assert.equal("", notify())
        stage.await("the other one", function() return not stage.alive(pid) end)
        assert.equal("", notify())
    end)
end)

describe("a quiet activation", function()
    local FAULTY <const> = command.root .. "/" .. command.build .. "/tests/fault/upnudge-cli"

    --- How many calls of the system it makes for files: the last at which it can be killed.
    local function calls(words)
        local least, most = 0, 256
        while most - least > 1 do
            local middle = (most + least) // 2
            -- An answer that an earlier one left to stand would be another activation, with fewer calls.
            command.must 'find "$work" -name standing -delete'
            local code = command.shell('UPNUDGE_FAULT=any:%s:kill exec %s notify "$env" --tty ' .. words, middle, FAULTY).code
            least, most = code == 137 and middle or least, code == 137 and most or middle
        end
        return least
    end

    it("makes a handful more where there are two homes, and none where one place is named", function()
        command.must 'touch -d "-1 hour" "$env/.flox/env/manifest.lock"'
        local counted = {}
        for _, words in ipairs { "", '--state-dir "$work/one"' } do
            check(words)
            assert.is_truthy(notify(words):find "available")
            assert.equal("", notify(words))
            counted[#counted + 1] = calls(words)
        end
        local homes, one = counted[1], counted[2]
        assert.is_true(one > 15 and homes >= one and homes - one <= 5, ("%d and %d"):format(homes, one))
    end)
end)

describe("the way to what lasts", function()
    local home = require "upnudge.record.home"

    --- A disk whose directories are as the table says: "ours", or why they cannot be had or synced; the second value is
    --- what was synced.
    local function disk_with(kinds)
        local synced = {}
        return { directory = function(path)
            local kind = kinds[path]
            if kind ~= "ours" and kind ~= "torn" then
                return nil, "no " .. path, kind
            end
            return setmetatable({ sync = function()
                synced[#synced + 1] = path
                return kind == "ours" or nil, "cannot sync " .. path, "system"
            end }, { __close = function() end })
        end }, synced
    end

    it("is synced up to the last directory that is ours, but for those that may not be listed", function()
        local disk, synced = disk_with { ["/a/b/c"] = "ours", ["/a/b"] = "denied", ["/a"] = "ours", ["/"] = "foreign" }
        assert.is_true(home.make_lasting(disk, "/a/b/c/key"))
        assert.same({ "/a/b/c", "/a" }, synced)
        disk, synced = disk_with { ["/"] = "ours" }
        assert.is_true(home.make_lasting(disk, "/a"))
        assert.same({ "/" }, synced)
    end)

    it("fails where one of them can be neither opened nor synced", function()
        assert.same({ nil, "cannot sync /a", "system" }, { home.make_lasting(disk_with { ["/a"] = "torn" }, "/a/b") })
        assert.same({ nil, "no /a", "system" }, { home.make_lasting(disk_with { ["/a"] = "system" }, "/a/b") })
    end)
end)
