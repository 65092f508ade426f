--- Many processes at once on one environment.

local command = require "command"
local stage = require "stage"
local cjson = require "cjson"

local NEW <const>, NOW <const>, DAY <const> = stage.NEW, stage.NOW, stage.DAY
local SHELLS <const> = 64

local work, env, state

before_each(function()
    work, env, state = stage.set()
    command.must 'mkdir "$work/said"'
end)

after_each(stage.strike)

local function policy(strategy)
    return stage.policy(('{ api = 1, name = "t", extends = "default", strategy = "%s" }'):format(strategy))
end

--- 64 activations at once under the policy, with `meanwhile` running beside them; how many of them spoke.
local function activate(path, now, meanwhile)
    return tonumber(command.shell((meanwhile or "") .. [[

        i=0
        while [ $i -lt %d ]; do
            i=$((i + 1))
            "$upnudge" notify "$env" --state-dir "$state" --policy %s --tty --now %d 2>"$work/said/$i" &
        done
        wait
        cat "$work"/said/* | grep -c available]], SHELLS, path, now).out)
end

local function check(now, path, ...)
    return command.run("check", env, "--state-dir", state, "--now", now, "--max-age", "0", "--new", path, ...)
end

describe("64 shells at once", function()
    it("show one notice with separate-lock, window after window", function()
        check(NOW, NEW)
        for window = 0, 4 do
            assert.equal(1, activate(policy "separate-lock", NOW + window * 8 * DAY))
        end
    end)

    it("show one notice of a fix with separate-lock, at once, and none again", function()
        check(NOW, NEW)
        assert.equal(1, activate(policy "separate-lock", NOW))
        command.write(work .. "/fixed.txt", "curl\n")
        check(NOW + DAY, NEW, "--security", work .. "/fixed.txt")
        assert.equal(1, activate(policy "separate-lock", NOW + DAY + 1))
        assert.equal(0, activate(policy "separate-lock", NOW + 8 * DAY))
    end)

    it("show one notice of each rule that has a clock of its own", function()
        check(NOW, NEW)
        local function ruled(name, rules)
            return stage.policy(('{ api = 1, name = "t", extends = "default", rules = { %s } }'):format(rules), name)
        end
        local own = ruled("own", 'u.rule "default" { notify = u.every("1d", { own = true }) }')
        local both = ruled("both", [[u.rule "weekly" { notify = u.every("1w", { own = true }) },
            u.rule "default" { notify = u.every("1d", { own = true }) }]])
        assert.equal(1, activate(own, NOW))
        assert.equal(0, activate(own, NOW + DAY - 1))
        -- Whoever hears that another rule has spoken decides again.
        assert.equal(2, activate(both, NOW + DAY))
        assert.equal(1, activate(both, NOW + 2 * DAY))
        assert.equal(0, activate(both, NOW + 3 * DAY - 1))
    end)

    it("show between one and all with simple, and none the moment after", function()
        check(NOW, NEW)
        local spoke = activate(policy "simple", NOW)
        assert.is_true(spoke >= 1 and spoke <= SHELLS)
        assert.equal(0, activate(policy "simple", NOW + 1))
    end)

    it("all show it with stateless", function()
        check(NOW, NEW)
        local path = stage.policy '{ api = 1, name = "e", strategy = "stateless", rules = { u.rule "a" { notify = u.always() } } }'
        assert.equal(SHELLS, activate(path, NOW))
    end)

    it("lose no result of checks that commit meanwhile, under any strategy", function()
        for _, strategy in ipairs { "simple", "separate-lock", "stateless" } do
            check(NOW, NEW)
            local newer = work .. "/newer.lock"
            command.write(newer, (command.read(NEW):gsub("8%.10%.1", "8.11.0")))
            -- Checks keep committing two results in turn while the shells run; the last must stand.
            local commits = ([[(for n in 1 2 3 4 5 6; do for f in "$new" "$work/newer.lock"; do
                "$upnudge" check "$env" --state-dir "$state" --now %d --max-age 0 --new "$f" >>"$work/commits" 2>&1
                done; done) &]]):format(NOW + 5)
            activate(policy(strategy), NOW + 10, commits)
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
        assert.equal(1, activate(policy "separate-lock", NOW + 10))
        check(NOW + 20, NEW)
        assert.equal(0, activate(policy "separate-lock", NOW + 30))
    end)
end)
