--- The log of decisions.

local command = require "command"
local decisions = require "upnudge.record.decisions"
local past = require "upnudge.record.past"
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
        command.write(file, "=chosen\t1\t{}\n")
        local state = flush(decided(NOW, true, "daily", "not said yet"), decided(NOW + 60, false, nil, "nothing newer was found"))
        assert.same({}, state.decisions)
        assert.equal("=chosen\t1\t{}\n\n1800000000\tnotified\tdaily\tnot said yet\tnotified\n"
            .. "1800000060\tquiet\t\tnothing newer was found\tnot-due\n", command.read(file))
        assert.same({ { kind = "decision", at = NOW, notified = true, code = "notified", rule = "daily", reason = "not said yet" },
            { kind = "decision", at = NOW + 60, notified = false, code = "not-due", reason = "nothing newer was found" } },
            past.decisions(record))
    end)

    it("that were the same again and again say how often, since when", function()
        flush(decided(NOW + 600, false, "r", "not due", 3))
        assert.equal("1800000600\tquiet\tr\tnot due (3 times since 2027-01-15T08:00:00Z)\tnot-due\n",
            command.read(file):match "[^\n]*\n$")
    end)

    it("are added to those that are there, and none is no line", function()
        flush(decided(NOW, true, "a", "x"))
        flush()
        flush(decided(NOW + 1, true, "b", "y"))
        local read = past.decisions(record)
        assert.same({ "a", "b", nil }, { read[1].rule, read[2].rule, read[3] })
    end)

    it("lose none to a line that ends in its middle", function()
        flush(decided(NOW, true, "a", "x"))
        command.write(file, command.read(file) .. "1800000000\tquiet\tb\tto")
        flush(decided(NOW + 1, false, "c", "y"))
        local read = past.decisions(record)
        assert.same({ "ax", "bto", "cy" }, { read[1].rule .. read[1].reason, read[2].rule .. read[2].reason,
            read[3].rule .. read[3].reason })
    end)

    it("are one line each, whatever a policy says", function()
        flush(decided(NOW, false, "a\tb\nc", "d\27[2J\n1800000000\tnotified\tx\ty\n"), decided(NOW, false, ("r"):rep(500), ("\u{e9}"):rep(500)))
        local read = past.decisions(record)
        assert.equal(2, #read)
        assert.same({ "a b c", "d 1800000000 notified x y" }, { read[1].rule, read[1].reason })
        assert.same({ 300, 300 }, { #read[2].rule, #read[2].reason })
    end)

    it("are read oldest first, those of the old file too, without lines that say nothing", function()
        command.write(file .. ".old", "1\tquiet\t\told\n")
        command.write(file, "nonsense\n2\tquiet\t\tnew\n3\tquiet\t\n\0\0\n4\tnotified\tr\tnewer\tnotified\n5\tquiet\tr\ttorn")
        local told = {}
        for i, entry in ipairs(past.decisions(record)) do
            told[i] = entry.at .. entry.reason
        end
        assert.same({ "1old", "2new", "4newer" }, told)
        local read = past.decisions(record)
        assert.same({ nil, nil, "notified" }, { read[1].code, read[2].code, read[3].code })
    end)

    it("stay within their limits", function()
        for i = 1, 600 do
            flush(decided(NOW + i, false, "r", ("x"):rep(200)))
        end
        local new, old = #command.read(file), #command.read(file .. ".old")
        assert.is_true(new <= 32768 and old <= 32768 and old > 32000, new .. " " .. old)
        local read = past.decisions(record)
        assert.equal(NOW + 600, read[#read].at)
        assert.is_true(#read >= (new + old) // 228 - 2, #read)
    end)

    it("tell what they were made from, and what few of them have behind that", function()
        local policy = { name = "acme", hash = function() return ("12ab"):rep(8) end }
        local facts = { app = "app", tty = true, ci = false, active = true, mode = "command", lang = "de_DE.UTF-8" }
        local entry = decided(NOW, false, "r", "not due", 3)
        entry.policy, entry.facts, entry.value, entry.since = policy, facts, { last_checked = NOW - 3600 }, NOW - 90
        entry.decision.next_at = NOW + 86400.5
        facts.agent, facts.attributes = "claude-code", { team = "a\tb\n", branch = "main" }
        entry.question = { found_out = { vars = { STAGE = "prod", UNSET = false }, utc_offset = -3600, options = "--app x" } }
        flush(entry)
        assert.equal("not-due\tp=12ab12ab12ab12ab acme\th=tao\tl=de_DE.UTF-8\tc=3600\tn=86400\tr=3 90\tg=claude-code\to=--app x\t"
            .. "z=-3600\t$STAGE=prod\t@branch=main\t@team=a b\n", command.read(file):match "not%-due\t.*$")
        local read = past.decisions(record)[1]
        assert.same({ kind = "decision", at = NOW, since = NOW - 90, times = 3, notified = false, code = "not-due", rule = "r",
            reason = "not due (3 times since 2027-01-15T07:58:30Z)", policy = "acme", policy_hash = "12ab12ab12ab12ab",
            checked_at = NOW - 3600, next_at = NOW + 86400, facts = { tty = true, ci = false, active = true, mode = "command",
            lang = "de_DE.UTF-8", agent = "claude-code", options = "--app x", utc_offset = -3600,
            attributes = { branch = "main", team = "a b" }, vars = { STAGE = "prod" } } }, read)
    end)

    it("of a notice tell what was shown, by digests", function()
        local entry = decided(NOW, true, "r", "due")
        entry.policy = { hash = function() return "" end }
        entry.facts, entry.decision.text, entry.question = { mode = "activate" }, "words", { result = { fingerprint = "f" } }
        flush(entry)
        local core, read = require "upnudge.core", past.decisions(record)[1]
        assert.same({ core.hash("f"):sub(1, 16), core.hash("words"):sub(1, 8) }, { read.shown, read.words })
    end)

    it("hide what looks like a secret, and keep no more than a line has room for", function()
        local entry = decided(NOW, false, "r", "not due")
        entry.policy = { hash = function() return "" end }
        entry.facts = { mode = "command", command = "curl https://me:hunter2@example.org/x", attributes = {} }
        for i = 1, 64 do
            entry.facts.attributes["a" .. i] = ("v"):rep(400)
        end
        flush(entry)
        local line = command.read(file):match "[^\n]*\n$"
        assert.is_nil(line:find "hunter2")
        assert.is_true(#line < 2400 and #line > 1800, #line)
    end)

    it("of a log that begins stand behind how all was", function()
        local entry = decided(NOW, false, "r", "not due")
        entry.question = { known = { last_notified = NOW - 5, rules = {} } }
        flush(entry)
        local all = past.all(record)
        assert.same({ "told", "decision" }, { all[1].kind, all[2].kind })
        assert.equal(NOW - 5, all[1].value.own.last_notified)
        flush(decided(NOW + 1, false, "r", "not due"))
        assert.equal(3, #past.all(record))
    end)

    it("of an environment without a record go nowhere", function()
        command.must 'rm -r "$work/state"'
        flush(decided(NOW, true, "a", "x"))
        assert.is_nil(require "lfs".attributes(record.places.state))
        assert.same({}, past.decisions(record))
    end)
end)
