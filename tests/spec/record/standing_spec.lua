--- Standing answers, through the command: it is left by a silence, found by the next activation, gone with
--- anything that it rests on, and no more than silence whatever its file says.
--- Walks that compare with and without are in tests/hostile/standing.lua.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

-- Its clock stands where a test says, so that no file of the test is too young to be relied on.
local FAULTY <const> = ("%s/%s/tests/fault/upnudge-cli"):format(command.root, command.build)
local BENCH <const> = ("%s/%s/tests/bench"):format(command.root, command.build)
local NOW <const> = 2000000000
local DAY <const> = stage.DAY

local work, env, state

local function at(now, script, ...)
    return command.shell(("export UPNUDGE_FAULT_NOW=%d; "):format(now) .. script, ...)
end

-- Where the answers of the test are.
local path

local function file()
    path = path or command.must("find %s -name record.json", state):match "[^\n]*/" .. "standing"
    return path
end

--- What the first answer says, which is the latest.
local function first()
    local line = (command.read(file()) or ""):match "^[^\n]*\n" or ""
    local count, since, till, code = line:match "^standing 1 (%d+) (%d+) (%d+) %x+ %x+ (%S+) "
    return count and { count = math.tointeger(count), since = math.tointeger(since), till = math.tointeger(till),
        code = code, line = line } or nil
end

local function notify(now, before, ...)
    return at(now, ("%s %s notify %s --state-dir %s --tty --exit-code %s"):format(before or "", command.quote(FAULTY),
        command.quote(env), command.quote(state), command.words(...)))
end

--- Whether an activation found an answer.
local function stood(now, before, ...)
    local earlier = first()
    local said = notify(now, before, ...)
    local later = first()
    assert.same({ "", "", 0 }, { said.out, said.err, said.code })
    return earlier ~= nil and later ~= nil and later.line:sub(22) == earlier.line:sub(22)
        and later.count == earlier.count + 1
end

--- A check whose result was told, and an answer that was left after it.
local function settle()
    assert.equal(0, at(NOW, '%s check "$env" --state-dir "$state" --new %s', FAULTY, stage.NEW).code)
    assert.equal(100, notify(NOW + 1).code)
    assert.equal(0, notify(NOW + 60).code)
end

before_each(function()
    work, env, state = stage.set()
    path = nil
    settle()
end)

after_each(stage.strike)

describe("a standing answer", function()
    it("is left by a silence, and asks nobody until its time has come", function()
        local left = first()
        assert.same({ count = 0, since = NOW + 60, till = NOW + 60 + DAY, code = "not-due" },
            { count = left.count, since = left.since, till = left.till, code = left.code })
        local log = command.must("find %s -name decisions.log -exec cat {} +", state)
        for i = 1, 3 do
            assert.is_true(stood(NOW + 60 + i))
        end
        assert.is_true(stood(left.till - 1))
        assert.equal(log, command.must("find %s -name decisions.log -exec cat {} +", state))
        assert.is_false(stood(left.till))
        assert.is_false(stood(NOW - 5))
    end)

    it("ends when a notice is due", function()
        assert.is_true(stood(NOW + 61))
        assert.is_false(stood(NOW + 7 * DAY - 10))
        assert.equal(NOW + 1 + 7 * DAY, first().till)
        assert.is_true(stood(NOW + 7 * DAY))
        assert.equal(100, notify(NOW + 1 + 7 * DAY).code)
    end)

    it("is counted, and told by explain", function()
        stood(NOW + 61)
        stood(NOW + 62)
        local report = cjson.decode(at(NOW + 70, '%s explain "$env" --state-dir "$state" --tty --json', FAULTY).out)
        assert.same({ since = NOW + 60, ["until"] = NOW + 60 + DAY, times = 2, code = "not-due" }, report.stands[1])
        local function log()
            return at(NOW + 70, '%s explain "$env" --state-dir "$state" --log', FAULTY).out
        end
        assert.is_truthy(log():find("nothing had changed (2 times since)", 1, true))
        -- It gives way to another, and is not forgotten.
        command.must 'touch -d @1999990000 "$env/.flox/env/manifest.lock"'
        assert.is_false(stood(NOW + 80))
        assert.is_false(stood(NOW + 81))
        assert.is_truthy(log():find("nothing had changed (2 times since", 1, true))
        assert.equal(0, first().count)
    end)

    local LATER <const> = NOW + 100
    local CHANGES <const> = {
        ["another version of upnudge"] = {
            script = [[sed -i 's/ [0-9a-f]\{32\} / 00000000000000000000000000000000 /' "$(find "$state" -name standing)"]],
        },
        ["a hint"] = { words = { "--hint", "do it" } },
        ["a name"] = { words = { "--name", "mine" } },
        ["a session"] = { words = { "--session", "mine" } },
        ["an attribute"] = { words = { "--set", "a=b" } },
        ["an active environment"] = { words = { "--active" } },
        ["a policy that is named"] = { words = { "--policy", "weekly" } },
        ["a lockfile that is named"] = { words = { "--lockfile", "ENV/.flox/env/manifest.lock" } },
        ["CI"] = { before = "CI=1" },
        ["an agent"] = { before = "AI_AGENT=robot" },
        ["who wants nothing"] = { before = "NO_UPDATE_NOTIFIER=1" },
        ["a policy of the variable"] = { before = "UPNUDGE_POLICY=weekly" },
        ["a language"] = { before = "LC_ALL=de_DE.UTF-8" },
        ["another home"] = { before = 'HOME="$work"' },
        ["a policy of the person's"] = {
            script = [[mkdir -p "$work/home/upnudge" && printf 'return require "upnudge".policy { %s }' \
                'api = 1, name = "x", extends = "default"' >"$work/home/upnudge/policy.lua"]],
            home = true,
        },
        ["the lockfile's time"] = { script = 'touch -d @1999990000 "$env/.flox/env/manifest.lock"' },
        ["the lockfile"] = { script = 'echo >>"$env/.flox/env/manifest.lock"' },
        ["the lockfile in its place"] = {
            script = 'cp "$env/.flox/env/manifest.lock" "$work/copy" && mv "$work/copy" "$env/.flox/env/manifest.lock"',
        },
        ["no lockfile"] = { script = 'rm "$env/.flox/env/manifest.lock"' },
        ["the record"] = { script = 'echo >>"$(find "$state" -name record.json)"' },
        ["no record"] = { script = 'rm "$(find "$state" -name record.json)"' },
        ["what was told"] = { script = 'echo >>"$(find "$state" -name notified.json)"' },
        ["a snooze"] = { script = '"$faulty" snooze "$env" 3d --state-dir "$state" >/dev/null' },
        ["what is ignored"] = { script = '"$faulty" ignore "$env" nothing --state-dir "$state" >/dev/null' },
        ["a check"] = { script = '"$faulty" check "$env" --state-dir "$state" --max-age 0 --new "$new" >/dev/null' },
        ["an environment beside it"] = { script = 'mkdir "$(dirname "$(find "$state" -name record.json)")/beside"' },
    }
    for what, change in pairs(CHANGES) do
        it("does not outlive another state of affairs: " .. what, function()
            local home = command.quote(work .. "/home")
            command.must("mkdir -p %s", work .. "/home")
            local before = change.home and "XDG_CONFIG_HOME=" .. home or nil
            if before then
                notify(NOW + 90, before)
            end
            assert.is_true(stood(NOW + 91, before))
            if change.script then
                command.variables.faulty = FAULTY
                local done = at(LATER, change.script)
                assert.equal(0, done.code, done.err)
            end
            local words = {}
            for i, word in ipairs(change.words or {}) do
                words[i] = word:gsub("^ENV", env)
            end
            assert.is_false(stood(LATER, (before or "") .. " " .. (change.before or ""), table.unpack(words)))
        end)
    end

    it("is kept for each way of asking, as far as there are few", function()
        for i = 1, 5 do
            notify(NOW + 100, nil, "--name", "name " .. i)
        end
        local _, lines = command.read(file()):gsub("\n", "")
        assert.equal(4, lines)
        assert.is_false(stood(NOW + 101, nil, "--name", "name 1"))
        assert.is_true(stood(NOW + 102, nil, "--name", "name 1"))
    end)

    it("counts as none where its file is none of ours, or says anything else", function()
        local good = command.read(file())
        local asked, rests = good:match " (%x+) (%x+) not%-due"
        local names = good:match "\t(.*)\n"
        local function line(count, since, till, names_of)
            return ("standing 1 %s %s %s %s %s not-due -\t%s\n"):format(count, since, till, asked, rests, names_of or names)
        end
        local HOSTILE <const> = {
            "", "\n", "standing", "standing 1 \n", good:sub(1, -2), good:sub(1, 40), "\0\0\0\0\n", ("x"):rep(100000),
            good:gsub("standing 1", "standing 2"), line("1", NOW, NOW + DAY), line("00000000001", NOW, NOW + DAY),
            line("0000000000", NOW + DAY, NOW + 2 * DAY), line("0000000000", NOW - 3 * DAY, NOW + DAY),
            line("0000000000", NOW, ("9"):rep(40)), line("0000000000", NOW, NOW + DAY, names:gsub("vHOME\t", "")),
            line("0000000000", NOW, NOW + DAY, names .. "x/etc/passwd\t"), line("0000000000", NOW, NOW + DAY, "\t\t\t"),
            line("0000000000", NOW, NOW + DAY, ("f/dev/zero\t"):rep(2000)), line("0000000000", NOW, NOW + DAY, "f" .. ("/a"):rep(9000) .. "\t"),
        }
        for i, text in ipairs(HOSTILE) do
            command.write(path, text)
            assert.equal(0, at(NOW + 199, '%s explain "$env" --state-dir "$state" --tty --log', FAULTY).code, i)
            assert.is_false(stood(NOW + 200), i)
            assert.is_true(stood(NOW + 201), i)
        end
        -- And no notice is lost for it.
        command.write(path, HOSTILE[#HOSTILE - 3])
        assert.equal(100, notify(NOW + 8 * DAY).code)
        for _, change in ipairs { 'chmod 666 "$(find "$state" -name standing)"', 'chmod 620 "$(find "$state" -name standing)"',
            'f=$(find "$state" -name standing) && cp "$f" "$work/copy" && ln -sf "$work/copy" "$f"',
            'f=$(find "$state" -name standing) && rm "$f" && mkdir "$f"', 'f=$(find "$state" -name standing) && rm "$f" && mkfifo "$f"' } do
            at(NOW + 8 * DAY, 'rm -rf "$state"')
            settle()
            assert.is_true(stood(NOW + 61))
            command.must(change)
            local said = notify(NOW + 62)
            assert.same({ "", "", 0 }, { said.out, said.err, said.code })
            assert.equal(100, notify(NOW + 8 * DAY).code, change)
        end
    end)

    it("is left by nobody who goes by the time, or whose clock is wrong", function()
        local function left_by(policy, now)
            command.must('rm -f "$(find "$state" -name standing)"')
            local policy_file = work .. "/policy.lua"
            command.write(policy_file, ('local u = require "upnudge"\nreturn u.policy { api = 1, name = "x", extends = "default", %s }\n')
                :format(policy))
            -- The first keeps the policy as one that is good.
            for i = 0, 1 do
                notify((now or NOW + 100) + i, nil, "--policy", policy_file)
            end
            return first() ~= nil
        end
        assert.is_true(left_by "rules = {}")
        assert.is_false(left_by 'rules = { u.rule "x" { when = function(c) return c.now < 0 end, quiet = "x" } }')
        assert.is_false(left_by 'rules = { u.rule "x" { when = function() return u.date "%H" == "x" end, quiet = "x" } }')
        assert.is_false(left_by 'rules = { u.rule "default" { notify = function() return false end } }')
        assert.is_true(left_by 'rules = { u.rule "default" { notify = function(c) return false, "no", c.result.checked_at + 1e6 end } }')
        assert.is_true(left_by 'rules = { u.rule "x" { when = u.hours { from = 1, to = 2 }, quiet = "x" } }')
        assert.is_false(left_by('rules = {}', NOW - DAY), "the record is of tomorrow")
    end)
end)

describe("a standing answer outside of all projects", function()
    local HERE <const> = '"$work/none/here"'

    before_each(function()
        command.variables.faulty = FAULTY
        command.must "mkdir -p \"$work/none/here\" \"$work/home/upnudge\""
    end)

    --- How often one stood.
    local function times()
        local sum = 0
        for count in (command.read(state .. "/standing") or ""):gmatch "standing 1 (%d+)" do
            sum = sum + math.tointeger(count)
        end
        return sum
    end

    local function stood_at(where, before)
        local earlier = times()
        local said = at(NOW + 100, ('HOME="$work" XDG_CONFIG_HOME="$work/home" %s "$faulty" notify %s --state-dir "$state" '
            .. "--tty --project --exit-code"):format(before or "", where or HERE))
        assert.same({ "", "", 0 }, { said.out, said.err, said.code })
        return times() == earlier + 1
    end

    it("is left by the first prompt there, for each directory", function()
        assert.is_false(stood_at())
        assert.is_true(stood_at())
        assert.is_false(stood_at '"$work/none"')
        assert.is_true(stood_at '"$work/none"')
        local left = command.read(state .. "/standing")
        assert.is_truthy(left:find("^standing 1 0000000001 %d+ %d+ %x+ %x+ no%-lockfile %-\t"), left)
        assert.is_true(stood_at())
        for i = 1, 20 do
            command.must("mkdir \"$work/none/%s\"", i)
            stood_at(('"$work/none/%d"'):format(i))
        end
        local _, lines = command.read(state .. "/standing"):gsub("\n", "")
        assert.equal(16, lines)
    end)

    for what, script in pairs {
        ["a lockfile here"] = 'echo "{}" >"$work/none/here/package-lock.json"',
        ["a lockfile above"] = 'echo "{}" >"$work/none/package-lock.json"',
        ["anything that may be one"] = 'mkdir "$work/none/here/gradle"',
        ["a record here"] = 'cp "$new" "$work/none/here/my.lock"; "$faulty" check "$work/none/here" --lockfile '
            .. '"$work/none/here/my.lock" --state-dir "$state" --new "$new" >/dev/null',
        ["another directory of that name"] = 'mv "$work/none/here" "$work/none/there"; mkdir "$work/none/here"',
        ["a team's formats"] = 'mkdir "$work/home/upnudge/formats"',
        ["a policy"] = 'echo "return require \'upnudge\'.policy { api = 1, name = \'x\' }" >"$work/home/upnudge/policy.lua"',
        ["another version of upnudge"] = [[sed -i 's/ [0-9a-f]\{32\} / 00000000000000000000000000000000 /' "$state/standing"]],
    } do
        it("does not outlive another state of affairs: " .. what, function()
            stood_at()
            assert.is_true(stood_at())
            assert.equal(0, at(NOW + 90, script).code)
            assert.is_false(stood_at())
        end)
    end

    it("ends where another home ends the search elsewhere", function()
        stood_at()
        assert.is_true(stood_at())
        assert.is_false(stood_at(nil, 'HOME="$work/none"'))
    end)

    it("silences no project that comes", function()
        stood_at()
        assert.is_true(stood_at())
        command.must 'mkdir "$work/none/.flox"; cp -r "$env/.flox/env" "$work/none/.flox/env"'
        assert.equal(0, at(NOW, '"$faulty" check "$work/none" --state-dir "$state" --new "$new"').code)
        local said = at(NOW + 100, 'HOME="$work" "$faulty" notify ' .. HERE .. ' --state-dir "$state" --tty --project --exit-code')
        assert.equal(100, said.code)
        assert.is_truthy(said.err:find("available in none", 1, true), said.err)
    end)
end)

describe("where an answer stands", function()
    --- An activation of the small program whose next one finds an answer, as a script; and the files that it rests on.
    local function stand()
        local script = '%s notify "$env" --state-dir "$work/real" --tty'
        assert.equal(0, command.shell('"$upnudge" check "$env" --state-dir "$work/real" --new "$new"').code)
        assert.equal(0, command.shell(script, command.program).code)
        -- Files that are younger may change unseen; the first that finds the lockfile old enough writes that down.
        for _ = 1, 2 do
            command.must "sleep 3.1"
            assert.equal(0, command.shell(script, command.program).code)
        end
        path = command.must('find "$work/real" -name standing'):match "[^\n]+"
        local looked = {}
        for name in command.read(path):match "^[^\n]*":gmatch "\tf([^\t]+)" do
            looked[#looked + 1] = name
        end
        return script, looked
    end

    it("an activation asks for that, for what it rests on, and for nothing else", function()
        local script, looked = stand()
        local traced = command.shell('strace -f -qq -o "$work/calls" ' .. script, command.program)
        if command.sanitised or traced.code == 127 or traced.err:find "ptrace" then
            return pending "strace is not there, or may not look"
        end
        local calls = command.read(work .. "/calls")
        local list, start = {}, calls:find "openat2%b()[^\n]*\n[^\n]*/standing\""
        assert.is_truthy(start, calls)
        -- The C library looks at an open file by either of two calls.
        for name, arguments in calls:sub(start):gmatch "%f[%w](%l[%w_]*)(%b())[^\n]*\n" do
            list[#list + 1] = name:find "stat" and (arguments:match '^%(AT_FDCWD, "([^"]*)"' or "the open file") or name
        end
        local expected = { "openat2", "openat", "the open file", "read" }
        table.move(looked, 1, #looked, #expected + 1, expected)
        table.move({ "prlimit64", "pwrite64", "exit_group" }, 1, 3, #expected + 1, expected)
        assert.same(expected, list)
        -- A lockfile that was checked as soon as it was written has a file of its own to look at.
        assert.is_true(#list <= 15, calls)
        assert.is_nil(calls:find("decisions.log", 1, true), calls)
        assert.is_nil(calls:sub(calls:find "\n", start - 1):find(work, 1, true), calls)
    end)

    it("an activation touches no more memory than a static program with its calls", function()
        if command.sanitised then
            return pending "sanitisers touch more"
        end
        local script, looked = stand()
        for i, name in ipairs(looked) do
            looked[i] = command.quote(name)
        end
        local out = command.must('%s/process 21 ' .. script .. ' -- %s/look "$env" %s ' .. table.concat(looked, " "),
            BENCH, command.program, BENCH, path)
        local ours, floor = out:match "^%S+ %S+ %S+ (%d+) [^\n]*\n%S+ %S+ %S+ (%d+) [^\n]*\n$"
        assert.is_truthy(ours, out)
        assert.is_true(math.tointeger(ours) <= math.tointeger(floor), out)
    end)
end)
