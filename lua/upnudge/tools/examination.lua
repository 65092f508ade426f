--- The examination: what of a policy that loads cannot be meant, or hardly is, found without asking its functions. For
--- `upnudge policy check`; see upnudge.language.meaning.

local core = require "upnudge.core"
local mistake = require "upnudge.policy.mistake"

local M = {}

-- Bytes of a policy's file (see upnudge.policy).
local LIMIT <const> = 64 * 1024

--- The names of all formats that are read beside a policy.
local function formats_of(source)
    local names = {}
    local reader <close> = require "upnudge.lockfile".reader { name = source.name, path = source.path }
    for _, format in ipairs((reader:all())) do
        names[format.name] = true
    end
    return names
end

--- Where a file stops being UTF-8; nil: nowhere.
local function fault_of_encoding(file, bytes)
    local _, at = utf8.len(bytes)
    if not at then
        return nil
    end
    local line, start = core.line_at(bytes, at)
    local text = bytes:sub(start):match "[^\r\n]*"
    return { file = file, line = line, column = at - start + 1, width = 1, indent = at - start + 1,
        source = text:gsub("[\128-\255]", "?"), message = "not UTF-8: byte " .. bytes:byte(at)
            .. "; save the file in that encoding" }
end

--- What is wrong with a policy, and what may be.
---@param loaded upnudge.Policy loaded to be examined
---@return upnudge.Mistake[] mistakes
---@return upnudge.Mistake[] warnings
function M.of(loaded)
    local mistakes, warnings, sources = {}, {}, {}
    for _, file in ipairs(loaded.files) do
        local bytes = core.read(file, LIMIT)
        sources[file] = bytes
        mistakes[#mistakes + 1] = bytes and fault_of_encoding(file, bytes)
    end
    loaded.vm:refill()
    local doubts, fault = loaded.vm:call("doubts", formats_of(loaded.source))
    for _, doubt in ipairs(doubts or { { file = loaded.source.name, message = fault } }) do
        mistake.add(doubt.warning and warnings or mistakes, doubt.file, sources[doubt.file] or "", { doubt })
    end
    return mistakes, mistake.sort(warnings)
end

return M
