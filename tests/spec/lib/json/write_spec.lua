--- JSON as we write it: read by people, compared by scripts.

local read = require "upnudge.lib.json.read"
local write = require "upnudge.lib.json.write"

describe("an object that is written", function()
    it("has the members that an order names first, the others by name, and none that is absent", function()
        assert.equal('{"z":1,"a":true,"b":2,"c":3}', write.object({ "z", "missing", "a" }, { c = 3, a = true, z = 1, b = 2 }))
        assert.equal("{}", write.object({ "z" }, {}))
    end)

    it("keeps what is false, and takes the word of a function for a member", function()
        assert.equal('{"a":false,"b":[ 1.50 ]}', write.object({}, { a = false, b = function() return "[ 1.50 ]" end }))
    end)

    it("stands in lists and arrays", function()
        assert.equal('[{"a":1,"b":2},{"b":3}]', write.list({ "a" }, { { b = 2, a = 1 }, { b = 3 } }))
        assert.equal("[1,{}]", write.array { "1", "{}" })
        assert.equal("[]", write.list({}, {}))
        assert.equal([==[["a","/\"",""]]==], write.strings { "a", '/"', "" })
        assert.equal("[]", write.strings {})
    end)
end)

describe("a value that is written", function()
    it("keeps its slashes readable, and its backslashes right", function()
        for _, text in ipairs { "/home/me", "\\/", "\\\\/", 'a"/\n\1b', "/" } do
            assert.equal(text, (read("[" .. write.encode(text) .. "]"))[1])
        end
        assert.equal('"/home/me"', write.encode "/home/me")
    end)

    it("is null where JSON has no words for the number", function()
        assert.equal("[null,null,null]", write.encode { math.huge, -math.huge, 0 / 0 })
    end)

    it("may be a list with holes", function()
        local sparse = {}
        sparse[1], sparse[100] = "a", "b"
        assert.equal("b", read(write.encode(sparse))["100"])
    end)

    it("leaves the host's own lua-cjson as it was", function()
        assert.is_false(pcall(require "cjson".encode, { math.huge }))
    end)
end)
