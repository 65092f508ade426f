--- Globs of package names and file names.

local fits = require "upnudge.lib.glob".fits

--- What a glob means, as a pattern of Lua, which may take long.
local function as_pattern(glob)
    return "^" .. glob:gsub("[%^%$%(%)%%%.%[%]%+%-%?]", "%%%0"):gsub("%*", ".*") .. "$"
end

describe("a glob", function()
    it("stands for itself, but for its stars", function()
        for glob, texts in pairs { ["linux-*"] = { ["linux-"] = true, ["linux-a"] = true, linux = false, ["a-linux-"] = false },
            ["*.acme.json"] = { [".acme.json"] = true, ["x.acme.json"] = true, ["xacmexjson"] = false, ["x.acme.json~"] = false },
            ["%a.[b]+-?^$()"] = { ["%a.[b]+-?^$()"] = true, ["xx"] = false }, [""] = { [""] = true, a = false },
            ["*"] = { [""] = true, ["a\nb\0c"] = true }, ["a*a"] = { a = false, aa = true, aba = true, abab = false },
            ["**"] = { [""] = true, x = true }, ["a*b*c"] = { abc = true, aXbYc = true, acb = false, abbc = true, ac = false } } do
            for text, expected in pairs(texts) do
                assert.are.equal(expected, fits(glob, text), glob .. " on " .. text)
            end
        end
    end)

    it("is the pattern that it stands for, on every short text", function()
        local letters, globs, texts = { "a", "b", "*" }, { "" }, {}
        local from = 1
        for _ = 1, 5 do
            local to = #globs
            for i = from, to do
                for _, letter in ipairs(letters) do
                    globs[#globs + 1] = globs[i] .. letter
                end
            end
            from = to + 1
        end
        for _, glob in ipairs(globs) do
            texts[#texts + 1] = not glob:find("*", 1, true) and glob or nil
        end
        for _, glob in ipairs(globs) do
            local pattern = as_pattern(glob)
            for _, text in ipairs(texts) do
                assert.are.equal(text:find(pattern) ~= nil, fits(glob, text), glob .. " on " .. text)
            end
        end
    end)

    it("with many stars takes no longer than with few", function()
        -- As a pattern of Lua this one tries some 10^20 ways.
        assert.is_false(fits(("*a"):rep(20) .. "*b", ("a"):rep(10000)))
        assert.is_true(fits(("*a"):rep(20) .. "*b", ("a"):rep(10000) .. "b"))
    end)
end)
