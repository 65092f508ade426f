--- A team's checkers, and the commands that a policy names.

local checking = require "checking"
local command = require "command"
local stage = require "stage"

local ACME <const> = [[
local u = require "upnudge"
return u.checker {
    api = 1, name = "acme", formats = { "requirements" }, needs = { "acme-lock" }, %s
    command = { "--upgrade", "a b" }, environment = { "ACME=1" }, reads = { "acme/*.in" }, hint = "acme up",
    telling = { "why (not)" },
}
]]

local NPM <const> = '{ "lockfileVersion": 3, "packages": { "": {}, "node_modules/left": { "version": "%s" } } }'

--- A policy in `$work/policies`, or where it is named.
local function policy(text, directory)
    directory = directory or command.variables.work .. "/policies"
    command.must("mkdir -p %s", directory .. "/checkers")
    command.write(directory .. "/ours.lua", 'local u = require "upnudge"\nreturn u.policy ' .. text .. "\n")
    return directory .. "/ours.lua"
end

local function tool(name, script)
    command.must 'mkdir -p "$work/bin"'
    command.write(command.variables.work .. "/bin/" .. name, "#!/bin/sh\n" .. script .. "\n")
    command.must('chmod +x "$work/bin/"%s', name)
end

local PLAIN <const> = '{ api = 1, name = "ours", extends = "default" }'
local PATH <const> = 'PATH="$work/bin:$PATH"'

after_each(stage.strike)

describe("a team's checker", function()
    before_each(function()
        checking.set { ["project/requirements.txt"] = "left==1.0.0\n", ["project/acme/a.in"] = "left\n" }
    end)

    local function write(more, directory)
        command.write((directory or command.variables.work .. "/policies") .. "/checkers/acme.lua", ACME:format(more or ""))
    end

    it("is a file beside the policy", function()
        local file = policy(PLAIN)
        write()
        tool("acme-lock", [=[[ "$*$ACME" = "--upgrade a b1" ] && [ -e acme/a.in ] || exit 9
            echo left==1.1.0 >requirements.txt]=])
        local answer = checking.check(PATH, "--policy", file)
        assert.equal("checked", answer.outcome, answer.reason)
        assert.equal("left 1.0.0 -> 1.1.0", checking.changes())
        assert.is_truthy(checking.notice("--now", "2030-01-07T09:00:00Z"):find("Use 'acme up' there", 1, true))
        tool("acme-lock", "echo so >&2; echo 'why (not) that' >&2; echo last >&2; exit 1")
        assert.equal("acme exited with 1: why (not) that", checking.check(PATH, "--policy", file, "--max-age", "0").reason)
        assert.equal("no-checker", checking.check(PATH, "--max-age", "0").code)
    end)

    it("may write another file, and is missed in words of the team", function()
        local file = policy(PLAIN)
        write 'writes = "new.txt", install = "see the wiki",'
        assert.is_truthy(checking.check(nil, "--policy", file).reason:find("acme%-lock is not installed, .*: see the wiki"))
        tool("acme-lock", "echo left==1.2.0 >new.txt")
        assert.equal("checked", checking.check(PATH, "--policy", file).outcome)
        assert.equal("left 1.0.0 -> 1.2.0", checking.changes())
    end)

    it("is refused with its mistakes", function()
        local file = policy(PLAIN)
        write 'need = "x",'
        local answer = checking.check(nil, "--policy", file)
        assert.equal("policy-fault", answer.code)
        assert.is_truthy(answer.reason:find("checker has no key 'need'; did you mean 'needs'?", 1, true), answer.reason)
    end)

    it("that came with the project is not run", function()
        local file = policy(PLAIN, command.variables.project .. "/policies")
        write(nil, command.variables.project .. "/policies")
        tool("acme-lock", 'touch "$work/ran"; echo left==1.1.0 >requirements.txt')
        local answer = checking.check(PATH, "--policy", file)
        assert.same({ "failed", "policy-fault" }, { answer.outcome, answer.code })
        assert.is_truthy(answer.reason:find("a policy that came with the environment names a command", 1, true), answer.reason)
        assert.is_nil(command.read(command.variables.work .. "/ran"))
    end)
end)

describe("a command that a policy names", function()
    before_each(function()
        checking.set { ["project/package-lock.json"] = NPM:format "1.0.0", ["project/package.json"] = "{}",
            ["new.json"] = NPM:format "1.3.0" }
    end)

    local NAMED <const> = '{ api = 1, name = "ours", extends = "default", check = { commands = { npm = %s } } }'

    it("takes the place of the tool, in the copy that the tool would have", function()
        tool("ours", '[ "$1" = "a b" ] && [ -e package.json ] && cp "$work/new.json" package-lock.json')
        local file = policy(NAMED:format '{ "ours", "a b" }')
        local answer = checking.check(PATH, "--policy", file)
        assert.equal("checked", answer.outcome, answer.reason)
        assert.equal("left 1.0.0 -> 1.3.0", checking.changes())
        assert.is_truthy(command.must(PATH .. ' "$upnudge" check "$project" --print --policy %s --state-dir "$state"', file)
            :find("command      ours 'a b'\n", 1, true))
    end)

    it("is a list of words", function()
        for _, words in ipairs { '"npm update"', "{}", "{ 1 }", '{ "npm", "" }' } do
            local said = command.shell('"$upnudge" policy check %s', policy(NAMED:format(words)))
            assert.same({ 1, true }, { said.code, (said.out .. said.err):find("commands: 'npm' is no list of words", 1, true)
                ~= nil }, words)
        end
    end)

    it("is not run where the policy came with the project", function()
        tool("ours", 'touch "$work/ran"')
        local answer = checking.check(PATH, "--policy", policy(NAMED:format '{ "ours" }', command.variables.project .. "/p"))
        assert.equal("policy-fault", answer.code)
        assert.is_nil(command.read(command.variables.work .. "/ran"))
    end)
end)
