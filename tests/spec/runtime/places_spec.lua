--- Where what is kept of an app is, by the variables of its host.

local command = require "command"
local hosts = require "upnudge.runtime.host"
local places = require "upnudge.runtime.places"
local stage = require "stage"

local function find(variables)
    local host = hosts.new { variable = function(name) return variables[name] end }
    local found, message, code = places.find(host, "acme")
    return found, message or found and places.reason(host, found, "state"), code
end

describe("the places of an app", function()
    it("are two homes, each where its variable says, or below HOME", function()
        for _, case in ipairs {
            { { HOME = "/h" }, "/h/.cache", "/h/.local/state", "as HOME says" },
            { { HOME = "/h", XDG_CACHE_HOME = "/c" }, "/c", "/h/.local/state", "as HOME says" },
            { { HOME = "/h", XDG_STATE_HOME = "/s" }, "/h/.cache", "/s", "as XDG_STATE_HOME says" },
            { { XDG_CACHE_HOME = "/c", XDG_STATE_HOME = "/s" }, "/c", "/s", "as XDG_STATE_HOME says" },
            { { XDG_CACHE_HOME = "/c" }, "/c", "/c" },
            { { XDG_STATE_HOME = "/s" }, "/s", "/s" },
            -- A relative one counts as unset.
            { { HOME = "/h", XDG_CACHE_HOME = "c", XDG_STATE_HOME = "./s" }, "/h/.cache", "/h/.local/state" },
        } do
            local found, why = find(case[1])
            assert.equal(case[2] .. "/upnudge/acme", found.cache)
            assert.equal(case[3] .. "/upnudge/acme", found.state)
            assert.equal(case[4] or why, why)
            assert.equal("acme", found.app)
        end
    end)

    it("are one directory where UPNUDGE_STATE_DIR names one, as it is", function()
        local found, why = find { HOME = "/h", XDG_STATE_HOME = "/s", UPNUDGE_STATE_DIR = "/one/" }
        assert.same({ cache = "/one", state = "/one", named = "UPNUDGE_STATE_DIR" }, found)
        assert.equal("as UPNUDGE_STATE_DIR says", why)
        assert.equal("/h/.local/state/upnudge/acme", find { HOME = "/h", UPNUDGE_STATE_DIR = "" }.state)
        local none, message, code = find { HOME = "/h", UPNUDGE_STATE_DIR = "one" }
        assert.same({ "UPNUDGE_STATE_DIR 'one' is not absolute", "usage" }, { none or message, code })
    end)

    it("are in the login session where there is no home, and nowhere where that is not ours alone", function()
        local work = stage.set()
        stage.finally(stage.strike)
        local found = find { XDG_RUNTIME_DIR = work }
        assert.equal(work .. "/upnudge/acme", found and found.state)
        command.must 'chmod 755 "$work"'
        local none, message, code = find { XDG_RUNTIME_DIR = work }
        assert.is_nil(none)
        assert.is_truthy(message:find("set HOME, or name one with --state-dir or UPNUDGE_STATE_DIR", 1, true))
        assert.equal("state-unusable", code)
    end)
end)
