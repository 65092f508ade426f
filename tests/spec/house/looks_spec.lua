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

describe("the encoding of a notice", function()
    local function said(locale)
        local result = command.shell('env -u LC_CTYPE -u LANG -u LANGUAGE -u LC_MESSAGES LC_ALL=%s "$upnudge" notify "$env" --state-dir "$state" '
            .. "--policy \"$work/named.lua\" --tty --name 'é漢'", locale)
        assert.equal(0, result.code)
        return result.err:match "[^\n]*"
    end

    before_each(function()
        command.write(work .. "/named.lua", 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", '
            .. 'strategy = "stateless", text = u.text.summary, rules = { u.rule "all" { notify = u.always() } } }')
    end)

    it("is that of the locale, and the words are English where it has none for others", function()
        local utf8_words = said "zh_CN.UTF-8"
        assert.is_truthy(utf8_words:find("é漢", 1, true))
        local gb = said "zh_CN.GB18030"
        command.write(work .. "/gb", gb)
        assert.equal(utf8_words, command.must('iconv -f GB18030 -t UTF-8 "$work/gb"'))
        for locale, name in pairs { C = "??", ["zh_CN.ISO-8859-1"] = "\xE9?", ["zh_CN.nowhere"] = "??", POSIX = "??" } do
            local words = said(locale)
            assert.is_truthy(words:find(name, 1, true), locale .. ": " .. words)
            assert.is_nil(words:gsub("\xE9", ""):find "[\x80-\xFF]", locale)
            assert.is_truthy(words:find "%a%a%a", locale)
        end
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
