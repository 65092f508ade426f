--- The interview: a policy, loaded into a VM of its own, is asked about made-up activations.

local facts = require "upnudge.tools.verification.facts"
local literals = require "upnudge.tools.verification.literals"
local policy = require "upnudge.policy"

local M = {}

---@class upnudge.Outcome what a policy answers
---@field notify boolean
---@field text? string
---@field rule? string
---@field code? string
---@field trace table[] the answers of its rules
---@field fault? string

---@class upnudge.Interview
---@field policy upnudge.Policy
---@field facts upnudge.Fact[]
---@field by_name table<string, upnudge.Fact>
---@field sources table<string, string> of its files that are not ours, by path
---@field outline table[] its rules
---@field promises table what it says in its key `verify`
---@field asked integer how often it was
---@field looked table<string, boolean> what it ever looked up
---@field private present? upnudge.Asked
local Interview = {}
Interview.__index = Interview

local LANGUAGE <const> = "%f[%w_](%l%l_?%u?%u?)%s*=%s*{"

local function read(files)
    local sources, list = {}, {}
    for _, path in ipairs(files) do
        local stream = io.open(path, "rb")
        sources[path] = stream and stream:read "a" or ""
        list[#list + 1] = sources[path]
        if stream then
            stream:close()
        end
    end
    return sources, list
end

local function languages_in(sources)
    local list = {}
    for _, source in ipairs(sources) do
        for language in source:gmatch(LANGUAGE) do
            list[#list + 1] = #list < 12 and language or nil
        end
    end
    return list
end

--- Loads a policy. On failure nil, a message and, as far as it is the files' fault, every mistake. Close it.
---@param source upnudge.PolicySource
---@param mend boolean? whether one with mistakes is asked without them
---@return upnudge.Interview?
---@return string? message
---@return upnudge.Mistake[]? mistakes
function M.open(source, mend)
    local self = setmetatable({ asked = 0, looked = {} }, Interview)
    local loaded, message, mistakes = policy.load(source, { look_up = function(what)
        self.looked[what] = true
        return self.present and self.present.found[what]
    end, mend = mend })
    if not loaded then
        return nil, message, mistakes
    end
    local list
    self.policy = loaded
    self.sources, list = read(loaded.files)
    loaded.languages = languages_in(list)
    self.facts, self.by_name = facts.of(loaded, literals.of(list))
    self.outline, self.promises = loaded:outline(), loaded.vm:call "promises" or {}
    return self
end

--- Asks about one activation; nil: there is none such.
---@param assignment table<string, integer>
---@return upnudge.Outcome?
function Interview:ask(assignment)
    local asked = facts.activation(self.by_name, assignment, self.policy.reads)
    return asked and self:answer(asked)
end

--- Asks about an activation that somebody else has made up.
---@param asked upnudge.Asked
---@return upnudge.Outcome
function Interview:answer(asked)
    self.present, self.asked = asked, self.asked + 1
    self.policy.vm:refill()
    local decision, fault = self.policy.vm:call("evaluate", asked.now, asked.env, asked.result, asked.history,
        asked.host, true)
    if not decision then
        return { notify = false, fault = fault, trace = {} }
    end
    return { notify = decision.notify, text = decision.text, rule = decision.rule, code = decision.code,
        trace = decision.trace or {} }
end

--- What each rule answers to what was asked last.
---@return upnudge.Surveyed[]
function Interview:survey()
    local asked = self.present
    self.policy.vm:refill()
    return self.policy.vm:call("survey", asked.now, asked.history) or {}
end

--- Whether each rule is meant by what was asked last: "true", "false", "none" or "fault".
---@return string[]
function Interview:conditions()
    local asked = self.present
    self.policy.vm:refill()
    return self.policy.vm:call("conditions", asked.now, nil, nil, asked.history) or {}
end

--- The same of another activation, about which no more is asked; nil: there is none such.
---@param assignment table<string, integer>
---@return string[]?
function Interview:weigh(assignment)
    local asked = facts.activation(self.by_name, assignment, self.policy.reads)
    if not asked then
        return nil
    end
    self.present, self.asked = asked, self.asked + 1
    self.policy.vm:refill()
    return self.policy.vm:call("conditions", asked.now, asked.env, asked.result, asked.history, asked.host) or {}
end

--- Releases it. Repeated calls do nothing.
function Interview:close()
    self.policy:close()
end

return M
