--- Where the machine's policy stands, and what of it is loaded beside a person's own. What that comes to for people is
--- in layers_spec.lua.

local command = require "command"
local machine = require "upnudge.policy.machine"
local stage = require "stage"

local work

before_each(function()
    work = stage.bare()
end)

after_each(stage.strike)

describe("the machine's policy", function()
    it("stands in one of the directories, as far as they are absolute", function()
        assert.same({ "/a/upnudge/x", "/b c/upnudge/x" }, machine.paths("/a:rel:./x::/b c", "x"))
        assert.same({}, machine.paths("rel", "x"))
    end)

    it("is known by its path, as the person's is, which may be one of them", function()
        assert.same({ "person", "machine", "machine" }, { machine.whose("/p", "/p", { "/p", "/m" }),
            machine.whose("/m", "/p", { "/q", "/m" }), machine.whose("/m", nil, { "/m" }) })
        assert.is_nil(machine.whose("/x", "/p", { "/m" }))
        assert.is_nil(machine.whose("p", nil, {}))
    end)
end)

describe("behind a person's policy", function()
    local function at(name)
        command.write(work .. "/" .. name, "")
        return work .. "/" .. name
    end

    local OWN <const> = { source = { path = "/own" } }

    it("is the first that is there", function()
        local m = at "m"
        at "n"
        assert.same({ path = m, name = m, found = "machine" }, machine.source({ OWN }, { work .. "/none", m, work .. "/n" }))
        assert.is_nil(machine.source({ OWN }, { work .. "/none" }))
        assert.is_nil(machine.source({ OWN }, {}))
    end)

    it("is none where the person's extends it, by whatever path", function()
        local m = at "m"
        at "n"
        for _, file in ipairs { { source = { path = m } }, { source = { path = work .. "/./m" } } } do
            assert.is_nil(machine.source({ OWN, file }, { work .. "/none", m, work .. "/n" }))
        end
    end)

    it("all of it counts where the person's does not say what it starts from, else what is final", function()
        local own, base, one, two = { name = "own" }, { name = "base" }, { name = "one" }, { name = "two" }
        local layers = machine.layers({ own }, { one, two })
        assert.same({ own, one, two }, layers.all)
        assert.same({ nil, layers.all }, { layers.own, layers.of_strategy })
        own.extends = {}
        assert.same({ all = { own, one, two }, own = 1, of_strategy = { own } }, machine.layers({ own }, { one, two }))
        two.keeps_strategy = true
        assert.same({ all = { own, base, one, two }, own = 2, of_strategy = { one, two } },
            machine.layers({ own, base }, { one, two }))
    end)
end)
