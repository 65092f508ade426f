--- Tells what it was given, and what made it.

local real = require "upnudge.sandbox.string"

return { name = ..., real = real }
