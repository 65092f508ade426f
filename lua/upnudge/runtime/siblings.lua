--- The siblings: the environments of one directory, one a format of lockfile. Loaded where a directory has several, or
--- may come to have, which is rare: an activation asks whether `beside` is there, and that is all.
---
--- The first is the one that was checked first, whatever its format. A lockfile that is named belongs to the
--- environment that was checked with it, else to that of its format; if there is none, to the first as long as that has
--- no record, and then to one of its own. All of one directory are told of one after the other, the first before the
--- others, which go by their formats.

local core = require "upnudge.core"
local kept = require "upnudge.record.siblings"

local M = {}

-- Bytes of the largest lockfile that an activation reads to see its format: some ten milliseconds.
local LIMIT <const> = 512 << 10

--- The environment of a directory whose record stands beside that of its first.
local function sibling(runtime, state, format)
    local path = state.env.path
    local name = path .. "\0" .. format
    return runtime.recent[name] or runtime:keep(name, path, kept.environment(path, state.env.key, format))
end

--- All that have a place, be there a record in it or not.
local function all(runtime, state)
    local list = { state }
    for _, format in ipairs(kept.formats(state.record)) do
        list[#list + 1] = sibling(runtime, state, format)
    end
    return list
end

--- Those that were checked, or should have been; where none was, the first.
local function known(states)
    local list = {}
    for _, state in ipairs(states) do
        local _, _, code = state.record:read()
        list[#list + 1] = code ~= "not-found" and state or nil
    end
    return list[1] and list or { states[1] }
end

local function find(states, is_it)
    for _, state in ipairs(states) do
        if is_it(state.record:read() or {}, state) then
            return state
        end
    end
end

local function by_path(states, path)
    return find(states, function(value)
        return value.lockfile == path
    end)
end

local function by_name(states, path)
    local name = path:match "[^/]*$"
    return find(states, function(value)
        return value.lockfile ~= nil and value.lockfile:match "[^/]*$" == name
    end)
end

--- The one of that format; where none is, the one that a check would make.
local function by_format(runtime, states, format)
    local found = find(states, function(value, state)
        return (value.format or state.env.beside) == format
    end)
    return found or states[1].record:read() and sibling(runtime, states[1], format) or states[1]
end

local function format_at(runtime, path, limit)
    if core.hand_over then
        -- The small program of the activation reads no lockfiles; the full command does.
        core.hand_over "one of several lockfiles"
    end
    runtime.formats = runtime.formats or require "upnudge.lockfile".reader(runtime.source)
    local lockfile, message, code = runtime.formats:open(path, { limit = limit })
    return lockfile and lockfile:format(), message, code
end

--- The environment that a check of that lockfile is of.
---@param runtime upnudge.Runtime
---@param state upnudge.EnvironmentState of the directory's first
---@param path string of the lockfile, absolute
---@param format_of fun(): string?, string?, string? its format, or why that cannot be said
---@return upnudge.EnvironmentState?
---@return string? message
---@return string? code as `format_of` has it
function M.home(runtime, state, path, format_of)
    local states = all(runtime, state)
    local found = by_path(states, path)
    if found then
        return found
    end
    local format, message, code = format_of()
    if not format then
        return nil, message, code
    end
    return by_format(runtime, states, format)
end

--- The environments of a directory that are known; the one to which a lockfile belongs, where one is named.
---@param runtime upnudge.Runtime
---@param state upnudge.EnvironmentState of the first
---@param lockfile string?
---@param limit integer? bytes of the largest lockfile that is read to see what it is
---@return upnudge.EnvironmentState[]?
---@return string? message
---@return string? code of upnudge.lib.reasons
function M.list(runtime, state, lockfile, limit)
    local states = all(runtime, state)
    if not lockfile then
        return known(states)
    end
    local found = by_path(states, lockfile) or by_name(states, lockfile)
    if found then
        return { found }
    end
    local format, message, code = format_at(runtime, lockfile, limit)
    if not format then
        return nil, message, require "upnudge.runtime.cause".of_lockfile(code, message)
    end
    return { by_format(runtime, states, format) }
end

--- The environments that an activation is about. A lockfile that cannot be read, or is too large to be looked at, is
--- held against the first.
---@param runtime upnudge.Runtime
---@param state upnudge.EnvironmentState of the first
---@param lockfile string?
---@return upnudge.EnvironmentState[]
function M.of_activation(runtime, state, lockfile)
    if not state.record:is_accompanied() then
        return { state }
    end
    return M.list(runtime, state, lockfile, LIMIT) or { state }
end

--- One answer of several: that of the first that notifies, else of the first, with all texts and the earliest time; and
--- all of them as `environments`, each with `format` and `lockfile`.
---@generic T: {text: string?, shown: string?, next_at: integer?}
---@param states upnudge.EnvironmentState[]
---@param answers T[] as many; those with a text notify
---@return T
function M.together(states, answers)
    if not answers[2] then
        return answers[1]
    end
    local leading, texts, shown, next_at
    local holds_until = answers[1].holds_until
    for i, answer in ipairs(answers) do
        local value = states[i].record:read() or {}
        answer.format, answer.lockfile = value.format or states[i].env.beside, value.lockfile
        leading = leading or answer.text and answer
        texts = answer.text and (texts and texts .. "\n" or "") .. answer.text or texts
        shown = answer.text and (shown and shown .. "\n" or "") .. (answer.shown or answer.text) or shown
        holds_until = holds_until and answer.holds_until and math.min(holds_until, answer.holds_until)
        next_at = answer.next_at and (not next_at or answer.next_at < next_at) and answer.next_at or next_at
    end
    local whole = {}
    for name, member in pairs(leading or answers[1]) do
        whole[name] = member
    end
    whole.text, whole.shown, whole.next_at, whole.environments = texts, shown, next_at, answers
    whole.holds_until = holds_until
    return whole
end

--- Those that an activation asks the policy about: one, where all environments of a person are one question.
---@param runtime upnudge.Runtime
---@param state upnudge.EnvironmentState of the first
---@param lockfile string?
---@return upnudge.EnvironmentState[] asked
---@return upnudge.EnvironmentState[] all
function M.asked(runtime, state, lockfile)
    local states = M.of_activation(runtime, state, lockfile)
    if runtime.policy and runtime.policy.settings.scope == "person" then
        return { states[1] }, states
    end
    return states, states
end

--- Notes what the lockfiles are of those that are not asked about, for checks that may be due.
local function note_others(runtime, asked, states, activation)
    local notice, now = require "upnudge.runtime.notice", activation.now or runtime.host.now()
    for i = #asked + 1, #states do
        local one = states[i]
        local _, silent = notice.look(runtime, one, activation, one.record:choices(), now, false)
        one.code = silent and silent.code
    end
end

local function decide(runtime, state, activation)
    local asked, states = M.asked(runtime, state, activation.lockfile)
    local decisions = {}
    for i, one in ipairs(asked) do
        decisions[i] = runtime:decide(one.env.path, activation, one)
    end
    if #asked < #states then
        note_others(runtime, asked, states, activation)
    end
    state.states = states
    return M.together(asked, decisions)
end

--- Decides about each environment of a directory, as Runtime:decide does where there is one. Raises nothing.
---@param runtime upnudge.Runtime
---@param state upnudge.EnvironmentState of the first
---@param activation upnudge.Activation
---@return upnudge.Decision
function M.decide(runtime, state, activation)
    local ok, decision = pcall(decide, runtime, state, activation)
    return ok and decision or require "upnudge.runtime.cause".fault(decision)
end

return M
