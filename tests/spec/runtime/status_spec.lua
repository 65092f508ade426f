--- How an environment stands, and all of them.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local NOW <const>, HOUR <const>, DAY <const> = stage.NOW, stage.HOUR, stage.DAY

local work, env

before_each(function()
    work, env = stage.set()
end)

after_each(stage.strike)

local function upnudge(words, now)
    return command.shell(('cd "$env" && HOME="$work" XDG_CACHE_HOME="$work/cache" "$upnudge" %s %s'):format(words,
        now and "--now " .. now or ""))
end

local function check(words, now)
    assert.equal(0, upnudge(("check --max-age 0 %s"):format(words or '--new "$new"'), now or NOW).code)
end

local function status(now)
    return cjson.decode(upnudge("status --json", now or NOW + HOUR).out)
end

describe("the status of an environment", function()
    it("tells what waits as the notice does, and since when", function()
        check()
        check(nil, NOW + DAY)
        local said = upnudge("status", NOW + DAY + HOUR).out
        local notice = upnudge("notify --tty", NOW + DAY + HOUR).err:match "^(.-) available"
        assert.equal("2 version changes and 1 rebuild", notice)
        assert.is_truthy(said:find("\nwaiting        2 version changes, 1 rebuild, found 1 day ago\n", 1, true), said)
        assert.is_truthy(said:find("\nlast checked   1 hour ago\n", 1, true), said)
        local value = status(NOW + DAY + HOUR)
        assert.same({ env, NOW, NOW + DAY, 3, false, false }, { value.environment, value.since, value.last_checked,
            value.waiting.total, value.stale, value.gone })
        assert.is_nil(value.code)
    end)

    it("tells downgrades as such, in every answer that counts", function()
        local lockfile = '{ "lockfileVersion": 3, "packages": { "": {}, "node_modules/a": { "version": "%s" }, '
            .. '"node_modules/b": { "version": "%s" } } }'
        command.must 'rm -rf "$env/.flox"'
        command.write(env .. "/package-lock.json", lockfile:format("2.0.0", "1.0.0"))
        command.write(command.variables.work .. "/down.json", lockfile:format("1.0.0", "1.0.1"))
        local answer = cjson.decode(upnudge("check --json --new \"$work/down.json\"", NOW).out)
        assert.equal("1 version change, 1 downgrade", answer.reason)
        assert.same({ 2, 1, 0, 1 }, { answer.waiting.versions, answer.waiting.downgraded, answer.waiting.major,
            answer.waiting.patch })
        assert.same(answer.waiting, status().waiting)
        local shown = upnudge("show", NOW).out
        assert.is_truthy(shown:find("\nwaiting        1 version change, 1 downgrade, found", 1, true), shown)
        assert.is_truthy(shown:find("\ndowngraded  a  2.0.0 -> 1.0.0 (major)\n", 1, true), shown)
        upnudge "ignore b"
        assert.same({ 1, 1, 0, 0 }, { status().waiting.versions, status().waiting.downgraded, status().waiting.major,
            status().waiting.patch })
        -- A record of before has no such count: a downgrade was a version like others.
        command.must [=[set -e; record=$(find "$work" -name record.json); grep -q '"downgraded":1' "$record"
            sed -i 's/,"downgraded":1//; s/"downgraded":1,//' "$record"; find "$work" -name choices.json -delete]=]
        assert.equal("2 version changes", upnudge("status", NOW).out:match "waiting +([^,]+),")
    end)

    it("is counted alike by all: check, notify, status, show and list; on this system, without what is ignored", function()
        upnudge "ignore curl"
        local waits = "1 version change, 1 rebuild"
        local answer = cjson.decode(upnudge("check --json --new \"$new\"", NOW).out)
        assert.same({ waits, 12, 2, 1, 1 }, { answer.reason, answer.changes, answer.waiting.total,
            answer.waiting.versions, answer.waiting.rebuilds })
        assert.equal("fresh: checked 1 hour ago; " .. waits .. "\n", upnudge("check --new \"$new\"", NOW + HOUR).out)
        assert.equal("checked: " .. waits .. "\n", upnudge("check --max-age 0 --new \"$new\"", NOW + HOUR).out)
        assert.same(answer.waiting, status().waiting)
        assert.equal("1 version change and 1 rebuild", upnudge("notify --tty", NOW + HOUR).err:match "^(.-) available")
        assert.is_truthy(upnudge("show", NOW + HOUR).out:find("\nwaiting        " .. waits .. ", found", 1, true))
        assert.equal(("%s  2027-01-15T09:00:00Z  %s\n"):format(env, waits), upnudge("list", NOW + HOUR).out)
        upnudge "ignore '*'"
        assert.equal("checked: nothing newer that is not ignored\n",
            upnudge("check --max-age 0 --new \"$new\"", NOW + HOUR).out)
    end)

    it("tells what the person chose", function()
        check()
        upnudge("snooze 3d", NOW)
        upnudge "ignore curl"
        local value = status()
        assert.same({ NOW + 3 * DAY, { "curl" } }, { value.snoozed_until, value.ignored })
        assert.is_truthy(value.waiting.total < 3)
        local said = upnudge("status", NOW + HOUR).out
        assert.is_truthy(said:find("snoozed        ends in 2 days\nignored        curl\n", 1, true), said)
        assert.is_nil(status(NOW + 4 * DAY).snoozed_until)
    end)

    it("tells that the lockfile changed, that the check failed, and that none was", function()
        assert.equal("not-checked", status().code)
        assert.is_truthy(upnudge("status").out:find("run 'upnudge check'", 1, true))
        check()
        assert.equal(1, upnudge("check --max-age 0 --new /nowhere", NOW + HOUR).code)
        local value = status(NOW + HOUR)
        assert.same({ NOW + HOUR, NOW + HOUR + 300, 3 }, { value.last_failed, value.retry_at, value.waiting.total })
        assert.is_truthy(value.failure:find("/nowhere", 1, true))
        command.must 'cp "$new" "$env/.flox/env/manifest.lock"'
        value = status(NOW + HOUR)
        assert.same({ "lockfile-changed", true }, { value.code, value.stale })
        assert.is_nil(value.waiting)
    end)

    it("is what upnudge alone tells", function()
        check()
        assert.equal(upnudge("status").out, upnudge("").out)
        assert.equal(upnudge("status --json").out, upnudge("--json").out)
        assert.equal(upnudge("status --all").out, upnudge("--all").out)
    end)

    it("writes nothing and asks no policy", function()
        check()
        local function kept()
            return command.must 'cd "$work/cache" && find . -type f | LC_ALL=C sort | xargs sha256sum'
        end
        local before = kept()
        for _, words in ipairs { "", "--all", "status --policy /nowhere/policy.lua" } do
            local said = upnudge(words)
            assert.equal(0, said.code, said.err)
            assert.is_truthy(said.out:find("2 version changes", 1, true))
        end
        assert.equal(before, kept())
    end)
end)

describe("the status of all environments", function()
    it("has a line for each, by path, with those that are gone", function()
        assert.equal("no environment was checked yet\n", upnudge("status --all").out)
        command.must 'cp -r "$env" "$work/another"'
        check()
        check('"$work/another" --new "$new"')
        upnudge("snooze ../another 3d", NOW)
        command.must 'rm -r "$work/another"'
        assert.equal(("%s/another  the directory is gone; checked 1 hour ago; snoozed, ends in 2 days\n"
            .. "%s  2 version changes, 1 rebuild; checked 1 hour ago\n"):format(work, env),
            upnudge("status --all", NOW + HOUR).out)
        local all = cjson.decode(upnudge("status --all --json", NOW + HOUR).out)
        assert.same({ 2, true, "environment-missing", 3, 0 }, { #all.environments, all.environments[1].gone,
            all.environments[1].code, all.environments[2].waiting.total, all.more })
    end)

    it("are of very many those that were checked last, and the others are counted", function()
        check()
        command.must [=[set -e; record=$(find "$work/cache" -name record.json); above=${record%/*/*}
            for i in $(seq -f %032.0f 1200); do mkdir "$above/$i"; done
            for i in $(seq -f %032.0f 1001); do cp "$record" "$above/$i/"; done; rm -r "$above/$(printf %032d 7)"]=]
        local all = cjson.decode(upnudge("status --all --json", NOW + HOUR).out)
        assert.same({ 0, 200 }, { #all.environments, all.more }, "a record of another path is none")
        check()
        all = cjson.decode(upnudge("status --all --json", NOW + HOUR).out)
        assert.same({ 1, 200, env }, { #all.environments, all.more, all.environments[1].environment })
        assert.is_truthy(upnudge("status --all", NOW + HOUR).out:find "\n%.%.%. and 200 more\n")
    end)

    it("cannot be told where the state directory is not ours or none", function()
        for _, spoil in ipairs { 'mkdir -p "$work/odd" && chmod g+w "$work/odd"', 'rm -r "$work/odd"; touch "$work/odd"' } do
            command.must(spoil)
            local said = upnudge 'status --all --json --state-dir "$work/odd"'
            assert.same({ 1, "state-unusable" }, { said.code, cjson.decode(said.out).code })
        end
    end)
end)
