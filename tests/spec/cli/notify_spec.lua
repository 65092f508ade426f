--- From a dry upgrade to a notice, through the command, as real processes.

local command = require "command"
local json_text = require "json_text"
local stage = require "stage"
local cjson = require "cjson"

local OLD <const>, NEW <const> = stage.OLD, stage.NEW
local NOW <const>, DAY <const> = stage.NOW, stage.DAY

local work, env, state

local function upnudge(name, ...)
    return command.run(name, ...)
end

local function check(...)
    return upnudge("check", env, "--state-dir", state, ...)
end

local function notify(...)
    local words = { ... }
    if not table.concat(words, " "):find "tty" then
        words[#words + 1] = "--tty"
    end
    return stage.explained(function(name, ...)
        return upnudge(name, env, "--state-dir", state, ...)
    end, table.unpack(words))
end

local function decision(...)
    return cjson.decode(notify("--json", ...).out)
end

local function record_path()
    local key = command.shell("ls %s", state).out:match "%x+"
    return ("%s/%s/record.json"):format(state, key)
end

before_each(function()
    work, env, state = stage.set()
end)

after_each(stage.strike)

describe("an activation", function()
    it("is silent before the first check", function()
        local result = notify()
        assert.same({ "", "", 0 }, { result.out, result.err, result.code })
        assert.equal("no check has run yet", decision().reason)
    end)

    it("tells once a week after a check", function()
        assert.equal(0, check("--now", NOW, "--new", NEW).code)
        local first = notify("--now", NOW + 1)
        assert.equal("2 version changes and 1 rebuild available in webshop.", first.err:match "[^\n]*")
        assert.equal("", notify("--now", NOW + 2).err)
        assert.equal("", notify("--now", NOW + 7 * DAY).err)
        assert.is_truthy(notify("--now", NOW + 1 + 7 * DAY).err:find "rebuild")
    end)

    it("tells of a lockfile that was written anew, the small program too, which cannot read it", function()
        local lockfile, policy = env .. "/.flox/env/manifest.lock",
            stage.policy '{ api = 1, name = "p", strategy = "stateless", rules = { u.rule "all" { notify = u.always() } } }'
        local twin = json_text.rewrite(command.read(lockfile), { sorted = true, indent = "\t" })
        check("--new", NEW)
        command.write(lockfile, twin)
        -- The usual words are the small program's; it hands over once, and then knows.
        local small = command.build .. "/upnudge notify %s --state-dir %s --tty --policy %s"
        assert.is_truthy(command.shell('cd "$root" && ' .. small, env, state, policy).err:find "available")
        command.must('mkdir "$work/alone" && cp "$build/upnudge" "$work/alone/"')
        local alone = '"$work/alone/upnudge" notify %s --state-dir %s --tty --policy %s'
        assert.is_truthy(command.shell(alone, env, state, policy).err:find "available")
        command.must 'rm "$state"/*/content.json'
        assert.equal("", command.shell(alone, env, state, policy).err)
        command.write(lockfile, (twin:gsub("8%.9%.0", "8.9.1")))
        assert.equal("", notify("--policy", policy).err)
        assert.equal("the lockfile changed since the last check", decision("--policy", policy).reason)
    end)

    it("exits with 100 on a notice when asked to, else with 0", function()
        check("--now", NOW, "--new", NEW)
        assert.equal(100, notify("--now", NOW + 1, "--exit-code").code)
        assert.equal(0, notify("--now", NOW + 2, "--exit-code").code)
    end)

    it("answers in the JSON that scripts rely on", function()
        check("--now", NOW, "--new", NEW)
        local said = decision("--now", NOW + 1)
        assert.equal(1, said.schema)
        assert.is_true(said.notified)
        assert.is_string(said.text)
        local quiet = decision("--now", NOW + 2)
        assert.is_false(quiet.notified)
        assert.equal(NOW + 1 + 7 * DAY, quiet.next_at)
        assert.is_nil(quiet.text)
    end)

    it("is silent without a terminal, in CI, when active, and for a command", function()
        check("--now", NOW, "--new", NEW)
        assert.equal("", notify("--no-tty").err)
        assert.equal("", notify("--active").err)
        assert.equal("", notify("--mode", "command").err)
        local ci = command.shell 'CI=1 "$upnudge" notify "$env" --state-dir "$state" --tty'
        assert.same({ "", 0 }, { ci.err, ci.code })
        local agent = command.shell 'CLAUDECODE=1 "$upnudge" notify "$env" --state-dir "$state" --tty'
        assert.same({ "", 0 }, { agent.err, agent.code })
        assert.is_truthy(notify().err:find "available")
    end)

    it("honours NO_UPDATE_NOTIFIER and UPNUDGE_QUIET under every policy", function()
        check("--now", NOW, "--new", NEW)
        for _, variable in ipairs { "NO_UPDATE_NOTIFIER=1", "UPNUDGE_QUIET=1" } do
            local quiet = command.shell(variable .. ' "$upnudge" notify "$env" --state-dir "$state" --tty --policy flox')
            assert.equal("", quiet.err)
        end
        assert.is_truthy(notify("--policy", "flox").err:find "flox upgrade")
    end)

    it("says nothing of a lockfile that changed since the check", function()
        check("--now", NOW, "--new", NEW)
        command.shell("cp %s %s/.flox/env/manifest.lock", NEW, env)
        assert.equal("the lockfile changed since the last check", decision().reason)
    end)

    it("knows a lockfile by its content when only its times changed", function()
        check("--now", NOW, "--new", NEW)
        command.shell("touch -d 2001-01-01 %s/.flox/env/manifest.lock", env)
        assert.is_true(decision("--now", NOW + 1).notified)
    end)

    it("finds its record through a symbolic link to the environment", function()
        check("--now", NOW, "--new", NEW)
        command.shell("ln -s %s %s/link", env, work)
        local linked = command.run("notify", work .. "/link", "--state-dir", state, "--tty", "--now", NOW + 1)
        assert.is_truthy(linked.err:find "available in webshop")
    end)

    it("is silent, never a failure, where nothing can be read", function()
        check("--now", NOW, "--new", NEW)
        for _, words in ipairs { { "notify", work .. "/nowhere" }, { "notify", env, "--lockfile", work .. "/none" } } do
            words[#words + 1] = "--tty"
            local result = command.run(table.unpack(words))
            assert.same({ "", "", 0 }, { result.out, result.err, result.code })
        end
    end)

    it("tells a person at a terminal of a policy that is not there, and is no failure", function()
        for i, policy in ipairs { "nowhere", work .. "/absent.lua" } do
            for _, tty in ipairs { "--no-tty", "--tty" } do
                local result = command.run("notify", env, "--state-dir", state .. i, "--policy", policy, tty)
                assert.same({ "", 0 }, { result.out, result.code })
                assert.equal(tty == "--tty", result.err:find("cannot be loaded; using 'default'; see 'upnudge doctor'\n$") ~= nil)
            end
        end
    end)

    it("shows names from a lockfile without their control characters", function()
        local evil = command.read(OLD):gsub('"8%.9%.0"', '"8.9.0"'):gsub('"install_id": "curl"',
            '"install_id": "cu\\u001b[31mrl\\u202e"')
        local evil_new = command.read(NEW):gsub('"install_id": "curl"', '"install_id": "cu\\u001b[31mrl\\u202e"')
        command.write(env .. "/.flox/env/manifest.lock", evil)
        command.write(work .. "/new.lock", evil_new)
        check("--now", NOW, "--new", work .. "/new.lock")
        local names = stage.policy [[{ api = 1, name = "names", strategy = "stateless",
            rules = { u.rule "all" { notify = u.always() } }, text = function(c) return u.text.packages(c, 9) end }]]
        local said = notify("--policy", names).err
        assert.is_truthy(said:find("curl: 8.9.0 -> 8.10.1", 1, true))
        assert.is_nil(said:find "[\27\u{202e}]")
    end)
end)

describe("an explanation", function()
    it("lists every rule with its place, before and after a check", function()
        local before = cjson.decode(upnudge("explain", env, "--state-dir", state, "--json", "--tty").out)
        assert.equal("no check has run yet", before.reason)
        check("--now", NOW, "--new", NEW)
        notify("--now", NOW + 1)
        local after = cjson.decode(upnudge("explain", env, "--state-dir", state, "--json", "--tty", "--now", NOW + 2).out)
        assert.equal(7, #before.rules)
        assert.equal(7, #after.rules)
        local last = after.rules[7]
        assert.same({ "default", "not due", NOW + 1 + 7 * DAY }, { last.rule, last.answer, last.next_at })
        assert.same({ NOW, "separate-lock", false }, { after.last_checked, after.strategy, after.notified })
    end)

    it("names the agent that runs the shell, and the variable that says so", function()
        check("--now", NOW, "--new", NEW)
        local asked = 'AGENT=1 OPENCODE=1 "$upnudge" explain "$env" --state-dir "$state" --tty '
        local answer = cjson.decode(command.shell(asked .. "--json").out)
        assert.same({ "agent", "opencode", "OPENCODE" }, { answer.code, answer.agent, answer.agent_variable })
        assert.is_truthy(command.shell(asked).out:find("\nagent         opencode, as $OPENCODE says\n", 1, true))
        answer = cjson.decode(upnudge("explain", env, "--state-dir", state, "--json", "--tty").out)
        assert.same({}, { answer.agent, answer.agent_variable })
    end)

    it("changes nothing", function()
        check("--now", NOW, "--new", NEW)
        for _ = 1, 2 do
            local said = upnudge("explain", env, "--state-dir", state, "--tty", "--now", NOW + 1)
            assert.is_truthy(said.out:find "it notifies")
        end
        assert.is_true(decision("--now", NOW + 1).notified)
    end)

    it("of a faulty policy is its mistake, and what answers in its place", function()
        check("--now", NOW, "--new", NEW)
        local said = upnudge("explain", env, "--state-dir", state, "--policy", stage.policy '{ api = 1, nmae = "x" }')
        assert.equal(0, said.code)
        assert.is_truthy(said.out:find "policy.lua:2: .*did you mean 'name'")
    end)
end)

describe("a strategy", function()
    it("is switched in the policy file, without a rebuild", function()
        check("--now", NOW, "--new", NEW)
        for _, case in ipairs { { "simple", "" }, { "separate-lock", "" }, { "stateless", "available" } } do
            local file = stage.policy(('{ api = 1, name = "t", extends = "default", strategy = "%s" }'):format(case[1]))
            if case[1] == "stateless" then
                file = stage.policy '{ api = 1, name = "t", strategy = "stateless", rules = { u.rule "a" { notify = u.always() } } }'
            end
            local later = NOW + 10 * DAY * (#case[1])
            assert.is_truthy(notify("--policy", file, "--now", later).err:find "available", case[1])
            local again = notify("--policy", file, "--now", later + 1).err
            assert.equal(case[2], again:match "available" or "", case[1])
        end
    end)

    it("of a team's own is a Lua file on UPNUDGE_LUA_PATH", function()
        check("--now", NOW, "--new", NEW)
        command.shell("mkdir -p %s/upnudge/strategy", work)
        command.write(work .. "/upnudge/strategy/never_again.lua", [[
            return { read = function() return { history = {} } end,
                commit_check = function(record, ...) return record:commit(...) end,
                claim = function() return nil, "our own strategy says no" end }]])
        local file = stage.policy '{ api = 1, name = "t", extends = "default", strategy = "never-again" }'
        local result = command.shell('UPNUDGE_LUA_PATH="$work/?.lua" "$upnudge" notify "$env" --state-dir "$state" --policy %s '
            .. "--tty --json", file)
        assert.equal("our own strategy says no", cjson.decode(result.out).reason)
        assert.is_truthy(upnudge("explain", env, "--state-dir", state, "--policy", file).out:find "no strategy 'never%-again'")
    end)

    it("that hangs holds no shell up for long, nor fails it", function()
        check("--now", NOW, "--new", NEW)
        command.shell("mkdir -p %s/upnudge/strategy", work)
        command.write(work .. "/upnudge/strategy/stuck.lua", [[
            local function stuck() while true do end end
            return { read = stuck, commit_check = stuck, claim = stuck }]])
        local file = stage.policy '{ api = 1, name = "t", extends = "default", strategy = "stuck" }'
        for _, options in ipairs { "", "--now 2027-01-15T08:00:00Z" } do
            local result = command.shell('UPNUDGE_LUA_PATH="$work/?.lua" timeout 300 "$upnudge" notify "$env" --state-dir "$state" '
                .. "--policy %s --tty " .. options, file)
            assert.are.same({ "", "", 0 }, { result.out, result.err, result.code })
        end
    end)

    it("that speaks once per result speaks again for a new one", function()
        for _, strategy in ipairs { "simple", "separate-lock" } do
            local file = stage.policy(('{ api = 1, name = "t", strategy = "%s", rules = { u.rule "once" { notify = u.once() } } }')
                :format(strategy))
            command.shell("rm -rf %s", state)
            check("--now", NOW, "--new", NEW)
            assert.is_true(decision("--policy", file, "--now", NOW + 1).notified)
            assert.is_false(decision("--policy", file, "--now", NOW + 9 * DAY).notified)
            -- The same result found again is no news.
            check("--now", NOW + 10 * DAY, "--new", NEW)
            assert.is_false(decision("--policy", file, "--now", NOW + 11 * DAY).notified)
            local newer = command.read(NEW):gsub("8%.10%.1", "8.11.0")
            command.write(work .. "/newer.lock", newer)
            check("--now", NOW + 12 * DAY, "--new", work .. "/newer.lock")
            assert.is_true(decision("--policy", file, "--now", NOW + 13 * DAY).notified)
        end
    end)
end)

describe("a record", function()
    local function broken(text)
        check("--now", NOW, "--new", NEW)
        command.write(record_path(), text)
        return decision("--now", NOW + 1)
    end

    it("that is torn, empty or no object counts as none; the next check sets it aside", function()
        for _, text in ipairs { "", "{", "null", "[]", '"x"', '{"schema":"1"}', '{"schema":1,"path":7}', "\0\0\0" } do
            local quiet = broken(text)
            assert.is_false(quiet.notified)
            assert.is_truthy(quiet.reason:find "is broken", quiet.reason)
            assert.equal(0, check("--now", NOW + 2, "--new", NEW).code)
            assert.equal(text, command.read(record_path() .. ".broken"))
            assert.is_true(decision("--now", NOW + 3).notified)
            assert.is_truthy(upnudge("explain", env, "--state-dir", state, "--tty").out:find "set aside")
            command.shell("rm -rf %s", state)
        end
    end)

    it("with nonsense in a field counts as none too", function()
        for field, value in pairs { last_checked = '"x"', systems = "5", stamp = "{}", lockfile = "[]", name = "1" } do
            check("--now", NOW, "--new", NEW)
            local text = command.read(record_path()):gsub(',"' .. field .. '":', ',"was_' .. field .. '":', 1)
            text = text:gsub('^{"schema":1,', '%0"' .. field .. '":' .. value .. ",")
            command.write(record_path(), text)
            assert.is_truthy(decision("--now", NOW + 1).reason:find("is broken: " .. field, 1, true), field)
            command.shell("rm -rf %s", state)
        end
        for field, value in pairs { total = '"3"', fingerprint = "7", since = "[]", top = "1" } do
            check("--now", NOW, "--new", NEW)
            local text = command.read(record_path())
            command.write(record_path(), (text:gsub('"systems":{"([%w_-]+)":{.*$', '"systems":{"%1":{"' .. field .. '":'
                .. value .. "}}}")))
            local said = decision("--now", NOW + 1)
            assert.is_truthy(said.reason:find("is broken: systems.", 1, true), said.reason)
            command.shell("rm -rf %s", state)
        end
    end)

    it("of a newer schema is left alone and counts as none", function()
        local text = '{"schema":2,"path":"x","news":[1]}\n'
        assert.is_truthy(broken(text).reason:find "newer upnudge")
        local refused = check("--now", NOW + 2, "--new", NEW)
        assert.equal(1, refused.code)
        assert.is_truthy(refused.err:find "newer upnudge")
        assert.equal(text, command.read(record_path()))
    end)

    it("of another path counts as none and is not lost", function()
        check("--now", NOW, "--new", NEW)
        local text = command.read(record_path()):gsub(env, "/somewhere/else")
        command.write(record_path(), text)
        assert.is_truthy(decision("--now", NOW + 1).reason:find "another environment")
        assert.equal(0, check("--now", NOW + 2, "--new", NEW).code)
        assert.equal(text, command.read(record_path() .. ".broken"))
    end)

    it("keeps fields that it does not know", function()
        check("--now", NOW, "--new", NEW)
        local text = command.read(record_path()):gsub("}\n$", ',"of_the_future":{"a":[1,2]}}\n')
        command.write(record_path(), text)
        check("--now", NOW + 2 * DAY, "--new", NEW)
        assert.same({ 1, 2 }, cjson.decode(command.read(record_path())).of_the_future.a)
    end)

    it("with times in the future counts them as never", function()
        local file = stage.policy '{ api = 1, name = "t", extends = "default", strategy = "simple" }'
        check("--now", NOW + 50 * DAY, "--new", NEW)
        notify("--policy", file, "--now", NOW + 50 * DAY + 1)
        assert.is_true(decision("--policy", file, "--now", NOW).notified)
        assert.equal("checked", cjson.decode(check("--now", NOW, "--new", NEW, "--json").out).outcome)
    end)

    it("keeps 0700 for directories and 0600 for files", function()
        check("--now", NOW, "--new", NEW)
        notify("--now", NOW + 1)
        local modes = command.shell("find %s -type d -printf '%%m\\n' | sort -u; find %s -type f -printf '%%m\\n' | sort -u", state, state).out
        assert.equal("700\n600\n", modes)
    end)

    it("is never a followed link, and never read from another's file", function()
        check("--now", NOW, "--new", NEW)
        local path = record_path()
        command.shell("mv %s %s/real && ln -s %s/real %s", path, work, work, path)
        assert.is_false(decision("--now", NOW + 1).notified)
        assert.equal(1, check("--now", NOW + 2, "--new", NEW).code)
    end)
end)

describe("state that cannot be written", function()
    local function is_root()
        return command.shell("id -u").out == "0\n"
    end

    it("keeps an activation silent and loses nothing", function()
        check("--now", NOW, "--new", NEW)
        local become = ""
        if is_root() then
            -- Root may write anywhere: an ordinary user is needed, and a program that he reaches.
            command.must 'chmod 755 "$work"; chown -R nobody "$state"; cp "$upnudge" "$upnudge-cli" "$work"'
            become = 'upnudge="$work/upnudge"; setpriv --reuid nobody --clear-groups '
        end
        local key = record_path():match "(.*)/record.json"
        command.must("chmod 500 %s", key)
        local result = command.shell(become .. '"$upnudge" notify "$env" --state-dir "$state" --tty --json')
        local said = cjson.decode(result.out)
        assert.same({ "", 0, false }, { result.err, result.code, said.notified })
        assert.is_truthy(said.reason:find "notified", said.reason)
    end)

    it("of somebody else makes an activation silent and a check fail", function()
        if not is_root() then
            pending "needs root, to give files to somebody else"
        end
        check("--now", NOW, "--new", NEW)
        command.must('chown -R nobody "$state"')
        local quiet = decision("--now", NOW + 1)
        assert.is_false(quiet.notified)
        local refused = check("--now", NOW + 2, "--new", NEW)
        assert.equal(1, refused.code)
        assert.is_truthy(refused.err:find "own", refused.err)
    end)

    it("on a full disk keeps the old record, and says so", function()
        local disk = work .. "/disk"
        command.shell("mkdir %s", disk)
        if command.shell("mount -t tmpfs -o size=192k,mode=700 none %s", disk).code ~= 0 then
            pending "needs the right to mount"
            return
        end
        stage.finally(function()
            command.must("umount %s", disk)
        end)
        state = disk .. "/state"
        check("--now", NOW, "--new", NEW)
        local before = command.read(record_path())
        command.shell("dd if=/dev/zero of=%s/fill bs=1k 2>/dev/null", disk)
        local newer = command.read(NEW):gsub("8%.10%.1", "8.11.0")
        command.write(work .. "/newer.lock", newer)
        local full = check("--now", NOW + 2 * DAY, "--new", work .. "/newer.lock")
        local after = command.read(record_path())
        local left = command.shell("find %s -name '*.tmp'", disk).out
        assert.equal(1, full.code)
        assert.is_truthy(full.err:find "No space left", full.err)
        assert.equal(before, after)
        assert.equal("", left)
    end)
end)

describe("the decision log", function()
    local function log()
        return upnudge("explain", env, "--state-dir", state, "--log").out
    end

    it("tells what happened at past activations", function()
        notify("--now", NOW)
        assert.equal("", log())
        check("--new", NEW, "--now", NOW)
        notify("--now", NOW + 5)
        decision("--now", NOW + 65)
        assert.equal("2027-01-15T08:00:05Z  notified  default: not said yet\n"
            .. "2027-01-15T08:01:05Z  quiet     already said 1 minute ago; again in 6 days\n", log())
        local entries = cjson.decode(upnudge("explain", env, "--state-dir", state, "--log", "--json").out).decisions
        local policy = require "upnudge.policy".load { name = "default", builtin = "default" }
        assert.same({ at = NOW + 5, notified = true, code = "notified", rule = "default", reason = "not said yet",
            policy = "default", policy_hash = policy:identity().hash:sub(1, 16) }, entries[1])
        policy:close()
    end)

    it("stays small and keeps the newest", function()
        check("--new", NEW, "--now", NOW)
        local core = require "upnudge.core"
        local directory = assert(core.directory((record_path():gsub("/record.json$", ""))))
        local line = ("%d\tquiet\t\t%s\n"):format(NOW, ("x"):rep(100))
        for _ = 1, 2000 do
            assert(directory:append("decisions.log", line, 32768))
        end
        notify("--now", NOW + 5)
        local size = tonumber(command.shell('cat "$state"/*/decisions.log* | wc -c').out)
        assert.is_true(size > 32768 and size <= 65536, size)
        assert.is_truthy(log():find "2027%-01%-15T08:00:05Z  notified  default: not said yet\n$")
    end)

    it("holds nothing that a terminal obeys, and is not missed", function()
        check("--new", NEW, "--now", NOW)
        local path = stage.policy '{ api = 1, name = "p", rules = { u.rule "r" { quiet = "a\\27[2Jb\\tc\\nd" } } }'
        notify("--policy", path, "--now", NOW + 5)
        assert.equal("2027-01-15T08:00:05Z  quiet     r: ab c d\n", log())
        command.shell("cd %s/*/ && rm decisions.log && mkfifo decisions.log", state)
        local result = notify("--now", NOW + 6)
        assert.is_truthy(result.err:find "version changes")
        assert.equal(0, result.code)
        assert.equal("", log())
    end)
end)

describe("at a prompt, an activation", function()
    --- What is asked of the kernel: how much, and all of it. nil: nobody can tell.
    local function calls(directory, ...)
        local script = 'cd %s && HOME="$work" strace -f -qq -o "$work/calls" "$upnudge" notify --state-dir "$state" --tty'
        local said = command.shell(script .. (" %s"):rep(select("#", ...)), directory, ...)
        if command.sanitised or said.code == 127 or said.err:find "ptrace" then
            return nil
        end
        assert.same({ "", "", 0 }, { said.out, said.err, said.code })
        local text = command.read(work .. "/calls")
        return select(2, text:gsub("\n", "")), text
    end

    it("is one process, and the search for a project at its top costs a few calls", function()
        check("--new", NEW)
        notify()
        local plain = calls(env, env)
        local quiet, text = calls(env, "--project", "--check")
        if not plain then
            return pending "strace is not there, or may not look"
        end
        assert.is_true(quiet <= plain + 8, ("%d and %d"):format(plain, quiet))
        assert.is_nil(text:find "fork" or text:find "clone" or text:find("execve.*execve"), text)
    end)

    it("asks a few things of each directory, where there is no project", function()
        local least
        for _, depth in ipairs { 1, 5, 20 } do
            local path = work .. "/none" .. ("/d"):rep(depth)
            command.must("mkdir -p %s && cd %s && seq 1 100 | xargs touch", path, path)
            local count, text = calls(path, "--project", "--check")
            if not count then
                return pending "strace is not there, or may not look"
            end
            least = least or count
            assert.is_true(count <= least + 12 * (depth - 1), ("%d at depth %d"):format(count, depth))
            assert.is_nil(text:find "fork" or text:find "clone" or text:find("execve.*execve"), text)
            assert.is_nil(command.read(state))
        end
        assert.is_true(least < 90, least)
    end)

    it("finds a project among many files, and one that a team's format knows", function()
        local many = work .. "/many"
        command.must("mkdir -p %s && cd %s && seq 1 3000 | xargs touch && touch .tool-versions", many, many)
        command.must("mkdir -p %s/src && cp %s %s/src/acme.lock", many, NEW, many)
        local function project(before)
            return cjson.decode(command.must((before or "") .. ' "$upnudge" status --json --state-dir "$state"')).environment
        end
        assert.equal(many, project('cd "$work/many" &&'))
        assert.equal(many, project('cd "$work/many/src" &&'))
        command.must 'mkdir -p "$work/upnudge/formats"'
        command.write(work .. "/upnudge/formats/acme.lua", [[
            local u = require "upnudge"
            return u.format { api = 1, name = "acme", title = "Acme", files = { "acme.lock" },
                syntax = "json", versions = "semver", packages = function(document) return {} end }]])
        assert.equal(many .. "/src", project('cd "$work/many/src" && XDG_CONFIG_HOME="$work"'))
        local said = command.shell('cd "$work/many/src" && XDG_CONFIG_HOME="$work" "$upnudge" notify --project --tty --json '
            .. '--state-dir "$state"')
        assert.equal("not-checked", cjson.decode(said.out).code)
        assert.equal("", said.err)
    end)

    it("says nothing of a project that there is not, or of a place that is gone", function()
        command.must 'mkdir "$work/none" "$work/gone"'
        for _, script in ipairs { 'cd "$work/none" &&', 'cd "$work/gone" && rmdir "$work/gone" &&' } do
            local said = command.shell(script .. ' HOME="$work" "$upnudge" notify --project --check --tty --state-dir "$state"')
            assert.same({ "", "", 0 }, { said.out, said.err, said.code })
            command.must 'mkdir -p "$work/gone"'
            said = command.shell(script .. ' HOME="$work" "$upnudge" notify --project --check --tty --json --state-dir "$state"')
            local code = cjson.decode(said.out).code
            assert.is_true(code == "no-lockfile" or code == "environment-missing", code)
            assert.same({ "", 0 }, { said.err, said.code })
        end
        assert.is_nil(command.read(state))
    end)
end)
