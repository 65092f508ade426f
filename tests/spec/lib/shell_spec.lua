--- Words for a POSIX shell.

local command = require "command"
local shell = require "upnudge.lib.shell"

describe("a word", function()
    it("is what it was behind a shell", function()
        for _, word in ipairs { "", "a", "a b", "it's", "$HOME `id` $(id)", "a\nb", "--x=*", "~", "\\", '"', "caf\u{e9}", "\xff", "#", "!" } do
            assert.equal(word, command.must("printf %%s " .. shell.quote(word):gsub("%%", "%%%%"), ""))
        end
    end)

    it("has no quotes where it needs none", function()
        for _, word in ipairs { "/home/me/webshop", "a-b_c.d+e,f:g@h=i%j" } do
            assert.equal(word, shell.quote(word))
        end
    end)
end)
