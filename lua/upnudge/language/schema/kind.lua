--- Kinds of values, and sections of keys: what the schema is made of. Runs in the policy VM and in the trusted
--- state.

local M = {}

---@class upnudge.Key
---@field name string
---@field what string one sentence for people
---@field types table<string, boolean> Lua types that a value may have
---@field expects? string in words; else the choices are
---@field cats string LuaCATS type; else the choices are
---@field default? string in words
---@field needed? boolean whether there is nothing without it
---@field lacks? string said behind "has no 'KEY'" of a key that every file needs
---@field is? any the only value
---@field choices? string[] the only values
---@field pattern? string what a string fits
---@field wrong? string said of one that does not, "%s" being the string
---@field known? string[] strings of which one may have been meant
---@field least? number
---@field most? number
---@field count? integer how many texts it may hold
---@field stars? integer how many of them with a star
---@field parse? "duration"|"duration_alone"|"deadline"|"url" what makes sense of it
---@field holds? "texts"|"variables"|"named_texts"|"names"|"commands"|"keys"|"entries"|"rules"|"catalogues"|"bases"|
---"versions" what its table holds
---@field of? string what its texts are, or the section of its names, keys or entries
---@field except? table<string, boolean> names of that section that it may not hold

local function kind(fields)
    fields.__index = fields
    return fields
end

M.STRING = kind { types = { string = true }, expects = "a string", cats = "string" }
--- A string of which there are some: the key names its choices.
M.CHOICE = kind { types = { string = true } }
M.NUMBER = kind { types = { number = true }, expects = "a number", cats = "number" }
M.BOOLEAN = kind { types = { boolean = true }, expects = "true or false", cats = "boolean" }
M.TABLE = kind { types = { table = true } }
M.DURATION = kind { types = { string = true, number = true }, expects = "a duration", cats = "string|number",
    parse = "duration" }
M.DATE = kind { types = { string = true, number = true }, expects = "a time in seconds, or a date in ISO 8601",
    cats = "string|number" }
--- A table of durations, or one for all.
M.COOLDOWN = kind { types = { string = true, number = true, table = true }, parse = "duration_alone",
    expects = "u.cooldown { … } or a duration", cats = "upnudge.policy.Cooldown|string|number" }
M.HOUR = kind { types = { string = true, number = true }, expects = "an hour", cats = "string|number" }
M.DAYS = kind { types = { string = true, table = true }, expects = "a day or a list of days", cats = "string|string[]" }
M.TEXTS = kind { types = { string = true, table = true }, expects = "a text or a list of texts",
    cats = "string|string[]" }
M.WAIT = kind { types = { boolean = true, string = true, number = true }, expects = "true, false or a duration",
    cats = "boolean|string|number" }
--- A function that a policy or a format is asked with.
M.FUNCTION = kind { types = { ["function"] = true } }
M.TEXT = kind { types = { string = true, ["function"] = true }, expects = "a string or a function of the context" }
M.QUIET = kind { types = { string = true, boolean = true, ["function"] = true },
    expects = "a reason, true, or a function giving a reason" }
M.CADENCE = kind { types = { table = true, ["function"] = true }, expects = "a cadence or a function of the context" }
M.FILE = kind { types = { boolean = true, string = true }, expects = "true, false or the name of a file",
    cats = "boolean|string" }
--- One base, a list of them, or none.
M.BASES = kind { types = { boolean = true, string = true, table = true }, expects = "a base, a list of them, or false",
    cats = "string|string[]|false" }
--- A number, or a list of what has a name.
M.PLACES = kind { types = { number = true, table = true }, expects = "a number or a list" }
M.LIKELIHOOD = kind { types = { boolean = true, number = true }, cats = "boolean|number",
    expects = "true, or how often as a number from 0 to 1" }
M.API = kind { types = { number = true }, expects = "the number 1", cats = "1", is = 1, needed = true,
    lacks = "; write api = 1" }
M.NAME = kind { types = { string = true }, expects = "a string", cats = "string", needed = true, lacks = "" }

--- What a key expects, in words.
---@param key upnudge.Key
---@return string
function M.expects(key)
    if key.expects then
        return key.expects
    end
    local words = ""
    for i, choice in ipairs(key.choices) do
        words = words .. (i == 1 and "" or i < #key.choices and ", " or " or ") .. '"' .. choice .. '"'
    end
    return words
end

local orders = {}

--- The keys of a section by name, from {name, kind, sentence, ...} in the order of the documentation.
---@param list table[]
---@return table<string, upnudge.Key>
function M.section(list)
    local keys = {}
    for i = 1, #list do
        local key = list[i]
        key.name, key.what = key[1], key[3]
        keys[key[1]] = setmetatable(key, key[2])
    end
    orders[keys] = list
    return keys
end

--- The same for what is told, from {name, type or choices, sentence}.
---@param list table[]
---@param absent table<string, boolean> what may not be there
---@return table<string, upnudge.Key>
function M.told(list, absent)
    local keys = {}
    for i = 1, #list do
        local key, of = list[i], list[i][2]
        key.name, key.what, key.needed = key[1], key[3], not absent[key[1]]
        key[type(of) == "table" and "choices" or "cats"] = of
        keys[key[1]] = key
    end
    orders[keys] = list
    return keys
end

local needs = {}

--- Those that are needed: what such a file alone needs, then what every file does.
---@param keys table<string, upnudge.Key>
---@return upnudge.Key[]
function M.needed(keys)
    if not needs[keys] then
        local own, common = {}, {}
        for _, key in ipairs(orders[keys]) do
            local of = key.lacks and common or own
            of[#of + 1] = key.needed and key or nil
        end
        needs[keys] = require "table".move(common, 1, #common, #own + 1, own)
    end
    return needs[keys]
end

--- The keys of a section in the order of the documentation.
---@param keys table<string, upnudge.Key>
---@return upnudge.Key[]
function M.ordered(keys)
    return orders[keys]
end

return M
