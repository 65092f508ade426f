--- The segment of a prompt.

local cjson = require "cjson"
local command = require "command"
local prompt = require "upnudge.runtime.prompt"
local stage = require "stage"

local UTF8 <const> = "LC_ALL= LC_CTYPE=C.UTF-8"

local work, env, state

before_each(function()
    work, env, state = stage.set()
    command.must 'mkdir -p "$env/src/deep" "$work/none"'
end)

after_each(stage.strike)

--- Checks, and finds two versions and a rebuild.
local function check(...)
    assert.equal(0, command.run("check", env, "--state-dir", state, "--new", stage.NEW, "--max-age", 0, ...).code)
end

--- What is printed deep in the project, but for the end of the line.
local function segment(before, ...)
    local said = command.shell('cd "$env/src/deep" && ' .. (before or UTF8) .. ' "$upnudge" prompt --state-dir "$state"'
        .. (" %s"):rep(select("#", ...)), ...)
    assert.same({ "", 0 }, { said.err, said.code })
    return (said.out:gsub("\n$", ""))
end

describe("the segment of a prompt", function()
    it("says how much waits, and whether it mends a security problem", function()
        assert.equal("", segment())
        check()
        assert.equal("↑3", segment())
        command.write(work .. "/fixes", "curl\n")
        check("--security", work .. "/fixes")
        assert.equal("↑3!", segment())
        assert.equal("3 of which 1; 100% ↑!", segment(nil, "--format", "%n of which %s; 100%% %m%w"))
    end)

    it("has an arrow where the locale has one", function()
        check()
        for before, mark in pairs { ["LC_ALL=C LANG=C.UTF-8"] = "^", ["LC_ALL= LC_CTYPE= LANG=de_DE.utf8"] = "↑",
            ["env -u LC_ALL -u LC_CTYPE -u LANG"] = "^", ["LC_ALL= LC_CTYPE=en_US.UTF-8 LANG=C"] = "↑" } do
            assert.equal(mark .. 3, segment(before), before)
        end
    end)

    it("points downwards where all that waits are downgrades", function()
        command.must 'cp "$new" "$work/old" && cp "$env/.flox/env/manifest.lock" "$work/new" && cp "$work/old" "$env/.flox/env/manifest.lock"'
        local said = command.run("check", env, "--state-dir", state, "--new", work .. "/new", "--json")
        local waiting = cjson.decode(said.out).waiting
        assert.is_true(waiting.downgraded > 0 and waiting.downgraded < waiting.total)
        assert.equal(("↑%d"):format(waiting.total), segment())
        for _, change in ipairs(cjson.decode(command.must '"$upnudge" show "$env" --state-dir "$state" --changes --json').changes) do
            if change.kind ~= "downgraded" then
                command.run("ignore", env, change.name, "--state-dir", state)
            end
        end
        local answer = cjson.decode(command.must '"$upnudge" prompt "$env" --state-dir "$state" --json')
        assert.same({ waiting.downgraded, waiting.downgraded }, { answer.waiting, answer.downgraded })
        assert.equal(("↓%d"):format(waiting.downgraded), segment())
        assert.equal(("v%d"):format(waiting.downgraded), segment "LC_ALL=C")
    end)

    it("counts what show lists, without what the person and the policy ignore", function()
        check()
        local rows = select(2, command.must('"$upnudge" show "$env" --state-dir "$state"'):gsub("\n%l+ +%S+  [^\n]+ %->", ""))
        assert.equal(3, rows)
        command.must '"$upnudge" ignore "$env" curl --state-dir "$state"'
        assert.equal("↑2", segment())
        local policy = stage.policy '{ api = 1, name = "p", extends = "default", ignore = { "*" } }'
        assert.equal("", segment(nil, "--policy", policy))
    end)

    it("is nothing where nobody wants to know, or nothing true is known", function()
        check()
        for _, before in ipairs { "NO_UPDATE_NOTIFIER=1", "UPNUDGE_QUIET=1", 'cd "$work/none" && HOME="$work"' } do
            assert.equal("", segment(before), before)
        end
        -- Another policy stands in for one that is not there.
        assert.equal("↑3", segment "UPNUDGE_POLICY=/nowhere/x.lua")
        command.must '"$upnudge" snooze "$env" 3d --state-dir "$state"'
        assert.equal("", segment())
        command.must '"$upnudge" snooze "$env" --off --state-dir "$state"'
        assert.equal("↑3", segment())
        command.must 'cp "$new" "$env/.flox/env/manifest.lock"'
        assert.equal("", segment())
        command.must 'rm -r "$env/.flox"'
        assert.equal("", segment())
    end)

    it("writes nothing, and claims no notice", function()
        check()
        local before = command.must 'cd "$state" && find . -type f -exec sha256sum {} + | sort'
        assert.equal("↑3", segment())
        assert.equal(before, command.must 'cd "$state" && find . -type f -exec sha256sum {} + | sort')
        assert.is_truthy(command.run("notify", env, "--tty", "--state-dir", state).err:find "available")
        assert.equal("↑3", segment())
    end)

    it("is there when the lockfile is written anew, which the full command reads", function()
        check()
        command.must [[cd "$env/.flox/env" && jq -c . manifest.lock >other && mv other manifest.lock]]
        assert.equal("↑3", segment())
    end)

    it("is told as JSON, with the reason where there is none", function()
        local said = cjson.decode(segment(nil, "--json"))
        assert.same({ "", "not-checked" }, { said.text, said.code })
        check()
        said = cjson.decode(segment(nil, "--json", "--format", "%n"))
        assert.same({ schema = 1, text = "3", environment = env, waiting = 3, security = 0, downgraded = 0,
            exposed = 0 }, said)
        command.must '"$upnudge" snooze "$env" 3d --state-dir "$state"'
        assert.equal("snoozed", cjson.decode(segment(nil, "--json")).code)
    end)

    it("is made by one process", function()
        check()
        local said = command.shell('cd "$env/src" && strace -f -qq -o "$work/calls" "$upnudge" prompt --state-dir "$state"')
        if command.sanitised or said.code == 127 or said.err:find "ptrace" then
            return pending "strace is not there, or may not look"
        end
        local text = command.read(work .. "/calls")
        assert.is_nil(text:find "fork" or text:find "clone" or text:find("execve.*execve"), text)
        assert.is_nil(text:find "O_CREAT", text)
    end)

    it("stands in the prompt of each shell as the page says", function()
        check()
        local recipes = command.read(command.root .. "/lua/README.md"):match "### In a prompt(.-)\n### "
        command.must 'mkdir "$work/bin"'
        command.write(work .. "/bin/upnudge", '#!/bin/sh\nexec "$upnudge" "$@" --state-dir "$state"\n')
        command.must 'chmod +x "$work/bin/upnudge"'
        for shell, show in pairs { bash = 'printf "%s" "${PS1@P}"', zsh = 'print -rnP -- "$PROMPT"',
            fish = "fish_right_prompt" } do
            local file = recipes:gsub("```", "\n"):match("# ~/%S-" .. shell .. "%S*\n(.-)\n\n")
            command.write(work .. "/recipe", "PS1='> '\n" .. file .. "\n" .. show .. "\n")
            if shell == "fish" then
                command.write(work .. "/recipe", file .. "\n" .. show .. "\n")
            end
            local said = command.shell('command -v %s >/dev/null || exit 99; cd "$env" && LC_ALL=C.UTF-8 TERM=dumb '
                .. 'PATH="$work/bin:$PATH" %s "$work/recipe"', shell, shell)
            local shown = said.out:gsub("\27%[[%d;]*m", "")
            assert.is_true(said.code == 99 or shown == (shell == "fish" and "↑3\n" or "↑3 > "), said.out .. said.err)
        end
    end)

    it("knows its parts", function()
        assert.is_nil(prompt.fault "%m%n%w %s%% |")
        for _, format in ipairs { "%x", "%", "%%%", "100%" } do
            assert.is_truthy(prompt.fault(format))
            local said = command.run("prompt", "--format", format)
            assert.equal(2, said.code)
            assert.is_truthy(said.err:find("is nothing that a segment has", 1, true), said.err)
        end
    end)
end)
