--- The ready-made policies, in the harness with which a team tests its own.

local command = require "command"
local testing = require "upnudge.testing"

-- 2027-01-04 is a Monday.
local MONDAY <const> = "2027-01-04 09:00"

local world

local function begin(policy, options)
    options = options or {}
    options.policy, options.now = policy, options.now or MONDAY
    world = testing.world(options)
    return world:release("curl", "1.1.0"):check()
end

local function said(host)
    local decision = world:activate(host)
    assert.is_nil(decision.error, decision.reason)
    return decision.notify and decision.rule or false
end

after_each(function()
    if world then
        world:close()
        world = nil
    end
end)

describe("policy default", function()
    it("speaks once a week, and where somebody reads", function()
        begin "default"
        for rule, host in pairs { ci = { ci = true }, command = { mode = "command" }, active = { active = true },
            nobody = { tty = false } } do
            assert.are.same({ false, rule }, { world:activate(host).notify, world:activate(host).rule })
        end
        assert.are.equal("default", said())
        assert.is_false(world:advance "6d" and said())
        world:release("git", "2.0.0"):check()
        assert.is_false(world:advance "23h59m" and said())
        assert.are.equal("default", world:advance "1m" and said())
    end)

    it("tells each security fix at once, and once, whatever comes beside it", function()
        begin "default"
        assert.are.equal("default", said())
        world:advance "1h":release("openssl", "3.0.15", { security = true }):check()
        assert.are.equal("security", said())
        world:advance "1h":release("git", "2.0.0"):check()
        assert.is_false(said())
        world:advance "1h":release("nginx", "3.0.15", { security = true }):check()
        assert.are.equal("security", said())
        assert.is_false(world:advance "6d" and said())
        assert.are.equal("default", world:advance "1d" and said())
    end)

    it("tells of what is found out to be a fix long after it came out", function()
        begin "default"
        assert.are.equal("default", said())
        world:advance "1d"
        world.fixes.curl = true
        world:check()
        assert.are.equal("security", said())
        assert.is_false(said())
    end)

    it("spends nothing of the person's on an agent", function()
        for _, policy in ipairs { "backoff", "default", "major-only", "security-first", "separate-lock", "simple",
            "stateless-hint", "weekly" } do
            world = testing.world { policy = policy, now = MONDAY }
            world:release("curl", "2.0.0", { security = true }):check()
            for _, tty in ipairs { true, false } do
                local decision = world:activate { agent = "claude-code", tty = tty }
                assert.same({ policy, false, tty and "agent" or decision.code },
                    { policy, decision.notify, decision.code })
            end
            assert.is_truthy(said(), policy)
            world:close()
        end
    end)

    it("keeps its silence where nobody reads, whatever rules come with who extends it", function()
        local path = os.tmpname()
        os.rename(path, path .. ".lua")
        command.write(path .. ".lua", 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", extends = "default", '
            .. 'rules = { u.rule "loud" { notify = u.always() }, u.rule "fix" { before = "ci", notify = u.once { of = { security = true } } } } }')
        begin(path .. ".lua")
        for rule, host in pairs { ci = { ci = true }, agent = { agent = "ours" }, command = { mode = "command" },
            active = { active = true }, nobody = { tty = false } } do
            assert.are.same({ rule, false }, { world:activate(host).rule, world:activate(host).notify })
        end
        assert.are.equal("loud", said())
        world:release("openssl", "3.0.15", { security = true }):check()
        assert.are.equal("fix", said { ci = true, tty = true })
        os.remove(path .. ".lua")
    end)

    it("lets agents be told where a policy says so", function()
        local path = os.tmpname()
        command.write(path, 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", extends = "default", '
            .. 'rules = { u.rule "agent" { notify = u.never() },\n'
            .. 'u.rule "ours" { when = function(c) return c.host.agent == "ours" end, notify = u.once() } } }')
        os.rename(path, path .. ".lua")
        begin(path .. ".lua")
        assert.are.equal("default", said { agent = "theirs" })
        assert.are.equal("default", world:advance "7d" and said { agent = "theirs" })
        os.remove(path .. ".lua")
    end)

    it("is silent once the person has upgraded", function()
        begin "default"
        world:upgrade()
        assert.are.equal("the lockfile changed since the last check", world:activate().reason)
        world:check()
        assert.are.equal("nothing newer was found", world:activate().reason)
    end)

    it("keeps what a person asked for", function()
        begin "default"
        world:snooze "2d"
        assert.is_false(said())
        assert.is_false(world:advance "47h" and said())
        assert.are.equal("default", world:advance "1h" and said())
    end)
end)

describe("policy flox", function()
    it("speaks at every activation, in Flox's words", function()
        begin "flox"
        for _ = 1, 2 do
            assert.are.equal("1 version change available in webshop.\nUse 'flox upgrade --dry-run' for details.",
                world:activate().text)
        end
        assert.is_false(said { tty = false })
        assert.are.equal("always", said { tty = false, mode = "in-place" })
    end)

    it("does not speak of packages that come and go", function()
        world = testing.world { policy = "flox", now = MONDAY }
        world:offer("new", "1.0"):check()
        assert.are.equal("nothing", world:activate().rule)
    end)
end)

describe("a downgrade", function()
    it("is no new major version, and is told as what it is", function()
        for policy, text in pairs { ["major-only"] = false, default = "1 downgrade available in webshop.",
            flox = "1 downgrade available in webshop.", weekly = "1 downgrade available in webshop.\n- curl: 2.0.0 -> 1.0.0 (downgrade)" } do
            world = testing.world { policy = policy, now = MONDAY, installed = { curl = "2.0.0" } }
            world:release("curl", "1.0.0"):check()
            local decision = world:activate()
            assert.are.same({ policy, text ~= false }, { policy, decision.notify })
            assert.are.equal(text, text and decision.text:sub(1, #text))
            world:close()
        end
        world = testing.world { policy = "major-only", now = MONDAY, installed = { curl = "2.0.0" } }
        world:release("curl", "1.0.0", { security = true }):check()
        assert.are.equal("1 security fix and 1 downgrade available in webshop.", world:activate().text:match "[^\n]+")
        world:release("jq", "2.0.0", { from = "1.0.0" }):check()
        assert.are.equal("1 major: 1 security fix, 1 other version change and 1 downgrade available in webshop.",
            world:activate().text:match "[^\n]+")
    end)
end)

describe("policy weekly", function()
    it("speaks on Mondays between 8 and 20, and catches up", function()
        begin("weekly", { now = "2027-01-03 09:00" })
        -- The Monday was missed.
        assert.are.equal("default", world:at "2027-01-05 09:00" and said())
        assert.is_false(world:at "2027-01-08 09:00" and said())
        assert.is_false(world:at "2027-01-11 07:59" and said())
        assert.are.same({ false, "waits for this day's check" }, { world:at "2027-01-11 08:00" and said(),
            world:activate().reason })
        assert.are.equal("default", world:check() and said())
        assert.is_false(world:at "2027-01-18 20:00" and said())
        assert.are.equal("1 version change available in webshop.\n- curl: 1.0.0 -> 1.1.0\n"
            .. "Use 'upnudge show /home/me/webshop' for details.", world:at "2027-01-20 19:59":activate().text)
    end)

    it("says nothing on other days of what was found after its Monday", function()
        begin("weekly", { now = "2027-01-06 09:00" })
        for day = 6, 10 do
            assert.is_false(world:at(("2027-01-%02d 09:00"):format(day)) and said())
        end
        assert.is_false(world:at "2027-01-11 08:00" and said())
        assert.are.equal("default", world:check() and said())
    end)

    it("goes by the clock on the wall", function()
        begin("weekly", { now = "2027-01-04 08:00", utc_offset = 3600 })
        assert.are.equal(1799046000, world.now)
        assert.are.equal("default", said())
        assert.is_false(world:at "2027-01-11 06:59Z" and said())
        world:check()
        assert.are.equal("default", world:at "2027-01-11 07:00Z" and said())
    end)
end)

describe("policy security-first", function()
    it("speaks of a fix at once, each day, and of the rest once a week", function()
        begin "security-first"
        assert.are.equal("default", said())
        world:release("openssl", "3.0.15", { security = true }):check()
        assert.are.equal("no terminal: nobody is watching", world:activate { tty = false }.reason)
        local first = world:activate()
        assert.are.equal("new fix", first.rule)
        assert.is_truthy(first.text:find("openssl: 1.0.0 -> 3.0.15 [security]", 1, true))
        assert.is_false(world:advance "23h59m" and said())
        assert.are.equal("open fix", world:advance "1m" and said())
        for _ = 1, 5 do
            assert.are.equal("open fix", world:advance "1d" and said())
        end
        assert.are.equal("open fix", world:advance "1d" and said())
        assert.are.equal("default", said())
        world:upgrade():check()
        world:release("curl", "1.2.0"):check()
        assert.is_false(world:advance "6d" and said())
        assert.are.equal("default", world:advance "1d" and said())
    end)
end)

describe("policy backoff", function()
    it("speaks less and less of the same, and anew of something new", function()
        begin "backoff"
        assert.are.equal("default", said())
        for _, wait in ipairs { "1d", "2d", "4d", "8d", "16d", "30d", "30d" } do
            world:advance(wait)
            world.now = world.now - 1
            assert.is_false(said())
            assert.are.equal("default", world:advance(1) and said())
        end
        world:release("git", "2.0.0"):check()
        assert.are.equal("default", said())
    end)
end)

describe("policy major-only", function()
    it("speaks of major versions and fixes, each of them once", function()
        begin "major-only"
        assert.are.equal("minor", world:activate().rule)
        world:release("git", "2.0.0"):check()
        assert.are.equal("1 major and 1 minor: 2 version changes available in webshop.",
            world:activate().text:match "[^\n]+")
        assert.is_false(world:advance "30d" and said())
        world:release("curl", "1.2.0"):check()
        assert.is_false(said())
        world:release("openssl", "1.0.1", { security = true }):check()
        assert.are.equal("security", said())
    end)
end)

describe("policy team", function()
    it("leaves nights, weekends, rebuilds and pinned packages out", function()
        world = testing.world { policy = "team", now = MONDAY }
        world:release("internal-tool", "2.0.0"):check()
        assert.are.equal("nothing newer that is not ignored", world:activate().reason)
        world:release("git"):check()
        assert.are.equal("rebuilds", world:activate().rule)
        world:release("curl", "1.1.0"):check()
        assert.are.equal("night", world:at "2027-01-04 20:00":activate().rule)
        assert.are.equal("night", world:at "2027-01-05 07:59":activate().rule)
        assert.are.equal("weekend", world:at "2027-01-09 12:00":activate().rule)
        assert.are.equal("1 version change and 1 rebuild available in webshop.\nRun 'make upgrade' when it suits you.",
            world:at "2027-01-05 08:00":activate().text)
    end)

    it("speaks Chinese to who reads it", function()
        begin("team", { lang = "zh_CN.UTF-8" })
        assert.is_truthy(world:activate().text:find "^webshop 有可用更新：1 个版本更新")
    end)
end)

describe("policy stateless-hint", function()
    it("says the same short line each time", function()
        begin "stateless-hint"
        for _ = 1, 3 do
            assert.are.equal("Use 'upnudge show /home/me/webshop' for details.", world:activate().text)
        end
    end)
end)

describe("policies separate-lock, simple and fleet", function()
    it("are the default with another strategy", function()
        for name, strategy in pairs { ["separate-lock"] = "separate-lock", simple = "simple", fleet = "database" } do
            begin(name)
            assert.are.equal(strategy, world.runtime.policy.strategy)
            assert.are.equal("default", said())
            assert.is_false(said())
            assert.are.equal("default", world:advance "7d" and said())
            world:close()
        end
    end)
end)

describe("a made-up world", function()
    it("does not heed the variables of the process", function()
        begin "default"
        assert.are.equal("default", said())
        assert.is_false(world:explain().notify)
        assert.are.equal(7, #world:explain().trace)
    end)

    it("leaves nothing behind", function()
        begin "default"
        local directory = world.path
        world:close()
        world:close()
        assert.is_nil(require "lfs".attributes(directory, "mode"))
    end)

    it("refuses a faulty policy with all that is wrong", function()
        begin "default"
        assert.has_error(function()
            testing.world { policy = "nowhere" }
        end)
        assert.has_error(function()
            testing.world { now = "yesterday" }
        end)
    end)
end)
