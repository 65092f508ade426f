--- Mistakes in what a team wrote, with file, line, the line itself and a caret.
---
--- A mistake comes from the VM that ran the file (see upnudge.language.validation) and names a key and its depth in
--- braces, or is an error of Lua that begins with "file:line:". Here it finds its place in the source, by C, which
--- reads it for each thing that is asked for once: whoever writes many mistakes delays nobody.

local core = require "upnudge.core"
local terminal = require "upnudge.lib.terminal"

local M = {}

-- The interface of policies that we know.
local API <const> = 1
-- Columns of a source line that are shown.
local SHOWN <const> = 120
-- Bytes of it, on either side of the place, that are kept for that.
local KEPT <const> = 150

-- Braces around a key that others stand within: a catalogue's.
local AROUND <const> = 2

---@class upnudge.SourceMap where things stand in the text of a file
---@field text string
---@field code? string the text with blanks for comments and strings, once a mistake asks for it
---@field found table<string, {place: integer, width: integer?}> by what was looked for

--- The place of a key, or where to look for it.
local function search(map, mistake)
    map.code = map.code or core.code(map.text)
    local code, key = map.code, mistake.key
    local from = core.line_start(code, mistake.line or 1) or #code + 1
    local lead = core.find_lead(code, from, mistake.lead or "u") or from
    local around = mistake.within and core.find_key(code, lead, mistake.within, AROUND)
    local found = around and core.find_key(code, around, key, mistake.depth - AROUND)
        or key and (mistake.depth and core.find_key(code, lead, key, mistake.depth)
        or core.find_key(code, from, key))
    if not found and mistake.line then
        return { place = map.text:find("%S", from) or from }
    end
    return { place = found or lead, width = found and #key }
end

--- The same, once for all mistakes that ask for it.
local function position(map, mistake)
    local question = ("%s %s %s %s %s"):format(mistake.line, mistake.lead, mistake.depth, mistake.within, mistake.key)
    map.found[question] = map.found[question] or search(map, mistake)
    return map.found[question].place, map.found[question].width
end

--- A line of a policy ends up in logs of CI; a password that does not belong there need not. It stands between the
--- user of a URL and the last @ of the word.
local function without_password(line)
    return (line:gsub("[^\"'%s]+", function(word)
        local host, user = word:match "^.*()@", word:match "://[^/@:]*:()"
        return host and user and user <= host and word:sub(1, user - 1) .. "..." .. word:sub(host) or nil
    end):gsub("([Pp]assword=)[^&\"'%s]*", "%1..."))
end

--- The line around a place, and the column of the place in it. A word that is cut is left out, for it may be half of
--- a password.
local function excerpt_of(text, start, column)
    local first = start + math.max(column - KEPT, 1) - 1
    local excerpt = text:sub(first, start + column + KEPT):match "[^\r\n]*"
    if first > start then
        local whole = excerpt:find "[\"'%s]" or #excerpt + 1
        whole = math.min(whole, column - (first - start))
        first, excerpt = first + whole - 1, excerpt:sub(whole)
    end
    local behind = text:sub(first + #excerpt, first + #excerpt)
    if behind ~= "" and not behind:find "[\r\n]" then
        excerpt = excerpt:match "^(.*)[\"'%s]" or ""
    end
    return without_password(excerpt), #without_password(excerpt:sub(1, column - (first - start) - 1)) + 1
end

local function at_position(map, at, width, message)
    local line, start = core.line_at(map.text, at)
    local source, indent = excerpt_of(map.text, start, at - start + 1)
    return { line = line, column = at - start + 1, width = width or 1, message = message, source = source,
        indent = indent }
end

--- An error of Lua that names file and line; the file may have been shortened to its end.
local function of_fault(map, file, message)
    local name, line, rest = message:match "^(.-):(%d+): (.*)$"
    local short = name and name:match "^%.%.%.(.*)$"
    if not name or name ~= file and not (short and file:sub(-#short) == short) then
        return nil
    end
    local from = core.line_start(map.text, math.tointeger(line) or 1) or #map.text + 1
    map.code = map.code or core.code(map.text)
    local slip, at, width = require "upnudge.policy.slip".of(map, rest, from)
    if slip then
        return at_position(map, at, width, slip)
    end
    local quoted = rest:find("near '", 1, true)
    local near = quoted and rest:match("^near '(.*)'$", quoted)
    local word = near or rest:gsub("^%l+ '[^']*': ", ""):match "'([%w_]+)'"
    local text = map.text:match("[^\n]*", from)
    local found = near and text:find(near:sub(1, SHOWN), 1, true)
        or not near and word and text:find("%f[%w_]" .. word .. "%f[^%w_]")
    local advice = not near and require "upnudge.policy.advice".of(rest, text)
    return at_position(map, from + (found or text:find "%S" or 1) - 1, found and #word,
        advice and ("%s; %s"):format(rest, advice) or rest)
end

--- Adds the mistakes of one file to a list, with their places.
---@param list upnudge.Mistake[]
---@param file string
---@param source string the file's text
---@param mistakes (upnudge.Mistake|string)[] a string is an error of Lua
---@return upnudge.Mistake[] list
function M.add(list, file, source, mistakes)
    local map = { text = source, found = {} }
    for _, mistake in ipairs(mistakes) do
        if type(mistake) == "string" then
            mistake = { message = mistake }
        end
        local placed = not mistake.key and of_fault(map, file, mistake.message)
        if not placed then
            local at, width = position(map, mistake)
            placed = at_position(map, at, width, mistake.message)
        end
        placed.file = file
        list[#list + 1] = placed
    end
    return list
end

--- What is wrong with a policy that was written for a later interface than ours, in the place of all that it has and we
--- do not know; nil: it was not.
---@param source string the file's text
---@return upnudge.Mistake[]?
function M.of_later(source)
    local api = math.tointeger(core.code(source):match "%f[%w_]api%s*=%s*(%d+)")
    if not api or api <= API then
        return nil
    end
    local message = "made for a later upnudge (api %d); this one knows api %d: upgrade upnudge"
    return { { key = "api", message = message:format(api, API) } }
end

--- Sorts by line within a file, for people read from the top; files stay in their order.
---@param list upnudge.Mistake[]
---@return upnudge.Mistake[] list
function M.sort(list)
    local order, files = {}, {}
    for i, one in ipairs(list) do
        files[one.file] = files[one.file] or i
        order[one] = i
    end
    table.sort(list, function(a, b)
        if a.file ~= b.file then
            return files[a.file] < files[b.file]
        elseif a.line ~= b.line then
            return a.line < b.line
        end
        return order[a] < order[b]
    end)
    return list
end

--- "file:line", or the file alone where nothing could be read of it.
---@param mistake upnudge.Mistake
---@return string
function M.place(mistake)
    return mistake.line and ("%s:%d"):format(mistake.file, mistake.line) or mistake.file
end

--- "file:line: message".
---@param mistake upnudge.Mistake
---@return string
function M.line(mistake)
    return M.place(mistake) .. ": " .. mistake.message
end

--- The same for each, one below the other.
---@param list upnudge.Mistake[]
---@return string
function M.lines(list)
    local lines = {}
    for i, mistake in ipairs(list) do
        lines[i] = M.line(mistake)
    end
    return table.concat(lines, "\n")
end

--- The line with a caret below the mistake; long lines are cut around it.
local function excerpt(mistake)
    local text, column = mistake.source, mistake.indent
    local from = column > SHOWN and column - SHOWN // 2 or 1
    local shown = text:sub(from, from + SHOWN - 1)
    local before = text:sub(from, column - 1):gsub("[^\t]", " ")
    local width = math.min(mistake.width, #shown - #before)
    return ("    %s\n    %s^%s"):format(shown, before, ("~"):rep(width - 1))
end

--- The mistakes of one file, as M.lines.
---@param file string
---@param source string
---@param mistakes upnudge.Mistake[]
---@return string
function M.told(file, source, mistakes)
    return M.lines(M.sort(M.add({}, file, source, mistakes)))
end

--- For people: place, message, source line and caret, safe for a terminal.
---@param mistake upnudge.Mistake
---@return string
function M.show(mistake)
    local text = M.line(mistake)
    if mistake.source and mistake.source:find "%S" and mistake.indent then
        text = text .. "\n" .. excerpt(mistake)
    end
    return terminal.clean(text)
end

return M
