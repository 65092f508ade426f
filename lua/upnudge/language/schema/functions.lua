--- The functions of `u`. See upnudge.language.schema.

--- Functions of `u`: {call, LuaCATS parameters, LuaCATS result, sentence}.
return {
    { "u.policy { ... }", "spec: upnudge.policy.Spec", "table", "A policy; a file ends in `return u.policy { ... }`." },
    { "u.rule \"name\" { ... }", "name: string", "fun(spec: upnudge.policy.RuleSpec): upnudge.policy.Rule", "A rule." },
    { "u.every \"1d\"", "duration: string|number", "upnudge.policy.Cadence",
        "A cadence: at most once in that time (90s, 15m, 6h, 1d, 2w, 1h30m)." },
    { "u.once()", "", "upnudge.policy.Cadence", "Once for each distinct result." },
    { "u.on { day = \"Mon\", from = 9, to = 18 }", "spec: upnudge.policy.Hours", "upnudge.policy.Cadence",
        "On those days (`day`: a name or a list; all unless given) from `from` on; a missed day is caught up at the "
            .. "next activation within the hours. Local time; \"17:30\" is an hour too." },
    { "u.backoff { first = \"1d\", factor = 2, max = \"30d\" }",
        "spec: upnudge.policy.Backoff", "upnudge.policy.Cadence",
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
