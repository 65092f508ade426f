--- The environment of a host: what of it is for us, and that a set-uid host reads nothing of it.

local command = require "command"
local stage = require "stage"

local NOW <const> = stage.NOW

local work

before_each(function()
    work = stage.set()
end)

after_each(stage.strike)

--- A policy whose strategy, a team's own, requires a module that lies elsewhere.
local function own_strategy()
    command.must 'mkdir -p "$work/upnudge/strategy" "$work/elsewhere"'
    command.write(work .. "/elsewhere/elsewhere.lua", 'return "found"')
    command.write(work .. "/upnudge/strategy/own.lua", [[
        local _, said = pcall(require, "elsewhere")
        said = said:match "^[^\n:]*"
        return { read = function() return nil, said end, claim = print,
            commit_check = function(record, directory, fields) return record:commit(directory, fields) end }]])
    command.write(work .. "/own.lua", 'local u = require "upnudge"\nreturn u.policy { api = 1, name = "own", '
        .. 'extends = "default", strategy = "own" }')
end

describe("the variables of somebody's Lua", function()
    local VARIABLES <const> = 'UPNUDGE_LUA_PATH="$work/?.lua" '
        .. 'LUA_PATH="$work/elsewhere/?.lua;;" LUA_PATH_5_4="$work/elsewhere/?.lua;;" LUA_CPATH="$build/lib/?.so" '
        .. 'LUA_INIT="os.exit(3)" LUA_INIT_5_4="os.exit(3)" '

    before_each(own_strategy)

    it("mean nothing to the library", function()
        command.must('"$build/tests/host/embed" "$state" default check "$env" %d "$new"', NOW)
        assert.equal("quiet: module 'elsewhere' not found\n", command.must(
            VARIABLES .. '"$build/tests/host/embed" "$state" "$work/own.lua" notify "$env" %d', NOW))
    end)

    it("mean nothing to the command", function()
        command.must('"$upnudge" check "$env" --state-dir "$state" --now %d --new "$new"', NOW)
        command.must(VARIABLES .. '"$upnudge" notify "$env" --state-dir "$state" --now %d --tty --policy "$work/own.lua"', NOW)
        assert.is_truthy(command.must '"$upnudge" explain "$env" --state-dir "$state" --log':find("module 'elsewhere' not found", 1, true))
    end)
end)

-- A sanitiser's run-time refuses to be set-uid.
if command.sanitised then
    return
end

describe("a set-uid host", function()
    --- A host and our library where everybody may read them; it runs as root, whoever starts it.
    local function install()
        command.must('mkdir "$work/bin" && cp "$build/libupnudge.so.0" "$build/upnudge-json.so" "$work/bin" '
            .. '&& ln -s libupnudge.so.0 "$work/bin/libupnudge.so" '
            .. '&& ${CC:-cc} -I. tests/host/embed.c -o "$work/bin/plain" -L"$work/bin" -lupnudge -Wl,-rpath,"$work/bin" '
            .. '&& cp "$work/bin/plain" "$work/bin/secure" && cp "$(command -v id)" "$work/bin/id" '
            .. '&& chmod 755 "$work" "$work/bin" && chmod u+s "$work/bin/secure" "$work/bin/id" && chmod -R a+rX "$work"')
    end

    local function as_nobody(script, ...)
        return command.shell("setpriv --reuid=65534 --regid=65534 --clear-groups env " .. script, ...)
    end

    it("reads no variable", function()
        if command.must "id -u" ~= "0\n" then
            return pending "only root can make a host that runs as root"
        end
        own_strategy()
        install()
        if as_nobody('"$work/bin/id" -u').out ~= "0\n" then
            return pending "programs are not set-uid where temporary files are"
        end
        local VARIABLES <const> = 'UPNUDGE_POLICY="$work/own.lua" UPNUDGE_LUA_PATH="$work/?.lua;$work/elsewhere/?.lua" '
            .. 'XDG_CACHE_HOME="$work/cache" XDG_STATE_HOME="$work/own" XDG_RUNTIME_DIR="$work" UPNUDGE_STATE_DIR="$work/one" '
            .. 'HOME="$work" NO_UPDATE_NOTIFIER= '
        -- As oneself, that variable alone would silence it.
        command.must('"$work/bin/plain" "$state" default check "$env" %d "$new"', NOW)
        assert.equal("quiet: NO_UPDATE_NOTIFIER is set\n",
            command.must(VARIABLES .. '"$work/bin/plain" "$state" default notify "$env" %d', NOW + 1))
        local told = as_nobody(VARIABLES .. '"$work/bin/secure" "$state" default notify "$env" %d', NOW + 1)
        assert.is_truthy(told.out:find "^2 version changes and 1 rebuild", told.out .. told.err)
        -- Nor does a policy find a strategy where such a variable leads.
        assert.equal("quiet: found\n", command.must(
            'UPNUDGE_LUA_PATH="$work/?.lua;$work/elsewhere/?.lua" "$work/bin/plain" "$state" "$work/own.lua" notify "$env" %d', NOW + 1))
        told = as_nobody(VARIABLES .. '"$work/bin/secure" "$state" "$work/own.lua" notify "$env" %d', NOW + 1)
        assert.is_truthy(told.out:find("own.lua has a mistake; using 'default'", 1, true), told.out .. told.err)
    end)

    it("gives none to the program that asks a database, and runs none that lies beside it", function()
        if command.must "id -u" ~= "0\n" then
            return pending "only root can make a host that runs as root"
        end
        install()
        if as_nobody('"$work/bin/id" -u').out ~= "0\n" then
            return pending "programs are not set-uid where temporary files are"
        end
        command.write(work .. "/bin/upnudge-cli", '#!/bin/sh\nexec /bin/cat /proc/$$/environ >"$0.seen"\n')
        command.must '>"$work/bin/upnudge-cli.seen"; chmod 666 "$work/bin/upnudge-cli.seen"; chmod 755 "$work/bin/upnudge-cli"'
        local path = stage.policy '{ api = 1, name = "p", extends = "default", strategy = "database" }'
        command.must('"$work/bin/plain" "$state" default check "$env" %d "$new"', NOW)
        local function seen(ask, program, now)
            command.must '>"$work/bin/upnudge-cli.seen"'
            local told = ask('PGHOST=elsewhere "$work"/bin/%s "$state" %s notify "$env" %d', program, path, now)
            assert.is_truthy(told.out:find("the question was not answered", 1, true), told.out .. told.err)
            return command.read(work .. "/bin/upnudge-cli.seen"):find "PGHOST=elsewhere" ~= nil
        end
        assert.is_true(seen(command.shell, "plain", NOW + 1))
        assert.is_false(seen(as_nobody, "secure", NOW + 1000))
        -- Where a program lies says whoever made a link to it, so nothing beside it is run as somebody else.
        command.must 'cp "$upnudge" "$work/bin/tool"; chmod 4755 "$work/bin/tool"; >"$work/bin/upnudge-cli.seen"'
        assert.is_truthy(as_nobody '"$work/bin/tool" list'.err:find("cannot find upnudge-cli", 1, true))
        assert.equal("", command.read(work .. "/bin/upnudge-cli.seen"))
        command.must '"$work/bin/tool" list'
        assert.not_equal("", command.read(work .. "/bin/upnudge-cli.seen"))
    end)
end)
