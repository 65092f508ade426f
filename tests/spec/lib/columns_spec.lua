--- Columns that a text takes at a terminal, and what of it fits.

local columns = require "upnudge.lib.columns"
local command = require "command"
local stage = require "stage"

describe("the columns of a text", function()
    it("are one a letter, two of East Asia, none for what stands on another", function()
        for text, width in pairs { [""] = 0, plain = 5, ["caf\u{e9}"] = 4, ["cafe\u{301}"] = 4, ["\u{4e2d}\u{6587}"] = 4,
            ["\u{1f600}!"] = 3, ["\u{ac00}a"] = 3, ["…"] = 1, ["\u{430}\u{301}"] = 1, ["\u{fffd}"] = 1 } do
            assert.equal(width, columns.width(text), text)
        end
    end)

    it("are never fewer than Unicode says of any letter, and seldom more", function()
        local work = stage.bare()
        stage.finally(stage.strike)
        command.write(work .. "/letters.py", [[
import sys, unicodedata
for code in [*range(0x20, 0x3400), *range(0x3400, 0x110000, 31)]:
    c, kind = chr(code), unicodedata.category(chr(code))
    if kind in ("Cn", "Cs", "Cc", "Cf", "Co", "Zl", "Zp"):
        continue
    print(code, 0 if kind in ("Mn", "Me") else 2 if unicodedata.east_asian_width(c) in "WF" else 1)
]])
        local more, all = 0, 0
        for code, width in command.must 'python3 "$work/letters.py"':gmatch "(%d+) (%d)\n" do
            local ours = columns.width(utf8.char(code))
            assert.is_true(ours >= tonumber(width), code)
            more, all = more + (ours > tonumber(width) and 1 or 0), all + 1
        end
        assert.is_true(all > 10000 and more < all / 10, more)
    end)
end)

describe("what fits", function()
    it("is the whole text, or its beginning with an ellipsis", function()
        assert.equal("plain", columns.cut("plain", 5))
        assert.equal("pla…", columns.cut("plain", 4))
        assert.equal("…", columns.cut("plain", 1))
        assert.equal("", columns.cut("plain", 0))
        assert.equal("\u{4e2d}…", columns.cut("\u{4e2d}\u{6587}", 3))
        assert.equal("…", columns.cut("\u{4e2d}\u{6587}", 2))
        assert.equal("e\u{301}e\u{301}…", columns.cut(("e\u{301}"):rep(9), 3))
        assert.equal(("e\u{301}"):rep(9), columns.cut(("e\u{301}"):rep(9), 9))
    end)

    it("is never wider than there is room", function()
        for _, text in ipairs { "plain text", ("\u{4e2d}"):rep(9), ("a\u{4e2d}e\u{301}"):rep(9), "\u{301}\u{301}" } do
            for room = 1, 40 do
                local cut = columns.cut(text, room)
                assert.is_true(columns.width(cut) <= room and utf8.len(cut) ~= nil, text .. room)
                assert.is_true(cut == text or cut:sub(-3) == "…", cut)
            end
        end
    end)
end)
