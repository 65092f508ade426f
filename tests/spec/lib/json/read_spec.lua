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

    it("takes what is nested as deep as anything of ours, and no deeper", function()
        assert.is_table(read(("["):rep(32) .. ("]"):rep(32)))
        for _, depth in ipairs { 33, 1000, 100000 } do
            for _, text in ipairs { ("["):rep(depth), ('{"a":'):rep(depth), ("["):rep(depth) .. ("]"):rep(depth) } do
                local value, message = read(text)
                assert.is_nil(value)
                assert.is_truthy(message:find("too many nested data structures", 1, true), message)
            end
        end
    end)

    it("leaves the module as its host has set it up", function()
        local cjson = require "cjson"
        assert.equal(1000, cjson.decode_max_depth())
        assert.is_table(cjson.decode(("["):rep(900) .. ("]"):rep(900)))
    end)
end)
