--- What is said behind Lua's own words of what a function did wrong.

local advice = require "upnudge.policy.advice"
local command = require "command"
local effort = require "effort"
local stage = require "stage"

after_each(stage.strike)

--- What a policy's check says of a text whose function does this.
local function told(body)
    local path = stage.bare() .. "/p.lua"
    command.write(path, 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", extends = "default",\n'
        .. "text = function(c) " .. body .. " end }\n")
    local found = require "upnudge.tools.rehearsal".mistakes(path)
    stage.strike()
    assert.equal(3, found[1] and found[1].line, body)
    return found[1].message
end

describe("an error of Lua in a function", function()
    it("is told with what is meant", function()
        for body, words in pairs {
            ['return "there are " + u.text.summary(c)'] = "; texts are joined by `..`",
            ["return c.history.last_notified < 5 and 'a' or 'b'"] = "; it may be nil; write `(value or 0)`",
            ["return c.result.total > '3' and 'a' or 'b'"] = "; a text has no order among numbers; `tonumber(text)` is its number",
            ["for p in c.result.packages do end return 'a'"] = "; write `for i, item in ipairs(list) do`",
            ["return c.result.packages[9].name"] = "; a list may have fewer items; test for nil first",
            ["local i = 9 return c.result.packages[i].name"] = "; a list may have fewer items; test for nil first",
            ["return c.host.attributes.tier:upper()"] = "; 'tier' may be nil; write `x.tier and ...`",
            ["return tostring(c.now - c.history.last_notified)"] = "; 'last_notified' may be nil; write `(x.last_notified or 0)`",
            ["return 'for ' .. c.result.packages[1].group"] = "; 'group' may be nil; write `(x.group or \"\")`",
            ["return 'terminal: ' .. c.host.tty"] = "; `tostring(value)` is a text",
            ["return c.env.name:uper()"] = "; a text has no function 'uper'",
            ["return 'x' .. c.result:total()"] = "; a field is read by a dot: `x.total`",
            ["return c.host.agent:upper()"] = "; 'agent' is false where there is none; write `x.agent and ...`",
            ['return c.env.name.find("x") and "a" or "b"'] = "; a text's functions are called by a colon: `name:find(...)`",
        } do
            local message = told(body)
            assert.equal(words, message:sub(-#words), body)
        end
    end)

    it("is told as it is where there is no more to say", function()
        assert.is_nil(advice.of("attempt to call a table value (local 'f')", "return f()"))
        assert.is_nil(advice.of("string.find: argument 2 is a nil; expected a string", "return string.find(c.env.name)"))
        assert.is_nil(advice.of("my own words", "error 'my own words'"))
    end)

    it("is looked at in time", function()
        effort.within("words", 400, advice.of, ("attempt to index a nil value (field '"):rep(4000), "")
        effort.within("a line", 400, advice.of, "string.find: argument 2 is a nil", ("a.find ("):rep(8000))
    end)
end)
