--- PDM: `pdm lock`, which resolves anew what it does not have to reuse.

return {
    name = "pdm", title = "pdm", formats = { "pdm" },
    needs = { "pdm" }, install = "https://pdm-project.org/latest/#installation",
    command = { "lock", "--no-isolation" },
    environment = { "PDM_CHECK_UPDATE=0", "PDM_NON_INTERACTIVE=1", "NO_COLOR=1" },
    reads = { "pyproject.toml", "pdm.toml" },
    audit = require "upnudge.checker.pip".audit,
    hint = "pdm update",
    telling = { "Error", "ERROR", "Unable to" },
}
