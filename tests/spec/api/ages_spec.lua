--- Hosts that were compiled with an older or a newer upnudge.h than the library has.

local command = require "command"
local stage = require "stage"

local NEW <const>, NOW <const> = stage.NEW, stage.NOW
local TOLD <const> = "2 version changes and 1 rebuild available in webshop.\nUse 'upnudge show "

before_each(function()
    stage.set()
end)

after_each(stage.strike)

local function run(host)
    local said = command.shell('"$build/tests/host/"%s "$state" "$env" %d %s', host, NOW, NEW)
    assert.equal(0, said.code, said.out .. said.err)
    return (said.out:gsub("(Use 'upnudge show )[^\n]*\n", "%1"))
end

describe("a host with the first header", function()
    it("is told what there is, and what lies beside its structs is left alone", function()
        assert.equal(TOLD .. "already said 1 second ago; again in 6 days\n", run "first")
    end)
end)

describe("a host with a header of days to come", function()
    it("is understood as long as it sets nothing that is unknown", function()
        local function refused(called, struct)
            return ("2 upnudge_%s: the upnudge_%s was made for a newer upnudge, and has set what this one lacks\n"):format(called, struct)
        end
        assert.equal(refused("open", "options") .. "0 \n" .. refused("check_begin", "target")
            .. refused("check_begin", "target"):gsub("^2", "0") .. refused("notify", "activation") .. TOLD, run "grown")
    end)
end)
