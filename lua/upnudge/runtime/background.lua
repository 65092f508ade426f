--- The background: a check that goes on without the host, in a session of its own.
---
--- A host may have threads, and no fork of it may go on. So upnudge-cli is asked, which is started like any program: it
--- says at once what there is to say (fresh, busy, a broken lockfile), and else leaves us, runs the dry upgrade within
--- its time, ends what that has started, and commits.

local core = require "upnudge.core"

-- Milliseconds until it has to have answered: it reads no more than the lockfile. Bytes of the answer.
local PATIENCE <const>, ANSWER_LIMIT <const> = 10000, 1 << 16

local OUTCOMES <const> = { started = true, fresh = true, later = true, busy = true, failed = true }

local function is_text(value)
    return type(value) == "string" and value ~= ""
end

--- Whether it is what upnudge-cli of this version says.
local function is_sound(answer)
    local retry_at = type(answer) == "table" and answer.retry_at
    return type(answer) == "table" and answer.schema == 1 and OUTCOMES[answer.outcome] and is_text(answer.code)
        and is_text(answer.reason) and (retry_at == nil or math.tointeger(retry_at) ~= nil)
end

local failed = require "upnudge.runtime.answer".failed

--- What stands for the command line; paths are of the same working directory.
local function encode(runtime, path, options, argv, timeout)
    local source = runtime.source
    return require "upnudge.lib.json.write".encode { schema = 1, environment = path, app = runtime.app,
        places = runtime.places, policy = source.path or source.builtin, lockfile = options.lockfile,
        name = options.name, now = options.now, max_age = options.max_age, timeout = timeout, dry_upgrade = argv }
end

--- Starts a check in the background.
---@param runtime upnudge.Runtime
---@param path string
---@param options {lockfile?: string, name?: string, now?: integer, max_age?: integer}
---@param argv string[]
---@param timeout integer? seconds that the dry upgrade may take
---@return table answer
return function(runtime, path, options, argv, timeout)
    if not runtime.policy then
        return failed(runtime.closed and "usage" or "policy-fault", runtime.policy_fault)
    end
    local text, message, code = core.ask("check-question", encode(runtime, path, options, argv, timeout), PATIENCE,
        ANSWER_LIMIT, runtime.host.variable "UPNUDGE_CLI")
    local answer = text and require "upnudge.lib.json.read"(text)
    if is_sound(answer) then
        answer.state = answer.outcome
        answer.error = answer.outcome == "failed" and answer.reason or nil
        return answer
    elseif code == "not-found" then
        return failed("tool-missing", "a check in the background needs " .. message)
    elseif code == "timeout" then
        return failed("fault", ("the check did not begin within %d s"):format(PATIENCE // 1000))
    elseif not text then
        return failed(code == "argument" and "usage" or "fault", "the check did not begin: " .. message)
    end
    local named = runtime.host.variable "UPNUDGE_CLI"
    local program, remedy = "the upnudge-cli that is installed", "install that of this version"
    if named and named ~= "" then
        program, remedy = named, "UPNUDGE_CLI has to name the upnudge-cli of this version"
    end
    return failed("tool-missing", ("the check did not begin: %s gave no answer that upnudge %s understands; %s"):format(
        program, core.version, remedy))
end
