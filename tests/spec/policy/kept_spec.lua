--- What is kept of a policy, in the place of its files that have a mistake.

local command = require "command"
local kept = require "upnudge.policy.kept"
local policies = require "upnudge.policy"
local stage = require "stage"

local TOP <const> = '{ api = 1, name = %q, extends = "base", rules = { u.rule "top" { notify = u.always() } } }'
local BASE <const> = '{ api = 1, name = "base", rules = { u.rule %q { quiet = "x" } } }'

before_each(stage.bare)
after_each(stage.strike)

local function keep(policy)
    local files = {}
    for i, file in ipairs(policy.chain) do
        files[i] = { path = file.source.path, builtin = file.source.builtin, bytes = file.source.path and file.bytes }
    end
    policy:close()
    return { hash = "", at = 0, own = policy.own, files = files }
end

--- The name of what is loaded, and its rules, after these were written.
local function loaded(was, top, base)
    if base then
        stage.policy(base, "base")
    else
        command.must 'rm "$work/base.lua"'
    end
    local source = policies.find(stage.policy(top, "top"))
    local policy, _, mistakes = policies.load(source)
    assert.is_nil(policy)
    policy = assert(kept.load(source, was, mistakes, {}))
    local rules = {}
    for i, rule in ipairs(policy:outline()) do
        rules[i] = rule.name
    end
    policy:close()
    return policy.name, table.concat(rules, " ")
end

describe("what is kept of a policy", function()
    local was

    before_each(function()
        stage.policy(BASE:format "old", "base")
        was = keep(assert(policies.load(policies.find(stage.policy(TOP:format "old", "top")))))
    end)

    it("takes the place of the files that have a mistake", function()
        assert.same({ "new", "top old" }, { loaded(was, TOP:format "new", BASE:format "new" .. "}") })
        assert.same({ "old", "top new" }, { loaded(was, TOP:format "new" .. "}", BASE:format "new") })
    end)

    it("is all there is where a file is gone, or has a mistake that was there before", function()
        assert.same({ "old", "top old" }, { loaded(was, TOP:format "new", nil) })
        stage.policy(BASE:format "old", "base")
        assert.same({ "old", "top old" }, { loaded(was, '{ api = 1, name = "new", extends = "other" }', BASE:format "new" .. "}") })
    end)

    it("is nothing where that has a mistake, too", function()
        was.files[1].bytes = "return {"
        assert.is_nil(kept.load(policies.find(stage.policy("{", "top")), was, nil, {}))
    end)
end)
