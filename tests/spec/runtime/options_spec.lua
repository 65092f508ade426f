--- What a Lua host may say: misuse raises, where the host called, and says what would be right.

local command = require "command"
local options = require "upnudge.runtime.options"
local runtimes = require "upnudge.runtime"
local stage = require "stage"

local NEW <const>, NOW <const> = stage.NEW, stage.NOW

local env, state

before_each(function()
    env, state = select(2, stage.set())
end)

after_each(stage.strike)

--- What is raised, with its place.
local function raised(f, ...)
    local ok, message = pcall(f, ...)
    assert.is_false(ok)
    return message
end

describe("the options of a runtime", function()
    local CASES <const> = {
        { { ap = "x" }, "no option 'ap'; did you mean 'app'? (one of: app, host, log, places, policy, state_dir)" },
        { { app = 7 }, "app is 7; it is a string" },
        { { state_dir = true }, "state_dir is true; it is a string" },
        { { policy = {} }, "policy is a table; it is a string" },
        { "acme", "the options are 'acme'; they are a table" },
        { { "acme" }, "no option '1' (one of: app, host, log, places, policy, state_dir)" },
        { { ["a\27[1m\n" .. ("b"):rep(100)] = 1 },
            "no option 'a?[1m?" .. ("b"):rep(34) .. "' (one of: app, host, log, places, policy, state_dir)" },
    }

    for i, case in ipairs(CASES) do
        it("are looked at: " .. i, function()
            local message = raised(function() runtimes.open(case[1]) end)
            assert.is_truthy(message:find("^tests/spec/runtime/options_spec%.lua:%d+: upnudge: open: "), message)
            assert.is_truthy(message:find(case[2], 1, true), message)
        end)
    end

    it("may be none", function()
        local runtime <close> = assert(runtimes.open { state_dir = state })
        assert.equal("default", runtime.app)
        assert.same({ nil, "app '': letters, digits, '.', '_' and '-' only, 128 at most", "usage" },
            { runtimes.open { app = "" } })
        assert.equal("usage", select(3, runtimes.open { state_dir = "here" }))
    end)
end)

describe("the options of an activation and of a check", function()
    local WRONG <const> = {
        notify = { { tyt = true }, "no option 'tyt'; did you mean 'tty'?" },
        explain = { { mode = "bogus" }, "mode is 'bogus'; it is one of 'activate', 'in-place', 'command'" },
        check_begin = { { max_age = -1 }, "max_age is -1; it is a whole number of seconds, not less than 0" },
    }

    for method, case in pairs(WRONG) do
        it("are looked at by " .. method, function()
            local runtime <close> = assert(runtimes.open { state_dir = state })
            local message = raised(function() runtime[method](runtime, env, case[1]) end)
            assert.is_truthy(message:find(("^tests/spec/runtime/options_spec%%.lua:%%d+: upnudge: %s: "):format(method)), message)
            assert.is_truthy(message:find(case[2], 1, true), message)
            message = raised(function() runtime[method](runtime) end)
            assert.is_truthy(message:find("options_spec%.lua:%d+: upnudge: " .. method .. ": the environment is nil; it is a string"),
                message)
            assert.has_no.errors(function() runtime[method](runtime, env) end)
        end)
    end

    it("are what their types say", function()
        local GOOD <const> = { lockfile = "x", name = "x", command = "x", hint = "x", now = 0, tty = false, active = true,
            max_age = 5.0, timeout = 1 << 40, probe = true, own_process = false, insists = true,
            announced = true, lock = io.stdout, mode = "in-place", session = "", attributes = { a = "b" },
            look = "styled" }
        local BAD <const> = { lockfile = 1, name = {}, command = false, hint = 1, now = 1.5, tty = 1, active = "yes",
            max_age = "1d", timeout = -1, probe = 0, own_process = "no", insists = 1,
            announced = 1, lock = 1, mode = "", session = 1, attributes = { "b" }, look = "pretty" }
        for _, known in ipairs { options.activation, options.check } do
            for name in pairs(known) do
                options.check_options("f", { [name] = GOOD[name] }, known)
                assert.is_truthy(raised(options.check_options, "f", { [name] = BAD[name] }, known):find(name .. " is ", 1, true))
            end
        end
    end)
end)

describe("the end of a check", function()
    it("takes texts", function()
        local runtime <close> = assert(runtimes.open { state_dir = state })
        local check = runtime:check_begin(env, { now = NOW })
        assert.is_truthy(raised(function() check:commit(nil) end):find("options_spec.*commit: the lockfile is nil"))
        assert.is_truthy(raised(function() check:fail {} end):find("options_spec.*fail: the reason is a table"))
        -- And goes on after it.
        assert.equal("checked", check:commit(command.read(NEW)).outcome)
    end)
end)
