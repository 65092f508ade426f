--- The linter of the walls, on houses that are made up for it.

local command = require "command"

local root

before_each(function()
    root = command.directory() .. "/a house"
end)

after_each(function()
    command.remove(root:match "^(.*)/")
end)

--- What the linter says of these files, by path below lua/.
local function told(files)
    for path, source in pairs(files) do
        local directory = command.quote((root .. "/lua/" .. path):match "^(.*)/")
        assert.are.equal(0, command.shell("mkdir -p " .. directory).code)
        command.write(root .. "/lua/" .. path, source)
    end
    return command.shell(("lua5.4 tests/lint/walls.lua %s"):format(command.quote(root)))
end

--- The house with nothing but what each case adds to it.
local function assert_told(expected, files)
    local said = told(files)
    assert.are.equal(expected, said.out)
    assert.are.equal(expected == "" and 0 or 1, said.code, said.err)
end

describe("the walls", function()
    it("let arrows go down, and across the bridge", function()
        assert_told("", {
            ["upnudge/cli/init.lua"] = 'require "upnudge.tools.reference" require "io"',
            ["upnudge/tools/reference.lua"] = 'require "upnudge.language.schema" require("upnudge.record")',
            ["upnudge/record/init.lua"] = 'local core = require "upnudge.core"',
            ["upnudge/language/schema.lua"] = 'require "upnudge.lib.words"',
            ["upnudge/lib/words.lua"] = 'require "string"',
            ["command/cli.c"] = 'lua_pushliteral(L, "upnudge.cli");',
        })
    end)

    it("let none go up, be it lazy, in pcall or a name in a table", function()
        for source, line in pairs { ['require "upnudge.runtime"'] = 1, ['\nfunction f() require("upnudge.runtime") end'] = 2,
            ['pcall(require, "upnudge.runtime")'] = 1, ["\n\nrequire({ 'upnudge.runtime' }[1])"] = 3,
            ['--[[ a\nb ]] require(\n"upnudge.run" .. name)'] = 2 } do
            assert_told(("lua/upnudge/record/init.lua:%d requires upnudge.runtime, but runtime stands above record, and "
                .. "arrows go down\n"):format(line),
                { ["upnudge/record/init.lua"] = source, ["upnudge/runtime/init.lua"] = "" })
        end
    end)

    it("read no comments and no words of messages", function()
        assert_told("", { ["upnudge/runtime/init.lua"] = "", ["upnudge/record/init.lua"] =
            '-- require "upnudge.runtime"\n--[==[ require "upnudge.runtime" ]==] say "write `require \\"upnudge.runtime\\"`"'
            .. ' command:require_command(true) local t = { require = 1 }' })
    end)

    it("keep the policy VM and trusted code apart", function()
        assert_told("lua/upnudge/language/init.lua:1 requires upnudge.record, but no arrow leads from language to record: "
            .. "one runs in the policy VM, the other does not\n"
            .. "lua/upnudge/runtime/init.lua:1 requires upnudge.language, but no arrow leads from runtime to language: "
            .. "one runs in the policy VM, the other does not\n", {
                ["upnudge/language/init.lua"] = 'require "upnudge.record"', ["upnudge/record/init.lua"] = "",
                ["upnudge/runtime/init.lua"] = 'require "upnudge.language"' })
    end)

    it("give the policy VM no library that it has not, itself or through others", function()
        assert_told("lua/upnudge/language/init.lua:1 requires io, which the policy VM has not\n"
            .. "lua/upnudge/language/init.lua:1 requires upnudge.lib.list, but upnudge.lib.json needs cjson, which the "
            .. "policy VM has not\n", {
                ["upnudge/language/init.lua"] = 'require "io" require "upnudge.lib.list"',
                ["upnudge/lib/list.lua"] = 'function f() require "upnudge.lib.json" end',
                ["upnudge/lib/json.lua"] = 'require "cjson"', ["upnudge/record/init.lua"] = 'require "upnudge.lib.json"' })
    end)

    it("keep our nouns out of lib", function()
        assert_told("lua/upnudge/lib/words.lua:1 requires upnudge.core, but upnudge.core stands above lib, and arrows go "
            .. "down\n", { ["upnudge/lib/words.lua"] = 'require "upnudge.core"' })
    end)

    it("find circles between files", function()
        assert_told("lua/upnudge/record/c.lua:1 closes a circle: upnudge.record.a -> upnudge.record.b -> upnudge.record.c "
            .. "-> upnudge.record.a\n", { ["upnudge/record/a.lua"] = 'require "upnudge.record.b"',
                ["upnudge/record/b.lua"] = 'return function() return require "upnudge.record.c" end',
                ["upnudge/record/c.lua"] = 'require "upnudge.record.a"' })
    end)

    it("hold what C asks for", function()
        assert_told("lua/vm/vm.c:2 requires upnudge.record, but no arrow leads from lua/vm to record: one runs in the policy "
            .. "VM, the other does not\n", { ["upnudge/record/init.lua"] = "", ["upnudge/sandbox/init.lua"] = "",
                ["vm/vm.c"] = 'lua_pushliteral(L, "upnudge.sandbox");\n    lua_pushliteral(L, "upnudge.record");' })
    end)

    it("know every room and every module, and refuse a name that they cannot read", function()
        assert_told("lua/upnudge/record/init.lua:1 requires a name that no string of the file has: write the module's name "
            .. "out\nlua/upnudge/cellar/init.lua stands in a room that no tower has: cellar\n"
            .. "lua/upnudge/record/list.lua:1 requires upnudge.record.lsit, which is not there\n", {
                ["upnudge/cellar/init.lua"] = "", ["upnudge/record/init.lua"] = "return function(n) return require(n) end",
                ["upnudge/record/list.lua"] = 'require "upnudge.record.lsit"' })
    end)
end)

-- The directories, and the single files that others expect there.
local GROUND <const> = { [".ci"] = true, core = true, lua = true, policies = true, tests = true, Makefile = true,
    ["README.md"] = true, LICENSE = true, ["CHANGELOG.md"] = true, ["upnudge-scm-1.rockspec"] = true,
    [".gitignore"] = true, [".clang-format"] = true, [".luacheckrc"] = true }

describe("the ground", function()
    it("has on it what it should and nothing else", function()
        local listed = command.shell "git -C \"$root\" ls-files"
        if listed.code ~= 0 then
            pending "no repository here"
            return
        end
        for path in listed.out:gmatch "[^\n]+" do
            assert.is_true(GROUND[path:match "^[^/]+"], path)
        end
    end)
end)
