--- Order in the sandbox: the same in every process, whatever Lua's hash seed and the addresses are.

local command = require "command"
local stage = require "stage"
local trial = require "trial"

local work

before_each(function()
    work = stage.bare()
end)

after_each(stage.strike)

--- Runs code where a policy is loaded, which must not fail.
local function run(code)
    local ran, message = trial.runs(work, code)
    assert.is_true(ran, message)
end

local SHOW <const> = [[
local function show(t)
    local seen = {}
    for k, v in pairs(t) do seen[#seen + 1] = tostring(k) .. "=" .. tostring(v) end
    local stepped, k, v = {}, next(t)
    while k ~= nil do
        stepped[#stepped + 1] = tostring(k) .. "=" .. tostring(v)
        k, v = next(t, k)
    end
    local text = table.concat(seen, " ")
    assert(text == table.concat(stepped, " "), text .. " is not " .. table.concat(stepped, " "))
    return text
end
local function is(t, expected)
    local text = show(t)
    assert(text == expected, text .. " is not " .. expected)
end
]]

describe("pairs and next", function()
    it("go through numbers, texts, booleans and what was made, in order", function()
        run(SHOW .. [[
            is({}, "")
            is({ 3, 2, 1 }, "1=3 2=2 3=1")
            is({ [10] = 1, [2] = 1, [-1] = 1, [0] = 1, 7, [2.5] = 1, [1e300] = 1, [-1e300] = 1, [1 / 0] = 1 },
                "-1e+300=1 -1=1 0=1 1=7 2=1 2.5=1 10=1 1e+300=1 inf=1")
            is({ [math.maxinteger] = 1, [2.0 ^ 63] = 2, [math.mininteger] = 3, [-2.0 ^ 63 - 2048] = 4, [2.0 ^ 53] = 5 },
                "-9.2233720368548e+18=4 -9223372036854775808=3 9007199254740992=5 9223372036854775807=1 9.2233720368548e+18=2")
            is({ b = 1, a = 2, B = 3, [""] = 4, ab = 5, ["\xC3\xA4"] = 6, ["a b"] = 7 }, "=4 B=3 a=2 a b=7 ab=5 b=1 \xC3\xA4=6")
            is({ [true] = 1, [false] = 2, x = 3, 4 }, "1=4 x=3 false=2 true=1")
            local made, t = {}, {}
            for i = 1, 200 do made[i] = i % 2 == 0 and {} or function() return i end end
            for i = 1, 200 do local at = i * 77 % 200 + 1 t[made[at] ] = at end
            local last = 0
            for _, i in pairs(t) do assert(i == last + 1, i) last = i end
            assert(last == 200)
            is({ [string.rep] = 1, [type] = 2, [made[1] ] = 3, x = 4, [print or pairs] = 5 }, show { [print or pairs] = 5,
                [made[1] ] = 3, [type] = 2, [string.rep] = 1, x = 4 })]])
    end)

    it("are steady while fields are assigned and cleared", function()
        run(SHOW .. [[
            local t = {}
            for i = 1, 300 do t["k" .. i] = i t[i] = i end
            local count = 0
            for k in pairs(t) do t[k] = nil count = count + 1 end
            assert(count == 600 and next(t) == nil)
            for i = 1, 300 do t["k" .. i] = i t[i] = i end
            count = 0
            for k, v in next, t do t[k] = v == 7 and 8 or nil count = count + 1 end
            assert(count == 600)
            is(t, "7=8 k7=8")
            t = { a = 1, b = 2, c = 3, d = 4 }
            local seen = ""
            for k in pairs(t) do t.c = nil t.b = 5 seen = seen .. k end
            assert(seen == "abd", seen)
            seen = ""
            for k in next, t do t.e = nil t.d = nil seen = seen .. k end
            assert(seen == "ab", seen)
            assert(next({ 1, 2, 3 }, 1) == 2 and next({ x = 1, z = 1 }, "y") == "z" and next({ 1 }, 1) == nil)
            local q = { 1, 2, 3 }
            while next(q) do local k = next(q) q[k] = nil end
            local a, b, out = { 1, 2, 3 }, { x = 1, y = 2 }, ""
            for i in pairs(a) do for k in next, b do for j in next, a do out = out .. i .. k .. j end end end
            assert(out == "1x11x21x31y11y21y32x12x22x32y12y22y33x13x23x33y13y23y3", out)
            local f, s = pairs { 4, 5 }
            assert(f(s, nil) == 1 and f(s, 1) == 2 and f(s, 2) == nil and f(s, nil) == 1)
            assert(not pcall(pairs, nil) and not pcall(pairs) and not pcall(next, 1) and not pcall(pairs, "x"))]])
    end)

    it("take time in proportion to what they go through", function()
        for _, walk in ipairs { "for _ in pairs(t) do end", "for _ in next, t do end", "for k in next, t do t[k] = nil end" } do
            run(("local t = {} for i = 1, 900 do t['k' .. i] = i end for _ = 1, 4 do %s end"):format(walk))
        end
        run "local t = {} for i = 1, 9000 do t[i] = i end for _ in pairs(t) do end"
    end)

    it("say what a policy says of its own tables", function()
        run(SHOW .. [[
            local backing = { b = 1, a = 2 }
            local t = setmetatable({}, { __pairs = function() return next, backing, nil end })
            local seen = ""
            for k, v in pairs(t) do seen = seen .. k .. v end
            assert(seen == "a2b1", seen)
            t = setmetatable({ 5 }, { __index = { 6, 7 }, x = 1 })
            is(t, "1=5")
            is(getmetatable(t), "__index=table x=1")
            local n = 0
            for i, v in ipairs(t) do n = n + i * v end
            assert(n == 19)
            n = 0
            for _, v in ipairs(setmetatable({}, { __index = function(_, i) return i < 5 and i or nil end })) do n = n + v end
            assert(n == 10)]])
    end)

    it("go through the context in the same way", function()
        local said, fault = trial.decides(work, [[
            local names = {}
            for name, view in pairs(c) do
                if type(view) == "table" then
                    local fields = {}
                    for field in pairs(view) do fields[#fields + 1] = field end
                    local sorted = table.move(fields, 1, #fields, 1, {})
                    table.sort(sorted)
                    assert(table.concat(fields, " ") == table.concat(sorted, " "))
                end
                names[#names + 1] = name
            end
            assert(table.concat(names, " ") == "env history host now result", table.concat(names, " "))
            for i in pairs(c.result.packages) do assert(i == 1) end]])
        assert.is_truthy(said, fault)
    end)

    it("are the same in every process", function()
        command.write(work .. "/p.lua", [[
            local u = require "upnudge"
            local t, made = {}, {}
            for i = 1, 60 do
                t["key" .. i * 7919 % 61], t[i * 0.7], t[{}], t[function() return i end] = i, -i, i + 1000, i + 2000
            end
            local out = {}
            for _, v in pairs(t) do out[#out + 1] = v end
            for _, v in next, t do out[#out + 1] = v end
            local list = { 3, 1, 2 }
            pcall(table.sort, list, function() return true end)
            error(table.concat(out, " ") .. table.concat(list, ","))]])
        local first
        for _ = 1, 12 do
            local result = command.shell('"$upnudge" policy check "$work/p.lua"')
            first = first or result
            assert.are.same(first, result)
        end
        assert.is_truthy(first.err:find "2060" or first.out:find "2060", first.err .. first.out)
    end)

    it("have the same mistakes told in every process", function()
        command.write(work .. "/p.lua", [[
            local u = require "upnudge"
            return u.policy { [1] = 1, ["1"] = 1, [u.every] = 1, [{}] = 2, [true] = 1, api = "1", nmae = 1, rulse = {}, [{}] = 3,
                [0.5] = 1, catalogues = { de = { a = 1, b = 2, [{}] = 3 }, fr = 1, [{}] = 4 }, rules = { x = 1, y = 2, 5 },
                ignore = { 1, 2, x = 1 } }]])
        local first
        for _ = 1, 12 do
            local result = command.shell('"$upnudge" policy check "$work/p.lua"')
            first = first or result
            assert.are.same(first, result)
        end
        local _, count = (first.err .. first.out):gsub("p%.lua:%d", "")
        assert.is_true(count > 10, first.err .. first.out)
    end)
end)

describe("a simulation", function()
    it("is the same in every process", function()
        local first
        for _ = 1, 6 do
            local out = command.must('"$upnudge" policy simulate default security-first fleet backoff --weeks 3 --seed 7 --json')
            first = first or out
            assert.are.equal(first, out)
        end
    end)
end)

describe("sorting", function()
    it("is stable, and deterministic whatever the comparison says", function()
        run [[
            local function sorted(list, before)
                table.sort(list, before)
                return table.concat(list, " ")
            end
            assert(sorted { 3, 1, 2 } == "1 2 3" and sorted {} == "" and sorted { "b", "a", "B", "" } == " B a b")
            assert(sorted({ 3, 1, 2 }, function(a, b) return a > b end) == "3 2 1")
            for n = 0, 70, 7 do
                local list = {}
                for i = 1, n do list[i] = i * 31 % 71 end
                table.sort(list)
                for i = 2, n do assert(list[i - 1] <= list[i]) end
                for i = 1, n do list[i] = { i * 31 % 7, i } end
                table.sort(list, function(a, b) return a[1] < b[1] end)
                for i = 2, n do
                    assert(list[i - 1][1] < list[i][1] or list[i - 1][1] == list[i][1] and list[i - 1][2] < list[i][2])
                end
            end
            for _, wrong in ipairs { function() return true end, function() return false end, function(a, b) return a ~= b end,
                function(a, b) return a * 7 % 5 < b * 3 % 5 end } do
                local a, b = {}, {}
                for i = 1, 200 do a[i], b[i] = i * 31 % 211, i * 31 % 211 end
                table.sort(a, wrong)
                table.sort(b, wrong)
                for i = 1, 200 do assert(a[i] == b[i]) end
                table.sort(a)
                for i = 2, 200 do assert(a[i - 1] < a[i]) end
            end
            local list = { 2, {}, 1 }
            local ok, message = pcall(table.sort, list)
            assert(not ok and message:find "attempt to compare" and list[1] == 2 and list[3] == 1, message)
            assert(not pcall(table.sort, { 1, 2 }, 5))]]
    end)
end)

describe("the collector", function()
    it("is never seen: no table is weak, nothing is finalised", function()
        for _, weak in ipairs {
            "local mt = {} setmetatable(t, mt) mt.__mode = 'kv'", "local mt = {} setmetatable(t, mt) rawset(mt, '__mode', 'kv')",
            "local mt = {} local alias = { mt } setmetatable(t, mt) alias[1].__mode = 'kv'",
            "local mt = { __mode = false } pcall(setmetatable, t, mt) mt.__mode = nil setmetatable(t, mt) mt.__mode = 'kv'",
            "local mt = setmetatable({}, { __index = { __mode = 'kv' } }) setmetatable(t, mt)",
            "local mt = {} setmetatable(t, mt) for k, v in pairs { __mode = 'kv' } do mt[k] = v end",
            "setmetatable(t, t) t.__mode = 'kv'", "local mt = {} setmetatable(t, mt) setmetatable(mt, mt) mt.__mode = 'kv'",
            "local mt = { __newindex = rawset } setmetatable(mt, mt) setmetatable(t, mt) mt.__mode = 'kv'",
            "local mt = {} setmetatable(t, mt) getmetatable(t).__mode = 'kv' getmetatable(t).__gc = function() t = nil end",
            "local mt = {} setmetatable(t, mt) mt.__gc = function() t = nil end setmetatable(t, mt == nil and mt or getmetatable(t))",
        } do
            local code = ([[
                local t, u = {}, 0
                pcall(function() %s end)
                t.value, t[{}], t[3] = {}, 1, function() return u end
                for i = 1, 24000 do u = { i } end
                local count = 0
                for k in next, t do count = count + (k ~= "__mode" and 1 or 0) end
                assert(count == 3 and t.value and t[3], count)]]):format(weak)
            run(code)
        end
        for _, refused in ipairs { "setmetatable({}, { __mode = 'k' })", "setmetatable({}, { __gc = true })",
            "local m = {} setmetatable({}, m) m.__mode = 'k' setmetatable({}, m)" } do
            assert.is_false(trial.runs(work, refused), refused)
        end
    end)
end)

describe("metatables", function()
    it("mean what they mean in Lua", function()
        run [[
            local log = {}
            local mt = {}
            local function say(name) return function(a, b) log[#log + 1] = name return name end end
            local a, b = setmetatable({}, mt), setmetatable({}, mt)
            for _, name in ipairs { "add", "sub", "mul", "div", "mod", "pow", "unm", "idiv", "band", "bor", "bxor", "shl", "shr",
                "bnot", "concat", "len", "eq", "lt", "le", "index", "call" } do
                mt["__" .. name] = say(name)
            end
            local all = { a + b, a - 1, 2 * b, a / b, a % 1, a ^ 2, -a, a // 1, a & b, a | 1, 2 ~ a, a << 1, a >> b, ~a, a .. "x",
                "x" .. a, 1 .. a, #a, a.x, a[1], a(1) }
            assert(table.concat(all, " ") == "add sub mul div mod pow unm idiv band bor bxor shl shr bnot concat concat concat len "
                .. "index index call", table.concat(all, " "))
            assert((a == b) == true and (a ~= b) == false and (a < b) == true and (a <= b) == true and (a > 1) == true)
            assert((a == 1) == false and rawequal(a, a) and not rawequal(a, b) and rawlen(a) == 0)
            mt.__eq, mt.__len, mt.__index = nil, nil, nil
            assert(a ~= b and #a == 0 and a.x == nil)

            local base = { greet = function(self) return "hello " .. self.name end }
            base.__index = base
            local derived = setmetatable({}, base)
            derived.__index = derived
            local object = setmetatable({ name = "me" }, derived)
            assert(object:greet() == "hello me" and getmetatable(object) == derived and getmetatable(derived) == base)
            function base.late() return "late" end
            assert(object.late() == "late" and object.never == nil)

            local store = {}
            local proxy = setmetatable({}, { __newindex = store, __index = store })
            proxy.x = 1
            assert(store.x == 1 and proxy.x == 1 and rawget(proxy, "x") == nil)
            local wrote
            local watched = setmetatable({ there = 1 }, { __newindex = function(t, k, v) wrote = k .. v rawset(t, k, v) end })
            watched.new, watched.there = "y", 2
            assert(wrote == "newy" and watched.new == "y" and watched.there == 2)
            assert(setmetatable({}, { __index = "text" }).len("four") == 4)
            assert(select("#", setmetatable({}, { __call = function(self, ...) return ... end })(1, nil, nil)) == 3)

            local locked = setmetatable({}, { __metatable = "no" })
            assert(getmetatable(locked) == "no" and not pcall(setmetatable, locked, {}))
            assert(getmetatable(setmetatable(setmetatable({}, {}), nil)) == nil)
            assert(getmetatable "" == nil and not pcall(setmetatable, {}) and not pcall(setmetatable, 1, {}))

            local closed = ""
            do
                local x <close> = setmetatable({}, { __close = function(_, e) closed = closed .. "x" end })
                local y <close> = nil
            end
            assert(closed == "x")
            local ok, message = pcall(function() local z <close> = setmetatable({}, {}) end)
            assert(not ok and message:find "non%-closable", message)
            for code, expected in pairs { arithmetic = function(t) return t + 1 end, ["a table value"] = function(t) return t() end,
                ["compare table with number"] = function(t) return t < 1 end, concatenate = function(t) return t .. "x" end,
                ["compare two table values"] = function(t) return t < t end, bitwise = function(t) return t | 1 end } do
                local fine, why = pcall(expected, setmetatable({}, {}))
                assert(not fine and why:find(code, 1, true) and why:find "^.-:%d+: ", why)
            end]]
    end)

    it("end their chains", function()
        for code, expected in pairs {
            ["local m = {} local t = setmetatable({}, m) m.__index = t local x = t.x"] = "'__index' chain too long",
            ["local m = {} local t = setmetatable({}, m) m.__newindex = t t.x = 1"] = "'__newindex' chain too long",
            ["local m = {} local t = setmetatable({}, m) m.__call = t t()"] = "C stack overflow",
        } do
            local ran, message = trial.runs(work, code)
            assert.is_false(ran, code)
            assert.is_truthy(message:find(expected, 1, true), message)
        end
    end)
end)
