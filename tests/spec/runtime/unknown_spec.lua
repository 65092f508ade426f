--- Names of packages that may be misspelt.

local command = require "command"
local stage = require "stage"

before_each(function()
    stage.set()
end)

after_each(stage.strike)

describe("a package that is not there", function()
    it("is told, and what takes it back works", function()
        local function ignore(words)
            return command.shell('export XDG_CACHE_HOME="$work/cache" XDG_STATE_HOME="$work/own"; "$upnudge" ignore "$env" ' .. words)
        end
        local said = ignore "crul 'linux-*' nothing-like-it"
        assert.equal("crul\nlinux-*\nnothing-like-it\n", said.out)
        local first, second = said.err:match "^([^\n]*)\n([^\n]*)\n$"
        assert.is_truthy(first:find("warning: no package 'crul' in " .. command.variables.env .. "; did you mean 'curl'? Then: ", 1, true))
        assert.equal("upnudge: warning: no package 'nothing-like-it' in " .. command.variables.env, second)
        command.must('export XDG_CACHE_HOME="$work/cache" XDG_STATE_HOME="$work/own"; ' .. first:gsub("^.*Then: upnudge", '"$upnudge"'))
        assert.equal("linux-*\nnothing-like-it\n", ignore("").out)
        assert.equal("", ignore("curl curl@8.10.1").err)
    end)
end)
