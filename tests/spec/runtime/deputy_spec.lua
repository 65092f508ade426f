--- What stands in for a policy that has a mistake.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local NOW <const>, DAY <const> = stage.NOW, stage.DAY

local work, env, state, now, variables

before_each(function()
    work, env, state = stage.set()
    now, variables = NOW, {}
end)

after_each(stage.strike)

-- Says who speaks, each time.
local SAYS <const> = '{ api = 1, name = "p", rules = { u.rule "r" { notify = u.always(), text = %q } } }'
local BROKEN <const> = '{ api = 1, name = "p",\n  ruels = {} }'
local RAISES <const> = '{ api = 1, name = "p", rules = { u.rule "r" { when = function(c) return c.nothing.at.all end, '
    .. 'notify = u.always() } } }'

local function open(policy)
    return (assert(stage.open({ state_dir = state, policy = policy }, function() return now end, variables)))
end

--- A check that found something, by a policy of that text.
local function checked(text)
    local runtime = open(stage.policy(text))
    local check = runtime:check_begin(env, { max_age = 0 })
    assert(check.state == "begun", check.reason)
    assert(check:commit(command.read(stage.NEW)))
    now = now + 60
    return runtime
end

local function notify(runtime, activation)
    activation = activation or { tty = true }
    local told = runtime:explain(env, activation)
    local decision = runtime:notify(env, activation)
    assert.same({ told.notify, told.text, told.code, told.policy_fault, told.deputy },
        { decision.notify, decision.text, decision.code, decision.policy_fault, decision.deputy })
    return decision
end

describe("a policy with a mistake", function()
    it("is replaced by the last one of its path that answered", function()
        assert.equal("the first", notify(checked(SAYS:format "the first")).text)
        local good = now
        now = now + DAY
        local runtime = open(stage.policy(BROKEN))
        local decision = notify(runtime)
        assert.is_truthy(decision.text:find("^the first\npolicy .*/policy.lua has a mistake; using the one of "
            .. os.date("!%Y", good) .. "%-"), decision.text)
        assert.equal("r", decision.rule)
        assert.is_truthy(runtime.policy_fault:find("policy.lua:3: policy has no key 'ruels'; did you mean 'rules'?", 1, true))
        -- Once a day.
        assert.equal("the first", notify(runtime).text)
        now = now + DAY
        assert.is_truthy(notify(open(work .. "/policy.lua")).text:find("has a mistake since 20", 1, true))
    end)

    it("is kept as it is when it answers, and not before; the first one at a check", function()
        local runtime = checked(SAYS:format "the first")
        open(stage.policy(SAYS:format "the second"))
        assert.equal("the first", notify(open(stage.policy(BROKEN)), { tty = false }).text)
        assert.equal("the second", notify(open(stage.policy(SAYS:format "the second")), { tty = false }).text)
        assert.equal("the second", notify(open(stage.policy(BROKEN)), { tty = false }).text)
        -- A runtime that stays open goes the same way.
        assert.equal("the second", notify(runtime, { tty = false }).text)
    end)

    it("is replaced by the ready-made default where nothing is kept, and by the machine's where it is a person's", function()
        checked(SAYS:format "elsewhere")
        assert.equal("default", notify(open(stage.policy(BROKEN, "other"))).rule)
        variables.XDG_CONFIG_HOME, variables.XDG_CONFIG_DIRS = work .. "/person", work .. "/machine"
        command.must 'mkdir -p "$work/person/upnudge" "$work/machine/upnudge"'
        stage.policy(BROKEN, "person/upnudge/policy")
        now = now + 8 * DAY
        assert.equal("default", notify(open()).rule)
        stage.policy(SAYS:format "the machine", "machine/upnudge/policy")
        assert.equal("the machine", notify(open(), { tty = false }).text)
        assert.equal("the machine's, " .. work .. "/machine/upnudge/policy.lua", open().deputy.words)
    end)

    it("has those of its files as they are that are sound", function()
        local path = stage.policy('{ api = 1, name = "top", extends = "base", rules = { u.rule "r" { notify = u.always(), '
            .. 'text = "top" } } }', "top")
        local base = '{ api = 1, name = "base", rules = { u.rule "ci" { when = function(c) return not c.host.tty end, quiet = "x" } } }'
        stage.policy(base, "base")
        checked(SAYS:format "another")
        assert.equal("top", notify(open(path)).text)
        stage.policy(base:gsub("quiet", "qiuet"), "base")
        command.write(path, (command.read(path):gsub('"top" } }', '"newer top" } }')))
        assert.equal("newer top", notify(open(path), { tty = true, mode = "command" }).text)
        -- A base that is gone is a mistake, too.
        command.must 'rm "$work/base.lua"'
        assert.equal("top", notify(open(path), { tty = true, mode = "command" }).text)
        command.must('rm %s', path)
        assert.equal("top", notify(open(path), { tty = true, mode = "command" }).text)
    end)

    it("may be the middle of three, of which the others go on", function()
        variables.XDG_CONFIG_HOME, variables.XDG_CONFIG_DIRS = work .. "/person", work .. "/machine"
        command.must 'mkdir -p "$work/person/upnudge" "$work/machine/upnudge"'
        local own = '{ api = 1, name = "own", rules = { u.rule "own" { when = function(c) return c.host.mode == "in-place" end, '
            .. 'notify = u.always(), text = %q } } }'
        local middle = '{ api = 1, name = "m", extends = "default", rules = { u.rule "middle" { final = %s, '
            .. 'when = function(c) return c.host.attributes.talk == "no" end, quiet = "the middle" } } }'
        for _, final in ipairs { "true", "nil" } do
            stage.policy(own:format "mine", "person/upnudge/policy")
            stage.policy(middle:format(final), "machine/upnudge/policy")
            checked(SAYS:format "elsewhere")
            assert.equal("mine", notify(open(), { tty = true, mode = "in-place" }).text)
            assert.equal("middle", notify(open(), { tty = true, attributes = { talk = "no" } }).rule)
            command.must 'rm -f "$state"/last-good/fault.json'
            stage.policy(middle:format(final):gsub("quiet", "qiuet"), "machine/upnudge/policy")
            stage.policy(own:format "still mine", "person/upnudge/policy")
            local decision = notify(open(), { tty = true, mode = "in-place" })
            assert.is_truthy(decision.text:find("^still mine\npolicy .*/machine/upnudge/policy.lua has a mistake; using the one of 20"))
            assert.equal("middle", notify(open(), { tty = true, attributes = { talk = "no" } }).rule)
            assert.equal("command", notify(open(), { tty = true, mode = "command" }).rule)
            local list = require "upnudge.runtime.doctor".ailments(open(), now)
            assert.same({ "policy-fault", work .. "/machine/upnudge/policy.lua" }, { list[1].code, list[1].where })
            assert.is_truthy(list[1].message:find("qiuet", 1, true), list[1].message)
        end
    end)

    it("fails no check, which says so", function()
        checked(SAYS:format "the first")
        stage.policy(BROKEN)
        local said = command.run("check", env, "--state-dir", state, "--policy", work .. "/policy.lua", "--new", stage.NEW,
            "--max-age", "0", "--json")
        assert.equal(0, said.code, said.out .. said.err)
        local answer = cjson.decode(said.out)
        assert.equal("checked", answer.outcome)
        assert.is_truthy(answer.policy_fault:find "did you mean 'rules'%?")
        said = command.run("check", env, "--state-dir", state, "--policy", work .. "/policy.lua", "--new", stage.NEW)
        assert.is_truthy(said.err:find("upnudge: warning: policy .*/policy.lua has a mistake; the one of 20.* is used in its "
            .. "place: .*policy.lua:3: "), said.err)
        local check = open(work .. "/policy.lua"):check_begin(env, { max_age = 0 })
        assert.same({ "begun", true }, { check.state, check.policy_fault ~= nil })
        check:abort()
    end)

    it("may be made for a later upnudge, and is told so alone", function()
        checked(SAYS:format "the first")
        local runtime = open(stage.policy '{ api = 2, name = "p", novelty = u.novel { 1 },\n rulez = {} }')
        assert.equal(work .. "/policy.lua:2: made for a later upnudge (api 2); this one knows api 1: upgrade upnudge",
            runtime.policy_fault)
        assert.equal("the first", notify(runtime, { tty = false }).text)
        local said = command.run("policy", "check", work .. "/policy.lua")
        assert.same({ 1, true }, { said.code, (said.out .. said.err):find("api = 2, name", 1, true) ~= nil })
    end)

    it("is told by doctor, status and explain", function()
        checked(SAYS:format "the first")
        local path = stage.policy(BROKEN)
        notify(open(path))
        now = now + 60
        local doctor = cjson.decode(command.run("doctor", "--state-dir", state, "--policy", path, "--json", "--now", now).out)
        assert.equal("policy-fault", doctor.ailments[1].code)
        assert.is_truthy(doctor.remarks[#doctor.remarks].message:find "^the one of 20.* is used in its place, since 2027%-01%-15T08")
        local status = command.run("status", env, "--state-dir", state, "--policy", path)
        assert.same({ 0, true }, { status.code, status.err:find("has a mistake", 1, true) ~= nil })
        local told = command.run("explain", env, "--state-dir", state, "--policy", path, "--json", "--tty", "--now", now)
        local report = cjson.decode(told.out)
        assert.same({ 0, "notified", "r" }, { told.code, report.code, report.rules[1].rule })
        assert.is_truthy(report.policy_fault:find("ruels", 1, true))
        assert.is_truthy(report.deputy:find "^the one of 20")
        assert.is_truthy(report.warnings[1]:find "has a mistake, since 2027%-01%-15T08.* is used in its place: ")
    end)

    it("is told to a person at a terminal, and to nobody else; also where nothing is to be said", function()
        checked(SAYS:format "the first")
        command.must 'rm -r "$state"/last-good'
        local path = stage.policy(BROKEN)
        variables.CI = "1"
        assert.is_nil(notify(open(path)).text)
        variables = { CLAUDECODE = "1" }
        assert.is_nil(notify(open(path)).text)
        variables = { UPNUDGE_QUIET = "1" }
        assert.equal("opted-out", notify(open(path)).code)
        variables = {}
        assert.is_nil(notify(open(path), { tty = false }).text)
        assert.is_nil(notify(open(path), { tty = true, mode = "command", command = "make" }).text)
        local decision = notify(open(path), { tty = true, active = true })
        assert.same({ true, "policy-fault" }, { decision.notify, decision.code })
        assert.is_truthy(decision.text:find "^policy .* has a mistake; using 'default'; see 'upnudge doctor'$", decision.text)
        assert.equal("already-active", notify(open(path), { tty = true, active = true }).code)
    end)

    it("may lack a base, which silences no process that has only what an activation takes", function()
        local base = stage.policy(SAYS:format "the base", "base")
        checked(SAYS:format "elsewhere")
        local path = stage.policy '{ api = 1, name = "p", extends = "base" }'
        local function said()
            return command.must([["$upnudge" notify "$env" --state-dir "$state" --policy %s --tty 2>&1]], path)
        end
        assert.equal("the base\n", said())
        command.must('rm %s', base)
        local text = said()
        assert.is_truthy(text:find "^the base\npolicy .*/policy.lua has a mistake; using the one of 20", text)
        -- The same words everywhere, so that it is known since when.
        assert.is_truthy(command.run("status", env, "--state-dir", state, "--policy", path).err:find("has a mistake, since 20", 1, true))
        command.must 'rm -r "$state"/last-good'
        assert.is_truthy(said():find "using 'default'")
    end)

    it("is told once by many shells at once", function()
        checked(SAYS:format "the first")
        command.must 'rm -r "$state"/last-good'
        local path = stage.policy(BROKEN)
        command.must([[for i in $(seq 24); do "$upnudge" notify "$env" --state-dir "$state" --policy %s --tty --active \
            2>"$work/said.$i" & done; wait]], path)
        assert.equal("1", command.must 'cat "$work"/said.* | grep -c "has a mistake"':match "%d+")
    end)

    it("still fails what asks for that very policy", function()
        checked(SAYS:format "the first")
        local path = stage.policy(BROKEN)
        for _, words in ipairs { { "check", path }, { "show", path }, { "simulate", path, "--weeks", "1" } } do
            assert.equal(1, command.run("policy", table.unpack(words)).code, words[1])
        end
    end)

    it("leaves no state where there is none, and a rehearsal writes nothing", function()
        local path = stage.policy(SAYS:format "x")
        open(path):notify(env, { tty = false })
        open(stage.policy(BROKEN)):notify(env, { tty = false })
        assert.equal(1, command.shell 'test -e "$state"'.code)
        checked(SAYS:format "the first")
        local function listed() return command.must 'find "$state" -not -name "*.log" | sort' end
        local before = listed()
        open(path):notify(env, { tty = true, now = now + 5 })
        open(stage.policy(BROKEN, "third")):notify(env, { tty = true, now = now + 5 })
        open(path):explain(env, { tty = true })
        assert.equal(before, listed())
    end)
end)

describe("a policy that fails when it is asked", function()
    it("has its question answered by the last good one, else by the default, with the fault", function()
        checked(SAYS:format "the first")
        assert.equal("the first", notify(open(stage.policy(SAYS:format "the first")), { tty = false }).text)
        local runtime = open(stage.policy(RAISES))
        assert.is_nil(runtime.policy_fault)
        local decision = notify(runtime, { tty = false })
        assert.same({ "the first", "notified" }, { decision.text, decision.code })
        assert.is_truthy(decision.policy_fault:find("policy.lua:2: ", 1, true), decision.policy_fault)
        assert.is_truthy(decision.deputy:find "^the one of 20")
        assert.is_truthy(notify(runtime).text:find "^the first\npolicy .*/policy.lua has a mistake; using the one of 20")
        decision = notify(open(stage.policy(RAISES, "another")))
        assert.same({ "'default'", "not-due" }, { decision.deputy, decision.code })
    end)

    it("has it answered by the one before, where it was kept itself before anybody reached the rule that fails", function()
        checked(SAYS:format "the first")
        notify(open(stage.policy(SAYS:format "the first")), { tty = false })
        local path = stage.policy [[{ api = 1, name = "t", rules = { u.rule "off" { when = function(c) return not c.host.tty end, quiet = "x" },
            u.rule "raises" { notify = function(c) return c.nothing end } } }]]
        assert.equal("quiet-rule", notify(open(path), { tty = false }).code)
        local decision = notify(open(path), { tty = true })
        assert.is_truthy(decision.text:find "^the first", decision.text)
        assert.is_truthy(decision.deputy:find "^the one of 20")
    end)

    it("is kept for no other day", function()
        checked(SAYS:format "the first")
        notify(open(stage.policy(RAISES)), { tty = false })
        assert.equal("the first", notify(open(stage.policy(BROKEN)), { tty = false }).text)
    end)

    it("has its question about all environments of a person answered, too", function()
        checked(SAYS:format "the first")
        local path = stage.policy((RAISES:gsub('name = "p"', 'name = "p", scope = "person"')))
        local decision = notify(open(path))
        assert.same({ true, true }, { decision.notify, decision.text:find "^the first\n" ~= nil })
    end)

    it("fails a test of it", function()
        local world = require "upnudge.testing".world { policy = stage.policy(RAISES) }
        world:install { curl = "8.0.0" }
        world:release("curl", "9.0.0"):check()
        local decision = world:activate()
        world:close()
        assert.same({ "policy-fault", false }, { decision.code, decision.notify })
    end)
end)
