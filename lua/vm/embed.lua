--- Build tool: precompiles Lua files into one C table (see embedded.h).
---
--- usage: lua embed.lua [--lines] OUT.c NAME=FILE...
---
--- Modules are stripped, which halves the time that an activation takes to load them, unless somebody
--- counts their lines. Policies keep theirs, which explanations name. A chunk is named after its module
--- ("=upnudge.record"), never after a path of the machine that built it.

local lines = arg[1] == "--lines" and table.remove(arg, 1) ~= nil
local out_path = assert(table.remove(arg, 1), "usage: embed.lua [--lines] OUT.c NAME=FILE...")

local function precompile(name, path)
    local file = assert(io.open(path, "rb"))
    local source = file:read("a")
    file:close()
    return string.dump(assert(load(source, "=" .. name, "t")), not lines and not name:find("^policy:"))
end

local function c_bytes(bytes)
    local rows = {}
    for at = 1, #bytes, 20 do
        local line = {}
        for i = at, math.min(at + 19, #bytes) do
            line[#line + 1] = string.format("%d,", bytes:byte(i))
        end
        rows[#rows + 1] = table.concat(line)
    end
    return table.concat(rows, "\n")
end

--- Tells one build from another (FNV-1a of what is embedded).
local build = 0xcbf29ce484222325
local function add_to_build(bytes)
    for i = 1, #bytes do
        build = (build ~ bytes:byte(i)) * 0x100000001b3
    end
end

local arrays, entries = {}, {}
-- In the order of strcmp, in which they are searched.
table.sort(arg, function(a, b)
    return a:match "^[^=]*" < b:match "^[^=]*"
end)
for i = 1, #arg do
    local name, path = arg[i]:match("^([^=]+)=(.+)$")
    assert(name, "expected NAME=FILE, got " .. arg[i])
    local bytes = precompile(name, path)
    add_to_build(name .. "\0" .. bytes)
    arrays[#arrays + 1] = string.format("static const unsigned char module_%d[] = {\n%s};\n", i, c_bytes(bytes))
    entries[#entries + 1] = string.format("    {\"%s\", module_%d, %d},\n", name, i, #bytes)
end

local file = assert(io.open(out_path, "wb"))
file:write("/* Made by embed.lua; do not edit. */\n#include \"lua/vm/embedded.h\"\n\n", table.concat(arrays, "\n"),
    "\nconst un_module un_modules[] = {\n", table.concat(entries), "    {0, 0, 0}};\n",
    ("const size_t un_modules_count = %d;\nconst char un_modules_build[] = \"%016x\";\n"):format(#arg, build))
file:close()
