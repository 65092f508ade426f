--- A project's own list of packages that nobody wants to hear of, and what comes of it for people.

local cjson = require "cjson"
local command = require "command"
local core = require "upnudge.core"
local effort = require "effort"
local lists = require "upnudge.record.project_list"
local stage = require "stage"

local NOW <const> = stage.NOW

local work, env, lockfile

before_each(function()
    work, env = stage.set()
    lockfile = env .. "/.flox/env/manifest.lock"
end)

after_each(stage.strike)

local function write(text, name)
    command.write(env .. "/.flox/env/" .. (name or ".upnudgeignore"), text)
end

local function read(name, before)
    return lists.read(core, lockfile, name or ".upnudgeignore", before)
end

local function selectors(list)
    return list and table.move(list, 1, #list, 1, {})
end

describe("a project's list", function()
    it("has a selector a line, with comments", function()
        write "# ours\n\ncurl\n  linux-*\t # kernels\r\n\t\n@scope/name@1.2\nlast"
        assert.same({ "curl", "linux-*", "@scope/name@1.2", "last" }, selectors(read()))
        assert.same({ "curl" }, { selectors(lists.read(core, lockfile, ".upnudgeignore"))[1] })
        write("own", "ours.txt")
        assert.same({ "own" }, selectors(read "ours.txt"))
    end)

    it("is none where there is nothing in it, or no file", function()
        for _, text in ipairs { "", "\n\n", "# nothing\n", "   " } do
            write(text)
            assert.same({}, { read() })
        end
        assert.same({}, { read "none.txt" })
    end)

    it("is the same table while it says the same", function()
        write "curl\n"
        local first = assert(read())
        assert.equal(first, read(nil, first))
        write "wget\n"
        assert.are_not.equal(first, read(nil, first))
    end)

    it("does not count, and says why, where it is hostile", function()
        local cases = { ["curl wget\n"] = "line 1: one package a line", ["a\nb c # d\n"] = "line 2: one package a line",
            [("x\n"):rep(1001)] = "more packages than are looked at", [("*\n"):rep(101)] = "100 with a star",
            [("x"):rep(600)] = "is longer than a package can be called", [("# \n"):rep(30000)] = "larger than accepted" }
        for text, expected in pairs(cases) do
            write(text)
            local list, fault = read()
            assert.is_nil(list)
            assert.is_truthy(fault:find(expected, 1, true), fault)
        end
        command.must 'rm "$env/.flox/env/.upnudgeignore"; echo curl >"$work/secret"; ln -s "$work/secret" "$env/.flox/env/.upnudgeignore"'
        assert.is_nil(read())
        assert.is_string(select(2, read()))
        for _, made in ipairs { "mkdir", "mkfifo" } do
            command.must('rm -r "$env/.flox/env/.upnudgeignore" && ' .. made .. ' "$env/.flox/env/.upnudgeignore"')
            local list, fault = read()
            assert.is_nil(list, made)
            assert.is_string(fault)
        end
    end)

    it("is read in a time that goes with its length, whatever stands in it", function()
        for _, piece in ipairs { " ", "\t \t", "a ", "# ", "\r", "*a" } do
            write((piece):rep(65000 // #piece))
            effort.within(piece, 100, read)
        end
    end)

    it("counts whosever it is", function()
        write "curl\n"
        command.must 'chmod 666 "$env/.flox/env/.upnudgeignore"; [ "$(id -u)" != 0 ] || chown 12345 "$env/.flox/env/.upnudgeignore"'
        assert.same({ "curl" }, selectors(read()))
    end)
end)

describe("what a project ignores", function()
    local said, unsaid

    before_each(function()
        said = stage.policy('{ api = 1, name = "p", project_ignore = true, rules = { u.rule "r" { notify = u.always(), '
            .. 'text = function(c) return u.text.packages(c) end } } }', "said")
        unsaid = stage.policy('{ api = 1, name = "p", rules = { u.rule "r" { notify = u.always(), '
            .. 'text = function(c) return u.text.packages(c) end } } }', "unsaid")
    end)

    local function check(security)
        command.write(work .. "/security.txt", security or "")
        command.must('"$upnudge" check "$env" --state-dir "$state" --now %d --max-age 0 --new "$new" --policy %s --security "$work/security.txt"',
            NOW, said)
    end

    local function ask(name, policy)
        return cjson.decode(command.run(name, "--json", "--state-dir", work .. "/state", "--now", NOW, env, "--tty", "--policy", policy).out)
    end

    local function names()
        local list = {}
        for _, change in ipairs(cjson.decode(command.run("show", "--changes", "--json", "--state-dir", work .. "/state", env).out).changes) do
            list[#list + 1] = change.name
        end
        return list
    end

    it("is left out where the policy reads its list, and nowhere else", function()
        write "curl # as it breaks\n"
        check()
        assert.is_truthy(ask("notify", unsaid).text:find("- curl", 1, true))
        assert.is_nil(ask("notify", said).text:find("- curl", 1, true))
        write ""
        assert.is_truthy(ask("notify", said).text:find("- curl", 1, true))
        write "*\n"
        assert.equal("ignored", ask("notify", said).code)
        assert.is_truthy(command.must('"$upnudge" show "$env" --state-dir "$state" --policy %s', said):find("curl[^\n]*%[ignored%]"))
        assert.is_nil(command.must('"$upnudge" show "$env" --state-dir "$state" --policy %s', unsaid):find("[ignored]", 1, true))
    end)

    it("is told all the same where it mends a security problem", function()
        write "*\n"
        check "curl\n"
        local answer = ask("notify", said)
        assert.equal("notified", answer.code)
        assert.is_truthy(answer.text:find("^%- curl"), answer.text)
        assert.is_nil(answer.text:find("\n", 1, true), answer.text)
        local ignored = ask("explain", said).ignored
        assert.same({ 0, 0, 1 }, { ignored.person, ignored.policy, ignored.told })
        assert.is_true(ignored.project > 0)
        assert.is_truthy(command.must('"$upnudge" explain "$env" --state-dir "$state" --tty --policy %s', said)
            :find(" by the project; 1 that the project names mend a security problem, and are told\n", 1, true))
    end)

    it("is told apart from what others ignore", function()
        check()
        local all = names()
        write(table.concat(all, "\n"))
        command.must('"$upnudge" ignore "$env" %s --state-dir "$state"', all[1])
        local ignored = ask("explain", said).ignored
        assert.is_true(ignored.person >= 1 and ignored.project >= 1)
        assert.same({ 0, 0 }, { ask("explain", unsaid).ignored.project, ask("explain", unsaid).ignored.told })
        command.must '"$upnudge" ignore --off "$env" --state-dir "$state"'
        assert.is_nil(ask("explain", unsaid).ignored)
    end)

    it("is not left out where its list is hostile, which explain says", function()
        check()
        write "curl wget\n"
        assert.is_truthy(ask("notify", said).text:find("- curl", 1, true))
        local warning = ask("explain", said).warnings[1]
        assert.is_truthy(warning:find("^the project's list of what is ignored is not used: .*/%.upnudgeignore: line 1: "), warning)
        assert.same({}, ask("explain", unsaid).warnings)
    end)

    it("is nothing that takes an activation long: then all is told", function()
        check()
        local ignored = require "upnudge.record.ignored"
        local record = require "upnudge.record".open(core, { cache = work .. "/state", state = work .. "/state" },
            { path = assert(core.realpath(env)), key = core.hash(assert(core.realpath(env))) })
        local many = {}
        for i = 1, 100000 do
            many[i] = "x*" .. i
        end
        local value = assert(record:read())
        local entry, message = ignored.entry(record, value, core.system(), ignored.with_project(nil, many), false)
        assert.is_nil(entry)
        assert.is_string(message)
        local real = lists.read
        stage.finally(function() lists.read = real end)
        lists.read = function() return many end
        local runtime = stage.open({ state_dir = work .. "/state", policy = said }, function() return NOW end, {})
        assert.equal("notified", runtime:notify(env, { tty = true }).code)
    end)
end)
