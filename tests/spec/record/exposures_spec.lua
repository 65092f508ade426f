--- What a check is told by scanners: what the upgrade mends, and what is installed and stays exposed.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local NOW <const>, DAY <const> = 1800000000, 86400
local work, env, state

before_each(function()
    work, env, state = stage.set()
    command.must 'rm -r "$env" && cp -r "$root/tests/fixtures/webshop" "$env" && cp "$root"/tests/fixtures/advisories/* "$work/"'
end)

after_each(stage.strike)

local function check(...)
    return command.run("check", env, "--state-dir", state, "--now", NOW, "--max-age", 0, "--new", env .. "/upgraded.json", ...)
end

--- The webshop after an upgrade that changes nothing.
local function check_same(...)
    return command.run("check", env, "--state-dir", state, "--now", NOW, "--max-age", 0, "--new", env .. "/package-lock.json", ...)
end

local function found()
    return cjson.decode(command.run("show", env, "--changes", "--json", "--state-dir", state).out)
end

local function notice(now, ...)
    return command.run("notify", env, "--tty", "--state-dir", state, "--now", now or NOW + 60, ...).err:match "^[^\n]*" or ""
end

--- "name: ids" of the changes that mend something.
local function fixes()
    local list = {}
    for _, change in ipairs(found().changes) do
        for _, fix in ipairs(change.fixes or {}) do
            list[#list + 1] = change.name .. ": " .. fix.id .. " " .. fix.severity
        end
    end
    return table.concat(list, ", ")
end

local function exposed()
    local list = {}
    for i, one in ipairs(found().exposures) do
        list[i] = ("%s@%s: %s"):format(one.name, one.version, table.concat(one.ids, " "))
    end
    return table.concat(list, ", ")
end

local NPM_NEW <const> = '{ "auditReportVersion": 2, "vulnerabilities": { "cookie": { "via": [{ "source": 1103907, "url": '
    .. '"https://github.com/advisories/GHSA-pxg6-pf52-xh8x", "severity": "low" }] } } }'

describe("a scan of what is installed", function()
    it("tells what the upgrade mends, and what stays exposed", function()
        for _, report in ipairs { "npm", "pnpm", "osv" } do
            local said = check("--security", work .. "/" .. report .. ".json")
            assert.equal("checked: 4 version changes; 1 security fix; 1 vulnerable package without a fix yet\n", said.out, said.err)
            assert.equal("lodash: GHSA-35jh-r3h4-6jhm high", fixes())
            assert.equal("cookie@0.5.0: GHSA-pxg6-pf52-xh8x", exposed())
        end
        assert.equal("1 security fix and 2 other version changes of your packages and 1 of theirs available in webshop; "
            .. "1 vulnerable package without a fix yet.", notice())
        local shown = command.run("show", env, "--state-dir", state).out
        assert.is_truthy(shown:find("\nupgraded    lodash  4.17.20 -> 4.17.21 (patch)  [high: GHSA-35jh-r3h4-6jhm]\n", 1, true), shown)
        assert.is_truthy(shown:find("\nvulnerable  cookie  0.5.0  [low: GHSA-pxg6-pf52-xh8x]\n", 1, true), shown)
        local record = cjson.decode(command.run("show", env, "--json", "--state-dir", state).out)
        assert.same({ 1, 1, 1 }, { record.systems["*"].security, record.systems["*"].high, record.systems["*"].exposed })
        assert.equal("cookie", record.exposures[1].name)
        assert.equal("4 1 1 !", command.run("prompt", env, "--state-dir", state, "--format", "%n %s %e %w").out:match "[^\n]*")
    end)

    it("and one of the upgrade tell it together", function()
        command.write(work .. "/new.json", NPM_NEW)
        check("--security", work .. "/npm.json", "--security-new", work .. "/new.json")
        assert.same({ "lodash: GHSA-35jh-r3h4-6jhm high", "cookie@0.5.0: GHSA-pxg6-pf52-xh8x" }, { fixes(), exposed() })
        command.write(work .. "/new.json", NPM_NEW:gsub("pxg6%-pf52%-xh8x", "35jh-r3h4-6jhm"):gsub("cookie", "lodash"))
        check("--security", work .. "/npm.json", "--security-new", work .. "/new.json")
        assert.equal("", fixes())
    end)

    it("may be written by the dry upgrade", function()
        command.write(work .. "/new.json", NPM_NEW)
        local said = command.run("check", env, "--state-dir", state, "--", "sh", "-c", ('cp "%s/npm.json" "$UPNUDGE_SECURITY"; '
            .. 'cp "%s/new.json" "$UPNUDGE_SECURITY_NEW"; cat upgraded.json'):format(work, work))
        assert.equal("checked: 4 version changes; 1 security fix; 1 vulnerable package without a fix yet\n", said.out, said.err)
    end)

    it("that cannot be read is told of with its place, and fails the check", function()
        command.write(work .. "/broken.json", '{"results": [')
        local said = check("--security", work .. "/broken.json", "--json")
        local answer = cjson.decode(said.out)
        assert.same({ 1, "failed", "dry-upgrade-failed" }, { said.code, answer.outcome, answer.code })
        assert.is_truthy(answer.reason:find("broken.json:1:14: ", 1, true), answer.reason)
        said = check("--security-new", work .. "/nowhere.json")
        assert.same({ 1, true }, { said.code, said.err:find("nowhere.json", 1, true) ~= nil })
    end)

    it("with nothing in it mends and exposes nothing", function()
        command.write(work .. "/none.json", '{"auditReportVersion":2,"vulnerabilities":{}}')
        assert.equal("checked: 4 version changes\n", check("--security", work .. "/none.json").out)
        command.write(work .. "/none.json", "\n \n")
        assert.equal("checked: 4 version changes\n", check("--security", work .. "/none.json").out)
    end)
end)

describe("what is exposed where nothing newer waits", function()
    before_each(function()
        assert.equal("checked: 2 vulnerable packages without a fix yet\n", check_same("--security", work .. "/npm.json").out)
    end)

    it("is a result, once until it changes", function()
        assert.equal("2 vulnerable packages without a fix yet in webshop.", notice())
        assert.equal("", notice(NOW + 120))
        local answer = cjson.decode(command.run("notify", env, "--tty", "--json", "--state-dir", state, "--now", NOW + 120).out)
        assert.equal("not-due", answer.code)
        local status = cjson.decode(command.run("status", env, "--json", "--state-dir", state, "--now", NOW + 120).out)
        assert.same({ 0, 2, nil, NOW }, { status.waiting.total, status.waiting.exposed, status.code, status.since })
        local plain = command.run("status", env, "--state-dir", state, "--now", NOW + 120).out
        assert.is_truthy(plain:find("waiting        2 vulnerable packages without a fix yet, found 2 minutes ago", 1, true), plain)
    end)

    it("is another result when another problem is found", function()
        local function fingerprint()
            return cjson.decode(command.run("show", env, "--json", "--state-dir", state).out).systems["*"].fingerprint
        end
        local before = fingerprint()
        check_same("--security", work .. "/npm.json")
        assert.equal(before, fingerprint())
        command.write(work .. "/more.json", (command.read(work .. "/npm.json"):gsub("pxg6%-pf52%-xh8x", "0000-0000-0000")))
        check_same("--security", work .. "/more.json")
        assert.are_not.equal(before, fingerprint())
    end)

    it("is silenced with its package", function()
        command.run("ignore", env, "cookie", "--state-dir", state)
        assert.equal("1 vulnerable package without a fix yet in webshop.", notice())
        command.run("ignore", env, "lodash@4.17.20", "--state-dir", state)
        assert.equal("", notice(NOW + 8 * DAY))
        local answer = cjson.decode(command.run("explain", env, "--tty", "--json", "--state-dir", state, "--now", NOW + 8 * DAY).out)
        assert.equal("ignored", answer.code)
        local shown = command.run("show", env, "--state-dir", state).out
        assert.is_truthy(shown:find("vulnerable  cookie  0.5.0  [low: GHSA-pxg6-pf52-xh8x]  [ignored]\n", 1, true), shown)
    end)

    it("is no part of a prompt unless that asks", function()
        assert.equal("", command.run("prompt", env, "--state-dir", state).out)
        assert.equal("nothing-new", cjson.decode(command.run("prompt", env, "--state-dir", state, "--json").out).code)
        assert.equal("2", command.run("prompt", env, "--state-dir", state, "--format", "%m%e").out:match "[^\n]*")
    end)

    it("is seen by a policy, with all that is known", function()
        command.write(work .. "/p.lua", [[local u = require "upnudge"
            return u.policy { api = 1, name = "p", rules = { u.rule "x" { when = function(c) return c.result.exposed > 0 end,
                notify = u.always(), text = function(c)
                    local parts = { u.text.exposures(c) }
                    for _, one in ipairs(c.result.exposures) do
                        parts[#parts + 1] = one.name .. " " .. table.concat(one.ids, ",") .. " " .. one.url
                        parts[#parts + 1] = tostring(pcall(function() one.ids[1] = "x" end))
                    end
                    return table.concat(parts, "|")
                end } } }]])
        assert.equal("", command.run("policy", "check", work .. "/p.lua").err)
        local text = command.run("notify", env, "--tty", "--state-dir", state, "--policy", work .. "/p.lua").err
        assert.equal("- cookie: 0.5.0 [low: GHSA-pxg6-pf52-xh8x]\n- lodash: 4.17.20 [high: GHSA-35jh-r3h4-6jhm]|"
            .. "cookie GHSA-pxg6-pf52-xh8x https://github.com/advisories/GHSA-pxg6-pf52-xh8x|false|"
            .. "lodash GHSA-35jh-r3h4-6jhm https://github.com/advisories/GHSA-35jh-r3h4-6jhm|false\n", text)
    end)
end)

describe("what a change mends", function()
    it("is seen by a policy, and read-only", function()
        check("--security", work .. "/osv.json")
        command.write(work .. "/p.lua", [[local u = require "upnudge"
            return u.policy { api = 1, name = "p", rules = { u.rule "x" { when = function(c) return c.result.high > 0 end,
                notify = u.always(), text = function(c)
                    local p = c.result.packages[1]
                    local fix = p.fixes[1]
                    return table.concat({ p.name, p.severity, fix.id, table.concat(fix.aliases, ","), fix.severity, fix.title,
                        tostring(pcall(function() fix.id = "x" end)), #p.fixes, u.text.packages(c, 1) }, "|")
                end } } }]])
        assert.equal("lodash|high|GHSA-35jh-r3h4-6jhm|CVE-2021-23337|high|Command Injection in lodash|false|1|"
            .. "- lodash: 4.17.20 -> 4.17.21 [high: GHSA-35jh-r3h4-6jhm]\n... and 3 more\n",
            command.run("notify", env, "--tty", "--state-dir", state, "--policy", work .. "/p.lua").err)
    end)

    it("that others have written is shown as far as it makes sense", function()
        check("--security", work .. "/npm.json")
        local details = command.must 'find "$state" -path "*/changes/*" -type f':match "[^\n]+"
        local list = cjson.decode(command.read(details))
        list.changes[3].fixes = { 7, { id = 8 }, { id = "A\27[31m", severity = "x", aliases = "y", url = {} } }
        list.changes[3].severity, list.exposures = "terrible", { 7, { name = "x" }, { name = "y\7", ids = { {}, "B" } } }
        local text = cjson.encode(list)
        local digest = require "upnudge.core".hash(text)
        command.write(details:gsub("[^/]*$", digest), text)
        local record = command.must 'find "$state" -name record.json':match "[^\n]+"
        command.write(record, (command.read(record):gsub('"details":"%x+"', '"details":"' .. digest .. '"')))
        local all = found()
        assert.same({ { id = "A", severity = "unknown" } }, all.changes[3].fixes)
        assert.is_nil(all.changes[3].severity)
        assert.same({ { name = "y", ids = { "B" }, severity = "unknown" } }, all.exposures)
    end)
end)

describe("a check through the library", function()
    it("takes scans of both, and names, and says what is wrong with one", function()
        local runtime <close> = assert(require "upnudge".open { state_dir = state, policy = "default" })
        local begun = runtime:check_begin(env, { now = NOW })
        assert.is_true(begun:scan(command.read(work .. "/npm.json"), "installed"))
        assert.is_true(begun:scan("# a comment\nexpress  # and one\n", "installed"))
        assert.is_true(begun:scan(NPM_NEW, "upgraded"))
        assert.same({ nil, "the report:1:2: truncated: expected a member name in quotes, but the text ends; give the JSON that the "
            .. "scanner prints, whole" }, { begun:scan("{", "upgraded") })
        assert.has_error(function() begun:scan("{}", "both") end)
        assert.is_truthy(select(2, begun:scan("lodash", "upgraded")):find("the report", 1, true))
        assert.equal("4 version changes; 2 security fixes; 1 vulnerable package without a fix yet",
            begun:commit(command.read(env .. "/upgraded.json")).reason)
        assert.equal("lodash: GHSA-35jh-r3h4-6jhm high", fixes())
    end)
end)
