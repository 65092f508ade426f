--- Ranges of versions as advisories write them.

local ranges = require "upnudge.advisory.range"

--- Whether a version lies in a range: true, false, or "unknown".
local function holds(text, version, scheme)
    local range = ranges.parse(text, scheme or "semver")
    local answer
    if range then
        answer = ranges.holds(range, version, scheme or "semver")
    end
    return answer == nil and "unknown" or answer
end

describe("a range", function()
    it("has the versions between its ends", function()
        for text, versions in pairs {
            ["<4.17.21"] = { ["4.17.20"] = true, ["4.17.21"] = false, ["4.17.21-rc.1"] = true },
            [">=1.0.0 <1.2.3 || >=2.0.0 <2.1.0"] = { ["1.2.2"] = true, ["1.2.3"] = false, ["2.0.0"] = true, ["2.1.0"] = false },
            ["<1.9.1|>=2.0.0,<2.4.5"] = { ["1.9.0"] = true, ["1.9.1"] = false, ["2.4.4"] = true },
            ["*"] = { ["1.0.0"] = true }, ["=1.0.0"] = { ["1.0.0"] = true, ["1.0.1"] = false },
            [">= 1.0.0, <= 1.1.0"] = { ["1.1.0"] = true, ["1.1.1"] = false },
        } do
            for version, inside in pairs(versions) do
                assert.same({ text, version, inside }, { text, version, holds(text, version) })
            end
        end
    end)

    it("of RubyGems goes as far as its last number but one", function()
        local list = { "~> 2.0.9, >= 2.0.9.1", "~> 2.1.4, >= 2.1.4.1", ">= 2.2.3.1" }
        for version, inside in pairs { ["2.0.9"] = false, ["2.0.9.1"] = true, ["2.0.10"] = true, ["2.1.0"] = false, ["2.1.4.1"] = true,
            ["2.2.0"] = false, ["2.2.3.1"] = true, ["3.0"] = true, ["2.1.0.rc1"] = false } do
            assert.same({ version, inside }, { version, holds(list, version, "rubygems") })
        end
    end)

    it("of Cargo goes as far as what is compatible", function()
        for text, versions in pairs { ["^1.2.3"] = { ["1.9.0"] = true, ["2.0.0"] = false, ["2.0.0-rc.1"] = false, ["1.2.2"] = false },
            ["0.2.3"] = { ["0.2.9"] = true, ["0.3.0"] = false }, ["~1.2.3"] = { ["1.2.9"] = true, ["1.3.0"] = false } } do
            for version, inside in pairs(versions) do
                assert.same({ text, version, inside }, { text, version, holds(text, version, "cargo") })
            end
        end
    end)

    it("that is written otherwise, or a version that cannot be compared, is not guessed", function()
        for _, text in ipairs { "1.2.x", "1.2.*", "!=1.0.0", "between 1 and 2", "~1.2", "^1.0", "1.0.0 - 2.0.0", "", ">=" } do
            assert.same({ text, "unknown" }, { text, holds(text, "1.2.3", "composer") })
        end
        assert.equal("unknown", holds("<1.0.0", "latest"))
        assert.equal(true, holds("<1.0.0 || =2.0.0", "2.0.0"))
        assert.equal("unknown", holds(("<1.0.0 || "):rep(200) .. "<1.0.0", "2.0.0"))
    end)

    it("of Go has versions with and without a v", function()
        assert.equal(true, holds("<1.3.2", "v1.3.1", "go"))
        assert.equal(false, holds("<1.3.2", "v1.3.2", "go"))
    end)
end)
