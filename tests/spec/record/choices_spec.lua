--- The choices of the person at the prompt.

local choices = require "upnudge.record.choices"
local command = require "command"
local core = require "upnudge.core"
local stage = require "stage"

local NOW <const> = stage.NOW
local PATH <const> = stage.PATH

local work, record, file

before_each(function()
    work = stage.bare()
    record = stage.record()
    file = record.directory_path .. "/choices.json"
end)

after_each(stage.strike)

describe("choices", function()
    it("are written in one line, and are there for the next reader", function()
        assert(choices.change(record, function(value) value.snoozed_until = NOW end))
        assert(choices.change(record, function(value) value.ignore = { "linux-*", "curl@8.10.1" } end))
        assert.equal(('{"schema":1,"path":"%s","snoozed_until":%d,"ignore":["linux-*","curl@8.10.1"]}\n'):format(PATH, NOW), command.read(file))
        assert.same({ "linux-*", "curl@8.10.1" }, stage.record():choices().ignore)
    end)

    it("are taken back", function()
        choices.change(record, function(value) value.snoozed_until, value.ignore = NOW, { "a" } end)
        choices.change(record, function(value) value.snoozed_until = nil end)
        assert.same({ nil, { "a" } }, { record:choices().snoozed_until, record:choices().ignore })
    end)

    it("are changed from what is on disk, with what nobody knows yet", function()
        assert(record:directory(true)):close()
        command.write(file, ('{"schema":1,"path":"%s","ignore":["a"],"news":7}'):format(PATH))
        choices.change(record, function(value)
            assert.same({ "a" }, value.ignore)
            value.ignore[2] = "b"
        end)
        assert.same({ { "a", "b" }, 7 }, { record:choices().ignore, record:choices().news })
    end)

    it("are no more than are looked at, and never more than can be read", function()
        local many = {}
        for i = 1, 1500 do
            many[i] = "package-" .. i
        end
        assert(choices.change(record, function(value) value.ignore = many end))
        assert.equal(1000, #stage.record():choices().ignore)
        local before = command.read(file)
        local ok, message = choices.change(record, function(value) value.ignore = { ("x"):rep(65536) } end)
        assert.same({ nil, "choices.json would become larger than it can be read" }, { ok, message })
        assert.equal(before, command.read(file))
        command.write(file, ('{"schema":1,"path":"%s","ignore":5,"snoozed_until":7}'):format(PATH))
        assert.same({ nil, 7 }, { stage.record():choices().ignore, stage.record():choices().snoozed_until })
    end)

    it("that make no sense, or are another's, are none", function()
        local function text_with(name, value)
            local members = { schema = "1", path = '"' .. PATH .. '"', snoozed_until = "5", ignore = '["a"]' }
            members[name] = value
            local parts = {}
            for member, text in pairs(members) do
                parts[#parts + 1] = ('"%s":%s'):format(member, text)
            end
            return "{" .. table.concat(parts, ",") .. "}"
        end
        for _, case in ipairs { { "schema", "2" }, { "schema", '"1"' }, { "schema", "null" }, { "path", '"/else"' }, { "path", "null" },
            { "ignore", "[1]" }, { "ignore", '["a",{}]' }, { "snoozed_until", '"x"' }, { "snoozed_until", "-1" }, { "snoozed_until", "1e300" } } do
            assert.same({}, choices.decode(record, text_with(case[1], case[2])), table.concat(case, " "))
        end
        local whole = choices.decode(record, text_with("news", "7"))
        assert.same({ 5, { "a" } }, { whole.snoozed_until, whole.ignore })
        for _, text in ipairs { "", "{", "5", "[]" } do
            assert.same({}, choices.decode(record, text))
        end
        assert.same({}, choices.decode(record, nil))
    end)

    it("wait two seconds for somebody else's, and no longer", function()
        local asked
        local disk = setmetatable({ directory = function()
            local directory = setmetatable({}, { __close = function() end, __index = { lock = function(_, name, patience)
                asked = { name, patience }
                return nil, "busy for too long", "busy"
            end } })
            function directory.enter() return directory end
            return directory
        end }, { __index = core })
        local changed = false
        assert.same({ nil, "busy for too long", "busy" }, { choices.change(stage.record(disk), function() changed = true end) })
        assert.same({ { "choices.lock", 2000 }, false }, { asked, changed })
    end)

    it("say where they cannot be written", function()
        command.write(work .. "/state", "in the way")
        local ok, message = choices.change(record, function() end)
        assert.is_nil(ok)
        assert.is_truthy(message:find(work .. "/state", 1, true), message)
    end)
end)

describe("what is ignored", function()
    it("is a sorted list without doubles, which grows and shrinks", function()
        assert.is_true(choices.ignore(record, { "curl", "a*", "curl" }))
        assert.same({ "a*", "curl" }, record:choices().ignore)
        assert.is_true(choices.ignore(record, { "b@1" }))
        assert.is_true(choices.ignore(record, { "curl", "never" }, true))
        assert.same({ "a*", "b@1" }, record:choices().ignore)
        assert.is_true(choices.ignore(record, {}, true))
        assert.is_nil(record:choices().ignore)
    end)

    it("stays as it was where it would be more than is looked at", function()
        assert.is_true(choices.ignore(record, { "curl" }))
        local many = {}
        for i = 1, 1000 do
            many[i] = "package-" .. i
        end
        local ok, message = choices.ignore(record, many)
        assert.same({ nil, "more packages than are looked at: 1000, and 100 with a star" }, { ok, message })
        assert.same({ "curl" }, stage.record():choices().ignore)
    end)

    it("has no exceptions, for it has no order", function()
        assert.same({ n = 3, nil, "'!curl': exceptions are for the lists of policies and projects", "argument" },
            table.pack(choices.ignore(record, { "a", "!curl" })))
        assert.is_nil(record:choices().ignore)
    end)
end)
