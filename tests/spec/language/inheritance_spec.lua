--- What `extends` makes of two policies.

local inheritance = require "upnudge.language.inheritance"

local function rules(...)
    local list = {}
    for i, words in ipairs { ... } do
        local name, tag = words:match "^(%S+) ?(.*)$"
        list[i] = { name = name, tag = tag }
    end
    return list
end

local function told(list)
    local words = {}
    for i, rule in ipairs(list) do
        words[i] = rule.name .. rule.tag
    end
    return table.concat(words, " ")
end

describe("a policy that extends another", function()
    it("puts a rule of the same name in its place, and others before the base's, in their order", function()
        local joined = inheritance.join({ rules = rules("a", "b", "c") }, { rules = rules("z", "b new", "y") })
        assert.equal("z y a bnew c", told(joined.rules))
        assert.equal("a b", told(inheritance.join({ rules = rules("a", "b") }, {}).rules))
        assert.equal("a b", told(inheritance.join({}, { rules = rules("a", "b") }).rules))
        assert.same({}, inheritance.join({}, {}).rules)
    end)

    it("has its own keys before the base's, and those of check one by one", function()
        local joined = inheritance.join({ name = "base", text = "t", ignore = { "a" }, check = { every = "1d", timeout = "5m" } },
            { name = "own", ignore = { "b" }, check = { every = "2d" } })
        assert.equal("own", joined.name)
        assert.equal("t", joined.text)
        assert.same({ "b" }, joined.ignore)
        assert.same({ every = "2d", timeout = "5m" }, joined.check)
    end)

    it("with rules of its own does not inherit decide, without them does", function()
        local decide, other = function() end, function() end
        assert.is_nil(inheritance.join({ decide = decide }, { rules = rules "a" }).decide)
        assert.equal(decide, inheritance.join({ decide = decide }, {}).decide)
        assert.equal(other, inheritance.join({ decide = decide }, { rules = rules "a", decide = other }).decide)
    end)

    it("leaves both as they were", function()
        local base, own = { rules = rules "a", check = { every = "1d" } }, { rules = rules "a new", check = { every = "2d" } }
        inheritance.join(base, own)
        assert.same({ "a", "anew", "1d", "2d" }, { told(base.rules), told(own.rules), base.check.every, own.check.every })
    end)
end)
