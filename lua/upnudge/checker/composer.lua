--- Composer: `composer update` without installing, scripts and plugins.

return {
    name = "composer", title = "composer", formats = { "composer" },
    needs = { "composer" }, install = "apt install composer, or https://getcomposer.org/download",
    command = { "update", "--no-install", "--no-scripts", "--no-plugins", "--no-interaction", "--no-progress",
        "--no-ansi" },
    environment = { "COMPOSER_ALLOW_SUPERUSER=1", "COMPOSER_NO_AUDIT=1", "COMPOSER_DISABLE_XDEBUG_WARN=1" },
    reads = { "composer.json", "auth.json" },
    more = function(project)
        local found, manifest = {}, project.document("composer.json", "json")
        local repositories = type(manifest) == "table" and manifest.repositories
        for _, one in pairs(type(repositories) == "table" and repositories or {}) do
            if type(one) == "table" and type(one.url) == "string" and one.type == "path" then
                found[#found + 1] = one.url .. "/composer.json"
            elseif type(one) == "table" and type(one.url) == "string" and one.type == "artifact" then
                found[#found + 1] = one.url .. "/**/*.zip"
                found[#found + 1] = one.url .. "/**/*.tar*"
            end
        end
        table.sort(found)
        return found
    end,
    audit = { title = "composer audit", needs = { "composer" }, command = { "audit", "--locked", "--format=json",
        "--no-plugins", "--no-interaction", "--no-ansi" } },
    hint = "composer update",
    telling = { "Your requirements could not", "Problem %d", "Exception%]", "^%s*%- ", "could not be found" },
}
