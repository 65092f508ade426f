--- Names that stand for nothing: what a policy uses and neither Lua in its sandbox nor the policy itself has. Found by
--- reading, for a name that there is not is nil, and `x == null` a comparison that goes well.
---
--- Whatever is declared anywhere counts everywhere, so that what is told is certain.

local lua = require "upnudge.language.schema".lua
local suggest = require "upnudge.lib.suggest"
local tokens = require "upnudge.tools.verification.tokens"

local M = {}

local KEYWORDS <const> = {}
for word in ("and break do else elseif end false for function goto if in local nil not or repeat return then true "
    .. "until while"):gmatch "%a+" do
    KEYWORDS[word] = true
end

-- Names that there are, and the members of libraries.
local SEEN <const>, MEMBERS <const> = { _ENV = true }, {}
for _, entry in ipairs(lua.seen) do
    for name in entry[1]:gsub('".*"', ""):gmatch "[%w_]+" do
        SEEN[name] = true
        if entry[2] ~= "" then
            MEMBERS[name] = {}
            for member in entry[2]:gmatch "%w+" do
                MEMBERS[name][member] = true
            end
        end
    end
end
local INSTEAD <const>, FOREIGN <const> = {}, {}
for _, entry in ipairs(lua.unseen) do
    INSTEAD[entry[1]] = entry[2]
end
for _, entry in ipairs(lua.foreign) do
    FOREIGN[entry[1]] = entry[2]
end

-- What has its name from those who write policies.
local OURS <const> = {
    u = "nothing is called 'u' here, so it is nil; a policy begins with `local u = require \"upnudge\"`",
    c = "'c' is the context, which functions are given alone; write `function(c) return ... end`",
}

--- The names of a list that begins there, up to what is none: `a, b <const>, c`.
local function declare(list, at, declared)
    while list[at] and list[at].kind == "name" and not KEYWORDS[list[at].text] do
        declared[list[at].text] = true
        at = at + 1
        if list[at] and list[at].text == "<" then
            at = at + 3
        end
        if not list[at] or list[at].text ~= "," then
            break
        end
        at = at + 1
    end
end

--- All that is declared somewhere: locals, parameters, the variables of loops.
local function declared_in(list)
    local declared = {}
    for i, token in ipairs(list) do
        local word = token.kind == "name" and token.text
        if word == "for" then
            declare(list, i + 1, declared)
        elseif word == "local" then
            declare(list, list[i + 1] and list[i + 1].text == "function" and i + 2 or i + 1, declared)
        elseif word == "function" then
            local at = i + 1
            while list[at] and list[at].text ~= "(" and not KEYWORDS[list[at].text] do
                declared.self = declared.self or list[at].text == ":" or nil
                at = at + 1
            end
            declare(list, at + 1, declared)
        end
    end
    return declared
end

local OPENS <const> = { ["{"] = true, ["("] = true, ["["] = true, ["function"] = true, ["if"] = true, ["do"] = true,
    ["repeat"] = true }
local CLOSES <const> = { ["}"] = true, [")"] = true, ["]"] = true, ["end"] = true, ["until"] = true }

--- Calls back for each name that is used as a variable, with the token before and the one behind.
local function each_use(list, use)
    local open = {}
    for i, token in ipairs(list) do
        local before, behind = list[i - 1], list[i + 1]
        if token.kind ~= "string" and OPENS[token.text] then
            open[#open + 1] = token.text
        elseif token.kind ~= "string" and CLOSES[token.text] then
            open[#open] = nil
        elseif token.kind == "name" and not KEYWORDS[token.text] then
            local sign = before and before.kind ~= "string" and before.text
            local is_key = open[#open] == "{" and behind and behind.kind == "sign" and behind.text == "="
                and (sign == "{" or sign == "," or sign == ";")
            local is_attribute = sign == "<" and (token.text == "const" or token.text == "close")
            local is_member = is_attribute or sign == "." or sign == ":" or sign == "::" or sign == "goto"
            if not is_key and not is_member then
                use(token, sign, behind)
            end
        end
    end
end

--- What is said of a name that there is not, or of a member that a library has not.
local function words_for(name, member, declared)
    local full = member and ("%s.%s"):format(name, member)
    local instead = full and INSTEAD[full] or INSTEAD[name]
    if instead then
        return ("a policy has no '%s': %s"):format(full and INSTEAD[full] and full or name, instead)
    elseif OURS[name] then
        return OURS[name]
    elseif FOREIGN[name] then
        return ("nothing is called '%s' here, so it is nil; Lua's word is '%s'"):format(name, FOREIGN[name])
    end
    local choices = suggest.keys(SEEN)
    for word in pairs(declared) do
        choices[#choices + 1] = word
    end
    table.sort(choices)
    local meant = suggest.nearest(name, choices)
    return ("nothing is called '%s' here, so it is nil%s"):format(name, meant and ("; did you mean '%s'?"):format(meant)
        or "")
end

--- The mistake in the use of a name; nil: there is none.
local function mistake_in(token, sign, behind, list, at, declared)
    local name = token.text
    local member = behind and behind.text == "." and list[at + 2] and list[at + 2].text
    if declared[name] then
        return nil
    elseif MEMBERS[name] and member and not MEMBERS[name][member] then
        return INSTEAD[name .. "." .. member] and words_for(name, member, declared)
            or ("%s has no '%s'%s"):format(name, member, suggest.suggest(member, suggest.keys(MEMBERS[name])))
    elseif SEEN[name] then
        return nil
    elseif sign == "function" or behind and behind.kind == "sign" and behind.text == "=" then
        return ("'%s' is a global; write `local %s`"):format(name, sign == "function" and "function " .. name
            or name .. " = ...")
    end
    return words_for(name, member, declared)
end

--- Each of them once, with its line.
---@param source string that compiles
---@return (upnudge.Mistake|{member: string|false|nil})[] `member`: of a name that is there, which it has not
function M.of(source)
    local list, found, told, places = tokens.of(source), {}, {}, {}
    for i, token in ipairs(list) do
        places[token] = i
    end
    local declared = declared_in(list)
    each_use(list, function(token, sign, behind)
        local message = mistake_in(token, sign, behind, list, places[token], declared)
        if message and not told[token.text] then
            told[token.text] = true
            found[#found + 1] = { message = message, key = token.text, line = token.line,
                member = behind and behind.text == "." and list[places[token] + 2] and list[places[token] + 2].text }
        end
    end)
    return found
end

return M
