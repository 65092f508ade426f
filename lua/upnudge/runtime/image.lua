--- What an activation opens of the trusted modules, for the image that the build fills (lua/vm/image.h): each is opened
--- there ahead of its first use. The policy VM has lists of its own, upnudge.sandbox.activation and
--- upnudge.sandbox.authors.

local counts = require "upnudge.lib.counts"
local read_json = require "upnudge.lib.json.read"
local write_json = require "upnudge.lib.json.write"
local policies = require "upnudge.policy"

-- An activation that says something, or that has to be asked whether it does.
require "cjson"
require "math"
require "table"
require "upnudge.lib.shell"
require "upnudge.record"
require "upnudge.record.blobs"
require "upnudge.record.changes"
require "upnudge.record.choices"
require "upnudge.record.claim"
require "upnudge.record.content"
require "upnudge.record.decisions"
require "upnudge.record.everywhere"
require "upnudge.record.evidence"
require "upnudge.record.particulars"
require "upnudge.record.rules"
require "upnudge.runtime"
require "upnudge.runtime.claim"
require "upnudge.runtime.details"
require "upnudge.runtime.facts"
require "upnudge.runtime.hint"
require "upnudge.runtime.host"
require "upnudge.runtime.notice"
require "upnudge.runtime.places"
require "upnudge.runtime.snooze"
require "upnudge.strategy.separate_lock"

-- A policy of a team's own.
require "upnudge.policy.base"
require "upnudge.record.good_policy"

-- A prompt, and the check that is due there.
require "upnudge.runtime.due"
require "upnudge.runtime.project"
require "upnudge.runtime.prompt"
require "upnudge.runtime.retry"

local M = {}

--- What an activation asks a policy most often.
---@return upnudge.Question
local function example()
    local now <const> = 1800000000
    local result = { checked_at = now, since = now, fingerprint = ("0"):rep(32) }
    for _, name in ipairs(counts.all) do
        result[name] = 0
    end
    result.total, result.versions, result.minor, result.direct = 2, 2, 2, 2
    return { now = now, result = result, env = { path = "/example", name = "example", format = "npm" }, history = {},
        known = {}, host = { app = "default", mode = "activate", tty = true, active = false, lang = "en" },
        look_up = function() end }
end

--- Has the default policy ready, and what it takes to read and to write a record and to ask it.
function M.prepare()
    write_json.encode(assert(read_json "{}"))
    policies.prepare(example())
end

return M
