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
    local asked = { schema = 3, what = "claim", url = "sqlite:" .. work .. "/shared.sqlite", patience = 30000,
        latest = core.clock() + 60000, scope = "app/team", environment = "name/webshop", format = "", fingerprint = "f",
        now = NOW, here = {} }
    for name, value in pairs(changes) do
        asked[name] = value
    end
    return cjson.decode(question.answer(cjson.encode(asked)))
end

describe("a claim", function()
    it("is won by who has seen what is there, and told what is newer by others", function()
        local first = ask {}
        local rules = { decide = { last_notified = NOW, shown = "f", times = 1 } }
        assert.same({ 3, "won", { last_notified = NOW, shown = "f", times = 1, rules = rules } }, { first.schema, first.answer, first.history })
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

    it("is one for each format of a directory, and what was known of all of them counts for each", function()
        local function claim(format, now, more)
            local changes = { format = format, now = now }
            for name, value in pairs(more or {}) do
                changes[name] = value
            end
            return ask(changes)
        end
        assert.same({ "won", "won", "told", "told" }, { claim("npm", NOW).answer, claim("cargo", NOW).answer,
            claim("npm", NOW + 1).answer, claim("cargo", NOW + 1).answer })
        -- What has no format is of all of them, while it is newer than what is an environment's own.
        local all = claim("", NOW + DAY, { here = { last_notified = NOW } })
        assert.equal("won", all.answer)
        for format, version in pairs { npm = 1, gem = 0 } do
            local told = claim(format, NOW + DAY + 60)
            assert.same({ "told", { now = NOW + DAY + 60, version = version, history = all.history } }, { told.answer, told.newer })
            local won = claim(format, NOW + 2 * DAY, { seen = version })
            assert.same({ "won", NOW + 2 * DAY, "f", 2 }, { won.answer, won.history.last_notified, won.history.shown,
                won.history.times })
            assert.equal("told", claim(format, NOW + 2 * DAY, { seen = version }).answer)
        end
        assert.equal(1, claim("cargo", NOW + 3 * DAY).newer.version)
        -- One of a clock that was wrong hides nothing.
        claim("", NOW + 900 * DAY, { seen = 1 })
        local told = claim("npm", NOW + 3 * DAY)
        assert.same({ "told", NOW + 2 * DAY }, { told.answer, told.newer.history.last_notified })
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
        for _, text in ipairs { "", "rubbish", "{}", '{"schema":1,"what":"claim"}', '{"schema":3,"what":"drop"}',
            '{"schema":2,"what":"claim"}', "[1]", "7" } do
            assert.same({ schema = 3, fault = "the question was not understood" }, cjson.decode(question.answer(text)))
        end
    end)

    it("is answered by a fault where the database is none", function()
        assert.is_truthy(ask { url = "sqlite:/dev/null/x" }.fault)
        assert.is_truthy(ask { url = "mysql://x" }.fault:find("it is \"sqlite:PATH\"", 1, true))
    end)
end)
