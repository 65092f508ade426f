--- The sandbox's own matcher says what Lua's says, for made-up patterns and texts.

local pattern = require "upnudge.sandbox.pattern"

local ITEMS <const> = { "a", "b", ".", "%a", "%d", "%s", "[ab]", "[^a]", "[a-c]", "[%d-]", "[]x]", "[^%s]", "%f[%w]", "%bab",
    "%.", "-", "()", "(a)", "(.-)", "(%w+)", "%1", "x" }
local SUFFIXES <const> = { "", "", "", "*", "+", "-", "?" }
local LETTERS <const> = { "a", "b", "c", "x", "1", "2", " ", ".", "-", "]" }

local function made_up(random, list, most, also)
    local parts = {}
    for i = 1, random(0, most) do
        parts[i] = list[random(#list)] .. (also and also[random(#also)] or "")
    end
    return table.concat(parts)
end

--- What a call gives, or that it raised: the words of the two differ.
local function outcome(f, ...)
    local results = table.pack(pcall(f, ...))
    return results[1] and table.pack(table.unpack(results, 2, results.n)) or "error"
end

local function all(gmatch, text, wanted)
    local list = {}
    for a, b in gmatch(text, wanted) do
        list[#list + 1] = { a, b }
    end
    return list
end

describe("the matcher", function()
    it("agrees with Lua's on made-up patterns", function()
        math.randomseed(20260101)
        local found = 0
        for _ = 1, 20000 do
            local text = made_up(math.random, LETTERS, 12)
            local wanted = (math.random(4) == 1 and "^" or "") .. made_up(math.random, ITEMS, 4, SUFFIXES)
                .. (math.random(5) == 1 and "$" or "")
            local about = ("%q in %q"):format(wanted, text)
            local init = math.random(-3, 8)
            assert.are.same(outcome(string.find, text, wanted, init), outcome(pattern.find, text, wanted, init), about)
            local expected = outcome(string.match, text, wanted)
            found = found + (type(expected) == "table" and expected[1] and 1 or 0)
            assert.are.same(expected, outcome(pattern.match, text, wanted), about)
            assert.are.same(outcome(all, string.gmatch, text, wanted), outcome(all, pattern.gmatch, text, wanted), about)
            assert.are.same(outcome(string.gsub, text, wanted, "<%0>"), outcome(pattern.gsub, text, wanted, "<%0>"), about)
            assert.are.same(outcome(string.gsub, text, wanted, { a = "A", b = false }, 2),
                outcome(pattern.gsub, text, wanted, { a = "A", b = false }, 2), about)
        end
        assert.is_true(found > 5000)
    end)

    it("refuses what Lua refuses", function()
        for _, wanted in ipairs { "%", "[a", "[%", "(a", "(a))", "%b", "%bx", "%f", "%9", "%1", "[]", "(()" } do
            assert.is_false(pcall(string.find, "a", wanted), wanted)
            assert.is_false(pcall(pattern.find, "a", wanted), wanted)
        end
        assert.is_false(pcall(pattern.gsub, "a", "a", "%2"))
        assert.is_false(pcall(pattern.gsub, "a", "a", "%x"))
        assert.is_false(pcall(pattern.gsub, "a", "a", function() return {} end))
    end)
end)
