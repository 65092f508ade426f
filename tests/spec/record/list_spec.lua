--- The list of the records of a state directory.

local command = require "command"
local core = require "upnudge.core"
local list = require "upnudge.record.list"
local records = require "upnudge.record"
local stage = require "stage"

local work, state, places

before_each(function()
    work = stage.bare()
    state = work .. "/state"
    places = { cache = state, state = state }
end)

after_each(stage.strike)

local function commit(path)
    local record = records.open(core, places, { path = path, key = core.hash(path) })
    local directory <close> = assert(record:directory(true))
    assert(record:commit(directory, { name = path:match "[^/]*$" }))
end

local function paths()
    local found = {}
    for i, record in ipairs(list.records(places)) do
        found[i] = record.path
    end
    return found
end

describe("the list of records", function()
    it("is sorted by path, each with what it says", function()
        for _, path in ipairs { "/b", "/a/z", "/c c" } do
            commit(path)
        end
        assert.same({ "/a/z", "/b", "/c c" }, paths())
        local third = list.records(places)[3]
        assert.same({ "c c", core.hash "/c c", places }, { third.value.name, third.key, third.places })
    end)

    it("has no records that count as none, and nothing else that lies there", function()
        for _, path in ipairs { "/good", "/broken", "/newer", "/linked" } do
            commit(path)
        end
        local function file(path)
            return ("%s/%s/record.json"):format(state, core.hash(path))
        end
        command.write(file "/broken", "{")
        command.write(file "/newer", '{"schema":2,"path":"/newer"}')
        command.must('mv %s "$work/real"; ln -s "$work/real" %s', file "/linked", file "/linked")
        command.must('mkdir "$work"/state/%s "$work/state/short"; cp %s "$work/state/short"; echo x >"$work/state/database.json"', ("f"):rep(32),
            file "/good")
        command.write(("%s/%s/record.json"):format(state, core.hash "/broken"), '{"schema":1,"path":7}')
        assert.same({ "/good" }, paths())
    end)

    it("has homes without a record apart", function()
        places = { cache = state, state = work .. "/homes" }
        commit "/a"
        for _, path in ipairs { "/b", "/a" } do
            local _home <close> = assert(records.open(core, places, { path = path, key = core.hash(path) }):home(true))
        end
        -- One that is about another, and one of which nobody knows what it is about.
        command.must('cp -r "$work/homes/"%s "$work/homes/"%s; mkdir "$work/homes/"%s', core.hash "/b", ("e"):rep(32), ("f"):rep(32))
        assert.same({ "/a" }, paths())
        local all = list.all(places)
        assert.same({ 2, "/a", "/b" }, { #all, all[1].path, all[2].path })
        assert.is_truthy(all[1].value)
        assert.is_nil(all[2].value)
    end)

    it("is empty where there is no directory, and cannot be made of what is none", function()
        assert.same({}, list.all(places))
        command.write(state, "")
        assert.is_false(pcall(list.records, places))
    end)
end)
