--- Environments and machines of scenarios: each has its own packages, checks and notices.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local work

before_each(function()
    work = stage.bare()
end)

after_each(stage.strike)

local function write(name, text)
    command.write(work .. "/" .. name, text)
    return work .. "/" .. name
end

local function scenario(body)
    return write("scenario.lua", 'local u = require "upnudge"\nreturn u.scenario { api = 1, name = "s", weeks = 2, '
        .. body .. " }\n")
end

local function simulate(policy, body)
    local result = command.run("policy", "simulate", "--json", policy, "--scenario", scenario(body))
    assert.equal(0, result.code, result.err .. result.out)
    return cjson.decode(result.out).policies[1]
end

--- How many notices each had.
local function counted(notices, key)
    local counts = {}
    for _, notice in ipairs(notices) do
        counts[notice[key]] = (counts[notice[key]] or 0) + 1
    end
    return counts
end

local THREE <const> = [[environments = {
        { name = "site", path = "/home/me/work/site", format = "npm",
            installed = { lodash = "4.17.20", jest = { version = "29.0.0", group = "dev" } } },
        { name = "engine", path = "/home/me/work/engine", format = "cargo", installed = { serde = "1.0.0" } },
        { name = "notes", installed = { curl = "8.9.0", lodash = "1.0.0" } },
    }, ]]

describe("the environments of a scenario", function()
    it("have a name, a place, a format and packages of their own, by which rules may go", function()
        local policy = write("p.lua", [[local u = require "upnudge"
            return u.policy { api = 1, name = "p", rules = { u.rule "work" {
                when = u.in_environment { path = "/home/*/work/*", format = { "npm", "cargo" } }, notify = u.every "1d",
                text = function(c) return c.env.path .. " " .. c.env.format .. ":" .. u.text.packages(c) end } } }]])
        local course = simulate(policy, THREE .. [[releases = { { at = "2h", packages = { "lodash", "serde", "curl" } } },
            people = { { shells = 20 } }]])
        local counts = counted(course.notices, "environment")
        assert.is_true(counts.site > 3 and counts.engine > 3)
        assert.is_nil(counts.notes)
        for _, notice in ipairs(course.notices) do
            local where, package = "/home/me/work/engine cargo:", "serde"
            if notice.environment == "site" then
                where, package = "/home/me/work/site npm:", "lodash"
            end
            assert.equal(where, notice.text:sub(1, #where))
            assert.truthy(notice.text:find(package, 1, true), notice.text)
        end
        local all = simulate("default", THREE .. [[releases = { { at = "2h", packages = { "lodash", "serde", "curl" } } },
            people = { { shells = 20 } }]])
        assert.same({ site = 2, engine = 2, notes = 2 }, counted(all.notices, "environment"))
    end)

    it("are those that a person works in, and for which something comes out", function()
        local course = simulate("default", THREE .. [[releases = {
                { at = "2h", packages = { "lodash" }, environments = "site", security = true } },
            people = { { shells = 20, environments = { "engine", "notes" } }, { shells = 20, environments = "site" } }]])
        local counts = counted(course.notices, "environment")
        assert.same({ "site" }, { next(counts), next(counts, (next(counts))) })
        for _, notice in ipairs(course.notices) do
            assert.equal(2, notice.person)
        end
        assert.equal(1, #course.fixes)
    end)

    it("are told from mistakes", function()
        local function told(body)
            local result = command.run("policy", "simulate", "default", "--scenario", scenario(body))
            assert.equal(1, result.code, body)
            return result.err
        end
        for body, words in pairs {
            ['environments = { { nme = "a" } }'] = "environments[1] has no key 'nme'; did you mean 'name'?",
            ['environments = { { path = "/a" } }'] = "environments[1] needs a name",
            ['environments = { { name = "a", path = "b" } }'] = "environments[1]: path 'b' is not absolute",
            ['environments = { { name = "a", format = "nmp" } }'] =
                "environments[1]: format 'nmp' is none of these; did you mean 'npm'?",
            ['environments = { { name = "a" }, { name = "a" } }'] = "environments: there are two 'a'",
            ['environments = { { name = "a", path = "/b" }, { name = "c", path = "/b" } }'] = "there are two '/b'",
            ['environments = { { name = "b", path = "/home/me/a" }, { name = "a" } }'] = "there are two '/home/me/a'",
            ['environments = { { name = "a", installed = { b = 1 } } }'] = "environments[1]: installed: b has a number",
            ['environments = { { name = "a", format = "cargo", installed = { b = { version = "1", group = "c" } } } }'] =
                "no lockfile of the format cargo tells 'group'",
            ['installed = { b = { versoin = "1" } }'] = "did you mean 'version'?",
            ["environments = {}"] = "environments: from 1 to 64",
            [THREE .. 'people = { { environments = "sites" } }'] =
                "people[1]: there is no environment 'sites'; did you mean 'site'?",
            [THREE .. "people = { { environments = {} } }"] = "people[1]: environments names none",
            [THREE .. 'releases = { { at = "1d", packages = { "curl" }, environments = "site" } }'] =
                "releases[1]: 'curl' is not among what is installed",
            [THREE .. 'releases = { { at = "1d", packages = { "curl" }, environments = "sites" } }'] =
                "releases[1]: there is no environment 'sites'; did you mean 'site'?",
        } do
            local err = told(body)
            assert.truthy(err:find(words, 1, true), err)
        end
    end)
end)

describe("the machines of a scenario", function()
    local RELEASE <const> = [[installed = { curl = "8.9.0" }, releases = { { at = "1h", packages = { "curl" } } }, ]]
    local TWO <const> = RELEASE .. [[people = { { user = "ada", machine = "desk", shells = 20 },
        { user = "ada", machine = "lap", shells = 20 }, { user = "bob", machine = "tower", shells = 20 } }]]

    local function speaks(cadence, more)
        return write("p.lua", ('local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", %s '
            .. 'rules = { u.rule "r" { notify = u.%s } } }\n'):format(more or "", cadence))
    end

    it("check and remember by themselves", function()
        local course = simulate(speaks "once()", TWO)
        assert.same({ desk = 1, lap = 1, tower = 1 }, counted(course.notices, "machine"))
        local alone = simulate(speaks "once()", RELEASE .. "people = { { shells = 20 }, { shells = 20 } }")
        assert.same({ 1, nil }, { #alone.notices, alone.notices[1].machine })
        assert.is_true(course.checks > 2 * alone.checks, course.checks)
    end)

    it("remember together where a database does, as `per` says", function()
        local function told(per)
            return #simulate(speaks("once()", 'strategy = "database", ' .. per), TWO).notices
        end
        assert.same({ 2, 2, 1, 3 }, { told "", told 'per = "user",', told 'per = "team",', told 'per = "machine",' })
    end)

    it("are upgraded one by one, and a notice of all environments is of one of them", function()
        local course = simulate(speaks [[every "1d"]], RELEASE .. [[people = { { machine = "a", shells = 20, upgrades = "1h" },
            { machine = "b", shells = 20 } }]])
        local counts = counted(course.notices, "machine")
        assert.equal(1, counts.a)
        assert.is_true(counts.b > 3)
        local all = simulate(speaks([[every "1d"]], 'scope = "person",'), RELEASE .. [[environments = 3,
            people = { { machine = "a", shells = 30 }, { machine = "b", shells = 30 } }]])
        for _, notice in ipairs(all.notices) do
            local several = notice.text:match "in (%d+) environments"
            assert.is_true(several == nil or tonumber(several) <= 3, notice.text)
        end
        local both = counted(all.notices, "machine")
        assert.is_true(both.a > 3 and both.b > 3)
    end)
end)
