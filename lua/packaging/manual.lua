--- Build tool: manual pages for scdoc, and completions for shells, so that nothing is written twice.
---
--- usage: lua manual.lua PAGE.scd        a page on standard output, with its slots filled
---        lua manual.lua bash|zsh|fish   the completion for that shell
---
--- A slot is a line of a page that says `@name@`. Commands and options come from the parser of the command, what a
--- policy may say from the schema of the language, and the C API from its header.

local OF_HEADER <const> = "lua/api/upnudge.h"
-- Wide enough for every usage, which man folds by itself.
local WIDE <const> = 10000

local function read(path)
    local file = assert(io.open(path, "rb"))
    local text = file:read "a"
    file:close()
    return text
end

--- Text as scdoc prints it.
local function plain(text)
    return (text:gsub("[\\_*|%[%]#`<>+~.-]", "\\%0"))
end

--- The same, where what stands in backquotes is set bold.
local function prose(text)
    local parts = {}
    for before, code in (text .. "``"):gmatch "([^`]*)`([^`]*)`" do
        parts[#parts + 1] = plain(before)
        parts[#parts + 1] = code ~= "" and "*" .. plain(code) .. "*" or nil
    end
    return table.concat(parts)
end

local function entry(head, text)
    return ("%s\n\t%s\n"):format(head, prose(text))
end

--- Lines as they are.
local function literal(text)
    return "```\n" .. text:gsub("\\", "\\\\"):gsub("%s+$", "") .. "\n```\n"
end

-- ---- upnudge(1) --------------------------------------------------------------------------------

local function value_of(element)
    local name = element._argname or element._choices and "{" .. table.concat(element._choices, ",") .. "}"
    return type(name) == "table" and name[1] or name
end

local function option(element)
    local names = {}
    for i, name in ipairs(element._aliases) do
        names[i] = "*" .. plain(name) .. "*"
    end
    local value = element._maxargs > 0 and " _" .. plain(value_of(element)) .. "_" or ""
    return entry(table.concat(names, ", ") .. value, element._description)
end

--- What stands below the help: paragraphs, in which lines that are indented stay as they are.
local function below(text)
    local lines = {}
    for part in (text .. "\n\n"):gmatch "(.-)\n\n+" do
        local words, block = ("\n" .. part):match "^(.-)(\n  .*)$"
        words = (words or part):gsub("^\n", ""):gsub("\n", " ")
        lines[#lines + 1] = prose(words) .. "\n" .. (block and "\n" .. literal((block:gsub("^\n", ""))) or "")
    end
    return table.concat(lines, "\n")
end

local function describe(lines, command, name)
    if #command._commands > 0 then
        lines[#lines + 1] = ("## %s\n\n%s\n"):format(name, prose(command._description))
    else
        local usage = command:usage_max_width(WIDE):get_usage():gsub("^Usage: ", "")
        lines[#lines + 1] = ("## %s\n\n%s\n\n%s\n"):format(name, plain(usage), prose(command._description))
        for _, argument in ipairs(command._arguments) do
            lines[#lines + 1] = entry("_" .. plain(value_of(argument) or argument._name) .. "_", argument._description)
        end
        for _, element in ipairs(command._options) do
            lines[#lines + 1] = element._aliases[1] ~= "-h" and option(element) or nil
        end
        lines[#lines + 1] = command._epilog and below(command._epilog) or nil
    end
    for _, inner in ipairs(command._commands) do
        describe(lines, inner, name .. " " .. inner._name)
    end
end

local function commands()
    local lines = {}
    for _, command in ipairs(require "upnudge.cli".parser()._commands) do
        describe(lines, command, command._name)
    end
    return table.concat(lines, "\n")
end

local function options()
    local lines = {}
    for i, element in ipairs(require "upnudge.cli".parser()._options) do
        lines[i] = option(element)
    end
    return table.concat(lines, "\n")
end

local function reasons()
    local codes, lines = require "upnudge.lib.reasons", {}
    for i, reason in ipairs(codes.list) do
        lines[i] = entry("*" .. plain(reason.name) .. "*", ("%s Again: %s."):format(reason.means,
            codes.AGAIN[reason.again]))
    end
    return table.concat(lines, "\n")
end

-- ---- upnudge-policy(5) -------------------------------------------------------------------------

local function reference()
    local lines = {}
    for _, section in ipairs(require "upnudge.tools.reference".sections()) do
        lines[#lines + 1] = ("## %s\n"):format((section.title:gsub("`", ""):gsub('"', "'")))
        lines[#lines + 1] = section.note and prose(section.note) .. "\n" or nil
        for _, row in ipairs(section.rows) do
            local value = row.value and " " .. prose(row.value) or ""
            lines[#lines + 1] = entry("*" .. plain(row.name) .. "*" .. value, row.what)
        end
    end
    return table.concat(lines, "\n")
end

-- ---- upnudge(3) --------------------------------------------------------------------------------

local function without_stars(comment)
    return (("\n" .. comment):gsub("\n %*? ?", "\n"):gsub("^%s+", ""):gsub("%s+$", ""))
end

--- Paragraphs, each on a line of its own behind `indent`; what is indented in the text is an example.
local function paragraphs(text, indent)
    local lines = {}
    for part in (text .. "\n\n"):gmatch "(.-)\n\n+" do
        if part:find "^    " or part:find "\n    " then
            lines[#lines + 1] = literal(part)
        else
            lines[#lines + 1] = indent .. prose((part:gsub("\n", " "))) .. "\n"
        end
    end
    return table.concat(lines, "\n")
end

--- What the opening comment says after its headline.
local function opening()
    local comment = read(OF_HEADER):match "^/%*(.-)%*/"
    return paragraphs(without_stars(comment):gsub("^[^\n]*\n+", ""), "")
end

-- The end of a comment, in one character.
local END <const> = "\1"

--- The header, and where its functions begin.
local function header()
    local source = read(OF_HEADER):gsub("%*/", END)
    return source, source:find("\n/%*[^" .. END .. "]*" .. END .. "\nUPNUDGE_API")
end

--- The types as they are declared, with their comments: from the first one to the first function.
local function types()
    local source, functions = header()
    return literal((source:sub(source:find("typedef struct", 1, true), functions):gsub(END, "*/")))
end

--- A comment may be of several functions, which stand below it without a gap.
local function functions()
    local source, first = header()
    local lines = {}
    local documented = "/%*([^" .. END .. "]*)" .. END .. "\n(UPNUDGE_API .-;)\n\n"
    for comment, declarations in source:sub(first):gmatch(documented) do
        lines[#lines + 1] = literal((declarations:gsub("UPNUDGE_API ", "")))
        lines[#lines + 1] = paragraphs(without_stars(comment), "\t")
    end
    return table.concat(lines, "\n")
end

-- ---- what is asked for -------------------------------------------------------------------------

local SLOTS <const> = { commands = commands, options = options, reasons = reasons, reference = reference,
    opening = opening, types = types, functions = functions }

local function page(path)
    return (read(path):gsub("@(%l+)@\n", function(name)
        return assert(SLOTS[name], name)()
    end))
end

local wanted = assert(arg[1], "usage: manual.lua PAGE.scd|bash|zsh|fish")
if wanted:find "%.scd$" then
    io.write(page(wanted))
else
    local parser = require "upnudge.cli".parser()
    io.write(assert(parser[("get_%s_complete"):format(wanted)], wanted)(parser))
end
