--- The text of a notice, from made-up contexts.

local text = require "upnudge.language.text"

local function c(result, lang)
    return { result = result, host = { lang = lang }, env = { name = "webshop", path = "/srv/webshop" } }
end

--- The words without the marks of how they look.
local function plain(words)
    return (words:gsub("\14[^\15]*\15", ""))
end

--- A change of a package that is a security fix, unless it is said otherwise.
local function fix(name, fields)
    local package = { name = name, kind = "upgraded", from = "1", to = "2", direct = true, security = true }
    for field, value in pairs(fields or {}) do
        package[field] = value
    end
    return package
end

describe("security fixes", function()
    local function told(fields, only, lang)
        return plain(text.counts(c(fields, lang), only))
    end

    it("come first, and are not counted again among the rest", function()
        local mixed = { total = 6, versions = 5, direct = 3, indirect = 2, removed = 1, security = 3, critical = 1, packages = {
            fix "a", fix("b", { direct = false }), fix("c", { kind = "removed", to = nil, direct = nil }),
            fix("d", { security = false }) } }
        assert.equal("3 security fixes (1 critical) and 2 other version changes of your packages and 1 of theirs", told(mixed))
        assert.equal("3 security fixes (1 critical)", told(mixed, { "security" }))
        assert.equal("3 version changes of your packages and 2 of theirs", told(mixed, { "versions" }))
        assert.equal("3 个安全修复（1 个严重）和 2 个其他版本更新（另有 1 个间接依赖）", told(mixed, nil, "zh_CN.UTF-8"))
        assert.equal("1 security fix", told { versions = 1, security = 1, packages = { fix "a" } })
        assert.equal("1 security fix and 1 other version change",
            told { versions = 2, security = 1, packages = { fix "a", fix("b", { security = false }) } })
    end)

    it("stand among the rest where not all of them are listed, and a downgrade is told as one", function()
        local many = { versions = 2400, security = 12, critical = 2, packages = { fix "a", unlisted = 2399 } }
        assert.equal("12 security fixes (2 critical) among 2400 version changes", told(many))
        assert.equal("12 security fixes (2 critical)", told(many, { "security" }))
        local down = { versions = 1, downgraded = 1, security = 1, packages = { fix("a", { kind = "downgraded" }) } }
        assert.equal("1 security fix and 1 downgrade", told(down))
    end)

    it("are told as before where a catalogue has no word for the rest", function()
        require "upnudge.language.words".add { x2 = { versions = "{n} Fassungen", security = "{n} Lücken zu" } }
        local some = { versions = 3, security = 1, critical = 1, packages = { fix "a" } }
        assert.equal("3 Fassungen", told(some, nil, "x2"))
        assert.equal("3 Fassungen and 1 Lücken zu", told(some, { "versions", "security" }, "x2"))
    end)

    it("are marked, with what they mend where that is known", function()
        local fixes = { { id = "CVE-1" }, { id = "CVE-2" }, { id = "CVE-3" }, { id = "CVE-4" } }
        local packages = { fix "a", fix("b", { severity = "critical", fixes = { fixes[1] } }),
            fix("c", { severity = "unknown", fixes = fixes }) }
        assert.equal("- a: 1 -> 2 [security]\n- b: 1 -> 2 [critical: CVE-1]\n- c: 1 -> 2 [security: CVE-1, CVE-2, CVE-3 +1]",
            plain(text.packages(c { packages = packages })))
        assert.equal("- a：1 -> 2 [安全]\n- b：1 -> 2 [严重：CVE-1]", plain(text.packages(c({ packages = packages }, "zh"), 2)):match "^.*\n.*%]")
    end)
end)

describe("what stays exposed", function()
    local function said(...)
        return plain(text.summary(...))
    end

    local function listed(...)
        return plain(text.exposures(...))
    end

    it("looks different at a terminal, as fixes do", function()
        assert.equal("\0141;31\0151 vulnerable package without a fix yet\14\15 in webshop.", text.summary(c { exposed = 1 }))
        assert.equal("\0141;31\0151 security fix\14\15", text.counts(c { versions = 1, security = 1, packages = { fix "a" } }))
        assert.equal("\0141;31\015- a: 1 -> 2 [security]\14\15", text.packages(c { packages = { fix "a" } }))
    end)

    it("is said beside what waits, and where nothing does", function()
        assert.equal("2 version changes available in webshop; 1 vulnerable package without a fix yet.",
            said(c { total = 2, versions = 2, exposed = 1, withdrawn = 0 }))
        assert.equal("2 vulnerable packages without a fix yet and 1 withdrawn package without a newer version yet in webshop.",
            said(c { total = 0, exposed = 3, withdrawn = 1 }))
        assert.equal("webshop：1 个有漏洞的软件包尚无修复。", said(c({ total = 0, exposed = 1 }, "zh")))
        assert.equal("webshop 有可用更新：2 个版本更新；1 个已撤回的软件包尚无新版本。",
            said(c({ total = 2, versions = 2, exposed = 1, withdrawn = 1 }, "zh")))
        assert.equal("2 version changes available in webshop.", said(c { total = 2, versions = 2, exposed = 1 }, { "versions" }))
        assert.equal("1 vulnerable package without a fix yet in webshop.", said(c { total = 2, versions = 2, exposed = 1 }, { "exposed" }))
        assert.equal("", said(c { total = 0, versions = 0, exposed = 1 }, { "versions" }))
    end)

    it("is listed with what is wrong", function()
        local list = { { name = "a", version = "1.0", ids = { "CVE-1", "CVE-2" }, severity = "high" },
            { name = "b", ids = { "withdrawn" }, severity = "unknown", withdrawn = true } }
        assert.equal("- a: 1.0 [high: CVE-1, CVE-2]\n- b: ? [withdrawn]", listed(c { exposures = list }))
        assert.equal("- a: 1.0 [high: CVE-1, CVE-2]\n... and 1 more", listed(c { exposures = list }, 1))
        assert.equal("", listed(c { exposures = {} }))
        assert.equal("- b：? [已撤回]", listed(c({ exposures = { list[2] } }, "zh")))
    end)
end)

describe("counts", function()
    it("are listed in the order of the counts, without those of nothing", function()
        assert.equal("1 version change", text.counts(c { versions = 1 }))
        assert.equal("2 version changes and 1 rebuild", text.counts(c { versions = 2, rebuilds = 1, added = 0 }))
        assert.equal("2 version changes, 1 rebuild, 3 revision changes, 1 addition and 4 removals",
            text.counts(c { removed = 4, added = 1, versions = 2, rebuilds = 1, changed = 3, total = 11, major = 2 }))
        assert.equal("nothing", text.counts(c {}))
    end)

    it("say whose packages they are, where there are of both", function()
        local both = { versions = 51, direct = 3, indirect = 48, added = 2 }
        assert.equal("3 version changes of your packages and 48 of theirs and 2 additions", text.counts(c(both)))
        assert.equal("3 version changes of your packages and 48 of theirs", text.counts(c(both), { "versions" }))
        assert.equal("1 version change of your packages and 1 of theirs", text.counts(c { versions = 2, direct = 1, indirect = 1 }))
        assert.equal("3 个版本更新（另有 48 个间接依赖）和 2 个新增", text.counts(c(both, "zh_CN.UTF-8")))
        for _, one in ipairs { { versions = 2, direct = 2, indirect = 0 }, { versions = 2, direct = 0, indirect = 2 }, { versions = 2 } } do
            assert.equal("2 version changes", text.counts(c(one)))
        end
    end)

    it("tell downgrades apart from the other versions", function()
        local some = { versions = 53, downgraded = 2, direct = 3, indirect = 48, rebuilds = 1 }
        assert.equal("3 version changes of your packages and 48 of theirs, 2 downgrades and 1 rebuild", text.counts(c(some)))
        assert.equal("1 downgrade", text.counts(c { versions = 1, downgraded = 1 }))
        assert.equal("1 version change and 1 downgrade", text.counts(c { versions = 2, downgraded = 1, rebuilds = 1 }, { "versions" }))
        assert.equal("1 version change and 1 downgrade", text.counts(c { versions = 2, downgraded = 1 }, { "versions", "downgraded" }))
        assert.equal("1 downgrade", text.counts(c { versions = 2, downgraded = 1 }, { "downgraded" }))
        assert.equal("1 个版本更新和 1 个降级", text.counts(c({ versions = 2, downgraded = 1 }, "zh_CN.UTF-8")))
        local down = c { packages = { { name = "a", kind = "downgraded", from = "2", to = "1" } } }
        assert.equal("- a: 2 -> 1 (downgrade)", text.packages(down))
        down.host.lang = "zh"
        assert.equal("- a：2 -> 1（降级）", text.packages(down))
    end)

    it("say nothing of downgrades where a catalogue has its own word for versions alone", function()
        local words = require "upnudge.language.words"
        words.add { x1 = { versions = "{n} Fassungen", upgraded_line = "* {name}" } }
        assert.equal("2 Fassungen", text.counts(c({ versions = 2, downgraded = 1 }, "x1")))
        local down = c({ packages = { { name = "a", kind = "downgraded", from = "2", to = "1" } } }, "x1")
        assert.equal("* a", text.packages(down))
        words.add { x1 = { versions = "{n} Fassungen", downgraded = "{n} ältere" } }
        assert.equal("1 Fassungen and 1 ältere", text.counts(c({ versions = 2, downgraded = 1 }, "x1")))
    end)

    it("are those that are asked for", function()
        assert.equal("2 version changes", text.counts(c { versions = 2, security = 1, rebuilds = 5, packages = {} }, { "versions" }))
        assert.equal("1 major, 2 minor and 3 patches", text.levels(c { major = 1, minor = 2, patch = 3, versions = 6 }))
    end)

    it("are said in the reader's language", function()
        assert.equal("2 个版本更新、1 个重新构建和 1 个新增", text.counts(c({ versions = 2, rebuilds = 1, added = 1 }, "zh_CN.UTF-8")))
    end)
end)

describe("a summary", function()
    it("counts and names the environment", function()
        assert.equal("2 version changes and 1 rebuild available in webshop.", text.summary(c { versions = 2, rebuilds = 1 }))
        assert.equal("1 rebuild available in webshop.", text.summary(c { versions = 2, rebuilds = 1 }, { "rebuilds" }))
        assert.equal("webshop 有可用更新：1 个重新构建。", text.summary(c({ rebuilds = 1 }, "zh")))
    end)

    it("is empty where there is nothing of what is asked for", function()
        assert.equal("", text.summary(c { versions = 2, rebuilds = 1 }, { "security" }))
        assert.equal("", text.summary(c {}))
        assert.equal("1 security fix available in webshop.", plain(text.summary(c { versions = 2, security = 1 }, { "security", "added" })))
    end)
end)

describe("a hint", function()
    it("is the host's command, or ours with a path that a shell understands", function()
        local context = c {}
        assert.equal("Use 'upnudge show /srv/webshop' for details.", text.hint(context))
        for path, quoted in pairs { ["/srv/a b"] = "'/srv/a b'", ["/srv/it's"] = "'/srv/it'\\''s'", ["/a;b"] = "'/a;b'", ["/a_b-1.2@x+y=z,~%"] =
            "'/a_b-1.2@x+y=z,~%'", ["/a_b-1.2@x+y=z,:%"] = "/a_b-1.2@x+y=z,:%", [""] = "''" } do
            context.env.path = path
            assert.equal("Use 'upnudge show " .. quoted .. "' for details.", text.hint(context))
        end
        context.host.hint = "acme upgrade --dry-run"
        assert.equal("Use 'acme upgrade --dry-run' for details.", text.hint(context))
    end)

    it("says with which options our command finds what is told of", function()
        local context = c {}
        context.host.options = "--app acme --state-dir '/a b'"
        assert.equal("Use 'upnudge show /srv/webshop --app acme --state-dir '/a b'' for details.", text.hint(context))
    end)

    it("is nothing where the host wants none", function()
        local context = c {}
        context.host.hint = ""
        assert.equal("", text.hint(context))
    end)
end)

describe("packages", function()
    it("are told by what happens to each", function()
        assert.equal("- curl: 8.9.0 -> 8.10.1 [security]\n- jq: 1.7 (added)\n- nano: 7.2 (removed)\n- git: 2.1 (rebuild)\n- src: 1.0 (new revision)\n"
            .. "- old: ? -> 2",
            plain(text.packages(c { packages = { { name = "curl", kind = "upgraded", from = "8.9.0", to = "8.10.1", security = true },
                { name = "jq", kind = "added", to = "1.7" }, { name = "nano", kind = "removed", from = "7.2" },
                { name = "git", kind = "rebuilt", from = "2.1", to = "2.1" }, { name = "src", kind = "changed", from = "1.0", to = "1.0" },
                { name = "old", kind = "upgraded", to = "2" } } })))
    end)

    it("are as many as are wanted, and a count of the others", function()
        local packages = {}
        for i = 1, 12 do
            packages[i] = { name = "p" .. i, kind = "added", to = "1" }
        end
        local function last(most)
            return text.packages(c { packages = packages }, most):match "[^\n]*$"
        end
        assert.equal("... and 2 more", last())
        assert.equal("... and 1 more", last(11))
        assert.equal("- p12: 1 (added)", last(12))
        assert.equal("... and 12 more", last(0))
        assert.equal("", text.packages(c { packages = {} }))
        -- Where they are too many to be listed.
        packages.unlisted = 30
        assert.equal("... and 30 more", last(12))
        assert.equal("... and 32 more", last())
    end)
end)

describe("a digest", function()
    local function of(counts, lang)
        local environments = {}
        for i, count in ipairs(counts) do
            environments[i] = { name = "e" .. i, path = "/srv/e" .. i, versions = count, total = count + 5, security = i == 1 and 2 or 0 }
        end
        local made = c({ environments = environments, versions = 3 }, lang)
        made.env.upgrade = "npm update"
        return made
    end

    it("names five environments, and all where they are six", function()
        assert.equal("Updates available in 2 environments: e1 4 (2 security) and e2 1.", text.summary(of { 4, 1 }))
        assert.equal("Updates available in 3 environments: e1 9 (2 security), e2 5 and e3 1.", text.summary(of { 9, 0, 1 }))
        assert.equal("Updates available in 6 environments: e1 1 (2 security), e2 1, e3 1, e4 1, e5 1 and e6 1.",
            text.summary(of { 1, 1, 1, 1, 1, 1 }))
        assert.equal("Updates available in 8 environments: e1 1 (2 security), e2 1, e3 1, e4 1, e5 1 and 3 more.",
            text.summary(of { 1, 1, 1, 1, 1, 1, 1, 1 }))
        assert.equal("2 个环境有可用更新：e1 4 个（2 个安全修复）和 e2 1 个。", text.summary(of({ 4, 1 }, "zh_CN.UTF-8")))
    end)

    it("of one environment is as any notice, of that one", function()
        local one = of { 4 }
        assert.equal("3 version changes available in e1.", text.summary(one))
        assert.equal("Use 'upnudge show /srv/e1' for details.", text.hint(one))
        one.env.path = "/srv/e1"
        assert.equal("Use 'npm update' there to upgrade, 'upnudge show /srv/e1' for details.", text.hint(one))
    end)

    it("is shown by what shows all, or by what the host says", function()
        local two = of { 4, 1 }
        two.host.options = "--app acme"
        assert.equal("Use 'upnudge status --all --app acme' for details.", text.hint(two))
        two.host.hint = "acme list"
        assert.equal("Use 'acme list' for details.", text.hint(two))
    end)

    it("lists what waits in several environments once", function()
        local many, packages = of { 1, 1 }, {}
        for i = 1, 5 do
            packages[i] = { name = "curl", kind = "upgraded", from = "1", to = "2", environment = "e" .. i, security = true }
        end
        packages[6] = { name = "jq", kind = "added", to = "1", environment = "e1" }
        packages[7] = { name = "jq", kind = "added", to = "1", environment = "e2" }
        packages[8] = { name = "git", kind = "removed", from = "1", environment = "e2" }
        many.result.packages = packages
        assert.equal("- curl in e1, e2 and 3 more: 1 -> 2 [security]\n- jq in e1 and e2: 1 (added)\n... and 1 more", plain(text.packages(many, 2)))
        packages.unlisted = 4
        assert.equal("- curl in e1, e2 and 3 more: 1 -> 2 [security]\n... and 6 more", plain(text.packages(many, 1)))
    end)
end)
