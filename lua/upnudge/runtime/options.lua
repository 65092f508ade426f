--- What a Lua host may say to a runtime. All else is misuse, which raises: an option that nobody reads would be
--- silence.
---
--- The C API looks at what it is given itself (lua/api/argument.c) and comes in behind this.

local M = {}

--- What there is of a name or a text in a message.
local TOLD <const> = 40

local function is(kind)
    return function(value)
        return type(value) ~= kind and ("a %s"):format(kind) or nil
    end
end

local function seconds(value)
    if math.type(value) == nil or not math.tointeger(value) or value < 0 then
        return "a whole number of seconds, not less than 0"
    end
end

local function one_of(...)
    local words, set = table.concat({ ... }, "', '"), {}
    for _, choice in ipairs { ... } do
        set[choice] = true
    end
    return function(value)
        return not set[value] and ("one of '%s'"):format(words) or nil
    end
end

local function attributes(value)
    return require "upnudge.runtime.attributes".fault(value)
end

local TEXT <const>, FLAG <const>, TABLE <const> = is "string", is "boolean", is "table"

--- Each function takes a value and tells what it should be, if it is not.
M.open = { app = TEXT, state_dir = TEXT, policy = TEXT, host = TABLE, places = TABLE, log = is "function" }
M.activation = { lockfile = TEXT, name = TEXT, mode = one_of("activate", "in-place", "command"), command = TEXT,
    hint = TEXT, now = seconds, tty = FLAG, active = FLAG, session = TEXT, attributes = attributes,
    look = one_of("plain", "styled", "terminal") }
M.check = { lockfile = TEXT, name = TEXT, now = seconds, max_age = seconds, timeout = seconds, probe = FLAG,
    own_process = FLAG, insists = FLAG, announced = FLAG, lock = is "userdata" }

local function shown(value)
    local kind = type(value)
    if kind == "string" then
        return ("'%s'"):format(value:sub(1, TOLD):gsub("[^\32-\126]", "?"))
    end
    return (kind == "number" or kind == "boolean" or kind == "nil") and tostring(value) or ("a %s"):format(kind)
end

local function fault_of(options, known)
    if options ~= nil and type(options) ~= "table" then
        return ("the options are %s; they are a table"):format(shown(options))
    end
    for name, value in pairs(options or {}) do
        local wrong = known[name]
        if not wrong then
            local word = type(name) == "string" and name:sub(1, TOLD):gsub("[^\32-\126]", "?") or tostring(name)
            local suggest = require "upnudge.lib.suggest"
            return ("no option '%s'%s"):format(word, suggest.suggest(word, suggest.keys(known)))
        end
        local wanted = wrong(value)
        if wanted then
            return ("%s is %s; it is %s"):format(name, shown(value), wanted)
        end
    end
end

--- Raises, where the host called, what is wrong with the options that it gave to the function of that name.
---@param called string
---@param options any
---@param known table<string, fun(value: any): string?> M.open, M.activation or M.check
function M.check_options(called, options, known)
    local fault = fault_of(options, known)
    if fault then
        error(("upnudge: %s: %s"):format(called, fault), 3)
    end
end

--- The same of a value that has to be a text: the path of an environment, a lockfile's bytes.
---@param called string
---@param what string
---@param value any
function M.check_text(called, what, value)
    if type(value) ~= "string" then
        error(("upnudge: %s: %s is %s; it is a string"):format(called, what, shown(value)), 3)
    end
end

return M
