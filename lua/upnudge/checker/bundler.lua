--- Bundler: `bundle lock --update`. A Gemfile and a gemspec are programs of the project, which Bundler runs.

return {
    name = "bundler", title = "bundle", formats = { "gemfile" },
    needs = { "bundle", "bundler" }, install = "apt install bundler, or gem install bundler",
    command = { "lock", "--update" },
    environment = { "BUNDLE_FROZEN=false", "BUNDLE_DEPLOYMENT=false", "BUNDLE_IGNORE_MESSAGES=true",
        "BUNDLE_DISABLE_VERSION_CHECK=true" },
    reads = { "Gemfile", "gems.rb", ".ruby-version", ".tool-versions", ".bundle/config", "**/*.gemspec",
        "**/version.rb" },
    audit = { title = "bundler-audit", needs = { "bundle-audit", "bundler-audit" }, command = function(lockfile)
        return { "check", "--update", "--quiet", "--format", "json",
            table.unpack(lockfile ~= "Gemfile.lock" and { "--gemfile-lock", lockfile } or {}) }
    end },
    hint = "bundle update",
    telling = { "^Could not", "^Bundler could not", "Error", "^Authentication", "^There was an error", "^Because " },
    executes = { "Gemfile", "gems.rb", "**/*.gemspec" },
}
