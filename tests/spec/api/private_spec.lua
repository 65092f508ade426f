--- The library among strangers: what it shows and takes, and the Lua that it carries for itself.

local command = require "command"
local stage = require "stage"

local NEW <const>, NOW <const> = stage.NEW, stage.NOW

local work, env, state
local program = command.root .. "/" .. command.build .. "/tests/host/embed"

before_each(function()
    work, env, state = stage.set()
end)

after_each(stage.strike)

describe("the library", function()
    it("shows what its header names, and nothing else", function()
        -- The version itself is a symbol for some linkers.
        local shown = command.must [[nm -D --defined-only --with-symbol-versions "$build/libupnudge.so.0" |
            awk '$2 != "A" { print $3 }' | LC_ALL=C sort]]
        local named = {}
        for name in command.read "lua/api/upnudge.h":gmatch "\nUPNUDGE_API [^;]-([%w_]+)%(" do
            named[#named + 1] = name .. "@@UPNUDGE_0"
        end
        table.sort(named)
        assert.is_true(#named >= 11)
        assert.equal(table.concat(named, "\n") .. "\n", shown)
    end)

    it("needs no Lua of its host's, and its code is the same wherever it is loaded", function()
        local header = command.must 'readelf -dW "$build/libupnudge.so.0"'
        assert.is_nil(header:find "TEXTREL")
        assert.is_truthy(header:find "BIND_NOW" and header:find "SYMBOLIC")
        for needed in header:gmatch "Shared library: %[([^%]]+)%]" do
            assert.is_nil(needed:find "lua", needed)
        end
        assert.equal("", command.must [[nm -D --undefined-only "$build/libupnudge.so.0" | grep ' luaL\?_' || true]])
    end)
end)

--- What the program prints in which the strategy is a team's own, and gives what this Lua gives as a reason.
local function says(source)
    command.must 'mkdir -p "$work/upnudge/strategy"'
    command.write(work .. "/upnudge/strategy/own.lua", ("return { read = function() return nil, (%s) end, "
        .. "commit_check = function(r, d, f) return r:commit(d, f) end, claim = print }"):format(source))
    command.write(work .. "/own.lua", 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "own", '
        .. 'extends = "default", strategy = "own" }')
    command.must('UPNUDGE_LUA_PATH="$work/?.lua" %s "$state" "$work/own.lua" check "$env" %d "$new"', program, NOW)
    return command.must('UPNUDGE_LUA_PATH="$work/?.lua" %s "$state" "$work/own.lua" notify "$env" %d', program, NOW + 1)
end

describe("a strategy of a team's own in the library", function()
    it("requires Lua files beside it, LuaFileSystem and what of ours it names", function()
        command.write(work .. "/beside.lua", "return { word = 'beside' }")
        assert.equal("quiet: beside directory 1 second\n", says [[require "beside".word .. " "
            .. require "lfs".attributes("/", "mode") .. " " .. require "upnudge.lib.duration".format(1)]])
    end)

    it("gets no C module, wherever it says that one is", function()
        assert.equal("quiet: |nil|not found|2\n", says(([[(function()
            pcall(require, "nothing")
            local before = package.cpath
            package.cpath = %q
            local ok, message = pcall(require, "core")
            return ("%%s|%%s|%%s|%%d"):format(before, package.loadlib, ok and "found" or message:match "not found", #package.searchers)
        end)()]]):format(command.root .. "/" .. command.build .. "/lib/upnudge/?.so")))
    end)
end)

describe("what a library may not do", function()
    it("is to end its host, though a strategy of a team's own says so", function()
        assert.equal("quiet: os.exit: a library does not end its host\n", says [[select(2, pcall(os.exit, 3))]])
    end)
end)

describe("the JSON reader", function()
    it("is looked for again where it could not be loaded", function()
        command.must 'mkdir "$work/lib" && cp "$build/libupnudge.so.0" "$work/lib"'
        local said = work .. "/said"
        local host <close> = io.popen(command.script("LD_LIBRARY_PATH=%s exec %s %s default again %s %d %s >%s",
            work .. "/lib", program, state, env, NOW, NEW, said), "w")
        host:setvbuf "no"
        local first = stage.await_file(said)
        assert.is_truthy(first:find("cannot find upnudge-json.so, the JSON reader, in " .. work .. "/lib", 1, true), first)
        command.must 'ln -s "$build/upnudge-json.so" "$work/lib"'
        host:write "\n"
        host:close()
        assert.equal(first .. "ok\n", command.read(said))
    end)
end)
