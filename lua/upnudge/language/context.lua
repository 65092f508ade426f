--- The context that a policy is asked with: read-only, and strict about names. Runs in the policy VM.
---
--- The views are made once; each evaluation swaps what they show.

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
local offset, options
local root
local given_attributes, attributes, vars

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
    return require "upnudge.language.lists".find(result, key, root.of.now, show_result)
end

-- Those of the command; false: it needs none.
local function fetch_options()
    if options == nil then
        local given = fetch "options"
        options = type(given) == "string" and given or false
    end
    return options or nil
end

--- The clocks of rules, which few policies look at; kept with the history, which comes anew each time.
local function fetch_rules(key)
    if key ~= "rules" then
        return nil
    end
    history.of.rules = require "upnudge.language.clocks".of(history.rules or fetch "rules", history.of, view)
    return history.of.rules
end

-- What the host finds out when it is asked, and what stands for nothing.
local FOUND_OUT <const> = { agent = false, session = false, system = "", user = "", machine = "" }

local function fetch_found(key)
    local found = fetch(key)
    if found == nil then
        found = FOUND_OUT[key]
    end
    host.of[key] = found
    return found
end

--- What a host says in words of its own: any name may be asked for.
local function fetch_attributes()
    attributes = attributes or require "upnudge.language.said".attributes(given_attributes or {})
    return attributes
end

local function fetch_vars()
    vars = vars or require "upnudge.language.said".vars(fetch "vars" or {})
    return vars
end

local function complete_host()
    for key in pairs(FOUND_OUT) do
        if host.of[key] == nil then
            fetch_found(key)
        end
    end
    host.of.options = fetch_options()
    host.of.attributes, host.of.vars = fetch_attributes(), fetch_vars()
end

local function fetch_fact(key)
    if FOUND_OUT[key] ~= nil then
        return fetch_found(key)
    elseif key == "utc_offset" then
        offset = offset or fetch "utc_offset" or 0
        return offset
    elseif key == "options" then
        return fetch_options()
    elseif key == "attributes" then
        return fetch_attributes()
    elseif key == "vars" then
        return fetch_vars()
    end
end

root = { of = {
    env = view("c.env", "env", env),
    result = view("c.result", "result", result, fetch_result, complete_result),
    history = view("c.history", "history", history, fetch_rules, function()
        fetch_rules "rules"
    end),
    host = view("c.host", "host", host, fetch_fact, complete_host),
} }
local c = view("c", "c", root)

--- Shows new contents. What is nil (env, result, host) stays as it was at the last call.
---@return table c
function M.set(now, new_env, new_result, new_history, new_host)
    root.of.now, offset, vars = now, nil, nil
    history.of, env.of = new_history, new_env or env.of
    history.rules, new_history.rules = new_history.rules and { named = new_history.rules }, nil
    if new_host then
        host.of, given_attributes, attributes = new_host, new_host.attributes, nil
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
    return root.of.now and c
end

return M
