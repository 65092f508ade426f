--- The sandbox: what of Lua a policy sees. Runs in the policy VM, whose entry table it returns.
---
--- A policy gets copies of the libraries that no policy can change, without what reaches files,
--- processes, code or addresses, and without what can spend much in one call that no budget sees.

local rules = require "upnudge.rules"

local STRING_LIMIT <const> = 1 << 20
local SUBJECT_LIMIT <const> = 1 << 13
local RANGE_LIMIT <const> = 100000

local function read_only(name, members)
    return setmetatable({}, {
        __index = members,
        __newindex = function(_, key)
            error(("%s is read-only: '%s' cannot be set"):format(name, tostring(key)), 2)
        end,
        __metatable = false,
    })
end

local function copy(from, names)
    local members = {}
    for name in names:gmatch("%w+") do
        members[name] = from[name]
    end
    return members
end

--- Pattern matching backtracks inside one C call: short subjects bound it.
local function with_short_subject(f)
    return function(subject, ...)
        if type(subject) == "string" and #subject > SUBJECT_LIMIT then
            error("a text longer than 8 KiB is not searched in a policy", 2)
        end
        return f(subject, ...)
    end
end

local function safe_string()
    local members = copy(string, "byte char len lower upper reverse sub")
    for _, name in ipairs { "find", "match", "gmatch", "gsub" } do
        members[name] = with_short_subject(string[name])
    end
    function members.rep(text, count, separator)
        if (#text + #(separator or "")) * count > STRING_LIMIT then
            error("string.rep: the result would be longer than 1 MiB", 2)
        end
        return string.rep(text, count, separator)
    end
    -- %p shows addresses; a huge width makes a huge string.
    function members.format(pattern, ...)
        if pattern:gsub("%%%%", ""):find("%%[-+ #0]*[%d.]*p") then
            error("string.format: no %p here", 2)
        end
        return string.format(pattern, ...)
    end
    return members
end

--- C loops over a table trust its length; a metatable could make that anything.
local function with_plain_table(f)
    return function(list, ...)
        if type(list) ~= "table" or getmetatable(list) then
            error("a plain table is needed", 2)
        end
        return f(list, ...)
    end
end

local function within_range(f)
    return with_plain_table(function(list, a, b, c, ...)
        for _, bound in ipairs { a or 0, b or 0, c or 0 } do
            if math.type(bound) == "integer" and (bound > RANGE_LIMIT or bound < -RANGE_LIMIT) then
                error("a range this large is not walked in a policy", 2)
            end
        end
        return f(list, a, b, c, ...)
    end)
end

local function safe_table()
    local members = { pack = table.pack }
    for _, name in ipairs { "insert", "remove", "sort" } do
        members[name] = with_plain_table(table[name])
    end
    members.unpack, members.move = within_range(table.unpack), within_range(table.move)
    function members.concat(list, separator, from, to)
        -- A list of the context is no plain table, but ours.
        local plain, last = {}, to or #list
        if last > RANGE_LIMIT then
            error("a list this long is not joined in a policy", 2)
        end
        for i = from or 1, last do
            plain[i] = list[i]
        end
        return table.concat(plain, separator, from, last)
    end
    return members
end

local function safe_tostring(value)
    local kind = type(value)
    if kind == "string" or kind == "number" or kind == "boolean" or kind == "nil" then
        return tostring(value)
    end
    -- The address tells nothing that a policy should know.
    return kind
end

local function safe_setmetatable(value, metatable)
    if type(metatable) == "table" and (rawget(metatable, "__gc") ~= nil or rawget(metatable, "__mode") ~= nil) then
        error("setmetatable: __gc and __mode are not for policies", 2)
    end
    return setmetatable(value, metatable)
end

local strings = read_only("string", safe_string())

local function base()
    local members = copy(_G, "assert error ipairs pairs next pcall select tonumber type rawequal rawlen rawget rawset")
    members.tostring, members.setmetatable = safe_tostring, safe_setmetatable
    function members.getmetatable(value)
        return type(value) == "table" and getmetatable(value) or nil
    end
    members.string, members.table = strings, read_only("table", safe_table())
    members.math = read_only("math", copy(math, "abs ceil floor fmod huge max maxinteger min mininteger modf pi sqrt "
        .. "tointeger type ult"))
    members.utf8 = read_only("utf8", copy(utf8, "char charpattern codepoint codes len offset"))
    local language = read_only("upnudge", rules.language)
    function members.require(name)
        if name ~= "upnudge" then
            error(("no module '%s' here; a policy has `require \"upnudge\"` alone"):format(safe_tostring(name)), 2)
        end
        return language
    end
    return members
end

local environment = setmetatable({}, {
    __index = base(),
    __newindex = function(_, name)
        error(("'%s' is a global; write `local %s = ...`"):format(safe_tostring(name), safe_tostring(name)), 2)
    end,
    __metatable = false,
})

--- An error that is no text would be shown by its metamethods; nobody calls those.
local function as_text(fault)
    return type(fault) == "string" and fault or ("(the error is no text but a %s)"):format(type(fault))
end

local function guarded(f, ...)
    local results = table.pack(pcall(f, ...))
    if not results[1] then
        error(as_text(results[2]), 0)
    end
    return table.unpack(results, 2, results.n)
end

local M = {}

--- Locks the string metatable, so that ("x"):rep(n) is the safe one. Only in the policy VM, which
--- belongs to us: C calls it through the first load.
local function lock_strings()
    local metatable = getmetatable("")
    if rawget(_G, "where") and metatable then
        metatable.__index, metatable.__metatable = strings, false
    end
end
lock_strings()

--- Compiles and runs one file of the policy's chain.
---@param chunkname string "@file" or "=name"
---@param bytes string
---@param builtin boolean ours, precompiled
---@return {extends: string?}
function M.load(chunkname, bytes, builtin)
    local chunk, fault = load(bytes, chunkname, builtin and "bt" or "t", environment)
    if not chunk then
        error(fault, 0)
    end
    return rules.add(guarded(chunk), chunkname)
end

--- See upnudge.rules.
M.link = rules.link

--- See upnudge.rules.
function M.evaluate(...)
    return guarded(rules.evaluate, ...)
end

--- The environment that policies run in; for tests.
M.environment = environment

return M
