--- Results without what is ignored, which are found out once.

local blobs = require "upnudge.record.blobs"
local changes = require "upnudge.record.changes"
local command = require "command"
local core = require "upnudge.core"
local effort = require "effort"
local ignored = require "upnudge.record.ignored"
local records = require "upnudge.record"
local stage = require "stage"

local HERE <const> = core.system()
local KEY <const> = ("0a"):rep(16)
local NOW <const> = stage.NOW

local work, record

before_each(function()
    work = stage.bare()
    record = records.open(core, { cache = work .. "/state", state = work .. "/state" }, { path = "/home/me/webshop", key = KEY })
end)

after_each(stage.strike)

local function list_of(count)
    local list = {}
    for i = 1, count do
        list[i] = { name = ("package-%05d"):format(i), kind = "upgraded", level = i % 2 == 0 and "major" or "patch", from = "1." .. i,
            to = "2." .. i, system = i % 3 == 0 and HERE or nil }
    end
    return list
end

--- Commits what a check would; the record's value.
local function commit(list)
    local directory <close> = assert(record:directory(true))
    local details = assert(blobs.put(directory, "details", changes.encode(list, "o", "n")))
    assert(record:commit(directory, { old = "o", new = "n", details = details, format = "npm",
        systems = changes.date(changes.by_system(list), nil, NOW) }))
    return assert(record:read())
end

local function left_file()
    return command.read(("%s/state/%s/left.json"):format(work, KEY))
end

local function entry(value, patterns, keep)
    return ignored.entry(record, value, HERE, patterns, keep ~= false)
end

describe("what is ignored", function()
    it("is what the policy and the person leave out together", function()
        assert.is_nil(ignored.together(nil, nil))
        assert.same({ "a" }, ignored.together({ "a" }, nil))
        assert.same({ "b" }, ignored.together(nil, { "b" }))
        local policy = { "a" }
        assert.same({ "a", "b" }, ignored.together(policy, { "b" }))
        assert.same({ "a" }, policy)
    end)

    it("is left out of the counts, and of what matters most", function()
        local value = commit(list_of(12))
        local left = entry(value, { "package-00002", "package-0001*" })
        assert.same({ 8, 8, 3, 5 }, { left.total, left.versions, left.major, left.patch })
        assert.equal("package-00004", left.top[1].name)
        assert.equal(8, #left.top)
    end)

    it("is counted anew where the record is of before, and counts a downgrade as a step upwards", function()
        local value = commit { { name = "a", kind = "downgraded", level = "major", from = "2", to = "1" },
            { name = "b", kind = "upgraded", level = "patch", from = "1.0", to = "1.1" } }
        local counted = value.systems["*"]
        assert.same({ 2, 1 }, { counted.versions, counted.downgraded })
        counted.downgraded, counted.major = nil, 1
        local left = entry(value, { "a" }, false)
        assert.same({ 1, nil, nil, 1 }, { left.versions, left.major, left.downgraded, left.patch })
        left = entry(value, { "b" }, false)
        assert.same({ 1, 1, nil, nil }, { left.versions, left.downgraded, left.major, left.patch })
    end)

    it("is called as the ecosystem of the record compares names", function()
        local value = commit(list_of(2))
        assert.equal(2, #ignored.listed(record, value, HERE, { "Package_00001" }))
        value.names = "python"
        assert.equal("package-00002", ignored.listed(record, value, HERE, { "Package_00001" })[1].name)
        assert.equal(1, entry(value, { "Package_00001" }).total)
    end)

    it("is found out once, whatever becomes of the list", function()
        local value = commit(list_of(12))
        local left = entry(value, { "package-0000*" })
        command.must 'rm -r "$work"/state/*/changes'
        assert.same(left, entry(value, { "package-0000*" }))
        assert.is_nil(entry(value, { "package-0001*" }))
        assert.is_nil(ignored.entry(record, value, "other-os", { "package-0000*" }, true))
    end)

    it("leaves no trace where nothing may be written", function()
        local value = commit(list_of(12))
        assert.equal(11, entry(value, { "package-00001" }, false).total)
        assert.is_nil(left_file())
    end)

    it("is remembered for some policies, the last of them", function()
        local value = commit(list_of(12))
        for i = 1, 5 do
            entry(value, { "package-0000" .. i })
        end
        command.must 'rm -r "$work"/state/*/changes'
        assert.is_nil(entry(value, { "package-00001" }))
        for i = 2, 5 do
            assert.equal(11, entry(value, { "package-0000" .. i }).total)
        end
    end)

    it("of very many changes is found out by a check, not by an activation", function()
        local value, policy = commit(list_of(6000)), { ignore = { "package-00*" } }
        local none, why = entry(value, policy.ignore)
        assert.same({ nil, "what is ignored of so many changes is left out by the next check" }, { none, why })
        ignored.prepare(record, policy)
        assert.equal(6000 - 999, effort.within("what is remembered", 5, entry, value, policy.ignore).total)
    end)

    it("with very many stars, too", function()
        local value, policy = commit(list_of(1000)), { ignore = {} }
        for i = 1, 40 do
            policy.ignore[i] = "*-000" .. ("%02d"):format(i)
        end
        assert.is_nil(entry(value, policy.ignore))
        ignored.prepare(record, policy)
        assert.equal(960, entry(value, policy.ignore).total)
    end)

    it("counts what is not listed as not ignored", function()
        local value = commit(list_of(20010))
        ignored.prepare(record, { ignore = { "*" } })
        local left = entry(value, { "*" })
        assert.same({ 10, 10 }, { left.total, left.patch })
        assert.same({}, left.top)
    end)

    it("is found out anew where what is remembered makes no sense", function()
        local value = commit(list_of(12))
        local left = entry(value, { "package-00001" })
        local good = left_file()
        for _, bad in ipairs { "", "{", "[]", "5", '{"schema":2}', '{"schema":1,"left":5}', '{"schema":1,"left":[5,null,{"key":5}]}',
            good:gsub('"total":11', '"total":-1'), good:gsub('"total":11', '"total":"x"'), good:gsub('"total":11', '"total":1e400'),
            good:gsub('"top":%[.*%]', '"top":5'), good:gsub('"fingerprint":"', '"fingerprint":5,"x":"') } do
            assert.not_equal(good, bad)
            command.write(("%s/state/%s/left.json"):format(work, KEY), bad)
            assert.equal(11, entry(value, { "package-00001" }).total, bad)
            assert.equal(left.fingerprint, entry(value, { "package-00001" }).fingerprint, bad)
        end
    end)

    it("is prepared for what the person chose, and nothing is without a record", function()
        ignored.prepare(record, { ignore = { "a" } })
        assert.is_nil(left_file())
        commit(list_of(12))
        ignored.prepare(record, nil)
        assert.is_nil(left_file())
        assert(require "upnudge.record.choices".change(record, function(value) value.ignore = { "package-00003" } end))
        ignored.prepare(record, nil)
        assert.is_truthy(left_file())
    end)
end)

describe("the list of changes for an activation", function()
    it("is what is not ignored, unless it is too long", function()
        local value = commit(list_of(12))
        assert.equal(12, #ignored.listed(record, value, HERE, nil))
        assert.equal(11, #ignored.listed(record, value, HERE, { "package-00007" }))
        local list, many = ignored.listed(record, commit(list_of(6000)), HERE, nil)
        assert.same({ nil, true }, { list, many })
        list, many = ignored.listed(record, {}, HERE, nil)
        assert.same({ nil, false }, { list, many })
    end)
end)
