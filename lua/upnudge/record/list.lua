--- The list of the records of a state directory.

local core = require "upnudge.core"
local files = require "upnudge.record.files"
local lfs = require "lfs"
local record = require "upnudge.record"

--- A record tells its own path; reading it as that of another one fails, so it is asked twice.
local function read(state_dir, key)
    local bytes = core.read(("%s/%s/%s"):format(state_dir, key, files.RECORD), files.RECORD_LIMIT, true)
    local claimed = bytes and require "upnudge.lib.json.read"(bytes)
    local path = type(claimed) == "table" and type(claimed.path) == "string" and claimed.path
    local found = path and record.open(core, state_dir, { path = path, key = key })
    return found and found:read() and found or nil
end

--- The sound records of a state directory by path, each with its `value`; none where there is no directory.
--- Raises where it cannot be listed.
---@param state_dir string
---@return upnudge.Record[]
return function(state_dir)
    local list = {}
    if not lfs.attributes(state_dir, "mode") then
        return list
    end
    for key in lfs.dir(state_dir) do
        list[#list + 1] = #key == 32 and read(state_dir, key) or nil
    end
    table.sort(list, function(a, b)
        return core.before(a.path, b.path)
    end)
    return list
end
