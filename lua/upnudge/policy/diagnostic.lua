--- Diagnostics: mistakes in what a team wrote, with file, line, the line itself and a caret.
---
--- A mistake comes from the VM that ran the file (see upnudge.language.validation) and names a key and its depth in
--- braces, or is an error of Lua that begins with "file:line:". Here it finds its place in the source.

local terminal = require "upnudge.lib.terminal"

local M = {}

-- Columns of a source line that are shown.
local SHOWN <const> = 120

---@class upnudge.Diagnostic
---@field file string
---@field line integer from 1
---@field column? integer in bytes, from 1; nil: the line as a whole
---@field width? integer bytes
---@field message string
---@field source? string the line

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

local function start_of_line(source, line)
    local at = 1
    for _ = 2, line do
        at = (source:find("\n", at, true) or #source) + 1
    end
    return at
end

--- The position of "key =" at that depth in braces.
local function find_key(code, key, from, depth)
    local level, at = 0, from
    while true do
        local start = code:find("[%w_{}]", at)
        if not start then
            return nil
        end
        local word = code:match("^[%w_]+", start) or code:sub(start, start)
        at = start + #word
        level = level + (word == "{" and 1 or word == "}" and -1 or 0)
        if word == key and level == depth and code:find("^%s*=[^=]", at) then
            return start
        end
    end
end

local function find_word(code, word, from)
    return code:find("%f[%w_]" .. word:gsub("%W", "%%%0") .. "%f[^%w_]", from)
end

local function position(source, mistake)
    local code = code_of(source)
    local from = start_of_line(source, mistake.line or 1)
    local lead = code:find(mistake.lead or "u%.%l+%s*[{(]", from) or from
    local key = mistake.key
    local found = key and (mistake.depth and find_key(code, key, lead, mistake.depth) or find_word(code, key, from))
    return found or mistake.line and (source:find("%S", from) or from) or lead, found and #key
end

--- A line of a policy ends up in logs of CI; a password that does not belong there need not.
local function without_password(line)
    return (line:gsub("(://[^/@%s\"':]*:)[^\"'%s]*@", function(user)
        return user .. "...@"
    end):gsub("([Pp]assword=)[^&\"'%s]*", "%1..."))
end

local function at_position(file, source, at, width, message)
    local before = source:sub(1, at - 1)
    local line = select(2, before:gsub("\n", "")) + 1
    local start = (before:find "[^\n]*$")
    return { file = file, line = line, column = at - start + 1, width = width or 1, message = message,
        source = without_password(source:match("[^\r\n]*", start)) }
end

--- An error of Lua that names file and line; the file may have been shortened to its end.
local function of_fault(file, source, message)
    local name, line, rest = message:match "^(.-):(%d+): (.*)$"
    local short = name and name:match "^%.%.%.(.*)$"
    if not name or name ~= file and not (short and file:sub(-#short) == short) then
        return nil
    end
    local from = start_of_line(source, math.tointeger(line))
    local near, word = rest:match "near '(.-)'$", rest:match "'([%w_]+)'"
    local text = source:match("[^\n]*", from)
    local found = near and text:find(near, 1, true) or not near and word and find_word(text, word)
    near = near or word
    return at_position(file, source, from + (found or text:find "%S" or 1) - 1, found and #near, rest)
end

--- The diagnostic of a mistake in a file.
---@param file string
---@param source string the file's text
---@param mistake upnudge.Mistake|string
---@return upnudge.Diagnostic
function M.of(file, source, mistake)
    if type(mistake) == "string" then
        mistake = { message = mistake }
    end
    local fault = not mistake.key and of_fault(file, source, mistake.message)
    if fault then
        return fault
    end
    local at, width = position(source, mistake)
    return at_position(file, source, at, width, mistake.message)
end

--- Adds the diagnostics of one file's mistakes to a list.
---@param list upnudge.Diagnostic[]
---@param file string
---@param source string
---@param mistakes upnudge.Mistake[]
---@return upnudge.Diagnostic[] list
function M.add(list, file, source, mistakes)
    for _, mistake in ipairs(mistakes) do
        list[#list + 1] = M.of(file, source, mistake)
    end
    return list
end

--- Sorts by line within a file, for people read from the top; files stay in their order.
---@param list upnudge.Diagnostic[]
---@return upnudge.Diagnostic[] list
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
---@param diagnostic upnudge.Diagnostic
---@return string
function M.line(diagnostic)
    return ("%s:%d: %s"):format(diagnostic.file, diagnostic.line, diagnostic.message)
end

--- The same for each, one below the other.
---@param list upnudge.Diagnostic[]
---@return string
function M.lines(list)
    local lines = {}
    for i, diagnostic in ipairs(list) do
        lines[i] = M.line(diagnostic)
    end
    return table.concat(lines, "\n")
end

--- The line with a caret below the fault; long lines are cut around it.
local function excerpt(diagnostic)
    local text, column = diagnostic.source, diagnostic.column
    local from = column > SHOWN and column - SHOWN // 2 or 1
    local shown = text:sub(from, from + SHOWN - 1)
    local before = text:sub(from, column - 1):gsub("[^\t]", " ")
    local width = math.min(diagnostic.width, #shown - #before)
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
---@param diagnostic upnudge.Diagnostic
---@return string
function M.show(diagnostic)
    local text = M.line(diagnostic)
    if diagnostic.source and diagnostic.source:find "%S" and diagnostic.column then
        text = text .. "\n" .. excerpt(diagnostic)
    end
    return terminal.clean(text)
end

return M
