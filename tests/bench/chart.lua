--- Charts: how figures grow, a panel for each thing that they grow with, both axes logarithmic. Lines are told apart by
--- their marks and the words at their ends, and by colours beside them. SVG 1.1, light or dark as the reader has it.

local M = {}

---@class upnudge.Chart
---@field title string
---@field x string what it grows with
---@field y string what is counted
---@field rows table<string, number>[] each with `x`, and by the name of the line
---@field lines string[]

-- Pixels: a panel, and within it where the axes are.
local WIDE <const>, HIGH <const> = 440, 300
local LEFT <const>, RIGHT <const>, TOP <const>, BOTTOM <const> = 56, 96, 44, 44
local ABREAST <const>, HEAD <const>, LINE <const> = 2, 40, 13

local STYLE <const> = [[
text{font:12px system-ui,sans-serif;fill:#222}.h{font-weight:600;font-size:14px}.s{fill:#555;font-size:11px}
.bg{fill:#fff}.g{stroke:#dcdad2}.a{stroke:#77746a}.l{fill:none;stroke-width:1.8}
.c1{stroke:#1f5fae}.c2{stroke:#a81e12}.c3{stroke:#226b36}.c4{stroke:#8a5a00}.c5{stroke:#6a3d9a}
.m{stroke-width:1.6}.m.c1{fill:#1f5fae}.m.c2{fill:#fff}.m.c3{fill:#226b36}.m.c4{fill:#fff}.m.c5{fill:#6a3d9a}
@media(prefers-color-scheme:dark){text{fill:#eee}.s{fill:#bbb}.bg{fill:#17181a}.g{stroke:#35363b}.a{stroke:#8d8e95}
.c1{stroke:#7fb0f0}.c2{stroke:#ff8f80}.c3{stroke:#7ccf8f}.c4{stroke:#e0b050}.c5{stroke:#c3a5e8}
.m.c1{fill:#7fb0f0}.m.c2,.m.c4{fill:#17181a}.m.c3{fill:#7ccf8f}.m.c5{fill:#c3a5e8}}]]

-- A mark around the origin, for each line.
local MARKS <const> = { "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z", "M-3.2 -3.2h6.4v6.4h-6.4z",
    "M0 -4.4l4.4 4.4l-4.4 4.4l-4.4 -4.4z", "M0 -4.2l4 7h-8z", "M0 4.2l4 -7h-8z" }
local MARK <const> = '<path d="%s" transform="translate(%s %s)" class="m c%d">'

--- "100", "20 k", "50 M".
---@param value number
---@return string
function M.number(value)
    for _, unit in ipairs { { 1e6, " M" }, { 1e3, " k" } } do
        if value >= unit[1] then
            return ("%g%s"):format(value / unit[1], unit[2])
        end
    end
    return ("%g"):format(value)
end

local function px(value)
    return (("%.1f"):format(value):gsub("%.0$", ""))
end

--- The powers of ten around all values.
local function decades(values)
    local least, most = math.huge, -math.huge
    for _, value in ipairs(values) do
        least, most = math.min(least, value), math.max(most, value)
    end
    local from, to = math.floor(math.log(least, 10) + 1e-9), math.ceil(math.log(most, 10) - 1e-9)
    return from, math.max(to, from + 1)
end

--- The axes of a panel, whose functions say where a value is.
local function axes(panel)
    local xs, ys = {}, {}
    for _, row in ipairs(panel.rows) do
        xs[#xs + 1] = row.x
        for _, name in ipairs(panel.lines) do
            ys[#ys + 1] = row[name]
        end
    end
    local left, right = decades(xs)
    local bottom, top = decades(ys)
    local width, height = WIDE - LEFT - RIGHT, HIGH - TOP - BOTTOM
    return { left = left, right = right, bottom = bottom, top = top, x = function(value)
        return LEFT + (math.log(value, 10) - left) * width / (right - left)
    end, y = function(value)
        return TOP + height - (math.log(value, 10) - bottom) * height / (top - bottom)
    end }
end

local function draw_axes(add, panel, at)
    local right, bottom = WIDE - RIGHT, HIGH - BOTTOM
    for power = at.left, at.right do
        local x = px(at.x(10.0 ^ power))
        add('<path d="M%s %dV%d" class="g"/>', x, TOP, bottom)
        add('<text x="%s" y="%d" class="s" text-anchor="middle">%s</text>', x, bottom + 15, M.number(10.0 ^ power))
    end
    for power = at.bottom, at.top do
        local y = at.y(10.0 ^ power)
        add('<path d="M%d %sH%d" class="g"/>', LEFT, px(y), right)
        add('<text x="%d" y="%s" class="s" text-anchor="end">%s</text>', LEFT - 6, px(y + 4), M.number(10.0 ^ power))
    end
    add('<path d="M%d %dV%dH%d" class="a" fill="none"/>', LEFT, TOP, bottom, right)
    add('<text x="%d" y="18" class="h">%s</text>', LEFT - 40, panel.title)
    add('<text x="%d" y="36" class="s">%s</text>', LEFT - 40, panel.y)
    add('<text x="%s" y="%d" class="s" text-anchor="middle">%s</text>', px((LEFT + right) / 2), bottom + 33, panel.x)
end

--- The words at the ends of the lines, apart from each other.
local function draw_names(add, ends)
    table.sort(ends, function(a, b)
        return a.y < b.y
    end)
    local last = -math.huge
    for _, one in ipairs(ends) do
        last = math.max(one.y, last + LINE)
        one.at = last
    end
    local over = math.max(0, last - (HIGH - BOTTOM))
    for i = #ends, 1, -1 do
        local one = ends[i]
        one.at = math.min(one.at, i < #ends and ends[i + 1].at - LINE or one.at - over)
        add('<path d="M%s %sL%s %s" class="g"/>', px(one.x + 5), px(one.y), px(WIDE - RIGHT + 10), px(one.at))
        add(MARK .. "</path>", MARKS[one.number], px(WIDE - RIGHT + 15), px(one.at), one.number)
        add('<text x="%s" y="%s">%s</text>', px(WIDE - RIGHT + 23), px(one.at + 4), one.name)
    end
end

local function draw_panel(add, panel)
    local at, ends = axes(panel), {}
    draw_axes(add, panel, at)
    for number, name in ipairs(panel.lines) do
        local points, marks = {}, {}
        for _, row in ipairs(panel.rows) do
            local x, y = at.x(row.x), at.y(row[name])
            points[#points + 1] = ("%s %s"):format(px(x), px(y))
            marks[#marks + 1] = (MARK .. "<title>%s of %s: %.3g</title></path>"):format(MARKS[number], px(x), px(y),
                number, name, M.number(row.x), row[name])
            ends[number] = { name = name, number = number, x = x, y = y }
        end
        add('<path d="M%s" class="l c%d"/>', table.concat(points, "L"), number)
        add("%s", table.concat(marks, "\n"))
    end
    draw_names(add, ends)
end

--- Words for those who see no picture.
local function description(panels)
    local lines = {}
    for _, panel in ipairs(panels) do
        local first, last = panel.rows[1], panel.rows[#panel.rows]
        for _, name in ipairs(panel.lines) do
            lines[#lines + 1] = ("%s, %s, %s: %.3g with %s, %.3g with %s."):format(panel.title, name, panel.y,
                first[name], M.number(first.x), last[name], M.number(last.x))
        end
    end
    return table.concat(lines, "\n")
end

--- All panels as one SVG document.
---@param title string
---@param panels upnudge.Chart[]
---@return string
function M.render(title, panels)
    local parts = {}
    local function add(format, ...)
        parts[#parts + 1] = format:format(...)
    end
    for i, panel in ipairs(panels) do
        add('<g transform="translate(%d %d)">', (i - 1) % ABREAST * WIDE, HEAD + (i - 1) // ABREAST * HIGH)
        draw_panel(add, panel)
        add "</g>"
    end
    local width, height = ABREAST * WIDE, HEAD + math.ceil(#panels / ABREAST) * HIGH
    local head = ([[<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" ]]
        .. [[aria-labelledby="title desc">
<title id="title">%s</title>
<desc id="desc">%s</desc>
<style>%s</style>
<rect width="%d" height="%d" class="bg"/>
<text x="16" y="26" class="h">%s</text>
]]):format(width, height, width, height, title, description(panels), STYLE, width, height, title)
    return head .. table.concat(parts, "\n") .. "\n</svg>\n"
end

return M
