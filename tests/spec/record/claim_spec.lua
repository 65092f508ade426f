--- The claim: compare and set of notified.json, under its lock.

local claims = require "upnudge.record.claim"
local command = require "command"
local notified = require "upnudge.record.notified"
local stage = require "stage"

local NOW <const> = stage.NOW
local PATH <const> = stage.PATH

local record, file

before_each(function()
    stage.bare()
    record = stage.record()
    assert(stage.commit(record, { name = "shop" }))
    file = record.directory_path .. "/notified.json"
    assert(record:read())
end)

after_each(stage.strike)

local function notice(now, fingerprint, rule)
    return { fingerprint = fingerprint or "f", rule = rule, clock = function() return now end }
end

local function claim(seen, what, rehearsed)
    return claims.update(record, seen, function(value)
        claims.tell(value, what)
        return "won"
    end, rehearsed)
end

local function rehearse(seen, what)
    return claim(seen, what, true)
end

local function inode()
    return command.must("stat -c '%%i %%s' %s", file)
end

describe("a claim", function()
    it("is won from what is there, and counts how often the same is shown", function()
        for times = 1, 3 do
            assert.equal("won", claim(notified.read(record), notice(NOW + times, "f", "daily")))
            assert.same({ last_notified = NOW + times, shown = "f", times = times }, stage.common(assert(notified.read(record)).history))
        end
        assert.equal("won", claim(notified.read(record), notice(NOW + 9, "g")))
        local seen = assert(notified.read(record))
        assert.same({ last_notified = NOW + 9, shown = "g", times = 1 }, stage.common(seen.history))
        assert.is_nil(seen.value.rule)
    end)

    it("remembers the last sessions that were told, each once, and no more than some", function()
        local function tell(session)
            local what = notice(NOW)
            what.session = session
            assert.equal("won", claim(notified.read(record), what))
            return assert(notified.read(record)).history.sessions
        end
        local ids = {}
        for i = 1, 140 do
            ids[141 - i] = ("%016x"):format(i)
            tell(ids[141 - i])
        end
        assert.equal(table.concat(ids, " ", 1, 128), tell())
        assert.equal(ids[7] .. " " .. table.concat(ids, " ", 1, 6) .. " " .. table.concat(ids, " ", 8, 128), tell(ids[7]))
        local value = notified.read(record).value
        value.sessions = "\1 " .. (" x"):rep(30000)
        claims.tell_session(value, { session = "a" })
        assert.equal("a \1 x x", value.sessions:sub(1, 7))
        assert.equal(255, #value.sessions)
    end)

    it("from what is no longer there changes nothing, and tells what is", function()
        local seen = assert(notified.read(record))
        assert.equal("won", claim(seen, notice(NOW)))
        local bytes = command.read(file)
        local asked = false
        local outcome, there = claims.update(record, seen, function() asked = true return "won" end)
        assert.equal("newer", outcome)
        assert.same({ last_notified = NOW, shown = "f", times = 1 }, stage.common(there.history))
        assert.is_false(asked)
        assert.equal(bytes, command.read(file))
        assert.equal("won", claim(there, notice(NOW + 1)))
        assert.equal(2, assert(notified.read(record)).history.times)
    end)

    it("sees that something else was told in the same second", function()
        claim(nil, notice(NOW))
        local seen = assert(notified.read(record))
        claim(nil, notice(NOW, "g"))
        local outcome, there = claim(seen, notice(NOW))
        assert.same({ "newer", "g" }, { outcome, there.history.shown })
    end)

    it("sees the time of the record as well", function()
        local seen = assert(notified.read(record))
        assert(record:overwrite_last_notified(NOW))
        assert(record:read())
        local outcome, there = claim(seen, notice(NOW + 1))
        assert.equal("newer", outcome)
        assert.same({ last_notified = NOW }, stage.common(there.history))
        assert.is_nil(command.read(file))
    end)

    it("without anything seen takes whatever is there", function()
        assert.equal("won", claim(nil, notice(NOW)))
        assert.equal("won", claim(nil, notice(NOW + 1)))
        assert.equal(NOW + 1, assert(notified.read(record)).history.last_notified)
    end)

    it("reads the clock under the lock, and only when it is won", function()
        local busy, asked = nil, 0
        local what = { fingerprint = "f", clock = function()
            asked = asked + 1
            local directory <close> = assert(record:directory())
            busy = select(3, directory:lock "notified.lock")
            return NOW
        end }
        local seen = assert(notified.read(record))
        claim(seen, what)
        assert.same({ "busy", 1 }, { busy, asked })
        claim(seen, what)
        assert.equal(1, asked)
    end)

    it("that hears of something newer keeps it, and hands it on", function()
        local there = { history = { last_notified = 9 }, now = 10, version = 3 }
        local outcome, more = claims.update(record, notified.read(record), function(value)
            value.last_notified, value.asked = 9, "told"
            return "newer", there
        end)
        assert.same({ "newer", there }, { outcome, more })
        assert.equal(command.read(file), more.bytes)
        assert.same({ 9, "told" }, { more.value.last_notified, more.value.asked })
        assert.equal("won", claim(more, notice(NOW)))
    end)

    it("that is refused keeps what was learnt, and says why", function()
        assert.same({ nil, "no" }, { claims.update(record, nil, function(value)
            value.retry_at = 7
            return nil, "no"
        end) })
        assert.equal(7, assert(notified.read(record)).value.retry_at)
    end)
end)

describe("the file of the claim", function()
    it("has room, in which it is overwritten in one piece", function()
        claim(nil, notice(NOW))
        local before = inode()
        assert.equal("512\n", before:match " (.*)")
        claim(nil, notice(NOW + 1, "another", ("r"):rep(40)))
        claim(nil, notice(NOW + 2))
        assert.equal(before, inode())
        assert.is_truthy(command.read(file):find "} +\n$")
    end)

    it("grows by a new file where it has none left, and never shrinks", function()
        claim(nil, notice(NOW))
        local before = inode()
        claim(nil, notice(NOW + 1, "f", ("r"):rep(256)))
        local after = inode()
        assert.equal("1024\n", after:match " (.*)")
        assert.are_not.equal(before:match "%d+", after:match "%d+")
        claim(nil, notice(NOW + 2))
        assert.equal(after, inode())
        assert.same({ last_notified = NOW + 2, shown = "f", times = 3 }, stage.common(assert(notified.read(record)).history))
    end)

    it("fits exactly", function()
        claim(nil, notice(NOW, "f", ""))
        local text = command.read(file):match "^.*}"
        -- What a rule is called stands there twice.
        local most = (512 - #text - 1) // 2
        for _, case in ipairs { { most, 512 }, { most + 1, 1024 } } do
            os.remove(file)
            claim(nil, notice(NOW, "f", ("r"):rep(case[1])))
            assert.equal(case[2], #command.read(file))
            assert.equal("\n", command.read(file):sub(-1))
            assert.equal(NOW, assert(notified.read(record)).history.last_notified)
        end
    end)

    it("keeps members that nobody knows", function()
        command.write(file, ('{"schema":1,"path":"%s","news":{"a":[1,2]},"last_notified":1}'):format(PATH))
        claim(nil, notice(NOW))
        assert.same({ a = { 1, 2 } }, assert(notified.read(record)).value.news)
    end)

    it("never becomes larger than it can be read", function()
        claim(nil, notice(NOW))
        local before = command.read(file)
        local outcome, message = claim(nil, notice(NOW, "f", ("r"):rep(65536)))
        assert.same({ nil, "notified.json would become larger than it can be read" }, { outcome, message })
        assert.equal(before, command.read(file))
    end)

    it("of a newer upnudge is left alone", function()
        command.write(file, '{"schema":2}')
        local outcome, message = claim(nil, notice(NOW))
        assert.is_nil(outcome)
        assert.is_truthy(message:find("newer upnudge", 1, true), message)
        assert.equal('{"schema":2}', command.read(file))
    end)
end)

describe("a claim in the way of another", function()
    it("does not wait", function()
        local directory <close> = assert(record:directory())
        local lock <close> = assert(directory:lock "notified.lock")
        assert.same({ nil, "another activation is showing it just now", "busy" }, { claim(nil, notice(NOW)) })
        assert.same({ nil, "another activation is showing it just now", "busy" }, { rehearse(nil, notice(NOW)) })
        lock:release()
        assert.equal("won", rehearse(nil, notice(NOW)))
        assert.equal("won", claim(nil, notice(NOW)))
    end)

    it("finds nothing of a rehearsal", function()
        local function listing()
            return command.must('cd "$work/state" && find . -printf "%%p %%i %%s %%T@\\n" -type f -exec cat {} +')
        end
        local before = listing()
        assert.equal("won", rehearse(nil, notice(NOW)))
        assert.equal(before, listing())
        assert.equal("won", claim(nil, notice(NOW)))
        before = listing()
        assert.equal("won", rehearse(notified.read(record), notice(NOW + 1)))
        assert.equal("newer", (rehearse({ value = {} }, notice(NOW + 1))))
        assert.equal(before, listing())
    end)

    it("is told of what hinders every claim", function()
        assert.equal("won", rehearse(nil, notice(NOW)))
        command.must('rm "$work"/state/%s/notified.lock; mkdir "$work"/state/%s/notified.lock', stage.KEY, stage.KEY)
        local outcome, message, code = claim(nil, notice(NOW))
        assert.is_nil(outcome)
        assert.is_truthy(message:find("Is a directory", 1, true), message)
        assert.same({ nil, message, code }, { rehearse(nil, notice(NOW)) })
        command.must 'rm -r "$work/state"'
        outcome, message, code = claim(nil, notice(NOW))
        assert.is_nil(outcome)
        assert.is_truthy(message:find("No such file", 1, true), message)
        assert.same({ nil, message, code }, { rehearse(nil, notice(NOW)) })
    end)
end)
