--- What tests of policies have asked of rules, as `upnudge policy test --coverage` tells it.

local cjson = require "cjson"
local command = require "command"

local work

setup(function()
    work = command.directory()
    command.write(work .. "/p.lua", [[
local u = require "upnudge"
return u.policy { api = 1, name = "p", extends = "default", rules = {
  u.rule "evening" { when = u.hours { from = 20, to = 8 }, quiet = "not in the evening" },
  u.rule "rebuilds" { when = function(c) return c.result.versions == 0 end, quiet = "rebuilds only" },
  u.rule "all" { notify = u.every "3d" },
} }
]])
    -- Each file of a directory is a world of its own, and what they ask is told together.
    for name, now in pairs { day = "10:00", night = "22:00" } do
        command.write(("%s/%s_spec.lua"):format(work, name), ([[
local testing = require "upnudge.testing"
it("is asked", function()
  local world <close> = testing.world { policy = "%s/p.lua", now = "2027-01-15 %s", installed = { curl = "1.0" } }
  world:release("curl", "8.10.1"):check()
  world:activate()
  assert.is_false(world:explain().notify)
  assert.is_false(world:environment("b"):activate().notify)
end)
]]):format(work, now))
    end
end)

teardown(function()
    command.remove(work)
end)

local function test(...)
    return command.run("policy", "test", work, ...)
end

describe("the coverage of tests", function()
    it("is told of the rules in files, of all tests together", function()
        local result = test("--coverage")
        assert.are.equal(0, result.code, result.err)
        local text = result.out:match "\n(rule .*)$"
        assert.are.equal(([[
rule      asked  matched  spoke  silent  waited
evening   4      2        0      2       0
rebuilds  2      0        0      0       0
all       2      2        1      0       1
%s/p.lua:4: rule 'rebuilds' never matched
2 of 3 rules matched, 66 %%
]]):format(work), text)
    end)

    it("fails a run that has too little of it", function()
        assert.are.equal(0, test("--min-coverage", 66).code)
        local result = test("--min-coverage", 67)
        assert.are.equal(1, result.code)
        assert.are.equal("upnudge: 2 of 3 rules matched, 66 %; at least 67 % are wanted\n", result.err)
        assert.are.equal(2, test("--min-coverage", "most").code)
    end)

    it("stands in the document", function()
        local result = test("--json", "--min-coverage", 67)
        local told = cjson.decode(result.out)
        assert.are.same({ 1, 2, 66, "2 of 3 rules matched, 66 %; at least 67 % are wanted" },
            { result.code, told.passed, told.percent, told.objections[1] })
        assert.are.same({ "evening", work .. "/p.lua", 3, 4, 2, 0, 2 }, { told.coverage[1].rule, told.coverage[1].file,
            told.coverage[1].line, told.coverage[1].asked, told.coverage[1].matched, told.coverage[1].spoke,
            told.coverage[1].silenced })
        local plain = cjson.decode(test("--json").out)
        assert.are.same({ 2 }, { plain.passed, plain.percent, plain.coverage, plain.objections })
    end)

    it("is that of the ready-made policy where that is tested", function()
        local path = command.directory()
        command.write(path .. "/ready_spec.lua", [[
local testing = require "upnudge.testing"
it("is asked", function()
  local world <close> = testing.world()
  world:release("curl", "8.10.1"):check()
  assert.is_false(world:activate { ci = true }.notify)
end)
]])
        local result = command.run("policy", "test", path, "--coverage")
        assert.is_truthy(result.out:find("\nci +1 +1 +0 +1 +0\n"), result.out)
        assert.is_truthy(result.out:find("policy:default:%d+: rule 'default' was never asked\n"), result.out)
        command.remove(path)
    end)

    it("is nothing where no world is made", function()
        local path = command.directory()
        command.write(path .. "/no_spec.lua", 'it("is", function() end)\n')
        assert.are.equal(1, command.run("policy", "test", path, "--min-coverage", 1).code)
        command.remove(path)
    end)
end)

describe("a mistake in a test", function()
    it("is told at the line of the test, in the document too", function()
        local path = command.directory()
        command.write(path .. "/wrong_spec.lua", [[
local testing = require "upnudge.testing"
it("is misspelt", function()
  local world <close> = testing.world()
  world:activate { sesion = "a" }
end)
]])
        local failure = cjson.decode(command.run("policy", "test", path, "--json").out).failures[1]
        assert.are.same({ "is misspelt", 4 }, { failure.name, failure.line })
        assert.is_truthy(failure.file:find "wrong_spec%.lua$")
        assert.is_truthy(failure.message:find("did you mean 'session'?", 1, true))
        command.remove(path)
    end)
end)
