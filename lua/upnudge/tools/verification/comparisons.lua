--- Comparisons that a policy's source makes with what a field never is: a misspelt word, a value of another type, a
--- word behind `or` that is true by itself. No activation shows these, so they are found by reading.

local context = require "upnudge.language.schema".context
local suggest = require "upnudge.lib.suggest"
local tokens = require "upnudge.tools.verification.tokens"

local M = {}

-- Which section a table of the context is, and what one of its items is.
local SECTIONS <const> = { c = { env = "env", result = "result", history = "history", host = "host" },
    result = { packages = "packages", exposures = "exposures", environments = "environments" },
    packages = { fixes = "fixes" }, history = { rules = "clock" } }
local LISTS <const> = { packages = true, exposures = true, environments = true, fixes = true, rules = true }
-- Fields whose words are the same wherever they are.
local WORDS <const> = { mode = context.host.mode.choices, kind = context.packages.kind.choices,
    level = context.packages.level.choices, severity = context.packages.severity.choices }
local TYPES <const> = { integer = "number", number = "number", string = "string", boolean = "boolean",
    ["false"] = "boolean" }

---@class upnudge.Chain a field as the source names it
---@field section? string of the schema that it is of
---@field list? boolean whether that is of each item
---@field name string its last name
---@field words string as it is written
---@field last integer its last token

--- The place behind the bracket that opens at `at`.
local function behind_bracket(list, at)
    local depth = 0
    repeat
        local text = list[at] and list[at].kind == "sign" and list[at].text or ""
        depth = depth + (text == "[" and 1 or text == "]" and -1 or 0)
        at = at + 1
    until depth == 0 or not list[at]
    return at
end

--- The chain of names that begins at a token.
local function chain_at(list, at, known)
    local first = list[at].text
    local chain = { name = first, section = known[first], words = first, last = at }
    local is_list = false
    at = at + 1
    while list[at] do
        local sign, name = list[at].text, list[at + 1]
        if list[at].kind ~= "sign" then
            break
        elseif sign == "[" then
            at = behind_bracket(list, at)
            chain.words, is_list = chain.words .. "[…]", false
        elseif sign == "." and name and name.kind == "name" then
            local within = chain.section and SECTIONS[chain.section]
            chain.of, chain.section = not is_list and chain.section or nil, not is_list and within
                and within[name.text] or nil
            is_list = LISTS[name.text] or false
            chain.name, chain.words, at = name.text, chain.words .. "." .. name.text, at + 2
        else
            break
        end
        chain.last = at - 1
    end
    chain.is_list = is_list
    return chain
end

--- Names of local variables that are tables of the context: of loops over lists of it, and others for its tables.
local function known_names(list)
    local known = { c = "c" }
    for i, token in ipairs(list) do
        local one = list[i + 1]
        if token.text == "in" and one and one.text == "ipairs" and list[i + 3] and list[i + 3].kind == "name" then
            local chain, variable = chain_at(list, i + 3, known), list[i - 1]
            local packages = chain.words == "u.packages"
            if variable.kind == "name" and (packages or chain.section and chain.is_list) then
                known[variable.text] = packages and "packages" or chain.section
            end
        elseif token.text == "local" and list[i + 2] and list[i + 2].text == "=" and list[i + 3]
            and list[i + 3].kind == "name" then
            local chain = chain_at(list, i + 3, known)
            known[one.text] = chain.section and not chain.is_list and chain.section or nil
        end
    end
    return known
end

--- The Lua types that a field may have, as a set; nil: any.
local function types_of(key)
    local set = {}
    for name in (key.choices and "string" or key.cats):gmatch "[^|?]+" do
        if not TYPES[name] then
            return nil
        end
        set[TYPES[name]] = true
    end
    return set
end

local function literal_of(token)
    if not token then
        return nil
    elseif token.kind == "string" or token.kind == "number" then
        return token.kind
    end
    return token.kind == "name" and (token.text == "true" or token.text == "false") and "boolean" or nil
end

local function one_of(choices)
    local quoted = {}
    for i, choice in ipairs(choices) do
        quoted[i] = '"' .. choice .. '"'
    end
    return table.concat(quoted, ", ")
end

local function holds(choices, word)
    for _, choice in ipairs(choices) do
        if choice == word then
            return true
        end
    end
    return false
end

--- What is wrong with a word that a field is compared with; nil: nothing. Of what a table is that is not known the word
--- has to be near one that there is.
local function fault_of_word(chain, choices, word, sure)
    local near = suggest.nearest(word, choices)
    if not holds(choices, word) and (sure or near) then
        return ("%s is never %q%s; it is one of %s"):format(chain.words, word,
            near and ("; did you mean %q?"):format(near) or "", one_of(choices))
    end
end

--- What is wrong with comparing a chain with a literal.
local function fault_of(chain, token)
    local type, key = literal_of(token), chain.of and context[chain.of] and context[chain.of][chain.name]
    local choices = key and key.choices or not key and not chain.of and WORDS[chain.name] or nil
    if type == "string" and choices then
        return fault_of_word(chain, choices, token.text, key ~= nil)
    end
    local types = key and types_of(key)
    if types and not types[type] then
        return ("%s is never a %s; it is of type %s"):format(chain.words, type, key.cats or "string")
    elseif types and type == "boolean" and token.text == "true" and key.cats:find "|false" then
        return ("%s is never true; it is a text or false"):format(chain.words)
    end
end

local COMPARES <const> = { ["=="] = true, ["~="] = true }
local ENDS_WORD <const> = { ["=="] = true, ["~="] = true, [".."] = true, ["<"] = true, [">"] = true, ["<="] = true,
    [">="] = true }

--- What is wrong around a comparison whose last token is at `last`.
local function fault_around(list, first, last, chain)
    local before, behind, word = list[first - 1], list[last + 1], list[last + 2]
    local next_one = list[last + 3]
    if before and before.kind == "name" and before.text == "not" and literal_of(list[last]) ~= "boolean" then
        return ("`not %s %s …` compares true or false with that; write `%s %s …`"):format(chain.words,
            list[last - 1].text, chain.words, list[last - 1].text == "==" and "~=" or "==")
    elseif behind and behind.kind == "name" and behind.text == "or" and word and word.kind == "string"
        and not (next_one and next_one.kind == "sign" and ENDS_WORD[next_one.text])
        and not (before and before.text == "and") and list[last].kind == "string" then
        return ("`or %q` is always true; write `or %s %s %q`"):format(word.text, chain.words, list[last - 1].text,
            word.text)
    end
end

--- What is wrong with counting a table of fields, which has no length.
local function fault_of_length(chain)
    if chain.section and not chain.is_list and context[chain.section] then
        return ("#%s is always 0, for it is no list; c.result.total is the number of changes, #c.result.packages the "
            .. "length of a list"):format(chain.words)
    end
end

--- The mistakes of one source, with their lines.
---@param source string
---@return {line: integer, key: string, message: string}[]
function M.faults(source)
    local list, faults = tokens.of(source), {}
    local known = known_names(list)
    local function note(token, chain, message)
        if message then
            faults[#faults + 1] = { line = token.line, key = chain.name, message = message }
        end
    end
    for i, token in ipairs(list) do
        local before = list[i - 1]
        if token.kind == "name" and not (before and before.text == "." and before.kind == "sign") then
            local chain = chain_at(list, i, known)
            local sign, literal = list[chain.last + 1], list[chain.last + 2]
            if before and before.kind == "sign" and before.text == "#" then
                note(token, chain, fault_of_length(chain))
            end
            if sign and COMPARES[sign.text] and literal_of(literal) then
                note(token, chain, fault_of(chain, literal) or fault_around(list, i, chain.last + 2, chain))
            elseif before and COMPARES[before.text] and literal_of(list[i - 2]) then
                note(token, chain, fault_of(chain, list[i - 2]))
            end
        end
    end
    return faults
end

return M
