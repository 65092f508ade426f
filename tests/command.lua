--- For specs: temporary directories and the command under test, as real processes.

local lfs = require "lfs"

local M = {}

M.build = os.getenv "BUILD" or "build"
M.program = lfs.currentdir() .. "/" .. M.build .. "/upnudge"

--- A plain Lua that finds us, as a word of the shell. Where we are sanitised it needs that run-time first.
M.lua = ("env %s LUA_PATH='%s/lua/?.lua;%s/lua/?/init.lua;;' LUA_CPATH='%s/%s/lib/?.so;;' lua5.4"):format(
    M.build:find "asan" and "LD_PRELOAD=$(gcc -print-file-name=libasan.so) ASAN_OPTIONS=detect_leaks=0" or "",
    lfs.currentdir(), lfs.currentdir(), lfs.currentdir(), M.build)

--- A word for the shell.
function M.quote(word)
    return "'" .. word:gsub("'", "'\\''") .. "'"
end

--- A fresh directory; remove it with M.remove.
function M.directory()
    local pipe = assert(io.popen "mktemp -d")
    local path = pipe:read "l"
    pipe:close()
    return path
end

function M.remove(path)
    assert(path:find "^/tmp/", path)
    os.execute("chmod -R u+rwx " .. M.quote(path) .. " 2>/dev/null; rm -rf " .. M.quote(path))
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

--- Runs a shell command: {out, err, code}. The variables that would silence a notice are unset, so
--- that the tests say the same in CI and at a desk; so are those that let busted load a sanitised
--- module, for sanitised programs look for leaks by themselves.
function M.shell(script)
    local directory = M.directory()
    local ok, how, code = os.execute(
        ("env -u LD_PRELOAD -u ASAN_OPTIONS -u CI -u CONTINUOUS_INTEGRATION -u BUILD_NUMBER -u RUN_ID -u TF_BUILD "
        .. "-u NO_UPDATE_NOTIFIER -u UPNUDGE_QUIET -u UPNUDGE_POLICY HOME=%s XDG_CONFIG_HOME=%s "
        .. "sh -c %s >%s/out 2>%s/err </dev/null"):format(
            directory, directory, M.quote(script), directory, directory))
    local result = { out = M.read(directory .. "/out"), err = M.read(directory .. "/err"),
        code = ok and 0 or (how == "exit" and code or 128 + code) }
    M.remove(directory)
    return result
end

--- Runs upnudge with words, each quoted.
function M.run(...)
    local words = { M.quote(M.program) }
    for _, word in ipairs { ... } do
        words[#words + 1] = M.quote(tostring(word))
    end
    return M.shell(table.concat(words, " "))
end

return M
