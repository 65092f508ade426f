--- Notices: what stands in notified.json.

local claims = require "upnudge.record.claim"
local files = require "upnudge.record.files"
local ground = require "ground"
local notified = require "upnudge.record.notified"

local M = { mutate = ground.mutate }

function M.seeds()
    return { ground.untold(ground.original(files.NOTIFIED)), '{"schema":2}' }
end

--- What is known of notices is the same after it was written again.
local function rewrite()
    local record = ground.record()
    record:read()
    local seen = notified.read(record)
    if not seen then
        return
    end
    local outcome, message, code = claims.update(record, seen, function() return "won" end)
    if not outcome then
        assert(code == "limit", message)
        return
    end
    assert(outcome == "won", outcome)
    record = ground.record()
    record:read()
    assert(ground.same(seen.history, assert(notified.read(record)).history), "another history after it was written again")
end

function M.play(input)
    ground.reset()
    ground.write(ground.directory .. "/" .. files.NOTIFIED, ground.told(input))
    rewrite()
    ground.write(ground.directory .. "/" .. files.NOTIFIED, ground.told(input))
    ground.ask_twice()
end

return M
