--- The content of a lockfile that was written anew.

local command = require "command"
local contents = require "upnudge.record.content"
local core = require "upnudge.core"
local stage = require "stage"

local PACKAGES <const> = { '"node_modules/a":{"version":"1.0.0","dev":true}', '"node_modules/b":{"version":"2.0.0"}',
    '"node_modules/b/node_modules/a":{"version":"0.9.0"}' }
local CHANGED <const> = "the lockfile changed since the last check"

local work, record, path, value, calls
local parse = core.parse

local function text_of(packages)
    return ('{"lockfileVersion":3,"packages":{%s}}'):format(table.concat(packages, ","))
end

local TEXT <const> = text_of(PACKAGES)

--- Writes the lockfile, and makes it look as if that had been long ago.
local function put(text)
    command.write(path, text)
    command.must("touch -d '2 hours ago' %s", path)
end

--- What a check would remember of a lockfile.
local function known(text, name)
    return { stamp = "", bytes = core.hash(text), content = assert(parse(name or "package-lock.json", text)):digest() }
end

local function record_of(text, format)
    local of = known(text)
    return { format = format or "npm", old = of.bytes, content = contents.tied(of.bytes, of.content), stamp = "x" }
end

local function unchanged(keep)
    local same, message = contents.unchanged(record, value, path, assert(core.stamp(path)), keep ~= false)
    return same or message
end

before_each(function()
    work = stage.bare()
    path, calls = work .. "/package-lock.json", { parse = 0, read = 0, digest = 0 }
    local disk = setmetatable({ read = function(name, ...)
        calls.read = calls.read + (name == path and 1 or 0)
        return core.read(name, ...)
    end, digest = function(...)
        calls.digest = calls.digest + 1
        return core.digest(...)
    end }, { __index = core })
    core.parse = function(...)
        calls.parse = calls.parse + 1
        return parse(...)
    end
    record, value = stage.record(disk), record_of(TEXT)
    assert(record:directory(true)):close()
end)

after_each(function()
    core.parse, core.hand_over = parse, nil
    stage.strike()
end)

local function remembered()
    return command.read(record.directory_path .. "/content.json")
end

describe("a lockfile that was written anew", function()
    it("is the same while it says the same", function()
        local reversed = text_of { PACKAGES[3], PACKAGES[2], PACKAGES[1] }
        for name, text in pairs { ["to the letter"] = TEXT, sorted = reversed, ["line ends"] = TEXT:gsub(",", ",\r\n"),
            indented = TEXT:gsub("[{,]", "%0\n\t"), BOM = "\u{FEFF}" .. TEXT, ["what is no package"] = TEXT:gsub("{", '{"name":"x",', 1) } do
            put(text)
            assert.is_true(unchanged(), name)
        end
    end)

    it("is another when it says anything else", function()
        for name, text in pairs { version = TEXT:gsub("2.0.0", "2.0.1"), ["one less"] = text_of { PACKAGES[1], PACKAGES[2] },
            place = TEXT:gsub("b/node_modules/a", "c/node_modules/a"), group = TEXT:gsub(',"dev":true', ""), broken = TEXT .. "}",
            ["nothing"] = "", ["another format"] = '{"_meta":{"hash":{}},"default":{},"develop":{}}' } do
            put(text)
            assert.equal(CHANGED, unchanged(), name)
        end
    end)

    it("is parsed once, whatever came out", function()
        for expected, text in pairs { [true] = TEXT .. "\n", [CHANGED] = text_of { PACKAGES[1] } } do
            put(text)
            calls.parse, calls.read, calls.digest = 0, 0, 0
            for _ = 1, 3 do
                assert.equal(expected, unchanged())
            end
            -- Its times tell nothing yet, for they were set just now.
            assert.same({ 1, 1, 3 }, { calls.parse, calls.read, calls.digest })
        end
    end)

    it("is not even read again once its times prove it", function()
        put(TEXT .. "\n")
        stage.await("times that prove it", function()
            unchanged()
            return not remembered():find('"stamp":""', 1, true)
        end)
        calls.parse, calls.read = 0, 0
        assert.is_true(unchanged())
        assert.same({ 0, 0 }, { calls.parse, calls.read })
        value = record_of(text_of { PACKAGES[1] })
        assert.equal(CHANGED, unchanged())
        assert.same({ 0, 0 }, { calls.parse, calls.read })
    end)

    it("is not parsed for bytes that were checked, nor for a record that knows no content", function()
        put(TEXT)
        assert.is_true(unchanged())
        put(TEXT .. "\n")
        value.content = nil
        assert.equal(CHANGED, unchanged())
        assert.equal(0, calls.parse)
        value = record_of(TEXT)
        assert.is_true(unchanged())
        assert.equal(1, calls.parse)
    end)

    it("leaves nothing written where nothing may be", function()
        put(TEXT .. "\n")
        assert.is_true(unchanged(false))
        assert.is_nil(remembered())
        command.must("rm -r %s", record.directory_path)
        assert.is_true(unchanged())
    end)

    it("is left to the next check where that takes too long, or a team's format", function()
        put(TEXT .. (" "):rep(2 << 20))
        assert.equal(CHANGED, unchanged())
        put("# what is none of the JSON that it was" .. (" "):rep(512 << 10))
        assert.equal(CHANGED, unchanged())
        put(TEXT .. "\n")
        value.format = "our-own"
        assert.equal(CHANGED, unchanged())
        assert.equal(0, calls.parse)
        contents.remember(record, known(TEXT .. "\n"))
        assert.is_true(unchanged())
    end)

    it("is for the full command where this one parses nothing", function()
        put(TEXT .. "\n")
        local reasons = {}
        core.hand_over = function(reason) reasons[#reasons + 1] = reason end
        assert.equal(CHANGED, unchanged(false))
        assert.same({ "a lockfile that was written anew" }, reasons)
        assert.equal(0, calls.parse)
        put(TEXT)
        assert.is_true(unchanged(false))
        assert.equal(1, #reasons)
    end)

    it("that cannot be read says so", function()
        put(TEXT)
        local stamp = core.stamp(path)
        os.remove(path)
        local same, message = contents.unchanged(record, value, path, stamp, true)
        assert.is_false(same)
        assert.is_truthy(message:find("No such file", 1, true), message)
    end)
end)

describe("the content that a record names", function()
    it("is none of other bytes, which an earlier upnudge may have put in their place", function()
        value.old = core.hash "the lockfile of another branch"
        assert.is_false(contents.is_of(value, known(TEXT)))
        assert.is_false(contents.is_of({}, known(TEXT)))
        assert.is_true(contents.is_of(record_of(TEXT), known(TEXT .. " ")))
    end)

    it("is not believed from what is broken, newer or another's", function()
        put(TEXT .. "\n")
        local other = core.hash(TEXT .. "\n")
        for _, text in ipairs { "", "{", "5", '{"schema":2,"bytes":"%s","content":false}', '{"bytes":"%s","content":false}',
            '{"schema":1,"bytes":7,"content":false}' } do
            command.write(record.directory_path .. "/content.json", text:format(other))
            assert.is_true(unchanged(false), text)
        end
    end)
end)
