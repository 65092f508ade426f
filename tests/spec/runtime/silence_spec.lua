--- What keeps notices from coming though the checks are well.

local cjson = require "cjson"
local command = require "command"
local stage = require "stage"

local work

before_each(function()
    work = stage.set()
    command.must('"$upnudge" check "$env" --state-dir "$state" --new "$new"')
end)

after_each(stage.strike)

describe("a check of which no notice can come", function()
    local function check(policy, words)
        return command.shell(('"$upnudge" check "$env" --state-dir "$state" --max-age 0 --new "$new" --policy %s %s')
            :format(command.quote(policy), words or ""))
    end

    it("warns, and is well", function()
        local raises = stage.policy('{ api = 1, name = "t", text = function(c) return c.reslut.total end, rules = { '
            .. 'u.rule "x" { notify = u.always() } } }')
        local database = stage.policy('{ api = 1, name = "u", extends = "default", strategy = "database", '
            .. ('database = "sqlite:%s/nowhere/x.sqlite", per = "user" }'):format(work), "second")
        local said = check(database)
        assert.same({ "checked: 2 version changes, 1 rebuild\n", 0 }, { said.out, said.code }, said.err)
        assert.is_truthy(said.err:find "^upnudge: warning: no notice will come of it: [^\n]+; 'upnudge doctor'[^\n]*\n$", said.err)
        said = check(database, "--json")
        local answer = cjson.decode(said.out)
        assert.is_truthy(answer.warning and answer.warning_code:find "^database%-%l+$", said.out)
        assert.equal("", said.err)
        -- Another policy answers for one that fails, which whoever checks is told.
        said = check(raises)
        assert.same({ "checked: 2 version changes, 1 rebuild\n", 0 }, { said.out, said.code }, said.err)
        assert.is_truthy(said.err:find "^upnudge: warning: the policy fails when it is asked, [^\n]+reslut[^\n]*\n$", said.err)
        answer = cjson.decode(check(raises, "--json").out)
        assert.is_nil(answer.warning)
        assert.is_truthy(answer.policy_fault:find "reslut")
    end)

    it("is silent where one can, be it snoozed or not due", function()
        command.must '"$upnudge" snooze "$env" 3d --state-dir "$state"'
        assert.same({ "checked: 2 version changes, 1 rebuild\n", "" }, { check("default").out, check("default").err })
    end)
end)
