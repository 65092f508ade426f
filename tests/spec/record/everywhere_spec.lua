--- Until when a person wants to hear nothing of any environment.

local command = require "command"
local everywhere = require "upnudge.record.everywhere"
local stage = require "stage"

local NOW <const> = stage.NOW

local work, places

before_each(function()
    work = stage.bare()
    places = { cache = work .. "/cache/app", state = work .. "/state/app" }
end)

after_each(stage.strike)

describe("a snooze of all environments", function()
    it("is kept in the home of the app, and goes", function()
        assert.is_nil(everywhere.read(places))
        assert.is_true(everywhere.snooze(places, NOW, 3600))
        local value = assert(everywhere.read(places))
        assert.same({ NOW, NOW + 3600 }, { value.snoozed_at, value.snoozed_until })
        assert.equal(("600 %s\n"):format(work .. "/state/app/snoozed.json"),
            command.must 'stat -c "%a %n" "$work"/state/app/*')
        assert.is_true(everywhere.snooze(places, NOW, 7200))
        assert.equal(NOW + 7200, everywhere.read(places).snoozed_until)
        assert.is_true(everywhere.snooze(places, NOW))
        assert.is_nil(everywhere.read(places))
        assert.is_true(everywhere.snooze(places, NOW))
    end)

    it("that is over before it began makes no place", function()
        assert.is_true(everywhere.snooze(places, NOW))
        assert.equal("", command.must 'ls "$work"')
    end)

    it("is none where the file is broken, somebody else's, a link or of a newer upnudge", function()
        command.must 'mkdir -p -m 700 "$work/state/app"'
        local path = work .. "/state/app/snoozed.json"
        local good = ('{"schema":1,"snoozed_at":%d,"snoozed_until":%d}'):format(NOW, NOW + 60)
        for _, text in ipairs { "", "no JSON", "[]", "3", '{"schema":1}', good:gsub('"schema":1', '"schema":2'),
            good:gsub('"snoozed_at":%d+', '"snoozed_at":-1'), good:gsub('"snoozed_until":%d+', '"snoozed_until":"soon"'),
            (" "):rep(70000) .. good } do
            command.write(path, text)
            assert.is_nil(everywhere.read(places), text:sub(1, 80))
        end
        command.write(work .. "/elsewhere.json", good)
        command.must 'ln -sf "$work/elsewhere.json" "$work/state/app/snoozed.json"'
        assert.is_nil(everywhere.read(places))
        command.must 'rm "$work/state/app/snoozed.json"'
        command.write(path, good)
        assert.equal(NOW + 60, everywhere.read(places).snoozed_until)
    end)

    it("that cannot be kept says why", function()
        command.write(work .. "/state", "no directory")
        local ok, message, code = everywhere.snooze(places, NOW, 60)
        assert.is_nil(ok)
        assert.is_string(message)
        assert.is_string(code)
    end)
end)
