--- The context that a policy is asked with: read-only, and strict about names. Runs in the policy VM.
---
--- The views are made once; each evaluation swaps what they show.

local M = {}

--- A field that is nil: it may be, or its name is misspelt.
local function absent(title, section, name)
    if require "upnudge.language.schema.absent"[section][name] then
        return nil
    end
    local fields = require "upnudge.language.schema.context"[section]
    if not fields[name] then
        local suggest = require "upnudge.lib.suggest"
        error(("%s has no field '%s'%s"):format(title, tostring(name), suggest.suggest(tostring(name),
            suggest.keys(fields))), 3)
    end
end

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
            -- No tail call: a fault is told of the line that looked.
            if value == nil then
                value = absent(title, section, name)
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

--- A time in the past, as whole seconds; what is ahead of now, or none, counts as now.
local function passed(at, now)
    return type(at) == "number" and at >= 0 and at < now and at // 1 | 0 or now
end

--- The list of packages, read-only as the rest. A time that a record leaves out is that of the result.
local function view_of_list(list, since, now)
    local function refuse()
        error("c.result.packages is read-only", 2)
    end
    -- Of very many, those that are listed are not all.
    local items = { unlisted = list.unlisted }
    for i, package in ipairs(list) do
        package.first_seen = passed(package.first_seen or since, now)
        items[i] = setmetatable({}, { __index = package, __newindex = refuse, __metatable = false,
            __pairs = function()
                return iterator(package)
            end })
    end
    return setmetatable({}, { __index = items, __newindex = refuse, __metatable = false,
        __pairs = function()
            return iterator(items)
        end,
        __len = function()
            return #items
        end })
end

local env, result, history, host = { of = {} }, { of = {} }, { of = {} }, { of = {} }
local packages, offset, options
local root

-- The list is long and rarely looked at: C's `fetch` asks the host for it at the first touch.
local function fetch_packages(key)
    if key ~= "packages" then
        return nil
    end
    packages = packages or view_of_list(result.given or fetch "packages" or {}, result.of.since, root.of.now)
    return packages
end

-- Those of the command; false: it needs none.
local function fetch_options()
    if options == nil then
        local given = fetch "options"
        options = type(given) == "string" and given or false
    end
    return options or nil
end

local function fetch_agent()
    if host.of.agent == nil then
        host.of.agent = fetch "agent" or false
    end
    return host.of.agent
end

local function complete_host()
    host.of.system = host.of.system or fetch "system"
    fetch_agent()
    host.of.options = fetch_options()
end

local function fetch_fact(key)
    if key == "utc_offset" then
        offset = offset or fetch "utc_offset" or 0
        return offset
    elseif key == "system" then
        host.of.system = host.of.system or fetch "system"
        return host.of.system
    elseif key == "agent" then
        return fetch_agent()
    elseif key == "options" then
        return fetch_options()
    end
end

root = { of = {
    env = view("c.env", "env", env),
    result = view("c.result", "result", result, fetch_packages),
    history = view("c.history", "history", history),
    host = view("c.host", "host", host, fetch_fact, complete_host),
} }
local c = view("c", "c", root)

--- Shows new contents. What is nil (env, result, host) stays as it was at the last call.
---@return table c
function M.set(now, new_env, new_result, new_history, new_host)
    root.of.now, offset = now, nil
    history.of, env.of, host.of = new_history, new_env or env.of, new_host or host.of
    if new_result then
        result.of, result.given, packages = new_result, new_result.packages, nil
        new_result.packages = nil
    end
    return c
end

--- The context of the question at hand; nil: none was asked yet.
---@return table?
function M.current()
    return root.of.now and c
end

return M
