--- What an upgrade mends, and what it leaves.

local verdict = require "upnudge.advisory.verdict"

local function scan(...)
    return { scanner = "a scanner", findings = { ... } }
end

local function finding(name, version, ids, fields)
    local one = { name = name, version = version, ids = type(ids) == "table" and ids or { ids }, severity = "unknown" }
    for field, value in pairs(fields or {}) do
        one[field] = value
    end
    return one
end

local function change(name, from, to, kind)
    return { name = name, kind = kind or "upgraded", from = from, to = to }
end

--- "ids by change; what stays": what comes of it, with the versions before as what is installed.
local function judged(scans, changes, packages, rule, scheme)
    local installed = packages or {}
    for _, one in ipairs(packages and {} or changes) do
        installed[#installed + 1] = one.from and { name = one.name, version = one.from } or nil
    end
    local list = assert(verdict.judge(scans, changes, installed, rule or "exact", scheme or "semver"))
    local parts = {}
    for _, one in ipairs(changes) do
        local ids = {}
        for i, fix in ipairs(one.fixes or {}) do
            ids[i] = fix.id
        end
        assert.equal(ids[1] and true or nil, one.security)
        parts[#parts + 1] = ids[1] and one.name .. " " .. table.concat(ids, " ") or nil
    end
    for _, one in ipairs(list) do
        parts[#parts + 1] = "left " .. one.name .. "@" .. (one.version or "?") .. " " .. table.concat(one.ids, " ")
    end
    return table.concat(parts, "; ")
end

describe("with both lockfiles scanned", function()
    it("what is in the first scan and not in the second is mended", function()
        assert.equal("a X; left b@1.0.0 Y", judged({ old = scan(finding("a", "1.0.0", "X"), finding("b", "1.0.0", "Y")),
            new = scan(finding("b", "1.1.0", "Y")) }, { change("a", "1.0.0", "1.1.0"), change("b", "1.0.0", "1.1.0") }))
    end)

    it("a problem goes by any of its ids", function()
        assert.equal("left a@1.0.0 GHSA-1", judged({ old = scan(finding("a", "1.0.0", { "GHSA-1", "CVE-1" })),
            new = scan(finding("a", "1.1.0", { "PYSEC-1", "CVE-1" })) }, { change("a", "1.0.0", "1.1.0") }))
    end)

    it("what the advisory says is still affected is no fix, whatever the second scan lacks", function()
        assert.equal("left a@1.0.0 X", judged({ old = scan(finding("a", nil, "X", { affected = { "<2.0.0" } })), new = scan() },
            { change("a", "1.0.0", "1.1.0") }))
    end)

    it("the same name in another version of the second scan is another package", function()
        assert.equal("a X", judged({ old = scan(finding("a", "1.0.0", "X")), new = scan(finding("a", "0.5.0", "X")) },
            { change("a", "1.0.0", "1.1.0") }))
    end)
end)

describe("with the first alone", function()
    it("it is mended where the version after lies outside of what is affected, and else not claimed", function()
        local old = scan(finding("a", nil, "X", { affected = { ">=1.0.0 <1.0.5 || >=2.0.0 <2.1.0" } }))
        assert.equal("a X", judged({ old = old }, { change("a", "1.0.2", "1.0.5") }))
        assert.equal("left a@1.0.2 X", judged({ old = old }, { change("a", "1.0.2", "2.0.0") }))
        assert.equal("left a@1.0.2 X", judged({ old = old }, { change("a", "1.0.2", "nightly") }))
        assert.equal("", judged({ old = old }, { change("a", "1.0.5", "2.0.0") }))
    end)

    it("it is mended by a version that is said to be patched", function()
        local old = scan(finding("a", "1.26.4", "X", { safe = { "==1.26.17", "==2.0.6", ">=2.0.6" } }))
        for to, mends in pairs { ["1.26.17"] = true, ["2.0.7"] = true, ["1.26.18"] = false, ["2.0.1"] = false } do
            assert.equal(mends and "a X" or "left a@1.26.4 X", judged({ old = old }, { change("a", "1.26.4", to) }, nil, "python", "pep440"))
        end
    end)

    it("it is not known where nothing is said of versions", function()
        assert.equal("left a@1.0.0 X", judged({ old = scan(finding("a", "1.0.0", "X")) }, { change("a", "1.0.0", "9.0.0") }))
    end)

    it("it goes with its package, and by a downgrade", function()
        local old = scan(finding("a", nil, "X", { affected = { ">=2.0.0" } }))
        assert.equal("a X", judged({ old = old }, { change("a", "2.0.0", nil, "removed") }))
        assert.equal("a X", judged({ old = old }, { change("a", "2.0.0", "1.9.0", "downgraded") }))
        assert.equal("left a@2.0.0 X", judged({ old = old }, { change("a", "2.0.0", "2.0.0", "rebuilt") }))
    end)
end)

describe("what stays exposed", function()
    it("is what is installed, and what the scan is about", function()
        local old = scan(finding("a", "1.0.0", "X"), finding("a", "2.0.0", "Y"), finding("b", "1.0.0", "Z"), finding("c", nil, "W"))
        assert.equal("left a@1.0.0 X; left c@3 W", judged({ old = old }, {}, { { name = "a", version = "1.0.0" },
            { name = "a", version = "1.0.0" }, { name = "b", version = "1.0.1" }, { name = "c", version = "3" } }))
        assert.equal("", judged({ new = old }, {}, { { name = "a", version = "1.0.0" } }))
    end)

    it("is told once, with its worst in front", function()
        local list = verdict.judge({ old = scan(finding("a", "1.0.0", { "X", "CVE-1" }, { severity = "low" }),
            finding("a", "1.0.0", { "CVE-1" }, { severity = "low" }), finding("a", "1.0.0", "Y", { severity = "critical", url = "u" }),
            finding("a", "1.0.0", "V", { withdrawn = true })) }, {}, { { name = "a", version = "1.0.0", direct = true } }, "exact", "semver")
        assert.same({ { name = "a", version = "1.0.0", direct = true, ids = { "Y", "V", "X" }, aliases = nil, severity = "critical",
            url = "u" } }, { (function(one)
            table.sort(one.ids, function(a, b) return a == "Y" and b ~= "Y" or b ~= "Y" and a < b end)
            one.aliases = nil
            return one
        end)(list[1]) })
    end)

    it("is withdrawn where nothing else is wrong, and a version after it ends that without being a fix", function()
        local old = scan(finding("a", "1.0.0", "withdrawn", { withdrawn = true }))
        local list = verdict.judge({ old = old }, {}, { { name = "a", version = "1.0.0" } }, "exact", "semver")
        assert.is_true(list[1].withdrawn)
        assert.equal("", judged({ old = old }, { change("a", "1.0.0", "1.0.1") }))
    end)

    it("goes by the rule of names, and by versions with a v or without", function()
        assert.equal("left Py.YAML@1.0 X", judged({ old = scan(finding("py-yaml", "1.0", "X")) }, {},
            { { name = "Py.YAML", version = "1.0" } }, "python", "pep440"))
        assert.equal("left m@v1.2.3 X", judged({ old = scan(finding("m", "1.2.3", "X")) }, {}, { { name = "m", version = "v1.2.3" } },
            "exact", "go"))
    end)

    it("is of one system where the packages are", function()
        local here, there = change("a", "1.0.0", "1.1.0"), { name = "a", version = "1.0.0", system = "s2" }
        here.system = "s1"
        local old = scan(finding("a", "1.0.0", "X", { safe = { ">=1.1.0" } }))
        local list = verdict.judge({ old = old }, { here }, { { name = "a", version = "1.0.0", system = "s1" }, there }, "exact", "semver")
        assert.equal("s2", list[1].system)
        assert.is_nil(list[2])
    end)

    it("takes no longer than is looked at", function()
        local many, packages = scan(), {}
        for i = 1, 5000 do
            many.findings[i] = finding("a", nil, "X-" .. i, { affected = { "<1.0.0" } })
            packages[i] = { name = "a", version = i .. ".0.0" }
        end
        local list, message = verdict.judge({ old = many }, {}, packages, "exact", "semver")
        assert.is_nil(list)
        assert.equal("a scanner finds more than can be looked at in one check", message)
    end)
end)
