--- What a binding asks for, held against what the call takes.

local requests = require "upnudge.runtime.request"

local TAKES <const> = { environment = "path!", name = "text", now = "time", max_age = "seconds", tty = "flag", mode = "mode",
    packages = "texts", upgraded = "bytes" }

local function fault(given)
    given.environment = given.environment == nil and "/e" or given.environment or nil
    local options, message = requests.options(given, TAKES)
    assert.is_nil(options)
    return message
end

describe("options", function()
    it("are taken as the call needs them", function()
        assert.same({ environment = "/e", name = "", now = 1800000000, max_age = 86400, tty = false, mode = "in-place",
            packages = { "a", "b" }, upgraded = "a\0b" },
            requests.options({ environment = "/e", name = "", now = "2027-01-15T08:00:00Z", max_age = "1d", tty = false, mode = "in-place",
                packages = { "a", "b" }, upgraded = "a\0b" }, TAKES))
        -- As JSON has them.
        local options = requests.options({ environment = "/e", now = 1.8e9, max_age = 60.0, packages = {} }, TAKES)
        assert.same({ "integer", "integer", 0 }, { math.type(options.now), math.type(options.max_age), #options.packages })
    end)

    it("are told that there are none of that name, with what was meant", function()
        assert.is_truthy(fault { nmae = "x" }:find "^no option 'nmae'; did you mean 'name'%? %(one of: environment, ")
        for _, name in ipairs { 7, ("x"):rep(1e6), "\27[31m", "a\nb" } do
            local message = fault { [name] = "x" }
            assert.is_truthy(message:find "^no option '" and #message < 200 and not message:find "%c", message)
        end
    end)

    it("are told what they should be", function()
        local null = require "cjson".null
        for name, wrong in pairs {
            environment = { "", 5, {}, true, "a\0b", ("x"):rep(70000) }, name = { 5, {}, "a\0", ("x"):rep(70000), null },
            now = { -1, 1.5, "soon", {}, 0 / 0, 1 / 0, 1e15, true }, max_age = { -1, 0.5, "soon", {}, 1e10, 0 / 0 },
            tty = { 1, "true", 0 }, mode = { "bogus", 1, "" }, upgraded = { 1, {} },
            packages = { "a", { 1 }, { "a", null }, { a = "b" }, { "a", b = "c" }, { "a\0" } },
        } do
            for _, value in ipairs(wrong) do
                local message = fault { [name] = value }
                assert.is_truthy(message:find("^'" .. name .. "': expected ") and #message < 100, message)
            end
        end
        local many = {}
        for i = 1, 20001 do
            many[i] = "x"
        end
        assert.equal("'packages': expected a list of at most 20000 texts, each of at most 64 KiB without NUL", fault { packages = many })
    end)

    it("are told which is missing", function()
        assert.equal("'environment' is missing: expected a path", fault { environment = false })
    end)
end)
