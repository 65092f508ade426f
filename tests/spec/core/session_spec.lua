--- Sessions of real shells, at terminals of their own: each is told once, and whatever is started in one belongs to it.

local command = require "command"
local stage = require "stage"

-- Seconds after which a shell counts as hanging.
local HANG <const> = 120

local work

before_each(function()
    work = stage.set()
    stage.policy('{ api = 1, name = "p", extends = "default", rules = { u.rule "default" { notify = u.once_per_session() } } }')
    command.must '"$upnudge" check "$env" --state-dir "$state" --new "$new"'
    command.write(work .. "/say", [[#!/bin/sh
"$upnudge" notify "$env" --state-dir "$state" --policy "$work/policy.lua" --tty 2>"$work/$1.said"
echo "$1 $(wc -l <"$work/$1.said")" >>"$work/all"
]])
    command.must 'chmod +x "$work/say"'
end)

after_each(stage.strike)

--- What is typed into a bash at a terminal of its own; who was told how many lines.
local function type_into(bash, ...)
    command.write(work .. "/rc", "PS1='ready> '\nHISTFILE=\n")
    local steps = ""
    for _, line in ipairs { ... } do
        steps = steps .. "line " .. line .. "\n"
    end
    command.write(work .. "/steps", steps .. "line exit\n")
    command.must(('cd "$work" && HOME="$work" TERM=xterm python3 "$root/tests/typing.py" %d "ready> " %s <"$work/steps"'):format(HANG, bash))
    local told = {}
    for name, lines in (command.read(work .. "/all") or ""):gmatch "(%S+) (%d+)\n" do
        told[#told + 1] = lines ~= "0" and name or nil
    end
    return told
end

local BASH <const> = 'bash --noprofile --rcfile "$work/rc"'

describe("a session of a shell", function()
    it("is told once, with all that is started in it", function()
        local lines = { '"$work/say" first', '"$work/say" again', '( "$work/say" subshell; )', '"$work/say" background & wait',
            'bash --norc -c "\\"$work/say\\" nested; :"', 'bash --noprofile --rcfile "$work/rc"', '"$work/say" deeper', "exit",
            'setsid -w "$work/say" detached', 'python3 "$root/tests/terminal.py" 60 "$work/say" terminal',
            'UPNUDGE_SESSION=named "$work/say" named', 'UPNUDGE_SESSION=named "$work/say" named-again', '"$work/say" last' }
        assert.same({ "first", "detached", "terminal", "named" }, type_into(BASH, table.unpack(lines)))
        local _, count = command.read(work .. "/all"):gsub("\n", "")
        assert.equal(11, count)
        -- Another terminal.
        assert.same({ "first", "detached", "terminal", "named", "other" },
            type_into(BASH, '"$work/say" other', '"$work/say" other-again'))
        local kept = command.must 'cat "$state"/*/notified.json'
        assert.equal(5, select(2, kept:match '"sessions":"(.-)"':gsub("%x+", "")))
        assert.is_nil(kept:find("named", 1, true))
    end)

    it("is nobody's where there is no /proc, which is once a day then", function()
        if command.sanitised or command.shell "unshare -m true".code ~= 0 then
            return pending "this user cannot have another /proc, or a sanitised program needs it for itself"
        end
        local function say(name)
            command.must('unshare -m sh -c %s', ('mount -t tmpfs none /proc && "$work/say" %s'):format(name))
            return command.read(work .. "/" .. name .. ".said")
        end
        assert.is_truthy(say "first":find "available")
        assert.equal("", say "second")
        local explained = command.must([[unshare -m sh -c 'mount -t tmpfs none /proc && "$upnudge" explain "$env" --tty --state-dir "$state" \
            --policy "$work/policy.lua"']])
        assert.is_truthy(explained:find "already said .- ago; again in")
    end)
end)
