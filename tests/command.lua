--- For specs: files, and the command under test, as real processes.

local lfs = require "lfs"
local surroundings = require "surroundings"

local M = {}

M.build = os.getenv "BUILD" or "build"
M.root = lfs.currentdir()
M.program = ("%s/%s/upnudge"):format(M.root, M.build)
-- A sanitised program is slow to start, and not everybody can load one.
M.sanitised = M.build:find "asan" ~= nil

--- Variables that every script has, beside those of this process: `$upnudge` is the program.
---@type table<string, string>
M.variables = { upnudge = M.program, root = M.root, build = ("%s/%s"):format(M.root, M.build) }

-- Variables that no script has. Some let busted load a sanitised module, but sanitised programs look for leaks by
-- themselves.
local UNSET <const> = { "LD_PRELOAD", "ASAN_OPTIONS", table.unpack(surroundings) }

--- A word for the shell.
---@param word string|number
---@return string
function M.quote(word)
    return "'" .. tostring(word):gsub("'", "'\\''") .. "'"
end

--- Words for the shell, in one line.
---@param ... string|number
---@return string
function M.words(...)
    local words = { ... }
    for i, word in ipairs(words) do
        words[i] = M.quote(word)
    end
    return table.concat(words, " ")
end

--- A script whose every %s becomes a quoted word; without words it is taken as it stands.
---@param script string
---@param ... string|number
---@return string
function M.script(script, ...)
    local words = table.pack(...)
    for i = 1, words.n do
        words[i] = type(words[i]) == "number" and words[i] or M.quote(words[i])
    end
    return words.n > 0 and script:format(table.unpack(words)) or script
end

local LUA <const> = os.getenv "LUA" or "lua5.4"

--- A plain Lua that finds us, as words of the shell. Where we are sanitised it needs that run-time first.
M.lua = ("env %s LUA_PATH=%s LUA_CPATH=%s %s"):format(
    M.sanitised and "LD_PRELOAD=$(gcc -print-file-name=libasan.so) ASAN_OPTIONS=detect_leaks=0" or "",
    M.quote(("%s/lua/?.lua;%s/lua/?/init.lua;;"):format(M.root, M.root)),
    M.quote(("%s/%s/lib/?.so;;"):format(M.root, M.build)), M.quote(LUA))

--- A fresh directory, with a space in its name so that nothing can forget to quote it; remove it with M.remove.
---@return string
function M.directory()
    local pipe = assert(io.popen "mktemp -d -t 'upnudge test.XXXXXXXX'")
    local path = pipe:read "l"
    assert(pipe:close() and path, "no place for temporary files")
    return path
end

function M.remove(path)
    assert(path:find("/upnudge test.", 1, true), path)
    os.execute(("chmod -R u+rwx %s 2>/dev/null; rm -rf %s"):format(M.quote(path), M.quote(path)))
end

function M.write(path, text)
    local file = assert(io.open(path, "wb"))
    file:write(text)
    file:close()
end

function M.read(path)
    local file = io.open(path, "rb")
    local text = file and file:read "a"
    if file then
        file:close()
    end
    return text
end

--- The variables of a script, as words for `env`.
local function assignments(home)
    local words = {}
    for _, name in ipairs(UNSET) do
        words[#words + 1] = "-u " .. name
    end
    for name, value in pairs(M.variables) do
        words[#words + 1] = name .. "=" .. M.quote(value)
    end
    words[#words + 1] = ("HOME=%s XDG_CONFIG_HOME=%s"):format(M.quote(home), M.quote(home))
    return table.concat(words, " ")
end

-- Where scripts have their HOME and their output: one directory, which is empty before each.
local scratch

local function clean_scratch()
    if not scratch or os.remove(scratch.path .. "/out") and os.remove(scratch.path .. "/err")
        and lfs.rmdir(scratch.path .. "/home") and lfs.mkdir(scratch.path .. "/home") then
        return
    end
    M.remove(scratch.path)
    scratch.path, scratch = nil, nil
end

local function fresh_scratch()
    -- It goes with this process.
    scratch = scratch or setmetatable({ path = M.directory() }, { __gc = function(self)
        if self.path then
            M.remove(self.path)
        end
    end })
    lfs.mkdir(scratch.path .. "/home")
    return scratch.path
end

--- Runs a shell script; every %s in it becomes a quoted word.
---@param script string
---@param ... string|number
---@return {out: string, err: string, code: integer}
function M.shell(script, ...)
    local directory = fresh_scratch()
    local out, err = directory .. "/out", directory .. "/err"
    local ok, how, code = os.execute(("exec env %s sh -c %s >%s 2>%s </dev/null"):format(
        assignments(directory .. "/home"),
        M.quote(M.script(script, ...)), M.quote(out), M.quote(err)))
    local result = { out = M.read(out), err = M.read(err), code = ok and 0 or (how == "exit" and code or 128 + code) }
    clean_scratch()
    return result
end

--- The same for what cannot fail: raises when it does.
---@param script string
---@param ... string|number
---@return string out
function M.must(script, ...)
    local result = M.shell(script, ...)
    if result.code ~= 0 then
        error(("%s: exit %d: %s"):format(M.script(script, ...), result.code, result.err .. result.out), 2)
    end
    return result.out
end

--- What a product carries: its modules and policies, by the names in its table.
---@param product string
---@return table<string, true>
function M.embedded(product)
    local names = {}
    for name in M.read(("%s/modules/%s.c"):format(M.build, product)):gmatch '\n    {"([^"]+)"' do
        names[name] = true
    end
    return names
end

--- Runs upnudge with words.
---@param ... string|number
---@return {out: string, err: string, code: integer}
function M.run(...)
    return M.shell('"$upnudge" ' .. M.words(...))
end

return M
