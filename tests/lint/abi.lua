--- Compares what programs rely on that were compiled with an earlier upnudge.h, with what the header says now:
--- functions, values of enums and the layout of structs, where `long` and pointers have 64 bits.
---
--- usage: lua5.4 abi.lua HEADER LIST [--write]
---
--- The C compiler, $CC, says what is where. What is new is missing in the list: --write adds it. What is in the list
--- and has changed would break programs that are there, and is a fault in either case; for a version that nobody has
--- yet, remove the list first.

local header, list, write = arg[1], arg[2], arg[3] == "--write"
local HEAD <const> = [[
# What programs rely on that were compiled with an upnudge.h before this one. `make generated` adds to it;
# what is here stays (tests/lint/abi.lua).
]]

local faults = {}

local function fault(message, ...)
    faults[#faults + 1] = message:format(...)
end

local function read(path)
    local file = io.open(path, "rb")
    local text = file and file:read "a"
    if file then file:close() end
    return text
end

-- ---- what the header declares -------------------------------------------------------------------

local source = assert(read(header), header):gsub("/%*.-%*/", ""):gsub("\\\n", " ")

--- "upnudge **out" as "upnudge **": what a parameter is called binds nobody.
local function without_name(parameter)
    parameter = parameter:gsub("^%s+", ""):gsub("%s+", " ")
    return parameter:find "%(" and parameter or parameter:gsub("([%s*])[%w_]+$", "%1"):gsub(" $", "")
end

local function functions()
    local found = {}
    for result, name, parameters in source:gmatch "UPNUDGE_API%s+([^;(]-)([%w_]+)(%b());" do
        local types = {}
        for parameter in (parameters:sub(2, -2) .. ","):gmatch "([^,]+)," do
            types[#types + 1] = without_name(parameter)
        end
        found[#found + 1] = ("function %s = %s (%s)"):format(name, result:gsub("%s+$", ""), table.concat(types, ", "))
    end
    return found
end

--- "const char *text" or "void (*log)(int)": its name and its type.
local function field_of(declaration)
    declaration = declaration:gsub("^%s+", ""):gsub("%s+", " ")
    local name = declaration:match "%(%*([%w_]+)%)" or declaration:match "([%w_]+)%s*%b[]$"
        or declaration:match "([%w_]+)$"
    return name, declaration:gsub("([%s*])" .. name .. "%f[^%w_]", "%1"):gsub(" $", "")
end

--- Lines of C that print a struct's size and its fields.
local function struct_lines(name, body)
    local lines = { ('printf("struct %s = %%zu\\n", sizeof(%s));'):format(name, name) }
    for declaration in body:gmatch "([^;{}]+);" do
        local field, kind = field_of(declaration)
        lines[#lines + 1] = ('printf("field %s.%s = %%zu, %%zu, %s\\n", offsetof(%s, %s), sizeof(((%s *)0)->%s));')
            :format(name, field, kind, name, field, name, field)
    end
    return table.concat(lines, "\n")
end

local function enum_lines(name, body)
    local lines = { ('printf("enum %s = %%zu\\n", sizeof(%s));'):format(name, name) }
    for value in body:gmatch "([%u_][%u%d_]*)%s*[=,}]" do
        lines[#lines + 1] = ('printf("value %s = %%d\\n", (int)%s);'):format(value, value)
    end
    return table.concat(lines, "\n")
end

local function program()
    local lines = { "#include <stddef.h>", "#include <stdio.h>", source, "int main(void) {",
        "if (sizeof(long) != 8 || sizeof(void *) != 8) return 3;" }
    for name, body in source:gmatch "typedef enum ([%w_]+)%s*(%b{})" do
        lines[#lines + 1] = enum_lines(name, body)
    end
    for name, body in source:gmatch "typedef struct ([%w_]+)%s*(%b{})" do
        lines[#lines + 1] = struct_lines(name, body)
    end
    return table.concat(lines, "\n") .. "\nreturn 0;\n}\n"
end

-- ---- what there is ------------------------------------------------------------------------------

--- Compiles and runs the program. nil where the machine is another one than those the list is of.
local function run(text)
    local path = os.tmpname()
    local file = assert(io.open(path .. ".c", "w"))
    file:write(text)
    file:close()
    local pipe = io.popen(("%s -std=c11 -o '%s' '%s.c' && '%s'"):format(os.getenv "CC" or "cc", path, path, path))
    local printed = pipe:read "a"
    local _, _, code = pipe:close()
    os.remove(path)
    os.remove(path .. ".c")
    if code == 3 then
        return nil
    elseif code ~= 0 then
        print(("abi: %s does not compile"):format(header))
        os.exit(1)
    end
    return printed
end

--- Lines "KIND NAME = WHAT", by what stands before the equals sign.
local function entries_of(text)
    local entries = { order = {} }
    for line in text:gmatch "[^\n]+" do
        local key, what = line:match "^(%l+ %S+) = (.*)$"
        if key then
            entries[key] = what
            entries.order[#entries.order + 1] = key
        end
    end
    return entries
end

-- ---- what may be --------------------------------------------------------------------------------

--- What is in the list is as it was; but structs may have grown.
local function check_old(old, now)
    for _, key in ipairs(old.order) do
        local was, is = old[key], now[key]
        local grown = key:find "^struct" and is and tonumber(is) > tonumber(was)
        if not is then
            fault("%s is gone, on which programs rely", key)
        elseif was ~= is and not grown then
            fault("%s was %s and is %s, on which programs rely", key, was, is)
        end
    end
end

--- What is new in a struct stands behind all that was there, and leaves no room in which the next field would hide.
local function check_layout(old, now)
    local ends = {}
    for _, key in ipairs(now.order) do
        local struct, name = key:match "^field (.*)%.(.*)$"
        local offset, size = now[key]:match "^(%d+), (%d+)"
        if struct then
            local was = tonumber(old["struct " .. struct] or 0)
            ends[struct] = offset + size | 0
            if not old[key] and tonumber(offset) < was then
                fault("%s is new and stands at %s: the end of what was there is at %d", key, offset, was)
            elseif (name == "size") ~= (offset == "0") then
                fault("%s stands at %s: a struct begins with its size", key, offset)
            end
        end
    end
    for struct, last in pairs(ends) do
        if last ~= tonumber(now["struct " .. struct]) then
            fault("struct %s ends in padding, in which the next field would hide from its size: fill it", struct)
        end
    end
end

local printed = run(program())
if not printed then
    print "abi: the list is of other machines than this one: not compared"
    os.exit(true)
end
local text = table.concat(functions(), "\n") .. "\n" .. printed
local old, now = entries_of(read(list) or ""), entries_of(text)
check_old(old, now)
check_layout(old, now)
if #faults == 0 and write then
    local file = assert(io.open(list, "w"))
    file:write(HEAD, text)
    file:close()
elseif #faults == 0 and read(list) ~= HEAD .. text then
    for _, key in ipairs(now.order) do
        if old[key] ~= now[key] then
            fault("%s = %s is new", key, now[key])
        end
    end
    fault("%s is not up to date; make generated mends that", list)
end
for _, message in ipairs(faults) do
    print("abi: " .. message)
end
os.exit(#faults == 0)
