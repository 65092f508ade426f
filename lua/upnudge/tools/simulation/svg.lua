--- A simulation as a picture: a calendar per policy, a row per week with the hours of each day across it. What happened
--- is told by shapes, and by colours beside them; the rule and the text of each notice on hover. SVG 1.1, which needs
--- nothing else to be shown.

local calendar = require "upnudge.lib.calendar"
local duration = require "upnudge.lib.duration"
local figures = require "upnudge.tools.simulation.figures"
local marks = require "upnudge.tools.simulation.marks"

local M = {}

local DAY <const>, WEEK <const> = 86400, 7 * 86400

-- Pixels: a day's width, a week's height, half a mark, and where in the row its lines are: what comes out, what stays
-- unsaid, what is said, and the shells. A year is small, so that it is one page.
local LARGE <const> = { across = 120, down = 30, radius = 4.5, out = 6, bar = 11, said = 18.5, shell = 24, tick = 4 }
local SMALL <const> = { across = 66, down = 20, radius = 3.5, out = 4, bar = 8, said = 13.5, shell = 17.5, tick = 2 }
-- Weeks that are drawn large, one policy below the other; of more the policies stand side by side.
local LARGE_WEEKS <const>, ABREAST <const> = 16, 3
local LEFT <const>, RIGHT <const>, HEAD <const>, FOOT <const> = 84, 34, 92, 22
-- Pixels of a letter at most, at the size of the text.
local LETTER <const> = 7

local STYLE <const> = [[
text{font:12px system-ui,sans-serif;fill:#222}.h{font-weight:600;font-size:14px}.s{fill:#555}
.k{font-size:9px;fill:#555}.c{font-size:9px;font-weight:700}
.bg,.r{fill:#fff}.off{fill:#e4e2db}.day{fill:#f5f4f0}.row{stroke:#fff}.hour{stroke:#c4c1b6}
.away{stroke:#7a776c}.shell{stroke:#5f5c53}.bar{fill:#8a1f12}
.n{fill:#1f5fae}.r{stroke:#1f5fae;stroke-width:1.6}.f{fill:#a81e12}
.o{fill:none;stroke:#a81e12;stroke-width:1.6}.u{fill:#226b36}
@media(prefers-color-scheme:dark){text{fill:#eee}.s,.k{fill:#bbb}
.bg,.r{fill:#17181a}.off{fill:#1f2023}.day{fill:#2a2b2f}.row{stroke:#17181a}.hour{stroke:#4b4c52}
.away{stroke:#8d8e95}.shell{stroke:#a5a6ac}.bar{fill:#ffab9e}
.n{fill:#7fb0f0}.r{stroke:#7fb0f0}.f{fill:#ff8f80}.o{stroke:#ff8f80}.u{fill:#7ccf8f}}]]

local ESCAPES <const> = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

--- Fit for XML: control bytes are none of its characters.
local function escape(text)
    return (require "upnudge.lib.terminal".clean(text):gsub('[&<>"]', ESCAPES))
end

--- A number without what it does not need.
local function px(value)
    return (("%.1f"):format(value):gsub("%.0$", ""))
end

-- ---- shapes ---------------------------------------------------------------------------------------------

local CIRCLE <const> = '<circle cx="%s" cy="%s" r="%s" class="%s">'

--- What is drawn of each kind, around its middle: {class, what it is called, the shape}.
local KINDS <const> = {
    news = { "n", "notice", function(x, y, radius, class)
        return CIRCLE:format(px(x), px(y), px(radius), class)
    end },
    again = { "r", "notice without news", function(x, y, radius, class)
        return CIRCLE:format(px(x), px(y), px(radius - 0.8), class)
    end },
    security = { "f", "notice with a security fix", function(x, y, r, class)
        return ('<path d="M%s %sl%s %sl%s %sl%s %sz" class="%s">'):format(px(x - r), px(y), px(r), px(-r), px(r), px(r),
            px(-r), px(r), class)
    end },
    fix = { "o", "a fix comes out", function(x, y, r, class)
        return ('<path d="M%s %sh%sl%s %sz" class="%s">'):format(px(x - r + 0.8), px(y - r + 0.8), px(2 * r - 1.6),
            px(0.8 - r), px(2 * r - 1.6), class)
    end },
    upgrade = { "u", "upgraded", function(x, y, r, class)
        return ('<path d="M%s %sh%sv%sh%sz" class="%s">'):format(px(x - r + 0.5), px(y - r + 0.5), px(2 * r - 1),
            px(2 * r - 1), px(1 - 2 * r), class)
    end },
}

local RANK <const> = { again = 1, news = 2, security = 3 }

local function leading(a, b)
    return RANK[a] >= RANK[b] and a or b
end

local function draw_mark(add, mark, y, radius)
    local kind = KINDS[mark.kind]
    local more = mark.more and ("\nand %d more"):format(mark.more) or ""
    add("%s<title>%s</title></%s>", kind[3](mark.x, y, radius, kind[1]), escape(mark.title .. more),
        (mark.kind == "news" or mark.kind == "again") and "circle" or "path")
    if mark.count > 1 then
        add('<text x="%s" y="%s" class="c">%d</text>', px(mark.x + radius + 2), px(y + 3.2), mark.count)
    end
end

-- ---- places ---------------------------------------------------------------------------------------------

---@class upnudge.Panel where the calendar of a policy is
---@field x number of its left edge
---@field y number of its first week
---@field size table LARGE or SMALL
---@field frame table of the simulation

--- The week of a moment, from 0, and where in its row it is.
local function place(panel, at)
    local since = at - panel.frame.start
    local week = since // WEEK
    return week, panel.x + LEFT + (since - week * WEEK) * panel.size.across / DAY
end

local function row(panel, week)
    return panel.y + week * panel.size.down
end

--- The parts of a span that are in each week: {week, from, to} in pixels.
local function pieces(panel, from, to)
    local list = {}
    while from < to do
        local week, x = place(panel, from)
        local ends = math.min(to, panel.frame.start + (week + 1) * WEEK)
        list[#list + 1] = { week, x, x + (ends - from) * panel.size.across / DAY }
        from = ends
    end
    return list
end

local function clock(at, frame)
    return (os.date("!%a %Y-%m-%d %H:%M", at + frame.offset))
end

-- ---- the calendar ---------------------------------------------------------------------------------------

--- Of each day of a week the hours in which somebody may be there, as the scenario has it: {from, to} in seconds.
local function working_days(frame)
    local days = {}
    for _, span in ipairs(frame.working or {}) do
        local from = span.from
        while from < span.to do
            local since = (from - frame.start) % WEEK
            local day, second = since // DAY, since % DAY
            local ends = math.min(span.to, from - second + DAY)
            local of = days[day] or { second, second }
            days[day] = { math.min(of[1], second), math.max(of[2], second + ends - from) }
            from = ends
        end
    end
    return days
end

local function draw_days(add, panel)
    local size, frame = panel.size, panel.frame
    local left, high, working = panel.x + LEFT, frame.weeks * size.down, working_days(frame)
    local _, _, first = calendar.of(frame.start, frame.offset)
    add('<rect x="%s" y="%s" width="%d" height="%d" class="off"/>', px(left), px(panel.y), 7 * size.across, high)
    for day = 0, 6 do
        local x, hours = left + day * size.across, working[day]
        if hours then
            add('<rect x="%s" y="%s" width="%s" height="%d" class="day"/>', px(x + hours[1] * size.across / DAY),
                px(panel.y), px((hours[2] - hours[1]) * size.across / DAY), high)
        end
        add('<text x="%s" y="%s" class="s">%s</text>', px(x + 2), px(panel.y - 15), calendar.DAYS[
            (first - 1 + day) % 7 + 1])
        for hour = 6, 18, 6 do
            local at = x + hour * size.across / 24
            add('<path d="M%s %sv%d" class="hour"/>', px(at), px(panel.y), high)
            add('<text x="%s" y="%s" class="k" text-anchor="middle">%d</text>', px(at), px(panel.y - 3), hour)
        end
    end
end

local function draw_weeks(add, panel)
    local size, frame = panel.size, panel.frame
    for week = 0, frame.weeks - 1 do
        local y = row(panel, week)
        add('<path d="M%s %sh%d" class="row"/>', px(panel.x + LEFT), px(y), 7 * size.across)
        add('<text x="%s" y="%s" class="s">%s</text>', px(panel.x + 10), px(y + size.down / 2 + 4),
            os.date("!%Y-%m-%d", frame.start + week * WEEK + frame.offset))
    end
end

--- Days on which nobody opened a shell, one behind the other as one.
local function draw_absence(add, panel, course)
    local frame, there = panel.frame, {}
    for at in pairs(course.shells) do
        there[(at - frame.start) // DAY] = true
    end
    for week = 0, frame.weeks - 1 do
        local day = 0
        while day < 7 do
            local first = day
            while day < 7 and not there[week * 7 + day] do
                day = day + 1
            end
            if day > first then
                add('<rect x="%s" y="%s" width="%d" height="%s" fill="url(#away)">'
                    .. "<title>nobody was there</title></rect>",
                    px(panel.x + LEFT + first * panel.size.across), px(row(panel, week) + 1),
                    (day - first) * panel.size.across, panel.size.down - 2)
            end
            day = day + 1
        end
    end
end

--- A tick of a pixel for each time at which somebody opened a shell; a path for each week.
local function draw_shells(add, panel, course)
    local weeks = {}
    for at in pairs(course.shells) do
        local week, x = place(panel, at)
        weeks[week] = weeks[week] or {}
        weeks[week][math.floor(x)] = true
    end
    for week = 0, panel.frame.weeks - 1 do
        local columns, path = {}, {}
        for x in pairs(weeks[week] or {}) do
            columns[#columns + 1] = x
        end
        table.sort(columns)
        for i, x in ipairs(columns) do
            path[i] = ("M%d.5 %sv%d"):format(x, px(row(panel, week) + panel.size.shell), panel.size.tick)
        end
        if path[1] then
            add('<path d="%s" class="shell"/>', table.concat(path))
        end
    end
end

--- How long a fix stayed unsaid.
local function told_of(fix)
    return ("%s%s: %s%s"):format(fix.package, fix.version and " " .. fix.version or "",
        fix.said_at and "said after " or "never said, gone after ", duration.format(fix.ended_at - fix.open_since))
end

--- The times in which some fix could be told and was not, as few spans.
local function unsaid(course)
    local spans, fixes = {}, {}
    for _, fix in ipairs(course.fixes) do
        fixes[#fixes + 1] = fix.open_since and fix.ended_at > fix.open_since and fix or nil
    end
    table.sort(fixes, function(a, b)
        return a.open_since < b.open_since
    end)
    for _, fix in ipairs(fixes) do
        local last = spans[#spans]
        if last and fix.open_since <= last.to then
            last.to, last.title = math.max(last.to, fix.ended_at), last.title .. "\n" .. told_of(fix)
        else
            spans[#spans + 1] = { from = fix.open_since, to = fix.ended_at, title = told_of(fix) }
        end
    end
    return spans
end

local function draw_unsaid(add, panel, course)
    for _, span in ipairs(unsaid(course)) do
        for _, piece in ipairs(pieces(panel, span.from, span.to)) do
            add('<rect x="%s" y="%s" width="%s" height="2" class="bar"><title>%s</title></rect>', px(piece[2]),
                px(row(panel, piece[1]) + panel.size.bar), px(math.max(piece[3] - piece[2], 1)), escape(span.title))
        end
    end
end

--- Marks by their weeks, put apart and drawn.
local function draw_line(add, panel, list, line, lead)
    local weeks = {}
    for _, mark in ipairs(list) do
        local week, x = place(panel, mark.at)
        mark.x, weeks[week] = x, weeks[week] or {}
        table.insert(weeks[week], mark)
    end
    for week = 0, panel.frame.weeks - 1 do
        for _, mark in ipairs(marks.apart(weeks[week] or {}, panel.size.radius, lead)) do
            draw_mark(add, mark, row(panel, week) + panel.size[line], panel.size.radius)
        end
    end
end

local function draw_events(add, panel, course)
    local out, said, frame = {}, {}, panel.frame
    for _, fix in ipairs(course.fixes) do
        out[#out + 1] = { at = fix.at, kind = "fix", title = ("%s%s comes out, a security fix, %s"):format(fix.package,
            fix.version and " " .. fix.version or "", clock(fix.at, frame)) }
    end
    for _, at in ipairs(course.upgrades) do
        out[#out + 1] = { at = at, kind = "upgrade", title = "upgraded, " .. clock(at, frame) }
    end
    for _, notice in ipairs(figures.heard(course)) do
        said[#said + 1] = { at = notice.at,
            kind = notice.security and "security" or notice.news > 0 and "news" or "again",
            title = ("%s, rule %s: %s\n%s"):format(clock(notice.at, frame), notice.rule or "none", notice.reason,
                notice.text) }
    end
    draw_line(add, panel, out, "out")
    draw_line(add, panel, said, "said", leading)
end

--- What a course comes to, in two lines.
local function summary(course)
    local others = 0
    for _, other in pairs(course.others) do
        others = others + other.notices
    end
    local told = ("%d notices to people, %d in a week at most"):format(course.told, course.most_per_week)
        .. (others > 0 and ("; %d to nobody (CI …)"):format(others) or "")
    if not course.fixes[1] then
        return told, "no security fix came out"
    end
    return told, ("a security fix unsaid for %s at most"):format(duration.format(course.security_delay))
        .. (course.unsaid > 0 and ("; nobody heard of %d of %d"):format(course.unsaid, #course.fixes) or "")
end

local function draw_panel(add, panel, course)
    local told, fixes = summary(course)
    add('<text x="%s" y="%s" class="h">%s</text>', px(panel.x + 10), px(panel.y - HEAD + 24), escape(course.policy))
    add('<text x="%s" y="%s" class="s">%s</text>', px(panel.x + 10), px(panel.y - HEAD + 42), told)
    add('<text x="%s" y="%s" class="s">%s</text>', px(panel.x + 10), px(panel.y - HEAD + 58), fixes)
    draw_days(add, panel)
    draw_weeks(add, panel)
    draw_absence(add, panel, course)
    draw_shells(add, panel, course)
    draw_unsaid(add, panel, course)
    draw_events(add, panel, course)
end

-- ---- the whole ------------------------------------------------------------------------------------------

local SWATCHES <const> = {
    { "still unsaid, somebody there", 20, '<rect x="%s" y="%s" width="20" height="2" class="bar"/>', 0, -1 },
    { "shell", 6, '<path d="M%s %sv5" class="shell"/>', 3, -3 },
    { "hours in which people may be there", 16, '<rect x="%s" y="%s" width="16" height="12" class="day"/>', 0, -6 },
    { "other hours", 16, '<rect x="%s" y="%s" width="16" height="12" class="off"/>', 0, -6 },
    { "nobody was there", 16, '<rect x="%s" y="%s" width="16" height="12" fill="url(#away)"/>', 0, -6 },
    { "so many in one place", 10, '<text x="%s" y="%s" class="c">3</text>', 2, 3 },
}

--- What each sign means, in as many lines as they need. Gives the height.
local function draw_legend(add, top, width)
    local x, y = 10, top
    local function entry(wide, text, draw)
        local needs = wide + 6 + LETTER * #text + 14
        if x > 10 and x + needs > width then
            x, y = 10, y + 20
        end
        draw(x, y)
        add('<text x="%s" y="%s">%s</text>', px(x + wide + 6), px(y + 4), text)
        x = x + needs
    end
    for _, name in ipairs { "news", "again", "security", "fix", "upgrade" } do
        entry(12, KINDS[name][2], function(left, middle)
            draw_mark(add, { x = left + 6, kind = name, title = KINDS[name][2], count = 1 }, middle, 5)
        end)
    end
    for _, swatch in ipairs(SWATCHES) do
        entry(swatch[2], swatch[1], function(left, middle)
            add(swatch[3], px(left + swatch[4]), px(middle + swatch[5]))
        end)
    end
    return y - top + 20
end

--- Words for those who see no picture.
local function description(simulation)
    local lines = { "A calendar for each policy, with a row for each week and the hours of its days across." }
    for _, course in ipairs(simulation.courses) do
        lines[#lines + 1] = ("%s: %s; %s."):format(course.policy, summary(course))
    end
    return table.concat(lines, "\n")
end

local function draw_panels(add, simulation, size, abreast, top)
    local frame = simulation.frame
    local wide, high = LEFT + 7 * size.across + RIGHT, HEAD + frame.weeks * size.down + FOOT
    for i, course in ipairs(simulation.courses) do
        draw_panel(add, { x = (i - 1) % abreast * wide, y = top + (i - 1) // abreast * high + HEAD, size = size,
            frame = frame }, course)
    end
    return top + math.ceil(#simulation.courses / abreast) * high
end

--- The simulation as an SVG document.
---@param simulation table
---@return string
function M.render(simulation)
    local frame, parts = simulation.frame, {}
    local function add(format, ...)
        parts[#parts + 1] = format:format(...)
    end
    local size = frame.weeks > LARGE_WEEKS and SMALL or LARGE
    local abreast = size == SMALL and math.min(#simulation.courses, ABREAST) or 1
    local width = abreast * (LEFT + 7 * size.across + RIGHT)
    add('<text x="10" y="24" class="h">Scenario %s, %d weeks, seed %d</text>', escape(simulation.scenario), frame.weeks,
        simulation.seed)
    local top = 46 + draw_legend(add, 46, width)
    local height = draw_panels(add, simulation, size, abreast, top)
    local head = ([[<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" ]]
        .. [[aria-labelledby="title desc">
<title id="title">What policies would do: scenario %s</title>
<desc id="desc">%s</desc>
<style>%s</style>
<defs><pattern id="away" width="6" height="6" patternUnits="userSpaceOnUse">]]
        .. [[<path d="M0 6L6 0" class="away"/></pattern></defs>
<rect width="%d" height="%d" class="bg"/>
]]):format(width, height, width, height, escape(simulation.scenario), escape(description(simulation)), STYLE, width,
        height)
    return head .. table.concat(parts, "\n") .. "\n</svg>\n"
end

return M
