--- Where all is kept for who has no home, or one that cannot be written.

local command = require "command"
local stage = require "stage"

local work, env

before_each(function()
    work, env = stage.set()
    -- Nobody makes a directory in a file, not even root.
    command.must 'echo no >"$work/cache"; echo no >"$work/own"; mkdir -m 700 "$work/run"'
    for name, value in pairs { XDG_CACHE_HOME = work .. "/cache", XDG_STATE_HOME = work .. "/own", XDG_RUNTIME_DIR = work .. "/run" } do
        command.variables[name] = value
        stage.finally(function() command.variables[name] = nil end)
    end
end)

after_each(stage.strike)

local function check(words)
    return command.must('"$upnudge" check "$env" --new "$new" ' .. (words or ""))
end

local function notify()
    return command.must '"$upnudge" notify "$env" --tty 2>&1'
end

local function explained()
    return command.must '"$upnudge" explain "$env" --tty --json':match '"code":"([%l-]+)"'
end

describe("the refuge", function()
    it("has everything of who can write nowhere else", function()
        assert.equal("not-checked", explained())
        assert.equal("", command.must 'ls "$work/run"')
        check()
        assert.equal("notified", explained())
        assert.is_truthy(notify():find "available")
        assert.equal("", notify())
        command.must '"$upnudge" ignore "$env" nothing-of-it; "$upnudge" snooze "$env" 3d'
        command.must 'cd "$work"/run/upnudge/default/*/ && ls record.json notified.json choices.json decisions.log'
        assert.equal("700\n", command.must 'find "$work/run" -type d -printf "%m\\n" | sort -u')
        assert.equal("snoozed", explained())
        assert.is_truthy(command.must '"$upnudge" list':find(env, 1, true))
        assert.is_truthy(command.must '"$upnudge" status --all':find "snoozed")
        assert.is_truthy(command.must 'cd "$env" && rm .flox/env/manifest.lock && "$upnudge" show':find "curl")
        assert.equal("no\nno\n", command.must 'cat "$work/cache" "$work/own"')
        local said = command.shell '"$upnudge" doctor'
        assert.equal(1, said.code)
        assert.is_truthy(said.out:find(("what checks found: %s/run/upnudge/default (until logout, for %s/cache/"):format(work,
            work), 1, true), said.out)
        assert.is_truthy(said.out:find("it is kept in " .. work .. "/run/upnudge/default until you log out", 1, true), said.out)
        assert.is_truthy(said.out:find("--state-dir or UPNUDGE_STATE_DIR", 1, true))
        command.must 'rm -r "$env"; "$upnudge" gc'
        assert.equal("", command.must 'find "$work/run" -type f')
    end)

    it("is left when a home can be written, and what is in it comes along", function()
        check()
        notify()
        command.must '"$upnudge" ignore "$env" nothing-of-it; rm "$work/own"'
        assert.equal("", notify())
        command.must 'cd "$work"/own/upnudge/default/*/ && ls notified.json choices.json decisions.log'
        assert.equal("nothing-of-it\n", command.must '"$upnudge" ignore "$env"')
        command.must 'rm "$work/cache"'
        assert.equal("", notify())
        check "--max-age 0"
        command.must 'ls "$work"/cache/upnudge/default/*/record.json'
        assert.equal("", notify())
        command.must '"$upnudge" forget "$env"'
        assert.equal("", command.must 'find "$work/run" "$work/own" "$work/cache" -type f -not -name .collected -not -name making.lock')
    end)

    it("has no more than what cannot be kept elsewhere", function()
        command.must 'rm "$work/cache"'
        check()
        assert.equal("notified", explained())
        assert.is_truthy(notify():find "available")
        assert.equal("", notify())
        command.must 'cd "$work"/run/upnudge/default/*/ && ls notified.json && test ! -e record.json'
        -- What earlier versions had beside the record still counts.
        command.must 'rm -r "$work/run/upnudge"; export UPNUDGE_STATE_DIR="$work/cache/upnudge/default"; "$upnudge" notify "$env" --tty'
        command.must 'UPNUDGE_STATE_DIR="$work/cache/upnudge/default" "$upnudge" ignore "$env" nothing-of-it'
        assert.equal("", notify())
        command.must '"$upnudge" ignore "$env" another-one'
        assert.equal("another-one\nnothing-of-it\n", command.must '"$upnudge" ignore "$env"')
        assert.equal("", notify())
    end)

    it("is no place where others can look in, and nobody is told twice for that", function()
        for _, wrong in ipairs { 'chmod 755 "$work/run"', 'mv "$work/run" "$work/real"; ln -s "$work/real" "$work/run"', 'rm -r "$work/run"' } do
            command.must(wrong)
            local said = command.shell '"$upnudge" check "$env" --new "$new"'
            assert.equal(1, said.code)
            assert.equal("", notify())
            assert.equal("", command.must 'find "$work/run/" -type f 2>/dev/null || true')
        end
    end)

    it("is one directory for who has no home at all", function()
        command.variables.XDG_CACHE_HOME, command.variables.XDG_STATE_HOME = "", ""
        local function without(words)
            return command.must('env -u HOME "$upnudge" ' .. words)
        end
        without '"check" "$env" --new "$new"'
        assert.is_truthy(without 'notify "$env" --tty 2>&1':find "available")
        assert.equal("", without 'notify "$env" --tty 2>&1')
        assert.is_truthy(without "doctor":find "login session")
    end)

    it("is of who runs it, and nothing of somebody else's", function()
        if command.must "id -u" ~= "0\n" then
            return pending "only root can be somebody else"
        end
        command.must [[chmod 755 "$work"; chmod -R a+rX "$env"; rm "$work/cache" "$work/own"
            mkdir "$work/nobody" && chown 65534 "$work/nobody" && chmod 700 "$work/nobody"]]
        local NOBODY <const> = 'setpriv --reuid=65534 --regid=65534 --clear-groups env XDG_RUNTIME_DIR="$work/nobody" "$upnudge" '
        -- What is root's cannot be written.
        command.must('chmod 755 "$work"; ' .. NOBODY .. 'check "$env" --new "$new"')
        assert.is_truthy(command.must(NOBODY .. 'notify "$env" --tty 2>&1'):find "available")
        assert.equal("", command.must(NOBODY .. 'notify "$env" --tty 2>&1'))
        assert.equal("65534\n", command.must 'find "$work/nobody" -printf "%U\\n" | sort -u; test ! -e "$work/cache"; test ! -e "$work/own"')
        -- Root takes no session of somebody else's.
        local before = command.must 'find "$work/nobody" | sort'
        command.must 'echo no >"$work/cache"; echo no >"$work/own"'
        assert.equal(1, command.shell('XDG_RUNTIME_DIR="$work/nobody" "$upnudge" check "$env" --new "$new"').code)
        assert.equal(before, command.must 'find "$work/nobody" | sort')
    end)
end)
