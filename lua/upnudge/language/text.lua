--- Text of notices, from counts and packages, in the reader's language. Runs in the policy VM.

local catalogue = require "upnudge.language.words"
local counts = require "upnudge.lib.counts"
local math = require "math"

local M = {}

local function listed(parts, word)
    local text, last = parts[1] or word "nothing", #parts
    for i = 2, last do
        text = text .. word(i < last and "comma" or "last") .. parts[i]
    end
    return text
end

--- "3 version changes of your packages and 48 of theirs", where the lockfile tells and there are both.
local function versions(c, word, count)
    local direct, indirect = c.result.direct or 0, c.result.indirect or 0
    local both = direct > 0 and indirect > 0 and word("versions_of_both", "versions")
    local all = word "versions"
    return both and catalogue.fill(both, { direct = catalogue.count(all, direct), n = indirect })
        or catalogue.count(all, count)
end

--- The versions, and apart from them those that are downgrades, for which a team's catalogue may have no word.
local function add_versions(parts, c, word)
    local down = word("downgraded", "versions")
    local lower = down and c.result.downgraded or 0
    local count = (c.result.versions or 0) - lower
    if count > 0 then
        parts[#parts + 1] = versions(c, word, count)
    end
    if lower > 0 then
        parts[#parts + 1] = catalogue.count(down, lower)
    end
end

local function counted(c, names)
    local word, parts, told = catalogue.of(c.host.lang), {}, nil
    for _, name in ipairs(names) do
        local count = c.result[name] or 0
        if name == "versions" then
            add_versions(parts, c, word)
            told = "downgraded"
        elseif count > 0 and name ~= told then
            parts[#parts + 1] = catalogue.count(word(name), count)
        end
    end
    return listed(parts, word)
end

--- "2 version changes, 1 downgrade and 1 rebuild"; whose packages they are is said where the lockfile tells.
--- `only` limits it to some counts, as {"versions", "security"}.
---@param c table the context
---@param only string[]?
---@return string
function M.counts(c, only)
    return counted(c, only or counts.kinds)
end

--- "1 major, 2 minor and 3 patches".
---@param c table
---@return string
function M.levels(c)
    return counted(c, counts.levels)
end

--- "2 version changes and 1 rebuild available in NAME."
---@param c table
---@param only string[]?
---@return string
function M.summary(c, only)
    return catalogue.fill(catalogue.of(c.host.lang) "summary", { counts = M.counts(c, only), name = c.env.name })
end

--- The command of ours that shows what was found, as it can be pasted.
local function own_command(c)
    local options = c.host.options
    return "upnudge show " .. require "upnudge.lib.shell".quote(c.env.path) .. (options and " " .. options or "")
end

--- "Use 'COMMAND' for details.": the host's command, the policy's, or upnudge's own, beside which stands the command of
--- the project's tool, where that is known. "" where the host or the policy wants none.
---@param c table
---@return string
function M.hint(c)
    local word, command = catalogue.of(c.host.lang), c.host.hint
    if command == "" then
        return ""
    elseif not command and c.env.upgrade then
        return catalogue.fill(word "upgrade_hint", { command = own_command(c), upgrade = c.env.upgrade })
    end
    return catalogue.fill(word "hint", { command = command or own_command(c) })
end

local LINES <const> = { added = "added_line", removed = "removed_line", rebuilt = "rebuilt_line" }

local function line(package, word)
    local moved = package.from ~= package.to and package.kind ~= "rebuilt"
    local template = package.kind == "downgraded" and word("downgraded_line", "upgraded_line")
        or word(LINES[package.kind] or moved and "upgraded_line" or "revised_line")
    local text = catalogue.fill(template, { name = package.name, from = package.from or "?", to = package.to or "?" })
    return package.security and catalogue.fill(word "security_mark", { line = text }) or text
end

--- Up to `most` lines "- curl: 8.9.0 -> 8.10.1", then "... and 3 more".
---@param c table
---@param most integer? 10 unless given
---@param list table[]? those of them that are meant
---@return string
function M.packages(c, most, list)
    most = most or 10
    local lines, packages, word = {}, list or c.result.packages, catalogue.of(c.host.lang)
    for i = 1, math.min(#packages, most) do
        lines[i] = line(packages[i], word)
    end
    local left = #packages - #lines + (packages.unlisted or 0)
    if left > 0 then
        lines[#lines + 1] = catalogue.fill(word "more", { n = left })
    end
    return require "table".concat(lines, "\n")
end

return M
