--- What a team's format of lockfiles may say, and the packages that it gives. See upnudge.language.schema.

local kind = require "upnudge.language.schema.kind"

local M = {}

--- Keys of u.format { ... }.
M.format = kind.section {
    { "api", kind.API, "The version of this interface that the format was written for." },
    { "name", kind.NAME, "What the format is called.", pattern = "^%l[%l%d-]*$",
        wrong = "name '%s': small letters, digits and '-' only" },
    { "title", kind.STRING, "One line for people." },
    { "files", kind.TABLE, "Names of such lockfiles; * stands for anything.", expects = "a list of name patterns",
        cats = "string[]", needed = true, holds = "texts", of = "name pattern" },
    { "syntax", kind.CHOICE, "What the lockfile is written in.", expects = "a syntax", needed = true,
        choices = { "json", "relaxed-json", "yaml", "toml", "xml", "lines" } },
    { "versions", kind.STRING, "How versions compare.", expects = "the name of a version order", default = "semver" },
    { "identity", kind.CHOICE, "Whether a name stands once, or in several versions.", choices = { "first", "set" },
        default = "first" },
    { "names", kind.CHOICE, "Which names mean one package: the same, in capitals or not, or as Python compares them.",
        choices = { "exact", "caseless", "python" }, default = "exact" },
    { "recognise", kind.FUNCTION, "Whether a document is one of these.", expects = "a function of the document",
        cats = "(fun(document: any): any)", default = "the name decides" },
    { "packages", kind.FUNCTION, "Gives the list of packages.", expects = "a function of the document",
        cats = "fun(document: any): table[]", needed = true },
}

--- Fields of a package that a format gives.
M.package = kind.section {
    { "name", kind.STRING, "What the people who use the format call it.", needed = true },
    { "version", kind.STRING, "Its version; left away where there is none." },
    { "system", kind.STRING, "The platform it is for." },
    { "group", kind.STRING, "\"dev\", \"optional\" or the format's own word." },
    { "source", kind.STRING, "Where it comes from." },
    { "revision", kind.STRING, "Commit or content revision of the source." },
    { "derivation", kind.STRING, "What identifies the exact build." },
    { "location", kind.STRING, "Place, where a name stands several times." },
    { "url", kind.STRING, "Its home page or repository, http or https; any other text is none." },
    { "released", kind.DATE, "When it came out; left away where nobody can tell, as what is no date is." },
    { "direct", kind.BOOLEAN, "Whether somebody asked for it by name; left away where nobody can tell." },
}

return M
