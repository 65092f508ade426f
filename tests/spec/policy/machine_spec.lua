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

describe("beside a person's policy", function()
    local asked

    --- What comes of such a chain, where each file loads as `files` says: its chain, or what is wrong with it.
    local function beside(chain, paths, files)
        asked = {}
        return machine.beside(chain, paths, function(source)
            return files[source.path] and "bytes", not files[source.path] and "unreadable" or nil
        end, function(file, mistakes)
            asked[#asked + 1] = file.source.path
            local found = files[file.source.path]
            mistakes[1] = found.mistake
            return found.chain, found.fault
        end)
    end

    local function at(name)
        command.write(work .. "/" .. name, "")
        return work .. "/" .. name
    end

    local OWN <const> = { { source = { path = "/own" } } }

    it("the first that is there is loaded, with its files and whether it keeps its strategy", function()
        local m = at "m"
        at "n"
        local chain = { { source = { path = m } }, { source = { builtin = "default" } } }
        local found, loaded = beside(OWN, { work .. "/none", m, work .. "/n" }, { [m] = { chain = chain } })
        assert.same({ { path = m }, { files = { m }, chain = chain }, { m } }, { found, loaded, asked })
        chain[2].keeps_strategy = true
        loaded = select(2, beside(OWN, { m }, { [m] = { chain = chain } }))
        assert.equal(chain, loaded.kept)
    end)

    it("nothing is loaded where there is none, or the person's extends it", function()
        local m = at "m"
        assert.is_nil(beside(OWN, { work .. "/none" }, {}))
        assert.is_nil(beside(OWN, {}, {}))
        assert.is_nil(beside({ OWN[1], { source = { path = m } } }, { work .. "/none", m }, { [m] = {} }))
        assert.same({}, asked)
    end)

    it("one that cannot be read or loaded, or has a mistake, is told of and not used", function()
        local m = at "m"
        local found, loaded = beside(OWN, { m }, {})
        assert.same({ { path = m, fault = "unreadable" } }, { found, loaded })
        found, loaded = beside(OWN, { m }, { [m] = { fault = "no luck" } })
        assert.same({ { path = m, fault = "no luck" } }, { found, loaded })
        found, loaded = beside(OWN, { m }, { [m] = { chain = {}, mistake = { file = m, line = 3, message = "wrong" } } })
        assert.same({ { path = m, fault = m .. ":3: wrong" } }, { found, loaded })
    end)
end)
