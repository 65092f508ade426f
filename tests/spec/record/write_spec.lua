--- The commit: what a record keeps, and what it does not.

local command = require "command"
local stage = require "stage"

local NOW <const> = stage.NOW

local work, record, path

local function commit(fields, other)
    return stage.commit(other or record, fields)
end

local function put(text)
    assert(record:directory(true)):close()
    command.write(path, text)
end

before_each(function()
    work = stage.bare()
    record = stage.record()
    path = record.directory_path .. "/record.json"
end)

after_each(stage.strike)

describe("a commit", function()
    it("writes its fields in a fixed order, the time in a column of its own", function()
        assert(commit { systems = {}, reason = "r", zebra = 1, name = "shop", ant = 2, last_checked = NOW })
        assert.equal('{"schema":1,"last_notified":                null,"path":"/home/me/webshop","name":"shop","last_checked":1800000000,'
            .. '"reason":"r","systems":{},"ant":2,"zebra":1}\n', command.read(path))
        assert(commit { last_notified = NOW + 0.0 })
        assert.is_truthy(command.read(path):find('{"schema":1,"last_notified":          1800000000,"path"', 1, true))
    end)

    it("keeps what it does not name, a time written meanwhile too", function()
        assert(commit { last_checked = NOW, name = "shop", changes = 3 })
        local other = stage.record()
        assert(record:read())
        assert(other:overwrite_last_notified(NOW + 5))
        assert(commit { last_checked = NOW + 9 })
        local value = assert(other:read())
        assert.same({ NOW + 5, NOW + 9, "shop", 3 }, { value.last_notified, value.last_checked, value.name, value.changes })
    end)

    it("keeps members that it does not know to the letter", function()
        local unknown = { ["a"] = "[ 1.50, [], {} ]", ["b\\\"c"] = '{"x" : 12345678901234567890}', ["d"] = '"\\u00e9\\/"', ["e"] = "1e999" }
        local parts = {}
        for name, text in pairs(unknown) do
            parts[#parts + 1] = ('"%s":%s'):format(name, text)
        end
        put('{"schema":1,"path":"/home/me/webshop","last_notified":7,' .. table.concat(parts, ",") .. "}")
        assert(commit { last_checked = NOW })
        local text = command.read(path)
        for _, part in ipairs(parts) do
            assert.is_truthy(text:find(part, 1, true), part)
        end
        assert.equal(7, assert(record:read()).last_notified)
    end)

    it("keeps them where what it knows is null", function()
        put '{"schema":1,"path":"/home/me/webshop","last_notified":null,"name":null,"zebra":[]}'
        assert(commit { last_checked = NOW })
        assert.equal('{"schema":1,"last_notified":                null,"path":"/home/me/webshop","last_checked":1800000000,"zebra":[]}\n',
            command.read(path))
    end)

    it("keeps them where each of them is null", function()
        put '{"schema":1,"last_notified":                null,"path":"/home/me/webshop","zebra":null}'
        assert(commit { last_checked = NOW })
        assert.is_truthy(command.read(path):find('"zebra":null', 1, true))
    end)

    it("drops what is false, and nothing else", function()
        assert(commit { reason = "no network", failures = 2, name = "shop" })
        assert(commit { reason = false, failures = false })
        local value = assert(record:read())
        assert.same({ nil, nil, "shop" }, { value.reason, value.failures, value.name })
        assert.is_nil(command.read(path):find "reason")
    end)

    it("does not take another path or schema from its fields", function()
        assert(commit { path = "/else", schema = 9 })
        assert.equal("/home/me/webshop", assert(record:read()).path)
    end)

    it("sets a record aside that counts as none, and begins anew", function()
        for _, text in ipairs { "{", '{"schema":1,"path":"/else","name":"other"}', (" "):rep((1 << 20) + 1) } do
            put(text)
            assert(commit { last_checked = NOW })
            assert.equal(text, command.read(path .. ".broken"))
            local value = assert(record:read())
            assert.same({ NOW, nil }, { value.last_checked, value.name })
        end
    end)

    it("leaves a newer record alone, and one that is not ours", function()
        local text = '{"schema":2,"path":"x"}'
        put(text)
        local ok, message = commit { last_checked = NOW }
        assert.is_nil(ok)
        assert.is_truthy(message:find("newer upnudge", 1, true), message)
        assert.equal(text, command.read(path))
        command.must('mv %s "$work/real" && ln -s "$work/real" %s', path, path)
        assert.is_nil((commit { last_checked = NOW }))
        assert.equal(text, command.read(work .. "/real"))
        assert.is_nil(command.read(path .. ".broken"))
    end)

    it("writes no record that could not be read", function()
        assert(commit { name = "shop" })
        local before = command.read(path)
        local ok, message = commit { name = ("x"):rep(1 << 20) }
        assert.is_nil(ok)
        assert.is_truthy(message:find("the record would be larger than 262144 bytes", 1, true), message)
        assert.equal(before, command.read(path))
    end)
end)
