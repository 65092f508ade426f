--- npm: `npm update` within the ranges of the manifests, of the lockfile alone. Scripts are off; what `.npmrc` could
--- name to be run (git, a shell) is said before it.

return {
    name = "npm", title = "npm", formats = { "npm" },
    needs = { "npm" }, install = "apt install npm, or https://nodejs.org",
    command = { "update", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-online",
        "--git=git" },
    environment = { "npm_config_update_notifier=false", "npm_config_progress=false", "npm_config_node_options=" },
    reads = { "package.json", ".npmrc" },
    more = function(project)
        return require "upnudge.checker.node".more(project)
    end,
    -- (npm tries again for minutes where nobody answers.)
    audit = { title = "npm audit", needs = { "npm" }, command = { "audit", "--json", "--package-lock-only" },
        environment = { "npm_config_fetch_retries=0", "npm_config_audit_level=null" } },
    hint = "npm update",
    telling = { "^npm error [^A]", "^npm ERR! [^A]" },
    executes = { ".npmrc" },
}
