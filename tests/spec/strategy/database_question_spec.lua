--- What upnudge-cli answers, in this process: the claim is a compare-and-set, and everything else a fault in words.

local cjson = require "cjson"
local core = require "upnudge.core"
local question = require "upnudge.strategy.database_question"
local stage = require "stage"

local NOW <const>, DAY <const> = stage.NOW, stage.DAY

local work

before_each(function()
    work = stage.bare()
end)

after_each(stage.strike)

local function ask(changes)
    local asked = { schema = 1, what = "claim", url = "sqlite:" .. work .. "/shared.sqlite", patience = 30000,
        latest = core.clock() + 60000, scope = "app/team", environment = "name/webshop", fingerprint = "f", now = NOW,
        here = {} }
    for name, value in pairs(changes) do
        asked[name] = value
    end
    return cjson.decode(question.answer(cjson.encode(asked)))
end

describe("a claim", function()
    it("is won by who has seen what is there, and told what is newer by others", function()
        local first = ask {}
        assert.same({ 1, "won", { last_notified = NOW, shown = "f", times = 1 } }, { first.schema, first.answer, first.history })
        local second = ask { now = NOW + DAY, fingerprint = "g" }
        assert.same({ "told", first.id, { now = NOW + DAY, version = 1, history = first.history } },
            { second.answer, second.id, second.newer })
        assert.equal("told", ask { seen = 0 }.answer)
        assert.equal("won", ask { seen = 1, now = NOW + DAY }.answer)
        assert.equal(2, ask { seen = 1 }.newer.version)
    end)

    it("is not made when it is too late, nor believed of another database that is new", function()
        assert.equal("late", ask { latest = core.clock() - 1 }.answer)
        assert.equal("another", ask { known = "of old" }.answer)
        assert.equal("won", ask {}.answer)
    end)

    it("that is rehearsed leaves nothing", function()
        assert.equal("won", ask { rehearsed = true }.answer)
        assert.equal("won", ask {}.answer)
        assert.equal("won", ask { rehearsed = true, seen = 1 }.answer)
        assert.equal(1, ask {}.newer.version)
    end)
end)

describe("a lease", function()
    it("is given once, and the outcome with which it is given back to everybody", function()
        local wanted = { what = "borrow", digest = "d", holder = "one", max_age = DAY, seconds = 60 }
        assert.equal("one", ask(wanted).holder)
        wanted.holder = "two"
        assert.is_true(ask(wanted).busy)
        local text = ("\\\"\n\1é"):rep(1000)
        assert.is_nil(ask { what = "give_back", digest = "d", holder = "one", lockfile = text, security = "a\nb" }.fault)
        wanted.now = NOW + 60
        local found = ask(wanted)
        assert.same({ text, "a\nb", 60 }, { found.lockfile, found.security, found.age })
        -- A digest of figures alone is none the less a text.
        wanted.digest, wanted.holder = "0017", "1e3"
        found = ask(wanted)
        assert.same({ "0017", "1e3" }, { found.digest, found.holder })
    end)
end)

describe("what is no question", function()
    it("is answered so", function()
        for _, text in ipairs { "", "rubbish", "{}", '{"schema":2,"what":"claim"}', '{"schema":1,"what":"drop"}', "[1]", "7" } do
            assert.same({ schema = 1, fault = "the question was not understood" }, cjson.decode(question.answer(text)))
        end
    end)

    it("is answered by a fault where the database is none", function()
        assert.is_truthy(ask { url = "sqlite:/dev/null/x" }.fault)
        assert.is_truthy(ask { url = "mysql://x" }.fault:find("it is \"sqlite:PATH\"", 1, true))
    end)
end)
