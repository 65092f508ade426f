--- Comparisons with what a field never is, found by reading.

local comparisons = require "upnudge.tools.verification.comparisons"

local function fault(source)
    local faults = comparisons.faults(source)
    return faults[1] and faults[1].message
end

describe("a comparison", function()
    it("with a word that a field never is is told with the words that there are", function()
        assert.are.equal('p.level is never "majr"; did you mean "major"?; it is one of "major", "minor", "patch", "unknown"',
            fault 'for _, p in ipairs(c.result.packages) do x = p.level == "majr" end')
        assert.matches('never "cmd"', fault 'local host = c.host\nreturn host.mode ~= "cmd"')
        assert.matches('never "upgrade"', fault 'return c.result.packages[1].kind == "upgrade"')
        assert.matches('never "comand"', fault 'return "comand" == c.host.mode')
        assert.matches('never "urgent"', fault [[for _, p in ipairs(u.packages(c, m)) do
            for _, f in ipairs(p.fixes) do return f.severity == "urgent" end end]])
    end)

    it("with another type, or with nothing, is told", function()
        assert.matches("c.host.tty is never a string", fault 'return c.host.tty == "yes"')
        assert.matches("c.result.security is never a boolean", fault "return c.result.security == true")
        assert.matches("c.host.agent is never true", fault "return c.host.agent == true")
        assert.matches("compares true or false", fault 'return not c.host.mode == "command"')
        assert.are.equal('`or "in-place"` is always true; write `or c.host.mode == "in-place"`',
            fault 'return c.host.mode == "command" or "in-place"')
    end)

    it("of a length that is always 0 is told", function()
        assert.matches("^#c.result is always 0, for it is no list", fault "return #c.result > 0")
        assert.matches("^#host is always 0", fault "local host = c.host\nreturn #host == 0")
        for _, source in ipairs { "return #c.result.packages", "return #c.env.name", "return #list", "return #c.host.lang",
            "return 1 -- #c.result" } do
            assert.is_nil(fault(source), source)
        end
    end)

    it("that makes sense is no mistake, nor one with what nobody knows", function()
        for _, source in ipairs { 'return c.host.mode == "command"', 'return p.kind == "added" and "new" or "old"',
            'return c.env.name == "x" or "y" == c.env.name', "return c.host.agent == false", 'return mine.kind == "house"',
            'local level = { level = "loud" }\nreturn level.level == "loud"', 'return c.host.vars.X == "1"',
            "-- c.host.mode == 'x'\nreturn [[c.host.mode == 'x']]", 'return c.host.agent == "claude-code"',
            "return c.result.packages[1] == nil", 'return c.host.attributes.mode == "dark"' } do
            assert.is_nil(fault(source), source)
        end
    end)

    it("is told with its line", function()
        assert.are.equal(3, comparisons.faults('local u\n--[[ a\n]] x = c.host.mode == "y"')[1].line)
    end)
end)
