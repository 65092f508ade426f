--- Mistakes in what a team wrote, with file, line, the line itself and a caret.
---
--- A mistake comes from the VM that ran the file (see upnudge.language.validation) and names a key and its depth in
--- braces, or is an error of Lua that begins with "file:line:". Here it finds its place in the source, which is
--- read through once for all mistakes of a file: whoever writes many of them delays nobody.

local terminal = require "upnudge.lib.terminal"

local M = {}

-- Columns of a source line that are shown.
local SHOWN <const> = 120

--- Where the comment or string that starts there ends; nil: none does.
local function end_of_literal(source, start)
    local comment = source:match("^%-%-()", start)
    local equals = source:match("^%[(=*)%[", comment or start)
    if equals then
        return select(2, source:find("]" .. equals .. "]", start, true)) or #source
    elseif comment then
        return (source:find("\n", start, true) or #source + 1) - 1
    end
    local quote = source:match("^[\"']", start)
    local at = start + 1
    while quote do
        local stop = source:find("[\\\n" .. quote .. "]", at)
        if not stop or source:sub(stop, stop) ~= "\\" then
            return stop or #source
        end
        at = stop + 2
    end
end

--- The source with blanks for comments and strings, byte for byte.
local function code_of(source)
    local parts, at = {}, 1
    while at <= #source do
        local start = source:find("[\"'%-%[]", at) or #source + 1
        local stop = end_of_literal(source, start)
        parts[#parts + 1] = source:sub(at, stop and start - 1 or start)
        parts[#parts + 1] = stop and source:sub(start, stop):gsub("[^\n]", " ") or nil
        at = (stop or start) + 1
    end
    return table.concat(parts)
end

--- The first of some sorted numbers that is not below the bound, and its index.
local function first_from(numbers, bound)
    local low, high = 1, #numbers + 1
    while low < high do
        local middle = (low + high) // 2
        if numbers[middle] < bound then
            low = middle + 1
        else
            high = middle
        end
    end
    return numbers[low], low
end

local function positions_of(text, pattern)
    local list = {}
    for at in text:gmatch(pattern) do
        list[#list + 1] = at
    end
    return list
end

---@class upnudge.SourceMap where things stand in the text of a file
---@field text string
---@field lines integer[] where each begins
---@field codes table<integer, integer> where the first code is, by where a line begins, as far as somebody asked
---@field shown table<integer, string> lines as they may be shown, as far as somebody asked
---@field code? upnudge.CodeMap made when a mistake asks for it

---@class upnudge.CodeMap
---@field leads table<string, integer[]> where functions of `u` are called, by what a mistake calls them
---@field braces integer[] where there is one
---@field levels integer[] how many are open behind each
---@field words table<string, integer[]> where a word stands
---@field keys table<string, table<integer, integer[]>> where "word =" stands, by the braces around it

local function map_of(text)
    local lines = positions_of(text, "\n()")
    table.insert(lines, 1, 1)
    return { text = text, lines = lines, codes = {}, shown = {} }
end

local NONE <const> = {}

--- Adds to a list in a table that may not be there yet.
local function add(lists, name, value)
    lists[name] = lists[name] or {}
    table.insert(lists[name], value)
end

--- Reads the code, and notes where the words stand that the mistakes name.
local function read_code(text, mistakes)
    local code, wanted = code_of(text), {}
    for _, mistake in ipairs(mistakes) do
        wanted[type(mistake) == "table" and mistake.key or ""] = true
    end
    local map = { braces = {}, levels = {}, words = {}, keys = {}, leads = {
        ["u"] = positions_of(code, "()u%.%l+%s*[{(]"), ["u.rule"] = positions_of(code, "()u%.rule") } }
    local level, at = 0, 1
    while true do
        local start = code:find("[%w_{}]", at)
        if not start then
            return map
        end
        local word = code:match("^[%w_]+", start) or code:sub(start, start)
        at = start + #word
        if word == "{" or word == "}" then
            level = level + (word == "{" and 1 or -1)
            table.insert(map.braces, start)
            table.insert(map.levels, level)
        elseif wanted[word] then
            add(map.words, word, start)
            if code:find("^%s*=[^=]", at) then
                map.keys[word] = map.keys[word] or {}
                add(map.keys[word], level, start)
            end
        end
    end
end

--- The position of "key =" at that depth in braces behind the lead.
local function find_key(code, key, lead, depth)
    local _, behind = first_from(code.braces, lead)
    local level = code.levels[behind - 1] or 0
    return (first_from((code.keys[key] or NONE)[level + depth] or NONE, lead))
end

local function position(map, mistake)
    local code, key = map.code, mistake.key
    local from = map.lines[mistake.line or 1] or #map.text + 1
    local lead = first_from(code.leads[mistake.lead or "u"], from) or from
    local found = key and (mistake.depth and find_key(code, key, lead, mistake.depth)
        or first_from(code.words[key] or NONE, from))
    if not found and mistake.line then
        map.codes[from] = map.codes[from] or map.text:find("%S", from) or from
        return map.codes[from]
    end
    return found or lead, found and #key
end

--- A line of a policy ends up in logs of CI; a password that does not belong there need not. It stands between the
--- user of a URL and the last @ of the word.
local function without_password(line)
    return (line:gsub("[^\"'%s]+", function(word)
        local host, user = word:match "^.*()@", word:match "://[^/@:]*:()"
        return host and user and user <= host and word:sub(1, user - 1) .. "..." .. word:sub(host) or nil
    end):gsub("([Pp]assword=)[^&\"'%s]*", "%1..."))
end

local function at_position(map, at, width, message)
    local _, behind = first_from(map.lines, at + 1)
    local line = behind - 1
    map.shown[line] = map.shown[line] or without_password(map.text:match("[^\r\n]*", map.lines[line]))
    return { line = line, column = at - map.lines[line] + 1, width = width or 1, message = message,
        source = map.shown[line] }
end

--- An error of Lua that names file and line; the file may have been shortened to its end.
local function of_fault(map, file, message)
    local name, line, rest = message:match "^(.-):(%d+): (.*)$"
    local short = name and name:match "^%.%.%.(.*)$"
    if not name or name ~= file and not (short and file:sub(-#short) == short) then
        return nil
    end
    local from = map.lines[math.tointeger(line)] or #map.text + 1
    local quoted = rest:find("near '", 1, true)
    local near = quoted and rest:match("^near '(.*)'$", quoted)
    local word = near or rest:match "'([%w_]+)'"
    local text = map.text:match("[^\n]*", from)
    local found = near and text:find(near:sub(1, SHOWN), 1, true)
        or not near and word and text:find("%f[%w_]" .. word .. "%f[^%w_]")
    return at_position(map, from + (found or text:find "%S" or 1) - 1, found and #word, rest)
end

--- Adds the mistakes of one file to a list, with their places.
---@param list upnudge.Mistake[]
---@param file string
---@param source string the file's text
---@param mistakes (upnudge.Mistake|string)[] a string is an error of Lua
---@return upnudge.Mistake[] list
function M.add(list, file, source, mistakes)
    local map = map_of(source)
    for _, mistake in ipairs(mistakes) do
        if type(mistake) == "string" then
            mistake = { message = mistake }
        end
        local placed = not mistake.key and of_fault(map, file, mistake.message)
        if not placed then
            map.code = map.code or read_code(source, mistakes)
            local at, width = position(map, mistake)
            placed = at_position(map, at, width, mistake.message)
        end
        placed.file = file
        list[#list + 1] = placed
    end
    return list
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

--- "file:line: message".
---@param mistake upnudge.Mistake
---@return string
function M.line(mistake)
    return ("%s:%d: %s"):format(mistake.file, mistake.line, mistake.message)
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
    local text, column = mistake.source, mistake.column
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
    if mistake.source and mistake.source:find "%S" and mistake.column then
        text = text .. "\n" .. excerpt(mistake)
    end
    return terminal.clean(text)
end

return M
