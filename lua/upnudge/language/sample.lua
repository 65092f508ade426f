--- Samples: `u.sample(0.1)`, a share of all people or machines, for roll-outs. Runs in the policy VM, for policies
--- that have them.

local hash = require "upnudge.language.hash".hash

local M = {}

-- Into so many parts people are divided.
local PARTS <const> = 1 << 40
local KEYS <const> = { share = true, salt = true, by = true }
local BY <const> = { user = true, machine = true }

local function suggestion(word, choices)
    local suggest = require "upnudge.lib.suggest"
    return suggest.suggest(tostring(word), suggest.keys(choices))
end

--- Share, salt and what counts as one; nil and what is wrong.
local function read(spec)
    local given = type(spec) == "table" and spec or { spec }
    for name in pairs(given) do
        if name ~= 1 and not KEYS[name] then
            return nil, ("no key '%s'%s"):format(tostring(name), suggestion(name, KEYS))
        end
    end
    local share, salt, by = given[1] or given.share, given.salt or "", given.by or "user"
    if type(share) ~= "number" or not (share >= 0 and share <= 1) then
        return nil, "a share from 0 to 1 is needed; one tenth is 0.1"
    elseif type(salt) ~= "string" or #salt > 256 then
        return nil, "salt is a text of at most 256 bytes"
    elseif type(by) ~= "function" and not BY[by] then
        return nil, ("by '%s' is not known%s, or a function of the context that gives a text"):format(
            tostring(by), suggestion(by, BY))
    end
    return share, salt, by
end

--- A predicate for `when`: whether this is one of that share. Who is in stays in when the share grows; with another
--- salt it is others. Where `by` is a function that gives nil, it is not.
---@param spec number|{[1]: number, salt?: string, by?: "user"|"machine"|(fun(c: table): string?)}
---@return (fun(c: table): boolean)? predicate
---@return string? message
function M.sample(spec)
    local share, salt, by = read(spec)
    if not share then
        return nil, "sample: " .. salt
    end
    return function(c)
        local who
        if type(by) == "function" then
            who = by(c)
        else
            who = c.host[by]
        end
        if who == nil or who == false then
            return false
        elseif type(who) ~= "string" and type(who) ~= "number" then
            error("sample: by gave a " .. type(who) .. "; expected a text or nil", 0)
        end
        return hash(("%d:%s:%s"):format(#salt, salt, who), PARTS) <= share * PARTS
    end
end

return M
