--- The notice as a runtime decides it: what it is asked from.

local command = require "command"
local core = require "upnudge.core"
local effort = require "effort"
local hosts = require "upnudge.runtime.host"
local runtimes = require "upnudge.runtime"
local stage = require "stage"

local NOW <const>, HOUR <const>, DAY <const> = stage.NOW, stage.HOUR, stage.DAY

local work, env, state, now, variables

before_each(function()
    work, env, state = stage.set()
    now, variables = NOW, { UPNUDGE_LUA_PATH = work .. "/?.lua", HOME = work }
end)

after_each(stage.strike)

--- A runtime with that policy, in which an hour ago a check found something. It closes with the test.
local function open(policy, strategy)
    return stage.checked(policy, strategy, function() return now end, variables)
end

local function notify(runtime, activation)
    activation = activation or {}
    activation.tty = activation.tty == nil or activation.tty
    return runtime:notify(env, activation)
end

local DAILY <const> = '{ api = 1, name = "p", strategy = "ours", rules = { u.rule "daily" { notify = u.every "1d" } } }'

describe("a policy is not asked", function()
    local asked, runtime

    before_each(function()
        asked = 0
        runtime = open '{ api = 1, name = "p", rules = { u.rule "all" { notify = u.always() } }, text = function() return "text" end }'
        local ask = runtime.policy.ask
        runtime.policy.ask = function(...)
            asked = asked + 1
            return ask(...)
        end
    end)

    local function reason(activation)
        local decision = notify(runtime, activation)
        assert.is_false(decision.notify)
        return decision.reason
    end

    it("when somebody wants no notices", function()
        variables.UPNUDGE_QUIET = "1"
        assert.equal("UPNUDGE_QUIET is set", reason())
        assert.equal(0, asked)
    end)

    it("of a lockfile that is not the one that was checked, or cannot be read", function()
        local lockfile = env .. "/.flox/env/manifest.lock"
        command.must("cp %s %s", stage.NEW, lockfile)
        assert.equal("the lockfile changed since the last check", reason())
        os.remove(lockfile)
        assert.is_truthy(reason():find("No such file", 1, true))
        assert.is_truthy(reason { lockfile = "/nowhere.lock" }:find("/nowhere.lock", 1, true))
        command.must("cp %s %s", stage.OLD, lockfile)
        assert.is_true(notify(runtime).notify)
        assert.equal(1, asked)
    end)

    it("about nothing, and is told what kind of nothing it is", function()
        local record = runtime:environment(env).record
        assert(require "upnudge.record.choices".change(record, function(value) value.ignore = { "*" } end))
        assert.equal("nothing newer that is not ignored", reason())
        assert(require "upnudge.record.choices".change(record, function(value) value.ignore = nil end))
        local function commit(fields)
            assert(stage.commit(record, fields))
        end
        commit { systems = { ["other-os"] = { total = 1, fingerprint = "f" } } }
        assert.equal("newer packages only for other systems", reason())
        commit { systems = {} }
        assert.equal("nothing newer was found", reason())
        commit { systems = false, reason = "no network" }
        assert.equal("the last check failed: no network", reason())
        commit { reason = false }
        assert.equal("no check has finished yet", reason())
        assert.equal(0, asked)
    end)
end)

describe("a result that another check replaces while it is read", function()
    local PACKAGES <const> = 12
    local runtime, meanwhile

    local function lockfile(version)
        local packages = {}
        for i = 1, PACKAGES do
            packages[i] = ('"node_modules/p%02d":{"version":"%s"}'):format(i, version)
        end
        return ('{"lockfileVersion":3,"packages":{%s}}'):format(table.concat(packages, ","))
    end

    local function check(version)
        local checker <close> = assert(runtimes.open { state_dir = state, policy = "default" })
        local begun = checker:check_begin(env, { now = NOW - HOUR, max_age = 0 })
        assert.equal("checked", begun:commit(lockfile(version)).outcome)
    end

    before_each(function()
        command.must('rm -r "$env/.flox"')
        command.write(env .. "/package-lock.json", lockfile "1.0.0")
        local disk = setmetatable({ read = function(path, ...)
            if path:find("/changes/", 1, true) and meanwhile[1] then
                table.remove(meanwhile, 1)()
            end
            return core.read(path, ...)
        end }, { __index = core })
        meanwhile = {}
        -- More than the record itself carries, so that a policy has to look them up.
        runtime = assert(runtimes.open { state_dir = state, policy = stage.policy [[{ api = 1, name = "p", strategy = "stateless",
            rules = { u.rule "all" { notify = u.always() } }, text = function(c)
                local first = c.result.packages[1]
                return ("%d %s"):format(c.result.major, first and first.to or "none")
            end }]], host = hosts.new { disk = disk, variable = function(name) return variables[name] end, now = function() return NOW end } })
        stage.finally(function() runtime:close() end)
        check "2.0.0"
    end)

    local function replaced_by(version)
        return function() check(version) end
    end

    it("is that of the one or the other, never of both", function()
        -- There are no major ones in it.
        meanwhile = { replaced_by "1.0.1" }
        assert.equal("0 1.0.1", notify(runtime).text)
        check "2.0.0"
        assert.equal("12 2.0.0", notify(runtime).text)
    end)

    it("is decided upon again once, and left to the next activation then", function()
        meanwhile = { replaced_by "3.0.0", replaced_by "4.0.0" }
        local decision = notify(runtime)
        assert.same({ false, "another check has just finished" }, { decision.notify, decision.reason })
        assert.equal("12 4.0.0", notify(runtime).text)
    end)

    it("is ignored from as a whole, too", function()
        assert(require "upnudge.record.choices".change(runtime:environment(env).record, function(value) value.ignore = { "p01" } end))
        assert.equal("11 2.0.0", notify(runtime).text)
        meanwhile = { replaced_by "5.0.0" }
        check "3.0.0"
        assert.equal("11 5.0.0", notify(runtime).text)
        meanwhile = { replaced_by "6.0.0", replaced_by "7.0.0" }
        check "8.0.0"
        -- What is ignored was left out by the check already; the list is gone.
        assert.equal("another check has just finished", notify(runtime).reason)
        assert.equal("11 7.0.0", notify(runtime).text)
    end)

    it("is explained as it is told", function()
        meanwhile = { replaced_by "3.0.0" }
        assert.equal("12 3.0.0", runtime:explain(env, { tty = true }).text)
    end)
end)

describe("a record of an earlier upnudge, which names no list of changes", function()
    it("counts as one without details until the next check, which is due", function()
        local runtime = open '{ api = 1, name = "p", strategy = "stateless", rules = { u.rule "all" { notify = u.always() } } }'
        local record = runtime:environment(env).record
        local function commit(fields)
            assert(stage.commit(record, fields))
        end
        assert.equal("fresh", runtime:check_begin(env, { now = NOW }).state)
        commit { details = false }
        command.write(record.directory_path .. "/changes.json", '{"schema":1,"changes":[]}')
        assert.is_true(notify(runtime).notify)
        assert(require "upnudge.record.choices".change(record, function(value) value.ignore = { "nothing" } end))
        assert.equal("what the last check found is not there in full; the next check mends that", notify(runtime).reason)
        local check = runtime:check_begin(env, { now = NOW })
        assert.equal("begun", check.state)
        assert.equal("checked", check:commit(command.read(stage.NEW)).outcome)
        assert.is_true(notify(runtime).notify)
        assert.is_nil(command.read(record.directory_path .. "/changes.json"))
    end)
end)

describe("the text of a notice", function()
    it("is fit for a terminal", function()
        local runtime = open [[{ api = 1, name = "p", strategy = "stateless", rules = { u.rule "all" { notify = u.always() } },
            text = function(c) return "a\27[2J\tb " .. c.env.name .. "\n\n" end }]]
        assert.equal("a\tb web  shop", notify(runtime, { name = "web\27 \nshop" }).text)
        assert.equal("a\tb webshop", notify(runtime).text)
    end)

    it("has the looks that its policy gives it, where the host wants them, and no stranger's", function()
        local runtime = open [[{ api = 1, name = "p", strategy = "stateless", rules = { u.rule "all" { notify = u.always() } },
            text = function(c)
                return u.text.style(c.host.command or "-", "bold") .. "|" .. u.text.link(c.env.name, c.host.hint) .. "|" .. (c.host.lang or "")
            end }]]
        local evil = "\14" .. "31\15m\27[31mk\14https://evil\15"
        local function shown(look, hint)
            local decision = notify(runtime, { look = look, name = evil, command = evil, hint = hint or evil })
            return decision.shown, decision.text
        end
        local words, name = "?31?mk?https://evil?", "mk"
        local visible, plain = shown "styled"
        assert.equal("\27[1m" .. words .. "\27[0m|" .. name .. "|", visible:gsub("|[^|]*$", "|"))
        assert.equal(words .. "|" .. name .. "|", plain:gsub("|[^|]*$", "|"))
        assert.is_truthy(shown("styled", "https://example.org/"):find("|\27]8;;https://example.org/\27\\" .. name .. "\27]8;;\27\\|", 1, true))
        assert.is_nil((shown "plain"))
        assert.is_nil((shown()))
    end)
end)

describe("a clock that was ahead", function()
    --- What a check committed while the clock was a year ahead; now it is right again.
    local function checked_ahead(policy)
        local runtime = open(policy)
        command.must 'rm -rf "$state"'
        local check = runtime:check_begin(env, { now = NOW + 365 * DAY, max_age = 0 })
        assert(check:commit(command.read(stage.NEW)))
        return runtime
    end

    it("does not make the same result new again and again, under any strategy", function()
        for _, strategy in ipairs { "simple", "separate-lock", "database" } do
            local runtime = checked_ahead(([[{ api = 1, name = "p", strategy = "%s", deadline = "1500ms",
                rules = { u.rule "r" { notify = u.once() } } }]]):format(strategy))
            assert.is_true(notify(runtime).notify, strategy)
            for i = 1, 3 do
                now = NOW + i * DAY
                assert.equal("this very result was said already", notify(runtime).reason, strategy)
            end
            command.must 'rm -rf "$state"'
            now = NOW
        end
    end)

    it("nags under no strategy, whichever one's notice was of such a time", function()
        local function opened(strategy)
            return open(([[{ api = 1, name = "p", strategy = "%s", deadline = "1500ms",
                rules = { u.rule "r" { notify = u.every "1d" } } }]]):format(strategy))
        end
        local function told(runtime, at)
            return notify(runtime, { now = at }).notify
        end
        for _, ahead in ipairs { "simple", "separate-lock", "database" } do
            for _, strategy in ipairs { "simple", "separate-lock", "database" } do
                local title = ahead .. ", then " .. strategy
                local first, second = opened(ahead), opened(strategy)
                assert.is_true(told(first, NOW + 30 * DAY), title)
                assert.is_true(told(second, NOW), title)
                for i = 1, 3 do
                    for _, runtime in ipairs { second, first, (opened(strategy)) } do
                        assert.is_false(told(runtime, NOW + i), title)
                    end
                end
                assert.is_true(told(second, NOW + DAY), title)
                command.must 'rm -rf "$state"'
            end
        end
    end)

    it("does not date a check after now", function()
        local runtime = checked_ahead [[{ api = 1, name = "p", rules = { u.rule "r" { notify = u.always(),
            text = function(c) return "checked " .. (c.now - c.result.checked_at) .. " s ago" end } } }]]
        assert.equal("checked 0 s ago", notify(runtime).text)
    end)

    it("has the next check note when the result was first seen", function()
        local runtime = checked_ahead '{ api = 1, name = "p", rules = { u.rule "r" { notify = u.once() } } }'
        assert(runtime:check_begin(env, { now = NOW, max_age = 0 }):commit(command.read(stage.NEW)))
        for _, entry in pairs(assert(runtime:environment(env).record:read()).systems) do
            assert.equal(NOW, entry.since)
        end
    end)
end)

describe("an activation that is stopped for long after it has looked at its clock", function()
    it("does not take what others were told meanwhile for what never was", function()
        local policy = '{ api = 1, name = "p", rules = { u.rule "daily" { notify = u.every "1d" } } }'
        local other, at = open(policy), NOW
        local disk = setmetatable({ read = function(path, ...)
            if path:find("/notified.json", 1, true) and at == NOW then
                at, now = NOW + 2 * HOUR, NOW + 2 * HOUR
                assert.is_true(notify(other).notify)
            end
            return core.read(path, ...)
        end }, { __index = core })
        local stopped = assert(runtimes.open { state_dir = state, policy = stage.policy(policy), host = hosts.new {
            disk = disk, variable = function(name) return variables[name] end, now = function() return at end } })
        stage.finally(function() stopped:close() end)
        local decision = notify(stopped)
        assert.is_false(decision.notify)
        assert.equal("not-due", decision.code)
    end)
end)

describe("an activation at a time of its own", function()
    local function listing()
        return command.must('cd "$state" && find . -printf "%%p %%i %%T@\\n" | LC_ALL=C sort; find "$work" -name "*.sqlite"')
    end

    it("leaves no trace in what is of the clock's time, under any strategy", function()
        for _, strategy in ipairs { "simple", "separate-lock", "stateless", "database" } do
            local runtime = open(([[{ api = 1, name = "p", strategy = "%s", deadline = "1500ms",
                rules = { u.rule "r" { notify = u.always() } } }]]):format(strategy))
            assert(runtime:check_begin(env, { max_age = 0 }):commit(command.read(stage.NEW)))
            local before = listing()
            for i = 0, 3 do
                assert.is_true(notify(runtime, { now = NOW + i * DAY }).notify, strategy)
            end
            runtime:flush()
            assert.equal(before, listing(), strategy)
            assert.is_nil(runtime:strategy().read(runtime:environment(env).record).history.last_notified)
            command.must 'rm -rf "$state"'
        end
    end)

    it("tries out what would be where a check by the clock came later, of an upnudge that knows of no such times", function()
        local runtime = open((DAILY:gsub('"ours"', '"separate-lock"')))
        local record = runtime:environment(env).record
        assert.equal(NOW - HOUR, record:read().rehearsal)
        -- It replaces what it knows.
        assert(stage.commit(record, { last_checked = NOW - 60 }))
        assert.equal(NOW - HOUR, record:read().rehearsal)
        for i = 0, 2 do
            assert.is_true(notify(runtime, { now = NOW + i }).notify)
        end
        assert.is_nil(runtime:strategy().read(record).history.last_notified)
        -- One of ours says itself what it is of.
        assert(runtime:check_begin(env, { max_age = 0 }):commit(command.read(stage.NEW)))
        assert.is_nil(record:read().rehearsal)
        assert(runtime:check_begin(env, { max_age = 0, now = NOW + 5 }):fail "no network")
        assert.equal(NOW + 5, record:read().rehearsal)
    end)

    it("is as any other where the check was at such a time as well", function()
        local runtime = open((DAILY:gsub('"ours"', '"separate-lock"')))
        assert.is_true(notify(runtime, { now = NOW }).notify)
        assert.is_false(notify(runtime, { now = NOW + 1 }).notify)
        assert.is_true(notify(runtime, { now = NOW + DAY }).notify)
    end)
end)

describe("what an activation is made of", function()
    local LONG <const> = ("x"):rep(100000)

    local function on_npm()
        command.must('rm -r "$env/.flox"')
        command.write(env .. "/package-lock.json", '{"lockfileVersion":3,"packages":{}}')
    end

    --- A check of so many packages, of which half have other versions now.
    local function check(runtime, count)
        local packages = {}
        for i = 1, count do
            packages[i] = ('"node_modules/package-%05d":{"version":"1.0.%d"}'):format(i, i)
        end
        local begun = runtime:check_begin(env, { now = NOW - HOUR, max_age = 0 })
        assert.equal("begun", begun.state, begun.reason)
        assert.equal("checked", begun:commit(('{"lockfileVersion":3,"packages":{%s}}'):format(table.concat(packages, ","))).outcome)
    end

    local function runtime_of(policy)
        local runtime = assert(runtimes.open { state_dir = state, policy = stage.policy(policy), host = hosts.new { now = function() return NOW end,
            variable = function(name) return variables[name] end, utc_offset = function() return 0 end } })
        assert.is_nil(runtime.policy_fault)
        stage.finally(function() runtime:close() end)
        return runtime
    end

    it("is as long as it may be, whoever says it", function()
        variables.LANG = LONG
        local runtime = open([[{ api = 1, name = "p", strategy = "stateless", rules = { u.rule(("r"):rep(1000)) { notify = function(c)
            return true, ("because "):rep(1000) end } }, text = function(c) return c.env.name .. "|" .. c.host.hint .. "|" .. c.host.lang end }]])
        local decision = notify(runtime, { name = LONG, hint = LONG, command = LONG })
        local name, hint, lang = decision.text:match "^(.-)|(.-)|(.-)$"
        assert.same({ 128, 1024, 64, 128, 500 }, { #name, #hint, #lang, #decision.rule, #decision.reason })
        assert.equal("…", name:sub(-3))
    end)

    it("names an environment by as much of its project's name as people read", function()
        command.write(env .. "/.flox/env.json", ('{"name":"%s"}'):format(("é"):rep(30000)))
        local runtime = open [[{ api = 1, name = "p", strategy = "stateless", rules = { u.rule "r" { notify = u.always() } },
            text = function(c) return c.env.name end }]]
        assert.equal(("é"):rep(62) .. "…", notify(runtime).text)
    end)

    it("knows when packages came out and where they are from, be there few or many", function()
        local function lockfile(count, version, day)
            local packages = {}
            for i = 1, count do
                packages[i] = ('{"name":"acme/p%02d","version":"%s","time":"%sT12:00:00+00:00","homepage":"%s"}'):format(i,
                    version, day, "https://me:secret@acme.example/p?token=0123456789abcdef")
            end
            return ('{"content-hash":"","packages":[%s]}'):format(table.concat(packages, ","))
        end
        command.must 'rm -r "$env/.flox"'
        local runtime = runtime_of [[{ api = 1, name = "p", strategy = "stateless", rules = { u.rule "r" { notify = u.always() } },
            text = function(c)
                local p = c.result.packages[#c.result.packages]
                return ("%s %s %s %s %s %s"):format(c.env.format, p.source, p.url, p.released, math.type(p.released), p.behind)
            end }]]
        for _, count in ipairs { 1, 12 } do
            command.write(env .. "/composer.lock", lockfile(count, "1.0.0", "2026-09-23"))
            local begun = runtime:check_begin(env, { now = NOW, max_age = 0 })
            assert.equal("checked", begun:commit(lockfile(count, "1.1.0", "2026-11-03")).outcome)
            assert.equal("composer registry https://acme.example/p?token=*** 1793707200 integer 41", notify(runtime).text)
        end
    end)

    it("does without what an earlier upnudge has not written down", function()
        local runtime = open [[{ api = 1, name = "p", strategy = "stateless", rules = { u.rule "r" { notify = u.always() } },
            text = function(c)
                local p = c.result.packages[1]
                return ("%s %s %s %s %s"):format(c.env.format, p.source, p.url, p.released, p.behind)
            end }]]
        runtime:check_begin(env, { now = NOW, max_age = 0 }):commit(command.read(stage.NEW))
        command.must([[cd "$state"/*/ && sed -E -i 's/"(source|url|format|released|behind)":/"x\1":/g' record.json]])
        assert.equal("nil nil nil nil nil", notify(runtime).text)
    end)

    it("has of more changes than it reads those that matter most, and the counts of all", function()
        on_npm()
        local runtime = runtime_of [[{ api = 1, name = "p", strategy = "stateless", rules = { u.rule "r" { notify = u.always() } },
            text = function(c) return c.result.total .. " " .. #c.result.packages .. "\n" .. u.text.packages(c, 20) end }]]
        check(runtime, 6000)
        local lines = {}
        local decision = effort.within("an activation", 40, notify, runtime)
        for line in (decision.text or decision.reason):gmatch "[^\n]+" do
            lines[#lines + 1] = line
        end
        assert.same({ "6000 10", "- package-00001: 1.0.1 (added)", "... and 5990 more", 12 }, { lines[1], lines[2], lines[12], #lines })
        check(runtime, 600)
        assert.equal("600 600", notify(runtime).text:match "[^\n]+")
    end)

    it("costs no more when something is ignored", function()
        on_npm()
        local runtime = runtime_of [[{ api = 1, name = "p", strategy = "stateless", ignore = { "package-0*" },
            rules = { u.rule "r" { notify = u.always() } } }]]
        check(runtime, 20000)
        state = state .. "/"
        local decision = effort.within("an activation", 20, function()
            local fresh <close> = runtimes.open { state_dir = state, policy = runtime.source.path, host = runtime.host }
            return notify(fresh)
        end)
        assert.equal("10001 additions available in webshop.", decision.text:match "[^\n]+")
    end)

    it("is not the record's list of anything", function()
        local runtime = open [[{ api = 1, name = "p", strategy = "stateless", rules = { u.rule "r" { notify = u.always() } },
            text = function(c) return "" .. #c.result.packages end }]]
        local path = runtime:environment(env).record.directory_path .. "/record.json"
        command.write(path, (command.read(path):gsub('"top":%[', '"top":[' .. ('{"name":"x","kind":"added"},'):rep(5000), 1)))
        assert.is_true(tonumber(effort.within("an activation", 30, notify, runtime).text) <= 20)
    end)
end)

describe("the clocks of rules", function()
    local BOTH <const> = [[{ api = 1, name = "p", strategy = "%s", text = "x", rules = {
        u.rule "daily" { notify = u.every "1d" },
        u.rule "weekly" { notify = u.every("1w"%s) } } }]]
    local OWN <const> = ", { own = true }"

    --- Which rules speak, in turn, by days, of two activations a day.
    local function spoken(days, strategy, own)
        local runtime, list = open(BOTH:format(strategy, own or "")), {}
        for day = 0, days - 1 do
            for hour = 0, 1 do
                now = NOW + day * DAY + hour * HOUR
                local decision = notify(runtime)
                list[#list + 1] = decision.notify and ("%s %d"):format(decision.rule, day) or nil
            end
        end
        return table.concat(list, ", ")
    end

    it("keep a daily rule from starving a weekly one", function()
        assert.equal("daily 0, weekly 0, daily 1, daily 2, daily 3, daily 4, daily 5, daily 6, daily 7, weekly 8",
            spoken(9, "separate-lock", OWN))
    end)

    it("are one where nobody asks for another", function()
        assert.equal("daily 0, daily 1, daily 2, daily 3, daily 4, daily 5, daily 6, daily 7, daily 8", spoken(9, "separate-lock"))
    end)

    it("are the common one where a strategy keeps one time", function()
        assert.equal("daily 0, daily 1, daily 2, daily 3, daily 4, daily 5, daily 6, daily 7, daily 8", spoken(9, "simple", OWN))
    end)

    it("are none where nothing is remembered", function()
        assert.equal("daily 0, daily 0, daily 1, daily 1", spoken(2, "stateless", OWN))
    end)

    --- Whether it speaks at that time, and why (not).
    local function weekly(time, strategy)
        local runtime = open(([[{ api = 1, name = "p", strategy = %q, text = "x", rules = {
            u.rule "weekly" { notify = u.every("1w", { own = true }) } } }]]):format(strategy or "separate-lock"))
        now = time
        local decision = notify(runtime)
        runtime:close()
        return decision.notify, decision.reason
    end

    it("go on from the one time of another strategy, for each rule until it has spoken", function()
        spoken(1, "simple", OWN)
        local at = NOW + DAY
        assert.same({ false, "already said by this rule 1 day ago; again in 6 days" }, { weekly(at) })
        now = at
        assert.is_true(notify(open(BOTH:format("separate-lock", ""))).notify)
        assert.is_false((weekly(NOW + 7 * DAY - 1)))
        assert.is_true((weekly(NOW + 7 * DAY)))
        -- And back.
        assert.is_false((weekly(NOW + 8 * DAY, "simple")))
    end)

    it("go on from the file of an earlier upnudge, which names the rule that spoke, and through it", function()
        weekly(NOW)
        local file = command.must('ls -d "$state"/*/'):match "[^\n]+" .. "notified.json"
        local function earlier(rule, time, rules)
            command.write(file, ('{"schema":1,"path":"%s","last_notified":%d,"shown":"f","times":1,"rule":"%s"%s}'):format(env, time, rule,
                rules or ""))
        end
        earlier("weekly", NOW)
        assert.is_false((weekly(NOW + DAY)))
        earlier("daily", NOW)
        assert.is_true((weekly(NOW + DAY)))
        -- It keeps what it does not know.
        earlier("daily", NOW + 2 * DAY, ',"rules":{"weekly":{"last_notified":1800000000,"shown":"f","times":1}}')
        assert.is_false((weekly(NOW + 3 * DAY)))
        earlier("weekly", NOW + 6 * DAY, ',"rules":{"weekly":{"last_notified":1800000000,"shown":"f","times":1}}')
        assert.is_false((weekly(NOW + 12 * DAY)))
        for _, rules in ipairs { "5", "[1,2]", '{"weekly":5}', '{"weekly":{"last_notified":"x"}}', "null", '{"weekly":null}',
            '{"weekly":{"last_notified":99999999999}}' } do
            earlier("daily", NOW + 20 * DAY, ',"rules":' .. rules)
            assert.is_true((weekly(NOW + 21 * DAY)), rules)
        end
    end)

    it("are those of a rule however it is called", function()
        for _, name in ipairs { ("n"):rep(200), "每周", "a\27[31mb", "\255", "decide", "1", 'a"b' } do
            local runtime = open(([[{ api = 1, name = "p", text = "x", rules = { u.rule %q {
                notify = u.every("1d", { own = true }) } } }]]):format(name))
            now = now + 2 * DAY
            assert.is_true(notify(runtime).notify, name)
            assert.is_false(notify(runtime).notify, name)
            runtime:close()
        end
    end)

    it("are what a team's own strategy says they are", function()
        local rules = { weekly = { last_notified = NOW - DAY }, daily = { last_notified = NOW - HOUR } }
        local strategy = { read = function() return { history = { last_notified = NOW - HOUR, rules = rules } } end,
            claim = function() return "won" end }
        local runtime = open(BOTH:format("ours", OWN), strategy)
        assert.equal("already said 1 hour ago; again in 23 hours", notify(runtime).reason)
        rules.weekly = { last_notified = NOW - 7 * DAY }
        assert.equal("weekly", notify(runtime).rule)
        rules.weekly, rules.odd = { last_notified = "x", shown = {} }, 5
        assert.equal("weekly", notify(runtime).rule)
    end)

    it("are seen by a policy, and by its own decide", function()
        local runtime = open [[{ api = 1, name = "p", text = "x", decide = function(c)
            local mine = c.history.rules.decide
            if mine.last_notified then return false, mine.last_notified .. " " .. mine.times end
            return u.once { own = true }
        end }]]
        assert.is_true(notify(runtime).notify)
        assert.equal(NOW .. " 1", notify(runtime).reason)
    end)
end)
