--- What helps a person to find the way: help, completions, and a first policy.

local command = require "command"
local stage = require "stage"

before_each(stage.bare)
after_each(stage.strike)

describe("help", function()
    it("is that of each command, however deep, and of all", function()
        for _, words in ipairs { "", "check", "policy", "policy check", "version compare" } do
            assert.equal(command.must('"$upnudge" ' .. words .. " --help"), command.must('"$upnudge" help ' .. words), words)
        end
    end)

    it("knows what was meant", function()
        local said = command.shell '"$upnudge" help chekc'
        assert.equal(2, said.code)
        assert.is_truthy(said.err:find("no command 'chekc'; did you mean 'check'?", 1, true), said.err)
    end)
end)

describe("a mistake", function()
    local function err(words)
        return command.shell('"$upnudge" ' .. words).err
    end

    it("points to the help of its command, and knows what was meant", function()
        assert.is_truthy(err("chekc"):find "Did you mean 'check'.*\nTry 'upnudge %-%-help'%.\n$")
        assert.is_truthy(err("check --detahc"):find "Did you mean '%-%-detach'.*\nTry 'upnudge check %-%-help'%.\n$")
        assert.is_truthy(err("policy check"):find "\nTry 'upnudge policy check %-%-help'%.\n$")
        assert.is_truthy(err("snooze"):find "\nTry 'upnudge snooze %-%-help'%.\n$")
        assert.is_truthy(err("snooze 1week"):find("'1week' is neither a directory nor a time (3d, 12h, 2w)\n", 1, true))
        assert.is_truthy(err("snooze . 3"):find("'3' of what? Write 3d for days, 3h for hours\n", 1, true))
    end)
end)

describe("a path that is not what it should be", function()
    local NOT_THERE <const> = "No such file or directory"
    --- Of each command: what it says of nothing, a directory or a file in place of the other, and what it may not read.
    local LINES <const> = {
        ["parse %s"] = { NOT_THERE, "not a regular file", "Permission denied" },
        ["diff %s $work/package-lock.json"] = { NOT_THERE, "not a regular file", "Permission denied" },
        ["diff $work/package-lock.json %s"] = { NOT_THERE, "not a regular file", "Permission denied" },
        ["check $work --new %s"] = { NOT_THERE, "not a regular file", "Permission denied" },
        ["check $work --lockfile %s"] = { NOT_THERE, "not a regular file", "Permission denied" },
        ["policy check %s"] = { NOT_THERE, "not a regular file", "Permission denied" },
        ["policy show %s"] = { NOT_THERE, "not a regular file", "Permission denied" },
        ["policy simulate %s"] = { NOT_THERE, "not a regular file", "Permission denied" },
        ["policy test %s"] = { NOT_THERE, "no file NAME_spec.lua there", "Permission denied" },
    }
    local OF_DIRECTORIES <const> = { "check %s", "show %s", "status %s", "snooze %s 1d" }

    local function said(words, path, as_json)
        local answer = command.shell(([[cd "$work" && XDG_CACHE_HOME="$work/state" setpriv --reuid=65534 --regid=65534 \
            --clear-groups "$upnudge" %s %s]]):format(words:format(path), as_json and "--json" or ""))
        assert.equal(1, answer.code, words .. path)
        return answer
    end

    local function refused(words, path, expected)
        local answer = said(words, path)
        local text = answer.err .. answer.out
        assert.is_truthy(text:find(expected, 1, true), words .. ": " .. text)
        local _, named = text:gsub(path:match("/[^/]*$"):gsub("%p", "%%%0"), "")
        assert.equal(1, named, text)
        assert.is_nil(said(words, path, true).out:find('"code":"fault"', 1, true), words)
    end

    it("is named once, with why and with what to do, and never counts as a fault of upnudge", function()
        if command.shell("id -u").out ~= "0\n" then
            return pending "only root can become somebody who may not read"
        end
        command.must [[cd "$work" && cp "$root/tests/fixtures/webshop/package-lock.json" . && mkdir directory locked state
            cp package-lock.json unread && chmod 0 unread locked && chmod 755 . && chown nobody state]]
        for words, expected in pairs(LINES) do
            for i, path in ipairs { "./nothing", "./directory", "./unread" } do
                refused(words:gsub("%$work", "."), path, expected[i])
            end
        end
        refused("policy test %s", "./locked", "Permission denied")
        for _, words in ipairs(OF_DIRECTORIES) do
            refused(words, "./nothing", NOT_THERE)
            refused(words, "./package-lock.json", "is no directory; name the one that it is in")
            refused(words, "./locked", "the directory cannot be entered: Permission denied")
        end
        local answer = command.shell 'cd "$work" && "$upnudge" check . --directory ./nothing -- cat package-lock.json'
        assert.same({ 2, "upnudge: --directory: " .. command.variables.work .. "/./nothing is no directory" },
            { answer.code, answer.err:match "[^\n]*" })
        for _, path in ipairs { "nothing", "package-lock.json", "locked" } do
            answer = command.shell('cd "$work" && "$upnudge" notify %s --state-dir "$work/state"', path)
            assert.same({ "", "", 0 }, { answer.out, answer.err, answer.code })
        end
        command.must 'cd "$work" && "$upnudge" forget package-lock.json --state-dir "$work/mine"'
    end)
end)

describe("a completion", function()
    it("is taken by its shell, and knows every command", function()
        for _, shell in ipairs { "bash", "zsh", "fish" } do
            local text = command.must('"$upnudge" completion ' .. shell)
            for _, name in ipairs { "status", "check", "doctor", "gc", "completion", "hook" } do
                assert.is_truthy(text:find(name, 1, true), shell)
            end
        end
        command.must 'bash -euc "$("$upnudge" completion bash)"'
        local words = command.must [[bash -c '
            eval "$("$upnudge" completion bash)"
            COMP_WORDS=(upnudge doc) COMP_CWORD=1 COMP_LINE="upnudge doc" COMP_POINT=11
            "$(complete -p upnudge | sed "s/.*-F \([^ ]*\).*/\1/")" upnudge doc upnudge
            echo "${COMPREPLY[*]}"']]
        assert.equal("doctor\n", words)
    end)
end)

describe("the policies", function()
    it("are listed, with the one that holds", function()
        local list = command.must '"$upnudge" policy list'
        assert.is_truthy(list:find "\n%* default +%l" and list:find "\n  weekly +%l", list)
        local path = stage.policy '{ api = 1, name = "t" }'
        assert.is_truthy(command.must('UPNUDGE_POLICY=%s "$upnudge" policy list', path):find("\n* " .. path .. "\n", 1, true))
    end)

    it("are listed with what their files begin with", function()
        local list = command.must '"$upnudge" policy list'
        for path in command.must 'ls "$root"/policies/*.lua':gmatch "[^\n]+" do
            local name = path:match "([^/]*)%.lua$"
            local title = assert(list:match("\n[* ] " .. name:gsub("%-", "%%-") .. " +([^\n]*)\n", 1)
                or list:match("^[* ] " .. name:gsub("%-", "%%-") .. " +([^\n]*)\n"), name)
            local begins = command.read(path):gsub("\n%-%- ?", " "):sub(1, 200)
            assert.is_truthy(begins:find("-- " .. name .. ": " .. title, 1, true) == 1, name)
        end
    end)

    it("are shown as what they come to", function()
        local said = command.must '"$upnudge" policy show security-first'
        assert.is_truthy(said:find "^policy    security%-first %(ready%-made%)\n" and said:find "\n  1%. [^\n]+%(policy:", said)
        local path = stage.policy('{ api = 1, name = "mine", check = { every = "2d" }, rules = { '
            .. 'u.rule "x" { notify = u.always() } } }')
        said = command.must('UPNUDGE_POLICY=%s "$upnudge" policy show', path)
        assert.is_truthy(said:find("check     every 2 days", 1, true), said)
        assert.is_truthy(said:find("  1. x (" .. path .. ":2)", 1, true), said)
        said = command.shell '"$upnudge" policy show weeky'
        assert.is_truthy(said.err:find("did you mean 'weekly'?", 1, true), said.err)
    end)

    it("begin with one that is good, holds, and is never written over", function()
        command.must [[export XDG_CONFIG_HOME="$work/my home"; "$upnudge" policy new
            "$upnudge" policy check "$XDG_CONFIG_HOME/upnudge/policy.lua"
            "$upnudge" policy list | grep -qF "* $XDG_CONFIG_HOME/upnudge/policy.lua"
            echo "-- mine" >>"$XDG_CONFIG_HOME/upnudge/policy.lua"
            ! "$upnudge" policy new 2>"$work/said"
            grep -q "is there already" "$work/said" && grep -q "^-- mine" "$XDG_CONFIG_HOME/upnudge/policy.lua"]]
    end)
end)

describe("policy new", function()
    it("takes a file that ends as policies do, and says what a name of a ready-made one is", function()
        stage.bare()
        local said = command.shell 'cd "$work" && "$upnudge" policy new weekly'
        assert.same({ 2, 1 }, { said.code, (said.err:find("upnudge: 'weekly' is a ready-made policy, which 'upnudge policy show weekly'", 1, true)) })
        said = command.shell 'cd "$work" && "$upnudge" policy new mine'
        assert.same({ 2, 1 }, { said.code, (said.err:find("upnudge: a policy is a file that ends in .lua; did you mean 'mine.lua'?", 1, true)) })
        command.must 'cd "$work" && test ! -e weekly && test ! -e mine && "$upnudge" policy new mine.lua && "$upnudge" policy check mine.lua'
    end)
end)

describe("list", function()
    it("says that there is nothing, to people", function()
        stage.bare()
        local said = command.shell '"$upnudge" list --state-dir "$work/none"'
        assert.same({ 0, "", 1 }, { said.code, said.out, (said.err:find("nothing was checked here so far", 1, true)) })
    end)
end)
