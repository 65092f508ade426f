--- The walls of the sandbox: what a hostile policy tries, in its real VM.

local command = require "command"
local stage = require "stage"
local effort = require "effort"
local policy = require "upnudge.policy"
local trial = require "trial"

-- A hostile policy delays an activation by no more than some 20 ms of work; sanitizers are slow.
local MOST <const> = command.sanitised and 1000 or 20

local work

before_each(function()
    work = stage.bare()
end)

after_each(stage.strike)

local function load_text(text)
    return trial.load(work, text)
end

local function runs(code)
    return trial.runs(work, code)
end

local function decides(code)
    return trial.decides(work, code)
end

local evaluate <const> = trial.ask

local function in_time(what, f, ...)
    return effort.within(what, MOST, f, ...)
end

local ENDLESS <const> = {
    "while true do end",
    "while true do pcall(function() while true do end end) end",
    "local function f() return pcall(f) end while true do f() end",
    "while true do pcall(error) end",
    "local t = {} while true do t[#t + 1] = {} end",
    "local t = {} while true do t[#t + 1] = function() return t end end",
    "local t = {} for i = 1, 1e9 do t[i] = i end",
    "local s = 'x' while true do s = s .. s end",
    "local s = ('x'):rep(100000) while true do local t = s .. s end",
    "local s = ('x'):rep(65000) local t = {} while true do t[1] = s:upper() end",
    "local s = ('x'):rep(100000) local a, b = s .. 1, s .. 1 while true do if a ~= b then break end end",
    "local s = ('x'):rep(30000) while true do table.concat({ s, s, s }) end",
    "while true do string.rep('', 131072) end",
    "while true do string.format('%99.99f', 1e300) end",
    "local t = {} for i = 1, 5000 do table.insert(t, 1, i) end while true do table.insert(t, 1, 1) table.remove(t, 1) end",
    "local t = {} for i = 1, 20000 do t[i] = -i end while true do table.sort(t) end",
    "local t = {} for i = 1, 3000 do t[i] = i end table.sort(t, function() while true do end end)",
    "local t = {} for i = 1, 3000 do t[i] = -i end while true do pcall(table.sort, t, function(a, b) return a < b end) end",
    "local t = setmetatable({}, { __index = function(t, k) return t[k + 1] end }) while true do pcall(function() return t[1] end) end",
    "local t = setmetatable({}, { __index = function() while true do end end }) local x = t.y",
    "local t = setmetatable({}, { __len = function() while true do end end }) local x = #t",
    "local t = setmetatable({}, { __eq = function() while true do end end }) local x = t == setmetatable({}, getmetatable(t))",
    "local t = setmetatable({}, { __concat = function() while true do end end }) local x = t .. 'x'",
    "local x <close> = setmetatable({}, { __close = function() while true do end end })",
    "local function f() local x <close> = setmetatable({}, { __close = function() while true do end end }) f() end f()",
    "local function f() return 1 + f() end while true do pcall(f) end",
    "local function f() ('x'):gsub('x', f) end while true do pcall(f) end",
    "local function f(...) return f(1, ...) end f()",
    "local function h() end local function f(n, ...) while n == 0 do h(...) end return f(n - 1, 1, ...) end f(2000)",
    "local function f(n, ...) while n == 0 do local t = { ... } end return f(n - 1, 1, ...) end f(2000)",
    "local function f(...) local t = { ... } return f(1, table.unpack(t)) end while true do pcall(f) end",
    "(('a'):rep(8192)):find('.-.-.-.-b')",
    "(('a'):rep(3000)):find('.-.-.-b')",
    "(('a'):rep(100000)):find('.-b')",
    "(('a'):rep(100000)):match('(a*)*b')",
    "(('a'):rep(100000)):gsub('a*b', '')",
    "(('('):rep(100000)):find('%b()')",
    "for _ in (('a'):rep(100000)):gmatch('a-b') do end",
    "while true do (('a'):rep(60000)):find(('a'):rep(30000) .. 'b', 1, true) end",
    "local s = ('x'):rep(100000) while true do utf8.len(s) end",
    "local s = ('x'):rep(100000) while true do tonumber(s) end",
    "for i = 1, math.huge do local t = next({}) end",
}

describe("the sandbox", function()
    it("has none of what reaches out", function()
        for _, name in ipairs { "io", "os", "debug", "package", "load", "loadstring", "dofile", "loadfile", "collectgarbage",
            "coroutine", "_G", "print", "where", "charge", "fetch_packages", "warn" } do
            assert.is_true(runs(("assert(%s == nil, 'there is %s')"):format(name, name)), name)
        end
        for _, code in ipairs { 'require "io"', 'require "upnudge.language"', 'require "upnudge.core"', "os.execute 'true'",
            "local r = debug.getregistry()", "error(select(2, pcall(require, 'package')))" } do
            assert.is_false(runs(code), code)
        end
        assert.is_true(runs "assert(string.dump == nil and math.random == nil)")
    end)

    it("refuses bytecode", function()
        local loaded, message = load_text(string.dump(function() return 1 end))
        assert.is_nil(loaded)
        assert.is_truthy(message:find "binary")
    end)

    it("keeps its libraries, strings and ours whole", function()
        for _, code in ipairs { "string.format = nil", "table.x = 1", 'require("upnudge").every = nil', "x = 1",
            "getmetatable('').__index = nil", "setmetatable('', {})", "rawset(string, 'find', 1)",
            "rawset(require('upnudge'), 'every', 1)", "rawset(_ENV, 'x', 1)", "setmetatable(_ENV, {})",
            "setmetatable({}, { __gc = function() end })", "setmetatable({}, { __mode = 'k' })",
            "setmetatable(require('upnudge'), {})", "local u = require 'upnudge' u.text.summary = nil u.text = nil" } do
            assert.is_false(runs(code), code)
        end
        assert.is_true(runs "assert(('x'):rep(3) == 'xxx' and ('%d'):format(3) == '3')")
        assert.is_true(runs "assert(tostring({}) == 'table' and tostring(nil) == 'nil' and tostring(1) == '1')")
    end)

    it("formats as Lua does, but for addresses", function()
        assert.is_true(runs "assert(('%s %s %s %q'):format(false, nil, true, false) == 'false nil true false')")
        assert.is_true(runs "local ok, said = pcall(string.format, '%d', nil) assert(not ok and said:find 'got nil', said)")
        assert.is_true(runs "local ok, said = pcall(string.format, '%s') assert(not ok and said:find 'no value', said)")
        assert.is_true(runs "assert(('%s %s'):format({}, print or type) == 'table function')")
    end)

    it("hands on no list that is longer than it lists", function()
        local words = {}
        for i = 1, 65 do
            words[#words + 1] = ("[%d] = 'x'"):format(i)
        end
        -- What Lua looks at to find the length of a table that has these.
        for i = 7, 62 do
            words[#words + 1] = ("[%d] = 'x', [%d] = 'x'"):format(1 << i, (1 << i) + 1)
        end
        local loaded = assert(load_text(([[
            local words = { %s, [math.maxinteger] = 'x' }
            assert(#words == math.maxinteger)
            return require "upnudge".policy { api = 1, name = "p", check = { commands = { npm = words } } }]]):format(table.concat(words, ", "))))
        assert.equal(65, #loaded.check.commands.npm)
        loaded:close()
    end)

    it("shares nothing with the next policy or with us", function()
        runs "local m = {} setmetatable(m, { __index = string }) string = m"
        assert.is_true(runs "assert(string.format('%s', 1) == '1')")
        assert.are.equal("1", ("%d"):format(1))
    end)

    it("tells no addresses", function()
        for _, code in ipairs { "string.format('%p', {})", "string.format('%-10p', {})" } do
            assert.is_false(runs(code), code)
        end
        assert.is_true(runs [[
            assert(string.format("%s", {}) == "table" and string.format("%s", print or error) == "function")
            local message = select(2, pcall(error, {}))
            assert(tostring(message) == "table")]])
        assert.is_truthy(decides [[
            for _, f in ipairs { u.every, u.backoff, u.on, u.duration } do
                for _, value in ipairs { {}, { first = {} }, { day = print or error }, { from = {} } } do
                    local ok, message = pcall(f, value)
                    assert(ok or not message:find "0x", message)
                end
            end]])
    end)

    it("ends what runs too long or eats too much, uncatchably, in time", function()
        for _, code in ipairs(ENDLESS) do
            local ok, message = in_time(code, runs, code)
            assert.is_false(ok, code)
            assert.is_truthy(message:find "ran too long" or message:find "8 MB", code .. ": " .. message)
        end
    end)

    it("ends it in a rule as at load, and stays ended", function()
        for _, code in ipairs(ENDLESS) do
            local said, message = in_time(code, decides, code)
            assert.is_nil(said, code)
            assert.is_truthy(message:find "ran too long" or message:find "8 MB", code .. ": " .. message)
        end
        local loaded = assert(load_text('local u = require "upnudge" return u.policy { api = 1, name = "p", rules = { '
            .. 'u.rule "r" { notify = u.always(), text = function() while true do end end } } }'))
        assert.is_nil(evaluate(loaded))
        loaded.vm:refill()
        assert.is_nil(evaluate(loaded))
    end)

    it("bounds what one call could spend", function()
        for _, code in ipairs { "string.rep('x', 1 << 40)", "('x'):rep(1 << 40)", "string.rep('', 1 << 62)",
            "string.rep('x', 2.0 ^ 50)", "string.rep('x', -1, ('y'):rep(9)):rep(1e300)", "table.unpack({}, 1, 1 << 40)",
            "table.unpack({}, 1, 2.0 ^ 40)", "table.unpack({}, '1', '1e9')", "table.move({}, 1, 1 << 40, 2)",
            "table.move({}, 1, 2.0 ^ 40, 2)", "table.concat(setmetatable({}, { __len = function() return 1 << 40 end }))",
            "table.insert(setmetatable({}, { __len = function() return 1 << 40 end }), 1, 1)",
            "table.sort(setmetatable({}, { __len = function() return 1 << 30 end }))",
            "local s = ('x'):rep(100000) string.format('%s%s%s%s', s, s, s, s)",
            "(('x'):rep(10000)):gsub('x', ('y'):rep(10000))", "(('x'):rep(10000)):gsub('.', '%0%0%0%0%0%0%0%0')",
            "local s = ('y'):rep(10000) (('x'):rep(1000)):gsub('x', function() return s end)",
            "local s = ('x'):rep(100000) local t = s .. s .. s .. s .. s .. s",
            "(('x'):rep(1000)):byte(1, -1)", "utf8.codepoint(('x'):rep(1000), 1, -1)" } do
            assert.is_false(in_time(code, runs, code), code)
        end
    end)

    it("walks over text as no version of Lua does better", function()
        assert.is_true(runs [[
            local function walk(text, lax)
                local seen = {}
                for at, code in utf8.codes(text, lax) do seen[#seen + 1] = at .. ":" .. code end
                return table.concat(seen, " ")
            end
            assert(walk "h\u{E9}\u{1F600}!" == "1:104 2:233 4:128512 8:33" and walk "" == "" and walk(15) == "1:49 2:53")
            assert(walk("a\u{7FFFFFFF}b", true) == "1:97 2:2147483647 8:98")
            local step, text, start = utf8.codes "ab"
            assert(text == "ab" and start == 0 and step(text, 1) == 2 and not step(text, 2) and not step(text, 99))
            assert(not step(text, -1) and not step(text, math.mininteger))]])
        for code, expected in pairs {
            ["utf8.codes '\\x80a'"] = "p.lua:1: bad argument #1 to 'codes' (invalid UTF-8 code)",
            ["utf8.codes {}"] = "p.lua:1: bad argument #1 to 'codes' (string expected, got table)",
            ["\nfor at in utf8.codes 'a\\x80b' do error 'one came' end"] = "p.lua:2: invalid UTF-8 code",
            ["\nfor at in utf8.codes '\\xC3\\xA9\\x80' do error 'one came' end"] = "p.lua:2: invalid UTF-8 code",
            ["for at in utf8.codes '\\xC3' do end"] = "p.lua:1: invalid UTF-8 code",
            ["for at in utf8.codes '\\u{7FFFFFFF}' do end"] = "p.lua:1: invalid UTF-8 code",
        } do
            local ran, message = runs(code)
            assert.is_false(ran, code)
            assert.is_truthy(message:find(expected, 1, true), message)
        end
    end)

    it("says the same of a wrong position under every version of Lua", function()
        for _, code in ipairs { "table.remove({ 1, 2, 3 }, 7)", "table.remove({ 1 }, 0)", "table.remove({}, 2)" } do
            local ran, message = runs("\n" .. code)
            assert.is_false(ran, code)
            assert.is_truthy(message:find("p.lua:2: bad argument #2 to 'remove' (position out of bounds)", 1, true), message)
        end
        assert.is_true(runs [[
            local list = { 1, 2, 3 }
            assert(table.remove(list, 4) == nil and table.remove(list, 1) == 1 and table.remove(list) == 3)
            assert(table.remove(list, 1) == 2 and table.remove(list, 0) == nil and table.remove(list, 1) == nil)]])
    end)

    it("hands out no way to change the context", function()
        for _, code in ipairs { "c.now = 1", "c.env.name = 'x'", "rawset(c, 'now', 1)", "rawset(c.result, 'total', 9)",
            "setmetatable(c, {})", "c.result.packages[1] = {}", "c.nothing()" } do
            assert.is_nil((decides(code)), code)
        end
        local said = assert(decides [[
            for _, view in ipairs { c, c.env, c.result, c.history, c.host } do
                local f, state = pairs(view)
                assert(state == nil and getmetatable(view) == nil)
                for key, value in f do assert(key ~= nil and value ~= nil) end
            end
            return true]])
        assert.are.equal("quiet", said.notify and "notify" or "quiet")
    end)

    it("takes no answer that is none", function()
        for _, fields in ipairs {
            "notify = function() return true, 'x', 0 / 0 end", "notify = function() return false, 'x', 1 / 0 end",
            "notify = function() return true, {} end", "notify = u.always(), text = function() return {} end",
            "notify = u.always(), text = function() return true end", "quiet = function() return {} end",
            "notify = u.always(), text = function() return ('x'):rep(20000) end",
            "quiet = function() error {} end", "quiet = function() error(setmetatable({}, { __tostring = function() while true do end end })) end",
        } do
            local loaded = assert(load_text(('local u = require "upnudge" return u.policy { api = 1, name = "p", rules = '
                .. '{ u.rule "r" { %s } } }'):format(fields)))
            local said, message = in_time(fields, evaluate, loaded)
            assert.is_nil(said, fields)
            assert.are.equal("string", type(message))
        end
    end)

    it("refuses tables whose metatables could lie to us", function()
        local lie = "setmetatable({}, { __index = function() return 'x' end })"
        for _, code in ipairs { "return u.policy(" .. lie .. ")", "return u.policy { api = 1, name = 'p', rules = " .. lie .. " }",
            "return u.policy { api = 1, name = 'p', check = " .. lie .. " }",
            "return u.policy { api = 1, name = 'p', rules = { u.rule 'r'(" .. lie .. ") } }" } do
            local loaded, message = load_text('local u = require "upnudge"\n' .. code)
            assert.is_nil(loaded, code)
            assert.is_truthy(message:find("metatable", 1, true), message)
        end
    end)

    it("lets no policy be read that is no file, or too large", function()
        command.shell("mkfifo %s/fifo.lua; mkdir %s/dir.lua; truncate -s 1G %s/big.lua", work, work, work)
        for _, name in ipairs { "fifo", "dir", "big" } do
            for _, path in ipairs { work .. "/" .. name .. ".lua", work .. "/extends.lua" } do
                command.write(work .. "/extends.lua",
                    ('return require "upnudge".policy { api = 1, name = "p", extends = "%s" }'):format(name))
                local loaded, message = in_time(name, policy.load, { name = name, path = path })
                assert.is_nil(loaded)
                assert.is_truthy(message:find(name, 1, true), message)
            end
        end
        for _, path in ipairs { "/dev/zero", "/dev/tty", "/proc/self/mem" } do
            assert.is_nil(policy.load({ name = "device", path = path }), path)
        end
        for _, name in ipairs { "../p", "/etc/passwd", "a/b", "..", ".hidden" } do
            local loaded, message = load_text(('return require "upnudge".policy { api = 1, name = "p", extends = "%s" }')
                :format(name))
            assert.is_nil(loaded)
            assert.is_truthy(message:find("is no name", 1, true), message)
        end
    end)

    it("bounds the chain of bases by its bytes", function()
        local filler = "--" .. ("x"):rep(50000) .. "\n"
        for i = 1, 5 do
            command.write(("%s/p%d.lua"):format(work, i), filler .. ('return require "upnudge".policy { api = 1, name = "p", '
                .. 'extends = "p%d" }'):format(i + 1))
        end
        local loaded, message = policy.load({ name = "p1", path = work .. "/p1.lua" })
        assert.is_nil(loaded)
        assert.is_truthy(message:find("128 KiB", 1, true), message)
    end)
end)
