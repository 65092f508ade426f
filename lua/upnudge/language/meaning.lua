--- Meaning: what of a policy every activation takes and its author cannot have meant, and what they hardly meant. Runs
--- in the policy VM, for `upnudge policy check`; it is told without asking the policy's functions.

local duration = require "upnudge.lib.duration"
local string = require "string"
local suggest = require "upnudge.lib.suggest"

local M = {}

---@class upnudge.Call a call of a function of `u` while a file was loaded
---@field name string
---@field value any
---@field options any
---@field result any
---@field file string
---@field line integer

---@class upnudge.Examined what a policy is, to be looked at as a whole
---@field chain table[] what its files wrote, the policy first
---@field files string[] their names; those of ready-made policies begin with "="
---@field own integer how many of them are the policy's
---@field policy table as it is linked
---@field calls upnudge.Call[]
---@field formats table<string, boolean> that are read

---@class upnudge.Doubt : upnudge.Mistake
---@field warning? boolean whether it may be meant

-- ---- values --------------------------------------------------------------------------------------

-- A number below is taken for what was meant as days.
local SHORT <const>, DAY <const> = 60, 86400

--- What is wrong with a bare number where a time is meant; nil: nothing.
local function fault_of_time(value, zero)
    local seconds = tonumber(value)
    if seconds and seconds > 0 and seconds < SHORT then
        return ("the number %s is seconds; write \"%sd\" for days"):format(tostring(value), tostring(value))
    end
    return seconds == 0 and zero or nil
end

-- What regular expressions have, other patterns too, and no name.
local FOREIGN <const> = { "[%^%$|\\?<>]", "^%.[*+]", "[^%w]%.[*+]", "%[[^%]]*%-[^%]]*%]", "%(.*%)" }

--- What is wrong with a text in which a star stands for anything, and all else for itself.
local function fault_of_pattern(text)
    for _, pattern in ipairs(type(text) == "string" and FOREIGN or {}) do
        local found = string.match(text, pattern)
        if found then
            return ("'%.60s' looks like another kind of pattern; * stands for anything, and '%s' for itself"):format(
                text, found)
        end
    end
end

--- What is said of a format that there is not.
local function fault_of_format(name, formats)
    local nearest = suggest.nearest(name, suggest.keys(formats))
    return ("no lockfile has the format '%.60s'; %s"):format(name, nearest and ("did you mean '%s'?"):format(nearest)
        or "`upnudge formats` lists them")
end

local function each_text(value, check)
    for _, text in ipairs(type(value) == "table" and value or { value }) do
        check(text)
    end
end

-- ---- calls ---------------------------------------------------------------------------------------

local function check_span(value, tell)
    if value.day ~= nil and value.days ~= nil then
        tell("'day' and 'days' are the same; one is needed", "days")
    end
    local calendar = require "upnudge.lib.calendar"
    local from, to = calendar.hour(value.from, 0), calendar.hour(value.to, DAY)
    if from and from == to then
        tell("it ends when it begins, so it is never; from 0 to 24 is all day", value.to == nil and "from" or "to")
    end
end

local function check_match(value, tell)
    for _, key in ipairs { "name", "group", "system", "path" } do
        each_text(value[key], function(text)
            local fault = fault_of_pattern(text)
            if fault then
                tell(key .. " " .. fault)
            end
        end)
    end
end

-- What is wrong with a call, by the function's name: what it was given, `tell(message, key)`, and the formats.
local CALLS <const> = {}

function CALLS.every(value, tell)
    local fault = fault_of_time(value, "0 is at every activation; write u.always()")
    if fault then
        tell(fault)
    end
end

function CALLS.backoff(value, tell)
    local first, most = duration.parse(value.first or "1d"), duration.parse(value.max or "30d")
    for _, key in ipairs { "first", "max" } do
        local fault = fault_of_time(value[key])
        if fault then
            tell(key .. ": " .. fault, key)
        end
    end
    if first > most then
        tell(("first, %s, is longer than max, %s"):format(duration.format(first), duration.format(most)), "first")
    end
end

CALLS.on, CALLS.hours = check_span, check_span
CALLS.any_package, CALLS.every_package = check_match, check_match

function CALLS.once(value, tell)
    if type(value.of) == "table" then
        check_match(value.of, tell)
    end
end

function CALLS.escalate(value, tell)
    for i, step in ipairs(value) do
        local fault = type(step) == "table" and fault_of_time(step.at)
        if fault then
            tell(("step %d: at: %s"):format(i, fault))
        end
    end
end

function CALLS.in_environment(value, tell, formats)
    check_match(value, tell)
    each_text(value.format, function(name)
        if type(name) == "string" and not formats[name] then
            tell(fault_of_format(name, formats), "format")
        end
    end)
end

-- What tells whether something is so, and not how often to speak.
local PREDICATES <const> = { hours = true, dates = true, any_package = true, every_package = true,
    in_environment = true, sample = true }

--- Rules that speak at every activation while such a one holds.
local function check_notify(examined, rule, add)
    for _, call in ipairs(examined.calls) do
        if PREDICATES[call.name] and rawequal(call.result, rule.spec.notify) then
            add { file = rule.file, line = rule.line, key = "notify", depth = 1, lead = "u.rule", warning = true,
                message = ("rule '%s': notify = u.%s speaks at each activation while that holds; it belongs to `when`, "
                    .. "and how often to `notify`"):format(rule.name, call.name) }
        end
    end
end

local function check_calls(examined, add)
    for _, call in ipairs(examined.calls) do
        local check = CALLS[call.name]
        if check and (call.name == "every" or type(call.value) == "table") then
            check(call.value, function(message, key)
                add { file = call.file, line = call.line, key = key or call.name,
                    message = call.name .. ": " .. message }
            end, examined.formats)
        end
    end
end

-- ---- keys ----------------------------------------------------------------------------------------

-- Sections of a policy that have times, where a bare number below a minute is none.
local TIMES <const> = { check = { "every" }, snooze = { "max" }, cooldown = { "major", "minor", "patch", "unknown",
    "rebuild", "added", "removed", "downgraded", "security" } }

local function check_times(spec, tell)
    for _, section in ipairs { "check", "cooldown", "snooze" } do
        local value = spec[section]
        local fault = type(value) ~= "table" and fault_of_time(value)
        if fault then
            tell(section, 1, section .. ": " .. fault)
        end
        for _, key in ipairs(type(value) == "table" and TIMES[section] or {}) do
            fault = fault_of_time(value[key])
            if fault then
                tell(key, 2, section .. "." .. key .. ": " .. fault)
            end
        end
    end
end

local function check_patterns(spec, tell)
    local except = type(spec.cooldown) == "table" and spec.cooldown.except
    for key, list in pairs { ignore = spec.ignore, except = except or nil } do
        for i, text in ipairs(list) do
            local fault = fault_of_pattern(text)
            if fault then
                tell(key, key == "ignore" and 1 or 2, ("%s[%d]: %s"):format(key, i, fault))
            end
        end
    end
end

local function check_commands(spec, tell, formats)
    for name in pairs(spec.check and spec.check.commands or {}) do
        if not formats[name] then
            tell(name, 3, "check.commands: " .. fault_of_format(name, formats))
        end
    end
end

--- Whether a rule is asked where `decide` is.
local function has_asked_rule(rules)
    for _, rule in ipairs(rules or {}) do
        if not rule.spec.final then
            return true
        end
    end
end

-- What says something to the strategy `database` alone, and the strategies that hear nothing of it.
local OF_DATABASE <const> = { "database", "per", "deadline", "on_unreachable" }
local OTHERS <const> = { simple = true, ["separate-lock"] = true, stateless = true }

--- What says something only beside another key, which is another one in this policy.
local function check_settings(examined, spec, tell)
    local policy = examined.policy
    if spec.apps == "all" and policy.scope ~= "person" then
        tell("apps", 1, "apps = \"all\" says nothing without scope = \"person\"")
    end
    local strategy = policy.strategy or "separate-lock"
    for _, key in ipairs(OTHERS[strategy] and OF_DATABASE or {}) do
        if spec[key] ~= nil and spec == examined.chain[1] then
            tell(key, 1, ("%s says nothing to the strategy '%s'"):format(key, strategy), true)
        end
    end
end

-- ---- names of rules ------------------------------------------------------------------------------

--- A name without what makes no difference to who reads it.
local function plain(name)
    return (string.gsub(string.lower(name), "[%s_-]", ""))
end

--- Whether two names are one, but for a slip of the hand. A number behind a name tells apart.
local function is_slip(name, other)
    local one, two = plain(name), plain(other)
    if string.gsub(one, "%d", "") == string.gsub(two, "%d", "") then
        return one == two
    end
    local length = #two
    local most = length < 4 and 0 or length < 10 and 1 or 2
    return #one - length <= most and length - #one <= most and suggest.distance(one, two) <= most
end

--- The rules of the bases of a file, by their names.
local function rules_below(examined, i)
    local below = {}
    for j = i + 1, examined.own do
        for _, rule in ipairs(examined.chain[j].rules or {}) do
            below[rule.name] = below[rule.name] or rule
        end
    end
    return below
end

local SLIP <const> = "rule '%s' does not take the place of '%s' (%s:%d); did you mean that? If not, override = false "
    .. "says that it is another one"

local function check_names(examined, i, add)
    local below = rules_below(examined, i)
    local names = suggest.keys(below)
    for _, rule in ipairs(examined.chain[i].rules or {}) do
        for _, name in ipairs(rule.spec.override == nil and not below[rule.name] and names or {}) do
            if is_slip(rule.name, name) then
                add { file = examined.files[i], line = rule.line, key = "rule", message = SLIP:format(rule.name, name,
                    below[name].file, below[name].line) }
            end
        end
    end
end

-- ---- all -----------------------------------------------------------------------------------------

--- What is doubtful of a policy's own files.
---@param examined upnudge.Examined
---@return upnudge.Doubt[] each with its file
function M.doubts(examined)
    local list = {}
    local function add(doubt)
        list[#list + 1] = doubt
    end
    check_calls(examined, add)
    for i = 1, examined.own do
        local spec, file = examined.chain[i], examined.files[i]
        if string.sub(file, 1, 1) ~= "=" then
            local function tell(key, depth, message, warning)
                add { file = file, key = key, depth = depth, message = message, warning = warning }
            end
            if spec.decide and has_asked_rule(spec.rules) then
                tell("decide", 1, "'decide' replaces the rules, so those beside it are never asked")
            end
            check_times(spec, tell)
            check_patterns(spec, tell)
            check_commands(spec, tell, examined.formats)
            check_settings(examined, spec, tell)
            check_names(examined, i, add)
            for _, rule in ipairs(spec.rules or {}) do
                check_notify(examined, rule, add)
            end
            if spec.catalogues then
                require "upnudge.language.translation".doubts(spec.catalogues, function(place, message, warning)
                    place.file, place.message, place.warning = file, message, warning
                    add(place)
                end)
            end
        end
    end
    return list
end

return M
