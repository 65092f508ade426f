--- One activation is described in five places: the C struct, what the C API hands to Lua, the types of the Lua
--- API, the options of the command, and those that the small program reads by itself. They say the same.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

--- Field of the C struct, field of the Lua table, option of the command. Where the names differ there is a reason.
local OPTIONS <const> = {
    { c = "environment", option = "DIR" },
    { c = "lockfile", lua = "lockfile", option = "--lockfile", value = "x.lock" },
    { c = "name", lua = "name", option = "--name", value = "shop" },
    { c = "mode", lua = "mode", option = "--mode", value = "command", full = true },
    { c = "command", lua = "command", option = "--command", value = "make", full = true },
    { c = "hint", lua = "hint", option = "--hint", value = "tool show" },
    { c = "now", lua = "now", option = "--now", value = "1800000000" },
    { c = "terminal", lua = "tty", option = "--tty" },
    { c = "terminal", lua = "tty", option = "--no-tty" },
    { c = "active", lua = "active", option = "--active" },
    { c = "session", lua = "session", option = "--session", value = "w0t1p0" },
    { c = "attributes", lua = "attributes", option = "--set", value = "sharing=yes" },
    -- The command's is "terminal", for it writes to one.
    { c = "look", lua = "look" },
}

local NOW <const> = stage.NOW

local function read(path)
    return assert(command.read(command.root .. "/" .. path), path)
end

local function sorted(set)
    local list = {}
    for name in pairs(set) do
        list[#list + 1] = name
    end
    table.sort(list)
    return list
end

local function wanted(place)
    local set = {}
    for _, option in ipairs(OPTIONS) do
        if option[place] then
            set[option[place]] = true
        end
    end
    return sorted(set)
end

local function all(text, pattern)
    local set = {}
    for name in text:gmatch(pattern) do
        set[name] = true
    end
    return sorted(set)
end

describe("an activation is described by the same options", function()
    it("in the C struct", function()
        local body = read "lua/api/upnudge.h":match "typedef struct upnudge_activation (%b{})"
        local fields = {}
        for _, name in ipairs(all(body:gsub("/%*.-%*/", ""), "([%l_]+);")) do
            -- Every struct of the C API has that.
            fields[name] = name ~= "size" or nil
        end
        assert.are.same(wanted "c", sorted(fields))
    end)

    it("where C hands them to Lua", function()
        local rows = read "lua/api/argument.c":match "un_field activation%[%] = (%b{})"
        local fields, keys = {}, {}
        for kind, words in rows:gmatch "(%u+)(%b())" do
            local name = words:match "upnudge_activation, ([%l_]+)"
            fields[name] = true
            keys[words:match '"([%l_]+)"' or name] = kind ~= "REQUIRED" or nil
        end
        assert.are.same(wanted "c", sorted(fields))
        assert.are.same(wanted "lua", sorted(keys))
    end)

    it("in the types of the Lua API", function()
        local class = read "lua/upnudge/runtime/init.lua":match "%-%-%-@class upnudge.Activation\n(.-)\n\n"
        assert.are.same(wanted "lua", all(class, "@field ([%l_]+)%??"))
    end)

    it("in the help of the commands that take one", function()
        for _, name in ipairs { "notify", "explain" } do
            local help = command.run(name, "--help").out
            for _, option in ipairs(OPTIONS) do
                assert.is_truthy(not option.option or help:find(option.option, 1, true), name .. " " .. (option.option or ""))
            end
        end
    end)
end)

describe("an option of an activation", function()
    local state

    before_each(function()
        state = select(3, stage.set())
        command.must('"$upnudge" check "$env" --state-dir "$state" --now 1799990000 --new "$new"')
        command.must 'cp "$env/.flox/env/manifest.lock" "$env/x.lock"'
    end)

    after_each(stage.strike)

    --- A Lua host that has those records.
    local function runtime(policy)
        return stage.open({ state_dir = state, policy = policy }, function() return NOW end, {})
    end

    local function decision(...)
        return command.run("notify", command.variables.env, "--state-dir", state, ...)
    end

    it("is understood by the small program, or left to the full command by its list", function()
        command.must [[mkdir "$work/alone" && cp "$upnudge" "$work/alone/"
            printf '#!/bin/sh\necho handed over >&2\n' >"$work/alone/upnudge-cli" && chmod +x "$work/alone/upnudge-cli"]]
        for _, option in ipairs(OPTIONS) do
            if option.lua and option.option then
                local result = command.shell('"$work/alone/upnudge" notify "$env" --state-dir "$state" %s ' .. (option.value
                    and command.quote(option.value) or ""), option.option)
                local handed_over = result.err == "handed over\n"
                assert.are.equal(option.full or false, handed_over, option.option)
            end
        end
    end)

    it("tells a policy what the host says in words of its own", function()
        local path = stage.policy [[{ api = 1, name = "p", rules = { u.rule "r" { notify = u.always(), text = function(c)
            local told = {}
            for name, value in pairs(c.host.attributes) do
                told[#told + 1] = name .. "=" .. value
            end
            return #told .. " " .. table.concat(told, " ") .. " " .. c.host.session
        end } } }]]
        local one = decision("--now", NOW, "--policy", path, "--session", "one", "--set", "b=1", "--set", "a.b-C=", "--set",
            "b=x=y z").err
        assert.equal("2 a.b-C= b=x=y z ", one:sub(1, -18))
        assert.is_truthy(one:sub(-17):find "^%x+\n$")
        local words = { "--now", NOW, "--policy", path, "--session", "one", "--set", "b=1", "--set", "a.b-C=", "--set", "b=x=y z" }
        for name, value in pairs { ["the full command"] = cjson.decode(decision("--json", table.unpack(words)).out).text,
            explain = cjson.decode(command.run("explain", command.variables.env, "--state-dir", state, "--json",
                table.unpack(words)).out).text,
            ["a binding"] = runtime(path):call(cjson.encode { schema = 1, call = "notify", environment = command.variables.env,
                now = NOW, session = "one", attributes = { b = "x=y z", ["a.b-C"] = "" } }):match '"text":"(.-)"' .. "",
            Lua = runtime(path):notify(command.variables.env, { now = NOW, session = "one",
                attributes = { b = "x=y z", ["a.b-C"] = "" } }).text } do
            assert.equal(one, value .. "\n", name)
        end
        local other = decision("--now", NOW, "--policy", path, "--session", "two").err
        assert.equal("0  ", other:sub(1, 3))
        assert.are_not.equal(one:sub(-17), other:sub(-17))
    end)

    it("is a name with a value, and not too many", function()
        for _, word in ipairs { "", "=", "a", "=b", "1=b", "a b=c", ("n"):rep(65) .. "=" } do
            local result = decision("--set", word)
            assert.same({ 2, 1 }, { result.code, (result.err:find("upnudge: '", 1, true)) }, word)
        end
        local many = {}
        for i = 1, 64 do
            many[i] = i % 2 == 1 and "--set" or "a=b"
        end
        assert.equal(0, decision(table.unpack(many)).code)
        assert.equal(2, decision("--set", "a=b", table.unpack(many)).code)
        for _, attributes in ipairs { { "b" }, { a = 1 }, { [""] = "b" }, { ["a b"] = "c" }, "a=b" } do
            assert.has_error(function() runtime():notify(command.variables.env, { attributes = attributes }) end)
            local answer = cjson.decode((runtime():call(cjson.encode { schema = 1, call = "notify",
                environment = command.variables.env, attributes = attributes })))
            assert.equal("usage", answer.code, answer.error)
        end
    end)

    it("has the effect that it names", function()
        local function text(...)
            return decision("--now", 1800000000, ...).err
        end
        assert.is_truthy(text("--tty", "--name", "shop"):find "available in shop")
        assert.equal("", text("--tty", "--lockfile", "/nowhere/x.lock"))
        assert.equal("", text("--no-tty"))
        assert.equal("", text("--tty", "--active"))
        assert.equal("", text("--tty", "--mode", "command", "--command", "make"))
        local hinted = decision("--now", 1900000000, "--tty", "--hint", "tool show").err
        assert.is_truthy(hinted:find("Use 'tool show' for details.", 1, true), hinted)
    end)
end)
