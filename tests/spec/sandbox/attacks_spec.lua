--- Attacks on the sandbox, by what they aim at: each is loaded as a policy and asked as a rule, takes no longer than
--- it may, and ends in one reason. tests/hostile/policies.lua makes up others.

local command = require "command"
local effort = require "effort"
local stage = require "stage"
local trial = require "trial"

-- Units of tests/effort.lua, each about a millisecond; sanitizers are slow.
local MOST <const> = command.sanitised and 1000 or 20

local work

before_each(function()
    work = stage.bare()
end)

after_each(stage.strike)

--- Ends for want of instructions or memory, or by the clock in the last resort.
local ENDED <const> = "ran too long|8 MB"

-- By what costs much. With `c` an attack needs the context.
local ATTACKS <const> = {
    ["one instruction that compares much"] = { ends = ENDED,
        "local a = ('x'):rep(130000) local b = a:sub(1, -2) .. 'x' while true do local z = a < b end",
        "local a = ('x'):rep(130000) local b = a:sub(1, -2) .. 'x' while true do local z = a == b end",
        "local a = ('x'):rep(130000) local b, t = a:sub(1, -2) .. 'x', {} t[a] = 1 while true do local z = t[b] end",
        "local a = ('x'):rep(60000) local b, t = a .. 'y', {} for i = 1, 40 do t[i] = a .. i end while true do table.sort(t) end",
        "local a, t = ('x'):rep(130000), {} for i = 1, 9 do t[a .. i] = i end while true do for k in pairs(t) do end end",
        "local a = ('x'):rep(130000) while true do local b = a .. '' end",
        "local a = ('x'):rep(200) while true do local b = a .. a .. a .. a .. a .. a .. a .. a .. a .. a .. a .. a end",
        "local a = ('1'):rep(130000) while true do local b = tonumber(a) end",
        "local a = ('1'):rep(130000) for i = 1, math.huge do local ok = pcall(function() return a | 1 end) end",
        "local a = ('1'):rep(130000) for i = 1, math.huge do pcall(function() for j = a, 1 do end end) end",
        "local a = ('x'):rep(130000) while true do rawequal(a, a:sub(1, -1)) end",
        "local a = ('x'):rep(130000) while true do local b = #a + #a + #a end",
    },
    ["numbers that cost more than they look"] = { ends = ENDED,
        "local x, y = 1e308, 3e-308 while true do local z = x % y end",
        "local x, y = 1.7976931348623157e308, 5e-324 while true do local z = x % y end",
        "while true do local s = 0.1 .. '' end",
        "local x = 1.7976931348623157e308 while true do local s = x .. x .. x .. x .. x .. x .. x .. x .. x .. x end",
        "local i = 0 while true do i = i + 1 local s = 'a' .. i end",
        "local x = 1.0000001 while true do x = x ^ 1.0000001 end",
        "while true do math.fmod(1e308, 3e-308) end",
        "while true do tostring(1.7976931348623157e308) end",
        "while true do string.format('%99.99f', 1e308) end",
        "while true do string.format('%.99e %.99g %a', 1e308, 1e-308, 0.1) end",
        "local x = 0x7fffffffffffffff while true do x = x // -1 % 3 end",
    },
    ["tables whose keys have one hash"] = { ends = ENDED,
        "local t, m = {}, 4095 * 2047 for i = 1, math.huge do t[i * m] = 1 end",
        "local t, m = {}, 2047 * 1023 for i = 1, 1000 do t[i * m] = 1 end while true do local x = t[m * 1001] end",
        "local m = (1 << 11) - 1 while true do local t = {} for i = 1, 1024 do t[i * m] = 1 end t[-1] = 1 end",
        "local t, m = {}, (1 << 16) - 1 for i = 1, 32768 do t[i * m] = 1 end t[-1] = 1",
        "local t, m = {}, 2047 * 1023 for i = 1, 1000 do t[i * m + 0.5] = 1 end while true do local x = t[m * 1001.5] end",
        "local t, m = {}, 2047 * 1023 for i = 1, 1000 do t[i * m] = 1 end while true do for k in pairs(t) do end end",
        "local t, m = {}, 2047 * 1023 for i = 1, 1000 do t[i * m] = 1 end while true do for k in next, t do end end",
        "local t, m = {}, 2047 * 1023 for i = 1, 1000 do t[i * m] = 1 end while true do next(t, m) end",
        "local t = {} for i = 0, 62 do t[1 << i] = 1 end while true do local x = #t + #t + #t + #t + #t + #t + #t + #t end",
        "local t = {} for i = 1, 1024 do t['k' .. i] = 1 end local i = 1 while true do t['k' .. i] = nil i = i + 1 t['k' .. i + 1023] = 1 end",
        "local t = {} while true do for i = 1, 900 do t['k' .. i] = 1 end for k in pairs(t) do t[k] = nil end end",
    },
    ["chains and metatables"] = { ends = ENDED,
        "local t = {} for i = 1, 900 do t = setmetatable({}, { __index = t }) end while true do local x = t.y end",
        "local t = {} for i = 1, 900 do t = setmetatable({}, { __newindex = t }) end while true do t.y = 1 t.y = nil end",
        "local f = function() end for i = 1, 60 do f = setmetatable({}, { __call = f }) end while true do f() end",
        "local m = {} local t = setmetatable({}, m) m.__call = t while true do pcall(t) end",
        "local m = {} local t = setmetatable({}, m) m.__index = t while true do pcall(function() return t.x end) end",
        "local m = {} m.__index = function(t, k) return setmetatable({}, m)[k] end while true do pcall(function() return setmetatable({}, m).x end) end",
        "local m = {} m.__concat = function(a, b) return setmetatable({}, m) .. b end while true do pcall(function() return setmetatable({}, m) .. 1 end) end",
        "local m = {} m.__eq = function(a, b) return setmetatable({}, m) == setmetatable({}, m) end while true do pcall(function() return setmetatable({}, m) == setmetatable({}, m) end) end",
        "local m = {} m.__lt = function(a, b) return a < b end while true do pcall(function() return setmetatable({}, m) < 1 end) end",
        "local m = { __len = function(t) return #t end } while true do pcall(function() return #setmetatable({}, m) end) end",
        "local m = { __unm = function(t) return -t end } while true do pcall(function() return -setmetatable({}, m) end) end",
        "local m = { __close = function() error 'x' end } while true do pcall(function() local a <close>, b = setmetatable({}, m) end) end",
        "local m = {} m.__close = function() while true do end end local x <close> = setmetatable({}, m)",
        "local m = {} m.__pairs = function(t) return pairs(t) end while true do pcall(pairs, setmetatable({}, m)) end",
        "while true do setmetatable({}, { __index = {} }) end",
        "local t = {} while true do t = setmetatable({}, t) end",
        "while true do getmetatable(setmetatable({}, {})).__mode = 'k' end",
        "local t = setmetatable({}, { __index = function() return 1 end }) for _ in ipairs(t) do end",
        "local m = {} m.__index = m m.__newindex = m local t = setmetatable({}, setmetatable(m, m)) while true do pcall(function() t.x = t.y end) end",
    },
    ["many values at once"] = { ends = ENDED,
        "local function f(...) return f(1, ...) end f()",
        "local function f(n, ...) if n == 0 then while true do local x = ... end end return f(n - 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, ...) end f(900)",
        "local function f(n, ...) if n == 0 then while true do select('#', ...) end end return f(n - 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, ...) end f(900)",
        "local function f(n, ...) if n == 0 then while true do local t = { ... } end end return f(n - 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, ...) end f(900)",
        "local function f(n, ...) if n == 0 then while true do pcall(f, -1, ...) end end if n < 0 then return end return f(n - 1, 1, 2, 3, 4, 5, 6, 7, 8, ...) end f(900)",
        "local t = {} for i = 1, 250 do t[i] = i end while true do table.unpack(t) end",
        "local t = {} for i = 1, 250 do t[i] = i end while true do math.max(table.unpack(t)) end",
        "local t = {} for i = 1, 250 do t[i] = 65 end while true do string.char(table.unpack(t)) end",
        "local t = {} for i = 1, 250 do t[i] = 0x10FFFF end while true do utf8.char(table.unpack(t)) end",
        "local s = ('x'):rep(250) while true do s:byte(1, -1) end",
        "local s = ('x'):rep(250) while true do utf8.codepoint(s, 1, -1) end",
        "local t = {} for i = 1, 250 do t[i] = i end while true do string.format(('%d'):rep(250), table.unpack(t)) end",
        "local t = {} for i = 1, 250 do t[i] = i end while true do table.pack(table.unpack(t)) end",
        "while true do local t = { " .. ("1, "):rep(250) .. "} end",
    },
    ["depth"] = { ends = ENDED .. "|stack overflow",
        "local function f() return 1 + f() end while true do pcall(f) end",
        "local function f() return pcall(f) end while true do f() end",
        "local function f() ('x'):gsub('x', f) end while true do pcall(f) end",
        "local function f() table.sort({ 1, 2 }, f) end while true do pcall(f) end",
        "local function f(n) if n == 0 then while true do pcall(error, 'x', 1e5) end end return 1 + f(n - 1) end f(9000)",
        "local function f(n) if n == 0 then while true do pcall(error, 'x', 2) end end return 1 + f(n - 1) end f(9000)",
        "local function f(n) if n == 0 then while true do local t = {} end end return 1 + f(n - 1) end f(9000)",
        "local function f() local x <close> = setmetatable({}, { __close = function() end }) return 1, f() end f()",
        "local f = function() end for i = 1, 3000 do local g = f f = function() return g() end end while true do f() end",
        "local f = function() end for i = 1, 3000 do local g = f f = function() return 1, g() end end while true do pcall(f) end",
        "local t = {} for i = 1, 30000 do t = { t } end while true do t = { t } end",
    },
    ["closures"] = { ends = ENDED,
        "local x while true do local f = function() return x end end",
        "while true do local x local f = function() return x end end",
        (function()
            local names = {}
            for i = 1, 150 do
                names[i] = "v" .. i
            end
            names = table.concat(names, ",")
            return ("local %s while true do local f = function() return %s end end"):format(names, names)
        end)(),
        "local t = {} for i = 1, math.huge do t[i] = function() return i end end",
        "local function counter() local n = 0 return function() n = n + 1 return n end end while true do counter()() end",
    },
    ["errors"] = { ends = ENDED,
        "while true do pcall(error) end", "while true do pcall(error, {}) end", "while true do pcall(error, 'x') end",
        "while true do pcall(error, 'x', math.huge) end", "while true do pcall(error, 'x', math.mininteger) end",
        "while true do pcall(function() local x = nil + 1 end) end", "while true do pcall(function() undefined() end) end",
        "local function f(x) " .. ("x = x "):rep(6000) .. "return x.y.z end while true do pcall(f) end",
        "while true do pcall(string.rep) end", "while true do pcall(setmetatable, 1) end", "while true do pcall(pcall) end",
        "local s = ('x'):rep(100000) while true do pcall(error, s) end",
        "while true do pcall(string.format, '%d', 'x') end", "while true do pcall(next, {}, {}) end",
        "local u = require 'upnudge' while true do pcall(u.every, 'x') end",
        "local u = require 'upnudge' while true do pcall(u.on, { day = ('x'):rep(10000) }) end",
        "local u = require 'upnudge' while true do pcall(u.backoff, { first = ('1'):rep(60000) }) end",
        "local u = require 'upnudge' while true do pcall(u.duration, ('1s'):rep(30000)) end",
        "local u = require 'upnudge' while true do pcall(function() return u.evry end) end",
    },
    ["patterns"] = { ends = ENDED .. "|malformed|too complex|128 KiB",
        "(('('):rep(100000)):find('%b()')", "while true do (('('):rep(500)):find('%b()') end",
        "(('a'):rep(30000)):find('.-.-.-b')", "(('a'):rep(8000)):match('(a*)(a*)(a*)%1%2%3b')",
        "(('a'):rep(100000)):match('(.-)%1b')", "(('a'):rep(30)):find(('a?'):rep(30) .. ('a'):rep(30))",
        "(('ab'):rep(60000)):gsub('%f[%w].-%f[%W]', '')", "(('a'):rep(100000)):gsub('.-$', '')",
        "(('a'):rep(60000)):find('[' .. ('a-z'):rep(9000) .. '^]*b')", "while true do ('x'):rep(1000):gsub('.', '%0') end",
        "while true do ('x'):rep(200):gsub('', 'y') end", "while true do ('x'):gsub('x', { x = 'y' }) end",
        "while true do for _ in ('x'):rep(60):gmatch('x') do end end", "while true do ('x y '):rep(50):find('^%s*(.-)%s*$') end",
        "(('a'):rep(100000)):find(('.-'):rep(190))", "(('x'):rep(100000)):find(('x'):rep(50000) .. 'y', 1, true) while true do (('x'):rep(100000)):find(('x'):rep(50000) .. 'y', 1, true) end",
        "(('\1'):rep(100000)):gsub('[^%g%s]-x', '')",
    },
    ["the libraries"] = { ends = ENDED,
        "local s = ('x'):rep(131000) while true do s:upper():lower():reverse() end",
        "local s = ('\\n'):rep(30000) while true do string.format('%q', s) end",
        "local s = ('x'):rep(30000) while true do string.format('%s', s) end",
        "while true do ('x'):rep(131072) end", "while true do (''):rep(131072) end", "while true do ('x'):rep(2, ('y'):rep(60000)) end",
        "local t = {} for i = 1, 3000 do t[i] = i end while true do table.insert(t, 1, 1) table.remove(t, 1) end",
        "local t = {} for i = 1, 3000 do t[i] = i end while true do table.move(t, 1, 3000, 2) end",
        "local t = {} for i = 1, 3000 do t[i] = 0.1 end while true do table.concat(t, ',') end",
        "local t = {} for i = 1, 3000 do t[i] = -i end while true do table.sort(t) end",
        "local t = {} for i = 1, 3000 do t[i] = i % 7 end while true do pcall(table.sort, t, function() return true end) end",
        "local s = ('\\u{7FF}'):rep(60000) while true do utf8.len(s) end", "local s = ('x'):rep(130000) while true do utf8.offset(s, 130000) end",
        "local s = ('x'):rep(130000) while true do for _ in utf8.codes(s) do end end",
        "while true do ipairs({}) end", "local t = {} for i = 1, 500 do t[i] = i end while true do for _ in ipairs(t) do end end",
        "while true do local a, b, d = pairs({}) end", "while true do next({}) end", "while true do type(1) end", "while true do select(-1, 1, 2, 3) end",
        "while true do rawset({}, 1, 1) end", "while true do tostring({}) end", "while true do require 'upnudge' end",
    },
    ["memory"] = { ends = ENDED,
        "local t = {} for i = 1, math.huge do t[i] = {} end", "local t = {} while true do t = { t, t, t, t } end",
        "local t = {} for i = 1, math.huge do t[i] = ('x'):rep(1000) .. i end", "local t = {} for i = 1, math.huge do t[i] = i end",
        "local t = {} for i = 1, math.huge do t[-i] = i end", "local s = 'x' while true do s = s .. s end",
        "local t = {} for i = 1, 20000 do t[i] = { i } end while true do for i = 1, 20000 do t[i][1] = {} end end",
        "local t = {} for i = 1, 100 do t[i] = ('x'):rep(60000 + i) end", "local t = {} for i = 1, math.huge do t[i] = tostring(i) end",
        "local a = {} while true do local b = {} a[b] = b b[a] = a a = b end",
        "local t = {} while true do t[#t + 1] = table.pack(table.unpack({}, 1, 250)) end",
        "local s = ('x'):rep(100000) while true do local t = { s .. 1, s .. 2, s .. 3, s .. 4, s .. 5 } end",
    },
    ["what the language asks of a policy"] = { ends = ENDED .. "|is no table|too long|nil value|no field|read%-only|cannot be set", c = true,
        "while true do u.text.summary(c) end", "while true do u.text.packages(c, 1e9) end", "while true do u.text.hint(c) end",
        "while true do u.text.summary(setmetatable({}, { __index = function() return c end })) end",
        "while true do u.text.levels(c) end", "while true do local x = c.result.packages end", "while true do for _ in pairs(c.result) do end end",
        "while true do pcall(function() return c.nothing end) end", "while true do pcall(function() c.now = 1 end) end",
        "while true do local x = c.host.utc_offset end", "while true do u.rule 'x' {} end", "while true do u.every(1).due(c) end",
        "while true do u.on { day = 'Mon' }.due(c) end", "while true do u.hours { from = 1 }(c) end",
        "while true do u.backoff { factor = 1000, first = '36500d' }.due(c) end", "local f = u.every(1).due while true do pcall(f, setmetatable({}, { __index = f })) end",
    },
}

local function fits(text, words)
    for word in words:gmatch "[^|]+" do
        if text:find(word) then
            return true
        end
    end
    return false
end

describe("an attack by", function()
    for kind, attacks in pairs(ATTACKS) do
        it(kind .. " ends in time, as one reason", function()
            for _, code in ipairs(attacks) do
                for _, run in ipairs { attacks.c and trial.decides or trial.runs, trial.decides } do
                    local answer, reason = effort.within(code, MOST, run, work, code)
                    assert.is_true(not answer and fits(reason, attacks.ends), code .. ": " .. tostring(reason))
                    local _, again = run(work, code)
                    assert.are.equal(reason:gsub("ran too long %b()", ""), (again:gsub("ran too long %b()", "")), code)
                    assert.is_nil(reason:find "0x%x%x%x%x%x" or reason:find "\n", reason)
                end
            end
        end)
    end

    it("compiling ends in time", function()
        local names = {}
        for i = 1, 190 do
            names[i] = "v" .. i
        end
        names = table.concat(names, ",")
        local nested = ("local %s local function f() "):format(names)
        for _, code in ipairs {
            nested:rep(40) .. ("a = b "):rep(2000) .. ("end "):rep(40), nested:rep(60) .. ("end "):rep(60) .. ("a = b "):rep(200),
            nested:rep(10) .. ("a = b "):rep(7000) .. ("end "):rep(10), "local function f() " .. ("local function f() "):rep(180) .. ("x = y "):rep(8000) .. ("end "):rep(181),
            "x = a" .. (" and a"):rep(10000), "x = a" .. (" or a and b"):rep(5000), "x = a" .. (" == a"):rep(10000), "x = a" .. (" .. a"):rep(10000),
            "if a then " .. ("elseif b then c() "):rep(3000) .. "end", "while a do " .. ("if a then break end "):rep(3000) .. "end",
            "while a do " .. ("break "):rep(10000) .. "end", ("goto x "):rep(9000) .. "::x::", ("goto x "):rep(4000) .. "do " .. ("::y:: "):rep(4000) .. "end ::x::",
            "x = " .. ("("):rep(30000) .. "1" .. (")"):rep(30000), "x = " .. ("{"):rep(30000) .. ("}"):rep(30000), "x = " .. ("- "):rep(30000) .. "1",
            "x = " .. ("not "):rep(15000) .. "1", "x = a" .. ("[1]"):rep(20000), "x = a" .. (".b"):rep(30000), "x = f" .. ("()"):rep(30000), "x = f" .. ("{}"):rep(30000),
            "x = {" .. ("{},"):rep(20000) .. "}", "x = {" .. ("function() end,"):rep(4000) .. "}", "x = {" .. ("'a',"):rep(15000) .. "}",
            "x = {" .. ("1e308 % 3e-308,"):rep(4000) .. "}", "x = 0." .. ("9"):rep(63000), "x = 0x" .. ("f"):rep(63000), "x = " .. ("1e999 + "):rep(8000) .. "1",
            "x = '" .. ("\\z \n"):rep(15000) .. "'", "x = [" .. ("="):rep(60000) .. "[", "x = [==[" .. ("]="):rep(30000), "--[[" .. ("]"):rep(60000), "x = '" .. ("\\u{7FFFFFFF}"):rep(4000) .. "'",
            ("\n"):rep(60000) .. "x = ", (";"):rep(60000), ("do end "):rep(9000), ("local a "):rep(8000), ("local a <const> = 1 "):rep(190) .. ("x = y "):rep(8000),
            ("a, "):rep(20000) .. "a = 1", "local a = 1 " .. ("a, a, a = a, a, a "):rep(3000), "return " .. ("a, "):rep(20000) .. "a", "f(" .. ("a, "):rep(20000) .. "a)",
            ("function f() end "):rep(3700), ("if a then "):rep(6000), ("repeat "):rep(8000), ("for i = 1, 2 do "):rep(4000), ("function f() "):rep(4000),
            (function()
                local numbers = {}
                for i = 1, 5000 do
                    numbers[i] = ("%d"):format(i * 8191 * 4095)
                end
                return "x = {" .. table.concat(numbers, ",") .. "}"
            end)(),
        } do
            local loaded, reason = effort.within(code:sub(1, 60), MOST, trial.load, work, code:sub(1, 65000))
            assert.is_true(not loaded and #reason > 0, code:sub(1, 60))
        end
    end)

    it("opening a library where the stack ends makes nothing cheap", function()
        local code = [[
            local function deep(n)
                if n == 0 then return utf8.len "x" end
                return pcall(deep, n - 1)
            end
            deep(%d)
            local a = ("x"):rep(60000)
            local b, c = a .. "y", a .. "z"
            while true do local x = b < c end
        ]]
        for depth = 180, 196 do
            local text = code:format(depth)
            local answer, reason = effort.within(text, MOST, trial.runs, work, text)
            assert.is_true(not answer)
            assert.is_truthy(reason:find("more than 500,000 instructions", 1, true), depth .. ": " .. reason)
        end
    end)

    it("a chain of bases shares one budget", function()
        for i = 1, 12 do
            command.write(("%s/p%d.lua"):format(work, i), ('local u = require "upnudge" for i = 1, 60000 do end '
                .. 'return u.policy { api = 1, name = "p", extends = "p%d" }'):format(i + 1))
        end
        local loaded, reason = effort.within("a chain", MOST, require "upnudge.policy".load, { name = "p1", path = work .. "/p1.lua" })
        assert.is_nil(loaded)
        assert.is_truthy(reason:find "ran too long", reason)
    end)

    it("a NUL is none, for no text can have one", function()
        for _, code in ipairs { "local s = 'a\\0'", "local s = '\\x00'", "local s = '\\u{0}'", "string.char(0)", "string.char(65, 0, 65)",
            "string.format('%c', 0)", "utf8.char(0)", "utf8.char(0x41, 0)", "('x'):gsub('x', string.char, 0) string.char(0)",
            "('x'):rep(2, string.char(0))", "table.concat({ string.char(0) })" } do
            local ran, reason = trial.runs(work, code)
            assert.is_false(ran, code)
            assert.is_truthy(reason:find("a NUL byte ('\\0') has no place in a policy", 1, true), reason)
        end
        assert.is_true(trial.runs(work, "assert(#utf8.charpattern > 5 and ('h\u{E9}'):match('^' .. utf8.charpattern) == 'h')"))
    end)
end)
