--- What ails upnudge.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local NOW <const>, DAY <const> = stage.NOW, stage.DAY

local work, env, state

before_each(function()
    work, env, state = stage.set()
    command.must('"$upnudge" check "$env" --state-dir "$state" --new "$new"')
end)

after_each(stage.strike)

local function doctor(words)
    return command.shell('"$upnudge" doctor --state-dir "$state" ' .. (words or ""))
end

--- The ailments, of which there have to be some; each has what to do.
local function ailments(words)
    local said = doctor("--json " .. (words or ""))
    local answer = cjson.decode(said.out)
    assert.same({ 1, false }, { said.code, answer.well }, said.out)
    for _, one in ipairs(answer.ailments) do
        assert.is_true(#one.remedy > 5 and #one.where > 1 and #one.message > 5)
    end
    return answer.ailments
end

local function only(words)
    local list = ailments(words)
    assert.equal(1, #list, list[2] and list[2].message)
    return list[1]
end

local function record_directory()
    return state .. "/" .. command.must('ls "$state"'):match "%x+"
end

describe("the doctor", function()
    it("knows whose a record is that stands in the refuge, for no home can be made", function()
        command.must 'mkdir -m 700 "$work/run" && touch "$work/file"'
        local variables = 'XDG_RUNTIME_DIR="$work/run" HOME="$work/file" '
        command.must(variables .. '"$upnudge" check "$env" --new "$new"')
        local said = command.shell(variables .. '"$upnudge" doctor --json')
        for _, one in ipairs(cjson.decode(said.out).ailments) do
            assert.equal("state-unusable", one.code, one.message)
            assert.is_truthy(one.remedy:find("it is kept in " .. work .. "/run/upnudge/default until you log out", 1, true))
        end
    end)

    it("remarks that a check failed, which a machine without a network has, too", function()
        command.shell '"$upnudge" check "$env" --state-dir "$state" --max-age 0 -- sh -c "echo no network >&2; exit 3"'
        local said = doctor()
        assert.equal(0, said.code, said.out)
        assert.is_truthy(said.out:find("note: " .. env .. ": its last check failed: sh exited with 3: no network; "
            .. "'upnudge check' there tries again\n", 1, true), said.out)
        assert.equal(1, #cjson.decode(doctor "--json".out).remarks)
    end)

    it("finds nothing where all is well, and leaves nothing behind", function()
        local function kept()
            return command.must 'cd "$state" && find . | LC_ALL=C sort'
        end
        local before = kept()
        local said = doctor()
        assert.same({ "all is well\nall that is kept: " .. state .. " (as --state-dir says)\n", "", 0 }, { said.out, said.err, said.code })
        assert.equal(before, kept())
        command.must '"$upnudge" doctor --state-dir "$work/to/be/made"; test ! -e "$work/to"'
    end)

    it("finds mistakes of the policy, those of its functions too, and of formats", function()
        local bad = stage.policy '{ api = 1, nmae = "t" }'
        local found = ailments("--policy " .. command.quote(bad))[1]
        assert.same({ "policy-fault", bad .. ":2" }, { found.code, found.where })
        assert.is_truthy(found.message:find("did you mean 'name'?", 1, true))
        local raises = stage.policy '{ api = 1, name = "t", rules = { u.rule "x" { when = function(c) return c.reslut.x end } } }'
        assert.equal("policy-fault", ailments("--policy " .. command.quote(raises))[1].code)
        local sound = stage.policy '{ api = 1, name = "t" }'
        command.must('mkdir -p "$(dirname %s)/formats"; echo "no Lua" >"$(dirname %s)/formats/x.lua"', sound, sound)
        found = only("--policy " .. command.quote(sound))
        assert.is_truthy(found.code == "policy-fault" and found.message:find("formats/x.lua", 1, true), found.message)
    end)

    it("finds a database that does not answer, and one that is refused", function()
        local policy = stage.policy(('{ api = 1, name = "t", extends = "default", strategy = "database", '
            .. 'per = "user", database = "sqlite:%s/nowhere/x.sqlite" }'):format(work))
        local found = only("--policy " .. command.quote(policy))
        assert.is_truthy(found.code:find "^database%-", found.message)
        assert.equal("strategy database", found.where)
    end)

    it("finds places that are somebody else's, or cannot be written", function()
        command.must 'chmod 777 "$state"'
        assert.equal("state-unusable", ailments()[1].code)
        command.must 'chmod 700 "$state"; mv "$state" "$work/real"; ln -s "$work/real" "$state"'
        assert.equal("state-unusable", ailments()[1].code)
        command.must 'rm "$state"; mv "$work/real" "$state"'
        local said = command.shell '"$upnudge" doctor --json --state-dir /proc/nowhere'
        assert.same({ 1, "state-unusable" }, { said.code, cjson.decode(said.out).ailments[1].code })
        command.must 'ln -s /nowhere "$(echo "$state"/*)/notified.json"'
        assert.is_truthy(only().where:find("notified.json", 1, true))
    end)

    it("finds a lock that is a link", function()
        command.must 'rm "$state"/*/check.lock; ln -s /nowhere "$(echo "$state"/*)/check.lock"'
        assert.is_truthy(only().where:find("check.lock", 1, true))
    end)

    it("finds records that cannot be used, and those that were set aside", function()
        local path = record_directory() .. "/record.json"
        local sound = command.read(path)
        command.write(path, "{")
        assert.equal("record-broken", only().code)
        command.write(path, (sound:gsub('"schema": *1', '"schema":99', 1)))
        assert.equal("record-newer", only().code)
        command.write(path, "{")
        command.must '"$upnudge" check "$env" --state-dir "$state" --new "$new"'
        local found = only()
        assert.same({ "record-broken", path .. ".broken" }, { found.code, found.where })
        command.must(found.remedy:match "then: (.*)$")
        assert.equal(0, doctor().code)
    end)

    it("finds times of a clock that was wrong, and one that is", function()
        local found = only("--now " .. os.time() - DAY)
        assert.same({ "fault", env }, { found.code, found.where })
        assert.is_truthy(found.message:find("in the future", 1, true))
        assert.equal("clock", ailments("--now 5000")[1].where)
        -- A time that was made up is nobody's clock.
        command.must(('"$upnudge" check "$env" --state-dir "$state" --max-age 0 --new "$new" --now %d'):format(NOW))
        assert.equal(0, doctor().code)
    end)

    it("finds that there is no place for state", function()
        local said = command.shell 'env -u HOME XDG_RUNTIME_DIR=/nowhere "$upnudge" doctor --json'
        assert.same({ 1, "state-unusable" }, { said.code, cjson.decode(said.out).ailments[1].code })
    end)

    it("says it to people, with what to do", function()
        command.write(record_directory() .. "/record.json", "{")
        local said = doctor()
        assert.same({ "", 1 }, { said.err, said.code })
        assert.is_truthy(said.out:find(record_directory() .. ": ", 1, true) == 1, said.out)
        assert.is_truthy(said.out:find("\n    'upnudge check' of that environment makes a new one\n", 1, true), said.out)
    end)
end)
