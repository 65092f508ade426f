--- A simulation as a picture: one band of weeks per policy, a mark for each notice, the time that a
--- security fix stayed unsaid as a bar, and the rule and text of each notice on hover. SVG 1.1, which needs
--- nothing else to be shown.

local calendar = require "upnudge.lib.calendar"
local duration = require "upnudge.lib.duration"

local M = {}

local DAY <const>, WEEK <const> = 86400, 7 * 86400
-- Pixels: a day's width, a week's height, margins.
local ACROSS <const>, DOWN <const>, LEFT <const>, TOP <const>, GAP <const> = 120, 26, 110, 64, 62

local STYLE <const> = [[
text{font:12px system-ui,sans-serif;fill:#333}.h{font-weight:600;font-size:14px}.s{fill:#777}
.day{fill:#f6f6f4}.off{fill:#ecebe7}.shell{stroke:#c9c7c0;stroke-width:1}.open{fill:#f6c7c1}
.n{fill:#3b6fb6}.f{fill:#c0392b}.r{fill:#c0392b}.u{fill:#3f8f4f}
@media(prefers-color-scheme:dark){.bg{fill:#1c1d1f}text{fill:#ddd}.s{fill:#999}.day{fill:#28292c}.off{fill:#222326}
.shell{stroke:#4a4b50}.open{fill:#5b2f2b}.n{fill:#7fa9e6}.f{fill:#ef7a6d}.r{fill:#ef7a6d}.u{fill:#7cc58b}}]]

local ESCAPES <const> = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

--- Fit for XML: control bytes are none of its characters.
local function escape(text)
    return (require "upnudge.lib.terminal".clean(text):gsub('[&<>"]', ESCAPES))
end

local function clock(at, frame)
    return (os.date("!%a %Y-%m-%d %H:%M", at + frame.offset))
end

--- Where a moment stands in its band: x, and y of its week.
local function place(at, frame, top)
    local week = (at - frame.start) // WEEK
    return LEFT + (at - frame.start - week * WEEK) * ACROSS / DAY, top + week * DOWN
end

local function grid(add, frame, top)
    for week = 0, frame.weeks - 1 do
        local start = frame.start + week * WEEK
        add('<text x="%d" y="%d" class="s">%s</text>', 12, top + week * DOWN + 17, os.date("!%Y-%m-%d",
            start + frame.offset))
        for day = 0, 6 do
            local _, _, weekday = calendar.of(start + day * DAY, frame.offset)
            add('<rect x="%d" y="%d" width="%d" height="%d" class="%s"/>', LEFT + day * ACROSS, top + week * DOWN,
                ACROSS - 2,
                DOWN - 2, weekday > 5 and "off" or "day")
        end
    end
end

--- The time from which a fix could be told to when it was; a bar in each week that it touches.
local function open_fix(add, fix, frame, top)
    if not fix.open_since then
        return
    end
    local said = fix.said_at and "said after " or "never said, gone after "
    local title = ("%s%s: %s%s"):format(fix.package, fix.version and " " .. fix.version or "", said,
        duration.format(fix.ended_at - fix.open_since))
    local from = fix.open_since
    while from < fix.ended_at do
        local week_end = frame.start + ((from - frame.start) // WEEK + 1) * WEEK
        local to = math.min(fix.ended_at, week_end)
        local x, y = place(from, frame, top)
        add('<rect x="%.1f" y="%d" width="%.1f" height="%d" class="open"><title>%s</title></rect>', x, y + 1,
            math.max((to - from) * ACROSS / DAY, 1), DOWN - 4, escape(title))
        from = to
    end
end

local function marks(add, course, frame, top)
    local times = {}
    for at in pairs(course.shells) do
        times[#times + 1] = at
    end
    table.sort(times)
    for _, at in ipairs(times) do
        local x, y = place(at, frame, top)
        add('<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" class="shell"/>', x, x, y + DOWN - 9, y + DOWN - 4)
    end
    for _, at in ipairs(course.upgrades) do
        local x, y = place(at, frame, top)
        add('<path d="M%.1f %d l4 7 h-8 z" class="u"><title>upgraded, %s</title></path>', x, y + 8, clock(at, frame))
    end
    for _, fix in ipairs(course.fixes) do
        local x, y = place(fix.at, frame, top)
        add('<path d="M%.1f %d v9 l6 -4.5 z" class="r"><title>%s comes out, a security fix, %s</title></path>', x,
            y + 1,
            escape(fix.package .. (fix.version and " " .. fix.version or "")), clock(fix.at, frame))
    end
    for _, notice in ipairs(course.notices) do
        local x, y = place(notice.at, frame, top)
        add('<circle cx="%.1f" cy="%d" r="5.5" class="%s"><title>%s, rule %s: %s\n%s</title></circle>', x,
            y + DOWN // 2 - 1,
            notice.security and "f" or "n", clock(notice.at, frame), escape(notice.rule or "none"),
                escape(notice.reason),
            escape(notice.text))
    end
end

local function band(add, course, frame, top)
    add('<text x="12" y="%d" class="h">%s</text>', top - 26, escape(course.policy))
    add('<text x="%d" y="%d" class="s">%d notices, %d a week at most; a security fix unsaid for %s at most</text>',
        LEFT,
        top - 26 + 15, #course.notices, course.most_per_week, duration.format(course.security_delay))
    grid(add, frame, top)
    for _, fix in ipairs(course.fixes) do
        open_fix(add, fix, frame, top)
    end
    marks(add, course, frame, top)
end

local function legend(add, y)
    add('<circle cx="%d" cy="%d" r="5.5" class="n"/><text x="%d" y="%d">notice</text>', LEFT + 6, y, LEFT + 16, y + 4)
    add('<circle cx="%d" cy="%d" r="5.5" class="f"/><text x="%d" y="%d">notice with a security fix</text>', LEFT + 86,
        y,
        LEFT + 96, y + 4)
    add('<path d="M%d %d v9 l6 -4.5 z" class="r"/><text x="%d" y="%d">a fix comes out</text>', LEFT + 266, y - 4,
        LEFT + 278,
        y + 4)
    add('<rect x="%d" y="%d" width="18" height="12" class="open"/>'
        .. '<text x="%d" y="%d">unsaid while somebody is there</text>',
        LEFT + 386, y - 6, LEFT + 410, y + 4)
    add('<path d="M%d %d l4 7 h-8 z" class="u"/><text x="%d" y="%d">upgraded</text>', LEFT + 640, y - 4, LEFT + 652,
        y + 4)
    add('<line x1="%d" x2="%d" y1="%d" y2="%d" class="shell"/><text x="%d" y="%d">shell</text>', LEFT + 730, LEFT + 730,
        y - 4, y + 3, LEFT + 738, y + 4)
end

local function weekdays(add, frame)
    local _, _, first = calendar.of(frame.start, frame.offset)
    for day = 0, 6 do
        add('<text x="%d" y="%d" class="s">%s</text>', LEFT + day * ACROSS + 4, TOP,
            calendar.DAYS[(first - 1 + day) % 7 + 1])
    end
end

--- The simulation as an SVG document.
---@param simulation table
---@return string
function M.render(simulation)
    local frame, parts = simulation.frame, {}
    local function add(format, ...)
        parts[#parts + 1] = format:format(...)
    end
    local height = TOP + #simulation.courses * (frame.weeks * DOWN + GAP) + 24
    local width = LEFT + 7 * ACROSS + 16
    add('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img">', width, height,
        width, height)
    add("<title>What policies would do: scenario %s</title><style>%s</style>", escape(simulation.scenario), STYLE)
    add('<rect width="%d" height="%d" fill="#fff" class="bg"/>', width, height)
    add('<text x="12" y="24" class="h">Scenario %s, %d weeks, seed %d</text>', escape(simulation.scenario), frame.weeks,
        simulation.seed)
    legend(add, 42)
    weekdays(add, frame)
    local top = TOP + GAP - 14
    for _, course in ipairs(simulation.courses) do
        band(add, course, frame, top)
        top = top + frame.weeks * DOWN + GAP
    end
    add "</svg>"
    return table.concat(parts, "\n") .. "\n"
end

return M
