--- Many processes at once on one environment.

local command = require "command"
local cjson = require "cjson"

local OLD <const>, NEW <const> = "tests/fixtures/demo/manifest.lock", "tests/fixtures/demo/upgraded.lock"
local NOW <const> = 1800000000
local DAY <const> = 86400
local SHELLS <const> = 64

local work, env, state

before_each(function()
    work = command.directory()
    env, state = work .. "/webshop", work .. "/state"
    command.shell(("mkdir -p %s/.flox/env %s/said && cp %s %s/.flox/env/manifest.lock"):format(env, work, OLD, env))
end)

after_each(function()
    command.remove(work)
end)

local function policy(strategy)
    local path = work .. "/policy.lua"
    command.write(path, ('local u = require "upnudge"\nreturn u.policy { api = 1, name = "t", extends = "default", strategy = "%s" }')
        :format(strategy))
    return path
end

--- 64 activations at once, with `meanwhile` running beside them; how many of them spoke.
local function activate(strategy, now, meanwhile)
    local script = ([[
        %s
        i=0
        while [ $i -lt %d ]; do
            i=$((i + 1))
            %s notify %s --state-dir %s --policy %s --tty --now %d 2>%s/said/$i &
        done
        wait
        cat %s/said/* | grep -c available]]):format(meanwhile or "", SHELLS, command.program, env, state,
        policy(strategy), now, work, work)
    return tonumber(command.shell(script).out)
end

local function check(now, path)
    return command.run("check", env, "--state-dir", state, "--now", now, "--max-age", "0", "--new", path)
end

describe("64 shells at once", function()
    it("show one notice with separate-lock, window after window", function()
        check(NOW, NEW)
        for window = 0, 4 do
            assert.equal(1, activate("separate-lock", NOW + window * 2 * DAY))
        end
    end)

    it("show between one and all with simple, and none the moment after", function()
        check(NOW, NEW)
        local spoke = activate("simple", NOW)
        assert.is_true(spoke >= 1 and spoke <= SHELLS)
        assert.equal(0, activate("simple", NOW + 1))
    end)

    it("all show it with stateless", function()
        check(NOW, NEW)
        local path = work .. "/every.lua"
        command.write(path, 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "e", strategy = "stateless", '
            .. 'rules = { u.rule "a" { notify = u.always() } } }')
        local script = ("i=0; while [ $i -lt 64 ]; do i=$((i+1)); %s notify %s --state-dir %s --policy %s "
            .. "2>%s/said/$i & done; wait; cat %s/said/* | grep -c available")
            :format(command.program, env, state, path, work, work)
        assert.equal("64\n", command.shell(script).out)
    end)

    it("lose no result of checks that commit meanwhile, under any strategy", function()
        for _, strategy in ipairs { "simple", "separate-lock", "stateless" } do
            check(NOW, NEW)
            local newer = work .. "/newer.lock"
            command.write(newer, (command.read(NEW):gsub("8%.10%.1", "8.11.0")))
            -- Checks keep committing two results in turn while the shells run; the last must stand.
            local commits = ([[(for n in 1 2 3 4 5 6; do for f in %s %s; do
                %s check %s --state-dir %s --now %d --max-age 0 --new $f >>%s/commits 2>&1; done; done) &]])
                :format(NEW, newer, command.program, env, state, NOW + 5, work)
            activate(strategy, NOW + 10, commits)
            local record = cjson.decode(command.run("show", env, "--state-dir", state, "--json").out)
            local top = record.systems["x86_64-linux"].top
            local versions = {}
            for _, change in ipairs(top) do
                versions[change.name] = change.to
            end
            assert.equal("8.11.0", versions.curl)
            local _, committed = command.read(work .. "/commits"):gsub("checked", "")
            assert.equal(12, committed)
            os.remove(work .. "/commits")
        end
    end)

    it("keep the time of the notice through a check with separate-lock", function()
        check(NOW, NEW)
        assert.equal(1, activate("separate-lock", NOW + 10))
        check(NOW + 20, NEW)
        assert.equal(0, activate("separate-lock", NOW + 30))
    end)
end)
