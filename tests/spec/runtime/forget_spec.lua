--- Nothing is kept of one environment any more.

local command = require "command"
local stage = require "stage"

local NOW <const> = stage.NOW

local work, env, state, runtime

before_each(function()
    work, env, state = stage.set()
    runtime = assert(stage.open({ state_dir = state }, function() return NOW end, { HOME = work }))
end)

after_each(stage.strike)

local function check(path)
    assert.equal("checked", runtime:check_begin(path or env):commit(command.read(stage.NEW)).outcome)
end

local function kept()
    return command.must 'ls "$state"'
end

describe("an environment", function()
    it("is forgotten with all that is kept of it, and what this runtime knows", function()
        command.must 'cp -r "$env" "$work/other"'
        check()
        check(work .. "/other")
        assert.is_true(runtime:notify(env, { tty = true }).notify)
        assert(runtime:snooze(env, 3600))
        assert.same({ environment = env, forgotten = true }, runtime:forget(env))
        assert.same({ environment = env, forgotten = false }, runtime:forget(env))
        assert.equal("no check has run yet", runtime:notify(env, { tty = true }).reason)
        assert.is_true(runtime:notify(work .. "/other", { tty = true }).notify)
        -- As if it were new.
        check()
        runtime:flush()
        local decisions = require "upnudge.record.past".decisions(runtime:environment(env).record)
        assert.same({ 1, "no check has run yet" }, { #decisions, decisions[1].reason })
        assert.is_true(runtime:notify(env, { tty = true }).notify)
    end)

    it("is not while a check of it is running, be it this runtime's own", function()
        local check_of_ours = runtime:check_begin(env)
        local removal, message, code = runtime:forget(env)
        assert.same({ nil, "another process is checking " .. env, "busy" }, { removal, message, code })
        assert.equal("checked", check_of_ours:commit(command.read(stage.NEW)).outcome)
        assert.is_true(runtime:forget(env).forgotten)
    end)

    it("can be forgotten when its directory is gone, and what that was in", function()
        command.must 'mkdir -p "$work/above/below" && cp -r "$env" "$work/above/below/shop" && ln -s above "$work/link"'
        local shop = work .. "/above/below/shop"
        for _, called in ipairs { shop, shop .. "/", work .. "//above/below/../below/shop", work .. "/link/below/shop" } do
            check(shop)
            command.must 'mv "$work/above/below/shop" "$work/away"'
            assert.same({ environment = shop, forgotten = true }, runtime:forget(called), called)
            command.must 'mv "$work/away" "$work/above/below/shop"'
        end
        check(shop)
        command.must 'rm -r "$work/above"'
        for _, called in ipairs { work .. "/above/../above/below/shop", "above/below/shop", "", "..x/../y" } do
            local removal, message = runtime:forget(called)
            assert.is_true(not removal or not removal.forgotten, called)
            assert.is_true(removal ~= nil or message ~= nil)
        end
        assert.same({ environment = shop, forgotten = true }, runtime:forget(shop .. "//"))
        assert.equal("", kept())
    end)

    it("can be forgotten by a link that leads nowhere any more", function()
        command.must 'mkdir -p "$work/disk/below" && cp -r "$env" "$work/disk/below/shop"'
        local shop = work .. "/disk/below/shop"
        -- Of which one leads to another, so their order is this.
        for _, one in ipairs { { "here", "disk/below/shop" }, { "absolute", shop .. "/" }, { "again", "here" },
            { "disk/up", "../disk/below/./shop" }, { "in the middle", "disk/below" } } do
            local link, target = table.unpack(one)
            check(shop)
            command.must('cd "$work" && ln -s %s %s && mv disk/below away', target, link)
            local called = link == "in the middle" and "/in the middle/shop" or "/" .. link
            assert.same({ environment = shop, forgotten = true }, runtime:forget(work .. called), link)
            command.must 'mv "$work/away" "$work/disk/below"'
        end
        command.must 'cd "$work" && ln -s round about && ln -s about round'
        local removal, message, code = runtime:forget(work .. "/round")
        assert.same({ nil, "environment-missing" }, { removal, code })
        assert.is_truthy(message:find("'upnudge status --all' shows what is kept", 1, true), message)
    end)

    it("is forgotten by all who ask at the same time, and what is chosen meanwhile stands or is gone", function()
        for _ = 1, 3 do
            check()
            local said = command.must [[for i in 1 2 3 4 5 6 7 8; do
                    for words in "forget %s" "snooze %s 1d" "forget %s"; do
                        "$upnudge" ${words%% *} "$env" ${words##*%s} --state-dir "$state" 2>&1 &
                    done
                done; wait]]
            local _, forgotten = said:gsub(": forgotten\n", "")
            local _, unknown = said:gsub(": nothing was known\n", "")
            local _, chosen = said:gsub(": silent until [^\n]+\n", "")
            assert.same({ 16, 8 }, { forgotten + unknown, chosen }, said)
            assert.is_true(forgotten > 0)
            assert(runtime:forget(env))
            assert.equal("", kept())
        end
    end)

    it("is forgotten by the command, which says so", function()
        check()
        local said = command.run("forget", env, "--state-dir", state)
        assert.same({ env .. ": forgotten\n", "", 0 }, { said.out, said.err, said.code })
        said = command.run("forget", env, "--state-dir", state)
        assert.same({ env .. ": nothing was known\n", 0 }, { said.out, said.code })
        assert.equal('{"schema":1,"environment":"' .. env .. '","forgotten":false}\n',
            command.run("forget", env, "--state-dir", state, "--json").out)
        local held = runtime:check_begin(env)
        said = command.run("forget", env, "--state-dir", state)
        assert.same({ "", "upnudge: another process is checking " .. env .. "\n", 75 }, { said.out, said.err, said.code })
        held:abort()
    end)
end)
