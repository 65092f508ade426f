--- What all checkers share. The tools are stand-ins here: scripts that are called as the tool is, first in PATH.

local checkers = require "upnudge.checker"
local checking = require "checking"
local command = require "command"
local core = require "upnudge.core"
local stage = require "stage"

local LOCK <const> = [[{ "name": "p", "version": "1.0.0", "lockfileVersion": 3, "requires": true, "packages": {
    "": { "name": "p" }, "node_modules/left": { "version": "%s" } } }]]
local OLD <const>, NEW <const> = LOCK:format "1.0.0", LOCK:format "1.1.0"

-- Puts the programs of `$work/bin` first.
local PATH <const> = 'PATH="$work/bin:$PATH"'

--- A program of that name, which finds the upgraded lockfile in `$new`.
local function tool(name, script)
    command.must 'mkdir -p "$work/bin"'
    command.write(command.variables.work .. "/bin/" .. name, "#!/bin/sh\n" .. script .. "\n")
    command.must('chmod +x "$work/bin/"%s', name)
end

local function set()
    checking.set { ["project/package-lock.json"] = OLD, ["project/package.json"] = '{ "name": "p" }', ["new.json"] = NEW }
    command.variables.new = command.variables.work .. "/new.json"
end

before_each(set)
after_each(function()
    command.variables.new = stage.NEW
    stage.strike()
end)

describe("a check without a command", function()
    it("has the tool run in a copy, whatever it prints, and takes the lockfile that it writes", function()
        tool("npm", [[pwd >"$work/where"; ls -A | sort >"$work/saw"; echo '{"not":"it"}'; echo noise >&2
            cp "$new" package-lock.json; echo '{"nor":"this"}']])
        local answer = checking.check(PATH)
        assert.same({ "checked", 1 }, { answer.outcome, answer.changes }, answer.reason)
        assert.equal("left 1.0.0 -> 1.1.0", checking.changes())
        assert.equal("package-lock.json\npackage.json\n", command.read(command.variables.work .. "/saw"))
        local where = command.read(command.variables.work .. "/where")
        assert.equal(1, where:find(command.variables.state, 1, true), where)
        assert.is_nil(core.stamp((where:gsub("\n", ""))))
    end)

    it("is of the working directory where none is named", function()
        tool("npm", 'cp "$new" package-lock.json')
        assert.equal("checked: 1 version change\n", command.must('cd "$project" && ' .. PATH
            .. ' "$upnudge" check --state-dir "$state"'))
    end)

    it("gives the tool what a command of one's own would be given", function()
        tool("npm", [[cat "$UPNUDGE_LOCKFILE" >"$work/old"; echo "$UPNUDGE_ENVIRONMENT" >"$work/environment"
            echo left >"$UPNUDGE_SECURITY"; cp "$new" package-lock.json]])
        assert.equal("checked", checking.check(PATH).outcome)
        assert.equal(OLD, command.read(command.variables.work .. "/old"))
        assert.equal(command.variables.project .. "\n", command.read(command.variables.work .. "/environment"))
        local shown = command.must '"$upnudge" show "$project" --changes --json --state-dir "$state"'
        assert.is_true(require "cjson".decode(shown).changes[1].security)
    end)

    it("quotes the last words of a tool that failed, of its errors or of what it printed", function()
        tool("npm", "seq 100 >&2; echo; echo first >&2; echo second >&2; exit 3")
        assert.equal("npm exited with 3: 100 / first / second", checking.check(PATH).reason)
        tool("npm", "echo only; echo here; exit 1")
        assert.equal("npm exited with 1: only / here", checking.check(PATH).reason)
        tool("npm", "echo gone >&2; rm package-lock.json")
        assert.equal("npm wrote no package-lock.json (not-found): gone", checking.check(PATH).reason)
        tool("npm", "kill -9 $$")
        assert.equal("npm was ended by signal 9", checking.check(PATH).reason)
        tool("npm", "echo no lockfile >package-lock.json")
        assert.equal("upgrade-unparsable", checking.check(PATH).code)
    end)

    it("prefers the words that are known to say why", function()
        tool("npm", "for i in 1 2 3; do echo 'npm warn deprecated' >&2; done; echo 'npm error code E401' >&2; "
            .. "echo 'npm error A complete log' >&2; exit 1")
        assert.equal("npm exited with 1: npm error code E401", checking.check(PATH).reason)
    end)

    it("waits for no prompt", function()
        tool("npm", 'read answer; read answer </dev/tty || echo "no terminal" >&2; exit 1')
        local said = command.must(PATH .. [[ python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' \
            "$upnudge" check "$project" --state-dir "$state"]])
        assert.is_truthy(said:find("no terminal", 1, true), said)
        tool("npm", "kill -STOP $$; sleep 1000")
        local stopped = checking.check(PATH)
        assert.is_truthy(stopped.reason:find("npm: was stopped by signal", 1, true), stopped.reason)
    end)

    it("ends the tool in its time", function()
        tool("npm", "sleep 1000")
        local late = checking.check(PATH, "--timeout", "1s")
        assert.is_truthy(late.reason:find("did not end within 1 s", 1, true), late.reason)
    end)

    it("says in one message what is missing", function()
        local said = command.shell 'mkdir "$work/empty"; PATH="$work/empty" "$upnudge" check "$project" --state-dir "$state"'
        assert.same({ 1, "upnudge: npm is not installed, which a check of package-lock.json needs: apt install npm, or "
            .. "https://nodejs.org\n" }, { said.code, said.err })
        assert.equal("tool-missing", checking.check('PATH="$work/empty"').code)
    end)

    it("says where there is no checker, which is no reason to begin", function()
        command.must 'rm "$project"/*'
        command.write(command.variables.project .. "/pubspec.lock", "packages: {}\nsdks: {}\n")
        local answer = checking.check()
        assert.same({ "failed", "no-checker" }, { answer.outcome, answer.code }, answer.reason)
    end)

    it("runs code of the project in the background only where somebody has waited for it before", function()
        command.must 'rm "$project"/*'
        command.write(command.variables.project .. "/Gemfile.lock", "GEM\n  remote: https://rubygems.org/\n  specs:\n"
            .. "    left (1.0.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  left\n")
        command.write(command.variables.project .. "/Gemfile", "system 'touch ran'\n")
        tool("bundle", 'touch "$work/ran"; sed -i s/1.0.0/1.1.0/ Gemfile.lock')
        local refused = checking.check(PATH, "--detach")
        assert.same({ "failed", "project-code" }, { refused.outcome, refused.code })
        assert.is_truthy(refused.reason:find("Gemfile", 1, true))
        assert.is_nil(core.stamp(command.variables.work .. "/ran"))
        assert.equal("checked", checking.check(PATH).outcome)
        command.must 'rm "$work/ran"'
        local answer = require "cjson".decode(command.must(
            PATH .. ' "$upnudge" check "$project" --state-dir "$state" --detach --max-age 0 --json'))
        assert.equal("started", answer.outcome)
        stage.await("the tool", function() return core.stamp(command.variables.work .. "/ran") end)
    end)

    it("shows what it would run, and runs nothing", function()
        tool("npm", 'touch "$work/ran"')
        local said = command.must(PATH .. ' "$upnudge" check "$project" --print --state-dir "$state"')
        assert.is_truthy(said:find("\ncommand      npm update --package-lock-only --ignore-scripts ", 1, true), said)
        assert.is_truthy(said:find("\ncopies       package-lock.json package.json\n", 1, true), said)
        local answer = require "cjson".decode(command.must(
            PATH .. ' "$upnudge" check "$project" --print --json --state-dir "$state"'))
        assert.same({ 1, "npm", "package-lock.json" }, { answer.schema, answer.checker, answer.writes })
        assert.same({ "npm", "update" }, { answer.command[1], answer.command[2] })
        assert.is_nil(core.stamp(command.variables.work .. "/ran"))
        assert.is_nil(core.stamp(command.variables.state))
    end)
end)

describe("a command of one's own", function()
    it("runs in the environment, unless told otherwise, and is named from where one is", function()
        tool("upgrade", 'pwd >"$work/where"; cat "$new"')
        for options, where in pairs { [""] = command.variables.project, ['--directory "$work/bin"'] = command.variables.work
            .. "/bin", ["--directory bin"] = command.variables.work .. "/bin" } do
            command.must(('cd "$work" && "$upnudge" check project --state-dir "$state" --max-age 0 %s -- bin/upgrade')
                :format(options))
            assert.equal(where .. "\n", command.read(command.variables.work .. "/where"))
        end
    end)
end)

describe("the checkers", function()
    local formats = {}
    for _, format in ipairs(core.formats()) do
        formats[format.name] = true
    end

    it("are complete, and no two of them are for the same", function()
        local seen = {}
        for _, checker in ipairs(checkers.all()) do
            for _, field in ipairs { "name", "title", "formats", "needs", "install", "command", "hint" } do
                assert.is_truthy(checker[field], (checker.name or "?") .. " has no " .. field)
            end
            for _, format in ipairs(checker.formats) do
                assert.is_true(formats[format], checker.name .. ": " .. format)
                assert.is_nil(seen[format], format)
                seen[format] = true
            end
        end
    end)

    it("are all the files of their room that are one", function()
        local count = 0
        for name in command.must 'cd "$root/lua/upnudge/checker" && ls':gmatch "(%S+)%.lua" do
            local module = require("upnudge.checker." .. (name == "init" and "npm" or name))
            count = count + (name ~= "init" and type(module) == "table" and module.needs and 1 or 0)
        end
        assert.equal(#checkers.all(), count)
    end)

    it("are no part of what an activation or a host carries", function()
        for _, product in ipairs { "upnudge", "libupnudge", "core" } do
            local source = command.read(("%s/%s/modules/%s.c"):format(command.root, command.build, product))
            assert.is_nil(source:find("upnudge.checker", 1, true), product)
        end
    end)
end)
