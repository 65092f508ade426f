--- The members of a JSON object as they are written, for those that must survive a rewrite.
---
--- lua-cjson turns every number into 14 digits and an empty list into an object; the text does not.

local read = require "upnudge.lib.json.read"

--- Position behind the string that begins at `at`.
local function after_string(text, at)
    repeat
        at = text:find('["\\]', at + 1)
        local escape = text:byte(at) == 92
        at = escape and at + 1 or at
    until not escape
    return at + 1
end

--- Position behind the value that begins at `at`.
local function after_value(text, at)
    local depth = 0
    repeat
        local mark = text:sub(at, at)
        if mark == '"' then
            at = after_string(text, at)
        elseif mark == "{" or mark == "[" then
            depth, at = depth + 1, at + 1
        elseif mark == "}" or mark == "]" then
            depth, at = depth - 1, at + 1
        elseif mark:find "[,:%s]" then
            at = at + 1
        else
            at = text:find("[%s,%]}]", at)
        end
    until depth == 0
    return at
end

--- Name -> text of its value. The text must be a valid object.
---@param text string
---@return table<string, string>
return function(text)
    local members, at = {}, text:find("{", 1, true)
    while true do
        at = text:find('["}]', at + 1)
        if text:sub(at, at) == "}" then
            return members
        end
        local name_end = after_string(text, at)
        local name = read("[" .. text:sub(at, name_end - 1) .. "]")[1]
        local start = text:find("[^%s:]", name_end)
        at = after_value(text, start)
        members[name] = text:sub(start, at - 1)
        -- Back by one, since the next search begins behind: the mark may be the closing brace.
        at = at - 1
    end
end
