--- Since when the fault of a policy is known, and who is told.

local command = require "command"
local faults = require "upnudge.record.policy_fault"
local stage = require "stage"

local NOW <const>, DAY <const> = stage.NOW, stage.DAY

local places

before_each(function()
    local work = stage.bare()
    places = { cache = work .. "/state", state = work .. "/state" }
end)

after_each(stage.strike)

describe("the fault of a policy", function()
    it("is told once a day, and known since it was told first", function()
        assert.same({ true }, { faults.look(places, "x", NOW) })
        assert.same({ true }, { faults.claim(places, "x", NOW) })
        assert.same({ false }, { faults.claim(places, "x", NOW + DAY - 1) })
        assert.same({ false, NOW }, { faults.look(places, "x", NOW + DAY - 1) })
        assert.same({ true, NOW }, { faults.look(places, "x", NOW + DAY) })
        assert.same({ true, NOW }, { faults.claim(places, "x", NOW + DAY) })
        assert.same({ true, NOW }, { faults.claim(places, "x", NOW + 2 * DAY) })
    end)

    it("is another one where the words are others, which is told no sooner", function()
        faults.claim(places, "x", NOW)
        assert.same({ false }, { faults.look(places, "y", NOW + 5) })
        assert.same({ true }, { faults.claim(places, "y", NOW + DAY) })
        assert.same({ false, NOW + DAY }, { faults.look(places, "y", NOW + DAY) })
    end)

    it("was not told by a clock that was ahead, nor by a file that says nothing", function()
        faults.claim(places, "x", NOW + 9 * DAY)
        assert.same({ true }, { faults.claim(places, "x", NOW) })
        for _, text in ipairs { "", "[]", '{"schema":1}', '{"schema":1,"since":"x","told":1}' } do
            command.write(places.state .. "/last-good/fault.json", text)
            assert.same({ true }, { faults.look(places, "x", NOW + 5) }, text)
        end
    end)

    it("is told by nobody while somebody else tells it, or where that cannot be written down", function()
        faults.claim(places, "x", NOW - 2 * DAY)
        local directory <close> = assert(require "upnudge.core".directory(places.state .. "/last-good"))
        local lock <close> = assert(directory:lock "fault.lock")
        assert.is_false((faults.claim(places, "x", NOW)))
        lock:release()
        assert.is_true((faults.claim(places, "x", NOW)))
        command.must 'rm -r "$work/state"; touch "$work/state"'
        assert.is_false((faults.claim(places, "x", NOW + 2 * DAY)))
    end)
end)
