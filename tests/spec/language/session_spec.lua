--- Once per session, in made-up worlds: with each strategy, and where nobody knows which session it is.

local stage = require "stage"
local testing = require "upnudge.testing"

before_each(function()
    stage.bare()
end)

after_each(stage.strike)

--- A world with that policy and one change; it closes with the test.
local function world(body)
    local path = stage.policy(('{ api = 1, name = "p", %s }'):format(body))
    local made = testing.world { policy = path }
    stage.finally(function() made:close() end)
    made:release("curl", "8.0.0"):check()
    return made
end

local ONCE <const> = 'rules = { u.rule "once" { notify = u.once_per_session() } }'

--- Which of the sessions are told, one after the other, a minute apart.
local function told(made, ...)
    local said = {}
    for i, session in ipairs { ... } do
        said[i] = made:advance "1m":activate { session = session }.notify and session or "-"
    end
    return table.concat(said, " ")
end

describe("once per session", function()
    it("tells each session once, whatever others are told meanwhile", function()
        local made = world(ONCE)
        assert.equal("a - b - - c - - -", told(made, "a", "a", "b", "a", "b", "c", "b", "a", "c"))
        local explained = made:explain { session = "a" }
        assert.same({ false, "this session was told already", "not-due" },
            { explained.notify, explained.reason, explained.code })
        assert.is_nil(explained.next_at)
        -- A day and another result change nothing.
        made:advance "2d":release("git", "3.0.0"):check()
        assert.equal("- - - d", told(made, "a", "b", "c", "d"))
    end)

    it("is over when so many others were told that nobody remembers", function()
        local made, names = world(ONCE), {}
        for i = 1, 128 do
            names[i] = "s" .. i
        end
        assert.equal(table.concat(names, " "), told(made, table.unpack(names)))
        assert.equal("- - more - s1", told(made, "s1", "s128", "more", "s2", "s1"))
    end)

    it("counts what another rule has told the session, and leaves what is not due to the next", function()
        local made = world [[rules = { u.rule "fix" { when = function(c) return c.result.security > 0 end, notify = u.once() },
            u.rule "once" { notify = u.once_per_session() }, u.rule "daily" { notify = u.every "1d" } }]]
        made:release("openssl", "3.0.0", { security = true }):check()
        assert.same({ "fix", nil }, { made:activate { session = "a" }.rule, made:activate { session = "a" }.rule })
        assert.equal("once", made:activate { session = "b" }.rule)
        assert.equal("daily", made:advance "1d":activate { session = "b" }.rule)
    end)

    it("is once a day where the strategy does not remember sessions, and each time where it remembers nothing", function()
        assert.equal("a - - -", told(world(ONCE .. ', strategy = "simple"'), "a", "a", "b", "c"))
        local made = world(ONCE .. ', strategy = "simple"')
        assert.equal("a -", told(made, "a", "b"))
        local explained = made:explain { session = "b" }
        assert.equal("already said 1 minute ago; again in 23 hours", explained.reason:match "^.- hours", explained.reason)
        assert.equal("b -", told(made:advance "1d", "b", "a"))
        assert.equal("a a b", told(world(ONCE .. ', strategy = "stateless"'), "a", "a", "b"))
    end)

    it("is once a day where nobody knows which session it is", function()
        local cadence = require "upnudge.language.session".once_per_session()
        local function due(session, sessions, last)
            return (cadence.due { now = stage.NOW, host = { session = session },
                history = { sessions = sessions, last_notified = last } })
        end
        assert.is_true(due(false, nil, nil))
        assert.is_false(due(false, "a", stage.NOW - 60))
        assert.is_true(due(false, "a", stage.NOW - stage.DAY))
        assert.same({ true, false, true }, { due("b", "a", stage.NOW), due("a", "b a", nil), due("a", nil, nil) })
    end)

    it("is what other policies do not remember anything for", function()
        local function kept(body)
            local made = world(body)
            assert.is_true(made:activate { session = "a" }.notify)
            return made.runtime:strategy().read(made.runtime:environment(made.path).record).value.sessions
        end
        assert.is_nil(kept 'extends = "default"')
        assert.is_nil(kept 'extends = "default", text = function(c) return c.host.agent or "none" end')
        assert.is_truthy(kept(ONCE):find "^%x+$")
        assert.is_truthy(kept 'extends = "default", text = function(c) return c.host.session end':find "^%x+$")
        assert.is_truthy(kept 'decide = function(c) return u.once_per_session() end':find "^%x+$")
        stage.policy('{ api = 1, name = "b", ' .. ONCE .. ' }', "base")
        assert.is_truthy(kept 'extends = "base"':find "^%x+$")
    end)

    it("can be asked of the history by a policy of one's own", function()
        local made = world [[rules = { u.rule "own" { notify = function(c)
            return not (c.history.sessions or ""):find(c.host.session, 1, true)
        end } }]]
        assert.equal("a - b -", told(made, "a", "a", "b", "a"))
    end)
end)
