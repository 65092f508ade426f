--- Every code of upnudge.lib.reasons is answered where it should be: each is provoked here, and nothing of the list is
--- left over.

local command = require "command"
local core = require "upnudge.core"
local hosts = require "upnudge.runtime.host"
local reasons = require "upnudge.lib.reasons"
local runtimes = require "upnudge.runtime"
local stage = require "stage"

local NOW <const>, HOUR <const>, DAY <const> = stage.NOW, stage.HOUR, stage.DAY
--- The name under which a strategy of a test is found.
local STRATEGY <const> = "strategy of reasons_spec"

local work, env, state, lockfile, variables, now

before_each(function()
    work, env, state = stage.set()
    lockfile = env .. "/.flox/env/manifest.lock"
    now, variables = NOW, { HOME = work, UPNUDGE_LUA_PATH = work .. "/?.lua" }
end)

after_each(function()
    package.loaded[STRATEGY] = nil
    stage.strike()
end)

local function open(policy, disk)
    local runtime = assert(runtimes.open { state_dir = state, policy = policy or "default", host = hosts.new { disk = disk,
        now = function() return now end, variable = function(name) return variables[name] end,
        utc_offset = function() return 0 end } })
    stage.finally(function() runtime:close() end)
    return runtime
end

--- A runtime after a check that found something, unless `new` is something else.
local function checked(policy, new)
    local runtime = open(policy)
    local check = runtime:check_begin(env, { now = NOW - HOUR, max_age = 0 })
    assert.equal("begun", check.state, check.reason)
    assert.equal("checked", check:commit(new or command.read(stage.NEW)).outcome)
    return runtime
end

local function notify(runtime, activation)
    activation = activation or {}
    activation.tty = activation.tty == nil or activation.tty
    return runtime:notify(env, activation)
end

local function record_of(runtime)
    return runtime:environment(env).record
end

local function choose(runtime, change)
    assert(require "upnudge.record.choices".change(record_of(runtime), change))
end

local function ruled(rule)
    return notify(checked(stage.policy(('{ api = 1, name = "p", rules = { %s } }'):format(rule))))
end

--- A check that has no command, where no other program is than those in `$work/bin`.
local function checked_by_tool(option)
    return require "cjson".decode(command.shell('PATH="$work/bin" "$upnudge" check "$env" --state-dir "$state" --json '
        .. option).out)
end

local DAILY <const> = '{ api = 1, name = "p", strategy = "%s", %s rules = { u.rule "daily" { notify = u.every "1d" } } }'

--- With a strategy of the test's own, whose claim and read those are.
local function claiming(claim, read)
    command.must 'mkdir -p "$work/upnudge/strategy"'
    command.write(work .. "/upnudge/strategy/ours.lua", ("return require %q\n"):format(STRATEGY))
    package.loaded[STRATEGY] = { claim = claim, read = read or function() return { history = {} } end,
        commit_check = function(record, ...) return record:commit(...) end }
    return notify(checked(stage.policy(DAILY:format("ours", ""))))
end

--- After that was done to the record's directory.
local function after(script)
    local runtime = checked()
    command.must('cd "$state"/*/ && ' .. script)
    return notify(runtime)
end

local function begin(options)
    return open():check_begin(env, options)
end

--- What answers each code.
local PROVOKED <const> = {
    notified = function() return notify(checked()) end,
    ["nothing-new"] = function() return notify(checked(nil, command.read(stage.OLD))) end,
    ignored = function()
        local runtime = checked()
        choose(runtime, function(value) value.ignore = { "*" } end)
        return notify(runtime)
    end,
    ["other-systems"] = function()
        local runtime = checked()
        assert(stage.commit(record_of(runtime), { systems = { ["other-os"] = { total = 1, fingerprint = "f" } } }))
        return notify(runtime)
    end,
    cooling = function()
        local answer = notify(checked(stage.policy [[{ api = 1, name = "p",
            cooldown = { minor = "7d", rebuild = "7d", from = "first_seen" }, rules = { u.rule "r" { notify = u.once() } } }]]))
        assert.equal(NOW - HOUR + 7 * DAY, answer.next_at)
        return answer
    end,
    ["not-due"] = function()
        local runtime = checked()
        notify(runtime)
        local answer = notify(runtime)
        assert.equal(NOW + 7 * DAY, answer.next_at)
        return answer
    end,
    snoozed = function()
        local runtime = checked()
        assert(require "upnudge.record.choices".snooze(record_of(runtime), NOW, HOUR))
        local answer = notify(runtime)
        assert.equal(NOW + HOUR, answer.next_at)
        return answer
    end,
    ["opted-out"] = function()
        variables.NO_UPDATE_NOTIFIER = ""
        return notify(open())
    end,
    ["nobody-watching"] = function()
        local runtime = checked()
        assert.equal("nobody-watching", notify(runtime, { tty = false }).code)
        assert.equal("nobody-watching", notify(checked "flox", { tty = false }).code)
        assert.equal("nobody-watching", notify(checked "security-first", { tty = false }).code)
        variables.CI = "true"
        return notify(open())
    end,
    agent = function() return ruled 'u.rule "a" { quiet = "a program", code = "agent" }' end,
    command = function()
        assert.equal("command", notify(checked "flox", { mode = "command" }).code)
        return notify(checked(), { mode = "command" })
    end,
    ["already-active"] = function()
        assert.equal("already-active", notify(checked "flox", { active = true }).code)
        return notify(checked(), { active = true })
    end,
    ["quiet-rule"] = function()
        assert.equal("quiet-rule", notify(checked(stage.policy '{ api = 1, name = "p", decide = function() return false end }')).code)
        -- What a policy makes of its rule when it is asked is no code.
        assert.equal("quiet-rule", ruled [[(function()
            local spec = { quiet = "x", code = "agent" }
            spec.when = function() spec.code = "mine" return true end
            return u.rule "sly" (spec) end)()]].code)
        return ruled 'u.rule "mine" { quiet = "I say so" }'
    end,
    ["no-rule"] = function() return ruled 'u.rule "mine" { when = function() return false end, quiet = true }' end,
    ["not-checked"] = function()
        local runtime = checked()
        assert(stage.commit(record_of(runtime), { systems = false }))
        assert.equal("not-checked", notify(runtime).code)
        command.must 'rm -r "$state"'
        return notify(open())
    end,
    ["check-failed"] = function()
        begin():fail "no network"
        return notify(open())
    end,
    ["lockfile-changed"] = function()
        local runtime = checked()
        command.must("cp %s %s", stage.NEW, lockfile)
        return notify(runtime)
    end,
    ["lockfile-missing"] = function()
        local runtime = checked()
        assert.equal("lockfile-missing", begin({ lockfile = work .. "/nowhere" }).code)
        os.remove(lockfile)
        return notify(runtime)
    end,
    ["lockfile-unreadable"] = function()
        local runtime = checked()
        command.must("rm %s && mkdir %s", lockfile, lockfile)
        assert.equal("lockfile-unreadable", begin({ max_age = 0 }).code)
        return notify(runtime)
    end,
    ["record-broken"] = function()
        assert.equal("record-broken", after [[echo '{"schema":1,"path":"/elsewhere"}' >record.json]].code)
        return after "echo '{' >record.json"
    end,
    ["record-newer"] = function()
        assert.equal("record-newer", after [[echo '{"schema":9}' >notified.json]].code)
        local answer = after [[echo '{"schema":9}' >record.json]]
        assert.equal("record-newer", begin().code)
        return answer
    end,
    ["record-unreadable"] = function()
        assert.equal("record-unreadable", after "mkdir notified.json".code)
        command.must 'rm -r "$state"'
        local answer = after "rm record.json && mkdir record.json"
        assert.equal("record-unreadable", begin().code)
        return answer
    end,
    ["details-missing"] = function()
        local runtime = checked()
        choose(runtime, function(value) value.ignore = { "nothing" } end)
        command.must 'rm -r "$state"/*/changes'
        return notify(runtime)
    end,
    outdated = function()
        local runtime, version = checked(), 0
        runtime.policy.ask = function(_, question)
            version = version + 1
            question.outdated = true
            return { notify = false, code = "quiet-rule", reason = "x" }
        end
        local answer = notify(runtime)
        assert.equal(2, version)
        return answer
    end,
    locked = function()
        local runtime = checked()
        local directory <close> = assert(record_of(runtime):directory())
        local _held <close> = assert(directory:lock "notified.lock")
        return notify(runtime)
    end,
    ["told-elsewhere"] = function()
        return claiming(function() return "newer", { history = {} } end)
    end,
    ["cannot-remember"] = function()
        command.write(state, "in the way")
        for _, method in ipairs { "snooze", "ignore", "unignore" } do
            assert.equal("cannot-remember", select(3, open()[method](open(), env, 60)), method)
        end
        os.remove(state)
        assert.equal("cannot-remember", claiming(function() return nil, "no" end).code)
        assert.equal("cannot-remember", claiming(function() return nil, "no", "a code of their own" end).code)
        assert.equal("cannot-remember", after "rm -f notified.lock && mkdir notified.lock".code)
        command.must 'rm -r "$state"'
        local check = begin()
        command.must 'cd "$state"/*/ && mkdir record.json'
        return check:commit(command.read(stage.NEW))
    end,
    ["state-unusable"] = function()
        local _, _, code = runtimes.open { host = hosts.new { variable = function() end } }
        assert.equal("state-unusable", code)
        assert.equal("state-unusable", claiming(function() return nil, "no", "foreign" end).code)
        local runtime = checked()
        command.must 'chmod 777 "$state"'
        assert.equal("state-unusable", runtime:check_begin(env, { max_age = 0 }).code)
        return notify(runtime)
    end,
    ["policy-fault"] = function()
        local faulty = open(stage.policy '{ api = 1, nmae = "p" }')
        assert.equal("policy-fault", notify(faulty).code)
        command.must 'mkdir "$work/formats" && echo "return 1" >"$work/formats/broken.lua"; echo "{}" >"$work/own.lock"'
        assert.equal("policy-fault", open(stage.policy '{ api = 1, name = "p" }'):check_begin(env,
            { lockfile = work .. "/own.lock" }).code)
        command.must 'rm -r "$work/formats"'
        now = now + stage.DAY
        stage.policy '{ api = 1, nmae = "p" }'
        return notify(faulty)
    end,
    ["database-unreachable"] = function()
        command.write(work .. "/a.sqlite", "rubbish")
        local runtime = checked(stage.policy(DAILY:format("database", ('database = "sqlite:%s/a.sqlite", deadline = "1500ms",')
            :format(work))))
        assert.equal("database-unreachable", notify(runtime).code)
        -- It is not asked again at once.
        return notify(runtime)
    end,
    ["database-refused"] = function()
        return notify(checked(stage.policy(DAILY:format("database", ('database = "sqlite:%s/a.sqlite",'):format(work)))))
    end,
    ["environment-missing"] = function()
        local runtime = open()
        for _, method in ipairs { "notify", "explain", "check_begin" } do
            assert.equal("environment-missing", runtime[method](runtime, work .. "/nowhere").code, method)
        end
        for _, method in ipairs { "show", "changes", "snooze", "ignore", "unignore" } do
            assert.equal("environment-missing", select(3, runtime[method](runtime, work .. "/nowhere")), method)
        end
        return runtime:notify(work .. "/nowhere")
    end,
    checked = function() return begin():commit(command.read(stage.NEW)) end,
    started = function()
        local answer = require "cjson".decode(command.must '"$upnudge" check "$env" --state-dir "$state" --json --detach --new "$new"')
        stage.await("the check", function() return command.shell('cat "$state"/*/record.json').code == 0 end)
        return answer
    end,
    fresh = function()
        local answer = checked():check_begin(env, { max_age = DAY })
        assert.equal(NOW - HOUR + DAY, answer.retry_at)
        return answer
    end,
    busy = function()
        local held = begin()
        local answer = begin()
        held:abort()
        return answer
    end,
    later = function()
        local failed = begin():fail "no network"
        assert.equal(NOW + 300, failed.retry_at)
        local answer = begin()
        assert.equal(NOW + 300, answer.retry_at)
        return answer
    end,
    ["no-lockfile"] = function()
        command.must('cp %s "$env/package-lock.json"', lockfile)
        assert.equal("no-lockfile", begin().code)
        command.must 'rm -r "$env"/.flox "$env"/package-lock.json'
        return begin()
    end,
    ["lockfile-unparsable"] = function()
        command.write(lockfile, "{")
        return begin()
    end,
    ["upgrade-unparsable"] = function() return begin():commit "{" end,
    ["dry-upgrade-failed"] = function() return begin():fail "no network" end,
    ["no-checker"] = function()
        command.must 'rm -r "$env"/.flox'
        command.write(env .. "/pubspec.lock", "packages: {}\nsdks: {}\n")
        return checked_by_tool ""
    end,
    ["tool-missing"] = function()
        command.must 'rm -r "$env"/.flox'
        command.write(env .. "/package-lock.json", '{ "lockfileVersion": 3, "packages": {} }')
        return checked_by_tool ""
    end,
    ["project-code"] = function()
        command.must 'rm -r "$env"/.flox; mkdir "$work/bin" && ln -s /bin/true "$work/bin/mix"'
        command.write(env .. "/mix.lock", "%{\n}\n")
        command.write(env .. "/mix.exs", "")
        return checked_by_tool "--detach"
    end,
    usage = function()
        for _, options in ipairs { { app = "a b" }, { state_dir = "here" } } do
            local _, _, code = runtimes.open(options)
            assert.equal("usage", code)
        end
        local runtime = open()
        assert.equal("usage", select(3, runtime:snooze(env, "soon")))
        local selectors = {}
        for i = 1, 101 do
            selectors[i] = i .. "*"
        end
        assert.equal("usage", select(3, runtime:ignore(env, table.unpack(selectors))))
        local closed = open()
        closed:close()
        assert.equal("usage", closed:check_begin(env).code)
        return notify(closed)
    end,
    memory = function()
        return claiming(function() error("not enough memory", 0) end)
    end,
    fault = function()
        local disk = setmetatable({ read = function() error "no such luck" end }, { __index = core })
        assert.equal("fault", open(nil, disk):check_begin(env).code)
        local runtime = checked()
        runtime.policy.ask = function() error {} end
        return notify(runtime)
    end,
}

describe("a reason", function()
    for _, reason in ipairs(reasons.list) do
        it(("is answered where it should be: %s"):format(reason.name), function()
            local answer = assert(PROVOKED[reason.name], "no test provokes it")()
            assert.equal(reason.name, answer.code, answer.reason)
            assert.is_truthy(answer.reason:find "%S")
        end)
    end

    it("is in the list", function()
        local listed = {}
        for _, reason in ipairs(reasons.list) do
            listed[reason.name] = true
        end
        for name in pairs(PROVOKED) do
            assert.is_true(listed[name], name)
        end
    end)
end)
