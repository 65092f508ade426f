--- For specs: the same JSON, written in another way. Comments and trailing commas of relaxed JSON are read.

local M = {}

local SPACE <const>, WORD <const>, MARK <const> = "^[ \t\r\n]+", '^[^%s%[%]{}:,"/]+', "^[%[%]{}:,]"

--- Where the string that begins at `at` ends.
local function end_of_string(text, at)
    local stop = at + 1
    while true do
        local found = text:find('["\\]', stop)
        if not found or text:byte(found) == 34 then
            return found
        end
        stop = found + 2
    end
end

local function end_of_comment(text, at)
    if text:sub(at, at + 1) == "//" then
        return (text:find("\n", at, true) or #text + 1) - 1
    end
    return select(2, text:find("*/", at, true))
end

--- The tokens as they are written, without blanks and comments; nil: it is no JSON.
local function tokens(text)
    local list, at = {}, text:sub(1, 3) == "\u{FEFF}" and 4 or 1
    while at <= #text do
        local first, space, stop = text:sub(at, at), select(2, text:find(SPACE, at)), nil
        if first == '"' then
            stop = end_of_string(text, at)
        elseif first ~= "/" and not space then
            stop = select(2, text:find(MARK, at)) or select(2, text:find(WORD, at))
        end
        list[#list + 1] = stop and text:sub(at, stop)
        stop = stop or space or (first == "/" and end_of_comment(text, at))
        if not stop then
            return nil
        end
        at = stop + 1
    end
    return list
end

local CLOSES <const> = { ["{"] = "}", ["["] = "]" }

--- The value that begins with token `at`, and the token after it.
local function value_at(list, at)
    local open, items = list[at], {}
    local close = CLOSES[open]
    if not close then
        return open, at + 1
    end
    at = at + 1
    while list[at] ~= close do
        local key
        if not list[at] or #list[at] == 0 then
            return nil
        elseif open == "{" then
            key, at = list[at], at + 2
        end
        local item
        item, at = value_at(list, at)
        if not item then
            return nil
        end
        items[#items + 1] = { key = key, value = item }
        at = list[at] == "," and at + 1 or at
    end
    return { open = open, close = close, items = items }, at + 1
end

local function written(value, style, depth, out)
    if type(value) == "string" then
        out[#out + 1] = value
        return
    end
    local items = table.move(value.items, 1, #value.items, 1, {})
    if style.sorted and value.open == "{" then
        table.sort(items, function(a, b) return a.key < b.key end)
    end
    out[#out + 1] = value.open
    for i, item in ipairs(items) do
        out[#out + 1] = (i > 1 and "," or "") .. (style.indent and "\n" .. style.indent:rep(depth + 1) or "")
        if item.key then
            out[#out + 1] = item.key .. (style.indent and ": " or ":")
        end
        written(item.value, style, depth + 1, out)
    end
    out[#out + 1] = (style.indent and #items > 0 and "\n" .. style.indent:rep(depth) or "") .. value.close
end

---@class JsonStyle
---@field sorted? boolean members in the order of their keys
---@field indent? string absent: on one line

--- The text in that style; nil: it is no JSON.
---@param text string
---@param style JsonStyle
---@return string?
function M.rewrite(text, style)
    local list, out = tokens(text), {}
    if not list or not CLOSES[list[1]] then
        return nil
    end
    local value, after = value_at(list, 1)
    if not value or after <= #list then
        return nil
    end
    written(value, style, 0, out)
    return table.concat(out)
end

--- Without blanks and comments, but with the trailing commas.
---@param text string
---@return string?
function M.squeezed(text)
    local list = tokens(text)
    return list and table.concat(list)
end

return M
