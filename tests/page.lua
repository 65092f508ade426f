--- A page of the documentation, taken apart: what a reader would type, write to a file, or look for.
---
---     local page = require "page".read "README.md"
---     for _, step in ipairs(page.steps) do ... end
---
--- The manners of our pages, so that a test can do what a reader does (tests/spec/house/readme_spec.lua does):
---
--- - A `console` block is typed. `$ ` begins a command and `> ` continues it. The lines after it are what it
---   prints, in which `…` stands for anything, alone on a line for any number of lines; no lines: it prints
---   nothing. A command ends with 0, unless a comment behind it says `# exits with N`.
--- - A block of another language is a file, whose name the comment in its first line says.
--- - A `text` block is a drawing. There are no blocks but fenced ones.
--- - In a line, what stands in backquotes may be a command, an option, or a path from the top of the sources, in
---   which `*` and CAPITALS stand for anything.

local M = {}

---@class test.Step
---@field kind "command"|"file"
---@field line integer where it begins
---@field text string the command, or the content of the file
---@field shown? string[] what the command prints
---@field code? integer what the command ends with
---@field path? string the file

---@class test.Span
---@field line integer
---@field text string

---@class test.Page
---@field path string
---@field length integer lines
---@field steps test.Step[] in the order of the page
---@field spans test.Span[] what stands in backquotes
---@field links test.Span[] where links go
---@field anchors table<string, boolean> headings, as links name them
---@field faults string[] blocks that keep no manners

--- The lines of a block of the console, as commands.
local function read_console(page, first, lines)
    local step
    for i, line in ipairs(lines) do
        if line:find "^%$ " then
            step = { kind = "command", line = first + i - 1, text = line:sub(3), shown = {} }
            page.steps[#page.steps + 1] = step
        elseif not step then
            page.faults[#page.faults + 1] = ("line %d: no command begins this block"):format(first)
            return
        elseif line:find "^> " and #step.shown == 0 then
            step.text = step.text .. "\n" .. line:sub(3)
        elseif line ~= "" then
            step.shown[#step.shown + 1] = line
        end
    end
end

--- A comment in the first line of a block names the file that the block is.
local function read_file(page, first, lines)
    local head = lines[1] or ""
    local path = head:match "^%-%- (%S+)$" or head:match "^/%* (%S+) %*/$" or head:match "^# (%S+)$"
    if not path then
        page.faults[#page.faults + 1] = ("line %d: the first line does not say which file this is"):format(first)
        return
    end
    page.steps[#page.steps + 1] = { kind = "file", line = first, path = path, text = table.concat(lines, "\n") .. "\n" }
end

local function read_drawing(page, first, lines)
    for _, line in ipairs(lines) do
        if line:find "^%s*%$ " or line:find "^%s*upnudge " or line:find "^%s*make " then
            page.faults[#page.faults + 1] = ("line %d: this is typed, so it is a console block"):format(first)
            return
        end
    end
end

local function read_prose(page, number, line)
    if line:find "^    " then
        page.faults[#page.faults + 1] = ("line %d: a block without a fence"):format(number)
    end
    if select(2, line:gsub("`", "")) % 2 == 1 then
        page.faults[#page.faults + 1] = ("line %d: what stands in backquotes does not end here"):format(number)
    end
    for code in line:gmatch "`([^`]+)`" do
        page.spans[#page.spans + 1] = { line = number, text = code }
    end
    for target in line:gsub("`[^`]+`", "code"):gmatch "%]%(([^)%s]+)%)" do
        page.links[#page.links + 1] = { line = number, text = target }
    end
    local heading = line:match "^#+%s+(.+)$"
    if heading then
        page.anchors[heading:lower():gsub("[^%w%s_-]", ""):gsub("%s", "-")] = true
    end
end

local READERS <const> = { console = read_console, text = read_drawing }

local function finish(page)
    for _, step in ipairs(page.steps) do
        if step.kind == "command" then
            step.code = math.tointeger(step.text:match "#.*exits with (%d+)") or 0
        end
    end
    return page
end

--- Reads a page.
---@param path string
---@return test.Page
function M.read(path)
    local page = { path = path, length = 0, steps = {}, spans = {}, links = {}, anchors = {}, faults = {} }
    local language, first, block
    for line in io.lines(path) do
        page.length = page.length + 1
        local fence = line:match "^```(.*)$"
        if fence and not language then
            language, first, block = fence, page.length + 1, {}
        elseif fence then
            local reader = READERS[language] or read_file
            reader(page, first, block)
            language = nil
        elseif language then
            block[#block + 1] = line
        else
            read_prose(page, page.length, line)
        end
    end
    if language then
        page.faults[#page.faults + 1] = ("line %d: this block does not end"):format(first)
    end
    return finish(page)
end

--- Whether a line is as the page shows it.
local function is_like(shown, line)
    local pattern = shown:gsub("%p", "%%%0"):gsub("…", ".*")
    return line:find("^" .. pattern .. "$") ~= nil
end

local function fits(shown, i, lines, j)
    if i > #shown then
        return j > #lines
    elseif shown[i] == "…" then
        return fits(shown, i + 1, lines, j) or j <= #lines and fits(shown, i, lines, j + 1)
    end
    return j <= #lines and is_like(shown[i], lines[j]) and fits(shown, i + 1, lines, j + 1)
end

--- Whether a command printed what the page shows. Empty lines, and white space at the end of lines, do
--- not count.
---@param shown string[]
---@param printed string
---@return boolean
function M.fits(shown, printed)
    local lines = {}
    for line in printed:gmatch "[^\n]+" do
        lines[#lines + 1] = line:gsub("%s+$", "")
    end
    return fits(shown, 1, lines, 1)
end

return M
