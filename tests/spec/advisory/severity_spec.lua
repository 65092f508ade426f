--- Severities from scores, words and vectors.

local severities = require "upnudge.advisory.severity"

describe("a severity", function()
    it("of a vector is that of its score, as the specification has it", function()
        -- The examples of https://www.first.org/cvss/v3.1/examples.
        for vector, severity in pairs { ["CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:L/I:L/A:N"] = "medium", -- 5.4
            ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"] = "critical", -- 10.0
            ["CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N"] = "low", -- 3.1
            ["CVSS:3.0/AV:L/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H"] = "high", -- 8.8
            ["CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:C/C:H/I:H/A:H"] = "critical", -- 9.1
            ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"] = "low", ["CVSS:3.1/AV:N/AC:L"] = "unknown",
            ["CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"] = "unknown", [""] = "unknown",
            [("CVSS:3.1/"):rep(1000)] = "unknown" } do
            assert.same({ vector, severity }, { vector, severities.of_vector(vector) })
        end
        assert.equal("unknown", severities.of_vector(7))
    end)

    it("of a score or a word is on one scale", function()
        assert.same({ "critical", "high", "medium", "low", "low", "unknown", "unknown", "unknown" },
            { severities.of_score(9), severities.of_score "8.9", severities.of_score(4), severities.of_score(3.9),
                severities.of_score(0), severities.of_score "", severities.of_score(11), severities.of_score(-1) })
        assert.same({ "medium", "high", "unknown", "unknown" }, { severities.of_word "MODERATE", severities.of_word "High",
            severities.of_word {}, severities.of_word "disaster" })
    end)
end)
