--- Times that somebody wrote down, beside the clock.

local clock = require "upnudge.lib.clock"

local NOW <const> = 1800000000

describe("a moment that should have passed", function()
    it("is what it says, up to now", function()
        assert.equal(NOW - 5, clock.past(NOW - 5, NOW))
        assert.equal(NOW, clock.past(NOW, NOW))
        assert.equal(0, clock.past(0, NOW))
    end)

    it("is now by a clock that is a little ahead", function()
        assert.equal(NOW, clock.past(NOW + 1, NOW))
        assert.equal(NOW, clock.past(NOW + 60, NOW))
    end)

    it("is not known by one that is far ahead, or when nobody wrote it", function()
        assert.is_nil(clock.past(NOW + 61, NOW))
        assert.is_nil(clock.past(2 ^ 53, NOW))
        assert.is_nil(clock.past(nil, NOW))
    end)
end)
