--- Matching: which changes and which environments a rule is about, `u.any_package { name = "linux-*" }`. Runs in the
--- policy VM, for policies that have it.
---
--- A matcher is a table of what is asked for; all of it has to fit, and of a list one entry.

local change = require "upnudge.language.schema.change"
local glob = require "upnudge.lib.glob"

local M = {}

-- Texts that one matcher may name.
local MOST <const> = 1000

local function of_glob(text)
    local pieces = glob.compile(text)
    return function(value)
        return type(value) == "string" and glob.takes(pieces, value)
    end
end

local function of_value(wanted)
    return function(value)
        return value == wanted
    end
end

--- A flag that is not there is neither true nor false, but nothing mends a security problem that is not said to.
local function of_security(wanted)
    return function(value)
        return (value or false) == wanted
    end
end

-- How each key is compared, and the only texts that it may have.
local PACKAGE <const> = { name = of_glob, group = of_glob, system = of_glob, kind = of_value, level = of_value,
    direct = of_value, security = of_security }
local ENVIRONMENT <const> = { name = of_glob, path = of_glob, format = of_value, ecosystem = of_value }
local CHOICES <const> = { kind = change.kinds, level = change.levels }
local FLAGS <const> = { direct = true, security = true }

--- Whether one of the tests takes the value.
local function any_of(tests, value)
    for _, test in ipairs(tests) do
        if test(value) then
            return true
        end
    end
    return false
end

--- The tests of a matcher by key.
local function compile(spec, comparisons)
    local tests = {}
    for key, compare in pairs(comparisons) do
        local wanted = spec[key]
        if wanted ~= nil then
            local list = {}
            for i, text in ipairs(type(wanted) == "table" and wanted or { wanted }) do
                list[i] = compare(text)
            end
            tests[key] = list
        end
    end
    return function(subject)
        for key, list in pairs(tests) do
            if not any_of(list, subject[key]) then
                return false
            end
        end
        return true
    end
end

--- The only texts that a key may have, as a set; nil: it may have any. The ecosystems are those that upnudge knows; a
--- team's own format is in none.
local function choices_of(key)
    local known = {}
    for _, name in pairs(key == "ecosystem" and require "upnudge.lib.ecosystems" or CHOICES[key] or {}) do
        known[name] = true
    end
    return next(known) and known
end

--- What is wrong with a text that is asked for; nil: nothing.
local function fault_of_text(key, text)
    local choices = choices_of(key)
    if type(text) ~= "string" then
        return ("'%s' is a %s; expected a text or a list of texts"):format(key, type(text))
    elseif choices and not choices[text] then
        local suggest = require "upnudge.lib.suggest"
        return ("%s '%.60s' is not known%s"):format(key, text, suggest.suggest(text, suggest.keys(choices)))
    end
end

local function fault_of_key(key, wanted)
    if FLAGS[key] then
        return type(wanted) ~= "boolean" and ("'%s' is a %s; expected true or false"):format(key, type(wanted)) or nil
    elseif type(wanted) ~= "table" then
        return fault_of_text(key, wanted)
    elseif wanted[1] == nil or #wanted > MOST then
        return ("'%s' is a list of 1 to %d texts"):format(key, MOST)
    end
    for _, text in ipairs(wanted) do
        local message = fault_of_text(key, text)
        if message then
            return message
        end
    end
end

--- What is wrong with a matcher; nil: nothing.
local function fault(name, spec, comparisons)
    local message
    if type(spec) ~= "table" or next(spec) == nil then
        message = "a table of what is asked for is needed, { name = \"linux-*\" }"
    else
        for key, wanted in pairs(spec) do
            local suggest = not comparisons[key] and require "upnudge.lib.suggest"
            message = message or suggest and ("no key '%.60s'%s"):format(tostring(key),
                suggest.suggest(tostring(key), suggest.keys(comparisons))) or not suggest and fault_of_key(key, wanted)
        end
    end
    return message and name .. ": " .. message or nil
end

--- A test of a change, from what is asked for.
---@param name string what is told to whoever misuses it
---@param spec upnudge.policy.PackageMatch
---@return (fun(package: table): boolean)? fits
---@return string? message
function M.compiled(name, spec)
    local message = fault(name, spec, PACKAGE)
    if message then
        return nil, message
    end
    return compile(spec, PACKAGE)
end

--- A predicate for `when`: whether some change is such.
---@param spec upnudge.policy.PackageMatch
---@return (fun(c: table): boolean)? predicate
---@return string? message
function M.any_package(spec)
    local fits, message = M.compiled("any_package", spec)
    if not fits then
        return nil, message
    end
    return function(c)
        for _, package in ipairs(c.result.packages) do
            if fits(package) then
                return true
            end
        end
        return false
    end
end

--- A predicate for `when`: whether all changes are such. Where only those that matter most are listed, nobody knows,
--- and it is not so.
---@param spec upnudge.policy.PackageMatch
---@return (fun(c: table): boolean)? predicate
---@return string? message
function M.every_package(spec)
    local fits, message = M.compiled("every_package", spec)
    if not fits then
        return nil, message
    end
    return function(c)
        local packages = c.result.packages
        for _, package in ipairs(packages) do
            if not fits(package) then
                return false
            end
        end
        return #packages > 0 and not packages.unlisted
    end
end

--- The changes that are such, in their order.
---@param c table the context
---@param spec upnudge.policy.PackageMatch
---@return table[]
function M.packages(c, spec)
    local fits, message = M.compiled("packages", spec)
    if not fits then
        error("u." .. message, 2)
    end
    local list = {}
    for _, package in ipairs(c.result.packages) do
        if fits(package) then
            list[#list + 1] = package
        end
    end
    return list
end

--- A predicate for `when`: whether the environment is such.
---@param spec upnudge.policy.EnvironmentMatch
---@return (fun(c: table): boolean)? predicate
---@return string? message
function M.in_environment(spec)
    local message = fault("in_environment", spec, ENVIRONMENT)
    if message then
        return nil, message
    end
    local fits = compile(spec, ENVIRONMENT)
    return function(c)
        local env = c.env
        local ecosystem = spec.ecosystem and require "upnudge.lib.ecosystems"[env.format]
        return fits { name = env.name, path = env.path, format = spec.format and env.format, ecosystem = ecosystem }
    end
end

--- Whether the text fits a pattern, in which a star stands for anything, or one of a list. Raises an error where that
--- makes no sense.
---@param pattern string|string[]
---@param text string?
---@return boolean
function M.glob(pattern, text)
    local list = type(pattern) == "string" and { pattern } or pattern
    if type(list) ~= "table" or text ~= nil and type(text) ~= "string" then
        error("u.glob needs a pattern and a text: u.glob(\"linux-*\", p.name)", 2)
    end
    for _, one in ipairs(list) do
        if type(one) ~= "string" then
            error("u.glob: a " .. type(one) .. " is no pattern", 2)
        elseif text and glob.fits(one, text) then
            return true
        end
    end
    return false
end

return M
