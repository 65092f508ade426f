--- Which file `extends` means.

local base = require "upnudge.policy.base"
local command = require "command"
local stage = require "stage"

local work

before_each(function()
    work = stage.bare()
end)

after_each(stage.strike)

local function ready_made(name)
    return { name = name .. " (ready-made)", builtin = name }
end

--- A chain of files of the directory, and of ready-made ones in round brackets.
local function chain_of(...)
    local chain = {}
    for i, name in ipairs { ... } do
        local builtin = name:match "^%((.*)%)$"
        local source = builtin and ready_made(builtin) or { name = work .. "/" .. name,
            path = work .. "/" .. name }
        chain[i] = { source = source, name = source.name, bytes = "" }
    end
    return chain
end

local function base_of(chain, name, read, machines)
    return base.of(chain, name, read, ready_made, function() return machines end)
end

local function read(source)
    return "bytes of " .. (source.path or source.builtin)
end

describe("the base of a policy", function()
    it("is the file beside it, else a ready-made one", function()
        local file = assert(base_of(chain_of "p.lua", "weekly", read))
        assert.same({ name = "weekly (ready-made)", builtin = "weekly" }, file.source)
        assert.same({ "weekly (ready-made)", "bytes of weekly" }, { file.name, file.bytes })
        command.write(work .. "/weekly.lua", "")
        file = assert(base_of(chain_of "p.lua", "weekly", read))
        assert.same({ work .. "/weekly.lua", "bytes of " .. work .. "/weekly.lua" }, { file.source.path, file.bytes })
    end)

    it("of one that is named like a ready-made one is that, and of a ready-made one is ready-made", function()
        command.write(work .. "/weekly.lua", "")
        assert.equal("weekly", assert(base_of(chain_of "weekly.lua", "weekly", read)).source.builtin)
        assert.equal("weekly", assert(base_of(chain_of "(default)", "weekly", read)).source.builtin)
    end)

    it("is looked for beside the last of the chain", function()
        command.must 'mkdir "$work/other"'
        command.write(work .. "/other/team.lua", "")
        assert.equal(work .. "/other/team.lua", assert(base_of(chain_of("p.lua", "other/q.lua"), "team", read)).source.path)
        assert.equal("team", assert(base_of(chain_of("other/q.lua", "p.lua"), "team", read)).source.builtin)
    end)

    it("is never a path", function()
        command.write(work .. "/x.lua", "")
        for _, name in ipairs { "../x", "./x", "/x", "x.lua", "", "x y", "-x", ".x" } do
            assert.same({}, { base_of(chain_of "p.lua", name, read) }, name)
        end
    end)

    it("is none where they go in a circle, or for ever", function()
        command.write(work .. "/p.lua", "")
        command.write(work .. "/q.lua", "")
        local file, message = base_of(chain_of("p.lua", "q.lua"), "p", read)
        assert.is_nil(file)
        assert.equal(("policies extend each other in a circle: %s/p.lua -> %s/q.lua -> %s/p.lua"):format(work, work, work), message)
        assert.is_nil((base_of(chain_of("(weekly)", "(default)"), "weekly", read)))
        local names = {}
        for i = 1, 15 do
            names[i] = i .. ".lua"
        end
        assert.is_truthy((base_of(chain_of(table.unpack(names)), "weekly", read)))
        names[16] = "16.lua"
        assert.is_nil((base_of(chain_of(table.unpack(names)), "weekly", read)))
    end)

    it("system is the machine's, of those that the chain has not come to yet, else default", function()
        local machines = { work .. "/none.lua", work .. "/m1.lua", work .. "/m2.lua" }
        command.write(work .. "/m1.lua", "")
        command.write(work .. "/m2.lua", "")
        -- One beside it is none.
        command.write(work .. "/system.lua", "")
        local source = assert(base_of(chain_of "p.lua", "system", read, machines)).source
        assert.same({ name = work .. "/m1.lua", path = work .. "/m1.lua", found = "machine" }, source)
        assert.equal(work .. "/m2.lua", assert(base_of(chain_of("p.lua", "m1.lua"), "system", read, machines)).source.path)
        assert.equal(work .. "/m2.lua", assert(base_of(chain_of("m1.lua", "team.lua"), "system", read, machines)).source.path)
        for _, chain in ipairs { chain_of("m2.lua"), chain_of("p.lua", "m1.lua", "m2.lua"), chain_of("m2.lua", "m1.lua") } do
            assert.equal("default", assert(base_of(chain, "system", read, machines)).source.builtin)
        end
        assert.equal("default", assert(base_of(chain_of "p.lua", "system", read, {})).source.builtin)
    end)

    it("that cannot be read is told of", function()
        local file, message = base_of(chain_of "p.lua", "weekly", function() return nil, "no luck" end)
        assert.is_nil(file)
        assert.equal("extends 'weekly', which is not there: no luck", message)
    end)
end)
