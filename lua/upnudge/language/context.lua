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
    return type(at) == "number" and at >= 0 and at <= now + 1 and at // 1 | 0 or now
end

--- What JSON may have made no integer of; nil: it is no time and no number of days.
local function whole(number)
    return type(number) == "number" and number >= 0 and number < 2 ^ 53 and number // 1 | 0 or nil
end

--- A table that is read-only as the rest, and with a section of the schema strict about names.
local function frozen(of, title, section)
    return setmetatable({}, { __metatable = false,
        __index = section and function(_, name)
            local value = of[name]
            -- No tail call: a fault is told of the line that looked.
            if value == nil then
                value = absent(title .. "[i]", section, name)
            end
            return value
        end or of,
        __newindex = function()
            error(title .. " is read-only", 2)
        end,
        __pairs = function()
            return iterator(of)
        end,
        __len = function()
            return #of
        end })
end

--- A list of tables, which are read-only, too, and so are theirs of these names. (Of very many packages, those that are
--- listed are not all: their list has a field beside its items.)
local function view_of_list(title, section, list, names)
    for i, one in ipairs(list) do
        for _, name in ipairs(names) do
            local inner = one[name]
            if inner then
                one[name] = type(inner[1]) == "table" and view_of_list(title .. "[i]." .. name, name, inner, {})
                    or frozen(inner, title)
            end
        end
        list[i] = frozen(one, title, section)
    end
    return frozen(list, title)
end

-- Fields of packages, exposures and fixes that are lists.
local PACKAGE <const>, EXPOSURE <const>, NONE <const> = { "fixes" }, { "ids", "aliases" }, {}

--- Packages with the times since when they are offered; one that a record leaves out is that of the result.
local function view_of_packages(list, since, now)
    local title = "c.result.packages"
    for _, package in ipairs(list) do
        package.first_seen = passed(package.first_seen or since, now)
        package.released, package.behind = whole(package.released), whole(package.behind)
        for _, fix in ipairs(package.fixes or NONE) do
            fix.aliases = fix.aliases and frozen(fix.aliases, title)
        end
    end
    return view_of_list(title, "packages", list, PACKAGE)
end

local env, result, history, host = { of = {} }, { of = {} }, { of = {} }, { of = {} }
local packages, exposures, environments, offset, options
local root
-- Whether all of the result is still to be asked for, and whether it is one of several environments.
local later, of_several
local given_attributes, attributes, vars

local function show_result(new)
    result.of, result.given, result.listed = new, new.packages, new.environments
    packages, exposures, environments = nil, nil, nil
    later, of_several = new.later, new.of_several
    new.packages, new.environments, new.later, new.of_several = nil, nil, nil, nil
end

local function complete_result()
    if later then
        local found = later ~= "lost" and fetch "result"
        if not found then
            -- Nobody is asked again, for that may take long.
            later = "lost"
            error("the other environments cannot be looked at", 0)
        end
        show_result(found)
    end
end

local function fetch_environments()
    local list = result.listed or of_several and fetch "environments"
    environments, of_several = list and view_of_list("c.result.environments", "environments", list, NONE) or nil, list and of_several
    return environments
end

-- Lists are long and rarely looked at, and so is what is known of other environments: C's `fetch` asks the host at the
-- first touch.
local function fetch_result(key)
    if later then
        complete_result()
        return result.of[key] == nil and fetch_result(key) or result.of[key]
    elseif key == "environments" then
        return environments or fetch_environments()
    elseif key == "cooling" then
        return 0
    elseif key == "packages" then
        packages = packages or view_of_packages(result.given or fetch "packages" or {}, result.of.since, root.of.now)
        return packages
    elseif key == "exposures" then
        exposures = exposures or view_of_list("c.result.exposures", "exposures", fetch "exposures" or {}, EXPOSURE)
        return exposures
    end
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
