--- Remains: what else stands beside a record and is made again where it is gone, and what a person chose of all
--- environments. The first line of an input is the name of the file.

local files = require "upnudge.record.files"
local ground = require "ground"

local M = {}

local PATHS <const> = { [files.CONTENT] = ground.directory, [files.LEFT] = ground.directory, [files.SNOOZED] = ground.state }

function M.seeds()
    return { files.CONTENT .. "\n" .. ground.untold(ground.original(files.CONTENT)),
        files.LEFT .. "\n" .. ground.untold(ground.original(files.LEFT)),
        files.SNOOZED .. '\n{"schema":1,"snoozed_at":1799990000,"snoozed_until":1800000030}\n' }
end

--- Of the text behind the first line.
function M.mutate(input, seed)
    local name, text = input:match "^([^\n]*\n)(.*)$"
    local made = name and ground.mutate(text, seed)
    return made and name .. made
end

function M.play(input)
    local name, text = ground.told(input):match "^([^\n]*)\n(.*)$"
    if not PATHS[name] then
        return
    end
    ground.reset()
    ground.write(PATHS[name] .. "/" .. name, text)
    ground.ask_twice()
    local answer = ground.check(3, ground.NOW)
    assert(answer.outcome == "checked", answer.reason)
    ground.ask(ground.NOW + 120)
end

return M
