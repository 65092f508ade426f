--- What is kept of all environments of a person together, and which these are.

local command = require "command"
local core = require "upnudge.core"
local list = require "upnudge.record.list"
local notified = require "upnudge.record.notified"
local persons = require "upnudge.record.person"
local records = require "upnudge.record"
local siblings = require "upnudge.record.siblings"
local stage = require "stage"

local NOW <const> = stage.NOW

local work

before_each(function()
    work = stage.bare()
end)

after_each(stage.strike)

local function one()
    return { cache = work .. "/state", state = work .. "/state" }
end

local function of_app(app)
    return { cache = work .. "/cache/" .. app, state = work .. "/local/" .. app, app = app }
end

local function claim(record, at)
    local strategy = require "upnudge.strategy.separate_lock"
    return strategy.claim(record, assert(strategy.read(record)), { fingerprint = "f", clock = function() return at end })
end

--- Keeps something of an environment at that path.
local function keep(places, path)
    local record = records.open(core, places, { path = path, key = core.hash(path) })
    assert(stage.commit(record, { last_checked = NOW }))
    return record
end

describe("what is kept of a person", function()
    it("is made by the first claim, in one place or in two", function()
        for _, places in ipairs { one(), of_app "a" } do
            local record = persons.open(core, places, false)
            assert.same({}, stage.common(assert(notified.read(record)).history))
            assert.equal("won", claim(record, NOW))
            assert.equal(NOW, notified.read(persons.open(core, places, false)).history.last_notified)
            assert.truthy(core.stamp(places.state .. "/.person/notified.json"))
        end
    end)

    it("stands beside the apps where all count as one, and in a place that somebody named", function()
        assert.equal("won", claim(persons.open(core, of_app "a", true), NOW))
        assert.truthy(core.stamp(work .. "/local/.person/notified.json"))
        assert.equal(NOW, notified.read(persons.open(core, of_app "b", true)).history.last_notified)
        assert.is_nil(notified.read(persons.open(core, of_app "b", false)).history.last_notified)
        assert.equal("won", claim(persons.open(core, one(), true), NOW))
        assert.truthy(core.stamp(work .. "/state/.person/notified.json"))
    end)

    it("has a record for the strategy simple, made with the first notice and mended", function()
        local simple = require "upnudge.strategy.simple"
        local notice = { clock = function() return NOW end }
        local record = persons.open(core, of_app "a", false)
        assert.equal("won", simple.rehearse(record, {}, notice))
        assert.is_nil(record:read())
        assert.equal("won", simple.claim(record, {}, notice))
        local again = persons.open(core, of_app "a", false)
        again:read()
        assert.equal(NOW, simple.read(again).history.last_notified)
        local stamp = core.stamp(again.file):match "^%x+:%x+:%x+"
        notice.clock = function() return NOW + 1 end
        assert.equal("won", simple.claim(again, {}, notice))
        assert.equal(stamp, core.stamp(again.file):match "^%x+:%x+:%x+", "it is written in place")
        again:read()
        assert.equal(NOW + 1, simple.read(again).history.last_notified)
        command.write(again.file, "{ broken")
        assert.equal("won", simple.claim(again, {}, notice))
        again:read()
        assert.equal(NOW + 1, simple.read(again).history.last_notified)
    end)

    it("cannot be made where nobody may write, and a rehearsal says so", function()
        command.must 'mkdir "$work/cache" "$work/local" && touch "$work/cache/a" "$work/local/a"'
        local simple, record = require "upnudge.strategy.simple", persons.open(core, of_app "a", false)
        for _, name in ipairs { "rehearse", "claim" } do
            local outcome, message = simple[name](record, {}, { clock = function() return NOW end })
            assert.is_nil(outcome)
            assert.is_string(message)
        end
        assert.is_nil((claim(record, NOW)))
    end)

    it("is no environment", function()
        local places = one()
        keep(places, "/srv/web")
        assert.equal("won", claim(persons.open(core, places, false), NOW))
        assert.equal("won", require "upnudge.strategy.simple".claim(persons.open(core, places, false), {}, { clock = function() return NOW end }))
        assert.equal(1, #list.all(places))
        assert.equal(1, #list.records(places))
        assert.equal(1, #persons.environments(core, { places }, 10))
    end)
end)

describe("the environments of a person", function()
    it("are those of the app, and of the others where all count as one", function()
        keep(of_app "a", "/srv/web")
        keep(of_app "b", "/srv/web")
        keep(of_app "b", "/srv/site")
        command.must 'mkdir "$work/cache/.hidden" "$work/cache/+odd" && touch "$work/cache/a/none" "$work/cache/file"'
        local function found(all)
            local paths = {}
            for _, entry in ipairs((persons.environments(core, persons.places(core, of_app "a", all), 10))) do
                local record = records.open(core, entry.places, entry.env)
                assert(record:read())
                paths[#paths + 1] = entry.places.app .. record.path
            end
            table.sort(paths)
            return table.concat(paths, " ")
        end
        assert.equal("a/srv/web", found(false))
        assert.equal("a/srv/web b/srv/site b/srv/web", found(true))
        assert.same({ one() }, persons.places(core, one(), true))
        command.must 'chmod g+w "$work/cache/b"'
        assert.equal("a/srv/web", found(true))
    end)

    it("are those beside the first of their directory too, within the same bound", function()
        local places, key = one(), core.hash "/srv/web"
        keep(places, "/srv/web")
        for _, format in ipairs { "cargo", "npm", "uv" } do
            local record = records.open(core, places, siblings.environment("/srv/web", key, format))
            assert(stage.commit(record, { last_checked = NOW }))
        end
        assert.equal(4, #persons.environments(core, { places }, 10))
        local list_of_two, more = persons.environments(core, { places }, 2)
        assert.same({ 2, 2 }, { #list_of_two, more })
        for _, entry in ipairs(persons.environments(core, { places }, 10)) do
            local record = records.open(core, entry.places, entry.env)
            assert(record:read())
            assert.equal("/srv/web", record.path)
        end
    end)

    it("tell their own path, which is that of their key", function()
        local places = one()
        local record = keep(places, "/srv/web")
        local bytes = command.read(record.file)
        command.write(record.file, (bytes:gsub("/srv/web", "/srv/wrong")))
        local read = records.open(core, places, { key = record.key })
        assert.same({ nil, "other" }, { read:read(), select(3, read:read()) })
        command.write(record.file, (bytes:gsub('"path":"[^"]*",', "")))
        read = records.open(core, places, { key = record.key })
        assert.equal("other", select(3, read:read()))
    end)

    it("are thousands, in one look", function()
        local places = one()
        keep(places, "/srv/web")
        command.must 'cd "$work/state" && seq -f "%032.0f" 3000 | xargs mkdir'
        local found, more = persons.environments(core, { places }, 256)
        assert.same({ 256, 2745 }, { #found, more })
        assert.equal(core.hash "/srv/web", found[1].env.key, "what was checked comes first")
    end)
end)
