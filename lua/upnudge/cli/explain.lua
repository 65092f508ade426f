--- upnudge explain: each rule, what it said and why, and when it could next speak.

local answers = require "upnudge.runtime.answer"
local cli = require "upnudge.cli.command"
local io = require "io"
local terminal = require "upnudge.lib.terminal"
local time = require "upnudge.lib.time"

local M = {}

-- Environments of a digest that are named.
local NAMED <const> = 10

---@param top table
function M.describe(top)
    local command = top:command("explain", "Say why a notice appears now, or why not.")
    cli.directory(command)
    cli.activation(command)
    cli.shared(command)
    command:flag("--log", "What happened at past activations, instead.")
    command:flag("--json", "Print JSON.")
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

--- What is told together with the environment.
local function scope_line(scope)
    local more = scope.more > 0 and ("; %d more, checked before them, do not count"):format(scope.more) or ""
    local names = {}
    for i = 1, math.min(#scope.environments, NAMED) do
        names[i] = scope.environments[i].name
    end
    local others = #scope.environments - #names
    names[#names + 1] = others > 0 and ("%d more"):format(others) or nil
    return ("person: something newer in %d of %d environments%s%s"):format(#scope.environments, scope.looked_at,
        names[1] and ": " .. table.concat(names, ", ") or "", more)
end

--- Which list left out how much.
local function ignored_line(ignored)
    local told = ignored.told
    return ("%d by the person, %d by the policy, %d by the project%s"):format(ignored.person, ignored.policy,
        ignored.project, told > 0 and ("; %d that the project names mend a security problem, and are told"):format(told)
            or "")
end

local function print_report(report)
    local checked = report.last_checked and time.format(report.last_checked) or "never"
    for _, line in ipairs { { "environment", report.environment }, { "lockfile", report.lockfile or "not known yet" },
        { "last checked", checked }, { "policy", report.policy }, { "strategy", report.strategy or "none" },
        report.note and { "", report.note } } do
        io.write(terminal.line(("%-13s %s"):format(line[1], line[2])), "\n")
    end
    if report.scope then
        io.write(terminal.line(("%-13s %s"):format("scope", scope_line(report.scope))), "\n")
    end
    if report.agent then
        io.write(terminal.line(("%-13s %s, as $%s says"):format("agent", report.agent, report.agent_variable)), "\n")
    end
    local ignored = report.ignored
    if ignored and ignored.person + ignored.policy + ignored.project + ignored.told > 0 then
        io.write(("%-13s %s"):format("ignored", ignored_line(ignored)), "\n")
    end
    if report.cooling then
        local cooling = report.cooling
        io.write(("%-13s %d too new to count; the first counts at %s, all do at %s\n"):format("cooling", cooling.total,
            time.format(cooling.next_at), time.format(cooling.last_at)))
    end
    for _, one in ipairs(report.stands or {}) do
        local words = ("%-13s silent until %s while nothing changes: %s%s; held %d times since %s"):format("stands",
            time.format(one.until_), one.rule and one.rule .. ", " or "", one.code, one.times, time.format(one.since))
        io.write(terminal.line(words), "\n")
    end
    for _, warning in ipairs(report.warnings) do
        io.write("warning       ", terminal.line(warning), "\n")
    end
    if report.trace and report.trace[1] then
        io.write("rules\n")
        print_rules(report.trace)
    end
    io.write(report.notified and "it notifies" or "it is quiet", ": ", terminal.line(report.reason),
        moment(report.next_at), "\n")
    if report.text then
        io.write(report.text, "\n")
    end
end

--- Of several environments of a directory one after the other.
local function print_reports(report)
    for i, one in ipairs(report.environments or { report }) do
        io.write(i > 1 and "\n" or "")
        print_report(one)
    end
end

--- The entries of all logs, oldest first; of several each with the format of its lockfile.
local function entries_of(states)
    local entries, places = {}, {}
    for _, state in ipairs(states) do
        local format = states[2] and ((state.record:read() or {}).format or state.env.beside)
        for _, list in ipairs { require "upnudge.record.past".decisions(state.record),
            require "upnudge.record.standing".entries(state.record) } do
            for _, entry in ipairs(list) do
                entries[#entries + 1], entry.format, places[entry] = entry, format, #entries
            end
        end
    end
    table.sort(entries, function(a, b)
        if a.at ~= b.at then
            return a.at < b.at
        end
        return places[a] < places[b]
    end)
    return entries
end

local function print_log(states, as_json)
    local entries = entries_of(states)
    if as_json then
        cli.print_json(answers.decisions(entries))
    end
    for _, entry in ipairs(as_json and {} or entries) do
        io.write(terminal.line(("%s  %-8s  %s%s%s"):format(time.format(entry.at),
            entry.notified and "notified" or "quiet", entry.format and entry.format .. "  " or "",
            entry.rule and entry.rule .. ": " or "", entry.reason)), "\n")
    end
    return 0
end

local function run_log(args)
    local runtime <close>, message, code = cli.open(args)
    local states
    if runtime then
        states, message, code = runtime:environments(args.environment, args.lockfile)
    end
    return states and print_log(states, args.json) or cli.fail(message, code)
end

---@param args table
---@return integer code
function M.run(args)
    if args.log then
        return run_log(args)
    end
    local runtime <close>, message, code = cli.open(args)
    if not runtime then
        return cli.fail(message, code)
    end
    local report = require "upnudge.runtime.explain".report(runtime, args.environment, cli.activation_of(args))
    if args.json then
        cli.print_json(answers.explanation(report))
    else
        print_reports(report)
    end
    return report.error and cli.FAILED or 0
end

return M
