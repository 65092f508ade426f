--- What a host's own log is told.

local command = require "command"
local core = require "upnudge.core"
local stage = require "stage"

local work, env, state, now, variables

before_each(function()
    work, env, state = stage.set()
    now, variables = stage.NOW, { HOME = work }
end)

after_each(stage.strike)

local function open(options)
    return stage.open(options, function() return now end, variables)
end

describe("a host's own log", function()
    local lines, free

    --- A runtime whose log finds out whether the lock of the check could be had.
    local function logged(policy)
        lines, free = {}, true
        return assert(open { state_dir = state, policy = policy, log = function(level, line)
            lines[#lines + 1] = level .. ": " .. line
            local directory = core.directory(("%s/%s"):format(state, core.hash(env)))
            local lock = directory and directory:lock "check.lock"
            free = free and (not directory or lock ~= nil)
            if lock then
                lock:release()
            end
        end })
    end

    it("is told while no lock is held", function()
        local runtime = logged()
        runtime:check_begin(env):fail "no network"
        assert.equal("failed", runtime:check_begin(env, { max_age = 0 }):commit("no lockfile").outcome)
        command.must 'for record in "$state"/*/record.json; do echo "{" >"$record"; done'
        assert.equal("checked", runtime:check_begin(env):commit(command.read(stage.NEW)).outcome)
        assert.equal("failed", runtime:check_begin(env, { lockfile = work .. "/nowhere" }).state)
        assert.equal(4, #lines, table.concat(lines, "\n"))
        for i, words in ipairs { "the check of " .. env .. " failed: no network", "failed: the upgraded lockfile", "a record was set aside: ",
            "/nowhere" } do
            assert.is_truthy(lines[i]:find("warning: ", 1, true) == 1 and lines[i]:find(words, 1, true), lines[i])
        end
        assert.is_true(free)
    end)

    it("is told of a database that does not answer, whatever the policy makes of it", function()
        variables.UPNUDGE_DATABASE = "postgresql://127.0.0.1:1/nowhere"
        for word, told in pairs { notify = true, quiet = false } do
            local runtime = logged(stage.policy(('{ api = 1, name = "p", strategy = "database", on_unreachable = "%s", \z
                deadline = "1500ms", rules = { u.rule "r" { notify = u.every "1d" } } }'):format(word)))
            assert.equal("checked", runtime:check_begin(env, { max_age = 0 }):commit(command.read(stage.NEW)).outcome)
            now = now + 30 * stage.DAY
            assert.equal(told, runtime:notify(env, { tty = true }).notify)
            assert.equal(1, #lines, table.concat(lines, "\n"))
            assert.is_truthy(lines[1]:find "^warning: .*database", lines[1])
        end
    end)

    it("is told of a state directory that is not fit for use", function()
        local runtime = logged()
        command.must 'mkdir "$state" && chmod 777 "$state"'
        assert.is_false(runtime:notify(env, { tty = true }).notify)
        assert.is_truthy(lines[1]:find("others can write to it", 1, true), lines[1])
    end)

    it("is told once of what is the same again, and may raise what it likes", function()
        local runtime = logged(stage.policy '{ api = 1, nmae = "p" }')
        for _ = 1, 3 do
            assert.is_false(runtime:notify(env).notify)
        end
        assert.equal(1, #lines)
        assert.is_truthy(lines[1]:find "^fault: .*policy%.lua:2: policy has no key 'nmae'", lines[1])
        runtime = assert(open { state_dir = state, log = function() error {} end })
        assert.equal("failed", runtime:check_begin(work .. "/nowhere").state)
    end)
end)
