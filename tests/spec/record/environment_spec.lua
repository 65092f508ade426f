--- The environment: what people call it.

local command = require "command"
local core = require "upnudge.core"
local environment = require "upnudge.record.environment"
local stage = require "stage"

local env

before_each(function()
    env = select(2, stage.set())
end)

after_each(stage.strike)

describe("the name of an environment", function()
    local function name()
        return environment.name(core, { path = env, key = "" })
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
