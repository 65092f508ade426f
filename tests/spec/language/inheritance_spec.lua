--- What `extends` makes of policies, and what `final` keeps from it.

local inheritance = require "upnudge.language.inheritance"

--- Rules from words: a name, then what else it says: "a quiet", "a notify final", "a quiet code", "a quiet guard",
--- "a before=b", "a override"; of `file`.
local function rules(file, ...)
    local list = {}
    for i, words in ipairs { ... } do
        local name, more = words:match "^(%S+) ?(.*)$"
        list[i] = { name = name, file = file, line = i, spec = { final = more:find "final" and true or nil,
            code = more:find "code" and "agent" or nil, quiet = more:find "quiet" and "q" or nil,
            notify = not more:find "quiet" and "n" or nil, guard = more:find "guard" and true or nil,
            before = more:match "before=(%S+)", after = more:match "after=(%S+)",
            override = more:find "override" and not more:find "override=no" or more:find "override=no" and false or nil } }
    end
    return list
end

--- Each rule with the file that it is of.
local function told(list)
    local words = {}
    for i, rule in ipairs(list) do
        words[i] = rule.name .. "." .. rule.file
    end
    return table.concat(words, " ")
end

--- One policy of a chain, whose files are called p, b (its base) and c; of `own` files and those of the machine.
local function joined(chain, own)
    return inheritance.of_chain(chain, { "p", "b", "c" }, own or #chain)
end

local function unused(layer)
    local words = {}
    for i, one in ipairs(layer.unused) do
        words[i] = ("%s %s in %s: %s in %s"):format(one.what, one.name, one.file, one.key, one.by)
    end
    return words
end

describe("a policy that extends another", function()
    it("puts a rule of the same name in its place, and others before the base's, in their order", function()
        local layer = joined { { rules = rules("p", "z", "b", "y") }, { rules = rules("b", "a", "b", "c") } }
        assert.equal("z.p y.p a.b b.p c.b", told(layer.rules))
        assert.equal("a.b b.b", told(joined({ {}, { rules = rules("b", "a", "b") } }).rules))
        assert.equal("a.p b.p", told(joined({ { rules = rules("p", "a", "b") }, {} }).rules))
        assert.same({}, joined({ {}, {} }).rules)
    end)

    it("has its own keys before the base's, and those of check one by one", function()
        local layer = joined { { name = "own", hint = "o", check = { every = "2d" } },
            { name = "base", text = "t", hint = "b", check = { every = "1d", timeout = "5m" } } }
        assert.same({ "own", "t", "o", { every = "2d", timeout = "5m" } },
            { layer.name, layer.text, layer.hint, layer.check })
    end)

    it("adds to what its base ignores and to its catalogues, unless these are final", function()
        local layer = joined { { ignore = { "b", "!c" }, catalogues = { de = { hint = "p" } } },
            { ignore = { "a" }, catalogues = { de = { hint = "b", summary = "b" } } }, { ignore = { "c", "d*" } } }
        assert.same({ { "d*", "a", "b", "!c" }, { de = { hint = "p", summary = "b" } } }, { layer.ignore, layer.catalogues })
        layer = joined { { ignore = { "!a" } }, { final = { "ignore" } }, { ignore = { "a" } } }
        assert.same({ "a" }, layer.ignore)
        assert.same({ "key ignore in p: ignore in b" }, unused(layer))
    end)

    it("reads what it and its base read", function()
        assert.same({ "A", "B", "C" }, joined({ { reads = { "B", "C" } }, { reads = { "A", "B" } } }).reads)
        assert.same({ "A" }, joined({ {}, { reads = { "A" } } }).reads)
        assert.is_nil(joined({ {}, {} }).reads)
    end)

    it("with rules of its own does not inherit decide, without them does", function()
        local decide, other = function() end, function() end
        assert.is_nil(joined({ { rules = rules("p", "a") }, { decide = decide } }).decide)
        assert.equal(decide, joined({ {}, { decide = decide } }).decide)
        assert.equal(other, joined({ { rules = rules("p", "a"), decide = other }, { decide = decide } }).decide)
    end)

    it("leaves all as they were", function()
        local base, own = { rules = rules("b", "a"), check = { every = "1d" } }, { rules = rules("p", "a"), check = { every = "2d" } }
        joined { own, base }
        assert.same({ "a.b", "a.p", "1d", "2d" }, { told(base.rules), told(own.rules), base.check.every, own.check.every })
    end)
end)

describe("a guard", function()
    it("is asked before the rules of whoever extends it, and guards of theirs behind it", function()
        local layer = joined { { rules = rules("p", "mine", "night quiet guard") },
            { rules = rules("b", "b1", "till quiet guard") }, { rules = rules("c", "ci quiet guard", "c1") } }
        assert.equal("ci.c till.b night.p mine.p b1.b c1.c", told(layer.rules))
        assert.equal("ci.c till.b night.p", told(layer.guards))
        assert.same({}, layer.mistakes)
    end)

    it("comes first in its own policy, too", function()
        assert.equal("g.p a.p b.p", told(joined({ { rules = rules("p", "a", "g quiet guard", "b") } }).rules))
    end)

    it("leaves its place to a rule of its name, which may say that it is none", function()
        local base = { rules = rules("b", "ci quiet guard", "agent quiet guard", "x") }
        assert.equal("ci.b agent.p y.p x.b", told(joined({ { rules = rules("p", "y", "agent") }, base }).rules))
        local own = { rules = rules("p", "y", "agent quiet") }
        own.rules[2].spec.guard = false
        assert.equal("ci.b y.p agent.p x.b", told(joined({ own, base }).rules))
        assert.equal("ci.b agent.b x.p", told(joined({ { rules = rules("p", "x quiet guard") }, base }).rules))
    end)

    it("keeps final rules that notify from speaking, as a quiet rule with a code does", function()
        local layer = joined { { rules = rules("p", "fix final", "g quiet guard") } }
        assert.equal("fix.p g.p", told(layer.rules))
        assert.is_false(layer.rules[1].spec.when {})
    end)
end)

describe("what is final", function()
    it("among keys is as it is there, be it said or not, for all who extend it", function()
        local layer = joined { { strategy = "simple", text = "own", check = { every = "1h" }, hint = "h" },
            { final = { "strategy", "check", "text" }, check = { timeout = "1m" } },
            { strategy = "fleet", check = { every = "9d" } } }
        assert.same({ "fleet", nil, { every = "9d", timeout = "1m" }, "h" }, { layer.strategy, layer.text, layer.check, layer.hint })
        table.sort(layer.unused, function(a, b) return a.name < b.name end)
        assert.same({ "key check in p: check in b", "key strategy in p: strategy in b", "key text in p: text in b" }, unused(layer))
    end)

    it("first is so for whoever comes later, even in the middle", function()
        local layer = joined { { hint = "p" }, { hint = "b", final = { "hint" } }, { hint = "c", final = { "hint" } } }
        assert.equal("c", layer.hint)
        assert.same({ "key hint in b: hint in c", "key hint in p: hint in c" }, unused(layer))
        assert.same({ { key = "hint", file = "c" } }, layer.final_keys)
    end)

    it("among rules is asked first, the base's before others, and nobody takes its place", function()
        local layer = joined { { rules = rules("p", "mine", "freeze", "own final", "a") },
            { rules = rules("b", "b1", "freeze quiet final", "a") }, { rules = rules("c", "c1", "off quiet final") } }
        assert.equal("off.c freeze.b own.p mine.p b1.b a.p c1.c", told(layer.rules))
        assert.equal("off.c freeze.b own.p", told(layer.first))
        assert.same({ "rule freeze in p: rule in b" }, unused(layer))
        assert.equal(2, layer.unused[1].line)
        assert.equal(2, layer.unused[1].by_line)
    end)

    it("among rules and notifies is not meant where a guard of its own policy is, which may stand behind it", function()
        local base, is_agent = { rules = rules("c", "agent quiet code", "night quiet", "x") }, true
        base.rules[1].spec.when = function() return is_agent end
        local own = { rules = rules("b", "security final") }
        local layer = joined({ { rules = rules("p", "agent") }, own, base })
        assert.equal("security.b agent.p night.c x.c", told(layer.rules))
        assert.is_false(layer.rules[1].spec.when({}))
        is_agent = false
        assert.is_true(layer.rules[1].spec.when({}))
        own.rules[1].spec.when = function(c) return c.yes end
        layer = joined({ {}, own, base })
        assert.same({ true, false }, { layer.rules[1].spec.when { yes = true }, layer.rules[1].spec.when { yes = false } })
        base.rules[1].spec.when = nil
        assert.is_false(joined({ {}, own, base }).rules[1].spec.when { yes = true })
    end)

    it("and all rules leaves none of who extends it, nor decide", function()
        local layer = joined { { rules = rules("p", "a", "z"), decide = print }, { rules = rules("b", "a"), final = { "rules" } } }
        assert.equal("a.b", told(layer.rules))
        assert.is_nil(layer.decide)
        table.sort(layer.unused, function(a, b) return a.name < b.name end)
        assert.same({ "key decide in p: rules in b", "key rules in p: rules in b" }, unused(layer))
    end)

    it("and is decide leaves rules unused", function()
        local layer = joined { { rules = rules("p", "a") }, { decide = print, final = { "decide" } } }
        assert.equal(print, layer.decide)
        assert.same({ "key rules in p: decide in b" }, unused(layer))
    end)
end)

describe("a policy beside the machine's, which it does not extend", function()
    local machine = { strategy = "fleet", hint = "m", check = { every = "9d" }, final = { "strategy", "text", "check" },
        rules = rules("b", "off quiet final", "m") }

    it("is held to what is final in that, and to nothing else of it", function()
        local layer = joined({ { strategy = "simple", text = "own", name = "n", rules = rules("p", "off", "a", "f final") }, machine }, 1)
        assert.same({ "fleet", nil, { every = "9d" }, nil, "n" }, { layer.strategy, layer.text, layer.check, layer.hint, layer.name })
        assert.equal("off.b f.p a.p", told(layer.rules))
        assert.equal("off.b f.p", told(layer.first))
        assert.is_true(layer.is_bound)
        table.sort(layer.unused, function(a, b) return a.name < b.name end)
        assert.same({ "rule off in p: rule in b", "key strategy in p: strategy in b", "key text in p: text in b" }, unused(layer))
    end)

    it("reads what its final rules read", function()
        local first = { reads = { "A" }, rules = rules("b", "off quiet final") }
        assert.same({ "A", "B" }, joined({ { reads = { "B" } }, first }, 1).reads)
        assert.same({ "B" }, joined({ { reads = { "B" } }, { reads = { "A" }, rules = rules("b", "m") } }, 1).reads)
    end)

    it("is as it is where nothing there is final", function()
        local layer = joined({ { strategy = "simple", rules = rules("p", "off") }, { hint = "m", rules = rules("b", "m") } }, 1)
        assert.same({ "simple", nil, nil, "off.p" }, { layer.strategy, layer.hint, layer.is_bound, told(layer.rules) })
        assert.same({}, layer.unused)
    end)

    it("has its rules and decide, or none, where those are final", function()
        local layer = joined({ { decide = print, rules = rules("p", "a") }, { final = { "rules" }, rules = rules("b", "m") } }, 1)
        assert.same({ nil, "m.b", "" }, { layer.decide, told(layer.rules), told(layer.first) })
        layer = joined({ { rules = rules("p", "a") }, { final = { "decide" }, decide = print } }, 1)
        assert.same({ print, { "key rules in p: decide in b" } }, { layer.decide, unused(layer) })
    end)
end)
