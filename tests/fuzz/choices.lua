--- Choices: what stands in choices.json.

local choices = require "upnudge.record.choices"
local files = require "upnudge.record.files"
local ground = require "ground"

local M = { mutate = ground.mutate }

function M.seeds()
    return { ground.untold(ground.original(files.CHOICES)),
        '{"schema":1,"path":"@ENV@","ignore":["a*","linux-*","*-*","cat@1.*"],"snoozed_at":1799999000,"snoozed_until":1800000100}' }
end

--- What a person chose is the same after it was written again, and what comes to it is there.
local function rewrite()
    local before = ground.record():choices()
    if choices.change(ground.record(), function() end) then
        local after = ground.record():choices()
        for _, name in ipairs { "snoozed_until", "snoozed_at", "ignore" } do
            assert(ground.same(before[name], after[name]), "other choices after they were written again: " .. name)
        end
    end
    if choices.ignore(ground.record(), { "hen" }) then
        local ignored = ground.record():choices().ignore or {}
        assert(ignored[1] and ("\n" .. table.concat(ignored, "\n") .. "\n"):find("\nhen\n", 1, true), "a choice was lost")
    end
    assert(choices.snooze(ground.record(), ground.NOW, 7 * 86400))
    assert(not ground.ask().notify, "told who wants to hear nothing")
end

function M.play(input)
    ground.reset()
    local path = ground.directory .. "/" .. files.CHOICES
    ground.write(path, ground.told(input))
    ground.ask_twice()
    ground.write(path, ground.told(input))
    rewrite()
end

return M
