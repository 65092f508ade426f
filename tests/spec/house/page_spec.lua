--- Pages taken apart: what a test types is what stands there, and a page that keeps no manners is told of.

local command = require "command"
local page = require "page"

local work

before_each(function()
    work = command.directory()
end)

after_each(function()
    command.remove(work)
end)

local function read(text)
    command.write(work .. "/page.md", text)
    return page.read(work .. "/page.md")
end

describe("a page", function()
    it("has commands, and what they print", function()
        local steps = read("# A page\n\n```console\n$ one\nsaid\n\nmore\n$ two \\\n> words    # exits with 3\n```\n").steps
        assert.same({
            { kind = "command", line = 4, text = "one", shown = { "said", "more" }, code = 0 },
            { kind = "command", line = 8, text = "two \\\nwords    # exits with 3", shown = {}, code = 3 },
        }, steps)
    end)

    it("has files, whose first line names them", function()
        local steps = read("```lua\n-- ~/a.lua\nreturn 1\n```\n\n```c\n/* b.c */\n```\n").steps
        assert.same({
            { kind = "file", line = 2, path = "~/a.lua", text = "-- ~/a.lua\nreturn 1\n" },
            { kind = "file", line = 7, path = "b.c", text = "/* b.c */\n" },
        }, steps)
    end)

    it("has commands and files in its lines, links and headings", function()
        local it_reads = read "# Where to go\nSee `make x` and [there](a/b.md#c), `f(x)[1](y)`.\n"
        assert.same({ { line = 2, text = "make x" }, { line = 2, text = "f(x)[1](y)" } }, it_reads.spans)
        assert.same({ { line = 2, text = "a/b.md#c" } }, it_reads.links)
        assert.is_true(it_reads.anchors["where-to-go"])
    end)

    it("that keeps no manners is told of", function()
        local cases <const> = {
            ["```console\nsaid\n```\n"] = "line 2: no command begins this block",
            ["```lua\nreturn 1\n```\n"] = "line 2: the first line does not say which file this is",
            ["```text\n  make x\n```\n"] = "line 2: this is typed, so it is a console block",
            ["words\n\n    make x\n"] = "line 3: a block without a fence",
            ["```console\n$ one\n"] = "line 2: this block does not end",
            ["`one\ntwo`\n"] = "line 1: what stands in backquotes does not end here",
        }
        for text, fault in pairs(cases) do
            assert.equal(fault, read(text).faults[1])
        end
    end)
end)

describe("what a command printed", function()
    it("is as the page shows it", function()
        assert.is_true(page.fits({ "a b", "c" }, "a b  \n\nc\n"))
        assert.is_true(page.fits({}, "\n"))
        assert.is_true(page.fits({ "checked … ago", "(100%)" }, "checked 1 minute ago\n(100%)\n"))
        assert.is_true(page.fits({ "a", "…", "z" }, "a\nz\n"))
        assert.is_true(page.fits({ "…", "z", "…" }, "a\nz\nz\nb\n"))
    end)

    it("is not", function()
        assert.is_false(page.fits({}, "something\n"))
        assert.is_false(page.fits({ "a" }, ""))
        assert.is_false(page.fits({ "a" }, "a\nb\n"))
        assert.is_false(page.fits({ "a.c" }, "abc\n"))
        assert.is_false(page.fits({ "a …" }, "a\nb\n"))
        assert.is_false(page.fits({ "…", "z" }, "a\nz\nb\n"))
    end)
end)
