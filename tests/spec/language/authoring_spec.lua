--- What authors of policies have at hand: schedules, backoff, catalogues, snooze, ignored packages,
--- security fixes.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"
local policy = require "upnudge.policy"
local testing = require "upnudge.testing"

local NOW <const>, HOUR <const>, DAY <const> = stage.NOW, stage.HOUR, stage.DAY
local MONDAY <const> = NOW + 3 * DAY

local work

before_each(function()
    work = stage.bare()
end)

after_each(stage.strike)

local function load_policy(body, offset)
    return policy.load({ name = "p", path = stage.policy(body, "p") }, { look_up = function(what)
        return what == "utc_offset" and (offset or 0) or { { name = "curl", kind = "upgraded", from = "1", to = "2" },
            { name = "git", kind = "upgraded", from = "3", to = "4", security = true } }
    end })
end

local function ask(loaded, now, history, result, host)
    local counts = { total = 3, versions = 2, rebuilds = 1, changed = 0, added = 0, removed = 0, major = 1, minor = 1,
        patch = 0, security = 0, fingerprint = "f", since = 1, checked_at = now }
    for key, value in pairs(result or {}) do
        counts[key] = value
    end
    local facts = { app = "t", tty = true, ci = false, system = "x", mode = "activate", active = false }
    for key, value in pairs(host or {}) do
        facts[key] = value
    end
    return assert(loaded.vm:call("evaluate", now, { name = "webshop", path = "/srv/webshop" }, counts, history or {}, facts))
end

local function cadence(text, offset)
    return assert(load_policy(('{ api = 1, name = "p", text = "x", rules = { u.rule "r" { notify = %s } } }'):format(text),
        offset))
end

describe("the numbers of a context", function()
    local function text(body, history, result)
        local p = assert(load_policy(('{ api = 1, name = "p", rules = { u.rule "r" { notify = u.always(), text = function(c) %s end } } }')
            :format(body)))
        return ask(p, NOW, history, result).text
    end

    it("are integers, whatever a record has made of them", function()
        local _, env = stage.set()
        command.must('printf curl >"$work/fixes"; "$upnudge" check "$env" --state-dir "$state" --security "$work/fixes" -- cat "$new"')
        for _, key in ipairs { "", 'scope = "person",', 'ignore = { "git*" },', 'cooldown = "1s",', 'strategy = "simple",' } do
            local path = stage.policy([[{ api = 1, name = "p", ]] .. key .. [[ rules = { u.rule "r" { notify = u.always(), text = function(c)
                local seen = {}
                for _, of in ipairs { c, c.result, c.history, c.history.rules.r, c.result.packages[1], c.host } do
                    for name, value in pairs(of) do
                        if type(value) == "number" then seen[#seen + 1] = name .. "=" .. tostring(value) end
                    end
                end
                return table.concat(seen, " ")
            end } } }]])
            for _ = 1, 2 do
                local said = command.run("notify", env, "--state-dir", command.variables.work .. "/state", "--policy", path, "--tty").err
                assert.is_truthy(said:find("total=%d+ ") and said:find("security_since=%d+ "), key .. said)
                assert.is_nil(said:match "=%d*[^%d%s]%S*", key .. said)
            end
        end
    end)

    it("tell how often this very result was shown", function()
        local body = 'return ("%s %s"):format(c.history.times, c.history.rules.r.times)'
        local function told(shown, times, rules)
            return text(body, { last_notified = NOW - 60, shown = shown, times = times, rules = rules })
        end
        assert.equal("nil nil", text(body))
        assert.equal("3 3", told("f", 3))
        assert.equal("0 0", told("other", 3))
        assert.equal("1 1", told "f")
        assert.equal("0 2", told("other", 3, { r = { last_notified = NOW - 60, shown = "f", times = 2 } }))
        assert.equal("2 0", told("f", 2, { r = { last_notified = NOW - 60, shown = "other", times = 5 } }))
    end)
end)

describe("u.on", function()
    it("speaks on its day from its hour on, once", function()
        local p = cadence 'u.on { day = "Mon", from = 9 }'
        assert.is_false(ask(p, MONDAY, { last_notified = MONDAY - 7 * DAY + HOUR }).notify)
        assert.are.equal(MONDAY + HOUR, ask(p, MONDAY, { last_notified = MONDAY - 7 * DAY + HOUR }).next_at)
        assert.is_true(ask(p, MONDAY + HOUR, { last_notified = MONDAY - 7 * DAY + HOUR }).notify)
        local said = ask(p, MONDAY + 5 * HOUR, { last_notified = MONDAY + HOUR })
        assert.is_false(said.notify)
        assert.are.equal(MONDAY + 7 * DAY + HOUR, said.next_at)
    end)

    it("catches a missed day up, within its hours", function()
        local p = cadence 'u.on { day = "monday", from = 9, to = "17:30" }'
        local before = { last_notified = MONDAY - 7 * DAY + HOUR }
        assert.is_true(ask(p, MONDAY + 2 * DAY + 2 * HOUR, before).notify)
        local late = ask(p, MONDAY + 12 * HOUR, before)
        assert.are.same({ false, "outside its hours", MONDAY + DAY + HOUR }, { late.notify, late.reason, late.next_at })
        assert.is_true(ask(p, MONDAY + 9 * HOUR + 1799, before).notify)
        assert.is_false(ask(p, MONDAY + 9 * HOUR + 1800, before).notify)
    end)

    it("goes by the clock on the user's wall", function()
        local p = cadence('u.on { day = { "Mon", "Thu" }, from = 9 }', 5 * HOUR)
        local before = { last_notified = MONDAY - 2 * DAY }
        assert.is_false(ask(p, MONDAY - 4 * HOUR - 1, before).notify)
        assert.is_true(ask(p, MONDAY - 4 * HOUR, before).notify)
        assert.is_true(ask(p, MONDAY + 3 * DAY - 4 * HOUR, { last_notified = MONDAY }).notify)
    end)

    it("takes every day when none is named", function()
        local p = cadence "u.on { from = 9 }"
        assert.is_true(ask(p, NOW + HOUR, { last_notified = NOW - DAY + 2 * HOUR }).notify)
        assert.is_false(ask(p, NOW + 2 * HOUR, { last_notified = NOW + HOUR }).notify)
    end)

    it("refuses what is no day and no hour", function()
        for text, words in pairs { ['u.on { day = "Moon" }'] = "'Moon' is no day", ["u.on { from = 25 }"] = "'25' is no hour",
            ['u.on { to = "9:75" }'] = "is no hour", ["u.on { dya = 1 }"] = "did you mean 'day'", ["u.on()"] = "a table",
            ["u.on { day = {} }"] = "no day is named", ["u.backoff { factor = 0 }"] = "factor is a number",
            ["u.backoff { factor = 1001 }"] = "factor is a number from 1 to 1000", ['u.backoff { factor = "2" }'] = "'factor' is a string",
            ["u.backoff { factor = 0 / 0 }"] = "factor is", ["u.backoff { frist = 1 }"] = "no key 'frist'; did you mean 'first'?",
            ['u.backoff { first = "x" }'] = "is no duration", ["u.hours { at = 1 }"] = "no key 'at'",
            ["u.hours { own = true }"] = "no key 'own'", ['u.every("1d", { onw = true })'] = "every: no key 'onw'; did you mean 'own'?",
            ["u.once { own = 1 }"] = "once: 'own' is a number; expected true or false", ['u.every("1d", 5)'] = "options are a table",
            ['u.on { catch_up = "no" }'] = "on: 'catch_up' is a string", ['u.on { fresh = "soon" }'] = "on: fresh: 'soon' is no duration",
            ["u.on { fersh = false }"] = "did you mean 'fresh'?", ["u.on { fresh = {} }"] = "'fresh' is a table" } do
            local loaded, message = load_policy(('{ api = 1, name = "p", rules = { u.rule "r" { notify = %s } } }'):format(text))
            assert.is_nil(loaded, text)
            assert.is_truthy(message:find(words, 1, true), message)
            assert.is_truthy(message:find("p.lua:2:", 1, true), message)
        end
    end)
end)

describe("u.backoff", function()
    it("waits twice as long each time, up to a limit, and starts anew", function()
        local p = cadence 'u.backoff { first = "1d", factor = 2, max = "5d" }'
        assert.is_true(ask(p, NOW).notify)
        for times, days in ipairs { 1, 2, 4, 5, 5 } do
            local history = { last_notified = NOW, shown = "f", times = times }
            assert.is_false(ask(p, NOW + days * DAY - 1, history).notify)
            assert.is_true(ask(p, NOW + days * DAY, history).notify)
        end
        assert.is_true(ask(p, NOW + 1, { last_notified = NOW, shown = "other", times = 9 }).notify)
        assert.are.equal(NOW + 5 * DAY, ask(p, NOW, { last_notified = NOW, shown = "f", times = 2000 }).next_at)
    end)
end)

describe("u.hours", function()
    it("holds within a span, over midnight and on its days", function()
        local p = assert(load_policy [[{ api = 1, name = "p", text = "x", rules = {
            u.rule "night" { when = u.hours { from = 22, to = 7, day = { "Fri" } }, quiet = "night" },
            u.rule "r" { notify = u.always() } } }]])
        local friday = NOW - 8 * HOUR
        assert.is_true(ask(p, friday + 6 * HOUR).notify)
        assert.is_true(ask(p, friday + 22 * HOUR - 1).notify)
        assert.is_false(ask(p, friday + 22 * HOUR).notify)
        assert.is_false(ask(p, friday + 31 * HOUR - 1).notify)
        assert.is_true(ask(p, friday + 31 * HOUR).notify)
        assert.is_true(ask(p, friday + 47 * HOUR).notify)
    end)
end)

describe("the words of a notice", function()
    local function said(body, lang)
        local words = ask(assert(load_policy(body)), NOW, {}, { security = 1 }, { lang = lang }).text
        return (words:gsub("\14[^\15]*\15", ""))
    end

    local SUMMARY <const> = [[{ api = 1, name = "p", rules = { u.rule "r" { notify = u.always(),
        text = function(c) return u.text.summary(c) .. "|" .. u.text.levels(c) .. "|" .. u.text.summary(c, { "security" })
            .. "|" .. u.text.hint(c) .. "|" .. u.text.packages(c, 1) end } } }]]

    it("are English, and Chinese where the locale says so", function()
        local english = "1 security fix, 1 other version change and 1 rebuild available in webshop.|1 major and 1 minor|1 security fix available "
            .. "in webshop.|Use 'upnudge show /srv/webshop' for details.|- curl: 1 -> 2\n... and 1 more"
        for _, lang in ipairs { "en_GB.UTF-8", "C", "de_DE", "", "zhx" } do
            assert.are.equal(english, said(SUMMARY, lang))
        end
        local chinese = "webshop 有可用更新：1 个安全修复、1 个其他版本更新和 1 个重新构建。|1 个主版本和 1 个次版本|webshop 有可用更新：1 个安全修复。"
            .. "|运行 'upnudge show /srv/webshop' 查看详情。|- curl：1 -> 2\n……另有 1 个"
        for _, lang in ipairs { "zh_CN.UTF-8", "zh", "zh_SG@x" } do
            assert.are.equal(chinese, said(SUMMARY, lang))
        end
    end)

    it("are a team's own, and English for what they lack", function()
        local body = [[{ api = 1, name = "p", catalogues = { de = { summary = "{counts} für {name}.",
            versions = function(n) return n .. " neue Fassungen" end, rebuilds = { one = "{n} Neubau", other = "{n} Neubauten" },
            last = " und " } }, rules = { u.rule "r" { notify = u.always(), text = u.text.summary } } }]]
        assert.are.equal("2 neue Fassungen und 1 Neubau für webshop.", said(body, "de_AT.UTF-8"))
        assert.are.equal("1 security fix, 1 other version change and 1 rebuild available in webshop.", said(body, "fr"))
    end)

    it("of a team that has none for whose packages they are leave that away", function()
        local function of_both(words, lang)
            local body = ([[{ api = 1, name = "p", catalogues = { de = { %s } }, rules = { u.rule "r" { notify = u.always(),
                text = function(c) return u.text.counts(c, { "versions" }) end } } }]]):format(words)
            return ask(assert(load_policy(body)), NOW, {}, { versions = 5, direct = 2, indirect = 3 }, { lang = lang }).text
        end
        local plain = 'versions = "{n} neue Fassungen"'
        assert.are.equal("5 neue Fassungen", of_both(plain, "de"))
        assert.are.equal("2 neue Fassungen (3 weitere)",
            of_both(plain .. ', versions_of_both = "{direct} ({n} weitere)"', "de"))
        assert.are.equal("2 version changes of your packages and 3 of theirs", of_both('last = " und "', "de"))
    end)

    it("are checked when the policy is loaded", function()
        local loaded, message = load_policy '{ api = 1, name = "p", catalogues = { de = { sumary = "x" } }, ignore = { 1 } }'
        assert.is_nil(loaded)
        assert.is_truthy(message:find("catalogues.de has no word 'sumary'; did you mean 'summary'?", 1, true), message)
        assert.is_truthy(message:find("ignore[1] is no package name", 1, true), message)
    end)

    it("are not more than are looked at", function()
        local body = [[{ api = 1, name = "p", extends = "default", ignore = (function()
            local many = {}
            for i = 1, %d do many[i] = "p%s" .. i end
            return many
        end)() }]]
        for count, star in pairs { [1001] = "", [101] = "*" } do
            local loaded, message = load_policy(body:format(count, star))
            assert.is_nil(loaded)
            assert.is_truthy(message:find("ignore: no more than 1000, and 100 with a star", 1, true), message)
            assert(load_policy(body:format(count - 1, star))):close()
        end
    end)
end)

describe("a person", function()
    local env, state

    local function lockfile(versions)
        local packages = {}
        for name, version in pairs(versions) do
            packages[#packages + 1] = ('"node_modules/%s":{"version":"%s"}'):format(name, version)
        end
        return '{"lockfileVersion":3,"packages":{' .. table.concat(packages, ",") .. "}}"
    end

    local function run(...)
        local result = command.run(...)
        assert.are.equal(0, result.code, result.err)
        return result.out
    end

    local function decision(...)
        return cjson.decode(run("notify", env, "--state-dir", state, "--tty", "--json", ...))
    end

    before_each(function()
        env, state = work .. "/env", work .. "/state"
        command.shell("mkdir %s", env)
        command.write(env .. "/package-lock.json", lockfile { curl = "1.0.0", ["linux-a"] = "1.0.0", git = "1.0.0" })
        command.write(work .. "/new.json", lockfile { curl = "1.1.0", ["linux-a"] = "2.0.0", git = "1.0.1" })
        run("check", env, "--state-dir", state, "--now", NOW, "--new", work .. "/new.json")
    end)

    it("may snooze an environment and wake it", function()
        assert.are.equal(env .. ": silent until 2027-01-18T08:00:00Z\n", run("snooze", env, "3d", "--state-dir", state,
            "--now", NOW))
        local asleep = decision("--now", NOW + DAY)
        assert.are.same({ false, "snoozed for 2 days more", NOW + 3 * DAY }, { asleep.notified, asleep.reason, asleep.next_at })
        assert.is_true(decision("--now", NOW + 3 * DAY).notified)
        run("snooze", env, "9d", "--state-dir", state, "--now", NOW + 5 * DAY)
        run("snooze", env, "--off", "--state-dir", state)
        assert.is_true(decision("--now", NOW + 11 * DAY).notified)
        assert.are.equal(2, command.run("snooze", env, "--state-dir", state).code)
        assert.are.equal(2, command.run("snooze", env, "3x", "--state-dir", state).code)
    end)

    it("may ignore packages, and one version alone", function()
        assert.are.equal("curl@1.1.0\nlinux-*\n", run("ignore", env, "linux-*", "curl@1.1.0", "--state-dir", state))
        local answer = decision("--now", NOW + 1)
        assert.are.equal("1 version change available in env.", answer.text:match "[^\n]+")
        run("ignore", env, "git", "--state-dir", state)
        assert.are.equal("nothing newer that is not ignored", decision("--now", NOW + 2 * DAY).reason)
        assert.are.equal('{"schema":1,"ignore":["git"]}\n', run("ignore", env, "--off", "linux-*", "curl@1.1.0", "--json",
            "--state-dir", state))
        assert.are.equal("2 version changes available in env.", decision("--now", NOW + 8 * DAY).text:match "[^\n]+")
        assert.are.equal("", run("ignore", env, "--off", "--state-dir", state))
    end)

    it("is not told of what the policy ignores", function()
        command.write(work .. "/p.lua", 'return require "upnudge".policy { api = 1, name = "p", extends = "default", '
            .. 'ignore = { "curl", "linux-*" }, text = function(c) return c.result.total .. c.result.packages[1].name end }')
        assert.are.equal("1git", decision("--now", NOW + 1, "--policy", work .. "/p.lua").text)
    end)

    it("hears of security fixes as such", function()
        command.write(work .. "/security", "# fixes\ngit\ncurl@9.9.9\n")
        for _, words in ipairs { { "--new", work .. "/new.json", "--security", work .. "/security" },
            { "--", "sh", "-c", 'echo git >"$UPNUDGE_SECURITY"; cat "$work/new.json"' } } do
            run("check", env, "--state-dir", state, "--now", NOW, "--max-age", "0", table.unpack(words))
            local answer = decision("--now", NOW + DAY, "--policy", "security-first")
            assert.are.equal("new fix", answer.rule)
            assert.are.equal("1 security fix available in env.\n- git: 1.0.0 -> 1.0.1 [security]\n- linux-a: 1.0.0 -> 2.0.0",
                answer.text:match "^(.*)\n")
            command.shell("rm -rf %s", state)
        end
        local missing = command.run("check", env, "--state-dir", state, "--new", work .. "/new.json", "--security", "/none")
        assert.are.equal(1, missing.code)
    end)
end)

describe("mistakes", function()
    it("are told up to a number that people read", function()
        local given = {}
        for i = 1, 60 do
            given[i] = "1"
        end
        local _, message = load_policy(('{ api = 1, name = "p", ignore = { %s } }'):format(table.concat(given, ", ")))
        local _, lines = message:gsub("\n", "\n")
        assert.are.equal(50, lines)
        assert.is_truthy(message:find("10 mistakes more", 1, true), message)
        assert.is_truthy(message:find("ignore[50] is no package name", 1, true), message)
        assert.is_nil(message:find("ignore[51]", 1, true))
    end)

    it("tell no more of a value than one wants to read", function()
        for _, text in ipairs { 'check = { every = ("x"):rep(9000) }', 'deadline = ("x"):rep(9000)',
            'rules = { u.rule "r" { notify = u.on { day = ("x"):rep(9000) } } }',
            'rules = { u.rule "r" { notify = u.on { from = ("x"):rep(9000) } } }' } do
            local _, message = load_policy(('{ api = 1, name = "p", %s }'):format(text))
            assert.is_true(message and #message < 400 and message:find("'xxxxx", 1, true) ~= nil, message)
        end
    end)
end)

describe("a reason that is empty", function()
    it("is replaced by one that says something", function()
        for fields, reason in pairs { ['quiet = ""'] = "r", ['quiet = function() return "" end'] = "r",
            ['notify = function() return true, "" end, text = "x"'] = "due",
            ['notify = function() return false, "" end'] = "not due" } do
            local p = assert(load_policy(('{ api = 1, name = "p", rules = { u.rule "r" { %s } } }'):format(fields)))
            assert.are.equal(reason, ask(p, NOW).reason, fields)
        end
        assert.are.equal("decide said no", ask(assert(load_policy '{ api = 1, name = "p", decide = function() return false, "" end }'),
            NOW).reason)
    end)
end)

describe("a rule's own clock", function()
    it("is that of the rule whose cadence it is, whoever asks", function()
        local history = { last_notified = NOW - HOUR, shown = "f", times = 1, rules = { r = { last_notified = NOW - 2 * DAY,
            shown = "f", times = 1 }, decide = { last_notified = NOW - 3 * DAY, shown = "e", times = 1 } } }
        local function said(text)
            local decision = ask(cadence(text), NOW, history)
            return decision.notify, decision.reason
        end
        assert.is_false((said 'u.every "1d"'))
        assert.same({ true, "said by this rule 2 days ago" }, { said 'u.every("1d", { own = true })' })
        assert.same({ false, "this very result was said already by this rule" }, { said "u.once { own = true }" })
        assert.is_true((said 'u.backoff { first = "2d", own = true }'))
        assert.is_false((said 'u.backoff { first = "3d", own = true }'))
        -- A function hands on what it is asked.
        assert.is_true((said 'function(c, rule) return u.every("1d", { own = true }).due(c, rule) end'))
        local decides = assert(load_policy [[{ api = 1, name = "p", text = "x",
            decide = function(c) return u.once { own = true } end }]])
        assert.same({ true, "this result was not said yet by this rule" }, { ask(decides, NOW, history).notify,
            ask(decides, NOW, history).reason })
    end)
end)

describe("u.on on its day", function()
    it("waits for a check as old as the policy lets one be", function()
        local p = assert(load_policy [[{ api = 1, name = "p", text = "x", check = { every = "2d" }, rules = {
            u.rule "r" { notify = u.on { day = "Mon", from = 9 } } } }]])
        local function at_nine(checked_at)
            return ask(p, MONDAY + HOUR, { last_notified = MONDAY - 7 * DAY + HOUR },
                { checked_at = checked_at, since = MONDAY - 2 * DAY }).notify
        end
        assert.is_true(at_nine(MONDAY - DAY))
        assert.is_false(at_nine(MONDAY + HOUR - 2 * DAY))
    end)
end)

describe("u.escalate", function()
    it("has its step's text in the place of the rule's", function()
        local p = cadence 'u.escalate { { notify = u.every "1w" }, { after = 2, notify = u.always(), text = function(c) return "again" end } }'
        local function told(times)
            return ask(p, NOW, { last_notified = NOW - 8 * DAY, shown = "f", rules = { r = { last_notified = NOW - 8 * DAY, shown = "f",
                times = times } } })
        end
        assert.same({ "x", "again" }, { told(1).text, told(2).text })
        local decides = assert(load_policy [[{ api = 1, name = "p", text = "x", decide = function(c)
            return u.escalate { { notify = u.always(), text = "step" } }, "mine" end }]])
        assert.equal("step", ask(decides, NOW).text)
    end)

    it("is told its mistakes with their lines, and each step is rehearsed", function()
        for text, words in pairs { ["u.escalate { { notfy = u.always() } }"] = "escalate: step 1: no key 'notfy'; did you mean 'notify'?",
            ['u.escalate { { notify = u.always(), after = "3" } }'] = "escalate: step 1: 'after' is a string; expected a number",
            ["u.escalate { {} }"] = "escalate: step 1: notify is no cadence", ["u.escalate()"] = "a list of 1 to 20 steps",
            ["u.escalat {}"] = "did you mean 'escalate'?" } do
            local loaded, message = load_policy(('{ api = 1, name = "p", rules = { u.rule "r" { notify = %s } } }'):format(text))
            assert.is_nil(loaded, text)
            assert.is_truthy(message:find(words, 1, true), message)
            assert.is_truthy(message:find("p.lua:2:", 1, true), message)
        end
        local path = stage.policy([[{ api = 1, name = "p", text = "x", rules = { u.rule "r" { notify = u.escalate {
            { notify = u.always() }, { after = 99, notify = u.never(), text = function(c) return c.result.totl end } } } } }]], "p")
        local found = require "upnudge.tools.rehearsal".mistakes(path)
        assert.is_truthy(found[1] and found[1].message:find("has no field 'totl'", 1, true), found[1] and found[1].message)
    end)
end)

describe("any cadences together", function()
    --- Numbers that are the same every time.
    local function numbers(seed)
        return function(most)
            seed = (seed * 1103515245 + 12345) & 0x7fffffff
            return (seed >> 8) % most + 1
        end
    end

    local function one_of(pick, list)
        return list[pick(#list)]
    end

    local MADE <const> = {
        function(pick, own)
            return ('u.every("%s", { %s })'):format(one_of(pick, { "1h", "5h", "1d", "3d", "1w" }), own)
        end,
        function(_, own)
            return ("u.once { %s }"):format(own)
        end,
        function(pick, own)
            return ('u.backoff { first = "%s", factor = %d, max = "4d", %s }'):format(one_of(pick, { "1h", "9h", "1d" }), pick(3), own)
        end,
        function(pick, own)
            return ("u.on { day = %s, from = %d, to = %d, fresh = %s, catch_up = %s, %s }"):format(
                one_of(pick, { "nil", '"Mon"', '{ "Tue", "Fri" }' }), pick(23), pick(24), one_of(pick, { "nil", "false", '"2h"' }),
                one_of(pick, { "nil", "false" }), own)
        end,
    }
    MADE[5] = function(pick, own)
        local steps = {}
        for i = 1, pick(3) + 1 do
            steps[i] = ("{ notify = %s%s }"):format(MADE[pick(4)](pick, own),
                i == 1 and "" or one_of(pick, { ", after = 1", ", after = 2", ', at = "1d"', ', at = "4d"', ', at = "2d", after = 1',
                    ', at = "2027-01-20"' }))
        end
        return ("u.escalate { %s }"):format(table.concat(steps, ", "))
    end

    --- A policy of some rules.
    local function rules_of(pick)
        local rules = {}
        for i = 1, pick(3) do
            rules[i] = ('u.rule "r%d" { notify = %s }'):format(i, one_of(pick, MADE)(pick, one_of(pick, { "", "own = true" })))
        end
        return table.concat(rules, ",\n")
    end

    it("never speak before the time that they have named, while nothing else changes", function()
        local spoken, named = 0, 0
        for seed = 1, 20 do
            local pick = numbers(seed * 7919)
            local text = rules_of(pick)
            local path = stage.policy(('{ api = 1, name = "p", text = "x", rules = { %s } }'):format(text), "p")
            local world <close> = testing.world { policy = path, now = NOW, utc_offset = (pick(25) - 13) * HOUR }
            world:release("curl", "1.1.0"):check()
            local earliest = 0
            for step = 1, 150 do
                world:advance(one_of(pick, { 600, HOUR, 5 * HOUR, 11 * HOUR, 26 * HOUR }) + pick(600))
                local change = pick(20)
                if change <= 2 then
                    world:release("curl", "1." .. step + 1 .. ".0")
                end
                if change <= 4 then
                    world:check()
                    earliest = 0
                end
                local decision = world:activate()
                assert.is_nil(decision.error, decision.reason)
                if decision.notify then
                    assert.is_true(world.now >= earliest, ("%s at %d, not before %s\n%s"):format(decision.rule, world.now, earliest, text))
                    earliest, spoken = 0, spoken + 1
                else
                    earliest = math.max(earliest, decision.next_at or math.huge)
                    named = named + (decision.next_at and 1 or 0)
                end
            end
        end
        assert.is_true(spoken > 300 and named > 300, ("%d and %d"):format(spoken, named))
    end)
end)
