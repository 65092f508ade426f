--- Hosts in many languages (tests/hosts/), as somebody would write them in an afternoon: at a terminal each is told of
--- its environment once after a check, and says in words what fails.

local command = require "command"
local stage = require "stage"

-- Seconds after which a host counts as hanging.
local HANG <const> = 300

-- Compilers may be those of the person who runs the tests.
local HOME <const> = "HOME=" .. command.quote(os.getenv "HOME" or "/") .. " "

local LINK <const> = (command.sanitised and "-fsanitize=address,undefined " or "")
    .. '-L"$build" -lupnudge -Wl,-rpath,"$build"'

---@class test.LanguageHost
---@field app string
---@field hint? string what the notice names, where not "acme upgrades": a pattern
---@field needs string the program without which there is no such host here, as words that succeed
---@field build? string script that makes $work/acme
---@field run string words that `activate DIR` and `check DIR` follow
---@field command? boolean whether it runs the command, which runs its dry upgrade
---@field apart? boolean whether the library is in another process, which is sanitised where it has to be

---@type table<string, test.LanguageHost>
local HOSTS <const> = {
    c = { app = "acme-in-c", needs = "${CC:-cc} --version", run = '"$work/acme"', apart = true,
        build = '${CC:-cc} -std=c11 -Wall -Wextra -Werror -Ilua/api tests/hosts/acme.c -o "$work/acme" ' .. LINK },
    ["c++"] = { app = "acme-in-cpp", needs = "${CXX:-c++} --version", run = '"$work/acme"', apart = true,
        build = '${CXX:-c++} -std=c++11 -Wall -Wextra -Werror -Ilua/api tests/hosts/acme.cc -o "$work/acme" ' .. LINK },
    lua = { app = "acme-in-lua", needs = command.lua .. " -v", run = command.lua .. " tests/hosts/acme.lua", apart = true },
    luajit = { app = "acme-in-luajit", needs = "luajit -v",
        run = 'LD_LIBRARY_PATH="$build" luajit tests/hosts/acme-luajit.lua' },
    python = { app = "acme-in-python", needs = "python3 --version",
        run = 'LD_LIBRARY_PATH="$build" python3 tests/hosts/acme.py' },
    rust = { app = "acme-in-rust", needs = HOME .. "rustc --version", run = '"$work/acme"',
        build = HOME .. 'rustc --edition 2021 -D warnings tests/hosts/acme.rs -o "$work/acme" -L "$build" '
            .. '-C link-arg=-Wl,-rpath,"$build"' },
    go = { app = "acme-in-go", needs = "go version", run = '"$work/acme"',
        build = 'GO111MODULE=off GOCACHE="$work/go" CGO_CFLAGS="\'-I$root/lua/api\'" '
            .. 'CGO_LDFLAGS="\'-L$build\' \'-Wl,-rpath,$build\'" go build -o "$work/acme" tests/hosts/acme.go' },
    node = { app = "acme-in-node", needs = "node --version", run = 'PATH="$build:$PATH" node tests/hosts/acme.js',
        apart = true, command = true },
    shell = { app = "acme-in-sh", hint = "upnudge show .* %-%-app acme%-in%-sh", needs = "true", apart = true, command = true,
        run = 'PATH="$build:$PATH" sh tests/hosts/acme.sh' },
}

-- What the command writes to a terminal: it has run the dry upgrade, whose report tells of a security fix.
local FIX <const> = "^\27%%[1;31m1 security fix\27%%[0m and 2 other version changes of your packages and 1 of theirs available in webshop.\n"
    .. "Use '%s' for details.\n$"
-- What a host writes that commits bytes, which tell of none.
local NOTICE <const> = "^3 version changes of your packages and 1 of theirs available in webshop.\nUse '%s' for details.\n$"

local work

before_each(function()
    work = stage.set()
    command.must 'rm -r "$env" && cp -r tests/fixtures/webshop "$env"'
end)

after_each(stage.strike)

--- What such a host prints at a terminal, and its exit code. Its input is the upgraded lockfile, unless `setup` says
--- otherwise, which is put before it.
local function at_terminal(host, task, setup)
    command.write(work .. "/script", ('export XDG_CACHE_HOME="$state" XDG_STATE_HOME="$state/own"; exec <"$env/upgraded.json"; cd "$root"; %s %s %s')
        :format(setup or "", host.run, task))
    local said = command.shell('python3 tests/terminal.py %d sh "$work/script"', HANG)
    return { said.out:gsub("\nacme_news=yes\n$", "\n"), said.code }
end

local function shown(host)
    return command.shell('XDG_CACHE_HOME="$state" "$upnudge" show "$env" --app %s', host.app).out
end

for name, host in pairs(HOSTS) do
    describe("a host in " .. name, function()
        local function with_host(title, body)
            it(title, function()
                if command.sanitised and not host.apart then
                    return pending "the library is sanitised, and this process is not"
                elseif command.shell(host.needs).code ~= 0 then
                    return pending("there is no " .. (host.needs:match "(%S+) %S+$"))
                end
                command.must(host.build or "true")
                body()
            end)
        end

        with_host("is told once, after a check, and finds out no more than once a day", function()
            local notice, code = table.unpack(at_terminal(host, 'check "$env"'))
            assert.same({ "", 0 }, { notice:gsub("^checked: 4 version changes; 1 security fix\n$", ""), code })
            assert.is_truthy(shown(host):find("lodash  4.17.20 -> 4.17.21", 1, true), shown(host))
            notice, code = table.unpack(at_terminal(host, 'activate "$env"'))
            assert.is_truthy(notice:find((host.command and FIX or NOTICE):format(host.hint or "acme upgrades")), notice)
            assert.equal(0, code)
            assert.same({ "", 0 }, at_terminal(host, 'activate "$env"'))
            notice, code = table.unpack(at_terminal(host, 'check "$env"'))
            assert.is_truthy(notice:find "^%l+: checked [^\n]* ago; 4 version changes[^\n]*\n$", notice)
            assert.equal(0, code)
        end)

        with_host("finds out in the background", function()
            command.must [[printf '#!/bin/sh\necho >"%s/ran"\ncat "%s/upgraded.json"\n' "$work" "$env" >"$env/dry-upgrade"]]
            assert.same({ "", 0 }, at_terminal(host, 'activate "$env"'))
            stage.await("the check in the background", function()
                return shown(host):find("lodash  4.17.20 -> 4.17.21", 1, true) ~= nil
            end)
            assert.equal("\n", command.read(work .. "/ran"))
            command.must 'rm "$work/ran"'
            at_terminal(host, 'activate "$env"')
            assert.is_nil(command.read(work .. "/ran"))
        end)

        with_host("says in words what fails, and an activation is silent then", function()
            local function fails(words, task, setup)
                local said, code = table.unpack(at_terminal(host, task, setup))
                assert.is_truthy(said:find("^%l+: [^\n]*" .. words .. "[^\n]*\n$"), task .. ": " .. said)
                assert.equal(1, code, task)
            end
            fails("nowhere: cannot find the directory", 'check "$work/nowhere"')
            assert.same({ "", 0 }, at_terminal(host, 'activate "$work/nowhere"'))
            fails("no state directory: set HOME", 'check "$env"', "unset HOME XDG_CACHE_HOME XDG_STATE_HOME;")
            command.must('mkdir -p "$state"/upnudge/%s && chmod 777 "$state"/upnudge/*', host.app)
            fails("others can write to it", 'check "$env"')
            assert.same({ "", 0 }, at_terminal(host, 'activate "$env"'))
            command.must 'chmod 700 "$state"/upnudge/*; echo "no lockfile" >"$env/upgraded.json"'
            fails("", 'check "$env"')
            -- Whoever is too early is told of it; the command tries again for whoever waits for it.
            local early = at_terminal(host, 'check "$env"')[1]
            assert.equal(not host.command, early:find "the check failed .* is tried again in" ~= nil, early)
        end)
    end)
end

describe("the host in C++", function()
    it("lets go of its check when its dry upgrade throws", function()
        command.must(HOSTS["c++"].build)
        assert.same({ "acme: the dry upgrade printed nothing\n", 1 }, at_terminal(HOSTS["c++"], 'check "$env"', "exec </dev/null;"))
        assert.is_truthy(at_terminal(HOSTS["c++"], 'check "$env"')[1]:find("the dry upgrade printed nothing", 1, true))
    end)

    it("may have an operator new of its own, which throws", function()
        if command.sanitised then
            return pending "a sanitiser has its own"
        end
        command.must('${CXX:-c++} -std=c++11 -Wall -Wextra -Werror -I. tests/host/new.cc -o "$work/new" '
            .. LINK)
        local requests, told = command.must '"$work/new" "$state" "$env" "$env/upgraded.json"':match "^(%d+) requests, (%d+) told\n$"
        assert.is_truthy(requests)
        -- Where the reader of JSON carries the runtime of C++ in itself it has another one.
        local carried = not command.must 'readelf -d "$build/upnudge-json.so"':find("libstdc++", 1, true)
        assert.is_true(carried or tonumber(told) > 0, told)
    end)
end)

describe("the hosts in C and Lua", function()
    it("are those of the guide, word for word", function()
        local guide = command.read "lua/README.md"
        assert.is_truthy(guide:find("```c\n" .. command.read "tests/hosts/acme.c" .. "```\n", 1, true))
        assert.is_truthy(guide:find("```lua\n" .. command.read "tests/hosts/acme.lua" .. "```\n", 1, true))
    end)
end)

describe("the host in a shell", function()
    it("may be run by eval, whatever the directory is called", function()
        command.must [[mkdir "$work/it's" && cp -r "$env" "$work/it's/\$(touch hacked) & webshop"]]
        command.write(work .. "/script", [[
            export XDG_CACHE_HOME="$state" XDG_STATE_HOME="$state/own" PATH="$build:$PATH"
            place=$work/it\'s/\$\(touch\ hacked\)\ \&\ webshop
            upnudge check "$place" --app acme-in-sh -- "$place/dry-upgrade" >/dev/null
            for time in first second; do
                unset acme_news
                eval "$(sh tests/hosts/acme.sh activate "$place")"
                echo "$time: ${acme_news:-none}"
            done]])
        local said = command.must('python3 tests/terminal.py %d sh "$work/script"', HANG)
        local pasted = said:match "Use '(upnudge show .*)' for details%."
        assert.equal(pasted and "first: yes\nsecond: none\n", said:match "details%.\n(.*)$", said)
        assert.is_truthy(command.must('cd "$work"; export XDG_CACHE_HOME="$state" XDG_STATE_HOME="$state/own" PATH="$build:$PATH"; ' .. pasted)
            :find("lodash  4.17.20 -> 4.17.21", 1, true))
        assert.equal("", command.must 'find "$work" -name hacked')
    end)
end)
