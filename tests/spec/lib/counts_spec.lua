--- The names of the counts, which whoever counts, records and tells has from one place.

local counts = require "upnudge.lib.counts"

local function set(list)
    local names = {}
    for _, name in ipairs(list) do
        assert.is_nil(names[name], name)
        names[name] = true
    end
    return names
end

describe("the counts", function()
    it("have each a name of its own, kinds and levels among them", function()
        local all = set(counts.all)
        for _, list in ipairs { counts.kinds, counts.levels, counts.askers, counts.severities, counts.open,
            { "total", "security", "downgraded" } } do
            for name in pairs(set(list)) do
                assert.is_true(all[name], name)
            end
        end
        assert.equal(#counts.all, #counts.kinds + #counts.levels + #counts.askers + #counts.severities + #counts.open + 3)
    end)

    it("are what a policy sees of a result", function()
        local fields = require "upnudge.language.schema".context.result
        for _, name in ipairs(counts.all) do
            assert.is_truthy(fields[name], name)
        end
    end)

    it("have words in every language", function()
        for _, language in ipairs { "en", "zh" } do
            local words = require("upnudge.language.words." .. language)
            for _, list in ipairs { counts.kinds, counts.levels, { "security", "downgraded" } } do
                for _, name in ipairs(list) do
                    assert.is_truthy(words[name], language .. " " .. name)
                end
            end
        end
    end)
end)
