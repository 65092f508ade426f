local command = require "command"

local NAMELESS <const> = command.root .. "/tests/fixtures/cargo/nameless.lock"

describe("upnudge parse", function()
    it("says how many entries name no package", function()
        local result = command.run("parse", NAMELESS)
        assert.are.same({ out = "a  1.0.0\n", err = "upnudge: left out what names no package: 1\n", code = 0 },
            { out = result.out, err = result.err, code = result.code })
        assert.are.equal('{"schema":1,"format":"cargo","packages":'
            .. '[{"name":"a","version":"1.0.0","source":"path","direct":true}],"skipped":1}\n',
            command.run("parse", "--json", NAMELESS).out)
    end)

    it("says whether somebody asked for a package, and nothing where that is not told", function()
        local function told(name)
            local list = {}
            for package in command.run("parse", "--json", command.root .. "/tests/fixtures/" .. name).out:gmatch "{\"name\"[^}]*}" do
                list[#list + 1] = package:match '"direct":(%l+)' or "-"
            end
            return table.concat(list, " ")
        end
        assert.equal("true true true false true true false true false true false false", told "npm/direct.json")
        assert.equal("-", told "npm/rootless.json")
    end)

    it("says nothing of them where there are none", function()
        local result = command.run("parse", "--json", command.root .. "/tests/fixtures/cargo/v4.lock")
        assert.are.equal("", result.err)
        assert.is_nil(result.out:find("skipped", 1, true))
    end)
end)
