--- What a team's strategy may answer.

local command = require "command"
local stage = require "stage"

local NOW <const> = stage.NOW

local work, env, path

before_each(function()
    work, env = stage.set()
    command.must 'mkdir -p "$work/upnudge/strategy"'
    path = work .. "/upnudge/strategy/ours.lua"
end)

after_each(stage.strike)

local SOUND <const> = {
    read = "return { history = {} }", claim = 'return "won"', commit_check = "return (...):commit(select(2, ...))",
}

--- What notify and explain answer by a strategy of these bodies.
local function answered(bodies)
    local parts = {}
    for name, body in pairs(SOUND) do
        parts[#parts + 1] = ("M.%s = function(...) %s end"):format(name, bodies[name] or body)
    end
    parts[#parts + 1] = bodies.rehearse and ("M.rehearse = function(...) %s end"):format(bodies.rehearse) or nil
    command.write(path, ("local M = {}\n%s\n%s\n"):format(table.concat(parts, "\n"), bodies.last or "return M"))
    local runtime = assert(stage.open({ state_dir = work .. "/state", policy = stage.policy
        '{ api = 1, name = "p", strategy = "ours", rules = { u.rule "r" { notify = u.always() } } }' },
        function() return NOW end, { UPNUDGE_LUA_PATH = work .. "/?.lua" }))
    assert(not runtime.policy_fault, runtime.policy_fault)
    local check = runtime:check_begin(env, { max_age = 0 })
    local outcome = check.state == "begun" and check:commit(command.read(stage.NEW)) or check
    return runtime:notify(env, { tty = true }), outcome, runtime:explain(env, { tty = true })
end

describe("a team's strategy", function()
    it("is believed where its answers make sense", function()
        for _, bodies in ipairs { {}, { last = "return { open = function() return M end }" }, { rehearse = 'return "won"' } } do
            local decision, outcome = answered(bodies)
            assert.same({ true, "checked" }, { decision.notify, outcome.outcome })
        end
        local decision = answered { claim = 'return nil, "not today", "busy"' }
        assert.same({ "locked", "not today" }, { decision.code, decision.reason })
    end)

    it("is told with its file and function where one makes none, and nothing is shown", function()
        for words, bodies in pairs {
            ["read() of the strategy gave a number; it has to give { history"] = { read = "return 5" },
            ["read() of the strategy gave nil without a reason"] = { read = "" },
            ["read() of the strategy gave a table without history"] = { read = "return {}" },
            ["read() of the strategy gave a table whose history makes no sense"] = {
                read = 'return { history = { last_notified = "yesterday" } }' },
            ["read() of the strategy raised an error: " .. path .. ":"] = { read = "local x = nil; return x.y" },
            ['claim() of the strategy gave "maybe"; it has to give "won"'] = { claim = 'return "maybe"' },
            ["claim() of the strategy gave a boolean"] = { claim = "return true" },
            ['claim() of the strategy gave "newer"'] = { claim = 'return "newer"' },
            ["claim() of the strategy raised an error: an error that is no text"] = { claim = "error {}" },
        } do
            local decision, _, explained = answered(bodies)
            assert.same({ false, "policy-fault" }, { decision.notify, decision.code }, words)
            assert.is_truthy(decision.reason:find(path .. ": " .. words, 1, true), decision.reason)
            if bodies.read then
                assert.equal(decision.reason, explained.reason)
            end
        end
    end)

    it("fails a check that it does not keep, with its file and function", function()
        local _, outcome = answered { commit_check = "return 7" }
        assert.equal("failed", outcome.outcome)
        assert.is_truthy(outcome.reason:find(path .. ": commit_check() of the strategy gave a number", 1, true), outcome.reason)
    end)

    it("explains a nonsensical rehearsal", function()
        local _, _, explained = answered { rehearse = "return 3" }
        assert.same({ false, true }, { explained.notify, explained.reason:find("rehearse() of the strategy gave a number", 1, true) ~= nil })
    end)
end)
