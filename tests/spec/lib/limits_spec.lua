--- How long what strangers write may be.

local limits = require "upnudge.lib.limits"

describe("a limit", function()
    it("leaves what fits as it is", function()
        assert.equal("curl", limits.cut("curl", 4))
        assert.equal("", limits.cut("", 4))
        assert.equal(("x"):rep(214), limits.cut(("x"):rep(214), limits.NAME))
    end)

    it("cuts what does not, and says so, within the limit and between two characters", function()
        assert.equal("x…", limits.cut("xxxxx", 4))
        assert.equal("é…", limits.cut("ééé", 5))
        assert.equal("é…", limits.cut("éééé", 6))
        for limit = 4, 40 do
            for _, text in ipairs { ("é"):rep(50), ("中"):rep(50), ("😀"):rep(50), ("x"):rep(50), "x" .. ("中"):rep(50) } do
                local cut = limits.cut(text, limit)
                assert.is_true(#cut <= limit and #cut > limit - 4 and utf8.len(cut) ~= nil, cut)
                assert.equal("…", cut:sub(-3))
                assert.equal(1, text:find(cut:sub(1, -4), 1, true))
            end
        end
    end)

    it("ends in bytes that are no characters, too", function()
        assert.is_true(#limits.cut(("\x80"):rep(1000), 100) <= 100)
        assert.is_true(#limits.cut(("\xff"):rep(1000), 100) <= 100)
    end)
end)
