--- The bases of a policy: which files `extends` means, and in which order they hold. For policies that extend another;
--- loading it for all would cost a quiet activation 2 % of its instructions.
---
--- A file comes before all that it extends, of several that it names the first before the others, and each once: where
--- two bases extend a third one, that comes behind both.

local core = require "upnudge.core"

local M = {}

-- Files of one chain, and bytes of all of them together.
local CHAIN_LIMIT <const> = 16
local CHAIN_BYTES <const> = 128 * 1024

---@class upnudge.LoadedFile one file of a chain
---@field source upnudge.PolicySource
---@field name string for messages
---@field bytes string
---@field stamp? string as the file was read; nil: it is ready-made
---@field canonical? string its path without links, once somebody asked
---@field extends? string[] what it names as its bases; nil: it does not say
---@field bases? upnudge.LoadedFile[] what these are
---@field number? integer which of the files of the VM it is
---@field strategy? string
---@field keeps_strategy? boolean

---@class upnudge.BaseSearch
---@field variable fun(name: string): string? the host's
---@field read fun(source: upnudge.PolicySource): string?, string? bytes and stamp, or nil and a message
---@field ready_made fun(name: string): upnudge.PolicySource?
---@field machines string[] where the machine's policy may be, in that order
---@field person string? where the person's is
---@field load fun(file: upnudge.LoadedFile): boolean?, string? runs it and fills in what it says
---@field note fun(file: upnudge.LoadedFile, message: string) takes a mistake of what it extends

--- Whether two files are one, by whatever paths; two of the same bytes in two places are two.
---@param one upnudge.LoadedFile
---@param other upnudge.LoadedFile
---@return boolean
function M.is_same(one, other)
    local path, other_path = one.source.path, other.source.path
    if not path or not other_path then
        return one.source.builtin == other.source.builtin
    elseif path == other_path then
        return true
    end
    for _, file in ipairs { one, other } do
        file.canonical = file.canonical or core.realpath(file.source.path) or file.source.path
    end
    return one.canonical == other.canonical
end

--- That of some files which is the same.
local function same_in(files, file)
    for _, one in ipairs(files) do
        if M.is_same(one, file) then
            return one
        end
    end
end

-- ---- which file ----------------------------------------------------------------------------------

local function directory_of(path)
    return path:match "^(.*/)" or ""
end

--- The directories in which a base is looked for that is neither beside the file nor ready-made. What the machine's
--- policy starts from is the machine's.
---@param source upnudge.PolicySource of the file that names it
---@param search {variable: (fun(name: string): string?), machines: string[], person: string?}
---@return string[] directories each with a slash at its end
function M.directories(source, search)
    local own, machines = source.path and directory_of(source.path), {}
    for i, path in ipairs(search.machines) do
        machines[i] = directory_of(path)
        if machines[i] == own then
            own = nil
        end
    end
    if source.path and not own then
        return machines
    end
    local list = {}
    for directory in (search.variable "UPNUDGE_POLICY_PATH" or ""):gmatch "[^:]+" do
        list[#list + 1] = directory:sub(1, 1) == "/" and directory:gsub("/*$", "/", 1) or nil
    end
    list[#list + 1] = search.person and directory_of(search.person)
    return table.move(machines, 1, #machines, #list + 1, list)
end

--- What `extends = "system"` means: the machine's policy, of those behind the one at which the path from the policy to
--- it has come, else `default`. So nobody comes back.
local function system_source(ahead, search)
    local machines, next_one = search.machines, 1
    for i, path in ipairs(machines) do
        next_one = same_in(ahead, { source = { path = path } }) and i + 1 or next_one
    end
    for i = next_one, #machines do
        if core.stamp(machines[i]) then
            return { name = machines[i], path = machines[i], found = "machine" }
        end
    end
    return search.ready_made "default"
end

--- A file of that path, seen from the file that names it.
local function path_source(source, path, search)
    local home = path:match "^~/(.*)"
    if home then
        path = (search.variable "HOME" or "~") .. "/" .. home
    elseif path:sub(1, 1) ~= "/" then
        path = directory_of(source.path or "") .. path
    end
    return { name = path, path = path }
end

--- A file beside the one that names it, else a ready-made one, else a file in one of the directories.
local function named_source(source, name, search)
    local function file_in(directory)
        local path = directory .. name .. ".lua"
        return path ~= source.path and core.stamp(path) and { name = path, path = path } or nil
    end
    local found = source.path and file_in(directory_of(source.path))
    if not found and not core.builtin(name) then
        for _, directory in ipairs(M.directories(source, search)) do
            found = found or file_in(directory)
        end
    end
    return found or search.ready_made(name)
end

--- Which file a word means, of a file and those that lead to it; nil: it is no such word.
---@param ahead upnudge.LoadedFile[] the last one says the word
---@param word string
---@param search upnudge.BaseSearch
---@return upnudge.PolicySource?
function M.source(ahead, word, search)
    local source = ahead[#ahead].source
    if word == "system" then
        return system_source(ahead, search)
    elseif word:find "%.lua$" then
        return path_source(source, word, search)
    end
    return word:find "^%w[%w_-]*$" and named_source(source, word, search) or nil
end

-- ---- all of them ---------------------------------------------------------------------------------

local function circle_of(ahead, file)
    local names = {}
    for i, one in ipairs(ahead) do
        names[i] = one.name
        if one == file and i == #ahead then
            return "it extends itself"
        end
    end
    return ("policies extend each other in a circle: %s -> %s"):format(table.concat(names, " -> "), file.name)
end

--- The file that a word means, read, and not run if it is new.
local function base_of(ahead, word, known, search)
    local source = M.source(ahead, word, search)
    if not source then
        return nil
    end
    local bytes, stamp = search.read(source)
    if not bytes then
        local from = ahead[#ahead].source
        return nil, ("extends '%s', which is not there: %s"):format(word, not source.builtin and stamp
            or require "upnudge.policy.missing"(from, word, M.directories(from, search)))
    end
    local file = { source = source, name = source.name, bytes = bytes, stamp = stamp }
    file = same_in(known, file) or file
    for _, one in ipairs(ahead) do
        if one == file then
            return nil, circle_of(ahead, file)
        end
    end
    if not file.bases and #known == CHAIN_LIMIT then
        return nil, ("this policy and its bases are more than %d files"):format(CHAIN_LIMIT)
    end
    return file
end

--- Counts a file among those of the chain.
local function keep(file, known)
    known[#known + 1], file.bases = file, {}
    known.bytes = known.bytes + #file.bytes
    return known.bytes <= CHAIN_BYTES
end

local grow

--- Runs a file that is new, and loads what it extends.
local function load_base(base, ahead, known, search)
    if not keep(base, known) then
        return nil, ("%s: this policy and its bases have more than 128 KiB"):format(ahead[1].name)
    end
    local ok, message = search.load(base)
    if ok then
        ahead[#ahead + 1] = base
        ok, message = grow(ahead, known, search)
        ahead[#ahead] = nil
    end
    return ok, message
end

--- Loads the bases of the last file of `ahead`, and theirs.
function grow(ahead, known, search)
    local file = ahead[#ahead]
    for _, word in ipairs(file.extends or {}) do
        local base, message = base_of(ahead, word, known, search)
        if message then
            search.note(file, message)
        elseif base and not base.bases then
            local ok, failure = load_base(base, ahead, known, search)
            if not ok then
                return nil, failure
            end
        end
        file.bases[#file.bases + 1] = base
    end
    return true
end

--- A file behind all that are there and before all that it extends, which go first, the last of them foremost.
local function rank(file, reversed, done)
    if not done[file] then
        done[file] = true
        for i = #file.bases, 1, -1 do
            rank(file.bases[i], reversed, done)
        end
        reversed[#reversed + 1] = file
    end
    return reversed
end

--- Loads all that a policy extends, as far as it is there; what is not, or extends each other in a circle, is noted.
---@param first upnudge.LoadedFile which has been loaded
---@param search upnudge.BaseSearch
---@return upnudge.LoadedFile[]? chain in the order in which they hold; nil: nothing can be made of them
---@return string? message
function M.chain(first, search)
    local known = { bytes = 0 }
    keep(first, known)
    local ok, message = grow({ first }, known, search)
    if not ok then
        return nil, message
    end
    local reversed, chain = rank(first, {}, {}), {}
    for i, file in ipairs(reversed) do
        chain[#reversed + 1 - i] = file
    end
    return chain
end

return M
