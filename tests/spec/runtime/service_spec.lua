--- What a runtime does beside deciding: that it is there for whoever opens one, and that an activation does without.

local command = require "command"
local runtimes = require "upnudge.runtime"
local service = require "upnudge.runtime.service"
local stage = require "stage"

local work, env, state

before_each(function()
    work, env, state = stage.set()
end)

after_each(stage.strike)

describe("a runtime", function()
    it("has every method of the service when it is opened", function()
        local runtime <close> = assert(runtimes.open { state_dir = state })
        for name, method in pairs(service) do
            assert.equal(method, runtime[name], name)
        end
    end)

    it("tells how environments stand, what ails and what is gone", function()
        command.must '"$upnudge" check "$env" --state-dir "$state" --new "$new"'
        local runtime <close> = assert(runtimes.open { state_dir = state })
        assert.equal(3, assert(runtime:status(env)).waiting.total)
        local list, more = runtime:statuses()
        assert.same({ 1, env, 0 }, { #list, list[1].environment, more })
        assert.same({ remarks = {}, places = { { what = "all", path = state, why = "as --state-dir says" } } }, runtime:doctor())
        assert.same({ removed = {}, failed = {}, kept = 1, unread = 0 }, runtime:gc(true))
        local status, message, code = runtime:status(work .. "/nothing")
        assert.is_nil(status)
        assert.same({ true, "environment-missing" }, { message:find "No such file" ~= nil, code })
    end)

    it("decides without any of them, in a process of its own", function()
        command.must '"$upnudge" check "$env" --state-dir "$state" --new "$new"'
        command.write(work .. "/decide.lua", [[
            local runtimes = require "upnudge.runtime"
            local runtime = assert(runtimes.start { state_dir = arg[1] })
            local decision = runtime:decide(arg[2], { tty = true })
            print(decision.notify, runtime.notify, package.loaded["upnudge.runtime.service"], package.loaded["upnudge.runtime.log"])
            runtime:flush()
            runtime:close()
            runtimes.complete()
            print(type(runtime.notify), type(runtime.begin))]])
        assert.equal("true\tnil\tnil\tnil\nfunction\tfunction\n",
            command.must(command.lua:gsub("%%", "%%%%") .. " %s %s %s", work .. "/decide.lua", state, env))
    end)

    --- The service, until memory is refused after `count` of its methods, in the order of their names.
    local function starved(count)
        local names = {}
        for name in pairs(service) do
            names[#names + 1] = name
        end
        table.sort(names)
        return setmetatable({}, { __pairs = function()
            local at = 0
            return function()
                at = at + 1
                if at > count then
                    error("not enough memory", 0)
                end
                return names[at], service[names[at]]
            end
        end }), #names
    end

    it("gets what is missing as soon as there is memory for it", function()
        local loaded = package.loaded
        local present = loaded["upnudge.runtime"]
        stage.finally(function()
            loaded["upnudge.runtime"], loaded["upnudge.runtime.service"] = present, service
        end)
        for count = 0, select(2, starved(0)) - 1 do
            loaded["upnudge.runtime"], loaded["upnudge.runtime.service"] = nil, starved(count)
            local again = require "upnudge.runtime"
            assert.same({ false, "not enough memory" }, { pcall(again.open, { state_dir = state }) })
            loaded["upnudge.runtime.service"] = service
            local runtime <close> = assert(again.open { state_dir = state })
            for name, method in pairs(service) do
                assert.equal(method, runtime[name], name)
            end
        end
    end)
end)
