--- What a scenario may say. See upnudge.language.schema.

local kind = require "upnudge.language.schema.kind"

local M = {}

local VERSIONS <const> = "table<string, string|table>"

--- Keys of u.scenario { ... }.
M.scenario = kind.section {
    { "api", kind.API, "The version of this interface that the scenario was written for." },
    { "name", kind.NAME, "What the scenario is called." },
    { "start", kind.STRING, "When it begins, local time.", expects = "a day or a time",
        default = "2027-01-04, a Monday" },
    { "weeks", kind.NUMBER, "How long it lasts.", expects = "a number of weeks", default = "8" },
    { "utc_offset", kind.STRING, "The people's time zone.", expects = "hours as \"+01:00\"", default = "+00:00" },
    { "lang", kind.STRING, "Their language.", expects = "a locale", default = "en" },
    { "check_takes", kind.DURATION, "How long a check runs in the background.", default = "2m" },
    { "environments", kind.PLACES, "The environments that people have, 64 at most: a list of them, or how many with "
        .. "what is installed. Each shell is opened in one of them.", default = "1", holds = "entries",
        of = "scenario_environment", cats = "number|upnudge.policy.ScenarioEnvironment[]" },
    { "installed", kind.TABLE, "What is installed at the start: a version, or a table with the keys of a package of "
        .. "`testing.world`, in environments that do not say.", expects = "a table of versions by package",
        default = "all that comes out", cats = VERSIONS, holds = "versions" },
    { "releases", kind.TABLE, "What comes out and when.", expects = "a list of releases",
        cats = "upnudge.policy.Release[]", holds = "entries", of = "release" },
    { "people", kind.TABLE, "Who opens shells, when and how.", expects = "a list of people",
        cats = "upnudge.policy.Person[]", default = "one developer", holds = "entries", of = "person" },
}

--- Keys of one entry of `environments`.
M.scenario_environment = kind.section {
    { "name", kind.STRING, "What it is called.", needed = true },
    { "path", kind.STRING, "Its directory.", expects = "an absolute path", default = "/home/me/NAME" },
    { "format", kind.CHOICE, "The format of its lockfile.", choices = { "flox", "npm", "cargo", "uv" },
        default = "flox" },
    { "installed", kind.TABLE, "What is installed in it at the start.", expects = "a table of versions by package",
        default = "that of the scenario", cats = VERSIONS },
}

--- Keys of one entry of `releases`.
M.release = kind.section {
    { "at", kind.STRING, "When: \"2027-01-06 10:00\" local time, or \"3d\" after the start.", expects = "a time" },
    { "every", kind.DURATION, "Instead of `at`: about that often, at random." },
    { "packages", kind.TABLE, "Which; with `every` one of them at a time.", expects = "a list of names",
        cats = "string[]", needed = true },
    { "to", kind.STRING, "The version, with `at` and one package.", expects = "a version",
        default = "the next of its level" },
    { "level", kind.CHOICE, "How far the upgrade goes.", choices = { "major", "minor", "patch", "rebuild" },
        default = "patch" },
    { "security", kind.LIKELIHOOD, "Whether it mends a security problem." },
    { "environments", kind.TEXTS, "For which environments it comes out.", expects = "a name or a list of names",
        default = "all in which it is installed" },
}

--- Keys of one entry of `people`.
M.person = kind.section {
    { "day", kind.DAYS, "On which days.", default = "Mon to Fri" },
    { "from", kind.HOUR, "From when, local time.", default = "9" },
    { "to", kind.HOUR, "Until when.", default = "18" },
    { "shells", kind.NUMBER, "How many times a day something is activated, on average.", default = "10", least = 0,
        most = 500 },
    { "at_once", kind.NUMBER, "How many shells open in the same instant.", default = "1", least = 1, most = 64 },
    { "away", kind.TABLE, "Days off: \"2027-01-15\" or \"2027-01-15 2027-01-22\".", expects = "a list of days",
        cats = "string[]" },
    { "upgrades", kind.DURATION, "How long after a notice they upgrade.", expects = "a duration, or \"never\"",
        default = "never" },
    { "tty", kind.BOOLEAN, "Whether somebody watches.", default = "true" },
    { "ci", kind.BOOLEAN, "Whether it is continuous integration.", default = "false" },
    { "agent", kind.STRING, "Which agent runs their shells.", expects = "the name of an agent", default = "none" },
    { "session", kind.CHOICE, "Which of their shells are one session.", choices = { "shell", "day" },
        default = "each shell is one" },
    { "user", kind.STRING, "Their login name.", expects = "a name", default = "one of their own" },
    { "machine", kind.STRING, "Their machine's name. Each machine has its environments, checks and notices for itself; "
        .. "with the strategy database who was told counts as `per` says.", expects = "a name", default = "\"here\"" },
    { "environments", kind.TEXTS, "In which environments they open shells.", expects = "a name or a list of names",
        default = "all" },
    { "vars", kind.TABLE, "Variables of their shells.", expects = "a table of texts by name",
        cats = "table<string, string>", holds = "named_texts", of = "value" },
    { "attributes", kind.TABLE, "What their host says in words of its own.", expects = "a table of texts by name",
        cats = "table<string, string>", holds = "named_texts", of = "value" },
    { "mode", kind.CHOICE, "How the environment is activated.", expects = "how it is activated",
        choices = { "activate", "in-place", "command" }, default = "activate" },
    { "active", kind.BOOLEAN, "Whether it is active already.", default = "false" },
}

return M
