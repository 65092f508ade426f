--- Verification: what `upnudge policy verify` finds, and that it finds it in the smallest activation.

local command = require "command"
local verification = require "upnudge.tools.verification"

local file

local function policy(rules, more)
    file = os.tmpname() .. ".lua"
    local stream = assert(io.open(file, "w"))
    stream:write('local u = require "upnudge"\nreturn u.policy { api = 1, name = "it", ', more or 'extends = "default", ',
        "\nrules = {\n", rules, "\n} }\n")
    stream:close()
    return file
end

--- What is found in a policy of those rules, a line each: invariant, line and facts.
local function found(rules, more, options)
    options = options or {}
    options.effort = options.effort or "bounded"
    local result, message = verification.verify(policy(rules, more), options)
    assert.is_truthy(result, message)
    local lines = {}
    for i, finding in ipairs(result.findings) do
        local facts = {}
        for j, fact in ipairs(finding.facts or {}) do
            facts[j] = fact.fact
        end
        lines[i] = ("%s %d %s"):format(finding.invariant, finding.line, table.concat(facts, " "))
    end
    return lines, result
end

after_each(function()
    os.remove(file or "")
end)

describe("verification", function()
    it("names each audience to which a rule speaks, by the one fact that shows it", function()
        assert.are.same({ "ci 4 ci=true", "no-terminal 4 tty=false", "command 4 mode=command", "agent 4 agent=agent",
            "active 4 active=true" }, (found('u.rule "loud" { notify = u.always() },', "")))
        assert.are.same({ "agent 4 agent=agent" }, (found('u.rule "loud" { notify = u.always() },', "", { allow = {
            ci = true, ["no-terminal"] = true, command = true, active = true } })))
    end)

    it("finds what no activation shows that has one fact of its own", function()
        local lines = found([[u.rule "third" { when = function(c)
            return c.result.packages[3] and c.result.packages[3].gruop == "dev" end, quiet = "x" },]], nil, { effort = "usual" })
        assert.are.equal(1, #lines)
        assert.matches("^raises 5 p2%.kind=%S+ p3%.kind=%S+$", lines[1])
    end)

    it("finds errors that boundaries alone show: a duration, a date, a word that the policy names", function()
        assert.matches("^raises 5 told=3_days", found([[u.rule "a" { when = function(c) return c.history.last_notified
            and c.now - c.history.last_notified == u.duration "3d" and nil + 1 end, quiet = "x" },]])[1])
        assert.matches("^raises 4 day=2027%-12%-24$",
            found([[u.rule "a" { when = u.dates "12-24", quiet = function(c) return c.env.format + 1 end },]])[1])
        assert.matches("^raises 4 .*env%.name=till$",
            found([[u.rule "a" { when = function(c) return c.env.name == "till" and nil + 1 end, quiet = "x" },]])[1])
        assert.matches("^raises 4 attributes%.team=tools$", found(
            [[u.rule "a" { when = function(c) return c.host.attributes.team == "tools" and nil + 1 end, quiet = "x" },]])[1])
    end)

    it("tells a wrong type from an error, and a text that keeps a fix back", function()
        assert.matches("^wrong%-type 4 $",
            found([[u.rule "default" { notify = u.always(), text = function() return 1 end },]])[1])
        assert.matches("^empty 4 .*security=", found([[u.rule "default" { notify = u.always(), text = function(c)
            return c.result.major > 0 and u.text.summary(c) or nil end }, u.rule "security" { notify = u.never() },]])[1])
    end)

    it("names rules that are never asked, are never meant or make no difference, and a `when` that is true by mistake",
        function()
            assert.are.same({ "unreached 5 " }, (found [[u.rule "always" { quiet = "never mind" },
                u.rule "behind" { notify = u.every "1d" },]]))
            assert.are.same({ "unmatched 4 " }, (found('u.rule "x" { when = function(c) return c.result.total < 0 end, '
                .. 'quiet = "x" },', nil, { effort = "usual" })))
            assert.are.same({ "no-effect 4 " }, (found('u.rule "gizmo" { when = u.every_package { group = "dev" }, '
                .. 'notify = u.every "1w" },', nil, { effort = "usual" })))
            assert.are.same({ "truth 4 " }, (found 'u.rule "x" { when = function(c) return c.result.security end, quiet = "x" },'))
            assert.matches("^truth 4", found('u.rule "x" { when = function(c) return u.hours { from = 9 } end, quiet = "x" },')[1])
            assert.matches("^truth 4", found('u.rule "x" { when = function(c) return u.every "1d" end, quiet = "x" },')[1])
            assert.matches("^words 4", found([[u.rule "x" { when = function(c)
                return c.host.mode == "comand" end, quiet = "x" },]])[1]:gsub("words 5", "words 4"), nil)
        end)

    it("finds what a policy remembers of its own", function()
        local lines = found('u.rule "odd" { when = function() n.n = n.n + 1 return n.n % 2 == 1 end, quiet = "x" },',
            'extends = "default", hint = "x", ', {})
        assert.matches("^raises", lines[1])
        file = policy('u.rule "odd" { when = function() n = n + 1 return n % 3 == 1 end, quiet = "x" },')
        command.write(file, "local n = 0\n" .. command.read(file))
        assert.are.equal("deterministic", verification.verify(file, { effort = "bounded" }).findings[1].invariant)
    end)

    it("lets a rule speak that somebody has put before the guard, and what the policy says that it means", function()
        assert.are.same({}, (found 'u.rule "loud" { before = "ci", notify = u.always() },'))
        assert.are.same({ "active 4 active=true" }, (found('u.rule "loud" { notify = u.always() },',
            'verify = { allow = { "ci", "agent", "command", "no-terminal" } }, ')))
        assert.are.same({}, verification.verify("flox", { effort = "bounded" }).findings)
        assert.matches("there is no promise 'comand'; did you mean 'command'",
            assert(verification.verify(policy("", 'verify = { allow = { "comand" } }, '))).findings[1].message)
    end)

    it("has a bounded part in policy check, whose warnings count with --strict", function()
        local path = policy('u.rule "loud" { notify = u.every "1d" },', "")
        local result = command.run("policy", "check", path)
        assert.are.equal(0, result.code)
        assert.matches("warning: rule 'loud' speaks in CI, without a terminal, for one command, to an agent, where", result.out)
        assert.matches(": good, with 1 warning\n$", result.out)
        assert.are.equal(1, command.run("policy", "check", "--strict", path).code)
        assert.matches('"mistakes":%[%],"warnings":%[{', command.run("policy", "check", "--json", path).out)
        path = policy 'u.rule "x" { when = function(c) return c.result.packages[3] + 1 end, quiet = "x" },'
        assert.are.equal(1, command.run("policy", "check", path).code)
        for _, name in ipairs { "default", "flox", "team", "weekly", "security-first" } do
            assert.are.equal(name .. ": good\n", command.run("policy", "check", "--strict", name).out)
        end
    end)

    it("has nothing to say of ready-made policies that are meant for people alone", function()
        for _, name in ipairs { "default", "weekly", "backoff", "major-only", "team", "stateless-hint", "fleet" } do
            local result = assert(verification.verify(name, { effort = "bounded" }))
            assert.are.same({}, result.findings, name)
            assert.is_true(result.asked > 500)
        end
    end)

    it("is repeated by what it prints, and the same for the same seed", function()
        local path = policy('u.rule "loud" { notify = u.always() },', "")
        local printed = command.shell('"$upnudge" policy verify %s', path).out
        local again = printed:match "again: upnudge( policy verify[^\n]*)"
        assert.are.equal(printed, command.shell('"$upnudge" policy verify %s', path).out)
        assert.matches("loud  notify: always", command.must('"$upnudge"' .. again))
        assert.matches("'ic' is no fact; did you mean 'ci'",
            command.shell('"$upnudge" policy verify %s --facts ic=true', path).err)
    end)
end)
