--- The report over all environments of a person.

local cjson = require "cjson"
local command = require "command"
local report = require "upnudge.runtime.report"
local stage = require "stage"

local work, env, state
local now, variables

before_each(function()
    work, env, state = stage.set()
    now, variables = stage.NOW, { LANG = "en_US.UTF-8" }
end)

after_each(stage.strike)

local function open(policy)
    return assert(stage.open({ state_dir = state, policy = policy }, function() return now end, variables))
end

--- Two environments, one of which was told, and the check of the other failed.
local function live(runtime)
    command.must 'cp -a "$env" "$work/site"'
    for _, path in ipairs { env, work .. "/site" } do
        local begun = runtime:check_begin(path, { max_age = 0 })
        assert(begun:commit(command.read(stage.NEW), path == env and { "curl" } or nil))
    end
    for i = 1, 4 do
        now = now + 60
        runtime:notify(env, { tty = i ~= 3 })
    end
    now = now + 60
    assert(runtime:check_begin(work .. "/site", { max_age = 0 }):fail "offline")
    runtime:flush()
end

describe("the report", function()
    it("counts what was said and what not, what failed and what waits", function()
        local runtime = open()
        live(runtime)
        local found = report.of(runtime, now)
        assert.same({ 4, { security = 1 }, 1 }, { found.activations, found.notices, found.silences["nobody-watching"] })
        assert.same({ "default", runtime.policy:hash() }, { found.policy.name, found.policy.hash })
        assert.same({ [found.policy.hash:sub(1, 16)] = 4 }, found.policies)
        assert.same({ 2, 1, 0 }, { #found.environments, found.failed, found.faults })
        assert.same({ stage.NOW, stage.NOW }, { found.oldest_check, found.newest_check })
        assert.same({ 6, { critical = 0, high = 0, other = 1 } }, { found.waiting.total, found.fixes })
        assert.equal(stage.NOW + 60, found.log_start)
        local told, failing = found.environments[2], found.environments[1]
        assert.same({ env, 4, 1 }, { told.environment, told.activations, told.notices })
        assert.same({ "offline", 0 }, { failing.failure, failing.activations })
    end)

    it("counts in a window of time, and what was the same again and again as often as it was", function()
        local runtime = open()
        live(runtime)
        now = now + 10 * stage.DAY
        for _ = 1, 5 do
            runtime:notify(env, { tty = false })
        end
        runtime:flush()
        assert.same({ 5, { ["nobody-watching"] = 5 }, {} }, { report.of(runtime, now).activations, report.of(runtime, now).silences,
            report.of(runtime, now).notices })
        assert.equal(9, report.of(runtime, now, 11 * stage.DAY).activations)
    end)

    it("tells of a policy that cannot be used, and of one that failed", function()
        local runtime = open(stage.policy '{ api = 1, name = "bad", rules = { u.rule "r" { notify = function(c) return c.now.x end } } }')
        live(runtime)
        assert.equal(4, report.of(runtime, now).faults)
        assert.is_truthy(report.of(open(stage.policy("{ api = 1, nmae = 1 }", "broken")), now).policy.fault)
    end)

    it("is of nothing where there is nothing", function()
        local found = report.of(open(), now)
        assert.same({ 0, {}, {}, 0 }, { found.activations, found.notices, found.environments, found.failed })
        assert.is_nil(found.oldest_check)
    end)
end)

describe("upnudge report", function()
    local function run(...)
        return command.run("report", "--state-dir", state, "--now", now, ...)
    end

    it("is for people, and in JSON", function()
        live(open())
        local said = run()
        assert.same({ 0, "" }, { said.code, said.err })
        for _, line in ipairs { "activations   4 in 7 days\n", "notices       security 1\n", "faults        0\n",
            "waiting       6 changes; security fixes: other 1\n" } do
            assert.is_truthy(said.out:find(line, 1, true), said.out)
        end
        local answer = cjson.decode(run("--json").out)
        assert.same({ 1, 4, 1, 2, 604800 }, { answer.schema, answer.activations, answer.notices.security, #answer.environments,
            answer.window })
        assert.equal(2, cjson.decode(run("--json", "--since", "150s").out).activations)
    end)

    it("is written for everybody to read, all or nothing", function()
        live(open())
        local file = work .. "/drop/upnudge.prom"
        command.must 'mkdir -m 1777 "$work/drop" && umask 077'
        assert.same({ 0, "", "" }, { run("--prometheus", "--output", file).code, run("--prometheus", "--output", file).out,
            run("--prometheus", "--output", file).err })
        assert.equal("644 1\n", command.must 'echo "$(stat -c %a "$work/drop/upnudge.prom") $(ls -A "$work/drop" | wc -l)"')
        assert.is_truthy(command.read(file):find("\nupnudge_activations{", 1, true))
        command.must 'rm "$work/drop/upnudge.prom" && ln -s "$work/elsewhere" "$work/drop/upnudge.prom"'
        assert.equal(1, run("--prometheus", "--output", file).code)
        assert.is_nil(command.read(work .. "/elsewhere"))
        assert.equal(1, run("--prometheus", "--output", work .. "/none/x.prom").code)
        assert.equal(1, run("--output", work .. "/").code)
    end)
end)
