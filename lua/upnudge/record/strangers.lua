--- JSON in which names stand that strangers wrote: a record, and a list of changes.

local core = require "upnudge.core"
local read_json = require "upnudge.lib.json.read"

-- Bytes that a program reads whose states the build has opened. The seed of their tables is known to whoever has that
-- program (lua/vm/image.h), and who writes a lockfile could choose names that all get into each other's way. So few do
-- no harm; the full command, whose seed nobody knows, reads the others.
local KNOWN_SEED_LIMIT <const> = 65536

--- The value; nil and a message when the text is broken. Where there is too much of it for this program, another one
--- takes its place; who has said something already goes without.
---@param text string
---@return any value
---@return string? message
return function(text)
    if #text > KNOWN_SEED_LIMIT and core.hand_over then
        local _, message, is_late = core.hand_over "a long list of changes"
        if is_late then
            return nil, message
        end
    end
    return read_json(text)
end
