--- What goes wrong in a function of a policy is told at that function's line, with its rule.

local command = require "command"
local policy = require "upnudge.policy"
local rehearsal = require "upnudge.tools.rehearsal"
local stage = require "stage"

local work

before_each(function()
    work = stage.bare()
end)

after_each(stage.strike)

local RESULT <const> = { total = 3, versions = 2, rebuilds = 1, changed = 0, added = 0, removed = 0, major = 1, minor = 1,
    patch = 0, security = 0, fingerprint = "f", since = 1, checked_at = 1 }

--- A policy that extends `default`; what is given begins in line 3.
local function write(body, name)
    local path = ("%s/%s.lua"):format(work, name or "p")
    command.write(path, 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", extends = "default",\n'
        .. body .. "\n}\n")
    return path
end

--- What is told of it at an activation, without the directory.
local function at_activation(path, history)
    local loaded = assert(policy.load { name = path, path = path })
    local answer, fault = loaded.vm:call("evaluate", stage.NOW, { name = "webshop", path = "/srv/webshop" }, RESULT,
        history or { last_notified = stage.NOW - 60, shown = "f", times = 1 },
        { app = "t", tty = true, ci = false, system = "x", mode = "activate", active = false })
    loaded:close()
    assert.is_nil(answer)
    return (fault:gsub(work:gsub("%p", "%%%0") .. "/", ""))
end

--- And by `upnudge policy check`: "line: message" of each mistake.
local function when_checked(path)
    local lines = {}
    for i, one in ipairs((rehearsal.mistakes(path))) do
        assert.equal(path, one.file)
        lines[i] = ("%d: %s"):format(one.line, one.message)
    end
    return lines
end

local SPENT <const> = "the policy ran too long (more than 500,000 instructions)"

-- A function, whose second line is in the policy's line 5, and what is told.
local FUNCTIONS <const> = {
    ["when = function(c)\nreturn c.result.totl > 0 end, quiet = true"] = "c.result has no field 'totl'; did you mean 'total'?",
    ["when = function(c)\nreturn u.packages(c, { lvel = 'x' }) end, quiet = true"] =
        "u.packages: no key 'lvel'; did you mean 'level'?",
    ["when = function(c)\nreturn u.duration '1x' end, quiet = true"] = "u.duration: '1x' is no duration",
    ["when = function(c)\nreturn u.evry '1d' end, quiet = true"] = "upnudge has no 'evry'; did you mean 'every'?",
    ["when = function(c)\nreturn string.rep('x', 1e9) end, quiet = true"] = "string.rep: at most 131072 times",
    ["when = function(c)\nreturn ('x'):rep(1e9) end, quiet = true"] = "string.rep: at most 131072 times",
    ["when = function(c)\nreturn table.concat { {} } end, quiet = true"] = "table.concat: invalid value",
    ["when = function(c)\nreturn math.floor(nil) end, quiet = true"] = "bad argument #1 to 'floor'",
    ["when = function(c)\nreturn error 'mine' end, quiet = true"] = "mine",
    ["when = function(c)\nreturn error('mine', 0) end, quiet = true"] = "mine",
    ["when = function(c)\nreturn error {} end, quiet = true"] = "(the error is no text but a table)",
    ["when = function(c)\nreturn u:packages(c) end, quiet = true"] = "u.packages is called with ':'; write a dot before its name",
    ["quiet = function(c)\nreturn nil + 1 end"] = "attempt to perform arithmetic on a nil value",
    ["notify = function(c)\nreturn nil .. 'x' end"] = "attempt to concatenate a nil value",
    ["notify = u.always(), text = function(c)\nreturn u.text.packages(c, {}) end"] = "u.text.packages: attempt to compare",
    ["notify = u.always(), text = function(c)\nreturn u.text:summary(c) end"] =
        "u.text.summary is called with ':'; write a dot before its name",
    ["notify = u.always(), text = function(c)\nreturn u.text.style(nil, 'red') end"] = "u.text.style: the text is a nil",
    ["when = function(c)\nwhile true do end end, quiet = true"] = SPENT,
    ["when = function(c)\npcall(function() while true do end end) end, quiet = true"] = SPENT,
    ["when = function(c)\nlocal t = {} for i = 1, 1e9 do t[i] = { i } end end, quiet = true"] = SPENT,
}

describe("an error in a rule's function", function()
    it("is told at its line with its rule, whoever raised it", function()
        for fields, words in pairs(FUNCTIONS) do
            local path = write('rules = { u.rule "sound" { notify = u.once() },\nu.rule "wrong" { ' .. fields .. " } }")
            local expected = "p.lua:5: rule 'wrong': " .. words
            assert.equal(expected, at_activation(path):sub(1, #expected))
            local told = when_checked(path)
            assert.equal(("5: rule 'wrong': " .. words), (told[1] or ""):sub(1, #expected - 6))
            assert.equal(1, #told)
        end
    end)

    it("is told where the function begins when it gave what nothing can be made of", function()
        for fields, words in pairs {
            ["quiet =\nfunction(c) return 5 end"] = "rule 'wrong': quiet gave a number; expected a reason or true",
            ["notify =\nfunction(c) return 5 end"] = "rule 'wrong': notify gave a number; expected true, false or a cadence",
            ["notify = u.always(), text =\nfunction(c) return 5 end"] = "rule 'wrong': text gave a number; expected a string",
        } do
            local path = write('rules = { u.rule "sound" { notify = u.once() },\nu.rule "wrong" { ' .. fields .. " } }")
            assert.equal("p.lua:5: " .. words, at_activation(path))
            assert.same({ "5: " .. words }, when_checked(path))
        end
    end)

    it("is told in the file that has it, by the whole of its name", function()
        local below = ("x"):rep(90)
        command.must("mkdir %s", work .. "/" .. below)
        write('rules = { u.rule "far" { when = function(c)\nreturn c.nothing end, quiet = true } }', below .. "/base")
        local path = ("%s/%s/p.lua"):format(work, below)
        command.write(path, 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "p", extends = "base" }')
        assert.equal(below .. "/base.lua:4: rule 'far': c has no field 'nothing'", at_activation(path):match "^[^(]*%f[ (]")
        local one = rehearsal.mistakes(path)[1]
        assert.same({ ("%s/%s/base.lua"):format(work, below), 4, "return c.nothing end, quiet = true } }" },
            { one.file, one.line, one.source })
    end)
end)

describe("an error in what a policy says for all rules", function()
    it("is told once, at its line", function()
        for body, words in pairs {
            ["text = function(c)\nreturn u.text.style(nil, 'red') end"] = "4: policy 'p': text: u.text.style: the text is a nil",
            ["text = function(c) return\n u.text.packages(c, 'many') end"] =
                "4: policy 'p': text: u.text.packages: attempt to compare",
            ["text =\nfunction(c) return {} end"] = "4: policy 'p': text: text gave a table; expected a string",
            ["decide = function(c)\nreturn nil + 1 end"] = "4: policy 'p': decide: attempt to perform arithmetic on a nil value",
            ["decide =\nfunction(c) return 5 end"] = "4: policy 'p': decide: its answer is neither true, false nor a cadence",
            ["decide =\nfunction(c) return true, 5 end"] = "4: policy 'p': decide: its second value is no string",
            ["decide = function(c)\nwhile true do end end"] = "4: policy 'p': decide: " .. SPENT,
        } do
            local told = when_checked(write(body))
            assert.equal(words, (told[1] or ""):sub(1, #words))
            assert.equal(1, #told)
        end
    end)

    it("is told with the rule that spoke", function()
        assert.equal("p.lua:4: rule 'default': u.text.style: the text is a nil",
            at_activation(write("text = function(c)\nreturn u.text.style(nil, 'red') end"), {}))
    end)
end)
