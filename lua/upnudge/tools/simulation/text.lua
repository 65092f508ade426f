--- A simulation for the terminal: a calendar of each policy, side by side, and what it comes to.

local calendar = require "upnudge.lib.calendar"
local duration = require "upnudge.lib.duration"
local figures = require "upnudge.tools.simulation.figures"
local spread = require "upnudge.tools.simulation.spread"
local tables = require "upnudge.tools.simulation.table"
local terminal = require "upnudge.lib.terminal"

local M = {}

local DAY <const> = 86400
-- Columns of a day, and of what stands left of the calendars.
local CELL <const>, MARGIN <const> = 4, 12
-- Calendars that stand beside each other.
local ABREAST <const> = 3

--- Display columns: a Chinese name is shown in twice as many, which a title may be off by.
local function pad(text, width)
    return text .. (" "):rep(width - (utf8.len(text) or #text))
end

local function date(at, offset)
    return (os.date("!%Y-%m-%d", at + offset))
end

--- Per day of the simulation: shells, notices, and whether a fix was told.
local function days_of(course, frame)
    local days = {}
    for day = 0, frame.weeks * 7 - 1 do
        days[day] = { shells = 0, notices = 0, security = false }
    end
    for at, count in pairs(course.shells) do
        local day = days[(at - frame.start) // DAY]
        day.shells = day.shells + count
    end
    for _, notice in ipairs(figures.heard(course)) do
        local day = days[(notice.at - frame.start) // DAY]
        day.notices, day.security = day.notices + 1, day.security or notice.security
    end
    return days
end

M.days_of = days_of

local function cell(day)
    if day.notices > 0 then
        return (day.notices > 99 and "**" or ("%d"):format(day.notices)) .. (day.security and "!" or "")
    end
    return day.shells > 0 and "-" or "."
end

local function heading(frame)
    local _, _, first = calendar.of(frame.start, frame.offset)
    local names = {}
    for i = 0, 6 do
        names[#names + 1] = pad(calendar.DAYS[(first - 1 + i) % 7 + 1]:sub(1, 2), CELL)
    end
    return table.concat(names)
end

local function rows_of(course, frame)
    local days, rows = days_of(course, frame), {}
    for week = 0, frame.weeks - 1 do
        local cells = {}
        for weekday = 0, 6 do
            cells[#cells + 1] = pad(cell(days[week * 7 + weekday]), CELL)
        end
        rows[week + 1] = table.concat(cells) .. pad(("%d"):format(course.per_week[week + 1]), 5)
    end
    return rows
end

local function titles(courses)
    local line = (" "):rep(MARGIN)
    for _, course in ipairs(courses) do
        line = line .. pad(terminal.line(course.policy):sub(-(7 * CELL + 2)), 7 * CELL + 7)
    end
    return line
end

local function calendars(courses, frame, lines)
    lines[#lines + 1] = titles(courses)
    local head, columns = (" "):rep(MARGIN), {}
    for i, course in ipairs(courses) do
        head, columns[i] = head .. heading(frame) .. "sum    ", rows_of(course, frame)
    end
    lines[#lines + 1] = head
    for week = 1, frame.weeks do
        local line = pad(date(frame.start + (week - 1) * 7 * DAY, frame.offset), MARGIN)
        for i in ipairs(courses) do
            line = line .. columns[i][week] .. "  "
        end
        lines[#lines + 1] = line
    end
end

local function count(n, what)
    return ("%d %s%s"):format(n, what, n == 1 and "" or what:find "x$" and "es" or "s")
end

--- Which fix was unsaid the longest, and for how long.
local function worst_of(course, frame)
    local worst = course.worst
    local what = worst.package .. (worst.version and " " .. worst.version or "")
    return ("a security fix stayed unsaid for %s, %s of working time (%s, from %s%s)"):format(
        duration.format(course.security_delay), tables.hours(worst.worked), what, date(worst.open_since, frame.offset),
        worst.said_at and "" or worst.ended_at < frame.stop and " until it was installed" or " to the end")
end

--- What became of security fixes.
local function delay_of(course, frame)
    local parts = {}
    if #course.fixes == 0 then
        return "no security fix came out"
    elseif course.worst then
        parts[1] = worst_of(course, frame)
    elseif course.unsaid == 0 then
        return "each security fix was said at the first shell"
    end
    if course.unsaid > 0 then
        parts[#parts + 1] = ("nobody was told of %d of %s"):format(course.unsaid, count(#course.fixes, "security fix"))
    end
    return table.concat(parts, "; ")
end

-- In which order those are told of who are no people, and what their shells are called.
local OTHERS <const> = { { "ci", "in CI" }, { "agent", "of agents" }, { "command", "for a command" },
    { "unattended", "without a terminal" } }

local function others_of(course, lines)
    for _, other in ipairs(OTHERS) do
        local of = course.others[other[1]]
        if of then
            lines[#lines + 1] = ("%s: %s in %s %s"):format(course.policy, count(of.notices, "notice"),
                count(of.shells, "shell"), other[2])
        end
    end
end

local function totals(course, frame)
    local shells = 0
    for _, number in pairs(course.shells) do
        shells = shells + number
    end
    return ("%s: %s (%d without news) in %s, %.1f a week, %d at most; %s; %s"):format(course.policy,
        count(course.told, "notice"), course.repeated, count(shells, "shell"), course.told / frame.weeks,
        course.most_per_week, delay_of(course, frame), count(course.checks, "check"))
end

local function faults_of(course, lines)
    for reason, times in pairs(course.faults) do
        lines[#lines + 1] = ("%s: failed at %s: %s"):format(course.policy, count(times, "activation"), reason)
    end
end

--- How often each rule was asked and what it answered, and the rules that had nothing to do.
local function coverage_of(course, lines)
    local rows, idle = { { course.policy, "asked", "matched", "spoke", "silent", "waited" } }, {}
    for i, rule in ipairs(course.coverage:rules()) do
        local numbers = { rule.asked, rule.matched, rule.spoke, rule.silenced,
            rule.matched - rule.spoke - rule.silenced }
        rows[i + 1] = { rule.rule }
        for k, number in ipairs(numbers) do
            rows[i + 1][k + 1] = ("%d"):format(number)
        end
        if rule.matched == 0 then
            idle[#idle + 1] = ("%s: rule '%s' %s (%s:%d)"):format(course.policy, rule.rule,
                rule.asked == 0 and "was never asked" or "never matched", rule.file, rule.line)
        end
    end
    lines[#lines + 1] = ""
    tables.add(rows, lines)
    table.move(idle, 1, #idle, #lines + 1, lines)
end

--- Calendars, and what they come to.
local function long(simulation, lines)
    local frame = simulation.frame
    lines[2] = "a number: notices of that day, with ! where one told of a security fix; -: shells, but silence; "
        .. ".: none"
    for first = 1, #simulation.courses, ABREAST do
        lines[#lines + 1] = ""
        local last = math.min(first + ABREAST - 1, #simulation.courses)
        calendars(table.move(simulation.courses, first, last, 1, {}), frame, lines)
    end
    lines[#lines + 1] = ""
    for _, course in ipairs(simulation.courses) do
        lines[#lines + 1] = totals(course, frame)
        others_of(course, lines)
        faults_of(course, lines)
    end
end

--- A table with a line for each policy.
local function brief(simulation, lines)
    local rows = { tables.head() }
    for i, course in ipairs(simulation.courses) do
        rows[i + 1] = tables.row(course, simulation.frame)
    end
    tables.add(rows, lines)
end

local function add_coverage(simulation, lines)
    for _, course in ipairs(simulation.courses) do
        if course.coverage then
            coverage_of(course, lines)
        end
    end
end

--- The lines as one text, fit for a terminal: names come from files that anybody may have written.
local function joined(lines)
    for i, line in ipairs(lines) do
        lines[i] = terminal.line(line)
    end
    return table.concat(lines, "\n") .. "\n"
end

--- The simulation in words.
---@param simulation table
---@param short boolean? whether a table is enough
---@return string
function M.render(simulation, short)
    local frame, lines = simulation.frame, {}
    lines[1] = ("scenario %s, %s from %s, seed %d"):format(simulation.scenario, count(frame.weeks, "week"),
        date(frame.start, frame.offset), simulation.seed)
    if short then
        brief(simulation, lines)
    else
        long(simulation, lines)
    end
    add_coverage(simulation, lines)
    return joined(lines)
end

--- What many seeds come to.
---@param simulations upnudge.Simulation[] the same but for the seed
---@return string
function M.render_spread(simulations)
    local first, last = simulations[1], simulations[#simulations]
    local frame, lines = first.frame, {}
    lines[1] = ("scenario %s, %s from %s, %s from %d to %d: the median of each (the least–the most)"):format(
        first.scenario, count(frame.weeks, "week"), date(frame.start, frame.offset), count(#simulations, "seed"),
        first.seed, last.seed)
    spread.add(simulations, lines)
    for i, course in ipairs(last.courses) do
        for _, simulation in ipairs(simulations) do
            if next(simulation.courses[i].faults) then
                faults_of(simulation.courses[i], lines)
                break
            end
        end
        if course.coverage then
            coverage_of(course, lines)
        end
    end
    return joined(lines)
end

return M
