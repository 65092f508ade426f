--- Slips: what Lua cannot read, in words for those who come from another language or left something open. Loaded for
--- files that do not compile, of which each line is read once.

local M = {}

-- What stands in a line that does not compile, as a pattern of its code, and what is meant.
local SIGNS <const> = {
    { "!=+", "Lua has no '!='; write '~='" },
    { "!", "Lua has no '!'; write 'not'" },
    { "&&", "Lua has no '&&'; write 'and'" },
    { "||", "Lua has no '||'; write 'or'" },
    { "===", "Lua has no '==='; write '=='" },
    { "[%-=]>", "Lua has no arrow functions; write `function(c) return ... end`" },
    { "%+%+", "Lua has no '++'; write `n = n + 1`" },
    { "[%+%-%*/%%%^&|]=", "Lua has no '%s'; write `n = n %s 1`" },
    { "%.%.=", "Lua has no '..='; write `text = text .. more`" },
    { "?", "Lua has no '?'; write `condition and value or other`" },
    { "`", "a text stands in \"...\", '...' or [[...]]" },
    { "%f[%w_]els?e?if%f[^%w_]", "it is 'elseif' in Lua", except = "elseif" },
    { "%f[%w_]let%f[^%w_]%s+[%a_]", "a variable is declared by 'local'" },
    { "%f[%w_]var%f[^%w_]%s+[%a_]", "a variable is declared by 'local'" },
    { "%f[%w_]const%f[^%w_]%s+[%a_]", "a variable is declared by 'local'" },
    { "\226\128[\152-\159]", "this quotation mark is a letter to Lua; a text stands in \"...\" or '...'" },
    { "\194\160", "this is a no-break space, which Lua takes for a letter; write a space" },
    { "[\194-\244][\128-\191]+", "letters outside of ASCII have a place in texts and comments alone" },
    { "[\128-\255]", "this byte is no text in UTF-8" },
}

local KEY <const> = "a key is followed by '=', not by ':'"
-- Places that are tried for a token which stands in its line several times, and how far before one is looked.
local TRIES <const>, NAME <const> = 8, 80
local BOM <const> = "\239\187\191"
local NEWLINE <const> = 10
-- Bytes of the largest file of which more is told than Lua's words: an activation, too, finds out what is wrong with
-- its policy.
local READ <const> = 16384

local CLOSING <const> = { ["{"] = "}", ["("] = ")", ["["] = "]", ["function"] = "end", ["if"] = "end", ["do"] = "end",
    ["repeat"] = "until" }
local CLOSES <const> = { ["}"] = true, [")"] = true, ["]"] = true, ["end"] = true, ["until"] = true }
local KEYWORDS <const> = {}
for word in ("and break do else elseif end false for function goto if in local nil not or repeat return then true "
    .. "until while"):gmatch "%a+" do
    KEYWORDS[word] = true
end

---@class upnudge.Opened something that has to be closed
---@field word string
---@field at integer
---@field line integer
---@field indent integer of its line

--- What is open at a place, the innermost last, and what was closed by something that is indented less, which is
--- likely not what was meant to close it.
---@param map upnudge.SourceMap
---@param limit integer
---@return upnudge.Opened[] open
---@return upnudge.Opened? odd
local function open_at(map, limit)
    local code, open, odd = map.code, {}, nil
    local line, first, at, indent = 1, 1, 1, nil
    while at do
        at = code:find("[%a_{}()%[%]\n]", at)
        if not at or at >= limit then
            break
        end
        if code:byte(at) == NEWLINE then
            first = code:find("[^\n]", at) or limit
            line, at, indent = line + first - at, first, nil
        else
            local word, top = code:match("^[%a_][%w_]*", at) or code:sub(at, at), open[#open]
            local opens, closes = CLOSING[word], CLOSES[word] and top and CLOSING[top.word] == word
            -- Once a line that opens or closes something, and not once each.
            indent = indent or (opens or closes) and map.text:match("^[ \t]*()", first) - first or nil
            if opens then
                open[#open + 1] = { word = word, at = at, line = line, indent = indent }
            elseif closes then
                open[#open] = nil
                odd = odd or at == first + indent and line > top.line and indent < top.indent and top or nil
            end
            at = at + #word
        end
    end
    return open, odd
end

--- An `else if` in the function that is open, whose second `if` lacks an end.
local function else_if(map, open, limit)
    local from = 1
    for i = #open, 1, -1 do
        if open[i].word == "function" then
            from = open[i].at
            break
        end
    end
    local at, last = map.code:find("%f[%w_]else[ \t]+if%f[^%w_]", from)
    if at and at < limit then
        return "'else if' opens a second 'if', which needs an 'end' of its own; write 'elseif'", at, last - at + 1
    end
end

local function quoted(near)
    return near == "<eof>" and "the end of the file" or ("'%s'"):format(near)
end

--- What begins an entry of a table or an argument.
local function is_entry(near)
    return not KEYWORDS[near] and near:find "^[%w_\"'{%[]" ~= nil or near == "function"
end

-- By what Lua expected, what is said of what it found: takes that, what is open, what is odd, and the code before. The
-- place is that of the token, or of what is open where that is answered.
local EXPECTED <const> = {}

EXPECTED["}"] = function(near, top, odd)
    if near == ":" then
        return KEY
    elseif near == "=" then
        return "left of '=' stands a name, or a text in brackets: [\"a text\"] = ..."
    elseif is_entry(near) then
        return ("a comma is missing before '%s'"):format(near)
    elseif near == "<eof>" or CLOSES[near] then
        return nil, odd or top
    end
end

EXPECTED[")"] = function(near, top, odd)
    if is_entry(near) and near ~= "{" then
        return ("a comma or a ')' is missing before '%s'"):format(near)
    end
    return nil, odd or top
end

EXPECTED["]"] = function(_, top, odd)
    return nil, odd or top
end

EXPECTED["end"] = function(near, top, odd)
    if odd or near == "<eof>" or not top or CLOSING[top.word] ~= "end" then
        return nil, odd or top
    end
    return ("an 'end' is missing before %s: the '%s' of line %d is still open"):format(quoted(near), top.word,
        top.line)
end

EXPECTED["until"] = function(_, top, odd)
    return nil, odd or top
end

EXPECTED["unexpected symbol"] = function(near, top, odd, before)
    if not odd and near == "," and top and CLOSING[top.word] == "end" and before:find "%f[%w_]end%s*$" then
        return ("an 'end' is missing before ',': the '%s' of line %d is still open"):format(top.word, top.line)
    end
    return nil, odd or near == "<eof>" and top or nil
end

EXPECTED["<name>"] = function(_, _, _, before)
    return before:find ":%s*$" and KEY or nil
end

EXPECTED["function arguments expected"] = function(_, _, _, before)
    return before:find ":%s*[%w_]+%s*$" and KEY or nil
end

EXPECTED["<eof>"] = function(near)
    if CLOSES[near] then
        return ("this '%s' closes nothing"):format(near)
    end
    return "behind `return ...` nothing may stand"
end

--- What Lua expected; nil: it does not say.
local function expected_of(words)
    return words:match "^'([^']+)' expected" or words:match "^(<%l+>) expected"
        or words:match "^function arguments expected" or words:match "^unexpected symbol"
end

--- What is left open, or too much.
local function of_structure(map, words, near, at, open, odd)
    local expected = expected_of(words)
    local alien = expected ~= ")" and (expected ~= "}" or CLOSES[near] or near == "<eof>")
    if expected and alien then
        local message, place, width = else_if(map, open, at)
        if message then
            return message, place, width
        end
    end
    if not EXPECTED[expected] then
        return nil
    end
    local told, opened = EXPECTED[expected](near, open[#open], odd, map.code:sub(math.max(at - NAME, 1), at - 1))
    if opened then
        return ("this '%s' has no '%s'; Lua noticed at %s"):format(opened.word, CLOSING[opened.word], quoted(near)),
            opened.at, #opened.word
    end
    return told, at, near ~= "<eof>" and #near or 1
end

--- What of a line is no Lua.
local function of_sign(line, from)
    for _, sign in ipairs(SIGNS) do
        local first, last = line:find(sign[1])
        local found = first and line:sub(first, last)
        if first and found ~= sign.except then
            return sign[2]:format(found, found:sub(1, 1)), from + first - 1, last - first + 1
        end
    end
end

--- The next place of a token in a line of code, or of the text where it is a text itself.
local function next_place(map, near, from)
    local line = map.code:match("[^\n]*", from) or ""
    local at
    if near:find "^[%a_][%w_]*$" then
        at = line:find("%f[%w_]" .. near .. "%f[^%w_]")
    else
        at = line:find(near, 1, true) or (map.text:match("[^\n]*", from) or ""):find(near, 1, true)
    end
    return at and from + at - 1
end

--- Where the token stands that Lua means, with what is open there: the first that has around it what Lua would close.
---@return integer at
---@return upnudge.Opened[] open
---@return upnudge.Opened? odd
local function place_of(map, near, from, expected)
    local at = next_place(map, near, from) or from
    local first, open, odd = at, open_at(map, at)
    for _ = 1, TRIES do
        local top = open[#open]
        if (top and CLOSING[top.word] or "<eof>") == expected then
            return at, open, odd
        end
        at = next_place(map, near, at + #near)
        if not at then
            break
        end
        open, odd = open_at(map, at)
    end
    return first, open_at(map, first)
end

--- The value that stands before a token, where it has a name.
---@return integer at
---@return integer width
local function value_before(map, near, from)
    local at = near == "<eof>" and #map.code + 1 or next_place(map, near, from) or from
    local window = math.max(at - NAME, 1)
    local first, last = map.code:sub(window, at - 1):match "()[%w_.]*()%s*$"
    return window + math.max(math.min(first, last - 1), 1) - 1, math.max(last - first, 1)
end

-- What begins a comment elsewhere.
local COMMENTS <const> = { ["#"] = true, ["//"] = true, ["/"] = true }

--- What is said instead of Lua's words for a file that it could not compile; nil: they say enough.
---@param map upnudge.SourceMap with its code
---@param words string without their place
---@param from integer where the line begins
---@return string? message
---@return integer? at
---@return integer? width
function M.of(map, words, from)
    local near = words:match "near '(.*)'$" or words:find "near <eof>$" and "<eof>"
    if not near then
        return nil
    elseif map.text:sub(1, #BOM) == BOM then
        return "the file begins with a byte order mark (BOM); save it as UTF-8 without one", 1, #BOM
    elseif #map.code > READ then
        return nil
    end
    local message, at, width = of_sign(map.code:match("[^\n]*", from) or "", from)
    if message then
        return message, at, width
    elseif words:find "^syntax error near" then
        return "a value alone is no statement; is a 'return' missing before it?", value_before(map, near, from)
    end
    local open, odd
    if near == "<eof>" then
        at = #map.code + 1
        open, odd = open_at(map, at)
    else
        at, open, odd = place_of(map, near, from, expected_of(words))
    end
    if COMMENTS[near] and map.code:sub(from, at - 1):find "^%s*$" then
        return "a comment begins with --", at, #near
    end
    return of_structure(map, words, near, at, open, odd)
end

return M
