--- What is known of the last notice, from the two places that may tell.

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

--- What is known with that file, or nil and why not.
local function read(text)
    command.write(file, text)
    return notified.read(record)
end

local function sound(members)
    return ('{"schema":1,"path":"%s",%s}'):format(PATH, members)
end

local function record_says(time)
    assert(record:overwrite_last_notified(time))
    assert(record:read())
end

describe("the last notice", function()
    it("was none where nothing is written", function()
        local seen = assert(notified.read(record))
        assert.same({ history = { rules = {} }, value = {} }, seen)
    end)

    it("is what the file tells", function()
        local seen = assert(read(sound '"last_notified":5,"shown":"f","times":2,"snoozed_until":9,"sessions":"b a","rule":"r","news":[1]'))
        assert.same({ last_notified = 5, shown = "f", times = 2, snoozed_until = 9, sessions = "b a" }, stage.common(seen.history))
        assert.same({ "r", { 1 } }, { seen.value.rule, seen.value.news })
        assert.equal(command.read(file), seen.bytes)
    end)

    it("is the newer of the record's and the file's", function()
        record_says(NOW)
        assert.same({ last_notified = NOW }, stage.common(assert(notified.read(record)).history))
        assert.same({ last_notified = NOW },
            stage.common(assert(read(sound(('"last_notified":%d,"shown":"f","times":2'):format(NOW - 1)))).history))
        assert.same({ last_notified = NOW },
            stage.common(assert(read(sound(('"last_notified":%d,"shown":"f","sessions":"a"'):format(NOW - 1)))).history))
        for _, last in ipairs { NOW, NOW + 1 } do
            assert.same({ last_notified = last, shown = "f", times = 2 },
                stage.common(assert(read(sound(('"last_notified":%d,"shown":"f","times":2'):format(last)))).history))
        end
    end)

    it("is that of the record where the file is broken, half-written or another's", function()
        record_says(NOW)
        for _, text in ipairs { "", "{", "[]", "5", sound '"last_notified":1800000009':sub(1, 40), '{"path":"x"}', '{"schema":"1"}',
            '{"schema":1,"path":"/else","last_notified":1800000009}', '{"schema":1,"last_notified":1800000009}',
            sound '"last_notified":"x"', sound '"last_notified":-1', sound '"last_notified":1e300', sound '"last_notified":1800000009,"times":"x"',
            sound '"last_notified":1800000009,"shown":7',
            sound '"last_notified":1800000009,"sessions":["a"]', sound '"last_notified":1800000009,"snoozed_until":-5', (" "):rep(65537) } do
            local seen = assert(read(text), text)
            assert.same({ last_notified = NOW }, stage.common(seen.history), text)
        end
    end)

    it("cannot be known where the file is newer than we are, or not ours", function()
        local seen, message = read '{"schema":2,"path":"/else"}'
        assert.is_nil(seen)
        assert.equal("notified.json was written by a newer upnudge; upgrade upnudge", message)
        os.remove(file)
        command.must("ln -s /nowhere %s", file)
        seen, message = notified.read(record)
        assert.is_nil(seen)
        assert.is_truthy(message:find("symbolic link", 1, true), message)
    end)

    it("is made sense of once while file and record are the same", function()
        local first = assert(read(sound '"last_notified":5'))
        assert.equal(first, notified.read(record))
        local second = assert(read(sound '"last_notified":6'))
        assert.are_not.equal(first, second)
        record_says(NOW)
        assert.equal(NOW, assert(notified.read(record)).history.last_notified)
        os.remove(file)
        assert.same({ last_notified = NOW }, stage.common(assert(notified.read(record)).history))
    end)
end)
