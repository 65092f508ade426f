--- Prints lua/upnudge/lockfile/names.lua, from the formats. Usage: lua tests/names.lua >lua/upnudge/lockfile/names.lua

local core = require "upnudge.core"
local names = require "upnudge.lockfile".names()

local sorted, kinds, list = {}, {}, {}
for name in pairs(names) do
    sorted[#sorted + 1] = name
end
table.sort(sorted, core.before)
for _, name in ipairs(sorted) do
    local entry, below = name:match "^([^/]+)(/?.*)$"
    local before = kinds[entry] and kinds[entry] .. " " or ""
    kinds[entry] = below ~= "" and before .. below or names[name] and "doubtful" or "sure"
end
for entry, kind in pairs(kinds) do
    list[#list + 1] = ("    [%q] = %q,\n"):format(entry, kind)
end
table.sort(list, core.before)

io.write([[
--- The names: what lockfiles are called, for who looks for a project and carries no reader of lockfiles. Made from the
--- formats by `make generated`.
---
--- By what stands in the directory: "sure"; "doubtful", what may be something else, or names tools alone (see
--- upnudge.lockfile); or the paths below it of which one has to be there.

---@type table<string, string>
return {
]], table.concat(list), "}\n")
