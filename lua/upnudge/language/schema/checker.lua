--- What a team's checker may say. See upnudge.language.schema.

local kind = require "upnudge.language.schema.kind"

local M = {}

local TEXTS <const> = { expects = "a list of texts", cats = "string[]", holds = "texts" }

--- A key that holds texts.
local function texts(name, what, of, needed)
    return { name, kind.TABLE, what, expects = TEXTS.expects, cats = TEXTS.cats, holds = TEXTS.holds, of = of,
        needed = needed }
end

--- Keys of u.checker { ... }.
M.checker = kind.section {
    { "api", kind.API, "The version of this interface that the checker was written for." },
    { "name", kind.NAME, "What the checker is called.", pattern = "^%l[%l%d-]*$",
        wrong = "name '%s': small letters, digits and '-' only" },
    texts("formats", "The formats of lockfiles that it is for, as `upnudge formats` calls them.", "format", true),
    texts("needs", "The program that it runs; of several the first that is there.", "program", true),
    { "install", kind.STRING, "What a person does who has none of them.", default = "ask your team" },
    texts("command", "The words behind the program. It runs in a copy of what `reads` says.", "word", true),
    texts("environment", "Variables for it.", "NAME=value"),
    texts("reads", "What is copied beside the lockfile, from its directory: `*` for anything in a name, `**` for any "
        .. "directories.", "pattern"),
    { "writes", kind.STRING, "The upgraded lockfile, in the copy.", default = "the lockfile's own name" },
    { "hint", kind.STRING, "What a person runs to upgrade.", needed = true },
    texts("telling", "Words of a line by which the program says why it failed.", "text"),
    texts("executes", "Files by which the project itself runs code in the program: in the background it is run only "
        .. "where somebody has waited for such a check before.", "pattern"),
}

return M
