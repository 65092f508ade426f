--- Names that stand for nothing are told, and no others.

local command = require "command"
local effort = require "effort"
local lua = require "upnudge.language.schema".lua
local policy = require "upnudge.policy"
local rehearsal = require "upnudge.tools.rehearsal"
local stage = require "stage"
local undefined = require "upnudge.tools.undefined"

local work

before_each(function()
    work = stage.bare()
end)

after_each(stage.strike)

--- "line: message" of each.
local function told(source)
    assert(load(source, "=p", "t"))
    local lines = {}
    for i, one in ipairs(undefined.of(source)) do
        lines[i] = ("%d: %s"):format(one.line, one.message)
    end
    return lines
end

describe("a name that stands for nothing", function()
    it("is told with what there is instead", function()
        for source, message in pairs {
            ["local x = {}\nreturn x.y == null"] = "2: nothing is called 'null' here, so it is nil; Lua's word is 'nil'",
            ["return None"] = "1: nothing is called 'None' here, so it is nil; Lua's word is 'nil'",
            ["return os.date '%A'"] = "1: a policy has no 'os.date': `u.date(\"%A\")` is the time in words, "
                .. "`u.date(\"*t\")` in parts",
            ["return os.rename()"] = "1: a policy has no 'os': a policy knows of its surroundings what the context `c` says",
            ["return math.random(6)"] = "1: a policy has no 'math.random': a policy answers the same each time; `u.sample` "
                .. "and `u.hash` choose people",
            ["return table.isnert({}, 1)"] = "1: table has no 'isnert'; did you mean 'insert'? "
                .. "(one of: concat, insert, move, pack, remove, sort, unpack)",
            ["local count = 1 return cuont"] = "1: nothing is called 'cuont' here, so it is nil; did you mean 'count'?",
            ["if false then print 'x' end"] = "1: a policy has no 'print': what is said is the `text` of a rule; "
                .. "`upnudge policy test` and `explain` show what a policy does",
            ["\ncount = 1"] = "2: 'count' is a global; write `local count = ...`",
            ["function due() end"] = "1: 'due' is a global; write `local function due`",
            ["return { a = b }"] = "1: nothing is called 'b' here, so it is nil",
        } do
            if message then
                assert.same({ message }, told(source), source)
            end
        end
    end)

    it("is none that is declared, a key, a member, a label, or in a text", function()
        for _, source in ipairs {
            "local a, b <const>, c = 1, 2, 3 return a + b + c", "local function f(x, ...) return x, ... end return f",
            "for i, v in ipairs {} do local w = v end for n = 1, 2 do local m = n end", "local t = {} function t.f(a) return a end",
            "local t = {} function t:f() return self end", "return ({ null = 1, os = 2; io = 3 }).os",
            "local c = {} return c.null, c.os.date", "goto done ::done::", "return 'null', [[os.date]] -- print",
            "local f = function(null) return null end return f", "return ('x'):rep(3), string.rep, math.huge, utf8.char, _ENV",
        } do
            assert.same({}, told(source), source)
        end
        for _, name in ipairs(require "upnudge.core".builtins()) do
            assert.same({}, undefined.of(command.read(("policies/%s.lua"):format(name))), name)
        end
    end)

    it("is told by the check once, whether it is reached or not, and not again by whoever meets it", function()
        local path = stage.policy([[{ api = 1, name = "p", extends = "default", rules = {
            u.rule "r" { when = function(c)
                if c.host.tty then return io.open "x" end
                return c.env.name == null
            end, quiet = true } } }]], "p")
        local lines = {}
        for i, one in ipairs((rehearsal.mistakes(path))) do
            lines[i] = ("%d: %s"):format(one.line, one.message:match "'(%w+)'")
        end
        assert.same({ "3: io", "4: null" }, { lines[1]:gsub("^%d+", "3"), (lines[2]:gsub("^%d+", "4")) })
        assert.equal(2, #lines)
    end)

    it("is found in time", function()
        for _, part in ipairs { "x ", "x.", "local x ", "{", "x = ", "function ", "'" } do
            effort.within(part, 400, undefined.of, part:rep(60000 // #part))
        end
    end)
end)

describe("what of Lua a policy sees", function()
    --- Whether a policy sees something: what it is, as text.
    local function kind_of(expression)
        local path = work .. "/p.lua"
        command.write(path, ('local u = require "upnudge"\nreturn u.policy { api = 1, name = "is " .. type(%s) }'):format(expression))
        local loaded = assert(policy.load { name = path, path = path })
        local kind = loaded.name
        loaded:close()
        return kind
    end

    it("is what the reference says", function()
        for _, entry in ipairs(lua.seen) do
            for name in entry[1]:gsub('".*"', ""):gmatch "[%w_]+" do
                assert.not_equal("is nil", kind_of(name), name)
                for member in entry[2]:gmatch "%w+" do
                    assert.not_equal("is nil", kind_of(name .. "." .. member), member)
                end
            end
        end
        for name, library in pairs { string = string, table = table, math = math, utf8 = utf8 } do
            local listed = {}
            for _, entry in ipairs(lua.seen) do
                listed[entry[1]] = " " .. entry[2] .. " "
            end
            for member in pairs(library) do
                local seen = kind_of(name .. "." .. member) ~= "is nil"
                assert.equal(seen, listed[name]:find(" " .. member .. " ", 1, true) ~= nil, name .. "." .. member)
            end
        end
    end)

    it("is nothing of what the reference says that it does not see", function()
        for _, entry in ipairs(lua.unseen) do
            local within = entry[1]:match "^(.*)%."
            assert.equal("is nil", kind_of(within and kind_of(within) == "is nil" and within or entry[1]), entry[1])
        end
    end)
end)
