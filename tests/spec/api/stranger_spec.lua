--- Hosts with another Lua (tests/stranger/): both go on as if they were alone, whoever came first.

local command = require "command"
local lfs = require "lfs"
local stage = require "stage"

local NOW <const> = stage.NOW
local PLACE <const> = ("%s/%s/tests/stranger"):format(command.root, command.build)
local LIBRARY <const> = ("%s/%s/libupnudge.so.0"):format(command.root, command.build)

-- What each Lua says of itself, and the interpreter and the package that bring it.
local LUAS <const> = { { "lua5.1", "Lua 5.1", "liblua5.1-0-dev" }, { "lua5.3", "Lua 5.3", "liblua5.3-dev" },
    { "lua5.4", "Lua 5.4", "liblua5.4-dev" }, { "luajit", "Lua 5.1 jit", "libluajit-5.1-dev" } }
local TOLD <const> = "2 version changes and 1 rebuild available in webshop.\nalready said 1 second ago; again in 6 days\n"

before_each(function()
    stage.set()
end)

after_each(stage.strike)

--- What such a host should print.
local function expected(order, name)
    local lines = { order == "before" and 1 or TOLD }
    for _, line in ipairs(order == "before" and { TOLD, 2, TOLD, 3, 4 } or { 1, TOLD, 2, 3 }) do
        lines[#lines + 1] = line
    end
    for i, line in ipairs(lines) do
        lines[i] = type(line) == "number" and ("%s for the %d. time\n"):format(name, line) or line
    end
    return table.concat(lines)
end

local function assert_undisturbed(name, order, program, ...)
    command.must 'rm -rf "$state"'
    local words = { PLACE .. "/" .. program, order, ... }
    local said = command.shell(("%s "):rep(#words) .. ('"$state" "$env" %d "$new" 2>&1'):format(NOW), table.unpack(words))
    local what = table.concat(words, " ")
    assert.are.equal(what .. "\n" .. expected(order, name), what .. "\n" .. said.out)
    assert.are.equal(0, said.code, what)
end

-- A sanitised library cannot be loaded into somebody else's names.
local MODES <const> = command.sanitised and { "local", "global" } or { "local", "global", "deepbind" }

for _, lua in ipairs(LUAS) do
    local package, name, from = table.unpack(lua)
    local there = lfs.attributes(PLACE .. "/" .. package .. "/object.so", "mode")
    local function with(kind, body)
        return it(("with %s %s"):format(name, kind), there and function()
            for _, order in ipairs { "before", "after" } do
                body(order)
            end
        end or function()
            pending(("it comes with Debian's %s, which is not there"):format(from))
        end)
    end

    describe("a host", function()
        for _, kind in ipairs { "hidden", "exported", "shared" } do
            with(kind .. " in the program, which loads us", function(order)
                for _, mode in ipairs(MODES) do
                    assert_undisturbed(name, order, package .. "/" .. kind, LIBRARY, mode, "-", "-")
                end
            end)

            with(kind .. " in the program, to which we are linked", function(order)
                assert_undisturbed(name, order, package .. "/linked-" .. kind, "-", "-", "-", "-")
            end)
        end

        with("in an object that is loaded, as we are", function(order)
            for _, theirs in ipairs(MODES) do
                for _, ours in ipairs(MODES) do
                    assert_undisturbed(name, order, "none", LIBRARY, ours, PLACE .. "/" .. package .. "/object.so", theirs)
                end
            end
        end)
    end)
end

describe("the Lua module", function()
    for _, interpreter in ipairs { "lua5.1", "lua5.3", "luajit" } do
        it("says to " .. interpreter .. " which Lua it needs", function()
            if command.sanitised or command.shell("command -v %s", interpreter).code ~= 0 then
                return pending(interpreter .. " is not there, or cannot load what is sanitised")
            end
            local said = command.must("cd %s && LUA_PATH='lua/?.lua;lua/?/init.lua' LUA_CPATH=%s %s -e %s", command.root,
                ("%s/lib/?.so"):format(command.build), interpreter,
                'for _, name in ipairs { "upnudge", "upnudge.core" } do print(select(2, pcall(require, name))) end')
            assert.is_truthy(said:find "^upnudge needs Lua 5%.4; this is Lua 5%.[13]\nupnudge needs Lua 5%.4\n$", said)
        end)
    end
end)
