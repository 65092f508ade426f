--- Bun: `bun update` of the lockfile alone.

return {
    name = "bun", title = "bun", formats = { "bun" },
    needs = { "bun" }, install = "https://bun.sh/docs/installation",
    command = { "update", "--lockfile-only", "--ignore-scripts", "--no-progress" },
    reads = { "package.json", ".npmrc", "bunfig.toml" },
    more = function(project)
        return require "upnudge.checker.node".more(project)
    end,
    hint = "bun update",
    telling = { "^error" },
    executes = { "bunfig.toml" },
}
