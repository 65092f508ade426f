--- Text that a terminal obeys, made harmless.

local terminal = require "upnudge.lib.terminal"

describe("text for a terminal", function()
    it("stays as it is when it is harmless", function()
        for _, text in ipairs { "", "plain", "two\nlines", "a\tb", "caf\u{e9} \u{4e2d}\u{6587} \u{1f600}", "x\u{a0}y" } do
            assert.equal(text, terminal.clean(text))
        end
    end)

    it("has no control and escape characters, of either kind", function()
        for byte = 0, 31 do
            local kept = byte == 9 and "\t" or byte == 10 and "\n" or ""
            assert.equal("a" .. kept .. "b", terminal.clean("a" .. string.char(byte) .. "b"))
        end
        assert.equal("ab", terminal.clean "a\127b")
        for code = 0x80, 0x9f do
            -- U+009B begins a sequence, of which "b" is the end.
            assert.equal(code == 0x9b and "a" or "ab", terminal.clean("a" .. utf8.char(code) .. "b"))
        end
        assert.equal("ab", terminal.clean "a\27b")
    end)

    it("has nothing left of what a terminal obeys", function()
        for _, sequence in ipairs { "\27[2J", "\27[1;31m", "\27[38:5:1m", "\27[?25l", "\27[!p", "\u{9B}31m", "\27]0;title\7", "\27]8;;https://x\27\\",
            "\27P1$r\27\\", "\27_x\7", "\27(B", "\14" .. "1;31\15", "\14https://example.org/?a=b;c\15", "\14\15" } do
            assert.equal("ab", terminal.clean("a" .. sequence .. "b"), ("%q"):format(sequence))
        end
        -- What is not whole, or none.
        assert.equal("[1;31", terminal.clean "\27[1;31")
        assert.equal("]0;a\nb", terminal.clean "\27]0;a\nb")
        assert.equal("evil", terminal.clean "\14evil\15")
    end)

    it("has no marks that turn its direction", function()
        for _, code in ipairs { 0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068,
            0x2069, 0xfeff } do
            assert.equal("ab", terminal.clean("a" .. utf8.char(code) .. "b"), ("%x"):format(code))
        end
    end)

    it("is UTF-8 in the end, whatever it was", function()
        for text, clean in pairs { ["\xff"] = "\u{fffd}", ["a\xc3"] = "a\u{fffd}", ["\xe2\x80"] = "\u{fffd}\u{fffd}",
            ["\xc3\xa9\x80z"] = "\u{e9}\u{fffd}z", ["\xed\xa0\x80"] = "\u{fffd}\u{fffd}\u{fffd}" } do
            assert.equal(clean, terminal.clean(text))
        end
        assert.equal("\27[\u{fffd}\n\u{202e} ", terminal.valid "\27[\xff\n\u{202e} ")
        for byte = 128, 255 do
            assert.is_truthy(utf8.len(terminal.clean("x" .. string.char(byte) .. "\xe2")))
        end
    end)

    it("ends without white space", function()
        assert.equal("a\n b", terminal.clean "a\n b \n\t \n")
        assert.equal("", terminal.clean " \n")
    end)

    it("takes no longer for much of it", function()
        local effort = require "effort"
        effort.within("spaces", 300, terminal.clean, (" "):rep(20000) .. "x")
        effort.within("bad bytes", 300, terminal.clean, ("\xff"):rep(20000))
        for _, piece in ipairs { "\27[", "\27[1", "\27[ ", "\27]", "\27]a", "\27P\27", "\14", "\14https://", "\14" .. "1", "\u{9B}1" } do
            effort.within(piece, 300, terminal.clean, piece:rep(20000))
            effort.within(piece .. "…", 300, terminal.clean, piece .. ("1"):rep(20000))
        end
    end)
end)

describe("a line for a terminal", function()
    it("is one", function()
        assert.equal("a b c", terminal.line "a\n\n\tb\nc\n")
        assert.equal("ab", terminal.line "a\27[2Jb\r")
    end)
end)
