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
    options.is_glance = options.is_glance ~= false
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
            return c.result.packages[3] and c.result.packages[3].gruop == "dev" end, quiet = "x" },]], nil, { effort = "usual", first = true })
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
                .. 'quiet = "x" },')))
            assert.are.same({ "no-effect 4 " }, (found('u.rule "gizmo" { when = u.every_package { group = "dev" }, '
                .. 'notify = u.every "1w" },')))
            assert.are.equal("truth 4 ", found('u.rule "x" { when = function(c) return c.result.security end, quiet = "x" },')[1])
            assert.matches("^truth 4", found('u.rule "x" { when = function(c) return u.hours { from = 9 } end, quiet = "x" },')[1])
            assert.matches("^truth 4", found('u.rule "x" { when = function(c) return u.every "1d" end, quiet = "x" },')[1])
            assert.matches("^words 4", found([[u.rule "x" { when = function(c)
                return c.host.mode == "comand" end, quiet = "x" },]])[1]:gsub("words 5", "words 4"), nil)
        end)

    it("names a `when` that is never true, and one that is never false, and none that needs many facts at once", function()
        assert.are.same({ "unmatched 4 ", "always 5 ", "unmatched 6 " }, (found([[
            u.rule "a" { when = function(c) return c.result.security > 0 and c.result.security < 0 end, quiet = "x" },
            u.rule "b" { when = function(c) return c.result.total >= 0 end, notify = u.every "6d" },
            u.rule "c" { when = function(c) return not c.host.tty and c.host.tty end, quiet = "x" },]], nil,
            { allow = { ["no-effect"] = true } })))
        assert.are.same({}, (found([[
            u.rule "a" { when = function(c) return c.result.major >= 8 and c.result.exposed > 5 and c.env.name == "till" end,
                quiet = "x" },
            u.rule "b" { when = function(c) return c.env.path:find "^/opt/" end, quiet = "x" },
            u.rule "c" { when = function(c) return c.result.total == 77 end, quiet = "x" },
            u.rule "d" { when = u.dates { "12-24", "12-31" }, quiet = "x" },
            u.rule "e" { when = function(c) return c.history.times and c.history.times > 3 and c.env.format == "flake"
                and c.host.vars.X == "yes" end, quiet = "x" },]], 'extends = "default", reads = { "X" }, ',
            { allow = { ["no-effect"] = true } })))
    end)

    it("says of which kinds of news nothing is ever told, and blames the rule that says it is about another", function()
        local function kinds(rules)
            local lines, result = found(rules, nil, { is_glance = false, allow = { ["no-effect"] = true } })
            return lines, result.findings[1] and result.findings[1].message or "", result.notes[1] and result.notes[1].message or ""
        end
        local lines, message = kinds [[u.rule "rebuilds" { when = function(c) return c.result.versions == 0 end,
            quiet = "rebuilds only" },]]
        assert.are.same({ "kinds 4 " }, lines)
        assert.matches("keeps back changes without a version, such as those of flakes and npins, added .* exposed", message)
        lines, message = kinds 'u.rule "default" { notify = u.never() },'
        assert.are.equal(1, #lines)
        assert.matches("^nothing but security fixes is ever told, and no rule says", message)
        local _, note
        lines, _, note = kinds [[u.rule "rest" { when = function(c) return c.result.security == 0 end,
            quiet = "only security fixes are told" },]]
        assert.are.same({}, lines)
        assert.matches("^nothing is ever told of major versions, minor .*, for rule 'rest' is quiet then$", note)
        lines, message, note = kinds [[u.rule "rebuilds" { when = function(c) return c.result.rebuilds == c.result.total
            and c.result.security + c.result.exposed == 0 end, quiet = "rebuilds only" },]]
        assert.are.same({ {}, "", "nothing is ever told of rebuilds, for rule 'rebuilds' is quiet then" }, { lines, message, note })
        assert.are.same({ {}, "", "" }, { kinds "" })
        _, message = kinds 'u.rule "x" { when = function(c) return c.host.mode ~= "command" end, quiet = "x" },'
        assert.are.equal("nothing is ever told, of no kind of news", message)
    end)

    it("has nothing to say of the guide's samples but what it has of the one that is there for that", function()
        local guide, count = command.read "policies/README.md", 0
        file = os.tmpname() .. ".lua"
        for sample in guide:gmatch "```lua\n(.-)```" do
            if sample:find "u%.policy {" and not sample:find 'extends = "acme"' and not sample:find 'name = "hasty"' then
                command.write(file, sample)
                -- Few questions show no difference that some rules make.
                local result = assert(verification.verify(file, { effort = "bounded", allow = { ["no-effect"] = true } }))
                assert.are.same({}, result.findings, sample)
                count = count + 1
            end
        end
        assert.is_true(count > 15, count)
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
            assert(verification.verify(policy("", 'verify = { allow = { "comand" } }, '), { effort = "bounded" })).findings[1].message)
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
        for _, name in ipairs { "weekly", "backoff", "fleet" } do
            local result = assert(verification.verify(name, { effort = "bounded" }))
            assert.are.same({}, result.findings, name)
            assert.is_true(result.asked > 500)
        end
    end)

    it("is repeated by what it prints, and the same for the same seed", function()
        local path = policy('u.rule "loud" { notify = u.always() },', "")
        local printed = command.shell('"$upnudge" policy verify %s', path).out
        local again = printed:match "again: upnudge( policy verify[^\n]*)"
        local function asked()
            return assert(verification.verify(path, { effort = "bounded" }))
        end
        local one, other = asked(), asked()
        assert.are.equal(one.asked, other.asked)
        assert.are.same(one.findings, other.findings)
        assert.matches("loud  notify: always", command.must('"$upnudge"' .. again))
        assert.matches("'ic' is no fact; did you mean 'ci'",
            command.shell('"$upnudge" policy verify %s --facts ic=true', path).err)
    end)
end)
