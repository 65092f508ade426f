--- What every command does alike.

local command = require "command"

describe("a command", function()
    it("fails when its output could not be written, be it long or short", function()
        for _, words in ipairs { "formats", "policy reference", "version schemes" } do
            local result = command.shell('"$upnudge" ' .. words .. " >/dev/full")
            assert.equal(1, result.code, words)
            assert.is_truthy(result.err:find "^upnudge: standard output: ", result.err)
        end
    end)
end)
