--- upnudge status, and upnudge alone: how the project here stands, or all environments.

local answers = require "upnudge.runtime.answer"
local cli = require "upnudge.cli.command"
local io = require "io"
local statuses = require "upnudge.runtime.status"
local terminal = require "upnudge.lib.terminal"
local words = require "upnudge.cli.words"

local M = {}

---@param top table
function M.describe(top)
    local command = top:command("status", "Show how an environment stands: what waits, and what is in the way of a "
        .. "notice.")
    cli.directory(command)
    cli.one_lockfile(command)
    command:flag("--all", "All environments with a record, a line each; of more than 1000 those "
        .. "whose records were written last.")
    command:flag("--json", "Print JSON.")
    cli.shared(command)
end

--- What a person should know beside it, in a few words.
local function marks(status, now)
    local list = {}
    local ends = math.max(status.snoozed_until or 0, status.all_snoozed_until or 0)
    list[#list + 1] = ends > 0 and "snoozed, ends " .. words.ahead(ends, now) or nil
    list[#list + 1] = status.ignored and ("%d ignored"):format(#status.ignored) or nil
    list[#list + 1] = status.failure and status.code ~= "check-failed" and "last check failed" or nil
    return list
end

--- The lines of one environment, each a title and a text.
---@param status upnudge.Status
---@param now integer
---@return (string[]|false)[]
function M.lines(status, now)
    local since = status.since and ", found " .. words.ago(status.since, now) or ""
    return { { "environment", status.environment },
        status.lockfile and { "lockfile", ("%s (%s)"):format(status.lockfile, status.format or "?") } or false,
        { "waiting", statuses.told(status) .. since },
        status.cooling and { "cooling", words.cooling(status.cooling, now) } or false,
        { "last checked", words.ago(status.last_checked, now) },
        status.failure and { "last failure", ("%s: %s; tried again %s"):format(words.ago(status.last_failed, now),
            status.failure, words.ahead(status.retry_at, now)) } or false,
        status.snoozed_until and { "snoozed", "ends " .. words.ahead(status.snoozed_until, now) } or false,
        status.all_snoozed_until and { "all snoozed", "ends " .. words.ahead(status.all_snoozed_until, now) } or false,
        status.ignored and { "ignored", table.concat(status.ignored, ", ") } or false }
end

local NEXT <const> = {
    ["not-checked"] = "run 'upnudge check' to find out what is newer",
    ["check-failed"] = "'upnudge check --max-age 0' tries again at once",
    ["lockfile-changed"] = "run 'upnudge check' to find out what is newer than it",
    ["environment-missing"] = "'upnudge forget' removes what is kept of it",
    ["details-missing"] = "run 'upnudge check'",
    ["record-broken"] = "'upnudge check' makes a new record, and sets this one aside",
}

--- Prints such lines; false stands for one that there is no reason for.
---@param lines (string[]|false)[]
function M.print(lines)
    for _, line in ipairs(lines) do
        if line then
            io.write(("%-13s  %s\n"):format(line[1], terminal.line(line[2])))
        end
    end
end

local function print_one(status, now)
    M.print(M.lines(status, now))
    local step = status.code and NEXT[status.code] or not status.code and "'upnudge show' lists the packages"
    if step then
        io.write(step, "\n")
    end
end

local function print_all(list, more, now)
    local last
    for _, status in ipairs(list) do
        local parts = { statuses.told(status), "checked " .. words.ago(status.last_checked, now) }
        table.move(marks(status, now), 1, 3, 3, parts)
        local name = words.listed(status.environment, status.format, last)
        last = status.environment
        io.write(terminal.line(("%s  %s"):format(name, table.concat(parts, "; "))), "\n")
    end
    if more > 0 then
        io.write(("... and %d more\n"):format(more))
    elseif #list == 0 then
        io.write "no environment was checked yet\n"
    end
end

local function run_all(args)
    if args.environment then
        return cli.misuse "status takes a directory or --all"
    end
    local runtime <close>, message, wrong = cli.open(args, true)
    if not runtime then
        return cli.fail(message, wrong)
    end
    local now = args.now or runtime.host.now()
    local list, more, code = runtime:statuses(now)
    if not list then
        return cli.fail(more, code)
    elseif args.json then
        cli.print_json(answers.statuses(list, more))
    else
        print_all(list, more, now)
    end
    return 0
end

---@param args table
---@return integer code
function M.run(args)
    if args.all and args.lockfile then
        return cli.misuse "either --all or --lockfile FILE"
    elseif args.all then
        return run_all(args)
    end
    local runtime <close>, message, wrong = cli.open(args)
    local now, status = nil, nil
    if runtime then
        now = args.now or runtime.host.now()
        status, message, wrong = runtime:status(args.environment, now, args.lockfile)
    end
    if wrong == "no-lockfile" then
        message = message .. "; 'upnudge status --all' shows what was checked elsewhere"
    end
    if not status then
        return cli.fail(message, wrong)
    elseif args.json then
        cli.print_json(answers.status(status))
        return 0
    end
    local told = require "upnudge.runtime.deputy".told(runtime, now)
    if told then
        cli.warn(told)
    end
    for i, one in ipairs(status.environments or { status }) do
        io.write(i > 1 and "\n" or "")
        print_one(one, now)
    end
    return 0
end

return M
