--- npm itself, with a registry of the test's own.

local checking = require "checking"
local command = require "command"
local stage = require "stage"

local missing = checking.lacks("npm", "python3")
local address

--- Packs a package into the registry; it would leave a mark where its scripts run.
local function publish(name, version)
    local directory = ("%s/%s-%s"):format(command.variables.work, name, version)
    command.must("mkdir -p %s", directory)
    command.write(directory .. "/package.json",
        ('{ "name": "%s", "version": "%s", "scripts": { "install": "touch %s/ran" } }'):format(name, version,
            command.variables.work))
    command.must('mkdir -p "$registry/npm" && cd %s && npm pack --silent --pack-destination "$registry/npm"', directory)
end

local function lock()
    command.must 'cd "$project" && npm install --package-lock-only --ignore-scripts --no-audit --no-fund'
end

local function set(files)
    checking.set(files)
    address = checking.serve()
    command.variables.npm_config_registry, command.variables.npm_config_cache = address, command.variables.work .. "/cache"
    publish("left", "1.0.0")
    publish("right", "2.0.0")
end

after_each(function()
    command.variables.npm_config_registry, command.variables.npm_config_cache = nil, nil
    stage.strike()
end)

describe("npm", function()
    it("finds what is newer within the ranges, and installs and runs nothing", function()
        if missing then
            return pending(missing)
        end
        set { ["project/package.json"] = '{ "name": "p", "version": "1.0.0", "dependencies": { "left": "^1.0.0" }, '
            .. '"devDependencies": { "right": "^2.0.0" }, "scripts": { "postinstall": "touch ran" } }' }
        lock()
        local nothing = checking.check()
        assert.same({ "checked", "nothing newer" }, { nothing.outcome, nothing.reason })
        publish("left", "1.2.0")
        publish("left", "2.0.0")
        publish("right", "2.0.1")
        assert.equal("fresh", checking.check().outcome)
        assert.equal("checked", checking.check(nil, "--max-age", "0").outcome)
        assert.equal("left 1.0.0 -> 1.2.0\nright 2.0.0 -> 2.0.1", checking.changes())
        assert.equal("", command.must 'find "$work" -name ran -o -name node_modules')
    end)

    it("sees the packages of a workspace, and those that lie beside the project", function()
        if missing then
            return pending(missing)
        end
        set { ["project/package.json"] = '{ "name": "p", "version": "1.0.0", "workspaces": ["packages/*", "!packages/c"] }',
            ["project/packages/a/package.json"] = '{ "name": "a", "version": "1.0.0", "dependencies": { "left": "^1.0.0" } }',
            ["project/packages/a/index.js"] = "none of it",
            ["project/packages/b/package.json"] = '{ "name": "b", "version": "1.0.0", "dependencies": '
                .. '{ "a": "1.0.0", "beside": "file:../../../beside" } }',
            ["beside/package.json"] = '{ "name": "beside", "version": "1.0.0", "dependencies": { "right": "^2.0.0" } }' }
        lock()
        publish("left", "1.2.0")
        publish("right", "2.1.0")
        local answer = checking.check()
        assert.equal("checked", answer.outcome, answer.reason)
        -- What a package outside of the project depends on is none of npm's business.
        assert.equal("left 1.0.0 -> 1.2.0", checking.changes())
    end)

    it("says in its own words why it failed", function()
        if missing then
            return pending(missing)
        end
        set { ["project/package.json"] = '{ "name": "p", "version": "1.0.0", "dependencies": { "left": "^1.0.0" } }' }
        lock()
        command.write(command.variables.project .. "/package.json",
            '{ "name": "p", "version": "1.0.0", "dependencies": { "left": "^1.0.0", "nowhere": "1" } }')
        local answer = checking.check()
        assert.same({ "failed", "dry-upgrade-failed" }, { answer.outcome, answer.code })
        assert.is_truthy(answer.reason:find("npm exited with 1: npm e", 1, true), answer.reason)
        assert.is_truthy(answer.reason:find("404", 1, true), answer.reason)
    end)

    it("has its own command in the notice, unless the host has one", function()
        if missing then
            return pending(missing)
        end
        set { ["project/package.json"] = '{ "name": "p", "version": "1.0.0", "dependencies": { "left": "^1.0.0" } }' }
        lock()
        publish("left", "1.2.0")
        assert.equal("checked", checking.check().outcome)
        assert.is_truthy(checking.notice("--now", "2030-01-07T09:00:00Z"):find("Use 'npm update' there to upgrade, 'upnudge show", 1, true))
        local hosts = checking.notice("--now", "2030-01-07T09:00:00Z", "--hint", "acme upgrades")
        assert.is_truthy(hosts:find("Use 'acme upgrades' for details.", 1, true), hosts)
        assert.is_nil(hosts:find("npm", 1, true))
    end)
end)
