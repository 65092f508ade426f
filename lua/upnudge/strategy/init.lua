--- Strategies: how processes share the time of the last notice. Finds one by its name.
---
--- A strategy is a table of functions: `read`, `commit_check`, `claim_notice` and, if it can tell before a
--- claim that none would succeed, `hindrance`. One that has settings gives that table from `open`; `note`,
--- `borrow` and `give_back` are described there (upnudge.strategy.database). The shortest is
--- `upnudge.strategy.simple`.

local core = require "upnudge.core"

local M = {}

local OURS <const> = { simple = "simple", ["separate-lock"] = "separate_lock", stateless = "stateless",
    database = "database" }

--- A team's own strategy: only from absolute places that the user names, never from the directory in
--- which an activation happens to run.
local function find_own(file)
    for entry in (os.getenv "UPNUDGE_LUA_PATH" or ""):gmatch "[^;]+" do
        local path = entry:gsub("%?", (file:gsub("%%", "%%%%")))
        if path:sub(1, 1) == "/" and core.stamp(path) then
            return path
        end
    end
end

local function unknown(name, file)
    local mistake = require "upnudge.lib.suggest"
    return ("no strategy '%s'%s; or a file %s.lua on UPNUDGE_LUA_PATH"):format(name,
        mistake.suggest(name, mistake.keys(OURS)), file)
end

--- The strategy of that name: ours, or one of a team on UPNUDGE_LUA_PATH.
---@param name string
---@return table? strategy
---@return string? message
function M.find(name)
    if OURS[name] then
        return (require("upnudge.strategy." .. OURS[name]))
    end
    local file = "upnudge/strategy/" .. name:gsub("-", "_")
    local path = find_own(file)
    if not path then
        return nil, unknown(name, file)
    end
    local chunk, fault = loadfile(path, "t")
    if chunk then
        local ok, strategy = pcall(chunk)
        if ok and type(strategy) == "table" then
            return strategy
        end
        fault = ok and path .. ": a strategy is a table of functions" or tostring(strategy)
    end
    return nil, fault
end

return M
