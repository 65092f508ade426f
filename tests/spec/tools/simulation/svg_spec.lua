--- The picture of a simulation: whether people can read it, be it in grey, in the dark, of a year, or by ear.

local cjson = require "cjson"
local command = require "command"
local svg = require "upnudge.tools.simulation.svg"

local DAY <const>, WEEK <const> = 86400, 7 * 86400
-- 2027-01-04 00:00 UTC, a Monday.
local START <const> = 1799020800

--- A course in which more happens than in a real one: notices in every third hour, fixes and upgrades at once.
local function course(policy, weeks)
    local notices, shells, fixes, upgrades = {}, {}, {}, {}
    for day = 0, weeks * 7 - 1 do
        local at = START + day * DAY
        for hour = 8, day % 7 < 5 and 18 or 0 do
            shells[at + hour * 3600] = 1
            notices[#notices + 1] = hour % (day % 5 + 1) == 0 and { at = at + hour * 3600, audience = "person",
                reason = "due", rule = "r", text = "a\nb", security = day % 3 == 0, news = hour % 2 } or nil
        end
        if day % 4 == 0 then
            fixes[#fixes + 1] = { package = "p" .. day, at = at + 43200, passed = 0, open_since = at + 50000,
                said_at = day % 8 == 0 and at + 200000 or nil, ended_at = at + 200000 }
            upgrades[#upgrades + 1] = at + 43200
        end
    end
    return { policy = policy, name = policy, notices = notices, shells = shells, fixes = fixes, upgrades = upgrades,
        told = #notices, most_per_week = 9, security_delay = 3600, unsaid = 1,
        others = { ci = { shells = 9, notices = 2 } } }
end

local function simulation(weeks, ...)
    local courses, working = {}, {}
    for i, policy in ipairs { ... } do
        courses[i] = course(policy, weeks)
    end
    for day = 0, weeks * 7 - 1 do
        working[#working + 1] = day % 7 < 5 and { from = START + day * DAY + 9 * 3600,
            to = START + day * DAY + 18 * 3600 } or nil
    end
    return { scenario = "busy", seed = 1, courses = courses, frame = { start = START, stop = START + weeks * WEEK,
        weeks = weeks, offset = 0, working = working } }
end

-- ---- colours ----------------------------------------------------------------------------------------------

--- The luminance of a colour as WCAG has it.
local function luminance(colour)
    local digits = colour:match "^#(%x+)$"
    local sum = 0
    for i, weight in ipairs { 0.2126, 0.7152, 0.0722 } do
        local digit = #digits == 3 and digits:sub(i, i):rep(2) or digits:sub(2 * i - 1, 2 * i)
        local value = tonumber(digit, 16) / 255
        sum = sum + weight * (value <= 0.04045 and value / 12.92 or ((value + 0.055) / 1.055) ^ 2.4)
    end
    return sum
end

local function contrast(a, b)
    local x, y = luminance(a), luminance(b)
    return (math.max(x, y) + 0.05) / (math.min(x, y) + 0.05)
end

--- The colours of a style sheet: those of a class that is filled, or drawn as a line.
local function colours_of(style, into)
    for selectors, rules in style:gmatch "([^{}]+){([^{}]*)}" do
        local stroke, fill = rules:match "stroke:(#%x+)", rules:match "fill:(#%x+)"
        for selector in selectors:gmatch "[^,\n]+" do
            into[selector] = stroke or fill or into[selector]
            into["fill " .. selector] = fill or into["fill " .. selector]
        end
    end
    return into
end

local function schemes(picture)
    local style = picture:match "<style>(.-)</style>"
    local light, dark = style:match "^(.-)@media%(prefers%-color%-scheme:dark%){(.*)}$"
    local day = colours_of(light, {})
    local night = {}
    for name, colour in pairs(day) do
        night[name] = colour
    end
    return { light = day, dark = colours_of(dark, night) }
end

describe("the picture of a simulation", function()
    it("has colours that can be told from what is behind them, in the dark and without colours, too", function()
        for scheme, colours in pairs(schemes(svg.render(simulation(2, "default")))) do
            for _, behind in ipairs { "fill .bg", ".off", ".day" } do
                for _, sign in ipairs { ".n", ".r", ".f", ".o", ".u", ".bar", ".shell", ".away" } do
                    local found = contrast(colours[sign], colours[behind])
                    assert.is_true(found >= 3, ("%s: %s on %s: %.1f"):format(scheme, sign, behind, found))
                end
                for _, text in ipairs { "text", ".s", ".k" } do
                    local colour = colours["fill " .. text]
                    local found = contrast(colour, colours[behind])
                    assert.is_true(behind ~= "fill .bg" and text ~= "text" or found >= 4.5,
                        ("%s: %s on %s: %.1f"):format(scheme, text, behind, found))
                end
            end
        end
    end)

    it("tells kinds apart by their shapes", function()
        local picture, shapes = svg.render(simulation(1, "default")), {}
        for _, class in ipairs { "n", "r", "f", "o", "u" } do
            local element = picture:match(('<%%a+ [^<>]-class="%s">'):format(class))
            -- Of two circles one is hollow: its line has the colour, and not its inside.
            local shape = element:gsub("%-?[%d.]+", "") .. (picture:find(("[,}\n]%%.%s{stroke:"):format(class))
                and "hollow" or "")
            shape = shape:gsub('class="%a"', "")
            assert.is_nil(shapes[shape], shape)
            shapes[shape] = class
        end
    end)

    it("tells in words what it shows", function()
        local picture = svg.render(simulation(1, "a & b"))
        assert.is_truthy(picture:find 'role="img" aria%-labelledby="title desc">\n<title id="title">What policies would do: ')
        assert.is_truthy(picture:find("a &amp; b: %d+ notices to people, 9 in a week at most; 2 to nobody %(CI …%); "
            .. "a security fix unsaid for 1 hour at most; nobody heard of 1 of 2%."), picture:match "<desc.-</desc>")
    end)

    it("needs nothing else, and is XML", function()
        local path = os.tmpname()
        command.write(path, svg.render(simulation(2, "default", "weekly")))
        local picture = command.read(path)
        assert.is_nil(picture:gsub('xmlns="http://www.w3.org/2000/svg"', ""):find "https?:")
        assert.is_nil(picture:find "@import")
        for target in picture:gmatch "url(%b())" do
            assert.are.equal("(#away)", target)
        end
        command.must("python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' %s", path)
        os.remove(path)
    end)

    it("shows the hours, and the days on which nobody was there", function()
        local picture = svg.render(simulation(2, "default"))
        local _, hours = picture:gsub('class="k" text%-anchor="middle">%d+</text>', "")
        local _, away = picture:gsub("<title>nobody was there</title>", "")
        assert.are.same({ 21, 2 }, { hours, away })
        -- Saturday and Sunday as one, from 00:00 on.
        assert.is_truthy(picture:find(('<rect x="%d" y="[%%d.]+" width="%d" height="28" fill="url%%(#away%%)">'):format(
            84 + 5 * 120, 2 * 120)))
    end)

    it("leaves no notice out where several are one mark", function()
        local busy = simulation(2, "default")
        local picture, count = svg.render(busy), 0
        for text in picture:gmatch 'class="[nrf]"><title>(.-)</title>' do
            local _, told = text:gsub("rule r: due\n", "")
            count = count + told + (tonumber(text:match "\nand (%d+) more$") or 0)
        end
        assert.are.equal(#busy.courses[1].notices, count)
    end)

    it("is a page for a year, and stays one picture for several policies", function()
        local width, height = svg.render(simulation(52, "default")):match 'width="(%d+)" height="(%d+)"'
        assert.is_true(tonumber(height) <= 1.42 * 960 and tonumber(width) <= 960, width .. " x " .. height)
        width, height = svg.render(simulation(52, "a", "b", "c")):match 'width="(%d+)" height="(%d+)"'
        assert.is_true(tonumber(height) <= 1.42 * 960 and tonumber(width) <= 1800, width .. " x " .. height)
    end)
end)

-- ---- in a browser -----------------------------------------------------------------------------------------

-- What covers what, and what is outside, as the browser lays it out.
local SCRIPT <const> = [[
const svg = document.querySelector("svg"), all = svg.getBoundingClientRect(), faults = [];
const box = e => { const r = e.getBoundingClientRect(); return { l: r.left, t: r.top, r: r.right, b: r.bottom,
  what: e.tagName + " " + (e.getAttribute("class") || "") + " " + e.textContent.slice(0, 20) }; };
const texts = [...svg.querySelectorAll("text")].map(box);
const marks = [...svg.querySelectorAll(".n,.r,.f,.o,.u")].map(box);
const covers = (a, b) => a.l < b.r - 0.3 && b.l < a.r - 0.3 && a.t < b.b - 0.3 && b.t < a.b - 0.3;
const list = texts.concat(marks).sort((a, b) => a.t - b.t);
for (let i = 0; i < list.length; i++)
  for (let j = i + 1; j < list.length && list[j].t < list[i].b; j++)
    if (covers(list[i], list[j])) faults.push(list[i].what + " / " + list[j].what);
for (const one of list)
  if (one.l < all.left || one.r > all.right || one.t < all.top || one.b > all.bottom) faults.push(one.what + " outside");
for (const e of svg.querySelectorAll("text"))
  if (parseFloat(getComputedStyle(e).fontSize) < 9) faults.push(e.textContent + " is small");
const colour = getComputedStyle(svg.querySelector(".bg")).fill;
document.body.innerHTML = "<pre id=answer></pre>";
document.getElementById("answer").textContent = "ANSWER" + JSON.stringify({ texts: texts.length, marks: marks.length,
  faults: faults.slice(0, 20), colour }) + "ANSWER";
]]

local function browser()
    for _, name in ipairs { "chromium", "chromium-browser", "google-chrome", "chrome" } do
        if command.shell("command -v %s", name).code == 0 then
            return name
        end
    end
end

describe("in a browser", function()
    local name = browser()

    local function opened(picture, ...)
        local work = command.directory()
        command.write(work .. "/page.html", "<!doctype html><meta charset=utf-8><body style='margin:0'>" .. picture
            .. "<script>" .. SCRIPT .. "</script>")
        local result = command.shell("HOME=%s timeout 120 %s --headless --no-sandbox --disable-gpu --disable-dev-shm-usage "
            .. "--disable-background-networking --host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir=%s/profile "
            .. (... or "") .. " --dump-dom file://%s/page.html", work, name, work, work)
        command.remove(work)
        local answer = result.out:match 'id="answer">ANSWER(.-)ANSWER'
        assert.is_truthy(answer, result.err)
        return cjson.decode(answer)
    end

    it("nothing covers anything, in some weeks or a year", function()
        if not name then
            return pending "no browser at hand"
        end
        for _, weeks in ipairs { 8, 52 } do
            local answer = opened(svg.render(simulation(weeks, "default", "weekly", "flox")))
            assert.are.same({}, answer.faults)
            assert.is_true(answer.marks > 20 * weeks, answer.marks)
            assert.is_true(answer.texts > 3 * weeks, answer.texts)
            assert.are.equal("rgb(255, 255, 255)", answer.colour)
        end
    end)

    it("it is dark where people want that", function()
        if not name then
            return pending "no browser at hand"
        end
        local answer = opened(svg.render(simulation(1, "default")), "--blink-settings=preferredColorScheme=0")
        assert.are.equal("rgb(23, 24, 26)", answer.colour)
    end)
end)
