--- Yarn 2 and later: `yarn up -R '*'`, which resolves everything anew within the ranges, of the lockfile alone. The
--- release and the plugins that a project brings with it are programs of the project, and are left out.

return {
    name = "yarn-berry", title = "yarn", formats = { "yarn-berry" },
    needs = { "yarn" }, install = "https://yarnpkg.com/getting-started/install",
    command = { "up", "--recursive", "*", "--mode=update-lockfile" },
    environment = { "YARN_IGNORE_PATH=1", "YARN_ENABLE_SCRIPTS=0", "YARN_ENABLE_IMMUTABLE_INSTALLS=0",
        "YARN_ENABLE_TELEMETRY=0", "YARN_ENABLE_PROGRESS_BARS=0" },
    reads = { "package.json", ".npmrc", ".yarnrc.yml" },
    more = function(project)
        return require "upnudge.checker.node".more(project)
    end,
    hint = "yarn up -R '*'",
    telling = { "YN%d+: .*Error", "Usage Error", "Internal Error", "^Error" },
    executes = { ".yarnrc.yml" },
}
