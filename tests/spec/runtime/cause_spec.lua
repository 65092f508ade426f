--- Which reason it is that something failed. Where each comes from is in house/reasons_spec.

local cause = require "upnudge.runtime.cause"
local reasons = require "upnudge.lib.reasons"

describe("a cause", function()
    it("is one of the list, whatever code it is asked about", function()
        local listed = {}
        for _, reason in ipairs(reasons.list) do
            listed[reason.name] = true
        end
        local codes = { n = 0, "system", "not-found", "busy", "foreign", "format", "syntax", "limit", "timeout", "argument", "broken",
            "other", "newer", "refused", "unreachable", "policy", "none", "memory", "fault", "reader", "a team's own" }
        assert.is_true(listed[cause.fault("x.lua:1: something").code])
        for subject, of in pairs(cause) do
            if subject == "fault" then
                goto continue
            end
            assert.is_true(listed[of(nil)], subject)
            for _, code in ipairs(codes) do
                assert.is_true(listed[of(code)], subject .. " " .. code)
            end
            ::continue::
        end
    end)

    it("depends on what it is about", function()
        assert.same({ "not-checked", "lockfile-missing", "cannot-remember", "record-unreadable", "upgrade-unparsable" },
            { cause.of_record "not-found", cause.of_lockfile "not-found", cause.of_state "not-found", cause.of_history "not-found",
                cause.of_upgrade "not-found" })
        assert.same({ "dry-upgrade-failed", "lockfile-unparsable" }, { cause.of_upgrade "timeout", cause.of_lockfile "limit" })
        for _, of in ipairs { cause.of_lockfile, cause.of_upgrade } do
            assert.same({ "fault", "memory" }, { of("reader", "no such file"), of("reader", "x.lock: out of memory") })
        end
    end)
end)
