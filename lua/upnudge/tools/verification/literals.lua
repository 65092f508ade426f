--- Literals: the words, times and numbers that a policy's own files name, so that what it is asked about has them.

local duration = require "upnudge.lib.duration"
local tokens = require "upnudge.tools.verification.tokens"

local M = {}

-- What stands behind these is no fact of an activation: words for people, and names of our own.
local NO_FACTS <const> = { require = true, rule = true, quiet = true, code = true, hint = true, text = true,
    strategy = true, extends = true, ignore = true, reads = true, every = true, database = true, except = true,
    final = true, style = true, link = true, date = true, error = true, timeout = true, commands = true, salt = true }
-- Bytes of a word that may be one, how many words of one kind count, and how many numbers.
local LONGEST <const>, MOST <const>, MOST_NUMBERS <const> = 80, 12, 12

---@class upnudge.Literals
---@field words table<string, string[]> by the name that stands before them: "name", "path", "group" ...; "" for all
---@field durations integer[]
---@field dates {year: integer?, month: integer, day: integer}[]
---@field hours integer[] seconds of the day
---@field counts integer[]
---@field attributes string[]

local function add(list, value, most)
    if #list < most then
        for _, there in ipairs(list) do
            if there == value then
                return
            end
        end
        list[#list + 1] = value
    end
end

local function add_dates(literals, text)
    for year, month, day in text:gmatch "%f[%w](%d?%d?%d?%d?%-?)(%d%d)%-(%d%d)%f[^%w]" do
        month, day = math.tointeger(month), math.tointeger(day)
        if month >= 1 and month <= 12 and day >= 1 and day <= 31 then
            literals.dates[#literals.dates + 1] = #literals.dates < MOST
                and { year = math.tointeger(year:match "^(%d%d%d%d)%-$"), month = month, day = day } or nil
        end
    end
end

local function add_text(literals, name, text)
    local hour, minute = text:match "^(%d%d?):(%d%d)$"
    if hour then
        add(literals.hours, hour * 3600 + minute * 60 | 0, MOST)
    elseif text:find "%d[smhdw]$" and duration.parse(text) then
        add(literals.durations, duration.parse(text), MOST)
    elseif text:find "%d%d%-%d%d" then
        add_dates(literals, text)
    end
    if text ~= "" and #text <= LONGEST and not text:find "[%s%c=,\"'\\]" and not NO_FACTS[name] then
        literals.words[name] = literals.words[name] or {}
        add(literals.words[name], text, MOST)
        add(literals.words[""], text, MOST * 4)
    end
end

local function add_number(literals, text)
    local number = tonumber(text)
    if number and number >= 0 and number <= 24 then
        add(literals.hours, number * 3600 // 1 | 0, MOST_NUMBERS)
    end
    if number and math.tointeger(number) and number >= 0 and number <= 1000 then
        add(literals.counts, math.tointeger(number), MOST_NUMBERS)
    end
end

--- Adds what one file names.
local function read(literals, source)
    local name, before = "", {}
    for _, token in ipairs(tokens.of(source)) do
        local attribute = (before.text == "." or before.text == "[") and name == "attributes"
        if attribute and (token.kind == "name" or token.kind == "string") then
            add(literals.attributes, token.text, MOST)
        end
        if token.kind == "string" then
            add_text(literals, name, token.text)
        elseif token.kind == "number" then
            add_number(literals, token.text)
        elseif token.kind == "name" then
            name = token.text
        end
        before = token
    end
end

--- What the files name.
---@param sources string[]
---@return upnudge.Literals
function M.of(sources)
    local literals = { words = { [""] = {} }, durations = {}, dates = {}, hours = {}, counts = {}, attributes = {} }
    for _, source in ipairs(sources) do
        read(literals, source)
    end
    return literals
end

return M
