--- Marks that are put apart, so that none covers another.

local marks = require "upnudge.tools.simulation.marks"

local RADIUS <const> = 4

local function apart(lead, ...)
    local list = {}
    for i, x in ipairs { ... } do
        list[i] = type(x) == "table" and x or { x = x, kind = "a", title = tostring(i) }
    end
    local placed = {}
    for i, mark in ipairs(marks.apart(list, RADIUS, lead)) do
        placed[i] = ("%s%g*%d"):format(mark.kind, mark.x, mark.count)
    end
    return table.concat(placed, " ")
end

local function first(a)
    return a
end

describe("marks", function()
    it("stay where they are when there is room", function()
        assert.are.equal("a10*1 a30*1", apart(first, 30, 10))
        assert.are.equal("a10*1 a19.5*1", apart(first, 10, 19.5))
        assert.are.equal("", apart(first))
    end)

    it("become one with a number where there is none, which takes room itself", function()
        assert.are.equal("a10*2", apart(first, 10, 19))
        assert.are.equal("a10*3", apart(first, 10, 10, 27))
        assert.are.equal("a10*2 a28*1", apart(first, 10, 10, 28))
    end)

    it("of different kinds are that which leads, or stand side by side", function()
        local function b_leads(a, b)
            return (a == "b" or b == "b") and "b" or "a"
        end
        local b = { x = 12, kind = "b", title = "b" }
        assert.are.equal("b10*2", apart(b_leads, 10, b))
        assert.are.equal("a10*1 b19.5*1", apart(nil, 10, { x = 12, kind = "b", title = "b" }))
        assert.are.equal("a10*2", apart(nil, 10, 12))
    end)

    it("tell of a dozen, and how many more there are", function()
        local list = {}
        for i = 1, 15 do
            list[i] = { x = 10, kind = "a", title = "t" .. i }
        end
        local mark = marks.apart(list, RADIUS, first)[1]
        local _, lines = mark.title:gsub("\n", "")
        assert.are.same({ 15, 11, 3 }, { mark.count, lines, mark.more })
    end)
end)
