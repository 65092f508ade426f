--- When a check that failed is tried again, and how a lock tells of it.

local core = require "upnudge.core"
local retry = require "upnudge.runtime.retry"
local stage = require "stage"

local NOW <const>, MINUTE <const>, HOUR <const> = stage.NOW, 60, stage.HOUR

describe("a check that failed", function()
    it("is tried again after 5 minutes, then 10, 20 and so on, at most 6 hours", function()
        local waits = {}
        for i, failures in ipairs { 1, 2, 3, 7, 8, 9, 1000, 10 ^ 15 } do
            waits[i] = retry.wait(failures) / MINUTE
        end
        assert.same({ 5, 10, 20, 320, 360, 360, 360, 360 }, waits)
        assert.equal("integer", math.type(retry.wait(3)))
    end)

    it("is not put off for longer than that by whatever somebody wrote", function()
        assert.equal(NOW + 5, retry.at(NOW, NOW + 5))
        assert.equal(NOW + 6 * HOUR, retry.at(NOW, NOW * 2))
        assert.equal(0, retry.at(NOW, nil))
    end)
end)

describe("a lock", function()
    local directory

    before_each(function()
        directory = assert(core.directory(stage.bare()))
    end)

    after_each(function()
        directory:close()
        stage.strike()
    end)

    local function with_lock(f, ...)
        local lock <close> = assert(directory:lock "check.lock")
        return f(lock, ...)
    end

    it("that nobody noted on tells nothing", function()
        assert.is_nil(with_lock(retry.noted, core.now()))
        with_lock(retry.forget)
        assert.is_nil(with_lock(retry.noted, core.now()))
    end)

    it("tells of the last failure, and each time the wait is twice as long", function()
        local now = NOW
        for _, wait in ipairs { 5, 10, 20, 40, 80, 160, 320, 360, 360 } do
            with_lock(retry.note, now)
            assert.same({ now, now + wait * MINUTE }, { with_lock(retry.noted, now) })
            assert.same({ now, now + wait * MINUTE }, { with_lock(retry.noted, now + wait * MINUTE - 1) })
            now = now + wait * MINUTE
            assert.is_nil(with_lock(retry.noted, now))
        end
        with_lock(retry.forget)
        with_lock(retry.note, now)
        assert.same({ now, now + 5 * MINUTE }, { with_lock(retry.noted, now) })
    end)

    it("is not believed of the future, nor for long", function()
        with_lock(function(lock) lock:note(NOW + 1, NOW + 100) end)
        assert.is_nil(with_lock(retry.noted, NOW))
        with_lock(function(lock) lock:note(NOW - 7 * HOUR, NOW + HOUR) end)
        assert.is_nil(with_lock(retry.noted, NOW))
        with_lock(function(lock) lock:note(NOW - HOUR, NOW + 30 * HOUR) end)
        assert.same({ NOW - HOUR, NOW + 5 * HOUR }, { with_lock(retry.noted, NOW) })
        -- As when somebody has read the file, or copied it.
        with_lock(function(lock) lock:note(NOW, NOW - 100) end)
        assert.is_nil(with_lock(retry.noted, NOW))
    end)
end)
