--- Policies in their real VM: rules, cadences, inheritance, mistakes.

local stage = require "stage"
local policy = require "upnudge.policy"

local NOW <const>, HOUR <const>, DAY <const> = stage.NOW, stage.HOUR, stage.DAY

local work

before_each(function()
    work = stage.bare()
end)

after_each(stage.strike)

local function write(name, body)
    stage.policy(body, name)
end

local function load_file(name, look_up)
    return policy.load({ name = name, path = ("%s/%s.lua"):format(work, name) }, { look_up = look_up })
end

local function load_policy(body, look_up)
    write("p", body)
    return load_file("p", look_up)
end

local function facts(changes)
    local all = { now = NOW, env = { name = "webshop", path = "/srv/webshop" }, history = {},
        result = { total = 3, versions = 2, rebuilds = 1, changed = 0, added = 0, removed = 0, major = 1, minor = 1,
            patch = 0, security = 0, fingerprint = "f1", since = NOW - HOUR, checked_at = NOW - HOUR },
        host = { app = "t", tty = true, ci = false, system = "x86_64-linux", mode = "activate", active = false } }
    for group, members in pairs(changes or {}) do
        if type(members) == "table" then
            for key, value in pairs(members) do
                all[group][key] = value
            end
        else
            all[group] = members
        end
    end
    return all
end

local function ask(loaded, changes, trace)
    local f = facts(changes)
    return loaded.vm:call("evaluate", f.now, f.env, f.result, f.history, f.host, trace)
end

local function one_rule(rule)
    return ('{ api = 1, name = "p", rules = { u.rule "r" { %s } } }'):format(rule)
end

local function decide(rule, changes)
    local loaded = assert(load_policy(one_rule(rule)))
    return assert(ask(loaded, changes))
end

describe("a text that has nothing to say", function()
    local function decided(text, more)
        local loaded = assert(load_policy(('{ api = 1, name = "p", rules = { u.rule "a" { notify = u.always(), text = %s }%s } }')
            :format(text, more or "")))
        return assert(ask(loaded, nil, true))
    end

    it("is no notice, and the next rule is asked", function()
        for _, text in ipairs { "function() end", "function() return nil end", "function() return false end",
            "function() return '' end", "function() return ' \\n' end",
            "function(c) return u.text.summary(c, { 'security' }) end", "function(c) return u.text.style(' ', 'red') end",
            "function(c) return u.text.summary(c, { 'security' }) .. '\\n' .. u.text.hint(c) end",
            "function(c) return '\\n' .. u.text.style(u.text.summary(c, { 'security' }) .. ' ', 'red') .. '\\n' .. u.text.hint(c) .. '\\n' end" } do
            local said = decided(text)
            assert.are.same({ false, "no-rule", "its text has nothing to say", "nothing to say" },
                { said.notify, said.code, said.reason, said.trace[1].answer }, text)
            assert.is_true(said.trace[1].matched)
            said = decided(text, ', u.rule "b" { notify = u.always(), text = "b" }')
            assert.are.same({ true, "b", "b" }, { said.notify, said.rule, said.text }, text)
        end
        local said = decided("function() end", ', u.rule "b" { notify = u.never() }')
        assert.are.same({ false, "not-due" }, { said.notify, said.code })
    end)

    it("is not one in which there is more than the hint", function()
        for _, text in ipairs { "function(c) return u.text.hint(c) end", "function(c) return '\\n' .. u.text.hint(c) .. '.' end",
            "function(c) return u.text.summary(c, { 'security' }) .. '\\nmore' end", "function(c) return u.text.style('x', 'red') end", "'text'" } do
            assert.is_true(decided(text).notify, text)
        end
    end)

    it("is none of a decision by a function", function()
        local loaded = assert(load_policy '{ api = 1, name = "p", decide = function(c) return true, u.text.summary(c, { "security" }) end }')
        local said = assert(ask(loaded))
        assert.are.same({ false, "no-rule", "its text has nothing to say" }, { said.notify, said.code, said.reason })
    end)
end)

describe("a rule", function()
    it("stops when quiet, and a notify that is not due leaves it to the next", function()
        local loaded = assert(load_policy [[{ api = 1, name = "p", rules = {
            u.rule "other"  { when = function(c) return c.env.name == "other" end, quiet = "not this one" },
            u.rule "weekly" { notify = u.every "1w" },
            u.rule "major"  { when = function(c) return c.result.major > 0 end, notify = u.once() },
            u.rule "rest"   { quiet = function(c) return "nothing for " .. c.env.name end },
        } }]])
        local first = ask(loaded)
        assert.same({ true, "weekly" }, { first.notify, first.rule })
        local second = ask(loaded, { history = { last_notified = NOW - DAY, shown = "f0" } })
        assert.same({ true, "major" }, { second.notify, second.rule })
        local third = ask(loaded, { history = { last_notified = NOW - DAY, shown = "f1" } })
        assert.same({ false, "rest", "nothing for webshop" }, { third.notify, third.rule, third.reason })
    end)

    it("is traced with its place, to the last", function()
        local loaded = assert(load_policy [[{ api = 1, name = "p", rules = {
            u.rule "a" { when = function() return false end, quiet = true },
            u.rule "b" { notify = u.every "1d" },
            u.rule "c" { quiet = "enough" },
            u.rule "d" { notify = u.always() },
        } }]])
        local trace = ask(loaded, { history = { last_notified = NOW - HOUR } }, true).trace
        local answers = {}
        for i, step in ipairs(trace) do
            answers[i] = step.answer
            assert.equal(i + 2, step.line)
        end
        assert.same({ "no match", "not due", "quiet", "not reached" }, answers)
        assert.equal(NOW - HOUR + DAY, trace[2].next_at)
    end)

    it("gives its silence a code, which is one of those for rules", function()
        for _, name in ipairs { "nobody-watching", "agent", "command", "already-active" } do
            assert.equal(name, decide(('quiet = "x", code = "%s"'):format(name)).code)
        end
        for rule, mistake in pairs {
            ['quiet = "x", code = "snoozed"'] = "code 'snoozed' is not known",
            ['quiet = "x", code = "nobody-watchin"'] = "did you mean 'nobody-watching'",
            ['quiet = "x", code = 8'] = "'code' is a number; expected \"nobody-watching\", \"agent\", ",
            ['notify = u.once(), code = "agent"'] = "rule 'r': only a quiet rule has a code",
        } do
            local loaded, message = load_policy(one_rule(rule))
            assert.is_nil(loaded, rule)
            assert.is_truthy(message:find(mistake, 1, true), message)
            assert.is_truthy(message:find("policy.lua:2:", 1, true) or message:find("p.lua:2:", 1, true), message)
        end
    end)

    it("says which kind of answer it is", function()
        assert.equal("notified", decide('notify = u.always()').code)
        assert.equal("not-due", decide('notify = u.never()').code)
        assert.equal("no-rule", decide('when = function() return false end, quiet = true').code)
        assert.equal("quiet-rule", decide('quiet = true').code)
        for body, code in pairs { ["true"] = "notified", ["false"] = "quiet-rule", ["u.never()"] = "not-due", ["u.always()"] = "notified" } do
            local loaded = assert(load_policy(('{ api = 1, name = "p", decide = function() return %s end }'):format(body)))
            assert.equal(code, ask(loaded).code, body)
        end
    end)

    it("says when it could next speak", function()
        local said = decide('notify = u.every "1d"', { history = { last_notified = NOW - HOUR } })
        assert.same({ false, NOW - HOUR + DAY }, { said.notify, said.next_at })
        assert.equal("already said 1 hour ago; again in 23 hours", said.reason)
    end)
end)

describe("a cadence", function()
    it("every is due from the very second on", function()
        for ago, due in pairs { [DAY - 1] = false, [DAY] = true, [DAY + 1] = true, [-5] = false } do
            assert.equal(due, decide('notify = u.every "1d"', { history = { last_notified = NOW - ago } }).notify, ago)
        end
    end)

    it("takes the usual durations and refuses others", function()
        for text, seconds in pairs { ["90s"] = 90, ["15m"] = 900, ["1h30m"] = 5400, ["2w"] = 14 * DAY, ["7"] = 7 } do
            assert.equal(seconds, require "upnudge.lib.duration".parse(text))
        end
        for _, text in ipairs { "", "d", "1", "1x", "1d ", "-1d", "1.5d", "1d1", "1e99", "nan", "999999999w" } do
            local seconds = require "upnudge.lib.duration".parse(text)
            assert.is_true(seconds == nil or text == "1", text)
        end
    end)

    it("never and always mean it", function()
        assert.is_false(decide "notify = u.never()".notify)
        assert.is_true(decide("notify = u.always()", { history = { last_notified = NOW, shown = "f1" } }).notify)
    end)

    it("may be a function of the context", function()
        local said = decide 'notify = function(c) return c.now % 2 == 1, "odd seconds only", c.now + 1 end'
        assert.same({ false, "odd seconds only", NOW + 1 }, { said.notify, said.reason, said.next_at })
    end)
end)

describe("decide", function()
    it("replaces the rules", function()
        local loaded = assert(load_policy [[{ api = 1, name = "p", extends = "default",
            decide = function(c)
                if c.result.security > 0 then return true, "fix " .. c.env.name end
                return u.every "1d"
            end }]])
        assert.equal("fix webshop", ask(loaded, { result = { security = 1 } }).text)
        assert.is_false(ask(loaded, { history = { last_notified = NOW - 1 } }).notify)
        assert.is_true(ask(loaded, { host = { ci = true } }).notify)
    end)
end)

describe("extends", function()
    it("puts a rule of the same name in place and others before, through three files", function()
        write("base", '{ api = 1, name = "base", check = { every = "2d", timeout = "1m" }, rules = { '
            .. 'u.rule "a" { quiet = "base a" }, u.rule "b" { quiet = "base b" } } }')
        write("middle", '{ api = 1, name = "middle", extends = "base", check = { every = "1d" }, rules = { '
            .. 'u.rule "b" { quiet = "middle b" }, u.rule "c" { when = function() return false end, quiet = true } } }')
        local loaded = assert(load_policy [[{ api = 1, name = "p", extends = "middle", strategy = "simple", rules = {
            u.rule "a" { when = function() return false end, quiet = "mine" } } }]])
        local names = {}
        for i, rule in ipairs(loaded.vm:call "outline") do
            names[i] = rule.name
        end
        assert.same({ "c", "a", "b" }, names)
        assert.equal("middle b", ask(loaded).reason)
        assert.same({ "simple", DAY, 60, "p" }, { loaded.strategy, loaded.check.every, loaded.check.timeout, loaded.name })
    end)

    it("finds a missing base and a circle", function()
        write("a", '{ api = 1, name = "a", extends = "b" }')
        write("b", '{ api = 1, name = "b", extends = "a" }')
        assert.is_truthy(select(2, load_file "a"):find "b.lua:2: policies extend .* circle: .*a%.lua %-> .*b%.lua %-> .*a%.lua")
        assert.is_truthy(select(2, load_policy '{ api = 1, name = "p", extends = "nowhere" }'):find "nowhere.*default")
        assert.is_truthy(select(2, load_policy '{ api = 1, name = "p", extends = "../p" }'):find "no name")
    end)

    it("lets a file named like a ready-made policy extend that one", function()
        write("default", '{ api = 1, name = "mine", extends = "default" }')
        assert.equal("mine", assert(load_file "default").name)
    end)
end)

describe("text", function()
    it("counts in words", function()
        for expected, result in pairs {
            ["2 version changes and 1 rebuild"] = {},
            ["1 version change"] = { versions = 1, rebuilds = 0 },
            ["1 version change, 2 rebuilds, 1 revision change, 3 additions and 1 removal"] = { versions = 1, rebuilds = 2,
                changed = 1, added = 3, removed = 1 },
        } do
            local loaded = assert(load_policy [[{ api = 1, name = "p", text = u.text.counts, rules = {
                u.rule "r" { notify = u.always() } } }]])
            assert.equal(expected, ask(loaded, { result = result }).text)
        end
    end)

    it("lists packages, fetched when looked at", function()
        local asked = 0
        local loaded = assert(load_policy([[{ api = 1, name = "p", rules = {
            u.rule "few" { when = function(c) return c.result.total < 3 end, quiet = "few" },
            u.rule "r" { notify = u.always(), text = function(c) return u.text.packages(c, 2) end } } }]], function()
            asked = asked + 1
            return { { name = "curl", from = "1", to = "2", kind = "upgraded" },
                { name = "sed", from = "9", to = "9", kind = "rebuilt" }, { name = "new", to = "3", kind = "added" } }
        end))
        assert.equal("few", ask(loaded, { result = { total = 1 } }).reason)
        assert.equal(0, asked)
        assert.equal("- curl: 1 -> 2\n- sed: 9 (rebuild)\n... and 1 more", ask(loaded).text)
        assert.equal(1, asked)
    end)

    it("quotes a path for the shell", function()
        local said = decide("notify = u.always()", { env = { path = "/a b/it's" } })
        assert.is_truthy(said.text:find([[upnudge show '/a b/it'\''s']], 1, true), said.text)
    end)
end)

describe("a ready-made policy", function()
    local function shipped(name)
        return assert(policy.load { name = name, builtin = name })
    end

    it("flox speaks as Flox does", function()
        local flox = shipped "flox"
        local said = ask(flox, { history = { last_notified = NOW } })
        assert.equal("2 version changes and 1 rebuild available in webshop.\nUse 'flox upgrade --dry-run' for details.",
            said.text)
        assert.is_false(ask(flox, { host = { active = true } }).notify)
        assert.is_false(ask(flox, { host = { mode = "command" } }).notify)
        assert.is_false(ask(flox, { host = { tty = false } }).notify)
        assert.is_true(ask(flox, { host = { tty = false, mode = "in-place" } }).notify)
        assert.is_false(ask(flox, { result = { versions = 0, rebuilds = 0, added = 2 } }).notify)
        assert.equal("stateless", flox.strategy)
    end)

    it("default is silent where nobody reads", function()
        local default = shipped "default"
        for rule, host in pairs { ci = { ci = true }, command = { mode = "command" }, active = { active = true },
            nobody = { tty = false } } do
            assert.same({ false, rule }, { ask(default, { host = host }).notify, ask(default, { host = host }).rule })
        end
        assert.is_true(ask(default).notify)
        assert.equal("separate-lock", default.strategy)
    end)

    it("simple and separate-lock name their strategies", function()
        assert.equal("simple", shipped "simple".strategy)
        assert.equal("separate-lock", shipped "separate-lock".strategy)
    end)
end)

describe("a mistake", function()
    local cases = {
        { '{ api = 1, name = "p", ruels = {} }', "p.lua:2: policy has no key 'ruels'; did you mean 'rules'?" },
        { '{ api = 1, name = "p", strategy = 5 }', "'strategy' is a number; expected the name of a strategy" },
        { '{ name = "p" }', "no 'api'" },
        { '{ api = 2, name = "p" }', "made for a later upnudge (api 2)" },
        { '{ api = "1", name = "p" }', "'api' is a string; expected the number 1" },
        { '{ api = 1 }', "no 'name'" },
        { '{ api = 1, name = "p", check = { every = "soon" } }', "check.every: 'soon' is no duration" },
        { '{ api = 1, name = "p", check = { evry = "1d" } }', "did you mean 'every'" },
        { '{ api = 1, name = "p", rules = { {} } }', "rules[1] is no rule" },
        { '{ api = 1, name = "p", rules = { u.rule "r" { } } }', "either quiet or notify" },
        { '{ api = 1, name = "p", rules = { u.rule "r" { quiet = true, notify = u.once() } } }', "has both quiet and notify" },
        { '{ api = 1, name = "p", rules = { u.rule "r" { notfy = u.once() } } }', "did you mean 'notify'" },
        { '{ api = 1, name = "p", rules = { u.rule "r" { notify = {} } } }', "no cadence" },
        { '{ api = 1, name = "p", rules = { x = 1 } }', "rules is a list" },
        { '{ api = 1, name = "p", rules = { u.rule "r" { quiet = true }, u.rule "r" { quiet = true } } }', "stands twice" },
        { '{ api = 1, name = "p", rules = { u.rule "r" { notify = u.every "1x" } } }', "p.lua:2: every: '1x'" },
        { "(3)", "needs a table" },
    }
    for _, case in ipairs(cases) do
        it("is told with its place: " .. case[2], function()
            local loaded, message = load_policy(case[1])
            assert.is_nil(loaded)
            assert.is_truthy(message:find(case[2], 1, true), message)
            assert.is_truthy(message:find("p.lua:%d"), message)
        end)
    end

    it("is found in every key of which the schema says more than its type", function()
        local schema = require "upnudge.language.schema"
        for name, key in pairs(schema.policy) do
            if key.choices or key.pattern or key.parse then
                local loaded, message = load_policy(('{ api = 1, name = "p", %s = "?!" }'):format(name))
                assert.is_nil(loaded, name)
                local said = key.parse and name .. ": " or name .. " '?!' is no"
                assert.is_truthy(message:find(said, 1, true), message)
                for _, choice in ipairs(key.choices or {}) do
                    assert.is_truthy(load_policy(('{ api = 1, name = "p", %s = "%s" }'):format(name, choice)), choice)
                end
            end
        end
    end)

    it("of a kind comes in the order of names", function()
        for _ = 1, 5 do
            local _, message = load_policy '{ zz = 1, aa = 2, rules = 3, hint = 4, [1] = 5, api = 1, name = "p" }'
            local order = {}
            for name in message:gmatch "'(%w+)' is a %l+;" do
                order[#order + 1] = name
            end
            for name in message:gmatch "no key '(%w+)'" do
                order[#order + 1] = name
            end
            assert.are.same({ "hint", "rules", "aa", "zz" }, order)
            assert.is_truthy(message:find "without a name, the one with the number 1; .*'aa'", message)
        end
    end)

    it("comes with all others of the file at once", function()
        local _, message = load_policy '{ nmae = "p", rules = { {} }, check = 5 }'
        local _, lines = message:gsub("\n", "")
        assert.is_true(lines >= 4, message)
    end)

    it("is no field that may be absent", function()
        local said = decide("when = function(c) return c.history.shown or c.history.times or c.history.snoozed_until or "
            .. "c.history.last_notified or c.host.lang or c.host.command or c.host.hint end, quiet = 'there is one'")
        assert.are.same({ false, "no rule wants to speak" }, { said.notify, said.reason })
    end)

    it("at the activation names rule and place", function()
        for rule, expected in pairs {
            ["notify = u.always(), text = function() return {} end"] = "text gave a table",
            ["notify = u.always(), text = function() return u.text.style('a', 'rde') end"] = "no style 'rde'; did you mean 'red'?",
            ["quiet = function() return 5 end"] = "quiet gave a number",
            ["when = function(c) return c.result.securty end, quiet = true"] = "did you mean 'security'",
            ["when = function(c) return c.env.hint end, quiet = true"] = "c.env has no field 'hint' (one of: format, name, path, upgrade)",
            ["when = function(c) c.now = 1 end, quiet = true"] = "read-only",
            ["when = function(c) c.result.packages[1] = 1 end, quiet = true"] = "read-only",
            ["when = function() error {} end, quiet = true"] = "no text but a table",
            ["when = function() error(setmetatable({}, { __tostring = function() return 'x' end })) end, quiet = true"] =
                "no text but a table",
        } do
            local loaded = assert(load_policy(one_rule(rule)))
            local said, message = ask(loaded)
            assert.is_nil(said)
            assert.is_truthy(message:find(expected, 1, true), message)
        end
    end)
end)
