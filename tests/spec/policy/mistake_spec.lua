--- Mistakes find their place in the source.

local mistakes = require "upnudge.policy.mistake"

--- One mistake with its place in a source.
local function placed(file, source, mistake)
    return mistakes.add({}, file, source, { mistake })[1]
end

local SOURCE <const> = [=[
local u = require "upnudge" -- u.policy { name = "not this" }
local text = "u.policy { name = 1 }"
return u.policy {
  api = 1, --[[ name = "nor this" ]]
  check = { name = "nested", every = "1d" },
	name = "x", ['name'] = [[
name = "in a long string" ]],
  rules = { u.rule "name" { quiet = "name" } },
}
]=]

local function place(mistake, source)
    local found = placed("p.lua", source or SOURCE, mistake)
    return { found.line, found.column, found.width }
end

describe("the place of a mistake", function()
    it("is its key at its depth, not in comments, strings or other tables", function()
        assert.same({ 6, 2, 4 }, place { key = "name", depth = 1, message = "m" })
        assert.same({ 5, 13, 4 }, place { key = "name", depth = 2, message = "m" })
        assert.same({ 4, 3, 3 }, place { key = "api", depth = 1, message = "m" })
        assert.same({ 5, 30, 5 }, place { key = "every", depth = 2, message = "m" })
    end)

    it("is where the policy begins, or its line, where the key is not there", function()
        assert.same({ 3, 8, 1 }, place { key = "nowhere", depth = 1, message = "m" })
        assert.same({ 3, 8, 1 }, place { message = "m" })
        assert.same({ 8, 3, 1 }, place { line = 8, message = "m" })
        assert.same({ 8, 3, 5 }, place { key = "rules", line = 8, message = "m" })
    end)

    it("is what an error of Lua says", function()
        local found = placed("p.lua", "x = 1\n  y = = 2\n", "p.lua:2: unexpected symbol near '='")
        assert.same({ 2, 5, "unexpected symbol near '='", "  y = = 2" }, { found.line, found.column, found.message, found.source })
        found = placed("/a/long/way/p.lua", "a.b.c()", "...long/way/p.lua:1: attempt to index a nil value (field 'b')")
        assert.same({ 1, 3, 1 }, { found.line, found.column, found.width })
        assert.equal("q.lua:2: boom", placed("p.lua", "x", "q.lua:2: boom").message)
    end)

    it("is found in what is no whole source", function()
        for _, source in ipairs { "", "\n", "u.policy {", '"', "[[", "--", "--[==[", "'\\", "u.policy { '\\\n" } do
            local found = placed("p.lua", source, { key = "name", depth = 1, message = "m" })
            assert.is_true(found.line >= 1 and found.column >= 1, source)
            assert.is_string(mistakes.show(found))
        end
    end)

    it("takes no longer than the source is long", function()
        local effort = require "effort"
        for _, part in ipairs { "{", "'\\'", "--[[", "[=", "name ", '"\n', "u." } do
            effort.within(part, 400, place, { key = "name", depth = 1, message = "m" }, part:rep(20000))
        end
    end)

    it("is not what stands before it in comments and strings", function()
        local source = table.concat({ "-- nmae = 1", "local s = [==[ nmae = 1 ]==] .. 'nmae = \\'nmae = 1'",
            "return u.policy {", "  check = { nmae = 1 }, text = \"nmae = {\",", "\tnmae = 1, [ [[nmae = 1]] ] = nmae == 1,", "}" },
            "\n")
        local found = mistakes.add({}, "p.lua", source,
            { { key = "nmae", depth = 1, message = "x" }, { key = "nmae", depth = 2, message = "y" },
                { key = "nothing", depth = 1, message = "z" }, { line = 5, message = "l" }, "p.lua:4: no 'text' here" })
        local places = {}
        for i, one in ipairs(found) do
            places[i] = ("%d:%d+%d %s"):format(one.line, one.column, one.width, one.message)
        end
        assert.are.same({ "5:2+4 x", "4:13+4 y", "3:8+1 z", "5:2+1 l", "4:25+4 no 'text' here" }, places)
        assert.are.equal("p.lua:5: x\n    \tnmae = 1, [ [[nmae = 1]] ] = nmae == 1,\n    \t^~~~",
            mistakes.show(found[1]))
    end)

    it("takes no longer for many mistakes", function()
        local effort = require "effort"
        for _, between in ipairs { "\n", " " } do
            local lines, wrong = { (" "):rep(10000) .. "return u.policy {" }, {}
            for i = 1, 2000 do
                lines[i + 1] = ("k%d = u.every '1x',"):format(i)
                wrong[2 * i - 1] = { key = "k" .. i, depth = 1, message = "unknown" }
                wrong[2 * i] = { key = i % 2 == 0 and "every" or "- -", line = between == "\n" and i + 1 or 1,
                    message = "no duration" }
            end
            effort.within("many mistakes", 400, mistakes.add, {}, "p.lua", table.concat(lines, between), wrong)
        end
        effort.within("a line of URLs", 400, placed, "p.lua", ("://:"):rep(16000), { message = "m" })
        effort.within("a long error", 400, placed, "p.lua", "x", ("p.lua:1: %s'"):format(("near '"):rep(10000)))
    end)
end)

describe("a mistake", function()
    it("is shown with its line and a caret, cut around it where the line is long", function()
        assert.equal("p.lua:6: m\n    \tname = \"x\", ['name'] = [[\n    \t^~~~", mistakes.show(placed("p.lua", SOURCE,
            { key = "name", depth = 1, message = "m" })))
        local source = ("a"):rep(300) .. " u.policy {" .. (" "):rep(10) .. "nmae = 1 }"
        local shown = mistakes.show(placed("p.lua", source, { key = "nmae", depth = 1, message = "m" }))
        local line, caret = shown:match "\n    ([^\n]*)\n    ([^\n]*)$"
        assert.equal("nmae", line:sub(#caret - 3, #caret))
        assert.is_true(#line <= 120, #line)
    end)

    it("shows nothing that a terminal obeys, and no password", function()
        local shown = mistakes.show(placed("p.lua", 'u.policy { database = "postgresql://me:secret@db/x?password=hunter2", a = "\27[2J" }',
            { key = "database", depth = 1, message = "m\27" }))
        assert.is_nil(shown:find "secret" or shown:find "hunter2" or shown:find "\27")
        assert.is_truthy(shown:find("postgresql://me:...@db/x", 1, true), shown)
    end)

    it("shows no password", function()
        for line, shown in pairs {
            ["x 'postgresql://me:secret@h/d' y"] = "x 'postgresql://me:...@h/d' y",
            ["postgresql://me:s/e:c@r@h/d?Password=abc&x=1"] = "postgresql://me:...@h/d?Password=...&x=1",
            ["http://h/a://u:p@x"] = "http://h/a://u:...@x", ["sqlite:/p a@b:c@d"] = "sqlite:/p a@b:c@d",
            ["://:@ ://u@h:5 ://a:b"] = "://:...@ ://u@h:5 ://a:b",
        } do
            assert.are.equal(shown, placed("p.lua", line, { message = "x" }).source)
        end
    end)

    it("keeps of a long line what is around it, and no half of a password", function()
        local secret = "'postgresql://me:" .. ("secret"):rep(100) .. "@h/d'"
        local found = placed("p.lua", secret .. " u.policy { nmae = 1 } " .. secret, { key = "nmae", depth = 1, message = "m" })
        assert.are.equal("' u.policy { nmae = 1 } ", found.source)
        assert.is_truthy(mistakes.show(found):find("\n    ' u.policy { nmae = 1 } \n                 ^~~~", 1, true), mistakes.show(found))
        assert.are.equal("", placed("p.lua", ("secret"):rep(1000), { message = "m" }).source)
        found = placed("p.lua", ("x = 1 "):rep(5000) .. "u.policy { nmae = 1 }" .. (" y = 2"):rep(5000),
            { key = "nmae", depth = 1, message = "m" })
        assert.are.equal(30012, found.column)
        assert.is_true(#found.source > 250 and #found.source < 400, #found.source)
        assert.are.equal("nmae", found.source:sub(found.indent, found.indent + 3))
    end)

    it("stands in the order of its file's lines, files in their own", function()
        local list = {}
        mistakes.add(list, "z.lua", SOURCE, { { line = 8, message = "c" }, { line = 2, message = "a" }, { line = 8, message = "d" } })
        mistakes.add(list, "a.lua", SOURCE, { { line = 1, message = "e" } })
        assert.equal("z.lua:2: a\nz.lua:8: c\nz.lua:8: d\na.lua:1: e", mistakes.lines(mistakes.sort(list)))
        assert.equal("p.lua:2: x\np.lua:3: y", mistakes.told("p.lua", SOURCE, { { line = 3, message = "y" }, { line = 2, message = "x" } }))
    end)
end)
