--- Who reads what strangers wrote.

local command = require "command"
local core = require "upnudge.core"
local read = require "upnudge.record.strangers"
local stage = require "stage"

local NOW <const> = stage.NOW

describe("names of strangers", function()
    local handed

    before_each(function()
        handed = nil
        -- Only the small program has it.
        rawset(core, "hand_over", function(reason) handed = reason end)
    end)

    after_each(function()
        rawset(core, "hand_over", nil)
        stage.strike()
    end)

    it("are read where they are few, and by the full command where they are many", function()
        assert.same({ "a" }, read '["a"]')
        assert.is_nil(handed)
        assert.equal(70000, #read(('["%s"]'):format(("x"):rep(70000)))[1])
        assert.equal("a long list of changes", handed)
        assert.is_nil((read "{"))
    end)

    it("are not read by who has said something already", function()
        rawset(core, "hand_over", function() return nil, "too late", true end)
        assert.same({ "a" }, read '["a"]')
        local value, message = read(('["%s"]'):format(("x"):rep(70000)))
        assert.is_nil(value)
        assert.equal("too late", message)
    end)

    it("are told by either", function()
        local work, env, state = stage.set()
        local entries = {}
        for i = 1, 900 do
            entries[i] = ('"node_modules/package-%d":{"version":"1.%%d.0"}'):format(i)
        end
        local text = '{"name":"x","lockfileVersion":3,"packages":{"":{},' .. table.concat(entries, ",") .. "}}"
        command.must("rm -r %s && mkdir %s", env, env)
        command.write(env .. "/package-lock.json", (text:gsub("%%d", "0")))
        command.write(work .. "/new.json", (text:gsub("%%d", "1")))
        command.must('"$upnudge" check %s --state-dir %s --now %s --new %s', env, state, NOW, work .. "/new.json")
        command.write(work .. "/policy.lua", [[
            local u = require "upnudge"
            return u.policy { api = 1, name = "own", extends = "default", text = function(c)
                return #c.result.packages .. " packages, the last is " .. c.result.packages[900].name
            end }
        ]])
        local told = command.shell('"$upnudge" notify %s --state-dir %s --policy %s --tty --now %s', env, state,
            work .. "/policy.lua", NOW + 60)
        assert.same({ 0, "900 packages, the last is package-999\n" }, { told.code, (told.err:gsub("package%-%d+", "package-999")) })
        -- Nobody begins again who has said it, though the log begins with the list.
        local home = state .. "/again"
        command.must('"$upnudge" check %s --state-dir %s --now %s --new %s', env, home, NOW, work .. "/new.json")
        told = command.shell('"$upnudge" notify %s --state-dir %s --policy default --tty --exit-code --now %s', env, home, NOW + 60)
        assert.same({ 100, true }, { told.code, told.err:find("900 version changes", 1, true) ~= nil }, told.err)
        assert.is_truthy(command.must("cat %s/*/decisions.log", home):find('"changes":[{"name":"package-', 1, true))
    end)
end)
