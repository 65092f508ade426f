--- JSON as we read it.

local command = require "command"
local read = require "upnudge.lib.json.read"
local stage = require "stage"

describe("JSON that is read", function()
    it("is its value, without the members that are null", function()
        assert.same({ a = 1, c = { d = "x" } }, (read '{"a":1,"b":null,"c":{"d":"x"}}'))
        assert.same({ 1, "two", false }, (read '[1,"two",false]'))
        assert.equal("text", (read '"text"'))
        assert.is_nil((read "[]").missing)
    end)

    it("is told of when it is broken, without a place in our own code", function()
        for _, text in ipairs { "", "{", "[1,", '{"a"}', "nonsense", '{"a":1}}', "\0" } do
            local value, message = read(text)
            assert.is_nil(value, text)
            assert.is_string(message, text)
            assert.is_nil(message:find "%.lua:%d", message)
        end
        assert.is_truthy(select(2, read '{"a"}'):find("Expected", 1, true))
    end)

    it("has the same numbers whatever locale a host in Lua sets, and when, and so has what is written", function()
        stage.bare()
        stage.finally(stage.strike)
        local made = command.shell 'localedef -i de_DE -f UTF-8 "$work/de_DE.UTF-8"'
        if command.shell('[ -e "$work/de_DE.UTF-8/LC_NUMERIC" ]').code ~= 0 then
            return pending("localedef has nothing to make a locale of: " .. made.err)
        end
        command.write(command.variables.work .. "/host.lua", [[
            local read, write = require "upnudge.lib.json.read", require "upnudge.lib.json.write"
            for _, locale in ipairs { "C", "de_DE.UTF-8", "C", "de_DE.UTF-8" } do
                assert(os.setlocale(locale))
                local value = assert(read '{"a":1,"b":2.5,"c":[1,2,3.25]}')
                print(value.b * 4 // 1 | 0, #value.c, value.c[3] * 4 // 1 | 0, write.encode(2.5), write.encode(7))
            end]])
        assert.equal(("10\t3\t13\t2.5\t7\n"):rep(4), command.must('cd "$root" && LOCPATH="$work" ' .. command.lua
            .. ' "$work/host.lua"'))
    end)

    it("takes what is nested as deep as anything of ours, and no deeper", function()
        assert.is_table(read(("["):rep(32) .. ("]"):rep(32)))
        for _, depth in ipairs { 33, 1000, 100000 } do
            for _, text in ipairs { ("["):rep(depth), ('{"a":'):rep(depth), ("["):rep(depth) .. ("]"):rep(depth) } do
                local value, message = read(text)
                assert.is_nil(value)
                assert.is_truthy(message:find("too many nested data structures", 1, true), message)
            end
        end
    end)

    it("leaves the module as its host has set it up", function()
        local cjson = require "cjson"
        assert.equal(1000, cjson.decode_max_depth())
        assert.is_table(cjson.decode(("["):rep(900) .. ("]"):rep(900)))
    end)
end)
