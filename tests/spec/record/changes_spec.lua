--- Changes: counted, ordered and told.

local blobs = require "upnudge.record.blobs"
local changes = require "upnudge.record.changes"
local core = require "upnudge.core"
local effort = require "effort"
local stage = require "stage"

local NOW <const> = stage.NOW
local HERE <const> = core.system()
-- Digests of lockfiles.
local OLD <const>, NEW <const> = ("01"):rep(16), ("02"):rep(16)

local function change(name, kind, level, from, to, more)
    local made = { name = name, kind = kind, level = level, from = from, to = to }
    for key, value in pairs(more or {}) do
        made[key] = value
    end
    return made
end

local function names(list)
    local found = {}
    for i, one in ipairs(list) do
        found[i] = one.name
    end
    return table.concat(found, " ")
end

--- The counts of each system, with their dates, as a check has them.
local function count(list, previous, now)
    return changes.date(changes.by_system(list), previous, now)
end

describe("changes", function()
    it("are counted by what happens and how far, and none is no count", function()
        local counted = changes.summary { change("a", "upgraded", "major", "1", "2"),
            change("b", "upgraded", "minor", "1.0", "1.1", { security = true }), change("c", "downgraded", "patch", "1.1", "1.0"),
            change("d", "upgraded", "unknown", "x", "y"), change("e", "rebuilt", nil, "1", "1"), change("f", "added", nil, nil, "1"),
            change("g", "removed", nil, "1"), change("h", "removed", nil, "1"), change("i", "changed", nil, "1", "1") }
        counted.fingerprint = nil
        assert.same({ total = 9, versions = 4, downgraded = 1, major = 1, minor = 1, rebuilds = 1, added = 1, removed = 2, changed = 1,
            security = 1 },
            counted)
        assert.is_nil(changes.summary({}).total)
    end)

    it("are counted per system, those of none under a star", function()
        local counted = count({ change("a", "added", nil, nil, "1"), change("b", "added", nil, nil, "1", { system = HERE }),
            change("c", "added", nil, nil, "1", { system = "other-os" }), change("d", "removed", nil, "1", nil, { system = "other-os" }) }, nil, NOW)
        assert.same({ 1, 1, 2, 1 }, { counted["*"].total, counted[HERE].total, counted["other-os"].total, counted["other-os"].removed })
        assert.same({}, count({}, nil, NOW))
    end)

    it("for Linux are those for musl too, of packages that have none of their own for it", function()
        local real = core.system
        stage.finally(function() core.system = real end)
        local list = { change("a", "added", nil, nil, "1"), change("b", "added", nil, nil, "1", { system = "x86_64-linux" }),
            change("c", "added", nil, nil, "1", { system = "x86_64-linux" }),
            change("c", "added", nil, nil, "1", { system = "x86_64-linux-musl" }),
            change("d", "added", nil, nil, "1", { system = "aarch64-linux" }) }
        local function counted(system)
            core.system = function() return system end
            local systems = count(list, nil, NOW)
            return { systems["*"].total, systems["x86_64-linux"].total, systems["x86_64-linux-musl"].total, names(systems[system].top) }
        end
        assert.same({ 1, 2, 2, "b c" }, counted "x86_64-linux-musl")
        assert.same({ 1, 2, 1, "b c" }, counted "x86_64-linux")
    end)

    it("are shown where they could be: here, the ten that matter most", function()
        local list = {}
        for i = 1, 12 do
            list[i] = change(("z%02d"):format(i), "removed", nil, "1")
        end
        for _, one in ipairs { change("r", "rebuilt", nil, "1", "1"), change("k", "changed", nil, "1", "1"),
            change("d", "downgraded", "major", "2", "1"), change("u", "upgraded", "unknown", "a", "b"),
            change("p", "upgraded", "patch", "1", "2"), change("m", "upgraded", "minor", "1", "2"),
            change("b", "upgraded", "major", "1", "2"), change("a", "upgraded", "major", "1", "2"), change("n", "added", nil, nil, "1"),
            change("s", "removed", nil, "1", nil, { security = true }) } do
            list[#list + 1] = one
        end
        local before = names(list)
        assert.equal("s a b m p u d k r n", names(count(list, nil, NOW)["*"].top))
        assert.equal(before, names(list))
        for i, one in ipairs(list) do
            list[i] = change(one.name, one.kind, one.level, one.from, one.to, { system = "other-os" })
        end
        assert.is_nil(count(list, nil, NOW)["other-os"].top)
    end)

    it("count whose packages get other versions, as far as that is known", function()
        local function direct(name, value, kind)
            return change(name, kind or "upgraded", nil, "1", kind ~= "removed" and "2" or nil, { direct = value })
        end
        local list = { direct("a", true), direct("b", false), direct("c", false), direct("d", nil), direct("e", true, "removed") }
        local counted = count(list, nil, NOW)["*"]
        assert.same({ 5, 4, 1, 2 }, { counted.total, counted.versions, counted.direct, counted.indirect })
        counted = count({ direct("a", true, "downgraded"), direct("b", false, "downgraded"), direct("c", true) }, nil, NOW)["*"]
        assert.same({ 3, 2, 1 }, { counted.versions, counted.downgraded, counted.direct, counted.indirect })
        counted = count({ direct("d", nil) }, nil, NOW)["*"]
        assert.same({ 1 }, { counted.versions, counted.direct, counted.indirect })
    end)

    it("are listed with what somebody asked for in front, behind what mends a problem", function()
        local list = { change("a", "upgraded", "major", "1", "2", { direct = false }), change("b", "upgraded", "patch", "1", "2",
            { direct = true }), change("c", "removed", nil, "1", nil, { direct = true }), change("d", "added", nil, nil, "1"),
            change("e", "upgraded", "minor", "1", "2", { direct = false, security = true }) }
        local top = count(list, nil, NOW)["*"].top
        assert.equal("e b d c a", names(top))
        assert.same({ false, true }, { top[1].direct, top[2].direct })
        assert.equal("b c d a e", names(changes.direct_first(list)))
    end)

    it("are the same result whoever asked for them", function()
        local function fingerprint(direct)
            return count({ change("a", "upgraded", "major", "1", "2", { direct = direct }) }, nil, NOW)["*"].fingerprint
        end
        assert.equal(fingerprint(nil), fingerprint(true))
        assert.equal(fingerprint(nil), fingerprint(false))
    end)

    it("of names that strangers wrote are shown without what a terminal obeys, and not for ever", function()
        local strange = change("a\27[2J\nb" .. ("x"):rep(300), "upgraded", "major", "1\7", "2\u{202e}", { group = "g\r" })
        local top = count({ strange }, nil, NOW)["*"].top[1]
        assert.equal("a bxxx", top.name:sub(1, 6))
        assert.same({ 214, "…", "1", "2", "g" }, { #top.name, top.name:sub(-3), top.from, top.to, top.group })
    end)

    it("of names that are longer than any are cut, and stay different from those that are as long", function()
        local long, longest = ("x"):rep(300), ("x"):rep(214)
        local list = changes.shortened { change(long, "upgraded", "major", long, long, { system = long, group = long,
            from_revision = long, to_revision = long }), change(longest, "added", nil, nil, ("1"):rep(256)) }
        for field, limit in pairs { name = 214, from = 256, to = 256, system = 256, group = 256, from_revision = 256, to_revision = 256 } do
            assert.same({ limit, "…" }, { #list[1][field], list[1][field]:sub(-3) }, field)
        end
        assert.same(change(longest, "added", nil, nil, ("1"):rep(256)), list[2])
    end)

    it("of more systems than there are count for ours alone", function()
        local list = { change("a", "added", nil, nil, "1", { system = HERE }), change("b", "added", nil, nil, "1"),
            change("c", "added", nil, nil, "1", { system = ("x"):rep(257) }) }
        for i = 1, 100 do
            list[#list + 1] = change("d", "added", nil, nil, "1", { system = "system" .. i })
        end
        local counted, others = count(list, nil, NOW), 0
        for system in pairs(counted) do
            others = others + (system:find "^system" and 1 or 0)
        end
        assert.same({ 1, 1, nil }, { counted[HERE].total, counted["*"].total, counted[("x"):rep(257)] })
        assert.is_true(others >= 63 and others <= 64, others)
    end)

    it("are those that mend a problem where a list names them", function()
        local list = { change("curl", "upgraded", "minor", "1", "2", { security = true }), change("git", "upgraded", "minor", "1", "2") }
        changes.mark_security(list, { "git@2" })
        assert.same({ nil, true }, { list[1].security, list[2].security })
    end)
end)

describe("the fingerprint of a result", function()
    local function of(...)
        return changes.summary { change(...) }.fingerprint
    end

    it("is another for every difference that could be told", function()
        local all = { of("a", "upgraded", "major", "1", "2"), of("b", "upgraded", "major", "1", "2"), of("a", "changed", "major", "1", "2"),
            of("a", "upgraded", "major", "0", "2"), of("a", "upgraded", "major", "1", "3"),
            of("a", "upgraded", "major", "1", "2", { security = true }), of("a", "upgraded", "major", "1", "2", { group = "g" }),
            of("a", "upgraded", "major", "1", "2", { from_revision = "r" }),
            of("a", "upgraded", "major", "1", "2", { to_revision = "r" }), of("a", "upgraded", "major", "12", nil),
            of("a", "upgraded", "major", nil, "12"), changes.summary({}).fingerprint }
        local seen = {}
        for i, fingerprint in ipairs(all) do
            assert.is_nil(seen[fingerprint], i)
            seen[fingerprint] = true
        end
        assert.equal(all[1], of("a", "upgraded", "major", "1", "2", { system = "x" }))
    end)

    it("tells since when a result has been there", function()
        local list = { change("a", "added", nil, nil, "1"), change("b", "added", nil, nil, "1", { system = HERE }) }
        local first = count(list, nil, NOW)
        assert.same({ NOW, NOW }, { first["*"].since, first[HERE].since })
        list[2].to = "2"
        local second = count(list, first, NOW + 9)
        assert.same({ NOW, NOW + 9 }, { second["*"].since, second[HERE].since })
        assert.equal(NOW, count(list, second, NOW + 20)["*"].since)
        first["*"].since = nil
        assert.equal(NOW + 9, count(list, first, NOW + 9)["*"].since)
    end)
end)

describe("when a change was first seen", function()
    local function times(list, previous, now)
        local found = {}
        for i, one in ipairs(changes.see(list, previous, now)) do
            found[i] = one.first_seen
        end
        return found
    end

    it("is the time of the check that finds it, and stays while the very same is offered", function()
        local first = { change("a", "upgraded", "major", "1", "2"), change("b", "rebuilt", nil, "1", "1", { to_revision = "r" }),
            change("c", "removed", nil, "1") }
        assert.same({ NOW, NOW, NOW }, times(first, nil, NOW))
        local second = { change("a", "upgraded", "minor", "1.9", "2", { security = true, direct = true }),
            change("b", "rebuilt", nil, "1", "1", { to_revision = "s" }), change("c", "removed", nil, "1"),
            change("d", "added", nil, nil, "2") }
        assert.same({ NOW, NOW + 5, NOW, NOW + 5 }, times(second, first, NOW + 5))
    end)

    it("is of a package, its place and what it becomes, whatever its name holds", function()
        local known = change("a", "upgraded", "major", "1", "2", { system = "x", group = "g", to_revision = "r", first_seen = 7 })
        local function of(more, name, kind)
            local one = change(name or "a", kind or "upgraded", "major", "1", "2", { system = "x", group = "g", to_revision = "r" })
            for key, value in pairs(more) do
                one[key] = value
            end
            return times({ one }, { known }, NOW)[1]
        end
        assert.same({ 7, 7, 7 }, { of {}, of({}, "a", "downgraded"), of { from = "0" } })
        assert.same({ NOW, NOW, NOW, NOW, NOW }, { of { to = "3" }, of { system = "y" }, of { group = "h" }, of { to_revision = "s" },
            of({ to = "" }, "a", "removed") })
        known.name, known.system = "a\0x", nil
        assert.equal(NOW, of {})
    end)

    it("is now where it is ahead of now, and begins anew where it was gone", function()
        local function again(first_seen)
            return times({ change("a", "added", nil, nil, "1") },
                { change("a", "added", nil, nil, "1", { first_seen = first_seen }) }, NOW)[1]
        end
        assert.same({ NOW - 1, NOW, NOW, NOW }, { again(NOW - 1), again(NOW + 30), again(NOW + 3600), again(nil) })
        assert.same({ NOW }, times({ change("a", "added", nil, nil, "1") }, {}, NOW))
    end)

    it("is found out in one go, of however many", function()
        local function pair(size)
            local list, previous = {}, {}
            for i = 1, size do
                list[i] = change("package-" .. i, "upgraded", "major", "1", "2")
                previous[i] = change("package-" .. i, "upgraded", "major", "1", i % 2 == 0 and "2" or "1.5", { first_seen = 9 })
            end
            return { list, previous }
        end
        effort.linear("the times of changes", 5000, pair, function(of)
            times(of[1], of[2], NOW)
            assert.same({ NOW, 9 }, { of[1][1].first_seen, of[1][2].first_seen })
        end)
    end)

    it("is left out of a record where it is as old as its result", function()
        local list = changes.see({ change("a", "added", nil, nil, "1"), change("b", "added", nil, nil, "1") },
            { change("a", "added", nil, nil, "1", { first_seen = NOW - 9 }) }, NOW)
        local top = count(list, nil, NOW)["*"].top
        assert.same({ NOW - 9, nil }, { top[1].first_seen, top[2].first_seen })
        assert.same({ NOW - 9, NOW }, { list[1].first_seen, list[2].first_seen })
    end)
end)

describe("when a security fix was first known", function()
    local function fix(fields)
        fields.security = true
        return change("a", "upgraded", "patch", "1", "2", fields)
    end
    local function since(now, previous)
        return changes.see({ fix {} }, previous, now)[1].security_since
    end

    it("is the time of the check that finds it to be one, though the version was offered before", function()
        assert.equal(NOW, since(NOW))
        assert.equal(NOW, since(NOW, { change("a", "upgraded", "patch", "1", "2", { first_seen = 7 }) }))
        assert.equal(8, since(NOW, { fix { first_seen = 7, security_since = 8 } }))
        -- A list of an earlier version.
        assert.equal(7, since(NOW, { fix { first_seen = 7 } }))
        assert.equal(NOW, since(NOW, { fix { first_seen = 7, security_since = NOW + 9 } }))
        assert.is_nil(changes.see({ change("a", "upgraded", "patch", "1", "2") }, { fix { security_since = 8 } },
            NOW)[1].security_since)
    end)

    it("is the newest in a result, and not there without one", function()
        local list = changes.see({ fix {}, change("b", "upgraded", "patch", "1", "2", { security = true }),
            change("c", "upgraded", "patch", "1", "2") }, { fix { security_since = 8 } }, NOW)
        assert.equal(NOW, changes.summary(list).security_since)
        assert.equal(8, changes.summary({ list[1] }).security_since)
        assert.is_nil(changes.summary({ list[3] }).security_since)
    end)
end)

describe("the list of all changes", function()
    local record

    before_each(function()
        stage.bare()
        record = stage.record()
    end)

    after_each(stage.strike)

    --- What a record says that names this text.
    local function named(text)
        local directory <close> = assert(record:directory(true))
        return { old = OLD, new = NEW, format = "npm", details = assert(blobs.put(directory, "details", text)) }
    end

    local function kept(list)
        return named(changes.encode(list, OLD, NEW))
    end

    it("is that of a system and of none, or of every one", function()
        local value = kept { change("a", "added", nil, nil, "1"), change("b", "added", nil, nil, "1", { system = HERE }),
            change("c", "added", nil, nil, "1", { system = "other-os" }), change("a2", "added", nil, nil, "2") }
        assert.equal("a b a2", names(changes.listed(record, value, HERE)))
        assert.equal("a b c a2", names(changes.listed(record, value)))
    end)

    it("knows when each was first seen, of an earlier version as well as the record does", function()
        local function seen(value, list)
            local value_of = kept(list)
            for key, member in pairs(value) do
                value_of[key] = member
            end
            return changes.kept(record, value_of)[1].first_seen
        end
        local systems = { ["*"] = { since = NOW - 3 }, [HERE] = { since = NOW - 5.0 } }
        local plain, here = { change("a", "added", nil, nil, "1") }, { change("a", "added", nil, nil, "1", { system = HERE }) }
        assert.same({ NOW - 3, NOW - 5, NOW - 9, nil }, { seen({ systems = systems }, plain), seen({ systems = systems }, here),
            seen({ last_checked = NOW - 9 }, plain), seen({}, plain) })
        assert.equal("integer", math.type(seen({ systems = systems }, here)))
        plain[1].first_seen = 5
        assert.equal(5, seen({ systems = systems }, plain))
        for _, wrong in ipairs { -1, 2 ^ 60, "7", {} } do
            plain[1].first_seen = wrong
            assert.equal(NOW - 3, seen({ systems = systems }, plain))
        end
    end)

    it("of musl has what is for Linux, once", function()
        local value = kept { change("b", "added", nil, nil, "1", { system = "x86_64-linux" }),
            change("c", "added", nil, nil, "1", { system = "x86_64-linux" }),
            change("c", "added", nil, nil, "1", { system = "x86_64-linux-musl" }) }
        assert.equal("b c", names(changes.listed(record, value, "x86_64-linux-musl")))
        assert.equal("b c", names(changes.listed(record, value, "x86_64-linux")))
        assert.equal("", names(changes.listed(record, value, "aarch64-linux-musl")))
    end)

    it("is fit for a terminal", function()
        assert.same({ change("ab", "upgraded", nil, "1", "2") },
            changes.listed(record, kept { change("a\27b", "upgraded", nil, "1\7", "2\7") }))
    end)

    it("has what matters most of more than are listed", function()
        local list = {}
        for i = 1, 20003 do
            list[i] = change("p" .. i, i == 20003 and "upgraded" or "removed", nil, "1", "2")
        end
        local listed = changes.listed(record, kept(list))
        assert.same({ 20000, "p1", "p19999", "p20003" }, { #listed, listed[1].name, listed[19999].name, listed[20000].name })
        assert.equal(20003, #list)
        assert.same({ nil, nil, "limit" }, { changes.listed(record, kept(list), nil, 1000), nil, select(3,
            changes.listed(record, kept(list), nil, 1000)) })
    end)

    it("keeps dates and pages, as far as they make sense", function()
        local sound = change("a", "upgraded", nil, "1", "2", { source = "git", url = "https://a.example/", released = NOW, behind = 0 })
        assert.same({ sound }, changes.listed(record, kept { sound }))
        local text = changes.encode({ sound }, OLD, NEW)
        for field, others in pairs { released = { "-1", "1.5", '"1"', "1e999", "{}" }, behind = { "-1", "[]" }, source = { "7" },
            url = { "7", '"ftp://a.example"', '"https://a b"', '"https://\\u001b]8;;"', '"https://a/' .. ("a"):rep(510) .. '"' } } do
            for _, other in ipairs(others) do
                local listed = changes.listed(record, named((text:gsub('"' .. field .. '":[^,}]*', '"' .. field .. '":' .. other))))
                assert.is_nil(listed[1][field], other)
                assert.equal("a", listed[1].name)
            end
        end
    end)

    it("is read as far as it makes sense", function()
        local text = changes.encode({ change("a", "added", nil, nil, "1") }, OLD, NEW)
        local strange = text:gsub('"changes":%[', '"changes":[5,null,"x",[],{"name":5,"kind":"added"},{"name":"b","kind":"lost"},'
            .. '{"name":"c","kind":"upgraded","from":{},"to":[],"level":7,"system":null,"security":"yes"},')
        assert.same({ { name = "c", kind = "upgraded" }, change("a", "added", nil, nil, "1") }, changes.listed(record, named(strange)))
    end)

    it("is none where there is none, or none that can be read", function()
        assert.is_nil(changes.listed(record, {}))
        assert.same({}, changes.listed(record, kept {}))
        for _, text in ipairs { "", "{", "5", "{}", '{"changes":[]}', (changes.encode({}, OLD, NEW):gsub("%[%]", "null")) } do
            assert.is_nil(changes.listed(record, named(text)), text)
        end
    end)

    it("is not that of other lockfiles, whoever has named it", function()
        for _, other in ipairs { changes.encode({}, NEW, NEW), changes.encode({}, OLD, OLD) } do
            assert.is_nil(changes.listed(record, named(other)), other)
        end
    end)
end)
