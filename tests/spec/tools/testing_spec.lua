--- The worlds in which teams test their policies.

local command = require "command"
local schema = require "upnudge.language.schema"
local testing = require "upnudge.testing"

local work

setup(function()
    work = command.directory()
end)

teardown(function()
    command.remove(work)
end)

local function policy(name, text)
    local path = work .. "/" .. name .. ".lua"
    command.write(path, ('local u = require "upnudge"\nreturn u.policy { api = 1, name = "%s", %s }\n'):format(name,
        text))
    return path
end

--- What a function raises, without the place; the place has to be here.
local function raised(f)
    local ok, fault = pcall(f)
    assert.is_false(ok, "it raised nothing")
    local here, message = fault:match "^[^\n]-([%w_]+%.lua):%d+: (.*)$"
    assert.are.equal("testing_spec.lua", here, fault)
    return message
end

describe("a world", function()
    local world

    before_each(function()
        world = testing.world { installed = { curl = "8.9.0", jq = "1.6" } }
    end)

    after_each(function()
        world:close()
    end)

    it("takes no option that there is not, at the line of the test", function()
        assert.is_truthy(raised(function()
            testing.world { polcy = "default" }
        end):find "^world: no option 'polcy'; did you mean 'policy'%? %(one of: app, format, host")
        for call, message in pairs {
            activate = "activate: no option 'x'", explain = "explain: no option 'x'", check = "check: no option 'x'",
            told = "told: no option 'x'" } do
            assert.is_truthy(raised(function()
                world[call](world, { x = 1 })
            end):find(message, 1, true), call)
        end
        for call, name in pairs { release = "curl", expose = "jq", offer = "new", snooze = "1d", environment = "e" } do
            local message = raised(function()
                if call == "expose" or call == "snooze" then
                    world[call](world, name, { securty = true })
                else
                    world[call](world, name, call ~= "environment" and "9" or nil, { securty = true })
                end
            end)
            assert.is_truthy(message:find("no option 'securty'", 1, true), call .. ": " .. message)
        end
    end)

    it("takes nothing of another kind", function()
        for _, case in ipairs {
            { { policy = true }, "world: 'policy' is a boolean; expected a string" },
            { { now = "yesterday" }, "world: now: 'yesterday' is no time" },
            { { utc_offset = "CET" }, "world: utc_offset: 'CET' is none" },
            { { format = "pip" }, "world: format 'pip' is not known" },
            { { path = "webshop" }, "world: path 'webshop' is not absolute" },
            { { installed = { curl = 8 } }, "world: installed: curl has a number; expected a version as a text" },
            { { installed = { curl = {} } }, "world: installed: curl: 'version' is missing" },
            { { installed = { "curl" } }, "world: installed: a number is no name of a package" },
            { { host = { tty = "yes" } }, "world: host: 'tty' is a string; expected true or false" },
            { { host = { vars = { A = 1 } } }, "world: host: vars: 'A' has no value as a text" },
            { { host = { attributes = { ["a b"] = "1" } } }, "world: host: attributes: expected a table" },
            { { host = { mode = "comand" } }, "did you mean 'command'?" },
            { { lockfiles = { called = "a" } }, "world: lockfiles: 'old' is missing" },
            { "default", "world: a string; expected a table of options" },
        } do
            local message = raised(function()
                testing.world(case[1])
            end)
            assert.is_truthy(message:find(case[2], 1, true), message)
        end
        for _, case in ipairs {
            { "release", "curl", 8.10, "release: the version is a number" },
            { "release", 8, "1", "release: a number is no name of a package" },
            { "advance", "3 days", nil, "advance: '3 days' is no duration" },
            { "at", "soon", nil, "at: 'soon' is no time" },
            { "at", true, nil, "at: expected seconds UTC, or ISO 8601" },
            { "snooze", "long", nil, "snooze: 'long' is no duration" },
            { "ignore", nil, nil, "ignore: nil is no name" },
            { "environment", nil, nil, "environment: it needs a name" },
            { "environment", "b", { curl = 8 }, "environment: curl has a number" },
            { "expose", "curl", { id = "a b" }, "expose: id 'a b': letters" },
            { "expose", "curl", { url = "example.org" }, "expose: url 'example.org' begins with neither" },
        } do
            local message = raised(function()
                world[case[1]](world, case[2], case[3])
            end)
            assert.is_truthy(message:find((case[4]:gsub("nil is no name", "a nil is no name")), 1, true), message)
        end
        assert.are.equal("ignore: names no package", raised(function()
            world:ignore()
        end))
    end)

    it("has no method, and a decision no field, that there is not", function()
        assert.is_truthy(raised(function()
            world:actvate()
        end):find "^a world has no 'actvate'; did you mean 'activate'%?")
        assert.is_truthy(raised(function()
            return world:activate().notfy
        end):find "^a decision has no 'notfy'; did you mean 'notify'%?")
        assert.is_truthy(raised(function()
            return testing.wrold
        end):find "did you mean 'world'%?")
        assert.is_truthy(raised(function()
            world.nwo = 3
        end):find "did you mean 'now'%?")
        assert.are.equal("write world:activate(…), with a colon", raised(function()
            world.activate { ci = true }
        end))
        assert.is_nil(world:activate().text)
    end)

    it("knows what is installed", function()
        for _, call in ipairs { "release", "expose", "offer", "upgrade" } do
            local message = raised(function()
                world[call](world, "crul")
            end)
            assert.is_truthy(message:find("'crul' is not installed; did you mean 'curl'?", 1, true), message)
        end
        world:release("zsh", "5.9", { from = "5.8" }):offer("new", "1"):release("new", "2"):check()
        assert.are.equal("1 version change and 1 addition available in webshop.", world:activate().text:match "[^\n]+")
        local any <close> = testing.world {}
        any:release("zsh", "5.9"):check()
        assert.is_true(any:activate().notify)
    end)

    it("tells the mistakes of a policy at the line of the test", function()
        local path = policy("wrong", "rlues = {}")
        assert.is_truthy(raised(function()
            testing.world { policy = path }
        end):find(path .. ":2: policy has no key 'rlues'", 1, true))
    end)

    it("tells a rule that there is not, and a variable that the policy reads by another name", function()
        local path = policy("reads", 'reads = { "DISPLAY_SHARING" }, rules = { u.rule "all" { notify = u.always() } }')
        local reading <close> = testing.world { policy = path }
        assert.is_truthy(raised(function()
            reading:told { rule = "al" }
        end):find("the policy has no rule 'al'; did you mean 'all'?", 1, true))
        assert.is_truthy(raised(function()
            reading:activate { vars = { DISPLAY_SHARNIG = "1" } }
        end):find("the policy does not read 'DISPLAY_SHARNIG'; did you mean 'DISPLAY_SHARING'?", 1, true))
        assert.is_truthy(raised(function()
            testing.world { policy = path, host = { vars = { DISPLAY_SHARNIG = "1" } } }
        end):find("did you mean 'DISPLAY_SHARING'?", 1, true))
        reading:activate { vars = { DISPLAY_SHARING = "1", LC_ALL = "C" } }
    end)
end)

describe("a world controls", function()
    --- The values of an expression of the context, as a policy that says them is told.
    local function seen(expression, options, live, host)
        local path = policy("seen", ('reads = { "A" }, rules = { u.rule "all" { notify = u.always() }, '
            .. 'u.rule "other" { notify = u.always() } }, '
            .. 'text = function(c) local p = c.result.packages[1] or {} local e = c.result.exposures[1] or {} '
            .. 'local t = {} for i, v in ipairs { n = 0, %s } do t[i] = tostring(v) end '
            .. 'return table.concat(t, " ") end'):format(expression))
        options.policy = path
        local world <close> = testing.world(options)
        live(world)
        local decision = world:activate(host)
        return decision.text or decision.reason
    end

    local function release(world)
        world:release("curl", "8.10.1"):check()
    end

    it("the environment and the host", function()
        assert.are.equal("shop /srv/shop npm acme true false command make claude", seen(
            "c.env.name, c.env.path, c.env.format, c.host.app, c.host.tty, c.host.ci, c.host.mode, c.host.command, "
            .. "c.host.agent", { name = "shop", path = "/srv/shop", format = "npm", app = "acme",
            host = { agent = "claude", mode = "command" }, installed = { curl = "8.9.0" } }, release,
            { command = "make" }))
        assert.are.equal("1 yes de_DE 3600 npm update", seen(
            "c.host.vars.A, c.host.attributes.sharing, c.host.lang, c.host.utc_offset, c.env.upgrade", {
                utc_offset = "+01:00", lang = "de_DE", installed = { curl = "8.9.0" },
                host = { vars = { A = "2" } } }, function(world)
                world:release("curl", "8.10.1"):check { upgrade = "npm update" }
            end, { vars = { A = "1" }, attributes = { sharing = "yes" } }))
        local expression, options = "c.host.user, c.host.machine, c.host.session", { installed = { curl = "8.9.0" } }
        local first = seen(expression, options, release)
        for _, host in ipairs { { user = "ada" }, { machine = "build-1" }, { session = "two" } } do
            assert.are_not.equal(first, seen(expression, options, release, host))
        end
        assert.are.equal("NO_UPDATE_NOTIFIER is set", seen("1", options, release,
            { vars = { NO_UPDATE_NOTIFIER = "1" } }))
    end)

    it("packages, as far as the lockfile of the format tells them", function()
        local wanted = "p.name, p.to, p.direct, p.group or '-', "
            .. "p.released and u.date('%F', p.released) or '-', p.behind or '-', p.kind"
        for format, text in pairs {
            flox = "curl 8.10.1 true toplevel 2027-01-04 3 upgraded", npm = "curl 8.10.1 false dev - - upgraded",
            cargo = "curl 8.10.1 false - - - upgraded", uv = "curl 8.10.1 false - 2027-01-04 3 upgraded" } do
            local curl = { version = "8.9.0" }
            if format ~= "flox" then
                curl.direct = false
            end
            curl.group = format == "npm" and "dev" or nil
            curl.released = (format == "flox" or format == "uv") and "2027-01-01 09:00" or nil
            assert.are.equal(text, seen(wanted, { format = format, installed = { curl = curl } }, release))
            assert.are.equal("curl 8.9.0 rebuilt", seen("p.name, p.to, p.kind", { format = format,
                installed = { curl = "8.9.0" } }, function(world)
                world:release("curl"):check()
            end), format)
        end
        local world <close> = testing.world { installed = { curl = { version = "8.9.0", system = "riscv64-plan9" } } }
        release(world)
        assert.are.equal("other-systems", world:activate().code)
        for format, told in pairs { npm = "released", cargo = "group", uv = "group", flox = "direct" } do
            local message = raised(function()
                testing.world { format = format, installed = { curl = { version = "1", [told] = told == "direct" or
                    "2027-01-01" } } }
            end)
            assert.is_truthy(message:find(("no lockfile of the format %s tells '%s'"):format(format, told), 1, true),
                message)
        end
    end)

    it("what comes and goes", function()
        assert.are.equal("1 1", seen("c.result.added, c.result.removed", { installed = { curl = "1", jq = "1" } },
            function(world)
                world:offer("new", "2"):offer("jq"):check()
            end))
    end)

    it("security problems, with all that scanners tell", function()
        local installed = { format = "npm", installed = { lodash = "4.17.20", left = "1.0.0" } }
        assert.are.equal("1 1 lodash high CVE-1 GHSA-1 https://example.org/1 title", seen("c.result.security, "
            .. "c.result.high, p.name, p.severity, p.fixes[1].id, p.fixes[1].aliases[1], p.fixes[1].url, "
            .. "p.fixes[1].title", installed, function(world)
            world:release("lodash", "4.17.21", { security = { id = "CVE-1", aliases = { "GHSA-1" }, severity = "high",
                url = "https://example.org/1", title = "title" } }):check()
        end))
        assert.are.equal("1 1 left critical", seen("c.result.exposed, c.result.security, e.name, e.severity", installed,
            function(world)
                world:expose("left", { severity = "critical" }):release("lodash", "4.17.21", { security = true }):check()
            end))
        assert.are.equal("1 1 true", seen("c.result.exposed, c.result.withdrawn, e.withdrawn", installed, function(world)
            world:expose("left", { withdrawn = true }):check()
        end))
        -- What was exposed is mended by the release that says so, and no problem after the upgrade.
        assert.are.equal("0 1 critical", seen("c.result.exposed, c.result.security, p.severity", installed,
            function(world)
                world:expose("left", { severity = "critical" }):check()
                world:release("left", "1.0.1", { security = true }):check()
            end))
        assert.are.equal("0 0 lodash", seen("c.result.exposed, c.result.security, p.name", installed, function(world)
            world:release("left", "1.0.1", { security = { severity = "low" } }):release("lodash", "5.0.0"):check()
            world:upgrade("left"):check()
        end))
    end)

    it("checks that fail", function()
        local world <close> = testing.world { installed = { curl = "8.9.0" } }
        local answer = world:release("curl", "8.10.1"):check { fails = "the registry does not answer" }
        assert.are.same({ "failed", "the registry does not answer" }, { answer.outcome, answer.reason })
        assert.is_false(world:activate().notify)
        world:advance "1h":check()
        assert.is_true(world:activate().notify)
    end)

    it("what the person was told, and says", function()
        local options = { installed = { curl = "8.9.0" }, now = "2027-01-15 10:00" }
        assert.are.equal("2027-01-15 09:00 true true true", seen("u.date('%F %R', c.history.last_notified), c.history.times == 1, "
            .. "c.history.rules.other.times == 1, c.history.rules.all.times == nil", options, function(world)
            release(world)
            world:told { at = "2027-01-15 09:00", rule = "other" }
        end))
        local world <close> = testing.world(options)
        assert.is_truthy(raised(function()
            world:told()
        end):find "^nothing could be told: ")
        release(world)
        world:snooze "3d"
        assert.are.equal("snoozed", world:activate().code)
        world:snooze():snooze("3d", { all = true })
        assert.are.equal("snoozed", world:activate().code)
        world:snooze(nil, { all = true }):ignore "cu*"
        assert.is_false(world:activate().notify)
        world:unignore()
        assert.is_true(world:activate().notify)
    end)

    it("other environments of the person", function()
        local path = policy("person", 'extends = "default", scope = "person"')
        local world <close> = testing.world { policy = path, installed = { curl = "8.9.0" } }
        local site = world:environment("site", { lodash = "1.0.0" }, { format = "npm", path = "/srv/site" })
        release(world)
        site:release("lodash", "2.0.0"):check()
        assert.is_truthy(raised(function()
            site:release("curl", "9")
        end):find("'curl' is not installed", 1, true))
        assert.is_truthy(raised(function()
            world:environment("site", {}, { path = "/srv/site" })
        end):find("there is an environment", 1, true))
        assert.are.same({ "/srv/site", world.now }, { site.path, site.now })
        do
            local _again <close> = site
        end
        -- A world that nobody holds lives as long as an environment of it.
        local alone = testing.world():environment("alone", { curl = "1" })
        collectgarbage()
        collectgarbage()
        alone:release("curl", "2"):check()
        assert.is_true(alone:activate().notify)
        assert.is_truthy(site:activate().text:find "Updates available in 2 environments: ")
    end)
end)

describe("the guide", function()
    it("has every function of worlds, and the reference every option", function()
        local guide, reference = command.read(command.root .. "/policies/README.md"),
            require "upnudge.tools.reference".markdown()
        for _, entry in ipairs(schema.testing.calls) do
            local call = entry[1]:match "^[%w:.]+"
            assert.is_truthy(call == "world:close" or guide:find("`" .. call, 1, true), call)
            assert.is_truthy(reference:find("| `" .. call, 1, true), call)
        end
        for _, name in ipairs { "world", "environment", "package", "release", "problem", "check", "activation", "told",
            "snooze", "decision" } do
            for _, key in ipairs(schema.ordered(schema.testing[name])) do
                assert.is_truthy(reference:find(("| `%s` |"):format(key.name), 1, true), key.name)
            end
        end
        for name in pairs(schema.testing.activation) do
            assert.is_truthy(guide:find(("`%s`"):format(name), 1, true), name)
        end
    end)
end)
