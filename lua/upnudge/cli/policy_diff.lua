--- upnudge policy diff: what changes for people with another policy, notice by notice.

local cli = require "upnudge.cli.command"
local io = require "io"
local json = require "upnudge.lib.json.write"
local terminal = require "upnudge.lib.terminal"
local time = require "upnudge.lib.time"

local M = {}

---@param parent table
function M.describe(parent)
    local command = parent:command("diff", "Tell notice by notice what changes for people with another policy.",
        "Exits with 0 unless --exit-code is given: then with 1 where something changes. A policy that fails at an "
        .. "activation is exit code 1 anyway.")
    command:argument("policies", "Two policies, files or names of ready-made ones; with one alone it is held against "
        .. "what happened."):argname("POLICY"):args "1-2"
    command:mutex(
        command:option("--log", "The directory of an environment whose log of past activations they live through; "
            .. "several. All that have one unless given."):argname("DIR"):count("0-64"),
        command:option("--scenario", "They live through weeks of a scenario instead, as `policy simulate` has it.")
            :argname("S"))
    command:option("--weeks", "How many, of a scenario (8)."):argname("N"):convert(tonumber)
    command:option("--seed", "Which weeks, of a scenario (1)."):argname("N"):convert(math.tointeger)
    command:flag("--exit-code", "Exit with 1 if something changes.")
    command:option("--app", "Name of the host tool, whose log it is."):argname("NAME")
    command:option("--state-dir", "Where the records are."):argname("DIR")
    command:flag("--json", "Print JSON.")
end

-- ---- two courses ----------------------------------------------------------------------------------------------

---@class upnudge.Compared
---@field before table the course of the one, or what happened
---@field after table
---@field over string what they lived through
---@field offset integer seconds by which its times are ahead of UTC

local function read_log(args)
    local runtime <close>, message, code = cli.open({ app = args.app, state_dir = args.state_dir }, true)
    if not runtime then
        return nil, message, code
    end
    return require "upnudge.tools.replay.log".of(runtime, args.log)
end

local function count(n, what)
    return ("%d %s%s"):format(n, what, n == 1 and "" or "s")
end

--- What is to be known beside the difference.
local function remarks_of(log, args, courses, difference)
    local list, unknown, hash = {}, courses[1].unknown, (courses[1].hash or ""):sub(1, 16)
    if unknown > 0 then
        list[1] = ("of %s the log does not say enough to ask a policy again: they are left out")
            :format(count(unknown, "activation"))
    end
    local own = #courses[1].answers > 0
    for _, answer in ipairs(courses[1].answers) do
        own = own and answer.entry.policy_hash == hash
    end
    local then_and_now = own and args.policies[2] and difference.between(courses[1].happened, courses[1].notices)
    if then_and_now and then_and_now.changes[1] then
        list[#list + 1] = ("%s itself was heard otherwise at %s: the log does not know all that it goes by")
            :format(args.policies[1], count(#then_and_now.changes, "activation"))
    end
    if log.activations == 0 then
        list[#list + 1] = "no policy was asked at any of them"
    end
    return list
end

local function of_log(args, progress)
    local log, message, code = read_log(args)
    if not log then
        return nil, message, code
    end
    local replay, difference, courses = require "upnudge.tools.replay", require "upnudge.tools.difference", {}
    for i, policy in ipairs(args.policies) do
        local ok, course = pcall(replay.live, policy, log, { app = args.app, tick = function() progress:tick() end })
        if not ok then
            return nil, require "upnudge.lib.raised".text(course), "policy-fault"
        end
        courses[i] = course
    end
    local over = ("%s in %s, %s to %s"):format(count(log.activations, "past activation"),
        count(#log.places, "environment"), time.format(log.start), time.format(log.stop))
    local before = courses[2] and courses[1] or { policy = "what happened", name = "what happened",
        notices = courses[1].happened, faults = {} }
    return { before = before, after = courses[2] or courses[1], over = over, activations = log.activations,
        remarks = remarks_of(log, args, courses, difference) }
end

local function of_scenario(args, progress)
    local simulation = require "upnudge.tools.simulation"
    if not args.policies[2] then
        return nil, "a scenario needs two policies: nothing has happened in it", "usage"
    end
    local scenario, message = simulation.scenario(args.scenario, { app = args.app,
        state_dir = cli.absolute(args.state_dir) })
    if not scenario then
        return nil, message, "usage"
    end
    local result, fault = simulation.run(args.policies, scenario, { weeks = args.weeks, seed = args.seed,
        tick = function() progress:tick() end })
    if not result then
        return nil, fault, "policy-fault"
    end
    return { before = result.courses[1], after = result.courses[2], remarks = {},
        over = ("scenario %s, %s, seed %d"):format(result.scenario, count(result.frame.weeks, "week"), result.seed) }
end

-- ---- telling --------------------------------------------------------------------------------------------------

--- Whose notice it is, and what it says; and to whom, where that is no person.
local function line_of(notice)
    local text = notice.text and notice.text:match "[^\n]*" or notice.reason or ""
    local audience = notice.audience ~= "person" and notice.audience
    return ("%s%s: %s"):format(notice.rule or "decide", audience and " (" .. audience .. ")" or "", text)
end

--- The first line in which two texts differ.
local function other_words(before, after)
    if not before.text then
        return ""
    end
    local old = (before.text .. "\n"):gmatch "([^\n]*)\n"
    for new in (after.text .. "\n"):gmatch "([^\n]*)\n" do
        local was = old()
        if was ~= new then
            return (": \"%s\", was \"%s\""):format(new, was or "")
        end
    end
    return (": without \"%s\""):format(old() or "")
end

local function told(one)
    local before, after = one.before, one.after
    if one.change == "appears" then
        return "appears   " .. line_of(after)
    elseif one.change == "vanishes" then
        return "vanishes  " .. line_of(before)
    elseif one.change == "moves" then
        local seconds = after.at - before.at
        return ("moves     %s, %s %s"):format(line_of(before),
            require "upnudge.lib.duration".format(math.abs(seconds)), seconds < 0 and "earlier" or "later")
    elseif one.change == "rule" then
        return ("rule      %s, was of %s"):format(line_of(after), before.rule or "decide")
    end
    return "words     " .. (after.rule or "decide") .. other_words(before, after)
end

local COLUMNS <const> = { "before", "after", "appears", "vanishes", "moves", "words" }

local function print_rules(rules)
    local rows = { { "rule", table.unpack(COLUMNS) } }
    for _, row in ipairs(rules) do
        local cells = { terminal.line(row.rule) }
        for i, name in ipairs(COLUMNS) do
            cells[i + 1] = ("%d"):format(row[name])
        end
        rows[#rows + 1] = cells
    end
    local wide = 4
    for _, cells in ipairs(rows) do
        wide = math.max(wide, utf8.len(cells[1]) or #cells[1])
    end
    for _, cells in ipairs(rows) do
        io.write(cells[1], (" "):rep(wide - (utf8.len(cells[1]) or #cells[1])))
        for i = 2, #cells do
            io.write("  ", (" "):rep(#COLUMNS[i - 1] - #cells[i]), cells[i])
        end
        io.write "\n"
    end
end

local function print_difference(compared, difference)
    io.write(terminal.line(("%s -> %s: %s"):format(compared.before.policy, compared.after.policy, compared.over)), "\n")
    for _, one in ipairs(difference.changes) do
        local where = one.environment and one.environment:match "[^/]*$" .. "  " or ""
        io.write(terminal.line(("%s  %s%s"):format(time.format(one.at), where, told(one))), "\n")
    end
    if difference.changes[1] then
        print_rules(difference.rules)
    else
        io.write(("nothing changes: %s, the same in all\n"):format(count(difference.same, "notice")))
    end
    for _, remark in ipairs(compared.remarks) do
        io.write(terminal.line(remark), "\n")
    end
end

local NOTICE <const> = { "at", "audience", "rule", "reason", "text" }

local function notice_json(notice)
    return notice and function()
        return json.object(NOTICE, { at = notice.at, audience = notice.audience, rule = notice.rule,
            reason = notice.reason, text = notice.text })
    end
end

local function course_json(course)
    return function()
        return json.object({ "policy", "name", "hash", "notices_total" }, { policy = course.policy, name = course.name,
            hash = course.hash, notices_total = #course.notices })
    end
end

local function encode(compared, difference, faults)
    local changes = {}
    for i, one in ipairs(difference.changes) do
        changes[i] = { change = one.change, at = one.at, environment = one.environment,
            before = notice_json(one.before), after = notice_json(one.after) }
    end
    return json.object({ "schema", "before", "after", "over", "activations", "same", "changes", "rules", "remarks",
        "faults" }, { schema = 1, before = course_json(compared.before), after = course_json(compared.after),
        over = compared.over, activations = compared.activations, same = difference.same,
        changes = function()
            return json.list({ "change", "at", "environment", "before", "after" }, changes)
        end,
        rules = function()
            return json.list({ "rule", table.unpack(COLUMNS) }, difference.rules)
        end,
        remarks = function()
            return json.strings(compared.remarks)
        end,
        faults = function()
            return json.strings(faults)
        end })
end

local function faults_of(compared)
    local list = {}
    for _, course in ipairs { compared.before, compared.after } do
        for reason, times in pairs(course.faults) do
            list[#list + 1] = ("%s fails at %s: %s"):format(course.policy, count(times, "activation"), reason)
        end
    end
    table.sort(list)
    return list
end

---@param args table
---@return integer code
function M.run(args)
    cli.warn_of_left_out(args.policies)
    local progress = require "upnudge.cli.progress".begin("replaying", args.json)
    local compared, message, code = (args.scenario and of_scenario or of_log)(args, progress)
    progress:stop()
    if not compared then
        return code == "usage" and cli.misuse(message) or cli.fail(message, code)
    end
    local difference = require "upnudge.tools.difference".between(compared.before.notices, compared.after.notices)
    local faults = faults_of(compared)
    if args.json then
        cli.print_json(encode(compared, difference, faults))
    else
        print_difference(compared, difference)
        for _, fault in ipairs(faults) do
            cli.fail(fault)
        end
    end
    return (faults[1] or args.exit_code and difference.changes[1]) and cli.FAILED or 0
end

return M
