--- The log of decisions, as it is read.

local command = require "command"
local past = require "upnudge.record.past"
local stage = require "stage"

local record, file

before_each(function()
    stage.bare()
    record = stage.record()
    assert(record:directory(true)):close()
    file = record.directory_path .. "/decisions.log"
end)

after_each(stage.strike)

describe("the past", function()
    it("has the evidence between the decisions, in the order of the files", function()
        command.write(file .. ".old", '=told\t5\t{"own":{"last_notified":3}}\n=result\t4\tab12\t{"changes":[]}\n7\tquiet\t\told\tnot-due\n')
        command.write(file, '=again\t8\tab12\n=chosen\t9\t{"ignore":["x"]}\n10\tnotified\tr\tdue\tnotified\n')
        local kinds = {}
        for i, one in ipairs(past.all(record)) do
            kinds[i] = one.kind .. " " .. one.at
        end
        assert.same({ "told 5", "result 4", "decision 7", "again 8", "chosen 9", "decision 10" }, kinds)
        assert.same({ kind = "result", at = 4, digest = "ab12", value = { changes = {} } }, past.all(record)[2])
        assert.same({ kind = "again", at = 8, digest = "ab12" }, past.all(record)[4])
        assert.equal(2, #past.decisions(record))
    end)

    it("leaves out what makes no sense", function()
        command.write(file, "=told\t5\t{\n=news\t5\t{}\n=result\t5\t{}\n=chosen\tx\t{}\n=told\t6\t7\n5\tquiet\tr\twhy\tcodeX\n\0\n")
        assert.same({}, past.all(record))
    end)

    it("knows no time that is none", function()
        command.write(file, ("5\tquiet\tr\twhy\tnot-due\tr=3 %s\tc=%s\n%s\tquiet\tr\twhy\tnot-due\n"):format(("9"):rep(30),
            ("9"):rep(30), ("9"):rep(30)))
        local one, other = table.unpack(past.decisions(record))
        assert.same({ 5, 3, nil, nil }, { one.at, one.times, one.since, one.checked_at })
        assert.equal(0, other.at)
    end)

    it("says of an activation as much as its line does", function()
        command.write(file, "5\tquiet\tr\twhy\tnot-due\tp= \th=\tl=\tc=\tn=\n6\tquiet\tr\twhy\tnot-due\tp=ab x y\th=ct\ti=\tq=new\n")
        local one, other = table.unpack(past.decisions(record))
        assert.same({ kind = "decision", at = 5, notified = false, code = "not-due", rule = "r", reason = "why", facts = { tty = false,
            ci = false, active = false, mode = "activate", attributes = {}, vars = {} } }, one)
        assert.same({ "ab", "x y", true, true, "" }, { other.policy_hash, other.policy, other.facts.tty, other.facts.ci,
            other.facts.hint })
    end)
end)
