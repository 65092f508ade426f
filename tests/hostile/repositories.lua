--- Hostile repositories, made up: pipes, devices, directories, links in circles, sparse and endless files where a
--- lockfile, a project's name, a policy or a dry upgrade's outcome is looked for. Whatever it is, a check and an
--- activation answer: nothing blocks, nothing faults, no policy of the repository reaches a server or a file, and
--- what links lead to stays as it is. All of it lies in a directory of its own.

local command = require "command"
local effort = require "effort"
local luck = require "luck"
local runtimes = require "upnudge.runtime"

-- Units of tests/effort.lua; sanitizers are slow.
local MOST <const>, CHECK_MOST <const> = command.sanitised and 1000 or 24, command.sanitised and 4000 or 400

local pick <const> = luck.pick

local ELSEWHERE <const> = "root:x:0:0:root:/root:/bin/sh\n"
local GOOD <const> = '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"%d.0.0"}}}'

--- Shell commands that put something at $1; $2 is a size, $3 the directory of all.
local THINGS <const> = {
    'mkfifo "$1"', 'mkdir "$1"', 'ln -s "$1" "$1"', 'ln -s /dev/zero "$1"', 'ln -s /dev/tty "$1"',
    'truncate -s 60M "$1"', 'truncate -s 8T "$1"', 'head -c "$2" /dev/urandom >"$1"', ': >"$1"', 'ln -s /nowhere "$1"',
    'ln -s "$3/policy.lua" "$1"', 'ln -s "$3/elsewhere" "$1"',
    'from="$1"; i=0; while [ $i -lt 45 ]; do ln -s "$1.$i" "$from"; from="$1.$i"; i=$((i+1)); done; echo "{}" >"$from"',
    'printf \'{"name":"%s"}\' "$(head -c "$2" /dev/zero | tr "\\0" "\\303")" >"$1"',
    'printf \'{"name":"%s"}\' "$(head -c "$2" /dev/zero | tr "\\0" " ")x" >"$1"',
    'd="$1.d"; mkdir "$d"; ln -s "$d" "$1"; i=0; while [ $i -lt 200 ]; do : >"$d/$i"; i=$((i+1)); done',
}

local function put(work, path, size)
    local thing = pick(THINGS):gsub("%%", "%%%%")
    command.shell("rm -rf %s; mkdir -p %s; set -- %s %d %s; " .. thing, path, path:match "^(.*)/", path, size, work)
end

--- A policy of the repository that would have a database of its own.
local function policy_of(work, env)
    local inside = math.random(2) == 1
    local path = (inside and env or work) .. "/policy.lua"
    local url = pick { "sqlite:" .. work .. "/canary", "sqlite:" .. env .. "/canary", "sqlite:/dev/null/x",
        "sqlite:" .. work .. "/state/../canary" }
    command.write(path, ('return require "upnudge".policy { api = 1, name = "p", extends = "default", '
        .. 'strategy = "database", deadline = "50ms", database = "%s" }'):format(url))
    return path
end

local function run(_, size)
    local work = command.directory()
    local env = work .. "/env"
    local ok, fault = xpcall(function()
        command.must("mkdir -p %s/.flox %s/.git", env, env)
        command.write(env .. "/package-lock.json", GOOD:format(1))
        command.write(work .. "/elsewhere", ELSEWHERE)
        local policy = math.random(3) == 1 and policy_of(work, env) or "default"
        if math.random(2) == 1 then
            put(work, env .. "/.flox/env.json", size * 1000)
        end
        local when = math.random(3)
        if when == 1 then
            put(work, env .. pick { "/package-lock.json", "/Cargo.lock", "/.flox/env/manifest.lock" }, size * 1000)
        end
        if policy ~= "default" and math.random(3) == 1 then
            put(work, policy, size * 1000)
        end
        local answer = effort.within("a check", CHECK_MOST, function()
            local runtime <close> = assert(runtimes.open { state_dir = work .. "/state", policy = policy })
            local check = runtime:check_begin(env, { max_age = 0 })
            return check.state == "begun" and check:commit(GOOD:format(2)) or check
        end)
        assert(not answer.reason:find("a fault of upnudge", 1, true), answer.reason)
        if when == 2 then
            put(work, env .. "/package-lock.json", size * 1000)
        end
        local decision = effort.within("an activation", MOST, function()
            local runtime <close> = assert(runtimes.open { state_dir = work .. "/state", policy = policy })
            return runtime:notify(env, { tty = true })
        end)
        assert(not decision.reason:find("a fault of upnudge", 1, true), decision.reason)
        for _, place in ipairs { work, env } do
            local made = command.shell("test -e %s", place .. "/canary").code == 0
            assert(not made, "a database was made where a repository named it")
        end
        assert(command.read(work .. "/elsewhere") == ELSEWHERE, "a file that a link leads to was written")
    end, debug.traceback)
    command.remove(work)
    assert(ok, fault)
end

return { name = "repositories", cases = 60, run = run }
