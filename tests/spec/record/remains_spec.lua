--- The remains: what is nobody's goes, and only that.

local command = require "command"
local remains = require "upnudge.record.remains"
local stage = require "stage"

local places, key

before_each(function()
    local work = stage.bare()
    places = { cache = work .. "/cache", state = work .. "/state" }
    key = ("ab"):rep(16)
    command.must("mkdir -m 700 -p %s/%s/lockfiles %s", places.cache, key, places.state)
    command.must("touch -d '8 days ago' %s/%s/check.lock", places.cache, key)
end)

after_each(stage.strike)

local function is_kept()
    remains.remove(places, os.time() - stage.DAY)
    return command.read(("%s/%s/check.lock"):format(places.cache, key)) ~= nil
end

describe("what stands in the directory of an app", function()
    it("goes where it can be made again and nothing tells whose it is", function()
        command.must("cd %s/%s && touch lockfiles/x content.json .0123456789abcdef.tmp && mkdir output.1", places.cache, key)
        assert.is_false(is_kept())
        assert.equal("", command.must("ls %s", places.cache))
    end)

    it("stays where there is a record, of whatever kind, what a person chose, or what we do not know", function()
        for _, name in ipairs { "record.json", "choices.json", "notified.json", "decisions.log", "beside", "about.txt", "notes" } do
            local path = ("%s/%s/%s"):format(places.cache, key, name)
            command.write(path, "")
            assert.is_true(is_kept(), name)
            os.remove(path)
        end
        assert.is_false(is_kept())
    end)

    it("stays where the environment has a home with something in it, and where it has just been touched", function()
        local home = ("%s/%s"):format(places.state, key)
        command.must("mkdir %s && touch %s/choices.json", home, home)
        assert.is_true(is_kept())
        os.remove(home .. "/choices.json")
        command.must("touch %s/%s/check.lock", places.cache, key)
        assert.is_true(is_kept())
        assert.equal("", command.must("ls %s", places.state))
    end)

    it("stays while somebody checks it", function()
        local core = require "upnudge.core"
        local directory <close> = assert(core.directory(("%s/%s"):format(places.cache, key)))
        local lock = assert(directory:lock "check.lock")
        command.must("touch -d '8 days ago' %s/%s/check.lock", places.cache, key)
        assert.is_true(is_kept())
        lock:release()
        assert.is_false(is_kept())
    end)
end)
