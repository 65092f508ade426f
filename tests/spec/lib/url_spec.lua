--- URLs of databases.

local url = require "upnudge.lib.url"

describe("the URL of a database", function()
    it("names a driver and what it opens", function()
        assert.same({ driver = "SQLite3", target = "/var/lib/a b.sqlite" }, url.parse "sqlite:/var/lib/a b.sqlite")
        for _, text in ipairs { "postgresql://db.example.org/upnudge", "postgres://me@db/x?sslmode=require", "postgresql://", "postgres:///x" } do
            assert.same({ driver = "PostgreSQL", target = text }, url.parse(text))
            assert.equal(text, url.shown(text))
        end
    end)

    it("is refused where it is none", function()
        for text, words in pairs { [""] = "it is \"sqlite:PATH\"", ["mysql://x"] = "it is \"sqlite:PATH\"", ["sqlite:"] = "it is \"sqlite:PATH\"",
            ["sqlite:x.db"] = "is absolute", ["sqlite::memory:"] = "is absolute", [" postgres://x"] = "it is \"sqlite:PATH\"",
            ["postgresql:/x"] = "it is \"sqlite:PATH\"" } do
            local place, message = url.parse(text)
            assert.is_nil(place, text)
            assert.is_truthy(message:find(words, 1, true), message)
        end
    end)

    it("is refused with a password, however it is written, and not told then", function()
        for _, text in ipairs { "postgresql://me:secret@db/x", "postgres://me:sec/ret@db/x", "postgresql://me:@db",
            "postgresql://db/x?password=secret", "postgresql://db/x?PassWord%20=secret", "postgresql://db/x?p%61ssword%3Dsecret",
            "postgresql://me:secret@a@db/x" } do
            local place, message = url.parse(text)
            assert.is_nil(place, text)
            assert.is_truthy(message:find("a password does not belong here", 1, true), message)
            assert.is_nil(url.shown(text):find "secret", text)
        end
    end)
end)
