--- What a host says beyond its facts, as a policy sees it in its real VM.

local stage = require "stage"
local policy = require "upnudge.policy"

before_each(function()
    stage.bare()
end)

after_each(stage.strike)

local FACTS <const> = { app = "t", tty = true, ci = false, system = "s", mode = "activate", active = false }

--- What a policy's text comes to, with those variables and attributes; nil and the fault.
local function said(text, reads, vars, attributes)
    local path = stage.policy(('{ api = 1, name = "p", %s rules = { u.rule "r" { notify = u.always(), text = function(c) %s end } } }')
        :format(reads or "", text))
    local asked = 0
    local loaded, message = policy.load({ name = path, path = path }, { look_up = function(what)
        asked = asked + (what == "vars" and 1 or 0)
        return what == "vars" and vars or nil
    end })
    if not loaded then
        return nil, message
    end
    local facts = { attributes = attributes }
    for name, value in pairs(FACTS) do
        facts[name] = value
    end
    local decision, fault = loaded.vm:call("evaluate", 0, { name = "e", path = "/e" }, { total = 1 }, {}, facts)
    return decision and decision.text, fault, asked, loaded
end

describe("an attribute", function()
    it("is a text where the host says it, else nil", function()
        local show = "local a = c.host.attributes return tostring(a.sharing) .. tostring(a.other)"
        assert.equal("yesnil", said(show, nil, nil, { sharing = "yes" }))
        assert.equal("nilnil", said(show))
        assert.equal("a=1 b=2 ", said("local t = '' for k, v in pairs(c.host.attributes) do t = t .. k .. '=' .. v .. ' ' end return t", nil, nil,
            { b = "2", a = "1" }))
        assert.equal("true", said("return tostring(c.host.attributes == c.host.attributes)"))
    end)

    it("is read-only, by whatever way", function()
        for text, words in pairs { ["c.host.attributes.a = 1"] = "c.host.attributes is read-only: 'a' cannot be set",
            ["rawset(c.host.attributes, 'a', 1)"] = "read-only",
            ["c.host.attributes = {}"] = "c.host is read-only" } do
            local _, fault = said(text, nil, nil, { a = "1" })
            assert.is_truthy(fault:find(words, 1, true), fault)
        end
    end)
end)

describe("a variable", function()
    local READS <const> = 'reads = { "DISPLAY_SHARING", "SSH_CONNECTION" },'

    it("is a text where it is set, else nil, and is not looked up before", function()
        local vars = { DISPLAY_SHARING = "1", SSH_CONNECTION = false }
        local text, _, asked, loaded = said("local v = c.host.vars return tostring(v.DISPLAY_SHARING) .. tostring(v.SSH_CONNECTION)",
            READS, vars)
        assert.same({ "1nil", 1 }, { text, asked })
        assert.same({ "DISPLAY_SHARING", "SSH_CONNECTION" }, loaded.reads)
        assert.equal(0, select(3, said("return 'x'", READS, vars)))
        assert.equal("DISPLAY_SHARING", said("local t = '' for k in pairs(c.host.vars) do t = t .. k end return t", READS, vars))
    end)

    it("is looked up again at the next question, for a process may stay and its variables change", function()
        local path = stage.policy([[{ api = 1, name = "p", reads = { "A" }, rules = { u.rule "r" { notify = u.always(), text = function(c)
            local listed = 0
            for _ in pairs(c.host) do listed = listed + 1 end
            return tostring(c.host.vars.A) .. listed end } } }]])
        local value
        local loaded = assert(policy.load({ name = path, path = path }, { look_up = function(what)
            return what == "vars" and { A = value } or nil
        end }))
        local facts, said_then = FACTS, {}
        for _, now in ipairs { "1", "2", false } do
            value = now
            said_then[#said_then + 1] = loaded.vm:call("evaluate", 0, { name = "e", path = "/e" }, { total = 1 }, {}, facts).text
            facts = nil
        end
        assert.same({ "112", "212", "nil12" }, said_then)
    end)

    it("is listed, or it is an error that says so", function()
        local _, fault = said("\nreturn c.host.vars.DISPLAY_SHRAING", READS, { DISPLAY_SHARING = "1", SSH_CONNECTION = "x" })
        assert.is_truthy(fault:find(":3: rule 'r': c.host.vars has no 'DISPLAY_SHRAING': the policy's `reads` does not list it; "
            .. "did you mean 'DISPLAY_SHARING'?", 1, true), fault)
        _, fault = said("return c.host.vars.HOME", nil, nil)
        assert.is_truthy(fault:find("c.host.vars has no 'HOME': the policy's `reads` does not list it$"), fault)
    end)

    it("has a name, and none that a secret may be in", function()
        for list, words in pairs { ['"GITHUB_TOKEN"'] = "reads[1]: 'GITHUB_TOKEN' may hold a secret, as every name with TOKEN; a policy reads none",
            ['"A", "client_secret"'] = "reads[2]: 'client_secret' may hold a secret, as every name with SECRET",
            ['"PGPASSWORD"'] = "PASSWORD", ['"AWS_ACCESS_KEY_ID"'] = "with KEY", ['"MY_PASSPHRASE"'] = "PASSPHRASE",
            ['"A B"'] = "reads[1]: no name of a variable", ['""'] = "no name of a variable", ['1'] = "no name of a variable",
            ['"A=B"'] = "no name of a variable", ['("A"):rep(65)'] = "no name of a variable: letters, digits and _, 64 at most" } do
            local _, message = said("return 'x'", "reads = { " .. list .. " },")
            assert.is_truthy(message and message:find(words, 1, true), message)
        end
        local names = {}
        for i = 1, 33 do
            names[i] = ('"V%d"'):format(i)
        end
        local _, message = said("return 'x'", "reads = { " .. table.concat(names, ", ") .. " },")
        assert.is_truthy(message:find("reads: no more than 32", 1, true), message)
        assert.equal("x", said("return 'x'", "reads = { " .. table.concat(names, ", ", 1, 32) .. " },"))
        assert.is_truthy(select(2, said("return 'x'", 'reads = "HOME",')):find("'reads' is a string; expected a list of variables", 1, true))
    end)

    it("that a base reads its policy reads too", function()
        stage.policy([[{ api = 1, name = "b", reads = { "ONE", "TWO" }, rules = { u.rule "b" { when = function(c) return c.host.vars.ONE end,
            quiet = "one" } } }]], "base")
        local _, _, _, loaded = said("return c.host.vars.THREE", 'extends = "base", reads = { "TWO", "THREE" },',
            { ONE = false, TWO = false, THREE = "3" })
        assert.same({ "ONE", "TWO", "THREE" }, loaded.reads)
    end)
end)

describe("a host's facts that are found out", function()
    it("are all there for who lists them", function()
        local text, fault = said("local t = {} for name in pairs(c.host) do t[#t + 1] = name end return table.concat(t, ' ')", nil, {})
        assert.is_nil(fault)
        assert.equal("active agent app attributes ci machine mode session system tty user vars", text)
    end)
end)
