--- The environment: its path, its key and what people call it.

local command = require "command"
local core = require "upnudge.core"
local environment = require "upnudge.record.environment"
local stage = require "stage"

local work, env

before_each(function()
    work, env = stage.set()
end)

after_each(stage.strike)

describe("an environment", function()
    it("is known by the hash of its canonical path, however one comes to it", function()
        local opened = assert(environment.open(core, env))
        local canonical = command.must('realpath "$env"'):match "[^\n]*"
        assert.same({ path = canonical, key = core.hash(canonical) }, opened)
        assert.is_truthy(opened.key:find "^%x+$")
        assert.equal(32, #opened.key)
        command.must 'ln -s webshop "$work/link"'
        for _, path in ipairs { env .. "/", env .. "/../webshop", work .. "/link", env .. "/." } do
            assert.same(opened, environment.open(core, path), path)
        end
    end)

    it("is not the one beside it", function()
        command.must 'mkdir "$work/other"'
        assert.are_not.equal(environment.open(core, env).key, environment.open(core, work .. "/other").key)
    end)

    it("that is not there is told of", function()
        local opened, message = environment.open(core, work .. "/nowhere")
        assert.is_nil(opened)
        assert.is_truthy(message:find("/nowhere: cannot find the directory", 1, true), message)
    end)
end)

describe("the name of an environment", function()
    local function name()
        return environment.name(core, assert(environment.open(core, env)))
    end

    it("is its directory's, or what Flox calls it", function()
        assert.equal("webshop", name())
        command.write(env .. "/.flox/env.json", '{"name":"shop","version":1}')
        assert.equal("shop", name())
    end)

    it("is its directory's where Flox's file says nothing", function()
        for _, text in ipairs { "", "{", "[]", '"shop"', "{}", '{"name":7}', '{"name":null}', '{"name":"shop","x":"' .. ("x"):rep(65536) .. '"}' } do
            command.write(env .. "/.flox/env.json", text)
            assert.equal("webshop", name(), text:sub(1, 20))
        end
    end)

    it("of the root is its path", function()
        assert.equal("/", environment.name(core, { path = "/", key = "" }))
    end)
end)
