--- The looks of a notice, for a terminal: what may show, and that nothing else ever does.

local paint = require "upnudge.lib.paint"
local terminal = require "upnudge.lib.terminal"

local function mark(what)
    return "\14" .. what .. "\15"
end

describe("paint", function()
    it("shows styles, one in another, and ends each", function()
        for text, shown in pairs {
            ["plain"] = "plain",
            [mark "1;31" .. "a" .. mark "" .. "b"] = "\27[1;31ma\27[0mb",
            [mark "1" .. "a" .. mark "31" .. "b" .. mark "" .. "c" .. mark ""] = "\27[1ma\27[0m\27[1;31mb\27[0m\27[1mc\27[0m",
            [mark "1" .. "a"] = "\27[1ma\27[0m",
            [mark "1" .. mark "" .. "a"] = "a",
            [mark "" .. "a" .. mark ""] = "a",
            -- A line has its own ends, and nothing is said for an empty one.
            [mark "7" .. "a\n\nb" .. mark ""] = "\27[7ma\27[0m\n\n\27[7mb\27[0m",
            [mark "7" .. "a \n" .. mark "" .. "\n"] = "\27[7ma\27[0m",
        } do
            assert.equal(shown, paint.paint(text, true), ("%q"):format(text))
            assert.equal(shown:gsub("\27%[[%d;]*m", ""), terminal.clean(text):gsub("%s+$", ""))
        end
    end)

    it("shows links, where there are any", function()
        local text = "see " .. mark "https://example.org/?a=b;c" .. "the " .. mark "1" .. "page" .. mark "" .. mark "" .. "."
        assert.equal("see \27]8;;https://example.org/?a=b;c\27\\the \27[1mpage\27]8;;\27\\\27[0m.", paint.paint(text, true))
        assert.equal("see the \27[1mpage\27[0m.", paint.paint(text, false))
        assert.equal("see the page.", terminal.clean(text))
        -- One over lines ends with the first.
        assert.equal("\27]8;;http://x\27\\a\27]8;;\27\\\nb", paint.paint(mark "http://x" .. "a\nb" .. mark "", true))
    end)

    it("leaves out what it does not know", function()
        for _, what in ipairs { "5", "8", "38;5;1", "0", "1;", ";1", "99999999999999999999", "1;2;3;4;5", "1;;2", "4:3",
            "ftp://x", "https://", "https:/x", "javascript:x", "31m",
            "file:///x", ("1;"):rep(30) .. "1", "https://" .. ("x"):rep(2048) } do
            local shown = paint.paint("a" .. mark(what) .. "b" .. mark "" .. "c", true)
            assert.equal("abc", shown, what)
        end
        -- What is no mark at all, was cut in two, or holds what is none.
        assert.equal("a b", paint.paint("a\14" .. "1;3 b", true))
        assert.equal("a\nb", paint.paint("a\14https://x\nb\15", true))
        assert.equal("a", paint.paint("a\14", true))
        assert.equal("ab", paint.paint("a\15b", true))
        assert.equal("\27]8;;https://x\27\\ab\27]8;;\27\\", paint.paint(mark "https://x" .. "a\27]8;;\7b", true))
    end)

    it("goes no deeper than it must, and counts what is deeper", function()
        local shown = paint.paint(mark "1":rep(50) .. "a" .. mark "":rep(49) .. "b" .. mark "" .. "c", true)
        assert.equal("\27[1;1;1;1;1;1;1;1ma\27[0m\27[1mb\27[0mc", shown)
    end)

    it("lets nothing through but the list, whatever a text is made of", function()
        math.randomseed(7)
        local pieces = { "\27", "\27[", "31m", "m", "\14", "\15", mark "", mark "1", mark "31;4", mark "https://x.org/a", mark "99",
            "https://", "\27]8;;", "\27\\", "\7", "\n", "\0", "\r", "\8", "\127", "\u{9B}", "\u{9D}", "\xC2", "\x9B", "\u{202E}",
            "\u{2066}", " ", "a", "é", "[0m", "\xff", "\27P", "\t" }
        for _ = 1, 3000 do
            local parts = {}
            for i = 1, math.random(1, 24) do
                parts[i] = pieces[math.random(#pieces)]
            end
            local text = table.concat(parts)
            local shown = paint.paint(text, math.random(2) == 1)
            local rest = shown:gsub("\27%[[1-9][%d;]*m", ""):gsub("\27%[0m", ""):gsub("\27%]8;;https://x%.org/a\27\\", ""):gsub("\27%]8;;\27\\", "")
            assert.is_nil(rest:find "[\0-\8\11-\31\127]", ("%q"):format(text))
            assert.is_nil(rest:find "\xC2[\x80-\x9F]")
            assert.is_truthy(utf8.len(rest))
            assert.is_nil(rest:find "\u{202E}")
            -- All that begins also ends.
            local last_style, last_link = shown:match ".*(\27%[[%d;]*m)", shown:match ".*\27%]8;;([^\27]*)\27\\"
            assert.is_true(last_style == nil or last_style == "\27[0m", ("%q"):format(text))
            assert.is_true(last_link == nil or last_link == "", ("%q"):format(text))
            assert.equal(rest:gsub("%s+$", ""), terminal.clean(rest))
            assert.is_nil(terminal.clean(text):find "[\0-\8\11-\31\127]")
        end
    end)

    it("takes no longer for much of it", function()
        local effort = require "effort"
        for _, piece in ipairs { "\14", mark "1", mark "", mark "1" .. "\n", "\14https://", mark "https://x" .. "a\n", "\14" .. "1" } do
            effort.within(piece, 300, paint.paint, piece:rep(16384 // #piece), true)
        end
        local long = mark("https://" .. ("x"):rep(2000)) .. ("a\n"):rep(7000)
        effort.within("lines of a link", 300, paint.paint, long, true)
        assert.is_true(#paint.paint(long, true) < 20000)
    end)
end)

describe("colours", function()
    local function wanted(variables, is_terminal)
        return paint.wanted(function(name) return variables[name] end, function() return is_terminal end)
    end

    it("are wanted by a terminal, unless somebody says otherwise", function()
        for _, case in ipairs {
            { {}, true, true }, { {}, false, false }, { { TERM = "dumb" }, true, false }, { { TERM = "xterm" }, true, true },
            { { NO_COLOR = "" }, true, true }, { { NO_COLOR = "1" }, true, false }, { { NO_COLOR = "1", CLICOLOR_FORCE = "1" }, true, false },
            { { CLICOLOR = "0" }, true, false }, { { CLICOLOR = "1" }, false, false }, { { CLICOLOR_FORCE = "1" }, false, true },
            { { CLICOLOR_FORCE = "0" }, false, false }, { { CLICOLOR_FORCE = "" }, false, false }, { { FORCE_COLOR = "1" }, false, true },
            { { FORCE_COLOR = "3", TERM = "dumb" }, false, true }, { { FORCE_COLOR = "0" }, true, false }, { { FORCE_COLOR = "false" }, true, false },
            { { FORCE_COLOR = "" }, false, false }, { { FORCE_COLOR = "1", NO_COLOR = "1" }, true, false },
        } do
            local said = {}
            for name, value in pairs(case[1]) do
                said[#said + 1] = name .. "=" .. value
            end
            assert.equal(case[3], wanted(case[1], case[2]), table.concat(said, " "))
        end
    end)

    it("come with links but on terminals that show what they are made of", function()
        for kind, has in pairs { xterm = true, ["tmux-256color"] = true, linux = false, dumb = false, ["eterm-color"] = false, [""] = false } do
            assert.equal(has, paint.has_links(function() return kind end), kind)
        end
        assert.is_false(paint.has_links(function() end))
    end)
end)
