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
