--- Paint: the styles and links of a notice, for a terminal. What a policy says by marks (upnudge.language.style)
--- becomes what a terminal obeys, as far as it stands in the lists here, and nothing else does.

local math = require "math"
local table = require "table"
local terminal = require "upnudge.lib.terminal"

local M = {}

-- Styles in styles; more are not shown.
local DEEPEST <const> = 8
local URL_MOST <const> = 2048

--- Whether it is the code of a style that changes how text looks, and nothing else.
local function is_style(code)
    code = math.tointeger(tonumber(code))
    return code and (code >= 1 and code <= 4 or code == 7 or code >= 30 and code <= 37 or code >= 40 and code <= 47
        or code >= 90 and code <= 97 or code >= 100 and code <= 107)
end

--- What a mark begins: {codes=} or {link=}, or neither where it is not known.
local function meaning_of(mark)
    if #mark <= URL_MOST and mark:find "^https?://[\33-\126]+$" then
        return { link = mark }
    elseif #mark > 40 or (";" .. mark .. ";"):find(";;", 1, true) or mark:find "[^%d;]" then
        return {}
    end
    for code in mark:gmatch "[^;]+" do
        if not is_style(code) then
            return {}
        end
    end
    return { codes = mark }
end

--- The text apart from the marks in it: strings, tables that begin something, and false where that ends. One that was
--- cut in two goes as far as it goes.
local function parts_of(text)
    local parts, at = {}, 1
    while true do
        local from = text:find("\14", at, true)
        parts[#parts + 1] = text:sub(at, (from or 0) - 1):gsub("\15", "")
        if not from then
            return parts
        end
        local mark, whole, behind = text:match("^([\33-\126]*)(\15?)()", from + 1)
        if whole ~= "" then
            parts[#parts + 1] = mark ~= "" and meaning_of(mark)
        end
        at = behind
    end
end

--- Without the white space at the end.
local function trim(parts)
    for i = #parts, 1, -1 do
        local part = parts[i]
        if type(part) == "string" then
            parts[i] = part:match "^.*%S" or ""
            if parts[i] ~= "" then
                return
            end
        end
    end
end

local Painter = {}
Painter.__index = Painter

--- Says that what follows is to look so.
---@private
function Painter:turn(codes, link)
    if link ~= self.link then
        self.out[#self.out + 1] = "\27]8;;" .. link .. "\27\\"
        self.link = link
    end
    if codes ~= self.codes then
        local before, begin = self.codes ~= "" and "\27[0m" or "", codes ~= "" and "\27[" .. codes .. "m" or ""
        self.out[#self.out + 1] = before .. begin
        self.codes = codes
    end
end

--- How what follows is to look by all that has begun.
---@private
function Painter:look()
    local codes, link = {}, ""
    for _, style in ipairs(self.open) do
        codes[#codes + 1] = style.codes
        link = style.link or link
    end
    return table.concat(codes, ";"), link
end

--- Styles end before the end of a line, and begin anew after it; a link ends there.
---@private
function Painter:write(text)
    for words, ends in text:gmatch "([^\n]*)(\n?)" do
        if words ~= "" then
            self:turn(self:look())
            self.out[#self.out + 1] = words
        end
        if ends ~= "" then
            self:turn("", "")
            self.out[#self.out + 1] = ends
            for _, style in ipairs(self.open) do
                style.link = nil
            end
        end
    end
end

---@private
function Painter:take(style)
    if style and #self.open < DEEPEST then
        self.open[#self.open + 1] = { codes = style.codes, link = self.links and style.link or nil }
    elseif style then
        self.deeper = self.deeper + 1
    elseif self.deeper > 0 then
        self.deeper = self.deeper - 1
    else
        self.open[#self.open] = nil
    end
end

--- A notice for a terminal that has colours: as upnudge.lib.terminal.clean, but that what a policy says of its looks
--- shows. All that begins also ends.
---@param text string
---@param links boolean whether the terminal has links, too
---@return string
function M.paint(text, links)
    local parts = parts_of(terminal.clean(text, true))
    local painter = setmetatable({ out = {}, open = {}, deeper = 0, codes = "", link = "", links = links }, Painter)
    trim(parts)
    for _, part in ipairs(parts) do
        if type(part) == "string" then
            painter:write(part)
        else
            painter:take(part)
        end
    end
    painter:turn("", "")
    return table.concat(painter.out)
end

--- Whether a terminal wants colours: it is one, and nobody said otherwise (no-color.org, bixense.com/clicolors,
--- force-color.org).
---@param variable fun(name: string): string?
---@param is_terminal fun(): boolean
---@return boolean
function M.wanted(variable, is_terminal)
    local function says(name)
        local value = variable(name)
        return value and value ~= "" and value or nil
    end
    local forced, force = says "CLICOLOR_FORCE", says "FORCE_COLOR"
    if says "NO_COLOR" or says "CLICOLOR" == "0" or force == "0" or force == "false" then
        return false
    end
    return forced and forced ~= "0" or force ~= nil or says "TERM" ~= "dumb" and is_terminal()
end

-- Terminals that would show the address of a link, or worse.
local WITHOUT_LINKS <const> = { dumb = true, linux = true, [""] = true }

--- Whether a terminal leaves links alone, at least. Most do.
---@param variable fun(name: string): string?
---@return boolean
function M.has_links(variable)
    local kind = variable "TERM" or ""
    return not WITHOUT_LINKS[kind] and not kind:find "^eterm"
end

return M
