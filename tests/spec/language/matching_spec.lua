--- Matchers by themselves, and their mistakes as a policy's author is told of them.

local matching = require "upnudge.language.matching"
local stage = require "stage"
local trial = require "trial"

local PACKAGES <const> = {
    { name = "openssl", kind = "upgraded", level = "patch", security = true, direct = false },
    { name = "linux-headers", kind = "upgraded", level = "major", system = "x86_64-linux", direct = true },
    { name = "jest", kind = "upgraded", level = "minor", group = "dev", direct = true },
    { name = "sed", kind = "removed" },
}

local function c(packages)
    return { result = { packages = packages or PACKAGES }, env = { name = "shop", path = "/home/me/work/shop",
        format = "pnpm" } }
end

local function names(spec)
    local list = {}
    for i, package in ipairs(matching.packages(c(), spec)) do
        list[i] = package.name
    end
    return table.concat(list, " ")
end

describe("u.packages", function()
    it("gives those that fit in all that is asked for, and in one entry of a list", function()
        assert.equal("linux-headers", names { name = "linux-*" })
        assert.equal("openssl sed", names { name = { "open*", "sed" } })
        assert.equal("linux-headers jest", names { level = { "major", "minor" } })
        assert.equal("jest", names { group = "dev" })
        assert.equal("linux-headers", names { system = "*-linux", direct = true })
        assert.equal("", names { name = "linux-*", level = "patch" })
    end)

    it("takes no answer for none: neither direct nor indirect, but no fix", function()
        assert.equal("openssl", names { direct = false })
        assert.equal("linux-headers jest", names { direct = true })
        assert.equal("linux-headers jest sed", names { security = false })
        assert.equal("openssl", names { security = true })
    end)
end)

describe("u.any_package and u.every_package", function()
    it("ask whether some or all are such", function()
        assert.is_true(matching.any_package { level = "major" }(c()))
        assert.is_false(matching.any_package { level = "unknown" }(c()))
        assert.is_false(matching.every_package { kind = "upgraded" }(c()))
        assert.is_true(matching.every_package { kind = { "upgraded", "removed" } }(c()))
    end)

    it("say of nothing, and of what is not listed in full, that not all are such", function()
        assert.is_false(matching.every_package { kind = "upgraded" }(c {}))
        assert.is_false(matching.every_package { kind = "upgraded" }(c { PACKAGES[1], unlisted = 1 }))
        assert.is_true(matching.any_package { kind = "upgraded" }(c { PACKAGES[1], unlisted = 1 }))
    end)
end)

describe("u.in_environment", function()
    it("goes by name and path", function()
        assert.is_true(matching.in_environment { path = "/home/*/work/*" }(c()))
        assert.is_true(matching.in_environment { path = "*/work/*", name = { "x", "sh*" } }(c()))
        assert.is_false(matching.in_environment { path = "*/play/*" }(c()))
    end)

    it("goes by the format, and by the ecosystem that this belongs to", function()
        assert.is_true(matching.in_environment { format = { "npm", "pnpm" } }(c()))
        assert.is_false(matching.in_environment { format = "npm" }(c()))
        assert.is_true(matching.in_environment { ecosystem = "npm", name = "shop" }(c()))
        assert.is_false(matching.in_environment { ecosystem = { "pypi", "cargo" } }(c()))
        local of_team = c()
        of_team.env.format = "acme"
        assert.is_false(matching.in_environment { ecosystem = "npm" }(of_team))
        assert.matches("ecosystem 'pipy' is not known; did you mean 'pypi'", select(2,
            matching.in_environment { ecosystem = "pipy" }))
    end)
end)

describe("in a policy", function()
    local work

    before_each(function()
        work = stage.bare()
    end)
    after_each(stage.strike)

    local function fault(code)
        local loaded, message = trial.load(work, ('local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", '
            .. 'rules = { u.rule "r" { when = %s, notify = u.once() } } }'):format(code))
        assert.is_nil(loaded)
        return message
    end

    it("a mistake is told with what would be right", function()
        assert.matches("any_package: no key 'nmae'; did you mean 'name'", fault 'u.any_package { nmae = "x" }')
        assert.matches("level 'majr' is not known; did you mean 'major'", fault 'u.every_package { level = "majr" }')
        assert.matches("'kind' is a list of 1 to", fault "u.any_package { kind = {} }")
        assert.matches("'direct' is a string; expected true or false", fault 'u.any_package { direct = "yes" }')
        assert.matches("'name' is a number; expected a text or a list of texts", fault "u.in_environment { name = 7 }")
        assert.matches("in_environment: a table of what", fault "u.in_environment {}")
        assert.matches("dates: '2027%-02%-30' is no date", fault 'u.dates { "2027-02-30" }')
    end)

    it("a field that no package has is a mistake", function()
        local _, message = trial.decides(work, "return c.result.packages[1].nmae")
        assert.matches("c.result.packages%[i%] has no field 'nmae'; did you mean 'name'", message)
        assert.is_nil(assert(trial.decides(work, "return c.result.packages[1].level")).rule)
    end)

    it("a function may answer a cadence, and nothing but that, true or false", function()
        local function answer(code)
            local loaded = assert(trial.load(work, ('local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", '
                .. 'text = "x", rules = { u.rule "r" { notify = %s } } }'):format(code)))
            local decision, message = trial.ask(loaded)
            loaded:close()
            return decision and decision.reason, message
        end
        assert.equal("not said yet", answer 'function(c) return u.every "1d" end')
        assert.equal("always", answer "u.always")
        for code, what in pairs { ["function() return 5 end"] = "number", ["function() return {} end"] = "table",
            ["function() return 'yes' end"] = "string" } do
            assert.matches("notify gave a " .. what .. "; expected true, false or a cadence", select(2, answer(code)))
        end
    end)

    it("globs and hashes are functions of texts", function()
        local decision = assert(trial.decides(work, [[return u.glob("linux-*", "linux-6") and u.glob({ "a", "b*" }, "bc")
            and not u.glob("a*", "b") and not u.glob("a", nil) and u.hash "x" == u.hash "x" and #u.hash "x" == 32
            and u.hash("x", 1) == 1 and u.hash("x", 10) <= 10]]))
        assert.equal("x", decision.reason)
        for code, words in pairs { ["u.glob(7, 'x')"] = "u.glob needs a pattern", ["u.glob({7}, 'x')"] = "is no pattern",
            ["u.hash({})"] = "u.hash: a text", ["u.hash('x', 0)"] = "u.hash: the range", ["u.hash('x', 0/0)"] = "the range",
            ["u.packages(c, { nmae = 'x' })"] = "did you mean 'name'" } do
            local _, message = trial.decides(work, "return " .. code)
            assert.is_truthy(message and message:find(words, 1, true), tostring(message))
        end
    end)

    it("a hash is the same everywhere, and fair", function()
        -- XXH3-128 of "upnudge", as `xxhsum -H2` prints it.
        local decision = assert(trial.decides(work, [[
            local counts = { 0, 0, 0, 0 }
            for i = 1, 400 do
                local n = u.hash("person " .. i, 4)
                counts[n] = counts[n] + 1
            end
            for i = 1, 4 do
                if counts[i] < 70 or counts[i] > 130 then error("unfair: " .. table.concat(counts, " ")) end
            end
            return u.hash "upnudge" == "9dfc7b00ebeb004f3a7425163c722f96"]]))
        assert.equal("x", decision.reason)
    end)
end)
