--- The functions of `u`. See upnudge.language.schema.

--- Functions of `u`: {call, LuaCATS parameters, LuaCATS result, sentence}.
return {
    { "u.policy { ... }", "spec: upnudge.policy.Spec", "table", "A policy; a file ends in `return u.policy { ... }`." },
    { "u.rule \"name\" { ... }", "name: string", "fun(spec: upnudge.policy.RuleSpec): upnudge.policy.Rule", "A rule." },
    { "u.every(\"1d\", { own = true })", "duration: string|number, options: upnudge.policy.Own?",
        "upnudge.policy.Cadence", "A cadence: at most once in that time (90s, 15m, 6h, 1d, 2w, 1h30m). With `own` the "
            .. "time is since this rule spoke, without since any did; also `u.every \"1d\"`." },
    { "u.once { of = { security = true }, own = true }", "options: upnudge.policy.Once?", "upnudge.policy.Cadence",
        "Once for each distinct result; also `u.once()`. With `of` once for each change that is such: what comes "
            .. "beside it says nothing twice." },
    { "u.on { day = \"Mon\", from = 9, to = 18 }", "spec: upnudge.policy.On", "upnudge.policy.Cadence",
        "On those days (`day`: a name or a list; all unless given) from `from` on, when that day's check has come in; "
            .. "a day on which nobody was told is caught up within the hours. Local time; \"17:30\" is an hour too." },
    { "u.backoff { first = \"1d\", factor = 2, max = \"30d\" }",
        "spec: upnudge.policy.Backoff", "upnudge.policy.Cadence",
        "Less and less often while the same result waits; something new starts anew." },
    { "u.once_per_session()", "", "upnudge.policy.Cadence",
        "Once in each session of a shell, as a terminal has one; once a day where nobody can tell sessions apart." },
    { "u.escalate { { notify = … }, { after = 3, notify = … }, { at = \"14d\", notify = … } }",
        "steps: upnudge.policy.Step[]", "upnudge.policy.Cadence",
        "Steps, of which the last that applies counts: after so many notices of this result by this rule, or at an age "
            .. "of it or a day, its cadence and its text hold." },
    { "u.always()", "", "upnudge.policy.Cadence", "At every activation." },
    { "u.never()", "", "upnudge.policy.Cadence", "Not at all." },
    { "u.hours { from = 22, to = 7, day = {\"Sat\"} }", "spec: upnudge.policy.Hours",
        "fun(c: upnudge.policy.Context): boolean", "For `when`: whether now lies within those hours." },
    { "u.dates { \"2026-12-20..2027-01-03\", \"05-01\" }", "list: string|string[]",
        "fun(c: upnudge.policy.Context): boolean", "For `when`: whether today, local time, is one of those days; the "
            .. "last of a span is one, and one without a year comes back each year." },
    { "u.sample(0.1)", "share: number|{ [1]: number, salt: string?, by: string|function? }",
        "fun(c: upnudge.policy.Context): boolean", "For `when`: whether this is one of that share of people, always "
            .. "the same ones. `u.sample { 0.1, salt = \"autumn\", by = \"machine\" }`: others with another salt; by "
            .. "\"user\" unless said otherwise, \"machine\" or a function that gives a text." },
    { "u.any_package { level = \"major\", name = { \"linux-*\" } }", "spec: upnudge.policy.PackageMatch",
        "fun(c: upnudge.policy.Context): boolean", "For `when`: whether some change is such." },
    { "u.every_package { group = \"dev\" }", "spec: upnudge.policy.PackageMatch",
        "fun(c: upnudge.policy.Context): boolean", "For `when`: whether all changes are such." },
    { "u.in_environment { path = \"/home/*/work/*\" }", "spec: upnudge.policy.EnvironmentMatch",
        "fun(c: upnudge.policy.Context): boolean", "For `when`: whether the environment is such." },
    { "u.packages(c, { security = true })", "c: upnudge.policy.Context, spec: upnudge.policy.PackageMatch",
        "upnudge.policy.Package[]", "The changes that are such." },
    { "u.glob(pattern, text)", "pattern: string|string[], text: string?", "boolean",
        "Whether the text fits the pattern, or one of a list; * stands for anything." },
    { "u.date(format, time)", "format: string?, time: integer?", "string|table", "The time, now unless given, as "
        .. "`os.date` gives it: \"%F %R\" unless said otherwise, \"*t\" for its parts, \"!\" before it for UTC; "
        .. "English names of days and months." },
    { "u.hash(text, n)", "text: string, n: integer?", "string|integer",
        "The digest of a text; with n a whole number from 1 to n. The same everywhere and always." },
    { "u.cooldown { major = \"14d\", minor = \"7d\", patch = \"3d\" }",
        "spec: upnudge.policy.Cooldown|string|number", "upnudge.policy.Cooldown",
        "For the key `cooldown`: how old a change has to be before it counts; a duration alone is that of every "
            .. "step." },
    { "u.duration \"1h30m\"", "value: string|number", "integer", "Seconds." },
    { "u.text.summary(c, only)", "c: upnudge.policy.Context, only: string[]?", "string",
        "\"1 security fix (1 critical) and 2 other version changes available in NAME.\", and what stays exposed; "
            .. "`only` limits it to some counts of the result; where there are none it is \"\"." },
    { "u.text.counts(c, only)", "c: upnudge.policy.Context, only: string[]?", "string",
        "\"2 version changes and 1 rebuild\"." },
    { "u.text.levels(c)", "c: upnudge.policy.Context", "string", "\"1 major, 2 minor and 3 patches\"." },
    { "u.text.packages(c, most, list)",
        "c: upnudge.policy.Context, most: integer?, list: upnudge.policy.Package[]?", "string",
        "Lines \"- curl: 8.9.0 -> 8.10.1\", 10 at most unless said otherwise, then how many more; of `list`, as "
            .. "u.packages gives one, or of all." },
    { "u.text.exposures(c, most)", "c: upnudge.policy.Context, most: integer?", "string",
        "Lines \"- minimist: 1.2.5 [critical: GHSA-xvch-5gv4-984h]\" of what is exposed; \"\" where nothing is." },
    { "u.text.hint(c)", "c: upnudge.policy.Context", "string", "\"Use 'COMMAND' for details.\"" },
    { "u.text.word(c, key, values)", "c: upnudge.policy.Context, key: string, values: table<string, string|number>?",
        "string", "A word of your own, from the `own` of a catalogue, with its `{placeholders}` filled in from the "
            .. "values; `n` chooses the plural form. A fraction has one decimal." },
    { "u.text.style(text, \"bold red\")", "text: string|number, styles: string|string[]", "string",
        "The text in those styles, where the notice goes to a terminal that wants them, else the text: `bold`, "
            .. "`dim` (or `faint`), `italic`, `underline`, `reverse`; `black`, `red`, `green`, `yellow`, `blue`, "
            .. "`magenta`, `cyan`, `white`, each also as `bright-red` and `on-red`; `grey` (or `gray`)." },
    { "u.text.link(text, url)", "text: string|number, url: string?", "string",
        "The text, which leads to that page where the terminal can; the text alone where it cannot, and where `url` is "
            .. "no `http` or `https` address of at most 2048 bytes." },
    { "u.format { ... }", "spec: upnudge.policy.FormatSpec", "table",
        "A team's format of lockfiles, in `formats/NAME.lua` beside the policy." },
    { "u.checker { ... }", "spec: upnudge.policy.CheckerSpec", "table",
        "A team's checker, in `checkers/NAME.lua` beside the policy." },
    { "u.scenario { ... }", "spec: upnudge.policy.ScenarioSpec", "table",
        "A scenario for `upnudge policy simulate --scenario FILE`." },
}
