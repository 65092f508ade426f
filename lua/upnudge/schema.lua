--- The keys of policies and of the context, as data. Runs in the policy VM.
---
--- Validation reads it, and so will everything that is made from it: reference, types for editors.

local M = {}

---@class upnudge.Key
---@field types table<string, boolean> Lua types that a value may have
---@field expects string in words
---@field what string one sentence for people

local function key(expects, what, ...)
    local types = {}
    for _, name in ipairs { ... } do
        types[name] = true
    end
    return { types = types, expects = expects, what = what }
end

--- Keys of u.policy { ... }.
---@type table<string, upnudge.Key>
M.policy = {
    api = key("the number 1", "The version of this interface that the policy was written for.", "number"),
    name = key("a string", "What the policy is called in explanations.", "string"),
    extends = key("the name of a policy", "The policy whose rules and settings this one starts from.", "string"),
    strategy = key("the name of a strategy", "How processes share the time of the last notice.", "string"),
    check = key("a table {every=, timeout=}", "How often a check is wanted and how long it may take.", "table"),
    text = key("a string or a function of the context", "The notice.", "string", "function"),
    hint = key("a string", "The command that a person runs for details.", "string"),
    ignore = key("a list of package names", "Packages that are never told: \"linux-*\"; \"curl@8.1\" is one version.",
        "table"),
    catalogues = key("a table of catalogues by language", "Words of notices: { de = { summary = ... } }.", "table"),
    rules = key("a list of rules", "Asked in order until one decides.", "table"),
    decide = key("a function of the context", "Replaces the rules.", "function"),
}

--- Keys of `check`.
---@type table<string, upnudge.Key>
M.check = {
    every = key("a duration", "How long an outcome stays fresh.", "string", "number"),
    timeout = key("a duration", "When a dry upgrade is ended.", "string", "number"),
}

--- Keys of u.rule "name" { ... }.
---@type table<string, upnudge.Key>
M.rule = {
    when = key("a function of the context", "Whether the rule is meant; without it, always.", "function"),
    quiet = key("a reason, true, or a function giving a reason", "Stops: no notice.", "string", "boolean", "function"),
    notify = key("a cadence or a function of the context", "Speaks when due, else the next rule is asked.", "table",
        "function"),
    text = key("a string or a function of the context", "The notice of this rule.", "string", "function"),
}

--- Keys of u.format { ... }.
---@type table<string, upnudge.Key>
M.format = {
    api = key("the number 1", "The version of this interface that the format was written for.", "number"),
    name = key("a string", "What the format is called.", "string"),
    title = key("a string", "One line for people.", "string"),
    files = key("a list of name patterns", "Names of such lockfiles; * stands for anything.", "table"),
    syntax = key("a syntax", "What the lockfile is written in.", "string"),
    versions = key("the name of a version order", "How versions compare; semver unless given.", "string"),
    identity = key("\"first\" or \"set\"", "Whether a name stands once, or in several versions.", "string"),
    recognise = key("a function of the document", "Whether a document is one of these; without it the name decides.",
        "function"),
    packages = key("a function of the document", "Gives the list of packages.", "function"),
}

--- What a format may be written in.
M.syntaxes = { json = true, ["relaxed-json"] = true, yaml = true, toml = true, lines = true }

--- Fields of a package that a format gives, all strings.
---@type table<string, string>
M.package = {
    name = "What the people who use the format call it.", version = "Its version; left away where there is none.",
    system = "The platform it is for.", group = "\"dev\", \"optional\" or the format's own word.",
    source = "Where it comes from.", revision = "Commit or content revision of the source.",
    derivation = "What identifies the exact build.", location = "Place, where a name stands several times.",
}

--- Fields of the context, so that a misspelt one is an error and no silent nil.
M.context = {
    c = { "now", "env", "result", "history", "host" },
    env = { "name", "path" },
    result = { "total", "versions", "rebuilds", "changed", "added", "removed", "major", "minor", "patch", "security",
        "packages", "fingerprint", "checked_at", "since" },
    history = { "last_notified", "shown", "times", "snoozed_until" },
    host = { "app", "tty", "ci", "lang", "system", "mode", "active", "command", "hint", "utc_offset" },
}

return M
