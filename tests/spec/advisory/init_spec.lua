--- Reports of scanners, as each documents them: tests/fixtures/advisories/.

local advisories = require "upnudge.advisory"
local command = require "command"

local function report(name)
    return command.read(("%s/tests/fixtures/advisories/%s.json"):format(command.root, name))
end

--- "name@version ids severity": what a report comes to, in its order.
local function told(bytes)
    local scan, message = advisories.read(bytes, "report.json")
    local list = {}
    for i, one in ipairs(assert(scan, message).findings) do
        list[i] = ("%s@%s %s %s%s"):format(one.name, one.version or "?", table.concat(one.ids, " "), one.severity,
            one.withdrawn and " withdrawn" or "")
    end
    return scan.scanner, list, scan
end

describe("a report", function()
    it("of npm names each package that has a problem itself", function()
        local scanner, list, scan = told(report "npm")
        assert.equal("npm audit", scanner)
        assert.same({ "cookie@? GHSA-pxg6-pf52-xh8x low", "lodash@? GHSA-35jh-r3h4-6jhm high" }, list)
        assert.same({ "<4.17.21" }, scan.findings[2].affected)
        assert.equal("https://github.com/advisories/GHSA-35jh-r3h4-6jhm", scan.findings[2].url)
        assert.equal("Command Injection in lodash", scan.findings[2].title)
    end)

    it("of pnpm and npm 6 names versions, and other ids", function()
        local scanner, list = told(report "pnpm")
        assert.equal("pnpm audit", scanner)
        assert.same({ "cookie@0.5.0 GHSA-pxg6-pf52-xh8x npm:1103907 low",
            "lodash@4.17.20 GHSA-35jh-r3h4-6jhm CVE-2021-23337 npm:1106913 high" }, list)
    end)

    it("of osv-scanner has groups as one, and leaves out what was withdrawn", function()
        local scanner, list, scan = told(report "osv")
        assert.equal("osv-scanner", scanner)
        assert.same({ "cookie@0.5.0 GHSA-pxg6-pf52-xh8x CVE-2024-47764 low",
            "lodash@4.17.20 GHSA-35jh-r3h4-6jhm CVE-2021-23337 high" }, list)
        assert.same({ "<4.17.21" }, scan.findings[2].affected)
        local grouped = [[{ "results": [{ "source": {}, "packages": [{ "package": { "name": "a", "version": "1", "ecosystem": "Go" },
            "vulnerabilities": [{ "id": "GHSA-1", "aliases": ["CVE-1"] }, { "id": "GO-1", "aliases": ["CVE-1"],
            "severity": [{ "type": "CVSS_V3", "score": "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }] }, { "id": "GO-2" }],
            "groups": [{ "ids": ["GHSA-1", "GO-1"] }] }] }] }]]
        assert.same({ "a@1 GHSA-1 CVE-1 GO-1 critical", "a@1 GO-2 unknown" }, select(2, told(grouped)))
    end)

    it("of cargo has what is unsound or taken back, and not what nobody maintains", function()
        local scanner, list, scan = told(report "cargo")
        assert.equal("cargo audit", scanner)
        assert.same({ "regex@1.5.1 RUSTSEC-2022-0013 CVE-2022-24713 GHSA-m5pq-gvj9-9vr8 high",
            "time@0.1.43 RUSTSEC-2020-0071 CVE-2020-26235 medium", "atty@0.2.14 RUSTSEC-2021-0145 unknown",
            "futures-util@0.3.30 withdrawn unknown withdrawn" }, list)
        assert.same({ ">=0.2.23", "=0.2.0", "=0.2.1" }, scan.findings[2].safe)
        assert.equal("https://rustsec.org/advisories/RUSTSEC-2020-0071.html", scan.findings[2].url)
    end)

    it("of pip-audit has no severity, and versions that mend", function()
        local scanner, list, scan = told(report "pip-audit")
        assert.equal("pip-audit", scanner)
        assert.same({ "jinja2@3.1.2 GHSA-h5c8-rqwp-cp95 CVE-2024-22195 unknown",
            "jinja2@3.1.2 GHSA-cpwx-vrp4-4pq7 CVE-2025-27516 unknown",
            "urllib3@1.26.4 PYSEC-2023-192 CVE-2023-43804 GHSA-v845-jxx5-vc9f unknown" }, list)
        assert.same({ "==1.26.17", "==2.0.6", ">=2.0.6" }, scan.findings[3].safe)
        assert.equal("https://osv.dev/vulnerability/PYSEC-2023-192", scan.findings[3].url)
        local old = '[{ "name": "a", "version": "1", "vulns": [{ "id": "PYSEC-1", "fix_versions": [] }] }]'
        assert.same({ "a@1 PYSEC-1 unknown" }, select(2, told(old)))
    end)

    it("of bundler-audit has the ids of all databases", function()
        local scanner, list, scan = told(report "bundler-audit")
        assert.equal("bundler-audit", scanner)
        assert.same({ "rack@2.0.8 CVE-2022-30122 GHSA-hxqx-xwvh-44m2 high" }, list)
        assert.same({ "~> 2.0.9, >= 2.0.9.1", "~> 2.1.4, >= 2.1.4.1", ">= 2.2.3.1", "< 1.2" }, scan.findings[1].safe)
    end)

    it("of Composer names packages and ranges", function()
        local scanner, list = told(report "composer")
        assert.equal("composer audit", scanner)
        assert.same({ "guzzlehttp/psr7@? CVE-2023-29197 PKSA-k3jx-7h1d-y2nr GHSA-wxmh-65f7-jcvw medium" }, list)
        assert.same({}, select(2, told '{ "advisories": [], "abandoned": [] }'))
    end)

    it("with nothing in it is known by what is around that", function()
        for text, scanner in pairs { ['{"auditReportVersion":2,"vulnerabilities":{},"metadata":{}}'] = "npm audit",
            ['{"results":[]}'] = "osv-scanner", ['{"version":"0.9","created_at":"x","results":[]}'] = "bundler-audit",
            ['{"vulnerabilities":{"found":false,"count":0,"list":[]},"warnings":{}}'] = "cargo audit",
            ['{"dependencies":[],"fixes":[]}'] = "pip-audit", ['{"advisories":[]}'] = "composer audit",
            ['{"actions":[],"advisories":{},"muted":[],"metadata":{}}'] = "pnpm audit" } do
            local found, list = told(text)
            assert.same({ scanner, {} }, { found, list }, text)
        end
    end)
end)

describe("what is no report", function()
    it("is told with the place and what to do", function()
        local function fault(bytes)
            return select(2, advisories.read(bytes, "report.json"))
        end
        assert.equal("report.json:1:8: truncated: expected a member name in quotes, but the text ends; give the JSON that "
            .. "the scanner prints, whole", fault '{"a":1,')
        assert.is_truthy(fault '{"hello":"you"}':find("^report.json: no report of a scanner that is known; give the JSON of one of: "))
        assert.is_truthy(fault "[]":find "no report of a scanner")
        assert.equal("report.json: the scanner failed: request to http://127.0.0.1/ failed",
            fault '{"message":"request to http://127.0.0.1/ failed","method":"POST","error":{"detail":""}}')
        assert.equal("report.json: the scanner failed: lockfile is needed",
            fault '{"error":{"code":"ENOLOCK","summary":"lockfile is needed"}}')
        assert.is_truthy(fault(("["):rep(100)):find("deeper than 64 levels", 1, true))
    end)

    it("in a place where one has an object harms nobody", function()
        for _, name in ipairs { "npm", "pnpm", "osv", "cargo", "pip-audit", "bundler-audit", "composer" } do
            local text = report(name)
            -- Each value in turn is something else.
            for at in text:gmatch '()[%[{"]' do
                for _, other in ipairs { "7", "null", '[[]]', '{"a":{}}' } do
                    local broken = text:sub(1, at - 1) .. other .. text:sub(at + 1)
                    local ok, fault = pcall(advisories.read, broken, "x")
                    assert.is_true(ok, fault)
                end
            end
        end
    end)

    it("because values are of other types is read as far as it makes sense", function()
        local function mutations(value, replace, visit)
            if type(value) ~= "table" then
                return
            end
            for key, member in pairs(value) do
                for _, other in ipairs { 7, "text", true, {}, { {} }, { a = { 1 } } } do
                    value[key] = other
                    visit()
                end
                value[key] = member
                mutations(member, replace, visit)
            end
        end
        local json = require "cjson"
        for _, name in ipairs { "npm", "pnpm", "osv", "cargo", "pip-audit", "bundler-audit", "composer" } do
            local document = json.decode(report(name))
            mutations(document, nil, function()
                local ok, fault = pcall(advisories.read, json.encode(document), "x")
                assert.is_true(ok, fault)
            end)
        end
    end)
end)

describe("what strangers write in a report", function()
    it("is cut and cleaned", function()
        local text = require "cjson".encode { results = { { packages = { { package = { name = "a\27[31mb" .. ("x"):rep(500),
            version = "1\n2", ecosystem = "npm" }, vulnerabilities = { { id = "GHSA-1", aliases = { "CVE 1", ("y"):rep(99), "<b>" },
            summary = "t\u{202e}\7" .. ("z"):rep(500), database_specific = { severity = "TERRIBLE" } } } } } } } }
        local _, list, scan = told(text)
        local one = scan.findings[1]
        assert.equal(1, #list)
        assert.equal(214, #one.name)
        assert.is_nil((one.name .. one.version .. one.title):find "%c")
        assert.equal(160, #one.title)
        assert.same({ "GHSA-1" }, one.ids)
        assert.equal("unknown", one.severity)
    end)

    it("as an address is one of the web, or none", function()
        for url, kept in pairs { ["javascript:alert(1)"] = false, ["https://a.example/\27]8;;x"] = false, ["http://a.example/b?c=d"] = true,
            ["https://a.example/'$(x)'"] = false } do
            local text = require "cjson".encode { advisories = { p = { { cve = "CVE-1", link = url } } } }
            local _, _, scan = told(text)
            assert.equal(kept and url or "https://nvd.nist.gov/vuln/detail/CVE-1", scan.findings[1].url)
        end
    end)

    it("is not more than is looked at", function()
        local many = {}
        for i = 1, 5001 do
            many[i] = { name = "p" .. i, version = "1", vulns = { { id = "PYSEC-" .. i } } }
        end
        local scan, message = advisories.read(require "cjson".encode { dependencies = many }, "x")
        assert.is_nil(scan)
        assert.equal("x: more than 5000 findings; scan the lockfile of this project alone", message)
    end)
end)

describe("what machines tell each other", function()
    it("is the same when it is heard, and is bounded again", function()
        local _, _, scan = told(report "cargo")
        local lines = advisories.shared({ "lodash", "a@1" }, { old = scan })
        local selectors, scans = advisories.unshared(table.concat(lines, "\n"))
        assert.same({ "lodash", "a@1" }, selectors)
        assert.same({ old = scan }, scans)
        for _, hostile in ipairs { "{", '{"scan":"old"}', '{"scan":"old","scanner":"x","findings":[7,{},{"name":{}},{"name":"a","ids":7}]}' } do
            selectors, scans = advisories.unshared(hostile)
            assert.same({}, selectors)
            assert.is_true(scans.old == nil or #scans.old.findings <= 1)
        end
    end)
end)
