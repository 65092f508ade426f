--- What the words of a catalogue say. See upnudge.language.schema.

local english = require "upnudge.language.words.en"

--- Words of upnudge.language.words.en: {word, sentence}.
local WORDS <const> = {
    { "summary", "The first line of a notice." },
    { "versions", "A count of a summary, as the next ones." },
    { "versions_of_both", "The same where both the project's own packages and such as these brought along have new "
        .. "versions; `{direct}` is `versions` of the former." },
    { "downgraded", "Likewise." },
    { "rebuilds", "Likewise." },
    { "changed", "Likewise." },
    { "added", "Likewise." },
    { "removed", "Likewise." },
    { "security", "Likewise." },
    { "critical", "How many of the security fixes are critical." },
    { "fixes_of", "Security fixes, of which some are critical." },
    { "other_versions", "`versions` that are no security fixes." },
    { "among", "Security fixes among all changes, where nobody knows which of them they are." },
    { "vulnerable", "What is installed, has a problem and gets no fix." },
    { "withdrawn", "What is installed, was withdrawn and gets no newer version." },
    { "major", "A count of `u.text.levels`, as the next two." },
    { "minor", "Likewise." },
    { "patch", "Likewise." },
    { "nothing", "What `u.text.counts` says of no count." },
    { "comma", "Between the entries of a list." },
    { "last", "Before its last entry." },
    { "digest", "The first line of a notice of several environments." },
    { "digest_part", "One of these." },
    { "digest_security", "One in which a security problem is mended." },
    { "digest_exposed", "One in which something is vulnerable and nothing waits." },
    { "digest_more", "How many are not named." },
    { "summary_exposed", "The first line, where something is vulnerable, too." },
    { "exposed", "The first line, where nothing waits and something is vulnerable." },
    { "hint", "The last line." },
    { "upgrade_hint", "The same, where the project's tool is known." },
    { "upgraded_line", "A package of `u.text.packages`, as the next ones." },
    { "downgraded_line", "Likewise." },
    { "added_line", "Likewise." },
    { "removed_line", "Likewise." },
    { "rebuilt_line", "Likewise." },
    { "revised_line", "Likewise." },
    { "package_of", "Its name, where it is one of another environment." },
    { "security_mark", "Such a line, where a security problem is mended." },
    { "fixes_mark", "The same, where it is known which ones." },
    { "exposed_line", "A package of `u.text.exposures`." },
    { "withdrawn_line", "Likewise." },
    { "severity_critical", "How severe a problem is." },
    { "severity_high", "Likewise." },
    { "severity_medium", "Likewise." },
    { "severity_low", "Likewise." },
    { "severity_unknown", "Likewise." },
    { "more", "How many are not listed." },
}

--- What it is in English, and with which plural forms.
local function value_of(word)
    local value = english[word]
    return type(value) == "table" and ("%s`, `%s"):format(value.one, value.other) or value
end

local list = {}
for i, word in ipairs(WORDS) do
    list[i] = { name = word[1], value = value_of(word[1]), what = word[2] }
end
return list
