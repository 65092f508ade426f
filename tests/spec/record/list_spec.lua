--- The list of the records of a state directory.

local command = require "command"
local core = require "upnudge.core"
local list = require "upnudge.record.list"
local records = require "upnudge.record"
local stage = require "stage"

local work, state

before_each(function()
    work = stage.bare()
    state = work .. "/state"
end)

after_each(stage.strike)

local function commit(path)
    local record = records.open(core, state, { path = path, key = core.hash(path) })
    local directory <close> = assert(record:directory(true))
    assert(record:commit(directory, { name = path:match "[^/]*$" }))
end

local function paths()
    local found = {}
    for i, record in ipairs(list(state)) do
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
        local third = list(state)[3]
        assert.same({ "c c", core.hash "/c c", state }, { third.value.name, third.key, third.state_dir })
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

    it("is empty where there is no directory, and cannot be made of what is none", function()
        assert.same({}, list(state))
        command.write(state, "")
        assert.is_false(pcall(list, state))
    end)
end)
