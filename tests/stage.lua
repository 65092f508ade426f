--- What most specs play on: a directory of its own for each test, in it an environment `webshop` with a lockfile
--- of Flox and a place for state. A spec says
---
---     before_each(function() work, env, state = stage.set() end)
---     after_each(stage.strike)
---
--- and whatever a test leaves behind, also when it fails, is gone after it: files, background processes, mounts.
--- Scripts know the three as `$work`, `$env` and `$state`, and the upgraded lockfile as `$new`.

local cjson = require "cjson"
local command = require "command"

local M = {}

--- The lockfile of the environment, and the one that an upgrade would write.
M.OLD = command.root .. "/tests/fixtures/demo/manifest.lock"
M.NEW = command.root .. "/tests/fixtures/demo/upgraded.lock"
--- 2027-01-15 08:00 UTC, a Friday.
M.NOW = 1800000000
M.HOUR, M.DAY = 3600, 86400

command.variables.new = M.NEW

-- Seconds after which waiting for another process counts as a hang; a loaded machine takes a fraction.
local HANG <const> = 120

local LATE <const> = "no answer within"

local work
local undoings = {}

--- Makes the directory, and nothing in it.
---@return string work
function M.bare()
    work = command.directory()
    command.variables.work = work
    return work
end

--- Makes the directory with the environment.
---@return string work
---@return string env
---@return string state where there is nothing yet
function M.set()
    M.bare()
    local env, state = work .. "/webshop", work .. "/state"
    command.variables.env, command.variables.state = env, state
    command.must('mkdir -p "$env/.flox/env" && cp %s "$env/.flox/env/manifest.lock"', M.OLD)
    return work, env, state
end

--- What has to happen when the test is over, however it ends; the last one named is the first.
---@param undo fun()
function M.finally(undo)
    undoings[#undoings + 1] = undo
end

--- Opens a runtime whose clock and variables are the test's own, in UTC; it closes with the test.
---@param options upnudge.Options
---@param clock fun(): integer
---@param variables table<string, string> as they are at each look
---@return upnudge.Runtime?
---@return string? message
---@return string? code
function M.open(options, clock, variables)
    options.host = require "upnudge.runtime.host".new { now = clock,
        variable = function(name) return variables[name] end, utc_offset = function() return 0 end }
    local runtime, message, code = require "upnudge.runtime".open(options)
    if runtime then
        M.finally(function() runtime:close() end)
    end
    return runtime, message, code
end

-- The name under which `ours`, the strategy of a test, is found.
local STRATEGY <const> = "strategy of a test"

--- Opens such a runtime on the environment and its state, in which an hour before M.NOW a check found something.
---@param policy string the text of its table
---@param strategy table? what a policy means by `ours`; its commits are those of records
---@param clock fun(): integer
---@param variables table<string, string>
---@return upnudge.Runtime
function M.checked(policy, strategy, clock, variables)
    if strategy then
        command.must 'mkdir -p "$work/upnudge/strategy"'
        command.write(work .. "/upnudge/strategy/ours.lua", ("return require %q\n"):format(STRATEGY))
        strategy.commit_check = function(record, ...) return record:commit(...) end
        package.loaded[STRATEGY] = strategy
        M.finally(function() package.loaded[STRATEGY] = nil end)
    end
    local runtime = assert(M.open({ state_dir = work .. "/state", policy = M.policy(policy) }, clock, variables))
    assert(not runtime.policy_fault, runtime.policy_fault)
    local check = runtime:check_begin(work .. "/webshop", { now = M.NOW - M.HOUR, max_age = 0 })
    assert(check.state == "begun", check.reason)
    assert(check:commit(command.read(M.NEW)))
    return runtime
end

--- Undoes what the test has done, all of it, and raises the first failure.
function M.strike()
    local failure
    while undoings[1] do
        local ok, message = pcall(table.remove(undoings))
        failure = failure or not ok and message
    end
    if work then
        command.remove(work)
    end
    work, command.variables.work, command.variables.env, command.variables.state = nil, nil, nil, nil
    if failure then
        error(failure, 0)
    end
end

--- Waits for what another process does: the first value of `condition` that is true. Only a hang is a failure.
---@generic T
---@param what string
---@param condition fun(): T?
---@return T
function M.await(what, condition)
    local started = os.time()
    repeat
        local value = condition()
        if value then
            return value
        end
        os.execute "sleep 0.05"
    until os.time() - started > HANG
    error("waited in vain for " .. what, 2)
end

--- Waits until the file has something in it.
---@param path string
---@return string
function M.await_file(path)
    return M.await(path, function()
        local text = command.read(path)
        return text and text ~= "" and text
    end)
end

--- Whether the process exists, and is more than an entry that nobody has asked for yet.
---@param pid string|number
---@return boolean
function M.alive(pid)
    local text = command.read(("/proc/%s/stat"):format(pid))
    local state = text and text:match "^.*%) (%a)"
    return state ~= nil and state ~= "Z" and state ~= "X"
end

--- Starts a script in the background, in a process group that ends with the test at the latest.
---@param script string every %s in it becomes a quoted word
---@param ... string|number
---@return string pid of the group's leader, a shell that ends with the script
function M.start(script, ...)
    local pid = command.must("setsid sh -c %s >/dev/null 2>&1 </dev/null & echo $!", command.script(script, ...))
        :match "%d+"
    M.finally(function()
        command.shell("kill -9 -- -%s 2>/dev/null", pid)
    end)
    return pid
end

--- What an activation does and what explain says just before are the same. For an activation at a time of its own
--- the reasons are compared too; by the clock they may be a second apart. Where one of them alone came too late for
--- an answer, as on a busy machine, nothing is compared.
---@param run fun(name: "explain"|"notify", ...: string|number): {out: string, err: string, code: integer}
---@param ... string|number the words of the activation
---@return {out: string, err: string, code: integer} what the activation answered
function M.explained(run, ...)
    local words, as_json, fixed = {}, false, false
    for _, word in ipairs { ... } do
        as_json, fixed = as_json or word == "--json", fixed or word == "--now"
        words[#words + 1] = word ~= "--json" and word ~= "--exit-code" and word or nil
    end
    local asked = run("explain", "--json", table.unpack(words))
    local told = run("notify", ...)
    if (asked.out:find(LATE, 1, true) == nil) ~= (told.out:find(LATE, 1, true) == nil) then
        return told
    end
    local expected = asked.out ~= "" and cjson.decode(asked.out) or { notified = false }
    local text = expected.text and expected.text .. "\n" or ""
    if told.err ~= text then
        error(("explain says %q, the activation %q"):format(asked.out .. asked.err, told.err), 2)
    end
    local decision = as_json and cjson.decode(told.out) or expected
    if decision.notified ~= expected.notified or fixed and decision.reason ~= expected.reason then
        error(("explain says %q, the activation %q"):format(asked.out, told.out), 2)
    end
    return told
end

--- The path of the environment that `M.record` is of, which is not there, and its key.
M.PATH = "/home/me/webshop"
M.KEY = require "upnudge.core".hash(M.PATH)

--- Opens a record below the test's directory, in which there is nothing yet.
---@param disk table? upnudge.core unless given
---@param machine string? `state` unless given: a directory of its own
---@return table record
function M.record(disk, machine)
    local place = work .. "/" .. (machine or "state")
    return require "upnudge.record".open(disk or require "upnudge.core", { cache = place, state = place },
        { path = M.PATH, key = M.KEY })
end

--- What a strategy knows of past notices by the common clock, without those of rules.
---@param history upnudge.History
---@return table
function M.common(history)
    return { last_notified = history.last_notified, shown = history.shown, times = history.times,
        snoozed_until = history.snoozed_until, sessions = history.sessions }
end

--- Commits fields to a record, as a check does.
---@param record table
---@param fields table
---@return boolean? ok
---@return string? message
function M.commit(record, fields)
    local directory <close> = assert(record:directory(true))
    return record:commit(directory, fields)
end

--- Writes a policy file of that table's text.
---@param text string
---@param name string?
---@return string path
function M.policy(text, name)
    local path = ("%s/%s.lua"):format(work, name or "policy")
    command.write(path, 'local u = require "upnudge"\nreturn u.policy ' .. text .. "\n")
    return path
end

return M
