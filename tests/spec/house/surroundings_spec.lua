--- Who runs the tests decides nothing in them.

local hosts = require "upnudge.runtime.host"
local surroundings = require "surroundings"

-- What says in which words, and not whether.
local LOCALE <const> = { LC_ALL = true, LC_MESSAGES = true, LANG = true, LANGUAGE = true }

describe("the surroundings of the tests", function()
    it("have no variable that would silence a notice", function()
        for _, name in ipairs(surroundings) do
            assert.is_nil(os.getenv(name), name)
        end
    end)

    it("are all that tells a host of CI and of agents", function()
        local ours = {}
        for _, name in ipairs(surroundings) do
            ours[name] = true
        end
        local asked = 0
        local facts = hosts.new { variable = function(name)
            asked = asked + 1
            assert(ours[name] or LOCALE[name], name)
        end }:describe("acme", { tty = true })
        assert.is_false(facts.agent)
        assert.is_true(asked > 15)
    end)
end)
