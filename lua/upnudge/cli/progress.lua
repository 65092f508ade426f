--- Progress: one line at a terminal that says what takes so long and how to stop it, and goes when it is over.
---
--- It comes after a second, on standard error, and only where that is a terminal that can erase a line. Whoever stops
--- what goes on (Ctrl-C) ends the process by that signal, as soon as what was begun is tidied up.

local core = require "upnudge.core"
local fit = require "upnudge.lib.columns"
local io = require "io"

---@class upnudge.Progress
---@field private what string
---@field private began integer milliseconds
---@field private next_at integer
---@field private shown boolean
---@field private silent boolean
local Progress = {}
Progress.__index = Progress

local M = {}

-- Milliseconds.
local SECOND <const> = 1000
local ERASE <const> = "\r\27[K"

local function draw(self, now)
    local text = ("upnudge: %s, %d s (Ctrl-C stops it)"):format(self.what, (now - self.began) // SECOND)
    -- A terminal may wrap what fills its last column.
    io.stderr:write(ERASE, fit.cut(text, (core.columns(2) or 80) - 1))
    self.shown, self.next_at = true, now + SECOND
end

--- Tells of it when it is time to. Ends the process when that was told to and nothing is to be tidied up.
---@param tidies boolean? whether there is, so that whoever began it ends the process
function Progress:tick(tidies)
    if not tidies and core.told_to_end() then
        self:stop()
    end
    local now = not self.silent and core.clock()
    if now and now >= self.next_at then
        draw(self, now)
    end
end

--- Says what it is from here on.
---@param what string
function Progress:call(what)
    self.what = require "upnudge.lib.terminal".line(what)
end

--- Takes the line away, for somebody else speaks, or it is over.
function Progress:erase()
    if self.shown then
        io.stderr:write(ERASE)
        self.shown = false
    end
end

--- It is over; a process that was told to end does so here.
function Progress:stop()
    self:erase()
    self.silent = true
    core.obey()
end

--- Begins something that may take long. From here on the process ends only in `tick` or `stop` when it is told to.
---@param what string in words, as "checking webshop"
---@param silent boolean? whether nobody wants to hear of it
---@return upnudge.Progress
function M.begin(what, silent)
    core.hold()
    local now = core.clock()
    local watched = not silent and core.isatty(2) and core.variable "TERM" ~= "dumb"
    local progress = setmetatable({ began = now, next_at = now + SECOND, shown = false, silent = not watched },
        Progress)
    progress:call(what)
    return progress
end

return M
