--- The log of decisions.

local command = require "command"
local decisions = require "upnudge.record.decisions"
local stage = require "stage"

local NOW <const> = stage.NOW

local record, file

before_each(function()
    stage.bare()
    record = stage.record()
    assert(record:directory(true)):close()
    file = record.directory_path .. "/decisions.log"
end)

after_each(stage.strike)

local function decided(at, notify, rule, reason, times)
    return { at = at, since = NOW, times = times or 1, decision = { notify = notify, rule = rule, reason = reason,
        code = notify and "notified" or "not-due" } }
end

local function flush(...)
    local state = { record = record, decisions = { ... } }
    decisions.flush { state }
    return state
end

describe("decisions", function()
    it("are one line each, and are read as they were", function()
        local state = flush(decided(NOW, true, "daily", "not said yet"), decided(NOW + 60, false, nil, "nothing newer was found"))
        assert.same({}, state.decisions)
        assert.equal("1800000000\tnotified\tdaily\tnot said yet\tnotified\n1800000060\tquiet\t\tnothing newer was found\tnot-due\n",
            command.read(file))
        assert.same({ { at = NOW, notified = true, code = "notified", rule = "daily", reason = "not said yet" },
            { at = NOW + 60, notified = false, code = "not-due", reason = "nothing newer was found" } }, decisions.read(record))
    end)

    it("that were the same again and again say how often, since when", function()
        flush(decided(NOW + 600, false, "r", "not due", 3))
        assert.equal("1800000600\tquiet\tr\tnot due (3 times since 2027-01-15T08:00:00Z)\tnot-due\n", command.read(file))
    end)

    it("are added to those that are there, and none is no line", function()
        flush(decided(NOW, true, "a", "x"))
        flush()
        flush(decided(NOW + 1, true, "b", "y"))
        local read = decisions.read(record)
        assert.same({ "a", "b", nil }, { read[1].rule, read[2].rule, read[3] })
    end)

    it("are one line each, whatever a policy says", function()
        flush(decided(NOW, false, "a\tb\nc", "d\27[2J\n1800000000\tnotified\tx\ty\n"), decided(NOW, false, ("r"):rep(500), ("\u{e9}"):rep(500)))
        local read = decisions.read(record)
        assert.equal(2, #read)
        assert.same({ "a b c", "d 1800000000 notified x y" }, { read[1].rule, read[1].reason })
        assert.same({ 300, 300 }, { #read[2].rule, #read[2].reason })
    end)

    it("are read oldest first, those of the old file too, without lines that say nothing", function()
        command.write(file .. ".old", "1\tquiet\t\told\n")
        command.write(file, "nonsense\n2\tquiet\t\tnew\n3\tquiet\t\n\0\0\n4\tnotified\tr\tnewer\tnotified\n5\tquiet\tr\ttorn")
        local told = {}
        for i, entry in ipairs(decisions.read(record)) do
            told[i] = entry.at .. entry.reason
        end
        assert.same({ "1old", "2new", "4newer" }, told)
        local read = decisions.read(record)
        assert.same({ nil, nil, "notified" }, { read[1].code, read[2].code, read[3].code })
    end)

    it("stay within their limits", function()
        for i = 1, 600 do
            flush(decided(NOW + i, false, "r", ("x"):rep(200)))
        end
        local new, old = #command.read(file), #command.read(file .. ".old")
        assert.is_true(new <= 32768 and old <= 32768 and old > 32000, new .. " " .. old)
        local read = decisions.read(record)
        assert.equal(NOW + 600, read[#read].at)
        assert.equal((new + old) // 228, #read)
    end)

    it("of an environment without a record go nowhere", function()
        command.must 'rm -r "$work/state"'
        flush(decided(NOW, true, "a", "x"))
        assert.is_nil(require "lfs".attributes(record.places.state))
        assert.same({}, decisions.read(record))
    end)
end)
