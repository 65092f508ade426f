--- composer itself, with a repository that is a directory, and a package beside the project.

local checking = require "checking"
local command = require "command"
local stage = require "stage"

local missing = checking.lacks "composer"

local function publish(...)
    local versions = {}
    for i, version in ipairs { ... } do
        versions[i] = ('"%s": { "name": "acme/left", "version": "%s", "dist": { "type": "zip", '
            .. '"url": "file:///nowhere.zip" } }'):format(version, version)
    end
    command.write(command.variables.registry .. "/packages.json", ('{ "packages": { "acme/left": { %s } } }'):format(
        table.concat(versions, ", ")))
end

after_each(stage.strike)

describe("composer", function()
    it("updates the lockfile, and runs no script and no plugin", function()
        if missing then
            return pending(missing)
        end
        checking.set { ["beside/composer.json"] = '{ "name": "acme/beside", "version": "1.0.0" }' }
        command.write(command.variables.project .. "/composer.json", ([[{ "name": "acme/p",
            "repositories": [{ "type": "composer", "url": "file://%s" }, { "type": "path", "url": "../beside" },
                { "packagist.org": false }],
            "require": { "acme/left": "^1.0", "acme/beside": "*" },
            "scripts": { "pre-update-cmd": "touch %s/ran", "post-update-cmd": "touch %s/ran" } }]]):format(
            command.variables.registry, command.variables.work:gsub(" ", "\\\\ "), command.variables.work))
        publish "1.0.0"
        local alone = 'export COMPOSER_HOME="$work/home" COMPOSER_CACHE_DIR="$work/cache";'
        command.must(alone .. ' cd "$project" && COMPOSER_ALLOW_SUPERUSER=1 composer update --no-install --no-scripts')
        publish("1.0.0", "1.3.0", "2.0.0")
        local answer = checking.check(alone)
        assert.equal("checked", answer.outcome, answer.reason)
        assert.equal("acme/left 1.0.0 -> 1.3.0", checking.changes())
        assert.equal("", command.must 'find "$work" -name ran -o -name vendor')
        publish()
        local failed = checking.check(alone, "--max-age", "0")
        assert.is_truthy(failed.reason:find("composer exited with 2: ", 1, true), failed.reason)
        assert.is_truthy(failed.reason:find("acme/left", 1, true), failed.reason)
    end)
end)
