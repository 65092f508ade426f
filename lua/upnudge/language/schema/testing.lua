--- What a test of a policy may say and what it is told. See upnudge.language.schema.

local kind = require "upnudge.language.schema.kind"

local M = {}

local function of_kind(fields)
    fields.__index = fields
    return fields
end

local TIME <const> = of_kind { types = { string = true, number = true }, cats = "string|integer", parse = "time",
    expects = "a time: seconds UTC, or ISO 8601, local without a zone" }
local OFFSET <const> = of_kind { types = { string = true, number = true }, cats = "string|integer", parse = "offset",
    expects = "hours as \"+01:00\", or seconds" }
local PROBLEM <const> = of_kind { types = { boolean = true, table = true }, cats = "boolean|upnudge.testing.Problem",
    expects = "true, false or a table of `problem`", holds = "keys", of = "problem" }

local function time(name, what, default)
    return { name, TIME, what, default = default }
end

local function named_texts(name, what)
    return { name, kind.TABLE, what, expects = "a table of texts by name", cats = "table<string, string>",
        holds = "named_texts", of = "value" }
end

--- Keys of testing.world { ... }.
M.world = kind.section {
    { "policy", kind.STRING, "A file, or the name of a ready-made policy.", default = "default" },
    time("now", "When the world begins.", "2027-01-04 09:00, a Monday"),
    { "utc_offset", OFFSET, "By how much local time is ahead of UTC.", default = "0" },
    { "lang", kind.STRING, "The person's language.", expects = "a locale", default = "none, which is English" },
    { "app", kind.STRING, "The tool's name.", expects = "a name", default = "\"testing\"" },
    { "name", kind.STRING, "What the environment is called.", expects = "a name", default = "\"webshop\"" },
    { "path", kind.STRING, "Where the person has it.", expects = "an absolute path", default = "\"/home/me/NAME\"",
        pattern = "^/.", wrong = "path '%s' is not absolute" },
    { "format", kind.CHOICE, "Which lockfile it has, for a policy's `c.env.format`, and for what is known of packages.",
        choices = { "flox", "npm", "cargo", "uv" }, default = "\"flox\"" },
    { "installed", kind.TABLE, "What is installed at the start; without it, whatever is released.",
        expects = "a table of versions, or of tables of `package`, by name",
        cats = "table<string, string|upnudge.testing.Package>", holds = "packages" },
    { "host", kind.TABLE, "What each activation has, unless it says otherwise.", expects = "a table of `activation`",
        cats = "upnudge.testing.Activation", holds = "keys", of = "activation" },
    { "lockfiles", kind.TABLE, "Real lockfiles in the place of made-up ones: the names of one, its bytes before and "
        .. "after an upgrade, and the packages that this mends.",
        expects = "a table of called, old, new and security", holds = "lockfiles",
        cats = "{ called: string, old: string, new: string, security: string[]? }" },
}

--- Options of world:environment(name, installed, { ... }).
M.environment = kind.section {
    { "path", kind.STRING, "Where the person has it.", expects = "an absolute path", default = "\"/home/me/NAME\"",
        pattern = "^/.", wrong = "path '%s' is not absolute" },
    { "format", kind.CHOICE, "Which lockfile it has.", choices = { "flox", "npm", "cargo", "uv" },
        default = "that of the world" },
}

--- What is known of a package, as far as the lockfile of that format tells it.
M.package = kind.section {
    { "version", kind.STRING, "Its version.", expects = "a version", needed = true },
    { "direct", kind.BOOLEAN, "Whether the project asked for it by name; `npm`, `cargo` and `uv` tell.",
        default = "true" },
    { "group", kind.STRING, "Its group; \"dev\" or \"optional\" with `npm`, any with `flox`.", expects = "a group",
        default = "none, with `flox` \"toplevel\"" },
    time("released", "When it came out; `flox` and `uv` tell.", "nobody knows"),
    { "system", kind.STRING, "Its platform; `flox` tells.", expects = "a platform", default = "this one" },
}

--- Options of world:release(name, version, { ... }).
M.release = kind.section {
    { "security", PROBLEM, "Whether it mends a security problem: true, or what is known of that problem." },
    { "from", kind.STRING, "The version that is installed.", expects = "a version",
        default = "what is installed, else \"1.0.0\"" },
}

--- What a scanner tells of a problem.
M.problem = kind.section {
    { "id", kind.STRING, "What the scanner calls it, \"CVE-2024-5535\".", expects = "an id", default = "made up",
        pattern = "^%w[%w._:-]*$", wrong = "id '%s': letters, digits, '.', '_', ':' and '-' only" },
    { "aliases", kind.TABLE, "Other ids of it.", expects = "a list of ids", cats = "string[]", holds = "texts",
        of = "id" },
    { "severity", kind.CHOICE, "How bad it is.", choices = { "critical", "high", "medium", "low" },
        default = "unknown" },
    { "url", kind.STRING, "Where one reads of it.", expects = "an address", default = "as its id says",
        pattern = "^https?://.", wrong = "url '%s' begins with neither https:// nor http://" },
    { "title", kind.STRING, "What it is, in a line." },
    { "withdrawn", kind.BOOLEAN, "Whether nothing is wrong but that the version was taken back.", default = "false" },
}

--- Options of world:check { ... }.
M.check = kind.section {
    { "fails", kind.STRING, "Why the check fails.", expects = "a reason", default = "it does not" },
    { "upgrade", kind.STRING, "What upgrades the environment, as `c.env.upgrade` has it.", expects = "a command" },
}

--- Options of world:activate { ... } and world:explain { ... }.
M.activation = kind.section {
    { "tty", kind.BOOLEAN, "Whether somebody watches.", default = "true" },
    { "ci", kind.BOOLEAN, "Whether it is continuous integration.", default = "false" },
    { "agent", kind.STRING, "Which agent runs the shell.", expects = "the name of an agent", default = "none" },
    { "session", kind.STRING, "Which session of a shell it is in.", expects = "a name",
        default = "the same in all activations" },
    { "user", kind.STRING, "The login name.", expects = "a name", default = "\"me\"" },
    { "machine", kind.STRING, "The machine's name.", expects = "a name", default = "\"here\"" },
    named_texts("vars", "Variables of the environment. `NO_UPDATE_NOTIFIER` and `UPNUDGE_QUIET` count, too."),
    named_texts("attributes", "What the host says in words of its own (`--set`)."),
    { "mode", kind.CHOICE, "How the environment is activated.", choices = { "activate", "in-place", "command" },
        default = "\"activate\"" },
    { "active", kind.BOOLEAN, "Whether it is active already.", default = "false" },
    { "command", kind.STRING, "What is run in it, with mode \"command\"." },
    { "hint", kind.STRING, "What a person runs for details." },
    { "lang", kind.STRING, "The person's language.", expects = "a locale", default = "that of the world" },
    { "look", kind.CHOICE, "\"styled\": the decision has the text with its colours and links as `shown`.",
        choices = { "plain", "styled", "terminal" }, default = "\"plain\"" },
}

--- Options of world:told { ... }.
M.told = kind.section {
    time("at", "When.", "now"),
    { "rule", kind.STRING, "Which rule spoke.", expects = "the name of a rule", default = "\"default\"" },
    { "session", kind.STRING, "In which session.", expects = "a name" },
}

--- Options of world:snooze(duration, { ... }).
M.snooze = kind.section {
    { "all", kind.BOOLEAN, "Whether it is of all environments.", default = "false" },
}

local MAYBE <const> = { rule = true, text = true, shown = true, next_at = true, trace = true, error = true,
    cooling = true, trouble = true, environments = true, digest = true, own_code = true, format = true,
    lockfile = true }

--- What world:activate and world:explain give. Of a field that there is not to ask is an error.
M.decision = kind.told({
    { "notify", "boolean", "Whether somebody was told." },
    { "text", "string", "What they were told." },
    { "rule", "string", "The rule that decided." },
    { "reason", "string", "Why, in words." },
    { "code", "string", "Which reason that is: \"notified\", \"not-due\", \"nobody-watching\" …" },
    { "next_at", "integer", "Before which time nothing is said, seconds UTC." },
    { "shown", "string", "The text as `look` wants it, where that is another." },
    { "trace", "table[]", "Of `explain`: each rule with its `rule`, `matched`, `answer` and `reason`." },
    { "error", "boolean", "Whether the policy failed." },
    { "cooling", "table", "What is too new to count: `total`, `next_at`, `last_at`." },
    { "trouble", "string", "What did not work though somebody was told." },
    { "environments", "upnudge.testing.Decision[]", "Of each environment, where the directory has several." },
    { "digest", "table", "What was looked at, with `scope = \"person\"`." },
    { "own_code", "string", "With that the code of the environment itself." },
    { "format", "string", "The format of the lockfile, where the directory has several." },
    { "lockfile", "string", "That lockfile." },
}, MAYBE)

local WORLD <const> = "upnudge.testing.World"

--- Functions of `testing` and methods of a world: {call, LuaCATS parameters, LuaCATS result, sentence}.
M.calls = {
    { "testing.world { policy = \"policy.lua\" }", "options: upnudge.testing.WorldOptions?", WORLD,
        "A world: one person with an environment, under that policy, whose clock stands. `local world <close>` ends "
            .. "it with the test." },
    { "world:at \"2027-01-15 10:00\"", "time: integer|string", WORLD, "Sets the clock; gives the world, as all do for "
        .. "which nothing else is said." },
    { "world:advance \"3d\"", "duration: string|number", WORLD, "Moves the clock on." },
    { "world:release(\"curl\", \"8.10.1\", { security = true })",
        "name: string, version: string?, options: upnudge.testing.Release?", WORLD,
        "A newer version comes out, an older one, or without a version another build of the same. In a world whose "
            .. "`installed` says what there is, of what there is, or with `from`." },
    { "world:offer(\"jq\", \"1.7\", { group = \"dev\" })",
        "name: string, version: string?, options: upnudge.testing.Package?", WORLD,
        "A package comes with the upgrade, or without a version goes." },
    { "world:expose(\"lodash\", { id = \"CVE-2021-23337\", severity = \"high\" })",
        "name: string, problem: upnudge.testing.Problem?", WORLD,
        "A problem of what is installed becomes known, for which there is no fix until a release with `security`." },
    { "world:check { fails = \"offline\" }", "options: upnudge.testing.Check?", "table",
        "A check: from then on policies know what came out. Gives its `outcome`, `reason` and `changes`." },
    { "world:activate { ci = true }", "options: upnudge.testing.Activation?", "upnudge.testing.Decision",
        "A shell is opened; gives what is decided, and what is said counts as told." },
    { "world:explain { ci = true }", "options: upnudge.testing.Activation?", "upnudge.testing.Decision",
        "The same with each rule's answer as `trace`; nothing counts as told." },
    { "world:told { at = \"2027-01-08 10:00\", rule = \"security\" }", "options: upnudge.testing.Told?", WORLD,
        "The person was told of what waits, whatever the policy says: for `c.history`." },
    { "world:upgrade(\"curl\", …)", "...: string", WORLD, "The person upgrades these packages, or all." },
    { "world:snooze(\"3d\", { all = true })", "duration: string|number|nil, options: upnudge.testing.Snooze?", WORLD,
        "The person wants to hear nothing for a while; without a duration, to hear again." },
    { "world:ignore(\"linux-*\", …)", "...: string", WORLD, "The person wants to hear nothing of these packages." },
    { "world:unignore(\"linux-*\", …)", "...: string", WORLD, "Of these again, or of all." },
    { "world:environment(\"site\", { curl = \"8.9.0\" }, { format = \"npm\" })", "name: string, "
        .. "installed: table<string, string|upnudge.testing.Package>?, options: upnudge.testing.EnvironmentOptions?",
        WORLD, "Another environment of the same person, with the same clock and policy: a world as well." },
    { "world:close()", "", "nil", "Ends the world; `<close>` does it." },
}

--- What a world has beside its methods, to look at.
M.fields = kind.told({
    { "now", "integer", "The clock, seconds UTC." },
    { "name", "string", "What the environment is called." },
    { "path", "string", "Where the person has it." },
}, {})

return M
