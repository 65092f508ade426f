--- The reference of the policy language, made from upnudge.language.schema: as Markdown, and as types for editors.

local schema = require "upnudge.language.schema"

local M = {}

-- Where a section of the context is that is none of its own tables.
local WITHIN <const> = { packages = "result.packages[i]", fixes = "result.packages[i].fixes[j]",
    exposures = "result.exposures[i]", environments = "result.environments[i]", clock = "history.rules[name]" }

--- The sections about keys in order: {heading, keys, what stands before the table, whether values are told by their
--- type}.
local function key_sections()
    local context = schema.context
    local list = {
        { "`u.policy { … }`", schema.policy, "A policy is a Lua file that ends in `return u.policy { … }`." },
        { "`check = { … }`", schema.check,
            "Durations are `90s`, `15m`, `6h`, `1d`, `2w`, `1h30m`; a number is seconds." },
        { "`verify = { … }`", schema.verify, "Options of `upnudge policy verify` come before it." },
        { "`snooze = { … }`", schema.snooze },
        { "`u.rule \"name\" { … }`", schema.rule, "A rule has either `quiet` or `notify`." },
        { "`u.every(…, { … })`", schema.own },
        { "`u.once { … }`", schema.once },
        { "`u.on { … }`", schema.on, "Days are `Mon`, `Tue` and so on, or a list of them." },
        { "`u.hours { … }`", schema.hours },
        { "`u.backoff { … }`", schema.backoff },
        { "A step of `u.escalate { … }`", schema.step, "Where it has `after` and `at`, both are needed." },
        { "`u.cooldown { … }`", schema.cooldown },
        { "`u.any_package { … }`, `u.every_package { … }` and `u.packages(c, { … })`", schema.package_match,
            "All that is asked for has to fit, and of a list one entry." },
        { "`u.in_environment { … }`", schema.environment_match },
        { "The context `c`", context.c, "What every function of a policy is asked with; read-only. A field that "
            .. "there is not is an error.", true },
    }
    for _, name in ipairs { "env", "result", "packages", "fixes", "exposures", "environments", "history", "clock",
        "host" } do
        list[#list + 1] = { ("`c.%s`"):format(WITHIN[name] or name), context[name], nil, true }
    end
    table.move({
        { "`u.format { … }`", schema.format, "A team's format of lockfiles, in `formats/NAME.lua` beside the policy." },
        { "A package that a format gives", schema.package, nil, true },
        { "`u.checker { … }`", schema.checker, "A team's checker, in `checkers/NAME.lua` beside the policy." },
        { "`u.scenario { … }`", schema.scenario, "A scenario for `upnudge policy simulate`." },
        { "An entry of `environments`", schema.scenario_environment },
        { "An entry of `releases`", schema.release },
        { "An entry of `people`", schema.person },
    }, 1, 7, #list + 1, list)
    return list
end

local function cell(text)
    return (text:gsub("|", "\\|"))
end

--- The sections about tests of policies in the same way.
local function testing_sections()
    local testing = schema.testing
    return {
        { "`testing.world { … }`", testing.world, "With `require \"upnudge.testing\"` and busted: see "
            .. "`upnudge policy test`. What there is not is an error." },
        { "A package that is `installed`", testing.package, "A version alone will do." },
        { "`world:release(…, { … })`", testing.release },
        { "A `problem` of `release` or `expose`", testing.problem },
        { "`world:check { … }`", testing.check },
        { "`world:activate { … }` and `world:explain { … }`", testing.activation },
        { "What they give", testing.decision, "A field that there is not is an error.", true },
        { "`world:told { … }`", testing.told },
        { "`world:snooze(…, { … })`", testing.snooze },
        { "`world:environment(…, { … }, { … })`", testing.environment },
        { "What a world has", testing.fields, "`world.now = …` sets the clock, too.", true },
    }
end

--- The LuaCATS type of a key that is there.
local function type_of(key)
    if key.cats then
        return key.cats
    end
    local quoted = {}
    for i, choice in ipairs(key.choices) do
        quoted[i] = ("%q"):format(choice)
    end
    return table.concat(quoted, "|")
end

--- A key by its type, where what is always there needs no word.
local function by_type(key)
    local value = type_of(key):gsub("upnudge%.policy%.", "")
    return "`" .. value .. (key.needed and "" or value:find "|" and "|nil" or "?") .. "`"
end

--- A key by what it expects.
local function by_words(key)
    local note = key.needed and " (needed)" or key.default and (" (%s)"):format(key.default) or ""
    return schema.expects(key) .. note
end

local function add_keys(list, sections)
    for _, section in ipairs(sections) do
        local rows, value_of = {}, section[4] and by_type or by_words
        for i, key in ipairs(schema.ordered(section[2])) do
            rows[i] = { name = key.name, value = value_of(key), what = key.what }
        end
        list[#list + 1] = { title = section[1], note = section[3], rows = rows }
    end
end

local function add_functions(list, title, functions)
    local rows = {}
    for i, entry in ipairs(functions) do
        rows[i] = { name = entry[1], what = entry[4] }
    end
    list[#list + 1] = { title = title, rows = rows }
end

--- What of Lua a policy sees, and what there is in the place of the rest.
local function add_lua(list)
    local seen, unseen = {}, {}
    for i, entry in ipairs(schema.lua.seen) do
        local members = entry[2]:gsub("%w+", function(member)
            return ("`%s`"):format(member)
        end):gsub(" ", ", ")
        seen[i] = { name = entry[1], what = entry[3] .. (members ~= "" and " It has " .. members .. "." or "") }
    end
    for i, entry in ipairs(schema.lua.unseen) do
        unseen[i] = { name = entry[1], what = entry[2] .. "." }
    end
    list[#list + 1] = { title = "What of Lua a policy sees", rows = seen, note = "A policy is Lua 5.4, and runs where "
        .. "it reaches nothing but what it is told. Any other name that is declared nowhere is a mistake." }
    list[#list + 1] = { title = "What of Lua a policy does not see", rows = unseen,
        note = "And what there is instead." }
end

--- What the reference says, in order, in a line or two of Markdown each. A row of a section of functions has no value.
---@return {title: string, note?: string, rows: {name: string, value?: string, what: string}[]}[]
function M.sections()
    local list = {}
    add_keys(list, key_sections())
    local words = {}
    for i, word in ipairs(schema.words) do
        words[i] = { name = word.name, value = "`" .. word.value .. "`", what = word.what }
    end
    list[#list + 1] = { title = "Words of catalogues", rows = words, note = "In English, with the placeholders that "
        .. "each may have. A word with `{n}` may be a table of plural forms, or a function of the count." }
    add_functions(list, "Functions of `u`", schema.functions)
    add_lua(list)
    add_keys(list, testing_sections())
    add_functions(list, "Functions of a world of tests", schema.testing.calls)
    return list
end

--- The reference as Markdown.
---@return string
function M.markdown()
    local lines = { "# Reference of policies", "",
        "Printed by `upnudge policy reference`; made from `lua/upnudge/language/schema/`." }
    local function add(...)
        for _, line in ipairs { ... } do
            lines[#lines + 1] = line
        end
    end
    for _, section in ipairs(M.sections()) do
        add("", "## " .. section.title, "")
        if section.note then
            add(section.note, "")
        end
        if section.rows[1].value then
            add("| key | value | what it says |", "|---|---|---|")
        else
            add("| call | what it gives |", "|---|---|")
        end
        for _, row in ipairs(section.rows) do
            local value = row.value and " | " .. cell(row.value) or ""
            add(("| `%s`%s | %s |"):format(cell(row.name), value, cell(row.what)))
        end
    end
    return table.concat(lines, "\n") .. "\n"
end

local CLASSES <const> = {
    { "Spec", "policy" }, { "Check", "check" }, { "Verify", "verify" },
    { "Snooze", "snooze" }, { "RuleSpec", "rule" }, { "Own", "own" },
    { "Once", "once" },
    { "On", "on" }, { "Hours", "hours" }, { "Backoff", "backoff" }, { "Step", "step" }, { "Cooldown", "cooldown" },
    { "PackageMatch", "package_match" }, { "EnvironmentMatch", "environment_match" },
    { "FormatSpec", "format" }, { "CheckerSpec", "checker" }, { "ScenarioSpec", "scenario" },
    { "ScenarioEnvironment", "scenario_environment" }, { "Release", "release" }, { "Person", "person" },
    { "Context", "c" }, { "Environment", "env" }, { "Result", "result" }, { "Package", "packages" },
    { "Fix", "fixes" }, { "Exposure", "exposures" }, { "News", "environments" },
    { "History", "history" }, { "Clock", "clock" }, { "Host", "host" },
}

local TESTING_CLASSES <const> = {
    { "WorldOptions", "world" }, { "Package", "package" }, { "Release", "release" }, { "Problem", "problem" },
    { "Check", "check" }, { "Activation", "activation" }, { "Told", "told" }, { "Snooze", "snooze" },
    { "EnvironmentOptions", "environment" }, { "Decision", "decision" }, { "World", "fields" },
}

local function class(name, keys)
    local lines = { "---@class " .. name }
    for _, key in ipairs(schema.ordered(keys)) do
        lines[#lines + 1] = ("---@field %s%s %s %s"):format(key.name, key.needed and "" or "?", type_of(key), key.what)
    end
    return table.concat(lines, "\n")
end

--- The parameters of "name: type, name: type", where a type may have commas within brackets.
local function parameters_of(text)
    local list, depth, from = {}, 0, 1
    for at, mark in (text .. ","):gmatch "()([%(%){}<>,])" do
        depth = depth + (mark:find "[({<]" and 1 or mark == "," and 0 or -1)
        if mark == "," and depth == 0 then
            local name, cats = text:sub(from, at - 1):match "^%s*([%w_.]+): (.*)$"
            list[#list + 1] = name and { name = name, cats = cats }
            from = at + 1
        end
    end
    return list
end

--- A function of a class, from {call, parameters, result, sentence}.
local function annotated(title, entry)
    local lines, names = { "--- " .. entry[4] }, {}
    for i, parameter in ipairs(parameters_of(entry[2])) do
        lines[#lines + 1] = ("---@param %s %s"):format(parameter.name, parameter.cats)
        names[i] = parameter.name
    end
    lines[#lines + 1] = "---@return " .. entry[3]
    lines[#lines + 1] = ("function %s(%s) end"):format(title, table.concat(names, ", "))
    return table.concat(lines, "\n")
end

local HEAD <const> = [[
---@meta upnudge%s
--- Types of %s. Printed by `upnudge policy reference --types%s`; made from language/schema/.]]

--- What `require "upnudge"` gives, as a class: a field that it has not shows as undefined.
local LANGUAGE <const> = [[
---@class upnudge.policy.Language
local u = {}

---@class upnudge.policy.Text
u.text = {}]]

local TESTING <const> = [[
local World = {}

---@class upnudge.testing.Module
local testing = {}]]

local function types_of_language()
    local parts = { HEAD:format("", "the policy language", ""), "---@class upnudge.policy.Cadence",
        "---@class upnudge.policy.Rule" }
    for _, entry in ipairs(CLASSES) do
        parts[#parts + 1] = class("upnudge.policy." .. entry[1], schema[entry[2]] or schema.context[entry[2]])
    end
    parts[#parts + 1] = LANGUAGE
    for _, entry in ipairs(schema.functions) do
        parts[#parts + 1] = annotated(entry[1]:match "^u%.[%w_.]+", entry)
    end
    parts[#parts + 1] = "return u"
    return parts
end

local function types_of_testing()
    local parts = { HEAD:format(".testing", "the tests of policies", " testing") }
    for _, entry in ipairs(TESTING_CLASSES) do
        parts[#parts + 1] = class("upnudge.testing." .. entry[1], schema.testing[entry[2]])
    end
    parts[#parts] = parts[#parts] .. "\n" .. TESTING
    for _, entry in ipairs(schema.testing.calls) do
        parts[#parts + 1] = annotated(entry[1]:match "^[%w_.:]+":gsub("^world", "World"), entry)
    end
    parts[#parts + 1] = "return testing"
    return parts
end

--- The types that an editor with a Lua language server loads, of one module.
---@param module "policy"|"testing"
---@return string
function M.types(module)
    local parts = module == "testing" and types_of_testing() or types_of_language()
    return table.concat(parts, "\n\n") .. "\n"
end

return M
