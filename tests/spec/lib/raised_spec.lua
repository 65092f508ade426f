--- What was raised, in words.

local raised = require "upnudge.lib.raised"

describe("what was raised", function()
    it("is told as it is where it is plain", function()
        for value, text in pairs { ["f.lua:1: no"] = "f.lua:1: no", [""] = "", [5] = "5", [1.5] = "1.5", [false] = "false" } do
            assert.equal(text, raised.text(value))
        end
        assert.equal("nil", raised.text(nil))
    end)

    it("has no address, whatever it says of itself", function()
        local named = setmetatable({}, { __tostring = function() error "no name" end, __name = "x" })
        for _, value in ipairs { {}, print, coroutine.create(print), io.stdout, named } do
            assert.equal("an error that is no text but a " .. type(value), raised.text(value))
            assert.equal("fault", raised.code(value))
        end
    end)

    it("is want of memory, or a fault of ours", function()
        assert.equal("memory", raised.code "not enough memory")
        assert.equal("memory", raised.code "f.lua:1: not enough memory")
        assert.equal("memory", raised.code "libx.so: cannot allocate symbol search list: Cannot allocate memory")
        assert.equal("memory", raised.code "x.lock: out of memory")
        assert.equal("fault", raised.code "f.lua:1: no")
        assert.equal("fault", raised.code(nil))
    end)
end)
