--- The context that a policy is asked with: read-only, and strict about names. Runs in the policy VM.
---
--- The views are made once; each evaluation swaps what they show.

local horizon = require "upnudge.language.horizon"

local M = {}

--- For pairs: steps through the table without handing it out.
local function iterator(of)
    return (pairs(of))
end

--- A read-only view on `shown.of`, which may change; its fields are a section of the schema. `missing(name)` looks for
--- one that is not there, `complete()` for all that whoever lists them is to see.
local function view(title, section, shown, missing, complete)
    return setmetatable({}, {
        __index = function(_, name)
            local value = shown.of[name]
            if value == nil and missing then
                value = missing(name)
            end
            if value == nil and not require "upnudge.language.schema.absent"[section][name] then
                require "upnudge.language.field".check(title, section, name)
            end
            return value
        end,
        __newindex = function(_, key)
            error(("%s is read-only: '%s' cannot be set"):format(title, tostring(key)), 2)
        end,
        __pairs = function()
            if complete then
                complete()
            end
            return iterator(shown.of)
        end,
        __metatable = false,
    })
end

local env, result, history, host = { of = {} }, { of = {} }, { of = {} }, { of = {} }
local root, now

local function show_result(new)
    result.of, result.given, result.listed = new, new.packages, new.environments
    result.packages, result.exposures, result.environments = nil, nil, nil
    result.later, result.of_several = new.later, new.of_several
    new.packages, new.environments, new.later, new.of_several = nil, nil, nil, nil
end

local function complete_result()
    if result.later then
        require "upnudge.language.lists".complete(result, show_result)
    end
end

local function fetch_result(key)
    return require "upnudge.language.lists".find(result, key, now, show_result)
end

--- How often this very result was shown, whatever was shown last: by all rules, or by one; nil: none ever spoke.
local function times_of(known, times)
    return known.last_notified
        and require "upnudge.language.cadence".times({ shown = known.shown, times = times }, root.of) or nil
end

--- What few policies look at: how often this result was shown, and the clocks of rules; kept with the history, which
--- comes anew each time.
local function fetch_history(key)
    if key == "times" then
        history.of.times = times_of(history.of, history.times)
    elseif key == "rules" then
        local common = { shown = history.of.shown, last_notified = history.of.last_notified, times = history.times }
        history.of.rules = require "upnudge.language.clocks".of(history.rules or fetch "rules", common, view, times_of)
    end
    return history.of[key]
end

local function complete_host()
    require "upnudge.language.facts".complete(host)
end

local function fetch_fact(key)
    if key == "agent" then
        -- The ready-made policies ask for this one every time.
        host.of.agent = fetch "agent" or false
        return host.of.agent
    end
    return require "upnudge.language.facts".find(host, key)
end

root = { of = {
    env = view("c.env", "env", env),
    result = view("c.result", "result", result, fetch_result, complete_result),
    history = view("c.history", "history", history, fetch_history, function()
        fetch_history "times"
        fetch_history "rules"
    end),
    host = view("c.host", "host", host, fetch_fact, complete_host),
} }

local function fetch_now(key)
    if key == "now" then
        horizon.seen = true
        return now
    end
end

local c = view("c", "c", root, fetch_now, function()
    root.of.now = fetch_now "now"
end)

--- Shows new contents. What is nil (env, result, host) stays as it was at the last call.
---@return table c
function M.set(new_now, new_env, new_result, new_history, new_host)
    horizon.begin()
    now, root.of.now, host.offset, host.vars = new_now, nil, nil, nil
    history.of, env.of = new_history, new_env or env.of
    history.rules, new_history.rules = new_history.rules and { named = new_history.rules }, nil
    history.times, new_history.times = new_history.times, nil
    if new_host then
        host.of, host.given, host.attributes, host.options = new_host, new_host.attributes, nil, nil
        new_host.attributes = nil
    end
    host.of.vars = nil
    if new_result then
        show_result(new_result)
    end
    return c
end

--- The context of the question at hand; nil: none was asked yet.
---@return table?
function M.current()
    return now and c
end

return M
