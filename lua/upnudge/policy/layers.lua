--- Layers: what of a policy is final, and what a file of it says in vain, with the places of both. For explanations;
--- no activation loads it.

local core = require "upnudge.core"
local mistake = require "upnudge.policy.mistake"

-- Bytes of a policy's file (see upnudge.policy).
local LIMIT <const> = 64 * 1024

---@class upnudge.FinalKey
---@field key string
---@field file string
---@field line? integer

--- The place of a key, or of what stands in another one's list; without its line where the file is gone.
local function place_of(file, key, message)
    local bytes = core.read(file, LIMIT)
    if not bytes then
        return { file = file, message = message }
    end
    return mistake.add({}, file, bytes, { { key = key, depth = 1, message = message } })[1]
end

local function unused_of(one)
    if one.what == "rule" then
        local message = "rule '%s' is final in %s:%d; this one is not used"
        return { file = one.file, line = one.line, message = message:format(one.name, one.by, one.by_line or 0) }
    elseif one.what == "more" then
        return place_of(one.file, one.name, ("%s: with those of its bases these are more than are looked at; the "
            .. "first %d are not used"):format(one.name, one.count))
    end
    local final = mistake.place(place_of(one.by, "final", ""))
    return place_of(one.file, one.name, one.key == one.name and ("%s is final in %s; what is said here is not used")
        :format(one.key, final) or ("%s is final in %s; '%s' is not used here"):format(one.key, final, one.name))
end

local function by_place(a, b)
    if a.file ~= b.file then
        return core.before(a.file, b.file)
    end
    return (a.line or 0) < (b.line or 0)
end

--- Files of the search path that a policy does not start from, because a ready-made one has the name that it says.
local function note_shadowed(list, policy, search)
    for _, file in ipairs(policy.chain) do
        for i, base in ipairs(file.source.path and file.bases or {}) do
            local name = base.source.builtin
            local is_named = name and file.extends[i] == name
            local directories = is_named and require "upnudge.policy.base".directories(file.source, search)
            for _, directory in ipairs(directories or {}) do
                local path = directory .. name .. ".lua"
                local is_there = path ~= file.source.path and core.stamp(path)
                list[#list + 1] = is_there and place_of(file.name, "extends", ("extends '%s' is the ready-made policy; "
                    .. "that in %s is meant by its path"):format(name, path)) or nil
            end
        end
    end
end

--- What is final, and what is not used, of a loaded policy. What a ready-made one says is nobody's mistake.
---@param policy upnudge.Policy
---@param search table as upnudge.policy.base has it
---@return {final: upnudge.FinalKey[], unused: upnudge.Mistake[]}
return function(policy, search)
    local found, ours = policy.vm:call "layers" or {}, {}
    local layers = { final = {}, unused = {} }
    for _, path in ipairs(policy.files) do
        ours[path] = true
    end
    for i, one in ipairs(found.final or {}) do
        layers.final[i] = { key = one.key, file = one.file, line = place_of(one.file, "final", "").line }
    end
    for _, one in ipairs(found.unused or {}) do
        layers.unused[#layers.unused + 1] = ours[one.file] and unused_of(one) or nil
    end
    note_shadowed(layers.unused, policy, search)
    table.sort(layers.unused, by_place)
    return layers
end
