--- The record of an environment that is not the first of its directory.

local command = require "command"
local core = require "upnudge.core"
local records = require "upnudge.record"
local stage = require "stage"

local work, record

before_each(function()
    work = stage.bare()
    record = records.open(core, { cache = work .. "/state", state = work .. "/state" },
        require "upnudge.record.siblings".environment(stage.PATH, stage.KEY, "cargo"))
end)

after_each(stage.strike)

describe("the record of a sibling", function()
    it("stands in a directory of its own, in that of the first, closed to others", function()
        assert.same({ nil, "no check has run yet", "not-found" }, { record:read() })
        assert.is_nil(record:directory())
        assert(stage.commit(record, { last_checked = stage.NOW }))
        assert.equal(("%s/state/%s/beside/cargo"):format(work, stage.KEY), record.directory_path)
        assert.equal(stage.NOW, record:read().last_checked)
        assert.equal("700\n700\n700\n700\n", command.must([[stat -c %%a "$work/state" "$work/state"/* "$work/state"/*/beside %s]],
            record.directory_path))
        assert.equal("not-found", select(3, stage.record():read()))
    end)

    it("is refused where a directory on the way is not ours alone, or a link", function()
        assert(stage.commit(record, { last_checked = stage.NOW }))
        for _, place in ipairs { "", "/" .. stage.KEY, "/" .. stage.KEY .. "/beside", "/" .. stage.KEY .. "/beside/cargo" } do
            local path = work .. "/state" .. place
            command.must("chmod g+w %s", path)
            assert.equal("foreign", select(3, record:read()), path)
            assert.equal("foreign", select(3, record:directory()), path)
            command.must("chmod g-w %s && mv %s %s && ln -s %s %s", path, path, work .. "/moved", work .. "/moved", path)
            assert.is_nil(record:read(), path)
            assert.is_nil(record:directory(true), path)
            command.must("rm %s && mv %s %s", path, work .. "/moved", path)
            assert.equal(stage.NOW, record:read().last_checked, path)
        end
    end)
end)
