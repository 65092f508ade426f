--- Which policy holds, and what loading one leaves behind.

local command = require "command"
local core = require "upnudge.core"
local policies = require "upnudge.policy"
local stage = require "stage"

local work, variables

before_each(function()
    work = stage.bare()
    variables = { HOME = work .. "/home" }
end)

after_each(stage.strike)

local function variable(name)
    return variables[name]
end

describe("the policy that holds", function()
    local function path_or_name(option)
        local source = policies.find(option, variable)
        return source.path or source.builtin
    end

    it("is the host's, then the variable's, then the user's, then the ready-made default", function()
        command.must 'mkdir -p "$work/home/.config/upnudge" "$work/config/upnudge"'
        assert.equal("default", path_or_name())
        local file = work .. "/home/.config/upnudge/policy.lua"
        command.write(file, "")
        assert.equal(file, path_or_name())
        variables.XDG_CONFIG_HOME = work .. "/config"
        assert.equal("default", path_or_name())
        command.write(work .. "/config/upnudge/policy.lua", "")
        assert.equal(work .. "/config/upnudge/policy.lua", path_or_name())
        variables.XDG_CONFIG_HOME = "relative"
        assert.equal(file, path_or_name())
        variables.UPNUDGE_POLICY = ""
        assert.equal(file, path_or_name())
        variables.UPNUDGE_POLICY = "weekly"
        assert.equal("weekly", path_or_name())
        assert.equal("flox", path_or_name "flox")
    end)

    it("is a file where it looks like one, else a ready-made one", function()
        for value, source in pairs { ["p.lua"] = { name = "p.lua", path = "p.lua" }, ["./p"] = { name = "./p", path = "./p" },
            ["/etc/p"] = { name = "/etc/p", path = "/etc/p" }, ["flox"] = { name = "flox (ready-made)", builtin = "flox" },
            ["lua"] = { name = "lua (ready-made)", builtin = "lua" } } do
            assert.same(source, policies.find(value, variable))
        end
    end)

    it("may stand in the user's configuration and in the system's", function()
        assert.same({ work .. "/home/.config/upnudge/x", "/etc/xdg/upnudge/x" }, policies.configuration("x", variable))
        variables.HOME = nil
        assert.same({ "/etc/xdg/upnudge/x" }, policies.configuration("x", variable))
        variables.XDG_CONFIG_HOME = "/c"
        assert.same({ "/c/upnudge/x", "/etc/xdg/upnudge/x" }, policies.configuration("x", variable))
    end)

    it("of the machine is the first in the absolute directories of $XDG_CONFIG_DIRS", function()
        variables.XDG_CONFIG_DIRS = ("relative:%s/a::%s/b/:/c"):format(work, work)
        assert.same({ work .. "/home/.config/upnudge/x", work .. "/a/upnudge/x", work .. "/b//upnudge/x", "/c/upnudge/x" },
            policies.configuration("x", variable))
        assert.equal("default", path_or_name())
        command.must 'mkdir -p "$work/b/upnudge" "$work/a/upnudge" "$work/relative/upnudge"'
        command.write(work .. "/b/upnudge/policy.lua", "")
        assert.equal(work .. "/b//upnudge/policy.lua", path_or_name())
        command.write(work .. "/a/upnudge/policy.lua", "")
        assert.equal(work .. "/a/upnudge/policy.lua", path_or_name())
        variables.XDG_CONFIG_DIRS = ""
        assert.same({ "/etc/xdg/upnudge/x" }, { policies.configuration("x", variable)[2] })
        variables.XDG_CONFIG_DIRS = "relative"
        assert.same({ work .. "/home/.config/upnudge/x" }, policies.configuration("x", variable))
    end)

    it("is known for the person's or the machine's by where it stands, however it is found", function()
        variables.XDG_CONFIG_DIRS = work .. "/a"
        assert.equal("person", policies.find(work .. "/home/.config/upnudge/policy.lua", variable).found)
        assert.equal("machine", policies.find(work .. "/a/upnudge/policy.lua", variable).found)
        for _, other in ipairs { work .. "/home/.config/upnudge/team.lua", "policy.lua", "default" } do
            assert.is_nil(policies.find(other, variable).found)
        end
    end)

    it("has a home of its own by what the person and the machine are, and not by $XDG_CONFIG_DIRS", function()
        variables.XDG_CONFIG_DIRS = work .. "/a"
        assert.same({ "/etc/xdg/upnudge/", work .. "/home/.config/upnudge/" }, policies.homes(variable))
        variables.HOME = nil
        assert.same({ "/etc/xdg/upnudge/" }, policies.homes(variable))
    end)

    it("is never one that lies in the directory", function()
        command.must 'mkdir -p "$work/home"'
        command.write(work .. "/policy.lua", "")
        local said = command.must(("cd %s && XDG_CONFIG_HOME=. HOME=%s "):format(command.quote(work), command.quote(work .. "/home"))
            .. command.lua .. " -e %s", "print(require 'upnudge.policy'.find().builtin)")
        assert.equal("default\n", said)
    end)
end)

describe("a policy that is loaded", function()
    local function load(source, options)
        local policy, message, diagnostics = policies.load(source, options or { variable = variable })
        if policy then
            stage.finally(function() policy:close() end)
        end
        return policy, message, diagnostics
    end

    it("tells its name, strategy, settings and what it ignores", function()
        local path = stage.policy [[{ api = 1, name = "mine", extends = "default", strategy = "simple", ignore = { "linux-*" },
            check = { every = "2d" }, per = "team" }]]
        local policy = assert(load { name = path, path = path })
        assert.same({ "mine", "simple", require "upnudge.strategy.simple", { "linux-*" }, 172800, "team" }, { policy.name, policy.strategy,
            policy.strategy_module, policy.ignore, policy.check.every, policy.settings.per })
    end)

    it("names the default strategy alone, and a base's", function()
        local policy = assert(load { name = "default", builtin = "default" })
        assert.same({ "separate-lock", nil }, { policy.strategy, policy.strategy_module })
        local path = stage.policy '{ api = 1, name = "mine", extends = "simple" }'
        assert.equal("simple", assert(load { name = path, path = path }).strategy)
    end)

    it("is not there, or is too large, and that is told", function()
        local policy, message = load { name = "defualt (ready-made)", builtin = "defualt" }
        assert.is_nil(policy)
        assert.is_truthy(message:find("no ready-made policy 'defualt'; did you mean 'default'?", 1, true), message)
        assert.is_nil((load { name = "x", path = work .. "/x.lua" }))
        command.write(work .. "/x.lua", "--" .. ("x"):rep(65536))
        policy, message = load { name = "x", path = work .. "/x.lua" }
        assert.is_nil(policy)
        assert.is_truthy(message:find("larger than accepted", 1, true), message)
    end)

    it("with mistakes leaves no VM open, and one line for each with its place", function()
        local real, open = core.vm, 0
        stage.finally(function() core.vm = real end)
        core.vm = function(...)
            local vm = assert(real(...))
            open = open + 1
            return { call = function(_, ...) return vm:call(...) end, close = function()
                open = open - 1
                vm:close()
            end }
        end
        local path = stage.policy '{\n  api = 1, nmae = "x",\n  strategy = "sipmle",\n}'
        local policy, message, diagnostics = load { name = path, path = path }
        assert.is_nil(policy)
        assert.same({ 0, 3 }, { open, #diagnostics })
        local words = message:gmatch "[^\n]+"
        for _, expected in ipairs { ":2: policy has no 'name'", ":3: .*'nmae'.*did you mean 'name'",
            ":4: no strategy 'sipmle'; did you mean 'simple'" } do
            local line = words()
            assert.is_truthy(line:find(expected), line)
        end
    end)
end)

describe("a question", function()
    local policy, crossed

    --- The policy, whose VM tells what crosses into it.
    before_each(function()
        policy = assert(policies.load({ name = "p", path = stage.policy [[{ api = 1, name = "p", rules = {
            u.rule "r" { notify = u.every "1d" } }, text = function(c)
                if c.env.name == "bad" then error "not this one" end
                return c.env.name .. " " .. c.result.total .. " " .. c.host.app .. " " .. c.host.utc_offset end }]] }, { variable = variable }))
        local vm = policy.vm
        stage.finally(function() vm:close() end)
        crossed = {}
        policy.vm = { refill = function() crossed.refilled = (crossed.refilled or 0) + 1 vm:refill() end, call = function(_, what, ...)
            crossed.env, crossed.result, crossed.host = select(2, ...) ~= nil, select(3, ...) ~= nil, select(5, ...) ~= nil
            return vm:call(what, ...)
        end }
    end)

    local function question(name, result, host)
        return { now = stage.NOW, env = { name = name, path = "/" .. name }, result = result, history = {}, host = host,
            look_up = function() return 3600 end }
    end

    it("hands the VM what it does not hold yet, and nothing twice", function()
        local result = { total = 3, fingerprint = "f" }
        local host = { app = "acme" }
        assert.equal("shop 3 acme 3600", assert(policy:ask(question("shop", result, host))).text)
        assert.same({ true, true, true }, { crossed.env, crossed.result, crossed.host })
        assert.equal("shop 3 acme 3600", assert(policy:ask(question("shop", result, host))).text)
        assert.same({ false, false, false }, { crossed.env, crossed.result, crossed.host })
        assert.equal("site 3 acme 3600", assert(policy:ask(question("site", result, host))).text)
        assert.same({ true, false, false }, { crossed.env, crossed.result, crossed.host })
        assert.equal("site 4 tool 3600", assert(policy:ask(question("site", { total = 4, fingerprint = "g" }, { app = "tool" }))).text)
        assert.same({ false, true, true }, { crossed.env, crossed.result, crossed.host })
    end)

    it("has a budget of its own, and shares it when it is asked again", function()
        local one = question("shop", { total = 3, fingerprint = "f" }, { app = "acme" })
        policy:ask(one)
        assert.is_nil(crossed.refilled)
        one.history = { last_notified = stage.NOW }
        assert.is_false(assert(policy:ask(one)).notify)
        assert.is_nil(crossed.refilled)
        policy:ask(question("shop", { total = 3, fingerprint = "f" }, { app = "acme" }))
        assert.equal(1, crossed.refilled)
    end)

    it("that failed leaves nothing of it to the next one, and shares no budget with it", function()
        local host = { app = "acme" }
        local three, four = { total = 3, fingerprint = "f" }, { total = 4, fingerprint = "g" }
        assert.is_nil((policy:ask(question("bad", four, { app = "tool" }))))
        assert.equal("shop 3 acme 3600", assert(policy:ask(question("shop", three, host))).text)
        assert.equal(1, crossed.refilled)
        assert.is_nil((policy:ask(question("bad", four, { app = "tool" }))))
        assert.equal("shop 3 acme 3600", assert(policy:ask(question("shop", three, host))).text)
        assert.equal(3, crossed.refilled)
    end)
end)
