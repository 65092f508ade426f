--- What somebody snoozes, and how far a policy lets them.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local NOW <const>, DAY <const> = stage.NOW, stage.DAY

local work, env

before_each(function()
    work, env = stage.set()
end)

after_each(stage.strike)

--- A command about records at a time, with the words behind it: its JSON.
local function ask(now, name, ...)
    local said = command.run(name, "--json", "--state-dir", work .. "/state", "--now", now, ...)
    return cjson.decode(said.out), said.code
end

--- A policy that always wants to speak, with what else it says.
local function policy(snooze)
    return stage.policy('{ api = 1, name = "p", snooze = ' .. snooze .. ', rules = { u.rule "r" { notify = u.always(), text = "hear" } } }',
        "policy" .. #snooze)
end

local function check(path, security)
    command.write(work .. "/security.txt", security or "")
    command.must('"$upnudge" check %s --state-dir "$state" --now %d --max-age 0 --new "$new" --security "$work/security.txt"', path, NOW)
end

local function code(now, path, ...)
    return ask(now, "notify", path, "--tty", ...).code
end

--- The name of a package that has an upgrade.
local function upgraded()
    return cjson.decode(command.run("show", "--changes", "--json", "--state-dir", work .. "/state", env).out).changes[1].name
end

describe("a snooze under a policy that bounds it", function()
    it("ends that long after it was said, whatever was said", function()
        check(env)
        local path = policy '{ max = "2d" }'
        local said = ask(NOW, "snooze", env, "9d", "--policy", path)
        assert.same({ NOW + 2 * DAY, true }, { said.snoozed_until, said.limited })
        assert.equal("snoozed", code(NOW + 2 * DAY - 1, env, "--policy", path))
        assert.equal("notified", code(NOW + 2 * DAY, env, "--policy", path))
        -- Under another policy it is what was said.
        assert.equal("snoozed", code(NOW + 2 * DAY, env, "--policy", policy "{}"))
        local told = command.must('"$upnudge" snooze %s 9d --state-dir "$state" --now %d --policy %s', env, NOW, path)
        assert.is_truthy(told:find(", which is as long as the policy allows\n", 1, true), told)
        local report = ask(NOW + 10, "explain", env, "--tty", "--policy", path)
        assert.equal("it is snoozed until 2027-01-17T08:00:00Z, which is as long as the policy allows", report.warnings[1])
        assert.equal(NOW + 2 * DAY, ask(NOW + 10, "status", env, "--policy", path).snoozed_until)
    end)

    it("is not told of that where it is shorter", function()
        check(env)
        local said = ask(NOW, "snooze", env, "1d", "--policy", policy '{ max = "2d" }')
        assert.same({ NOW + DAY, nil, nil }, { said.snoozed_until, said.limited, said.security })
    end)
end)

describe("a snooze under a policy that lets security fixes through", function()
    local path

    before_each(function()
        path = policy "{ security = false }"
    end)

    it("holds back what mends nothing, and not what does", function()
        check(env)
        local said = ask(NOW, "snooze", env, "9d", "--policy", path)
        assert.is_false(said.security)
        assert.equal("snoozed", code(NOW + 1, env, "--policy", path))
        assert.same({}, ask(NOW + 1, "explain", env, "--tty", "--policy", policy "{}").warnings)
        local name = upgraded()
        check(env, name)
        assert.equal("notified", code(NOW + 1, env, "--policy", path))
        assert.equal("snoozed", code(NOW + 1, env, "--policy", policy "{}"))
        assert.equal("it is snoozed until 2027-01-24T08:00:00Z; the policy lets security fixes through",
            ask(NOW + 1, "explain", env, "--tty", "--policy", policy "{ security = false }").warnings[1])
        -- What is ignored is no fix that anybody waits for.
        command.must('"$upnudge" ignore %s %s --state-dir "$state"', env, name)
        assert.equal("snoozed", code(NOW + 1, env, "--policy", policy "{ security = false }"))
    end)

    it("shows them at a prompt, too", function()
        check(env, nil)
        local name = upgraded()
        check(env, name)
        local function segment(snooze)
            return command.must('cd %s && "$upnudge" prompt --json --state-dir "$state" --policy %s', env, policy(snooze))
        end
        command.must('"$upnudge" snooze %s 9d --state-dir "$state"', env)
        assert.equal("snoozed", cjson.decode(segment "{}").code)
        assert.equal(1, cjson.decode(segment "{ security = false }").security)
        command.must('"$upnudge" snooze %s --off --state-dir "$state"', env)
        command.must '"$upnudge" snooze --all 9d --state-dir "$state"'
        assert.equal("snoozed", cjson.decode(segment "{}").code)
        assert.equal(1, cjson.decode(segment "{ security = false }").security)
    end)
end)

describe("a snooze of all environments", function()
    local other, path

    before_each(function()
        other, path = work .. "/other", policy "{}"
        command.must('cp -r "$env" "$work/other"')
        check(env)
    end)

    it("is of each, of those that are checked first meanwhile, and of no other app", function()
        assert.same({ schema = 1, all = true, snoozed_until = NOW + 3 * DAY }, (ask(NOW, "snooze", "--all", "3d")))
        check(other)
        for _, one in ipairs { env, other } do
            local answer = ask(NOW + 1, "notify", one, "--tty", "--policy", path)
            assert.same({ "snoozed", "all environments are snoozed for 2 days more", NOW + 3 * DAY },
                { answer.code, answer.reason, answer.next_at })
            assert.equal("notified", code(NOW + 3 * DAY, one, "--policy", path))
            assert.equal(NOW + 3 * DAY, ask(NOW + 1, "status", one).all_snoozed_until)
        end
        for _, one in ipairs(ask(NOW + 1, "status", "--all").environments) do
            assert.equal(NOW + 3 * DAY, one.all_snoozed_until)
        end
        local told = command.must('"$upnudge" status "$env" --state-dir "$state" --now %d', NOW + 1)
        assert.is_truthy(told:find("\nall snoozed    ends in 2 days\n", 1, true), told)
        assert.equal("all environments are snoozed until 2027-01-18T08:00:00Z", ask(NOW + 1, "explain", env, "--tty", "--policy", path).warnings[1])
        assert.equal("all environments are snoozed until 2027-01-18T08:00:00Z; 'upnudge snooze --all --off' ends that",
            ask(NOW + 1, "doctor").remarks[1].message)
        assert.same({ schema = 1, all = true }, (ask(NOW + 2, "snooze", "--all", "--off")))
        assert.equal("notified", code(NOW + 3, env, "--policy", path))
    end)

    it("spends no notice, and costs a quiet activation nothing", function()
        local once = stage.policy '{ api = 1, name = "p", rules = { u.rule "r" { notify = u.once(), text = "hear" } } }'
        ask(NOW, "snooze", "--all", "1d")
        assert.equal("snoozed", code(NOW + 1, env, "--policy", once))
        assert.equal("notified", code(NOW + DAY, env, "--policy", once))
    end)

    it("is bounded as others are, and lets through what they let through", function()
        local bounded = policy '{ max = "1d", security = false }'
        local said = ask(NOW, "snooze", "--all", "3d", "--policy", bounded)
        assert.same({ NOW + DAY, true, false }, { said.snoozed_until, said.limited, said.security })
        assert.equal("snoozed", code(NOW + 1, env, "--policy", bounded))
        assert.equal("notified", code(NOW + DAY, env, "--policy", bounded))
        local name = upgraded()
        check(other, name)
        assert.equal("notified", code(NOW + 1, other, "--policy", bounded))
    end)

    it("is one thing or the other, and needs no project here", function()
        for _, words in ipairs { { "--all" }, { "--all", env, "3d" }, { "--all", "--lockfile", "x", "3d" }, { "--all", "3d", "--off" },
            { "--all", "soon" } } do
            local answer, exit = ask(NOW, "snooze", table.unpack(words))
            assert.same({ "usage", 2 }, { answer.code, exit }, table.concat(words, " "))
        end
        command.must 'cd / && "$upnudge" snooze --all 3d --state-dir "$state"'
    end)

    it("is a call of bindings, too", function()
        local runtime = stage.open({ state_dir = work .. "/state", policy = path }, function() return NOW end, {})
        assert.same({ schema = 1, all = true, snoozed_until = NOW + 60 }, cjson.decode((runtime:call(
            '{"schema":1,"call":"snooze","all":true,"seconds":60}'))))
        assert.equal("snoozed", runtime:notify(env, { tty = true }).code)
        assert.same({ all = true }, runtime:snooze_all())
        assert.equal("notified", runtime:notify(env, { tty = true }).code)
        assert.same({ all = true, snoozed_until = NOW + 2 * DAY }, runtime:snooze_all "2d")
        assert.equal("usage", select(3, runtime:snooze_all "soon"))
        for _, text in ipairs { '{"schema":1,"call":"snooze","seconds":60}',
            ('{"schema":1,"call":"snooze","all":true,"environment":%q,"seconds":60}'):format(env) } do
            assert.equal("usage", cjson.decode((runtime:call(text))).code, text)
        end
    end)
end)
