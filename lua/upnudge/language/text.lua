--- Text of notices, from counts and packages, in the reader's language. Runs in the policy VM.

local catalogue = require "upnudge.language.words"
local counts = require "upnudge.lib.counts"
local math = require "math"
local table = require "table"

local M = {}

--- See upnudge.language.style.
---@param text string|number
---@param styles string|string[]
---@return string
function M.style(text, styles)
    return require "upnudge.language.style".style(text, styles)
end

--- See upnudge.language.style.
---@param text string|number
---@param url string?
---@return string
function M.link(text, url)
    return require "upnudge.language.style".link(text, url)
end

--- A word of the policy's own, from the `own` of its catalogues, with its placeholders filled in; `n` among the values
--- chooses its plural form.
---@param c table
---@param key string
---@param values table<string, string|number>?
---@return string
function M.word(c, key, values)
    return catalogue.own(c.host.lang, key, values or {})
end

local function listed(parts, word)
    local text, last = parts[1] or word "nothing", #parts
    for i = 2, last do
        text = text .. word(i < last and "comma" or "last") .. parts[i]
    end
    return text
end

local ZERO <const> = { __index = function()
    return 0
end }
local NOTHING <const> = setmetatable({}, ZERO)

local function has(names, name)
    for _, one in ipairs(names) do
        if one == name then
            return true
        end
    end
    return false
end

--- "3 version changes of your packages and 48 of theirs", where the lockfile tells and there are both. `minus`: what is
--- told already.
local function versions(c, word, count, minus)
    local direct, indirect = (c.result.direct or 0) - minus.direct, (c.result.indirect or 0) - minus.indirect
    local name, both, language = minus == NOTHING and "versions" or "other_versions", nil, nil
    if direct > 0 and indirect > 0 then
        both, language = word("versions_of_both", "versions")
    end
    return both and catalogue.say({ direct = catalogue.count(direct, word(name)), n = indirect }, both, language)
        or catalogue.count(count, word(name))
end

--- The versions, and apart from them those that are downgrades, for which a team's catalogue may have no word.
local function add_versions(parts, c, word, minus)
    local down, language = word("downgraded", "versions")
    local lower = down and c.result.downgraded or 0
    -- A fix that goes downwards is told as a downgrade, too.
    local count = (c.result.versions or 0) - lower - minus.versions + (down and minus.downgraded or 0)
    if count > 0 then
        parts[#parts + 1] = versions(c, word, count, minus)
    end
    if lower > 0 then
        parts[#parts + 1] = catalogue.count(lower, down, language)
    end
end

--- Of each kind of changes, how many are security fixes; nil: they are not all listed.
local function fixes_by_kind(c)
    local of, found = setmetatable({}, ZERO), 0
    local function more(name)
        of[name] = of[name] + 1
    end
    for _, package in ipairs(c.result.packages or {}) do
        if package.security then
            found = found + 1
            counts.of_change(package, more)
        end
    end
    return found == c.result.security and of or nil
end

--- Words of security look different at a terminal.
local function alarming(text)
    return require "upnudge.language.style".style(text, "bold red")
end

--- "2 security fixes (1 critical)".
local function fixes(c, word)
    local text, critical = catalogue.count(c.result.security, word "security"), c.result.critical or 0
    local of = critical > 0 and word("fixes_of", "versions")
    return alarming(of and catalogue.say({ security = text,
        severities = catalogue.count(critical, word "critical") }, of) or text)
end

--- What there is of some counts, without what was told before.
local function parts_of(c, word, names, minus)
    local parts, told = {}, nil
    for _, name in ipairs(names) do
        local count = (c.result[name] or 0) - minus[name]
        if name == "versions" then
            add_versions(parts, c, word, minus)
            told = "downgraded"
        elseif count > 0 and name ~= told and name ~= "security" and not has(counts.open, name) then
            parts[#parts + 1] = catalogue.count(count, word(name))
        end
    end
    return parts
end

--- Security fixes come first, and are not counted again among the rest. Where a team's catalogue has no word for the
--- rest they are told where somebody asks for them.
local function counted(c, names)
    local word = catalogue.of(c.host.lang)
    local wanted = (c.result.security or 0) > 0 and (names == counts.kinds or has(names, "security"))
    if not wanted then
        return listed(parts_of(c, word, names, NOTHING), word)
    elseif not word("other_versions", "versions") then
        local parts = parts_of(c, word, names, NOTHING)
        parts[#parts + 1] = has(names, "security") and fixes(c, word) or nil
        return listed(parts, word)
    end
    local minus = not names[2] and NOTHING or fixes_by_kind(c)
    local parts = parts_of(c, word, names, minus or NOTHING)
    if not minus and parts[1] then
        return catalogue.say({ fixes = fixes(c, word), counts = listed(parts, word) }, word "among")
    end
    table.insert(parts, 1, fixes(c, word))
    return listed(parts, word)
end

--- Whether there are changes of such counts.
local function has_any(c, names)
    for _, name in ipairs(names) do
        if not has(counts.open, name) and (c.result[name] or 0) > 0 then
            return true
        end
    end
    return false
end

--- What is installed, has a problem and gets no fix: "1 vulnerable package without a fix yet"; nil: nothing.
local function exposed(c, word)
    local withdrawn, parts = c.result.withdrawn or 0, {}
    local vulnerable = (c.result.exposed or 0) - withdrawn
    if vulnerable + withdrawn == 0 then
        return nil
    end
    parts[1] = vulnerable > 0 and catalogue.count(vulnerable, word "vulnerable") or nil
    parts[#parts + 1] = withdrawn > 0 and catalogue.count(withdrawn, word "withdrawn") or nil
    return alarming(listed(parts, word))
end

--- "1 security fix (1 critical), 2 other version changes and 1 rebuild"; whose packages they are is said where the
--- lockfile tells. `only` limits it to some counts, as {"versions", "security"}.
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

-- Environments that a digest names one by one.
local NAMED <const> = 5

--- The environments with news, where they are several.
local function several(c)
    local environments = c.result.environments
    return environments and #environments > 1 and environments or nil
end

--- That with news, where it is one alone: what is activated, or another one.
local function alone(c)
    local environments = c.result.environments
    return environments and #environments == 1 and environments[1] or c.env
end

--- "webshop 2 (1 security)"
local function part(entry, word)
    local count = entry.versions > 0 and entry.versions or entry.total
    if count == 0 and word("digest_exposed", "digest_part") then
        return catalogue.say({ name = entry.name, n = entry.exposed }, word "digest_exposed")
    end
    return catalogue.say({ name = entry.name, n = count, security = entry.security },
        word(entry.security > 0 and "digest_security" or "digest_part"))
end

--- "Updates available in 3 environments: webshop 2 (1 security), site 4 and tools 1."
local function digest(environments, word)
    local parts, count = {}, #environments
    local named = count > NAMED + 1 and NAMED or count
    for i = 1, named do
        parts[i] = part(environments[i], word)
    end
    if named < count then
        parts[#parts + 1] = catalogue.say({ n = count - named }, word "digest_more")
    end
    return catalogue.say({ n = count, list = listed(parts, word) }, word "digest")
end

--- "2 version changes and 1 rebuild available in NAME.", and what stays exposed, unless `only` has no "exposed"; of
--- several environments what waits in each. "" where there is nothing of what is asked for.
---@param c table
---@param only string[]? of one environment
---@return string
function M.summary(c, only)
    local word, waits = catalogue.of(c.host.lang), has_any(c, only or counts.kinds)
    local open = (not only or has(only, "exposed")) and exposed(c, word) or nil
    local environments = (waits or open) and several(c)
    if not waits and not open then
        return ""
    elseif environments then
        return digest(environments, word)
    elseif not waits then
        return catalogue.say({ exposed = open, name = alone(c).name }, word "exposed")
    end
    -- A team's catalogue may have no word for it.
    local both = open and word("summary_exposed", "summary")
    return catalogue.say({ counts = M.counts(c, only), name = alone(c).name, exposed = open },
        both or word "summary")
end

--- The command of ours that shows what was found, as it can be pasted.
local function own_command(c)
    local options = c.host.options
    local words = several(c) and "status --all" or "show " .. require "upnudge.lib.shell".quote(alone(c).path)
    return "upnudge " .. words .. (options and " " .. options or "")
end

--- "Use 'COMMAND' for details.": the host's command, the policy's, or upnudge's own, beside which stands the command of
--- the project's tool, where that is known. "" where the host or the policy wants none.
---@param c table
---@return string
function M.hint(c)
    local word, command = catalogue.of(c.host.lang), c.host.hint
    if command == "" then
        return ""
    elseif not command and c.env.upgrade and alone(c).path == c.env.path and not several(c) then
        return catalogue.say({ command = own_command(c), upgrade = c.env.upgrade }, word "upgrade_hint")
    end
    return catalogue.say({ command = command or own_command(c) }, word "hint")
end

--- Whether words are the hint alone, which is no news.
---@param words string
---@param c table
---@return boolean
function M.is_hint(words, c)
    local hint = M.hint(c)
    return hint ~= "" and words:sub(1, #hint) == hint and not words:find("%S", #hint + 1)
end

-- Ids that are told of one package.
local IDS <const> = 3

--- "GHSA-35jh-r3h4-6jhm, CVE-2021-3749 +2" of a list of ids.
local function ids_of(list)
    local ids = {}
    for i = 1, math.min(#list, IDS) do
        ids[i] = list[i]
    end
    return table.concat(ids, ", ") .. (#list > IDS and " +" .. #list - IDS or "")
end

--- A line, and that it mends a security problem, or which.
local function marked(package, text, word)
    if not package.security then
        return text
    end
    local with_ids = package.fixes and word("fixes_mark", "versions")
    if not with_ids then
        return alarming(catalogue.say({ line = text }, word "security_mark"))
    end
    local ids = {}
    for i, fix in ipairs(package.fixes) do
        ids[i] = fix.id
    end
    return alarming(catalogue.fill(with_ids, { line = text, ids = ids_of(ids),
        severity = word("severity_" .. (package.severity or "unknown")) }))
end

local LINES <const> = { added = "added_line", removed = "removed_line", rebuilt = "rebuilt_line" }

-- Environments that are named beside what waits in several of them.
local BESIDE <const> = 3

--- "lodash in webshop, site and 3 more"
local function name_in(name, environments, word)
    local parts, count = {}, #environments
    local named = count > BESIDE and BESIDE - 1 or count
    for i = 1, named do
        parts[i] = environments[i]
    end
    if named < count then
        parts[#parts + 1] = catalogue.say({ n = count - named }, word "digest_more")
    end
    return catalogue.say({ name = name, environment = listed(parts, word) }, word "package_of")
end

--- Packages of several environments: what waits in some of them once, with the names of these.
local function gathered(packages)
    local list, known = { unlisted = packages.unlisted }, {}
    for i = 1, #packages do
        local package = packages[i]
        local key = package.name .. "\0" .. package.kind .. "\0" .. (package.from or "") .. "\0" .. (package.to or "")
        local environments = known[key]
        if environments then
            environments[#environments + 1] = package.environment
        elseif package.environment then
            known[key] = { package.environment }
            list[#list + 1] = { package, known[key] }
        else
            list[#list + 1] = { package }
        end
    end
    return list
end

local function line(package, word, environments)
    local moved = package.from ~= package.to and package.kind ~= "rebuilt"
    local template = package.kind == "downgraded" and word("downgraded_line", "upgraded_line")
        or word(LINES[package.kind] or moved and "upgraded_line" or "revised_line")
    local name = environments and name_in(package.name, environments, word) or package.name
    local text = catalogue.fill(template, { name = name, from = package.from or "?", to = package.to or "?" })
    return marked(package, text, word)
end

--- Up to `most` lines "- curl: 8.9.0 -> 8.10.1", then "... and 3 more"; of several environments "- curl in shop: …".
---@param c table
---@param most integer? 10 unless given
---@param list table[]? those of them that are meant
---@return string
function M.packages(c, most, list)
    most = most or 10
    local lines, packages, word = {}, list or c.result.packages, catalogue.of(c.host.lang)
    local of_several = several(c) ~= nil
    packages = of_several and gathered(packages) or packages
    for i = 1, math.min(#packages, most) do
        local package = packages[i]
        lines[i] = line(of_several and package[1] or package, word, of_several and package[2] or nil)
    end
    local left = #packages - #lines + (packages.unlisted or 0)
    if left > 0 then
        lines[#lines + 1] = catalogue.say({ n = left }, word "more")
    end
    return table.concat(lines, "\n")
end

--- Up to `most` lines "- minimist: 1.2.5 [critical: GHSA-xvch-5gv4-984h]" of what is exposed, then "... and 3 more".
---@param c table
---@param most integer? 10 unless given
---@return string "" where nothing is
function M.exposures(c, most)
    local lines, list, word = {}, c.result.exposures, catalogue.of(c.host.lang)
    for i = 1, math.min(#list, most or 10) do
        local one = list[i]
        lines[i] = alarming(catalogue.fill(word(one.withdrawn and "withdrawn_line" or "exposed_line"), {
            name = one.name, version = one.version or "?", ids = ids_of(one.ids),
            severity = word("severity_" .. one.severity) }))
    end
    if #list > #lines then
        lines[#lines + 1] = catalogue.say({ n = #list - #lines }, word "more")
    end
    return table.concat(lines, "\n")
end

return M
