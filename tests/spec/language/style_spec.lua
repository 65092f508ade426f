--- Styles and links as a policy says them.

local text = require "upnudge.language.text"

describe("u.text.style", function()
    it("marks a text", function()
        assert.equal("\14" .. "1;31\15a\14\15", text.style("a", "bold red"))
        assert.equal("\14" .. "1;31\15a\14\15", text.style("a", { "bold", "red" }))
        assert.equal("\14" .. "4;93;44\15" .. "7\14\15", text.style(7, " underline  bright-yellow on-blue "))
        assert.equal("\14" .. "2\15a\14\15", text.style("a", "faint"))
        for _, nothing in ipairs { "", {} } do
            assert.equal("a", text.style("a", nothing))
        end
        assert.equal("", text.style("", "red"))
    end)

    it("knows its words", function()
        for words, message in pairs { rde = "no style 'rde'; did you mean 'red'?", ["red 1"] = "no style '1'",
            [1] = "which style?", [("x"):rep(200)] = "which style?" } do
            local ok, said = pcall(text.style, "a", words)
            assert.is_false(ok)
            assert.is_truthy(said:find(message, 1, true), said)
        end
        assert.is_truthy(select(2, pcall(text.style, nil, "red")):find("the text is a nil", 1, true))
    end)
end)

describe("u.text.link", function()
    it("marks a text with where it leads", function()
        assert.equal("\14https://example.org/a?b=c#d\15here\14\15", text.link("here", "https://example.org/a?b=c#d"))
        assert.equal("\14http://x/%C3%A9\15here\14\15", text.link("here", "http://x/é"))
    end)

    it("is the text alone where that is no page", function()
        for _, url in ipairs { "", "ftp://x", "https://", "https://a b", "https://a\27b", "https://a\nb", "javascript:alert(1)", "file:///etc/passwd",
            "https://\15x",
            "https://" .. ("x"):rep(2048), "https://" .. ("\xff"):rep(1000), 5, false } do
            assert.equal("here", text.link("here", url), tostring(url))
        end
        assert.equal("here", text.link("here", nil))
    end)
end)
