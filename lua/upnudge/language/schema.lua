--- What a policy and a format may say, and what a policy is told, as data. Runs in the policy VM and in
--- the trusted state.
---
--- Validation, the reference (`upnudge policy reference`, policies/REFERENCE.md) and the types for
--- editors (meta/policy.lua) are all made from it.

local counts = require "upnudge.lib.counts"

local M = {}

---@class upnudge.Key
---@field name string
---@field types table<string, boolean> Lua types that a value may have
---@field expects string in words
---@field what string one sentence for people
---@field cats string LuaCATS type
---@field default? string in words
---@field needed boolean whether there is nothing without it
---@field at integer its place in the documentation

--- The keys of a section by name.
local function section(list)
    local keys = {}
    for i, entry in ipairs(list) do
        local types = {}
        for _, lua in ipairs(entry.types or {}) do
            types[lua] = true
        end
        keys[entry[1]] = { name = entry[1], expects = entry[2], cats = entry[3], what = entry[4], default = entry[5],
            types = types, at = i, needed = entry.needed or false }
    end
    return keys
end

--- The keys of a section in the order of the documentation.
---@param keys table<string, upnudge.Key>
---@return upnudge.Key[]
function M.ordered(keys)
    local list = {}
    for _, key in pairs(keys) do
        list[key.at] = key
    end
    return list
end

local STRING <const>, NUMBER <const>, TABLE <const> = { "string" }, { "number" }, { "table" }
local DURATION <const>, ANSWER <const> = { "string", "number" }, { "function" }
local TEXT <const> = { "string", "function" }

--- Keys of u.policy { ... }.
M.policy = section {
    { "api", "the number 1", "1", "The version of this interface that the policy was written for.", types = NUMBER,
        needed = true },
    { "name", "a string", "string", "What the policy is called in explanations.", types = STRING, needed = true },
    { "extends", "the name of a policy", "string?",
        "The policy whose rules and settings this one starts from: a file NAME.lua beside it, else a ready-made one.",
        types = STRING },
    { "strategy", "the name of a strategy", "string?",
        "How processes share the time of the last notice: simple, separate-lock, stateless, database, or a team's own.",
        "separate-lock", types = STRING },
    { "database", "\"sqlite:PATH\" or \"postgresql://HOST/NAME\"", "string?",
        "Where the strategy database keeps who was told; never with a password. $UPNUDGE_DATABASE comes before it.",
        "a SQLite file beside the records", types = STRING },
    { "per", "\"user\", \"team\" or \"machine\"", "\"user\"|\"team\"|\"machine\"|nil",
        "Who counts as having been told, with the strategy database. A user and a machine know an environment by its "
            .. "path, a team by its name.", "user", types = STRING },
    { "deadline", "a time as \"150ms\"", "string?", "How long the strategy database may take, connecting included.",
        "150ms", types = DURATION },
    { "on_unreachable", "\"quiet\" or \"notify\"", "\"quiet\"|\"notify\"|nil",
        "What to do when the database does not answer.", "quiet", types = STRING },
    { "check", "a table {every=, timeout=}", "upnudge.policy.Check?",
        "How often a check is wanted and how long it may take.", types = TABLE },
    { "text", "a string or a function of the context", "string|fun(c: upnudge.policy.Context): string",
        "The notice.", "summary and hint", types = TEXT },
    { "hint", "a string", "string?", "The command that a person runs for details.", "upnudge show PATH",
        types = STRING },
    { "ignore", "a list of package names", "string[]?",
        "Packages that are never told: \"curl\", \"linux-*\", or one version alone, \"curl@8.1\".", types = TABLE },
    { "catalogues", "a table of catalogues by language", "table<string, table<string, any>>?",
        "Words of notices by language: { de = { summary = \"{counts} für {name}.\" } }.", "English, Chinese",
        types = TABLE },
    { "rules", "a list of rules", "upnudge.policy.Rule[]?",
        "Asked in order until one decides. A rule with the name of a base's rule takes its place, others come before.",
        types = TABLE },
    { "decide", "a function of the context",
        "(fun(c: upnudge.policy.Context): boolean|upnudge.policy.Cadence, string?)?",
        "Replaces the rules: answers true, false or a cadence, and then a text or a reason.", types = ANSWER },
}

--- Keys of `check`.
M.check = section {
    { "every", "a duration", "string|number?", "How long an outcome stays fresh.", "1d", types = DURATION },
    { "timeout", "a duration", "string|number?", "When a dry upgrade is ended.", "10m", types = DURATION },
}

--- Keys of u.rule "name" { ... }.
M.rule = section {
    { "when", "a function of the context", "(fun(c: upnudge.policy.Context): any)?",
        "Whether the rule is meant.", "always", types = ANSWER },
    { "quiet", "a reason, true, or a function giving a reason",
        "string|true|(fun(c: upnudge.policy.Context): string|true)?", "Stops: no notice.",
        types = { "string", "boolean", "function" } },
    { "notify", "a cadence or a function of the context",
        "upnudge.policy.Cadence|(fun(c: upnudge.policy.Context): boolean, string?, integer?)?",
        "Speaks when due, else the next rule is asked. A function answers whether it is due, why, and when next.",
        types = { "table", "function" } },
    { "text", "a string or a function of the context", "string|(fun(c: upnudge.policy.Context): string)?",
        "The notice of this rule.", "the policy's", types = TEXT },
}

--- Functions of `u`: {call, LuaCATS parameters, LuaCATS result, sentence}.
M.functions = {
    { "u.policy { ... }", "spec: upnudge.policy.Spec", "table", "A policy; a file ends in `return u.policy { ... }`." },
    { "u.rule \"name\" { ... }", "name: string", "fun(spec: upnudge.policy.RuleSpec): upnudge.policy.Rule", "A rule." },
    { "u.every \"1d\"", "duration: string|number", "upnudge.policy.Cadence",
        "A cadence: at most once in that time (90s, 15m, 6h, 1d, 2w, 1h30m)." },
    { "u.once()", "", "upnudge.policy.Cadence", "Once for each distinct result." },
    { "u.on { day = \"Mon\", from = 9, to = 18 }", "spec: upnudge.policy.Hours", "upnudge.policy.Cadence",
        "On those days (`day`: a name or a list; all unless given) from `from` on; a missed day is caught up at the "
            .. "next activation within the hours. Local time; \"17:30\" is an hour too." },
    { "u.backoff { first = \"1d\", factor = 2, max = \"30d\" }",
        "spec: { first?: string|number, factor?: number, max?: string|number }", "upnudge.policy.Cadence",
        "Less and less often while the same result waits; something new starts anew." },
    { "u.always()", "", "upnudge.policy.Cadence", "At every activation." },
    { "u.never()", "", "upnudge.policy.Cadence", "Not at all." },
    { "u.hours { from = 22, to = 7, day = {\"Sat\"} }", "spec: upnudge.policy.Hours",
        "fun(c: upnudge.policy.Context): boolean", "For `when`: whether now lies within those hours." },
    { "u.duration \"1h30m\"", "value: string|number", "integer", "Seconds." },
    { "u.text.summary(c, only)", "c: upnudge.policy.Context, only: string[]?", "string",
        "\"2 version changes and 1 rebuild available in NAME.\"; `only` limits it to some counts of the result." },
    { "u.text.counts(c, only)", "c: upnudge.policy.Context, only: string[]?", "string",
        "\"2 version changes and 1 rebuild\"." },
    { "u.text.levels(c)", "c: upnudge.policy.Context", "string", "\"1 major, 2 minor and 3 patches\"." },
    { "u.text.packages(c, most)", "c: upnudge.policy.Context, most: integer?", "string",
        "Lines \"- curl: 8.9.0 -> 8.10.1\", 10 at most unless said otherwise, then how many more." },
    { "u.text.hint(c)", "c: upnudge.policy.Context", "string", "\"Use 'COMMAND' for details.\"" },
    { "u.format { ... }", "spec: upnudge.policy.FormatSpec", "table",
        "A team's format of lockfiles, in `formats/NAME.lua` beside the policy." },
    { "u.scenario { ... }", "spec: upnudge.policy.ScenarioSpec", "table",
        "A scenario for `upnudge policy simulate --scenario FILE`." },
}

-- What each count says.
local COUNTS <const> = {
    total = "Changes of all kinds.",
    versions = "Packages with another version.",
    rebuilds = "The same version, built anew.",
    changed = "Another revision of the same version.",
    added = "Packages that come.",
    removed = "Packages that go.",
    major = "Of the versions: major steps.",
    minor = "Minor steps.",
    patch = "Patches.",
    security = "Changes that mend a security problem.",
}

--- The counts, and then the other fields of a result.
local function counted(others)
    local list = {}
    for i, name in ipairs(counts.all) do
        list[i] = { name, "", "integer", COUNTS[name] }
    end
    for _, entry in ipairs(others) do
        list[#list + 1] = entry
    end
    return list
end

--- What a policy is asked with: the fields of the context and of its tables.
M.context = {
    c = section {
        { "now", "", "integer", "Seconds since the epoch, UTC." },
        { "env", "", "upnudge.policy.Environment", "The environment." },
        { "result", "", "upnudge.policy.Result", "What the last check found, for this system." },
        { "history", "", "upnudge.policy.History", "What is known about past notices." },
        { "host", "", "upnudge.policy.Host", "The tool, and who is watching." },
    },
    env = section {
        { "name", "", "string", "What it is called." },
        { "path", "", "string", "Its directory." },
    },
    result = section(counted {
        { "packages", "", "upnudge.policy.Package[]", "The changes themselves; looked up when first asked for." },
        { "fingerprint", "", "string", "Differs for each distinct result." },
        { "checked_at", "", "integer", "When the check was, seconds UTC." },
        { "since", "", "integer", "When this result was first found, seconds UTC." },
    }),
    packages = section {
        { "name", "", "string", "Its name." },
        { "kind", "", "\"upgraded\"|\"downgraded\"|\"rebuilt\"|\"changed\"|\"added\"|\"removed\"",
            "What happens to it." },
        { "level", "", "\"major\"|\"minor\"|\"patch\"|\"unknown\"|nil", "How far an upgrade goes." },
        { "from", "", "string?", "The version before." },
        { "to", "", "string?", "The version after." },
        { "system", "", "string?", "Its platform." },
        { "group", "", "string?", "\"dev\", \"optional\" or the format's own word." },
        { "security", "", "boolean?", "Whether it mends a security problem." },
    },
    history = section {
        { "last_notified", "", "integer?", "When a notice was last shown, seconds UTC." },
        { "shown", "", "string?", "The fingerprint of what was shown." },
        { "times", "", "integer?", "How often this result was shown." },
        { "snoozed_until", "", "integer?", "Until when the person wants to hear nothing." },
    },
    host = section {
        { "app", "", "string", "The tool's name." },
        { "tty", "", "boolean", "Whether somebody watches." },
        { "ci", "", "boolean", "Whether this is continuous integration." },
        { "lang", "", "string?", "The locale, \"zh_CN.UTF-8\"." },
        { "system", "", "string", "The platform, \"x86_64-linux\"." },
        { "mode", "", "\"activate\"|\"in-place\"|\"command\"", "How the environment is activated." },
        { "active", "", "boolean", "Whether it is active already." },
        { "command", "", "string?", "What is run in it, with mode \"command\"." },
        { "hint", "", "string?", "What a person runs for details." },
        { "utc_offset", "", "integer", "Seconds by which local time is ahead of UTC." },
    },
}

--- Keys of u.format { ... }.
M.format = section {
    { "api", "the number 1", "1", "The version of this interface that the format was written for.", types = NUMBER,
        needed = true },
    { "name", "a string", "string", "What the format is called.", types = STRING, needed = true },
    { "title", "a string", "string?", "One line for people.", types = STRING },
    { "files", "a list of name patterns", "string[]", "Names of such lockfiles; * stands for anything.",
        types = TABLE, needed = true },
    { "syntax", "a syntax", "\"json\"|\"relaxed-json\"|\"yaml\"|\"toml\"|\"lines\"", "What the lockfile is written in.",
        types = STRING, needed = true },
    { "versions", "the name of a version order", "string?", "How versions compare.", "semver", types = STRING },
    { "identity", "\"first\" or \"set\"", "\"first\"|\"set\"|nil",
        "Whether a name stands once, or in several versions.",
        "first", types = STRING },
    { "recognise", "a function of the document", "(fun(document: any): any)?",
        "Whether a document is one of these.", "the name decides", types = ANSWER },
    { "packages", "a function of the document", "fun(document: any): table[]", "Gives the list of packages.",
        types = ANSWER, needed = true },
}

--- What a format may be written in.
M.syntaxes = { json = true, ["relaxed-json"] = true, yaml = true, toml = true, lines = true }

--- Fields of a package that a format gives, all strings.
M.package = section {
    { "name", "", "string", "What the people who use the format call it." },
    { "version", "", "string?", "Its version; left away where there is none." },
    { "system", "", "string?", "The platform it is for." },
    { "group", "", "string?", "\"dev\", \"optional\" or the format's own word." },
    { "source", "", "string?", "Where it comes from." },
    { "revision", "", "string?", "Commit or content revision of the source." },
    { "derivation", "", "string?", "What identifies the exact build." },
    { "location", "", "string?", "Place, where a name stands several times." },
}

--- Keys of u.scenario { ... }.
M.scenario = section {
    { "api", "the number 1", "1", "The version of this interface that the scenario was written for.", types = NUMBER,
        needed = true },
    { "name", "a string", "string", "What the scenario is called.", types = STRING, needed = true },
    { "start", "a day or a time", "string?", "When it begins, local time.", "2027-01-04, a Monday", types = STRING },
    { "weeks", "a number of weeks", "number?", "How long it lasts.", "8", types = NUMBER },
    { "utc_offset", "hours as \"+01:00\"", "string?", "The people's time zone.", "+00:00", types = STRING },
    { "lang", "a locale", "string?", "Their language.", "en", types = STRING },
    { "check_takes", "a duration", "string|number?", "How long a check runs in the background.", "2m",
        types = DURATION },
    { "installed", "a table of versions by package", "table<string, string>?", "What is installed at the start.",
        types = TABLE },
    { "releases", "a list of releases", "upnudge.policy.Release[]?", "What comes out and when.", types = TABLE },
    { "people", "a list of people", "upnudge.policy.Person[]?", "Who opens shells, when and how.",
        "one developer", types = TABLE },
}

--- Keys of one entry of `releases`.
M.release = section {
    { "at", "a time", "string?", "When: \"2027-01-06 10:00\" local time, or \"3d\" after the start.", types = STRING },
    { "every", "a duration", "string|number?", "Instead of `at`: about that often, at random.", types = DURATION },
    { "packages", "a list of names", "string[]", "Which; with `every` one of them at a time.", types = TABLE,
        needed = true },
    { "to", "a version", "string?", "The version, with `at` and one package.", "the next of its level",
        types = STRING },
    { "level", "\"major\", \"minor\", \"patch\" or \"rebuild\"", "\"major\"|\"minor\"|\"patch\"|\"rebuild\"|nil",
        "How far the upgrade goes.", "patch", types = STRING },
    { "security", "true, or how often as a number from 0 to 1", "boolean|number|nil",
        "Whether it mends a security problem.", types = { "boolean", "number" } },
}

--- Keys of one entry of `people`.
M.person = section {
    { "day", "a day or a list of days", "string|string[]?", "On which days.", "Mon to Fri",
        types = { "string", "table" } },
    { "from", "an hour", "string|number?", "From when, local time.", "9", types = DURATION },
    { "to", "an hour", "string|number?", "Until when.", "18", types = DURATION },
    { "shells", "a number", "number?", "How many times a day something is activated, on average.", "10",
        types = NUMBER },
    { "at_once", "a number", "number?", "How many shells open in the same instant.", "1", types = NUMBER },
    { "away", "a list of days", "string[]?", "Days off: \"2027-01-15\" or \"2027-01-15 2027-01-22\".", types = TABLE },
    { "upgrades", "a duration, or \"never\"", "string|number?", "How long after a notice they upgrade.", "never",
        types = DURATION },
    { "tty", "true or false", "boolean?", "Whether somebody watches.", "true", types = { "boolean" } },
    { "ci", "true or false", "boolean?", "Whether it is continuous integration.", "false", types = { "boolean" } },
    { "mode", "how it is activated", "\"activate\"|\"in-place\"|\"command\"|nil", "How the environment is activated.",
        "activate", types = STRING },
    { "active", "true or false", "boolean?", "Whether it is active already.", "false", types = { "boolean" } },
}

return M
