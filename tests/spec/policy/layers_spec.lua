--- Layers of an organisation: a person's policy, the machine's in the directories of $XDG_CONFIG_DIRS, a team's base
--- beside that, and a ready-made one; by the command, as people have it.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local work, env

before_each(function()
    work, env = stage.set()
    command.must 'mkdir -p "$work/person/upnudge" "$work/machine/upnudge" "$work/second/upnudge"'
end)

after_each(stage.strike)

local function write(place, name, text)
    local path = ("%s/%s/upnudge/%s.lua"):format(work, place, name)
    command.write(path, 'local u = require "upnudge"\nreturn u.policy {\napi = 1, ' .. text .. "\n}\n")
    return path
end

local HEAD <const> = 'UPNUDGE_STATE_DIR="$state" XDG_CONFIG_HOME="$work/person" XDG_CONFIG_DIRS="$work/none:$work/machine:$work/second" "$upnudge" '

--- The command with words, as that person has it.
local function upnudge(...)
    return command.shell(HEAD .. command.words(...))
end

local function shown(...)
    local said = upnudge("policy", "show", "--json", ...)
    assert.equal(0, said.code, said.err .. said.out)
    return cjson.decode(said.out)
end

local function rules_of(policy)
    local names = {}
    for i, rule in ipairs(policy.rules) do
        names[i] = rule.name
    end
    return table.concat(names, " ")
end

local function messages(list)
    local lines = {}
    for i, one in ipairs(list) do
        lines[i] = ("%s:%d: %s"):format(one.file, one.line, one.message)
    end
    return lines
end

describe("a person's policy", function()
    it("extends the machine's, which extends a file beside it, and that a ready-made one", function()
        local own = write("person", "policy", 'name = "own", extends = "system", rules = { u.rule "mine" { quiet = "m" } }')
        local machine = write("machine", "policy", 'name = "machine", extends = "team", check = { every = "3d" }, strategy = "simple"')
        local team = write("machine", "team", 'name = "team", extends = "default", rules = { u.rule "team" { quiet = "t" } }, '
            .. 'check = { timeout = "5m" }')
        local policy = shown()
        assert.same({ own, machine, team }, policy.files)
        assert.same({ "own", "simple", 259200, 300 },
            { policy.name, policy.strategy, policy.check.every, policy.check.timeout })
        assert.equal("ci agent command active nobody mine team security default", rules_of(policy))
    end)

    it("extends default where the machine has none, and the machine's the next one", function()
        write("person", "policy", 'name = "own", extends = "system"')
        assert.equal("ci agent command active nobody security default", rules_of(shown()))
        write("second", "policy", 'name = "second", extends = "system", rules = { u.rule "second" { quiet = "s" } }')
        assert.equal("ci agent command active nobody second security default", rules_of(shown()))
        write("machine", "policy", 'name = "machine", extends = "system", rules = { u.rule "machine" { quiet = "s" } }')
        assert.equal("ci agent command active nobody machine second security default", rules_of(shown()))
    end)

    it("extends the machine's when it is named, too", function()
        write("machine", "policy", 'name = "machine", rules = { u.rule "machine" { final = true, quiet = "s" } }')
        local path = stage.policy '{ api = 1, name = "n", extends = "system", rules = { u.rule "machine" { quiet = "x" } } }'
        local policy = shown(path)
        assert.equal("machine", rules_of(policy))
        assert.equal(1, #policy.unused)
    end)
end)

describe("a person's policy that does not say what it extends", function()
    local MACHINE <const> = 'name = "machine", extends = "default", check = { every = "3d", timeout = "5m" }, strategy = "simple", '
        .. 'hint = "acme", rules = { u.rule "machine" { quiet = "m" } }'

    it("adds to the machine's, and its rules come first", function()
        local own = write("person", "policy", 'name = "own", check = { every = "1d" }, rules = { u.rule "mine" { quiet = "m" }, '
            .. 'u.rule "default" { quiet = "d" } }')
        local machine = write("machine", "policy", MACHINE)
        local policy = shown()
        assert.same({ "own", "simple", 86400, 300 }, { policy.name, policy.strategy, policy.check.every, policy.check.timeout })
        assert.same({ own, machine }, policy.files)
        assert.equal("ci agent command active nobody mine machine security default", rules_of(policy))
        assert.equal(own, policy.rules[#policy.rules].file)
        assert.equal(rules_of(policy), rules_of(shown(own)))
        -- By whatever path it is named, and in what is made up, too.
        for _, name in ipairs { "policy.lua", "./policy.lua", "../upnudge/policy.lua" } do
            local said = command.must("cd %s/person/upnudge && " .. HEAD .. "policy show --json %s", work, name)
            assert.equal(rules_of(policy), rules_of(cjson.decode(said)), name)
        end
        command.write(work .. "/person/upnudge/own_spec.lua", [[
            it("adds to the machine's", function()
                local world <close> = require "upnudge.testing".world { policy = "policy.lua" }
                world:release("curl", "8.10.1"):check()
                assert.equal(9, #world:explain().trace)
            end)]])
        assert.equal(0, command.shell("cd %s/person/upnudge && " .. HEAD .. "policy test own_spec.lua", work).code)
    end)

    it("stands alone where the machine has none, where it says so, and where another file is named", function()
        local own = write("person", "policy", 'name = "own", rules = { u.rule "mine" { quiet = "m" } }')
        assert.same({ "mine", { own } }, { rules_of(shown()), shown().files })
        write("machine", "policy", MACHINE)
        for _, extends in ipairs { "extends = false, ", "extends = {}, " } do
            write("person", "policy", extends .. 'name = "own", rules = { u.rule "mine" { quiet = "m" } }')
            assert.same({ "mine", { own }, "separate-lock" }, { rules_of(shown()), shown().files, shown().strategy })
        end
        local named = stage.policy '{ api = 1, name = "n", rules = { u.rule "named" { quiet = "n" } } }'
        assert.equal("named", rules_of(shown(named)))
    end)

    it("stands alone while that has a mistake, which is told", function()
        local own = write("person", "policy", 'name = "own", rules = { u.rule "mine" { quiet = "m" } }')
        local machine = write("machine", "policy", MACHINE:gsub('"default"', '"acmee"'))
        assert.same({ "mine", { own } }, { rules_of(shown()), shown().files })
        local ailment = cjson.decode(upnudge("doctor", "--json").out).ailments[1]
        assert.same({ machine, true }, { ailment.where, ailment.message:find("acmee", 1, true) ~= nil })
        local note = cjson.decode(upnudge("policy", "check", "--json", own).out).files[1].notes[1]
        assert.same({ machine, true }, { note.file, note.message:find("it is left out", 1, true) ~= nil })
    end)
end)

describe("a policy with several bases", function()
    it("has the rules and settings of each, the first before the others, and what they have in common behind them", function()
        write("person", "policy", 'name = "own", extends = { "one", "two" }, rules = { u.rule "own" { quiet = "o" } }')
        write("person", "one", 'name = "one", extends = "acme", hint = "one", rules = { u.rule "one" { quiet = "1" }, '
            .. 'u.rule "both" { quiet = "one" } }')
        write("person", "two", 'name = "two", extends = "acme", hint = "two", strategy = "simple", check = { every = "5d" }, '
            .. 'rules = { u.rule "two" { quiet = "2" }, u.rule "both" { quiet = "two" }, u.rule "base" { quiet = "two" } }')
        local acme = write("person", "acme", 'name = "acme", strategy = "stateless", check = { every = "1d", timeout = "1m" }, '
            .. 'rules = { u.rule "base" { quiet = "acme" }, u.rule "last" { quiet = "acme" } }')
        local policy = shown()
        assert.equal("own one two both base last", rules_of(policy))
        assert.same({ "simple", 432000, 60 }, { policy.strategy, policy.check.every, policy.check.timeout })
        local names = {}
        for i, path in ipairs(policy.files) do
            names[i] = path:match "([^/]*)%.lua$"
        end
        assert.equal("policy one two acme", table.concat(names, " "))
        assert.same({ "one.lua", "two.lua", acme }, { policy.rules[4].file:match "[^/]*$", policy.rules[5].file:match "[^/]*$",
            policy.rules[6].file })
    end)

    it("cannot say otherwise what is final in one of them, nor can those named before that", function()
        local own = write("person", "policy", 'name = "own", extends = { "one", "two" }, hint = "own"')
        local one = write("person", "one", 'name = "one", extends = "acme", hint = "one"')
        local two = write("person", "two", 'name = "two", extends = "acme", hint = "two", final = { "hint" }, rules = { '
            .. 'u.rule "off" { final = true, quiet = "off" } }')
        write("person", "acme", 'name = "acme", hint = "acme"')
        local policy = shown()
        assert.same({ { key = "hint", file = two, line = 3 } }, policy.final)
        assert.equal("off", rules_of(policy))
        local said = {}
        for i, one_unused in ipairs(policy.unused) do
            said[i] = one_unused.file
        end
        assert.same({ one, own }, said)
        -- What both start from has the last word.
        write("person", "acme", 'name = "acme", hint = "acme", final = { "hint" }')
        assert.equal(3, #shown().unused)
    end)

    it("adds to what they ignore, to their words and to their commands", function()
        write("person", "policy", 'name = "own", extends = { "one", "two" }, ignore = { "!cur*" }')
        write("person", "one", 'name = "one", ignore = { "curl" }, check = { commands = { npm = { "one" } } }')
        write("person", "two", 'name = "two", ignore = { "*" }, check = { commands = { npm = { "two" }, uv = { "two" } } }, '
            .. 'rules = { u.rule "r" { notify = u.always() } }')
        upnudge("check", env, "--", "cat", stage.NEW)
        local function ignored()
            return cjson.decode(upnudge("explain", "--json", env, "--tty").out).ignored.policy
        end
        local counted = ignored()
        write("person", "policy", 'name = "own", extends = { "one", "two" }')
        assert.is_true(counted > 0 and ignored() > counted, counted)
        write("person", "policy", 'name = "own", extends = { "one", "two" }, ignore = { "!*", "curl" }')
        assert.equal(1, ignored())
        assert.same({ npm = { "one" }, uv = { "two" } }, shown().check.commands)
    end)

    it("tells what of a list is too much", function()
        local list = 'ignore = (function() local t = {} for i = 1, 900 do t[i] = "%s" .. i end return t end)()'
        local own = write("person", "policy", 'name = "own", extends = "one",\n' .. list:format "o")
        write("person", "one", 'name = "one", ' .. list:format "b")
        assert.same({ own .. ":4: ignore: with those of its bases these are more than are looked at; the first 800 are not used" },
            messages(shown().unused))
    end)

    it("finds them by paths, in the search path and in the system's, and says which is missing", function()
        command.must 'mkdir -p "$work/path" "$work/person/upnudge/sub"'
        command.write(work .. "/path/acme.lua", 'return require "upnudge".policy { api = 1, name = "acme", extends = "./own.lua" }')
        command.write(work .. "/path/own.lua", 'return require "upnudge".policy { api = 1, name = "own" }')
        local sub = write("person", "sub/it", 'name = "it", extends = "../up.lua"')
        local up = write("person", "up", 'name = "up"')
        local own = write("person", "policy", 'name = "own",\nextends = { "acme", "sub/it.lua", "system" }')
        local machine = write("machine", "policy", 'name = "machine"')
        command.variables.path = work .. "/path"
        local function with_path(words)
            return command.shell('UPNUDGE_POLICY_PATH="$path" ' .. HEAD .. words)
        end
        local files = cjson.decode(with_path("policy show --json").out).files
        assert.same({ own, work .. "/path/acme.lua", work .. "/path/./own.lua", sub, (up:gsub("up.lua$", "sub/../up.lua")), machine }, files)
        os.remove(up)
        local said = upnudge("policy", "check", own).out
        assert.is_truthy(said:find(own .. ":4: extends 'acme', which is not there: ", 1, true), said)
        assert.is_truthy(said:find("it.lua:3: extends '../up.lua', which is not there: ", 1, true), said)
    end)
end)

describe("what is final in the machine's policy", function()
    local machine, own

    local function set(extends)
        machine = write("machine", "policy", 'name = "machine",\nstrategy = "simple", check = { every = "2d" },\n'
            .. 'final = { "strategy", "check" }, rules = {\nu.rule "freeze" { final = true, when = function(c) return '
            .. 'c.host.mode == "command" end, quiet = "frozen" }, }')
        own = write("person", "policy", extends .. 'name = "own",\nstrategy = "stateless", check = { every = "1h" },\nrules = {\n'
            .. 'u.rule "freeze" { quiet = "not frozen" },\nu.rule "all" { notify = u.always(), text = "hear" } }')
    end

    for what, extends in pairs { ["extends that"] = 'extends = "system", ', ["does not"] = "extends = false, " } do
        it("holds for a person's policy that " .. what .. ", and everybody who asks is told where", function()
            set(extends)
            local policy = shown()
            assert.same({ "simple", 172800, "freeze all" }, { policy.strategy, policy.check.every, rules_of(policy) })
            assert.same({ { key = "check", file = machine, line = 5 }, { key = "strategy", file = machine, line = 5 } }, policy.final)
            local expected = { ("%s:4: strategy is final in %s:5; what is said here is not used"):format(own, machine),
                ("%s:4: check is final in %s:5; what is said here is not used"):format(own, machine),
                ("%s:6: rule 'freeze' is final in %s:6; this one is not used"):format(own, machine) }
            local function sorted(list)
                table.sort(list)
                return list
            end
            assert.same(sorted(expected), sorted(messages(policy.unused)))
            local report = cjson.decode(upnudge("explain", "--json", env).out)
            assert.same(expected, sorted(report.warnings))
            for _, path in ipairs { own, "person/../person/upnudge/policy.lua" } do
                local checked = command.shell("cd %s && " .. HEAD .. "policy check --json %s", work, path)
                local file = cjson.decode(checked.out).files[1]
                assert.same({ 0, true, 3 }, { checked.code, file.ok, #file.notes })
            end
            local told = upnudge("policy", "check", own).out
            assert.is_truthy(told:find(own .. ":6: note: rule 'freeze' is final in " .. machine .. ":6", 1, true), told)
            assert.is_truthy(upnudge("policy", "show").out:find("final     check (" .. machine .. ":5)", 1, true))
        end)

        it("decides, and who " .. what .. " is told what it leaves to them", function()
            set(extends)
            upnudge("check", env, "--", "cat", stage.NEW)
            local quiet = cjson.decode(upnudge("notify", "--json", env, "--tty", "--mode", "command").out)
            assert.same({ "quiet-rule", "freeze", "frozen" }, { quiet.code, quiet.rule, quiet.reason })
            assert.same({ "all", "hear" }, { cjson.decode(upnudge("explain", "--json", env, "--tty").out).rule,
                cjson.decode(upnudge("notify", "--json", env, "--tty").out).text })
        end)
    end

    it("holds for a policy that extends another one", function()
        set 'extends = "weekly", '
        assert.equal("simple", shown().strategy)
        assert.equal("freeze ci", rules_of(shown()):match "^%S+ %S+")
    end)

    it("holds for a policy that decides by a function", function()
        write("machine", "policy", 'name = "machine", rules = { u.rule "off" { final = true, when = function(c) return not c.host.tty end, '
            .. 'quiet = "switched off" } }')
        write("person", "policy", 'name = "own", extends = false, decide = function() return true, "hear" end')
        upnudge("check", env, "--", "cat", stage.NEW)
        assert.equal("switched off", cjson.decode(upnudge("notify", "--json", env, "--no-tty").out).reason)
        assert.equal("hear", cjson.decode(upnudge("notify", "--json", env, "--tty").out).text)
        assert.equal("no match", cjson.decode(upnudge("explain", "--json", env, "--tty").out).rules[1].answer)
    end)

    it("holds for nobody whose policy is named and does not extend it", function()
        set ""
        local path = stage.policy '{ api = 1, name = "n", strategy = "stateless" }'
        assert.equal("stateless", shown(path).strategy)
        assert.equal("separate-lock", shown("default").strategy)
    end)

    it("does not hold where that has a mistake, which doctor, check and explain tell", function()
        set ""
        command.write(machine, command.read(machine):gsub("api = 1", "api = 1, ruels = 2"))
        upnudge("check", env, "--", "cat", stage.NEW)
        local report = cjson.decode(upnudge("explain", "--json", env, "--tty").out)
        assert.same({ "stateless", true }, { report.strategy, report.warnings[1]:find(machine .. ":3: policy has no key 'ruels'", 1, true) ~= nil })
        assert.is_truthy(upnudge("policy", "check", own).out:find(machine .. ": note: it is left out, for it has a mistake: ", 1, true))
        local ailments = cjson.decode(upnudge("doctor", "--json").out).ailments
        assert.same({ "policy-fault", machine }, { ailments[1].code, ailments[1].where })
        for _, words in ipairs { { "show" }, { "show", own }, { "verify", own }, { "simulate", own, "--weeks", "1" },
            { "diff", own, "default", "--scenario", "developer", "--weeks", "1" } } do
            local said = upnudge("policy", table.unpack(words)).err
            assert.is_truthy(said:find(("warning: %s is left out of %s, for it has a mistake: "):format(machine, own), 1, true),
                words[1] .. said)
            assert.is_nil(upnudge("policy", "show", "default").err:find "left out")
        end
    end)

    it("fails a policy that extends it where it has a mistake", function()
        set 'extends = "system", '
        command.write(machine, command.read(machine):gsub('name = "machine"', 'name = "machine", extends = "nothing"'))
        local said = upnudge("notify", "--json", env, "--tty")
        assert.equal("policy-fault", cjson.decode(said.out).code)
        assert.is_truthy(cjson.decode(said.out).reason:find(machine .. ":3: extends 'nothing', which is not there", 1, true), said.out)
    end)

    it("may be a strategy that is not there, which is a mistake at its own place", function()
        for _, extends in ipairs { "", "extends = {}, " } do
            set(extends)
            command.write(machine, command.read(machine):gsub('"simple"', '"sipmle"'))
            assert.equal("stateless", shown().strategy)
            local ailment = cjson.decode(upnudge("doctor", "--json").out).ailments[1]
            assert.equal(machine, ailment.where)
            assert.is_truthy(ailment.message:find(":4: no strategy 'sipmle'; did you mean 'simple'", 1, true), ailment.message)
        end
    end)

    it("is left out where a rule of it has no place, and so is one to which a person's own only adds", function()
        for _, extends in ipairs { "extends = false, ", "" } do
            set(extends)
            command.write(machine, command.read(machine):gsub("final = true", 'before = "nowhere"'))
            local policy = shown()
            assert.equal(extends == "" and "stateless" or "simple", policy.strategy)
        end
        assert.is_truthy(cjson.decode(upnudge("doctor", "--json").out).ailments[1].message:find("nowhere", 1, true))
    end)

    it("is left out where it never comes to an end, for that is its own affair", function()
        set ""
        command.write(machine, "while true do end")
        assert.equal("stateless", shown().strategy)
        assert.is_truthy(upnudge("policy", "check", own).out:find(machine .. ": note: ", 1, true))
    end)
end)

describe("where a rule stands", function()
    --- What `policy check` says of a person's rules, over a base that is a guard and a rule.
    local function checked(text)
        write("person", "base", 'name = "base", rules = { u.rule "ci" { guard = true, when = function(c) return c.host.ci end, '
            .. 'quiet = "ci" }, u.rule "weekly" { notify = u.every "1w" } }')
        local own = write("person", "policy", 'name = "own", extends = "base", rules = {\n' .. text .. "\n}")
        local said = upnudge("policy", "check", own)
        return said.code, (said.out:gsub(own, "FILE"):gsub("\n[^\n]*$", ""))
    end

    it("is behind a base's guards, or where it says, or in the place that it takes", function()
        assert.equal(0, (checked('u.rule "first" { before = "ci", notify = u.never() }, u.rule "mine" { notify = u.never() },\n'
            .. 'u.rule "weekly" { override = true, notify = u.never() }, u.rule "last" { after = "weekly", notify = u.never() }')))
        assert.equal("first ci mine weekly last", rules_of(shown()))
        assert.is_truthy(upnudge("policy", "show").out:find("  2. ci %(.-%), guard\n"))
    end)

    it("is a mistake where there is no such place, told with what may have been meant, also without a base", function()
        for text, message in pairs {
            ['u.rule "a" { before = "cii", quiet = true }'] = "FILE:4: rule 'a': before 'cii', which is no rule; did you mean 'ci'?",
            ['u.rule "a" { after = "b", quiet = true },\nu.rule "b" { after = "a", quiet = true }'] =
                "FILE:4: rule 'a': after 'b' is a circle: a, b wait for each other",
            ['u.rule "wekly" { override = true, quiet = true }'] =
                "FILE:4: rule 'wekly': no base has a rule of that name; did you mean 'weekly'?",
            ['u.rule "weekly" { override = false, quiet = true }'] = "FILE:4: rule 'weekly': it takes the place of the rule in ",
            ['u.rule "a" { guard = true, notify = u.never() }'] = "FILE:4: rule 'a': only a quiet rule is a guard",
            ['u.rule "a" { before = "ci", after = "weekly", quiet = true }'] = "FILE:4: rule 'a': 'before' and 'after' are two places",
            ['u.rule "a" { final = true, after = "weekly", quiet = true }'] =
                "FILE:4: rule 'a': what is final is asked first, so there is no 'after'",
        } do
            local code, out = checked(text)
            assert.same({ 1, message }, { code, out:sub(1, #message) })
        end
        local alone = stage.policy '{ api = 1, name = "p", rules = {\nu.rule "a" { override = true, quiet = true } } }'
        assert.is_truthy(upnudge("policy", "check", alone).out:find(":3: rule 'a': no base has a rule of that name\n", 1, true))
    end)
end)

describe("a file beside a policy", function()
    it("that nobody has named may be the person's or the machine's", function()
        write("person", "policy", 'name = "own"')
        command.must 'mkdir -p "$work/machine/upnudge/formats"'
        command.write(work .. "/machine/upnudge/formats/acme.lua", [[local u = require "upnudge"
return u.format { api = 1, name = "acme", files = { "acme.lock" }, syntax = "lines", versions = "semver",
    packages = function() return {} end }]])
        assert.is_truthy(upnudge("formats").out:find "%f[%w]acme  ")
        local named = stage.policy '{ api = 1, name = "n" }'
        assert.is_nil(command.shell(HEAD .. "formats --policy %s", named).out:find "%f[%w]acme  ")
    end)
end)

describe("mistakes in what is final", function()
    for text, expected in pairs {
        ['final = { "stratgy" }'] = "final[1]: 'stratgy' is no key that can be final; did you mean 'strategy'?",
        ['final = { "name" }'] = "final[1]: 'name' is no key that can be final",
        ['final = { "check", 5 }'] = "final[2]: '5' is no key that can be final",
        ['final = { strategy = true }'] = "final is a list; 'strategy' is a name in it",
        ['final = "strategy"'] = "'final' is a string; expected a list of keys",
        ['rules = { u.rule "r" { final = 1, quiet = "x" } }'] = "rule 'r': 'final' is a number; expected true or false",
        ['project_ignore = "a/b"'] = "project_ignore 'a/b' is no name of a file beside the lockfile",
        ['project_ignore = ".."'] = "project_ignore '..' is no name of a file beside the lockfile",
        ['project_ignore = 3'] = "'project_ignore' is a number; expected true, false or the name of a file",
        ['snooze = { max = "soon" }'] = "snooze.max: 'soon' is no duration",
        ['snooze = { securty = false }'] = "did you mean 'security'?",
    } do
        it("are told with their place: " .. text, function()
            local path = stage.policy('{ api = 1, name = "p",\n' .. text .. " }")
            local said = command.run("policy", "check", path)
            assert.equal(1, said.code)
            assert.is_truthy(said.out:find(path .. ":3: ", 1, true), said.out)
            assert.is_truthy(said.out:find(expected, 1, true), said.out)
        end)
    end
end)

describe("a base of the name of a ready-made policy", function()
    it("is that one, which is noted where a file of the search path has the name, too", function()
        local own = write("person", "policy", 'name = "own", extends = "team"')
        write("machine", "team", 'name = "ours"')
        local said = messages(shown().unused)
        assert.same({ own .. ":3: extends 'team' is the ready-made policy; that in " .. work
            .. "/machine/upnudge/team.lua is meant by its path" }, said)
        write("person", "policy", 'name = "own", extends = "../../machine/upnudge/team.lua"')
        assert.same({}, shown().unused)
        write("person", "team", 'name = "ours"')
        write("person", "policy", 'name = "own", extends = "team"')
        assert.same({}, shown().unused)
    end)
end)

describe("a made-up world", function()
    it("finds a person's policy, the machine's and bases where they are", function()
        local own = write("person", "policy", 'name = "own", extends = { "system", "~/acme.lua" }, rules = { '
            .. 'u.rule "mine" { notify = u.always(), text = "hear" } }')
        write("machine", "policy", 'name = "machine", rules = { u.rule "off" { final = true, quiet = "off" } }')
        command.write(work .. "/acme.lua", 'return require "upnudge".policy { api = 1, name = "acme" }')
        local function notices()
            local said = command.shell('HOME="$work" ' .. HEAD .. "policy simulate %s --weeks 1 --json", own)
            assert.equal(0, said.code, said.err .. said.out)
            return cjson.decode(said.out).policies[1].notices_total
        end
        assert.equal(0, notices())
        write("machine", "policy", 'name = "machine"')
        assert.is_true(notices() > 0)
        write("person", "policy", 'name = "own", rules = { u.rule "mine" { notify = u.always(), text = "hear" } }')
        write("machine", "policy", 'name = "machine", rules = { u.rule "off" { guard = true, quiet = "off" } }')
        assert.equal(0, notices())
    end)
end)

describe("which policy is in force", function()
    local function which(...)
        local said = upnudge("policy", "which", "--json", ...)
        return cjson.decode(said.out), said.code
    end

    it("is told with its files, their hashes, why, and what was looked at", function()
        local own = write("person", "policy", 'name = "own", strategy = "simple"')
        local machine = write("machine", "policy", 'name = "machine", extends = "flox"')
        local found, code = which()
        assert.same({ 0, own, "person", "simple" }, { code, found.policy, found.why, found.strategy })
        local core = require "upnudge.core"
        assert.same({ { name = own, path = own, as = "policy", found = "person", hash = core.hash(command.read(own)) },
            { name = machine, path = machine, as = "machine", found = "machine", hash = core.hash(command.read(machine)) },
            { name = "flox (ready-made)", builtin = "flox", as = "base", base_of = machine, hash = core.hash(core.builtin "flox") } },
            found.files)
        local states = {}
        for i, one in ipairs(found.looked_at) do
            states[i] = one.by .. " " .. one.state
        end
        assert.equal("option unset, variable unset, person used, machine missing, machine passed over, machine missing, default passed over",
            table.concat(states, ", "))
        local text = upnudge("policy", "which").out
        for _, line in ipairs { "why         it is the person's own", "  2. " .. found.files[2].hash .. "  " .. machine
            .. ", the machine's, to which the policy adds", "  $UPNUDGE_POLICY  not set" } do
            assert.is_truthy(text:find(line .. "\n", 1, true), text)
        end
    end)

    it("has another hash when one file of it changes, and the same elsewhere", function()
        write("person", "policy", 'name = "own"')
        local machine = write("machine", "policy", 'name = "machine"')
        local before = which().hash
        assert.equal(before, which().hash)
        command.must('mv %s "$work/second/upnudge"', machine)
        assert.equal(before, which().hash)
        write("second", "policy", 'name = "machine", hint = "h"')
        assert.not_equal(before, which().hash)
    end)

    it("is told where of the machine's only what is final holds, or nothing, and where that is left out", function()
        write("person", "policy", 'name = "own", extends = false')
        local machine = write("machine", "policy", 'name = "machine"')
        assert.equal(1, #which().files)
        write("machine", "policy", 'name = "machine", final = { "hint" }')
        assert.same({ machine, "final" }, { which().files[2].path, which().files[2].as })
        write("machine", "policy", 'name = "machine", ruels = {}')
        local found, code = which()
        assert.same({ 0, 1 }, { code, #found.files })
        assert.is_truthy(found.machine_fault:find("ruels", 1, true))
        assert.is_truthy(upnudge("policy", "which").out:find("left out    the machine's policy: " .. machine .. ":3: ", 1, true))
    end)

    it("tells a mistake of it", function()
        local own = write("person", "policy", 'name = "own", ruels = {}')
        local found = which()
        assert.same({ own, true }, { found.policy, found.fault:find("ruels", 1, true) ~= nil })
        assert.is_truthy(upnudge("policy", "which").out:find("mistake     " .. own .. ":3: policy has no key 'ruels'", 1, true))
    end)

    it("tells of a directory whether it may name a database and commands there", function()
        local path = env .. "/policy.lua"
        command.write(path, 'return require "upnudge".policy { api = 1, name = "theirs" }')
        assert.is_truthy(which(env, "--policy", path).restricted:find("came with the environment", 1, true))
        assert.is_nil(which(work, "--policy", "weekly").restricted)
        assert.equal("environment-missing", which(work .. "/nowhere").code)
    end)
end)
