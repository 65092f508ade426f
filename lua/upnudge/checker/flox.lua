--- Flox: it looks for upgrades by itself, in the background of its activations, and keeps what it finds. That is read
--- here; nothing is run.

local read_json = require "upnudge.lib.json.read"

local CACHE <const> = ".flox/cache/upgrade-checks.json"

--- Whether two documents say the same.
local function same(a, b)
    if type(a) ~= "table" or type(b) ~= "table" then
        return a == b
    end
    for key, value in pairs(a) do
        if not same(value, b[key]) then
            return false
        end
    end
    for key in pairs(b) do
        if a[key] == nil then
            return false
        end
    end
    return true
end

--- The project is where .flox is; the lockfile is in .flox/env.
local function result(project)
    local top = project.path:match "^(.*)/%.flox/env$" or project.path
    local text = project.bytes(top .. "/" .. CACHE)
    local kept = text and read_json(text)
    local found = type(kept) == "table" and kept.upgrade_result
    if type(found) ~= "table" or type(found.new_lockfile) ~= "table" then
        return nil, "Flox has not looked for upgrades yet: it does in the background of 'flox activate'"
    elseif not same(found.old_lockfile, read_json(project.bytes(project.lockfile) or "")) then
        return nil, "Flox looked for upgrades of another lockfile; it looks again at the next 'flox activate'"
    end
    local members = require "upnudge.lib.json.members"
    return members(members(text).upgrade_result).new_lockfile
end

return {
    name = "flox", title = "flox", formats = { "flox" },
    needs = {}, install = "https://flox.dev/docs/install-flox",
    command = {}, result = result,
    hint = "flox upgrade",
}
