--- u.cooldown, and the key of that name.

local cooldown = require "upnudge.language.cooldown"
local policies = require "upnudge.policy"
local stage = require "stage"

local DAY <const> = stage.DAY

before_each(function()
    stage.bare()
end)

after_each(stage.strike)

local function load_policy(text, name)
    local loaded, message = policies.load(policies.find(stage.policy(text, name)))
    if loaded then
        stage.finally(function() loaded:close() end)
    end
    return loaded, message
end

--- What a policy with that value waits; nil: nothing.
local function of(value)
    local loaded, message = load_policy(('{ api = 1, name = "p", cooldown = %s }'):format(value))
    assert.is_table(loaded, message)
    return loaded.cooldown
end

describe("a cooldown", function()
    it("has what is said, and of the rest what makes sense", function()
        assert.same({ major = 14 * DAY, minor = 7 * DAY, patch = 3 * DAY, unknown = 14 * DAY, rebuild = 3 * DAY, added = 14 * DAY,
            removed = 14 * DAY, downgraded = 0, security = 0, from = "released" },
            of 'u.cooldown { major = "14d", minor = "7d", patch = "3d", security = 0 }')
        assert.same({ major = 0, minor = 7 * DAY, patch = 0, unknown = DAY, rebuild = 5, added = 0, removed = 7 * DAY, downgraded = 6,
            security = 60, from = "first_seen", except = { "ours-*" } },
            of [[u.cooldown { minor = "1w", unknown = "1d", rebuild = 5, added = 0, downgraded = 6, security = "1m", from = "first_seen",
                except = { "ours-*" } }]])
    end)

    it("is one duration for every step, or a plain table, or a duration alone", function()
        local week = of 'u.cooldown "7d"'
        assert.same({ 7 * DAY, 7 * DAY, 7 * DAY, 7 * DAY, 7 * DAY, 0, 0 }, { week.major, week.minor, week.patch, week.unknown, week.rebuild,
            week.downgraded, week.security })
        assert.same(week, of '"7d"')
        assert.same(week, of "7 * 86400")
        assert.same(week, of '{ major = "7d", minor = "1w", patch = "168h" }')
        assert.same(cooldown.complete "7d", week)
    end)

    it("of nothing is none", function()
        for _, value in ipairs { "u.cooldown {}", "u.cooldown(0)", "{}", "0", '{ from = "first_seen", except = { "a" } }', "nil" } do
            assert.is_nil(of(value), value)
        end
    end)

    it("takes the place of the base's as a whole", function()
        stage.policy('{ api = 1, name = "base", cooldown = u.cooldown { major = "14d", minor = "7d" } }', "base")
        assert.equal(14 * DAY, load_policy('{ api = 1, name = "p", extends = "base" }').cooldown.major)
        local own = load_policy('{ api = 1, name = "p", extends = "base", cooldown = { patch = "1d" } }').cooldown
        assert.same({ 0, 0, DAY }, { own.major, own.minor, own.patch })
        assert.is_nil(load_policy('{ api = 1, name = "p", extends = "base", cooldown = 0 }').cooldown)
    end)

    it("is no setting of a strategy", function()
        assert.is_nil(load_policy('{ api = 1, name = "p", cooldown = "7d" }').settings.cooldown)
    end)

    it("tells its mistakes where they stand, with what would be right", function()
        for text, words in pairs {
            ['u.cooldown { mayor = "14d" }'] = "policy.lua:2: cooldown: no key 'mayor'; did you mean 'major'?",
            ['u.cooldown { major = "2 weeks" }'] = "cooldown: major: '2 weeks' is no duration; write 90s",
            ['u.cooldown "soon"'] = "'soon' is no duration", ["u.cooldown()"] = "'nil' is no duration",
            ['{ mayor = "14d" }'] = "policy.lua:2: cooldown has no key 'mayor'; did you mean 'major'?",
            ['{ major = "soon" }'] = "cooldown.major: 'soon' is no duration", ["{ major = {} }"] = "'major' is a table; expected a duration",
            ['"soon"'] = "cooldown: 'soon' is no duration", ["true"] = "'cooldown' is a boolean; expected u.cooldown",
            ["u.cooldown { major = -1 }"] = "'-1' is no duration", ['{ from = "realesed" }'] = "did you mean 'released'?",
            ['u.cooldown { from = "first" }'] = "cooldown.from 'first' is not known", ['{ except = "a" }'] = "expected a list of package names",
            ["u.cooldown { except = { 7 } }"] = "except[1] is no package name",
            ['setmetatable({ major = "1d" }, {})'] = "'cooldown' is a table with a metatable",
        } do
            local loaded, message = load_policy(('{ api = 1, name = "p", cooldown = %s }'):format(text))
            assert.is_nil(loaded, text)
            assert.is_truthy(message:find(words, 1, true), text .. ": " .. message)
            assert.is_truthy(message:find("policy.lua:2:", 1, true), message)
        end
    end)

    it("takes nothing over that is no text, whatever a table answers at the second look", function()
        assert.same({ "a" }, cooldown.complete { major = 1, except = { 7, "a", {} } }.except)
        local loaded = load_policy [[{ api = 1, name = "p", cooldown = { major = "1d", except = setmetatable({}, { __index = function(_, i)
            return i < 3 and "x" or nil end }) } }]]
        assert.is_true(loaded == nil or loaded.cooldown.except == nil or type(loaded.cooldown.except[1]) == "string")
    end)
end)
