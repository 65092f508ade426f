--- Strategies: how processes share the time of the last notice. Finds one by its name.
---
--- A strategy is a table of three functions, a compare-and-set:
---
--- - `read(record, now)`: what is known of past notices, {history = {last_notified=, shown=, times=, rules=}, ...},
---   where `rules` has the same of each rule by its name (without it, one time counts for all of them); what
---   else stands in it is the strategy's own. Or nil, why nothing can be known, and a code. Takes no lock. A time that
---   is beyond `now` tells nothing.
--- - `commit_check(record, directory, fields)`: writes the outcome of a check. Called under the check lock.
--- - `claim(record, seen, notice)`: "won" if nobody has told of anything since `seen` (what `read` gave) and this
---   notice counts as told now, and what a host's own log should hear of it, if anything; "newer" and what there is
---   now, in the shape of `seen`; or nil, why neither, and a code. `notice` is an upnudge.Claim. Whoever hears "newer"
---   decides again: no policy is asked under a lock.
---
--- A code says what kind of failure it is: that which upnudge.core and the record gave ("busy": somebody is at it,
--- "foreign", "newer" ...), "unreachable" or "refused". Without one, something could not be remembered.
---
--- It should have `rehearse(record, seen, notice)`, which answers as `claim` would and writes nothing: explanations
--- and activations at a made-up time ask it, and without one take a claim for won. One that has settings gives its
--- functions from `open(settings)`; `note`, `examine`, `borrow` and `give_back` are described at
--- upnudge.strategy.database. The shortest is upnudge.strategy.simple.

local core = require "upnudge.core"
local raised = require "upnudge.lib.raised"

local M = {}

local OURS <const> = { simple = "simple", ["separate-lock"] = "separate_lock", stateless = "stateless",
    database = "database" }
-- Entries of UPNUDGE_LUA_PATH that are looked at, and bytes of a team's strategy.
local PLACES <const>, SOURCE_LIMIT <const> = 64, 1 << 20
local FUNCTIONS <const> = { "read", "commit_check", "claim" }

--- Whether a strategy of that name comes with upnudge.
---@param name string
---@return boolean
function M.is_ours(name)
    return OURS[name] ~= nil
end

--- A team's own strategy: only from absolute places that the user names, never from the directory in
--- which an activation happens to run.
local function find_file(file, search_path)
    local entries = 0
    for entry in search_path:gmatch "[^;]+" do
        entries = entries + 1
        if entries > PLACES then
            return nil
        end
        local path = entry:gsub("%?", (file:gsub("%%", "%%%%")))
        if path:sub(1, 1) == "/" and core.stamp(path) then
            return path
        end
    end
end

local function unknown(name, file)
    local suggest = require "upnudge.lib.suggest"
    return ("no strategy '%s'%s; or a file %s.lua on UPNUDGE_LUA_PATH"):format(name,
        suggest.suggest(name, suggest.keys(OURS)), file)
end

--- What keeps something from being a strategy; nil: nothing.
local function fault_of(origin, strategy)
    if type(strategy) ~= "table" then
        return origin .. ": a strategy is a table of functions"
    end
    for _, name in ipairs(FUNCTIONS) do
        if type(strategy.open or strategy[name]) ~= "function" then
            -- What it was called until a claim was a compare-and-set.
            local renamed = name == "claim" and strategy.claim_notice
                and "; claim_notice has become claim(record, seen, notice), see upnudge/strategy/init.lua" or ""
            return ("%s: a strategy has the functions %s; '%s' is missing%s"):format(origin,
                table.concat(FUNCTIONS, ", "), name, renamed)
        end
    end
end

--- A file, and nothing else that could be opened: a pipe would keep an activation waiting.
local function load_file(path)
    local bytes, unread = core.read(path, SOURCE_LIMIT)
    if not bytes then
        return nil, unread
    end
    -- As loadfile has it, a first line for the kernel is none for Lua.
    local chunk, fault = load(bytes:gsub("^#[^\n]*", ""), "@" .. path, "t")
    if not chunk then
        return nil, fault
    end
    local ok, strategy = pcall(chunk)
    fault = not ok and raised.text(strategy) or fault_of(path, strategy)
    if fault then
        return nil, fault
    end
    local guarded = require "upnudge.strategy.team".guarded
    if not strategy.open then
        return guarded(path, strategy)
    end
    return { open = function(settings)
        local opened = strategy.open(settings)
        return type(opened) == "table" and guarded(path, opened) or opened
    end }
end

--- A strategy with its settings. Raises when it gives none.
---@param name string
---@param strategy {open: fun(settings: table): table}
---@param settings table
---@return table
function M.open(name, strategy, settings)
    local opened = strategy.open(settings)
    local fault = fault_of(("the strategy '%s', opened"):format(name), opened)
    return fault and error(fault, 0) or opened
end

--- The strategy of that name: ours, or one of a team on UPNUDGE_LUA_PATH.
---@param name string
---@param variable (fun(name: string): string?)? the host's variables; core.variable
---@return table? strategy
---@return string? message
function M.find(name, variable)
    if OURS[name] then
        return (require("upnudge.strategy." .. OURS[name]))
    elseif core.hand_over then
        -- A team's own may require what only the full command finds.
        return core.hand_over(("the strategy '%s'"):format(name))
    end
    local file = "upnudge/strategy/" .. name:gsub("-", "_")
    local path = find_file(file, (variable or core.variable) "UPNUDGE_LUA_PATH" or "")
    if not path then
        return nil, unknown(name, file)
    end
    return load_file(path)
end

return M
