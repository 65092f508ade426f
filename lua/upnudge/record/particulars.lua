--- The particulars: what few lines of the decision log have (upnudge.record.decisions), each as a field "letter=value":
--- what was shown, how often the same was decided, and what a host says or found out. Values stand as they are, for a
--- policy that is tried on the log looks at them as the one of then did, but for what looks like a secret.

local core = require "upnudge.core"

-- Bytes of all of it in one line.
local MOST <const> = 2048

local function add(fields, letter, value)
    local text = value and ("\t%s=%s"):format(letter, fields.of(value))
    if text and fields.bytes + #text <= MOST then
        fields.bytes = fields.bytes + #text
        fields[#fields + 1] = text
    end
end

local function add_named(fields, sign, values)
    local names = {}
    for name, value in pairs(values or {}) do
        names[#names + 1] = value and name or nil
    end
    table.sort(names, core.before)
    for _, name in ipairs(names) do
        add(fields, sign .. name, values[name])
    end
end

--- What the host found out for the policy.
local function add_found(fields, found)
    add(fields, "o", found.options)
    add(fields, "z", found.utc_offset and ("%d"):format(found.utc_offset))
    add_named(fields, "$", found.vars)
end

--- The fields, with a tab before each.
---@param field fun(text: string): string what a field may have of a text
---@param entry upnudge.Decided
---@param facts table
---@return string
return function(field, entry, facts)
    local fields, decision, question = { bytes = 0, of = field }, entry.decision, entry.question
    if decision.notify then
        local shown = question and question.result.fingerprint
        add(fields, "f", shown and core.hash(shown):sub(1, 16))
        add(fields, "w", core.hash(decision.text or ""):sub(1, 8))
    end
    add(fields, "x", decision.policy_fault)
    add(fields, "r", entry.times > 1 and ("%d %d"):format(entry.times, entry.at - entry.since))
    add(fields, "g", rawget(facts, "agent"))
    add(fields, "s", rawget(facts, "session"))
    add(fields, "m", facts.command)
    add(fields, "i", facts.hint)
    add(fields, "e", entry.name)
    if question and question.found_out then
        add_found(fields, question.found_out)
    end
    add_named(fields, "@", facts.attributes)
    return table.concat(fields)
end
