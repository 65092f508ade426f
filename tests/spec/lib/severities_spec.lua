--- How much a severity weighs.

local severities = require "upnudge.lib.severities"

describe("severities", function()
    it("weigh the more the worse they are", function()
        local last = math.huge
        for _, name in ipairs { "critical", "high", "medium", "low", "unknown" } do
            assert.is_true(severities[name] < last, name)
            last = severities[name]
        end
    end)

    it("have words in every language", function()
        for _, language in ipairs { "en", "zh" } do
            for name in pairs(severities) do
                assert.is_truthy(require("upnudge.language.words." .. language)["severity_" .. name], name)
            end
        end
    end)
end)
