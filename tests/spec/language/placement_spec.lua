--- Rules that say before or behind which other one they are asked.

local inheritance = require "upnudge.language.inheritance"

--- Rules from words, "name", "name before=other", "name after=other"; in capitals what is final, with a star a guard.
local function rules(...)
    local list = {}
    for i, words in ipairs { ... } do
        local name, guard = words:match "^(%w+)(%*?)"
        list[i] = { name = name, file = "f", line = i, spec = { quiet = "q", before = words:match "before=(%S+)",
            after = words:match "after=(%S+)", final = name:find "%u" and true or nil, guard = guard == "*" or nil } }
    end
    return list
end

--- The names of the rules of a chain, the policy's own first, and what is wrong.
local function joined(...)
    local chain, files = {}, {}
    for i, list in ipairs { ... } do
        chain[i], files[i] = { rules = list }, "f"
    end
    local layer = inheritance.of_chain(chain, files, #chain)
    local names, mistakes = {}, {}
    for i, rule in ipairs(layer.rules) do
        names[i] = rule.name
    end
    for i, mistake in ipairs(layer.mistakes) do
        mistakes[i] = ("%d %s: %s"):format(mistake.line, mistake.key, mistake.message)
    end
    return table.concat(names, " "), mistakes
end

describe("a rule that names another", function()
    it("stands directly before or behind it, whichever policy has that", function()
        assert.equal("a x b", (joined(rules("x after=a"), rules("a", "b"))))
        assert.equal("a x b", (joined(rules("x before=b"), rules("a", "b"))))
        assert.equal("y x a b", (joined(rules("x before=a"), rules("y"), rules("a", "b"))))
        assert.equal("x y a", (joined(rules("x before=y", "y"), rules("a"))))
        assert.equal("y x a", (joined(rules("y before=x", "x before=a"), rules("a"))))
    end)

    it("stands behind others that name the same and are before it", function()
        assert.equal("p q a r s b", (joined(rules("p before=a", "q before=a", "r after=a", "s after=a"), rules("a", "b"))))
    end)

    it("may speak before a guard, and stays there for whoever extends that", function()
        assert.equal("x ci y d", (joined(rules("y"), rules("x before=ci"), rules("ci*", "d"))))
        assert.equal("ci x y d", (joined(rules("y"), rules("x after=ci"), rules("ci*", "d"))))
        assert.equal("ci y d x", (joined(rules("y"), rules("x* after=d"), rules("ci*", "d"))))
    end)

    it("leaves the place of the base's rule whose name it takes", function()
        assert.equal("b a", (joined(rules("a after=b"), rules("a", "b"))))
        assert.equal("a ci", (joined(rules("a before=ci"), rules("ci*", "a"))))
    end)

    it("comes behind what is final, whatever it says", function()
        assert.equal("F x y a", (joined(rules("x before=F", "y after=F"), rules("F", "a"))))
    end)

    it("is a mistake where there is none, or where they wait for each other, however many", function()
        local names, mistakes = joined(rules("x before=nob", "y after=z", "z after=y", "w after=w"), rules("a"))
        assert.equal("a", names)
        assert.same({ "1 before: rule 'x': before 'nob', which is no rule (one of: a, w, x, y, z)",
            "2 after: rule 'y': after 'z' is a circle: y, z, w wait for each other",
            "3 after: rule 'z': after 'y' is a circle: y, z, w wait for each other",
            "4 after: rule 'w': after 'w' is a circle: y, z, w wait for each other" }, mistakes)
    end)
end)
