--- Every format belongs to an ecosystem, and no other has one.

local command = require "command"
local ecosystems = require "upnudge.lib.ecosystems"

describe("ecosystems", function()
    it("are known of each format that upnudge reads", function()
        local formats = {}
        for name in command.run("formats").out:gmatch "[^\n]+" do
            name = name:match "^%S+"
            assert.is_string(ecosystems[name], name)
            formats[name] = true
        end
        for name in pairs(ecosystems) do
            assert.is_true(formats[name], name)
        end
    end)
end)
