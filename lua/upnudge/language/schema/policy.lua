--- What a policy may say. See upnudge.language.schema.

local kind = require "upnudge.language.schema.kind"
local limits = require "upnudge.lib.limits"

local M = {}

--- The key of every cadence that can go by its rule's own clock.
local function own()
    return { "own", kind.BOOLEAN, "Whether it counts when this rule last spoke, not when any did.", default = "false" }
end

--- The keys of hours, and others behind them.
local function hours(...)
    return {
        { "day", kind.DAYS, "On which days of the week.", default = "all" },
        { "days", kind.DAYS, "Another name of `day`." },
        { "from", kind.HOUR, "From when on, local time: 9, 17.5 or \"17:30\".", default = "0" },
        { "to", kind.HOUR, "Until when; an hour before `from` is one of the next day.", default = "24" },
        ...,
    }
end

--- Keys of u.policy { ... }.
M.policy = kind.section {
    { "api", kind.API, "The version of this interface that the policy was written for." },
    { "name", kind.NAME, "What the policy is called in explanations." },
    { "extends", kind.BASES, "The policies whose rules and settings this one starts from, the first of several holding "
        .. "before the others. Each is a name (a file NAME.lua beside it, a ready-made one, else a file of the search "
        .. "path), a path that ends in .lua (from its own directory, `/` or `~/`), or \"system\", the machine's policy "
        .. "or, where there is none, `default`. false: none.",
        default = "a person's own policy: the machine's, where there is one; else none", holds = "bases" },
    { "strategy", kind.STRING, "How processes share the time of the last notice: simple, separate-lock, stateless, "
        .. "database, or a team's own.", expects = "the name of a strategy", default = "separate-lock",
        pattern = "^%l[%l%d-]*$", wrong = "strategy '%s' is no name",
        known = { "simple", "separate-lock", "stateless", "database" } },
    { "database", kind.STRING, "Where the strategy database keeps who was told; never with a password. "
        .. "$UPNUDGE_DATABASE comes before it.", expects = "\"sqlite:PATH\" or \"postgresql://HOST/NAME\"",
        default = "a SQLite file among the state of the app", parse = "url" },
    { "per", kind.CHOICE, "Who counts as having been told, with the strategy database. A user and a machine know an "
        .. "environment by its path, a team by its name, and all by the format of its lockfile.",
        choices = { "user", "team", "machine" }, default = "user" },
    { "deadline", kind.DURATION, "How long the strategy database may take, connecting included.",
        expects = "a time as \"150ms\"", cats = "string", default = "150ms", parse = "deadline" },
    { "on_unreachable", kind.CHOICE, "What to do when the database does not answer.", choices = { "quiet", "notify" },
        default = "quiet" },
    { "scope", kind.CHOICE, "What has one budget of notices: each environment, or a person, who is told of all of "
        .. "theirs together.", choices = { "environment", "person" }, default = "environment" },
    { "apps", kind.CHOICE, "With scope \"person\": whether the environments of this app count, or those of all apps "
        .. "that keep theirs beside it.", choices = { "own", "all" }, default = "own" },
    { "check", kind.TABLE, "How often a check is wanted, how long it may take, what it runs.",
        expects = "a table {every=, timeout=, commands=}", cats = "upnudge.policy.Check", holds = "keys",
        of = "check" },
    { "text", kind.TEXT, "The notice. A function that gives nil, or nothing but a hint, has nothing to say: that rule "
        .. "does not speak, and the next is asked.", cats = "string|fun(c: upnudge.policy.Context): string?",
        default = "summary and hint" },
    { "hint", kind.STRING, "The command that a person runs for details; \"\" for no such line.",
        default = "upnudge show PATH" },
    { "ignore", kind.TABLE, "Packages that are never told: \"curl\", \"linux-*\", or one version alone, \"curl@8.1\"; "
        .. "\"!curl\" takes back what stands before it. They add to those of the bases, and \"!*\" takes back all.",
        expects = "a list of package names", cats = "string[]", holds = "texts", of = "package name",
        count = limits.IGNORED, stars = limits.STARS },
    { "project_ignore", kind.FILE, "Whether a file `.upnudgeignore` beside the lockfile, or of that name, adds to "
        .. "what is ignored: a package a line. It never hides what mends a security problem.", default = "false",
        pattern = "^%.?[%w_-][%w._-]*$", wrong = "project_ignore '%s' is no name of a file beside the lockfile" },
    { "snooze", kind.TABLE, "What a person's snooze may do.", expects = "a table {max=, security=}",
        cats = "upnudge.policy.Snooze", holds = "keys", of = "snooze", default = "whatever the person says" },
    { "reads", kind.TABLE, "Variables of the environment that the policy looks at, as c.host.vars.NAME; none that a "
        .. "secret may be in. What a base reads its policy reads too.", expects = "a list of variables",
        cats = "string[]", default = "none", holds = "variables", of = "variable", count = limits.SAID },
    { "final", kind.TABLE, "Keys that a policy which extends this one cannot say otherwise; those of the "
        .. "machine's policy hold for a person's own that does not extend it, too.", expects = "a list of keys",
        cats = "string[]", holds = "names", of = "policy",
        except = { api = true, name = true, extends = true, final = true } },
    { "cooldown", kind.COOLDOWN, "How old a change has to be before it counts: what is younger is left out, as what is "
        .. "ignored is.", default = "nothing waits", holds = "keys", of = "cooldown" },
    { "verify", kind.TABLE, "What is promised of the policy, for `upnudge policy verify`; nothing of it counts at an "
        .. "activation.", expects = "a table {allow=, fix_within=, max_per_week=}", cats = "upnudge.policy.Verify",
        holds = "keys", of = "verify", default = "what is promised of every policy" },
    { "catalogues", kind.TABLE, "Words of notices by language: { de = { summary = \"{counts} für {name}.\" } }. "
        .. "The words are listed below; one may be a table of plural forms, { one = …, few = …, other = … }, and `own` "
        .. "is a table of words for `u.text.word`. They add to those of the bases.",
        expects = "a table of catalogues by language", cats = "table<string, table<string, any>>",
        default = "English, Chinese", holds = "catalogues" },
    { "rules", kind.TABLE, "Asked in order until one decides. A rule with the name of a base's rule takes its place; "
        .. "others come behind the base's guards and before its other rules.",
        expects = "a list of rules", cats = "upnudge.policy.Rule[]", holds = "rules" },
    { "decide", kind.FUNCTION, "Replaces the rules: answers true, false or a cadence, and then a text or a reason.",
        expects = "a function of the context",
        cats = "(fun(c: upnudge.policy.Context): boolean|upnudge.policy.Cadence, string?)" },
}

--- Keys of `check`.
M.check = kind.section {
    { "every", kind.DURATION, "How long an outcome stays fresh.", default = "1d" },
    { "timeout", kind.DURATION, "When a dry upgrade is ended.", default = "10m" },
    { "agents", kind.BOOLEAN, "Whether a check that is due starts from an agent's shell, too.", default = "false" },
    { "audit", kind.BOOLEAN, "Whether a scanner is asked for security problems where the project's own tool makes the "
        .. "dry upgrade.", default = "true" },
    { "commands", kind.TABLE, "What makes the dry upgrade of lockfiles of a format, in the place of what upnudge "
        .. "knows: it runs in the copy and writes the lockfile there.", expects = "a table of commands by format",
        cats = "table<string, string[]>", default = "what upnudge knows", holds = "commands" },
}

--- Keys of `verify`.
M.verify = kind.section {
    { "allow", kind.TABLE, "Promises that it means to break, by their names: \"ci\", \"no-terminal\", \"command\", "
        .. "\"agent\", \"active\" where it speaks there.", expects = "a list of promises", cats = "string[]",
        holds = "texts", of = "promise", count = 20, stars = 0 },
    { "fix_within", kind.DURATION, "How long a security fix stays unsaid at most, from the first shell after a check "
        .. "has found it.", default = "nothing is promised" },
    { "max_per_week", kind.NUMBER, "How many notices there are at most in any seven days.",
        default = "nothing is promised", least = 0, most = 10000 },
}

--- Keys of `snooze`.
M.snooze = kind.section {
    { "max", kind.DURATION, "How long one lasts at most, from when the person said so.", default = "as they say" },
    { "security", kind.BOOLEAN, "Whether it holds back a result with security fixes, too.", default = "true" },
}

--- Keys of u.rule "name" { ... }.
M.rule = kind.section {
    { "when", kind.FUNCTION, "Whether the rule is meant.", expects = "a function of the context",
        cats = "(fun(c: upnudge.policy.Context): any)", default = "always" },
    { "quiet", kind.QUIET, "Stops: no notice.", cats = "string|true|(fun(c: upnudge.policy.Context): string|true)" },
    { "code", kind.CHOICE, "Which reason a quiet rule has, for scripts and hosts.", choices = { "nobody-watching",
        "agent", "command", "already-active" }, default = "quiet-rule" },
    { "notify", kind.CADENCE, "Speaks when due, else the next rule is asked. A function answers whether it is due, "
        .. "why, and when next.",
        cats = "upnudge.policy.Cadence|(fun(c: upnudge.policy.Context): boolean, string?, integer?)" },
    { "final", kind.BOOLEAN, "Whether it is asked before all rules that are not, and none of a policy which extends "
        .. "this one takes its place.", default = "false" },
    { "guard", kind.BOOLEAN, "Whether a quiet rule is asked before those that are none, and before the rules of every "
        .. "policy that extends this one.", default = "false" },
    { "before", kind.STRING, "The rule, of this policy or a base, directly before which this one is asked.",
        expects = "the name of a rule" },
    { "after", kind.STRING, "The rule directly behind which this one is asked.", expects = "the name of a rule" },
    { "override", kind.BOOLEAN, "true: it takes the place of a base's rule, and it is a mistake where no base has one "
        .. "of its name; false: it is a mistake where one has.", default = "whichever is so" },
    { "text", kind.TEXT, "The notice of this rule.", cats = "string|(fun(c: upnudge.policy.Context): string?)",
        default = "the policy's" },
}

--- Options of u.every.
M.own = kind.section { own() }

--- Options of u.once.
M.once = kind.section { own(), { "of", kind.TABLE, "Which changes count, as u.any_package takes them: it speaks when "
    .. "one of them came that no notice has told.", expects = "a table as of u.any_package",
    cats = "upnudge.policy.PackageMatch", default = "the result as a whole" } }

--- Keys of u.hours { ... }.
M.hours = kind.section(hours())

--- Keys of u.on { ... }.
M.on = kind.section(hours(
    { "catch_up", kind.BOOLEAN, "Whether a day on which nobody was told is caught up on the next one, within the "
        .. "hours, if what waits was known on that day.", default = "true" },
    { "fresh", kind.WAIT, "Whether the notice waits on the day while a check is due, or how long after `from` at most. "
        .. "What was not told on the day before waits for none.", default = "true" },
    own()))

--- Keys of a step of u.escalate { ... }.
M.step = kind.section {
    { "notify", kind.CADENCE, "How often it speaks.", needed = true,
        cats = "upnudge.policy.Cadence|(fun(c: upnudge.policy.Context): boolean, string?, integer?)" },
    { "after", kind.NUMBER, "It applies when the rule has told this very result so often.", default = "at once" },
    { "at", kind.DURATION, "It applies when the result is so old, or from that day on.",
        expects = "a duration, or a day as \"2026-12-24\"", default = "at once", parse = false },
    { "text", kind.TEXT, "The notice, in the place of the rule's.",
        cats = "string|(fun(c: upnudge.policy.Context): string)", default = "the rule's" },
}

--- Keys of u.cooldown { ... }.
M.cooldown = kind.section {
    { "major", kind.DURATION, "How long major upgrades wait.", default = "0" },
    { "minor", kind.DURATION, "Minor ones.", default = "0" },
    { "patch", kind.DURATION, "Patches.", default = "0" },
    { "unknown", kind.DURATION, "Upgrades of which nobody knows how far they go.",
        default = "the longest of the three" },
    { "rebuild", kind.DURATION, "Rebuilds, and other revisions of the same version.", default = "as `patch`" },
    { "added", kind.DURATION, "Packages that come, with whichever upgrade.", default = "the longest of the three" },
    { "removed", kind.DURATION, "Packages that go.", default = "the longest of the three" },
    { "downgraded", kind.DURATION, "Downgrades, which mostly mean that a version was withdrawn.", default = "0" },
    { "security", kind.DURATION, "What mends a security problem, whatever else it is.", default = "0" },
    { "except", kind.TABLE, "Packages that do not wait: names as `ignore` has them.",
        expects = "a list of package names", cats = "string[]", holds = "texts", of = "package name",
        count = limits.IGNORED, stars = limits.STARS },
    { "from", kind.CHOICE, "From when on a change ages: its release, where the lockfile tells that and no check has "
        .. "found it before; or when a check first found it, for who trusts no date of a file.",
        choices = { "released", "first_seen" }, default = "released" },
}

--- Keys of u.backoff { ... }.
M.backoff = kind.section {
    { "first", kind.DURATION, "How long after the first notice of a result the second may come.", default = "1d" },
    { "factor", kind.NUMBER, "How many times as long it is from each to the next.", default = "2", least = 1,
        most = 1000 },
    { "max", kind.DURATION, "The longest wait.", default = "30d" },
    own(),
}

--- Keys of u.any_package { ... }, u.every_package { ... } and u.packages(c, { ... }).
M.package_match = kind.section {
    { "name", kind.TEXTS, "Its name; * stands for anything." },
    { "group", kind.TEXTS, "\"dev\", \"optional\" or the format's own word; * stands for anything." },
    { "system", kind.TEXTS, "Its platform; * stands for anything." },
    { "kind", kind.TEXTS, "What happens to it: \"upgraded\" and so on." },
    { "level", kind.TEXTS, "How far it goes: \"major\", \"minor\", \"patch\" or \"unknown\"." },
    { "direct", kind.BOOLEAN, "Whether somebody asked for it by name; where the lockfile cannot tell, it is neither." },
    { "security", kind.BOOLEAN, "Whether it mends a security problem." },
}

--- Keys of u.in_environment { ... }.
M.environment_match = kind.section {
    { "name", kind.TEXTS, "What it is called; * stands for anything." },
    { "path", kind.TEXTS, "Its directory, \"/home/*/work/*\"; * stands for anything, slashes too." },
    { "format", kind.TEXTS, "The format of its lockfile, as `upnudge formats` calls it." },
    { "ecosystem", kind.TEXTS, "The world of packages that the format belongs to, as package URLs call it: \"npm\", "
        .. "\"pypi\", \"cargo\", \"golang\", \"gem\", \"nix\" and so on." },
}

return M
