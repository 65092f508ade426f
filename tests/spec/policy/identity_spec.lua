--- The digests by which a policy in force is known.

local command = require "command"
local core = require "upnudge.core"
local identity = require "upnudge.policy.identity"
local policies = require "upnudge.policy"
local stage = require "stage"

after_each(stage.strike)

local function file(name, bytes)
    return { source = { path = "/" .. name, found = "person" }, name = "/" .. name, bytes = bytes }
end

describe("the identity of a policy", function()
    it("has each file with the digest of its bytes, and one of them all in their order", function()
        local one = identity.of { file("p", "a"), { source = { builtin = "default" }, name = "default (ready-made)", bytes = "b" } }
        assert.same({ { name = "/p", path = "/p", found = "person", hash = core.hash "a" },
            { name = "default (ready-made)", builtin = "default", hash = core.hash "b" } }, one.files)
        assert.equal(core.hash(core.hash "a" .. "\n" .. core.hash "b" .. "\n"), one.hash)
    end)

    it("is that of its bytes, wherever the files stand, and another one in another order", function()
        local function hash(...)
            return identity.of({ ... }).hash
        end
        assert.equal(hash(file("p", "a"), file("q", "b")), hash(file("r", "a"), file("s", "b")))
        local seen = {}
        for _, one in ipairs { hash(file("p", "a"), file("q", "b")), hash(file("p", "b"), file("q", "a")),
            hash(file("p", "a")), hash(file("p", "ab")), hash(file("p", "a"), file("q", "b"), file("r", "")) } do
            assert.is_nil(seen[one])
            seen[one] = true
        end
    end)

    it("of one that is loaded is that of its bases, too, and the same at each question", function()
        local path = stage.bare() .. "/p.lua"
        command.write(path, 'return require "upnudge".policy { api = 1, name = "p", extends = "weekly" }')
        local function load()
            local policy = assert(policies.load { name = path, path = path })
            stage.finally(function() policy:close() end)
            return policy
        end
        local first = load()
        local whole = first:identity()
        assert.equal(whole, first:identity())
        assert.same({ path, "weekly" }, { whole.files[1].path, whole.files[2].builtin })
        assert.same({ core.hash(command.read(path)), core.hash(core.builtin "weekly") }, { whole.files[1].hash, whole.files[2].hash })
        assert.equal(whole.hash, load():identity().hash)
        assert.equal(whole.hash, first:hash())
        command.write(path, 'return require "upnudge".policy { api = 1, name = "p", extends = "weekly", hint = "h" }')
        assert.not_equal(whole.hash, load():identity().hash)
    end)
end)
