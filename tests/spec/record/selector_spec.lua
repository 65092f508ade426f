--- Which packages a list names.

local command = require "command"
local core = require "upnudge.core"
local stage = require "stage"
local selector = require "upnudge.record.selector"

local function matches(patterns, change, rule)
    return selector.compile(patterns, rule):names_it(change)
end

describe("a selector", function()
    it("names a package, some, or one version alone", function()
        for pattern, names in pairs { ["curl"] = { ["curl 8"] = true, ["curl2 8"] = false, ["Curl 8"] = false },
            ["linux-*"] = { ["linux-headers 6"] = true, ["linux 6"] = false, ["alinux-x 6"] = false },
            ["curl@8.10.1"] = { ["curl 8.10.1"] = true, ["curl 8.10.2"] = false, ["curl -"] = false },
            ["curl@8.*"] = { ["curl 8.1"] = true, ["curl 9.8."] = false }, ["*@2.0"] = { ["a 2.0"] = true, ["a 2.1"] = false },
            ["@scope/name"] = { ["@scope/name 1"] = true, ["name 1"] = false },
            ["@scope/name@1"] = { ["@scope/name 1"] = true, ["@scope/name 2"] = false, ["@scope/name@1 3"] = true },
            ["@scope/*"] = { ["@scope/x 1"] = true, ["@scoped/x 1"] = false }, ["a.b"] = { ["a.b 1"] = true, ["axb 1"] = false },
            ["*"] = { ["anything -"] = true }, [""] = { ["a 1"] = false } } do
            for words, expected in pairs(names) do
                local name, to = words:match "^(%S+) (%S+)$"
                assert.equal(expected, matches({ pattern }, { name = name, to = to ~= "-" and to or nil }), pattern .. " on " .. words)
            end
        end
    end)

    it("names a package as its ecosystem does", function()
        for rule, spelled in pairs { python = { ["PyYAML"] = true, ["py_yaml"] = false, ["PY*L@6"] = true, ["PyYAML@7"] = false },
            caseless = { ["PyYAML"] = true, ["py-yaml"] = false, ["PY*"] = true }, exact = { ["PyYAML"] = false, ["pyyaml"] = true } } do
            for pattern, expected in pairs(spelled) do
                assert.equal(expected, matches({ pattern }, { name = "pyyaml", to = "6" }, rule), rule .. " " .. pattern)
            end
        end
        assert.same({}, selector.without({ "A-B" }, { { name = "a.b" } }, "python"))
    end)

    it("knows every rule by which a format compares names", function()
        local expected = { python = { true, true }, caseless = { true, false }, exact = { false, false } }
        for _, format in ipairs(core.formats()) do
            local function same(pattern)
                return matches({ pattern }, { name = "zope.interface" }, format.names)
            end
            assert.same(expected[format.names], { same "Zope.Interface", same "zope_-Interface" }, format.name)
        end
    end)

    it("takes back what those before it name where it begins with !, and the last that fits decides", function()
        for list, expected in pairs { ["c* !curl"] = "cmake", ["!curl c*"] = "curl cmake", ["c* !cu* curl"] = "curl cmake",
            ["curl@8 !curl"] = "", ["curl !curl@7"] = "curl", ["curl !curl@8"] = "", ["* !c* cmake"] = "cmake git", ["!curl"] = "",
            ["!* git"] = "git", ["git !*"] = "" } do
            local patterns, names = {}, {}
            for word in list:gmatch "%S+" do
                patterns[#patterns + 1] = word
            end
            for _, name in ipairs { "curl", "cmake", "git" } do
                names[#names + 1] = matches(patterns, { name = name, to = "8" }) and name or nil
            end
            assert.equal(expected, table.concat(names, " "), list)
        end
        assert.is_false(matches({ "p*", "!Py_YAML" }, { name = "py-yaml" }, "python"))
        local many = {}
        for i = 1, 101 do
            many[i] = "!x" .. i
        end
        assert.equal(100, #selector.bounded(many, 1000))
    end)

    it("is one of several, and none names nothing", function()
        assert.is_true(matches({ "a", "b" }, { name = "b" }))
        assert.is_false(matches({}, { name = "b" }))
    end)

    it("leaves the others, in their order", function()
        local a, b, c = { name = "a" }, { name = "b" }, { name = "c" }
        assert.same({ c, a }, selector.without({ "b", "x*" }, { c, b, a }))
        assert.same({}, selector.without({ "*" }, { a, b }))
        local all = { b, a }
        assert.same(all, selector.without({}, all))
        assert.same({ b, a }, all)
    end)

    it("names no more than is looked at, and nothing that is longer than a name", function()
        local many, stars = {}, {}
        for i = 1, 1001 do
            many[i], stars[i] = "p" .. i, "p*" .. i
        end
        assert.is_nil(selector.fault({ "a", "b*" }, 2))
        assert.equal("a selector names nothing", selector.fault({ "a", "" }, 2))
        assert.equal("more packages than are looked at: 1000, and 100 with a star", selector.fault(many, 1000))
        assert.is_truthy(selector.fault(stars, 1001))
        assert.is_truthy(selector.fault({ ("x"):rep(472) }, 1):find("is longer than a package can be called", 1, true))
        assert.same({ 1000, 100, 1001 }, { #selector.bounded(many, 1000), #selector.bounded(stars, 1001), #selector.bounded(many, 1001) })
        local few = { "a", "b" }
        assert.equal(few, selector.bounded(few, 2))
    end)
end)

describe("a selector of a record", function()
    local work

    before_each(function()
        work = stage.bare()
    end)

    after_each(stage.strike)

    it("names what a check found by the rule of its lockfile", function()
        command.must('mkdir "$work/env"')
        local function lock(version)
            return 'version = 1\n[[package]]\nname = "zope-interface"\nversion = "' .. version .. '"\n'
        end
        command.write(work .. "/env/uv.lock", lock "1.0")
        command.write(work .. "/new", lock "2.0")
        command.write(work .. "/fixed", "Zope.Interface@2.0\n")
        command.must('"$upnudge" check "$work/env" --state-dir "$work/state" --security "$work/fixed" --new "$work/new"')
        local shown = command.run("show", work .. "/env", "--state-dir", work .. "/state", "--json").out
        assert.is_truthy(shown:find('"security":true', 1, true), shown)
        assert.equal(0, command.run("ignore", work .. "/env", "--state-dir", work .. "/state", "ZOPE_interface").code)
        local said = command.run("explain", work .. "/env", "--state-dir", work .. "/state", "--tty").out
        assert.is_truthy(said:find("not ignored", 1, true), said)
    end)
end)
