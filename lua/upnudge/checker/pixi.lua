--- pixi: `pixi update` of the lockfile alone.

return {
    name = "pixi", title = "pixi", formats = { "pixi" },
    needs = { "pixi" }, install = "https://pixi.sh/latest/installation",
    command = { "update", "--no-install", "--no-progress", "--color", "never" },
    reads = { "pixi.toml", "pyproject.toml", ".pixi/config.toml" },
    hint = "pixi update",
    telling = { "^Error", "^%s*×", "error" },
}
