--- Policies that live through logs of activations which really happened.

local cjson = require "cjson"
local command = require "command"
local core = require "upnudge.core"
local logs = require "upnudge.tools.replay.log"
local replay = require "upnudge.tools.replay"
local stage = require "stage"

local HOUR <const> = stage.HOUR
-- As many as the issue of a replay is about.
local ACTIVATIONS <const> = 204

local work, env, state
local now, variables

before_each(function()
    work, env, state = stage.set()
    now, variables = stage.NOW, {}
end)

after_each(stage.strike)

local function open(policy)
    local runtime = assert(stage.open({ state_dir = state, policy = policy }, function() return now end, variables))
    assert.is_nil(runtime.policy_fault)
    return runtime
end

local function check(runtime, path, version, fix)
    local begun = runtime:check_begin(path, { max_age = 0 })
    assert.equal("begun", begun.state, begun.reason)
    assert(begun:commit((command.read(stage.NEW):gsub("8%.10%.1", version)), fix and { "curl" } or nil))
end

--- What happens at the activation of that number.
local function circumstances(i)
    variables.CI = i % 11 == 7 and "true" or nil
    variables.AI_AGENT = i % 13 == 5 and "claude-code" or nil
    variables.LANG = i % 5 == 2 and "zh_CN.UTF-8" or "en_US.UTF-8"
    variables.STAGE = i % 3 == 0 and "production" or nil
    variables.UPNUDGE_SESSION = "shell " .. i // 4
    return { tty = i % 7 ~= 3, mode = i % 17 == 2 and "command" or nil, command = i % 17 == 2 and "make -j2" or nil,
        active = i % 19 == 4, attributes = i % 4 == 1 and { team = "a" .. i % 8 } or nil }
end

--- A month of a person with that policy.
local function live(policy, ...)
    local paths, runtime = { ... }, open(policy)
    for i = 1, ACTIVATIONS do
        local path = paths[i % #paths + 1]
        now = stage.NOW + i * 3 * HOUR + i % 5 * 600
        if i // #paths % 24 == 1 then
            check(runtime, path, ("8.11.%d"):format(i // 24), i % 50 > 25)
        end
        now = now + 90
        local activation = circumstances(i)
        runtime.host:forget()
        runtime:notify(path, activation)
        if i % 3 == 0 then
            runtime:flush()
        end
        now = now + 5
        if i == 100 then
            assert(runtime:snooze(path, "2d"))
        elseif i == 150 then
            assert(runtime:ignore(path, "coreutils"))
        elseif i == 180 then
            command.write(path .. "/.flox/env/manifest.lock", (command.read(stage.OLD):gsub("8%.9%.0", "8.9.1")))
        end
    end
    runtime:close()
end

local function read()
    return logs.read(require "upnudge.record.list".records { cache = state, state = state })
end

--- Where the policy of the log answers otherwise than it did then, in a line.
local function unlike(course)
    for _, answer in ipairs(course.answers) do
        local entry = answer.entry
        local same = answer.notify == entry.notified and answer.rule == entry.rule and answer.code == entry.code
            and answer.words == entry.words
        if not same then
            return ("%d %s: %s %s %s, was %s %s %s"):format(answer.at, answer.environment, answer.notify, answer.rule,
                answer.code, entry.notified, entry.rule, entry.code)
        end
    end
end

local function replays(policy)
    local log = read()
    local course = replay.live(policy, log)
    assert.is_nil(unlike(course))
    assert.same({ 0, {} }, { course.unknown, course.faults })
    return course, log
end

describe("a replay", function()
    for _, policy in ipairs(core.builtins()) do
        it("answers as " .. policy .. " did at each of many activations", function()
            live(policy, env)
            local course, log = replays(policy)
            assert.is_true(log.activations >= 200, log.activations)
            -- There is no database for fleet.
            assert.is_true(policy == "fleet" or #course.answers > 100, #course.answers)
            assert.equal(#course.happened, #course.notices)
        end)
    end

    it("answers as a policy did that looks at all there is, in a text of its own", function()
        local path = stage.policy [[{ api = 1, name = "curious", extends = "default", reads = { "STAGE" }, cooldown = u.cooldown { patch = "2d" },
            text = function(c)
                local words = { u.text.summary(c), tostring(c.host.vars.STAGE), tostring(c.host.attributes.team), c.host.lang,
                    c.host.session, c.host.user, c.host.machine, c.host.system, ("%d"):format(c.host.utc_offset), c.env.path, c.env.name,
                    ("%d %d"):format(c.result.checked_at, c.result.since), tostring(c.history.last_notified) }
                for _, p in ipairs(c.result.packages) do
                    words[#words + 1] = ("%s %s %s %s"):format(p.name, p.from, p.to, p.first_seen)
                end
                return table.concat(words, "; ") .. u.text.hint(c)
            end,
            rules = { u.rule "default" { notify = u.every "9h" },
                u.rule "session" { when = function(c) return c.host.attributes.team ~= nil and c.host.tty end, notify = u.once_per_session() } } }]]
        live(path, env)
        assert.is_true(#replays(path).notices > 20)
    end)

    it("answers as a policy did that looks at all environments of a person", function()
        command.must 'cp -a "$env" "$work/site"'
        local path = stage.policy [[{ api = 1, name = "p", extends = "default", scope = "person",
            rules = { u.rule "default" { notify = u.every "2d" } } }]]
        live(path, env, work .. "/site")
        local course, log = replays(path)
        assert.equal(2, #log.places)
        assert.is_true(#course.notices > 5)
    end)

    it("goes by what was written by activations that are processes of their own", function()
        command.must([[t=%d; i=0
            while [ $i -lt 200 ]; do
                [ $((i %% 50)) != 0 ] || "$upnudge" check "$env" --state-dir "$state" --policy backoff --max-age 0 --now $t \
                    -- sed "s/8.10.1/8.11.$i/" "$new" >/dev/null
                case $((i %% 6)) in 1) o=--no-tty;; 2) o='--tty --set a=b';; 3) o='--tty --mode command';; *) o=--tty;; esac
                "$upnudge" notify "$env" --state-dir "$state" --policy backoff --now $((t + 60)) $o 2>/dev/null
                t=$((t + 7000)); i=$((i + 1))
            done]], stage.NOW)
        local course, log = replays "backoff"
        assert.equal(200, log.activations)
        assert.is_true(#course.notices > 5)
    end)

    it("tells what would have been with another policy, which remembers what it said itself", function()
        live("default", env)
        local log = read()
        local often = replay.live(stage.policy [[{ api = 1, name = "often", extends = "default",
            rules = { u.rule "default" { notify = u.every "6h" } } }]], log)
        local seldom = replay.live("weekly", log)
        assert.is_true(#often.notices > 2 * #seldom.notices, #often.notices)
        for i = 2, #often.notices do
            assert.is_true(often.notices[i].rule == "security" or often.notices[i].at - often.notices[i - 1].at >= 0)
        end
        local never = replay.live(stage.policy '{ api = 1, name = "never", extends = "default", ignore = { "*" } }', log)
        assert.equal(0, #never.notices)
    end)

    it("tells of a policy that fails", function()
        live("default", env)
        local course = replay.live(stage.policy [[{ api = 1, name = "bad",
            rules = { u.rule "r" { notify = function(c) return c.result.total > 0 and c.now.x end } } }]], read())
        assert.is_truthy(next(course.faults))
        assert.has_error(function() replay.live("nope", read()) end)
    end)

    it("leaves out activations of which the log says too little", function()
        live("default", env)
        local log = command.must 'echo "$state"/*/decisions.log':match "[^\n]+"
        command.must("rm -f %s.old", log)
        command.write(log, "1800000000\tquiet\t\tof an earlier upnudge\tnot-due\n1800000001\tnotified\tr\tdue\tnotified\n")
        local course = replay.live("default", read())
        assert.same({ 2, 0, 0 }, { course.unknown, #course.answers, #course.happened })
    end)
end)

describe("policy diff", function()
    local function diff(...)
        return command.run("policy", "diff", "--state-dir", state, ...)
    end

    it("finds nothing between a policy and its own log, nor between it and itself", function()
        live("default", env)
        for _, words in ipairs { { "default" }, { "default", "default" } } do
            local said = diff("--exit-code", table.unpack(words))
            assert.same({ 0, "" }, { said.code, said.err })
            assert.is_truthy(said.out:find("nothing changes: %d+ notices, the same in all\n"), said.out)
        end
    end)

    it("tells what changes, notice by notice and by rule", function()
        live("default", env)
        local other = stage.policy '{ api = 1, name = "other", extends = "default", rules = { u.rule "default" { notify = u.every "1d" } } }'
        local said = diff("default", other, "--log", env)
        assert.equal(0, said.code)
        assert.is_truthy(said.out:find("webshop  appears   default: ", 1, true), said.out)
        assert.is_truthy(said.out:find("\nrule      before  after  appears  vanishes  moves  words\ndefault ", 1, true), said.out)
        assert.equal(1, diff("default", other, "--exit-code").code)
        local answer = cjson.decode(diff("default", other, "--json").out)
        assert.same({ 1, "default", "other", ACTIVATIONS }, { answer.schema, answer.before.name, answer.after.name, answer.activations })
        assert.is_true(#answer.changes > 3 and answer.after.notices_total > answer.before.notices_total)
    end)

    it("compares over a scenario, too", function()
        local said = diff("default", "flox", "--scenario", "developer", "--weeks", 2)
        assert.is_truthy(said.out:find("default -> flox: scenario developer, 2 weeks, seed 1\n", 1, true), said.out)
        assert.is_truthy(said.out:find("appears   always: ", 1, true), said.out)
    end)

    it("says what it cannot compare", function()
        assert.same({ 1, "upnudge: no past activation is logged here; --scenario makes some up\n" }, { diff("default").code, diff("default").err })
        assert.equal(2, diff("default", "--scenario", "developer").code)
        live("default", env)
        assert.is_truthy(diff("nope").err:find("no ready-made policy 'nope'", 1, true))
        assert.equal(1, diff("default", "--log", work .. "/none").code)
        local bad = stage.policy '{ api = 1, name = "bad", rules = { u.rule "r" { notify = function(c) return c.now.x end } } }'
        local said = diff("default", bad)
        assert.same({ 1, true }, { said.code, said.err:find "fails at %d+ activations" ~= nil })
    end)
end)

describe("policy simulate", function()
    it("shows the weeks of a log with its figures", function()
        live("default", env)
        local other = stage.policy '{ api = 1, name = "o", extends = "default", rules = { u.rule "default" { notify = u.every "1d" } } }'
        local answer = cjson.decode(command.must('"$upnudge" policy simulate default %s --replay "$env" --state-dir "$state" --json', other))
        local happened = replay.live("default", read())
        assert.same({ "what happened", 4 }, { answer.scenario, answer.weeks })
        assert.equal(#happened.notices, answer.policies[1].notices_total)
        assert.is_true(answer.policies[2].notices_total > answer.policies[1].notices_total)
        assert.same({ true, true }, { #answer.policies[1].fixes > 0, answer.policies[1].others.ci.shells > 10 })
        local said = command.run("policy", "simulate", "default", "--replay", env, "--state-dir", state)
        assert.is_truthy(said.out:find("scenario what happened, 4 weeks from 2027-01-15", 1, true), said.out)
        assert.equal(2, command.run("policy", "simulate", "default", "--replay", env, "--seed", 3).code)
        assert.equal(1, command.run("policy", "simulate", "default", "--replay", work, "--state-dir", state).code)
    end)
end)
