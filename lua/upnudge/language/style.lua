--- Styles and links of notices: `u.text.style` and `u.text.link`. Runs in the policy VM, for policies that have them.
---
--- A style is said by marks that no terminal obeys, around the text that it is for: "\14" .. "1;31" .. "\15" begins
--- one, "\14" .. "https://…" .. "\15" a link, and "\14\15" ends what began last. Nothing from outside has these
--- bytes, for they are taken out of what enters the VM (lua/vm/vm.c), so a stranger's name gives itself no style; and
--- what is not known among them is left out where a notice is shown (upnudge.lib.paint), be it by whomever.

local string = require "string"

local M = {}

local CODES <const> = { bold = 1, dim = 2, faint = 2, italic = 3, underline = 4, reverse = 7, grey = 90, gray = 90 }
local COLOURS <const> = { "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white" }
for i, colour in ipairs(COLOURS) do
    CODES[colour], CODES["bright-" .. colour], CODES["on-" .. colour] = 29 + i, 89 + i, 39 + i
end

-- Bytes of a URL, and of the words of a style.
local LONGEST <const>, WORDS <const> = 2048, 128

local function code_of(name)
    local code = CODES[name]
    if not code then
        local suggest = require "upnudge.lib.suggest"
        error(("u.text.style: no style '%s'%s"):format(tostring(name), suggest.suggest(tostring(name),
            suggest.keys(CODES))), 4)
    end
    return code
end

local function checked_text(text, called)
    if type(text) == "number" then
        return tostring(text)
    elseif type(text) ~= "string" then
        error(("u.text.%s: the text is a %s"):format(called, type(text)), 3)
    end
    return text
end

local function list_of(styles)
    if type(styles) == "table" then
        return styles
    elseif type(styles) ~= "string" or #styles > WORDS then
        error("u.text.style: which style? \"bold red\" or a list of such words", 3)
    end
    local list = {}
    for word in string.gmatch(styles, "%S+") do
        list[#list + 1] = word
    end
    return list
end

--- The text in those styles, where the notice goes to a terminal that wants them. Raises for a style that there
--- is not.
---@param text string|number
---@param styles string|string[] "bold red" or { "bold", "red" }
---@return string
function M.style(text, styles)
    local codes = nil
    text = checked_text(text, "style")
    for _, name in ipairs(list_of(styles)) do
        codes = (codes and codes .. ";" or "") .. code_of(name)
    end
    return codes and text ~= "" and "\14" .. codes .. "\15" .. text .. "\14\15" or text
end

local function in_percent(byte)
    return ("%%%02X"):format(string.byte(byte))
end

--- The text, which leads to the page where the terminal can; the text alone where there is no such URL.
---@param text string|number
---@param url string? "https://…" or "http://…"
---@return string
function M.link(text, url)
    text = checked_text(text, "link")
    url = type(url) == "string" and #url <= LONGEST and string.gsub(url, "[\128-\255]", in_percent) or ""
    local good = string.find(url, "^https?://[\33-\126]+$") and #url <= LONGEST
    return good and text ~= "" and "\14" .. url .. "\15" .. text .. "\14\15" or text
end

return M
