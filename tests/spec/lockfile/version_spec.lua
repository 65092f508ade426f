--- Version orders as Lua and the command show them; the orders themselves are tested in C.

local command = require "command"
local upnudge = require "upnudge"

describe("upnudge.lockfile.version", function()
    it("compares by the order that is named", function()
        assert.are.equal(-1, upnudge.version.compare("1.0rc1", "1.0", "pep440"))
        assert.are.equal(0, upnudge.version.compare("1.0", "1.0.0", "rubygems"))
        assert.are.equal(1, upnudge.version.compare("1:0.1", "2.0", "debian"))
        assert.is_nil(upnudge.version.compare("dev-main", "1.0", "composer"))
        assert.are.equal("minor", upnudge.version.level("1.2.3", "1.3.0", "semver"))
        assert.are.equal("unknown", upnudge.version.level("x", "1.3.0", "semver"))
        assert.are.equal(23, #upnudge.version.schemes())
    end)

    it("says which orders there are", function()
        local ok, message = pcall(upnudge.version.compare, "1", "2", "pep44")
        assert.is_false(ok)
        assert.is_truthy(message:find("no version order 'pep44'; did you mean 'pep440'?", 1, true), message)
    end)
end)

describe("upnudge version", function()
    it("prints the order and the step", function()
        for words, line in pairs {
            [{ "compare", "1.2.3", "1.10.0" }] = "1.2.3 < 1.10.0 (minor)\n",
            [{ "compare", "--scheme", "pep440", "1.0", "1.0.0" }] = "1.0 = 1.0.0\n",
            [{ "compare", "2-1", "1.9-3", "--scheme", "debian" }] = "2-1 > 1.9-3 (major)\n",
        } do
            assert.are.equal(line, command.run("version", table.unpack(words)).out)
        end
        local result = command.run("version", "compare", "1.0", "2.0", "--scheme=nuget", "--json")
        assert.are.equal('{"schema":1,"scheme":"nuget","a":"1.0","b":"2.0","order":-1,"level":"major"}\n', result.out)
    end)

    it("says when there is no order", function()
        local result = command.run("version", "compare", "main", "1.0.0")
        assert.are.same({ 1, "" }, { result.code, result.out })
        assert.is_truthy(result.err:find("main and 1.0.0 are not comparable as semver versions", 1, true))
        local unknown = command.run("version", "compare", "1", "2", "--scheme", "semvre")
        assert.are.equal(2, unknown.code)
        assert.is_truthy(unknown.err:find("did you mean 'semver'?", 1, true))
        assert.is_truthy(command.run("version", "schemes").out:find("maven\n", 1, true))
    end)

    it("agrees with dpkg", function()
        local versions = { "1.0", "1.0-1", "1.0~rc1", "1.0~~", "1:0.9", "1.0+b1", "1.0a", "1.10", "1.2-1.1", "1.0-1~bpo1",
            "0:1.0-0", "2.0-1+deb12u1", "1.0.0", "10", "1.0-10", "1.0-9a" }
        local script = {}
        for _, a in ipairs(versions) do
            for _, b in ipairs(versions) do
                script[#script + 1] = ("dpkg --compare-versions %s lt %s && echo -1 || { dpkg --compare-versions %s eq %s "
                    .. "&& echo 0 || echo 1; }"):format(a, b, a, b)
            end
        end
        local at, wanted = 0, {}
        for order in command.shell(table.concat(script, "\n")).out:gmatch "%S+" do
            wanted[#wanted + 1] = tonumber(order)
        end
        for _, a in ipairs(versions) do
            for _, b in ipairs(versions) do
                at = at + 1
                assert.are.equal(wanted[at], upnudge.version.compare(a, b, "debian"), a .. " and " .. b)
            end
        end
    end)
end)
