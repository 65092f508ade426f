--- upnudge report: how upnudge does for a person, for people, scripts and monitoring.

local cli = require "upnudge.cli.command"
local duration = require "upnudge.lib.duration"
local io = require "io"
local json = require "upnudge.lib.json.write"
local terminal = require "upnudge.lib.terminal"
local words = require "upnudge.cli.words"

local M = {}

---@param top table
function M.describe(top)
    local command = top:command("report", "Tell over all environments what was said and what not, and what waits.",
        "Nothing is sent anywhere: it is printed, or written to the file that --output names.")
    command:option("--since", "How far back activations are counted (7d); the logs have some 300 of each environment.")
        :argname("DURATION"):convert(duration.parse)
    command:mutex(command:flag("--json", "Print JSON."),
        command:flag("--prometheus", "Print the text format of Prometheus."))
    command:option("--output", "Write it there, all or nothing and for everybody to read, as the textfile collector of "
        .. "node_exporter wants it."):argname("FILE")
    cli.shared(command)
end

local ENVIRONMENT <const> = { "environment", "format", "last_checked", "last_failed", "failure", "stale", "gone",
    "waiting", "activations", "notices" }
local REPORT <const> = { "schema", "at", "app", "user", "policy", "window", "log_start", "activations", "notices",
    "silences", "policies", "faults", "waiting", "fixes", "failed", "oldest_check", "newest_check", "environments" }

local function object(order, members)
    return function()
        return json.object(order, members)
    end
end

local function encode(summary)
    local members, environments = {}, {}
    for name, value in pairs(summary) do
        members[name] = value
    end
    for i, one in ipairs(summary.environments) do
        environments[i] = {}
        for _, name in ipairs(ENVIRONMENT) do
            environments[i][name] = one[name]
        end
        environments[i].waiting = one.waiting and object(require "upnudge.lib.counts".all, one.waiting)
    end
    members.schema, members.more = 1, nil
    members.policy = object({ "name", "hash", "file", "fault" }, summary.policy)
    for _, name in ipairs { "notices", "silences", "policies" } do
        members[name] = object({}, summary[name])
    end
    members.fixes = object(require "upnudge.runtime.report".SEVERITIES, summary.fixes)
    members.waiting = object(require "upnudge.lib.counts".all, summary.waiting)
    members.environments = function()
        return json.list(ENVIRONMENT, environments)
    end
    return terminal.valid(json.object(REPORT, members)) .. "\n"
end

local function listed(counts)
    local parts = {}
    for name, number in pairs(counts) do
        parts[#parts + 1] = { name = name ~= "" and name or "unknown", number = number }
    end
    table.sort(parts, function(a, b)
        if a.number ~= b.number then
            return a.number > b.number
        end
        return require "upnudge.core".before(a.name, b.name)
    end)
    for i, one in ipairs(parts) do
        parts[i] = ("%s %d"):format(terminal.line(one.name), one.number)
    end
    return parts[1] and table.concat(parts, ", ") or "none"
end

--- The report for people: a title and a text a line.
local function lines_of(summary)
    local policy, at = summary.policy, summary.at
    local checks = summary.oldest_check
        and ("the oldest %s, the newest %s"):format(words.ago(summary.oldest_check, at),
            words.ago(summary.newest_check, at)) or "none"
    local fixes = {}
    for name, number in pairs(summary.fixes) do
        fixes[name] = number > 0 and number or nil
    end
    return { { "policy", policy.name .. (policy.hash and " " .. policy.hash:sub(1, 16) or "") },
        policy.fault and { "fault", policy.fault } or false,
        { "activations", ("%d in %s"):format(summary.activations, duration.format(summary.window)) },
        { "notices", listed(summary.notices) }, { "silences", listed(summary.silences) },
        { "faults", ("%d"):format(summary.faults) },
        { "environments", ("%d; checks: %s; failing: %d"):format(#summary.environments, checks, summary.failed) },
        { "waiting", ("%d changes; security fixes: %s"):format(summary.waiting.total or 0, listed(fixes)) } }
end

local function for_people(summary)
    local lines = {}
    for _, line in ipairs(lines_of(summary)) do
        lines[#lines + 1] = line and ("%-13s %s\n"):format(line[1], terminal.line(line[2])) or nil
    end
    return table.concat(lines)
end

local function write(path, text)
    path = cli.absolute(path)
    local directory, name = path:match "^(.*)/([^/]+)$"
    if not name then
        return nil, path .. ": no file can be called so"
    end
    return require "upnudge.core".publish(directory == "" and "/" or directory, name, text)
end

---@param args table
---@return integer code
function M.run(args)
    local runtime <close>, message, code = cli.open(args, true)
    if not runtime then
        return cli.fail(message, code)
    end
    local ok, summary = pcall(require "upnudge.runtime.report".of, runtime, args.now or runtime.host.now(), args.since)
    if not ok then
        return cli.fail(require "upnudge.lib.raised".text(summary), "state-unusable")
    end
    local text = args.json and encode(summary)
        or args.prometheus and require "upnudge.tools.prometheus".text(summary, require "upnudge.runtime".VERSION)
        or for_people(summary)
    if not args.output then
        io.write(text)
        return 0
    end
    local written, why = write(args.output, text)
    return written and 0 or cli.fail(why, "cannot-remember")
end

return M
