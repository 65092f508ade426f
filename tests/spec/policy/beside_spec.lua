--- Files of a team beside its policy.

local beside = require "upnudge.policy.beside"
local command = require "command"
local stage = require "stage"

after_each(stage.strike)

describe("what stands beside a policy", function()
    it("is found in order, but for what is hidden and no Lua", function()
        local work = stage.bare()
        command.must 'cd "$work" && mkdir formats && touch formats/b.lua formats/a.lua formats/.c.lua formats/d.txt'
        assert.same({ work .. "/formats/a.lua", work .. "/formats/b.lua" },
            beside.paths({ name = "it", path = work .. "/policy.lua" }, "formats"))
        assert.same({}, beside.paths({ name = "it", path = work .. "/policy.lua" }, "checkers"))
    end)

    it("is loaded in a VM of its own, with its mistakes told", function()
        local path = stage.bare() .. "/it.lua"
        command.write(path, 'return require "upnudge".checker { api = 1, name = "it", formats = { "npm" }, needs = { "x" },\n'
            .. 'command = {}, hint = "x" }')
        local loaded, vm = beside.load(path, "load_checker")
        assert.equal("it", loaded.name)
        vm:close()
        command.write(path, "return 1")
        local none, message = beside.load(path, "load_checker")
        assert.is_nil(none)
        assert.is_truthy(message:find("must end in `return u.checker { ... }`", 1, true), message)
    end)
end)
