--- What decisions are made from, in their log.

local command = require "command"
local past = require "upnudge.record.past"
local stage = require "stage"

local runtime, record, now, variables
local _, env, state -- luacheck: ignore 231

before_each(function()
    _, env, state = stage.set()
    now, variables = stage.NOW, {}
end)

after_each(stage.strike)

local function open(policy)
    runtime = assert(stage.open({ state_dir = state, policy = policy and stage.policy(policy) }, function() return now end, variables))
    record = runtime:environment(env).record
end

local function check(bytes)
    local begun = runtime:check_begin(env, { max_age = 0 })
    assert.equal("begun", begun.state)
    assert(begun:commit(bytes or command.read(stage.NEW)))
end

local function kinds()
    local list = {}
    for i, one in ipairs(past.all(record)) do
        list[i] = one.kind
    end
    return table.concat(list, " ")
end

describe("the evidence", function()
    it("of a check is what it found, or that it found the same", function()
        open()
        check()
        assert.equal("", kinds())
        runtime:notify(env, { tty = false })
        runtime:flush()
        assert.equal("told result decision", kinds())
        local found = past.all(record)[2]
        assert.same({ stage.NOW, "webshop", "flox", true, 3 }, { found.at, found.value.name, found.value.format, found.value.others,
            #found.value.changes })
        local system = require "upnudge.core".system()
        assert.equal(record:read().systems[system].fingerprint, found.value.systems[system].fingerprint)
        assert.is_nil(found.value.systems[system].top)
        now = now + 60
        check()
        assert.equal("told result decision again", kinds())
        assert.same({ now, found.digest }, { past.all(record)[4].at, past.all(record)[4].digest })
        now = now + 60
        check(command.read(stage.OLD))
        assert.equal("told result decision again result", kinds())
    end)

    it("of the person is what they chose, and had been told before the first line", function()
        open()
        check()
        assert(runtime:notify(env, { tty = true }).notify)
        runtime:flush()
        assert(runtime:snooze(env, "1d"))
        assert(runtime:ignore(env, "curl"))
        assert.equal("told result decision chosen chosen", kinds())
        assert.same({ snoozed_at = now, snoozed_until = now + stage.DAY, ignore = { "curl" } }, past.all(record)[5].value)
        command.must 'rm "$state"/*/decisions.log'
        now = now + 2 * stage.DAY
        runtime:notify(env, { tty = true })
        runtime:flush()
        assert.equal("told chosen result decision", kinds())
        assert.same({ stage.NOW, "default" }, { past.all(record)[1].value.own.last_notified, past.all(record)[1].value.own.rule })
    end)

    it("of a first notice does not say that it was told before", function()
        open()
        check()
        assert(runtime:notify(env, { tty = true }).notify)
        runtime:flush()
        assert.is_nil(past.all(record)[1].value.own.last_notified)
    end)

    it("has what matters most of many changes, and a place in every file", function()
        open()
        local listed = {}
        for i = 1, 400 do
            listed[i] = ('{"install_id":"p%d","system":"x86_64-linux","version":"1","derivation":"/nix/store/%s-p%d-1.drv"}'):format(i,
                ("0"):rep(32), i)
        end
        check(('{"lockfile-version":1,"manifest":{},"packages":[%s]}'):format(table.concat(listed, ",")))
        runtime:notify(env, { tty = true })
        runtime:flush()
        local found = past.all(record)[2]
        assert.is_true(#found.value.changes > 10 and #found.value.changes < 60, #found.value.changes)
        for i = 1, 600 do
            now = now + 60
            runtime:notify(env, { tty = i % 2 == 0 })
        end
        runtime:flush()
        local bytes = command.read(record.directory_path .. "/decisions.log")
        assert.equal("=told", bytes:match "^[^\t]*")
        assert.is_truthy(bytes:find("\t" .. found.digest .. "\t", 1, true))
        assert.is_true(#bytes <= 32768)
    end)

    it("of all environments of a person says what they were told", function()
        open '{ api = 1, name = "p", extends = "default", scope = "person" }'
        check()
        assert(runtime:notify(env, { tty = true }).notify)
        runtime:flush()
        command.must 'rm "$state"/*/decisions.log'
        now = now + 60
        runtime:notify(env, { tty = true })
        runtime:flush()
        assert.equal(stage.NOW, past.all(record)[1].value.person.last_notified)
        command.write(record.directory_path .. "/decisions.log", "1\tquiet\t\tof an earlier upnudge\tnot-due\n")
        check()
        assert.equal("decision told result", kinds())
        assert.equal(stage.NOW, past.all(record)[2].value.person.last_notified)
    end)
end)
