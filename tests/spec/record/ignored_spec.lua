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
        assert.same({ nil, "what is left out of so many changes is found out by the next check" }, { none, why })
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

    it("is found out anew when a change is old enough to count, and when the clock is set back", function()
        local cooldown = require "upnudge.language.cooldown".complete { major = "10s", patch = "5s", except = { "package-00012" } }
        local list = list_of(12)
        for _, change in ipairs(list) do
            change.first_seen, change.system = NOW, nil
        end
        list[1].security = true
        local value = commit(list)
        local function at(now, keep)
            local left, why, cooling = ignored.entry(record, value, HERE, { "package-00002" }, keep ~= false, cooldown, now)
            assert.is_nil(why)
            return { left.total, cooling.total, cooling.before, cooling.since }
        end
        assert.same({ { 2, 9, NOW + 5, NOW }, { 2, 9, NOW + 5, NOW } }, { at(NOW), at(NOW + 4) })
        assert.same({ { 7, 4, NOW + 10, NOW + 5 }, { 7, 4, NOW + 10, NOW + 5 } }, { at(NOW + 5), at(NOW + 9) })
        assert.same({ 11, 0, nil, NOW + 10 }, at(NOW + 10))
        assert.same({ 2, 9, NOW + 5, NOW }, at(NOW, false))
        assert.equal(7, #ignored.listed(record, value, HERE, { "package-00002" }, cooldown, NOW + 5))
        assert.equal(2, #ignored.listed(record, value, HERE, { "package-00002" }, cooldown, NOW))
        command.must 'rm -r "$work"/state/*/changes'
        assert.same({ 11, 0, nil, NOW + 10 }, at(NOW + 99))
        assert.is_nil(ignored.entry(record, value, HERE, { "package-00002" }, true, cooldown, NOW + 5))
        local text = left_file()
        for _, bad in ipairs { (text:gsub('"cooling":{', '"cooling":{"after":-1,"x":{')), (text:gsub('"total":0', '"total":"0"')) } do
            assert.not_equal(text, bad)
            command.write(("%s/state/%s/left.json"):format(work, KEY), bad)
            assert.is_nil(ignored.entry(record, value, HERE, { "package-00002" }, true, cooldown, NOW + 99))
        end
    end)

    it("is as old as it was while something else comes that does not count", function()
        local cooldown = require "upnudge.language.cooldown".complete { major = "10s" }
        local function since(list, now)
            return select(3, ignored.entry(record, commit(changes.see(list, nil, now)), HERE, {}, true, cooldown, now)).since
        end
        local patch = { name = "a", kind = "upgraded", level = "patch", from = "1.0", to = "1.1" }
        local major = { name = "b", kind = "upgraded", level = "major", from = "1", to = "2" }
        local other = { name = "c", kind = "upgraded", level = "patch", from = "1.0", to = "1.1" }
        assert.equal(NOW, since({ patch }, NOW))
        local later = changes.date
        stage.finally(function() changes.date = later end)
        changes.date = function(systems) return later(systems, nil, NOW + 3) end
        assert.equal(NOW, since({ patch, major }, NOW + 3))
        assert.equal(NOW + 3, since({ patch, major, other }, NOW + 3))
    end)

    it("of very many changes counts what the last check found old enough, until the next one", function()
        local cooldown, list = require "upnudge.language.cooldown".complete { major = "10s" }, list_of(6000)
        for _, change in ipairs(list) do
            change.first_seen = NOW
        end
        local value, policy = commit(list), { cooldown = cooldown }
        local function total(now)
            local left, why = ignored.entry(record, value, HERE, {}, true, cooldown, now)
            return left and left.total or why
        end
        assert.is_string(total(NOW))
        ignored.prepare(record, policy, NOW)
        assert.same({ 3000, 3000 }, { total(NOW), total(NOW + 20) })
        ignored.prepare(record, policy, NOW + 20)
        assert.same({ 6000, "string" }, { total(NOW + 20), type(total(NOW)) })
    end)

    it("that is not listed cools while something does", function()
        local cooldown, list = require "upnudge.language.cooldown".complete { major = "10s" }, list_of(20010)
        for _, change in ipairs(list) do
            change.first_seen, change.system = NOW, nil
        end
        local value = commit(list)
        ignored.prepare(record, { cooldown = cooldown }, NOW)
        local left, _, cooling = ignored.entry(record, value, HERE, {}, true, cooldown, NOW)
        assert.equal(20010, left.total + cooling.total)
        assert.is_true(left.total < 10005)
        ignored.prepare(record, { cooldown = cooldown }, NOW + 10)
        assert.equal(20010, ignored.entry(record, value, HERE, {}, true, cooldown, NOW + 10).total)
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
