--- The environment around the directory in which somebody stands.

local command = require "command"
local hosts = require "upnudge.runtime.host"
local project = require "upnudge.runtime.project"
local runtimes = require "upnudge.runtime"
local stage = require "stage"

local work, runtime

before_each(function()
    local _, state
    work, _, state = stage.set()
    command.must 'mkdir -p "$work/app/src/deep"; echo "{}" >"$work/app/package-lock.json"'
    runtime = assert(runtimes.open { state_dir = state, host = hosts.new { variable = function(name)
        return name == "HOME" and work or nil
    end } })
    stage.finally(function() runtime:close() end)
end)

after_each(stage.strike)

local function around(path)
    return (project.around(runtime, work .. path))
end

describe("the project", function()
    it("is the nearest directory with a lockfile, be there one or several", function()
        assert.equal(work .. "/app", around "/app")
        assert.equal(work .. "/app", around "/app/src/deep")
        command.must 'touch "$work/app/src/Cargo.lock" "$work/app/src/uv.lock"'
        assert.equal(work .. "/app/src", around "/app/src/deep")
    end)

    it("is one whose lockfile lies below it, and no directory that is only called as if", function()
        command.must 'mkdir -p "$work/jvm/gradle" "$work/jvm/src" "$work/jvm/src/npins"; touch "$work/jvm/gradle/verification-metadata.xml"'
        assert.equal(work .. "/jvm", around "/jvm/src/npins")
    end)

    it("is one with a record, whatever its lockfile is called", function()
        command.must 'mkdir -p "$work/odd/src"; cp "$env/.flox/env/manifest.lock" "$work/odd/my.lock"'
        assert.is_nil(around "/odd/src")
        local check = runtime:check_begin(work .. "/odd", { lockfile = work .. "/odd/my.lock" })
        assert.equal("checked", check:commit(command.read(stage.NEW)).outcome)
        assert.equal(work .. "/odd", around "/odd/src")
    end)

    it("is no directory with what may be something else, unless there is no other one around", function()
        command.must 'echo "{}" >"$work/app/src/manifest.json"; mkdir "$work/tools"; touch "$work/tools/.tool-versions"'
        assert.equal(work .. "/app", around "/app/src/deep")
        assert.equal(work .. "/tools", around "/tools")
    end)

    it("is not looked for above the home directory, nor in it from below", function()
        command.must 'touch "$work/yarn.lock"; mkdir -p "$work/none/here"'
        local found, message, code = project.around(runtime, work .. "/none/here")
        assert.same({ nil, "no-lockfile" }, { found, code })
        assert.is_truthy(message:find(("in %s/none/here or above it, up to %s/none, below the home directory;")
            :format(work, work), 1, true), message)
        assert.equal(work, around "")
    end)

    it("is not looked for on another file system", function()
        if command.shell "mountpoint -q /dev/shm && test -w /dev/shm".code ~= 0 then
            pending "there is no other file system here"
            return
        end
        local _, message = project.around(runtime, "/dev/shm")
        assert.is_truthy(message:find("in /dev/shm or above", 1, true) or message:find("in /dev/shm;", 1, true), message)
    end)

    it("says that the directory is gone, and that a format has a mistake", function()
        assert.same({ nil, "environment-missing" }, { project.around(runtime, work .. "/gone"),
            (select(3, project.around(runtime, work .. "/gone"))) })
        command.must 'mkdir "$work/team" "$work/team/formats"; echo "no Lua" >"$work/team/formats/x.lua"'
        command.write(work .. "/team/policy.lua", 'return require "upnudge".policy { api = 1, name = "t" }\n')
        local other <close> = assert(runtimes.open { state_dir = work .. "/state", policy = work .. "/team/policy.lua" })
        assert.equal(work .. "/app", (project.around(other, work .. "/app")))
        command.must 'mkdir "$work/bare"'
        local found, message, code = project.around(other, work .. "/bare")
        assert.same({ nil, "policy-fault" }, { found, code })
        assert.is_truthy(message:find("formats/x.lua", 1, true), message)
    end)
end)

describe("a command without a directory", function()
    local function upnudge(words)
        return command.shell('cd "$work/app/src/deep" && export HOME="$work" && "$upnudge" ' .. words)
    end

    before_each(function()
        command.must('rm "$work/app/package-lock.json"; cp "$root"/tests/fixtures/webshop/* "$work/app/"')
        command.variables.upgrade = work .. "/app/dry-upgrade"
        stage.finally(function() command.variables.upgrade = nil end)
    end)

    it("is about the project around", function()
        assert.equal("checked: 4 version changes; 1 security fix\n", upnudge('check -- "$upgrade"').out)
        assert.equal("1 security fix and 2 other version changes of your packages and 1 of theirs available in app.",
            upnudge("notify --tty").err:match "[^\n]*")
        for _, words in ipairs { "show", "explain", "snooze 3d", "snooze --off", "forget" } do
            local said = upnudge(words)
            assert.equal(0, said.code, words .. said.err)
            assert.is_truthy(said.out:find(work .. "/app", 1, true), words)
        end
    end)

    it("takes a word for a directory or for what else it may be", function()
        assert.equal("lodash\n", upnudge("ignore lodash").out)
        assert.equal("@a/b\nlodash\n", upnudge("ignore @a/b").out)
        assert.equal("@a/b\nlodash\n", upnudge("ignore ../..").out)
        command.must 'mkdir "$work/app/src/deep/3d"; cp "$work/app/package-lock.json" "$work/app/src/deep/3d"'
        local said = upnudge "snooze 3d"
        assert.equal(2, said.code)
        assert.is_truthy(upnudge("snooze 3d 3d").out:find("/deep/3d: silent until", 1, true))
    end)

    it("fails where there is none, and notify is silent", function()
        local function nowhere(words)
            return command.shell('mkdir -p "$work/none" && cd "$work/none" && HOME="$work" "$upnudge" ' .. words)
        end
        assert.same({ "", "", 0 }, { nowhere("notify --tty").out, nowhere("notify --tty").err, nowhere("notify").code })
        local said = nowhere "show"
        assert.equal(1, said.code)
        assert.equal(("upnudge: no lockfile that upnudge knows in %s/none; name a directory ('upnudge formats' lists what "
            .. "is known)\n"):format(work), said.err)
    end)
end)
