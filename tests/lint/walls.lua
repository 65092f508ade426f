--- Holds the walls between the rooms of lua/: who may require whom, and no circles.
---
--- usage: lua5.4 walls.lua [ROOT]
---
--- Reads every module of ROOT/lua/upnudge and every C file of ROOT/lua without running them, lazy requires and
--- names in tables included: a string that is a module's name is an arrow, wherever it stands.

--- The floors of our two towers, from the top: who stands on one may require it and what lies below. Trusted
--- code is the first tower; what runs in the policy VM is the second; lib is the ground of both. `testing` and
--- `upnudge` are the faces testing.lua and init.lua; lua/... are the rooms of C.
local TOWERS <const> = {
    { "lua/command", "testing", "cli", "tools", "lua/api", "upnudge", "runtime", "checker", "advisory", "lockfile",
        "policy", "strategy", "record", "upnudge.core", "lib", "lua/bind" },
    { "lua/vm", "sandbox", "language", "lib" },
}
--- The one bridge: tools read the schema of the language, from which the reference is made.
local BRIDGES <const> = { tools = "upnudge.language.schema" }
--- Libraries that the policy VM has. A module of lib that needs another one is for the trusted tower alone.
local LIBRARIES_OF_VM <const> = { math = true, string = true, table = true, utf8 = true }
--- Types for editors are never run.
local NEVER_RUN <const> = "^lua/upnudge/meta/"

local root = arg[1] or "."
local faults = {}

local function fault(message, ...)
    faults[#faults + 1] = message:format(...)
end

local function files(kind)
    local pipe = assert(io.popen(("cd '%s' && find lua -name '*.%s' | LC_ALL=C sort"):format(root:gsub("'", "'\\''"),
        kind)))
    local list = {}
    for path in pipe:lines() do
        list[#list + 1] = not path:find(NEVER_RUN) and path or nil
    end
    pipe:close()
    return list
end

local function read(path)
    local file = assert(io.open(root .. "/" .. path, "rb"))
    local source = file:read "a"
    file:close()
    return source
end

--- The comment or the string in long brackets or quotes that begins there: its kind, its end and its text.
local function literal(source, at)
    local comment = source:match("^%-%-()", at)
    local equals = source:match("^%[(=*)%[", comment or at)
    if equals then
        local _, last = source:find("]" .. equals .. "]", at, true)
        return comment and "comment" or "string", last or #source, ""
    elseif comment then
        return "comment", (source:find("\n", at, true) or #source + 1) - 1
    end
    local quote, last = source:match("^[\"']", at), at
    while quote do
        last = source:find("[\\\n" .. quote .. "]", last + 1) or #source
        if source:sub(last, last) ~= "\\" then
            return "string", last, source:sub(at + 1, last - 1)
        end
        last = last + 1
    end
end

--- The tokens of a Lua source as far as requires need them: {kind, text, line} of names, strings and signs.
local function tokens_of(source)
    local list, at, line = {}, 1, 1
    while at <= #source do
        local kind, last, text = literal(source, at)
        if not kind then
            text = source:match("^[%a_][%w_]*", at) or source:match("^%s+", at) or source:sub(at, at)
            kind, last = text:find "^[%a_]" and "name" or text:find "^%s" and "space" or "sign", at + #text - 1
        end
        if kind ~= "comment" and kind ~= "space" then
            list[#list + 1] = { kind = kind, text = text, line = line }
        end
        line = line + select(2, source:sub(at, last):gsub("\n", ""))
        at = last + 1
    end
    return list
end

local modules, names = {}, {}
local NONE <const> = { kind = "none", text = "" }

--- Every module whose name begins so.
local function with_prefix(prefix)
    local list = {}
    for _, name in ipairs(names) do
        list[#list + 1] = name:sub(1, #prefix) == prefix and name or nil
    end
    return list
end

--- The argument of the `require` at `i`: its string and whether more is put behind it; nil: it is none.
local function argument(tokens, i)
    local behind = tokens[i + 1] or NONE
    local string = behind.kind == "string" and behind or behind.text:find "^[(,]$" and tokens[i + 2] or NONE
    if string.kind == "string" then
        return string, string ~= behind and (tokens[i + 3] or NONE).text == "."
    end
end

--- Whether the name at `i` calls our require, and is no field or method and not what is assigned to.
local function is_call(tokens, i)
    local before, behind = tokens[i - 1] or NONE, tokens[i + 1] or NONE
    return tokens[i].kind == "name" and tokens[i].text == "require" and before.text ~= "." and before.text ~= ":"
        and before.text ~= "local" and behind.text ~= "="
end

--- Adds to the module's arrows what its source requires.
local function read_arrows(module)
    local tokens, named, computed, seen = tokens_of(read(module.path)), false, nil, {}
    local function arrow(to, line)
        module.arrows[#module.arrows + 1] = not seen[to] and { to = to, line = line } or nil
        seen[to] = true
    end
    for i, token in ipairs(tokens) do
        if is_call(tokens, i) then
            local string, is_prefix = argument(tokens, i)
            computed = computed or not string and token.line
            if string and not is_prefix then
                arrow(string.text, token.line)
            end
            for _, name in ipairs(string and is_prefix and with_prefix(string.text) or {}) do
                arrow(name, token.line)
            end
        elseif token.kind == "string" and token.text:find(".", 1, true) and modules[token.text] then
            named = true
            arrow(token.text, token.line)
        end
    end
    if computed and not named then
        fault("%s:%d requires a name that no string of the file has: write the module's name out", module.path,
            computed)
    end
end

--- What C asks `require` for is pushed as a literal.
local function read_c(path)
    local unit, line = { path = path, floor = path:match "^lua/[^/]+", name = path, arrows = {} }, 0
    for text in read(path):gmatch "[^\n]*" do
        line = line + 1
        local name = text:match 'lua_pushliteral%(%a+, "(upnudge[%w_.]*)"%)'
            or text:match 'un_runtime_require%(%a+, "(upnudge[%w_.]*)", "%a+"%)'
        unit.arrows[1 + #unit.arrows] = name and { to = name, line = line }
    end
    return unit
end

local function floor_of(name)
    return name == "upnudge.core" and name or name:match "^upnudge%.(%w+)" or name
end

--- How many floors down it is from one floor to another in a tower; nil: they share none.
local function descent(from, to)
    for _, tower in ipairs(TOWERS) do
        local places = {}
        for i, floor in ipairs(tower) do
            places[floor] = i
        end
        if places[from] and places[to] then
            return places[to] - places[from]
        end
    end
end

local function check_arrow(module, arrow)
    local to = floor_of(arrow.to)
    if not arrow.to:find "^upnudge%f[.\0]" or BRIDGES[module.floor] == arrow.to then
        return
    elseif arrow.to ~= "upnudge.core" and not modules[arrow.to] then
        return fault("%s:%d requires %s, which is not there", module.path, arrow.line, arrow.to)
    end
    local down = descent(module.floor, to)
    if not down then
        fault("%s:%d requires %s, but no arrow leads from %s to %s: one runs in the policy VM, the other does not",
            module.path, arrow.line, arrow.to, module.floor, to)
    elseif down < 0 then
        fault("%s:%d requires %s, but %s stands above %s, and arrows go down", module.path, arrow.line, arrow.to, to,
            module.floor)
    end
end

--- A library that the policy VM lacks and that the module needs, itself or through others; and who needs it.
local function foreign_library(name, seen)
    seen[name] = true
    for _, arrow in ipairs(modules[name] and modules[name].arrows or {}) do
        if not arrow.to:find "^upnudge%f[.\0]" and not LIBRARIES_OF_VM[arrow.to] then
            return arrow.to, name
        elseif not seen[arrow.to] then
            local library, by = foreign_library(arrow.to, seen)
            if library then
                return library, by
            end
        end
    end
end

--- Each arrow out of the second tower's own rooms leads to what can be loaded there.
local function check_libraries(module)
    for _, arrow in ipairs(module.arrows) do
        local library, by = foreign_library(arrow.to, {})
        if not arrow.to:find "^upnudge%f[.\0]" and not LIBRARIES_OF_VM[arrow.to] then
            fault("%s:%d requires %s, which the policy VM has not", module.path, arrow.line, arrow.to)
        elseif library and floor_of(arrow.to) == "lib" then
            fault("%s:%d requires %s, but %s needs %s, which the policy VM has not", module.path, arrow.line, arrow.to,
                by, library)
        end
    end
end

--- Tells every arrow that closes a circle, walking from one module along all arrows.
local function check_circles(name, trail, state)
    state[name] = "open"
    trail[#trail + 1] = name
    for _, arrow in ipairs(modules[name].arrows) do
        if state[arrow.to] == "open" then
            local from = #trail
            while trail[from] ~= arrow.to do
                from = from - 1
            end
            fault("%s:%d closes a circle: %s -> %s", modules[name].path, arrow.line,
                table.concat(trail, " -> ", from), arrow.to)
        elseif modules[arrow.to] and not state[arrow.to] then
            check_circles(arrow.to, trail, state)
        end
    end
    trail[#trail] = nil
    state[name] = "walked"
end

for _, path in ipairs(files "lua") do
    local name = path:match "^lua/(upnudge.*)%.lua$"
    if name then
        name = name:gsub("/init$", ""):gsub("/", ".")
        modules[name] = { name = name, path = path, floor = floor_of(name), arrows = {} }
        names[#names + 1] = name
    end
end
table.sort(names)
local state = {}
for _, name in ipairs(names) do
    read_arrows(modules[name])
end
for _, name in ipairs(names) do
    local module = modules[name]
    if not descent(module.floor, module.floor) then
        fault("%s stands in a room that no tower has: %s", module.path, module.floor)
    end
    for _, arrow in ipairs(module.arrows) do
        check_arrow(module, arrow)
    end
    if module.floor == "sandbox" or module.floor == "language" then
        check_libraries(module)
    end
    if not state[name] then
        check_circles(name, {}, state)
    end
end
for _, path in ipairs(files "c") do
    local unit = read_c(path)
    for _, arrow in ipairs(unit.arrows) do
        check_arrow(unit, arrow)
    end
end

for _, message in ipairs(faults) do
    print(message)
end
os.exit(#faults == 0)
