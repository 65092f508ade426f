--- What a policy cannot mean, as `upnudge policy check` tells it; no activation minds.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

before_each(stage.bare)
after_each(stage.strike)

--- What is said of a policy whose keys these are: lines "line: message" of mistakes and of warnings.
local function checked(text)
    local path = stage.policy("{ api = 1, name = \"p\",\n" .. text .. " }")
    local said = command.run("policy", "check", "--json", path)
    local file = cjson.decode(said.out).files[1]
    local told = { mistakes = {}, warnings = {} }
    for kind, list in pairs(told) do
        for i, one in ipairs(file[kind]) do
            list[i] = ("%d: %s"):format(one.line, one.message)
        end
    end
    assert.equal(#file.mistakes > 0 and 1 or 0, said.code)
    return told.mistakes, told.warnings, path
end

local function rule(text)
    return 'extends = "default", rules = {\nu.rule "r" { ' .. text .. ' } }'
end

local DAYS <const> = "; write \"%sd\" for days"

describe("what cannot be meant", function()
    for text, message in pairs {
        [rule "notify = u.every(1)"] = "4: every: the number 1 is seconds" .. DAYS:format(1),
        [rule 'notify = u.every "14"'] = "4: every: the number 14 is seconds" .. DAYS:format(14),
        [rule "notify = u.every(0)"] = "4: every: 0 is at every activation; write u.always()",
        [rule 'notify = u.on { day = "Mon", days = "Tue" }'] = "4: on: 'day' and 'days' are the same; one is needed",
        [rule 'when = u.hours { day = "Mon", days = "Tue" }, quiet = true'] = "4: hours: 'day' and 'days' are the same; one is needed",
        [rule 'notify = u.on { day = "Mon", to = 0 }'] = "4: on: it ends when it begins, so it is never; from 0 to 24 is all day",
        [rule 'notify = u.backoff { first = "2w", max = "1w" }'] = "4: backoff: first, 14 days, is longer than max, 7 days",
        [rule 'notify = u.backoff { first = "60d" }'] = "4: backoff: first, 60 days, is longer than max, 30 days",
        [rule "notify = u.backoff { first = 2 }"] = "4: backoff: first: the number 2 is seconds" .. DAYS:format(2),
        [rule "notify = u.escalate { { notify = u.never() }, { at = 30, notify = u.always() } }"] =
            "4: escalate: step 2: at: the number 30 is seconds" .. DAYS:format(30),
        [rule 'when = u.in_environment { format = "npn" }, quiet = true'] =
            "4: in_environment: no lockfile has the format 'npn'; did you mean 'npm'?",
        [rule 'when = u.any_package { name = { "ok-*", "^linux" } }, quiet = true'] = "4: any_package: name '^linux' looks like "
            .. "another kind of pattern; * stands for anything, and '^' for itself",
        [rule 'notify = u.once { of = { name = "a|b" } }'] = "4: once: name 'a|b' looks like another kind of pattern; "
            .. "* stands for anything, and '|' for itself",
        ["check = { every = 1 }"] = "3: check.every: the number 1 is seconds" .. DAYS:format(1),
        ["cooldown = 7"] = "3: cooldown: the number 7 is seconds" .. DAYS:format(7),
        ["cooldown = u.cooldown { major = 14 }"] = "3: cooldown.major: the number 14 is seconds" .. DAYS:format(14),
        ["snooze = { max = 14 }"] = "3: snooze.max: the number 14 is seconds" .. DAYS:format(14),
        ['apps = "all"'] = '3: apps = "all" says nothing without scope = "person"',
        ['check = { commands = { npn = { "npm", "i" } } }'] = "3: check.commands: no lockfile has the format 'npn'; did you mean 'npm'?",
        ['ignore = { "ok", "^a.*$" }'] = "3: ignore[2]: '^a.*$' looks like another kind of pattern; * stands for anything, and '^' for itself",
        ['ignore = { "a|b" }'] = "3: ignore[1]: 'a|b' looks like another kind of pattern; * stands for anything, and '|' for itself",
        ['ignore = { "lib\\\\d" }'] = "3: ignore[1]: 'lib\\d' looks like another kind of pattern; * stands for anything, and '\\' for itself",
        ['ignore = { ".*" }'] = "3: ignore[1]: '.*' looks like another kind of pattern; * stands for anything, and '.*' for itself",
        ['ignore = { "linux-.*" }'] = "3: ignore[1]: 'linux-.*' looks like another kind of pattern; * stands for anything, and '-.*' for itself",
        ['ignore = { "curl@>=8" }'] = "3: ignore[1]: 'curl@>=8' looks like another kind of pattern; * stands for anything, and '>' for itself",
        ['cooldown = { except = { "x", "(a)" } }'] =
            "3: except[2]: '(a)' looks like another kind of pattern; * stands for anything, and '(a)' for itself",
        ['decide = function() return false, "x" end, rules = { u.rule "a" { quiet = true } }'] =
            "3: 'decide' replaces the rules, so those beside it are never asked",
        ["text = 'gr\\xfc\xDF'"] = "3: not UTF-8: byte 223; save the file in that encoding",
    } do
        it("is told with its place: " .. text:gsub("\n", " "):gsub("\xDF", "?"), function()
            local mistakes, warnings = checked(text)
            assert.same({ { message }, {} }, { mistakes, warnings })
        end)
    end

    it("is told of hours that end when they begin", function()
        local mistakes = checked(rule 'when = u.hours { from = 9, to = "9:00" }, quiet = true')
        assert.same({ "4: hours: it ends when it begins, so it is never; from 0 to 24 is all day" }, mistakes)
    end)

    it("is no mistake to an activation", function()
        local work, env = stage.set()
        local _, _, path = checked "check = { every = 1 }, rules = { u.rule 'r' { notify = u.every(1), text = 'hear' } }"
        command.must('"$upnudge" check "$env" --state-dir "$state" -- cat "$new"')
        assert.equal("hear\n", command.run("notify", env, "--state-dir", work .. "/state", "--policy", path, "--tty").err)
    end)
end)

describe("a rule whose name is nearly that of a base's", function()
    for _, name in ipairs { "defualt", "Default", "defaults", "de-fault", "securty", "nobdy", "CI", "comand" } do
        it("is told: " .. name, function()
            local mistakes = checked('extends = "default", rules = {\nu.rule "' .. name .. '" { quiet = true } }')
            assert.equal(1, #mistakes)
            assert.is_truthy(mistakes[1]:find("^4: rule '" .. name:gsub("-", "%%-") .. "' does not take the place of '"), mistakes[1])
        end)
    end

    it("is not told where it is that of another, or is said to be", function()
        local text = 'extends = "default", rules = { u.rule "defaults" { override = false, quiet = true }, '
        for _, name in ipairs { "cd", "severity", "inactive", "urgent", "default", "default 2", "tools", "everybody", "weekly", "major" } do
            text = text .. ("u.rule \"%s\" { quiet = true }, "):format(name)
        end
        assert.same({}, (checked(text .. "}")))
    end)
end)

describe("what may be meant", function()
    it("is a warning, and no mistake: a setting of another strategy", function()
        local mistakes, warnings = checked 'per = "team", deadline = "1s"'
        assert.same({ {}, { "3: per says nothing to the strategy 'separate-lock'", "3: deadline says nothing to the strategy 'separate-lock'" } },
            { mistakes, warnings })
        mistakes, warnings = checked 'per = "team", strategy = "database"'
        assert.same({ {}, {} }, { mistakes, warnings })
    end)

    it("is a predicate for a cadence, which speaks at every activation", function()
        for name, spec in pairs { hours = "{ from = 9, to = 17 }", dates = '"12-24"', any_package = '{ level = "major" }' } do
            local mistakes, warnings = checked(rule(("notify = u.%s(%s)"):format(name, spec)))
            assert.same({ {}, { ("4: rule 'r': notify = u.%s speaks at each activation while that holds; it belongs to `when`, "
                .. "and how often to `notify`"):format(name) } }, { mistakes, { warnings[1] } })
        end
    end)

    it("is told to people with its line", function()
        local path = stage.policy '{ api = 1, name = "p",\nper = "team" }'
        local said = command.run("policy", "check", path)
        assert.same({ 0, path .. ":3: warning: per says nothing to the strategy 'separate-lock'\n    per = \"team\" }\n    ^~~\n"
            .. path .. ": good, with 1 warning\n" }, { said.code, said.out })
    end)

    it("is nothing of what is right", function()
        local mistakes, warnings = checked(rule('when = u.any_package { name = { "linux-*", "@types/*", "zope.*", "g++" } }, '
            .. 'notify = u.backoff { first = 0, max = "1d" }') .. ', scope = "person", apps = "all", '
            .. 'ignore = { "linux-*", "curl@8.1", "@babel/*", "org.apache.*", "libstdc++", "ext-*", "github.com/x/y@v1.2.3" }, '
            .. 'check = { every = 3600, timeout = 30, commands = { npm = { "npm" } } }, cooldown = { major = "14d", security = 0 }, '
            .. 'snooze = { max = 86400 }')
        assert.same({ {}, {} }, { mistakes, warnings })
    end)
end)
