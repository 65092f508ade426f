--- Products: which modules each carries (lua/products.lua, lua/vm/graph.lua), and that they are enough.

local command = require "command"
local lfs = require "lfs"
local stage = require "stage"

local NEW <const>, NOW <const> = stage.NEW, stage.NOW

local work, env, state

before_each(function()
    work, env, state = stage.set()
end)

after_each(stage.strike)

describe("the modules of a product", function()
    --- Runs the tool over made-up modules: their names, sorted, or nil and what it says.
    local function carried(product, sources)
        local words = { "lua5.4 lua/vm/graph.lua", command.quote(work .. "/products.lua"), "it" }
        command.write(work .. "/products.lua", "return { it = " .. product .. " }")
        for name, source in pairs(sources) do
            local path = work .. "/" .. name .. ".lua"
            command.write(path, source)
            words[#words + 1] = command.quote(name .. "=" .. path)
        end
        local result = command.shell(table.concat(words, " "))
        local names = {}
        for name in result.out:gmatch "([^\n=]+)=" do
            names[#names + 1] = name
        end
        table.sort(names)
        return result.code == 0 and table.concat(names, " ") or nil, result.err
    end

    it("follow from every require in code, also one that is run late or never", function()
        assert.equal("upnudge upnudge.a upnudge.b upnudge.c upnudge.d upnudge.e",
            carried('{ roots = { "upnudge" } }', {
                upnudge = [[
                    local a = require "upnudge.a"
                    return function() if a then return require('upnudge.b').x, pcall(require, "upnudge.c") end end]],
                ["upnudge.a"] = "return require [==[upnudge.d]==]",
                ["upnudge.b"] = "return ('\\'') .. require 'upnudge.e' .. 'upnudge.f'",
                ["upnudge.c"] = "", ["upnudge.d"] = 'return require "upnudge"', ["upnudge.e"] = "", ["upnudge.f"] = "",
            }))
    end)

    it("do not follow from comments, strings, and what others call require", function()
        assert.equal("upnudge", carried('{ roots = { "upnudge" } }', {
            upnudge = [[
                --- require "upnudge.a" is how
                --[=[ require "upnudge.a" ]] .. "\n" .. [[ ]=] local text = "say \"require 'upnudge.a'\""
                local list = { require = text }
                list.require "upnudge.a"
                list:require "upnudge.a"
                list = require_all "upnudge.a"
                return require "io", require "upnudge.core" -- require "upnudge.a"]],
            ["upnudge.a"] = "",
        }))
    end)

    it("are all that begin as a name that is put together begins", function()
        assert.equal("upnudge upnudge.cli.a upnudge.cli.b", carried('{ roots = { "upnudge" } }', {
            upnudge = 'return function(name) return require("upnudge.cli." .. name) end',
            ["upnudge.cli.a"] = "", ["upnudge.cli.b"] = "", ["upnudge.client"] = "",
        }))
    end)

    it("end where the product leaves one out", function()
        assert.equal("upnudge upnudge.c", carried('{ roots = { "upnudge" }, without = { "upnudge.a", "upnudge.x*" } }', {
            upnudge = 'return require "upnudge.a", require "upnudge.x1", require "upnudge.c"',
            ["upnudge.a"] = 'return require "upnudge.b"', ["upnudge.b"] = "", ["upnudge.c"] = "",
            ["upnudge.x1"] = 'return require "upnudge.b"',
        }))
    end)

    it("have policies beside them, which are not followed", function()
        assert.equal("policy:a policy:b", carried('{ roots = { "policy:*" } }', {
            ["policy:a"] = 'return require "upnudge"', ["policy:b"] = "", ["scenario:c"] = "", upnudge = "",
        }))
    end)

    it("cannot be told, and the build fails, where a name cannot", function()
        for source, mistake in pairs {
            ["local name = 'upnudge.a'\nreturn require(name)"] = "upnudge.lua:2: what is required here cannot be told",
            ["return pcall(require, name)"] = "upnudge.lua:1: what is required here cannot be told",
            ["local load = require"] = "upnudge.lua:1: what is required here cannot be told",
            ['return require "upnudge.aa"'] = "upnudge.lua: no module 'upnudge.aa'",
            ['return require("upnudge.b." .. name)'] = "upnudge.lua: no module 'upnudge.b.*'",
        } do
            local names, message = carried('{ roots = { "upnudge" } }', { upnudge = source, ["upnudge.a"] = "" })
            assert.is_nil(names)
            assert.is_truthy(message:find(mistake, 1, true), message)
        end
    end)

    it("cannot be told, and the build fails, where what the product names is not there", function()
        for product, mistake in pairs {
            ['{ roots = { "upnudge.b" } }'] = "roots: no module 'upnudge.b'",
            ['{ roots = { "policy:*" } }'] = "roots: no module 'policy:*'",
            ['{ roots = { "upnudge" }, without = { "upnudge.b*" } }'] = "without: no module 'upnudge.b*'",
            ["nil"] = "no product 'it'",
        } do
            local names, message = carried(product, { upnudge = "" })
            assert.is_nil(names)
            assert.is_truthy(message:find(mistake, 1, true), message)
        end
    end)

    local embedded <const> = command.embedded

    -- The lists of what an image has are for the small program alone.
    it("are all of ours in the full command or the small one, so that there is none that nobody needs", function()
        local names, small = embedded "upnudge-cli", embedded "upnudge"
        local list = command.shell "cd lua && find upnudge -name '*.lua' | grep -v ^upnudge/meta/"
        local count = 0
        for path in list.out:gmatch "[^\n]+" do
            local name = path:gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", ".")
            assert.is_true(names[name] or small[name], name)
            count = count + 1
        end
        assert.is_true(count > 60)
    end)

    it("are in the small program and in the library none of another's work", function()
        local work_of_others = {
            upnudge = { "cli", "tools", "testing", "lockfile", "runtime.check", "runtime.explain", "runtime.call", "runtime.answer",
                "runtime.service", "strategy.migration", "strategy.database_sql", "strategy.database_question", "record.list" },
            libupnudge = { "cli", "tools", "testing", "strategy.migration", "strategy.database_sql",
                "strategy.database_question" },
        }
        for product, parts in pairs(work_of_others) do
            local names = embedded(product)
            assert.is_true(names["upnudge.runtime.notice"])
            -- What lockfiles are called is no work: who looks for a project needs it.
            names["upnudge.lockfile.names"] = nil
            for name in pairs(names) do
                for _, part in ipairs(parts) do
                    assert.is_nil((name .. "."):find("upnudge." .. part .. ".", 1, true), product .. ": " .. name)
                end
            end
        end
    end)

    it("are in a Lua host, which has the others as files, those of the policy VM alone", function()
        local names = embedded "core"
        assert.is_true(names["upnudge.sandbox"] and names["upnudge.language"] and names["policy:default"])
        for _, name in ipairs { "upnudge", "upnudge.runtime", "upnudge.record", "upnudge.cli", "upnudge.testing" } do
            assert.is_nil(names[name], name)
        end
    end)
end)

describe("the small program", function()
    local alone

    before_each(function()
        alone = work .. "/bin/upnudge"
        command.must('mkdir "$work/bin" && cp "$upnudge" %s', alone)
        assert.equal(0, command.run("check", env, "--state-dir", state, "--now", NOW, "--new", NEW).code)
    end)

    local function notify(program, policy, now, variables)
        return command.shell((variables or "") .. ' timeout 300 %s notify "$env" --state-dir "$state" --tty --policy %s '
            .. "--now %s", program, policy, now)
    end

    local function log()
        return command.run("explain", env, "--state-dir", state, "--log").out
    end

    local function policy(keys)
        command.write(work .. "/policy.lua",
            ('local u = require "upnudge"\nreturn u.policy { api = 1, name = "t", extends = "default", %s }'):format(keys))
        return work .. "/policy.lua"
    end

    --- A strategy of a team's own: the variable that makes it be found, and a policy that names it.
    local function strategy(source)
        command.must 'mkdir -p "$work/upnudge/strategy"'
        command.write(work .. "/upnudge/strategy/own.lua", source)
        return 'UPNUDGE_LUA_PATH="$work/?.lua"', policy 'strategy = "own"'
    end

    local DAYS <const> = 86400

    it("has all that a notice takes, under every ready-made policy", function()
        local now, told = NOW, 0
        for name in lfs.dir "policies" do
            if name:find "%.lua$" and name ~= "fleet.lua" and name ~= "team.lua" then
                now = now + 40 * DAYS
                local result = notify(alone, name:gsub("%.lua$", ""), now)
                assert.equal(0, result.code)
                told = told + (result.err ~= "" and 1 or 0)
            end
        end
        assert.is_true(told >= 4, told .. " told")
        assert.is_nil(log():find("a fault of upnudge", 1, true))
    end)

    it("has all that a policy of a team takes, and what its mistakes take", function()
        local good = policy [[hint = "x up", ignore = { "nothing*" }, text = function(c) return u.text.packages(c, 9) end]]
        assert.is_truthy(notify(alone, good, NOW + 1).err:find "curl")
        assert.is_truthy(notify(alone, policy 'hnt = "x"', NOW + 2).err:find "^policy %S.-policy.lua has a mistake; using the one of [^\n]+\n$")
    end)

    it("knows without the full command that a database is not to be asked yet", function()
        assert.is_truthy(notify(command.program, "default", NOW + 1).err:find "available")
        local quiet = notify(alone, policy 'strategy = "database"', NOW + 2)
        assert.same({ "", 0 }, { quiet.err, quiet.code })
        assert.is_truthy(log():find "already said 1 second ago; again in %d+ days\n$", log())
    end)

    it("becomes the full command for a strategy of a team's own, which goes through the same words again", function()
        local variables, file = strategy [[
            local lfs = require "lfs"
            return { read = function() return nil, "this is the full command with " .. type(lfs.dir) end,
                commit_check = print, claim = print }]]
        local result = notify(command.program, file, NOW + 1, variables)
        assert.same({ "", 0 }, { result.err, result.code })
        assert.is_truthy(log():find "this is the full command with function\n$")
    end)

    it("says what it lacks when there is no full command", function()
        local variables, file = strategy "return {}"
        local result = notify(alone, file, NOW + 1, variables)
        assert.equal(0, result.code)
        assert.is_truthy(result.err:find "has a mistake; using 'default'; see 'upnudge doctor'\n$", result.err)
        assert.equal("", notify(alone, policy 'strategy = "database"', NOW + 40 * DAYS).err)
        assert.is_truthy(log():find("the strategy 'database' needs upnudge-cli", 1, true), log())
    end)

    it("without the full command knows no other command, and says so", function()
        local result = command.shell("%s list", alone)
        assert.equal(1, result.code)
        assert.is_truthy(result.err:find "cannot find upnudge%-cli")
    end)
end)

describe("a build directory", function()
    it("goes on as it began, sanitised and without an image, whoever says make in it later", function()
        local begun = command.build .. "/begun"
        stage.finally(function()
            command.must("rm -rf %s", begun)
        end)
        local function said(words)
            return command.must("env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s --eval %s said DEPS=no BUILD=%s " .. words,
                "said:;@echo $(HAS_IMAGE) $(SANITIZERS)", begun)
        end
        assert.equal("no address,undefined\n", said "SANITIZE=1")
        assert.equal("no address,undefined\n", said "")
        command.must("rm -rf %s", begun)
        assert.equal("yes\n", said "SANITIZE=")
    end)
end)
