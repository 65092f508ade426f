--- The filter, as activations meet it that let changes wait.

local command = require "command"
local stage = require "stage"

local NOW <const>, HOUR <const>, DAY <const> = stage.NOW, stage.HOUR, stage.DAY

local work, env, now, variables

before_each(function()
    work, env = stage.set()
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

describe("a change that is too new", function()
    local FOUND <const> = NOW - HOUR
    local ONCE <const> = [[{ api = 1, name = "p", strategy = "%s", deadline = "1500ms",
        cooldown = u.cooldown { minor = "7d", rebuild = "2d", from = "first_seen" }, rules = { u.rule "r" { notify = u.once() } } }]]

    local function check(runtime, at, bytes)
        assert.equal("checked", assert(runtime:check_begin(env, { now = at, max_age = 0 })):commit(bytes or command.read(stage.NEW)).outcome)
    end

    --- What is answered then, and what cools.
    local function at(runtime, time)
        now = time
        local decision = notify(runtime)
        local cooling = decision.cooling or { total = 0 }
        return { decision.code, decision.next_at, cooling.total, cooling.next_at, cooling.last_at }
    end

    it("counts when it is old enough, and is news then, under every strategy", function()
        for _, strategy in ipairs { "simple", "separate-lock", "database" } do
            local runtime = open(ONCE:format(strategy))
            local first, second = FOUND + 2 * DAY, FOUND + 7 * DAY
            assert.same({ "cooling", first, 3, first, second }, at(runtime, NOW), strategy)
            assert.same({ "cooling", first, 3, first, second }, at(runtime, first - 1), strategy)
            assert.same({ "notified", nil, 2, second, second }, at(runtime, first), strategy)
            assert.same({ "not-due", second, 2, second, second }, at(runtime, first + 1), strategy)
            check(runtime, first + DAY)
            assert.same({ "not-due", second, 2, second, second }, at(runtime, first + DAY + HOUR), strategy)
            assert.same({ "not-due", second, 2, second, second }, at(open(ONCE:format(strategy)), second - 1), strategy)
            check(runtime, FOUND)
            assert.same({ "notified", nil, 0 }, at(runtime, second), strategy)
            assert.same({ "not-due", nil, 0 }, at(runtime, second + DAY), strategy)
            command.must 'rm -rf "$state"'
        end
    end)

    it("is as old as its release where the lockfile tells that", function()
        local runtime = open [[{ api = 1, name = "p", cooldown = { minor = "700d", rebuild = "2d" }, rules = { u.rule "r" {
            notify = u.always(), text = function(c) return c.result.total .. " and " .. c.result.cooling end } } }]]
        local released
        for _, change in ipairs(runtime:changes(env).changes) do
            released = change.name == "curl" and change.released or released
        end
        assert.is_true(released < FOUND - 30 * DAY)
        now = released + 700 * DAY - 1
        assert.same({ "1 and 2", released + 700 * DAY }, { notify(runtime).text, notify(runtime).cooling.next_at })
        now = released + 700 * DAY
        assert.equal("3 and 0", notify(runtime).text)
    end)

    it("counts at every activation of the strategy that remembers none", function()
        local runtime = open [[{ api = 1, name = "p", strategy = "stateless", cooldown = { minor = "7d", rebuild = "2d", from = "first_seen" },
            rules = { u.rule "r" { notify = u.always(), text = function(c) return c.result.total .. " and " .. c.result.cooling end } } }]]
        now = NOW
        assert.equal("cooling", notify(runtime).code)
        now = FOUND + 2 * DAY
        assert.same({ "1 and 2", "1 and 2" }, { notify(runtime).text, notify(runtime).text })
        now = FOUND + 7 * DAY
        assert.equal("3 and 0", notify(runtime).text)
    end)

    it("is too new again while the clock is set back, and is not lost for it", function()
        local runtime = open(ONCE:format "separate-lock")
        assert.equal("notified", at(runtime, FOUND + 7 * DAY)[1])
        assert.same({ "cooling", FOUND + 2 * DAY, 3 }, { table.unpack(at(runtime, NOW), 1, 3) })
        -- Before it was found: it is as new as can be.
        assert.same({ "cooling", 3 }, { at(runtime, FOUND - 30 * DAY)[1], at(runtime, FOUND - 30 * DAY)[3] })
        assert.is_true(at(runtime, FOUND - 30 * DAY)[2] <= FOUND - 23 * DAY)
        check(runtime, FOUND - 30 * DAY)
        assert.same({ "cooling", FOUND - 28 * DAY, 3, FOUND - 28 * DAY, FOUND - 23 * DAY }, at(runtime, FOUND - 30 * DAY + 1))
        assert.equal("notified", at(runtime, FOUND - 28 * DAY)[1])
        assert.equal("notified", at(runtime, FOUND)[1])
    end)

    it("is told of beside what is not due, but not as if the one waited for the other", function()
        local runtime = open [[{ api = 1, name = "p", cooldown = { minor = "7d", from = "first_seen" },
            rules = { u.rule "r" { notify = u.every "1d" } } }]]
        assert.same({ "notified", nil, 2 }, { table.unpack(at(runtime, NOW), 1, 3) })
        assert.same({ "not-due", NOW + DAY, 2 }, { table.unpack(at(runtime, NOW + 1), 1, 3) })
        runtime = open [[{ api = 1, name = "p", cooldown = { minor = "7d", from = "first_seen" },
            rules = { u.rule "r" { notify = u.every "30d" } } }]]
        assert.same({ "not-due", FOUND + 7 * DAY, 2 }, { table.unpack(at(runtime, NOW + 2), 1, 3) })
        runtime = open [[{ api = 1, name = "p", cooldown = { minor = "7d", from = "first_seen" }, rules = { u.rule "r" { quiet = "no" } } }]]
        assert.same({ "quiet-rule", nil, 2 }, { table.unpack(at(runtime, NOW + 3), 1, 3) })
    end)

    it("stays silent while the person snoozes, and does not count where it is ignored", function()
        local runtime = open(ONCE:format "separate-lock")
        local choices = require "upnudge.record.choices"
        assert(runtime:snooze(env, 3 * DAY))
        assert.same({ "snoozed", NOW + 3 * DAY, 0 }, at(runtime, FOUND + 2 * DAY))
        assert(choices.change(runtime:environment(env).record, function(value) value.ignore = { "curl" } end))
        assert.same({ "notified", nil, 1, FOUND + 7 * DAY, FOUND + 7 * DAY }, at(runtime, NOW + 3 * DAY))
        assert(choices.change(runtime:environment(env).record, function(value) value.ignore = { "curl", "coreutils" } end))
        assert.same({ "cooling", FOUND + 7 * DAY, 1, FOUND + 7 * DAY, FOUND + 7 * DAY }, at(runtime, NOW + 4 * DAY))
        assert(choices.change(runtime:environment(env).record, function(value) value.ignore = { "*" } end))
        assert.same({ "ignored", nil, 0 }, at(runtime, NOW + 4 * DAY))
    end)

    it("counts from the day on that each of many is old enough, whenever somebody asks and checks", function()
        local WAITS <const> = { major = 14 * DAY, minor = 7 * DAY, patch = 3 * DAY }
        local TO <const> = { major = "2.0.0", minor = "1.1.0", patch = "1.0.1" }
        local levels, random = { "major", "minor", "patch" }, require "upnudge.tools.simulation.events".random(7)
        local policy = stage.policy [[{ api = 1, name = "p",
            cooldown = { major = "14d", minor = "7d", patch = "3d", from = "first_seen" }, rules = {
            u.rule "r" { notify = u.always(), text = function(c)
                local names = {}
                for i, package in ipairs(c.result.packages) do names[i] = package.name end
                table.sort(names)
                return c.result.total .. ":" .. table.concat(names, " ")
            end } } }]]
        local world <close> = require "upnudge.testing".world { policy = policy, now = NOW }
        local seen = {}
        for step = 0, 120 do
            world.now = NOW + step * 6 * HOUR + math.floor(random() * HOUR)
            local released = {}
            for _ = 1, step < 60 and math.floor(random() * 2) or 0 do
                local name, level = ("p%03d"):format(step), levels[math.floor(random() * 3) + 1]
                released[#released + 1] = name
                world:release(name, TO[level], { security = random() < 0.1 or nil })
                seen[name] = { level = level, security = world.fixes[name] }
            end
            if released[1] or random() < 0.3 then
                world:check()
                for _, one in pairs(seen) do
                    one.at = one.at or world.now
                end
            end
            local names, next_at = {}, nil
            for name, one in pairs(seen) do
                local due = one.security and 0 or one.at + WAITS[one.level]
                if due <= world.now then
                    names[#names + 1] = name
                else
                    next_at = math.min(next_at or due, due)
                end
            end
            table.sort(names)
            local decision = world:activate()
            if names[1] then
                assert.equal(#names .. ":" .. table.concat(names, " "), decision.text, step)
            elseif next_at then
                assert.same({ "cooling", next_at }, { decision.code, decision.next_at }, step)
            end
            assert.equal(next_at, (decision.cooling or {}).next_at, step)
        end
    end)

    it("costs a policy without a cooldown nothing: no file is read for it", function()
        local runtime = open '{ api = 1, name = "p", rules = { u.rule "r" { notify = u.always() } } }'
        command.must 'rm -r "$state"/*/changes'
        local decision = notify(runtime)
        assert.same({ true }, { decision.notify, decision.cooling })
        assert.equal("", command.must 'find "$state" -name left.json')
    end)
end)
