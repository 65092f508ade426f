--- The floors of the C sources: who may include whom. Usage: floors.lua FILE...
---
--- A room is a folder, or a source and its header. A file may include its own room and whatever lies
--- below it, never what lies above or beside it, and headers may not include one another in a circle.

--- From the top down. Where two rooms fit a file, the longer name is its room.
local floors = {
    { "lua/command" },
    { "lua/api" },
    { "lua/bind" },
    { "lua/vm", "lua/private", "core/lockfile" },
    { "core/formats" },
    { "core/formats/shared", "core/diff", "core/digest" },
    { "core/packages", "core/tree", "core/hash", "core/content" },
    { "core/scheme", "core/utf8", "core/lines", "core/url", "core/os/child", "core/os/inquiry", "core/os/question",
        "core/os/detach", "core/os/charset" },
    { "core/os/spawn", "core/os/printed", "core/os/answer", "core/os/start" },
    { "core/os/keeper", "core/os/held" },
    { "core/os/process" },
    -- What the system offers, each by itself: the primitives neither include nor call each other.
    { "core/os/file", "core/os/directory", "core/os/lock", "core/os/atomic", "core/os/log",
        "core/os/own", "core/os/platform", "core/os/scratch", "core/os/beside", "core/os/ending", "core/os/listing",
        "core/os/newest", "core/os/session" },
    { "core/os/standin" },
    { "core/os/ours", "core/os/owner" },
    { "core/os/os" },
    { "core/versions", "core/arena", "core/system", "core/error", "core/mask", "core/sort",
        "core/date" },
    { "core/slice", "core/ascii" },
}

---@type table<string, integer> by room, 1 being the top
local floor_of_room = {}
for number, rooms in ipairs(floors) do
    for _, room in ipairs(rooms) do
        floor_of_room[room] = number
    end
end

local failed = false

local function complain(format, ...)
    failed = true
    print("floors: " .. format:format(...))
end

---@param path string
---@return string? room
local function room_of(path)
    local room = path:gsub("%.%w+$", "")
    while room and not floor_of_room[room] do
        room = room:match "^(.*)/"
    end
    return room
end

---@param path string "core/os/../scheme.h"
---@return string
local function without_dots(path)
    local count
    repeat
        path, count = path:gsub("[^/]+/%.%./", "", 1)
    until count == 0
    return path
end

---@param path string
---@return string[] names as they stand between quotes
local function quoted_includes(path)
    local names = {}
    for line in io.lines(path) do
        names[#names + 1] = line:match '^%s*#%s*include%s*"([^"]+)"'
    end
    return names
end

---@param files table<string, boolean>
---@return string[]
local function includes_of(path, files)
    local found = {}
    for _, name in ipairs(quoted_includes(path)) do
        local beside = without_dots(path:match "^(.*/)" .. name)
        local target = files[beside] and beside or files[name] and name
        if target then
            found[#found + 1] = target
        else
            complain("%s includes %s, which is none of the files looked at", path, name)
        end
    end
    return found
end

local function check_include(path, target)
    local from, to = room_of(path), room_of(target)
    if not from or not to or from == to then
        return
    end
    if floor_of_room[to] < floor_of_room[from] then
        complain("%s includes %s, which lies above it", path, target)
    elseif floor_of_room[to] == floor_of_room[from] then
        complain("%s includes %s, which stands beside it", path, target)
    end
end

--- Walks from `path` on; `trail` is how it was come to.
---@param graph table<string, string[]>
---@param done table<string, boolean>
local function find_circles(path, graph, trail, done)
    for start, earlier in ipairs(trail) do
        if earlier == path then
            complain("a circle: %s → %s", table.concat(trail, " → ", start), path)
            return
        end
    end
    if done[path] then
        return
    end
    done[path] = true
    trail[#trail + 1] = path
    for _, target in ipairs(graph[path]) do
        find_circles(target, graph, trail, done)
    end
    trail[#trail] = nil
end

local files, ordered, graph = {}, {}, {}
for _, path in ipairs(arg) do
    if path:find "^core/" or path:find "^lua/" then
        files[path] = true
        ordered[#ordered + 1] = path
    end
end
for _, path in ipairs(ordered) do
    if not room_of(path) then
        complain("%s is on no floor; add its room to tests/lint/floors.lua", path)
    end
    graph[path] = includes_of(path, files)
    for _, target in ipairs(graph[path]) do
        check_include(path, target)
    end
end
local done = {}
for _, path in ipairs(ordered) do
    find_circles(path, graph, {}, done)
end
os.exit(not failed)
