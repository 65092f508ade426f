--- uv: `uv lock --upgrade`. A package whose metadata have to be built is a program of its authors; the project's own
--- are taken as its manifest says.

return {
    name = "uv", title = "uv", formats = { "uv" },
    needs = { "uv" }, install = "https://docs.astral.sh/uv/getting-started/installation",
    command = { "lock", "--upgrade", "--no-progress", "--color", "never" },
    reads = { "pyproject.toml", "uv.toml", ".python-version", "**/pyproject.toml" },
    audit = require "upnudge.checker.pip".audit,
    hint = "uv lock --upgrade",
    telling = { "^error", "^%s*×", "^%s*╰", "Caused by" },
}
