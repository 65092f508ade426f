--- npm itself, with a registry of the test's own.

local checking = require "checking"
local cjson = require "cjson"
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

    describe("and its audit", function()
        local ADVISORIES <const> = [[{
            "left": [{ "id": 1001, "url": "https://github.com/advisories/GHSA-1111-1111-1111", "title": "It leans to the left",
                "severity": "critical", "vulnerable_versions": "<1.2.0", "cwe": [], "cvss": { "score": 9.8, "vectorString": null },
                "affects": ["1.0.0"] }],
            "right": [{ "id": 1002, "url": "https://github.com/advisories/GHSA-2222-2222-2222", "title": "It leans to the right",
                "severity": "moderate", "vulnerable_versions": "<=2.0.1", "cwe": [], "cvss": { "score": 5, "vectorString": null },
                "affects": ["2.0.0", "2.0.1"] }] }]]

        before_each(function()
            if missing then
                return
            end
            set { ["project/package.json"] = '{ "name": "p", "version": "1.0.0", "dependencies": { "left": "^1.0.0", "right": "^2.0.0" } }' }
            lock()
            publish("left", "1.2.0")
            publish("right", "2.0.1")
            command.write(command.variables.registry .. "/advisories.json", ADVISORIES)
        end)

        it("tell what the upgrade mends, and what it leaves", function()
            if missing then
                return pending(missing)
            end
            local answer = checking.check()
            assert.same({ "checked", "2 version changes; 1 security fix (1 critical); 1 vulnerable package without a fix yet" },
                { answer.outcome, answer.reason })
            assert.is_nil(answer.unscanned)
            local shown = cjson.decode(command.must '"$upnudge" show "$project" --changes --json --state-dir "$state"')
            assert.same({ { id = "GHSA-1111-1111-1111", severity = "critical", title = "It leans to the left",
                url = "https://github.com/advisories/GHSA-1111-1111-1111" } }, shown.changes[1].fixes)
            assert.same({ { name = "right", version = "2.0.0", direct = true, ids = { "GHSA-2222-2222-2222" }, severity = "medium",
                title = "It leans to the right", url = "https://github.com/advisories/GHSA-2222-2222-2222" } }, shown.exposures)
            assert.is_truthy(checking.notice("--now", "2030-01-07T09:00:00Z"):find("1 security fix (1 critical) and 1 other version "
                .. "change available in project; 1 vulnerable package without a fix yet.", 1, true))
        end)

        it("that fails is no failure of the check, and is told of", function()
            if missing then
                return pending(missing)
            end
            command.write(command.variables.registry .. "/advisories.status", "503")
            local answer = checking.check()
            assert.same({ "checked", "2 version changes" }, { answer.outcome, answer.reason })
            assert.is_truthy(answer.unscanned:find("^npm audit: its report: the scanner failed: 503 "), answer.unscanned)
            local explained = command.must '"$upnudge" explain "$project" --tty --state-dir "$state"'
            assert.is_truthy(explained:find("nobody knows of security problems: npm audit: ", 1, true), explained)
            local said = command.shell '"$upnudge" check "$project" --max-age 0 --state-dir "$state"'
            assert.is_truthy(said.err:find("security problems are not known of: npm audit: ", 1, true), said.err)
            command.must 'rm "$registry/advisories.status"'
            assert.is_nil(checking.check(nil, "--max-age", "0").unscanned)
            explained = command.must '"$upnudge" explain "$project" --tty --state-dir "$state"'
            assert.is_nil(explained:find("nobody knows", 1, true))
        end)

        it("are not asked where a policy says so, nor where somebody else has scanned", function()
            if missing then
                return pending(missing)
            end
            command.write(command.variables.work .. "/p.lua", [[local u = require "upnudge"
                return u.policy { api = 1, name = "p", extends = "default", check = { audit = false } }]])
            assert.equal("2 version changes", checking.check(nil, "--policy", command.variables.work .. "/p.lua").reason)
            command.write(command.variables.work .. "/none.json", '{ "auditReportVersion": 2, "vulnerabilities": {} }')
            assert.equal("2 version changes", checking.check(nil, "--max-age", "0", "--security", command.variables.work .. "/none.json").reason)
            assert.is_nil(command.read(command.variables.registry .. "/log"):find("advisories", 1, true))
        end)
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
