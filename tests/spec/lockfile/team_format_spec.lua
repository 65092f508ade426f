--- A team's own formats, files beside its policy, in every command that reads a lockfile.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local ACME <const> = [[
local u = require "upnudge"
return u.format {
    api = 1, name = "acme", files = { "acme.lock", "*.acme.json" }, syntax = "%s", versions = "%s",
    %s
    packages = function(document)
        %s
    end,
}
]]

local OF_TREE <const> = [[
        local list = {}
        for _, entry in ipairs(document.locked) do
            list[#list + 1] = { name = entry.name, version = entry.version, group = entry.group }
        end
        return list
]]

describe("a team's format", function()
    local directory, policy

    before_each(function()
        directory = stage.bare()
        command.must('mkdir "$work/formats" "$work/env"')
        policy = stage.policy '{ api = 1, name = "t", extends = "default" }'
    end)

    after_each(stage.strike)

    local function format(text)
        command.write(directory .. "/formats/acme.lua", text)
    end

    local function parse(file, text)
        command.write(directory .. "/" .. file, text)
        local result = command.run("parse", "--json", "--policy", policy, directory .. "/" .. file)
        -- With --json a failure is told there.
        result.err = result.err .. (cjson.decode(result.out).error or "")
        return result
    end

    local PACKAGES <const> = '{"schema":1,"format":"acme","packages":[{"name":"a","version":"1.9"},'
        .. '{"name":"b","version":"2.0","group":"dev"}]}\n'

    it("reads JSON, relaxed JSON, YAML and TOML", function()
        local texts = {
            json = '{"locked":[{"name":"a","version":"1.9"},{"name":"b","version":"2.0","group":"dev"}]}',
            ["relaxed-json"] = '// acme\n{"locked":[{"name":"a","version":"1.9",},{"name":"b","version":"2.0","group":"dev"}],}',
            yaml = "locked:\n- {name: a, version: 1.9}\n- {name: b, version: 2.0, group: dev}\n",
            toml = '[[locked]]\nname="a"\nversion="1.9"\n[[locked]]\nname="b"\nversion="2.0"\ngroup="dev"\n',
        }
        for syntax, text in pairs(texts) do
            format(ACME:format(syntax, "semver", "", OF_TREE))
            local result = parse("acme.lock", text)
            assert.are.equal(PACKAGES, result.out, syntax .. ": " .. result.err)
        end
    end)

    it("reads XML", function()
        format(ACME:format("xml", "pep440", "recognise = function(d) return d.tag == 'acme' end,", [[
            local list = {}
            for _, element in ipairs(document[1].attr == nil and document[1] or {}) do
                list[#list + 1] = { name = element.attr.name, version = element[1], group = element.attr.group }
            end
            return list]]))
        local text = '<acme>\n  <locked>\n    <package name="a">1.9</package>\n'
            .. '    <package name="b" group="dev">2.0</package>\n  </locked>\n</acme>\n'
        assert.are.equal(PACKAGES, parse("x.acme.json", text).out)
        assert.are.equal(PACKAGES, parse("other.xml", text).out)
        local result = parse("x.acme.json", "<acme>\n<locked></acme>")
        assert.are.equal(1, result.code)
        assert.is_truthy(result.err:find("x.acme.json:2:11: mismatched tag", 1, true), result.err)
    end)

    it("reads lines", function()
        format(ACME:format("lines", "pep440", "", [[
            local list = {}
            for _, line in ipairs(document) do
                local name, version = line:match "^(%S+) (%S+)$"
                list[#list + 1] = { name = name, version = version, group = name == "b" and "dev" or nil }
            end
            return list]]))
        assert.are.equal(PACKAGES, parse("x.acme.json", "a 1.9\r\nb 2.0\n").out)
    end)

    it("knows a file of another name by its content, when it recognises it", function()
        format(ACME:format("json", "semver", "recognise = function(d) return d.acme end,", OF_TREE))
        assert.are.equal(1, parse("other.json", '{"locked":[]}').code)
        local result = parse("other.json", '{"acme":true,"locked":[{"name":"a","version":"1.9"}]}')
        assert.are.equal('{"schema":1,"format":"acme","packages":[{"name":"a","version":"1.9"}]}\n', result.out)
    end)

    it("leaves to the others what it does not recognise", function()
        format(ACME:format("json", "semver", "recognise = function(d) return d.acme end,", OF_TREE))
        local result = parse("acme.lock", '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"}}}')
        assert.is_truthy(result.out:find('"format":"npm"', 1, true), result.err)
    end)

    it("serves diff, check and formats", function()
        format(ACME:format("json", "semver", "", OF_TREE))
        local old, new = directory .. "/env/acme.lock", directory .. "/new.acme.json"
        command.write(old, '{"locked":[{"name":"a","version":"1.9.0"}]}')
        command.write(new, '{"locked":[{"name":"a","version":"1.10.0"}]}')
        local diff = command.run("diff", "--policy", policy, old, new)
        assert.are.equal("upgraded    a  1.9.0 -> 1.10.0 (minor)\n", diff.out, diff.err)
        local check = command.run("check", "--policy", policy, "--state-dir", directory .. "/state", "--json",
            directory .. "/env", "--", "cat", new)
        assert.is_truthy(check.out:find('"outcome":"checked"', 1, true), check.out .. check.err)
        assert.is_truthy(check.out:find('"changes":1', 1, true), check.out)
        local formats = command.run("formats", "--policy", policy)
        assert.is_truthy(formats.out:find("acme.lock *.acme.json", 1, true), formats.err)
    end)

    it("says of a package whether somebody asked for it", function()
        command.write(directory .. "/formats/acme.lua", ACME:format("json", "semver", "", [[return {
            { name = "a", version = document.v, direct = true }, { name = "b", version = document.v, direct = false },
            { name = "c", version = document.v } }]]))
        for _, version in ipairs { "1", "2" } do
            command.write(directory .. "/" .. version .. ".acme.json", ('{"v":"%s.0.0"}'):format(version))
        end
        local result = command.run("diff", directory .. "/1.acme.json", directory .. "/2.acme.json", "--json", "--policy", policy)
        local changes = cjson.decode(result.out).changes
        assert.same({ true, false }, { changes[1].direct, changes[2].direct })
        assert.is_nil(changes[3].direct)
        local text = command.run("diff", directory .. "/1.acme.json", directory .. "/2.acme.json", "--policy", policy).out
        assert.equal("a c b", (text:gsub("[^\n]*  (%l)  [^\n]*\n", "%1 "):sub(1, -2)))
    end)

    it("says when a package came out and where its page is", function()
        command.write(directory .. "/formats/acme.lua", ACME:format("json", "semver", "", [[return {
            { name = "a", version = "1", released = "2026-11-03T11:20:30+01:00", url = "https://me:secret@acme.example/a#top" },
            { name = "b", version = "1", released = 1793701230.0, url = "javascript:alert(1)" },
            { name = "c", version = "1", released = 1793701230000, url = "" },
            { name = "d", version = "1", released = 1793701230.5 }, { name = "e", version = "1", released = "soon" },
            { name = "f", version = "1", released = 2^70 } }]]))
        command.write(directory .. "/a.acme.json", "{}")
        local list = cjson.decode(command.run("parse", directory .. "/a.acme.json", "--json", "--policy", policy).out).packages
        assert.same({ name = "a", version = "1", released = 1793701230, url = "https://acme.example/a" }, list[1])
        assert.same({ 1793701230, nil }, { list[2].released, list[2].url })
        assert.same({ name = "c", version = "1", released = 1793701230 }, list[3])
        assert.same({ nil, nil, nil }, { list[4].released, list[5].released, list[6].released })
    end)

    it("says how names compare, in diff, for security fixes and in what is ignored", function()
        local old, new = directory .. "/env/acme.lock", directory .. "/new.acme.json"
        local fixed = directory .. "/fixed.txt"
        command.write(old, '{"locked":[{"name":"Py.YAML","version":"1.0.0"},{"name":"Other","version":"1.0.0"}]}')
        command.write(new, '{"locked":[{"name":"py_yaml","version":"1.1.0"},{"name":"other","version":"1.0.0"}]}')
        command.write(fixed, "PY-yaml\n")
        local told = { exact = { "added", "added", "removed", "removed", changes = 4 },
            caseless = { "added", "removed", changes = 2 }, python = { "upgraded", changes = 1, security = 1, ignored = true } }
        for names, wanted in pairs(told) do
            format(ACME:format("json", "semver", ("names = %q,"):format(names), OF_TREE))
            local diff = command.run("diff", "--policy", policy, old, new)
            local kinds = {}
            for kind in diff.out:gmatch "(%l+) [^\n]*\n" do
                kinds[#kinds + 1] = kind
            end
            table.sort(kinds)
            assert.are.same(table.move(wanted, 1, #wanted, 1, {}), kinds, diff.err)
            local place = { "--policy", policy, "--state-dir", directory .. "/" .. names }
            local check = command.run("check", "--json", "--security", fixed, place[1], place[2], place[3], place[4],
                directory .. "/env", "--", "cat", new)
            assert.is_truthy(check.out:find('"changes":' .. wanted.changes, 1, true), check.out .. check.err)
            local shown = command.run("show", "--json", place[1], place[2], place[3], place[4], directory .. "/env").out
            assert.are.equal(wanted.security ~= nil, shown:find('"security":true', 1, true) ~= nil, shown)
            command.run("ignore", place[3], place[4], directory .. "/env", "PYyaml", "py.yaml")
            local explained = command.run("explain", "--json", place[1], place[2], place[3], place[4], directory .. "/env")
            assert.are.equal(wanted.ignored or false, explained.out:find('"code":"ignored"', 1, true) ~= nil, explained.out .. explained.err)
        end
        format(ACME:format("json", "semver", 'names = "caselss",', OF_TREE))
        local fault = parse("acme.lock", "{}").err
        assert.is_truthy(fault:find("names 'caselss' is not known; did you mean 'caseless'?", 1, true), fault)
    end)

    it("has every mistake told, with its line", function()
        format('local u = require "upnudge"\nreturn u.format {\n  api = 1,\n  file = { "x" },\n  syntax = "jsonn",\n}\n')
        local result = parse("acme.lock", "{}")
        assert.are.equal(1, result.code)
        for _, words in ipairs { "acme.lua:4: format has no key 'file'; did you mean 'files'?",
            "acme.lua:5: syntax 'jsonn' is not known; did you mean 'json'?", "format has no 'name'" } do
            assert.is_truthy(result.err:find(words, 1, true), result.err)
        end
    end)

    it("that is broken fails only what nothing else reads", function()
        format(ACME:format("json", "semver", "", OF_TREE))
        command.write(directory .. "/formats/broken.lua", 'return require "upnudge".format { api = 1,\n  nmae = "x" }\n')
        command.write(directory .. "/formats/half.lua", "return {\n")
        assert.are.equal(PACKAGES, parse("acme.lock",
            '{"locked":[{"name":"a","version":"1.9"},{"name":"b","version":"2.0","group":"dev"}]}').out)
        command.must('cp tests/fixtures/webshop/package-lock.json "$work/env"')
        local check = command.run("check", "--policy", policy, "--state-dir", directory .. "/state", "--json",
            directory .. "/env", "--new", command.root .. "/tests/fixtures/webshop/upgraded.json")
        assert.equal("checked", cjson.decode(check.out).outcome, check.out)
        local said = parse("package-lock.json", '{"lockfileVersion"').err
        assert.is_truthy(said:find("truncated", 1, true), said)
        assert.is_nil(said:find("broken.lua", 1, true), said)
        said = parse("other.lock", "{}").err
        assert.is_truthy(said:find("broken.lua:2: format has no key 'nmae'; did you mean 'name'?", 1, true), said)
        assert.is_truthy(said:find("half.lua:1: ", 1, true), said)
        local listed = command.run("formats", "--policy", policy)
        assert.same({ 0, true, true }, { listed.code, listed.out:find "acme" ~= nil, listed.err:find "broken.lua:2:" ~= nil })
        assert.equal(2, #cjson.decode(command.run("formats", "--policy", policy, "--json").out).faults)
    end)

    it("is looked at by policy check, as a checker beside the policy is", function()
        command.must 'mkdir "$work/checkers"'
        local function checked()
            local said = command.run("policy", "check", policy)
            return said.code, said.out .. said.err
        end
        format(ACME:format("json", "semver", "", OF_TREE))
        assert.same({ 0, policy .. ": good\n" }, { checked() })
        command.write(directory .. "/formats/broken.lua", 'return require "upnudge".format { api = 1,\n  nmae = "x" }\n')
        command.write(directory .. "/checkers/half.lua", "local x = 1\nreturn {\n")
        local code, said = checked()
        assert.equal(1, code)
        assert.is_truthy(said:find('formats/broken.lua:2: format has no key \'nmae\'; did you mean \'name\'?', 1, true), said)
        assert.is_truthy(said:find('      nmae = "x" }\n      ^~~~\n', 1, true), said)
        assert.is_truthy(said:find("checkers/half.lua:2: ", 1, true), said)
    end)

    it("has faults of its answer told", function()
        local faults = {
            ["return 5"] = "packages gave a number; expected a list of packages",
            ["return { {} }"] = "packages[1] has no name",
            ["return { { name = 'a', version = 1 } }"] = "packages[1].version is a number; expected a string",
            ["return { { name = 'a', versoin = '1' } }"] = "has no field 'versoin'; did you mean 'version'?",
            ["while true do end"] = "the format ran too long",
            ["error { }"] = "the error is no text",
            ["return document.nothing.there"] = "acme.lua:6: attempt to index a nil value",
        }
        for body, words in pairs(faults) do
            format(ACME:format("json", "semver", "", body))
            local result = parse("acme.lock", "{}")
            assert.are.equal(1, result.code, body)
            assert.is_truthy(result.err:find(words, 1, true), result.err)
        end
    end)

    it("is given no merge conflict and nothing binary", function()
        for _, syntax in ipairs { "json", "relaxed-json", "yaml", "toml", "lines" } do
            format(ACME:format(syntax, "semver", "", "return {}"))
            local conflict = parse("acme.lock", "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> main\n").err
            assert.is_truthy(conflict:find("/acme.lock:2:1: a merge conflict; settle it", 1, true), conflict)
            local wide = parse("acme.lock", "\xFF\xFEa\0").err
            assert.is_truthy(wide:find("/acme.lock: encoded in UTF-16; lockfiles are UTF-8", 1, true), wide)
        end
        assert.are.equal(0, parse("acme.lock", "Changes\n=======\n").code)
    end)

    it("reads YAML whose keys are longer than libyaml takes", function()
        format(ACME:format("yaml", "semver", "", [[
            local list = {}
            for key, version in pairs(document) do
                list[#list + 1] = { name = key:match "^[^@]+", version = version, location = tostring(#key) }
            end
            return list]]))
        local result = parse("acme.lock", '"a@' .. ("^1, "):rep(1000) .. '": 1.9.0\n')
        assert.are.equal('{"schema":1,"format":"acme","packages":[{"name":"a","version":"1.9.0","location":"4002"}]}\n',
            result.out, result.err)
    end)

    it("has the place of a broken document told", function()
        format(ACME:format("json", "semver", "", OF_TREE))
        local result = parse("acme.lock", '{\n  "locked": [,]\n}')
        assert.is_truthy(result.err:find("/acme.lock:2:14: expected a value", 1, true), result.err)
    end)

    it("reads large lockfiles", function()
        format(ACME:format("json", "semver", "", OF_TREE))
        local entries = {}
        for i = 1, 50000 do
            entries[i] = ('{"name":"package-%d","version":"1.%d.0"}'):format(i, i)
        end
        local result = parse("acme.lock", '{"locked":[' .. table.concat(entries, ",") .. "]}")
        assert.are.equal(0, result.code, result.err)
        assert.is_truthy(result.out:find('{"name":"package-50000","version":"1.50000.0"}', 1, true))
    end)

    it("comes with an example that works", function()
        command.write(directory .. "/system.dpkg", "adduser\t3.134\nlibc6:amd64\t2.36-9+deb12u9\nremoved\t\n")
        local result = command.run("parse", "--policy", command.root .. "/policies/default.lua", directory .. "/system.dpkg")
        assert.are.equal("adduser  3.134\nlibc6  2.36-9+deb12u9\n", result.out, result.err)
    end)
end)
