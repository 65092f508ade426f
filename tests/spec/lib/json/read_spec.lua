--- JSON as we read it.

local read = require "upnudge.lib.json.read"

describe("JSON that is read", function()
    it("is its value, without the members that are null", function()
        assert.same({ a = 1, c = { d = "x" } }, (read '{"a":1,"b":null,"c":{"d":"x"}}'))
        assert.same({ 1, "two", false }, (read '[1,"two",false]'))
        assert.equal("text", (read '"text"'))
        assert.is_nil((read "[]").missing)
    end)

    it("is told of when it is broken, without a place in our own code", function()
        for _, text in ipairs { "", "{", "[1,", '{"a"}', "nonsense", '{"a":1}}', "\0" } do
            local value, message = read(text)
            assert.is_nil(value, text)
            assert.is_string(message, text)
            assert.is_nil(message:find "%.lua:%d", message)
        end
        assert.is_truthy(select(2, read '{"a"}'):find("Expected", 1, true))
    end)
end)
