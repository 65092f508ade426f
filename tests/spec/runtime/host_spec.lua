--- The host: what an activation can tell about who is watching.

local core = require "upnudge.core"
local hosts = require "upnudge.runtime.host"

--- A host with those variables.
local function host(variables)
    return hosts.new { variable = function(name) return variables[name] end }
end

local function facts(variables, activation)
    return host(variables):describe("acme", activation or {})
end

describe("a host", function()
    it("is this process, but for what is given", function()
        local real = hosts.new()
        assert.same({ core.now, core.variable, core, {} }, { real.now, real.variable, real.disk, real.stand_ins })
        assert.equal(require "upnudge.lib.time".utc_offset(1800000000), real.utc_offset(1800000000))
        local function ours() return 7 end
        local disk, stand_ins = {}, { database = "simple" }
        local made = hosts.new { now = ours, variable = ours, utc_offset = ours, disk = disk, stand_ins = stand_ins }
        assert.same({ ours, ours, ours }, { made.now, made.variable, made.utc_offset })
        assert.equal(disk, made.disk)
        assert.equal(stand_ins, made.stand_ins)
    end)
end)

describe("the facts of an activation", function()
    it("are what the host says, and what holds where it says nothing", function()
        local plain = facts({})
        assert.is_nil(rawget(plain, "system"))
        assert.equal(core.system(), plain.system)
        assert.same({ app = "acme", ci = false, system = core.system(), tty = core.isatty(2), mode = "activate", active = false }, plain)
        assert.same({ app = "acme", ci = true, lang = "de_DE", tty = true, mode = "command", active = true, command = "make",
            hint = "acme show" }, facts({ CI = "1", LANG = "de_DE" }, { tty = true, mode = "command", active = true, command = "make",
            hint = "acme show" }))
        assert.is_false(facts({}, { tty = false }).tty)
    end)

    it("know CI by the variables of every service, unless they say no", function()
        for _, name in ipairs { "CI", "CONTINUOUS_INTEGRATION", "BUILD_NUMBER", "RUN_ID", "TF_BUILD" } do
            for value, ci in pairs { ["1"] = true, ["true"] = true, ["42"] = true, [""] = false, ["0"] = false, ["false"] = false } do
                assert.equal(ci, facts({ [name] = value }).ci, name .. "=" .. value)
            end
        end
        assert.is_true(facts({ CI = "false", TF_BUILD = "True" }).ci)
    end)

    it("know an agent by its variable, those first whose value is a name", function()
        for variable, name in pairs { CLAUDECODE = "claude-code", CODEX_THREAD_ID = "codex", CODEX_SANDBOX = "codex",
            CURSOR_AGENT = "cursor", GEMINI_CLI = "gemini-cli", OPENCODE = "opencode", COPILOT_CLI = "copilot-cli",
            AUGMENT_AGENT = "augment", CLINE_ACTIVE = "cline", ANTIGRAVITY_AGENT = "antigravity", GOOSE_TERMINAL = "goose",
            QWEN_CODE = "qwen-code", AI_AGENT = "agent", AGENT = "agent" } do
            for value, expected in pairs { ["1"] = name, ["true"] = name, [""] = false, ["0"] = false, ["false"] = false } do
                local variables = { [variable] = value }
                assert.equal(expected, facts(variables).agent, variable .. "=" .. value)
                assert.same({ expected, expected and variable or nil },
                    { core.agent(function(asked) return variables[asked] end) })
            end
        end
        assert.equal("ours", facts({ AI_AGENT = "ours", AGENT = "theirs", CLAUDECODE = "1" }).agent)
        assert.equal("theirs", facts({ AGENT = "theirs", CLAUDECODE = "1" }).agent)
        assert.equal("opencode", facts({ AGENT = "1", OPENCODE = "1" }).agent)
        assert.equal("kiro", facts({ TERM_PROGRAM = "kiro" }).agent)
        assert.is_false(facts({ TERM_PROGRAM = "vscode" }).agent)
        assert.is_true(#facts({ AI_AGENT = ("n"):rep(10000) }).agent <= require "upnudge.lib.limits".VERSION)
    end)

    it("look for an agent when somebody asks, and once", function()
        local asked = 0
        local one = hosts.new { variable = function(name)
            asked = asked + (name == "CLAUDECODE" and 1 or 0)
            return name == "CLAUDECODE" and "1" or nil
        end }
        local first = one:describe("acme", { tty = true })
        assert.equal(0, asked)
        assert.same({ "claude-code", "claude-code" }, { first.agent, one:describe("acme", { tty = false }).agent })
        assert.equal(1, asked)
        one:forget()
        assert.equal("claude-code", one:describe("acme", { tty = true }).agent)
        assert.equal(2, asked)
    end)

    it("read variables for a policy that lists them, no longer than one wants to", function()
        local one = host { SHARING = "1", EMPTY = "", LONG = ("x"):rep(100000) }
        local read = one:read { "SHARING", "EMPTY", "LONG", "NONE" }
        assert.same({ "1", "", false }, { read.SHARING, read.EMPTY, read.NONE })
        assert.is_true(#read.LONG <= require "upnudge.lib.limits".COMMAND)
        assert.same({}, one:read {})
    end)

    it("know the language as the C library does", function()
        local variables = { LC_ALL = "a", LC_MESSAGES = "b", LANG = "c" }
        for _, case in ipairs { { "LC_ALL", "a" }, { "LC_MESSAGES", "b" }, { "LANG", "c" } } do
            assert.equal(case[2], facts(variables).lang)
            variables[case[1]] = case[1] == "LC_ALL" and "" or nil
        end
        assert.is_nil(facts(variables).lang)
    end)

    it("know the languages as gettext does, but where the locale is that of programs", function()
        for locale, lang in pairs { ["en_US.UTF-8"] = "de:en", de_DE = "de:en", C = "C", POSIX = "POSIX", ["C.UTF-8"] = "C.UTF-8", CX = "de:en" } do
            assert.equal(lang, facts({ LANG = locale, LANGUAGE = "de:en" }).lang)
            assert.equal(locale, facts({ LANG = locale, LANGUAGE = "" }).lang)
        end
        assert.is_nil(facts({ LANGUAGE = "de:en" }).lang)
    end)

    it("are the same table while they are the same", function()
        local one = host {}
        local activation = { tty = true, command = "make", hint = "h", mode = "command", active = true }
        local first = one:describe("acme", activation)
        assert.equal(first, one:describe("acme", { tty = true, command = "make", hint = "h", mode = "command", active = true }))
        for key, value in pairs { tty = false, command = "cmake", hint = "i", mode = "in-place", active = false } do
            local other = {}
            for name, member in pairs(activation) do
                other[name] = member
            end
            other[key] = value
            local facts_of_other = one:describe("acme", other)
            assert.are_not.equal(first, facts_of_other, key)
            assert.equal(value, facts_of_other[key])
            first = one:describe("acme", activation)
        end
        assert.are_not.equal(first, one:describe("other", activation))
    end)

    it("do not ask for the variables again, until they are forgotten", function()
        local variables, asked = { LANG = "a" }, 0
        local one = hosts.new { variable = function(name)
            asked = asked + 1
            return variables[name]
        end }
        one:describe("acme", { tty = true })
        local once = asked
        variables.LANG, variables.CI = "b", "1"
        assert.same({ "a", false }, { one:describe("acme", { tty = false }).lang, one:describe("acme", { tty = true }).ci })
        assert.equal(once, asked)
        one:forget()
        local anew = one:describe("acme", { tty = true })
        assert.same({ "b", true }, { anew.lang, anew.ci })
        assert.is_true(asked > once)
    end)
end)

describe("somebody who wants no notices", function()
    it("says so by one of two variables", function()
        for _, case in ipairs { { "NO_UPDATE_NOTIFIER", "", true }, { "NO_UPDATE_NOTIFIER", "0", true }, { "UPNUDGE_QUIET", "1", true },
            { "UPNUDGE_QUIET", "yes", true }, { "UPNUDGE_QUIET", "0", false }, { "UPNUDGE_QUIET", "", false }, { "OTHER", "1", false } } do
            assert.equal(case[3] and case[1] .. " is set" or nil, host({ [case[1]] = case[2] }):opted_out(), case[1] .. "=" .. case[2])
        end
    end)
end)
