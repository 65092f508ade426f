--- Records: what stands in record.json.

local core = require "upnudge.core"
local files = require "upnudge.record.files"
local ground = require "ground"

local M = { mutate = ground.mutate }

function M.seeds()
    return { ground.untold(ground.original(files.RECORD)) }
end

--- What a record says is the same after it was written again.
local function rewrite(value)
    local record = ground.record()
    assert(record:read())
    local directory <close> = assert(record:directory())
    local ok, message = record:commit(directory, {})
    if ok then
        assert(ground.same(value, ground.record():read()), "another record after it was written again")
    else
        assert(message:find("would be larger", 1, true), message)
    end
end

--- A check afterwards succeeds, and sets aside what is no record; one of a newer upnudge is left alone.
local function check(path, bytes, counts, code)
    local answer = ground.check(3, ground.NOW)
    if code == "newer" then
        assert(answer.outcome ~= "checked" and ground.read(path) == bytes, "a newer record was touched")
        return
    end
    assert(answer.outcome == "checked", answer.reason)
    assert(counts or ground.read(ground.directory .. "/" .. files.BROKEN) == bytes, "a broken record was not set aside")
    rewrite((assert(ground.record():read())))
    ground.ask(ground.NOW + 120)
end

function M.play(input)
    ground.reset()
    local path, bytes = ground.directory .. "/" .. files.RECORD, ground.told(input)
    ground.write(path, bytes)
    ground.ask_twice()
    local value, _, code = ground.record():read()
    if value then
        rewrite(value)
    end
    -- A check takes longer than all else; of records that are read, one in eight has one.
    if not value or core.hash(input):find "^[01]" then
        check(path, ground.read(path), value, code)
    end
end

return M
