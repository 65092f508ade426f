--- The members of an object, to the letter.

local members = require "upnudge.lib.json.members"

describe("the members of an object", function()
    it("are texts, as they were written", function()
        local texts = { a = "1.50", b = "[]", c = '{ "x" : [ 1 , {"y":"}]"} ] }', d = "12345678901234567890", e = '"\\u00e9\\"\\\\"',
            f = "null", g = "true", h = "-1e+999", i = "{}" }
        for _, form in ipairs { '"%s":%s', '\n\t"%s" : %s ' } do
            local parts = {}
            for name, text in pairs(texts) do
                parts[#parts + 1] = form:format(name, text)
            end
            assert.same(texts, members("{" .. table.concat(parts, ",") .. "}\n"))
        end
    end)

    it("have the names that they mean", function()
        assert.same({ ['a"b'] = "1", ["\u{e9}}"] = "2", [""] = "3", ["\\"] = "4" },
            members '{"a\\"b":1,"\\u00e9}":2,"":3,"\\\\":4}')
    end)

    it("are none in an object without any", function()
        assert.same({}, members "{}")
        assert.same({}, members " {\n} ")
    end)
end)
