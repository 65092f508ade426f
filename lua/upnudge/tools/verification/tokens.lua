--- Tokens: a policy's source as its words, for what is found by reading it. The file has been compiled before, so
--- nothing in it is left open.

local M = {}

---@class upnudge.Token
---@field kind "name"|"number"|"string"|"sign"
---@field text string of a string, what is in it
---@field place integer where it begins
---@field line integer

local SIGNS <const> = { ["=="] = true, ["~="] = true, ["<="] = true, [">="] = true, [".."] = true, ["//"] = true,
    ["::"] = true, ["<<"] = true, [">>"] = true }
local ESCAPES <const> = { n = "\n", t = "\t", ["\n"] = "\n" }

--- What is in long brackets that begin there, and the last place of them; nil: none do.
local function long_bracket(source, at)
    local equals = source:match("^%[(=*)%[", at)
    if not equals then
        return nil
    end
    local close = "]" .. equals .. "]"
    local from = source:find(close, at, true) or #source + 1
    return source:sub(at + #equals + 2, from - 1), math.min(from + #close - 1, #source)
end

local function quoted(source, at)
    local quote, last = source:sub(at, at), at
    repeat
        last = source:find("[\\" .. quote .. "]", last + 1) or #source
        local escaped = source:sub(last, last) == "\\"
        last = escaped and last + 1 or last
    until not escaped or last >= #source
    return source:sub(at + 1, last - 1):gsub("\\(.)", function(letter)
        return ESCAPES[letter] or letter
    end), last
end

--- The place behind a comment that begins there; nil: none does.
local function comment(source, at)
    if source:sub(at, at + 1) ~= "--" then
        return nil
    end
    local _, last = long_bracket(source, at + 2)
    return (last or source:find("\n", at, true) or #source) + 1
end

--- The token that begins there: kind, text and its last place.
local function token(source, at)
    local letter = source:sub(at, at)
    if letter:find "[%a_]" then
        local text = source:match("^[%w_]+", at)
        return "name", text, at + #text - 1
    elseif letter:find "%d" or source:find("^%.%d", at) then
        local text = source:match("^0[xX][%x.]+", at) or source:match("^[%d.]+[eE][+-]?%d+", at)
            or source:match("^[%d.]+", at)
        return "number", text, at + #text - 1
    elseif letter == '"' or letter == "'" then
        local text, last = quoted(source, at)
        return "string", text, last
    end
    local text, last = long_bracket(source, at)
    if text then
        return "string", text, last
    end
    local sign = SIGNS[source:sub(at, at + 1)] and source:sub(at, at + 1) or letter
    return "sign", sign, at + #sign - 1
end

--- The tokens of a source, in their order, without comments.
---@param source string
---@return upnudge.Token[]
function M.of(source)
    local list, at, line, counted = {}, source:sub(1, 1) == "#" and source:find("\n", 1, true) or 1, 1, 1
    while at <= #source do
        at = source:find("%S", at) or #source + 1
        local behind = comment(source, at)
        if not behind and at <= #source then
            local kind, text, last = token(source, at)
            line = line + select(2, source:sub(counted, at - 1):gsub("\n", ""))
            counted = at
            list[#list + 1] = { kind = kind, text = text, place = at, line = line }
            behind = last + 1
        end
        at = behind or at
    end
    return list
end

return M
