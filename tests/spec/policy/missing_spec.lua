--- What is told of a base that is not there.

local command = require "command"
local missing = require "upnudge.policy.missing"
local stage = require "stage"

after_each(stage.strike)

describe("a base that is not there", function()
    it("is told with where it was looked for, and with what may have been meant", function()
        local work = stage.bare()
        command.must 'mkdir "$work/a" "$work/b" && touch "$work/a/acme.lua" "$work/b/site.lua" "$work/b/notes.txt"'
        local function told(name, own)
            return missing({ path = ("%s/a/%s.lua"):format(work, own) }, name, { work .. "/none/", work .. "/b/" })
        end
        assert.is_truthy(told("acmee", "p"):find(("there is no acmee.lua beside it or in %s/none/ or in %s/b/, and no ready-made policy "
            .. "of that name; did you mean 'acme'?"):format(work, work), 1, true))
        assert.is_truthy(told("siet", "p"):find("; did you mean 'site'?", 1, true))
        assert.is_truthy(told("weekl", "p"):find("; did you mean 'weekly'?", 1, true))
        -- It is not itself that was meant, nor what is no policy.
        assert.is_nil(told("acmee", "acme"):find "did you mean")
        assert.equal(1, told("acme", "acme"):find("acme.lua is this file itself, and there is no other policy of that name", 1, true))
        assert.is_nil(told("note", "p"):find "notes")
    end)
end)
