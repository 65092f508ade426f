--- Yarn 1: `yarn upgrade`. It knows no way to write the lockfile alone, so the packages are unpacked in the copy.

return {
    name = "yarn", title = "yarn", formats = { "yarn" },
    needs = { "yarn", "yarnpkg" }, install = "apt install yarnpkg, or https://classic.yarnpkg.com",
    command = { "upgrade", "--ignore-scripts", "--non-interactive", "--no-progress", "--ignore-engines" },
    environment = { "YARN_IGNORE_PATH=1" },
    reads = { "package.json", ".npmrc", ".yarnrc" },
    more = function(project)
        return require "upnudge.checker.node".more(project)
    end,
    hint = "yarn upgrade",
    telling = { "^error " },
    executes = { ".npmrc", ".yarnrc" },
}
