--- One entry for bindings: it answers as the commands do with --json, and says no to everything else.

local calls = require "upnudge.runtime.call"
local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local NOW <const>, HOUR <const> = stage.NOW, stage.HOUR

local work, env, state, runtime

local function open(policy)
    return assert(stage.open({ state_dir = state, policy = policy }, function() return NOW end, { HOME = work }))
end

before_each(function()
    work, env, state = stage.set()
    runtime = open()
end)

after_each(stage.strike)

--- What the call gives, decoded, and its status.
local function call(name, options)
    local request = { schema = 1, call = name, environment = env }
    for key, value in pairs(options or {}) do
        request[key] = value or nil
    end
    local text, status, message = runtime:call(cjson.encode(request))
    return cjson.decode(text), status, message, text
end

local function upgraded()
    return command.read(stage.NEW)
end

local function check()
    local begun = call("check_begin", { max_age = 0 })
    assert.equal("begun", begun.outcome, begun.reason)
    return call("check_commit", { environment = false, check = begun.check, upgraded = upgraded(), security = { "curl" } })
end

describe("a call", function()
    it("answers what the command of that name prints with --json", function()
        check()
        for name, words in pairs { show = { "show", env }, changes = { "show", env, "--changes" },
            notify = { "notify", env, "--tty", "--now", NOW }, explain = { "explain", env, "--tty", "--now", NOW },
            ignore = { "ignore", env }, formats = { "formats" },
            version_compare = { "version", "compare", "1.0", "2.0", "--scheme", "pep440" }, version = false } do
            local options = { environment = env }
            if name == "notify" or name == "explain" then
                options.tty, options.now = true, NOW
            elseif name:find "^version" or name == "formats" then
                options = name == "version_compare" and { a = "1.0", b = "2.0", scheme = "pep440" } or {}
            end
            local text, status = runtime:ask(name, options)
            assert.equal("ok", status, text)
            if words then
                words[#words + 1] = "--json"
                if name ~= "formats" and name ~= "version_compare" then
                    words[#words + 1], words[#words + 2] = "--state-dir", state
                end
                local said = command.run(table.unpack(words))
                assert.equal("", (said.err:gsub("^%d+ security fix.*\n$", "")))
                -- What a record says of systems is written in no order of its own.
                assert.same(cjson.decode(said.out), cjson.decode(text), name)
                assert.equal(#said.out, #text + 1, name)
            end
        end
    end)

    it("tells how one environment or all stand, what ails, and what is gone, as the commands do", function()
        check()
        local function same(name, options, words)
            local text, status = runtime:ask(name, options)
            assert.equal("ok", status, text)
            local said = command.shell('"$upnudge" ' .. words .. ' --json --state-dir "$state"')
            assert.same(cjson.decode(said.out), cjson.decode(text), name)
            return cjson.decode(text)
        end
        local one = same("status", { environment = env, now = NOW + HOUR }, 'status "$env" --now ' .. NOW + HOUR)
        assert.same({ 3, NOW }, { one.waiting.total, one.since })
        local all = same("status", { now = NOW + HOUR }, "status --all --now " .. NOW + HOUR)
        one.schema = nil
        assert.same({ one }, all.environments)
        local places = { { what = "all", path = state, why = "as --state-dir says" } }
        assert.same({ well = true, schema = 1, ailments = {}, remarks = {}, places = places }, same("doctor", { now = NOW }, "doctor --now " .. NOW))
        command.must 'chmod 770 "$state"'
        local ailing = same("doctor", { now = NOW }, "doctor --now " .. NOW)
        assert.equal("state-unusable", ailing.ailments[1].code)
        command.must 'chmod 700 "$state"; mv "$env" "$env.moved"'
        assert.same({ env }, same("gc", { dry_run = true }, "gc --dry-run").removed)
        assert.same({ env }, (call("gc", { environment = false })).removed)
        assert.same({}, cjson.decode((runtime:ask("status", {}))).environments)
        command.must 'mv "$env.moved" "$env"'
        runtime:close()
        runtime = open(stage.policy "{ api = 2 }")
        assert.equal("policy-fault", cjson.decode((runtime:ask("doctor", { now = NOW }))).ailments[1].code)
        command.must 'rm -rf "$state"; touch "$state"'
        for _, name in ipairs { "status", "gc" } do
            local text, status, _, code = runtime:ask(name, {})
            assert.same({ "failed", "state-unusable" }, { status, code }, text)
        end
    end)

    it("snoozes, ignores and forgets as the commands do", function()
        check()
        for _, one in ipairs {
            { "snooze", { seconds = 3600, now = NOW }, { "snooze", env, "1h", "--now", NOW } },
            { "snooze", { ["until"] = NOW + 60, now = NOW }, { "snooze", env, "60s", "--now", NOW } },
            { "snooze", {}, { "snooze", env, "--off" } },
            { "ignore", { packages = { "curl", "linux-*" } }, { "ignore", env, "curl" } },
            { "unignore", { packages = { "curl" } }, { "ignore", env, "--off", "curl" } },
            { "unignore", {}, { "ignore", env, "--off" } },
        } do
            local answer, status, _, text = call(one[1], one[2])
            assert.equal("ok", status, answer.error)
            local words = one[3]
            table.move({ "--json", "--state-dir", state }, 1, 3, #words + 1, words)
            assert.equal(text .. "\n", command.run(table.unpack(words)).out)
        end
        assert.same({ schema = 1, environment = env, forgotten = true }, (call "forget"))
        assert.same({ schema = 1, environment = env, forgotten = false }, (call "forget"))
    end)

    it("says no to what it does not know, with what was meant", function()
        for request, wrong in pairs {
            ['{"schema":1,"call":"notfy"}'] = "no call 'notfy'; did you mean 'notify'?",
            ['{"schema":1,"call":"notify"}'] = "call 'notify': 'environment' is missing: expected a path",
            ['{"schema":1,"call":"notify","environment":"/e","hnit":"x"}'] = "call 'notify': no option 'hnit'; did you mean 'hint'?",
            ['{"schema":1,"call":"notify","environment":null}'] = "'environment' is missing",
            ['{"schema":1,"call":"notify","environment":"/e","mode":"bogus"}'] = "'mode': expected \"activate\"",
            ['{"schema":2,"call":"notify"}'] = "'schema' is missing or not the number 1",
            ['{"call":"notify"}'] = "'schema' is missing or not the number 1",
            ['{"schema":1}'] = "'call' is missing",
            ['{"schema":1,"call":7}'] = "'call' is missing",
            ['{"schema":1,"call":"snooze","environment":"/e","seconds":1,"until":2}'] = "either 'seconds' or 'until'",
            ['{"schema":1,"call":"snooze","environment":"/e","until":2}'] = "'until' is past",
            ['{"schema":1,"call":"snooze","environment":"/e","until":"9999-12-31"}'] = "'until' is more than 100 years away",
            ['{"schema":1,"call":"snooze","environment":"/e","until":99999999999999}'] = "up to the year 9999",
            ['{"schema":1,"call":"snooze","environment":"/e","seconds":"9999w"}'] = "100 years at most",
            ['{"schema":1,"call":"version_compare","a":"1","b":"2","scheme":"semvr"}'] = "no version order 'semvr'; did you mean 'semver'?",
            ['{"schema":1,"call":"check_commit","check":"check-9","upgraded":""}'] = "no check 'check-9' is open",
            ["[1]"] = "'call' is missing", ["7"] = "an object of JSON", ["{"] = "Expected", [""] = "Expected", ["\0"] = "Expected",
            [("["):rep(5000)] = "too many nested", [(" "):rep((1 << 26) + 1)] = "longer than",
        } do
            local text, status, message = runtime:call(request)
            local answer = cjson.decode(text)
            assert.same({ "usage", "usage", 1, message }, { status, answer.code, answer.schema, answer.error })
            assert.is_truthy(message:find(wrong, 1, true), message)
            assert.is_true(#text < 1000)
        end
    end)

    it("fails in words, and in UTF-8", function()
        local answer, status, message = call("show", { environment = work .. "/caf\xe9" })
        assert.same({ "failed", "environment-missing", 1 }, { status, answer.code, answer.schema })
        assert.is_truthy(utf8.len(answer.error) and answer.error:find("caf\u{fffd}", 1, true), message)
        local text
        answer, status, message, text = call "show"
        assert.same({ "failed", env .. ": no check has run yet", "not-checked", message },
            { status, answer.error, answer.code, answer.error })
        assert.is_truthy(utf8.len(text))
    end)

    it("is over with its runtime", function()
        runtime:close()
        assert.equal("usage", select(2, runtime:call '{"schema":1,"call":"version"}'))
    end)

    it("that falls over a fault of ours says so", function()
        runtime.changes = function() error "oh no" end
        local answer, status = call "changes"
        assert.same({ "failed", "fault" }, { status, answer.code })
        assert.is_truthy(answer.error:find "^a fault of upnudge: .*oh no$", answer.error)
    end)
end)

describe("a check by calls", function()
    it("is begun, committed, and gone", function()
        local begun, status = call("check_begin", { max_age = 0 })
        assert.same({ "ok", "begun", env, env .. "/.flox/env/manifest.lock" }, { status, begun.outcome, begun.environment, begun.lockfile })
        assert.equal("busy", select(2, open():ask("check_begin", { environment = env })))
        local answer
        answer, status = call("check_commit", { environment = false, check = begun.check, upgraded = upgraded(), security = { "curl" } })
        assert.same({ "ok", "checked", 12 }, { status, answer.outcome, answer.changes })
        local fixes = 0
        for _, change in ipairs(call "changes".changes) do
            fixes = fixes + (change.security and 1 or 0)
        end
        assert.is_true(fixes > 0)
        answer, status = call("check_commit", { environment = false, check = begun.check, upgraded = upgraded() })
        assert.same({ "usage", "no check '" .. begun.check .. "' is open" }, { status, answer.error })
        answer, status = call "check_begin"
        assert.same({ "fresh", "fresh" }, { status, answer.outcome })
    end)

    it("takes the reports of scanners, and goes on where one makes no sense", function()
        local begun = call("check_begin", { max_age = 0 })
        local commit = { environment = false, check = begun.check, upgraded = upgraded(), scan = '{"results":[' }
        local answer, status = call("check_commit", commit)
        assert.same({ "usage", "'scan':1:13:" }, { status, answer.error:sub(1, 12) })
        commit.scan = '{"results":[{"packages":[{"package":{"name":"curl","version":"8.9.0"},"vulnerabilities":[{"id":"CVE-1"}]}]}]}'
        commit.scan_upgraded = '{"results":[]}'
        answer, status = call("check_commit", commit)
        assert.same({ "ok", "checked" }, { status, answer.outcome })
        local ids = {}
        for _, change in ipairs(call "changes".changes) do
            ids[#ids + 1] = change.fixes and change.fixes[1].id
        end
        assert.equal("CVE-1", ids[1])
    end)

    it("is failed, waited for, and aborted", function()
        local begun = call "check_begin"
        local answer, status = call("check_fail", { environment = false, check = begun.check, reason = "no network" })
        assert.same({ "ok", "failed", "no network" }, { status, answer.outcome, answer.reason })
        assert.equal("later", select(2, call "check_begin"))
        begun = call("check_begin", { max_age = "0s" })
        answer, status = call("check_abort", { environment = false, check = begun.check })
        assert.same({ "ok", "aborted" }, { status, answer.outcome })
        begun = call("check_begin", { max_age = 0 })
        answer, status = call("check_commit", { environment = false, check = begun.check, upgraded = "no lockfile" })
        assert.same({ "failed", "failed" }, { status, answer.outcome })
        assert.is_true(#answer.reason > 0)
    end)

    it("goes on when what it is told makes no sense", function()
        local begun = call "check_begin"
        local selectors = {}
        for i = 1, 101 do
            selectors[i] = i .. "*"
        end
        local answer, status = call("check_commit", { environment = false, check = begun.check, upgraded = upgraded(), security = selectors })
        assert.equal("usage", status)
        assert.is_truthy(answer.error:find("more packages than are looked at", 1, true), answer.error)
        assert.equal("ok", select(2, call("check_commit", { environment = false, check = begun.check, upgraded = upgraded() })))
    end)

    it("ends with its runtime, and frees its lock", function()
        assert.equal("begun", call "check_begin".outcome)
        runtime:close()
        runtime = open()
        local begun = call "check_begin"
        assert.equal("begun", begun.outcome, begun.reason)
    end)

    it("is one of sixteen at most", function()
        for i = 1, 17 do
            local place = ("%s/shop-%d"):format(work, i)
            command.must('cp -r "$env" %s', place)
            local answer, status = call("check_begin", { environment = place })
            assert.equal(i < 17 and "ok" or "usage", status)
            assert.equal(i == 17, (answer.error or ""):find "16 checks are open already" ~= nil)
        end
    end)

    it("has words of any length, which are told cut", function()
        local text = calls.ask(runtime, ("x"):rep(1e6), {})
        assert.is_true(#text < 500)
        text = calls.ask(runtime, "check_fail", { check = ("\27"):rep(1e4), reason = "x" })
        assert.is_true(#text < 500 and not text:find "\27", text)
    end)
end)

describe("the clock", function()
    it("of a notice may be made up, and then nothing is remembered", function()
        check()
        for _ = 1, 2 do
            assert.is_true(call("notify", { tty = true, now = NOW + HOUR }).notified)
        end
        assert.is_true(call("notify", { tty = true }).notified)
        assert.is_false(call("notify", { tty = true }).notified)
    end)
end)
