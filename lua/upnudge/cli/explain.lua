--- upnudge explain: each rule, what it said and why, and when it could next speak.

local cli = require "upnudge.cli.command"
local files = require "upnudge.record.files"
local io = require "io"
local json = require "upnudge.lib.json.write"
local terminal = require "upnudge.lib.terminal"
local time = require "upnudge.lib.time"

local M = {}

local ORDER <const> = { "schema", "environment", "lockfile", "last_checked", "policy", "strategy", "note", "notified",
    "reason", "rule", "text", "next_at", "warnings", "rules" }
local LOG_ORDER <const> = { "at", "notified", "rule", "reason" }
local RULE_ORDER <const> = { "rule", "file", "line", "matched", "answer", "reason", "next_at" }

---@param top table
function M.describe(top)
    local command = top:command("explain", "Say why a notice appears now, or why not.")
    command:argument("environment", "Its directory."):argname("ENV")
    cli.activation(command)
    cli.shared(command)
    command:flag("--log", "What happened at past activations, instead.")
    command:flag("--json", "Print JSON.")
end

local function warnings(state)
    local list = {}
    local directory <close> = state and state.record:directory()
    if directory and directory:exists(files.BROKEN) then
        list[#list + 1] = state.record.directory_path .. "/" .. files.BROKEN .. ": a broken record was set aside here"
    end
    local record = state and state.record:read()
    if record and record.last_failed then
        list[#list + 1] = ("the check failed at %s: %s"):format(time.format(record.last_failed),
            record.reason or "no reason known")
    end
    return list
end

--- What the strategy has to say of itself.
local function note_of(runtime, state)
    local ok, said = pcall(function()
        local note = state and runtime.policy and runtime:strategy().note
        return note and note(state.record) or nil
    end)
    return ok and said or not ok and require "upnudge.lib.raised".text(said) or nil
end

local function moment(seconds)
    return seconds and "; next at " .. time.format(seconds) or ""
end

local function print_rules(trace)
    for i, step in ipairs(trace or {}) do
        local place = step.file and (" (%s:%d)"):format(step.file, step.line or 0) or ""
        local reason = step.reason and ": " .. step.reason or ""
        io.write(terminal.line(("  %d. %s%s  %s%s%s"):format(i, step.rule, place, step.answer, reason,
            moment(step.next_at))), "\n")
    end
end

local function print_answer(answer)
    local checked = answer.last_checked and time.format(answer.last_checked) or "never"
    for _, line in ipairs { { "environment", answer.environment }, { "lockfile", answer.lockfile or "not known yet" },
        { "last checked", checked }, { "policy", answer.policy }, { "strategy", answer.strategy or "none" },
        answer.note and { "", answer.note } } do
        io.write(terminal.line(("%-13s %s"):format(line[1], line[2])), "\n")
    end
    for _, warning in ipairs(answer.warnings) do
        io.write("warning       ", terminal.line(warning), "\n")
    end
    if answer.trace and answer.trace[1] then
        io.write("rules\n")
        print_rules(answer.trace)
    end
    io.write(answer.notified and "it notifies" or "it is quiet", ": ", terminal.line(answer.reason),
        moment(answer.next_at), "\n")
    if answer.text then
        io.write(answer.text, "\n")
    end
end

local function encoded(answer)
    local trace, said = answer.trace, answer.warnings
    answer.trace = nil
    answer.rules = function()
        return json.list(RULE_ORDER, trace or {})
    end
    answer.warnings = function()
        return json.strings(said)
    end
    return json.object(ORDER, answer)
end

local function print_log(state, as_json)
    local entries = require "upnudge.record.decisions".read(state.record)
    if as_json then
        cli.print_json(('{"schema":1,"decisions":%s}'):format(json.list(LOG_ORDER, entries)))
    end
    for _, entry in ipairs(as_json and {} or entries) do
        io.write(terminal.line(("%s  %-8s  %s%s"):format(time.format(entry.at),
            entry.notified and "notified" or "quiet", entry.rule and entry.rule .. ": " or "", entry.reason)), "\n")
    end
    return 0
end

---@param args table
---@return integer code
function M.run(args)
    if args.log then
        local state, fault = cli.environment(args)
        return state and print_log(state, args.json) or cli.fail(fault)
    end
    local runtime <close>, message = cli.open(args)
    if not runtime then
        return cli.fail(message)
    end
    local decision = runtime:explain(args.environment, cli.activation_of(args))
    local state = runtime:environment(args.environment)
    local record = state and state.record:read() or {}
    local answer = { schema = 1, environment = state and state.env.path or args.environment,
        lockfile = record.lockfile, last_checked = record.last_checked,
        policy = runtime.source.name, strategy = runtime.policy and runtime.policy.strategy,
        note = note_of(runtime, state), notified = decision.notify, reason = decision.reason,
        rule = decision.rule, text = decision.text, next_at = decision.next_at,
        warnings = warnings(state), trace = decision.trace }
    if args.json then
        cli.print_json(encoded(answer))
    else
        print_answer(answer)
    end
    return decision.error and cli.FAILED or 0
end

return M
