--- The explanation agrees with the notice, and changes nothing.

local command = require "command"
local core = require "upnudge.core"
local hosts = require "upnudge.runtime.host"
local runtimes = require "upnudge.runtime"
local stage = require "stage"

local NOW <const>, HOUR <const>, DAY <const> = stage.NOW, stage.HOUR, stage.DAY

local env, state, variables

before_each(function()
    local work
    work, env, state = stage.set()
    variables = { HOME = work }
end)

after_each(stage.strike)

local function open(policy)
    local runtime = assert(runtimes.open { state_dir = state, policy = policy, host = hosts.new { now = function() return NOW end,
        variable = function(name) return variables[name] end, utc_offset = function() return 0 end } })
    stage.finally(function() runtime:close() end)
    return runtime
end

local function check(runtime, now)
    assert(runtime:check_begin(env, { now = now or NOW - HOUR }):commit(command.read(stage.NEW)))
end

--- Everything below the state directory.
local function on_disk()
    return command.shell([[cd "$state" && find . -type f -printf '%p %i %T@ ' -exec md5sum {} \; | LC_ALL=C sort]]).out
end

--- Asks for the explanation, then for the notice, and compares them: all but the trace.
local function agree(runtime, activation)
    activation = activation or {}
    activation.tty = activation.tty == nil or activation.tty
    runtime:flush()
    local before = on_disk()
    local explained = runtime:explain(env, activation)
    runtime:flush()
    assert.equal(before, on_disk())
    local decided = runtime:notify(env, activation)
    local trace = explained.trace
    explained.trace = nil
    for _, key in ipairs { "notify", "code", "reason", "rule", "text", "next_at", "error" } do
        assert.same(decided[key] or false, explained[key] or false, key)
    end
    return explained, trace
end

local STRATEGIES <const> = { "simple", "separate-lock", "stateless", "database" }

--- A runtime of that strategy after a check that found something.
local function checked(strategy)
    command.must 'touch "$work"/shared.sqlite'
    local runtime = open(stage.policy(([[{ api = 1, name = "p", strategy = "%s", database = "sqlite:%s/shared.sqlite",
        deadline = "1500ms", rules = { u.rule "r" { notify = %s } } }]]):format(strategy, command.variables.work,
        strategy == "stateless" and "u.always()" or 'u.every "1d"')))
    check(runtime)
    return runtime
end

--- The same, and the first notice was given.
local function told_before(strategy)
    local runtime = checked(strategy)
    assert.is_true(runtime:notify(env, { tty = true }).notify)
    return runtime
end

describe("an explanation", function()
    it("agrees before a check, after it, once told, and when it is due again", function()
        local runtime = open "default"
        assert.equal("no check has run yet", (agree(runtime)).reason)
        check(runtime)
        local first, trace = agree(runtime)
        assert.is_true(first.notify)
        assert.is_truthy(first.text:find("available in webshop", 1, true))
        assert.equal("notify", trace[#trace].answer)
        local second = agree(runtime, { now = NOW + HOUR })
        assert.same({ false, NOW + 7 * DAY }, { second.notify, second.next_at })
        assert.is_false((agree(runtime, { now = NOW + 7 * DAY - 1 })).notify)
        assert.is_true((agree(runtime, { now = NOW + 7 * DAY })).notify)
    end)

    it("agrees on who is watching and what is wanted", function()
        local runtime = open "default"
        check(runtime)
        for _, activation in ipairs { { tty = false }, { active = true }, { mode = "command" }, { lockfile = "/nowhere" } } do
            assert.is_false((agree(runtime, activation)).notify)
        end
        variables.CI = "1"
        runtime.host:forget()
        assert.is_false((agree(runtime)).notify)
    end)

    it("agrees that somebody who wants no notices gets none, whatever else there is", function()
        local runtime, faulty = open "default", open(stage.policy '{ api = 1, nmae = "p" }')
        check(runtime)
        variables.NO_UPDATE_NOTIFIER = "1"
        local explained, trace = agree(runtime)
        assert.equal("NO_UPDATE_NOTIFIER is set", explained.reason)
        assert.equal("notify", trace[#trace].answer)
        assert.equal("NO_UPDATE_NOTIFIER is set", (agree(faulty)).reason)
        assert(require "upnudge.record.choices".change(runtime:environment(env).record, function(value) value.snoozed_until = NOW + HOUR end))
        assert.is_nil((agree(runtime)).next_at)
        variables.NO_UPDATE_NOTIFIER = nil
        assert.equal(NOW + HOUR, (agree(runtime)).next_at)
    end)

    it("agrees under every strategy", function()
        for _, strategy in ipairs { "simple", "separate-lock", "stateless" } do
            local rule = strategy == "stateless" and "u.always()" or 'u.every "1d"'
            local runtime = open(stage.policy(('{ api = 1, name = "p", strategy = "%s", rules = { u.rule "r" { notify = %s } } }')
                :format(strategy, rule)))
            check(runtime)
            assert.is_true((agree(runtime)).notify, strategy)
            assert.equal(strategy == "stateless", (agree(runtime)).notify, strategy)
            command.must 'rm -r "$state"'
        end
    end)

    it("agrees where nothing can be claimed, and says why", function()
        local runtime = open "default"
        check(runtime)
        command.must 'cd "$state"/*/ && mkdir notified.lock'
        local explained, trace = agree(runtime)
        assert.is_truthy(explained.reason:find("Is a directory", 1, true), explained.reason)
        assert.equal("notify", trace[#trace].answer)
    end)

    it("agrees on whatever is wrong with the files, under every strategy", function()
        local key = '"$state"/' .. core.hash(assert(core.realpath(env))) .. "/"
        local wrong = { "chmod 500 %s", "chmod 000 %s", "chmod 400 %snotified.json %srecord.json", "rm %snotified.lock",
            "chmod 000 %srecord.json", "chmod 000 %snotified.json", "rm %snotified.json && mkdir %snotified.json",
            "rm -f %snotified.json && ln -s /etc/hostname %snotified.json", "rm %srecord.json && mkfifo %srecord.json",
            "rm -r %s", "echo '{' >%snotified.json", "echo '{\"schema\":9}' >%snotified.json", ": >%srecord.json",
            "chown 65534 %snotified.json", "chown 65534 %srecord.json", "chown 65534 %snotified.lock",
            "chown -R 65534 \"$state\"", "chown 65534 \"$work\"/shared.sqlite", "rm -f \"$work\"/shared.sqlite*",
            "echo rubbish >\"$work\"/shared.sqlite", "chmod 400 \"$work\"/shared.sqlite*",
            "rm -f \"$work\"/shared.sqlite*; mkdir \"$work\"/shared.sqlite" }
        for _, strategy in ipairs(STRATEGIES) do
            for _, script in ipairs(wrong) do
                local runtime = told_before(strategy)
                -- Only root can give a file away.
                if command.shell((script:gsub("%%s", function() return key end))).code == 0 then
                    agree(runtime, { now = NOW + 2 * DAY })
                end
                command.must 'chmod -R u+rwX "$state" "$work" && rm -rf "$state" "$work"/shared.sqlite*'
            end
        end
    end)

    it("agrees on a full disk, and on one that cannot be written, under every strategy", function()
        if command.shell('mkdir -p "$state" && mount -t tmpfs -o size=192k,mode=700 none "$state"').code ~= 0 then
            pending "needs the right to mount"
            return
        end
        stage.finally(function()
            command.must 'umount "$state"'
        end)
        local answers = {}
        for _, strategy in ipairs(STRATEGIES) do
            for _, script in ipairs { 'dd if=/dev/zero of="$state"/fill bs=1k 2>/dev/null; true',
                'mount -o remount,ro "$state"' } do
                for _, first in ipairs { true, false } do
                    local runtime = first and checked(strategy) or told_before(strategy)
                    command.must(script)
                    local answer = agree(runtime, { now = NOW + 2 * DAY })
                    answers[#answers + 1] = answer.notify
                    command.must 'mount -o remount,rw "$state" && rm -rf "$state"/* "$work"/shared.sqlite*'
                end
            end
        end
        -- Digits in their place need no room on a disk, but one that can be written; `stateless` needs nothing.
        assert.same({ true, true, false, false, false, true, false, false, true, true, true, true }, table.move(answers, 1, 12, 1, {}))
    end)

    it("agrees where a database that is gone cannot be made again", function()
        -- Root's writing is hindered by a mount alone, on which what is kept of the environment stays as it was.
        local is_mounted = command.shell('mkdir -p "$state" && mount -t tmpfs -o mode=700 none "$state"').code == 0
        local key = core.hash(assert(core.realpath(env)))
        local function writable(yes)
            if is_mounted then
                command.must('mount -o remount,bind,%s "$state"', yes and "rw" or "ro")
            else
                command.must('chmod %s "$state"', yes and "700" or "500")
            end
        end
        stage.finally(function()
            command.must(is_mounted and 'umount "$state"/*/; umount "$state"' or 'chmod 700 "$state"')
        end)
        local runtime = open(stage.policy [[{ api = 1, name = "p", strategy = "database", deadline = "1500ms",
            rules = { u.rule "r" { notify = u.every "1d" } } }]])
        check(runtime)
        assert.is_true(runtime:notify(env, { tty = true }).notify)
        command.must(is_mounted and 'cd "$state" && mount --bind ./%s ./%s' or "true %s %s", key, key)
        for day = 2, 3 do
            command.must 'rm -f "$state"/*.sqlite* "$state"/database.json'
            writable(false)
            local answer = agree(runtime, { now = NOW + day * DAY })
            assert.is_truthy(answer.reason:find("unable to open database file", 1, true), answer.reason)
            writable(true)
        end
        assert.is_true((agree(runtime, { now = NOW + 4 * DAY })).notify)
    end)

    it("agrees while others hold the locks, under every strategy", function()
        for _, strategy in ipairs(STRATEGIES) do
            local runtime = told_before(strategy)
            local directory <close> = assert(runtime:environment(env).record:directory())
            local _notified <close> = assert(directory:lock "notified.lock")
            local _check <close> = assert(directory:lock "check.lock")
            agree(runtime, { now = NOW + 2 * DAY })
            command.must 'rm -rf "$state" "$work"/shared.sqlite*'
        end
    end)

    it("agrees on a policy that fails, at load and when it is asked", function()
        local faulty = agree(open(stage.policy '{ api = 1, nmae = "p" }'))
        assert.same({ true, "policy-fault" }, { faulty.notify, faulty.code })
        assert.is_truthy(faulty.reason:find("did you mean 'name'", 1, true), faulty.reason)
        local runtime = open(stage.policy '{ api = 1, name = "p", rules = { u.rule "r" { when = function() error "on its way" end, quiet = "x" } } }')
        check(runtime)
        local failed = agree(runtime)
        assert.same({ true, "default" }, { failed.notify, failed.rule })
        assert.is_truthy(failed.policy_fault:find("on its way", 1, true), failed.policy_fault)
    end)

    it("warns of a record that cannot be read where another reason comes before it", function()
        local runtime = open()
        check(runtime)
        local file = ("%s/%s/record.json"):format(state, core.hash(env))
        command.write(file, "{")
        local why = agree(runtime).reason
        assert.is_truthy(why:find(file .. " is broken", 1, true), why)
        local explain = require "upnudge.runtime.explain"
        assert.same({}, explain.report(runtime, env, { tty = true }).warnings)
        variables.NO_UPDATE_NOTIFIER = "1"
        assert.same({ why }, explain.report(runtime, env, { tty = true }).warnings)
    end)

    it("has every rule, also those that were not reached", function()
        local runtime = open "default"
        local _, before = agree(runtime)
        check(runtime)
        local _, after = agree(runtime)
        assert.equal(#before, #after)
        for i, rule in ipairs(before) do
            assert.same({ "not reached", after[i].rule, after[i].file, after[i].line }, { rule.answer, rule.rule, rule.file, rule.line })
        end
    end)
end)
