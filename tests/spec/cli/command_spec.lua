--- What every command does alike.

local command = require "command"
local stage = require "stage"

local work, state

before_each(function()
    local _
    work, _, state = stage.set()
end)

after_each(stage.strike)

--- The commands, with those below them, as the help of each lists them.
local function commands(above, found)
    found[#found + 1] = above
    local listed = command.must('"$upnudge" ' .. above .. " --help"):match "Commands:\n(.*)$"
    for name in (listed or ""):gmatch "\n?   (%l+) " do
        commands(above == "" and name or above .. " " .. name, found)
    end
    return found
end

describe("a command", function()
    --- What every command says, and its help.
    local function lines_of_all()
        command.must('"$upnudge" check "$env" --state-dir "$state" --new "$new"')
        command.write(work .. "/policy.lua", 'return require "upnudge".policy { api = 1, name = "t" }\n')
        local lines = { "--version", 'check "$env" --state-dir "$state" --new "$new"',
            'check "$env" --state-dir "$state" --new "$new" --json', 'show "$env" --state-dir "$state"',
            'show "$env" --state-dir "$state" --json', 'list --state-dir "$state"', 'list --state-dir "$state" --json',
            'explain "$env" --state-dir "$state"', 'explain "$env" --state-dir "$state" --json',
            'notify "$env" --state-dir "$state" --json', 'parse "$new"', 'parse "$new" --json',
            'diff "$env/.flox/env/manifest.lock" "$new"', 'diff "$env/.flox/env/manifest.lock" "$new" --json',
            "formats", "policy reference", "policy reference --types", "version schemes",
            "version compare 1.0.0 2.0.0", 'policy check "$work/policy.lua"', 'snooze "$env" 1d --state-dir "$state"',
            'ignore "$env" curl --state-dir "$state"' }
        for _, words in ipairs(commands("", {})) do
            lines[#lines + 1] = words .. " --help"
        end
        assert.is_true(#lines > 35, #lines)
        return lines
    end

    it("has no escapes in its output without a terminal, and says nothing of a reader that has read enough", function()
        local lines = lines_of_all()
        table.move({ 'status "$env" --state-dir "$state"', 'status --all --state-dir "$state"', 'gc --state-dir "$state"',
            'doctor --state-dir "$state"', "policy list", "policy show weekly", 'check "$env" --print', "completion bash",
            'policy simulate weekly', 'show "$env" --state-dir "$state" --systems' }, 1, 10, #lines + 1, lines)
        command.must('"$upnudge" ignore "$env" "o*" --state-dir "$state"')
        for _, words in ipairs(lines) do
            local said = command.shell('env -u NO_COLOR -u CLICOLOR -u CLICOLOR_FORCE TERM=xterm-256color COLUMNS=40 "$upnudge" '
                .. words)
            assert.is_nil((said.out .. said.err):find "\27", words)
        end
        command.write(work .. "/unread.py", [[
import os, signal, subprocess, sys
for ignores in (False, True):
    for words in sys.argv[2:]:
        reading, writing = os.pipe()
        os.close(reading)
        how = signal.SIG_IGN if ignores else signal.SIG_DFL
        said = subprocess.run(["sh", "-c", '"$upnudge" ' + words], stdout=writing, stderr=subprocess.PIPE,
                              restore_signals=False, preexec_fn=lambda: signal.signal(signal.SIGPIPE, how))
        os.close(writing)
        assert not said.stderr and said.returncode in (0, 1, -13, 141), (words, said)
]])
        command.must('python3 "$work/unread.py" - ' .. command.words(table.unpack(lines)))
    end)

    it("fails when its output could not be written, be it long or short, and whatever it says", function()
        local lines = lines_of_all()
        for _, words in ipairs(lines) do
            local good = command.shell('"$upnudge" ' .. words)
            local full = command.shell('"$upnudge" ' .. words .. " >/dev/full")
            local closed = command.shell('"$upnudge" ' .. words .. " >&-")
            assert.equal(0, good.code, words .. ": " .. good.err)
            -- Who says nothing has nothing to write, and an activation fails nobody.
            local expected = (good.out == "" or words:find "^notify .*%-%-json") and 0 or 1
            assert.same({ expected, expected }, { full.code, closed.code }, words)
            if expected == 1 then
                assert.is_truthy(full.err:find("upnudge: standard output: No space left on device", 1, true), full.err)
            end
        end
    end)

    it("repeats words that it does not understand without what a terminal obeys", function()
        for _, words in ipairs { "'\27[31mcheck\7'", "snooze \"$env\" '\27[31m1d\255'", "notify \"$env\" --now '\27]0;x\7'",
            "check \"$env\" '--\27[2J\u{202E}'" } do
            local result = command.shell('"$upnudge" ' .. words)
            assert.equal(2, result.code, words)
            assert.is_nil(result.err:find "[\0-\8\11-\31]", result.err)
            assert.is_truthy(utf8.len(result.err) and not result.err:find("\u{202E}", 1, true), result.err)
        end
    end)

    it("keeps the code of a failure of its own when its output could not be written either", function()
        assert.equal(2, command.shell('"$upnudge" chekc >/dev/full').code)
        assert.equal(1, command.shell('"$upnudge" show "$env" --state-dir "$state" >/dev/full').code)
    end)
end)

--- Has the words run with what a parent may have left: `setup` is Python.
local function left_by(setup, words)
    return command.shell("python3 -c " .. command.quote([[
import os, signal, sys
]] .. setup .. [[

os.execv(sys.argv[1], sys.argv[1:])]]) .. ' "$upnudge" ' .. words)
end

local BLOCKED <const> = "signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())"
local IGNORED <const> = [[
for number in range(1, 32):
    if number not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(number, signal.SIG_IGN)]]

describe("what whoever started it has left", function()
    local function stuck_policy()
        command.must 'mkdir -p "$work/upnudge/strategy"'
        command.write(work .. "/upnudge/strategy/stuck.lua", [[
            local function stuck() while true do end end
            return { read = stuck, commit_check = stuck, claim = stuck }]])
        return stage.policy '{ api = 1, name = "t", extends = "default", strategy = "stuck" }'
    end

    it("takes no last resort from an activation: blocked, ignored or running signals", function()
        command.must('"$upnudge" check "$env" --state-dir "$state" --new "$new"')
        local policy = stuck_policy()
        for _, setup in ipairs { BLOCKED, IGNORED, BLOCKED .. "\n" .. IGNORED } do
            local result = left_by(setup .. '\nos.environ["UPNUDGE_LUA_PATH"] = os.environ["work"] + "/?.lua"',
                'notify "$env" --state-dir "$state" --tty --policy ' .. command.quote(policy))
            assert.same({ "", "", 0 }, { result.out, result.err, result.code })
        end
    end)

    -- Of a processor, in seconds: a sanitised program takes more than others before it can stop any timer.
    local EARLY <const> = command.sanitised and 0.5 or 0.01

    it("ends no check: a timer, ignored children", function()
        local slow = "sh -c 'sleep 1; cat \"$new\"'"
        for _, setup in ipairs { "signal.alarm(1)", "signal.setitimer(signal.ITIMER_REAL, 0.3)",
            ("signal.setitimer(signal.ITIMER_VIRTUAL, %g)"):format(EARLY), ("signal.setitimer(signal.ITIMER_PROF, %g)"):format(EARLY),
            "signal.signal(signal.SIGCHLD, signal.SIG_IGN)", BLOCKED .. "\n" .. IGNORED } do
            local result = left_by(setup, 'check "$env" --state-dir "$state" --max-age 0 -- ' .. slow)
            assert.same({ "checked: 2 version changes, 1 rebuild\n", 0 }, { result.out, result.code }, setup .. ": " .. result.err)
            result = left_by(setup, 'check "$env" --state-dir "$state" --max-age 0 --detach -- ' .. slow)
            assert.same({ "started: checking in the background\n", 0 }, { result.out, result.code }, setup)
            stage.await("the end of the check", function()
                return not command.shell('"$upnudge" check "$env" --state-dir "$state" --max-age 0 --new "$new"')
                    .out:find "busy"
            end)
        end
    end)

    it("fails no activation whose reader has gone", function()
        command.must('"$upnudge" check "$env" --state-dir "$state" --new "$new"')
        for _, setup in ipairs { "signal.signal(signal.SIGPIPE, signal.SIG_DFL)", "" } do
            -- The small program, and the full one.
            for _, options in ipairs { "", "--now 2035-01-01" } do
                local words = 'notify "$env" --state-dir "$state" --tty ' .. options
                for _, pipe in ipairs { "", "\nreading, writing = os.pipe()\nos.close(reading)\nos.dup2(writing, 2)" } do
                    command.must 'rm -f "$state"/*/notified.json'
                    local result = left_by(setup .. pipe, words)
                    assert.equal(0, result.code, setup .. options)
                    assert.equal(pipe == "", result.err:find "available" ~= nil)
                end
            end
        end
    end)

    it("fails no activation and no check by how large a file may become: what cannot be kept is said", function()
        -- What it says goes into a pipe, for a file would be limited, too.
        local function limited(blocks, words)
            return command.shell(([[{ (ulimit -f %d; exec "$upnudge" %s --state-dir "$state"); echo "code $?"; } 2>&1 | cat]])
                :format(blocks, words)).out
        end
        for _, blocks in ipairs { 0, 1 } do
            assert.is_truthy(limited(blocks, 'check "$env" --new "$new"')
                :find "could not be kept in [^\n]*File too large[^\n]*\ncode 1\n$", blocks)
        end
        command.must('"$upnudge" check "$env" --state-dir "$state" --max-age 0 --new "$new"')
        assert.equal("code 0\n", limited(0, 'notify "$env" --tty'))
        assert.is_truthy(limited(0, 'notify "$env" --tty --json'):find '"notified":false.*File too large.*\ncode 0\n$')
        assert.is_truthy(limited(0, 'explain "$env" --tty'):find "it is quiet: [^\n]*File too large")
        assert.is_truthy(limited(1000, 'notify "$env" --tty'):find "available")
    end)

    it("explains a notice that a short file has no room for as it is not told", function()
        for _, strategy in ipairs { "simple", "separate-lock" } do
            local policy = stage.policy(([[{ api = 1, name = "p", strategy = "%s",
                rules = { u.rule "r" { notify = u.always() } } }]]):format(strategy))
            -- What is written over is there already, and would be cut off.
            command.must('"$upnudge" check "$env" --state-dir "$state" --max-age 0 --new "$new"')
            assert.is_truthy(command.shell('"$upnudge" notify "$env" --state-dir "$state" --tty --policy %s', policy).err
                :find "available")
            local kept = command.must 'cat "$state"/*/*.json'
            for _, bytes in ipairs { 0, 30, 45 } do
                local limited = ([[prlimit --fsize=%d "$upnudge" %%s "$env" --state-dir "$state" --tty \
                    --policy "$work/policy.lua" --json 2>&1 | cat]]):format(bytes)
                local told, explained = command.shell(limited:format "notify").out, command.shell(limited:format "explain").out
                assert.is_truthy(told:find "File too large", strategy .. bytes .. told)
                assert.equal(told:match '"reason":"[^"]*"', explained:match '"reason":"[^"]*"')
                assert.equal(kept, command.must 'cat "$state"/*/*.json')
            end
            command.must 'rm -rf "$state"'
        end
    end)

    it("lets nothing that is said get into a file of ours, when the first descriptors are closed", function()
        local lines = { 'check "$env" --state-dir "$state" --max-age 0 -- sh -c \'cat "$new"; echo said >&2\'',
            'check "$env" --state-dir "$state" --max-age 0 --detach -- sh -c \'cat "$new"; echo said >&2\'',
            'notify "$env" --state-dir "$state" --tty --now 2035-01-01', 'notify "$env" --state-dir "$state" --tty',
            'explain "$env" --state-dir "$state"', 'snooze "$env" 1d --state-dir "$state"', "chekc" }
        for _, words in ipairs(lines) do
            for _, closed in ipairs { "<&-", ">&-", "2>&-", "<&- >&- 2>&-" } do
                command.shell('exec "$upnudge" ' .. words .. " " .. closed)
                stage.await("the end of the check", function()
                    return command.shell('"$upnudge" check "$env" --state-dir "$state" --max-age 0 --new "$new"').code == 0
                end)
            end
        end
        for _, lock in ipairs { "check.lock", "notified.lock", "choices.lock" } do
            assert.equal("", command.must('cat "$state"/*/' .. lock), lock)
        end
        for _, name in ipairs { "record.json", "notified.json", "choices.json" } do
            command.must('jq . "$state"/*/' .. name)
        end
        assert.is_nil(command.must('cat "$state"/*/record.json "$state"/*/notified.json'):find "webshop%.\n")
    end)
end)

describe("a state directory", function()
    --- What each command says of it; and nothing in it, or in `precious`, is another afterwards.
    local function refused(path, words, precious)
        local function tree()
            return command.must("cd %s && ls -lRn --time-style=full-iso . | grep -v '^total'", precious)
        end
        local before = tree()
        for _, line in ipairs { 'check "$env" --max-age 0 --new "$new"', 'check "$env" --max-age 0 --detach -- cat "$new"',
            'show "$env"', 'snooze "$env" 1d', 'ignore "$env" curl' } do
            local said = command.shell('"$upnudge" ' .. line:gsub("^%l+ \"%$env\"", "%0 --state-dir %%s"), path)
            assert.equal(1, said.code, line .. said.out)
            assert.is_truthy(said.err:find(words, 1, true), line .. ": " .. said.err)
        end
        for _, line in ipairs { "notify", "explain" } do
            local said = command.shell('"$upnudge" ' .. line .. ' "$env" --tty --json --state-dir %s', path)
            assert.is_truthy(said.out:find(words, 1, true), line .. ": " .. said.out)
            assert.is_truthy(said.out:find('"notified":false', 1, true), said.out)
        end
        assert.equal(before, tree())
    end

    it("that others can write to is refused by all, and left as it is", function()
        command.must('"$upnudge" check "$env" --state-dir "$state" --new "$new"')
        for _, mode in ipairs { 770, 702, 1777, 775 } do
            command.must("chmod %d %s", mode, state)
            refused(state, "others can write to it", state)
        end
        command.must("chmod 700 %s; chmod 770 %s/*/", state, state)
        refused(state, "others can write to it", state)
    end)

    it("that root would reach through somebody else's link is refused by all", function()
        if command.shell("id -u").out ~= "0\n" then
            pending "only root is led by others"
            return
        end
        local bait = work .. "/bait"
        command.must('"$upnudge" check "$env" --state-dir %s/precious/state --new "$new"', work)
        command.must("ln -s precious %s && chown -h 65534 %s", bait, bait)
        refused(bait .. "/state", "symbolic link of somebody else", work .. "/precious")
        command.must("chown -h 0 %s", bait)
        command.must('"$upnudge" show "$env" --state-dir %s/state', bait)
    end)
end)

describe("a path that is no UTF-8", function()
    -- Bytes that are none, a letter that breaks off, one that is written too long, half a pair; and what JSON escapes.
    local NAMES <const> = { "caf\xe9", "\xff\xfe", "a\xe4\xb8", "\xc0\xaf", "\xed\xa0\x80", 'a"\\\xe9\tb\27', "\u{e9}" }

    it("is remembered as it is, and printed as valid JSON", function()
        for i, name in ipairs(NAMES) do
            local place = ("%s/%s"):format(work, name)
            command.must("cp -r %s %s && cp %s %s/new", work .. "/webshop", place, stage.NEW, place)
            command.variables.place = place
            for _, words in ipairs { 'check "$place" --new "$place/new"', 'show "$place"', "list", 'explain "$place" --tty',
                'explain "$place" --log', 'notify "$place" --tty --now ' .. stage.NOW * 2, 'ignore "$place"',
                'check "$place" --max-age 0 --new "$place/none"' } do
                local said = command.shell('"$upnudge" ' .. words .. ' --json --state-dir "$state"')
                assert.is_truthy(utf8.len(said.out), words)
                command.write(work .. "/said.json", said.out)
                command.must [[jq -e . "$work/said.json" && python3 -c 'import json; json.load(open(0, "rb"))' <"$work/said.json"]]
                if words:find "^show" or words == "list" or words == 'explain "$place" --tty' then
                    local expected = i == #NAMES and name or "\u{fffd}"
                    assert.is_truthy(said.out:find(expected, 1, true), words .. ": " .. said.out)
                end
            end
            assert.equal("12\n", command.must('"$upnudge" show "$place" --json --state-dir "$state" | jq .changes'))
            local parsed = command.must 'cd "$place" && "$upnudge" parse --json new'
            assert.is_truthy(utf8.len(parsed))
            command.must 'rm -r "$state"'
        end
        command.variables.place = nil
    end)
end)
