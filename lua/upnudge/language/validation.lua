--- Validation of what a team writes (policies, formats, checkers, scenarios): every mistake of a file at once,
--- with what would be right. Runs in the policy VM, for files that are not our own.
---
--- What is right stands in upnudge.language.schema, which is read here key by key; only rules and catalogues
--- are judged by a function of their own.
---
--- A policy is one table, made and returned in one breath, so the running code cannot tell the line of a
--- key: a mistake names the key and how deep in braces it stands, and upnudge.policy.mistake finds it.

local duration = require "upnudge.lib.duration"
local kind = require "upnudge.language.schema.kind"
local math = require "math"
local string = require "string"

local M = {}

---@class upnudge.Mistake what an author wrote wrongly, with or without its place
---@field message string
---@field key? string the key, or another word, that is wrong
---@field depth? integer how many braces stand around the key
---@field line? integer where it stands, where to look for it, or from where on
---@field within? string the key, in two braces, of the table that it is in; several may have one of its name
---@field lead? string what stands before the braces: "u.policy" unless given
---@field file? string
---@field column? integer in bytes, from 1; nil: the line as a whole
---@field width? integer bytes
---@field source? string the line

---@class upnudge.CheckedFile
---@field report fun(place: table, message: string, ...) takes a mistake
---@field schema table<string, table<string, upnudge.Key>> the sections that such a file may have
---@field made table<table, string> what the functions of `u` made

local TOP <const>, INNER <const>, ENTRY <const> = { depth = 1 }, { depth = 2 }, { depth = 3 }

--- Collects mistakes. A place is {key=, depth=, line=}.
local function reporter(list)
    return function(place, message, ...)
        local mistake = { message = message:format(...) }
        for name, value in pairs(place) do
            mistake[name] = value
        end
        list[#list + 1] = mistake
    end
end

local function at(place, key)
    return { key = tostring(key), depth = place.depth, line = place.line, lead = place.lead }
end

local function suggestion(word, names)
    local suggest = require "upnudge.lib.suggest"
    return suggest.suggest(tostring(word), suggest.keys(names))
end

--- The names of a table for which the question is answered with yes, in order.
local function names_where(spec, question)
    local names = {}
    for name, value in pairs(spec) do
        if question(name, value) then
            names[#names + 1] = name
        end
    end
    if #names > 1 then
        require "table".sort(names, function(a, b)
            return tostring(a) < tostring(b)
        end)
    end
    return names
end

--- What is said of a value that has no name, which a list has and a table of keys has not.
local function report_nameless(what, index, value, place, file)
    if file.made[value] == "rule" then
        return file.report({ line = value.line, key = "rule" },
            "rule '%s' stands in the table of the %s; rules stand in a list: rules = { u.rule \"%s\" { ... } }",
            tostring(value.name), what, tostring(value.name))
    end
    file.report(place.line and { line = place.line, key = "rule" } or {},
        "%s has a value without a name, the one with the number %d; write NAME = VALUE", what, index)
end

--- Names that there are not, and types.
local function check_keys(spec, keys, what, place, file)
    local report, wrong = file.report, nil
    for name, value in pairs(spec) do
        wrong = wrong or not keys[name] or not keys[name].types[type(value)]
    end
    if not wrong then
        return
    end
    local names = names_where(spec, function(name, value)
        return not keys[name] or not keys[name].types[type(value)]
    end)
    for _, name in ipairs(names) do
        local key = keys[name]
        if math.type(name) == "integer" then
            report_nameless(what, name, spec[name], place, file)
        elseif not key then
            report(at(place, name), "%s has no key '%s'%s", what, tostring(name), suggestion(name, keys))
        else
            report(at(place, name), "%s: '%s' is a %s; expected %s", what, name, type(spec[name]), kind.expects(key))
        end
    end
end

--- What is needed and not there: what such a file alone needs, then what every file does.
local function check_needed(spec, keys, what, report)
    local needed = kind.needed(keys)
    for i = 1, #needed do
        local key = needed[i]
        if spec[key.name] == nil then
            report({}, "%s has no '%s'%s", what, key.name, key.lacks or "; expected " .. kind.expects(key))
        end
    end
end

-- What makes sense of a value; nil and what is wrong.
local PARSERS <const> = {
    duration = duration.parse,
    deadline = duration.deadline,
    duration_alone = function(value)
        if type(value) == "table" then
            return value
        end
        return duration.parse(value)
    end,
    url = function(value)
        return require "upnudge.lib.url".parse(value)
    end,
}

--- What is wrong with a value of the right type; nil: nothing.
local function mistake_in(key, value)
    if key.choices then
        local choices = {}
        for _, choice in ipairs(key.choices) do
            choices[choice] = true
        end
        return not choices[value] and ("%s '%s' is not known%s"):format(key.name, value, suggestion(value, choices))
    elseif key.pattern then
        return type(value) == "string" and not value:find(key.pattern) and key.wrong:format(value)
            .. (key.known and require "upnudge.lib.suggest".suggest(value, key.known) or "")
    elseif key.least then
        local inside = type(value) == "number" and value >= key.least and value <= key.most
        return not inside and ("%s is a number from %d to %d"):format(key.name, key.least, key.most)
    elseif key.parse then
        local made, message = PARSERS[key.parse](value)
        return made == nil and ("%s: %s"):format(key.name, message)
    end
end

local check_section

-- What a table may hold: takes its key, the table, where the key stands and the file.
local HOLDS <const> = {}

function HOLDS.texts(key, list, place, file)
    local stars = 0
    for index, text in ipairs(list) do
        if type(text) ~= "string" or text == "" then
            file.report(at(place, key.name), "%s[%d] is no %s", key.name, index, key.of)
        elseif key.stars and (string.find(text, "*", 1, true) or string.find(text, "^!")) then
            stars = stars + 1
        end
    end
    if key.count and #list > key.count or stars > (key.stars or 0) then
        file.report(at(place, key.name), "%s: no more than %d, and %d with a star or a \"!\"", key.name, key.count,
            key.stars)
    end
end

--- A list has no names.
local function check_list(key, list, file)
    for name in pairs(list) do
        if math.type(name) ~= "integer" then
            file.report(at(INNER, name), "%s is a list; '%s' is a name in it", key.name, tostring(name))
        end
    end
end

-- Parts of names of variables that hold what nobody should show.
local SECRETS <const> = { "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "KEY" }

--- What is wrong with a name of a variable; nil: nothing.
local function fault_of_variable(name)
    local limits = require "upnudge.lib.limits"
    if type(name) ~= "string" or #name > limits.WORD or not string.find(name, "^[%a_][%w_]*$") then
        return "no name of a variable: letters, digits and _, " .. limits.WORD .. " at most"
    end
    for _, part in ipairs(SECRETS) do
        if string.find(string.upper(name), part, 1, true) then
            return ("'%s' may hold a secret, as every name with %s; a policy reads none"):format(name, part)
        end
    end
end

function HOLDS.variables(key, list, place, file)
    for index, name in ipairs(list) do
        local fault = fault_of_variable(name)
        if fault then
            file.report(at(place, key.name), "%s[%d]: %s", key.name, index, fault)
        end
    end
    if #list > key.count then
        file.report(at(place, key.name), "%s: no more than %d", key.name, key.count)
    end
end

--- Names of keys of a section.
function HOLDS.names(key, list, place, file)
    local known = {}
    for name in pairs(file.schema[key.of]) do
        known[name] = not key.except[name] or nil
    end
    for index, name in ipairs(list) do
        if type(name) ~= "string" or not known[name] then
            file.report(at(place, key.name), "%s[%d]: '%s' is no key that can be %s%s", key.name, index, tostring(name),
                key.name, suggestion(name, known))
        end
    end
    check_list(key, list, file)
end

function HOLDS.named_texts(key, texts, _, file)
    for name, text in pairs(texts) do
        if type(name) ~= "string" or type(text) ~= "string" then
            file.report(at(INNER, name), "%s: '%s' has no %s as a text", key.name, tostring(name), key.of)
        end
    end
end

--- Versions, or tables that say more of a package, of which the simulation makes sense.
function HOLDS.versions(key, packages, _, file)
    for name, package in pairs(packages) do
        if type(name) ~= "string" or type(package) ~= "string" and type(package) ~= "table" then
            file.report(at(INNER, name), "%s: '%s' has no version as a text", key.name, tostring(name))
        end
    end
end

function HOLDS.commands(key, commands, _, file)
    for name, words in pairs(commands) do
        local good = type(name) == "string" and type(words) == "table" and getmetatable(words) == nil and words[1]
        for _, word in ipairs(good and words or {}) do
            good = good and type(word) == "string" and word ~= ""
        end
        if not good then
            file.report(at(INNER, key.name), "%s: '%s' is no list of words", key.name, tostring(name))
        end
    end
end

local function is_base(word)
    return type(word) == "string" and (string.find(word, "^%w[%w_-]*$") or string.find(word, "[^/]%.lua$")) ~= nil
end

--- What `extends` may name; whether it is there is found out by who loads it.
function HOLDS.bases(key, value, place, file)
    local list, seen = type(value) == "table" and value or { value or nil }, {}
    for _, word in ipairs(list) do
        if not is_base(word) then
            file.report(at(place, key.name), "extends '%s' is no name; a base is a file beside it, a ready-made one "
                .. "or one of the search path, or a path that ends in .lua", tostring(word))
        elseif seen[word] then
            file.report(at(place, key.name), "extends: '%s' stands twice", word)
        end
        seen[word] = true
    end
    check_list(key, list, file)
end

function HOLDS.keys(key, spec, _, file)
    if type(spec) ~= "table" then
        return
    end
    check_section(spec, file.schema[key.of], key.name, key.name .. ".", INNER, file)
end

--- Only the shape of the entries: times, days and odds are checked by the simulation, which makes sense of them.
function HOLDS.entries(key, list, place, file)
    if type(list) ~= "table" then
        return
    end
    for index, entry in ipairs(list) do
        local what = ("%s[%d]"):format(key.name, index)
        if type(entry) ~= "table" or getmetatable(entry) then
            file.report(at(place, key.name), "%s is no table", what)
        else
            check_keys(entry, file.schema[key.of], what, ENTRY, file)
        end
    end
end

--- What is wrong with where a rule says that it stands; the key and words, or nil.
local function mistake_in_place(spec)
    local key = spec.before ~= nil and "before" or spec.after ~= nil and "after"
    if spec.guard and spec.quiet == nil then
        return "guard", "only a quiet rule is a guard; one that speaks where guards are silent says `before`"
    elseif spec.before ~= nil and spec.after ~= nil then
        return "after", "'before' and 'after' are two places; one is needed"
    elseif spec.final and key then
        return key, ("what is final is asked first, so there is no '%s'"):format(key)
    end
end

-- Where the rule at hand stands.
local OF_RULE <const> = { depth = 1, lead = "u.rule" }

local function check_rule(rule, file)
    local what, place = "rule '" .. rule.name .. "'", OF_RULE
    place.line = rule.line
    if type(rule.spec) ~= "table" then
        return file.report({ line = rule.line, key = "rule" }, "%s needs a table", what)
    end
    check_section(rule.spec, file.schema.rule, what, what .. ": ", place, file)
    local notify, wrong, why = rule.spec.notify, mistake_in_place(rule.spec)
    if wrong then
        file.report(at(place, wrong), "%s: %s", what, why)
    end
    if (rule.spec.quiet == nil) == (notify == nil) then
        file.report({ line = rule.line, key = "rule" }, notify == nil and "%s needs either quiet or notify"
            or "%s has both quiet and notify; one is needed", what)
    elseif rule.spec.code ~= nil and notify ~= nil then
        file.report(at(place, "code"), "%s: only a quiet rule has a code", what)
    elseif type(notify) == "table" and type(notify.due) ~= "function" then
        file.report(at(place, "notify"),
            "%s: notify is no cadence; use u.every, u.once, u.on, u.backoff, u.escalate, u.always or u.never", what)
    end
end

--- Rules are known by who made them.
function HOLDS.rules(key, list, place, file)
    if file.made[list] == "rule" then
        return file.report(at(place, key.name), "rules is a list, also of one: rules = { u.rule \"%s\" { ... } }",
            tostring(list.name))
    end
    local seen = {}
    for index, rule in ipairs(list) do
        if file.made[rule] == "name of a rule" then
            file.report(at(place, key.name),
                "rules[%d] has a name and no table behind it; write u.rule \"name\" { ... }", index)
        elseif file.made[rule] ~= "rule" then
            file.report(at(place, key.name), "rules[%d] is no rule; write u.rule \"name\" { ... }", index)
        else
            check_rule(rule, file)
            if seen[rule.name] then
                file.report({ line = rule.line, key = "rule" }, "rule '%s' stands twice", rule.name)
            end
            seen[rule.name] = true
        end
    end
    check_list(key, list, file)
end

function HOLDS.catalogues(key, catalogues, place, file)
    require "upnudge.language.catalogues".check(catalogues, at(place, key.name), file.report)
end

local function check_value(key, value, what, prefix, place, file)
    if key.is ~= nil and value ~= key.is then
        return file.report(at(place, key.name), "%s: %s %s is not known here; this upnudge has %s %s", what, key.name,
            tostring(value), key.name, tostring(key.is))
    end
    local message = mistake_in(key, value)
    if message then
        file.report(at(place, key.name), "%s%s", prefix, message)
    end
    if key.holds then
        HOLDS[key.holds](key, value, place, file)
    end
end

--- What the values say, in the order of the documentation. A policy may have a thousand rules with a few keys each, of
--- the many that there are.
local function check_values(spec, keys, what, prefix, place, file)
    local order = kind.ordered(keys)
    for i = 1, #order do
        local key = order[i]
        local value = spec[key.name]
        if value ~= nil and key.types[type(value)] then
            check_value(key, value, what, prefix, place, file)
        end
    end
end

--- The mistakes of a table by the section of the schema that it is: what it is called where a name is not known,
--- and what stands before the name where its value is wrong.
function check_section(spec, keys, what, prefix, place, file)
    check_keys(spec, keys, what, place, file)
    check_needed(spec, keys, what, file.report)
    check_values(spec, keys, what, prefix, place, file)
end

--- The mistakes of one file.
---@param what "policy"|"format"|"checker"|"scenario" what it has to be
---@param spec any what the file gave to the function of `u` of that name
---@param made table<table, string> what the functions of `u` made
---@return upnudge.Mistake[]
function M.check(what, spec, made)
    local mistakes = {}
    local schema = require("upnudge.language.schema." .. what)
    local file = { report = reporter(mistakes), schema = schema, made = made }
    if type(spec) ~= "table" then
        file.report({}, "u.%s needs a table", what)
    else
        check_section(spec, schema[what], what, "", TOP, file)
    end
    return mistakes
end

--- What is wrong with one key that a function of `u` is given; nil or false: nothing. `false` stands for a key that is
--- not there.
local function mistake_in_value(name, value, key)
    if not value then
        return nil
    elseif not key.types[type(value)] then
        return ("'%s' is a %s; expected %s"):format(name, type(value), kind.expects(key))
    end
    return key.least and mistake_in(key, value)
end

--- What is wrong with the keys that a function of `u` is given, as far as it is not told by making sense of their
--- values; nil: nothing.
---@param spec table
---@param keys table<string, upnudge.Key>
---@return string?
function M.mistake_in_keys(spec, keys)
    local wrong = names_where(spec, function(name, value)
        return not keys[name] or mistake_in_value(name, value, keys[name])
    end)[1]
    if wrong == nil then
        return nil
    end
    return keys[wrong] and mistake_in_value(wrong, spec[wrong], keys[wrong])
        or ("no key '%s'%s"):format(tostring(wrong), suggestion(wrong, keys))
end

return M
