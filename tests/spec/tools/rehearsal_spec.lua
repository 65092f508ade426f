--- A mistake hides no other: what is misspelt, of a wrong type, or never ends, and what stands in functions, is told
--- together.

local command = require "command"
local core = require "upnudge.core"
local rehearsal = require "upnudge.tools.rehearsal"
local stage = require "stage"

local work

before_each(function()
    work = stage.bare()
end)

after_each(stage.strike)

--- "line: message" of each mistake of a policy's source, without the words that a name is chosen from.
local function mistakes_of(source)
    local path = work .. "/p.lua"
    command.write(path, source)
    local lines = {}
    for i, one in ipairs((rehearsal.mistakes(path))) do
        lines[i] = ("%d: %s"):format(one.line, (one.message:gsub(" %(one of: .*", "")))
    end
    return lines
end

--- The same of a policy that has these keys, the first of them in line 3.
local function told(keys)
    return mistakes_of('local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", extends = "default",\n' .. keys .. "\n}\n")
end

local TOTL <const> = "c.result has no field 'totl'; did you mean 'total'?"

describe("a mistake in what a policy is made of", function()
    it("does not hide those of its functions", function()
        local function_of = "rules = {\nu.rule \"r\" { when = function(c) return c.result.totl > 0 end, quiet = true } }"
        for keys, message in pairs {
            ["ignor = {},"] = "policy has no key 'ignor'; did you mean 'ignore'?",
            ["text = 5,"] = "policy: 'text' is a number; expected a string or a function of the context",
            ['strategy = "redis",'] = "no strategy 'redis'",
            ['check = { every = "soon" },'] = "check.every: 'soon' is no duration; write 90s, 15m, 6h, 1d, 2w or 1h30m",
            ['catalogues = { de = { summry = "x" } },'] = "catalogues.de has no word 'summry'; did you mean 'summary'?",
            ['final = { "ruels" },'] = "final[1]: 'ruels' is no key that can be final; did you mean 'rules'?",
            ['u.rule "q" { quiet = true },'] = "rule 'q' stands in the table of the policy; rules stand in a list: "
                .. 'rules = { u.rule "q" { ... } }',
        } do
            assert.same({ "3: " .. message, "4: rule 'r': " .. TOTL }, told(keys .. " " .. function_of), keys)
        end
    end)

    it("does not hide those of the other rules, nor of the rule that has it", function()
        assert.same({ "4: every: '1x' is no duration; write 90s, 15m, 6h, 1d, 2w or 1h30m",
            "5: rule 'b': 'text' is a table; expected a string or a function of the context", "5: rule 'b': " .. TOTL,
            "6: rule 'c' has no key 'wen'; did you mean 'when'?", "6: rule 'c': " .. TOTL,
            "7: rule 'd' needs either quiet or notify", "8: rule 'e': c has no field 'hots'; did you mean 'host'?" },
        told [[rules = {
            u.rule "a" { notify = u.every "1x" },
            u.rule "b" { when = function(c) return c.result.totl end, notify = u.once(), text = {} },
            u.rule "c" { wen = function(c) return c.result.totl end, notify = u.once() },
            u.rule "d" { when = function(c) return c.result.totl end },
            u.rule "e" { when = function(c) return c.hots.ci end, quiet = true } }]])
    end)

    it("takes none of a list of rules for another when the list is misspelt", function()
        assert.same({ "3: policy has no key 'ruels'; did you mean 'rules'?", "4: rule 'r': " .. TOTL },
            told "ruels = {\nu.rule \"r\" { when = function(c) return c.result.totl end, quiet = true } }")
    end)

    it("does not hide names that stand for nothing, in a file that is not loaded either", function()
        assert.same({ "3: policy has no key 'ruels'; did you mean 'rules'?",
            "4: nothing is called 'nill' here, so it is nil" },
            told "ruels = {},\ntext = function(c) return c.now == nill and \"a\" or \"b\" end")
        assert.same({ "1: nothing is called 'u' here, so it is nil; a policy begins with `local u = require \"upnudge\"`",
            "2: nothing is called 'null' here, so it is nil; Lua's word is 'nil'" },
            mistakes_of 'return u.policy { api = 1, name = "p",\ntext = function(c) return c.now == null and "a" or "b" end }')
    end)

    it("is all that is told of a policy for a later upnudge", function()
        assert.same({ "2: made for a later upnudge (api 2); this one knows api 1: upgrade upnudge" },
            mistakes_of 'local u = require "upnudge"\nreturn u.policy { api = 2, name = "p", text = function(c) return c.nwo end }')
    end)

    it("is told beside comparisons that are found by reading, and without doubts", function()
        command.write(work .. "/p.lua", [[local u = require "upnudge"
            return u.policy { api = 1, name = "p", ignor = {}, rules = {
                u.rule "a" { when = function(c) return c.host.mode == "comand" end, quiet = true },
                u.rule "b" { notify = u.always() }, u.rule "c" { quiet = true } } }]])
        local said = command.shell('"$upnudge" policy check "$work/p.lua"')
        assert.is_truthy(said.out:find('p.lua:2: policy has no key', 1, true), said.out)
        assert.is_truthy(said.out:find('p.lua:3: c.host.mode is never "comand"', 1, true), said.out)
        assert.is_nil(said.out:find("warning", 1, true), said.out)
        assert.equal(1, said.code)
    end)
end)

describe("a budget that is spent", function()
    it("ends one function, once, and the others are asked", function()
        assert.same({ "4: rule 'a': the policy ran too long (more than 500,000 instructions)",
            "5: rule 'b': " .. TOTL, "6: rule 'c': the policy ran too long (more than 500,000 instructions)",
            "7: rule 'd': c has no field 'hots'; did you mean 'host'?" },
        told [[rules = {
            u.rule "a" { when = function(c) while true do end end, quiet = true },
            u.rule "b" { when = function(c) return c.result.totl end, quiet = true },
            u.rule "c" { notify = u.once(), text = function(c) while true do end end },
            u.rule "d" { when = function(c) return c.host.ci and c.hots end, quiet = true } }]])
    end)

    it("while the file is loaded has its line and no other place", function()
        assert.same({ "1: the policy ran too long (more than 500,000 instructions)" }, mistakes_of "while true do end")
    end)
end)

describe("a text", function()
    it("that never returns is told once, at its own line, and one of which nobody knows is not", function()
        local RETURN <const> = "its text never returned anything; is a return missing? Where there is nothing to say it is "
            .. "`return nil`"
        assert.same({ "3: policy 'p': " .. RETURN, "4: rule 'a': " .. RETURN },
            told("text = function(c) u.text.summary(c) end, rules = {\n"
            .. 'u.rule "a" { notify = u.once(), text = function(c) u.text.hint(c) end } }'))
        assert.same({}, told "text = function(c) if c.host.ci then return \"a\" end end")
        assert.same({ "4: rule 'a': the policy ran too long (more than 500,000 instructions)" },
            told 'rules = {\nu.rule "a" { notify = u.once(), text = function(c) while c.now > 0 do end end } }')
    end)

    it("that needs the context says so", function()
        assert.same({ '3: policy \'p\': text: the context is its first argument; write u.text.word(c, ...)' },
            told 'text = function(c) return u.text.word("a", { n = 1 }) end')
        assert.same({ "3: 'c' is the context, which functions are given alone; write `function(c) return ... end`",
            "3: the context is its first argument; write u.text.summary(c, ...)" }, told "text = u.text.summary(c)")
    end)
end)

describe("a function of u that is given in the place of what it makes", function()
    it("is told as that", function()
        assert.same({ "4: rule 'a': u.once was given the context; it is called while the policy is loaded; what it makes is asked" },
            told 'rules = {\nu.rule "a" { notify = u.once } }')
    end)
end)

describe("a ready-made policy", function()
    it("has no mistake", function()
        for _, name in ipairs(core.builtins()) do
            assert.same({}, (rehearsal.mistakes(name)), name)
        end
    end)
end)
