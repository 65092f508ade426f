--- What a platform team does before it ships a policy: check it, simulate it, test it, as commands.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local HOUR <const>, DAY <const> = stage.HOUR, stage.DAY
-- 2027-01-04 00:00 UTC, a Monday.
local START <const> = 1799020800

local work

before_each(function()
    work = stage.bare()
end)

after_each(stage.strike)

local function policy(...)
    return command.run("policy", ...)
end

local function write(name, text)
    command.write(work .. "/" .. name, text)
    return work .. "/" .. name
end

--- A policy that speaks once a day, whatever it is of.
local function daily()
    return write("daily.lua", 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "daily", extends = "default", '
        .. 'rules = { u.rule "security" { notify = u.never() }, u.rule "default" { notify = u.every "1d" } } }\n')
end

local function scenario(body)
    return write("scenario.lua", 'local u = require "upnudge"\nreturn u.scenario { api = 1, name = "s", ' .. body .. " }\n")
end

local function simulate(...)
    local result = policy("simulate", "--json", ...)
    assert.are.equal(0, result.code, result.err .. result.out)
    return cjson.decode(result.out)
end

describe("policy check", function()
    local FAULTY <const> = [[
local u = require "upnudge"
-- rules = "in a comment"
return u.policy {
  api = 1, extends = "defualt",
  ruels = {},
  strategy = "separate-lok",
  check = { every = "soon", timout = "5m" },
  text = u.text.summry,
  rules = {
    u.rule "a" { when = u.hours { fro = 9 }, quiet = "x" },
    u.rule "b" {
      notify = u.evry "1d",
      txt = "y",
    },
    u.rule "c" { notify = u.on { day = "Moon" } },
    u.rule "d" { notify = u.backoff { frist = 1 } },
    u.rule(5) { quiet = true },
  },
}
]]

    it("tells every mistake in one go, with line, caret and what would be right", function()
        local path = write("p.lua", FAULTY)
        local result = policy("check", path)
        assert.are.equal(1, result.code)
        for _, words in ipairs {
            "p.lua:3: policy has no 'name'",
            "p.lua:4: extends 'defualt', which is not there: there is no defualt.lua beside it",
            "and no ready-made policy of that name; did you mean 'default'?",
            "p.lua:5: policy has no key 'ruels'; did you mean 'rules'? (one of: api, ",
            "  ruels = {},\n      ^~~~~\n",
            "p.lua:6: no strategy 'separate-lok'; did you mean 'separate-lock'? (one of: ",
            "p.lua:7: check has no key 'timout'; did you mean 'timeout'?",
            "  check = { every = \"soon\", timout = \"5m\" },\n                                ^~~~~~\n",
            "p.lua:7: check.every: 'soon' is no duration; write 90s",
            "p.lua:8: u.text has no 'summry'; did you mean 'summary'?",
            "p.lua:10: hours: no key 'fro'; did you mean 'from'?",
            "p.lua:12: upnudge has no 'evry'; did you mean 'every'?",
            "p.lua:13: rule 'b' has no key 'txt'; did you mean 'text'?",
            "p.lua:15: on: 'Moon' is no day; one of: Mon, ",
            "p.lua:16: backoff: no key 'frist'; did you mean 'first'?",
            "p.lua:17: u.rule needs a name",
        } do
            assert.is_truthy(result.out:find(words, 1, true), words .. "\nis not in\n" .. result.out)
        end
    end)

    it("finds what only a function would have met", function()
        local path = write("p.lua", 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", rules = {\n'
            .. '  u.rule "a" { when = function(c) return c.result.securty > 0 end, notify = u.once() },\n'
            .. '  u.rule "b" { notify = u.always(), text = function() end },\n'
            .. '  u.rule "d" { notify = u.always(), text = function() return nil end },\n'
            .. '  u.rule "e" { notify = u.always(), text = "\\27[33mx" },\n'
            .. '  u.rule "c" { when = function() while true do end end, quiet = true },\n} }\n')
        local result = cjson.decode(policy("check", "--json", path).out)
        local file = result.files[1]
        assert.are.same({ path, false }, { file.file, file.ok })
        local messages = {}
        for i, mistake in ipairs(file.mistakes) do
            messages[i] = mistake.line .. ":" .. (mistake.column or "") .. ": " .. mistake.message
        end
        local all = table.concat(messages, "\n")
        assert.is_truthy(all:find("7.0:3.0: rule 'c': the policy ran too long", 1, true), all)
        write("p.lua", command.read(path):gsub("while true do end", "return false"))
        all = policy("check", path).out
        assert.is_truthy(all:find("p.lua:3: rule 'a': c.result has no field 'securty'; did you mean 'security'?", 1, true), all)
        assert.is_truthy(all:find("p.lua:4: rule 'b': its text never returned anything; is a return missing?", 1, true), all)
        assert.is_nil(all:find("rule 'd'", 1, true), all)
        assert.is_truthy(all:find("p.lua:6: rule 'e': its text has an escape of its own", 1, true), all)
    end)

    it("asks a policy of all environments about several, and about one", function()
        local text = 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", scope = "%s", rules = { u.rule "a" { notify = u.always(),\n'
            .. 'text = function(c)\nreturn c.result.environments[%s].name .. u.text.packages(c) end } } }\n'
        assert.equal(0, policy("check", write("p.lua", text:format("person", 1))).code)
        assert.equal(0, policy("check", write("p.lua", text:format("person", "#c.result.environments"))).code)
        assert.truthy(policy("check", write("p.lua", text:format("person", 2))).out:find("p.lua:4: ", 1, true))
        assert.truthy(policy("check", write("p.lua", text:format("environment", 1))).out:find("p.lua:4: ", 1, true))
    end)

    it("places errors of syntax, and finds the mistakes of a base", function()
        local broken = write("broken.lua", "return {\n  a = 1\n  b = 2,\n}\n")
        local result = policy("check", broken)
        assert.is_truthy(result.out:find("broken.lua:3: a comma is missing before 'b'\n      b = 2,\n      ^\n", 1,
            true), result.out)
        write("base.lua", 'local u = require "upnudge"\nreturn u.policy { api = 1, nam = "base" }\n')
        local path = write("p.lua", 'return require "upnudge".policy { api = 1, name = "p", extends = "base" }\n')
        assert.is_truthy(policy("check", path).out:find("base.lua:2: policy has no key 'nam'; did you mean 'name'?", 1, true))
        assert.are.equal(1, policy("check", work .. "/none.lua").code)
    end)

    it("finds every ready-made policy good", function()
        local result = command.shell '"$upnudge" policy check policies/*.lua'
        assert.are.equal(0, result.code, result.out)
    end)
end)

describe("policy reference", function()
    it("is the text of the documentation, and the types that are shipped", function()
        assert.are.equal(command.read "policies/REFERENCE.md", policy("reference").out)
        assert.are.equal(command.read "lua/upnudge/meta/policy.lua", policy("reference", "--types").out)
        assert.are.equal(command.read "lua/upnudge/meta/testing.lua", policy("reference", "--types", "testing").out)
    end)

    it("describes every key with a sentence", function()
        local schema = require "upnudge.language.schema"
        for _, keys in ipairs { schema.policy, schema.check, schema.rule, schema.format, schema.scenario, schema.release,
            schema.person, schema.package } do
            for name, key in pairs(keys) do
                assert.is_truthy(key.what:find "%.$", name)
                assert.is_truthy(command.read "policies/REFERENCE.md":find("| `" .. name .. "` |", 1, true), name)
            end
        end
    end)
end)

describe("policy simulate", function()
    -- One shell at 10:00 and one at 10:30 on each workday; curl comes out on Monday 09:00, a fix on Wednesday at noon.
    local PLAIN <const> = [[weeks = 2, installed = { curl = "8.9.0", openssl = "3.0.14" },
        releases = {
            { at = "2027-01-04 09:00", packages = { "curl" }, to = "8.10.1" },
            { at = "2027-01-06 12:00", packages = { "openssl" }, level = "patch", security = true },
        },
        people = { { from = 10, to = "10:01", shells = 40 }, { from = "10:30", to = "10:31", shells = 40 } }]]

    it("tells when people would be told, with rule, text and reason", function()
        local all = simulate(daily(), "security-first", "--scenario", scenario(PLAIN))
        assert.are.same({ 1, "s", 1, START, 2 }, { all.schema, all.scenario, all.seed, all.start, all.weeks })
        local default, first = all.policies[1], all.policies[2]
        -- The first shell starts the check; from 10:02 on there is a result, so 10:30 speaks; then once a day.
        assert.is_true(default.notices[1].at >= START + 10 * HOUR + 1800 and default.notices[1].at < START + 10 * HOUR + 1860)
        assert.are.same({ "default", false }, { default.notices[1].rule, default.notices[1].security })
        assert.are.equal("1 version change available in webshop.", default.notices[1].text:match "[^\n]+")
        assert.are.same({ 5, 5 }, default.per_week)
        assert.are.same({ 5, 10 }, { default.most_per_week, default.notices_total })
        -- Out on Wednesday at noon; the first shell is on Thursday at 10:00; that check finds it; said at 10:30.
        assert.are.equal("openssl", first.fixes[1].package)
        assert.are.equal(START + 2 * DAY + 12 * HOUR, first.fixes[1].at)
        assert.is_true(first.security_delay >= 1740 and first.security_delay <= 1860, first.security_delay)
        assert.are.equal(first.fixes[1].said_at - first.fixes[1].open_since, first.security_delay)
        local mondays = write("mondays.lua", 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "mondays", '
            .. 'extends = "weekly", rules = { u.rule "security" { notify = u.never() } } }\n')
        local all_week = simulate("weekly", mondays, "--scenario", work .. "/scenario.lua")
        assert.is_true(math.abs(all_week.policies[1].security_delay - first.security_delay) < 60)
        -- From Thursday's first shell to Monday's first after its check.
        local delay = all_week.policies[2].security_delay - 4 * DAY
        assert.is_true(delay >= 1740 and delay <= 1860, delay)
    end)

    it("waits as long as a cooldown says, but not with a fix", function()
        local path = write("p.lua", 'local u = require "upnudge" return u.policy { api = 1, name = "p", '
            .. 'cooldown = { patch = "7d", minor = "7d", major = "7d", from = "first_seen" }, '
            .. 'rules = { u.rule "r" { notify = u.once() } } }')
        local told = simulate(path, "--scenario", scenario(PLAIN)).policies[1]
        assert.equal(2, told.notices_total)
        local fix, curl = told.notices[1], told.notices[2]
        -- A check on Thursday at 10:00 finds the fix. The other was found on Monday at 10:02 to 10:03.
        assert.is_true(fix.security)
        assert.is_true(fix.at >= START + 3 * DAY + 10 * HOUR and fix.at < START + 3 * DAY + 11 * HOUR)
        assert.is_true(curl.at >= START + 7 * DAY + 10 * HOUR + 1800 and curl.at < START + 7 * DAY + 10 * HOUR + 1860)
        assert.matches("^1 security fix available", fix.text)
        assert.matches("^1 security fix and 1 other version change available", curl.text)
    end)

    it("tells news from what was told before, and how many shells passed by a fix", function()
        local path = daily()
        local all = simulate(path, "flox", "weekly", "--scenario", scenario(PLAIN))
        local each_day, flox, weekly = all.policies[1], all.policies[2], all.policies[3]
        -- curl on Monday and the fix on Thursday or, after a shell that came before its check, on Friday.
        local news = {}
        for _, notice in ipairs(each_day.notices) do
            news[#news + 1] = notice.news
        end
        assert.same({ 1, 0, 0 }, { news[1], news[2], news[3] })
        assert.same({ 10, 8, 8 }, { each_day.notices_total, each_day.repeated, each_day.too_soon })
        assert.equal(#flox.notices - 2, flox.repeated)
        assert.same({ 1, 1 }, { weekly.repeated, weekly.too_soon })
        assert.same({ 0, 0 }, { flox.passed, weekly.passed })
        assert.is_true(each_day.passed > 0)
        local brief = policy("simulate", path, "weekly", "--brief", "--scenario", work .. "/scenario.lua")
        assert.equal(0, brief.code)
        local rows = {}
        for line in brief.out:gmatch "[^\n]+" do
            rows[#rows + 1] = line:gsub("%s%s+", "|")
        end
        assert.matches("^policy|notices a week|at most|with news|repeated|within a week|news per notice|fix unsaid|working "
            .. "time|never said|shells it passed$", rows[2])
        assert.matches("daily.lua|5.0|5|2|8|8|0.2|", rows[3], 1, true)
        assert.equal(4, #rows)
    end)

    it("counts the notices of any seven days in a row, whichever weekday begins them", function()
        -- Every fourth day: from Thursday to Wednesday there are two, in each week of the calendar one or two.
        local path = write("p.lua", 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", rules = { u.rule "r" {'
            .. ' when = function(c) local day = (c.now // 86400) - 18631 return c.now >= %d end, notify = u.every "1d" } } }')
        path = write("p.lua", (command.read(path):gsub("local day = .- return ", "return "):format(START + 3 * DAY)))
        local all = simulate(path, "--weeks", 2, "--scenario", scenario [[installed = { curl = "1.0.0" },
            releases = { { at = "0s", packages = { "curl" } } }, people = { { from = 9, to = "9:10", shells = 40,
            day = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" }, away = { "2027-01-15 2027-01-17" } } }]]).policies[1]
        assert.same({ 4, 4 }, all.per_week)
        assert.equal(7, all.most_per_week)
    end)

    it("counts as told to people what people are shown, and what CI, agents and commands are apart", function()
        local path = write("p.lua", 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", rules = { u.rule "r" {'
            .. ' notify = u.always() } } }')
        local text = scenario [[installed = { curl = "1.0.0" },
            releases = { { at = "0s", packages = { "curl" }, security = true } }, people = {
            { shells = 10 }, { shells = 20, ci = true, tty = false }, { shells = 15, agent = "claude-code" },
            { shells = 12, mode = "command" }, { shells = 11, tty = false } }]]
        local told = simulate(path, "--weeks", 1, "--scenario", text).policies[1]
        local by = {}
        for _, notice in ipairs(told.notices) do
            by[notice.audience] = (by[notice.audience] or 0) + 1
        end
        assert.equal(by.person, told.notices_total)
        assert.equal(by.person, told.per_week[1])
        assert.equal(by.person, told.most_per_week)
        for _, audience in ipairs { "ci", "agent", "command", "unattended" } do
            local others = told.others[audience]
            assert.equal(by[audience], others.notices)
            assert.is_true(others.shells >= others.notices and others.notices > 20, audience)
        end
        assert.equal(0, #told.notices - by.person - by.ci - by.agent - by.command - by.unattended)
        local said = policy("simulate", path, "--weeks", 1, "--scenario", text).out
        for _, words in ipairs { "in CI", "of agents", "for a command", "without a terminal" } do
            assert.matches("p.lua: %d+ notices in %d+ shells " .. words, said)
        end
    end)

    it("never says of a fix that nobody heard of that it was said at the first shell", function()
        local fix = 'installed = { curl = "1.0.0" }, releases = { { at = "2d", packages = { "curl" }, security = true } }, '
        -- Only a machine is there.
        local robots = scenario(fix .. "people = { { shells = 30, ci = true, tty = false } }")
        local nobody = policy("simulate", "default", "--weeks", 2, "--scenario", robots)
        assert.equal(0, nobody.code)
        assert.truthy(nobody.out:find("nobody was told of 1 of 1 security fix", 1, true), nobody.out)
        assert.is_nil(nobody.out:find("first shell", 1, true))
        local course = simulate("default", "--weeks", 2, "--scenario", robots).policies[1]
        assert.same({ 1, 0 }, { course.unsaid, course.security_delay })
        assert.is_nil(course.fixes[1].said_at)
        local limited = policy("simulate", "default", "--weeks", 2, "--scenario", robots, "--max-security-delay", "1d")
        assert.equal(1, limited.code)
        assert.truthy(limited.err:find("tells nobody of 1 of 1 security fixes, for nobody watches", 1, true), limited.err)
        -- What comes out after the end is none.
        assert.same({}, simulate("default", "--weeks", 1, "--scenario", scenario('installed = { curl = "1.0.0" }, '
            .. 'releases = { { at = "7d", packages = { "curl" }, security = true } }')).policies[1].fixes)
        -- It is ignored, or too new, while something else is told.
        local other = scenario [[installed = { curl = "1.0.0", git = "1.0.0" }, people = { { shells = 30 } }, releases = {
            { at = "1d", packages = { "git" }, level = "major" }, { at = "2d", packages = { "curl" }, security = true } }]]
        local path = write("p.lua", 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", ignore = { "curl" }, '
            .. 'rules = { u.rule "r" { notify = u.every "1d" } } }')
        course = simulate(path, "--weeks", 1, "--scenario", other).policies[1]
        assert.is_true(course.notices_total >= 3)
        assert.equal(1, course.unsaid)
        assert.is_true(course.security_delay > 2 * DAY)
        for _, notice in ipairs(course.notices) do
            assert.is_false(notice.security)
        end
    end)

    it("takes what cools for news when it is told, and not when it was found", function()
        local path = write("p.lua", 'local u = require "upnudge" return u.policy { api = 1, name = "p", '
            .. 'cooldown = { minor = "7d", from = "first_seen" }, rules = { u.rule "r" { notify = u.every "1d" } } }')
        local course = simulate(path, "--weeks", 2, "--scenario", scenario [[installed = { curl = "1.0.0", git = "1.0.0" },
            releases = { { at = "0s", packages = { "git" }, level = "patch" },
                { at = "0s", packages = { "curl" }, level = "minor" } }, people = { { shells = 30 } }]]).policies[1]
        local news = {}
        for i, notice in ipairs(course.notices) do
            news[#news + 1] = notice.news > 0 and { i > 1 and (notice.at - START) // DAY >= 7, notice.news } or nil
        end
        assert.same({ { false, 1 }, { true, 1 } }, news)
    end)

    it("tells how much working time a fix stayed unsaid", function()
        local mondays = write("mondays.lua", 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "mondays", '
            .. 'extends = "weekly", rules = { u.rule "security" { notify = u.never() } } }\n')
        -- From Thursday's first shell, at 10, to Monday's first after its check: Thursday and Friday from 10 to 12, and
        -- half an hour of Monday; Saturday is a colleague's, but not in CI's hours.
        local course = simulate(mondays, "--scenario", scenario [[weeks = 2, installed = { curl = "1.0.0" },
            releases = { { at = "2027-01-06 12:00", packages = { "curl" }, security = true } },
            people = { { from = 10, to = "10:01", shells = 40 }, { from = "10:30", to = 12, shells = 40 },
                { day = "Sat", from = 8, to = 9, shells = 3 }, { from = 0, to = 24, shells = 3, ci = true } }]]).policies[1]
        local minutes = course.working_delay / 60
        assert.is_true(minutes >= 2 * 91 + 60 and minutes <= 2 * 91 + 60 + 10, minutes)
        assert.equal(course.working_delay, course.fixes[1].worked)
        assert.is_true(course.security_delay > 4 * DAY)
    end)

    it("begins checks where the hook of a prompt does", function()
        local function checks(person)
            return simulate("default", "--weeks", 1, "--scenario", scenario(
                'releases = { { at = "0s", packages = { "curl" } } }, people = { { shells = 30, ' .. person .. " } }"))
                .policies[1].checks
        end
        assert.equal(5, checks "")
        assert.equal(0, checks "ci = true")
        assert.equal(0, checks "tty = false")
        assert.equal(0, checks 'agent = "claude-code"')
        assert.equal(0, checks 'vars = { NO_UPDATE_NOTIFIER = "1" }')
        assert.equal(5, checks 'mode = "command"')
    end)

    it("tells how often each rule was asked and what it answered, and names those that had nothing to do", function()
        local path = write("p.lua", 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", rules = {\n'
            .. 'u.rule "ci" { when = function(c) return c.host.ci end, quiet = "CI" },\n'
            .. 'u.rule "weekly" { notify = u.every "7d" },\nu.rule "end" { quiet = "enough" },\n'
            .. 'u.rule "beyond" { notify = u.always() } } }\n')
        local course = simulate(path, "--coverage", "--weeks", 2).policies[1]
        local counts = {}
        for i, rule in ipairs(course.coverage) do
            counts[i] = { rule.rule, rule.line, rule.matched, rule.spoke, rule.silenced }
        end
        local asked, told = course.coverage[1].asked, course.notices_total
        assert.is_true(told > 0 and asked > told)
        assert.same({ { "ci", 3, 0, 0, 0 }, { "weekly", 4, asked, told, 0 }, { "end", 5, asked - told, 0, asked - told },
            { "beyond", 6, 0, 0, 0 } }, counts)
        assert.is_nil(simulate(path, "--weeks", 2).policies[1].coverage)
        local said = policy("simulate", path, "--brief", "--coverage", "--weeks", 2).out
        for _, words in ipairs { "asked  matched  spoke  silent  waited\n", "rule 'beyond' was never asked (" .. path .. ":6)",
            "rule 'ci' never matched (" .. path .. ":3)" } do
            assert.truthy(said:find(words, 1, true), said)
        end
        assert.matches(("\nweekly +%d +%d +%d +0 +%d\n"):format(asked, asked, told, asked - told), said)
    end)

    it("spreads figures over many seeds: the median, the least and the most", function()
        local path = scenario('weeks = 2, installed = { curl = "1.0.0" }, people = { { shells = 4 } }, releases = { '
            .. '{ every = "2d", packages = { "curl" }, security = 0.5 } }')
        local spread = simulate("default", "--scenario", path, "--seeds", "1-4").policies[1]
        local told, unsaid = {}, {}
        for seed = 1, 4 do
            local one = simulate("default", "--scenario", path, "--seed", seed).policies[1]
            told[seed], unsaid[#unsaid + 1] = one.notices_total / 2, one.fixes[1] and one.unsaid or nil
            assert.same({ seed, told[seed], one.most_per_week }, { spread.seeds[seed].seed,
                spread.seeds[seed].figures.notices_per_week, spread.seeds[seed].figures.most_per_week })
        end
        table.sort(told)
        table.sort(unsaid)
        assert.is_true(told[1] < told[4])
        assert.same({ median = (told[2] + told[3]) / 2, least = told[1], most = told[4] }, spread.figures.notices_per_week)
        assert.same({ unsaid[1], unsaid[#unsaid] }, { spread.figures.unsaid.least, spread.figures.unsaid.most })
        assert.equal(3, #simulate("default", "--scenario", path, "--seeds", "9,1,4").seeds)
        local said = policy("simulate", "default", "--scenario", path, "--seeds", "1-4", "--max-per-week", 0).err
        assert.matches("default speaks %d times in a week; at most 0 are wanted %(%d of 4 seeds%)", said)
        local table_of = policy("simulate", "default", "--scenario", path, "--seeds", "1-4")
        assert.equal(0, table_of.code)
        assert.truthy(table_of.out:find(("%.1f (%.1f–%.1f)"):format((told[2] + told[3]) / 2, told[1], told[4]), 1, true),
            table_of.out)
        for _, wrong in ipairs { "5-3", "1-2000", "x", ",", "1,,2", "-3" } do
            local result = policy("simulate", "default", "--seeds=" .. wrong)
            assert.same({ 2, true }, { result.code, result.err:find("is no list of seeds", 1, true) ~= nil }, wrong)
        end
        assert.equal(2, policy("simulate", "default", "--seeds", "1-2", "--svg", work .. "/x.svg").code)
    end)

    it("is the same for the same seed, and another for another", function()
        local a, b = policy("simulate", "default", "team", "--json", "--seed", 7), policy("simulate", "default", "team", "--json",
            "--seed", 7)
        assert.are.equal(a.out, b.out)
        assert.are_not.equal(a.out, policy("simulate", "default", "team", "--json", "--seed", 8).out)
    end)

    it("has the same shells for every policy, and silence under CI and on days off", function()
        local all = simulate("stateless-hint", "flox", "--weeks", 1, "--scenario", scenario [[
            releases = { { at = "0s", packages = { "curl" } } },
            people = { { shells = 20, away = { "2027-01-06 2027-01-07" } }, { shells = 30, ci = true, tty = false } }]])
        local days = {}
        for i, notice in ipairs(all.policies[1].notices) do
            days[(notice.at - START) // DAY] = true
            assert.are.equal(notice.at, all.policies[2].notices[i].at)
        end
        assert.are.same({ [0] = true, [1] = true, [4] = true }, days)
    end)

    it("has no notices for agents, nor checks of theirs, unless a policy wants that", function()
        local path = write("p.lua", 'return require "upnudge".policy { api = 1, name = "p", extends = "flox", '
            .. 'check = { agents = true } }')
        local all = simulate("stateless-hint", "flox", path, "--weeks", 1, "--scenario", scenario [[
            releases = { { at = "0s", packages = { "curl" } } }, people = { { shells = 20, agent = "claude-code" } }]])
        assert.same({ 0, 0, true }, { #all.policies[1].notices, #all.policies[2].notices,
            #all.policies[3].notices > 0 })
    end)

    it("has people who differ by session, name, machine, variables and what their host says", function()
        local path = write("p.lua", [[local u = require "upnudge"
            return u.policy { api = 1, name = "p", reads = { "SHARING" }, rules = { u.rule "r" { notify = u.always(),
                text = function(c) return table.concat({ c.host.session, c.host.user, c.host.machine,
                    c.host.vars.SHARING or "-", c.host.attributes.team or "-" }, " ") end } } }]])
        local all = simulate(path, "--weeks", 1, "--scenario", scenario [[
            releases = { { at = "0s", packages = { "curl" } } }, people = {
                { from = 9, to = 12, shells = 20 },
                { from = 12, to = 15, shells = 20, session = "day", user = "ada", machine = "box" },
                { from = 15, to = 18, shells = 20, vars = { SHARING = "1" }, attributes = { team = "web" } } }]])
        local sessions, users, machines, rest, each = {}, {}, {}, {}, {}
        for _, notice in ipairs(all.policies[1].notices) do
            local person = (notice.at % DAY // HOUR - 9) // 3 + 1
            each[person] = each[person] or { count = 0, sessions = 0 }
            each[person].count = each[person].count + 1
            local session, user, machine, more = notice.text:match "^(%x+) (%x+) (%x+) (.*)$"
            each[person].sessions = each[person].sessions + (sessions[session] and 0 or 1)
            sessions[session], users[user], machines[machine], rest[more] = true, true, true, true
        end
        assert.same({ ["- -"] = true, ["1 web"] = true }, rest)
        local function count(set)
            local found = 0
            for _ in pairs(set) do
                found = found + 1
            end
            return found
        end
        assert.same({ 3, 2 }, { count(users), count(machines) })
        for person, shells in ipairs { each[1].count, 5, each[3].count } do
            assert.is_true(each[person].count > 5)
            assert.equal(shells, each[person].sessions)
        end
    end)

    it("asks a silent policy again when its answer may be another: at an hour, in another session", function()
        local one = [[releases = { { at = "0s", packages = { "curl" } } }, people = { { from = 9, to = 15, shells = 40 } }]]
        local function notices(when)
            local path = write("p.lua", ([[local u = require "upnudge"
                return u.policy { api = 1, name = "p", rules = { u.rule "no" { when = %s, quiet = "no" },
                    u.rule "yes" { notify = u.always() } } }]]):format(when))
            local times = {}
            for i, notice in ipairs(simulate(path, "--weeks", 1, "--scenario", scenario(one)).policies[1].notices) do
                times[i] = notice.at
            end
            return times
        end
        local all, afternoon = notices "u.hours { from = 0, to = 6 }", notices "u.hours { from = 6, to = 12 }"
        local late = {}
        for _, at in ipairs(all) do
            late[#late + 1] = at % DAY >= 12 * HOUR and at or nil
        end
        assert.is_true(#late > 20)
        assert.same(late, afternoon)
        local chosen = #notices 'function(c) return c.host.session:find "^[0-7]" ~= nil end'
        assert.is_true(chosen > #all // 4 and chosen < #all * 3 // 4, chosen)
    end)

    it("lets people upgrade, which ends the news", function()
        local all = simulate("default", "--weeks", 1, "--scenario", scenario [[
            releases = { { at = "0s", packages = { "curl" } } },
            people = { { shells = 40, upgrades = "1h" } }]])
        assert.are.equal(1, all.policies[1].notices_total)
        assert.are.same({ all.policies[1].notices[1].at + HOUR }, all.policies[1].upgrades)
    end)

    it("gives people several environments, of which they are told one by one or all at once", function()
        local body = 'weeks = 2, installed = { curl = "1.0.0" }, people = { { shells = 6 } }, '
            .. 'releases = { { at = "2h", packages = { "curl" }, security = true } }'
        local ours = write("one.lua", 'return require "upnudge".policy { api = 1, name = "one", extends = "default", scope = "person" }\n')
        local alone = simulate("default", "--scenario", scenario(body)).policies[1]
        local several = simulate("default", ours, "--scenario", scenario(body .. ", environments = 10"))
        local each, together = several.policies[1], several.policies[2]
        assert.is_true(#each.notices > 2 * #alone.notices, #each.notices)
        assert.is_true(#together.notices <= #alone.notices + 1, #together.notices)
        assert.equal(0, #each.faults + #together.faults)
        local text = together.notices[#together.notices].text
        assert.truthy(text:find("^Updates available in %d+ environments: webshop 1 %(1 security%), webshop%-%d+ 1 "), text)
        assert.is_true(together.security_delay <= each.security_delay)
        local news = 0
        for _, notice in ipairs(together.notices) do
            news = news + notice.news
            assert.is_true(notice.security)
        end
        assert.equal(text:match "in (%d+)", ("%d"):format(news))
        assert.same(each, simulate("default", "--scenario", scenario(body .. ", environments = 10")).policies[1])
        for _, wrong in ipairs { "0", "65", "0/0" } do
            local result = policy("simulate", "default", "--scenario", scenario("environments = " .. wrong))
            assert.equal(1, result.code)
            assert.truthy(result.err:find("environments", 1, true), result.err)
        end
    end)

    it("fails a team's limits, and only those", function()
        local path = scenario(PLAIN)
        local function code(...)
            return policy("simulate", "--scenario", path, ...).code
        end
        local each_day = daily()
        assert.are.equal(0, code(each_day, "--max-per-week", 5))
        assert.are.equal(1, code(each_day, "--max-per-week", 4))
        assert.are.equal(0, code("default", "--max-per-week", 3))
        assert.are.equal(0, code("security-first", "--max-security-delay", "1h"))
        assert.are.equal(1, code(each_day, "--max-security-delay", "20m"))
        local mondays = write("mondays.lua", 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "mondays", '
            .. 'extends = "weekly", rules = { u.rule "security" { notify = u.never() } } }\n')
        assert.are.equal(0, code("default", "weekly", "--max-security-delay", "1d"))
        assert.are.equal(1, code("default", mondays, "--max-security-delay", "1d"))
        local said = policy("simulate", each_day, "--scenario", path, "--max-per-week", 4, "--max-security-delay", "20m").err
        assert.is_truthy(said:find("daily.lua speaks 5 times in a week; at most 4 are wanted", 1, true), said)
        assert.is_truthy(said:find("daily.lua leaves a security fix unsaid for", 1, true), said)
    end)

    it("draws a calendar and a picture", function()
        local path = work .. "/out.svg"
        local names = scenario [[weeks = 1, releases = { { at = "0s", packages = { "<b>&\27[2J" }, security = true } }]]
        local result = policy("simulate", daily(), "weekly", "--scenario", names, "--svg", path)
        assert.are.equal(0, result.code, result.err)
        assert.is_truthy(result.out:find("Mo  Tu  We  Th  Fr  Sa  Su  sum", 1, true), result.out)
        assert.is_truthy(result.out:find("2027%-01%-04  1!  1!  1!  1!  1!  %.   %.   5 "), result.out)
        local picture = command.read(path)
        assert.is_truthy(picture:find "^<svg xmlns=")
        assert.is_truthy(picture:find("rule default: ", 1, true))
        assert.is_truthy(picture:find("&lt;b&gt;&amp;", 1, true))
        assert.is_nil(picture:find "[%z\1-\9\11-\31]")
        local valid = command.shell("python3 -c 'import sys, xml.dom.minidom as m; d = m.parse(sys.argv[1]); "
            .. "print(len([e for e in d.getElementsByTagName(\"path\") if e.getAttribute(\"class\") == \"f\"]))' %s", path)
        -- Five notices of the one policy, that of the other, and the one that says what they are.
        assert.are.equal("7\n", valid.out, valid.err)
        assert.are.equal(1, policy("simulate", "default", "--svg", work .. "/no/out.svg").code)
    end)

    it("takes the record of a real environment", function()
        local env, state = work .. "/env", work .. "/state"
        command.shell("mkdir %s", env)
        command.write(env .. "/package-lock.json", '{"lockfileVersion":3,"packages":{"node_modules/curl":{"version":"1.0.0"}}}')
        local new = write("new.json", '{"lockfileVersion":3,"packages":{"node_modules/curl":{"version":"2.0.0"}}}')
        assert.are.equal(1, policy("simulate", "default", "--scenario", env, "--state-dir", state).code)
        command.write(work .. "/security", "curl\n")
        command.run("check", env, "--state-dir", state, "--new", new, "--security", work .. "/security")
        local function sums()
            return command.shell("find %s -type f -exec md5sum {} + | sort", state).out
        end
        local before = sums()
        local all = simulate("major-only", "--weeks", 1, "--scenario", env, "--state-dir", state)
        assert.are.equal(before, sums())
        assert.are.equal("1 major: 1 security fix available in env.",
            all.policies[1].notices[1].text:match "[^\n]+")
        assert.are.same({ 1, "curl" }, { all.policies[1].notices_total, all.policies[1].fixes[1].package })
    end)

    it("tells what is wrong with a scenario or a policy, with its place", function()
        for body, words in pairs {
            ["peple = {}"] = "scenario.lua:2: scenario has no key 'peple'; did you mean 'people'?",
            ["people = { { shels = 1 } }"] = "scenario.lua:2: people[1] has no key 'shels'; did you mean 'shells'?",
            ["people = { { day = \"Moon\" } }"] = "people[1]: 'Moon' is no day",
            ["people = { { shells = 1e9 } }"] = "people[1]: shells is from 0 to 500",
            ["people = { { away = { \"x\" } } }"] = "people[1]: away: 'x' is no time",
            ["people = { { session = \"week\" } }"] = "people[1]: session 'week' is none; one of: shell, day",
            ["people = { { attributes = { [\"a b\"] = \"c\" } } }"] = "people[1]: attributes is something else than a table",
            ["people = { { vars = { a = 1 } } }"] = "people[1]: vars is a table of texts by name",
            ["releases = { { packages = { \"a\" } } }"] = "releases[1] needs either at or every",
            ["releases = { { at = \"1d\", packages = {} } }"] = "releases[1] names no packages",
            ["releases = { { every = \"1s\", packages = { \"a\" } } }"] = "releases[1]: every is an hour at least",
            ["releases = { { at = \"1d\", level = \"x\", packages = { \"a\" } } }"] = "level 'x' is none",
            ["installed = { curl = \"1\" }, releases = { { at = \"1d\", packages = { \"culr\" } } }"] =
                "releases[1]: 'culr' is not among what is installed; did you mean 'curl'?",
            ["start = \"soon\""] = "start: 'soon' is no time",
            ["weeks = 1000"] = "weeks: from 1 to 104",
            ["utc_offset = \"east\""] = "utc_offset 'east' is none",
            ["installed = { a = 1 }"] = "installed: 'a' has no version as a text",
        } do
            local result = policy("simulate", "default", "--scenario", scenario(body))
            assert.are.equal(1, result.code, body)
            assert.is_truthy(result.err:find(words, 1, true), result.err)
        end
        local hostile = write("h.lua", "while true do end")
        assert.is_truthy(policy("simulate", "default", "--scenario", hostile).err:find "ran too long")
        local faulty = write("p.lua", 'return require "upnudge".policy { api = 1, name = "p", ruels = {} }\n')
        assert.is_truthy(policy("simulate", faulty).err:find("p.lua:1: policy has no key 'ruels'", 1, true))
        assert.is_truthy(policy("simulate", "defult").err:find("did you mean 'default'", 1, true))
        assert.is_truthy(policy("simulate", "default", "--scenario", "develper").err:find("did you mean 'developer'", 1, true))
        assert.are.equal(2, policy("simulate").code)
    end)

    it("counts it as a failure when a policy fails on the way", function()
        local path = write("p.lua", 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", extends = "default", '
            .. 'rules = {\n  u.rule "x" { when = function(c) return c.env.nam end, quiet = true },\n} }\n')
        local result = policy("simulate", path, "--weeks", 1)
        assert.are.equal(1, result.code)
        assert.is_truthy(result.err:find("p.lua:3: rule 'x': c.env has no field 'nam'; did you mean 'name'?", 1, true), result.err)
    end)

    it("leaves nothing behind", function()
        local function worlds()
            return command.shell("ls -d /dev/shm/*.upnudge /tmp/*.upnudge 2>/dev/null").out
        end
        local before = worlds()
        simulate("default", "simple", "stateless-hint", "--weeks", 1)
        -- Somebody else who simulates at the same time leaves nothing either, a moment later.
        for name in worlds():gmatch "[^\n]+" do
            if not before:find(name, 1, true) then
                stage.await(name .. " to go", function()
                    return command.shell("test -e %s", name).code ~= 0
                end)
            end
        end
    end)
end)

describe("policy test", function()
    it("runs a team's specs in ten lines each", function()
        write("policy.lua", 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", extends = "default", '
            .. 'rules = { u.rule "default" { notify = u.every "3d" } } }\n')
        command.shell("mkdir %s/spec", work)
        local spec = ([[
local testing = require "upnudge.testing"

it("speaks every three days", function()
  local world <close> = testing.world { policy = "%s/policy.lua", now = "2027-01-15 10:00" }
  world:release("curl", "8.10.1"):check()
  assert.is_true(world:activate().notify)
  assert.is_false(world:advance "71h":activate().notify)
  assert.is_true(world:advance "1h":activate().notify)
end)
]]):format(work)
        command.write(work .. "/spec/ours_spec.lua", spec)
        local good = policy("test", work .. "/spec")
        assert.are.equal(0, good.code, good.out .. good.err)
        assert.is_truthy(good.out:find "1 success / 0 failures", good.out)
        command.write(work .. "/spec/ours_spec.lua", (spec:gsub("71h", "73h")))
        assert.are.equal(1, policy("test", work .. "/spec").code)
        command.write(work .. "/spec/ours_spec.lua", "this is no Lua")
        assert.are_not.equal(0, policy("test", work .. "/spec").code)
    end)

    it("knows when a package came out, and how far what is installed is behind", function()
        local guide = command.read(command.root .. "/policies/README.md")
        local aged = assert(guide:match "```lua\n(%-%- ~/%.config/upnudge/aged%.lua\n.-)```")
        write("aged.lua", aged)
        local world <close> = require "upnudge.testing".world { policy = work .. "/aged.lua", now = "2027-01-15 10:00" }
        world:release("curl", "8.9.0"):check()
        assert.is_nil(world:activate().text:find("behind", 1, true))
        world:upgrade():advance "10d":release("curl", "8.10.0"):advance "10d":release("curl", "8.10.0"):check()
        assert.equal("curl is 10 days behind", world:activate().text:match "\n(.-)\n")
        assert.is_false(world:advance "25h":activate().notify)
        world:advance "90d":release("curl", "8.11.0"):check()
        local decision = world:activate()
        assert.same({ "far behind", "curl is 111 days behind" }, { decision.rule, decision.text:match "\n(.-)\n" })
        assert.is_true(world:advance "25h":activate().notify)
    end)

    it("does not take no test for success", function()
        local result = policy("test", work)
        assert.are.equal(1, result.code)
        assert.is_truthy(result.err:find "no file NAME_spec.lua there")
    end)
end)
