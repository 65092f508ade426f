--- What few lines of the log of decisions have.

local particulars = require "upnudge.record.particulars"

describe("particulars", function()
    local function of(entry, facts)
        entry.decision, entry.times, entry.at = entry.decision or {}, entry.times or 1, 100
        return particulars(tostring, entry, facts)
    end

    it("are nothing where there is nothing", function()
        assert.equal("", of({}, {}))
    end)

    it("look nothing up", function()
        local facts = setmetatable({}, { __index = function(_, name)
            assert.is_true(name == "command" or name == "hint" or name == "attributes", name)
        end })
        assert.equal("", of({}, facts))
    end)

    it("are in an order", function()
        assert.equal("\tr=2 40\tg=a\ts=1\tm=make\ti=\te=shop\t$A=1\t$B=2\t@x=y", of({ times = 2, since = 60, name = "shop",
            question = { found_out = { vars = { B = "2", A = "1", C = false } } } },
            { agent = "a", session = "1", command = "make", hint = "", attributes = { x = "y" } }))
    end)
end)
