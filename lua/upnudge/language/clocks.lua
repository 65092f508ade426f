--- The clocks of rules: `c.history.rules`, when each rule of the policy last spoke. Runs in the policy VM, for policies
--- that look at them.

local cadence = require "upnudge.language.cadence"
local limits = require "upnudge.lib.limits"

local M = {}

--- What the policy's own `decide` is called, as upnudge.record.rules has it.
M.DECIDE = "decide"

--- The names of all that may speak.
local function names()
    local list = {}
    for i, rule in ipairs(cadence.policy.rules) do
        list[i] = rule.name
    end
    list[#list + 1] = cadence.policy.decide and M.DECIDE or nil
    return list
end

local function newer(one, other)
    if one and other then
        return one.last_notified >= (other.last_notified or 0) and one or other
    end
    return one or other or {}
end

--- A clock for each rule of the policy, by its name; nil for any other name.
---@param given any what the host knows: {named=, others=}, or the clocks by name
---@param common table what is known of all rules together, for a host that knows no more
---@param view fun(title: string, section: string, shown: table, missing: function, complete: function): table makes one
---that is read-only
---@param times_of fun(known: table, times: integer?): integer? how often this result was shown
---@return table<string, table>
function M.of(given, common, view, times_of)
    local known = type(given) == "table" and given.named and given or { named = {}, others = common }
    local clocks = {}
    for _, name in ipairs(names()) do
        -- The name under which a host keeps it.
        local entry = newer(known.named[limits.words(name, limits.RULE)], known.others)
        local of = { shown = entry.shown, last_notified = entry.last_notified }
        local function times(key)
            of.times = key == "times" and times_of(of, entry.times) or nil
            return of[key]
        end
        clocks[name] = view("c.history.rules[\"" .. name .. "\"]", "clock", { of = of }, times, function()
            times "times"
        end)
    end
    return setmetatable({}, { __index = clocks, __metatable = false, __newindex = function(_, name)
        error("c.history.rules is read-only: '" .. tostring(name) .. "' cannot be set", 2)
    end, __pairs = function()
        return (pairs(clocks))
    end })
end

return M
