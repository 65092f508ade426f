--- What takes long says so at a terminal, and can be stopped.

local command = require "command"
local stage = require "stage"

local work

before_each(function()
    work = stage.set()
    command.variables.TERM = "xterm"
end)

after_each(function()
    command.variables.TERM = nil
    stage.strike()
end)

--- Runs the words as at a terminal.
local function at_terminal(words, before)
    return command.shell(([[env -u COLUMNS NO_COLOR=1 %s python3 "$root/tests/terminal.py" 300 "$upnudge" %s]]):format(
        before or "", words))
end

local LINE <const> = "\r\27%[Kupnudge: ([^\r\n]*), %d+ s %(Ctrl%-C stops it%)"
-- A dry upgrade that takes some seconds.
local SLOW <const> = [[check "$env" --state-dir "$state" --max-age 0 %s -- sh -c 'sleep 1.4; cat "$new"']]

describe("a check that takes long", function()
    it("says so in one line at a terminal, which is written anew and goes", function()
        local said = at_terminal(SLOW:format "")
        assert.equal("checking webshop", said.out:match(LINE))
        local left = said.out:gsub(LINE, "")
        assert.equal("\r\27[Kchecked: 2 version changes, 1 rebuild\n", left)
        -- As wide as the terminal.
        said = at_terminal(SLOW:format "", "WIDTH=20")
        assert.equal("upnudge: checking …", said.out:match "K(upnudge[^\r]*)" )
    end)

    it("says nothing of that without a terminal that can erase it, with --json and with --quiet", function()
        assert.equal("", command.shell('"$upnudge" ' .. SLOW:format "").err)
        assert.equal("checked: 2 version changes, 1 rebuild\n", at_terminal(SLOW:format "", "TERM=dumb").out)
        assert.is_truthy(at_terminal(SLOW:format "--json").out:find '^{"schema":1,[^\n]*}\n$')
        assert.equal("", at_terminal(SLOW:format "--quiet").out)
        assert.equal(1, at_terminal('check "$env" --state-dir "$state" --max-age 0 --quiet --new /nothing').code)
    end)

    it("makes room for what the dry upgrade says itself", function()
        local said = at_terminal([[check "$env" --state-dir "$state" -- sh -c \
            'sleep 1.3; echo resolving >&2; sleep 1.1; cat "$new"']])
        assert.is_truthy(said.out:find("it)\r\27[Kresolving\nchecked: ", 1, true), said.out)
    end)

    it("is stopped by Ctrl-C: nothing is left of it, and it counts as none that failed", function()
        command.must '"$upnudge" check "$env" --state-dir "$state" --new "$new"'
        local function all()
            return command.must [[cd "$state" && find . -type f ! -name check.lock -exec sha256sum {} + && find . -type d]]
        end
        local before = all()
        local said = at_terminal([[check "$env" --state-dir "$state" --max-age 0 -- sh -c \
            'echo $$ >"$work/pid"; sleep 300; cat "$new"']], 'INTERRUPT="stops it"')
        assert.equal(130, said.code, said.out)
        assert.is_truthy(said.out:find "\r\27%[K$", said.out)
        assert.equal(before, all())
        assert.is_false(stage.alive(command.read(work .. "/pid"):match "%d+"))
        assert.equal(0, command.shell('"$upnudge" check "$env" --state-dir "$state" --max-age 0 --new "$new"').code)
    end)

    it("ends in the same way when it is told to in the background", function()
        command.must([["$upnudge" check "$env" --state-dir "$state" --detach -- sh -c \
            'echo $PPID >"$work/keeper"; sleep 300; cat "$new"']])
        local keeper = stage.await_file(work .. "/keeper"):match "%d+"
        local pid = command.read(("/proc/%s/stat"):format(keeper)):match "%) %a (%d+)"
        command.must("kill -TERM %s", pid)
        stage.await("its end", function() return not stage.alive(pid) end)
        assert.equal("", command.must [[find "$state" -name 'output*' -o -name record.json]])
    end)
end)

describe("a simulation that takes long", function()
    local WORDS <const> = "policy simulate" .. (" weekly default security-first"):rep(12) .. " --weeks 104"

    it("says so, and is stopped by Ctrl-C", function()
        local said = at_terminal(WORDS, 'INTERRUPT="stops it"')
        assert.equal("simulating", said.out:match(LINE))
        assert.same({ 130, true }, { said.code, said.out:find "\r\27%[K$" ~= nil })
    end)
end)

describe("a collection", function()
    it("looks at each environment whether it was told to end", function()
        local runtime = assert(stage.open({ state_dir = command.variables.state }, os.time, {}))
        command.must '"$upnudge" check "$env" --state-dir "$state" --new "$new"'
        local progress = require "upnudge.cli.progress".begin("looking", true)
        local ticks = 0
        require "upnudge.runtime.collection".collect(runtime, true, function()
            ticks = ticks + 1
            progress:tick()
        end)
        progress:stop()
        assert.equal(1, ticks)
    end)
end)
