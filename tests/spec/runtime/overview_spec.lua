--- What is known of one environment, and every change that its last check found.

local command = require "command"
local stage = require "stage"

local NOW <const> = stage.NOW

local env, state, runtime

before_each(function()
    local work
    work, env, state = stage.set()
    runtime = assert(stage.open({ state_dir = state }, function() return NOW end, { HOME = work }))
end)

after_each(stage.strike)

local function check()
    assert.equal("checked", runtime:check_begin(env, { max_age = 0 }):commit(command.read(stage.NEW)).outcome)
end

describe("an overview", function()
    it("has what the record says, what the strategy knows, and every change", function()
        check()
        assert.is_true(runtime:notify(env, { tty = true }).notify)
        local overview, changes = runtime:show(env)
        assert.same({ env, env, "separate-lock", NOW, NOW, 12 }, { overview.environment, overview.path, overview.strategy,
            overview.last_checked, overview.last_notified, overview.changes })
        assert.equal(12, #changes)
        for _, change in ipairs(overview.systems[require "upnudge.core".system()].top) do
            assert.equal(NOW, change.first_seen)
        end
        assert.equal(NOW, changes[1].first_seen)
    end)

    it("says what there is not", function()
        assert.same({ nil, env .. ": no check has run yet", "not-checked" }, { runtime:show(env) })
        assert.same({ nil, env .. ": no check has run yet", "not-checked" }, { runtime:changes(env) })
        local nowhere = env .. "/nowhere"
        for _, method in ipairs { "show", "changes" } do
            local none, message, code = runtime[method](runtime, nowhere)
            assert.same({ nil, "environment-missing" }, { none, code })
            assert.is_truthy(message:find(nowhere, 1, true), message)
        end
    end)

    it("tells of a list that is gone, and of checks that only failed", function()
        runtime:check_begin(env):fail "no network"
        assert.same({ nil, env .. ": the last check failed: no network", "check-failed" }, { runtime:changes(env) })
        assert.equal("no network", runtime:show(env).reason)
        check()
        command.must 'rm "$state"/*/changes/*'
        assert.same({ nil, env .. ": the list of changes is not there until the next check", "details-missing" }, { runtime:changes(env) })
        local overview, changes = runtime:show(env)
        assert.same({ 12 }, { overview.changes, changes })
    end)

    it("is made of tables that are the caller's", function()
        check()
        local overview = runtime:show(env)
        overview.changes, overview.lockfile = nil, nil
        local found = runtime:changes(env)
        found.changes[1].name = "another"
        assert.equal(12, runtime:show(env).changes)
        assert.is_true(runtime:changes(env).changes[1].name ~= "another")
        assert.is_true(runtime:notify(env, { tty = true }).notify)
    end)
end)
