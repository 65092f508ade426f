--- How a notice looks where it is written: styles and links at a terminal that wants them, and nothing of them anywhere
--- else.

local command = require "command"
local stage = require "stage"
local cjson = require "cjson"

local work, env, state, policy

before_each(function()
    work, env, state = stage.set()
    policy = work .. "/p.lua"
    command.write(policy, [[
local u = require "upnudge"
return u.policy { api = 1, name = "p", strategy = "stateless", rules = { u.rule "all" { notify = u.always() } },
    text = function(c) return u.text.style("look", "bold red") .. ": " .. u.text.link("here", "https://example.org/") end }
]])
    assert.equal(0, command.run("check", env, "--state-dir", state, "--now", stage.NOW, "--new", stage.NEW).code)
end)

after_each(stage.strike)

local STYLED <const>, LINKED <const> = "\27[1;31mlook\27[0m: here", "\27[1;31mlook\27[0m: \27]8;;https://example.org/\27\\here\27]8;;\27\\"
local PLAIN <const> = "look: here"

--- What comes out with these variables; `terminal`: at one.
local function shown(variables, terminal, options)
    local words = ('"$upnudge" notify "$env" --state-dir "$state" --policy "$work/p.lua" --tty %s'):format(options or "")
    local result = command.shell(("env -u NO_COLOR -u CLICOLOR -u CLICOLOR_FORCE -u FORCE_COLOR TERM=xterm %s %s%s"):format(variables,
        terminal and 'python3 "$root/tests/terminal.py" 300 ' or "", words))
    return (terminal and result.out or result.err):gsub("\n$", ""), result.out
end

describe("a notice of the command", function()
    it("has its looks at a terminal that wants them", function()
        assert.equal(LINKED, (shown("", true)))
        assert.equal(LINKED, (shown("CLICOLOR_FORCE=1", false)))
        assert.equal(LINKED, (shown("FORCE_COLOR=1", false)))
        assert.equal(STYLED, (shown("TERM=linux", true)))
        assert.equal(PLAIN, (shown("", false)))
        for _, no in ipairs { "NO_COLOR=1", "TERM=dumb", "CLICOLOR=0", "FORCE_COLOR=0" } do
            assert.equal(PLAIN, (shown(no, true)), no)
        end
        -- By the full command, too.
        assert.equal(LINKED, (shown("", true, "--mode activate")))
        assert.equal(PLAIN, (shown("NO_COLOR=1", true, "--mode activate")))
    end)

    it("is plain in JSON", function()
        local _, out = shown("CLICOLOR_FORCE=1", false, "--json")
        assert.equal(PLAIN, cjson.decode(out).text)
        assert.is_nil(command.run("explain", env, "--state-dir", state, "--policy", policy, "--tty").out:find "\27")
        local call = cjson.decode(command.run("explain", env, "--state-dir", state, "--policy", policy, "--tty", "--json").out)
        assert.equal(PLAIN, call.text)
    end)
end)

describe("a notice of a library", function()
    it("is plain unless its host asks for looks", function()
        local function embedded(variables)
            local result = command.shell(([[env -u NO_COLOR -u CLICOLOR_FORCE %s "$build/tests/host/embed" "$state" "$work/p.lua" notify "$env" 0]])
                :format(variables))
            return result.out:gsub("\n$", "")
        end
        assert.equal(PLAIN, embedded "CLICOLOR_FORCE=1")
        assert.equal(PLAIN, embedded "LOOK=plain CLICOLOR_FORCE=1")
        assert.equal(LINKED, embedded "LOOK=styled NO_COLOR=1")
        assert.equal(PLAIN, embedded "LOOK=terminal TERM=xterm")
        assert.equal(LINKED, embedded "LOOK=terminal TERM=xterm CLICOLOR_FORCE=1")
        assert.is_truthy(embedded("LOOK=pretty"):find("look is 'pretty'; it may be one of 'plain', 'styled', 'terminal'", 1, true))
    end)
end)
