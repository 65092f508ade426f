--- With --json every command prints one document of JSON on standard output and nothing else, whatever happens.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local HANG <const> = 120

local work

--- The words of each command that succeed; of those about $env, what they exit with where nothing is there, its record
--- is broken, or the state directory is refused, and, where that is another, when it is none.
local COMMANDS <const> = {
    [""] = { { "--version" } },
    ["status"] = { { 'status "$env" --state-dir "$state"', 1, 0, 0 }, { 'status --all --state-dir "$state"' } },
    ["check"] = { { 'check "$env" --max-age 0 --new "$new" --state-dir "$state"', 1, 0, 1 } },
    ["notify"] = { { 'notify "$env" --no-tty --state-dir "$state"', 0, 0, 0 } },
    ["prompt"] = { { 'prompt "$env" --state-dir "$state"', 0, 0, 0 } },
    ["show"] = { { 'show "$env" --state-dir "$state"', 1, 1, 1 }, { 'show "$env" --changes --state-dir "$state"', 1, 1, 1 } },
    ["list"] = { { 'list --state-dir "$state"' } },
    ["explain"] = { { 'explain "$env" --state-dir "$state"', 1, 0, 0 },
        { 'explain "$env" --log --state-dir "$state"', 1, 0, 0 } },
    ["snooze"] = { { 'snooze "$env" 3d --state-dir "$state"', 1, 0, 1 },
        { 'snooze "$env" --off --state-dir "$state"', 1, 0, 1 } },
    ["ignore"] = { { 'ignore "$env" --state-dir "$state"', 1, 0, 0 }, { 'ignore "$env" curl --state-dir "$state"', 1, 0, 1 },
        { 'ignore "$env" --off --state-dir "$state"', 1, 0, 1 } },
    ["forget"] = { { 'forget "$env" --state-dir "$state"', 0, 0, 1, 0 } },
    ["gc"] = { { 'gc --state-dir "$state"' }, { 'gc --dry-run --state-dir "$state"' } },
    ["doctor"] = { { 'doctor --state-dir "$state"' } },
    ["migrate"] = { { 'migrate --to simple --state-dir "$state"' } },
    ["diff"] = { { 'diff "$env/.flox/env/manifest.lock" "$new"' } },
    ["parse"] = { { 'parse "$new"' } },
    ["formats"] = { { "formats" }, { 'formats --policy "$work/sound.lua"' }, { 'formats --policy "$work/with/policy.lua"' } },
    ["version"] = { { "version --help" } },
    ["version compare"] = { { "version compare 1.0.0 2.0.0" } },
    ["version schemes"] = { { "version schemes" } },
    ["policy"] = { { "policy --help" } },
    ["help"] = { { "help" }, { "help policy check" } },
    ["hook"] = { { "hook --help" } },
    ["hook bash"] = { { "hook bash" } },
    ["hook zsh"] = { { "hook zsh" } },
    ["hook fish"] = { { "hook fish" } },
    ["completion"] = { { "completion bash" }, { "completion zsh" }, { "completion fish" } },
    ["policy list"] = { { "policy list" } },
    ["policy show"] = { { "policy show" }, { 'policy show "$work/sound.lua"' } },
    ["policy which"] = { { 'policy which --state-dir "$state"' }, { 'policy which "$env" --policy "$work/sound.lua"' } },
    ["policy new"] = { { 'policy new "$work/a/b/$$.lua"' } },
    ["policy check"] = { { 'policy check default "$work/sound.lua"' } },
    ["policy verify"] = { { "policy verify default" }, { "policy verify flox --facts tty=false" } },
    ["policy simulate"] = { { "policy simulate default --weeks 1" } },
    ["report"] = { { 'report --state-dir "$state"' } },
    ["policy diff"] = { { "policy diff default weekly --scenario developer --weeks 1" } },
    ["policy test"] = { { 'policy test "$work/spec"' } },
    ["policy reference"] = { { "policy reference" } },
}

--- What fails though it is understood, what it exits with, and the code of the reason where it has one.
local FAILURES <const> = {
    ['check "$env" --state-dir "$state" --max-age 0 -- sh -c "exit 3"'] = { 1, "dry-upgrade-failed" },
    ['check "$env" --state-dir "$state" --max-age 0 --new "$work/nowhere"'] = { 1, "dry-upgrade-failed" },
    ['check "$env" --state-dir "$state" --detach --max-age 0 --new "$new" --lockfile "$work/nowhere"'] = { 1, "lockfile-missing" },
    ['check "$env" --state-dir relative/../../x --app ../x --new "$new"'] = { 1, "usage" },
    ['show "$env" --state-dir "$work/none"'] = { 1, "not-checked" },
    ["notify"] = { 0, "no-lockfile" },
    ["prompt"] = { 0, "no-lockfile" },
    [""] = { 1, "no-lockfile" },
    ["status"] = { 1, "no-lockfile" },
    ['status --all --state-dir "$new"'] = { 1, "state-unusable" },
    ["show"] = { 1, "no-lockfile" },
    ["explain"] = { 1, "no-lockfile" },
    ["forget"] = { 1, "no-lockfile" },
    ["ignore"] = { 1, "no-lockfile" },
    ["snooze 3d"] = { 1, "no-lockfile" },
    ['check --new "$new"'] = { 1, "no-lockfile" },
    ['list --app ../x'] = { 1, "usage" },
    ['doctor --app ../x'] = { 1 },
    ["policy diff default"] = { 1, "not-checked" },
    ["policy show defualt"] = { 1, "policy-fault" },
    ['policy which "$work/nowhere"'] = { 1, "environment-missing" },
    ["policy new /proc/x/y.lua"] = { 1, "cannot-remember" },
    ['policy new "$new"'] = { 1, "cannot-remember" },
    ['gc --state-dir "$new"'] = { 1, "state-unusable" },
    ['doctor --state-dir "$new"'] = { 1 },
    ['list --state-dir "$new"'] = { 1, "state-unusable" },
    ['notify "$env" --app ../x'] = { 0, "usage" },
    ['ignore "$env" "a*b*c*d*e*f*g*h*i*j*k*l*m*n*" --state-dir "$new"'] = { 1, "cannot-remember" },
    ['migrate --from "sqlite:$work/none/none" --to simple --state-dir "$state"'] = { 1, "usage" },
    ['migrate --to nowhere --state-dir "$state"'] = { 1, "usage" },
    ['diff "$new" "$work/nowhere"'] = { 1, "lockfile-missing" },
    ['parse "$work/sound.lua"'] = { 1, "lockfile-unparsable" },
    ['parse "$work/with/none.json" --policy "$work/with/policy.lua"'] = { 1, "policy-fault" },
    ['migrate --to simple --state-dir "$new"'] = { 1, "cannot-remember" },
    ["version compare main 1.0.0"] = { 1 },
    ['policy check "$work/unsound.lua"'] = { 1 },
    ['policy verify "$work/unsound.lua"'] = { 1 },
    ['policy simulate "$work/unsound.lua" --weeks 1'] = { 1, "policy-fault" },
    ["policy simulate default --weeks 1 --scenario nobody"] = { 1, "usage" },
    ["policy simulate default --weeks 1 --svg /nowhere/x.svg"] = { 1, "fault" },
    ["policy simulate default --weeks 4 --max-per-week 0"] = { 1 },
    ['policy test "$work/spec/bad"'] = { 1, "usage" },
    ['policy test "$work/with"'] = { 1, "usage" },
}

--- What makes no sense. An option or a command that nobody knows is tried with every command.
local USAGE <const> = { "chekc", "help chekc", "help policy chekc", "completion", "completion csh", "hook", "hook csh",
    'status "$env" --all', "version", "policy", "policy chekc", "check a b",
    'check "$env" --new "$new" -- cat', 'check "$env" --max-age soon --new "$new"', 'check "$env" cat -- cat',
    'notify "$env" --mode sideways', 'notify "$env" --tty --no-tty', 'notify "$env" --now soon', "snooze",
    'snooze "$env"', "snooze soon", 'snooze "$env" soon', 'snooze "$env" 1d --off', "migrate", "diff", 'diff "$new"', "parse",
    'parse "$new" --max-size none', "version compare 1", "version compare 1 2 --scheme none", "policy check",
    "policy simulate", "policy simulate default --weeks many", "policy test", "policy reference --types",
    "prompt --format %x", "prompt a b", 'list --state-dir', 'show "$env" --app' }

--- The codes that there are.
local LISTED <const> = {}
for _, reason in ipairs(require "upnudge.lib.reasons".list) do
    LISTED[reason.name] = true
end

before_each(function()
    work = stage.set()
    command.must 'mkdir -p "$work/spec/bad" "$work/with/formats"'
    command.write(work .. "/sound.lua", 'return require "upnudge".policy { api = 1, name = "t" }\n')
    command.write(work .. "/unsound.lua", 'return require "upnudge".policy { api = 1, nmae = "t" }\n')
    command.write(work .. "/with/policy.lua", 'return require "upnudge".policy { api = 1, name = "t" }\n')
    command.write(work .. "/with/none.json", "{}\n")
    command.write(work .. "/with/formats/broken.lua", "this is no Lua\n")
    command.write(work .. "/spec/good_spec.lua", 'it("is good", function() assert.is_true(true) end)\n')
    command.must('"$upnudge" check "$env" --state-dir "$state" --new "$new"')
end)

after_each(stage.strike)

--- The words with --json, which stands before another command's.
local function with_json(words)
    local before, after = words:match "^(.-)( %-%- .*)$"
    return (before or words) .. " --json" .. (after or "")
end

--- What a script prints, which is one document and nothing else; and what it exits with.
local function document(script)
    local said = command.shell('cd "$work" && ' .. script)
    assert.equal("", said.err, script)
    assert.is_truthy(said.out:find "^{[^\n]*}\n$", script .. ": " .. said.out)
    local read, answer = pcall(cjson.decode, said.out)
    assert.is_true(read, script .. ": " .. tostring(answer))
    assert.equal(1, answer.schema, script)
    assert.is_true(answer.reason == nil and answer.error == nil or LISTED[answer.code], ("%s: %s"):format(script, answer.code))
    return answer, said.code
end

--- The answer to words that exit so.
local function answer_to(words, code)
    local answer, ended = document('"$upnudge" ' .. with_json(words))
    assert.equal(code, ended, words)
    return answer
end

local function expect_error(words, code, error_code)
    local answer = answer_to(words, code)
    assert.same({ "string", error_code }, { type(answer.error), answer.code }, words)
    assert.is_nil(answer.error:find "[\27\7]", words)
end

--- The names of the commands with those below them, as the help of each lists them.
local function names(above, found)
    found[#found + 1] = above
    local listed = answer_to(above .. " --help", 0).help:match "Commands:\n(.*)$"
    for name in (listed or ""):gmatch "\n?   (%l+) " do
        names(above == "" and name or above .. " " .. name, found)
    end
    return found
end

describe("with --json", function()
    it("every command that there is succeeds in one document", function()
        local list = names("", {})
        assert.is_true(#list >= 19, #list)
        for _, name in ipairs(list) do
            local lines = assert(COMMANDS[name], "json_spec.lua does not know upnudge " .. name)
            for _, line in ipairs(lines) do
                assert.is_nil(answer_to(line[1], 0).error, line[1])
            end
        end
    end)

    it("every command says in one document what makes no sense, wherever --json stands", function()
        for _, words in ipairs(USAGE) do
            expect_error(words, 2, "usage")
        end
        for name, lines in pairs(COMMANDS) do
            for _, bogus in ipairs { "--bogus", "--json=yes", "'--\27[31m\7\u{202E}\255'" } do
                expect_error(name .. " " .. bogus, 2, "usage")
            end
            if name ~= "" then
                expect_error("--bogus " .. lines[1][1], 2, "usage")
                local answer, code = document('"$upnudge" --json ' .. lines[1][1])
                assert.same({ 2, "usage" }, { code, answer.code })
            end
        end
    end)

    it("every command that is about an environment says what is not in order there", function()
        local seen = 0
        for _, lines in pairs(COMMANDS) do
            for _, line in ipairs(lines) do
                local words, nowhere, broken, refused, no_directory = table.unpack(line)
                assert.equal(words:find('^%l+ "%$env" ') ~= nil, nowhere ~= nil, words)
                if nowhere then
                    answer_to(words:gsub('"%$env"', '"$work/nowhere"'), nowhere)
                    command.must 'for record in "$state"/*/record.json; do echo "{" >"$record"; done'
                    answer_to(words, broken)
                    command.must 'chmod 777 "$state"'
                    answer_to(words, refused)
                    command.must 'chmod 700 "$state"; rm -r "$state"; : >"$state"'
                    answer_to(words, no_directory or refused)
                    command.must 'rm "$state"; "$upnudge" check "$env" --state-dir "$state" --new "$new"'
                    seen = seen + 1
                end
            end
        end
        assert.equal(14, seen)
    end)

    it("every command says in one document why it fails", function()
        for words, expected in pairs(FAILURES) do
            assert.equal(expected[2], answer_to(words, expected[1]).code, words)
        end
    end)

    it("check says that it is fresh, busy, too early or in the background", function()
        local function outcome(words, code)
            return answer_to('check "$env" --state-dir "$state" ' .. words, code).outcome
        end
        assert.equal("fresh", outcome('--new "$new"', 0))
        assert.equal("fresh", outcome('--detach --new "$new"', 0))
        assert.equal("failed", outcome("--max-age 0 -- false", 1))
        assert.equal("later", outcome('--max-age 1s --detach --new "$new"', 1))
        local slow = ("sh -c 'echo >\"$work/inside\"; sleep %d'"):format(HANG)
        stage.start('"$upnudge" check "$env" --state-dir "$state" --max-age 0 -- ' .. slow)
        stage.await_file(work .. "/inside")
        assert.equal("busy", outcome('--max-age 0 --new "$new"', 75))
        assert.equal("busy", outcome('--max-age 0 --detach --new "$new"', 75))
        local other = command.must 'cp -r "$env" "$work/other"; printf %s "$work/other"'
        local answer = answer_to(('check "%s" --state-dir "$state" --detach --new "$new"'):format(other), 0)
        assert.equal("started", answer.outcome)
        stage.await("the check's record", function()
            return command.shell('"$upnudge" show %s --state-dir "$state"', other).code == 0
        end)
    end)

    it("notify has its notice in the document, and for the person beside it", function()
        local said = command.shell '"$upnudge" notify "$env" --state-dir "$state" --tty --json'
        assert.is_true(cjson.decode(said.out).notified)
        assert.equal(cjson.decode(said.out).text .. "\n", said.err)
    end)

    it("what only its own process ends is told, too: a strategy that hangs", function()
        command.must 'mkdir -p "$work/upnudge/strategy"'
        command.write(work .. "/upnudge/strategy/stuck.lua", [[
            local function stuck() while true do end end
            return { read = stuck, commit_check = stuck, claim = stuck }]])
        local policy = stage.policy '{ api = 1, name = "t", extends = "default", strategy = "stuck" }'
        local answer, code = document(('UPNUDGE_LUA_PATH="$work/?.lua" "$upnudge" notify "$env" --state-dir "$state" '
            .. "--tty --json --policy '%s'"):format(policy))
        assert.same({ 0, false, "fault", "no answer within 2 s" }, { code, answer.notified, answer.code, answer.reason })
    end)

    it("a strategy that raises is told as well", function()
        command.must 'mkdir -p "$work/upnudge/strategy"'
        command.write(work .. "/upnudge/strategy/raises.lua", [[
            local function raises() error "so it \"is\"" end
            return { read = raises, commit_check = raises, claim = raises }]])
        command.variables.raises = stage.policy '{ api = 1, name = "t", extends = "default", strategy = "raises" }'
        local function raised_by(words)
            return document('UPNUDGE_LUA_PATH="$work/?.lua" "$upnudge" ' .. words .. ' "$env" --state-dir "$state" --policy "$raises" --json')
        end
        local answer, code = raised_by 'check --max-age 0 --new "$new"'
        assert.equal(1, code)
        assert.is_truthy((answer.error or answer.reason):find('so it "is"', 1, true))
        -- What the last check found is shown all the same; why nobody can be told, explain says.
        answer, code = raised_by "show"
        assert.same({ 0, "raises" }, { code, answer.strategy })
        assert.is_truthy(raised_by "explain".reason:find('so it "is"', 1, true))
        command.variables.raises = nil
    end)

    it("a program that is half there says so", function()
        command.must 'mkdir "$work/alone" && cp "$build/upnudge" "$work/alone/"'
        for _, words in ipairs { "list --json", "check --json x -- y", "notify x --json", "--json" } do
            local answer, code = document('"$work/alone/upnudge" ' .. words)
            assert.same({ words:find "^notify" and 0 or 1, "fault" }, { code, answer.code })
            assert.is_truthy(answer.error:find("cannot find upnudge-cli", 1, true))
        end
        command.must 'cp "$build/upnudge-cli" "$work/alone/"'
        for _, words in ipairs { 'parse "$new" --json', 'check "$env" --max-age 0 --new "$new" --state-dir "$state" --json' } do
            local answer, code = document('"$work/alone/upnudge" ' .. words)
            assert.same({ 1, "fault" }, { code, answer.code })
            assert.is_truthy((answer.error or answer.reason):find("upnudge-json.so", 1, true))
        end
        command.must 'rm "$work/alone/upnudge-cli"'
        local quiet = command.shell '"$work/alone/upnudge" notify "$env" --mode activate'
        assert.same({ "", "", 0 }, { quiet.out, quiet.err, quiet.code })
        local said = command.shell '"$work/alone/upnudge" check "$env" -- cat --json'
        assert.same({ "", 1 }, { said.out, said.code })
        assert.is_truthy(said.err:find("cannot find upnudge-cli", 1, true))
    end)

    it("policy test has what specs print beside its document", function()
        command.write(work .. "/spec/good_spec.lua", [[
            print("said", nil, 1)
            io.write "said\n"
            io.stdout:write "said\n"
            it("is good", function() print "said" end)
            it("is bad", function() error { 1 } end)
            pending "is to come"]])
        local said = command.shell '"$upnudge" policy test "$work/spec" --json'
        local answer = cjson.decode(said.out)
        assert.same({ 1, 1, 1, 1 }, { said.code, answer.passed, answer.failed, answer.pending })
        assert.same({ "is bad", 5 }, { answer.failures[1].name, answer.failures[1].line })
        assert.equal(4, select(2, said.err:gsub("said", "")))
    end)

    it("words that stand for another command's are not ours", function()
        local said = command.shell '"$upnudge" check "$env" --bogus -- cat --json'
        assert.same({ "", 2 }, { said.out, said.code })
        assert.is_truthy(said.err:find("unknown option", 1, true))
    end)
end)
