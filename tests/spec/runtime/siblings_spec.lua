--- A directory with lockfiles of several formats has as many environments. The tools are stand-ins: scripts that are
--- called as the tool is, first in PATH.

local checking = require "checking"
local cjson = require "cjson"
local command = require "command"
local core = require "upnudge.core"
local stage = require "stage"

local NOW <const>, DAY <const> = stage.NOW, stage.DAY

local NPM <const> = [[{ "name": "p", "version": "1.0.0", "lockfileVersion": 3, "requires": true, "packages": {
    "": { "name": "p" }, "node_modules/left": { "version": "%s" } } }]]
local CARGO <const> = [==[
version = 3
[[package]]
name = "serde"
version = "%s"
source = "registry+https://github.com/rust-lang/crates.io-index"
]==]

-- Puts the programs of `$work/bin` first.
local PATH <const> = 'PATH="$work/bin:$PATH"'

local work, state, project, npm, cargo

before_each(function()
    checking.set { ["project/package-lock.json"] = NPM:format "1.0.0", ["project/package.json"] = '{ "name": "p" }',
        ["project/Cargo.lock"] = CARGO:format "1.0.0", ["project/Cargo.toml"] = '[package]\nname = "p"\n',
        ["npm.new"] = NPM:format "1.1.0", ["cargo.new"] = CARGO:format "2.0.0",
        ["bin/npm"] = '#!/bin/sh\ncp "$work/npm.new" package-lock.json\n',
        ["bin/cargo"] = '#!/bin/sh\ncp "$work/cargo.new" Cargo.lock\n' }
    work, state, project = command.variables.work, command.variables.state, command.variables.project
    npm, cargo = project .. "/package-lock.json", project .. "/Cargo.lock"
    command.must 'chmod +x "$work"/bin/*'
end)

after_each(stage.strike)

local function upnudge(...)
    local name = ...
    return command.run(name, project, "--state-dir", state, select(2, ...))
end

local function json(...)
    return cjson.decode(upnudge(...).out)
end

--- Checks one lockfile with what its tool would give.
local function check_one(lockfile, ...)
    local new = work .. (lockfile == npm and "/npm.new" or "/cargo.new")
    return json("check", "--json", "--lockfile", lockfile, "--new", new, ...)
end

--- The format of each record by where it is below the directory of the first; "" is that itself.
local function records()
    local found = {}
    for place in command.must('cd "$state" 2>/dev/null && find . -name record.json || true'):gmatch "[^\n]+" do
        found[place:match "^%./%x+/(.-)/?record%.json$"] = cjson.decode(command.read(state .. "/" .. place)).format
    end
    return found
end

local function each(answer, ...)
    local list = {}
    for i, one in ipairs(answer.environments) do
        list[i] = { one.format }
        for _, name in ipairs { ... } do
            table.insert(list[i], one[name])
        end
    end
    return list
end

describe("a directory with two lockfiles", function()
    it("has both checked, each by its own tool, and tells of both by name", function()
        local answer = checking.check(PATH)
        assert.same({ "checked", 1, "npm" }, { answer.outcome, answer.changes, answer.format })
        assert.same({ { "npm", "checked", 1, npm }, { "cargo", "checked", 1, cargo } },
            each(answer, "outcome", "changes", "lockfile"))
        assert.same({ [""] = "npm", ["beside/cargo"] = "cargo" }, records())
        local said = checking.notice():gsub(", 'upnudge show .-' for details", "")
        assert.equal("1 version change available in project.\nUse 'npm update' there to upgrade.\n"
            .. "1 version change available in project (cargo).\nUse 'cargo update' there to upgrade.\n", said)
        assert.equal("", checking.notice())
        assert.same({ { "npm", "fresh" }, { "cargo", "fresh" } }, each(checking.check(PATH), "outcome"))
        assert.equal("fresh: package-lock.json: checked", command.must(PATH
            .. ' "$upnudge" check "$project" --state-dir "$state"'):match "^[^:]+: [^:]+: checked")
    end)

    it("tells of the one that failed, by the exit code, too, and keeps what the other found", function()
        command.write(work .. "/bin/npm", "#!/bin/sh\necho 'npm error code E401' >&2\nexit 1\n")
        local said = command.shell(PATH .. ' "$upnudge" check "$project" --state-dir "$state"')
        assert.same({ 1, "checked: Cargo.lock: 1 version change\n",
            "upnudge: package-lock.json: npm exited with 1: npm error code E401\n" }, { said.code, said.out, said.err })
        local answer = checking.check(PATH)
        assert.same({ "failed", "npm", "dry-upgrade-failed" }, { answer.outcome, answer.format, answer.code })
        assert.same({ { "npm", "failed" }, { "cargo", "fresh" } }, each(answer, "outcome"))
        assert.equal(1, select(2, checking.notice():gsub("available in project %(cargo%)", "")))
    end)

    it("has both checked in the background, each with a log of its own", function()
        command.write(work .. "/bin/npm", '#!/bin/sh\necho from npm >&2\ncp "$work/npm.new" package-lock.json\n')
        command.write(work .. "/bin/cargo", '#!/bin/sh\necho from cargo >&2\ncp "$work/cargo.new" Cargo.lock\n')
        local answer = cjson.decode(command.must(PATH
            .. ' "$upnudge" check "$project" --state-dir "$state" --detach --json'))
        assert.equal("started", answer.outcome)
        assert.same({ { "npm", "started" }, { "cargo", "started" } }, each(answer, "outcome"))
        stage.await("both records", function()
            return records()["beside/cargo"]
        end)
        assert.same({ [""] = "npm", ["beside/cargo"] = "cargo" }, records())
        assert.equal("from npm\n", command.must 'cat "$state"/*/check.log')
        assert.equal("from cargo\n", command.must 'cat "$state"/*/beside/*/check.log')
        answer = cjson.decode(command.must(PATH
            .. ' "$upnudge" check "$project" --state-dir "$state" --detach --json'))
        assert.same({ { "npm", "fresh" }, { "cargo", "fresh" } }, each(answer, "outcome"))
    end)

    it("says what would be run for both", function()
        local said = command.must(PATH .. ' "$upnudge" check "$project" --state-dir "$state" --print')
        assert.is_truthy(said:find "checker +npm\n" and said:find "checker +cargo\n", said)
        local answer = cjson.decode(command.must(PATH
            .. ' "$upnudge" check "$project" --state-dir "$state" --print --json'))
        assert.same({ "npm", { { "npm", "npm" }, { "cargo", "cargo" } } }, { answer.checker, each(answer, "checker") })
    end)

    it("has no lockfile for a command of one's own, unless it is named", function()
        local answer = json("check", "--json", "--new", work .. "/npm.new")
        assert.same({ "failed", "no-lockfile" }, { answer.outcome, answer.code })
        assert.equal("checked", check_one(cargo).outcome)
        assert.same({ [""] = "cargo" }, records())
    end)

    it("keeps the record that came first where it is, whichever that was", function()
        assert.equal("checked", check_one(cargo).outcome)
        assert.equal("checked", check_one(npm).outcome)
        assert.same({ [""] = "cargo", ["beside/npm"] = "npm" }, records())
        for _, one in ipairs { cargo, npm } do
            assert.equal("fresh", check_one(one).outcome)
            assert.equal("checked", check_one(one, "--max-age", "0").outcome)
        end
        assert.same({ [""] = "cargo", ["beside/npm"] = "npm" }, records())
    end)

    it("has one environment for two files of one format", function()
        command.must 'cd "$project" && rm Cargo.lock && cp package-lock.json npm-shrinkwrap.json'
        assert.equal("checked", check_one(npm).outcome)
        local answer = json("check", "--json", "--new", work .. "/npm.new", "--max-age", "0")
        assert.equal("checked", answer.outcome)
        assert.same({ [""] = "npm" }, records())
    end)

    it("has what may be something else checked only where it is named", function()
        command.must 'cd "$project" && rm Cargo.lock && echo "left==1.0" >requirements.txt'
        assert.is_nil(checking.check(PATH).environments)
        local named = project .. "/requirements.txt"
        assert.equal("checked", json("check", "--json", "--lockfile", named, "--new", named).outcome)
        assert.same({ [""] = "npm", ["beside/requirements"] = "requirements" }, records())
    end)

    it("has a large one read apart, and kept where it belongs", function()
        check_one(cargo)
        local rows = {}
        for i = 1, 20000 do
            rows[i] = ('"node_modules/package-%d": { "version": "1.0.0", "dev": true }'):format(i)
        end
        command.write(npm, '{ "lockfileVersion": 3, "packages": { "": {}, ' .. table.concat(rows, ",\n") .. "} }")
        assert.is_true(#command.read(npm) > require "upnudge.lib.limits".AT_ONCE)
        assert.equal("checked", json("check", "--json", "--lockfile", npm, "--new", npm).outcome)
        assert.same({ [""] = "cargo", ["beside/npm"] = "npm" }, records())
        -- One whose name says nothing, too.
        command.must 'cd "$project" && mv package-lock.json locked.json && rm -r "$state"/*/beside'
        assert.equal("checked", json("check", "--json", "--lockfile", project .. "/locked.json", "--new", project
            .. "/locked.json").outcome)
        assert.same({ [""] = "cargo", ["beside/npm"] = "npm" }, records())
    end)
end)

describe("an activation of a directory with two lockfiles", function()
    before_each(function()
        for _, one in ipairs { npm, cargo } do
            assert.equal("checked", check_one(one, "--now", NOW - 10).outcome)
        end
    end)

    it("answers for the first that notifies, with all texts, and for each", function()
        local answer = json("notify", "--json", "--tty", "--now", NOW, "--lockfile", cargo)
        assert.same({ true, nil }, { answer.notified, answer.environments })
        assert.is_truthy(answer.text:find("in project (cargo).", 1, true), answer.text)
        local said = stage.explained(command.run, project, "--state-dir", state, "--json", "--tty", "--now", NOW + 5)
        answer = cjson.decode(said.out)
        assert.same({ true, "npm", npm }, { answer.notified, answer.format, answer.lockfile })
        assert.is_nil(answer.text:find("cargo", 1, true))
        assert.same({ { "npm", true, "notified" }, { "cargo", false, "not-due" } }, each(answer, "notified", "code"))
        answer = json("notify", "--json", "--tty", "--now", NOW + 10)
        assert.same({ false, "npm", NOW + 7 * DAY }, { answer.notified, answer.format, answer.next_at })
    end)

    it("is explained for each", function()
        local said = upnudge("explain", "--tty", "--now", NOW).out
        assert.equal(2, select(2, said:gsub("\nit notifies: ", "")))
        assert.is_truthy(said:find("lockfile      " .. npm, 1, true) and said:find("\n\nenvironment   " .. project .. "\nlockfile      "
            .. cargo, 1, true), said)
    end)

    it("takes a name from its host, and tells them apart all the same", function()
        local said = upnudge("notify", "--tty", "--now", NOW, "--name", "shop", "--hint", "").err
        assert.equal("1 version change available in shop.\n1 version change available in shop (cargo).\n", said)
    end)

    it("is of the lockfile that is named: by its path, its name, else its format", function()
        command.must 'cp "$project/Cargo.lock" "$work/locked"; mkdir "$work/copy"; cp "$project/Cargo.lock" "$work/copy"'
        for i, path in ipairs { cargo, work .. "/copy/Cargo.lock", work .. "/locked" } do
            local answer = json("notify", "--json", "--tty", "--now", NOW + i * 7 * DAY, "--lockfile", path)
            assert.same({ true, nil }, { answer.notified, answer.environments }, path)
            assert.is_truthy(answer.text:find("in project (cargo).", 1, true), path)
            assert.same({ false, "not-due" }, { json("notify", "--json", "--tty", "--now", NOW + i * 7 * DAY, "--lockfile",
                path).notified, json("explain", "--json", "--tty", "--now", NOW + i * 7 * DAY, "--lockfile", path).code })
        end
        command.must 'cp "$root/tests/fixtures/demo/manifest.lock" "$work/another"'
        assert.equal("not-checked", json("notify", "--json", "--tty", "--now", NOW, "--lockfile", work .. "/another").code)
        assert.equal("lockfile-missing", json("notify", "--json", "--tty", "--now", NOW, "--lockfile", work .. "/none").code)
        assert.same({ [""] = "npm", ["beside/cargo"] = "cargo" }, records())
    end)

    it("is the same in a host that stays open, in Lua and in JSON", function()
        local runtime = assert(stage.open({ state_dir = state }, function() return NOW end, {}))
        local answer = runtime:notify(project, { tty = true, now = NOW })
        assert.equal(2, select(2, answer.text:gsub("available in", "")))
        assert.equal(2, #answer.environments)
        assert.is_false(runtime:notify(project, { tty = true, now = NOW + 1 }).notify)
        local called = cjson.decode((runtime:call(cjson.encode { schema = 1, call = "notify", environment = project,
            tty = true, now = NOW + 7 * DAY, lockfile = cargo })))
        assert.is_truthy(called.text:find("(cargo)", 1, true))
        assert.same({ { "npm", true }, { "cargo", false } }, each(cjson.decode((runtime:call(cjson.encode { schema = 1,
            call = "explain", environment = project, tty = true, now = NOW + 7 * DAY + 1 }))), "notified"))
        command.must 'rm -r "$state"/*/beside'
        assert.is_nil(runtime:notify(project, { tty = true, now = NOW + 7 * DAY + 2 }).environments)
    end)

    it("believes nothing that others could have put beside", function()
        command.must 'chmod 770 "$state"/*/beside'
        local answer = json("notify", "--json", "--tty", "--now", NOW)
        assert.is_nil(answer.text:find("cargo", 1, true))
        command.must 'chmod 700 "$state"/*/beside && chmod 770 "$state"/*/beside/cargo'
        assert.same({ { "npm", "not-due" }, { "cargo", "state-unusable" } }, each(json("notify", "--json", "--tty", "--now",
            NOW + 1), "code"))
        command.must 'chmod 700 "$state"/*/beside/cargo; cd "$state"/*/beside && touch Junk && mkdir empty'
        assert.equal(2, #json("notify", "--json", "--tty", "--now", NOW + 2).environments)
    end)
end)

describe("what a person asks or says of a directory with two lockfiles", function()
    before_each(function()
        for _, one in ipairs { npm, cargo } do
            assert.equal("checked", check_one(one, "--now", NOW - 10).outcome)
        end
    end)

    it("is of both: how they stand, what would change, and the lists of all", function()
        for _, name in ipairs { "status", "show" } do
            local said = upnudge(name, "--now", NOW).out
            assert.is_truthy(said:find("package-lock.json (npm)", 1, true) and said:find("Cargo.lock (cargo)", 1, true), said)
            local answer = json(name, "--json", "--now", NOW)
            assert.same({ "npm", { { "npm" }, { "cargo" } } }, { answer.format, each(answer) }, name)
        end
        assert.equal("upgraded    left  1.0.0 -> 1.1.0 (minor)\nupgraded    serde  1.0.0 -> 2.0.0 (major)\n",
            upnudge("show", "--changes").out)
        assert.equal("serde", json("show", "--changes", "--json").environments[2].changes[1].name)
        for _, words in ipairs { "list", "status --all" } do
            local said = command.must(('"$upnudge" %s --state-dir "$state"'):format(words))
            assert.equal(2, select(2, said:gsub("\n", "")))
            assert.is_truthy(said:find("\n" .. project .. " (cargo)  ", 1, true), said)
        end
    end)

    it("holds for both: snoozed, ignored, and heard of again", function()
        upnudge("snooze", "1d", "--now", NOW)
        assert.same({ { "npm", "snoozed" }, { "cargo", "snoozed" } }, each(json("notify", "--json", "--tty", "--now", NOW), "code"))
        upnudge("snooze", "--off")
        assert.equal("serde\n", upnudge("ignore", "serde").out)
        assert.same({ { "npm", "notified" }, { "cargo", "ignored" } }, each(json("notify", "--json", "--tty", "--now", NOW), "code"))
        assert.same({ "left", "serde" }, json("ignore", "--json", "left").ignore)
        assert.same({}, json("ignore", "--json", "--off").ignore)
        assert.equal("notified", json("explain", "--json", "--tty", "--now", NOW + DAY).environments[2].code)
    end)

    it("is of one where its lockfile is named, by its path or its name", function()
        for _, name in ipairs { cargo, "Cargo.lock" } do
            assert.same({ "cargo" }, { json("status", "--json", "--lockfile", name).format })
            assert.same({ "cargo" }, { json("show", "--json", "--lockfile", name).format })
        end
        assert.equal("upgraded    serde  1.0.0 -> 2.0.0 (major)\n", upnudge("show", "--changes", "--lockfile", cargo).out)
        assert.is_nil(upnudge("show", "--lockfile", npm).out:find("serde", 1, true))
        upnudge("snooze", "1d", "--lockfile", cargo, "--now", NOW)
        assert.equal("*\n", upnudge("ignore", "*", "--lockfile", npm).out)
        assert.equal("", upnudge("ignore", "--lockfile", cargo).out)
        assert.same({ { "npm", "ignored" }, { "cargo", "snoozed" } }, each(json("notify", "--json", "--tty", "--now", NOW), "code"))
        assert.equal("snoozed", json("explain", "--json", "--tty", "--now", NOW, "--lockfile", cargo).code)
        assert.equal(2, upnudge("status", "--all", "--lockfile", cargo).code)
        assert.is_true(json("forget", "--json", "--lockfile", npm).forgotten)
        assert.same({ ["beside/cargo"] = "cargo" }, records())
        assert.equal("checked", check_one(npm).outcome)
        assert.is_true(json("forget", "--json", "--lockfile", cargo).forgotten)
        assert.same({ [""] = "npm" }, records())
        assert.is_false(json("forget", "--json", "--lockfile", cargo).forgotten)
        assert.equal(1, upnudge("forget", "--lockfile", work .. "/none.lock").code)
    end)

    it("is told of the logs of both, by time, and of what ails each", function()
        for i, one in ipairs { npm, cargo, npm } do
            json("notify", "--json", "--tty", "--now", NOW + i, "--lockfile", one)
        end
        local formats = {}
        for i, entry in ipairs(json("explain", "--log", "--json").decisions) do
            formats[i] = entry.format
        end
        assert.same({ "npm", "cargo", "npm" }, formats)
        assert.equal(1, select(2, upnudge("explain", "--log").out:gsub("notified  cargo  ", "")))
        local log = json("explain", "--log", "--json", "--lockfile", cargo).decisions
        assert.same({ 1 }, { #log, log[1].format })
        local function ails(words)
            command.must(words)
            return command.shell '"$upnudge" doctor --state-dir "$state"'.out:find("/beside", 1, true) ~= nil
        end
        assert.is_false(ails 'true')
        assert.is_true(ails 'chmod g+w "$state"/*/beside')
        assert.is_true(ails 'chmod g-w "$state"/*/beside; echo no >"$(echo "$state"/*/beside/cargo/record.json)"')
    end)

    it("is warned of where it names no package of any of them", function()
        assert.equal("", upnudge("ignore", "left", "serde").err)
        local said = upnudge("ignore", "sorde").err
        assert.is_truthy(said:find("no package 'sorde'", 1, true) and said:find("'serde'", 1, true), said)
        assert.is_truthy(upnudge("ignore", "serde", "--lockfile", npm).err:find("no package 'serde'", 1, true))
    end)

    it("is counted of both in a prompt, without what nobody wants to hear of", function()
        local function segment(...)
            return command.run("prompt", project, "--state-dir", state, "--format", "%n", "--now", NOW, ...).out
        end
        assert.equal("2\n", segment())
        assert.equal(2, json("prompt", "--json", "--now", NOW).waiting)
        upnudge("ignore", "serde")
        assert.equal("1\n", segment())
        command.must 'cd "$state"/*/ && rm record.json'
        assert.equal("", segment())
        upnudge("ignore", "--off")
        assert.equal("1\n", segment())
    end)

    it("is forgotten of both, by gc too, at once", function()
        assert.is_true(json("forget", "--json").forgotten)
        assert.equal("", command.must 'find "$state" -mindepth 1 -type d')
        check_one(npm)
        check_one(cargo)
        command.must 'rm -r "$project"; touch "$work/more"'
        assert.same({ project }, cjson.decode(command.must '"$upnudge" gc --json --state-dir "$state"').removed)
        assert.equal("", command.must 'find "$state" -name record.json')
    end)
end)

describe("a prompt in a directory with two lockfiles", function()
    --- How often each tool ran.
    local function runs()
        local text = command.read(work .. "/runs") or ""
        return { npm = select(2, text:gsub("npm", "")), cargo = select(2, text:gsub("cargo", "")) }
    end

    --- What is told; a check that it started has ended.
    local function prompt(before)
        local said = command.must('cd "$project" && ' .. PATH .. " " .. (before or "")
            .. ' "$upnudge" notify --project --check --tty --state-dir "$state" 2>&1')
        stage.await("the end of the checks", function()
            return command.shell [[for process in /proc/[0-9]*; do
                tr '\0' ' ' <"$process/cmdline" | grep -F check-due | grep -qF "$state" && exit; done 2>/dev/null; exit 1]].code ~= 0
        end)
        return said
    end

    before_each(function()
        for _, name in ipairs { "npm", "cargo" } do
            command.write(work .. "/bin/" .. name, ("#!/bin/sh\n[ \"$1\" = update ] || exit\necho %s >>\"$work/runs\"\n"
                .. "cp \"$work/%s.new\" %s\n"):format(name, name, name == "npm" and "package-lock.json" or "Cargo.lock"))
        end
    end)

    it("has both checked before the first, and again the one that is due", function()
        assert.equal("", prompt())
        assert.same({ npm = 1, cargo = 1 }, runs())
        assert.equal(2, select(2, prompt():gsub("available in", "")))
        assert.equal("", prompt())
        assert.same({ npm = 1, cargo = 1 }, runs())
        command.write(cargo, CARGO:format "1.5.0")
        assert.equal("", prompt "AI_AGENT=ours")
        assert.same({ npm = 1, cargo = 1 }, runs())
        assert.equal("", prompt())
        assert.same({ npm = 1, cargo = 2 }, runs())
        command.write(npm, NPM:format "1.0.5")
        assert.equal("", prompt())
        assert.same({ npm = 2, cargo = 2 }, runs())
        assert.equal("", command.must 'ls "$project"/*.new 2>/dev/null || true')
    end)

    it("has a lockfile checked that came beside one, when that is due", function()
        command.must 'mv "$project/Cargo.lock" "$work"'
        prompt()
        assert.same({ [""] = "npm" }, records())
        command.must 'mv "$work/Cargo.lock" "$project"'
        assert.is_truthy(prompt():find "available")
        assert.same({ npm = 1, cargo = 0 }, runs())
        command.write(npm, NPM:format "1.0.5")
        prompt()
        assert.same({ [""] = "npm", ["beside/cargo"] = "cargo" }, records())
    end)

    it("has nothing checked for one that has gone, but for what came in place of all", function()
        prompt()
        command.must 'rm "$project/package-lock.json"'
        for _ = 1, 3 do
            prompt()
        end
        assert.same({ npm = 1, cargo = 1 }, runs())
        command.must [==[rm "$project/Cargo.lock"; printf 'version = 1\n[[package]]\nname = "a"\nversion = "1.0"\n' >"$project/uv.lock"]==]
        prompt()
        assert.equal("uv", records()["beside/uv"])
        assert.same({ npm = 1, cargo = 1 }, runs())
    end)
end)

describe("checks of two lockfiles at once", function()
    it("leave each other's record alone, where one commits before the other has its lock", function()
        local came = false
        local disk = setmetatable({ directory = function(path, create)
            if create and not came then
                came = true
                assert.equal("checked", check_one(npm).outcome)
            end
            return core.directory(path, create)
        end }, { __index = core })
        local runtime <close> = assert(require "upnudge.runtime".open { state_dir = state,
            host = require "upnudge.runtime.host".new { disk = disk } })
        local check = runtime:check_begin(project, { lockfile = cargo })
        assert.equal("begun", check.state, check.reason)
        assert.equal("checked", check:commit(CARGO:format "2.0.0").outcome)
        assert.same({ [""] = "npm", ["beside/cargo"] = "cargo" }, records())
        -- No lock was left behind.
        assert.equal("checked", check_one(npm, "--max-age", "0").outcome)
    end)

    it("never write one over the other, be they killed at any time", function()
        local places = {}
        math.randomseed(7)
        for round = 1, 12 do
            local pids = {}
            for i, one in ipairs { npm, cargo } do
                pids[i] = stage.start('exec "$upnudge" check "$project" --state-dir "$state" --max-age 0 --lockfile %s -- cat %s',
                    one, work .. (one == npm and "/npm.new" or "/cargo.new"))
            end
            os.execute(("sleep 0.%03d"):format(math.random(0, 90)))
            for i, pid in ipairs(pids) do
                if (round + i) % 3 > 0 then
                    command.shell("kill -9 -- -%s", pid)
                end
            end
            for place, format in pairs(records()) do
                assert.equal(places[place] or format, format, place)
                places[place] = format
            end
        end
        for _, one in ipairs { npm, cargo } do
            stage.await("the check of " .. one, function()
                return check_one(one, "--max-age", "0").outcome == "checked"
            end)
        end
        local formats = {}
        for place, format in pairs(records()) do
            assert.equal(places[place] or format, format)
            assert.is_nil(formats[format])
            formats[format] = true
        end
        assert.same({ npm = true, cargo = true }, formats)
        for format, package in pairs { npm = "left", cargo = "serde" } do
            local shown = command.must('cat "$state"/*/changes/* "$state"/*/beside/*/changes/*')
            assert.is_truthy(shown:find('"name":"' .. package, 1, true), format)
        end
    end)
end)
