--- Changes: the list of all changes, which the record names by its digest.

local changes_of = require "upnudge.record.changes"
local core = require "upnudge.core"
local files = require "upnudge.record.files"
local ground = require "ground"

local M = { mutate = ground.mutate }

local RECORD <const> = ground.original(files.RECORD)
local NAMED <const> = RECORD:match '"details":"(%x+)"'

function M.seeds()
    return { ground.original(files.CHANGES .. "/" .. NAMED) }
end

--- What is kept of a list is kept of it once more, as it is.
local function rewrite(record)
    local value = record:read()
    local kept, exposures = changes_of.kept(record, value)
    if not kept then
        return
    end
    local text = changes_of.encode(kept, value.old, value.new, exposures)
    local directory <close> = assert(record:directory())
    local digest = assert(require "upnudge.record.blobs".put(directory, "details", text))
    assert(record:commit(directory, { details = digest }))
    local again, exposed = changes_of.kept(ground.record(), (ground.record():read()))
    assert(again and ground.same(kept, again) and ground.same(exposures, exposed), "other changes after they were written again")
end

function M.play(input)
    ground.reset()
    local digest = core.hash(input)
    ground.write(("%s/%s/%s"):format(ground.directory, files.CHANGES, digest), input)
    ground.write(ground.directory .. "/" .. files.RECORD, (RECORD:gsub(NAMED, digest)))
    ground.ask_twice()
    changes_of.listed(ground.record(), (ground.record():read()), core.system())
    rewrite(ground.record())
end

return M
