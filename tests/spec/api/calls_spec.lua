--- What the C API has beside notices and checks, by a host in C.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local OK <const>, ERROR <const>, USAGE <const>, FRESH <const>, BUSY <const>, LATER <const> = 0, 1, 2, 3, 4, 5
local HOST <const> = ("%s/%s/tests/host/calls"):format(command.root, command.build)

local work, env, state, policy

before_each(function()
    work, env, state = stage.set()
    policy = ""
end)

after_each(stage.strike)

--- What the host tells: the status, and the answer or the words; and what it logged.
local function host(thing, ...)
    local words = { HOST, state, policy, thing, ... }
    local said = command.shell(("%s "):rep(#words), table.unpack(words))
    assert.equal(0, said.code, said.err)
    local status, code, retry_at, answer = said.out:match "^(%d) ([%l-]+) (%d+)\n(.*)\n$"
    assert.is_truthy(status, said.out .. said.err)
    return math.tointeger(status), answer, said.err, code, math.tointeger(retry_at)
end

local function check(...)
    local status, words = host("check", env, stage.NEW, ...)
    assert.equal(OK, status, words)
end

--- What the command prints of the same.
local function run(...)
    return command.run(...).out:gsub("\n$", "")
end

describe("a host in C", function()
    it("is told every change, with those that mend a security problem", function()
        check("curl", "lib*", "python3@0")
        local status, answer = host("changes", env)
        assert.equal(OK, status, answer)
        assert.equal(run("show", env, "--changes", "--json", "--state-dir", state), answer)
        local fixes = {}
        for _, change in ipairs(cjson.decode(answer).changes) do
            fixes[change.name] = fixes[change.name] or change.security or false
        end
        assert.same({ curl = true, python3 = false, coreutils = false }, fixes)
    end)

    it("is told why, in the words of the command", function()
        check()
        local status, answer = host("explain", env, "acme show")
        assert.equal(OK, status, answer)
        assert.equal(run("explain", env, "--tty", "--hint", "acme show", "--json", "--state-dir", state), answer)
        assert.is_true(cjson.decode(answer).notified)
    end)

    it("says for a person what to be silent about, and forgets", function()
        check()
        assert.equal(OK, (host("snooze", env, 3600)))
        assert.is_truthy(select(2, host("notify", env, "x")):find "^snoozed for ")
        assert.equal(OK, (host("snooze", env, 0)))
        assert.equal(OK, (host("snooze-all", 3600)))
        assert.is_truthy(select(2, host("notify", env, "x")):find "^all environments are snoozed for ")
        assert.equal(OK, (host("snooze-all", 0)))
        for _, name in ipairs { "curl", "python3", "coreutils" } do
            assert.equal(OK, (host("ignore", env, name)))
        end
        assert.equal("nothing newer that is not ignored", select(2, host("notify", env, "x")))
        assert.equal(OK, (host("unignore", env, "curl")))
        assert.equal("1 version change available in webshop.", select(2, host("notify", env, "")))
        assert.equal(OK, (host("unignore", env, "")))
        assert.equal("", run("ignore", env, "--state-dir", state))
        assert.equal(OK, (host("forget", env)))
        assert.equal("no check has run yet", select(2, host("notify", env, "x")))
        local status, words = host("changes", env)
        assert.same({ ERROR, env .. ": no check has run yet" }, { status, words })
    end)

    it("hears what makes no sense as usage, with words and no answer", function()
        for _, case in ipairs {
            { "environment is NULL", "changes", "" }, { "environment is NULL", "snooze", "", 5 }, { "environment is NULL", "forget", "" },
            { "selector names nothing", "ignore", env, "" }, { "'seconds': expected seconds", "snooze", env, -1 },
            { "'seconds': expected seconds", "snooze-all", -1 },
            { "environment is empty", "explain", "", "x" }, { "request is NULL", "call", "" },
            { "is longer than a package can be called", "check", env, stage.NEW, ("x"):rep(1000) },
            { "selector names nothing", "check", env, stage.NEW, "" },
        } do
            local status, words, _, code = host(table.unpack(case, 2))
            assert.same({ USAGE, "usage" }, { status, code }, words)
            assert.is_truthy(words:find(case[1], 1, true), words)
        end
        local many = {}
        for i = 1, 101 do
            many[i] = i .. "*"
        end
        local status, words = host("check", env, stage.NEW, table.unpack(many))
        assert.same({ USAGE, "upnudge_check_security: more packages than are looked at: 20000, and 100 with a star" }, { status, words })
    end)

    it("has one entry of JSON", function()
        local status, answer = host("call", '{"schema":1,"call":"version"}')
        assert.same({ OK, "0.1.0" }, { status, cjson.decode(answer).version:match "^0%.1%.0" })
        for call, expected in pairs { status = '{"schema":1,"environments":[', doctor = '{"schema":1,"well":true,"ailments":[],"places":[',
            gc = '{"schema":1,"dry_run":false,"removed":[],"failed":[],"kept":' } do
            status, answer = host("call", '{"schema":1,"call":"' .. call .. '"}')
            assert.same({ OK, 1 }, { status, (answer:find(expected, 1, true)) }, answer)
        end
        status, answer = host("call", '{"schema":1,"call":"snoze"}')
        assert.equal(USAGE, status)
        assert.is_truthy(cjson.decode(answer).error:find "did you mean 'snooze'")
        local begin = cjson.encode { schema = 1, call = "check_begin", environment = env }
        local commit = cjson.encode { call = "check_commit", upgraded = command.read(stage.NEW) }:sub(2, -2)
        status, answer = host("call-twice", begin, commit)
        assert.same({ OK, "checked", 12 }, { status, cjson.decode(answer).outcome, cjson.decode(answer).changes })
        assert.equal(FRESH, (host("call", begin)))
    end)

    it("leaves no check behind that a call has begun and nobody ended", function()
        local begin = cjson.encode { schema = 1, call = "check_begin", environment = env, max_age = 0 }
        for _ = 1, 2 do
            assert.equal(OK, (host("call", begin)))
        end
        assert.equal(OK, (host("call-twice", begin, '"call":"check_abort"')))
    end)

    it("hears that another process is checking", function()
        command.must '"$upnudge" check "$env" --state-dir "$state" --new "$new"'
        stage.start [[ "$upnudge" check "$env" --state-dir "$state" --max-age 0 -- sh -c 'echo yes >"$work/begun"; sleep 1000' ]]
        stage.await_file(work .. "/begun")
        local status, words, _, code = host("forget", env)
        assert.same({ BUSY, "another process is checking " .. env, "busy" }, { status, words, code })
    end)

    it("hears which reason an answer has", function()
        local function code(thing, ...)
            return (select(4, host(thing, env, ...)))
        end
        assert.same({ "not-checked", "not-checked" }, { code("notify", "x"), code "changes" })
        check()
        assert.same({ "notified", "not-due", "none" }, { code("notify", "x"), code("notify", "x"), code "changes" })
        assert.equal("environment-missing", select(4, host("changes", work .. "/nowhere")))
        assert.equal("environment-missing", select(4, host("notify", work .. "/nowhere", "x")))
        assert.equal("upgrade-unparsable", code("check", "/dev/zero"))
        assert.equal("usage", select(4, host("call", "{")))
        policy = stage.policy '{ api = 1, nmae = "p" }'
        assert.same({ "policy-fault", "not-due" }, { code("notify", "x"), code("notify", "x") })
        command.must 'rm -r "$state"; echo >"$state"'
        assert.equal("cannot-remember", code("snooze", 60))
    end)

    it("hears why it has no handle that serves", function()
        policy, state = "", "relative"
        local status, _, _, code = host("notify", env, "x")
        assert.same({ USAGE, "usage" }, { status, code })
    end)

    it("hears when a check is worth it again", function()
        local before = os.time()
        local status, _, _, code, retry_at = host("check", env, work .. "/nowhere")
        assert.same({ OK, "none" }, { status, code })
        assert.is_true(retry_at >= before + 300 and retry_at <= os.time() + 300, retry_at)
        for _, thing in ipairs { { "detach", env, 0, "true" }, { "call", '{"schema":1,"call":"check_begin","environment":"' .. env .. '"}' } } do
            local later, words, _, why, again = host(table.unpack(thing))
            assert.same({ LATER, "later", retry_at }, { later, why, again }, words)
        end
        check()
        status, _, _, code, retry_at = host("detach", env, 0, "true")
        assert.same({ FRESH, "fresh" }, { status, code })
        assert.is_true(retry_at >= before + stage.DAY and retry_at <= os.time() + stage.DAY, retry_at)
        assert.equal(0, select(5, host("changes", env)))
    end)

    it("has a name for each reason of the list, and none for others", function()
        local expected = {}
        for number = -1, 99 do
            local reason = require "upnudge.lib.reasons".list[number]
            expected[#expected + 1] = number .. " " .. (reason and reason.name or "none")
        end
        assert.equal(table.concat(expected, "\n") .. "\nmemory 1 0\n", command.must(command.quote(HOST) .. " reasons"))
    end)
end)

describe("the log of a host", function()
    it("is empty while all is well", function()
        check()
        for _, thing in ipairs { "notify", "explain" } do
            assert.equal("", select(3, host(thing, env, "x")))
        end
    end)

    it("is told of a broken policy, once, in one line", function()
        policy = stage.policy '{ api = 1, nmae = "p",\n hnit = 5 }'
        local _, reason, log = host("notify", env, "x")
        assert.is_truthy(log:find "^log 2: [^\n]*policy%.lua:%d+: policy has no key 'nmae'[^\n]*\n$", log)
        assert.is_truthy(reason:find("has a mistake; using 'default'", 1, true), reason)
        policy = stage.policy '{ api = 1, name = "p", rules = { u.rule "r" { when = function(c) return c.result.nothing end, quiet = true } } }'
        check()
        log = select(3, host("notify", env, "x"))
        assert.is_truthy(log:find "^log 2: [^\n]*has no field 'nothing'[^\n]*\n$", log)
    end)

    it("is told of checks that failed, and of a record that was set aside, when the lock is free", function()
        local log = select(3, host("check", env, work .. "/nowhere"))
        assert.equal(("log 1: the check of %s failed: no lockfile came\n"):format(env), log)
        log = select(3, host("check", env, "/dev/zero"))
        assert.is_truthy(log:find "^log 1: the check of [^\n]+ failed: the upgraded lockfile[^\n]+\n$", log)
        command.must 'for record in "$state"/*/record.json; do echo "{" >"$record"; done'
        log = select(3, host("check", env, stage.NEW))
        assert.is_truthy(log:find "^log 1: a record was set aside: [^\n]+record%.json is broken: [^\n]+\n$", log)
        log = select(3, host("check", work .. "/nowhere", stage.NEW))
        assert.is_truthy(log:find "^log 1: the check of [^\n]+/nowhere failed: [^\n]+\n$", log)
    end)

    it("has no control byte in it, and is no longer than a line", function()
        command.must 'mkdir "$work/a"'
        local name = ("x"):rep(200)
        local path = work .. ("/" .. name):rep(15) .. "/\27[31m\n"
        local log = select(3, host("notify", path, "x"))
        assert.is_truthy(log:find "^log 1: [^\n\27]+\n$", log)
        assert.is_true(#log < 2100)
    end)
end)
