--- The record as a file: what counts as one, and the time that is written in place.

local command = require "command"
local stage = require "stage"

local NOW <const> = stage.NOW

local work, record, path

--- The file, whatever is in it.
local function put(text)
    assert(record:directory(true)):close()
    command.write(path, text)
end

local function commit(fields)
    assert(stage.commit(record, fields))
end

before_each(function()
    work = stage.bare()
    record = stage.record()
    path = record.directory_path .. "/record.json"
end)

after_each(stage.strike)

describe("a record that is read", function()
    local SOUND <const> = '{"schema":1,"path":"/home/me/webshop"%s}'

    local function read(text)
        put(text)
        return { record:read() }
    end

    it("is what the last check wrote", function()
        commit { last_checked = NOW, name = "shop", systems = { ["*"] = { total = 1, fingerprint = "f" } } }
        local value = assert(record:read())
        assert.same({ 1, "/home/me/webshop", NOW, "shop", 1 }, { value.schema, value.path, value.last_checked, value.name,
            value.systems["*"].total })
    end)

    it("is none where no check has run", function()
        assert.same({ nil, "no check has run yet", "not-found" }, { record:read() })
        assert.is_nil(record.SET_ASIDE["not-found"])
    end)

    it("is foreign where others could write", function()
        put(SOUND:format "")
        for _, place in ipairs { "state", "state/" .. stage.KEY } do
            command.must("chmod g+w %s/%s", work, place)
            local _, why, code = record:read()
            assert.equal("foreign", code)
            assert.is_truthy(why:find(place .. ": others can write to it", 1, true), why)
            command.must("chmod g-w %s/%s", work, place)
            assert.is_truthy(record:read())
        end
    end)

    it("is broken where it is no object, or a field of it makes no sense", function()
        for _, text in ipairs { "", "{", "[1", '"x"', "5", "null", '{"path":"/home/me/webshop"}', '{"schema":"1"}' } do
            local _, why, code = table.unpack(read(text), 1, 3)
            assert.equal("broken", code, text)
            assert.is_truthy(why:find(path .. " is broken: ", 1, true), why)
        end
        for member, words in pairs { ['"last_notified":"x"'] = "last_notified is not a number", ['"rehearsal":1e60'] = "rehearsal is not a number",
            ['"last_checked":-1'] = "last_checked is not a number",
            ['"retry_at":1e300'] = "retry_at is not a number", ['"name":1'] = "name is not a string", ['"systems":5'] = "systems is not a table",
            ['"changes":9007199254740992'] = "changes is not a number", ['"systems":{"x":1}'] = "systems.x is no object",
            ['"systems":{"x":{"total":"3"}}'] = "systems.x.total is not a number", ['"systems":{"x":{"security":-1}}'] =
            "systems.x.security is not a number", ['"systems":{"x":{"top":1}}'] = "systems.x.top is not a table" } do
            local _, why, code = table.unpack(read(SOUND:format("," .. member)), 1, 3)
            assert.equal("broken", code, member)
            assert.is_truthy(why:find(words, 1, true), why)
        end
        assert.is_true(record.SET_ASIDE.broken)
    end)

    it("may have fields that nobody knows yet", function()
        local value = read(SOUND:format ',"news":[1],"systems":{"x":{"total":1,"news":"a"}},"reason":null')[1]
        assert.same({ { 1 }, "a" }, { value.news, value.systems.x.news })
    end)

    it("is another's where it tells another path", function()
        for _, text in ipairs { '{"schema":1,"path":"/home/me/else"}', '{"schema":1}' } do
            local _, why, code = table.unpack(read(text), 1, 3)
            assert.equal("other", code)
            assert.is_truthy(why:find("belongs to another environment, " .. (text:match "/[^\"]*" or "none"), 1, true), why)
        end
        assert.is_true(record.SET_ASIDE.other)
    end)

    it("is newer where its schema is, whatever else is in it", function()
        local _, why, code = table.unpack(read '{"schema":2,"path":"/else"}', 1, 3)
        assert.equal("newer", code)
        assert.is_truthy(why:find("was written by a newer upnudge (schema 2, this one knows 1)", 1, true), why)
        assert.is_nil(record.SET_ASIDE.newer)
    end)

    it("is too large at a megabyte, and foreign behind a link", function()
        local _, _, code = table.unpack(read(SOUND:format((" "):rep(1 << 20))), 1, 3)
        assert.equal("limit", code)
        assert.is_true(record.SET_ASIDE.limit)
        command.must('mv %s "$work/real" && ln -s "$work/real" %s', path, path)
        command.write(work .. "/real", SOUND:format "")
        _, _, code = record:read()
        assert.equal("foreign", code)
        assert.is_nil(record.SET_ASIDE.foreign)
    end)

    it("is decoded once while its bytes are the same", function()
        put(SOUND:format ',"changes":1')
        local first = assert(record:read())
        assert.equal(first, record:read())
        put(SOUND:format ',"changes":2')
        local second = assert(record:read())
        assert.are_not.equal(first, second)
        assert.equal(2, second.changes)
        os.remove(path)
        assert.is_nil(record:read())
    end)
end)

describe("the time that is written in place", function()
    it("changes its digits alone, in the same file", function()
        commit { last_checked = NOW, news = 1 }
        local before, inode = command.read(path), command.must("stat -c %%i %s", path)
        for _, now in ipairs { NOW, 7, (1 << 53) - 1 } do
            assert.is_true(record:overwrite_last_notified(now))
            assert.equal(now, assert(record:read()).last_notified)
            local after = command.read(path)
            assert.equal(before:gsub('"last_notified":[^,]*', ""), (after:gsub('"last_notified":[^,]*', "")))
            assert.equal(#before, #after)
        end
        assert.equal(inode, command.must("stat -c %%i %s", path))
    end)

    it("needs a record that leaves room for it", function()
        local ok, message = record:overwrite_last_notified(NOW)
        assert.is_nil(ok)
        assert.is_truthy(message:find("No such file", 1, true), message)
        for _, text in ipairs { '{"schema":1,"last_notified":7,"path":"/home/me/webshop"}', '{"schema":1,"path":"/home/me/webshop"}',
            '{"schema":1,"last_notified":' .. ("9"):rep(21) .. ',"x":1}', '{"last_notified":' .. (" "):rep(19) .. '7}', "" } do
            put(text)
            ok, message = record:overwrite_last_notified(NOW)
            assert.is_nil(ok)
            assert.is_truthy(message:find("cannot be written in place; the next check mends that", 1, true), message)
            assert.equal(text, command.read(path))
        end
    end)
end)

describe("what stands beside a record", function()
    it("is read like it: ours, within a limit", function()
        put "{}"
        command.write(work .. "/state/" .. stage.KEY .. "/x", ("x"):rep(65536))
        assert.equal(65536, #record:read_beside "x")
        assert.equal("limit", (select(3, record:read_beside("x", 65535))))
        assert.equal("not-found", (select(3, record:read_beside "y")))
        command.must('ln -s x "$work"/state/%s/link', stage.KEY)
        assert.equal("foreign", (select(3, record:read_beside "link")))
    end)

    it("are the person's choices, mostly none", function()
        put "{}"
        local none = record:choices()
        assert.same({}, none)
        assert.equal(none, record:choices())
        local file = work .. "/state/" .. stage.KEY .. "/choices.json"
        command.write(file, '{"schema":1,"path":"/home/me/webshop","snoozed_until":5}')
        local chosen = record:choices()
        assert.equal(5, chosen.snoozed_until)
        assert.equal(chosen, record:choices())
        command.write(file, '{"schema":1,"path":"/home/me/webshop","snoozed_until":6}')
        assert.equal(6, record:choices().snoozed_until)
        os.remove(file)
        assert.same({}, record:choices())
    end)

    it("is a directory, which is there when it is wanted", function()
        local directory, message, code = record:directory()
        assert.same({ nil, "not-found" }, { directory, code })
        assert.is_truthy(message:find(work .. "/state", 1, true), message)
        record:directory(true):close()
        record:directory():close()
        assert.equal("700 700\n", command.must('stat -c %%a "$work/state" "$work"/state/%s | paste -sd" "', stage.KEY))
    end)
end)
