--- Text for a terminal: names come from files that strangers wrote.

local M = {}

-- Direction marks, embeddings, overrides and isolates, which make text read otherwise than it is.
local BIDI <const> = { "\u{61C}", "\u{200E}", "\u{200F}", "\u{2028}", "\u{2029}", "\u{202A}", "\u{202B}",
    "\u{202C}", "\u{202D}", "\u{202E}", "\u{2066}", "\u{2067}", "\u{2068}", "\u{2069}", "\u{FEFF}" }

--- The text with U+FFFD for each byte that belongs to no UTF-8.
---@param text string
---@return string
function M.valid(text)
    local utf8 = require "utf8"
    local parts, from = {}, 1
    while true do
        local length, bad = utf8.len(text, from)
        if length then
            parts[#parts + 1] = text:sub(from)
            return require "table".concat(parts)
        end
        parts[#parts + 1] = text:sub(from, bad - 1) .. "\u{FFFD}"
        from = bad + 1
    end
end

-- What a terminal obeys and shows nothing of; of what is not whole, the escape alone goes. None of these looks at a
-- byte twice.
local SEQUENCES <const> = { "\27%[[0-?]*[ -/]*[@-~]", "\u{9B}[0-?]*[ -/]*[@-~]", "\27[%]PX^_][^\7\27\n]*\7",
    "\27[%]PX^_][^\7\27\n]*\27\\", "\27[()][0-9A-Z]" }
-- The marks of a policy (upnudge.language.style).
local MARKS <const> = { "\14[0-9;]*\15", "\14https?://[\33-\126]*\15" }

local function without(text, patterns)
    for _, pattern in ipairs(patterns) do
        text = text:gsub(pattern, "")
    end
    return text
end

--- The text without control, escape and direction characters; newlines and tabs stay, invalid UTF-8
--- becomes U+FFFD, trailing white space goes.
---@param text string
---@param marked boolean? whether the marks of styles stay, and with them white space before one at the end
---@return string
function M.clean(text, marked)
    if text:find "[\27\xC2]" then
        text = without(text, SEQUENCES)
    end
    if not marked and text:find("\14", 1, true) then
        text = without(text, MARKS)
    end
    if text:find("[\128-\255]") then
        text = M.valid(text):gsub("\xC2[\x80-\x9F]", "")
        for _, mark in ipairs(BIDI) do
            text = text:gsub(mark, "")
        end
    end
    -- Walks back from the end once. "%s+$" would walk over each run of white space as often as it is long.
    return text:gsub(marked and "[\0-\8\11-\13\16-\31\127]" or "[\0-\8\11-\31\127]", ""):match "^.*%S" or ""
end

--- The same for a name, a path or one line: no newlines and tabs either.
---@param text string
---@return string
function M.line(text)
    return (M.clean(text):gsub("[\t\n]+", " "))
end

return M
