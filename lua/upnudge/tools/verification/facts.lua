--- Facts: what may differ from one activation to the next, each with the values of which a policy could make something
--- else. The first value of each is that of an ordinary activation.

local counts = require "upnudge.lib.counts"

local M = {}

local HOUR <const>, DAY <const> = 3600, 86400
--- A Wednesday; days of the week are counted from it.
local ORDINARY_DAY <const> = "2027-01-13"

---@class upnudge.FactValue
---@field label string without spaces, by which a person may ask for it
---@field is any

---@class upnudge.Fact
---@field name string
---@field what string what it says, for people
---@field values upnudge.FactValue[]
---@field index table<string, integer> of values by label
---@field attributes? string[] of the first fact: which there are

-- What facts say; of packages behind the number, of variables and attributes before the point.
local WHAT <const> = { ci = "c.host.ci", agent = "c.host.agent", tty = "c.host.tty",
    mode = "c.host.mode, and c.host.command", active = "c.host.active", app = "c.host.app", lang = "c.host.lang",
    hint = "c.host.hint, the tool's", offset = "c.host.utc_offset", session = "c.host.session",
    user = "c.host.user, a hash", machine = "c.host.machine, a hash", system = "c.host.system",
    vars = "c.host.vars", attributes = "c.host.attributes", day = "today, local time",
    hour = "the local time", told = "time since the last notice", shown = "what that notice showed: this, another",
    times = "how often that result was shown", clocks = "the rules' own clocks: as the common one, or never said",
    ["told-session"] = "which session was told", snoozed = "c.history.snoozed_until",
    more = "changes beside those that are listed", exposures = "c.result.exposures",
    checked = "time since the check", since = "time since this result was first found", cooling = "c.result.cooling",
    environments = "how many environments have news", ["env.name"] = "c.env.name", ["env.path"] = "c.env.path",
    ["env.format"] = "c.env.format", ["env.upgrade"] = "c.env.upgrade",
    kind = "what happens to the package, and how far", name = "its name",
    security = "whether it mends a security problem, how bad", direct = "its direct",
    group = "its group", extras = "whether its source, url and released are known", source = "its source",
    released = "how long ago it came out", behind = "its behind", fixes = "what is told of each fix" }

local function what_of(name)
    return WHAT[name] or WHAT[name:match "^p%d%.(.*)$" or name:match "^(%l+)%."] or name
end

local function label_of(value)
    if value == nil then
        return "absent"
    end
    return value == "" and "empty" or (tostring(value):gsub("[%s=]", "_"))
end

--- A fact of plain values; `false` in `list` of one that may be absent is `absent`.
local function plain(list)
    local values = {}
    for i = 1, list.n or #list do
        values[i] = { label = label_of(list[i]), is = list[i] }
    end
    return values
end

local function fill(pattern)
    return (pattern:gsub("%*", "x"))
end

--- Words of the policy behind one of those names, else any.
local function words_of(literals, ...)
    local list, seen = {}, {}
    local function add(words)
        for _, word in ipairs(words or {}) do
            local filled = fill(word)
            if not seen[filled] and filled ~= "" then
                seen[filled], list[#list + 1] = true, filled
            end
        end
    end
    for _, name in ipairs { ... } do
        add(literals.words[name])
    end
    if #list == 0 then
        add(literals.words[""])
    end
    return list
end

local function with_words(list, words)
    list.n = list.n or #list
    for _, word in ipairs(words) do
        list.n = list.n + 1
        list[list.n] = word
    end
    return plain(list)
end

-- ---- time --------------------------------------------------------------------------------------------

local function days_of(literals)
    local time, calendar = require "upnudge.lib.time", require "upnudge.lib.calendar"
    local values = {}
    local function add(label, day)
        values[#values + 1] = { label = label, is = day }
    end
    local first = time.parse(ORDINARY_DAY) // DAY
    for i, name in ipairs { "Wed", "Thu", "Fri", "Sat", "Sun", "Mon", "Tue" } do
        add(name, first + i - 1)
    end
    for _, text in ipairs { "2027-01-31", "2028-02-29", "2027-03-01", "2027-12-31", "2027-01-01", "2027-03-28",
        "2027-10-31" } do
        add(text, time.parse(text) // DAY)
    end
    for _, date in ipairs(literals.dates) do
        local day = calendar.day_of(date.year or 2027, date.month, date.day)
        for back = -1, 1 do
            add(os.date("!%Y-%m-%d", (day + back) * DAY), day + back)
        end
    end
    return values
end

local function clock(second)
    return ("%02d:%02d:%02d"):format(second // HOUR, second % HOUR // 60, second % 60)
end

local function seconds_of_day(literals)
    local values, seen = {}, {}
    local function add(second)
        if second >= 0 and second < DAY and not seen[second] then
            seen[second], values[#values + 1] = true, { label = clock(second), is = second }
        end
    end
    add(10 * HOUR)
    for hour = 0, 23 do
        add(hour * HOUR)
    end
    add(DAY - 1)
    for _, second in ipairs(literals.hours) do
        add(second)
        add(second - 1)
        add(second + 1)
    end
    return values
end

local function age_label(age)
    return not age and "never" or require "upnudge.lib.duration".format(age):gsub(" ", "_") .. (age % DAY == 0 and ""
        or "(" .. age .. "s)")
end

local function ages(first, list, literals, exact)
    local values, seen = { { label = age_label(first), is = first } }, { [first or -1] = true }
    local function add(age)
        if age >= 0 and not seen[age] then
            seen[age], values[#values + 1] = true, { label = age_label(age), is = age }
        end
    end
    for _, age in ipairs(list) do
        add(age)
    end
    for _, age in ipairs(literals.durations) do
        add(age)
        if exact then
            add(age - 1)
        end
    end
    return values
end

-- ---- packages ----------------------------------------------------------------------------------------

local function kinds(absent)
    local values = {}
    for i, pair in ipairs { "upgraded-minor", "upgraded-major", "upgraded-patch", "upgraded-unknown",
        "downgraded-minor", "downgraded-unknown", "rebuilt", "changed", "added", "removed" } do
        local kind, level = pair:match "^(%l+)%-?(%l*)$"
        values[i] = { label = pair, is = { kind = kind, level = level ~= "" and level or nil } }
    end
    table.insert(values, absent and 1 or #values + 1, { label = "none" })
    return values
end

local SECURITY <const> = { { label = "no" }, { label = "yes", is = {} }, { label = "critical", is = { "critical" } },
    { label = "high", is = { "high" } }, { label = "medium", is = { "medium" } }, { label = "low", is = { "low" } },
    { label = "unknown", is = { "unknown" } }, { label = "false", is = false } }

local function package_facts(add, literals, n)
    local prefix = "p" .. n .. "."
    local words = words_of(literals, "name", "glob")
    add(prefix .. "kind", kinds(n > 1))
    add(prefix .. "name", with_words({ ({ "curl", "jq", "left-pad" })[n] }, words))
    add(prefix .. "security", SECURITY)
    add(prefix .. "direct", plain { n < 3 or nil, false, n == 3 or nil, n = 3 })
    add(prefix .. "group", with_words({ n = 3, nil, "dev", "optional" }, literals.words.group or {}))
    add(prefix .. "extras", { { label = n < 3 and "all" or "none", is = n < 3 }, { label = n < 3 and "none" or "all",
        is = n == 3 } })
    if n == 1 then
        add(prefix .. "source", with_words({ n = 3, "registry", "git", "path" }, literals.words.source or {}))
        add(prefix .. "system", with_words({ n = 2, nil, "x86_64-linux" }, literals.words.system or {}))
        add(prefix .. "released", ages(5 * DAY, { 0, 1, 400 * DAY }, literals))
        add(prefix .. "behind", plain { 60, 0, 400, nil, n = 4 })
        add(prefix .. "fixes", { { label = "full", is = "full" }, { label = "bare", is = "bare" },
            { label = "two", is = "two" } })
    end
end

local EXPOSURES <const> = { { label = "none", is = {} }, { label = "high", is = { "high" } },
    { label = "withdrawn", is = { "withdrawn" } }, { label = "bare", is = { "bare" } },
    { label = "two", is = { "high", "bare" } }, { label = "many", is = {} } }
for i = 1, 12 do
    EXPOSURES[#EXPOSURES].is[i] = i % 2 == 0 and "high" or "withdrawn"
end

-- ---- who and where -----------------------------------------------------------------------------------

local function who(what, n)
    local values = {}
    for i = 1, n do
        values[i] = { label = what .. i, is = require "upnudge.core".hash(what .. i):sub(1, 16) }
    end
    return values
end

local function languages(policy_languages)
    local list = { "en_GB.UTF-8", "zh_CN.UTF-8", "zh_TW.UTF-8", "de_DE.UTF-8", "pl_PL.UTF-8", "C", "xx_XX.UTF-8",
        "de:en", "" }
    for _, language in ipairs(policy_languages) do
        list[#list + 1] = language
    end
    list.n = #list + 1
    return plain(list)
end

local function host_facts(add, literals, loaded)
    add("ci", plain { false, true })
    add("agent", plain { false, "agent", "claude-code" })
    add("tty", plain { true, false })
    add("mode", { { label = "activate", is = { "activate" } }, { label = "in-place", is = { "in-place" } },
        { label = "command", is = { "command", "make" } }, { label = "command-unnamed", is = { "command" } } })
    add("active", plain { false, true })
    add("app", with_words({ "app" }, literals.words.app or {}))
    add("lang", languages(loaded.languages))
    add("hint", plain { nil, "make upgrade", "", n = 3 })
    add("offset", plain { 0, 3600, -18000, 20700, 46800 })
    add("session", plain { "0123456789abcdef", false })
    add("user", who("user", 40))
    add("machine", who("machine", 40))
    add("system", with_words({ "x86_64-linux", "aarch64-darwin" }, literals.words.system or {}))
    for _, name in ipairs(loaded.reads or {}) do
        add("vars." .. name, with_words({ n = 4, nil, "", "1", "0" }, words_of(literals, name)))
    end
    for _, name in ipairs(literals.attributes) do
        add("attributes." .. name, with_words({ n = 4, nil, "", "yes", "no" }, words_of(literals, name)))
    end
end

local function environment_facts(add, literals)
    local formats = { "npm", nil, "flake", "cargo", "npins", n = 5 }
    add("env.name", with_words({ "webshop" }, words_of(literals, "name", "glob")))
    add("env.path", with_words({ "/srv/webshop", "/home/me/webshop" }, literals.words.path or {}))
    add("env.format", with_words(formats, literals.words.format or {}))
    add("env.upgrade", plain { "npm update", nil, n = 2 })
end

local function history_facts(add, literals)
    add("told", ages(nil, { 0, 60, HOUR, DAY - 1, DAY, 7 * DAY - 1, 7 * DAY, 40 * DAY }, literals, true))
    add("shown", plain { "this", "other" })
    local times = { 1, 2, 3, 4, 10 }
    for _, count in ipairs(literals.counts) do
        times[#times + 1] = count > 0 and count or nil
        times[#times + 1] = count + 1
    end
    add("times", plain(times))
    add("clocks", plain { "common", "never", "own" })
    add("told-session", plain { "other", "this", nil, n = 3 })
    add("snoozed", plain { nil, "over", n = 2 })
end

-- Changes that are not listed: of most policies' numbers these are more.
local MORE <const> = { { label = "0" }, { label = "2500", is = { "versions", "patch", "direct" } } }
for _, names in ipairs { { "major", "versions", "indirect" }, { "minor", "versions" },
    { "security", "critical", "versions" }, { "high", "security", "versions" }, { "downgraded", "versions" },
    { "rebuilds" }, { "changed" }, { "added" }, { "removed" } } do
    MORE[#MORE + 1] = { label = names[1], is = names }
end
local UNLISTED <const> = 2500

local function result_facts(add, literals, loaded)
    for n = 1, 3 do
        package_facts(add, literals, n)
    end
    add("more", MORE)
    add("exposures", EXPOSURES)
    add("checked", ages(HOUR, { 0, DAY, 9 * DAY }, literals))
    add("since", ages(HOUR, { 0, DAY - 1, DAY, 8 * DAY, 40 * DAY, 400 * DAY }, literals, true))
    add("cooling", plain { 0, 2 })
    if loaded.settings.scope == "person" then
        add("environments", plain { 1, 2, 3, 12 })
    end
end

--- All facts of a policy's activations.
---@param loaded upnudge.Policy and `languages`, those in which it has words
---@param literals upnudge.Literals
---@return upnudge.Fact[] facts
---@return table<string, upnudge.Fact> by_name
function M.of(loaded, literals)
    local list, by_name = {}, {}
    local function add(name, values)
        local index, kept = {}, {}
        for _, value in ipairs(values) do
            if not index[value.label] then
                kept[#kept + 1], index[value.label] = value, #kept + 1
            end
        end
        list[#list + 1] = { name = name, what = what_of(name), values = kept, index = index }
        by_name[name] = list[#list]
    end
    host_facts(add, literals, loaded)
    add("day", days_of(literals))
    add("hour", seconds_of_day(literals))
    history_facts(add, literals)
    result_facts(add, literals, loaded)
    environment_facts(add, literals)
    by_name.ci.attributes = literals.attributes
    return list, by_name
end

-- ---- one activation ----------------------------------------------------------------------------------

local VERSIONS <const> = { upgraded = { "8.9.0", "8.10.1" }, downgraded = { "8.10.1", "8.9.0" },
    rebuilt = { "8.9.0", "8.9.0" }, changed = { "8.9.0", "8.9.0" }, added = { nil, "1.7.1" }, removed = { "4.9", nil } }

local function fixes_of(severity, shape)
    local full = { id = "CVE-2024-5535", aliases = { "GHSA-4fc7-mvrr-wv2c" }, severity = severity,
        url = "https://example.org/CVE-2024-5535", title = "a buffer overread" }
    local bare = { id = "GHSA-35jh-r3h4-6jhm", severity = severity }
    return shape == "two" and { full, bare } or shape == "bare" and { bare } or { full }
end

local function package_of(get, n, now, since)
    local prefix = "p" .. n .. "."
    local what, security = get(prefix .. "kind"), get(prefix .. "security")
    if not what then
        return nil
    end
    local versions, extras = VERSIONS[what.kind], get(prefix .. "extras")
    local package = { name = get(prefix .. "name"), kind = what.kind, level = what.level, from = versions[1],
        to = versions[2], group = get(prefix .. "group"), first_seen = since, direct = get(prefix .. "direct") }
    if n == 1 then
        package.system = get "p1.system"
        package.behind = extras and versions[1] and versions[2] and get "p1.behind" or nil
    end
    if extras then
        package.source, package.url = n == 1 and get "p1.source" or "registry", "https://example.org/" .. n
        package.released = now - (n == 1 and get "p1.released" or DAY)
    end
    if security and what.kind ~= "removed" then
        package.security, package.security_since = true, since
        package.severity = security[1]
        package.fixes = security[1] and fixes_of(security[1], n == 1 and get "p1.fixes" or "full") or nil
    elseif security == false then
        package.security = false
    end
    return package
end

local function exposure_of(what)
    if what == "bare" then
        return { name = "left", ids = { "GHSA-xvch-5gv4-984h" }, severity = "unknown" }
    end
    return { name = "minimist", version = "1.2.5", ids = { "GHSA-xvch-5gv4-984h" }, aliases = { "CVE-2021-44906" },
        severity = "high", url = "https://example.org/minimist", title = "prototype pollution", direct = false,
        system = "x86_64-linux", withdrawn = what == "withdrawn" or nil }
end

--- The counts of packages and of what is exposed, with more changes that are not listed.
---@param packages table[]
---@param exposures table[]?
---@param more string[]? which counts of the latter
---@return table<string, integer>
function M.counted(packages, exposures, more)
    local found = {}
    for _, name in ipairs(counts.all) do
        found[name] = 0
    end
    local function add(name, n)
        found[name] = found[name] + (n or 1)
    end
    for _, package in ipairs(packages) do
        add "total"
        counts.of_change(package, add)
        if package.security then
            add "security"
            if package.severity == "critical" or package.severity == "high" then
                add(package.severity)
            end
        end
    end
    for _, exposure in ipairs(exposures or {}) do
        add "exposed"
        add("withdrawn", exposure.withdrawn and 1 or 0)
    end
    for _, name in ipairs(more or {}) do
        add(name, UNLISTED)
    end
    add("total", more and UNLISTED or 0)
    return found
end

local function result_of(get, now, found)
    local since = now - math.max(get "since", get "shown" == "this" and get "told" or 0)
    local packages, exposures = {}, {}
    for n = 1, 3 do
        packages[#packages + 1] = package_of(get, n, now, since)
    end
    for i, what in ipairs(get "exposures") do
        exposures[i] = exposure_of(what)
    end
    local more = #packages > 0 and get "more" or nil
    local result = M.counted(packages, exposures, more)
    if result.total + result.exposed == 0 then
        return nil
    end
    packages.unlisted = more and UNLISTED or nil
    result.fingerprint, result.since, result.checked_at = "this", since, now - math.min(get "checked", now - since)
    result.security_since = result.security > 0 and since or nil
    result.cooling = get "cooling" > 0 and get "cooling" or nil
    found.packages, found.exposures = packages, exposures
    return result
end

local function environments_of(result, packages, n, path)
    local list, names = {}, { "webshop", "site", "till" }
    for i = 1, n do
        local one = { name = names[i] or "site" .. i, path = i == 1 and path or "/srv/site" .. i,
            app = i == 3 and "other" or nil }
        for _, name in ipairs(counts.all) do
            one[name] = result[name]
        end
        list[i] = one
    end
    for i, package in ipairs(packages) do
        package.environment = n > 1 and list[(i - 1) % n + 1].name or nil
    end
    for _, name in ipairs(counts.all) do
        result[name] = result[name] * n
    end
    return list
end

local function history_of(get, now, session)
    local told = get "told"
    local last = told and now - told
    local sessions = ({ this = session or nil, other = "fedcba9876543210" })[get "told-session"]
    return { last_notified = last, shown = last and (get "shown" == "this" and "this" or "other") or nil,
        times = last and get "times" or nil, sessions = last and sessions or nil,
        snoozed_until = get "snoozed" and now - DAY or nil }
end

--- What the host knows of each rule's own clock.
local function clocks_of(get, history)
    local shape = get "clocks"
    local common = { last_notified = history.last_notified, shown = history.shown, times = history.times }
    return { named = {}, others = shape ~= "never" and common or nil }
end

---@class upnudge.Asked one made-up activation
---@field now integer
---@field env table
---@field result table
---@field history table
---@field host table
---@field found table<string, any> what is looked up

--- The activation of an assignment; nil: there would be nothing to tell, so no policy is asked.
---@param by_name table<string, upnudge.Fact>
---@param assignment table<string, integer> indices of values by fact; the first where nothing is said
---@param reads string[]? variables
---@return upnudge.Asked?
function M.activation(by_name, assignment, reads)
    local function get(name)
        local fact = by_name[name]
        local value = fact and fact.values[assignment[name] or 1]
        return value and value.is
    end
    local offset, found = get "offset", {}
    local now = get "day" * DAY + get "hour" - offset
    local result = result_of(get, now, found)
    if not result then
        return nil
    end
    local path, history = get "env.path", history_of(get, now, get "session")
    if get "environments" then
        result.environments = environments_of(result, found.packages, get "environments", path)
    end
    local vars, attributes = {}, {}
    for _, name in ipairs(reads or {}) do
        vars[name] = get("vars." .. name) or false
    end
    for _, attribute in ipairs(by_name.ci.attributes) do
        attributes[attribute] = get("attributes." .. attribute)
    end
    found.vars, found.utc_offset, found.rules = vars, offset, clocks_of(get, history)
    found.system, found.session = get "system", get "session"
    found.user, found.machine, found.agent = get "user", get "machine", get "agent"
    local mode = get "mode"
    return { now = now, result = result, history = history, found = found,
        env = { name = get "env.name", path = path, format = get "env.format", upgrade = get "env.upgrade" },
        host = { app = get "app", tty = get "tty", ci = get "ci", active = get "active", mode = mode[1],
            command = mode[2], lang = get "lang", hint = get "hint", attributes = attributes } }
end

---@class upnudge.ToldFact
---@field fact string "ci=true"
---@field what string what it says

--- What an assignment has other than an ordinary activation.
---@param facts upnudge.Fact[]
---@param assignment table<string, integer>
---@return upnudge.ToldFact[]
function M.told(facts, assignment)
    local list = {}
    for _, fact in ipairs(facts) do
        local index = assignment[fact.name]
        if index and index > 1 then
            list[#list + 1] = { fact = fact.name .. "=" .. fact.values[index].label, what = fact.what }
        end
    end
    return list
end

--- The same without what they say.
---@param told upnudge.ToldFact[]
---@return string[]
function M.words(told)
    local list = {}
    for i, one in ipairs(told) do
        list[i] = one.fact
    end
    return list
end

--- The assignment that a person asks for, as "ci=true told=1_day"; nil and what is wrong.
---@param by_name table<string, upnudge.Fact>
---@param text string
---@return table<string, integer>?
---@return string? message
function M.parse(by_name, text)
    local suggest, assignment = require "upnudge.lib.suggest", {}
    for word in text:gmatch "%S+" do
        local name, label = word:match "^([^=]+)=(.+)$"
        local fact = by_name[name or ""]
        if not fact then
            return nil, ("'%s' is no fact%s"):format(name or word, suggest.suggest(name or word, suggest.keys(by_name)))
        elseif not fact.index[label] then
            return nil, ("%s has no '%s'%s"):format(name, label, suggest.suggest(label, suggest.keys(fact.index)))
        end
        assignment[name] = fact.index[label]
    end
    return assignment
end

return M
