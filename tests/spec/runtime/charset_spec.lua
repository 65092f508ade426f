--- The encodings of locales, and text in them.

local charsets = require "upnudge.runtime.charset"
local core = require "upnudge.core"

local function of(variables)
    return charsets.of(function(name) return variables[name] end)
end

describe("the encoding of a locale", function()
    it("is what its variables say, in their order", function()
        for _, case in ipairs { { {}, "ASCII" }, { { LANG = "" }, "ASCII" }, { { LANG = "C" }, "ASCII" }, { { LANG = "POSIX" }, "ASCII" },
            { { LANG = "C.UTF-8" }, "UTF-8" }, { { LANG = "de_DE.utf8" }, "UTF-8" }, { { LANG = "de_DE.UTF8@euro" }, "UTF-8" },
            { { LANG = "zh_CN.GB18030" }, "GB18030" }, { { LANG = "de_DE.ISO-8859-15@euro" }, "ISO-8859-15" },
            { { LANG = "de_DE.UTF-8", LC_CTYPE = "de_DE.ISO-8859-1" }, "ISO-8859-1" }, { { LC_ALL = "C", LC_CTYPE = "de_DE.UTF-8" }, "ASCII" },
            -- What is not installed.
            { { LANG = "xx_XX" }, "UTF-8" } } do
            assert.equal(case[2], of(case[1]))
        end
        assert.equal("UTF-8", core.codeset "C.UTF-8")
        assert.is_nil(core.codeset "xx_XX.nowhere")
    end)

    it("has the words of a language, or lacks them", function()
        for _, case in ipairs { { "UTF-8", "zh", true }, { "ASCII", "de", false }, { "ISO-8859-1", "de_DE", true }, { "ISO-8859-1", "zh_CN", false },
            { "KOI8-R", "ru", true }, { "KOI8-R", "el_GR", false }, { "nowhere", "de", false }, { "UTF-16", "de", false } } do
            assert.equal(case[3], charsets.has_words(case[1], case[2]), case[1] .. " " .. case[2])
        end
    end)
end)

describe("a text", function()
    it("has the bytes of an encoding, and a question mark for what that lacks", function()
        assert.equal("caf\xE9 ?", charsets.encode("café 漢", "ISO-8859-1"))
        assert.equal("\xA4", charsets.encode("€", "ISO-8859-15"))
        assert.equal("\xBA\xBA\xD7\xD6", charsets.encode("汉字", "GBK"))
        assert.equal("汉字", charsets.encode("汉字", "UTF-8"))
        assert.equal("caf? ... ?? -> '?'", charsets.encode("café … 漢字 → ‘\u{1F600}’", "ASCII"))
        -- No encoding of a locale, or none at all.
        assert.equal("caf?", charsets.encode("café", "UTF-16"))
        assert.equal("caf?", charsets.encode("café", "nowhere"))
        assert.is_nil(core.encode("a", "UTF-16"))
        assert.is_nil(core.encode("a", "IBM037"))
    end)

    it("has no byte that a terminal obeys, in any encoding", function()
        for _, charset in ipairs { "ISO-8859-1", "ISO-8859-5", "KOI8-R", "CP1252", "CP1251", "GB18030", "BIG5", "EUC-JP", "SHIFT_JIS",
            "ISO-2022-JP" } do
            for code = 0xA0, 0x26FF, 5 do
                local bytes = core.encode(utf8.char(code), charset)
                if bytes then
                    assert.is_nil(bytes:find "[\0-\31\127]", charset .. " " .. code)
                    assert.is_nil(bytes:find "^[\x80-\x9F]$", charset .. " " .. code)
                end
            end
        end
    end)
end)
