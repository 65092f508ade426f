--- What a policy is told. See upnudge.language.schema.

local absent = require "upnudge.language.schema.absent"
local change = require "upnudge.language.schema.change"
local counts = require "upnudge.lib.counts"
local kind = require "upnudge.language.schema.kind"

-- What each count says.
local COUNTS <const> = {
    total = "Changes of all kinds.",
    versions = "Packages with another version, be it an older one.",
    rebuilds = "The same version, built anew.",
    changed = "Another revision of the same version.",
    added = "Packages that come.",
    removed = "Packages that go.",
    major = "Of the versions: major steps upwards.",
    minor = "Minor steps.",
    patch = "Patches.",
    security = "Changes that mend a security problem.",
    downgraded = "Of the versions: older ones than those that are there.",
    direct = "Of the other versions: of packages that somebody asked for by name, where the lockfile tells.",
    indirect = "Of packages that those brought along.",
    critical = "Of the security fixes: of critical problems, where a scanner tells how bad they are.",
    high = "Of problems of high severity.",
    exposed = "Packages that are installed, vulnerable or withdrawn, and get no fix by the upgrade; none of `total`.",
    withdrawn = "Of those: with nothing wrong but that the version was taken back by who published it.",
}

--- The counts, and then the other fields of a result.
local function counted(others)
    local list = {}
    for i, name in ipairs(counts.all) do
        list[i] = { name, "integer", COUNTS[name] }
    end
    for _, entry in ipairs(others) do
        list[#list + 1] = entry
    end
    return list
end

local SEVERITIES <const> = { "critical", "high", "medium", "low", "unknown" }

--- What a policy is asked with: the fields of the context and of its tables.
local FIELDS <const> = {
    c = {
        { "now", "integer", "Seconds since the epoch, UTC." },
        { "env", "upnudge.policy.Environment", "The environment." },
        { "result", "upnudge.policy.Result", "What the last check found, for this system." },
        { "history", "upnudge.policy.History", "What is known about past notices." },
        { "host", "upnudge.policy.Host", "The tool, and who is watching." },
    },
    env = {
        { "name", "string", "What it is called." },
        { "path", "string", "Its directory." },
        { "format", "string", "The format of its lockfile, as `upnudge formats` calls it." },
        { "upgrade", "string", "What upgrades it there, where its own tool was asked what would change." },
    },
    result = counted {
        { "packages", "upnudge.policy.Package[]", "The changes themselves; looked up when first asked for." },
        { "exposures", "upnudge.policy.Exposure[]", "What is exposed, the packages themselves; looked up when first "
            .. "asked for." },
        { "fingerprint", "string", "Differs for each distinct result." },
        { "checked_at", "integer", "When the check was, seconds UTC." },
        { "since", "integer", "When this result was first found, seconds UTC." },
        { "security_since", "integer", "When the newest of its security fixes was first known; nil where it has "
            .. "none." },
        { "cooling", "integer", "How many changes are too new for the policy's `cooldown`, beside those that count." },
        { "environments", "upnudge.policy.News[]", "With scope \"person\": the environments with news, of which all "
            .. "counts are the sum; those with security fixes first, then those with most." },
    },
    environments = counted {
        { "name", "string", "What it is called." },
        { "path", "string", "Its directory." },
        { "app", "string", "The tool's name, where it is another one." },
    },
    packages = {
        { "name", "string", "Its name." },
        { "kind", change.kinds, "What happens to it." },
        { "level", change.levels, "How far an upgrade goes." },
        { "from", "string", "The version before." },
        { "to", "string", "The version after." },
        { "system", "string", "Its platform." },
        { "group", "string", "\"dev\", \"optional\" or the format's own word." },
        { "source", "string", "Where it comes from, as `upnudge parse` calls it: \"registry\", \"git\", \"path\" …" },
        { "url", "string", "Its home page, or its repository, where the lockfile has one: http or https." },
        { "released", "integer", "When what comes came out, seconds UTC, where the lockfile tells." },
        { "behind", "integer", "Whole days by which that is later than what is installed, where both are known." },
        { "direct", "boolean", "Whether somebody asked for it by name; nil where the lockfile cannot tell." },
        { "security", "boolean", "Whether it mends a security problem." },
        { "severity", SEVERITIES, "How bad the worst of these is, where a scanner told what it mends." },
        { "fixes", "upnudge.policy.Fix[]", "What it mends, the worst first, where a scanner told." },
        { "first_seen", "integer", "When a check first found this very version offered here, seconds UTC." },
        { "security_since", "integer", "When it was first known that it mends a security problem, seconds UTC." },
        { "environment", "string", "The name of its environment, where there are several." },
    },
    fixes = {
        { "id", "string", "What the scanner calls the problem, \"GHSA-35jh-r3h4-6jhm\"." },
        { "aliases", "string[]", "Other ids of it, \"CVE-2021-23337\"." },
        { "severity", SEVERITIES, "How bad it is." },
        { "url", "string", "Where one reads of it." },
        { "title", "string", "What it is, in a line." },
    },
    exposures = {
        { "name", "string", "The package's name." },
        { "version", "string", "What is installed." },
        { "system", "string", "Its platform." },
        { "direct", "boolean", "Whether somebody asked for it by name; nil where the lockfile cannot tell." },
        { "ids", "string[]", "What is wrong with it, an id of each problem, the worst first." },
        { "aliases", "string[]", "Other ids of these." },
        { "severity", SEVERITIES, "How bad the worst is." },
        { "url", "string", "Where one reads of that." },
        { "title", "string", "What it is, in a line." },
        { "withdrawn", "boolean", "Whether nothing is wrong but that the version was taken back." },
        { "environment", "string", "The name of its environment, where there are several." },
    },
    history = {
        { "last_notified", "integer", "When a notice was last shown, seconds UTC." },
        { "shown", "string", "The fingerprint of what was shown." },
        { "times", "integer", "How often this result was shown." },
        { "sessions", "string", "The sessions of shells that were told last, as c.host.session has them, 128 at "
            .. "most; where the policy asks for sessions and the strategy remembers them." },
        { "snoozed_until", "integer", "Until when the person wants to hear nothing." },
        { "rules", "table<string, upnudge.policy.Clock>", "The same of each rule by its name, whatever others said; "
            .. "looked up when first asked for. nil for a name that no rule of the policy has." },
    },
    clock = {
        { "last_notified", "integer", "When the rule last spoke, seconds UTC." },
        { "shown", "string", "The fingerprint of what it showed." },
        { "times", "integer", "How often it showed this result." },
    },
    host = {
        { "app", "string", "The tool's name." },
        { "tty", "boolean", "Whether somebody watches." },
        { "ci", "boolean", "Whether this is continuous integration." },
        { "agent", "string|false", "Which agent runs this shell: \"claude-code\"; \"agent\" where nobody tells its "
            .. "name, false where none does." },
        { "session", "string|false", "Which session of a shell this is: the same in all that one terminal runs. A "
            .. "short hash; false where nobody can tell." },
        { "user", "string", "Who this is, by the login name: the same on all machines. A short hash, no name." },
        { "machine", "string", "Which machine, by /etc/machine-id, else its host name. A short hash, no name." },
        { "vars", "table<string, string?>", "Variables of the environment that the policy's `reads` lists; nil where "
            .. "one is not set. What is not listed is an error." },
        { "attributes", "table<string, string?>", "What the host says in words of its own (--set NAME=VALUE); nil "
            .. "where it says nothing." },
        { "lang", "string", "The locale, \"zh_CN.UTF-8\", or the languages that $LANGUAGE names, \"de:en\"." },
        { "system", "string", "The platform, \"x86_64-linux\"." },
        { "mode", { "activate", "in-place", "command" }, "How the environment is activated." },
        { "active", "boolean", "Whether it is active already." },
        { "command", "string", "What is run in it, with mode \"command\"." },
        { "hint", "string", "What a person runs for details; \"\" where the tool wants no such line." },
        { "options", "string", "The options with which `upnudge` finds this record, where it needs any." },
        { "utc_offset", "integer", "Seconds by which local time is ahead of UTC." },
    },
}

local sections = {}
for name, fields in pairs(FIELDS) do
    sections[name] = kind.told(fields, absent[name])
end
return sections
