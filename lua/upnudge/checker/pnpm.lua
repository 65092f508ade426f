--- pnpm: `pnpm update` of the lockfile alone, of all packages of the workspace; `.pnpmfile.cjs`, which is a program of
--- the project, is left out.

return {
    name = "pnpm", title = "pnpm", formats = { "pnpm" },
    needs = { "pnpm" }, install = "https://pnpm.io/installation",
    command = { "update", "--recursive", "--lockfile-only", "--no-save", "--ignore-scripts", "--ignore-pnpmfile",
        "--reporter=append-only" },
    environment = { "CI=true", "npm_config_update_notifier=false" },
    reads = { "package.json", "pnpm-workspace.yaml", ".npmrc", "patches/*" },
    more = function(project)
        local documents = project.document("pnpm-workspace.yaml", "yaml")
        local workspace = type(documents) == "table" and (documents[1] or documents)
        local members = type(workspace) == "table" and workspace.packages
        return require "upnudge.checker.node".more(project, type(members) == "table" and members or nil)
    end,
    audit = { title = "pnpm audit", needs = { "pnpm" }, command = { "audit", "--json", "--ignore-pnpmfile" } },
    hint = "pnpm update",
    telling = { "ERR_PNPM" },
    executes = { ".npmrc" },
}
