--- mise: `mise lock`, which takes the newest versions that the configuration allows where no lockfile holds others.

return {
    name = "mise", title = "mise", formats = { "mise" }, files = { "mise.lock" },
    needs = { "mise" }, install = "https://mise.jdx.dev/getting-started.html",
    command = { "lock", "--yes" },
    environment = { "MISE_LOCKFILE=1", "NO_COLOR=1" },
    reads = { "mise.toml", ".mise.toml", "mise/config.toml", ".config/mise.toml", ".config/mise/config.toml",
        ".tool-versions" },
    fresh = true,
    hint = "mise upgrade",
    telling = { "ERROR" },
    executes = { "mise.toml", ".mise.toml", "mise/config.toml", ".config/mise.toml", ".config/mise/config.toml" },
}
